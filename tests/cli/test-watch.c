/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-test.h"

#include <glib/gstdio.h>
#include <signal.h>

static const char *
text_of (JsonObject *line)
{
  return json_object_get_string_member (line, "text");
}

static gint64
generation_of (JsonObject *line)
{
  return json_object_get_int_member (line, "generation");
}

/* The photon runs, whatever happened, and as which generation. */
static void
assert_runs (JsonObject *line,
             gint64      generation)
{
  g_assert_cmpstr (json_object_get_string_member (line, "status"), ==, "running");
  g_assert_cmpint (generation_of (line), ==, generation);
}

static void
assert_well_ended (CtlSession *session,
                   int         number)
{
  g_assert_cmpint (ctl_session_end (session, number), ==, 0);
  g_assert_cmpuint (ctl_session_count (session, "watching", NULL), ==, 1);
}

static void
test_no_folder (CtlFolder    *folder,
                gconstpointer unused)
{
  g_autofree char *missing = ctl_folder_build (folder, "missing");
  g_autofree char *file = ctl_folder_build (folder, "file");
  const char *paths[] = { missing, file };

  ctl_put_bytes (file, "text", 4);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (CtlRun) json = ctl_run_json ("watch", "--json", paths[i], NULL);
      g_autoptr (CtlRun) text = ctl_run ("watch", paths[i], NULL);
      JsonObject *line = ctl_run_find (json, "failed", NULL);

      g_assert_cmpint (json->status, ==, 1);
      g_assert_cmpuint (json->lines->len, ==, 1);
      g_assert_cmpstr (json_object_get_string_member (line, "file"), ==, paths[i]);
      ctl_assert_error (line, "read", "directory-not-found");
      ctl_assert_time (line);
      g_assert_true (g_str_has_prefix (json->errors, "luminalctl: "));

      g_assert_cmpint (text->status, ==, 1);
      g_assert_nonnull (strstr (text->errors, paths[i]));
    }
}

static void
test_empty_folder (CtlFolder    *folder,
                   gconstpointer unused)
{
  g_autoptr (CtlSession) session = ctl_session_new ("watch", "--json", folder->path, NULL);
  JsonObject *line = ctl_session_wait (session, NULL, NULL);

  g_assert_cmpstr (json_object_get_string_member (line, "event"), ==, "watching");
  g_assert_cmpstr (json_object_get_string_member (line, "file"), ==, folder->path);
  g_assert_false (json_object_get_boolean_member (line, "polling"));
  g_assert_cmpuint (json_object_get_size (line), ==, 4);
  ctl_assert_time (line);
  assert_well_ended (session, SIGTERM);
}

static void
test_start (CtlFolder    *folder,
            gconstpointer unused)
{
  g_autoptr (CtlSession) session = NULL;
  JsonObject *line;

  ctl_put_in_place (folder, "simple.so", "simple_v1");
  session = ctl_session_new ("watch", "--json", folder->path, NULL);
  ctl_session_wait (session, "loaded", "Simple");
  line = ctl_session_wait (session, "started", "Simple");
  assert_runs (line, 1);
  ctl_assert_checksum (line, "simple_v1");

  /* After what was there from the beginning. */
  ctl_session_wait (session, "watching", NULL);
  assert_well_ended (session, SIGTERM);
  g_assert_cmpuint (ctl_session_count (session, "unloaded", "Simple"), ==, 1);
}

static void
check_replacement (CtlFolder *folder,
                   void     (*put) (CtlFolder *, const char *, const char *))
{
  g_autoptr (CtlSession) session = NULL;
  JsonObject *line;

  ctl_put_in_place (folder, "simple.so", "simple_v1");
  session = ctl_session_watch (folder);
  put (folder, "simple.so", "simple_v2");
  line = ctl_session_wait (session, "reloaded", "Simple");
  assert_runs (line, 2);
  g_assert_cmpint (json_object_get_int_member (line, "duration_us"), >, 0);
  ctl_assert_checksum (line, "simple_v2");

  put (folder, "simple.so", "simple_v1");
  assert_runs (ctl_session_wait (session, "reloaded", "Simple"), 3);
  assert_well_ended (session, SIGTERM);
}

static void
test_replaced_by_rename (CtlFolder    *folder,
                         gconstpointer unused)
{
  check_replacement (folder, ctl_put_by_rename);
}

static void
test_replaced_in_place (CtlFolder    *folder,
                        gconstpointer unused)
{
  check_replacement (folder, ctl_put_in_place);
}

