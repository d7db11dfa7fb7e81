/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Several photons in one module, and several modules in one transaction: all or
 * none. */

#include "loader-testing.h"

#include <glib/gstdio.h>
#include <string.h>

#include "../proof/manner.h"

static void
test_pair (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *left = loader_test_run_one (test, "pair", "pair.so");
  g_autoptr (LuminalHandler) right = g_object_ref (luminal_loader_lookup (test->loader, "Right"));
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GPtrArray) back = NULL;
  g_autoptr (GError) error = NULL;
  LuminalHandler *middle;

  loader_test_forget_events (test);
  g_object_unref (loader_test_put (test, "pair_v2", "pair.so"));
  handlers = loader_test_reload (test, right, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);

  g_assert_cmpuint (handlers->len, ==, 2);
  g_assert_true (handlers->pdata[0] == left);
  assert_handler (left, LUMINAL_STATUS_RUNNING, 2, "pair_v2");
  middle = luminal_loader_lookup (test->loader, "Middle");
  g_assert_true (handlers->pdata[1] == middle);
  assert_handler (middle, LUMINAL_STATUS_RUNNING, 2, "pair_v2");
  g_assert_null (luminal_loader_lookup (test->loader, "Right"));
  g_assert_cmpint (luminal_handler_get_status (right), ==, LUMINAL_STATUS_UNLOADED);
  g_assert_null (luminal_handler_get_instance (right));
  loader_test_expect_items (test, "0-2+2 ");
  loader_test_expect_events (test, "reloaded Left 2", "loaded Middle 2", "started Middle 2", "unloaded Right 1",
                             "output Left: left", "output Middle: second", NULL);

  g_object_unref (loader_test_put (test, "pair", "pair.so"));
  back = loader_test_reload (test, left, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_true (luminal_loader_lookup (test->loader, "Right") != right);
  assert_handler (luminal_loader_lookup (test->loader, "Right"), LUMINAL_STATUS_RUNNING, 3, "pair");
}

