/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Either the new generation runs, or the old one still does. */

#include "loader-testing.h"
#include "patience.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "beat.so"

static void
test_success (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_v1", NAME);
  Resources before = loader_test_settle (test);
  g_autoptr (GFile) file = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (LuminalGeneration) attempt = NULL;
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  file = loader_test_put (test, "ticking_v2", NAME);
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);

  g_assert_cmpuint (handlers->len, ==, 1);
  g_assert_true (handlers->pdata[0] == handler);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 2, "ticking_v2");
  g_assert_null (luminal_handler_get_error (handler));
  g_assert_cmpint (luminal_handler_get_failed_phase (handler), ==, LUMINAL_PHASE_NONE);
  g_assert_false (luminal_handler_get_rolled_back (handler));
  g_assert_null (luminal_handler_get_pinned (handler));
  g_assert_cmpstr (luminal_handler_get_version (handler), ==, "2.0.0");

  loader_test_expect_events (test, "output Ticking: v1 end", "reloaded Ticking 2",
                             "output Ticking: v2 start 2", NULL);
  loader_test_expect_items (test, "");
  loader_test_await_output (test, "v2 beat, start 2", 2);
  resources_assert (&before);

  attempt = last_attempt (handler);
  g_assert_cmpuint (luminal_generation_get_number (attempt), ==, 2);
  g_assert_cmpint (luminal_generation_get_outcome (attempt), ==, LUMINAL_OUTCOME_RUNS);
  g_assert_cmpint (luminal_generation_get_duration (attempt), >, 0);
  g_assert_cmpint (luminal_handler_get_duration (handler), >, 0);
  g_assert_cmpint (luminal_generation_get_duration (attempt), >=, luminal_handler_get_duration (handler));
  g_assert_null (luminal_generation_get_error (attempt));
}

static void
test_unchanged (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_v1", NAME);
  g_autoptr (GFile) file = loader_test_put (test, "ticking_v1", NAME);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GPtrArray) forced = NULL;
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (handlers->len, ==, 1);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 1, "ticking_v1");
  g_assert_cmpuint (g_list_model_get_n_items (luminal_handler_get_history (handler)), ==, 1);
  loader_test_expect_events (test, "skipped Ticking 1", NULL);
  loader_test_await_output (test, "v1 beat, start 1", 1);

  loader_test_forget_events (test);
  forced = loader_test_reload (test, file, LUMINAL_RELOAD_FORCE, &error);
  g_assert_no_error (error);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 2, "ticking_v1");
  loader_test_expect_events (test, "output Ticking: v1 end", "reloaded Ticking 2",
                             "output Ticking: v1 start 2", NULL);
}

/* What could not start is tried anew, with the content that it has. */
static void
test_unchanged_but_failed (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_load_one (test, "start_fails", NAME);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (loader_test_start (handler, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_START_FAILED);
  g_clear_error (&error);
  assert_handler (handler, LUMINAL_STATUS_FAILED, 1, "start_fails");

  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  assert_handler (handler, LUMINAL_STATUS_LOADED, 2, "start_fails");
  g_assert_null (luminal_handler_get_error (handler));
}

static void
test_not_running (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_load_one (test, "ticking_v1", NAME);
  g_autoptr (GFile) file = loader_test_put (test, "ticking_v2", NAME);
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) second = NULL;
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  first = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  assert_handler (handler, LUMINAL_STATUS_LOADED, 2, "ticking_v2");
  loader_test_expect_events (test, "reloaded Ticking 2", NULL);

  loader_test_start (handler, &error);
  g_assert_no_error (error);
  loader_test_stop (handler, FALSE, &error);
  g_assert_no_error (error);
  loader_test_forget_events (test);
  second = loader_test_reload (test, handler, LUMINAL_RELOAD_FORCE, &error);
  g_assert_no_error (error);
  assert_handler (handler, LUMINAL_STATUS_STOPPED, 3, "ticking_v2");
  loader_test_expect_events (test, "reloaded Ticking 3", NULL);

  loader_test_start (handler, &error);
  g_assert_no_error (error);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 3, "ticking_v2");
  loader_test_expect_events (test, "started Ticking 3", "output Ticking: v2 start 1", NULL);
}

