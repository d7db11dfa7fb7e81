/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of photons whose process is gone. */

#include <signal.h>

#include "patience.h"
#include "recovery-testing.h"

#include "luminal-generation-private.h"

/* No time at all, and more than any test takes. */
#define NEVER 0
#define ALWAYS (60 * 60 * 1000)

static LuminalGeneration *
get_attempt (LuminalHandler *handler,
             guint           position)
{
  g_autoptr (LuminalGeneration) generation =
    g_list_model_get_item (luminal_handler_get_history (handler), position);

  g_assert_nonnull (generation);
  return generation; /* the history owns it */
}

static void
count (GListModel *model,
       guint       position,
       guint       removed,
       guint       added,
       guint      *times)
{
  (*times)++;
}

/* Generation 1 hands over to generation 2, which is on probation. */
static Bench *
bench_on_probation (void)
{
  Bench *bench = bench_new ("counter_v1");

  bench->policy->probation_time = ALWAYS;
  bench_put (bench, "counter_v2");
  bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL);
  bench_expect (bench, "reloaded Counter");
  bench_expect_calls (bench, "open 2, save 1 Counter, stop 1 Counter, restore 2 Counter <1 Counter>, start 2 Counter");

  return bench;
}

static void
test_probation (void)
{
  g_autoptr (Bench) bench = bench_on_probation ();
  LuminalHandler *handler = bench_get_handler (bench, "Counter");
  g_autofree char *bad = g_strdup (luminal_handler_get_checksum (handler));
  int bad_pid = luminal_handler_get_pid (handler);
  LuminalEvent *event;
  guint n_revised = 0;

  g_signal_connect (luminal_handler_get_history (handler), "items-changed", G_CALLBACK (count), &n_revised);
  bench_crash (bench);
  bench_await (bench, "rolled-back");
  bench_expect (bench, "crashed Counter probation, rolled-back Counter probation");
  bench_expect_calls (bench, "open 1, restore 1 Counter <1 Counter>, start 1 Counter");

  event = bench_last_event (bench, LUMINAL_EVENT_CRASHED);
  assert_error_says (luminal_event_get_error (event), LUMINAL_ERROR_CRASHED, "Generation 1 is started again");
  g_assert_cmpint (luminal_event_get_pid (event), ==, bad_pid);
  g_assert_cmpint (luminal_crash_get_signal (luminal_event_get_crash (event)), ==, SIGSEGV);
  g_assert_cmpint (luminal_event_get_status (event), ==, LUMINAL_STATUS_CRASHED);
  g_assert_cmpuint (luminal_event_get_generation (event), ==, 2);
  event = bench_last_event (bench, LUMINAL_EVENT_ROLLED_BACK);
  g_assert_cmpuint (luminal_event_get_generation (event), ==, 1);
  g_assert_cmpint (luminal_event_get_status (event), ==, LUMINAL_STATUS_RUNNING);
  g_assert_cmpint (luminal_event_get_pid (event), ==, luminal_handler_get_pid (handler));

  assert_status (handler, LUMINAL_STATUS_RUNNING, 1);
  assert_error_says (luminal_handler_get_error (handler), LUMINAL_ERROR_CRASHED,
                     "module.so: probation: generation 2 crashed: SIGSEGV (segmentation fault) in beat+0x1c. "
                     "Generation 1 was started again and runs");
  g_assert_cmpint (luminal_handler_get_failed_phase (handler), ==, LUMINAL_PHASE_PROBATION);
  g_assert_true (luminal_handler_get_rolled_back (handler));
  g_assert_true (luminal_handler_get_changed_on_disk (handler));
  g_assert_nonnull (luminal_handler_get_crash (handler));
  g_assert_cmpstr (luminal_handler_get_checksum (handler), !=, bad);

  g_assert_cmpuint (g_list_model_get_n_items (luminal_handler_get_history (handler)), ==, 2);
  g_assert_cmpint (luminal_generation_get_outcome (get_attempt (handler, 0)), ==, LUMINAL_OUTCOME_RUNS);
  g_assert_cmpint (luminal_generation_get_outcome (get_attempt (handler, 1)), ==, LUMINAL_OUTCOME_ROLLED_BACK);
  g_assert_cmpint (luminal_generation_get_failed_phase (get_attempt (handler, 1)), ==, LUMINAL_PHASE_PROBATION);
  g_assert_cmpstr (luminal_generation_get_checksum (get_attempt (handler, 1)), ==, bad);
  g_assert_cmpuint (n_revised, ==, 1);

  /* Its number is not given twice; what is good takes the crash off the record. */
  bench_put (bench, "restore_refuses");
  bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL);
  bench_expect (bench, "reloaded Counter");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 3);
  g_assert_null (luminal_handler_get_crash (handler));
  g_assert_no_error (luminal_handler_get_error (handler));
  g_assert_false (luminal_handler_get_changed_on_disk (handler));
}

