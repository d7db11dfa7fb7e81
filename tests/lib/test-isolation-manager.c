/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the manager lacks when it is to have a worker: a clear error, and what runs runs
 * on. */

#include "puppet-testing.h"

#include <signal.h>
#include <sys/resource.h>

static char *good_program;

typedef struct
{
  const char *name;
  const char *program;
  const char *mode;
  const char *words;
} Program;

static const Program programs[] = {
  { "missing", "/nowhere/luminal-worker", NULL, "No such file or directory" },
  { "folder", "/tmp", NULL, "Permission denied" },
  { "no-program", "/dev/null", NULL, "Permission denied" },
  { "another", "/bin/true", NULL, "ended at once, with exit code 0" },
  { "version", FAKE_SPAWNER_PATH, "version", "is of version 0.0.1" },
  { "protocol", FAKE_SPAWNER_PATH, "protocol", "(protocol 2)" },
  { "exits", FAKE_SPAWNER_PATH, "exit", "ended at once, with exit code 3" },
  { "nonsense", FAKE_SPAWNER_PATH, "nonsense", "says what cannot be understood" },
  { "ends-later", FAKE_SPAWNER_PATH, "exit-later", "ended unexpectedly" },
  { "no-process", FAKE_SPAWNER_PATH, "no-process", "cannot be forked" },
};

static void
use_program (const Program *program)
{
  g_setenv ("LUMINAL_WORKER", program != NULL ? program->program : good_program, TRUE);
  if (program != NULL && program->mode != NULL)
    g_setenv ("FAKE_SPAWNER", program->mode, TRUE);
}

static gboolean
is_alone (gpointer user_data)
{
  return process_count_marked (user_data, "luminal-spawner") == 0;
}

static void
test_load (gconstpointer data)
{
  const Program *program = data;
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  LoaderTest *test = puppet->test;
  g_autoptr (GFile) file = loader_test_put (test, "puppet_v1", "puppet.so");
  g_autoptr (GError) error = NULL;

  use_program (program);
  process_kill_marked (test->mark, 0);
  g_assert_null (loader_test_load (test, file, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_WORKER_UNAVAILABLE);
  assert_mentions (error, "puppet.so", "stage", program->words, NULL);
  g_test_message ("%s", error->message);

  use_program (NULL);
  process_kill_marked (test->mark, 0);
  puppet_load (puppet, 1);
  puppet_expect (puppet, 1, 1);
}

/* What runs is not touched by any of it. */
static void
test_reload (gconstpointer data)
{
  const Program *program = data;
  g_autoptr (Puppet) puppet = puppet_new ();
  LoaderTest *test = puppet->test;
  int pid = luminal_handler_get_pid (puppet->handler);
  g_autoptr (GError) error = NULL;

  loader_test_settle (test);
  use_program (program);
  process_kill_marked (test->mark, pid);

  g_assert_false (puppet_reload (puppet, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_WORKER_UNAVAILABLE);
  assert_mentions (error, "puppet.so", "stage", program->words, "Generation 1 runs on", NULL);
  puppet_expect (puppet, 1, 1);
  g_assert_cmpint (luminal_handler_get_pid (puppet->handler), ==, pid);
  g_clear_error (&error);

  use_program (NULL);
  process_kill_marked (test->mark, pid);
  g_assert_true (puppet_reload (puppet, &error));
  g_assert_no_error (error);
  puppet_expect (puppet, 2, 2);
}

static void
leave_descriptors (guint n)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = n == 0 ? limit.rlim_max : process_count_descriptors () - 1 + n;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
}

/* With any number of them left it goes or is told, and what runs runs on. */
static void
test_no_descriptors (void)
{
  guint n_failed = 0;

  for (guint n = 1; n < 30; n++)
    {
      g_autoptr (Puppet) puppet = puppet_new ();
      int pid = luminal_handler_get_pid (puppet->handler);
      g_autoptr (GFile) file = loader_test_put (puppet->test, "puppet_v2", "puppet.so");
      g_autoptr (GPtrArray) handlers = NULL;
      g_autoptr (GError) error = NULL;

      leave_descriptors (n);
      handlers = loader_test_reload (puppet->test, puppet->handler, LUMINAL_RELOAD_DEFAULT, &error);
      leave_descriptors (0);

      g_assert_true ((handlers == NULL) == (error != NULL));
      if (handlers != NULL)
        {
          puppet_expect (puppet, 2, 2);
          continue;
        }

      n_failed++;
      g_test_message ("%u: %s", n, error->message);
      g_assert_true (error->domain == LUMINAL_ERROR);
      g_assert_true (error->code == LUMINAL_ERROR_WORKER_UNAVAILABLE || error->code == LUMINAL_ERROR_UNREADABLE);
      assert_mentions (error, "puppet.so", "Too many open files", "Generation 1 runs on", NULL);
      puppet_expect (puppet, 1, 1);
      g_assert_cmpint (luminal_handler_get_pid (puppet->handler), ==, pid);

      g_clear_error (&error);
      g_assert_true (puppet_reload (puppet, &error));
      g_assert_no_error (error);
      puppet_expect (puppet, 2, 2);
    }

  g_assert_cmpuint (n_failed, >, 1);
  g_assert_cmpuint (n_failed, <, 29);
}

/* What is forked from it has no other thread, and would believe that it had. */
static void
test_spawner_threads (void)
{
  g_autoptr (Puppet) puppet = puppet_new ();
  g_autofree char *path = g_strdup_printf ("/proc/%d/task", process_find_marked (puppet->test->mark, "luminal-spawner"));
  g_autoptr (GDir) threads = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (threads) != NULL)
    n++;
  g_assert_cmpuint (n, ==, 1);
}