static void
test_pair_bad (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *left = loader_test_run_one (test, "pair", "pair.so");
  LuminalHandler *right = luminal_loader_lookup (test->loader, "Right");
  Resources before = loader_test_settle (test);
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  g_object_unref (loader_test_put (test, "pair_bad", "pair.so"));
  g_assert_null (loader_test_reload (test, left, LUMINAL_RELOAD_DEFAULT, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_START_FAILED);
  assert_mentions (error, "pair.so", "start", "Right", "only half of a pair", "Generation 1 was started again", NULL);

  g_assert_true (luminal_loader_lookup (test->loader, "Left") == left);
  g_assert_true (luminal_loader_lookup (test->loader, "Right") == right);
  assert_handler (left, LUMINAL_STATUS_RUNNING, 1, "pair");
  assert_handler (right, LUMINAL_STATUS_RUNNING, 1, "pair");
  g_assert_true (luminal_handler_get_rolled_back (left));
  g_assert_true (luminal_handler_get_rolled_back (right));
  loader_test_expect_items (test, "");
  resources_assert (&before);
}

/* Only what ran runs again. */
static void
test_half_running (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *left = loader_test_load_one (test, "pair", "pair.so");
  LuminalHandler *right = luminal_loader_lookup (test->loader, "Right");
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  loader_test_start (right, &error);
  g_assert_no_error (error);
  handlers = loader_test_reload (test, left, LUMINAL_RELOAD_FORCE, &error);
  g_assert_no_error (error);
  assert_handler (left, LUMINAL_STATUS_LOADED, 2, "pair");
  assert_handler (right, LUMINAL_STATUS_RUNNING, 2, "pair");
}

static void
test_name_taken (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *simple = loader_test_run_one (test, "simple_v1", "simple.so");
  LuminalHandler *ticking = loader_test_run_one (test, "ticking_v1", "beat.so");
  g_autoptr (GError) error = NULL;

  g_object_unref (loader_test_put (test, "same_name", "beat.so"));
  g_assert_null (loader_test_reload (test, ticking, LUMINAL_RELOAD_DEFAULT, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NAME_TAKEN);
  assert_mentions (error, "beat.so", "inspect", "simple.so", "Generation 1 runs on", NULL);
  g_assert_true (luminal_loader_lookup (test->loader, "Simple") == simple);
  g_assert_true (luminal_loader_lookup (test->loader, "Ticking") == ticking);
  assert_handler (simple, LUMINAL_STATUS_RUNNING, 1, "simple_v1");
  assert_handler (ticking, LUMINAL_STATUS_RUNNING, 1, "ticking_v1");
}

/* A name that was claimed for a reload that failed is free afterwards. */
static void
test_name_given_back (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *ticking = loader_test_run_one (test, "ticking_v1", "beat.so");
  g_autoptr (GError) error = NULL;

  g_object_unref (loader_test_put (test, "start_fails", "beat.so"));
  g_assert_null (loader_test_reload (test, ticking, LUMINAL_RELOAD_DEFAULT, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_START_FAILED);
  assert_handler (loader_test_run_one (test, "simple_v1", "simple.so"), LUMINAL_STATUS_RUNNING, 1, "simple_v1");
  assert_handler (ticking, LUMINAL_STATUS_RUNNING, 1, "ticking_v1");
}

/* Who said what, by generation and checksum. */
static void
note_output (LuminalLoader *loader,
             LuminalEvent  *event,
             GString       *said)
{
  const char *checksum = luminal_event_get_checksum (event);

  if (luminal_event_get_kind (event) == LUMINAL_EVENT_OUTPUT)
    g_string_append_printf (said, "%u %.8s %s%s\n", luminal_event_get_generation (event), checksum,
                            luminal_event_get_text (event),
                            luminal_event_get_pid (event) != 0 &&
                              luminal_event_get_pid (event) != luminal_handler_get_pid (luminal_event_get_handler (event))
                              ? " from another process" : "");
}

static void
assert_said (GString    *said,
             guint       generation,
             const char *fixture,
             const char *text)
{
  g_autofree char *checksum = loader_test_checksum (fixture);
  g_autofree char *line = g_strdup_printf ("%u %.8s %s\n", generation, checksum, text);

  if (strstr (said->str, line) == NULL)
    g_error ("“%s” is not in what was said: %s", line, said->str);
}

static void
test_start_first (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "start_first_v1", "overlap.so");
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GString) said = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  g_signal_connect (test->loader, "event", G_CALLBACK (note_output), said);
  g_object_unref (loader_test_put (test, "start_first_v2", "overlap.so"));
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 2, "start_first_v2");
  loader_test_expect_events (test, "reloaded Overlap 2", "output Overlap: v2 start", "output Overlap: v1 end", NULL);

  /* The last words of the old are its own. */
  assert_said (said, 2, "start_first_v2", "v2 start");
  assert_said (said, 1, "start_first_v1", "v1 end");
  g_signal_handlers_disconnect_by_func (test->loader, note_output, said);
}

static void
test_start_first_fails (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "start_first_v1", "overlap.so");
  LuminalPhoton *instance = luminal_handler_get_instance (handler);
  g_autoptr (GString) said = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  g_signal_connect (test->loader, "event", G_CALLBACK (note_output), said);
  g_object_unref (loader_test_put (test, "start_first_fails", "overlap.so"));
  g_assert_null (loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_START_FAILED);
  assert_mentions (error, "overlap.so", "start", "no luck today", "Generation 1 runs on", NULL);

  /* It was never stopped. */
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 1, "start_first_v1");
  g_assert_true (luminal_handler_get_instance (handler) == instance);
  g_assert_false (luminal_handler_get_rolled_back (handler));
  loader_test_expect_events (test, "failed Overlap 1 start start-failed", "output Overlap: v3 in vain", NULL);

  /* What did not start speaks for itself, not for what runs. */
  assert_said (said, 2, "start_first_fails", "v3 in vain");
  g_signal_handlers_disconnect_by_func (test->loader, note_output, said);
}

/* The old one does not start again either: nothing hides that. */
static void
test_no_way_back (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "starts_once", "once.so");
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  g_object_unref (loader_test_put (test, "start_fails", "once.so"));
  g_assert_null (loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_START_FAILED);
  assert_mentions (error, "once.so", "no luck today", "Generation 1 could not be started again", NULL);
  assert_handler (handler, LUMINAL_STATUS_FAILED, 1, "starts_once");
  g_assert_false (luminal_handler_get_rolled_back (handler));
  loader_test_expect_events (test, "failed Once 1 start start-failed", NULL);
}

