/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An earlier generation comes back, by the rules of every other change. */

#include "loader-testing.h"

#include <string.h>

#define NAME "counter.so"
#define MOST_KEPT 5

static GPtrArray *
revert (LoaderTest *test,
        gpointer    photon,
        guint       generation,
        GError    **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_loader_revert_photon_async (test->loader, photon, generation, NULL, loader_test_note_result, &result);
  return luminal_loader_revert_photon_finish (test->loader, loader_test_wait (&result), error);
}

static void
go_back (LoaderTest *test,
         gpointer    photon,
         guint       generation)
{
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  handlers = revert (test, photon, generation, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (handlers->len, ==, 1);
}

static void
reload (LoaderTest         *test,
        const char         *fixture,
        LuminalReloadFlags  flags)
{
  g_autoptr (GFile) file = loader_test_put (test, fixture, NAME);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  handlers = loader_test_reload (test, file, flags, &error);
  g_assert_no_error (error);
}

static void
assert_runs (LuminalHandler *handler,
             guint           generation,
             const char     *fixture)
{
  g_autofree char *checksum = loader_test_checksum (fixture);

  g_assert_cmpint (luminal_handler_get_status (handler), ==, LUMINAL_STATUS_RUNNING);
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, generation);
  g_assert_cmpstr (luminal_handler_get_checksum (handler), ==, checksum);
  g_assert_cmpint (luminal_handler_get_phase (handler), ==, LUMINAL_PHASE_NONE);
}

static gboolean
is_kept (LuminalHandler *handler,
         guint           position)
{
  g_autoptr (LuminalGeneration) generation =
    g_list_model_get_item (luminal_handler_get_history (handler), position);
  gboolean kept;

  g_object_get (generation, "kept", &kept, NULL);
  g_assert_cmpint (kept, ==, luminal_generation_get_kept (generation));
  return kept;
}

static void
test_back_and_forth (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "counter_v1", NAME);
  g_autoptr (LuminalGeneration) attempt = NULL;

  reload (test, "counter_v2", LUMINAL_RELOAD_DEFAULT);
  assert_runs (handler, 2, "counter_v2");
  loader_test_await_output (test, "count 2", 1);
  g_assert_true (is_kept (handler, 0));
  g_assert_true (is_kept (handler, 1));
  loader_test_forget_events (test);

  /* With what the newer one handed over. */
  go_back (test, handler, 1);
  assert_runs (handler, 1, "counter_v1");
  g_assert_cmpstr (luminal_handler_get_version (handler), ==, "1.0.0");
  g_assert_true (luminal_handler_get_changed_on_disk (handler));
  g_assert_null (luminal_handler_get_error (handler));
  g_assert_false (luminal_handler_get_rolled_back (handler));
  loader_test_await_output (test, "count 3", 1);
  loader_test_expect_events (test, "reloaded Counter 1", "output Counter: count 3", NULL);
  loader_test_expect_items (test, "");

  attempt = last_attempt (handler);
  g_assert_cmpuint (g_list_model_get_n_items (luminal_handler_get_history (handler)), ==, 3);
  g_assert_cmpuint (luminal_generation_get_number (attempt), ==, 1);
  g_assert_cmpint (luminal_generation_get_outcome (attempt), ==, LUMINAL_OUTCOME_RUNS);
  g_assert_false (luminal_generation_get_kept (attempt));

  go_back (test, luminal_handler_get_file (handler), 0);
  assert_runs (handler, 2, "counter_v2");
  g_assert_cmpint (luminal_handler_get_changed_on_disk (handler), ==, TRUE);
  loader_test_await_output (test, "count 4", 1);

  /* A number is given once. */
  reload (test, "counter_v1", LUMINAL_RELOAD_DEFAULT);
  assert_runs (handler, 3, "counter_v1");
  g_assert_false (luminal_handler_get_changed_on_disk (handler));
}

static void
test_nothing_to_do (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "counter_v1", NAME);

  loader_test_forget_events (test);
  go_back (test, handler, 1);
  assert_runs (handler, 1, "counter_v1");
  g_assert_cmpuint (test->events->len, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (luminal_handler_get_history (handler)), ==, 1);
}

/* What is on disk can still be had, by hand. */
static void
test_reload_after (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "counter_v1", NAME);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  reload (test, "counter_v2", LUMINAL_RELOAD_DEFAULT);
  go_back (test, handler, 1);
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  assert_runs (handler, 3, "counter_v2");
  g_assert_false (luminal_handler_get_changed_on_disk (handler));
}

