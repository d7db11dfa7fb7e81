/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Does code that was unloaded really leave? If not, the handler says why, and
 * nothing breaks. */

#include "loader-testing.h"

#include <string.h>

#define N_RELOADS 2000
#define N_STARTS 2001

/* From here on that much is known to stay. */
static guint
note_what_stays (LoaderTest *test)
{
  Resources now = resources_now ();

  g_assert_cmpuint (now.images, >, test->at_first.images);
  test->images_that_stay = now.images - test->at_first.images;
  return now.images;
}

static void
test_types (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (LuminalHandler) handler = g_object_ref (loader_test_run_one (test, "types", "types.so"));
  LuminalPhoton *instance = luminal_handler_get_instance (handler);
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;
  guint images;

  loader_test_forget_events (test);
  g_assert_null (loader_test_reload (test, handler, LUMINAL_RELOAD_FORCE, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_PINNED);
  assert_mentions (error, "types.so", "stage", "types", "Generation 1 runs on", "Start the program again", NULL);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 1, "types");
  g_assert_true (luminal_handler_get_instance (handler) == instance);
  loader_test_expect_events (test, "failed Typed 1 stage pinned", NULL);
  g_clear_error (&error);

  file = loader_test_unload (test, handler, FALSE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (luminal_handler_get_pinned (handler));
  g_assert_nonnull (strstr (luminal_handler_get_pinned (handler), "types"));
  images = note_what_stays (test);

  /* What is still there can be used again, as often as one likes. */
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (LuminalHandler) next = g_object_ref (loader_test_run_one (test, "types", "types.so"));
      g_autoptr (GFile) gone = NULL;

      assert_handler (next, LUMINAL_STATUS_RUNNING, 1, "types");
      loader_test_await_output (test, "a TestWidget", 1);
      loader_test_forget_events (test);
      gone = loader_test_unload (test, next, FALSE, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (resources_now ().images, ==, images);
    }
}

/* The same content, and so the same types, under another name. */
static void
test_types_renamed (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "types", "types.so");
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFile) renamed = NULL;
  g_autoptr (GError) error = NULL;

  file = loader_test_unload (test, handler, FALSE, &error);
  g_assert_no_error (error);
  note_what_stays (test);
  loader_test_remove (test, "types.so");

  handler = loader_test_run_one (test, "types", "renamed.so");
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 1, "types");
  renamed = loader_test_unload (test, handler, FALSE, &error);
  g_assert_no_error (error);
}

/* A version without types in between does not make it forget which are there. */
static void
test_types_come_back (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "types", "types.so");
  g_autoptr (GFile) file = g_object_ref (luminal_handler_get_file (handler));
  static const char *const fixtures[] = { "simple_v1", "types", "simple_v1", "types" };
  g_autoptr (GFile) unloaded = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (fixtures); i++)
    {
      g_autoptr (GPtrArray) handlers = NULL;

      g_object_unref (loader_test_put (test, fixtures[i], "types.so"));
      handlers = loader_test_reload (test, file, LUMINAL_RELOAD_DEFAULT, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (handlers->len, ==, 1);
      assert_handler (handlers->pdata[0], LUMINAL_STATUS_RUNNING, i + 2, fixtures[i]);
    }

  unloaded = loader_test_unload (test, file, FALSE, &error);
  g_assert_no_error (error);
  note_what_stays (test);
}

/* Another version of it can not come beside what stayed. */
static void
test_types_changed (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (LuminalHandler) handler = g_object_ref (loader_test_run_one (test, "types", "types.so"));
  g_autoptr (GBytes) bytes = loader_test_read_fixture ("types");
  g_autofree char *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  char *text = memmem (copy, g_bytes_get_size (bytes), "a %s", 5);
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (text);
  *text = 'b';
  loader_test_write (test, "types.so", copy, (gssize) g_bytes_get_size (bytes));

  g_assert_null (loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_PINNED);
  g_clear_error (&error);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 1, "types");

  file = loader_test_unload (test, handler, FALSE, &error);
  g_assert_no_error (error);
  note_what_stays (test);
  g_assert_null (loader_test_load (test, file, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_PINNED);
  assert_mentions (error, "types.so", "stage", "Nothing of it runs", NULL);
}

typedef struct
{
  const char *fixture;
  const char *cause;
  gboolean only_first; /* the next one uses what the first one left */
} Pin;

/* These can have several generations side by side, and each stays. */
static void
test_pinned (gconstpointer data)
{
  const Pin *pin = data;
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (LuminalHandler) handler = g_object_ref (loader_test_run_one (test, pin->fixture, "module.so"));
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;
  guint images;

  g_assert_null (luminal_handler_get_pinned (handler));
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_FORCE, &error);
  g_assert_no_error (error);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 2, pin->fixture);
  g_assert_nonnull (luminal_handler_get_pinned (handler));
  if (strstr (luminal_handler_get_pinned (handler), pin->cause) == NULL)
    g_error ("\"%s\" does not mention \"%s\"", luminal_handler_get_pinned (handler), pin->cause);

  file = loader_test_unload (test, handler, FALSE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (luminal_handler_get_pinned (handler));
  images = note_what_stays (test);
  g_assert_cmpuint (resources_now ().descriptors, ==, test->at_first.descriptors);

  assert_handler (loader_test_run_one (test, pin->fixture, "module.so"), LUMINAL_STATUS_RUNNING, 1, pin->fixture);
  g_clear_object (&file);
  file = loader_test_unload (test, luminal_loader_lookup (test->loader, luminal_handler_get_name (handler)),
                             FALSE, &error);
  g_assert_no_error (error);
  if (pin->only_first)
    g_assert_cmpuint (note_what_stays (test), ==, images);
  else
    g_assert_cmpuint (note_what_stays (test), >, images);
}

