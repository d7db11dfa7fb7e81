/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What follows a crash: the way back, another try, or nothing; and the limits that a
 * photon can go over. */

#include "puppet-testing.h"

#include <signal.h>
#include <string.h>

static gboolean
is_running_again (gpointer user_data)
{
  Puppet *puppet = user_data;

  return luminal_handler_get_status (puppet->handler) == LUMINAL_STATUS_RUNNING &&
         luminal_handler_get_generation (puppet->handler) == 1;
}

/* Soon after a reload: the old generation is back with the state it had saved, and the
 * new content is in quarantine until somebody asks for it. */
static void
test_probation (void)
{
  g_autoptr (Puppet) puppet = puppet_new ();
  g_autoptr (LuminalGeneration) attempt = NULL;
  g_autoptr (GError) error = NULL;
  LuminalEvent *event;

  luminal_loader_set_probation_time (puppet->test->loader, 600000);
  g_assert_true (puppet_reload (puppet, &error));
  g_assert_no_error (error);
  puppet_expect (puppet, 2, 2);

  puppet_tell (puppet, 2, "beat", "segv");
  event = puppet_wait_for (puppet, LUMINAL_EVENT_ROLLED_BACK);
  process_wait_until (is_running_again, puppet);
  puppet_expect (puppet, 1, 2);
  g_assert_cmpuint (puppet_count (puppet, LUMINAL_EVENT_CRASHED), ==, 1);
  g_assert_error (luminal_event_get_error (event), LUMINAL_ERROR, LUMINAL_ERROR_CRASHED);
  g_assert_cmpint (luminal_event_get_phase (event), ==, LUMINAL_PHASE_PROBATION);
  assert_mentions (luminal_event_get_error (event), "generation 2 crashed", "SIGSEGV",
                   "Generation 1 was started again and runs", NULL);
  g_assert_nonnull (luminal_event_get_crash (event));
  g_assert_true (luminal_handler_get_rolled_back (puppet->handler));
  attempt = last_attempt (puppet->handler);
  g_assert_cmpint (luminal_generation_get_outcome (attempt), ==, LUMINAL_OUTCOME_ROLLED_BACK);

  /* By hand it is tried again. */
  g_assert_true (puppet_reload (puppet, &error));
  g_assert_no_error (error);
  puppet_expect (puppet, 2, 3);
  g_assert_null (luminal_handler_get_crash (puppet->handler));
}

/* Its start was well and it crashed after that, though nobody listened until all of that
 * was over. */
static void
test_last_words (void)
{
  g_autoptr (Puppet) puppet = puppet_new ();
  pid_t worker = luminal_handler_get_pid (puppet->handler);
  pid_t warden = process_get_parent (worker);
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (loader_test_stop (puppet->handler, FALSE, &error));
  g_assert_no_error (error);
  puppet_tell (puppet, 1, "beat", "raise 9");

  g_assert_no_errno (kill (worker, SIGSTOP));
  luminal_handler_start_async (puppet->handler, NULL, loader_test_note_result, &result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (result);
  g_assert_no_errno (kill (worker, SIGCONT));
  while (process_is_there (warden))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (1000);
    }

  g_assert_true (luminal_handler_start_finish (puppet->handler, loader_test_wait (&result), &error));
  g_assert_no_error (error);
  puppet_wait_for (puppet, LUMINAL_EVENT_CRASHED);
  g_assert_cmpuint (puppet_count (puppet, LUMINAL_EVENT_FAILED), ==, 0);
  g_assert_cmpuint (puppet_count (puppet, LUMINAL_EVENT_STARTED), ==, 2);
}

/* Not soon after it any more. */
static void
test_no_probation (void)
{
  g_autoptr (Puppet) puppet = puppet_new ();
  g_autoptr (GError) error = NULL;

  luminal_loader_set_probation_time (puppet->test->loader, 0);
  g_assert_true (puppet_reload (puppet, &error));
  g_assert_no_error (error);
  puppet_expect (puppet, 2, 2);

  puppet_tell (puppet, 2, "beat", "exit 1");
  puppet_wait_for (puppet, LUMINAL_EVENT_STARTED);
  loader_test_await_output (puppet->test, "v2 count 1", 1);
  g_assert_cmpuint (puppet_count (puppet, LUMINAL_EVENT_ROLLED_BACK), ==, 0);
  assert_handler (puppet->handler, LUMINAL_STATUS_RUNNING, 2, "puppet_v2");
}