/* One that goes back once may have to go back further. */
static void
test_probation_twice (void)
{
  g_autoptr (Bench) bench = bench_on_probation ();
  LuminalHandler *handler = bench_get_handler (bench, "Counter");

  bench_put (bench, "restore_refuses");
  bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL);
  bench_crash (bench);
  bench_await (bench, "rolled-back");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 2);
  bench_expect (bench, NULL);
  bench_crash (bench);
  bench_await (bench, "rolled-back");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 1);
  bench_expect (bench, NULL);

  /* Neither of the two contents is tried again. */
  bench_load (bench, LUMINAL_TRANSACTION_HEED_QUARANTINE, NULL);
  bench_put (bench, "counter_v2");
  bench_load (bench, LUMINAL_TRANSACTION_HEED_QUARANTINE, NULL);
  bench_expect (bench, "skipped Counter probation, skipped Counter probation");

  /* There is nothing before it. */
  bench_crash (bench);
  bench_await (bench, "started");
  bench_expect (bench, "crashed Counter probation, started Counter");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 1);
}

static void
test_quarantine (void)
{
  g_autoptr (Bench) bench = bench_on_probation ();
  LuminalHandler *handler = bench_get_handler (bench, "Counter");

  bench_crash (bench);
  bench_await (bench, "rolled-back");
  bench_expect (bench, NULL);
  bench_expect_calls (bench, NULL);

  bench_load (bench, LUMINAL_TRANSACTION_HEED_QUARANTINE, NULL);
  bench_expect (bench, "skipped Counter probation");
  bench_expect_calls (bench, "");
  assert_error_says (luminal_event_get_error (bench_last_event (bench, LUMINAL_EVENT_SKIPPED)),
                     LUMINAL_ERROR_CRASHED, "is not tried again");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 1);
  assert_error_says (luminal_handler_get_error (handler), LUMINAL_ERROR_CRASHED, "generation 2 crashed");
  g_assert_true (luminal_handler_get_rolled_back (handler));

  /* Somebody who asks for it gets it. */
  bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL);
  bench_expect (bench, "reloaded Counter");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 3);
  bench_crash (bench);
  bench_await (bench, "rolled-back");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 1);

  /* Once the file had another content, it may have this one again. */
  bench_put (bench, "counter_v1");
  bench_expect (bench, NULL);
  bench_load (bench, LUMINAL_TRANSACTION_HEED_QUARANTINE, NULL);
  bench_expect (bench, "skipped Counter");
  g_assert_no_error (luminal_handler_get_error (handler));
  g_assert_null (luminal_handler_get_crash (handler));
  g_assert_false (luminal_handler_get_changed_on_disk (handler));
  bench_put (bench, "counter_v2");
  bench_load (bench, LUMINAL_TRANSACTION_HEED_QUARANTINE, NULL);
  bench_expect (bench, "reloaded Counter");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 4);
}

