/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The author's side: what a photon is given, and what becomes of what it says. */

#include "loader-testing.h"

#include <string.h>

/* What @handler said on one of the two streams, a line each. */
static char *
gather (LoaderTest   *test,
        LuminalStream stream)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < test->events->len; i++)
    {
      LuminalEvent *event = test->events->pdata[i];

      if (luminal_event_get_kind (event) == LUMINAL_EVENT_OUTPUT && luminal_event_get_stream (event) == stream)
        g_string_append_printf (text, "%s\n", luminal_event_get_text (event));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

#define SAYS_AT_START                                                                              \
  "data is zeroed\n"                                                                               \
  "data is mine\n"                                                                                 \
  "An <author> & more|Zoë \"Z\" Quote|10.20.30|Says = all; it can|one+two+three|1\n"

static void
test_what_it_knows (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "author", "author.so");
  g_autofree char *tags = g_strjoinv (" ", (GStrv) luminal_handler_get_tags (handler));
  g_autofree char *said = NULL;
  g_autofree char *complained = NULL;

  loader_test_await_output (test, "end of the thread", 1);
  said = gather (test, LUMINAL_STREAM_PRINT);
  g_assert_true (g_str_has_prefix (said, SAYS_AT_START));
  complained = gather (test, LUMINAL_STREAM_EPRINT);
  g_assert_cmpstr (complained, ==, "nothing is wrong\n\nend of the thread\n");

  g_assert_cmpstr (luminal_handler_get_name (handler), ==, "An <author> & more");
  g_assert_cmpstr (luminal_handler_get_class_name (handler), ==, "Author");
  g_assert_cmpstr (luminal_handler_get_author (handler), ==, "Zoë \"Z\" Quote");
  g_assert_cmpstr (luminal_handler_get_version (handler), ==, "10.20.30");
  g_assert_cmpstr (luminal_handler_get_description (handler), ==, "Says = all; it can");
  g_assert_cmpstr (tags, ==, "one two three");

}

/* Who has the photon beside itself can ask it the same. */
static void
test_instance (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "author", "author.so");
  LuminalPhoton *instance = luminal_handler_get_instance (handler);

  g_assert_cmpstr (luminal_photon_get_name (instance), ==, "An <author> & more");
  g_assert_cmpstr (luminal_photon_get_version (instance), ==, "10.20.30");
  g_assert_cmpuint (luminal_photon_get_generation (instance), ==, 1);
  g_assert_nonnull (luminal_photon_get_data (instance));
}

static void
test_instance_defaults (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "no_finalizer", "bare.so");
  LuminalPhoton *instance = luminal_handler_get_instance (handler);

  g_assert_cmpstr (luminal_photon_get_name (instance), ==, "Bare");
  g_assert_cmpstr (luminal_photon_get_author (instance), ==, "Unknown");
  g_assert_cmpstr (luminal_photon_get_version (instance), ==, "0.0.0");
  g_assert_cmpstr (luminal_photon_get_description (instance), ==, "");
  g_assert_nonnull (luminal_photon_get_tags (instance));
  g_assert_null (luminal_photon_get_tags (instance)[0]);
}

static void
test_defaults (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "no_finalizer", "bare.so");

  g_assert_cmpstr (luminal_handler_get_name (handler), ==, "Bare");
  g_assert_cmpstr (luminal_handler_get_author (handler), ==, "Unknown");
  g_assert_cmpstr (luminal_handler_get_version (handler), ==, "0.0.0");
  g_assert_cmpstr (luminal_handler_get_description (handler), ==, "");
  g_assert_nonnull (luminal_handler_get_tags (handler));
  g_assert_null (luminal_handler_get_tags (handler)[0]);
}

/* In order, none lost, and delivered where the loader lives. */
static void
test_thread (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (GString) expected = g_string_new (SAYS_AT_START);
  g_autofree char *said = NULL;

  loader_test_run_one (test, "author", "author.so");
  loader_test_await_output (test, "end of the thread", 1);
  for (guint i = 0; i < 100; i++)
    g_string_append_printf (expected, "line %u of the thread\n", i);
  said = gather (test, LUMINAL_STREAM_PRINT);
  g_assert_cmpstr (said, ==, expected->str);
}

static void
test_data (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "author", "author.so");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 5; i++)
    {
      int pid = luminal_handler_get_pid (handler);

      loader_test_stop (handler, FALSE, &error);
      g_assert_no_error (error);
      loader_test_await_output (test, "data is mine at the end", 1);
      loader_test_forget_events (test);

      loader_test_start (handler, &error);
      g_assert_no_error (error);
      loader_test_await_output (test, "data is zeroed", 1);
      g_assert_cmpint (luminal_handler_get_pid (handler), ==, pid);
    }
}

