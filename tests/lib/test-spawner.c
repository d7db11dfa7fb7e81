/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where workers come from: the program, the reserve, and what goes wrong. */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "worker-testing.h"
#include "patience.h"

#define MANY 50

typedef struct
{
  GPtrArray *workers;
  guint n_left;
} Many;

static void
one_of_many_taken (GObject      *source_object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  Many *many = user_data;
  GError *error = NULL;
  LuminalWorker *worker = luminal_spawner_take_finish (LUMINAL_SPAWNER (source_object), result, &error);

  g_assert_no_error (error);
  g_ptr_array_add (many->workers, worker);
  many->n_left--;
}

static void
take_many (LuminalSpawner *spawner,
           GPtrArray      *workers)
{
  Many many = { workers, MANY };

  for (guint i = 0; i < MANY; i++)
    luminal_spawner_take_async (spawner, NULL, one_of_many_taken, &many);
  wait_while (many.n_left > 0);
}

static void
test_never_used (Fixture       *fixture,
                 gconstpointer  data)
{
  g_assert_cmpuint (process_count_marked (fixture->mark, NULL), ==, 0);
}

static void
test_prepare (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (LuminalWorker) worker = NULL;
  pid_t pid;

  wait_for_reserve (fixture);
  g_assert_cmpuint (process_count_marked (fixture->mark, NULL), ==, 3);
  pid = process_find_marked (fixture->mark, "luminal-worker");

  worker = take (fixture->spawner);
  luminal_worker_end (worker, TRUE);
  g_assert_cmpint (wait_for_end (worker)->pid, ==, pid);
  wait_for_reserve (fixture);
}

/* What a fork does not have nobody may wait for. */
static void
test_one_thread (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *path = NULL;
  g_autoptr (GDir) threads = NULL;

  wait_for_reserve (fixture);
  path = g_strdup_printf ("/proc/%d/task", process_find_marked (fixture->mark, "luminal-spawner"));
  threads = g_dir_open (path, 0, NULL);
  g_assert_nonnull (g_dir_read_name (threads));
  g_assert_null (g_dir_read_name (threads));
}

/* Dropped in the middle of everything. */
static void
test_dropped_early (Fixture       *fixture,
                    gconstpointer  data)
{
  luminal_spawner_prepare (fixture->spawner);
}

static gboolean
are_two (gpointer mark)
{
  return process_count_marked (mark, "luminal-worker") == 2;
}

/* When one was taken, the next one comes without being asked for. */
static void
test_reserve (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (LuminalWorker) first = take (fixture->spawner);
  g_autoptr (LuminalWorker) second = NULL;

  process_wait_until (are_two, fixture->mark);
  second = take (fixture->spawner);
  g_assert_true (first != second);
}

static gboolean
is_alone (gpointer mark)
{
  return process_count_marked (mark, "luminal-worker") == 0;
}

static void
test_reserve_killed (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (LuminalWorker) worker = NULL;

  wait_for_reserve (fixture);
  kill (process_find_marked (fixture->mark, "luminal-worker"), SIGKILL);
  process_wait_until (is_alone, fixture->mark);
  worker = take (fixture->spawner);
}

static void
test_many (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GPtrArray) workers = g_ptr_array_new_with_free_func (g_object_unref);

  take_many (fixture->spawner, workers);
  g_assert_cmpuint (workers->len, ==, MANY);
  g_assert_cmpuint (process_count_marked (fixture->mark, "luminal-spawner"), ==, 1);
  g_assert_cmpuint (process_count_marked (fixture->mark, "luminal-worker"), >=, MANY);

  for (guint i = 0; i < MANY; i++)
    luminal_worker_end (g_ptr_array_index (workers, i), i % 2 == 0);
  for (guint i = 0; i < MANY; i++)
    wait_for_end (g_ptr_array_index (workers, i));
}

static void
test_many_dropped (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GPtrArray) workers = g_ptr_array_new_with_free_func (g_object_unref);

  take_many (fixture->spawner, workers);
}

/* They outlive it as objects, and not as processes. */
static void
test_spawner_dropped (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (LuminalWorker) worker = take (fixture->spawner);

  g_assert_finalize_object (fixture->spawner);
  wait_for_end (worker);
  fixture->spawner = luminal_spawner_new ();
}