/* The same content ran well before: it is not the content. */
static void
test_probation_of_same_content (void)
{
  g_autoptr (Bench) bench = bench_new ("counter_v1");

  bench->policy->probation_time = ALWAYS;
  bench_load (bench, LUMINAL_TRANSACTION_FORCE, NULL);
  bench_expect (bench, "reloaded Counter");
  bench_crash (bench);
  bench_await (bench, "started");
  bench_expect (bench, "crashed Counter probation, started Counter");
  assert_status (bench_get_handler (bench, "Counter"), LUMINAL_STATUS_RUNNING, 2);
}

static void
test_way_back_fails (void)
{
  g_autoptr (Bench) bench = bench_on_probation ();
  LuminalHandler *handler = bench_get_handler (bench, "Counter");

  fake_factory_plan (bench->factory, 1, NULL, FAKE_START, FAKE_FAILS, 1);
  bench_crash (bench);
  bench_await (bench, "failed");
  bench_expect (bench, "crashed Counter probation, failed Counter probation");
  assert_status (handler, LUMINAL_STATUS_CRASHED, 2);
  assert_error_says (luminal_handler_get_error (handler), LUMINAL_ERROR_CRASHED,
                     "generation 2 crashed: SIGSEGV (segmentation fault) in beat+0x1c. Generation 1 could not be "
                     "started again either: ");
  assert_error_says (luminal_handler_get_error (handler), LUMINAL_ERROR_CRASHED, "start: it failed. It stays down");
  g_assert_false (luminal_handler_get_rolled_back (handler));
  g_assert_cmpint (luminal_generation_get_outcome (get_attempt (handler, 1)), ==, LUMINAL_OUTCOME_FAILED);

  bench_load (bench, LUMINAL_TRANSACTION_HEED_QUARANTINE, NULL);
  bench_expect (bench, "skipped Counter probation");
  assert_status (handler, LUMINAL_STATUS_CRASHED, 2);
  bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL);
  bench_expect (bench, "reloaded Counter");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 3);
}

/* Only what was loaded last and ran well can come back, and not without end. */
static void
test_lineage (void)
{
  g_autoptr (Bench) bench = bench_new ("counter_v1");
  LuminalLineage *lineage = bench_get_module (bench)->lineage;

  for (guint i = 2; i <= 8; i++)
    {
      bench_put (bench, i % 2 == 0 ? "counter_v2" : "counter_v1");
      bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL);
    }

  g_assert_null (luminal_lineage_find_good (lineage, 2));
  g_assert_null (luminal_lineage_find_good (lineage, 8));
  for (guint i = 3; i <= 7; i++)
    g_assert_nonnull (luminal_lineage_find_good (lineage, i));
  g_assert_null (luminal_generation_get_image (get_attempt (bench_get_handler (bench, "Counter"), 1)));
  g_assert_cmpuint (luminal_generation_get_number (luminal_lineage_get_last_good (lineage)), ==, 7);
}

/* As somebody may ask for it: by the rules of every reload. */
static void
test_revival (void)
{
  g_autoptr (Bench) bench = bench_on_probation ();
  LuminalHandler *handler = bench_get_handler (bench, "Counter");
  g_autoptr (GError) error = NULL;

  g_assert_true (bench_revive (bench, 1, NULL));
  bench_expect (bench, "reloaded Counter");
  bench_expect_calls (bench, "open 1, save 2 Counter, stop 2 Counter, restore 1 Counter <2 Counter>, start 1 Counter");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 1);
  g_assert_true (luminal_handler_get_changed_on_disk (handler));

  /* The other way round, and without success. */
  fake_factory_plan (bench->factory, 2, NULL, FAKE_START, FAKE_CRASHES, 1);
  g_assert_false (bench_revive (bench, 2, &error));
  assert_error_says (error, LUMINAL_ERROR_CRASHED, "Generation 1 was started again and runs");
  bench_expect (bench, "rolled-back Counter start");
  bench_expect_calls (bench, "open 2, save 1 Counter, stop 1 Counter, restore 2 Counter <1 Counter>, start 2 Counter, "
                             "restore 1 Counter <1 Counter>, start 1 Counter");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 1);
  g_assert_true (bench_revive (bench, 2, NULL));
  assert_status (handler, LUMINAL_STATUS_RUNNING, 2);

  bench_put (bench, "restore_refuses");
  bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL);
  assert_status (handler, LUMINAL_STATUS_RUNNING, 3);
}