static void
test_stopped (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "counter_v1", NAME);
  g_autoptr (GError) error = NULL;

  reload (test, "counter_v2", LUMINAL_RELOAD_DEFAULT);
  loader_test_stop (handler, FALSE, &error);
  g_assert_no_error (error);

  go_back (test, handler, 1);
  g_assert_cmpint (luminal_handler_get_status (handler), ==, LUMINAL_STATUS_STOPPED);
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, 1);
  loader_test_start (handler, &error);
  g_assert_no_error (error);
  assert_runs (handler, 1, "counter_v1");
}

/* The earlier one does not start any more: the later one runs on. */
static void
test_refused (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_load_one (test, "restore_refuses", NAME);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (LuminalGeneration) attempt = NULL;
  g_autoptr (GError) error = NULL;

  loader_test_start (handler, &error);
  g_assert_no_error (error);
  reload (test, "counter_v1", LUMINAL_RELOAD_DEFAULT);
  loader_test_forget_events (test);

  handlers = revert (test, handler, 1, &error);
  g_assert_null (handlers);
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_RESTORE_FAILED);
  assert_mentions (error, NAME, "start", "not what I know", "Generation 2 was started again and runs", NULL);
  assert_runs (handler, 2, "counter_v1");
  g_assert_true (luminal_handler_get_rolled_back (handler));
  g_assert_false (luminal_handler_get_changed_on_disk (handler));

  attempt = last_attempt (handler);
  g_assert_cmpuint (luminal_generation_get_number (attempt), ==, 1);
  g_assert_cmpint (luminal_generation_get_outcome (attempt), ==, LUMINAL_OUTCOME_ROLLED_BACK);
}

static void
test_too_long_ago (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "counter_v1", NAME);
  g_autoptr (LuminalGeneration) first = g_list_model_get_item (luminal_handler_get_history (handler), 0);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;
  guint n_notified = 0;

  g_signal_connect_swapped (first, "notify::kept", G_CALLBACK (g_atomic_int_inc), &n_notified);
  for (guint i = 0; i < MOST_KEPT; i++)
    reload (test, i % 2 == 0 ? "counter_v2" : "counter_v1", LUMINAL_RELOAD_DEFAULT);
  g_assert_true (is_kept (handler, 0));
  g_assert_cmpuint (n_notified, ==, 0);
  reload (test, "counter_v1", LUMINAL_RELOAD_FORCE);
  g_assert_false (is_kept (handler, 0));
  g_assert_true (is_kept (handler, 1));
  g_assert_cmpuint (n_notified, ==, 1);

  handlers = revert (test, handler, 1, &error);
  g_assert_null (handlers);
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NOT_KEPT);
  assert_mentions (error, NAME, "generation 1 cannot come back", NULL);
  assert_runs (handler, MOST_KEPT + 2, "counter_v1");
  g_assert_null (luminal_handler_get_error (handler));

  go_back (test, handler, 2);
  assert_runs (handler, 2, "counter_v2");
}

static void
test_unknown (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (LuminalHandler) handler = g_object_ref (loader_test_run_one (test, "counter_v1", NAME));
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (revert (test, handler, 9, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NOT_KEPT);
  assert_mentions (error, NAME, test_has_workers () ? "no generation 9" : "generation 9 cannot come back", NULL);
  g_clear_error (&error);

  g_assert_null (revert (test, handler, 0, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NOT_KEPT);
  g_clear_error (&error);

  file = loader_test_unload (test, handler, FALSE, &error);
  g_assert_no_error (error);
  g_assert_null (revert (test, handler, 1, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (revert (test, file, 1, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND);
}

/* In one process a crash ends everything, so nothing is kept for after it. */
static void
test_in_process (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "counter_v1", NAME);
  g_autoptr (GError) error = NULL;

  reload (test, "counter_v2", LUMINAL_RELOAD_DEFAULT);
  g_assert_false (is_kept (handler, 0));
  g_assert_false (is_kept (handler, 1));
  g_assert_null (revert (test, handler, 1, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NOT_KEPT);
  assert_mentions (error, NAME, "generation 1 cannot come back", "process of their own", NULL);
  assert_runs (handler, 2, "counter_v2");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/loader/revert/nothing-to-do", test_nothing_to_do);
  g_test_add_func ("/loader/revert/unknown", test_unknown);
  if (test_has_workers ())
    {
      g_test_add_func ("/loader/revert/back-and-forth", test_back_and_forth);
      g_test_add_func ("/loader/revert/reload-after", test_reload_after);
      g_test_add_func ("/loader/revert/stopped", test_stopped);
      g_test_add_func ("/loader/revert/refused", test_refused);
      g_test_add_func ("/loader/revert/too-long-ago", test_too_long_ago);
    }
  else
    {
      g_test_add_func ("/loader/revert/in-process", test_in_process);
    }

  return g_test_run ();
}
