/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What hangs is ended at its own deadline and at no other's, and its process with it. */

#include "puppet-testing.h"

#define DEADLINE_MS 100

/* A machine can be busy, but not so busy. */
#define PATIENCE_S 10

typedef struct
{
  const char *function;
  guint version; /* which hangs */
  const char *property;
  const char *what;
  gboolean is_fatal; /* for the new generation */
} Case;

static const Case cases[] = {
  { "open", 2, "open-timeout", "opening it", TRUE },
  { "restore", 2, "restore-timeout", "the restore function", TRUE },
  { "start", 2, "start-timeout", "the start function", TRUE },
  { "save", 1, "save-timeout", "the save function", FALSE },
  { "finalizer", 1, "finalizer-timeout", "the finalizer", FALSE },
};

static gboolean
give_up (gpointer what)
{
  g_error ("the deadline of %s was ignored", (const char *) what);
  return G_SOURCE_REMOVE;
}

static void
test_reload (gconstpointer data)
{
  const Case *test_case = data;
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (LuminalGeneration) attempt = NULL;
  g_autoptr (GError) error = NULL;
  const GError *told;
  gint64 began;
  guint watchdog;
  pid_t hanging;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_object_set (puppet->test->loader, cases[i].property, &cases[i] == test_case ? DEADLINE_MS : 0, NULL);
  puppet_load (puppet, 1);

  puppet_tell (puppet, test_case->version, test_case->function, "hang");
  began = g_get_monotonic_time ();
  watchdog = g_timeout_add_seconds (PATIENCE_S, give_up, (gpointer) test_case->function);
  puppet_begin_reload (puppet, &result);
  hanging = puppet_wait_at (puppet, test_case->version, test_case->function);
  g_assert_true (puppet_end_reload (puppet, &result, &error) == !test_case->is_fatal);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, DEADLINE_MS * 1000);
  g_source_remove (watchdog);
  g_assert_false (process_is_there (hanging));

  attempt = last_attempt (puppet->handler);
  told = test_case->is_fatal ? error : luminal_generation_get_error (attempt);
  g_assert_error (told, LUMINAL_ERROR, LUMINAL_ERROR_TIMED_OUT);
  assert_mentions (told, test_case->what, "did not come to an end within 0.1 s", NULL);
  assert_handler (puppet->handler, LUMINAL_STATUS_RUNNING, test_case->is_fatal ? 1 : 2,
                  test_case->is_fatal ? "puppet_v1" : "puppet_v2");
}

/* Started and stopped by hand, and sent away. */
static void
test_by_hand (void)
{
  g_autoptr (Puppet) puppet = puppet_new_unloaded ();
  guint watchdog = g_timeout_add_seconds (PATIENCE_S, give_up, (gpointer) "start and finalizer by hand");
  g_autoptr (GError) error = NULL;

  luminal_loader_set_start_timeout (puppet->test->loader, DEADLINE_MS);
  luminal_loader_set_finalizer_timeout (puppet->test->loader, DEADLINE_MS);
  puppet_load (puppet, 1);

  puppet_tell (puppet, 1, "finalizer", "hang");
  g_assert_false (loader_test_stop (puppet->handler, FALSE, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_TIMED_OUT);
  assert_handler (puppet->handler, LUMINAL_STATUS_STOPPED, 1, "puppet_v1");
  g_clear_error (&error);

  puppet_tell (puppet, 1, "start", "hang");
  g_assert_false (loader_test_start (puppet->handler, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_TIMED_OUT);
  assert_handler (puppet->handler, LUMINAL_STATUS_FAILED, 1, "puppet_v1");
  g_clear_error (&error);

  g_assert_true (loader_test_start (puppet->handler, &error));
  g_assert_no_error (error);
  puppet_tell (puppet, 1, "finalizer", "hang");
  g_assert_null (loader_test_unload (puppet->test, puppet->handler, FALSE, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_TIMED_OUT);
  g_source_remove (watchdog);
}

/* Nobody has to ask for them. */
static void
test_defaults (void)
{
  g_autoptr (LuminalLoader) loader = luminal_loader_new (FALSE, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint milliseconds = 0;

      g_object_get (loader, cases[i].property, &milliseconds, NULL);
      g_assert_cmpuint (milliseconds, ==, 5000);
    }
  g_assert_cmpuint (luminal_loader_get_settle_timeout (loader), ==, 10000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/isolation/deadlines/defaults", test_defaults);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/isolation/deadlines/", cases[i].function, NULL);

      g_test_add_data_func (path, &cases[i], test_reload);
    }
  g_test_add_func ("/isolation/deadlines/by-hand", test_by_hand);

  return g_test_run ();
}