/* Work on older content is called off for newer content, even if it never comes to an end. */
static void
test_newer_content (void)
{
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  LoaderTest *test = puppet->test;
  g_autoptr (GFile) folder = loader_test_file (test, NULL);
  g_autoptr (GAsyncResult) watching = NULL;
  g_autoptr (GAsyncResult) stopped = NULL;
  g_autoptr (GError) error = NULL;

  luminal_loader_set_open_timeout (test->loader, 0);
  luminal_loader_watch_photons_async (test->loader, folder, LUMINAL_TYPE_PHOTON, NULL, FALSE, NULL,
                                      loader_test_note_result, &watching);
  luminal_loader_watch_photons_finish (test->loader, loader_test_wait (&watching), &error);
  g_assert_no_error (error);

  puppet_tell (puppet, 1, "open", "hang");
  g_object_unref (loader_test_put (test, "puppet_v1", "puppet.so"));
  puppet_wait_at (puppet, 1, "open");
  g_object_unref (loader_test_put (test, "puppet_v2", "puppet.so"));
  loader_test_await_output (test, "v2 count 1", 1);
  g_set_object (&puppet->handler, luminal_loader_lookup (test->loader, "Puppet"));
  assert_handler (puppet->handler, LUMINAL_STATUS_RUNNING, 1, "puppet_v2");

  luminal_loader_stop_watching_photons_async (test->loader, FALSE, NULL, loader_test_note_result, &stopped);
  luminal_loader_stop_watching_photons_finish (test->loader, loader_test_wait (&stopped), &error);
  g_assert_no_error (error);
}

static void
count_observed (LuminalLoader *loader,
                GStrv          loaded,
                GStrv          reloaded,
                GStrv          failed,
                GStrv          unloaded,
                guint         *n)
{
  *n += 1;
}

static gboolean
has_reached (gpointer user_data)
{
  guint *n = user_data;

  return n[0] >= n[1];
}

/* The watcher leaves it alone as long as it is the same content, however often it is
 * written, and takes the next one. What GIO needs for that it makes with its first
 * monitor, and keeps. */
static void
test_quarantine (void)
{
  g_autoptr (GFile) anywhere = g_file_new_for_path (g_get_tmp_dir ());
  g_autoptr (GFileMonitor) first = g_file_monitor_directory (anywhere, G_FILE_MONITOR_NONE, NULL, NULL);
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  LoaderTest *test = puppet->test;
  g_autoptr (GFile) folder = loader_test_file (test, NULL);
  g_autoptr (GAsyncResult) watching = NULL;
  g_autoptr (GAsyncResult) stopped = NULL;
  g_autoptr (GError) error = NULL;
  guint observed[2] = { 0, 0 };

  luminal_loader_set_probation_time (test->loader, 600000);
  g_signal_connect (test->loader, "observed", G_CALLBACK (count_observed), observed);
  g_object_unref (loader_test_put (test, "puppet_v1", "puppet.so"));
  luminal_loader_watch_photons_async (test->loader, folder, LUMINAL_TYPE_PHOTON, NULL, FALSE, NULL,
                                      loader_test_note_result, &watching);
  luminal_loader_watch_photons_finish (test->loader, loader_test_wait (&watching), &error);
  g_assert_no_error (error);
  g_set_object (&puppet->handler, luminal_loader_lookup (test->loader, "Puppet"));
  puppet_expect (puppet, 1, 1);

  puppet_tell (puppet, 2, "beat", "!segv");
  g_object_unref (loader_test_put (test, "puppet_v2", "puppet.so"));
  puppet_wait_for (puppet, LUMINAL_EVENT_ROLLED_BACK);
  process_wait_until (is_running_again, puppet);
  puppet_expect (puppet, 1, 2);
  loader_test_forget_events (test);

  for (guint i = 0; i < 3; i++)
    {
      observed[1] = observed[0] + 1;
      g_object_unref (loader_test_put (test, "puppet_v2", "puppet.so"));
      process_wait_until (has_reached, observed);
      assert_handler (puppet->handler, LUMINAL_STATUS_RUNNING, 1, "puppet_v1");
    }
  g_assert_cmpuint (puppet_count (puppet, LUMINAL_EVENT_RELOADED), ==, 0);
  g_assert_cmpuint (puppet_count (puppet, LUMINAL_EVENT_CRASHED), ==, 0);
  g_assert_cmpuint (puppet_count (puppet, LUMINAL_EVENT_SKIPPED), >, 0);

  /* Another content is another matter; it counts on from the state that was handed over. */
  g_object_unref (loader_test_put (test, "counter_v1", "puppet.so"));
  puppet_wait_for (puppet, LUMINAL_EVENT_LOADED);
  loader_test_await_output (test, "count 1", 1);

  luminal_loader_stop_watching_photons_async (test->loader, FALSE, NULL, loader_test_note_result, &stopped);
  luminal_loader_stop_watching_photons_finish (test->loader, loader_test_wait (&stopped), &error);
  g_assert_no_error (error);
  g_signal_handlers_disconnect_by_data (test->loader, observed);
}

