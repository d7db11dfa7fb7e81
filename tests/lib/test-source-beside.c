/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A source and a module of the same name beside it: once it was loaded, the source counts,
 * and the handler says that the module does not. */

#include "source-testing.h"

static void
put_module (SourceTest *test,
            const char *name,
            guint       number,
            guint       content)
{
  watch_replace_content (&test->watch, name, number, content);
}

static gboolean
passes_over (SourceTest *test,
             guint       number,
             const char *name)
{
  LuminalHandler *handler = watch_handler (&test->watch, number);
  GFile *file = handler != NULL ? luminal_handler_get_passed_over (handler) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_basename (file) : NULL;

  return handler != NULL && g_strcmp0 (path, name) == 0;
}

static void
assert_runs_from (SourceTest *test,
                  guint       number,
                  const char *name)
{
  g_autofree char *found = g_file_get_basename (luminal_handler_get_file (watch_handler (&test->watch, number)));

  g_assert_cmpstr (found, ==, name);
}

static void
test_both_there (SourceTest   *test,
                 gconstpointer data)
{
  put_module (test, "x.so", 1, 1);
  source_write_content (test, "x.c", 1, 2);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 2);
  assert_runs_from (test, 1, "x.c");
  g_assert_true (passes_over (test, 1, "x.so"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->watch.loader)), ==, 1);

  /* Whatever happens to it, it does not count. */
  watch_forget (&test->watch);
  put_module (test, "x.so", 1, 3);
  watch_barrier (&test->watch);
  g_assert_true (watch_says (&test->watch, 1, 2));
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_SKIPPED, NULL), ==, 0);

  source_remove (test, "x.so");
  watch_until (passes_over (test, 1, NULL));
  put_module (test, "x.so", 1, 4);
  watch_until (passes_over (test, 1, "x.so"));
  g_assert_true (watch_says (&test->watch, 1, 2));

  source_remove (test, "x.c");
  source_await (test, 1, 4);
  assert_runs_from (test, 1, "x.so");
  g_assert_true (passes_over (test, 1, NULL));

  /* Also of one that was passed over from the beginning it is told that it is gone. */
  source_remove (test, "x.so");
  watch_until_settled (&test->watch, watch_handler (&test->watch, 1) == NULL);
}

static void
count_notify (LuminalHandler *handler,
              GParamSpec     *pspec,
              guint          *count)
{
  *count += 1;
}

/* It runs on until the source compiles. */
static void
test_source_comes (SourceTest   *test,
                   gconstpointer data)
{
  guint n_notified = 0;

  put_module (test, "x.so", 1, 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);

  source_write (test, "x.c", "LUMINAL_PHOTON BROKEN\n");
  source_await_event (test, LUMINAL_EVENT_FAILED, "x.c");
  g_assert_true (watch_says (&test->watch, 1, 1));
  assert_runs_from (test, 1, "x.so");
  g_assert_cmpint (luminal_handler_get_status (source_handler (test, "x.c")), ==, LUMINAL_STATUS_FAILED);
  g_assert_null (luminal_handler_get_passed_over (source_handler (test, "x.c")));

  /* And is followed until then. */
  put_module (test, "x.so", 1, 2);
  source_await (test, 1, 2);

  watch_forget (&test->watch);
  source_write_content (test, "x.c", 1, 3);
  source_await (test, 1, 3);
  assert_runs_from (test, 1, "x.c");
  g_assert_true (passes_over (test, 1, "x.so"));
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_UNLOADED, "Number 00001"), ==, 1);
  g_assert_cmpuint (source_count_ended (test, "x.c"), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->watch.loader)), ==, 1);

  /* From now on its own last generation is what it falls back to. */
  g_signal_connect (watch_handler (&test->watch, 1), "notify::passed-over", G_CALLBACK (count_notify), &n_notified);
  source_write (test, "x.c", "LUMINAL_PHOTON BROKEN\n");
  source_await_event (test, LUMINAL_EVENT_FAILED, "x.c");
  g_assert_true (watch_says (&test->watch, 1, 3));
  assert_runs_from (test, 1, "x.c");
  g_assert_cmpuint (n_notified, ==, 0);
}