static void
test_growing_delay (void)
{
  static const char *const delays[] = { "in 0.001 s", "in 0.002 s", "in 0.004 s", "in 0.008 s", "in 0.016 s" };
  g_autoptr (Bench) bench = bench_on_probation ();
  LuminalHandler *handler = bench_get_handler (bench, "Counter");

  bench->policy->probation_time = NEVER;
  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      int pid = luminal_handler_get_pid (handler);

      bench_crash (bench);
      bench_await (bench, "started");
      bench_expect (bench, "crashed Counter none, started Counter");
      bench_expect_calls (bench, "start 2 Counter");
      assert_error_says (luminal_event_get_error (bench_last_event (bench, LUMINAL_EVENT_CRASHED)),
                         LUMINAL_ERROR_CRASHED, delays[i]);

      /* What it was stays to be seen; an error there is none. */
      assert_status (handler, LUMINAL_STATUS_RUNNING, 2);
      g_assert_cmpint (luminal_handler_get_pid (handler), !=, pid);
      g_assert_nonnull (luminal_handler_get_crash (handler));
      g_assert_no_error (luminal_handler_get_error (handler));
    }

  bench_crash (bench);
  bench_await (bench, "crashed");
  bench_outlast (bench, 64);
  bench_expect (bench, "crashed Counter none");
  assert_status (handler, LUMINAL_STATUS_CRASHED, 2);
  assert_error_says (luminal_handler_get_error (handler), LUMINAL_ERROR_CRASHED,
                     "module.so: generation 2 crashed: SIGSEGV (segmentation fault) in beat+0x1c. It was started "
                     "again 5 times within a minute, and stays down. Reload it to try again");

  /* Who asks for it starts from the beginning. */
  bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL);
  bench_expect (bench, "reloaded Counter");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 3);
  bench_crash (bench);
  bench_await (bench, "started");
  assert_error_says (luminal_event_get_error (bench_last_event (bench, LUMINAL_EVENT_CRASHED)),
                     LUMINAL_ERROR_CRASHED, delays[0]);
}

/* What happened long ago does not count any more. */
static void
test_window (void)
{
  g_autoptr (Bench) bench = bench_new ("counter_v1");

  bench->policy->window = 0;
  for (guint i = 0; i < 2 * bench->policy->most_restarts; i++)
    {
      bench_crash (bench);
      bench_await (bench, "started");
      bench_expect (bench, NULL);
      assert_error_says (luminal_event_get_error (bench_last_event (bench, LUMINAL_EVENT_CRASHED)),
                         LUMINAL_ERROR_CRASHED, "in 0.001 s");
    }
}

static void
test_restart_fails (void)
{
  g_autoptr (Bench) bench = bench_new ("counter_v1");
  LuminalHandler *handler = bench_get_handler (bench, "Counter");

  fake_factory_plan (bench->factory, 1, NULL, FAKE_START, FAKE_FAILS, 1);
  fake_factory_plan (bench->factory, 1, NULL, FAKE_START, FAKE_CRASHES, 1);
  fake_factory_plan (bench->factory, 1, NULL, FAKE_START, FAKE_HANGS, 1);
  bench->policy->probation_time = NEVER;
  bench_crash (bench);
  bench_await (bench, "started");
  bench_expect (bench, "crashed Counter none, failed Counter start, crashed Counter start, failed Counter start, "
                       "started Counter");
  bench_expect_calls (bench, "start 1 Counter, start 1 Counter, start 1 Counter, start 1 Counter");
  assert_error_says (luminal_event_get_error (bench_last_event (bench, LUMINAL_EVENT_FAILED)),
                     LUMINAL_ERROR_TIMED_OUT, "it took too long. It is started again in 0.008 s");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 1);
  g_assert_no_error (luminal_handler_get_error (handler));
}

