/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What scripts are told of photons that crash or hang, and what is left of a luminalctl
 * that was killed. */

#include "ctl-test.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "process-testing.h"

typedef struct
{
  CtlFolder folder;
  char *orders; /* the folder in which Puppet looks for what to do */
  char *mark;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  ctl_folder_set_up (&fixture->folder, NULL);
  fixture->orders = g_dir_make_tmp ("luminal-puppet-XXXXXX", &error);
  g_assert_no_error (error);
  g_setenv ("LUMINAL_TEST_PUPPET", fixture->orders, TRUE);
  fixture->mark = process_mark_new ();
}

/* Whatever became of luminalctl, nothing it started is left. */
static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->orders, 0, NULL);
  const char *name;

  process_wait_for_none (fixture->mark);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->orders, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->orders), ==, 0);
  g_free (fixture->orders);
  g_free (fixture->mark);
  ctl_folder_tear_down (&fixture->folder, NULL);
}

static void
tell (Fixture    *fixture,
      const char *place,
      const char *command)
{
  g_autofree char *path = g_build_filename (fixture->orders, place, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, command, -1, &error);
  g_assert_no_error (error);
}

static gboolean
is_file (gpointer user_data)
{
  return g_file_test (user_data, G_FILE_TEST_EXISTS);
}

static void
wait_at (Fixture    *fixture,
         const char *place)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.at", fixture->orders, place);

  process_wait_until (is_file, path);
}

static gboolean
has_line (JsonObject *line,
          const char *member,
          const char *text)
{
  JsonArray *lines = json_object_get_array_member (line, member);

  for (guint i = 0; i < json_array_get_length (lines); i++)
    {
      if (strstr (json_array_get_string_element (lines, i), text) != NULL)
        return TRUE;
    }

  return FALSE;
}

