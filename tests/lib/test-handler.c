/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A handler's properties tell all that changes, and nothing that does not. */

#include "loader-testing.h"

#include <string.h>

/* What an observer believes, who reads only what is notified. */
typedef struct
{
  LuminalHandler *handler;
  GHashTable *values; /* property → text */
  GPtrArray *instances;
  GString *statuses;
} Observer;

static char *
describe_value (Observer   *observer,
                const char *property)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_object_get_property (G_OBJECT (observer->handler), property, &value);
  if (G_VALUE_HOLDS (&value, G_TYPE_ERROR))
    {
      const GError *error = g_value_get_boxed (&value);

      return g_strdup (error != NULL ? error->message : "none");
    }

  /* An address tells objects apart only as long as they live. */
  if (G_VALUE_HOLDS_OBJECT (&value) && g_value_get_object (&value) != NULL)
    g_ptr_array_add (observer->instances, g_value_dup_object (&value));
  return g_strdup_value_contents (&value);
}

static void
notified (LuminalHandler *handler,
          GParamSpec     *pspec,
          Observer       *observer)
{
  g_autofree char *now = describe_value (observer, pspec->name);
  const char *before = g_hash_table_lookup (observer->values, pspec->name);

  if (g_strcmp0 (now, before) == 0)
    g_error ("\"%s\" was notified and is still %s", pspec->name, now);
  if (strcmp (pspec->name, "status") == 0)
    g_string_append_printf (observer->statuses, "%s ",
                            luminal_status_to_string (luminal_handler_get_status (handler)));
  g_hash_table_insert (observer->values, g_strdup (pspec->name), g_steal_pointer (&now));
}

static Observer *
observer_new (LuminalHandler *handler)
{
  Observer *observer = g_new0 (Observer, 1);
  g_autofree GParamSpec **properties = NULL;
  guint n_properties;

  observer->handler = g_object_ref (handler);
  observer->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  observer->instances = g_ptr_array_new_with_free_func (g_object_unref);
  observer->statuses = g_string_new (NULL);

  properties = g_object_class_list_properties (G_OBJECT_GET_CLASS (handler), &n_properties);
  for (guint i = 0; i < n_properties; i++)
    g_hash_table_insert (observer->values, g_strdup (properties[i]->name),
                         describe_value (observer, properties[i]->name));
  g_signal_connect (handler, "notify", G_CALLBACK (notified), observer);

  return observer;
}

/* Is all as it was told? */
static void
observer_check (Observer *observer)
{
  GHashTableIter iter;
  gpointer property;
  gpointer believed;

  g_hash_table_iter_init (&iter, observer->values);
  while (g_hash_table_iter_next (&iter, &property, &believed))
    {
      g_autofree char *now = describe_value (observer, property);

      if (strcmp (now, believed) != 0)
        g_error ("\"%s\" changed from %s to %s and was not notified", (char *) property, (char *) believed, now);
    }
}

static void
observer_expect_statuses (Observer   *observer,
                          const char *expected)
{
  g_assert_cmpstr (observer->statuses->str, ==, expected);
  g_string_truncate (observer->statuses, 0);
}

