/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a photon does to its own process, and what the handler says of it then. */

#include "puppet-testing.h"

#include <signal.h>
#include <string.h>

typedef struct
{
  const char *command;
  int signal;
  int exit_code;
  const char *cause;
  const char *function; /* in the backtrace */
} Deed;

static const Deed deeds[] = {
  { "exit 0", 0, 0, "it exited, with code 0", NULL },
  { "exit 3", 0, 3, "it exited, with code 3", NULL },
  { "_exit 7", 0, 7, "it exited, with code 7", NULL },
  { "abort", SIGABRT, -1, "SIGABRT", "puppet_beat" },
  { "segv", SIGSEGV, -1, "at address 0x0 in puppet_falls", "puppet_falls" },
  { "stack", SIGSEGV, -1, "SIGSEGV", "use_stack" },
  { "raise 8", SIGFPE, -1, "SIGFPE", "puppet_beat" },
  { "raise 9", SIGKILL, -1, "SIGKILL (Killed)", NULL },
  { "raise 15", SIGTERM, -1, "SIGTERM (Terminated)", NULL },
  { "close", 0, -1, "it closed its connection to the manager, or wrote to it", NULL },
  { "garbage", 0, -1, "it closed its connection to the manager, or wrote to it", NULL },
};

static gboolean
contains (const char *const *lines,
          const char        *text)
{
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (strstr (lines[i], text) != NULL)
        return TRUE;
    }

  return FALSE;
}

static void
test_deed (gconstpointer data)
{
  const Deed *deed = data;
  g_autoptr (Puppet) puppet = puppet_new ();
  int pid = luminal_handler_get_pid (puppet->handler);
  gint64 before = g_get_real_time ();
  LuminalEvent *event;
  LuminalCrash *crash;

  puppet_tell (puppet, 1, "beat", deed->command);
  event = puppet_wait_for (puppet, LUMINAL_EVENT_CRASHED);
  g_assert_cmpint (luminal_event_get_pid (event), ==, pid);
  g_assert_cmpint (luminal_event_get_phase (event), ==, LUMINAL_PHASE_PROBATION);
  g_assert_error (luminal_event_get_error (event), LUMINAL_ERROR, LUMINAL_ERROR_CRASHED);
  assert_mentions (luminal_event_get_error (event), "puppet.so", "generation 1 crashed", deed->cause,
                   "It is started again in 0.25 s", NULL);

  assert_handler (puppet->handler, LUMINAL_STATUS_CRASHED, 1, "puppet_v1");
  crash = luminal_handler_get_crash (puppet->handler);
  g_assert_true (crash == luminal_event_get_crash (event));
  g_test_message ("%s", luminal_crash_get_cause (crash));
  g_assert_cmpint (luminal_crash_get_signal (crash), ==, deed->signal);
  g_assert_cmpint (luminal_crash_get_exit_code (crash), ==, deed->exit_code);
  g_assert_nonnull (strstr (luminal_crash_get_cause (crash), deed->cause));
  g_assert_cmpint (luminal_crash_get_time (crash), >=, before);
  g_assert_cmpint (luminal_crash_get_time (crash), <=, g_get_real_time ());
  g_assert_true (contains (luminal_crash_get_output (crash), "v1 count 1"));
  g_assert_true ((*luminal_crash_get_backtrace (crash) != NULL) == (deed->function != NULL));
  if (deed->function != NULL)
    g_assert_true (contains (luminal_crash_get_backtrace (crash), deed->function));
  g_assert_false (process_is_there (pid));

  /* It is back, and knows nothing of it. */
  puppet_wait_for (puppet, LUMINAL_EVENT_STARTED);
  loader_test_await_output (puppet->test, "v1 count 1", 2);
  assert_handler (puppet->handler, LUMINAL_STATUS_RUNNING, 1, "puppet_v1");
  g_assert_null (luminal_handler_get_error (puppet->handler));
  g_assert_cmpint (luminal_handler_get_pid (puppet->handler), !=, pid);
}

static void
unload (Puppet   *puppet,
        gboolean  force)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = loader_test_unload (puppet->test, puppet->handler, force, &error);

  g_assert_no_error (error);
}

/* What it does to signals, and to where it belongs, keeps it from nothing. */
static void
test_stubborn (gconstpointer data)
{
  static const char *const ends[] = { "finalizer", "force", "crash", "warden", "hang" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autoptr (Puppet) puppet = puppet_new_unloaded ();
      g_autoptr (GError) error = NULL;
      pid_t worker;

      luminal_loader_set_finalizer_timeout (puppet->test->loader, g_str_equal (ends[i], "hang") ? 100 : 60000);
      puppet_load (puppet, 1);
      puppet_tell (puppet, 1, "beat", data);
      worker = puppet_wait_at (puppet, 1, "beat");

      if (g_str_equal (ends[i], "crash"))
        kill (worker, SIGKILL);
      else if (g_str_equal (ends[i], "warden"))
        kill (process_get_parent (worker), SIGKILL);
      else if (g_str_equal (ends[i], "hang"))
        puppet_tell (puppet, 1, "finalizer", "hang");

      if (g_str_equal (ends[i], "hang"))
        {
          g_assert_null (loader_test_unload (puppet->test, puppet->handler, FALSE, &error));
          g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_TIMED_OUT);
        }
      else
        {
          if (g_str_equal (ends[i], "crash") || g_str_equal (ends[i], "warden"))
            puppet_wait_for (puppet, LUMINAL_EVENT_CRASHED);
          unload (puppet, g_str_equal (ends[i], "force"));
        }
      g_assert_false (process_is_there (worker));
      resources_assert (&puppet->test->at_first);
    }
}

