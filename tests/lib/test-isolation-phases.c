/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What happens to a process in the middle of a reload, at each phase of that: either the
 * new generation runs or the old one does, with the state that was saved. */

#include "puppet-testing.h"

#include <signal.h>

/* What hangs is waited for so long. */
#define SHORT_MS 150
#define LONG_MS 60000

typedef enum
{
  OLD_RUNS_ON,
  OLD_IS_BACK,   /* with its state */
  NEW_RUNS,      /* with the state of the old one */
  NEW_RUNS_ANEW,
} Outcome;

typedef struct
{
  const char *phase;
  guint version; /* whose process it is */
  LuminalPhase failed_phase;
  Outcome outcome;
} Place;

static const Place places[] = {
  { "open", 2, LUMINAL_PHASE_STAGE, OLD_RUNS_ON },
  { "save", 1, LUMINAL_PHASE_HAND_OVER, NEW_RUNS_ANEW },
  { "finalizer", 1, LUMINAL_PHASE_HAND_OVER, NEW_RUNS },
  { "restore", 2, LUMINAL_PHASE_START, OLD_IS_BACK },
  { "start", 2, LUMINAL_PHASE_START, OLD_IS_BACK },
};

typedef void (*Deed) (pid_t worker);

typedef struct
{
  const char *name;
  const char *command;
  Deed deed; /* none: it hangs */
  LuminalError code;
  int signal; /* that the handler tells of; 0: none */
} Accident;

static void
kill_worker (pid_t worker)
{
  g_assert_cmpint (kill (worker, SIGKILL), ==, 0);
}

static void
break_worker (pid_t worker)
{
  g_assert_cmpint (kill (worker, SIGSEGV), ==, 0);
}

static void
stop_worker (pid_t worker)
{
  g_assert_cmpint (kill (worker, SIGSTOP), ==, 0);
}

static void
kill_warden (pid_t worker)
{
  g_assert_cmpint (kill (process_get_parent (worker), SIGKILL), ==, 0);
}

static void
stop_warden (pid_t worker)
{
  g_assert_cmpint (kill (process_get_parent (worker), SIGSTOP), ==, 0);
}

/* Nothing of the reload depends on it; what follows goes on without it. */
static void
kill_spawner (pid_t worker)
{
  g_assert_cmpint (kill (process_get_parent (process_get_parent (worker)), SIGKILL), ==, 0);
}

static void
kill_spawner_and_worker (pid_t worker)
{
  kill_spawner (worker);
  kill_worker (worker);
}

static const Accident accidents[] = {
  { "killed", "hang", kill_worker, LUMINAL_ERROR_CRASHED, SIGKILL },
  { "broken", "hang", break_worker, LUMINAL_ERROR_CRASHED, SIGSEGV },
  { "crashes", "segv", NULL, LUMINAL_ERROR_CRASHED, SIGSEGV },
  { "exits", "exit 0", NULL, LUMINAL_ERROR_CRASHED, 0 },
  { "warden-killed", "hang", kill_warden, LUMINAL_ERROR_CRASHED, SIGKILL },
  { "spawner-and-worker-killed", "hang", kill_spawner_and_worker, LUMINAL_ERROR_CRASHED, 0 },
  { "hangs", "hang", NULL, LUMINAL_ERROR_TIMED_OUT, 0 },
  { "spins", "spin", NULL, LUMINAL_ERROR_TIMED_OUT, 0 },
  { "stopped", "hang", stop_worker, LUMINAL_ERROR_TIMED_OUT, 0 },
  { "warden-stopped", "hang", stop_warden, LUMINAL_ERROR_TIMED_OUT, 0 },
  { "spawner-killed", "hang", kill_spawner, LUMINAL_ERROR_TIMED_OUT, 0 },
};

typedef struct
{
  const Place *place;
  const Accident *accident;
} Case;

/* Of that phase, for what is loaded from now on. */
static void
set_timeout (LuminalLoader *loader,
             const char    *phase,
             guint          timeout)
{
  g_autofree char *property = g_strconcat (phase, "-timeout", NULL);

  g_object_set (loader, property, timeout, NULL);
}

static void
check_crash (Puppet      *puppet,
             const Case  *test_case)
{
  LuminalCrash *crash = luminal_handler_get_crash (puppet->handler);

  if (test_case->place->outcome == NEW_RUNS || test_case->place->outcome == NEW_RUNS_ANEW)
    {
      /* The one that runs has no blame. */
      g_assert_null (crash);
    }
  else if (test_case->accident->code == LUMINAL_ERROR_TIMED_OUT)
    {
      g_assert_null (crash);
    }
  else
    {
      g_assert_nonnull (crash);
      g_assert_cmpint (luminal_crash_get_signal (crash), ==, test_case->accident->signal);
      g_assert_false (luminal_crash_get_over_limit (crash));
    }
}