/* Others have other names: nothing is in the way, and still only one is to run. */
static void
test_other_photon (SourceTest   *test,
                   gconstpointer data)
{
  put_module (test, "x.so", 1, 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  source_write_content (test, "x.c", 2, 2);
  source_await (test, 2, 2);
  watch_until_settled (&test->watch, watch_handler (&test->watch, 1) == NULL);
  g_assert_true (passes_over (test, 2, "x.so"));
}

/* Nothing was ever loaded of the source: then the module is what there is. */
static void
test_broken_from_the_start (SourceTest   *test,
                            gconstpointer data)
{
  put_module (test, "x.so", 1, 1);
  source_write (test, "x.c", "LUMINAL_PHOTON BROKEN\n");
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  assert_runs_from (test, 1, "x.so");
  g_assert_nonnull (source_handler (test, "x.c"));

  source_write_content (test, "x.c", 1, 2);
  source_await (test, 1, 2);
  assert_runs_from (test, 1, "x.c");
}

/* What a module was made of may lie beside it, and be no photon by itself. */
static void
test_foreign (SourceTest   *test,
              gconstpointer data)
{
  put_module (test, "x.so", 1, 1);
  source_write (test, "x.c", "int main (void) { return 0; }\n");
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  put_module (test, "x.so", 1, 2);
  source_await (test, 1, 2);
  g_assert_cmpuint (source_count_begun (test, NULL), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->watch.loader)), ==, 1);
}

/* It compiles, and does not start: the module runs again. */
static void
test_does_not_start (SourceTest   *test,
                     gconstpointer data)
{
  g_autofree char *good = source_text (1, 2);
  g_auto (GStrv) parts = g_strsplit (good, "return TRUE;", 2);
  g_autofree char *bad = g_strjoinv ("g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, \"Not today\"); "
                                     "return FALSE;", parts);

  put_module (test, "x.so", 1, 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  source_write (test, "x.c", bad);
  source_await_event (test, LUMINAL_EVENT_FAILED, "x.c");
  source_await (test, 1, 1);
  assert_runs_from (test, 1, "x.so");

  source_write (test, "x.c", good);
  source_await (test, 1, 2);
  assert_runs_from (test, 1, "x.c");
}

static void
test_source_renamed (SourceTest   *test,
                     gconstpointer data)
{
  g_autofree char *from = watch_path (&test->watch, "x.c");
  g_autofree char *to = watch_path (&test->watch, "y.c");

  put_module (test, "x.so", 1, 1);
  source_write_content (test, "x.c", 2, 2);
  watch_begin (&test->watch, FALSE);
  source_await (test, 2, 2);
  g_assert_null (watch_handler (&test->watch, 1));

  watch_run ("mv", from, to, NULL);
  source_await (test, 1, 1);
  source_await (test, 2, 2);
  assert_runs_from (test, 2, "y.c");
  assert_runs_from (test, 1, "x.so");
}

/* By hand, without a watch. */
static void
test_loaded_by_hand (SourceTest   *test,
                     gconstpointer data)
{
  g_autofree char *path = watch_path (&test->watch, "x.c");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GFile) passed_over = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  put_module (test, "x.so", 1, 1);
  source_write_content (test, "x.c", 1, 2);
  luminal_loader_load_photon_async (test->watch.loader, file, LUMINAL_TYPE_PHOTON, NULL, NULL, watch_note_result,
                                    &result);
  watch_until (result != NULL);
  handlers = luminal_loader_load_photon_finish (test->watch.loader, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (handlers->len, ==, 1);
  g_object_get (handlers->pdata[0], "passed-over", &passed_over, NULL);
  g_assert_nonnull (passed_over);
  name = g_file_get_basename (passed_over);
  g_assert_cmpstr (name, ==, "x.so");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  SOURCE_ADD_TEST ("/source-beside/both-there", SOURCE_WITH_STAND_IN, test_both_there);
  SOURCE_ADD_TEST ("/source-beside/source-comes", SOURCE_WITH_STAND_IN, test_source_comes);
  SOURCE_ADD_TEST ("/source-beside/other-photon", SOURCE_WITH_STAND_IN, test_other_photon);
  SOURCE_ADD_TEST ("/source-beside/broken-from-the-start", SOURCE_WITH_STAND_IN, test_broken_from_the_start);
  SOURCE_ADD_TEST ("/source-beside/foreign", SOURCE_WITH_STAND_IN, test_foreign);
  SOURCE_ADD_TEST ("/source-beside/does-not-start", SOURCE_WITH_COMPILER, test_does_not_start);
  SOURCE_ADD_TEST ("/source-beside/source-renamed", SOURCE_WITH_STAND_IN, test_source_renamed);
  SOURCE_ADD_TEST ("/source-beside/loaded-by-hand", SOURCE_WITH_STAND_IN, test_loaded_by_hand);

  return g_test_run ();
}
