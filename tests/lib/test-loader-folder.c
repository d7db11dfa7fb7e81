/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All modules of a folder at once. */

#include "loader-testing.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char *
names_of (GPtrArray *handlers)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < handlers->len; i++)
    g_string_append_printf (names, "%s ", luminal_handler_get_name (handlers->pdata[i]));
  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
put_packages (LoaderTest *test)
{
  g_object_unref (loader_test_put (test, "counter_v1", "package/counter.so"));
  g_object_unref (loader_test_put (test, "ticker", "package/deep/ticker.so"));
}

static void
load_and_compare (LoaderTest *test,
                  gboolean    recursive,
                  const char *expected)
{
  g_autoptr (GFile) folder = loader_test_file (test, NULL);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autofree char *names = NULL;
  g_autoptr (GError) error = NULL;

  handlers = loader_test_load_folder (test, folder, recursive, &error);
  g_assert_no_error (error);
  names = names_of (handlers);
  g_assert_cmpstr (names, ==, expected);
}

static void
test_flat (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);

  g_object_unref (loader_test_put (test, "simple_v1", "b.so"));
  g_object_unref (loader_test_put (test, "pair", "a.so"));
  put_packages (test);
  load_and_compare (test, FALSE, "Left Right Simple ");
  load_and_compare (test, FALSE, "");
  load_and_compare (test, TRUE, "Counter Ticker ");
}

static void
test_recursive (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);

  g_object_unref (loader_test_put (test, "simple_v1", "simple.so"));
  put_packages (test);
  load_and_compare (test, TRUE, "Counter Ticker Simple ");
}

static void
test_packages_only (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);

  put_packages (test);
  load_and_compare (test, FALSE, "Counter ");
}

static void
test_empty (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);

  load_and_compare (test, TRUE, "");
}

/* Nothing of this is a photon, nor an error. */
static void
test_passed_over (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autofree char *dangling = g_build_filename (test->folder, "dangling.so", NULL);
  g_autofree char *circular = g_build_filename (test->folder, "circular.so", NULL);
  g_autofree char *circle = g_build_filename (test->folder, "package", NULL);

  g_object_unref (loader_test_put (test, "simple_v1", "simple.so"));
  g_object_unref (loader_test_put (test, "no_photon", "library.so"));
  g_object_unref (loader_test_put (test, "counter_v1", ".hidden.so"));
  g_object_unref (loader_test_put (test, "counter_v1", "counter.so~"));
  g_object_unref (loader_test_put (test, "counter_v1", ".so"));
  loader_test_write (test, "README.md", "read me", -1);
  g_assert_cmpint (symlink ("nowhere.so", dangling), ==, 0);
  g_assert_cmpint (symlink ("circular.so", circular), ==, 0);
  g_assert_cmpint (symlink (".", circle), ==, 0);

  load_and_compare (test, TRUE, "Simple ");
  loader_test_expect_events (test, "skipped library.so 0 inspect no-photon", "loaded Simple 1", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->loader)), ==, 1);
}

static void
test_no_folder (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (TRUE);
  g_autoptr (GFile) missing = loader_test_file (test, "missing");
  g_autoptr (GFile) file = loader_test_put (test, "simple_v1", "simple.so");
  g_autoptr (GError) error = NULL;

  g_assert_null (loader_test_load_folder (test, missing, TRUE, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_DIRECTORY_NOT_FOUND);
  assert_mentions (error, "missing", NULL);
  g_clear_error (&error);

  g_assert_null (loader_test_load_folder (test, file, TRUE, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_DIRECTORY_NOT_FOUND);
  assert_mentions (error, "simple.so", NULL);
}

static void
test_all_or_none (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *earlier = loader_test_run_one (test, "ticking_v1", "earlier.so");
  g_autoptr (GFile) folder = loader_test_file (test, NULL);
  Resources before = loader_test_settle (test);
  g_autoptr (GError) error = NULL;

  g_object_unref (loader_test_put (test, "pair", "a.so"));
  g_object_unref (loader_test_put (test, "undefined_symbol", "b.so"));
  g_object_unref (loader_test_put (test, "counter_v1", "c.so"));

  g_assert_null (loader_test_load_folder (test, folder, FALSE, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_OPEN_FAILED);
  assert_mentions (error, "b.so", "stage", "there_is_no_such_function", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->loader)), ==, 1);
  g_assert_null (luminal_loader_lookup (test->loader, "Left"));
  assert_handler (earlier, LUMINAL_STATUS_RUNNING, 1, "ticking_v1");
  loader_test_drain ();
  resources_assert (&before);
}

static void
test_suppressed (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (TRUE);
  g_autoptr (GFile) bad = NULL;
  g_autoptr (GPtrArray) record = NULL;
  g_autoptr (GPtrArray) reloaded = NULL;
  g_autoptr (GError) error = NULL;
  LuminalHandler *handler;

  g_object_unref (loader_test_put (test, "counter_v1", "a.so"));
  bad = loader_test_put (test, "undefined_symbol", "b.so");
  g_object_unref (loader_test_put (test, "ticker", "c.so"));
  loader_test_write (test, "d.so", "no module", -1);

  load_and_compare (test, FALSE, "Counter Ticker ");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->loader)), ==, 4);

  record = luminal_loader_lookup_file (test->loader, bad);
  g_assert_cmpuint (record->len, ==, 1);
  handler = record->pdata[0];
  assert_handler (handler, LUMINAL_STATUS_FAILED, 0, NULL);
  g_assert_error (luminal_handler_get_error (handler), LUMINAL_ERROR, LUMINAL_ERROR_OPEN_FAILED);
  g_assert_cmpint (luminal_handler_get_failed_phase (handler), ==, LUMINAL_PHASE_STAGE);

  handler = luminal_loader_lookup (test->loader, "d.so");
  g_assert_nonnull (handler);
  assert_handler (handler, LUMINAL_STATUS_FAILED, 0, NULL);
  g_assert_null (luminal_handler_get_class_name (handler));

  /* One on record comes to life as the same handler. */
  handler = record->pdata[0];
  g_object_unref (loader_test_put (test, "simple_v1", "b.so"));
  reloaded = loader_test_reload (test, handler, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (reloaded->len, ==, 1);
  g_assert_true (reloaded->pdata[0] == handler);
  assert_handler (handler, LUMINAL_STATUS_LOADED, 1, "simple_v1");
  g_assert_null (luminal_handler_get_error (handler));
}