static void
test_new_and_gone (CtlFolder    *folder,
                   gconstpointer unused)
{
  g_autoptr (CtlSession) session = ctl_session_watch (folder);

  ctl_put_in_place (folder, "simple.so", "simple_v1");
  assert_runs (ctl_session_wait (session, "started", "Simple"), 1);
  ctl_put_by_rename (folder, "pair.so", "pair");
  ctl_session_wait (session, "started", "Right");

  ctl_remove (folder, "simple.so");
  ctl_session_wait (session, "unloaded", "Simple");
  ctl_put_in_place (folder, "simple.so", "simple_v2");
  ctl_session_wait (session, "started", "Simple");
  assert_well_ended (session, SIGTERM);
}

static void
test_broken_file (CtlFolder    *folder,
                  gconstpointer unused)
{
  g_autofree char *path = ctl_folder_build (folder, "simple.so");
  g_autoptr (CtlSession) session = NULL;
  JsonObject *line;

  ctl_put_in_place (folder, "simple.so", "simple_v1");
  session = ctl_session_watch (folder);

  ctl_put_bytes (path, "this is no module at all, and never was, but it is long enough for one",
                 70);
  line = ctl_session_wait (session, "failed", "Simple");
  ctl_assert_error (line, "inspect", "invalid-module");
  assert_runs (line, 1);

  ctl_put_by_rename (folder, "simple.so", "undefined_symbol");
  line = ctl_session_wait (session, "failed", "Simple");
  ctl_assert_error (line, "stage", "open-failed");
  assert_runs (line, 1);

  ctl_put_by_rename (folder, "simple.so", "simple_v2");
  assert_runs (ctl_session_wait (session, "reloaded", "Simple"), 2);
  assert_well_ended (session, SIGTERM);
}

static void
test_rolled_back (CtlFolder    *folder,
                  gconstpointer unused)
{
  g_autoptr (CtlSession) session = NULL;
  JsonObject *line;

  ctl_put_in_place (folder, "simple.so", "simple_v1");
  session = ctl_session_watch (folder);
  ctl_put_by_rename (folder, "simple.so", "start_fails");
  line = ctl_session_wait (session, "rolled-back", "Simple");
  ctl_assert_error (line, "start", "start-failed");
  assert_runs (line, 1);

  ctl_put_by_rename (folder, "simple.so", "simple_v2");
  ctl_session_wait (session, "reloaded", "Simple");

  /* What failed meanwhile makes no bad end. */
  assert_well_ended (session, SIGTERM);
}

static void
test_state (CtlFolder    *folder,
            gconstpointer unused)
{
  g_autoptr (CtlSession) session = NULL;

  ctl_put_in_place (folder, "counter.so", "counter_v1");
  session = ctl_session_new ("watch", "--json", folder->path, NULL);
  g_assert_cmpstr (text_of (ctl_session_wait (session, "output", "Counter")), ==, "count 1");

  ctl_session_wait (session, "watching", NULL);
  ctl_put_by_rename (folder, "counter.so", "counter_v2");
  g_assert_cmpstr (text_of (ctl_session_wait (session, "output", "Counter")), ==, "count 2");

  /* The old generation goes on from where it was. */
  ctl_put_by_rename (folder, "counter.so", "restore_refuses");
  g_assert_cmpstr (text_of (ctl_session_wait (session, "output", "Counter")), ==, "count 3");

  assert_well_ended (session, SIGTERM);
  g_assert_cmpuint (ctl_session_count (session, "reloaded", "Counter"), ==, 1);
  ctl_assert_error (ctl_session_find (session, "rolled-back", "Counter"), "start", "restore-failed");
}

static void
test_bad_from_the_start (CtlFolder    *folder,
                         gconstpointer unused)
{
  g_autofree char *bad = ctl_folder_build (folder, "bad.so");
  g_autoptr (CtlSession) session = NULL;
  JsonObject *line;

  ctl_put_in_place (folder, "bad.so", "newer_abi");
  ctl_put_in_place (folder, "simple.so", "simple_v1");
  session = ctl_session_watch (folder);
  g_assert_cmpuint (ctl_session_count (session, "failed", NULL), ==, 1);
  g_assert_cmpuint (ctl_session_count (session, "started", "Simple"), ==, 1);

  ctl_put_by_rename (folder, "bad.so", "no_finalizer");
  line = ctl_session_wait (session, "started", "Bare");
  g_assert_cmpstr (json_object_get_string_member (line, "file"), ==, bad);
  assert_well_ended (session, SIGTERM);
}

static void
test_recursive (CtlFolder    *folder,
                gconstpointer unused)
{
  g_autofree char *outer = ctl_folder_build (folder, "outer");
  g_autofree char *inner = ctl_folder_build (folder, "outer/inner");
  g_autoptr (CtlSession) session = NULL;

  g_assert_cmpint (g_mkdir_with_parents (inner, 0755), ==, 0);
  ctl_put_in_place (folder, "counter.so", "counter_v1");
  ctl_put_in_place (folder, "outer/inner/simple.so", "simple_v1");
  session = ctl_session_new ("watch", "--json", "--recursive", folder->path, NULL);
  ctl_session_wait (session, "watching", NULL);
  g_assert_cmpuint (ctl_session_count (session, "started", "Simple"), ==, 1);

  ctl_put_by_rename (folder, "outer/inner/simple.so", "simple_v2");
  ctl_session_wait (session, "reloaded", "Simple");
  assert_well_ended (session, SIGTERM);
}

