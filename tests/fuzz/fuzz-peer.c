/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a worker, which may be anything, says to its manager: D-Bus messages or none. */

#include "fuzz-target.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luminal-peer.h"
#include "luminal-worker-ipc.h"

#define LARGEST 65536

static void
note_answer (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = luminal_peer_call_finish (LUMINAL_PEER (source_object), result, &error);

  g_assert_true ((value == NULL) == (error != NULL));
  *(guint *) user_data += 1;
}

static void
answer (LuminalPeer *peer,
        guint        serial,
        const char  *method,
        GVariant    *parameters,
        int          fd,
        gpointer     unused)
{
  if (fd >= 0)
    close (fd);
  luminal_peer_answer (peer, serial, g_str_equal (method, "Open") ? g_variant_new ("(i)", 1) : NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LuminalPeer) peer = NULL;
  guint n_answers = 0;
  int fds[2];

  if (size > LARGEST)
    return 0;

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds));
  peer = luminal_peer_new (fds[0], (GDBusInterfaceInfo *) &luminal_ipc_worker1_interface, &error);
  g_assert_no_error (error);
  g_signal_connect (peer, "called", G_CALLBACK (answer), NULL);
  luminal_peer_call_async (peer, "Prepare", NULL, -1, 0, NULL, note_answer, &n_answers);
  luminal_peer_call_async (peer, "Start", g_variant_new ("(s)", "Fuzz"), -1, 0, NULL, note_answer, &n_answers);

  g_assert_cmpint (write (fds[1], data, size), ==, size);
  shutdown (fds[1], SHUT_WR);
  while (!luminal_peer_is_closed (peer) || n_answers < 2)
    g_main_context_iteration (NULL, TRUE);

  close (fds[1]);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (g_steal_pointer (&peer));
  return 0;
}
