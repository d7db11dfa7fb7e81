/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two ends of a connection that speak to each other. */

#include "luminal-deadline.h"
#include "patience.h"
#include "peer-testing.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "luminal-error.h"

#define LARGE (60 * 1024 * 1024)
#define N_OTHERS 16

static void
test_calls (Fixture       *fixture,
            gconstpointer  data)
{
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) value = call (fixture, "Double", g_variant_new ("(u)", i), -1, 0, &error);
      g_autoptr (GVariant) nothing = NULL;
      guint number;

      g_assert_no_error (error);
      g_variant_get (value, "(u)", &number);
      g_assert_cmpuint (number, ==, 2 * i);

      nothing = call (fixture, "Nothing", NULL, -1, 60000, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (g_variant_n_children (nothing), ==, 0);
    }

  g_assert_cmpuint (fixture->n_called, ==, 200);
  g_assert_cmpuint (fixture->n_closed, ==, 0);
}

/* Many at once: each gets its own answer. */
static void
test_many_calls (Fixture       *fixture,
                 gconstpointer  data)
{
  GAsyncResult *results[500] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    luminal_peer_call_async (fixture->peer, "Double", g_variant_new ("(u)", i), -1, 0, NULL, note_result, &results[i]);

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GVariant) value = NULL;
      guint number;

      wait_for (&results[i]);
      value = luminal_peer_call_finish (fixture->peer, results[i], NULL);
      g_variant_get (value, "(u)", &number);
      g_assert_cmpuint (number, ==, 2 * i);
      g_clear_object (&results[i]);
    }
}

static void
test_error (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = call (fixture, "Fail", NULL, -1, 0, &error);

  g_assert_null (value);
  g_assert_true (g_dbus_error_is_remote_error (error));
  g_assert_true (g_dbus_error_strip_remote_error (error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_SAVE_FAILED);
  g_assert_cmpstr (error->message, ==, "it.so: hand-over: no \357\277\275 words");
  g_assert_cmpuint (fixture->n_closed, ==, 0);
}

/* It stays whose it was. */
static void
test_descriptor (Fixture       *fixture,
                 gconstpointer  data)
{
  int fds[2];

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("text %u", i);
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) value = NULL;
      const char *seen;

      g_assert_cmpint (write (fds[1], text, strlen (text)), ==, (gssize) strlen (text));
      value = call (fixture, "Read", g_variant_new ("(h)", 0), fds[0], 0, &error);
      g_assert_no_error (error);
      g_variant_get (value, "(&s)", &seen);
      g_assert_cmpstr (seen, ==, text);
    }

  close (fds[0]);
  close (fds[1]);
}

static gboolean
count_turn (gpointer user_data)
{
  *(guint *) user_data += 1;
  return G_SOURCE_CONTINUE;
}

/* It goes there and comes back in pieces: others have their turn. */
static void
test_large (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *bytes = g_malloc (LARGE);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GVariant) back = NULL;
  guint n_turns = 0;
  guint counter;

  for (gsize i = 0; i < LARGE; i++)
    bytes[i] = (char) (i * 31 >> 7);

  counter = g_idle_add_full (G_PRIORITY_DEFAULT, count_turn, &n_turns, NULL);
  luminal_peer_call_async (fixture->peer, "Echo",
                           g_variant_new ("(@ay)", g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, LARGE, 1)),
                           -1, 0, NULL, note_result, &result);
  g_assert_cmpuint (fixture->n_called, ==, 0);
  wait_for (&result);
  g_source_remove (counter);

  value = luminal_peer_call_finish (fixture->peer, result, &error);
  g_assert_no_error (error);
  back = g_variant_get_child_value (value, 0);
  g_assert_cmpuint (g_variant_get_size (back), ==, LARGE);
  g_assert_true (memcmp (g_variant_get_data (back), bytes, LARGE) == 0);
  g_assert_cmpuint (n_turns, >, 100);
}

static void
drop_peer (Fixture *fixture)
{
  g_clear_object (&fixture->peer);
}