/* Without a spawner, and with one again. */
static void
test_spawner_killed (void)
{
  g_autoptr (Puppet) puppet = puppet_new ();
  LoaderTest *test = puppet->test;
  int pid = luminal_handler_get_pid (puppet->handler);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GPtrArray) handlers = NULL;
      g_autoptr (GError) error = NULL;

      loader_test_settle (test);
      kill (process_find_marked (test->mark, "luminal-spawner"), SIGKILL);
      process_wait_until (is_alone, test->mark);
      assert_handler (puppet->handler, LUMINAL_STATUS_RUNNING, i + 1, "puppet_v1");
      g_assert_cmpint (luminal_handler_get_pid (puppet->handler), ==, pid);

      handlers = loader_test_reload (test, puppet->handler, LUMINAL_RELOAD_FORCE, &error);
      g_assert_no_error (error);
      assert_handler (puppet->handler, LUMINAL_STATUS_RUNNING, i + 2, "puppet_v1");
      pid = luminal_handler_get_pid (puppet->handler);
    }
}

/* It is not taken for one that can be used, though the loader has not heard of it yet. */
static void
test_reserve_killed (void)
{
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  pid_t reserve = process_find_marked (puppet->test->mark, "luminal-worker");

  kill (reserve, SIGKILL);
  while (process_is_there (reserve))
    g_thread_yield ();
  puppet_load (puppet, 1);
  puppet_expect (puppet, 1, 1);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  good_program = g_strdup (g_getenv ("LUMINAL_WORKER"));

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autofree char *load = g_strconcat ("/isolation/program/load/", programs[i].name, NULL);
      g_autofree char *reload = g_strconcat ("/isolation/program/reload/", programs[i].name, NULL);

      g_test_add_data_func (load, &programs[i], test_load);
      g_test_add_data_func (reload, &programs[i], test_reload);
    }
  g_test_add_func ("/isolation/no-descriptors", test_no_descriptors);
  g_test_add_func ("/isolation/spawner-threads", test_spawner_threads);
  g_test_add_func ("/isolation/spawner-killed", test_spawner_killed);
  g_test_add_func ("/isolation/reserve-killed", test_reserve_killed);

  status = g_test_run ();
  g_free (good_program);
  return status;
}