static void
test_finalizer_fails (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_finalizer_fails", NAME);
  g_autoptr (GFile) file = loader_test_put (test, "ticking_v2", NAME);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (LuminalGeneration) attempt = NULL;
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 2, "ticking_v2");
  g_assert_null (luminal_handler_get_error (handler));
  loader_test_expect_events (test, "reloaded Ticking 2 hand-over finalizer-failed",
                             "output Ticking: v2 start 2", NULL);

  attempt = last_attempt (handler);
  g_assert_cmpint (luminal_generation_get_outcome (attempt), ==, LUMINAL_OUTCOME_RUNS);
  g_assert_cmpint (luminal_generation_get_failed_phase (attempt), ==, LUMINAL_PHASE_HAND_OVER);
  g_assert_error (luminal_generation_get_error (attempt), LUMINAL_ERROR, LUMINAL_ERROR_FINALIZER_FAILED);
  assert_mentions (luminal_generation_get_error (attempt), NAME, "hand-over", "still busy", NULL);
}

/* Ways to spoil a reload. */
typedef struct
{
  const char *what;
  const char *before; /* what runs; ticking_v1 if NULL */
  int before_version;
  const char *after; /* a fixture, or NULL */
  void (*spoil) (LoaderTest *test);
  LuminalError code;
  LuminalPhase phase;
  gboolean rolled_back;
  const char *cause;
} Failure;

static char *
path_in (LoaderTest *test)
{
  return g_build_filename (test->folder, NAME, NULL);
}

static void
make_text (LoaderTest *test)
{
  loader_test_write (test, NAME, "this is no module, but it is long enough to be looked at closely; "
                                 "an ELF header has 64 bytes", -1);
}

static void
make_empty (LoaderTest *test)
{
  loader_test_write (test, NAME, "", 0);
}

static void
make_truncated (LoaderTest *test)
{
  g_autoptr (GBytes) bytes = loader_test_read_fixture ("ticking_v2");

  loader_test_write (test, NAME, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes) / 2);
}

static void
make_missing (LoaderTest *test)
{
  loader_test_remove (test, NAME);
}

static void
make_folder (LoaderTest *test)
{
  g_autofree char *path = path_in (test);

  make_missing (test);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
}

static void
make_pipe (LoaderTest *test)
{
  g_autofree char *path = path_in (test);

  make_missing (test);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
}

static void
make_dangling (LoaderTest *test)
{
  g_autofree char *path = path_in (test);

  make_missing (test);
  g_assert_cmpint (symlink ("nowhere.so", path), ==, 0);
}

static void
make_unreadable (LoaderTest *test)
{
  g_autofree char *path = path_in (test);

  g_assert_cmpint (g_chmod (path, 0), ==, 0);
}

