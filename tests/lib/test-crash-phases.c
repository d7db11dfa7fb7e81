/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A process that is gone in the middle of a change, at each of its phases: either the new
 * generation runs, or the old one does. */

#include "recovery-testing.h"
#include "patience.h"

typedef struct
{
  FakeCall call;
  FakeManner manner;
  LuminalError code;
} Accident;

static const Accident open_crashes = { FAKE_OPEN, FAKE_CRASHES, LUMINAL_ERROR_CRASHED };
static const Accident open_hangs = { FAKE_OPEN, FAKE_HANGS, LUMINAL_ERROR_TIMED_OUT };
static const Accident restore_crashes = { FAKE_RESTORE, FAKE_CRASHES, LUMINAL_ERROR_CRASHED };
static const Accident restore_hangs = { FAKE_RESTORE, FAKE_HANGS, LUMINAL_ERROR_TIMED_OUT };
static const Accident start_crashes = { FAKE_START, FAKE_CRASHES, LUMINAL_ERROR_CRASHED };
static const Accident start_hangs = { FAKE_START, FAKE_HANGS, LUMINAL_ERROR_TIMED_OUT };
static const Accident save_crashes = { FAKE_SAVE, FAKE_CRASHES, LUMINAL_ERROR_CRASHED };
static const Accident save_hangs = { FAKE_SAVE, FAKE_HANGS, LUMINAL_ERROR_TIMED_OUT };
static const Accident stop_crashes = { FAKE_STOP, FAKE_CRASHES, LUMINAL_ERROR_CRASHED };
static const Accident stop_hangs = { FAKE_STOP, FAKE_HANGS, LUMINAL_ERROR_TIMED_OUT };

static LuminalGeneration *
last_attempt (LuminalHandler *handler)
{
  GListModel *history = luminal_handler_get_history (handler);

  return g_list_model_get_item (history, g_list_model_get_n_items (history) - 1);
}

/* Counter, which runs, and a newer version of it on disk that meets with @accident. */
static Bench *
bench_before (const Accident *accident,
              guint           generation)
{
  Bench *bench = bench_new ("counter_v1");

  bench->policy->probation_time = 0;
  fake_factory_plan (bench->factory, generation, NULL, accident->call, accident->manner, 1);
  bench_put (bench, "counter_v2");

  return bench;
}

static void
assert_crash (LuminalHandler *handler,
              const Accident *accident)
{
  g_assert_true ((luminal_handler_get_crash (handler) != NULL) == (accident->manner == FAKE_CRASHES));
}

static void
test_open (gconstpointer data)
{
  const Accident *accident = data;
  g_autoptr (Bench) bench = bench_before (accident, 2);
  LuminalHandler *handler = bench_get_handler (bench, "Counter");
  g_autoptr (GError) error = NULL;

  g_assert_false (bench_load (bench, LUMINAL_TRANSACTION_NONE, &error));
  assert_error_says (error, accident->code, "Generation 1 runs on");
  bench_expect (bench, "failed Counter stage");
  bench_expect_calls (bench, "open 2");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 1);
  assert_crash (handler, accident);
  g_assert_true (luminal_event_get_crash (bench_last_event (bench, LUMINAL_EVENT_FAILED)) ==
                 luminal_handler_get_crash (handler));
}

static void
test_start (gconstpointer data)
{
  const Accident *accident = data;
  g_autoptr (Bench) bench = bench_before (accident, 2);
  LuminalHandler *handler = bench_get_handler (bench, "Counter");
  g_autoptr (LuminalGeneration) attempt = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (bench_load (bench, LUMINAL_TRANSACTION_NONE, &error));
  assert_error_says (error, accident->code, "Generation 1 was started again and runs");
  bench_expect (bench, "rolled-back Counter start");
  if (accident->call == FAKE_START)
    bench_expect_calls (bench, "open 2, save 1 Counter, stop 1 Counter, restore 2 Counter <1 Counter>, "
                               "start 2 Counter, restore 1 Counter <1 Counter>, start 1 Counter");
  else
    bench_expect_calls (bench, "open 2, save 1 Counter, stop 1 Counter, restore 2 Counter <1 Counter>, "
                               "restore 1 Counter <1 Counter>, start 1 Counter");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 1);
  assert_crash (handler, accident);
  g_assert_true (luminal_handler_get_rolled_back (handler));
  attempt = last_attempt (handler);
  g_assert_cmpint (luminal_generation_get_outcome (attempt), ==, LUMINAL_OUTCOME_ROLLED_BACK);

  /* What is on disk then gets the number that the failed one would have had. */
  bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL);
  bench_expect (bench, "reloaded Counter");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 2);
}