/* One that refuses even its own state is better than none. */
static void
test_back_without_state (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "restore_refuses", "counter.so");
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  g_object_unref (loader_test_put (test, "start_fails", "counter.so"));
  g_test_expect_message ("Luminal", G_LOG_LEVEL_MESSAGE, "*counter.so*not what I know*without its state*");
  g_assert_null (loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error));
  g_test_assert_expected_messages ();
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_START_FAILED);
  assert_mentions (error, "no luck today", "Generation 1 was started again", NULL);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 1, "restore_refuses");
  g_assert_true (luminal_handler_get_rolled_back (handler));
  loader_test_expect_events (test, "output Counter: count 1", "rolled-back Counter 1 start start-failed", NULL);
}

/* Three modules; one of their new versions is broken. */
#define N_MODULES 3

static const struct
{
  const char *file;
  const char *name;
  const char *before;
  const char *after;
  const char *bad_start;
} modules[N_MODULES] = {
  { "beat.so", "Ticking", "ticking_v1", "ticking_v2", "ticking_start_fails" },
  { "counter.so", "Counter", "counter_v1", "counter_v2", "restore_refuses" },
  { "simple.so", "Simple", "simple_v1", "simple_v2", "start_fails" },
};

typedef struct
{
  guint broken;
  gboolean at_start;
} Breakage;

static void
put_versions (LoaderTest     *test,
              const Breakage *breakage)
{
  for (guint i = 0; i < N_MODULES; i++)
    {
      if (i != breakage->broken)
        g_object_unref (loader_test_put (test, modules[i].after, modules[i].file));
      else if (breakage->at_start)
        g_object_unref (loader_test_put (test, modules[i].bad_start, modules[i].file));
      else
        loader_test_write (test, modules[i].file, "broken", -1);
    }
}

static void
test_all_or_none (gconstpointer data)
{
  const Breakage *breakage = data;
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handlers[N_MODULES];
  LuminalPhoton *instances[N_MODULES];
  g_autoptr (GPtrArray) reloaded = NULL;
  g_autoptr (GError) error = NULL;
  Resources before;

  for (guint i = 0; i < N_MODULES; i++)
    {
      handlers[i] = loader_test_run_one (test, modules[i].before, modules[i].file);
      instances[i] = luminal_handler_get_instance (handlers[i]);
    }
  before = loader_test_settle (test);
  loader_test_forget_events (test);

  put_versions (test, breakage);
  g_assert_null (loader_test_reload_several (test, &error, handlers[0], handlers[1], handlers[2], NULL));
  g_assert_nonnull (error);
  g_assert_true (error->domain == LUMINAL_ERROR);
  assert_mentions (error, modules[breakage->broken].file, breakage->at_start ? "start" : "inspect", NULL);

  for (guint i = 0; i < N_MODULES; i++)
    {
      assert_handler (handlers[i], LUMINAL_STATUS_RUNNING, 1, modules[i].before);
      g_assert_true (luminal_handler_get_rolled_back (handlers[i]) == breakage->at_start);
      if (!breakage->at_start)
        g_assert_true (luminal_handler_get_instance (handlers[i]) == instances[i]);
      g_assert_true ((luminal_handler_get_error (handlers[i]) != NULL) ==
                     (breakage->at_start || i == breakage->broken));
    }
  resources_assert (&before);
  loader_test_await_output (test, breakage->at_start ? "v1 beat, start 2" : "v1 beat, start 1", 1);

  /* With the last one mended all of them go. */
  g_object_unref (loader_test_put (test, modules[breakage->broken].after, modules[breakage->broken].file));
  g_clear_error (&error);
  reloaded = loader_test_reload_several (test, &error, handlers[2], handlers[1], handlers[0], NULL);
  g_assert_no_error (error);
  g_assert_cmpuint (reloaded->len, ==, N_MODULES);
  for (guint i = 0; i < N_MODULES; i++)
    assert_handler (handlers[i], LUMINAL_STATUS_RUNNING, 2, modules[i].after);
  loader_test_await_output (test, breakage->at_start ? "count 3" : "count 2", 1);
}

/* Subjects say in a folder of their own whether two of one name were at work at once. */
static void
put_subjects (LoaderTest *test,
              Manner      manner)
{
  g_autoptr (GBytes) fixture = loader_test_read_fixture ("subject_pair");
  g_autofree char *digits = g_strdup_printf ("%05u", manner);
  gsize size;
  g_autofree char *bytes = g_bytes_unref_to_data (g_steal_pointer (&fixture), &size);
  char *at = memmem (bytes, size, "manner 00000", strlen ("manner 00000"));

  g_assert_nonnull (at);
  memcpy (at + strlen ("manner "), digits, 5);
  loader_test_write (test, "subjects.so", bytes, (gssize) size);
}