static void
cancelled (GObject      *source_object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LuminalWorker) worker =
    luminal_spawner_take_finish (LUMINAL_SPAWNER (source_object), result, &error);

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (worker);
  *(guint *) user_data += 1;
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (LuminalWorker) worker = NULL;
  guint n = 0;

  luminal_spawner_take_async (fixture->spawner, cancellable, cancelled, &n);
  g_cancellable_cancel (cancellable);
  luminal_spawner_take_async (fixture->spawner, cancellable, cancelled, &n);
  wait_while (n < 2);

  worker = take (fixture->spawner);
}

/* Workers live on, and the next one comes from a new spawner. */
static void
test_spawner_killed (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (LuminalWorker) before = take (fixture->spawner);
  g_autoptr (LuminalWorker) reserve = NULL;
  g_autoptr (LuminalWorker) after = NULL;
  const LuminalWorkerReport *report;
  pid_t pid;
  pid_t warden;

  wait_for_reserve (fixture);
  kill (process_find_marked (fixture->mark, "luminal-spawner"), SIGKILL);
  reserve = take (fixture->spawner);
  after = take (fixture->spawner);
  g_assert_cmpuint (process_count_marked (fixture->mark, "luminal-spawner"), ==, 1);

  ask_who (before, &pid, &warden);
  g_assert_true (luminal_worker_is_connected (before));
  luminal_worker_end (before, TRUE);
  report = wait_for_end (before);
  g_assert_false (report->flags & LUMINAL_REPORT_HAS_STATUS);
  g_assert_true (luminal_worker_is_connected (after));
  luminal_worker_end (after, TRUE);
  g_assert_true (wait_for_end (after)->flags & LUMINAL_REPORT_HAS_STATUS);
}

static void
test_spawner_killed_meanwhile (Fixture       *fixture,
                               gconstpointer  data)
{
  g_autoptr (GPtrArray) workers = g_ptr_array_new_with_free_func (g_object_unref);
  Many many = { workers, MANY };

  for (guint i = 0; i < MANY; i++)
    luminal_spawner_take_async (fixture->spawner, NULL, one_of_many_taken, &many);
  wait_while (many.n_left > MANY / 2);
  kill (process_find_marked (fixture->mark, "luminal-spawner"), SIGKILL);
  wait_while (many.n_left > 0);

  for (guint i = 0; i < MANY; i++)
    luminal_worker_end (g_ptr_array_index (workers, i), TRUE);
  for (guint i = 0; i < MANY; i++)
    wait_for_end (g_ptr_array_index (workers, i));
}

static void
expect_error (Fixture    *fixture,
              const char *words,
              const char *advice)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LuminalWorker) worker = take_or_fail (fixture->spawner, &error);

  g_assert_null (worker);
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_WORKER_UNAVAILABLE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_nonnull (strstr (error->message, advice));
}

/* Twice, and then with the right program: nothing of it stays. */
static void
expect_error_from_program (Fixture    *fixture,
                           const char *words)
{
  g_autoptr (LuminalWorker) worker = NULL;

  expect_error (fixture, words, "LUMINAL_WORKER");
  expect_error (fixture, g_getenv ("LUMINAL_WORKER"), "Install Luminal again");
  g_setenv ("LUMINAL_WORKER", FAKE_WORKER_PATH, TRUE);
  worker = take (fixture->spawner);
}

static void
test_missing (Fixture       *fixture,
              gconstpointer  data)
{
  g_setenv ("LUMINAL_WORKER", "/nowhere/luminal-worker", TRUE);
  expect_error_from_program (fixture, "No such file");
}

static void
test_not_executable (Fixture       *fixture,
                     gconstpointer  data)
{
  g_setenv ("LUMINAL_WORKER", "/dev/null", TRUE);
  expect_error_from_program (fixture, "Permission denied");
}

typedef struct
{
  const char *mode;
  const char *words;
} Fake;

static const Fake bad_programs[] = {
  { "exit", "ended at once, with exit code 3" },
  { "killed", "ended at once, by signal 6" },
  { "closed", "ended at once, by signal 9" },
  { "nonsense", "cannot be understood" },
  { "protocol", "(protocol 2)" },
  { "version", "is of version 0.0.1" },
  { "twice", "introduced itself twice" },
  { "nonsense-later", "cannot be understood" },
  { "exit-later", "ended unexpectedly" },
};