typedef struct
{
  Puppet *puppet;
  guint n;
} Count;

static gboolean
are_so_many (gpointer user_data)
{
  Count *count = user_data;

  return process_count_marked (count->puppet->test->mark, NULL) == count->n;
}

/* Children of every kind are gone when their photon is, whichever way it goes. */
static void
test_children (gconstpointer data)
{
  const char *end = data;
  g_autoptr (Puppet) puppet = puppet_new ();
  Count count = { puppet, loader_test_settle (puppet->test).processes + 6 };
  int pid = luminal_handler_get_pid (puppet->handler);
  g_autoptr (GError) error = NULL;

  puppet_tell (puppet, 1, "beat", "children");
  process_wait_until (are_so_many, &count);

  if (g_str_equal (end, "finalizer"))
    unload (puppet, FALSE);
  else if (g_str_equal (end, "force"))
    unload (puppet, TRUE);
  else if (g_str_equal (end, "stop"))
    {
      loader_test_stop (puppet->handler, TRUE, &error);
      g_assert_no_error (error);
    }
  else if (g_str_equal (end, "reload"))
    {
      g_assert_true (puppet_reload (puppet, &error));
      g_assert_no_error (error);
    }
  else
    {
      if (g_str_equal (end, "crash"))
        puppet_tell (puppet, 1, "beat", "segv");
      else if (g_str_equal (end, "exit"))
        puppet_tell (puppet, 1, "beat", "exit 0");
      else if (g_str_equal (end, "warden"))
        kill (process_get_parent (pid), SIGKILL);
      puppet_wait_for (puppet, LUMINAL_EVENT_CRASHED);
      puppet_wait_for (puppet, LUMINAL_EVENT_STARTED);
    }

  count.n = g_str_equal (end, "finalizer") || g_str_equal (end, "force") || g_str_equal (end, "stop") ? 3 : 5;
  process_wait_until (are_so_many, &count);
  g_assert_false (process_is_there (pid));
}

/* The sample has six of them, and listens to nobody. */
static void
test_breeder (void)
{
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  g_autofree char *path = g_build_filename (g_getenv ("LUMINAL_UNRULY_PHOTONS"), "breeder.so", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GPtrArray) handlers = NULL;
  Count count = { puppet, puppet->test->at_first.processes + 2 + 6 };
  g_autoptr (GError) error = NULL;

  handlers = loader_test_load (puppet->test, file, &error);
  g_assert_no_error (error);
  loader_test_start (handlers->pdata[0], &error);
  g_assert_no_error (error);
  process_wait_until (are_so_many, &count);
  g_set_object (&puppet->handler, handlers->pdata[0]);
  unload (puppet, FALSE);
  resources_assert (&puppet->test->at_first);
}

static const char *
find_text (Puppet       *puppet,
           LuminalStream stream,
           const char   *beginning)
{
  for (guint i = 0; i < puppet->test->events->len; i++)
    {
      LuminalEvent *event = puppet->test->events->pdata[i];

      if (luminal_event_get_kind (event) == LUMINAL_EVENT_OUTPUT && luminal_event_get_stream (event) == stream &&
          g_str_has_prefix (luminal_event_get_text (event), beginning))
        return luminal_event_get_text (event);
    }

  return NULL;
}

static gsize
get_peak_memory (void)
{
  g_autofree char *status = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  return g_ascii_strtoull (strstr (status, "VmHWM:") + strlen ("VmHWM:"), NULL, 10);
}

static void
test_long_line (void)
{
  g_autoptr (Puppet) puppet = puppet_new ();
  gsize before = get_peak_memory ();
  const char *line;

  puppet_tell (puppet, 1, "beat", "line 100");
  loader_test_await_output (puppet->test, "after the line", 1);
  line = find_text (puppet, LUMINAL_STREAM_STDOUT, "xxx");
  g_assert_nonnull (line);
  g_assert_cmpuint (strlen (line), >=, 8192);
  g_assert_cmpuint (strlen (line), <, 8192 + 100);
  g_assert_cmpuint (get_peak_memory (), <, before + 10 * 1024);
  assert_handler (puppet->handler, LUMINAL_STATUS_RUNNING, 1, "puppet_v1");
}

static void
test_odd_bytes (void)
{
  g_autoptr (Puppet) puppet = puppet_new ();

  puppet_tell (puppet, 1, "beat", "odd");
  loader_test_await_output (puppet->test, "nul \357\277\275, bytes \357\277\275\357\277\275, end", 1);
  loader_test_await_output (puppet->test, "error \357\277\275", 1);
  g_assert_nonnull (find_text (puppet, LUMINAL_STREAM_STDOUT, "nul "));
  g_assert_nonnull (find_text (puppet, LUMINAL_STREAM_STDERR, "error "));
}

int
main (int   argc,
      char *argv[])
{
  static const char *const ends[] = { "finalizer", "force", "stop", "reload", "crash", "exit", "warden" };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      g_autofree char *path = g_strconcat ("/isolation/crash/", deeds[i].command, NULL);

      g_test_add_data_func (g_strdelimit (path, " ", '-'), &deeds[i], test_deed);
    }
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *path = g_strconcat ("/isolation/children/", ends[i], NULL);

      g_test_add_data_func (path, ends[i], test_children);
    }
  g_test_add_func ("/isolation/children/sample", test_breeder);
  g_test_add_data_func ("/isolation/stubborn/deaf", "deaf", test_stubborn);
  g_test_add_data_func ("/isolation/stubborn/leaves", "leave", test_stubborn);
  g_test_add_func ("/isolation/output/long-line", test_long_line);
  g_test_add_func ("/isolation/output/odd-bytes", test_odd_bytes);

  return g_test_run ();
}
