/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The other end is a socket, of somebody who does not do as he should. */

#include "peer-testing.h"

#include <gio/gunixfdlist.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "process-testing.h"

#define SHORT_MS 20

static void
send_bytes (Fixture      *fixture,
            gconstpointer bytes,
            gsize         size,
            const int    *fds,
            guint         n_fds)
{
  struct iovec part = { (gpointer) bytes, size };
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE (16 * sizeof (int))];
  } control = { .space = { 0 } }; /* the padding is sent too */
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

  if (n_fds > 0)
    {
      message.msg_control = &control;
      message.msg_controllen = CMSG_SPACE (n_fds * sizeof (int));
      control.header.cmsg_len = CMSG_LEN (n_fds * sizeof (int));
      control.header.cmsg_level = SOL_SOCKET;
      control.header.cmsg_type = SCM_RIGHTS;
      memcpy (CMSG_DATA (&control.header), fds, n_fds * sizeof (int));
    }
  g_assert_cmpint (sendmsg (fixture->raw, &message, MSG_NOSIGNAL), ==, (gssize) size);
}

/* Takes @message. */
static void
send_message (Fixture      *fixture,
              GDBusMessage *message,
              const int    *fds,
              guint         n_fds)
{
  g_autoptr (GDBusMessage) taken = message;
  g_autofree guint8 *blob = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_dbus_message_set_serial (message, 77);
  if (n_fds > 0)
    {
      g_autoptr (GUnixFDList) list = g_unix_fd_list_new ();

      for (guint i = 0; i < n_fds; i++)
        g_assert_cmpint (g_unix_fd_list_append (list, fds[i], NULL), >=, 0);
      g_dbus_message_set_unix_fd_list (message, list);
    }
  blob = g_dbus_message_to_blob (message, &size, G_DBUS_CAPABILITY_FLAGS_UNIX_FD_PASSING, &error);
  g_assert_no_error (error);
  send_bytes (fixture, blob, size, fds, n_fds);
}

static GDBusMessage *
make_answer (guint     serial,
             GVariant *value)
{
  GDBusMessage *message = g_dbus_message_new ();

  g_dbus_message_set_message_type (message, G_DBUS_MESSAGE_TYPE_METHOD_RETURN);
  g_dbus_message_set_reply_serial (message, serial);
  if (value != NULL)
    g_dbus_message_set_body (message, value);
  return message;
}

static GDBusMessage *
make_question (const char *interface,
               const char *method,
               GVariant   *parameters)
{
  GDBusMessage *message = g_dbus_message_new_method_call (NULL, "/", interface, method);

  if (parameters != NULL)
    g_dbus_message_set_body (message, parameters);
  return message;
}

/* The serial of the first call is 1. */
static void
begin_call (Fixture       *fixture,
            const char    *method,
            GVariant      *parameters,
            GAsyncResult **result)
{
  luminal_peer_call_async (fixture->peer, method, parameters, -1, 0, NULL, note_result, result);
}

static void
test_timeout (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = call (fixture, "Nothing", NULL, -1, SHORT_MS, &error);

  g_assert_null (value);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_false (g_dbus_error_is_remote_error (error));
  g_assert_cmpuint (fixture->n_closed, ==, 0);
}

static void
test_answered_twice (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) value = NULL;

  begin_call (fixture, "Double", g_variant_new ("(u)", 1), &result);
  send_message (fixture, make_answer (1, g_variant_new ("(u)", 2)), NULL, 0);
  send_message (fixture, make_answer (1, g_variant_new ("(u)", 3)), NULL, 0);
  wait_for (&result);
  value = luminal_peer_call_finish (fixture->peer, result, NULL);
  g_assert_nonnull (value);
  wait_for_closed (fixture);
}

static void
test_answered_late (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = call (fixture, "Nothing", NULL, -1, 1, &error);

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  send_message (fixture, make_answer (1, NULL), NULL, 0);
  wait_for_closed (fixture);
}

static void
test_answered_nobody (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  begin_call (fixture, "Nothing", NULL, &result);
  send_message (fixture, make_answer (2, NULL), NULL, 0);
  expect_closed (fixture, &result);
  wait_for_closed (fixture);
}