/* Somebody kept the object: it says no more, and does no harm. */
static void
test_instance_kept (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "author", "author.so");
  g_autoptr (LuminalPhoton) instance = g_object_ref (luminal_handler_get_instance (handler));
  g_autoptr (GError) error = NULL;

  loader_test_stop (handler, FALSE, &error);
  g_assert_no_error (error);
  g_assert_null (luminal_photon_get_data (instance));
  loader_test_drain ();
  loader_test_forget_events (test);
  luminal_photon_print (instance, "from beyond");
  loader_test_drain ();
  g_assert_cmpuint (test->events->len, ==, 0);

  loader_test_start (handler, &error);
  g_assert_no_error (error);
  g_assert_true (luminal_handler_get_instance (handler) != instance);
}

/* What a thread said just before the finalizer ended is heard. */
static void
test_last_words (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "author", "author.so");
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;
  g_autofree char *complained = NULL;

  file = loader_test_unload (test, handler, FALSE, &error);
  g_assert_no_error (error);
  loader_test_drain ();
  said = gather (test, LUMINAL_STREAM_PRINT);
  g_assert_true (g_str_has_suffix (said, "line 99 of the thread\ndata is mine at the end\n"));
  complained = gather (test, LUMINAL_STREAM_EPRINT);
  g_assert_cmpstr (complained, ==, "nothing is wrong\n\nend of the thread\n");
}

static void
test_event_of_output (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_load_one (test, "odd_bytes", "odd.so");
  g_autoptr (GError) error = NULL;
  LuminalEvent *event;

  loader_test_start (handler, &error);
  g_assert_no_error (error);
  loader_test_drain ();
  event = test->events->pdata[test->events->len - 1];
  g_assert_cmpint (luminal_event_get_kind (event), ==, LUMINAL_EVENT_OUTPUT);
  g_assert_cmpint (luminal_event_get_stream (event), ==, LUMINAL_STREAM_EPRINT);
  g_assert_cmpstr (luminal_event_get_text (event), ==, "two\nlines");
  g_assert_true (luminal_event_get_handler (event) == handler);
  g_assert_cmpstr (luminal_event_get_photon (event), ==, "Odd\tname");
  g_assert_true (g_file_equal (luminal_event_get_file (event), luminal_handler_get_file (handler)));
  g_assert_cmpuint (luminal_event_get_generation (event), ==, 1);
  g_assert_cmpstr (luminal_event_get_checksum (event), ==, luminal_handler_get_checksum (handler));
  g_assert_cmpint (luminal_event_get_time (event), >, 0);
  g_assert_null (luminal_event_get_error (event));
}

/* One that says more than can be heard holds up nobody: others are reloaded, and it can
 * be ended itself. */
static void
test_flood (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *flood = loader_test_run_one (test, "flood", "flood.so");
  LuminalHandler *simple = loader_test_run_one (test, "simple_v1", "simple.so");
  g_autoptr (GFile) replaced = loader_test_put (test, "simple_v2", "simple.so");
  g_autoptr (GPtrArray) reloaded = NULL;
  g_autoptr (GFile) unloaded = NULL;
  g_autoptr (GError) error = NULL;

  reloaded = loader_test_reload (test, simple, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (luminal_handler_get_generation (simple), ==, 2);

  unloaded = loader_test_unload (test, flood, FALSE, &error);
  g_assert_no_error (error);
}

/* GLib's own thread is there: with a photon that is in a fork of a process, too. */
static void
test_background (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);

  loader_test_run_one (test, "background", "background.so");
  loader_test_await_output (test, "a child ended", 1);
  loader_test_await_output (test, "a file went", 1);
  loader_test_await_output (test, "a task is done", 1);
  loader_test_await_output (test, "a signal came", 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/photon/what-it-knows", test_what_it_knows);
  g_test_add_func ("/photon/defaults", test_defaults);
  g_test_add_func ("/photon/thread", test_thread);
  g_test_add_func ("/photon/data", test_data);
  g_test_add_func ("/photon/last-words", test_last_words);
  g_test_add_func ("/photon/event-of-output", test_event_of_output);
  g_test_add_func ("/photon/flood", test_flood);
  /* In this process what GLib makes for that is there for good. */
  if (test_has_workers ())
    {
      g_test_add_func ("/photon/background", test_background);
    }
  else
    {
      g_test_add_func ("/photon/instance", test_instance);
      g_test_add_func ("/photon/instance/defaults", test_instance_defaults);
      g_test_add_func ("/photon/instance/kept", test_instance_kept);
    }

  return g_test_run ();
}