typedef struct
{
  Puppet *puppet;
  guint n;
} Crashes;

static gboolean
have_been (gpointer user_data)
{
  Crashes *crashes = user_data;

  return puppet_count (crashes->puppet, LUMINAL_EVENT_CRASHED) >= crashes->n;
}

/* Five more tries, each after twice the time of the one before, and no other. */
static void
test_restarts (void)
{
  g_autoptr (Puppet) puppet = puppet_new ();
  Crashes crashes = { puppet, 6 };
  gint64 crashed_at = 0;
  gint64 delay = 250000;
  LuminalEvent *last = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  puppet_tell (puppet, 1, "beat", "!abort");
  process_wait_until (have_been, &crashes);
  g_assert_cmpuint (puppet_count (puppet, LUMINAL_EVENT_STARTED), ==, 1 + 5);

  for (guint i = 0; i < puppet->test->events->len; i++)
    {
      LuminalEvent *event = puppet->test->events->pdata[i];

      if (luminal_event_get_kind (event) == LUMINAL_EVENT_CRASHED)
        {
          crashed_at = luminal_event_get_time (event);
          last = event;
        }
      else if (luminal_event_get_kind (event) == LUMINAL_EVENT_STARTED && crashed_at > 0)
        {
          g_assert_cmpint (luminal_event_get_time (event) - crashed_at, >=, delay);
          delay *= 2;
        }
    }
  assert_mentions (luminal_event_get_error (last), "started again 5 times within a minute", "stays down",
                   "Reload it to try again", NULL);
  assert_handler (puppet->handler, LUMINAL_STATUS_CRASHED, 1, "puppet_v1");
  resources_assert (&puppet->test->at_first);

  /* Asked for by hand. */
  puppet_tell (puppet, 1, "beat", "nothing");
  handlers = loader_test_reload (puppet->test, puppet->handler, LUMINAL_RELOAD_FORCE, &error);
  g_assert_no_error (error);
  assert_handler (puppet->handler, LUMINAL_STATUS_RUNNING, 2, "puppet_v1");
}

/* The process of two ends with one that is stopped by force, and is there again for the
 * other. */
static void
test_mate (void)
{
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  LuminalHandler *left = loader_test_run_one (puppet->test, "pair", "pair.so");
  LuminalHandler *right = luminal_loader_lookup (puppet->test->loader, "Right");
  int pid = luminal_handler_get_pid (right);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (luminal_handler_get_pid (left), ==, pid);
  loader_test_await_output (puppet->test, "second", 1);
  loader_test_forget_events (puppet->test);
  loader_test_stop (left, TRUE, &error);
  g_assert_no_error (error);
  assert_handler (left, LUMINAL_STATUS_STOPPED, 1, "pair");
  loader_test_await_output (puppet->test, "second", 1);
  assert_handler (right, LUMINAL_STATUS_RUNNING, 1, "pair");
  g_assert_cmpint (luminal_handler_get_pid (right), !=, pid);
  g_assert_null (luminal_handler_get_crash (right));
  g_assert_null (luminal_handler_get_error (right));
  assert_handler (left, LUMINAL_STATUS_STOPPED, 1, "pair");

  loader_test_start (left, &error);
  g_assert_no_error (error);
  g_assert_cmpint (luminal_handler_get_pid (left), ==, luminal_handler_get_pid (right));
}

typedef struct
{
  const char *command;
  const char *property;
  guint limit;
  const char *cause;
} Limit;

static const Limit limits[] = {
  { "memory", "memory-limit", 64 * 1024 * 1024, "it came to its limit of 64" },
  { "spin", "cpu-limit", 1, "it used up its 1 s of CPU time" },
  { "files", "file-limit", 40, "it came to its limit of 40 open files" },
};

static void
set_limit (LuminalLoader *loader,
           const Limit   *limit)
{
  if (g_str_equal (limit->property, "file-limit"))
    luminal_loader_set_file_limit (loader, limit->limit);
  else
    g_object_set (loader, limit->property, (guint64) limit->limit, NULL);
}

