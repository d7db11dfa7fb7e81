/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a worker prints, and the packets of what its photons say. A byte says how long the
 * packet after it is; what is left goes to the standard output. */

#include "fuzz-target.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luminal-output-reader.h"
#include "luminal-worker-protocol.h"

#define LARGEST 32768
#define MOST_PACKETS 64

static void
note_line (LuminalOutputReader *reader,
           guint                photon,
           LuminalStream        stream,
           const char          *text,
           gpointer             unused)
{
  g_assert_true (photon < 3 || photon == G_MAXUINT);
  g_assert_nonnull (text);
  /* A photon may say several lines at once. */
  g_assert_true (photon != G_MAXUINT || strchr (text, '\n') == NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LuminalOutputReader) reader = NULL;
  g_autoptr (GPtrArray) tail = NULL;
  int said[2];
  int printed[2];
  gsize at = 0;

  if (size > LARGEST)
    return 0;

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, said));
  g_assert_no_errno (pipe2 (printed, O_CLOEXEC | O_NONBLOCK));
  reader = luminal_output_reader_new (printed[0], -1, said[0], &error);
  g_assert_no_error (error);
  luminal_output_reader_set_n_photons (reader, 3);
  g_signal_connect (reader, "line", G_CALLBACK (note_line), NULL);

  for (guint i = 0; i < MOST_PACKETS && at + 1 < size; i++)
    {
      gsize length = MIN (data[at], size - at - 1);

      g_assert_cmpint (send (said[1], data + at + 1, length, MSG_NOSIGNAL), ==, length);
      at += 1 + length;
    }
  g_assert_cmpint (write (printed[1], data + at, size - at), ==, size - at);
  close (said[1]);
  close (printed[1]);

  luminal_output_reader_drain (reader);
  tail = luminal_output_reader_get_tail (reader);
  luminal_output_reader_close (reader);
  return 0;
}
