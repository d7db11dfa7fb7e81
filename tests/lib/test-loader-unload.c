/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Out of the registry and out of the process. */

#include "loader-testing.h"

static void
assert_gone (LoaderTest     *test,
             LuminalHandler *handler)
{
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->loader)), ==, 0);
  g_assert_null (luminal_loader_lookup (test->loader, luminal_handler_get_name (handler)));
  g_assert_cmpint (luminal_handler_get_status (handler), ==, LUMINAL_STATUS_UNLOADED);
  g_assert_cmpint (luminal_handler_get_phase (handler), ==, LUMINAL_PHASE_NONE);
  g_assert_null (luminal_handler_get_instance (handler));
  g_assert_null (luminal_handler_get_pinned (handler));
  resources_assert (&test->at_first);
}

static void
test_running (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (LuminalHandler) handler = g_object_ref (loader_test_run_one (test, "ticking_v1", "beat.so"));
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  file = loader_test_unload (test, handler, FALSE, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_equal (file, luminal_handler_get_file (handler)));
  assert_gone (test, handler);
  loader_test_expect_events (test, "output Ticking: v1 end", "stopped Ticking 1", "unloaded Ticking 1", NULL);
  loader_test_expect_items (test, "0-1+0 ");
}

static void
test_not_started (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (LuminalHandler) handler = g_object_ref (loader_test_load_one (test, "ticking_v1", "beat.so"));
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  file = loader_test_unload (test, luminal_handler_get_file (handler), FALSE, &error);
  g_assert_no_error (error);
  assert_gone (test, handler);
  loader_test_expect_events (test, "unloaded Ticking 1", NULL);
}

static void
test_no_finalizer (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (LuminalHandler) handler = g_object_ref (loader_test_run_one (test, "no_finalizer", "bare.so"));
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  file = loader_test_unload (test, handler, FALSE, &error);
  g_assert_no_error (error);
  assert_gone (test, handler);
}