static void
test_limit (gconstpointer data)
{
  const Limit *limit = data;
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  g_autoptr (GError) error = NULL;
  LuminalEvent *event;
  LuminalCrash *crash;

  set_limit (puppet->test->loader, limit);
  /* However slowly CPU time comes on a busy machine. It holds for what is loaded from now on. */
  g_object_set (puppet->test->loader, "start-timeout", 60000u, NULL);
  puppet_load (puppet, 1);
  puppet_tell (puppet, 1, "beat", limit->command);
  event = puppet_wait_for (puppet, LUMINAL_EVENT_CRASHED);
  g_assert_error (luminal_event_get_error (event), LUMINAL_ERROR, LUMINAL_ERROR_OVER_LIMIT);
  assert_mentions (luminal_event_get_error (event), limit->cause, NULL);
  crash = luminal_event_get_crash (event);
  g_assert_true (luminal_crash_get_over_limit (crash));
  g_assert_cmpint (luminal_crash_get_signal (crash), !=, 0);

  /* Also where somebody waits for it. */
  loader_test_stop (puppet->handler, FALSE, NULL);
  puppet_tell (puppet, 1, "start", limit->command);
  g_assert_false (loader_test_start (puppet->handler, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_OVER_LIMIT);
  assert_mentions (error, "start function", limit->cause, NULL);
}

static void
test_glutton (void)
{
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  g_autofree char *path = g_build_filename (g_getenv ("LUMINAL_UNRULY_PHOTONS"), "glutton.so", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  luminal_loader_set_memory_limit (puppet->test->loader, 32 * 1024 * 1024);
  handlers = loader_test_load (puppet->test, file, &error);
  g_assert_no_error (error);
  loader_test_start (handlers->pdata[0], &error);
  g_assert_no_error (error);
  g_assert_error (luminal_event_get_error (puppet_wait_for (puppet, LUMINAL_EVENT_CRASHED)), LUMINAL_ERROR,
                  LUMINAL_ERROR_OVER_LIMIT);
  g_assert_true (luminal_crash_get_over_limit (luminal_handler_get_crash (handlers->pdata[0])));
}

static void
test_privileges (void)
{
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  g_autofree char *path = NULL;
  g_autofree char *status = NULL;

  luminal_loader_set_no_new_privileges (puppet->test->loader, TRUE);
  puppet_load (puppet, 1);
  path = g_strdup_printf ("/proc/%d/status", luminal_handler_get_pid (puppet->handler));
  g_assert_true (g_file_get_contents (path, &status, NULL, NULL));
  g_assert_nonnull (strstr (status, "NoNewPrivs:\t1\n"));
}

static gboolean
has_figures (gpointer user_data)
{
  Puppet *puppet = user_data;

  return luminal_handler_get_memory_size (puppet->handler) > 0 &&
         luminal_handler_get_cpu_time (puppet->handler) >= 20000;
}

static gboolean
has_no_figures (gpointer user_data)
{
  return luminal_handler_get_memory_size (((Puppet *) user_data)->handler) == 0;
}

/* Only while somebody looks. */
static void
test_resources (void)
{
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();

  luminal_loader_set_finalizer_timeout (puppet->test->loader, 10);
  puppet_load (puppet, 1);
  g_assert_cmpuint (luminal_handler_get_memory_size (puppet->handler), ==, 0);
  luminal_handler_track_resources (puppet->handler);
  puppet_tell (puppet, 1, "beat", "spin");
  process_wait_until (has_figures, puppet);
  g_assert_cmpuint (luminal_handler_get_memory_size (puppet->handler), <, 1024 * 1024 * 1024);

  kill (luminal_handler_get_pid (puppet->handler), SIGKILL);
  puppet_wait_for (puppet, LUMINAL_EVENT_CRASHED);
  process_wait_until (has_no_figures, puppet);
  luminal_handler_untrack_resources (puppet->handler);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/isolation/probation", test_probation);
  g_test_add_func ("/isolation/probation/over", test_no_probation);
  g_test_add_func ("/isolation/last-words", test_last_words);
  g_test_add_func ("/isolation/newer-content", test_newer_content);
  g_test_add_func ("/isolation/quarantine", test_quarantine);
  g_test_add_func ("/isolation/restarts", test_restarts);
  g_test_add_func ("/isolation/mate", test_mate);
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autofree char *path = g_strconcat ("/isolation/limit/", limits[i].command, NULL);

      g_test_add_data_func (path, &limits[i], test_limit);
    }
  g_test_add_func ("/isolation/limit/glutton", test_glutton);
  g_test_add_func ("/isolation/limit/privileges", test_privileges);
  g_test_add_func ("/isolation/resources", test_resources);

  return g_test_run ();
}
