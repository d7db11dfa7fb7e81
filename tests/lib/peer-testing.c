/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "patience.h"
#include "peer-testing.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luminal-error-private.h"
#include "process-testing.h"

static const char xml[] =
  "<node><interface name='test.Peer'>"
  "  <method name='Nothing'/>"
  "  <method name='Double'><arg type='u' direction='in'/><arg type='u' direction='out'/></method>"
  "  <method name='Echo'><arg type='ay' direction='in'/><arg type='ay' direction='out'/></method>"
  "  <method name='Read'><arg type='h' direction='in'/><arg type='s' direction='out'/></method>"
  "  <method name='Fail'/>"
  "</interface></node>";

static void
note_closed (Fixture *fixture)
{
  fixture->n_closed++;
}

static void
answer (LuminalPeer *peer,
        guint        serial,
        const char  *method,
        GVariant    *parameters,
        int          fd,
        gpointer     user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GError) error = NULL;

  fixture->n_called++;
  g_assert_true ((fd >= 0) == g_str_equal (method, "Read"));

  if (g_str_equal (method, "Nothing"))
    {
      luminal_peer_answer (peer, serial, NULL);
    }
  else if (g_str_equal (method, "Double"))
    {
      guint number;

      g_variant_get (parameters, "(u)", &number);
      luminal_peer_answer (peer, serial, g_variant_new ("(u)", 2 * number));
    }
  else if (g_str_equal (method, "Echo"))
    {
      luminal_peer_answer (peer, serial, parameters);
    }
  else if (g_str_equal (method, "Read"))
    {
      char text[64] = "";

      g_assert_cmpint (read (fd, text, sizeof text - 1), >, 0);
      close (fd);
      luminal_peer_answer (peer, serial, g_variant_new ("(s)", text));
    }
  else
    {
      error = luminal_error_new (LUMINAL_ERROR_SAVE_FAILED, "it.so", LUMINAL_PHASE_HAND_OVER, "no \xff words");
      luminal_peer_answer_error (peer, serial, error);
    }
}

static LuminalPeer *
make_end (Fixture *fixture,
          int      fd)
{
  g_autoptr (GError) error = NULL;
  LuminalPeer *peer;

  g_assert_cmpint (fcntl (fd, F_SETFL, O_NONBLOCK), ==, 0);
  peer = luminal_peer_new (fd, fixture->interface, &error);
  g_assert_no_error (error);
  return peer;
}

void
peer_make_pair (Fixture      *fixture,
                LuminalPeer **one,
                LuminalPeer **other)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  *one = make_end (fixture, fds[0]);
  *other = make_end (fixture, fds[1]);
}

void
peer_set_up (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  int fds[2];

  /* What GLib makes once. */
  g_main_context_default ();
  g_type_ensure (G_TYPE_TASK);
  fixture->n_fds = process_count_descriptors ();
  fixture->node = g_dbus_node_info_new_for_xml (xml, &error);
  g_assert_no_error (error);
  fixture->interface = fixture->node->interfaces[0];
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);

  fixture->peer = make_end (fixture, fds[0]);
  g_signal_connect_swapped (fixture->peer, "closed", G_CALLBACK (note_closed), fixture);
  fixture->raw = fds[1];
}

void
peer_tear_down (Fixture       *fixture,
                gconstpointer  data)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  if (fixture->peer != NULL)
    g_assert_finalize_object (fixture->peer);
  if (fixture->other != NULL)
    g_assert_finalize_object (fixture->other);
  if (fixture->raw >= 0)
    close (fixture->raw);
  g_dbus_node_info_unref (fixture->node);
  g_assert_cmpuint (process_count_descriptors (), ==, fixture->n_fds);
}

/* The same with an end that answers. */
void
peer_set_up_both (Fixture       *fixture,
                  gconstpointer  data)
{
  peer_set_up (fixture, data);
  fixture->other = make_end (fixture, g_steal_fd (&fixture->raw));
  g_signal_connect (fixture->other, "called", G_CALLBACK (answer), fixture);
}

void
note_result (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_assert_null (*(GAsyncResult **) user_data);
  *(GAsyncResult **) user_data = g_object_ref (result);
}

void
wait_for (GAsyncResult **result)
{
  wait_while (*result == NULL);
}

/* Once: the next iterations find nothing more to tell. */
void
wait_for_closed (Fixture *fixture)
{
  wait_while (fixture->n_closed == 0);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (fixture->n_closed, ==, 1);
  g_assert_true (luminal_peer_is_closed (fixture->peer));
}

GVariant *
call (Fixture     *fixture,
      const char  *method,
      GVariant    *parameters,
      int          fd,
      guint        timeout,
      GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_peer_call_async (fixture->peer, method, parameters, fd, timeout, NULL, note_result, &result);
  wait_for (&result);
  return luminal_peer_call_finish (fixture->peer, result, error);
}

void
expect_closed (Fixture      *fixture,
               GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = NULL;

  wait_for (result);
  value = luminal_peer_call_finish (fixture->peer, *result, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_null (value);
}