static void
test_bad_program (Fixture       *fixture,
                  gconstpointer  data)
{
  const Fake *fake = data;

  g_setenv ("FAKE_SPAWNER", fake->mode, TRUE);
  g_setenv ("LUMINAL_WORKER", FAKE_SPAWNER_PATH, TRUE);
  expect_error_from_program (fixture, fake->words);
}

static void
test_no_process (Fixture       *fixture,
                 gconstpointer  mode)
{
  g_setenv ("FAKE_SPAWNER", mode, TRUE);
  g_setenv ("LUMINAL_WORKER", FAKE_SPAWNER_PATH, TRUE);
  expect_error (fixture, "cannot be forked", "ulimit -u");
  expect_error (fixture, "cannot be forked", "ulimit -u");
}

static void
test_silent_program (Fixture       *fixture,
                     gconstpointer  data)
{
  g_setenv ("FAKE_SPAWNER", "silent", TRUE);
  g_setenv ("LUMINAL_WORKER", FAKE_SPAWNER_PATH, TRUE);
  expect_error (fixture, "did not introduce itself within", "LUMINAL_WORKER");
}

static void
test_mute_program (Fixture       *fixture,
                   gconstpointer  data)
{
  g_setenv ("FAKE_SPAWNER", "mute", TRUE);
  g_setenv ("LUMINAL_WORKER", FAKE_SPAWNER_PATH, TRUE);
  expect_error (fixture, "did not answer within", "overloaded");
}

static void
test_bad_worker (Fixture       *fixture,
                 gconstpointer  mode)
{
  g_setenv ("FAKE_WORKER", mode, TRUE);
  expect_error (fixture, g_str_equal (mode, "exit") ? "ended with exit code 9" : "cannot be talked to", "");
}

/* Nobody is told of one that failed as long as the next does not. */
static void
test_bad_worker_once (Fixture       *fixture,
                      gconstpointer  mode)
{
  g_autofree char *once = g_dir_make_tmp ("luminal-once-XXXXXX", NULL);
  g_autoptr (LuminalWorker) worker = NULL;

  g_setenv ("FAKE_WORKER", mode, TRUE);
  g_setenv ("FAKE_WORKER_ONCE", once, TRUE);
  worker = take (fixture->spawner);
  g_assert_false (g_file_test (once, G_FILE_TEST_EXISTS));
  g_unsetenv ("FAKE_WORKER_ONCE");
}

static GSubprocess *
start_self (const char *mode)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, TEST_PROGRAM_PATH, mode, NULL);

  g_assert_no_error (error);
  return process;
}

/* Nothing is left of a manager that had no chance to do anything about it. */
static void
test_manager_killed (Fixture       *fixture,
                     gconstpointer  mode)
{
  g_autoptr (GSubprocess) manager = start_self (mode);
  g_autoptr (GDataInputStream) output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (manager));
  g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, NULL);

  g_assert_cmpstr (line, ==, "ready");
  g_assert_cmpuint (process_count_marked (fixture->mark, NULL), >=, 3 * 6);
  g_subprocess_force_exit (manager);
  g_subprocess_wait (manager, NULL, NULL);
  process_wait_for_none (fixture->mark);
}

static G_GNUC_NORETURN void
be_manager (gboolean lose_spawner)
{
  g_autoptr (LuminalSpawner) spawner = luminal_spawner_new ();
  g_autoptr (GPtrArray) workers = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 3; i++)
    {
      LuminalWorker *worker = take (spawner);
      g_autofree char *answer = ask (worker, "children");

      g_ptr_array_add (workers, worker);
    }

  if (lose_spawner)
    kill (process_find_marked (g_getenv (PROCESS_MARK), "luminal-spawner"), SIGKILL);
  g_print ("ready\n");
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

/* With any number of descriptors that are left it is told or works, and as soon as
 * there are enough it works. */
static void
test_no_descriptors (Fixture       *fixture,
                     gconstpointer  data)
{
  guint n_failed = 0;

  for (guint n = 0; n < 60; n++)
    {
      g_autofree char *mode = g_strdup_printf ("--descriptors=%u", n);
      g_autoptr (GSubprocess) manager = start_self (mode);
      g_autofree char *output = NULL;

      g_subprocess_communicate_utf8 (manager, NULL, NULL, &output, NULL, NULL);
      g_test_message ("%u: %s", n, output);
      g_assert_true (g_subprocess_get_if_exited (manager));
      g_assert_cmpint (g_subprocess_get_exit_status (manager), ==, 0);
      if (strlen (output) > 0)
        {
          g_assert_nonnull (strstr (output, "ulimit -n"));
          n_failed++;
        }
    }

  g_assert_cmpuint (n_failed, >, 10);
  g_assert_cmpuint (n_failed, <, 60);
}