/* By who is being called. */
static void
test_dropped_in_handler (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) second = NULL;

  g_signal_connect_swapped (fixture->peer, "called", G_CALLBACK (drop_peer), fixture);
  luminal_peer_call_async (fixture->other, "Nothing", NULL, -1, 0, NULL, note_result, &result);
  luminal_peer_call_async (fixture->other, "Nothing", NULL, -1, 0, NULL, note_result, &second);
  wait_for (&result);
  wait_for (&second);
  g_assert_null (luminal_peer_call_finish (fixture->other, result, NULL));
  g_assert_null (luminal_peer_call_finish (fixture->other, second, NULL));
  g_assert_null (fixture->peer);
}

static void
drop_other (GObject      *source_object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GVariant) value = luminal_peer_call_finish (LUMINAL_PEER (source_object), result, NULL);

  g_clear_object (&fixture->peer);
  g_clear_object (&fixture->other);
}

/* By who has just been answered. */
static void
test_dropped_in_callback (Fixture       *fixture,
                          gconstpointer  data)
{
  luminal_peer_call_async (fixture->peer, "Nothing", NULL, -1, 0, NULL, drop_other, fixture);
  wait_while (fixture->other != NULL);
  g_assert_cmpuint (fixture->n_called, ==, 1);
}

/* What was asked is answered with that, and who closed it is not told. */
static void
test_close_with_calls (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GAsyncResult) late = NULL;

  luminal_peer_call_async (fixture->peer, "Nothing", NULL, -1, 60000, NULL, note_result, &first);
  luminal_peer_call_async (fixture->peer, "Nothing", NULL, -1, 0, NULL, note_result, &second);
  luminal_peer_close (fixture->peer);
  luminal_peer_close (fixture->peer);
  luminal_peer_call_async (fixture->peer, "Nothing", NULL, -1, 60000, NULL, note_result, &late);
  g_assert_null (first);
  expect_closed (fixture, &first);
  expect_closed (fixture, &second);
  expect_closed (fixture, &late);
  g_assert_cmpuint (fixture->n_closed, ==, 0);
  g_assert_true (luminal_peer_is_closed (fixture->peer));
}

static void
let_pass (gint64 milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < until)
    continue;
}

/* A call ends once, with the first of two reasons. */
static void
test_closed_and_late (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_peer_call_async (fixture->peer, "Nothing", NULL, -1, 1, NULL, note_result, &result);
  luminal_peer_close (fixture->peer);
  let_pass (2);
  expect_closed (fixture, &result);
}

/* Whoever was not asked for that long, or not listened to, is not late. */
static void
test_stopped_meanwhile (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = NULL;

  luminal_peer_call_async (fixture->peer, "Double", g_variant_new ("(u)", 4), -1, 2000, NULL, note_result, &result);
  let_pass (2100);
  wait_for (&result);
  value = luminal_peer_call_finish (fixture->peer, result, &error);
  g_assert_no_error (error);
}

static void
answer_slowly (LuminalPeer  *peer,
               guint         serial,
               const char   *method,
               GVariant     *parameters,
               int           fd,
               gpointer      user_data)
{
  let_pass (20);
  luminal_peer_answer (peer, serial, NULL);
}

/* So many others have their turn first that its answer is read after the deadline. */
static void
test_answered_unread (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = NULL;

  luminal_peer_call_async (fixture->peer, "Double", g_variant_new ("(u)", 4), -1, 60, NULL, note_result, &result);
  for (guint i = 0; i < N_OTHERS; i++)
    {
      LuminalPeer *asking;
      LuminalPeer *answering;

      peer_make_pair (fixture, &asking, &answering);
      g_ptr_array_add (others, asking);
      g_ptr_array_add (others, answering);
      g_signal_connect (answering, "called", G_CALLBACK (answer_slowly), NULL);
      luminal_peer_call_async (asking, "Nothing", NULL, -1, 0, NULL, NULL, NULL);
    }

  wait_for (&result);
  value = luminal_peer_call_finish (fixture->peer, result, &error);
  g_assert_no_error (error);
}

static gboolean
note_end (gpointer is_over)
{
  *(gboolean *) is_over = TRUE;
  return G_SOURCE_REMOVE;
}