static const Failure failures[] = {
  { "read/missing", NULL, 1, NULL, make_missing,
    LUMINAL_ERROR_PHOTON_NOT_FOUND, LUMINAL_PHASE_READ, FALSE, "no such file" },
  { "read/folder", NULL, 1, NULL, make_folder,
    LUMINAL_ERROR_PHOTON_NOT_FOUND, LUMINAL_PHASE_READ, FALSE, "folder" },
  { "read/pipe", NULL, 1, NULL, make_pipe,
    LUMINAL_ERROR_INVALID_MODULE, LUMINAL_PHASE_READ, FALSE, "a named pipe" },
  { "read/dangling-link", NULL, 1, NULL, make_dangling,
    LUMINAL_ERROR_PHOTON_NOT_FOUND, LUMINAL_PHASE_READ, FALSE, "leads nowhere" },
  { "read/no-permission", NULL, 1, "ticking_v2", make_unreadable,
    LUMINAL_ERROR_UNREADABLE, LUMINAL_PHASE_READ, FALSE, "ermission denied" },
  { "inspect/text", NULL, 1, NULL, make_text,
    LUMINAL_ERROR_INVALID_MODULE, LUMINAL_PHASE_INSPECT, FALSE, "ELF" },
  { "inspect/empty", NULL, 1, NULL, make_empty,
    LUMINAL_ERROR_INCOMPLETE, LUMINAL_PHASE_INSPECT, FALSE, "empty" },
  { "inspect/truncated", NULL, 1, NULL, make_truncated,
    LUMINAL_ERROR_INCOMPLETE, LUMINAL_PHASE_INSPECT, FALSE, "end" },
  { "inspect/newer-abi", NULL, 1, "newer_abi", NULL,
    LUMINAL_ERROR_WRONG_ABI, LUMINAL_PHASE_INSPECT, FALSE, "99" },
  { "inspect/no-photon", NULL, 1, "no_photon", NULL,
    LUMINAL_ERROR_NO_PHOTON, LUMINAL_PHASE_INSPECT, FALSE, "photon" },
  { "inspect/other-base", NULL, 1, "base", NULL,
    LUMINAL_ERROR_NO_PHOTON, LUMINAL_PHASE_INSPECT, FALSE, "TestPhoton" },
  { "inspect/twins", NULL, 1, "twins", NULL,
    LUMINAL_ERROR_NAME_TAKEN, LUMINAL_PHASE_INSPECT, FALSE, "Twin" },
  { "stage/undefined-symbol", NULL, 1, "undefined_symbol", NULL,
    LUMINAL_ERROR_OPEN_FAILED, LUMINAL_PHASE_STAGE, FALSE, "there_is_no_such_function" },
  { "hand-over/save", "ticking_save_fails", 5, "ticking_v2", NULL,
    LUMINAL_ERROR_SAVE_FAILED, LUMINAL_PHASE_HAND_OVER, FALSE, "nowhere to write it down" },
  { "start/start", NULL, 1, "ticking_start_fails", NULL,
    LUMINAL_ERROR_START_FAILED, LUMINAL_PHASE_START, TRUE, "no luck today" },
  { "start/restore", NULL, 1, "ticking_restore_refuses", NULL,
    LUMINAL_ERROR_RESTORE_FAILED, LUMINAL_PHASE_START, TRUE, "not what I know" },
  { "start/other-class", NULL, 1, "start_fails", NULL,
    LUMINAL_ERROR_START_FAILED, LUMINAL_PHASE_START, TRUE, "no luck today" },
};

static void
assert_attempt (const Failure  *failure,
                LuminalHandler *handler)
{
  g_autoptr (LuminalGeneration) attempt = last_attempt (handler);
  g_autofree char *checksum = failure->after != NULL ? loader_test_checksum (failure->after) : NULL;
  gint64 sum = 0;

  g_assert_cmpuint (g_list_model_get_n_items (luminal_handler_get_history (handler)), ==, 2);
  g_assert_cmpuint (luminal_generation_get_number (attempt), ==, 2);
  g_assert_cmpint (luminal_generation_get_outcome (attempt), ==,
                   failure->rolled_back ? LUMINAL_OUTCOME_ROLLED_BACK : LUMINAL_OUTCOME_FAILED);
  g_assert_cmpint (luminal_generation_get_failed_phase (attempt), ==, failure->phase);
  g_assert_error (luminal_generation_get_error (attempt), LUMINAL_ERROR, (int) failure->code);
  if (failure->phase == LUMINAL_PHASE_READ)
    g_assert_null (luminal_generation_get_checksum (attempt));
  else if (checksum != NULL)
    g_assert_cmpstr (luminal_generation_get_checksum (attempt), ==, checksum);

  for (LuminalPhase phase = 0; phase < LUMINAL_N_PHASES; phase++)
    {
      gint64 duration = luminal_generation_get_phase_duration (attempt, phase);

      g_assert_cmpint (duration, >=, 0);
      if (phase > failure->phase)
        g_assert_cmpint (duration, ==, 0);
      sum += duration;
    }
  g_assert_cmpint (luminal_generation_get_duration (attempt), ==, sum);
  g_assert_cmpint (luminal_generation_get_time (attempt), >, 0);
}