static void
check_outcome (Puppet       *puppet,
               const Case   *test_case,
               gboolean      is_reloaded,
               int           pid,
               const GError *error)
{
  const Place *place = test_case->place;
  g_autoptr (LuminalGeneration) attempt = last_attempt (puppet->handler);

  g_assert_true (is_reloaded == (place->outcome == NEW_RUNS || place->outcome == NEW_RUNS_ANEW));
  if (is_reloaded)
    g_assert_no_error (error);
  else
    g_assert_error (error, LUMINAL_ERROR, (int) test_case->accident->code);
  g_assert_error (luminal_generation_get_error (attempt), LUMINAL_ERROR, (int) test_case->accident->code);
  g_assert_cmpint (luminal_generation_get_failed_phase (attempt), ==, place->failed_phase);
  assert_mentions (luminal_generation_get_error (attempt), "puppet.so", luminal_phase_to_string (place->failed_phase),
                   NULL);

  switch (place->outcome)
    {
    case OLD_RUNS_ON:
      puppet_expect (puppet, 1, 1);
      g_assert_cmpint (luminal_handler_get_pid (puppet->handler), ==, pid);
      g_assert_false (luminal_handler_get_rolled_back (puppet->handler));
      assert_mentions (error, "Generation 1 runs on", NULL);
      break;
    case OLD_IS_BACK:
      puppet_expect (puppet, 1, 2);
      g_assert_true (luminal_handler_get_rolled_back (puppet->handler));
      g_assert_cmpuint (puppet_count (puppet, LUMINAL_EVENT_ROLLED_BACK), ==, 1);
      assert_mentions (error, "Generation 1 was started again and runs", NULL);
      break;
    case NEW_RUNS:
      puppet_expect (puppet, 2, 2);
      break;
    case NEW_RUNS_ANEW:
      puppet_expect (puppet, 2, 1);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
test_reload (gconstpointer data)
{
  const Case *test_case = data;
  const Place *place = test_case->place;
  const Accident *accident = test_case->accident;
  gboolean is_late = accident->code == LUMINAL_ERROR_TIMED_OUT;
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_reloaded;
  pid_t worker;
  int pid;

  set_timeout (puppet->test->loader, place->phase, is_late && place->version == 1 ? SHORT_MS : LONG_MS);
  puppet_load (puppet, 1);
  puppet_expect (puppet, 1, 1);
  pid = luminal_handler_get_pid (puppet->handler);

  set_timeout (puppet->test->loader, place->phase, is_late && place->version == 2 ? SHORT_MS : LONG_MS);
  puppet_tell (puppet, place->version, place->phase, accident->command);
  puppet_begin_reload (puppet, &result);
  worker = puppet_wait_at (puppet, place->version, place->phase);
  g_assert_true (place->version == 2 || worker == pid);
  if (accident->deed != NULL)
    accident->deed (worker);

  set_timeout (puppet->test->loader, place->phase, LONG_MS);
  is_reloaded = puppet_end_reload (puppet, &result, &error);
  check_outcome (puppet, test_case, is_reloaded, pid, error);
  check_crash (puppet, test_case);
  g_assert_false (process_is_there (worker));

  /* Whatever it was, the next time it goes. */
  if (!is_reloaded)
    {
      g_clear_error (&error);
      g_assert_true (puppet_reload (puppet, &error));
      g_assert_no_error (error);
      puppet_expect (puppet, 2, place->outcome == OLD_RUNS_ON ? 2 : 3);
    }
}

/* The first of all: nothing runs, and nothing is left. */
static void
test_load (gconstpointer data)
{
  const Accident *accident = data;
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  g_autoptr (GFile) file = loader_test_put (puppet->test, "puppet_v1", "puppet.so");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;
  pid_t worker;

  set_timeout (puppet->test->loader, "open", accident->code == LUMINAL_ERROR_TIMED_OUT ? SHORT_MS : LONG_MS);
  puppet_tell (puppet, 1, "open", accident->command);
  luminal_loader_load_photon_async (puppet->test->loader, file, LUMINAL_TYPE_PHOTON, NULL, NULL,
                                    loader_test_note_result, &result);
  worker = puppet_wait_at (puppet, 1, "open");
  if (accident->deed != NULL)
    accident->deed (worker);

  handlers = luminal_loader_load_photon_finish (puppet->test->loader, loader_test_wait (&result), &error);
  g_assert_null (handlers);
  g_assert_error (error, LUMINAL_ERROR, (int) accident->code);
  assert_mentions (error, "puppet.so", "stage", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (puppet->test->loader)), ==, 0);
  g_assert_false (process_is_there (worker));

  set_timeout (puppet->test->loader, "open", LONG_MS);
  puppet_load (puppet, 1);
  puppet_expect (puppet, 1, 1);
}

/* What hangs while it is opened can be called off, long before its deadline. */
static void
test_cancel_load (void)
{
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  g_autoptr (GFile) file = loader_test_put (puppet->test, "puppet_v1", "puppet.so");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;
  pid_t worker;

  set_timeout (puppet->test->loader, "open", LONG_MS);
  puppet_tell (puppet, 1, "open", "hang");
  luminal_loader_load_photon_async (puppet->test->loader, file, LUMINAL_TYPE_PHOTON, NULL, cancellable,
                                    loader_test_note_result, &result);
  worker = puppet_wait_at (puppet, 1, "open");
  g_cancellable_cancel (cancellable);

  handlers = luminal_loader_load_photon_finish (puppet->test->loader, loader_test_wait (&result), &error);
  g_assert_null (handlers);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (puppet->test->loader)), ==, 0);
  g_assert_false (process_is_there (worker));

  puppet_load (puppet, 1);
  puppet_expect (puppet, 1, 1);
}