/* Each of these comes while a restart is due, and the restart never does. */
static void
test_stop_calls_off (void)
{
  g_autoptr (Bench) bench = bench_new ("counter_v1");
  LuminalHandler *handler = bench_get_handler (bench, "Counter");
  g_autoptr (GError) error = NULL;

  bench->policy->probation_time = NEVER;
  bench->policy->first_delay = 30;
  bench_crash (bench);
  bench_begin_switch (bench, "Counter", FALSE);
  bench_await (bench, "stopped");
  bench_outlast (bench, 30);
  bench_expect (bench, "crashed Counter none, stopped Counter");
  bench_expect_calls (bench, "");
  assert_status (handler, LUMINAL_STATUS_STOPPED, 1);
  g_assert_no_error (luminal_handler_get_error (handler));

  g_assert_false (bench_switch (bench, "Counter", FALSE, FALSE, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NOT_STARTED);
}

static void
test_start_calls_off (void)
{
  g_autoptr (Bench) bench = bench_new ("counter_v1");
  LuminalHandler *handler = bench_get_handler (bench, "Counter");

  bench->policy->probation_time = NEVER;
  bench->policy->first_delay = 30;
  bench_crash (bench);
  bench_begin_switch (bench, "Counter", TRUE);
  bench_await (bench, "started");
  bench_outlast (bench, 30);
  bench_expect (bench, "crashed Counter none, started Counter");
  bench_expect_calls (bench, "start 1 Counter");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 1);
  g_assert_null (luminal_handler_get_crash (handler));
  g_assert_no_error (luminal_handler_get_error (handler));
}

static void
test_reload_calls_off (void)
{
  g_autoptr (Bench) bench = bench_new ("counter_v1");
  LuminalHandler *handler = bench_get_handler (bench, "Counter");

  bench->policy->probation_time = NEVER;
  bench->policy->first_delay = 30;
  bench_crash (bench);
  bench_wait_for_jobs (bench);
  bench_put (bench, "counter_v2");
  bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL);
  bench_outlast (bench, 30);
  bench_expect (bench, "crashed Counter none, reloaded Counter");
  bench_expect_calls (bench, "open 2, start 2 Counter");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 2);

  /* One that fails calls nothing off. */
  bench_crash (bench);
  bench_wait_for_jobs (bench);
  bench_put (bench, "no_photon");
  g_assert_false (bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL));
  bench_await (bench, "started");
  bench_expect (bench, "crashed Counter none, failed Counter inspect, started Counter");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 2);
  assert_error_says (luminal_handler_get_error (handler), LUMINAL_ERROR_NO_PHOTON,
                     "Generation 2 crashed before and does not run");
}

static void
test_unload_calls_off (void)
{
  g_autoptr (Bench) bench = bench_new ("counter_v1");

  bench->policy->first_delay = 30;
  bench_crash (bench);
  bench_wait_for_jobs (bench);
  bench_unload (bench, NULL);
  bench_outlast (bench, 30);
  bench_expect (bench, "crashed Counter probation, unloaded Counter");
  bench_expect_calls (bench, "");
}

static void
test_shut_down (void)
{
  g_autoptr (Bench) bench = bench_new ("counter_v1");

  /* While it is due, */
  bench->policy->first_delay = 30;
  bench_crash (bench);
  bench_wait_for_jobs (bench);
  luminal_recovery_shut_down (bench->recovery);
  bench_outlast (bench, 30);
  bench_expect (bench, "crashed Counter probation");
  bench_expect_calls (bench, "");
}