static void
test_save (gconstpointer data)
{
  const Accident *accident = data;
  g_autoptr (Bench) bench = bench_before (accident, 1);
  LuminalHandler *handler = bench_get_handler (bench, "Counter");
  g_autoptr (LuminalGeneration) attempt = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (bench_load (bench, LUMINAL_TRANSACTION_NONE, &error));
  bench_expect (bench, "reloaded Counter hand-over");
  bench_expect_calls (bench, "open 2, save 1 Counter, start 2 Counter");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 2);
  g_assert_no_error (luminal_handler_get_error (handler));
  attempt = last_attempt (handler);
  g_assert_cmpint (luminal_generation_get_outcome (attempt), ==, LUMINAL_OUTCOME_RUNS);
  g_assert_cmpint (luminal_generation_get_failed_phase (attempt), ==, LUMINAL_PHASE_HAND_OVER);
  g_assert_error (luminal_generation_get_error (attempt), LUMINAL_ERROR, (int) accident->code);
}

static void
test_save_and_start (gconstpointer data)
{
  const Accident *accident = data;
  g_autoptr (Bench) bench = bench_before (accident, 1);
  g_autoptr (GError) error = NULL;

  fake_factory_plan (bench->factory, 2, NULL, FAKE_START, FAKE_FAILS, 1);
  g_assert_false (bench_load (bench, LUMINAL_TRANSACTION_NONE, &error));
  assert_error_says (error, LUMINAL_ERROR_START_FAILED, "Generation 1 was started again, without its state, and runs");
  bench_expect (bench, "rolled-back Counter start");
  bench_expect_calls (bench, "open 2, save 1 Counter, start 2 Counter, start 1 Counter");
  assert_status (bench_get_handler (bench, "Counter"), LUMINAL_STATUS_RUNNING, 1);
}

static void
test_stop (gconstpointer data)
{
  const Accident *accident = data;
  g_autoptr (Bench) bench = bench_before (accident, 1);
  LuminalHandler *handler = bench_get_handler (bench, "Counter");
  g_autoptr (LuminalGeneration) attempt = NULL;

  g_assert_true (bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL));
  bench_expect (bench, "reloaded Counter hand-over");
  bench_expect_calls (bench, "open 2, save 1 Counter, stop 1 Counter, restore 2 Counter <1 Counter>, start 2 Counter");
  assert_status (handler, LUMINAL_STATUS_RUNNING, 2);
  attempt = last_attempt (handler);
  g_assert_error (luminal_generation_get_error (attempt), LUMINAL_ERROR, (int) accident->code);
}

static void
test_stop_and_start (gconstpointer data)
{
  g_autoptr (Bench) bench = bench_before (data, 1);

  fake_factory_plan (bench->factory, 2, NULL, FAKE_START, FAKE_CRASHES, 1);
  g_assert_false (bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL));
  bench_expect (bench, "rolled-back Counter start");
  bench_expect_calls (bench, "open 2, save 1 Counter, stop 1 Counter, restore 2 Counter <1 Counter>, start 2 Counter, "
                             "restore 1 Counter <1 Counter>, start 1 Counter");
  assert_status (bench_get_handler (bench, "Counter"), LUMINAL_STATUS_RUNNING, 1);
}

static void
test_unload (gconstpointer data)
{
  const Accident *accident = data;
  g_autoptr (Bench) bench = bench_before (accident, 1);
  g_autoptr (LuminalHandler) handler = g_object_ref (bench_get_handler (bench, "Counter"));
  g_autoptr (GError) error = NULL;

  g_assert_false (bench_unload (bench, &error));
  g_assert_error (error, LUMINAL_ERROR, (int) accident->code);
  bench_expect (bench, "failed Counter hand-over, stopped Counter, unloaded Counter");
  assert_crash (handler, accident);
  g_assert_null (bench_get_module (bench));
}