/* One that is there and does not answer is: before a deadline that is a little later, by
 * the same measure. */
static void
test_late (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GSource) later = luminal_deadline_new (150);
  gboolean is_later = FALSE;
  g_autoptr (GError) error = NULL;
  gint64 began = g_get_monotonic_time ();

  luminal_peer_call_async (fixture->peer, "Nothing", NULL, -1, 100, NULL, note_result, &result);
  g_source_set_callback (later, note_end, &is_later, NULL);
  g_source_attach (later, NULL);
  wait_for (&result);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 100 * 1000);
  g_assert_false (is_later);
  g_source_destroy (later);
  g_assert_null (luminal_peer_call_finish (fixture->peer, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpuint (fixture->n_closed, ==, 0);
}

/* Its answer is taken, and told to nobody. */
static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  luminal_peer_call_async (fixture->peer, "Nothing", NULL, -1, 0, cancellable, note_result, &result);
  g_cancellable_cancel (cancellable);
  wait_for (&result);
  g_assert_null (luminal_peer_call_finish (fixture->peer, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (fixture->n_closed, ==, 0);
}

/* A signal may tell of it at any time; whoever looks sees it before. */
static void
test_other_end_gone (Fixture       *fixture,
                     gconstpointer  data)
{
  g_assert_false (luminal_peer_is_closed (fixture->peer));
  close (g_steal_fd (&fixture->raw));
  g_assert_true (luminal_peer_is_closed (fixture->peer));
  g_assert_cmpuint (fixture->n_closed, ==, 0);
  wait_for_closed (fixture);
}

/* What was said is written before it returns, though nobody read on the way. */
static gpointer
read_all (gpointer data)
{
  gsize size = 0;
  char buffer[65536];
  gssize n;

  while ((n = read (GPOINTER_TO_INT (data), buffer, sizeof buffer)) > 0)
    size += (gsize) n;
  return GSIZE_TO_POINTER (size);
}

static void
test_flush (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *bytes = g_malloc0 (LARGE / 10);
  GThread *reader = g_thread_new ("reader", read_all, GINT_TO_POINTER (fixture->raw));

  luminal_peer_answer (fixture->peer, 1,
                       g_variant_new ("(@ay)", g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, LARGE / 10, 1)));
  luminal_peer_flush (fixture->peer);
  luminal_peer_close (fixture->peer);
  g_assert_cmpuint (GPOINTER_TO_SIZE (g_thread_join (reader)), >, LARGE / 10);
}

/* To nobody: it does not wait for who will not read. */
static void
test_flush_to_nobody (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *bytes = g_malloc0 (LARGE / 10);

  luminal_peer_answer (fixture->peer, 1,
                       g_variant_new ("(@ay)", g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, LARGE / 10, 1)));
  close (g_steal_fd (&fixture->raw));
  luminal_peer_flush (fixture->peer);
  wait_for_closed (fixture);
}

#define ADD(path, func) g_test_add ("/peer/" path, Fixture, NULL, peer_set_up, func, peer_tear_down)
#define ADD_BOTH(path, func) g_test_add ("/peer/" path, Fixture, NULL, peer_set_up_both, func, peer_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_BOTH ("calls", test_calls);
  ADD_BOTH ("calls/many", test_many_calls);
  ADD_BOTH ("calls/error", test_error);
  ADD_BOTH ("calls/descriptor", test_descriptor);
  ADD_BOTH ("calls/large", test_large);
  ADD_BOTH ("calls/cancelled", test_cancelled);
  ADD_BOTH ("late/stopped-meanwhile", test_stopped_meanwhile);
  ADD_BOTH ("late/answered-unread", test_answered_unread);
  ADD ("late/not-answered", test_late);
  ADD_BOTH ("dropped/in-handler", test_dropped_in_handler);
  ADD_BOTH ("dropped/in-callback", test_dropped_in_callback);
  ADD ("close/with-calls", test_close_with_calls);
  ADD ("close/and-late", test_closed_and_late);
  ADD ("close/other-end", test_other_end_gone);
  ADD ("flush", test_flush);
  ADD ("flush/to-nobody", test_flush_to_nobody);

  return g_test_run ();
}