static void
test_finalizer_fails (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (LuminalHandler) handler =
    g_object_ref (loader_test_run_one (test, "ticking_finalizer_fails", "beat.so"));
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  g_assert_null (loader_test_unload (test, handler, FALSE, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_FINALIZER_FAILED);
  assert_mentions (error, "beat.so", "hand-over", "still busy", NULL);
  assert_gone (test, handler);
  g_assert_error (luminal_handler_get_error (handler), LUMINAL_ERROR, LUMINAL_ERROR_FINALIZER_FAILED);
  loader_test_expect_events (test, "failed Ticking 1 hand-over finalizer-failed", "stopped Ticking 1",
                             "unloaded Ticking 1", NULL);
}

/* The whole module goes with one of its photons, the last to start first. */
static void
test_module (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (LuminalHandler) left = g_object_ref (loader_test_run_one (test, "pair", "pair.so"));
  g_autoptr (LuminalHandler) right = g_object_ref (luminal_loader_lookup (test->loader, "Right"));
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  file = loader_test_unload (test, right, FALSE, &error);
  g_assert_no_error (error);
  assert_gone (test, left);
  assert_gone (test, right);
  loader_test_expect_events (test, "stopped Right 1", "stopped Left 1", "unloaded Left 1", "unloaded Right 1", NULL);
  loader_test_expect_items (test, "0-2+0 ");
}

static gboolean
quit (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Long enough for every timer of a photon to fire several times. */
static void
let_timers_fire (void)
{
  gboolean done = FALSE;

  g_timeout_add (30, quit, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

/* Its finalizer is passed over; a timer that survived would run code that is
 * gone. */
static void
test_forced (gconstpointer data)
{
  const char *fixture = data;
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (LuminalHandler) handler = g_object_ref (loader_test_run_one (test, fixture, "beat.so"));
  const char *name = luminal_handler_get_name (handler);
  g_autofree char *stopped = g_strdup_printf ("stopped %s 1", name);
  g_autofree char *unloaded = g_strdup_printf ("unloaded %s 1", name);
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  let_timers_fire ();
  loader_test_forget_events (test);
  file = loader_test_unload (test, handler, TRUE, &error);
  g_assert_no_error (error);
  assert_gone (test, handler);
  loader_test_expect_events (test, stopped, unloaded, NULL);
  let_timers_fire ();
  g_assert_cmpuint (test->events->len, ==, 0);
}

/* The finalizer ran and forgot a timer. */
static void
test_leaky (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (LuminalHandler) handler = g_object_ref (loader_test_run_one (test, "leaky_ticker", "beat.so"));
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  file = loader_test_unload (test, handler, FALSE, &error);
  g_assert_no_error (error);
  assert_gone (test, handler);
  loader_test_forget_events (test);
  let_timers_fire ();
  g_assert_cmpuint (test->events->len, ==, 0);
}

static void
test_busy (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (LuminalHandler) handler = g_object_ref (loader_test_run_one (test, "busy", "busy.so"));
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  loader_test_await_output (test, "first turn", 1);
  file = loader_test_unload (test, handler, TRUE, &error);
  g_assert_no_error (error);
  assert_gone (test, handler);
}

static void
test_unknown (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *data = loader_test_run_one (test, "ticking_v1", "data.so");
  g_autoptr (GFile) part = loader_test_file (test, "a.so");
  g_autoptr (LuminalHandler) gone = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;

  /* A part of a path is not the path. */
  g_assert_null (loader_test_unload (test, part, FALSE, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND);
  assert_mentions (error, "/a.so", NULL);
  g_clear_error (&error);
  g_assert_null (loader_test_reload (test, part, LUMINAL_RELOAD_DEFAULT, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND);
  g_clear_error (&error);
  found = luminal_loader_lookup_file (test->loader, part);
  g_assert_cmpuint (found->len, ==, 0);
  assert_handler (data, LUMINAL_STATUS_RUNNING, 1, "ticking_v1");

  /* A handler that was unloaded is used no more, also if its file is back. */
  gone = g_object_ref (data);
  file = loader_test_unload (test, gone, FALSE, &error);
  g_assert_no_error (error);
  data = loader_test_run_one (test, "ticking_v1", "data.so");
  g_assert_true (data != gone);
  g_assert_null (loader_test_unload (test, gone, FALSE, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (loader_test_reload (test, gone, LUMINAL_RELOAD_DEFAULT, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (loader_test_start (gone, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND);
  assert_handler (data, LUMINAL_STATUS_RUNNING, 1, "ticking_v1");
}

static GPtrArray *
unload_all (LoaderTest *test,
            GPtrArray  *photons,
            GError    **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_loader_unload_photons_async (test->loader, photons, FALSE, NULL, loader_test_note_result, &result);
  return luminal_loader_unload_photons_finish (test->loader, loader_test_wait (&result), error);
}

static void
test_several (gconstpointer data)
{
  gboolean suppressed = GPOINTER_TO_INT (data);
  g_autoptr (LoaderTest) test = loader_test_new (suppressed);
  LuminalHandler *left = loader_test_run_one (test, "pair", "pair.so");
  LuminalHandler *failing = loader_test_run_one (test, "ticking_finalizer_fails", "beat.so");
  LuminalHandler *simple = loader_test_run_one (test, "simple_v1", "simple.so");
  g_autoptr (GPtrArray) photons = g_ptr_array_new ();
  g_autoptr (GFile) missing = loader_test_file (test, "missing.so");
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (photons, left);
  g_ptr_array_add (photons, luminal_loader_lookup (test->loader, "Right"));
  g_ptr_array_add (photons, luminal_handler_get_file (left));
  g_ptr_array_add (photons, failing);
  g_ptr_array_add (photons, simple);
  g_ptr_array_add (photons, missing);

  /* One of them is not there: none goes. */
  g_assert_null (unload_all (test, photons, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND);
  assert_mentions (error, "missing.so", NULL);
  g_clear_error (&error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->loader)), ==, 4);
  assert_handler (left, LUMINAL_STATUS_RUNNING, 1, "pair");

  g_ptr_array_remove (photons, missing);
  files = unload_all (test, photons, &error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->loader)), ==, 0);
  if (suppressed)
    {
      g_assert_no_error (error);
      g_assert_cmpuint (files->len, ==, 3);
    }
  else
    {
      g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_FINALIZER_FAILED);
      assert_mentions (error, "beat.so", NULL);
      g_assert_null (files);
    }
}

static void
test_cancelled (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_v1", "beat.so");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) reloaded = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  luminal_loader_unload_photon_async (test->loader, handler, FALSE, cancellable,
                                      loader_test_note_result, &result);
  g_assert_null (luminal_loader_unload_photon_finish (test->loader, loader_test_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  g_object_unref (loader_test_put (test, "ticking_v2", "beat.so"));
  luminal_loader_reload_photon_async (test->loader, handler, LUMINAL_RELOAD_DEFAULT, cancellable,
                                      loader_test_note_result, &reloaded);
  g_assert_null (luminal_loader_reload_photon_finish (test->loader, loader_test_wait (&reloaded), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 1, "ticking_v1");
  g_assert_null (luminal_handler_get_error (handler));
}

/* What was asked for during another operation waits for its turn. */
static void
test_in_turn (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (GFile) file = loader_test_put (test, "ticking_v1", "beat.so");
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GAsyncResult) again = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GError) error = NULL;

  luminal_loader_load_photon_async (test->loader, file, LUMINAL_TYPE_PHOTON, NULL, NULL,
                                    loader_test_note_result, &loaded);
  luminal_loader_load_photon_async (test->loader, file, LUMINAL_TYPE_PHOTON, NULL, NULL,
                                    loader_test_note_result, &again);
  none = luminal_loader_load_photon_finish (test->loader, loader_test_wait (&again), &error);
  g_assert_no_error (error);
  g_assert_nonnull (loaded);
  handlers = luminal_loader_load_photon_finish (test->loader, loaded, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (handlers->len, ==, 1);
  g_assert_cmpuint (none->len, ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/loader/unload/running", test_running);
  g_test_add_func ("/loader/unload/not-started", test_not_started);
  g_test_add_func ("/loader/unload/no-finalizer", test_no_finalizer);
  g_test_add_func ("/loader/unload/finalizer-fails", test_finalizer_fails);
  g_test_add_func ("/loader/unload/module", test_module);
  g_test_add_data_func ("/loader/unload/forced/tidy", "ticking_v1", test_forced);
  g_test_add_data_func ("/loader/unload/forced/ticker", "ticker", test_forced);
  g_test_add_data_func ("/loader/unload/forced/leaky", "leaky_ticker", test_forced);
  g_test_add_data_func ("/loader/unload/forced/bad-finalizer", "ticking_finalizer_fails", test_forced);
  g_test_add_func ("/loader/unload/leaky", test_leaky);
  g_test_add_func ("/loader/unload/busy", test_busy);
  g_test_add_func ("/loader/unload/unknown", test_unknown);
  g_test_add_data_func ("/loader/unload/several/errors-told", GINT_TO_POINTER (FALSE), test_several);
  g_test_add_data_func ("/loader/unload/several/errors-suppressed", GINT_TO_POINTER (TRUE), test_several);
  g_test_add_func ("/loader/unload/cancelled", test_cancelled);
  g_test_add_func ("/loader/unload/in-turn", test_in_turn);

  return g_test_run ();
}