/* By hand: nothing is tried again. */
static void
test_switch_on (gconstpointer data)
{
  const Accident *accident = data;
  g_autoptr (Bench) bench = bench_new ("counter_v1");
  LuminalHandler *handler = bench_get_handler (bench, "Counter");
  g_autoptr (GError) error = NULL;

  bench_switch (bench, "Counter", FALSE, FALSE, NULL);
  bench_expect (bench, NULL);
  fake_factory_plan (bench->factory, 1, NULL, accident->call, accident->manner, 1);
  g_assert_false (bench_switch (bench, "Counter", TRUE, FALSE, &error));
  assert_error_says (error, accident->code, "Nothing of it runs");
  bench_outlast (bench, 16);
  bench_expect (bench, "failed Counter start");
  assert_status (handler, LUMINAL_STATUS_FAILED, 1);
  assert_crash (handler, accident);

  g_assert_true (bench_switch (bench, "Counter", TRUE, FALSE, NULL));
  assert_status (handler, LUMINAL_STATUS_RUNNING, 1);
  g_assert_null (luminal_handler_get_crash (handler));
}

/* The old one cannot be started again either. */
static void
test_nothing_starts (gconstpointer data)
{
  const Accident *accident = data;
  g_autoptr (Bench) bench = bench_before (accident, 2);
  LuminalHandler *handler = bench_get_handler (bench, "Counter");
  g_autoptr (GError) error = NULL;

  /* With its state, and without. */
  fake_factory_plan (bench->factory, 1, NULL, FAKE_START, accident->manner, 2);
  g_test_expect_message ("Luminal", G_LOG_LEVEL_MESSAGE, "*it is started without its state");
  g_assert_false (bench_load (bench, LUMINAL_TRANSACTION_NONE, &error));
  g_test_assert_expected_messages ();
  assert_error_says (error, accident->code, "Generation 1 could not be started again");
  bench_expect (bench, "failed Counter start");
  assert_status (handler, LUMINAL_STATUS_FAILED, 1);

  g_assert_true (bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL));
  assert_status (handler, LUMINAL_STATUS_RUNNING, 2);
}

/* Two in one process: the second to be started again takes the first with it. */
static void
test_mates_go_back (void)
{
  g_autoptr (Bench) bench = bench_new ("pair");

  fake_factory_plan (bench->factory, 2, "Right", FAKE_START, FAKE_HANGS, 1);
  fake_factory_plan (bench->factory, 1, "Right", FAKE_START, FAKE_HANGS, 1);
  g_test_expect_message ("Luminal", G_LOG_LEVEL_MESSAGE, "*it is started without its state");
  g_assert_false (bench_load (bench, LUMINAL_TRANSACTION_FORCE, NULL));
  g_test_assert_expected_messages ();
  bench_expect (bench, "rolled-back Left start, rolled-back Right start");
  bench_expect_calls (bench, "open 2, save 1 Left, save 1 Right, stop 1 Right, stop 1 Left, "
                             "start 2 Left, start 2 Right, stop 2 Left, "
                             "start 1 Left, start 1 Right, start 1 Left, start 1 Right");
  assert_status (bench_get_handler (bench, "Left"), LUMINAL_STATUS_RUNNING, 1);
  assert_status (bench_get_handler (bench, "Right"), LUMINAL_STATUS_RUNNING, 1);
}

/* The first that cannot save takes the second with it; neither is asked to stop. */
static void
test_mates_lose_states (void)
{
  g_autoptr (Bench) bench = bench_new ("pair");

  fake_factory_plan (bench->factory, 1, "Left", FAKE_SAVE, FAKE_CRASHES, 1);
  g_assert_true (bench_load (bench, LUMINAL_TRANSACTION_FORCE, NULL));
  bench_expect (bench, "reloaded Left hand-over, reloaded Right hand-over");
  bench_expect_calls (bench, "open 2, save 1 Left, start 2 Left, start 2 Right");
}