static void
test_crashed (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (CtlSession) session = NULL;
  JsonObject *line;
  gint64 pid;

  ctl_put_in_place (&fixture->folder, "puppet.so", "puppet_v1");
  session = ctl_session_watch (&fixture->folder);
  pid = json_object_get_int_member (ctl_session_find (session, "started", "Puppet"), "pid");
  g_assert_cmpint (pid, >, 0);

  tell (fixture, "beat-1", "segv");
  line = ctl_session_wait (session, "crashed", "Puppet");
  ctl_assert_error (line, "probation", "crashed");
  ctl_assert_time (line);
  ctl_assert_checksum (line, "puppet_v1");
  g_assert_cmpint (json_object_get_int_member (line, "pid"), ==, pid);
  g_assert_cmpstr (json_object_get_string_member (line, "status"), ==, "crashed");
  g_assert_cmpint (json_object_get_int_member (line, "generation"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (line, "signal"), ==, "SIGSEGV");
  g_assert_false (json_object_has_member (line, "exit_code"));
  g_assert_true (has_line (line, "backtrace", "puppet_falls"));
  g_assert_true (has_line (line, "last_output", "v1 count 1"));

  line = ctl_session_wait (session, "started", "Puppet");
  g_assert_cmpint (json_object_get_int_member (line, "pid"), !=, pid);
  g_assert_false (json_object_has_member (line, "error"));
  g_assert_false (json_object_has_member (line, "signal"));
  g_assert_cmpint (ctl_session_end (session, SIGTERM), ==, 0);
}

static void
test_exited (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (CtlSession) session = NULL;
  JsonObject *line;

  ctl_put_in_place (&fixture->folder, "puppet.so", "puppet_v1");
  session = ctl_session_watch (&fixture->folder);
  tell (fixture, "beat-1", "exit 3");
  line = ctl_session_wait (session, "crashed", "Puppet");
  ctl_assert_error (line, "probation", "crashed");
  g_assert_cmpint (json_object_get_int_member (line, "exit_code"), ==, 3);
  g_assert_false (json_object_has_member (line, "signal"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (line, "backtrace")), ==, 0);
  g_assert_cmpint (ctl_session_end (session, SIGINT), ==, 0);
}

static void
test_rolled_back (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (CtlSession) session = NULL;
  JsonObject *line;
  gint64 crashed;

  ctl_put_in_place (&fixture->folder, "puppet.so", "puppet_v1");
  session = ctl_session_watch (&fixture->folder);
  ctl_put_by_rename (&fixture->folder, "puppet.so", "puppet_v2");
  ctl_session_wait (session, "reloaded", "Puppet");
  tell (fixture, "beat-2", "abort");

  line = ctl_session_wait (session, "crashed", "Puppet");
  ctl_assert_checksum (line, "puppet_v2");
  g_assert_cmpstr (json_object_get_string_member (line, "signal"), ==, "SIGABRT");
  crashed = json_object_get_int_member (line, "pid");

  line = ctl_session_wait (session, "rolled-back", "Puppet");
  ctl_assert_error (line, "probation", "crashed");
  ctl_assert_checksum (line, "puppet_v1");
  g_assert_cmpstr (json_object_get_string_member (line, "status"), ==, "running");
  g_assert_cmpint (json_object_get_int_member (line, "pid"), >, 0);
  g_assert_cmpint (json_object_get_int_member (line, "pid"), !=, crashed);
  g_assert_cmpint (ctl_session_end (session, SIGTERM), ==, 0);
}

static void
test_load_crashes (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *path = ctl_fixture ("puppet_v1");
  g_autoptr (CtlRun) run = NULL;
  JsonObject *line;

  tell (fixture, "start-1", "abort");
  run = ctl_run_json ("load", "--json", path, NULL);
  g_assert_cmpint (run->status, ==, 1);
  line = ctl_run_find (run, "failed", "Puppet");
  ctl_assert_error (line, "start", "crashed");
  g_assert_cmpstr (json_object_get_string_member (line, "signal"), ==, "SIGABRT");
  g_assert_true (has_line (line, "last_output", "v1 count 1"));
}

typedef struct
{
  const char *place;
  const char *phase;
} Hang;

/* It is waited for so long and no longer. */
static void
test_timeout (Fixture       *fixture,
              gconstpointer  data)
{
  const Hang *hang = data;
  g_autofree char *path = ctl_fixture ("puppet_v1");
  g_autoptr (CtlRun) run = NULL;
  JsonObject *line;

  tell (fixture, hang->place, "hang");
  run = ctl_run_json ("load", "--json", "--timeout", "0.3", path, NULL);
  g_assert_cmpint (run->status, ==, 1);
  line = ctl_run_find (run, "failed", NULL);
  ctl_assert_error (line, hang->phase, "timed-out");
  g_assert_nonnull (strstr (json_object_get_string_member (json_object_get_object_member (line, "error"), "message"),
                            "within 0.3 s"));
}

/* Neither can do anything about it when it happens. */
static void
test_killed (Fixture       *fixture,
             gconstpointer  place)
{
  g_autoptr (CtlSession) session = NULL;

  ctl_put_in_place (&fixture->folder, "puppet.so", "puppet_v1");
  ctl_put_in_place (&fixture->folder, "ticker.so", "ticker");
  session = ctl_session_watch (&fixture->folder);
  tell (fixture, "beat-1", "children");
  wait_at (fixture, "beat-1");
  tell (fixture, place, "hang");
  ctl_put_by_rename (&fixture->folder, "puppet.so", "puppet_v2");
  wait_at (fixture, place);
  g_assert_cmpuint (process_count_marked (fixture->mark, NULL), >, 8);
  g_assert_cmpint (ctl_session_end (session, SIGKILL), ==, 128 + SIGKILL);
  process_wait_for_none (fixture->mark);
}

#define ADD(path, data, func) g_test_add ("/cli/crash/" path, Fixture, data, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  static const Hang open_hangs = { "open-1", "stage" };
  static const Hang start_hangs = { "start-1", "start" };
  static const Hang finalizer_hangs = { "finalizer-1", "hand-over" };

  g_test_init (&argc, &argv, NULL);

  ADD ("signal", NULL, test_crashed);
  ADD ("exit-code", NULL, test_exited);
  ADD ("rolled-back", NULL, test_rolled_back);
  ADD ("load", NULL, test_load_crashes);
  ADD ("timeout/open", &open_hangs, test_timeout);
  ADD ("timeout/start", &start_hangs, test_timeout);
  ADD ("timeout/finalizer", &finalizer_hangs, test_timeout);
  ADD ("killed/open", "open-2", test_killed);
  ADD ("killed/save", "save-1", test_killed);
  ADD ("killed/finalizer", "finalizer-1", test_killed);
  ADD ("killed/restore", "restore-2", test_killed);
  ADD ("killed/start", "start-2", test_killed);

  return g_test_run ();
}