/* On the way back too the new one has ended before the old one begins. */
static void
test_one_at_a_time (void)
{
  static const char *const names[] = { "Number 00000", "Second 00000", "Number 00000.both", "Second 00000.both" };
  g_autofree char *folder = g_dir_make_tmp ("luminal-subjects-XXXXXX", NULL);
  g_autoptr (LoaderTest) test = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (folder);
  g_setenv ("LUMINAL_TEST_SUBJECTS", folder, TRUE);
  test = loader_test_new (FALSE);
  file = loader_test_file (test, "subjects.so");
  put_subjects (test, MANNER_GOOD);
  handlers = loader_test_load (test, file, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < handlers->len; i++)
    g_assert_true (loader_test_start (handlers->pdata[i], NULL));

  put_subjects (test, MANNER_START_FAILS);
  g_assert_null (loader_test_reload (test, handlers->pdata[0], LUMINAL_RELOAD_DEFAULT, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_START_FAILED);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_assert_true ((g_unlink (path) == 0) == (i < 2));
    }
  for (guint i = 0; i < handlers->len; i++)
    g_assert_cmpint (luminal_handler_get_status (handlers->pdata[i]), ==, LUMINAL_STATUS_RUNNING);
  g_assert_no_errno (g_rmdir (folder));
}

/* One that is named twice goes once, one that did not change stays. */
static void
test_unequal (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *left = loader_test_run_one (test, "pair", "pair.so");
  LuminalHandler *right = luminal_loader_lookup (test->loader, "Right");
  LuminalHandler *simple = loader_test_run_one (test, "simple_v1", "simple.so");
  g_autoptr (GFile) missing = loader_test_file (test, "missing.so");
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  g_object_unref (loader_test_put (test, "simple_v2", "simple.so"));
  g_assert_null (loader_test_reload_several (test, &error, simple, missing, NULL));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND);
  g_clear_error (&error);
  assert_handler (simple, LUMINAL_STATUS_RUNNING, 1, "simple_v1");

  loader_test_forget_events (test);
  handlers = loader_test_reload_several (test, &error, left, simple, right,
                                         luminal_handler_get_file (simple), NULL);
  g_assert_no_error (error);
  g_assert_cmpuint (handlers->len, ==, 3);
  assert_handler (left, LUMINAL_STATUS_RUNNING, 1, "pair");
  assert_handler (simple, LUMINAL_STATUS_RUNNING, 2, "simple_v2");
  loader_test_expect_events (test, "skipped Left 1", "skipped Right 1", "reloaded Simple 2",
                             "output Simple: simple v2", NULL);
}

int
main (int   argc,
      char *argv[])
{
  static const Breakage breakages[] = {
    { 0, FALSE }, { 1, FALSE }, { 2, FALSE }, { 0, TRUE }, { 1, TRUE }, { 2, TRUE },
  };

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/loader/several/pair", test_pair);
  g_test_add_func ("/loader/several/pair-bad", test_pair_bad);
  g_test_add_func ("/loader/several/half-running", test_half_running);
  g_test_add_func ("/loader/several/name-taken", test_name_taken);
  g_test_add_func ("/loader/several/name-given-back", test_name_given_back);
  g_test_add_func ("/loader/several/start-first", test_start_first);
  g_test_add_func ("/loader/several/start-first-fails", test_start_first_fails);
  g_test_add_func ("/loader/several/no-way-back", test_no_way_back);
  g_test_add_func ("/loader/several/back-without-state", test_back_without_state);
  for (gsize i = 0; i < G_N_ELEMENTS (breakages); i++)
    {
      g_autofree char *path = g_strdup_printf ("/loader/several/all-or-none/%s-%u",
                                               breakages[i].at_start ? "start" : "inspect",
                                               breakages[i].broken + 1);

      g_test_add_data_func (path, &breakages[i], test_all_or_none);
    }
  g_test_add_func ("/loader/several/one-at-a-time", test_one_at_a_time);
  g_test_add_func ("/loader/several/unequal", test_unequal);

  return g_test_run ();
}