/* It crashes of itself while a newer version is on its way; it waits for its turn. */
static void
test_meanwhile (gconstpointer data)
{
  gboolean newer_is_good = GPOINTER_TO_INT (data);
  g_autoptr (Bench) bench = bench_new ("counter_v1");
  LuminalHandler *handler = bench_get_handler (bench, "Counter");

  bench->policy->probation_time = 0;
  bench_put (bench, "counter_v2");
  fake_factory_plan (bench->factory, 2, NULL, FAKE_OPEN, FAKE_NEVER_ENDS, 1);
  if (!newer_is_good)
    fake_factory_plan (bench->factory, 2, NULL, FAKE_OPEN, FAKE_FAILS, 1);
  bench_begin_load (bench);
  wait_while (fake_factory_count_held (bench->factory) == 0);

  bench_crash (bench);
  g_assert_cmpint (luminal_handler_get_status (handler), ==, LUMINAL_STATUS_RUNNING);
  fake_factory_let_go (bench->factory);
  bench_wait_for_jobs (bench);

  if (newer_is_good)
    {
      g_autoptr (LuminalGeneration) attempt = last_attempt (handler);

      bench_expect (bench, "reloaded Counter hand-over");
      bench_expect_calls (bench, "open 2, start 2 Counter");
      assert_status (handler, LUMINAL_STATUS_RUNNING, 2);
      assert_error_says (luminal_generation_get_error (attempt), LUMINAL_ERROR_CRASHED,
                         "generation 1 crashed before it could hand over: SIGSEGV");
      g_assert_null (luminal_lineage_get_last_good (bench_get_module (bench)->lineage));
    }
  else
    {
      bench_await (bench, "started");
      bench_expect (bench, "failed Counter stage, crashed Counter none, started Counter");
      bench_expect_calls (bench, "open 2, start 1 Counter");
      assert_status (handler, LUMINAL_STATUS_RUNNING, 1);
    }
}

/* Between the two, when nobody is being called. */
static void
test_after_saving (void)
{
  g_autoptr (Bench) bench = bench_new ("counter_v1");

  fake_factory_plan (bench->factory, 1, NULL, FAKE_SAVE, FAKE_CRASHES_AFTER, 1);
  bench_put (bench, "counter_v2");
  g_assert_true (bench_load (bench, LUMINAL_TRANSACTION_NONE, NULL));
  bench_expect_calls (bench, "open 2, save 1 Counter, restore 2 Counter <1 Counter>, start 2 Counter");
  assert_status (bench_get_handler (bench, "Counter"), LUMINAL_STATUS_RUNNING, 2);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/crash-phases/open/crashes", &open_crashes, test_open);
  g_test_add_data_func ("/crash-phases/open/hangs", &open_hangs, test_open);
  g_test_add_data_func ("/crash-phases/restore/crashes", &restore_crashes, test_start);
  g_test_add_data_func ("/crash-phases/restore/hangs", &restore_hangs, test_start);
  g_test_add_data_func ("/crash-phases/start/crashes", &start_crashes, test_start);
  g_test_add_data_func ("/crash-phases/start/hangs", &start_hangs, test_start);
  g_test_add_data_func ("/crash-phases/start/nothing-crashes", &start_crashes, test_nothing_starts);
  g_test_add_data_func ("/crash-phases/start/nothing-hangs", &start_hangs, test_nothing_starts);
  g_test_add_data_func ("/crash-phases/save/crashes", &save_crashes, test_save);
  g_test_add_data_func ("/crash-phases/save/hangs", &save_hangs, test_save);
  g_test_add_data_func ("/crash-phases/save/crashes-for-nothing", &save_crashes, test_save_and_start);
  g_test_add_data_func ("/crash-phases/save/hangs-for-nothing", &save_hangs, test_save_and_start);
  g_test_add_func ("/crash-phases/save/crashes-after", test_after_saving);
  g_test_add_data_func ("/crash-phases/stop/crashes", &stop_crashes, test_stop);
  g_test_add_data_func ("/crash-phases/stop/hangs", &stop_hangs, test_stop);
  g_test_add_data_func ("/crash-phases/stop/crashes-for-nothing", &stop_crashes, test_stop_and_start);
  g_test_add_data_func ("/crash-phases/stop/hangs-for-nothing", &stop_hangs, test_stop_and_start);
  g_test_add_data_func ("/crash-phases/unload/crashes", &stop_crashes, test_unload);
  g_test_add_data_func ("/crash-phases/unload/hangs", &stop_hangs, test_unload);
  g_test_add_data_func ("/crash-phases/switch-on/crashes", &start_crashes, test_switch_on);
  g_test_add_data_func ("/crash-phases/switch-on/hangs", &start_hangs, test_switch_on);
  g_test_add_func ("/crash-phases/mates/go-back", test_mates_go_back);
  g_test_add_func ("/crash-phases/mates/lose-states", test_mates_lose_states);
  g_test_add_data_func ("/crash-phases/meanwhile/newer-runs", GINT_TO_POINTER (TRUE), test_meanwhile);
  g_test_add_data_func ("/crash-phases/meanwhile/newer-fails", GINT_TO_POINTER (FALSE), test_meanwhile);

  return g_test_run ();
}