static void
assert_failed (const Failure  *failure,
               LoaderTest     *test,
               LuminalHandler *handler,
               const GError   *error)
{
  const char *before = failure->before != NULL ? failure->before : "ticking_v1";
  guint starts = failure->rolled_back ? 2 : 1;
  g_autofree char *start = g_strdup_printf ("output Ticking: v%d start 2", failure->before_version);
  g_autofree char *end = g_strdup_printf ("output Ticking: v%d end", failure->before_version);
  g_autofree char *beat = g_strdup_printf ("v%d beat, start %u", failure->before_version, starts);
  g_autofree char *failed = g_strdup_printf ("%s Ticking 1 %s %s",
                                             failure->rolled_back ? "rolled-back" : "failed",
                                             luminal_phase_to_string (failure->phase),
                                             luminal_error_to_nick (error));

  g_assert_error (error, LUMINAL_ERROR, (int) failure->code);
  assert_mentions (error, NAME, luminal_phase_to_string (failure->phase), failure->cause,
                   failure->rolled_back ? "Generation 1 was started again and runs" : "Generation 1 runs on",
                   NULL);

  assert_handler (handler, LUMINAL_STATUS_RUNNING, 1, before);
  g_assert_true (luminal_loader_lookup (test->loader, "Ticking") == handler);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->loader)), ==, 1);
  g_assert_error (luminal_handler_get_error (handler), LUMINAL_ERROR, (int) failure->code);
  g_assert_cmpstr (luminal_handler_get_error (handler)->message, ==, error->message);
  g_assert_cmpint (luminal_handler_get_failed_phase (handler), ==, failure->phase);
  g_assert_true (luminal_handler_get_rolled_back (handler) == failure->rolled_back);
  assert_attempt (failure, handler);

  if (failure->rolled_back)
    loader_test_expect_events (test, end, start, failed, NULL);
  else
    loader_test_expect_events (test, failed, NULL);
  loader_test_expect_items (test, "");
  loader_test_await_output (test, beat, 2);
}

static void
test_failure (gconstpointer data)
{
  const Failure *failure = data;
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, failure->before != NULL ? failure->before : "ticking_v1", NAME);
  Resources before = loader_test_settle (test);
  gint64 started_at = luminal_handler_get_started_at (handler);
  g_autofree char *path = path_in (test);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  if (failure->after != NULL)
    g_object_unref (loader_test_put (test, failure->after, NAME));
  if (failure->spoil != NULL)
    failure->spoil (test);

  /* The permissions of a file do not hold for root, but for others. */
  if (failure->code == LUMINAL_ERROR_UNREADABLE)
    setfsuid (65534);
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  setfsuid (geteuid ());

  g_assert_null (handlers);
  assert_failed (failure, test, handler, error);
  g_assert_true ((luminal_handler_get_started_at (handler) > started_at) == failure->rolled_back);
  resources_assert (&before);

  /* And the next good version finds nothing in its way. */
  g_clear_error (&error);
  g_remove (path);
  g_object_unref (loader_test_put (test, "ticking_v1", NAME));
  g_clear_pointer (&handlers, g_ptr_array_unref);
  if (failure->before != NULL)
    return;
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 1, "ticking_v1");
  g_assert_null (luminal_handler_get_error (handler));
  g_assert_false (luminal_handler_get_rolled_back (handler));

  g_object_unref (loader_test_put (test, "ticking_v2", NAME));
  g_clear_pointer (&handlers, g_ptr_array_unref);
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 2, "ticking_v2");
  loader_test_await_output (test, failure->rolled_back ? "v2 beat, start 3" : "v2 beat, start 2", 1);
}

static void
test_settle (void)
{
  static const Failure failure = {
    "settle", NULL, 1, NULL, NULL, LUMINAL_ERROR_INCOMPLETE, LUMINAL_PHASE_SETTLE, FALSE, "open for writing"
  };
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_v1", NAME);
  g_autofree char *path = path_in (test);
  g_autoptr (GFile) file = loader_test_put (test, "ticking_v2", NAME);
  Resources before;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;
  int writer = g_open (path, O_WRONLY | O_CLOEXEC, 0);

  before = loader_test_settle (test);
  luminal_loader_set_settle_timeout (test->loader, 20);
  loader_test_forget_events (test);
  g_assert_null (loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error));
  assert_failed (&failure, test, handler, error);
  resources_assert (&before);

  g_clear_error (&error);
  g_assert_true (g_close (writer, &error));
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 2, "ticking_v2");
}