static void
test_cancel_reload (void)
{
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  g_autoptr (GFile) file = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;
  pid_t worker;
  int pid;

  set_timeout (puppet->test->loader, "open", LONG_MS);
  puppet_load (puppet, 1);
  pid = luminal_handler_get_pid (puppet->handler);

  puppet_tell (puppet, 2, "open", "hang");
  file = loader_test_put (puppet->test, "puppet_v2", "puppet.so");
  luminal_loader_reload_photon_async (puppet->test->loader, puppet->handler, LUMINAL_RELOAD_DEFAULT, cancellable,
                                      loader_test_note_result, &result);
  worker = puppet_wait_at (puppet, 2, "open");
  g_cancellable_cancel (cancellable);

  handlers = luminal_loader_reload_photon_finish (puppet->test->loader, loader_test_wait (&result), &error);
  g_assert_null (handlers);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (process_is_there (worker));
  puppet_expect (puppet, 1, 1);
  g_assert_cmpint (luminal_handler_get_pid (puppet->handler), ==, pid);
  g_assert_cmpint (luminal_handler_get_status (puppet->handler), ==, LUMINAL_STATUS_RUNNING);

  g_assert_true (puppet_reload (puppet, NULL));
  puppet_expect (puppet, 2, 2);
}

/* The finalizer of what is taken away: it goes all the same. */
static void
test_unload (gconstpointer data)
{
  const Accident *accident = data;
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;
  pid_t worker;

  set_timeout (puppet->test->loader, "finalizer", accident->code == LUMINAL_ERROR_TIMED_OUT ? SHORT_MS : LONG_MS);
  puppet_load (puppet, 1);
  puppet_tell (puppet, 1, "finalizer", accident->command);
  luminal_loader_unload_photon_async (puppet->test->loader, puppet->handler, FALSE, NULL, loader_test_note_result,
                                      &result);
  worker = puppet_wait_at (puppet, 1, "finalizer");
  if (accident->deed != NULL)
    accident->deed (worker);

  file = luminal_loader_unload_photon_finish (puppet->test->loader, loader_test_wait (&result), &error);
  g_assert_null (file);
  g_assert_error (error, LUMINAL_ERROR, (int) accident->code);
  g_assert_cmpint (luminal_handler_get_status (puppet->handler), ==, LUMINAL_STATUS_UNLOADED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (puppet->test->loader)), ==, 0);
  g_assert_false (process_is_there (worker));
}

static void
add (const char    *first,
     const char    *second,
     gconstpointer  data,
     GTestDataFunc  func)
{
  g_autofree char *path = g_strdup_printf ("/isolation/%s/%s", first, second);

  g_test_add_data_func (path, data, func);
}

int
main (int   argc,
      char *argv[])
{
  static Case cases[G_N_ELEMENTS (places)][G_N_ELEMENTS (accidents)];

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (accidents); j++)
        {
          g_autofree char *name = g_strconcat (places[i].phase, "/", accidents[j].name, NULL);

          cases[i][j] = (Case) { &places[i], &accidents[j] };
          add ("reload", name, &cases[i][j], test_reload);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (accidents); i++)
    {
      add ("load", accidents[i].name, &accidents[i], test_load);
      add ("unload", accidents[i].name, &accidents[i], test_unload);
    }

  g_test_add_func ("/isolation/load/cancelled", test_cancel_load);
  g_test_add_func ("/isolation/reload/cancelled", test_cancel_reload);

  return g_test_run ();
}