/* Each with a name of its own, written into a copy of one module. */
static void
put_numbered (LoaderTest *test,
              guint       n)
{
  static const char placeholder[] = "Numbered 000000";
  g_autoptr (GBytes) bytes = loader_test_read_fixture ("numbered");
  gsize size;
  gconstpointer contents = g_bytes_get_data (bytes, &size);
  g_autofree char *copy = g_memdup2 (contents, size);
  char *at = memmem (copy, size, placeholder, strlen (placeholder));

  g_assert_nonnull (at);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%06u.so", i);
      g_autofree char *path = g_build_filename (test->folder, name, NULL);
      g_autofree char *number = g_strdup_printf ("Numbered %06u", i);
      g_autoptr (GError) error = NULL;

      memcpy (at, number, strlen (number));
      g_file_set_contents_full (path, copy, (gssize) size, G_FILE_SET_CONTENTS_NONE, 0600, &error);
      g_assert_no_error (error);
    }
}

/* A running module takes some, and a shell gives few. */
static void
allow_descriptors (guint n)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = MAX (limit.rlim_cur, n);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
}

static void
test_thousand (void)
{
  const guint n = 1000;
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (GFile) folder = loader_test_file (test, NULL);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Resources loaded;

  allow_descriptors (5 * n + 100);
  put_numbered (test, n);
  handlers = loader_test_load_folder (test, folder, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (handlers->len, ==, n);
  loaded = resources_now ();
  if (test_has_workers ())
    {
      g_assert_cmpuint (loaded.descriptors, >, test->at_first.descriptors + n);
      g_assert_cmpuint (loaded.descriptors, <=, test->at_first.descriptors + 5 * n);
      g_assert_cmpuint (loaded.images, ==, n);
      g_assert_cmpuint (loaded.processes, >=, 1 + 2 * n);
    }
  else
    {
      g_assert_cmpuint (loaded.descriptors, ==, test->at_first.descriptors);
      g_assert_cmpuint (loaded.images, >=, n);
      g_assert_cmpuint (loaded.processes, ==, 0);
    }

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("Numbered %06u", i);
      LuminalHandler *handler = luminal_loader_lookup (test->loader, name);

      g_assert_nonnull (handler);
      loader_test_start (handler, &error);
      g_assert_no_error (error);
      loader_test_await_output (test, name, 1);
      loader_test_forget_events (test);
    }

  luminal_loader_unload_photons_async (test->loader, handlers, FALSE, NULL, loader_test_note_result, &result);
  files = luminal_loader_unload_photons_finish (test->loader, loader_test_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (files->len, ==, n);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->loader)), ==, 0);
  resources_assert (&test->at_first);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/loader/folder/flat", test_flat);
  g_test_add_func ("/loader/folder/recursive", test_recursive);
  g_test_add_func ("/loader/folder/packages-only", test_packages_only);
  g_test_add_func ("/loader/folder/empty", test_empty);
  g_test_add_func ("/loader/folder/passed-over", test_passed_over);
  g_test_add_func ("/loader/folder/no-folder", test_no_folder);
  g_test_add_func ("/loader/folder/all-or-none", test_all_or_none);
  g_test_add_func ("/loader/folder/suppressed", test_suppressed);
  g_test_add_func ("/loader/folder/thousand", test_thousand);

  return g_test_run ();
}