/* One that is closed in time is waited for, and what counts is what it wrote. */
static gboolean
finish_writing (gpointer data)
{
  FILE *writer = data;
  g_autoptr (GBytes) bytes = loader_test_read_fixture ("ticking_v2");
  gsize half = g_bytes_get_size (bytes) / 2;

  g_assert_cmpuint (fwrite ((const char *) g_bytes_get_data (bytes, NULL) + half, 1,
                            g_bytes_get_size (bytes) - half, writer), ==, g_bytes_get_size (bytes) - half);
  g_assert_cmpint (fclose (writer), ==, 0);
  return G_SOURCE_REMOVE;
}

static void
test_slow_writer (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_v1", NAME);
  g_autofree char *path = path_in (test);
  g_autoptr (GBytes) bytes = loader_test_read_fixture ("ticking_v2");
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;
  FILE *writer;

  g_assert_cmpint (g_unlink (path), ==, 0);
  writer = g_fopen (path, "wb");
  fwrite (g_bytes_get_data (bytes, NULL), 1, g_bytes_get_size (bytes) / 2, writer);
  fflush (writer);
  g_timeout_add (10, finish_writing, writer);

  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 2, "ticking_v2");
}

/* Called off while it waits for the writer: as if it had never been asked for. */
static void
test_cancelled_while_waiting (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_v1", NAME);
  g_autofree char *path = path_in (test);
  g_autoptr (GFile) file = loader_test_put (test, "ticking_v2", NAME);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  int writer = g_open (path, O_WRONLY | O_CLOEXEC, 0);
  Resources before = loader_test_settle (test);

  loader_test_forget_events (test);
  luminal_loader_reload_photon_async (test->loader, handler, LUMINAL_RELOAD_DEFAULT, cancellable,
                                      loader_test_note_result, &result);
  wait_while (luminal_handler_get_phase (handler) != LUMINAL_PHASE_SETTLE);
  loader_test_await_output (test, "v1 beat, start 1", 2);
  g_assert_null (result);

  g_cancellable_cancel (cancellable);
  g_assert_null (luminal_loader_reload_photon_finish (test->loader, loader_test_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_close (writer, NULL));
  before.descriptors--;
  resources_assert (&before);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 1, "ticking_v1");
  g_assert_null (luminal_handler_get_error (handler));
  g_assert_cmpuint (g_list_model_get_n_items (luminal_handler_get_history (handler)), ==, 1);
  loader_test_expect_events (test, NULL, NULL);
}

static void
test_changed_on_disk (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_v1", NAME);
  g_autoptr (GFile) file = loader_test_put (test, "ticking_start_fails", NAME);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (luminal_handler_get_changed_on_disk (handler));
  g_assert_null (loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, NULL));
  g_assert_true (luminal_handler_get_changed_on_disk (handler));

  g_object_unref (loader_test_put (test, "ticking_v1", NAME));
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_false (luminal_handler_get_changed_on_disk (handler));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/loader/reload/success", test_success);
  g_test_add_func ("/loader/reload/unchanged", test_unchanged);
  g_test_add_func ("/loader/reload/unchanged-but-failed", test_unchanged_but_failed);
  g_test_add_func ("/loader/reload/not-running", test_not_running);
  g_test_add_func ("/loader/reload/finalizer-fails", test_finalizer_fails);
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autofree char *path = g_strconcat ("/loader/reload/", failures[i].what, NULL);

      g_test_add_data_func (path, &failures[i], test_failure);
    }
  g_test_add_func ("/loader/reload/settle/open-for-writing", test_settle);
  g_test_add_func ("/loader/reload/settle/slow-writer", test_slow_writer);
  g_test_add_func ("/loader/reload/settle/cancelled", test_cancelled_while_waiting);
  g_test_add_func ("/loader/reload/changed-on-disk", test_changed_on_disk);

  return g_test_run ();
}