static int
be_short_of_descriptors (guint n)
{
  g_autoptr (LuminalSpawner) spawner = luminal_spawner_new ();
  g_autoptr (GMainContext) context = g_main_context_ref (g_main_context_default ());
  g_autoptr (GError) error = NULL;
  g_autoptr (LuminalWorker) worker = NULL;
  g_autoptr (LuminalWorker) second = NULL;
  struct rlimit limit;
  rlim_t before;

  getrlimit (RLIMIT_NOFILE, &limit);
  before = limit.rlim_cur;
  limit.rlim_cur = process_count_descriptors () + n;
  setrlimit (RLIMIT_NOFILE, &limit);
  worker = take_or_fail (spawner, &error);
  if (error != NULL)
    g_print ("%s", error->message);
  g_assert_true ((worker == NULL) == (error != NULL));

  limit.rlim_cur = before;
  setrlimit (RLIMIT_NOFILE, &limit);
  second = take (spawner);
  return EXIT_SUCCESS;
}

static void
fixture_set_up_fake (Fixture       *fixture,
                     gconstpointer  data)
{
  fixture_set_up (fixture, FAKE_WORKER_PATH);
}

#define ADD(path, data, func) \
  g_test_add (path, Fixture, data, fixture_set_up_fake, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  if (argc == 2 && g_str_equal (argv[1], "--manager"))
    be_manager (FALSE);
  if (argc == 2 && g_str_equal (argv[1], "--manager-without-spawner"))
    be_manager (TRUE);
  if (argc == 2 && g_str_has_prefix (argv[1], "--descriptors="))
    return be_short_of_descriptors ((guint) atoi (argv[1] + strlen ("--descriptors=")));

  g_test_init (&argc, &argv, NULL);

  ADD ("/spawner/never-used", NULL, test_never_used);
  ADD ("/spawner/prepare", NULL, test_prepare);
  ADD ("/spawner/one-thread", NULL, test_one_thread);
  ADD ("/spawner/dropped-early", NULL, test_dropped_early);
  ADD ("/spawner/reserve", NULL, test_reserve);
  ADD ("/spawner/reserve-killed", NULL, test_reserve_killed);
  ADD ("/spawner/many", NULL, test_many);
  ADD ("/spawner/many-dropped", NULL, test_many_dropped);
  ADD ("/spawner/dropped", NULL, test_spawner_dropped);
  ADD ("/spawner/cancel", NULL, test_cancel);
  ADD ("/spawner/killed", NULL, test_spawner_killed);
  ADD ("/spawner/killed-meanwhile", NULL, test_spawner_killed_meanwhile);
  ADD ("/spawner/program/missing", NULL, test_missing);
  ADD ("/spawner/program/not-executable", NULL, test_not_executable);
  for (guint i = 0; i < G_N_ELEMENTS (bad_programs); i++)
    {
      g_autofree char *path = g_strconcat ("/spawner/program/", bad_programs[i].mode, NULL);

      ADD (path, &bad_programs[i], test_bad_program);
    }
  ADD ("/spawner/program/silent", NULL, test_silent_program);
  ADD ("/spawner/program/mute", NULL, test_mute_program);
  ADD ("/spawner/worker/exits", "exit", test_bad_worker);
  ADD ("/spawner/worker/nonsense", "nonsense", test_bad_worker);
  ADD ("/spawner/worker/exits-once", "exit", test_bad_worker_once);
  ADD ("/spawner/worker/silent-once", "silent", test_bad_worker_once);
  ADD ("/spawner/no-process/warden", "no-process", test_no_process);
  ADD ("/spawner/no-process/worker", "no-second-process", test_no_process);
  ADD ("/spawner/manager-killed", "--manager", test_manager_killed);
  ADD ("/spawner/manager-and-spawner-killed", "--manager-without-spawner", test_manager_killed);
  ADD ("/spawner/no-descriptors", NULL, test_no_descriptors);

  return g_test_run ();
}