static void
test_shut_down_in_flight (void)
{
  g_autoptr (Bench) bench = bench_new ("counter_v1");

  fake_factory_plan (bench->factory, 1, NULL, FAKE_START, FAKE_NEVER_ENDS, 1);
  fake_factory_plan (bench->factory, 1, NULL, FAKE_START, FAKE_CRASHES, 1);
  bench_crash (bench);
  wait_while (fake_factory_count_held (bench->factory) == 0);

  /* The call ends as it does, and that is all. */
  luminal_recovery_shut_down (bench->recovery);
  fake_factory_let_go (bench->factory);
  bench_await (bench, "crashed Counter start");
  bench_outlast (bench, 30);
  bench_expect (bench, "crashed Counter probation, crashed Counter start");
  assert_status (bench_get_handler (bench, "Counter"), LUMINAL_STATUS_CRASHED, 1);
}

static void
test_mates (void)
{
  g_autoptr (Bench) bench = bench_new ("pair");
  LuminalHandler *left = bench_get_handler (bench, "Left");
  LuminalHandler *second = bench_get_handler (bench, "Right");

  bench->policy->probation_time = NEVER;
  bench_crash (bench);
  bench_await (bench, "started Right");
  bench_expect (bench, "crashed Left none, crashed Right none, started Left, started Right");
  bench_expect_calls (bench, "start 1 Left, start 1 Right");
  g_assert_true (luminal_handler_get_crash (left) == luminal_handler_get_crash (second));
  g_assert_cmpint (luminal_handler_get_pid (left), ==, luminal_handler_get_pid (second));

  /* Only those that ran run again. */
  bench_switch (bench, "Left", FALSE, FALSE, NULL);
  bench_expect_calls (bench, NULL);
  bench_expect (bench, NULL);
  bench_crash (bench);
  bench_await (bench, "started Right");
  bench_expect (bench, "crashed Right none, started Right");
  assert_status (left, LUMINAL_STATUS_STOPPED, 1);

  /* One that is started by hand does not take the other's turn away, nor is it harmed by
   * a crash that nobody has looked into yet. */
  bench_switch (bench, "Left", TRUE, FALSE, NULL);
  bench_expect (bench, NULL);
  bench_switch (bench, "Left", FALSE, FALSE, NULL);
  bench_begin_switch (bench, "Left", TRUE);
  bench_crash (bench);
  bench_expect (bench, NULL);
  bench_await (bench, "started Right");
  bench_expect (bench, "started Left, crashed Right none, started Right");
  g_assert_cmpint (luminal_handler_get_pid (left), ==, luminal_handler_get_pid (second));
}

/* The second one drags the first along. */
static void
test_mates_restart_fails (void)
{
  g_autoptr (Bench) bench = bench_new ("pair");

  fake_factory_plan (bench->factory, 1, "Right", FAKE_START, FAKE_CRASHES, 1);
  bench->policy->probation_time = NEVER;
  bench_crash (bench);
  bench_await (bench, "started Right");
  bench_expect (bench, "crashed Left none, crashed Right none, started Left, crashed Left start, crashed Right start, "
                       "started Left, started Right");
  assert_status (bench_get_handler (bench, "Left"), LUMINAL_STATUS_RUNNING, 1);
  assert_status (bench_get_handler (bench, "Right"), LUMINAL_STATUS_RUNNING, 1);
}