static void
test_odd_file_names (CtlFolder    *folder,
                     gconstpointer unused)
{
  static const char *const names[] = {
    "with space.so", "käse-光子.so", "<b>&amp;.so", "two\nlines.so", "-dash.so", "a:b.so",
  };
  g_autoptr (CtlSession) session = ctl_session_watch (folder);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = ctl_folder_build (folder, names[i]);
      JsonObject *line;

      ctl_put_in_place (folder, names[i], "simple_v1");
      line = ctl_session_wait (session, "started", "Simple");
      g_assert_cmpstr (json_object_get_string_member (line, "file"), ==, path);
      ctl_put_by_rename (folder, names[i], "simple_v2");
      line = ctl_session_wait (session, "reloaded", "Simple");
      g_assert_cmpstr (json_object_get_string_member (line, "file"), ==, path);
      ctl_remove (folder, names[i]);
      ctl_session_wait (session, "unloaded", "Simple");
    }
  assert_well_ended (session, SIGTERM);
}

static void
test_raw_output (CtlFolder    *folder,
                 gconstpointer unused)
{
  g_autoptr (CtlSession) session = NULL;

  /* Every line is parsed, so a torn one would be found. */
  ctl_put_in_place (folder, "raw.so", "raw_output");
  ctl_put_in_place (folder, "ticker.so", "ticker");
  session = ctl_session_new ("watch", "--json", "--in-process", folder->path, NULL);
  ctl_session_wait (session, "watching", NULL);
  ctl_session_wait (session, "output", "Ticker");
  assert_well_ended (session, SIGTERM);
  g_assert_cmpuint (ctl_session_count (session, "output", "Raw"), ==, 1);
}

static void
test_signal (CtlFolder    *folder,
             gconstpointer number)
{
  g_autoptr (CtlSession) session = NULL;

  ctl_put_in_place (folder, "overlap.so", "start_first_v1");
  ctl_put_in_place (folder, "bad.so", "start_fails");
  session = ctl_session_watch (folder);
  ctl_session_signal (session, GPOINTER_TO_INT (number));

  /* The finalizers run, and all is told to the end. */
  g_assert_cmpstr (text_of (ctl_session_wait (session, "output", "Overlap")), ==, "v1 end");
  ctl_session_wait (session, "unloaded", "Overlap");
  g_assert_cmpint (ctl_session_join (session), ==, 0);
}

static void
test_second_signal (CtlFolder    *folder,
                    gconstpointer number)
{
  g_autoptr (CtlSession) session = NULL;

  ctl_put_in_place (folder, "hanging.so", "hangs_at_end");
  session = ctl_session_new ("watch", "--in-process", folder->path, NULL);
  ctl_session_wait_text (session, "watching ");
  ctl_session_signal (session, GPOINTER_TO_INT (number));
  ctl_session_wait_text (session, "hanging");
  g_assert_cmpint (ctl_session_end (session, GPOINTER_TO_INT (number)), ==,
                   128 + GPOINTER_TO_INT (number));
}

/* In a process of its own it is killed when its time is over, and all ends well. */
static void
test_hanging_start (CtlFolder    *folder,
                    gconstpointer unused)
{
  g_autoptr (CtlSession) session = NULL;

  ctl_put_in_place (folder, "hanging.so", "hangs_at_start");
  session = ctl_session_new ("watch", "--json", "--timeout", "0.5", folder->path, NULL);
  ctl_session_wait (session, "failed", NULL);
  ctl_session_wait (session, "watching", NULL);
  assert_well_ended (session, SIGINT);
}

/* The first signal cannot be heard here, the second one needs not be. */
static void
test_hanging_start_in_process (CtlFolder    *folder,
                               gconstpointer unused)
{
  g_autoptr (CtlSession) session = NULL;

  ctl_put_in_place (folder, "hanging.so", "hangs_at_start");
  session = ctl_session_new ("watch", "--in-process", folder->path, NULL);
  ctl_session_wait_text (session, "hanging");
  ctl_session_signal_taken (session, SIGINT);
  g_assert_cmpint (ctl_session_end (session, SIGINT), ==, 128 + SIGINT);
}

/* Even if there is no next line to write that would tell. */
static void
test_nobody_reads (CtlFolder    *folder,
                   gconstpointer unused)
{
  g_autoptr (CtlSession) session = NULL;

  ctl_put_in_place (folder, "overlap.so", "start_first_v1");
  session = ctl_session_watch (folder);
  ctl_session_close_output (session);
  g_assert_cmpint (ctl_session_join (session), ==, 0);
}