static void
test_quark_stays_readable (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "quark", "quark.so");
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  file = loader_test_unload (test, handler, FALSE, &error);
  g_assert_no_error (error);
  note_what_stays (test);
  g_assert_cmpstr (g_quark_to_string (g_quark_try_string ("luminal-test-quark")), ==, "luminal-test-quark");
}

/* In a worker all of them are as good as any: the process ends, and whatever would stay
 * in it. */
static void
test_leaves_worker (gconstpointer fixture)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (LuminalHandler) handler = g_object_ref (loader_test_run_one (test, fixture, "module.so"));
  Resources running = loader_test_settle (test);
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    {
      int pid = luminal_handler_get_pid (handler);
      g_autoptr (GPtrArray) handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_FORCE, &error);

      g_assert_no_error (error);
      assert_handler (handler, LUMINAL_STATUS_RUNNING, i + 2, fixture);
      g_assert_null (luminal_handler_get_pinned (handler));
      g_assert_cmpint (luminal_handler_get_pid (handler), !=, pid);
      g_assert_false (process_is_there (pid));
    }
  resources_assert (&running);

  file = loader_test_unload (test, handler, FALSE, &error);
  g_assert_no_error (error);
  g_assert_null (luminal_handler_get_pinned (handler));
  resources_assert (&test->at_first);
}

/* Another version that registers the same types. */
static void
test_types_change_in_worker (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "types", "types.so");
  g_autoptr (GBytes) bytes = loader_test_read_fixture ("types");
  g_autofree char *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  char *text = memmem (copy, g_bytes_get_size (bytes), "a %s", 5);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (text);
  *text = 'b';
  loader_test_write (test, "types.so", copy, (gssize) g_bytes_get_size (bytes));
  handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  loader_test_await_output (test, "b TestWidget", 1);
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, 2);
}

/* Two contents in turn, again and again: nothing grows. */
static void
test_many_reloads (void)
{
  static const char *const fixtures[] = { "ticking_v1", "ticking_v2" };
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, fixtures[0], "beat.so");
  Resources after_hundred = { 0 };
  Resources at_last;

  for (guint i = 1; i <= N_RELOADS; i++)
    {
      g_autoptr (GPtrArray) handlers = NULL;
      g_autoptr (GError) error = NULL;

      g_object_unref (loader_test_put (test, fixtures[i % 2], "beat.so"));
      handlers = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
      g_assert_no_error (error);
      assert_handler (handler, LUMINAL_STATUS_RUNNING, i + 1, fixtures[i % 2]);
      loader_test_forget_events (test);
      if (i == 100)
        after_hundred = loader_test_settle (test);
    }

  resources_assert (&after_hundred);
  at_last = resources_now ();
  g_assert_cmpuint (at_last.threads, <=, after_hundred.threads);
  /* The allocator may have asked for a piece more or less. */
  g_assert_cmpuint (at_last.mappings, <=, after_hundred.mappings + 4);
  g_assert_cmpuint (g_list_model_get_n_items (luminal_handler_get_history (handler)), ==, 100);
  g_assert_null (luminal_handler_get_pinned (handler));
  loader_test_await_output (test, "v1 beat, start " G_STRINGIFY (N_STARTS), 1);
}

/* Types stay in the process, whichever test brought them: each such test gets one of
 * its own. */
static void
test_in_subprocess (gconstpointer data)
{
  if (g_test_subprocess ())
    {
      ((GTestFunc) data) ();
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

int
main (int   argc,
      char *argv[])
{
  static const Pin pins[] = {
    { "quark", "quark" },
    { "thread", "thread" },
    { "thread_local", "thread-local" },
    { "unique", "UNIQUE", TRUE },
    { "nodelete", "nodelete" },
  };

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/loader/pinned/many-reloads", test_many_reloads);
  if (test_has_workers ())
    {
      for (gsize i = 0; i < G_N_ELEMENTS (pins); i++)
        {
          g_autofree char *path = g_strconcat ("/loader/pinned/worker/", pins[i].fixture, NULL);

          g_test_add_data_func (path, pins[i].fixture, test_leaves_worker);
        }
      g_test_add_data_func ("/loader/pinned/worker/types", "types", test_leaves_worker);
      g_test_add_func ("/loader/pinned/worker/types-change", test_types_change_in_worker);
      return g_test_run ();
    }

  g_test_add_data_func ("/loader/pinned/types/same", test_types, test_in_subprocess);
  g_test_add_data_func ("/loader/pinned/types/changed", test_types_changed, test_in_subprocess);
  g_test_add_data_func ("/loader/pinned/types/come-back", test_types_come_back, test_in_subprocess);
  g_test_add_data_func ("/loader/pinned/types/renamed", test_types_renamed, test_in_subprocess);
  for (gsize i = 0; i < G_N_ELEMENTS (pins); i++)
    {
      g_autofree char *path = g_strconcat ("/loader/pinned/", pins[i].fixture, NULL);

      g_test_add_data_func (path, &pins[i], test_pinned);
    }
  g_test_add_func ("/loader/pinned/quark-stays-readable", test_quark_stays_readable);

  return g_test_run ();
}