static void
test_mates_of_stopped (void)
{
  g_autoptr (Bench) bench = bench_new ("pair");
  LuminalHandler *left = bench_get_handler (bench, "Left");
  LuminalHandler *second = bench_get_handler (bench, "Right");
  g_autoptr (GError) error = NULL;

  /* By force: no crash of anybody. */
  bench->policy->most_restarts = 0;
  g_assert_true (bench_switch (bench, "Left", FALSE, TRUE, NULL));
  bench_expect (bench, "stopped Left, started Right");
  bench_expect_calls (bench, "stop 1 Left, start 1 Right");
  assert_status (left, LUMINAL_STATUS_STOPPED, 1);
  assert_status (second, LUMINAL_STATUS_RUNNING, 1);
  g_assert_null (luminal_handler_get_crash (second));
  g_assert_no_error (luminal_handler_get_error (second));

  /* A finalizer that hangs, the same. */
  g_assert_true (bench_switch (bench, "Left", TRUE, FALSE, NULL));
  bench_expect (bench, NULL);
  fake_factory_plan (bench->factory, 1, "Left", FAKE_STOP, FAKE_HANGS, 1);
  g_assert_false (bench_switch (bench, "Left", FALSE, FALSE, &error));
  assert_error_says (error, LUMINAL_ERROR_TIMED_OUT, "It was stopped all the same");
  bench_expect (bench, "failed Left hand-over, stopped Left, started Right");
  assert_status (second, LUMINAL_STATUS_RUNNING, 1);
  g_clear_error (&error);

  /* One that crashes is one. */
  bench->policy->most_restarts = 1;
  g_assert_true (bench_switch (bench, "Left", TRUE, FALSE, NULL));
  bench_expect (bench, NULL);
  fake_factory_plan (bench->factory, 1, "Left", FAKE_STOP, FAKE_CRASHES, 1);
  g_assert_false (bench_switch (bench, "Left", FALSE, FALSE, &error));
  bench_await (bench, "started Right");
  bench_expect (bench, "failed Left hand-over, stopped Left, crashed Right probation, started Right");
  assert_status (left, LUMINAL_STATUS_STOPPED, 1);
  g_assert_nonnull (luminal_handler_get_crash (left));
}

/* It ends between its start and the moment when anybody listens. */
static void
test_dead_when_committed (void)
{
  g_autoptr (Bench) bench = bench_new ("counter_v1");

  bench->policy->probation_time = ALWAYS;
  fake_factory_plan (bench->factory, 2, NULL, FAKE_START, FAKE_CRASHES_AFTER, 1);
  bench_put (bench, "counter_v2");
  bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL);
  bench_await (bench, "rolled-back");
  bench_expect (bench, "reloaded Counter, crashed Counter probation, rolled-back Counter probation");
  assert_status (bench_get_handler (bench, "Counter"), LUMINAL_STATUS_RUNNING, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/recovery/probation", test_probation);
  g_test_add_func ("/recovery/probation/twice", test_probation_twice);
  g_test_add_func ("/recovery/probation/same-content", test_probation_of_same_content);
  g_test_add_func ("/recovery/probation/dead-when-committed", test_dead_when_committed);
  g_test_add_func ("/recovery/probation/way-back-fails", test_way_back_fails);
  g_test_add_func ("/recovery/quarantine", test_quarantine);
  g_test_add_func ("/recovery/lineage", test_lineage);
  g_test_add_func ("/recovery/revival", test_revival);
  g_test_add_func ("/recovery/restart/growing-delay", test_growing_delay);
  g_test_add_func ("/recovery/restart/window", test_window);
  g_test_add_func ("/recovery/restart/fails", test_restart_fails);
  g_test_add_func ("/recovery/called-off/stop", test_stop_calls_off);
  g_test_add_func ("/recovery/called-off/start", test_start_calls_off);
  g_test_add_func ("/recovery/called-off/reload", test_reload_calls_off);
  g_test_add_func ("/recovery/called-off/unload", test_unload_calls_off);
  g_test_add_func ("/recovery/called-off/shut-down", test_shut_down);
  g_test_add_func ("/recovery/called-off/shut-down-in-flight", test_shut_down_in_flight);
  g_test_add_func ("/recovery/mates", test_mates);
  g_test_add_func ("/recovery/mates/restart-fails", test_mates_restart_fails);
  g_test_add_func ("/recovery/mates/of-stopped", test_mates_of_stopped);

  return g_test_run ();
}