static void
test_nobody_reads_much (CtlFolder    *folder,
                        gconstpointer unused)
{
  g_autoptr (CtlSession) session = NULL;

  ctl_put_in_place (folder, "ticker.so", "ticker");
  session = ctl_session_watch (folder);
  ctl_session_wait (session, "output", "Ticker");
  ctl_session_close_output (session);
  g_assert_cmpint (ctl_session_join (session), ==, 0);
}

static void
add_signal_test (const char *path,
                 int         number,
                 void      (*function) (CtlFolder *, gconstpointer))
{
  g_test_add (path, CtlFolder, GINT_TO_POINTER (number), ctl_folder_set_up, function,
              ctl_folder_tear_down);
}

/* A kernel that gives this user no inotify watch, as far as luminalctl can see. */
static char *
put_confined_ctl (CtlFolder *folder)
{
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\n"
                                           "exec unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_inotify_watches "
                                           "&& exec \"$@\"' sh %s \"$@\"\n",
                                           g_getenv ("LUMINAL_TEST_CTL"));
  char *path = ctl_folder_build (folder, "ctl");

  ctl_put_bytes (path, text, strlen (text));
  g_assert_no_errno (g_chmod (path, 0700));
  return path;
}

static void
test_no_watches (CtlFolder    *folder,
                 gconstpointer unused)
{
  g_autofree char *usual = g_strdup (g_getenv ("LUMINAL_TEST_CTL"));
  g_autofree char *confined = put_confined_ctl (folder);
  g_autoptr (CtlSession) session = NULL;
  g_autoptr (CtlRun) run = NULL;
  JsonObject *line;

  g_setenv ("LUMINAL_TEST_CTL", confined, TRUE);
  run = ctl_run ("--version", NULL);
  if (run->status != 0)
    {
      g_setenv ("LUMINAL_TEST_CTL", usual, TRUE);
      g_test_skip ("there are no user namespaces here");
      return;
    }

  ctl_put_in_place (folder, "simple.so", "simple_v1");
  session = ctl_session_new ("watch", "--json", folder->path, NULL);
  line = ctl_session_wait (session, "watching", NULL);
  g_assert_true (json_object_get_boolean_member (line, "polling"));
  g_assert_nonnull (strstr (json_object_get_string_member (line, "polling_reason"), "max_user_watches"));
  ctl_put_in_place (folder, "simple.so", "simple_v2");
  ctl_session_wait (session, "reloaded", "Simple");
  assert_well_ended (session, SIGTERM);
  g_setenv ("LUMINAL_TEST_CTL", usual, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  CTL_ADD_TEST ("/cli/watch/no-folder", test_no_folder);
  CTL_ADD_TEST ("/cli/watch/empty-folder", test_empty_folder);
  CTL_ADD_TEST ("/cli/watch/start", test_start);
  CTL_ADD_TEST ("/cli/watch/replaced-by-rename", test_replaced_by_rename);
  CTL_ADD_TEST ("/cli/watch/replaced-in-place", test_replaced_in_place);
  CTL_ADD_TEST ("/cli/watch/new-and-gone", test_new_and_gone);
  CTL_ADD_TEST ("/cli/watch/broken-file", test_broken_file);
  CTL_ADD_TEST ("/cli/watch/rolled-back", test_rolled_back);
  CTL_ADD_TEST ("/cli/watch/state", test_state);
  CTL_ADD_TEST ("/cli/watch/bad-from-the-start", test_bad_from_the_start);
  CTL_ADD_TEST ("/cli/watch/recursive", test_recursive);
  CTL_ADD_TEST ("/cli/watch/odd-file-names", test_odd_file_names);
  CTL_ADD_TEST ("/cli/watch/raw-output", test_raw_output);
  add_signal_test ("/cli/watch/interrupt", SIGINT, test_signal);
  add_signal_test ("/cli/watch/terminate", SIGTERM, test_signal);
  add_signal_test ("/cli/watch/second-interrupt", SIGINT, test_second_signal);
  add_signal_test ("/cli/watch/second-terminate", SIGTERM, test_second_signal);
  CTL_ADD_TEST ("/cli/watch/hanging-start", test_hanging_start);
  CTL_ADD_TEST ("/cli/watch/hanging-start-in-process", test_hanging_start_in_process);
  CTL_ADD_TEST ("/cli/watch/nobody-reads", test_nobody_reads);
  CTL_ADD_TEST ("/cli/watch/nobody-reads-much", test_nobody_reads_much);
  CTL_ADD_TEST ("/cli/watch/no-watches", test_no_watches);

  return g_test_run ();
}