static void
observer_free (Observer *observer)
{
  observer_check (observer);
  g_signal_handlers_disconnect_by_data (observer->handler, observer);
  g_object_unref (observer->handler);
  g_hash_table_unref (observer->values);
  g_ptr_array_unref (observer->instances);
  g_string_free (observer->statuses, TRUE);
  g_free (observer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Observer, observer_free)

static void
test_start_and_stop (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_load_one (test, "ticking_v1", "beat.so");
  g_autoptr (Observer) observer = observer_new (handler);
  g_autoptr (GError) error = NULL;
  LuminalPhoton *instance;
  gint64 started_at;

  loader_test_forget_events (test);
  g_assert_true (loader_test_start (handler, &error));
  g_assert_no_error (error);
  observer_check (observer);
  observer_expect_statuses (observer, "running ");
  instance = luminal_handler_get_instance (handler);
  started_at = luminal_handler_get_started_at (handler);
  loader_test_expect_events (test, "started Ticking 1", "output Ticking: v1 start 1", NULL);

  /* A second time nothing happens. */
  g_assert_true (loader_test_start (handler, &error));
  g_assert_no_error (error);
  g_assert_true (luminal_handler_get_instance (handler) == instance);
  g_assert_cmpint (luminal_handler_get_started_at (handler), ==, started_at);
  observer_expect_statuses (observer, "");
  loader_test_expect_events (test, NULL, NULL);

  g_assert_true (loader_test_stop (handler, FALSE, &error));
  g_assert_no_error (error);
  observer_check (observer);
  observer_expect_statuses (observer, "stopped ");
  assert_handler (handler, LUMINAL_STATUS_STOPPED, 1, "ticking_v1");
  loader_test_expect_events (test, "output Ticking: v1 end", "stopped Ticking 1", NULL);

  g_assert_true (loader_test_start (handler, &error));
  g_assert_no_error (error);
  observer_expect_statuses (observer, "running ");
  loader_test_expect_events (test, "started Ticking 1", "output Ticking: v1 start 1", NULL);
}

static void
test_not_started (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_load_one (test, "simple_v1", "simple.so");
  g_autoptr (Observer) observer = observer_new (handler);
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  g_assert_false (loader_test_stop (handler, FALSE, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NOT_STARTED);
  assert_mentions (error, "simple.so", "Simple", NULL);
  g_clear_error (&error);
  g_assert_false (loader_test_stop (handler, TRUE, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NOT_STARTED);

  assert_handler (handler, LUMINAL_STATUS_LOADED, 1, "simple_v1");
  observer_expect_statuses (observer, "");
  loader_test_expect_events (test, NULL, NULL);
}

static void
test_start_fails (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_load_one (test, "ticking_start_fails", "beat.so");
  g_autoptr (Observer) observer = observer_new (handler);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  g_assert_false (loader_test_start (handler, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_START_FAILED);
  assert_mentions (error, "beat.so", "start", "no luck today", NULL);
  assert_handler (handler, LUMINAL_STATUS_FAILED, 1, "ticking_start_fails");
  g_assert_error (luminal_handler_get_error (handler), LUMINAL_ERROR, LUMINAL_ERROR_START_FAILED);
  g_assert_cmpint (luminal_handler_get_failed_phase (handler), ==, LUMINAL_PHASE_START);
  observer_expect_statuses (observer, "failed ");
  observer_check (observer);
  loader_test_expect_events (test, "failed Ticking 1 start start-failed", NULL);

  /* The next version is not held responsible. */
  g_object_unref (loader_test_put (test, "ticking_v2", "beat.so"));
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_clear_error (&error);
  g_assert_true (loader_test_start (handler, &error));
  g_assert_no_error (error);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 2, "ticking_v2");
  g_assert_null (luminal_handler_get_error (handler));
}

static void
test_stop_fails (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_finalizer_fails", "beat.so");
  g_autoptr (Observer) observer = observer_new (handler);
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  g_assert_false (loader_test_stop (handler, FALSE, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_FINALIZER_FAILED);
  assert_mentions (error, "beat.so", "hand-over", "still busy", NULL);
  assert_handler (handler, LUMINAL_STATUS_STOPPED, 1, "ticking_finalizer_fails");
  loader_test_expect_events (test, "failed Ticking 1 hand-over finalizer-failed", "stopped Ticking 1", NULL);

  g_clear_error (&error);
  g_assert_true (loader_test_start (handler, &error));
  g_assert_no_error (error);
  g_assert_null (luminal_handler_get_error (handler));
  g_assert_true (loader_test_stop (handler, TRUE, &error));
  g_assert_no_error (error);
}

static void
test_reload (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_v1", "beat.so");
  g_autoptr (Observer) observer = observer_new (handler);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  g_object_unref (loader_test_put (test, "ticking_v2", "beat.so"));
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  observer_check (observer);

  /* It runs all the while, for whoever looks at it. */
  observer_expect_statuses (observer, "");

  g_object_unref (loader_test_put (test, "simple_v1", "beat.so"));
  g_clear_pointer (&handlers, g_ptr_array_unref);
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  observer_check (observer);
  observer_expect_statuses (observer, "unloaded ");
}

static void
test_roll_back (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_v1", "beat.so");
  g_autoptr (Observer) observer = observer_new (handler);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  g_object_unref (loader_test_put (test, "ticking_start_fails", "beat.so"));
  g_assert_null (loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_START_FAILED);
  g_assert_true (luminal_handler_get_rolled_back (handler));
  observer_check (observer);
  g_clear_error (&error);

  g_object_unref (loader_test_put (test, "ticking_v1", "beat.so"));
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_false (luminal_handler_get_rolled_back (handler));
  observer_check (observer);
}

static void
test_unload (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_v1", "beat.so");
  g_autoptr (Observer) observer = observer_new (handler);
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  file = loader_test_unload (test, handler, FALSE, &error);
  g_assert_no_error (error);
  observer_check (observer);
  observer_expect_statuses (observer, "stopped unloaded ");
}

static void
test_history (void)
{
  static const struct
  {
    const char *fixture;
    guint number;
    LuminalOutcome outcome;
  } steps[] = {
    { "ticking_v2", 2, LUMINAL_OUTCOME_RUNS },
    { "undefined_symbol", 3, LUMINAL_OUTCOME_FAILED },
    { "ticking_start_fails", 3, LUMINAL_OUTCOME_ROLLED_BACK },
    { "ticking_v1", 3, LUMINAL_OUTCOME_RUNS },
  };
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_v1", "beat.so");
  GListModel *history = luminal_handler_get_history (handler);

  g_assert_true (g_list_model_get_item_type (history) == LUMINAL_TYPE_GENERATION);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *checksum = loader_test_checksum (steps[i].fixture);
      g_autoptr (LuminalGeneration) attempt = NULL;
      g_autoptr (GPtrArray) handlers = NULL;

      g_object_unref (loader_test_put (test, steps[i].fixture, "beat.so"));
      handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, NULL);
      g_assert_cmpuint (g_list_model_get_n_items (history), ==, i + 2);
      attempt = last_attempt (handler);
      g_assert_cmpuint (luminal_generation_get_number (attempt), ==, steps[i].number);
      g_assert_cmpint (luminal_generation_get_outcome (attempt), ==, steps[i].outcome);
      g_assert_cmpstr (luminal_generation_get_checksum (attempt), ==, checksum);
      g_assert_true ((luminal_generation_get_error (attempt) == NULL) == (steps[i].outcome == LUMINAL_OUTCOME_RUNS));
    }
}

/* The loader's own reference to a handler is not the only one there may be. */
static void
test_after_the_loader (void)
{
  g_autoptr (LuminalHandler) handler = NULL;
  g_autoptr (GError) error = NULL;

  {
    g_autoptr (LoaderTest) test = loader_test_new (FALSE);

    handler = g_object_ref (loader_test_run_one (test, "simple_v1", "simple.so"));
  }

  g_assert_cmpint (luminal_handler_get_status (handler), ==, LUMINAL_STATUS_UNLOADED);
  g_assert_cmpstr (luminal_handler_get_name (handler), ==, "Simple");
  g_assert_false (loader_test_start (handler, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (loader_test_stop (handler, FALSE, &error));
  g_assert_nonnull (error);
}

static void
count_notification (GObject    *object,
                    GParamSpec *pspec,
                    guint      *n)
{
  *n += 1;
}

static void
test_loader_properties (void)
{
  g_autoptr (LuminalLoader) loader = luminal_loader_new (FALSE, TRUE);
  g_autoptr (LuminalLoader) other = luminal_loader_new (TRUE, FALSE);
  guint n = 0;

  g_assert_false (luminal_loader_get_logging (loader));
  g_assert_true (luminal_loader_get_suppress_errors (loader));
  g_assert_true (luminal_loader_get_logging (other));
  g_assert_false (luminal_loader_get_suppress_errors (other));
  g_assert_false (luminal_loader_get_watching (loader));
  g_assert_null (luminal_loader_get_directory (loader));

  g_signal_connect (loader, "notify", G_CALLBACK (count_notification), &n);
  luminal_loader_set_settle_timeout (loader, luminal_loader_get_settle_timeout (loader));
  luminal_loader_set_grace_time (loader, luminal_loader_get_grace_time (loader));
  g_assert_cmpuint (n, ==, 0);
  luminal_loader_set_settle_timeout (loader, 5);
  g_assert_cmpuint (luminal_loader_get_settle_timeout (loader), ==, 5);
  g_object_set (loader, "grace-time", 7, NULL);
  g_assert_cmpuint (luminal_loader_get_grace_time (loader), ==, 7);
  g_assert_cmpuint (n, ==, 2);
}

static GLogWriterOutput
note_log (GLogLevelFlags   level,
          const GLogField *fields,
          gsize            n_fields,
          gpointer         user_data)
{
  GString *log = user_data;
  for (gsize i = 0; i < n_fields; i++)
    {
      if (strcmp (fields[i].key, "LUMINAL_EVENT") == 0 || strcmp (fields[i].key, "LUMINAL_PHOTON") == 0)
        g_string_append_printf (log, "%s ", (const char *) fields[i].value);
      if (strcmp (fields[i].key, "LUMINAL_FILE") == 0)
        g_string_append_printf (log, "%s; ", (level & G_LOG_LEVEL_MESSAGE) != 0 ? "message" : "info");
    }
  return g_log_writer_default (level, fields, n_fields, NULL);
}

static void
test_logging (gconstpointer data)
{
  GString *log = (GString *) data;
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (LuminalLoader) loader = g_object_new (LUMINAL_TYPE_LOADER, "logging", TRUE,
                                                   "isolation", test_isolation (), NULL);
  g_autoptr (GFile) file = loader_test_put (test, "simple_v1", "simple.so");
  g_autoptr (GFile) bad = loader_test_put (test, "no_photon", "bad.so");
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GFile) unloaded = NULL;
  g_autoptr (GError) error = NULL;
  LuminalLoader *quiet = test->loader;

  /* The test's own loader logs nothing. */
  g_string_truncate (log, 0);
  g_assert_null (loader_test_load (test, bad, NULL));
  g_assert_cmpstr (log->str, ==, "");

  test->loader = loader;
  handlers = loader_test_load (test, file, &error);
  g_assert_no_error (error);
  g_assert_null (loader_test_load (test, bad, NULL));
  unloaded = loader_test_unload (test, handlers->pdata[0], FALSE, &error);
  g_assert_no_error (error);
  loader_test_drain ();
  test->loader = quiet;
  g_assert_cmpstr (log->str, ==, "loaded Simple info; failed  message; unloaded Simple info; ");
  g_clear_pointer (&handlers, g_ptr_array_unref);
  g_assert_finalize_object (g_steal_pointer (&loader));
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GString) log = g_string_new (NULL);

  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (note_log, log, NULL);

  g_test_add_func ("/handler/start-and-stop", test_start_and_stop);
  g_test_add_func ("/handler/not-started", test_not_started);
  g_test_add_func ("/handler/start-fails", test_start_fails);
  g_test_add_func ("/handler/stop-fails", test_stop_fails);
  g_test_add_func ("/handler/reload", test_reload);
  g_test_add_func ("/handler/roll-back", test_roll_back);
  g_test_add_func ("/handler/unload", test_unload);
  g_test_add_func ("/handler/history", test_history);
  g_test_add_func ("/handler/after-the-loader", test_after_the_loader);
  g_test_add_func ("/loader/properties", test_loader_properties);
  g_test_add_data_func ("/loader/logging", log, test_logging);

  return g_test_run ();
}