/* That is no answer, and the end of nothing else. */
static void
test_answered_wrongly (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) error = NULL;

  begin_call (fixture, "Double", g_variant_new ("(u)", 1), &result);
  begin_call (fixture, "Double", g_variant_new ("(u)", 1), &second);
  send_message (fixture, make_answer (1, g_variant_new ("(s)", "two")), NULL, 0);
  send_message (fixture, make_answer (2, NULL), NULL, 0);
  wait_for (&result);
  g_assert_null (luminal_peer_call_finish (fixture->peer, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  wait_for (&second);
  g_assert_null (luminal_peer_call_finish (fixture->peer, second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_cmpuint (fixture->n_closed, ==, 0);
}

/* With descriptors that nobody asked for, which are not kept. */
static void
test_answered_with_descriptor (Fixture       *fixture,
                               gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) value = NULL;
  guint before = process_count_descriptors ();
  const int fds[] = { STDIN_FILENO, STDIN_FILENO };

  begin_call (fixture, "Nothing", NULL, &result);
  send_message (fixture, make_answer (1, NULL), fds, 2);
  wait_for (&result);
  value = luminal_peer_call_finish (fixture->peer, result, NULL);
  g_assert_nonnull (value);
  g_assert_cmpuint (process_count_descriptors (), ==, before);
}

typedef struct
{
  const char *name;
  const char *bytes;
  gsize size;
} Nonsense;

#define NONSENSE(name, bytes) { name, bytes, sizeof bytes - 1 }

static const Nonsense nonsense[] = {
  NONSENSE ("a-byte", "\n"),
  NONSENSE ("a-line", "nonsense\r\n"),
  NONSENSE ("text", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
  NONSENSE ("looks-right", "like nothing that was ever seen on any bus at all"),
  NONSENSE ("zeros", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
  NONSENSE ("giant", "l\1\0\1\377\377\377\177\1\0\0\0\0\0\0\0"),
  NONSENSE ("giant-header", "l\1\0\1\0\0\0\0\1\0\0\0\377\377\377\377"),
  NONSENSE ("no-header", "l\1\0\1\0\0\0\0\1\0\0\0\0\0\0\0"),
  NONSENSE ("no-type", "l\0\0\1\0\0\0\0\1\0\0\0\0\0\0\0"),
  NONSENSE ("other-type", "l\377\0\1\0\0\0\0\1\0\0\0\0\0\0\0"),
};

static void
test_nonsense (Fixture       *fixture,
               gconstpointer  data)
{
  const Nonsense *what = data;
  g_autoptr (GAsyncResult) result = NULL;

  begin_call (fixture, "Nothing", NULL, &result);
  send_bytes (fixture, what->bytes, what->size, NULL, 0);
  expect_closed (fixture, &result);
  wait_for_closed (fixture);
}

/* The beginning of a message, with a descriptor, and no more. */
static void
test_half_a_message (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (GDBusMessage) message = make_answer (1, g_variant_new ("(u)", 2));
  g_autofree guint8 *blob = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  const int fd = STDIN_FILENO;
  gsize size;

  g_dbus_message_set_serial (message, 1);
  blob = g_dbus_message_to_blob (message, &size, G_DBUS_CAPABILITY_FLAGS_UNIX_FD_PASSING, NULL);
  begin_call (fixture, "Double", g_variant_new ("(u)", 1), &result);
  send_bytes (fixture, blob, size - 1, &fd, 1);
  close (g_steal_fd (&fixture->raw));
  expect_closed (fixture, &result);
  wait_for_closed (fixture);
}

static void
test_a_byte_at_a_time (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GDBusMessage) message = make_answer (1, g_variant_new ("(u)", 2));
  g_autofree guint8 *blob = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) value = NULL;
  gsize size;

  g_dbus_message_set_serial (message, 1);
  blob = g_dbus_message_to_blob (message, &size, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
  begin_call (fixture, "Double", g_variant_new ("(u)", 1), &result);
  for (gsize i = 0; i < size; i++)
    {
      g_assert_null (result);
      send_bytes (fixture, blob + i, 1, NULL, 0);
      g_main_context_iteration (NULL, TRUE);
    }
  wait_for (&result);
  value = luminal_peer_call_finish (fixture->peer, result, NULL);
  g_assert_nonnull (value);
}

/* Who only asks is not asked anything; who is asked, nothing that it does not know. */

static void
never_answer (Fixture    *fixture,
              guint       serial,
              const char *method,
              GVariant   *parameters,
              int         fd)
{
  fixture->n_called++;
}

static void
test_asked (Fixture       *fixture,
            gconstpointer  data)
{
  const char *what = data;
  const int fds[] = { STDIN_FILENO, STDIN_FILENO };

  if (!g_str_equal (what, "nobody"))
    g_signal_connect_swapped (fixture->peer, "called", G_CALLBACK (never_answer), fixture);

  if (g_str_equal (what, "nobody"))
    send_message (fixture, make_question ("test.Peer", "Read", g_variant_new ("(h)", 0)), fds, 1);
  else if (g_str_equal (what, "unknown"))
    send_message (fixture, make_question ("test.Peer", "Fly", NULL), NULL, 0);
  else if (g_str_equal (what, "other-interface"))
    send_message (fixture, make_question ("test.Other", "Nothing", NULL), NULL, 0);
  else if (g_str_equal (what, "no-interface"))
    send_message (fixture, make_question (NULL, "Nothing", NULL), NULL, 0);
  else if (g_str_equal (what, "other-type"))
    send_message (fixture, make_question ("test.Peer", "Double", g_variant_new ("(s)", "1")), NULL, 0);
  else if (g_str_equal (what, "no-descriptor"))
    send_message (fixture, make_question ("test.Peer", "Read", g_variant_new ("(h)", 0)), NULL, 0);
  else if (g_str_equal (what, "descriptor"))
    send_message (fixture, make_question ("test.Peer", "Nothing", NULL), fds, 1);
  else if (g_str_equal (what, "descriptors"))
    send_message (fixture, make_question ("test.Peer", "Read", g_variant_new ("(h)", 0)), fds, 2);
  else if (g_str_equal (what, "signal"))
    send_message (fixture, g_dbus_message_new_signal ("/", "test.Peer", "Nothing"), NULL, 0);
  else
    g_assert_not_reached ();

  wait_for_closed (fixture);
  g_assert_cmpuint (fixture->n_called, ==, 0);
}

static const char *const questions[] = {
  "nobody", "unknown", "other-interface", "no-interface", "other-type", "no-descriptor", "descriptor",
  "descriptors", "signal",
};

/* Descriptors without a message, and more than any has. */
static void
test_many_descriptors (Fixture       *fixture,
                       gconstpointer  data)
{
  const int fds[16] = { STDIN_FILENO };

  send_bytes (fixture, "l", 1, fds, GPOINTER_TO_UINT (data));
  if (GPOINTER_TO_UINT (data) <= 4)
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (fixture->n_closed, ==, 0);
      send_bytes (fixture, "\1", 1, fds, GPOINTER_TO_UINT (data));
    }
  wait_for_closed (fixture);
}

#define ADD(path, data, func) g_test_add ("/peer-stranger/" path, Fixture, data, peer_set_up, func, peer_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("answered/never", NULL, test_timeout);
  ADD ("answered/twice", NULL, test_answered_twice);
  ADD ("answered/late", NULL, test_answered_late);
  ADD ("answered/nobody", NULL, test_answered_nobody);
  ADD ("answered/wrongly", NULL, test_answered_wrongly);
  ADD ("answered/with-descriptor", NULL, test_answered_with_descriptor);
  ADD ("half-a-message", NULL, test_half_a_message);
  ADD ("a-byte-at-a-time", NULL, test_a_byte_at_a_time);
  ADD ("descriptors/few", GUINT_TO_POINTER (4), test_many_descriptors);
  ADD ("descriptors/many", GUINT_TO_POINTER (16), test_many_descriptors);

  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++)
    {
      g_autofree char *path = g_strconcat ("/peer-stranger/nonsense/", nonsense[i].name, NULL);

      g_test_add (path, Fixture, &nonsense[i], peer_set_up, test_nonsense, peer_tear_down);
    }
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      g_autofree char *path = g_strconcat ("/peer-stranger/asked/", questions[i], NULL);

      g_test_add (path, Fixture, questions[i], peer_set_up, test_asked, peer_tear_down);
    }

  return g_test_run ();
}
