/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings and what follows them; folders that were, are gone, or are copied. */

#include <glib/gstdio.h>
#include <luminal.h>
#include <unistd.h>

#include "app-testing.h"
#include "luminal-compiler-check.h"
#include "luminal-folder-return.h"
#include "luminal-recent-folders.h"
#include "luminal-samples.h"
#include "luminal-settings.h"

typedef struct
{
  GSettings *settings;
  char *folder;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSettingsSchema) schema = NULL;
  g_auto (GStrv) keys = NULL;

  fixture->settings = luminal_settings_open (TRUE, &error);
  g_assert_no_error (error);
  g_object_get (fixture->settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i] != NULL; i++)
    g_settings_reset (fixture->settings, keys[i]);
  fixture->folder = app_testing_make_folder ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->settings);
  app_testing_remove (fixture->folder);
  g_free (fixture->folder);
}

/* What the settings say by themselves is what the library does by itself. */
static void
test_defaults (Fixture       *fixture,
               gconstpointer  data)
{
  static const char *const names[] = {
    "grace-time",    "probation-time", "settle-timeout",    "open-timeout", "restore-timeout",
    "start-timeout", "save-timeout",   "finalizer-timeout", "build-timeout",
  };
  g_autoptr (LuminalLoader) loader = luminal_loader_new (FALSE, TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      guint value;

      g_object_get (loader, names[i], &value, NULL);
      g_assert_cmpuint (g_settings_get_uint (fixture->settings, names[i]), ==, value);
    }

  luminal_settings_bind_loader (fixture->settings, loader);
  g_assert_cmpint (luminal_loader_get_isolation (loader), ==, LUMINAL_ISOLATION_WORKER);
  g_assert_cmpuint (luminal_loader_get_grace_time (loader), ==, 1000);
  g_assert_cmpuint (luminal_loader_get_build_timeout (loader), ==, 60000);
  g_assert_cmpuint (luminal_loader_get_memory_limit (loader), ==, 0);
  g_assert_cmpuint (luminal_loader_get_cpu_limit (loader), ==, 0);
  g_assert_null (luminal_loader_get_compiler (loader));
}

static void
test_loader (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (LuminalLoader) loader = luminal_loader_new (FALSE, TRUE);

  g_settings_set_string (fixture->settings, "isolation", "in-process");
  g_settings_set_uint (fixture->settings, "memory-limit", 3);
  luminal_settings_bind_loader (fixture->settings, loader);
  g_assert_cmpint (luminal_loader_get_isolation (loader), ==, LUMINAL_ISOLATION_IN_PROCESS);
  g_assert_cmpuint (luminal_loader_get_memory_limit (loader), ==, 3 * 1024 * 1024);

  g_settings_set_string (fixture->settings, "isolation", "worker");
  g_settings_set_uint (fixture->settings, "grace-time", 250);
  g_settings_set_uint (fixture->settings, "probation-time", 0);
  g_settings_set_uint (fixture->settings, "settle-timeout", 1);
  g_settings_set_uint (fixture->settings, "open-timeout", 2);
  g_settings_set_uint (fixture->settings, "restore-timeout", 3);
  g_settings_set_uint (fixture->settings, "start-timeout", 4);
  g_settings_set_uint (fixture->settings, "save-timeout", 5);
  g_settings_set_uint (fixture->settings, "finalizer-timeout", 6);
  g_settings_set_uint (fixture->settings, "build-timeout", 7000);
  g_settings_set_uint (fixture->settings, "memory-limit", 1048576);
  g_settings_set_uint (fixture->settings, "cpu-limit", 90);
  g_settings_set_string (fixture->settings, "compiler", "ccache clang");
  g_assert_cmpint (luminal_loader_get_isolation (loader), ==, LUMINAL_ISOLATION_WORKER);
  g_assert_cmpuint (luminal_loader_get_grace_time (loader), ==, 250);
  g_assert_cmpuint (luminal_loader_get_probation_time (loader), ==, 0);
  g_assert_cmpuint (luminal_loader_get_settle_timeout (loader), ==, 1);
  g_assert_cmpuint (luminal_loader_get_open_timeout (loader), ==, 2);
  g_assert_cmpuint (luminal_loader_get_restore_timeout (loader), ==, 3);
  g_assert_cmpuint (luminal_loader_get_start_timeout (loader), ==, 4);
  g_assert_cmpuint (luminal_loader_get_save_timeout (loader), ==, 5);
  g_assert_cmpuint (luminal_loader_get_finalizer_timeout (loader), ==, 6);
  g_assert_cmpuint (luminal_loader_get_build_timeout (loader), ==, 7000);
  g_assert_cmpuint (luminal_loader_get_memory_limit (loader), ==, G_GUINT64_CONSTANT (1) << 40);
  g_assert_cmpuint (luminal_loader_get_cpu_limit (loader), ==, 90);
  g_assert_cmpstr (luminal_loader_get_compiler (loader), ==, "ccache clang");

  g_settings_reset (fixture->settings, "compiler");
  g_assert_null (luminal_loader_get_compiler (loader));
}

static void
test_ranges (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GSettingsSchema) schema = NULL;
  static const struct
  {
    const char *key;
    guint32 value;
    gboolean fits;
  } cases[] = {
    { "start-timeout", 0, TRUE },         { "start-timeout", 3600000, TRUE }, { "start-timeout", 3600001, FALSE },
    { "build-timeout", 999, FALSE },      { "build-timeout", 1000, TRUE },    { "grace-time", 0, TRUE },
    { "memory-limit", 1048577, FALSE },   { "cpu-limit", 31536001, FALSE },
  };

  g_object_get (fixture->settings, "settings-schema", &schema, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GSettingsSchemaKey) key = g_settings_schema_get_key (schema, cases[i].key);
      g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_uint32 (cases[i].value));

      g_assert_cmpint (g_settings_schema_key_range_check (key, value), ==, cases[i].fits);
    }
}

/* The tests keep settings in memory, as does a program that cannot write them. */
static void
test_not_kept (Fixture       *fixture,
               gconstpointer  data)
{
  g_assert_nonnull (luminal_settings_get_problem (fixture->settings));
}

/* Recent folders */

static void
expect_recent (LuminalRecentFolders *recent,
               const char           *paths)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (recent)); i++)
    {
      g_autoptr (GFile) folder = g_list_model_get_item (G_LIST_MODEL (recent), i);

      g_string_append_printf (found, "%s%s", i > 0 ? " " : "", g_file_peek_path (folder));
    }
  g_assert_cmpstr (found->str, ==, paths);
}

static void
add (LuminalRecentFolders *recent,
     const char           *path)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);

  luminal_recent_folders_add (recent, folder);
}

static void
items_changed_cb (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  guint      *n_items)
{
  *n_items += added - removed;
  g_assert_cmpuint (*n_items, ==, g_list_model_get_n_items (model));
}

static void
test_recent (Fixture       *fixture,
             gconstpointer  data)
{
  LuminalRecentFolders *recent = luminal_recent_folders_new (fixture->settings);
  LuminalRecentFolders *other;
  g_autoptr (GFile) b = g_file_new_for_path ("/b");
  guint n_items = 0;

  g_signal_connect (recent, "items-changed", G_CALLBACK (items_changed_cb), &n_items);
  expect_recent (recent, "");
  add (recent, "/a");
  add (recent, "/b");
  add (recent, "/a & <b>");
  expect_recent (recent, "/a & <b> /b /a");
  add (recent, "/a");
  expect_recent (recent, "/a /a & <b> /b");
  add (recent, "/a");
  expect_recent (recent, "/a /a & <b> /b");

  /* What one window adds, all know. */
  other = luminal_recent_folders_new (fixture->settings);
  add (other, "/c");
  expect_recent (recent, "/c /a /a & <b> /b");
  luminal_recent_folders_remove (recent, b);
  expect_recent (other, "/c /a /a & <b>");
  luminal_recent_folders_remove (recent, b);
  expect_recent (other, "/c /a /a & <b>");
  luminal_recent_folders_clear (other);
  expect_recent (recent, "");
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (recent), 0));

  for (guint i = 0; i < 3 * LUMINAL_RECENT_FOLDERS_MAX; i++)
    {
      g_autofree char *path = g_strdup_printf ("/%u", i);

      add (recent, path);
    }
  g_assert_cmpuint (n_items, ==, LUMINAL_RECENT_FOLDERS_MAX);
  expect_recent (recent, "/29 /28 /27 /26 /25 /24 /23 /22 /21 /20");

  g_assert_finalize_object (other);
  g_assert_finalize_object (recent);
}

/* Anybody can write anything into the settings. */
static void
test_recent_odd (Fixture       *fixture,
                 gconstpointer  data)
{
  static const char *const uris[] = { "", "file:///a", "file:///a", "file:///a/", "no uri", "file:///%00", "sftp://h/d", NULL };
  g_autoptr (LuminalRecentFolders) recent = NULL;

  g_settings_set_strv (fixture->settings, "recent-folders", uris);
  recent = luminal_recent_folders_new (fixture->settings);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (recent)), <=, 4);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (recent)), >=, 1);
  luminal_recent_folders_clear (recent);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (recent)), ==, 0);
}

/* A folder that comes back */

static void
count_cb (guint *count)
{
  (*count)++;
}

static gboolean
is_counted (gpointer data)
{
  return *(guint *) data > 0;
}

static void
test_return (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *outer = g_build_filename (fixture->folder, "outer", NULL);
  g_autofree char *inner = g_build_filename (outer, "inner", NULL);
  g_autofree char *elsewhere = g_build_filename (fixture->folder, "elsewhere", NULL);
  g_autofree char *elsewhere_inner = g_build_filename (elsewhere, "inner", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (inner);
  LuminalFolderReturn *wait = luminal_folder_return_new (folder);
  guint count = 0;

  g_assert_true (luminal_folder_return_get_folder (wait) == folder);
  g_signal_connect_swapped (wait, "returned", G_CALLBACK (count_cb), &count);

  /* Half of the way comes and goes; a file is no folder. */
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpint (g_mkdir (outer, 0755), ==, 0);
  app_testing_put_text (outer, "no folder", "inner");
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  app_testing_remove (outer);
  g_assert_cmpuint (count, ==, 0);

  /* All of it comes at once. */
  g_assert_cmpint (g_mkdir_with_parents (elsewhere_inner, 0755), ==, 0);
  g_assert_cmpint (g_rename (elsewhere, outer), ==, 0);
  g_assert_true (app_testing_wait (is_counted, &count));
  g_assert_cmpuint (count, ==, 1);

  /* It has told, and has nothing more to say. */
  app_testing_remove (outer);
  g_assert_cmpint (g_mkdir_with_parents (inner, 0755), ==, 0);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (count, ==, 1);
  g_assert_finalize_object (wait);
}

static void
test_return_dropped (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "later", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  LuminalFolderReturn *wait = luminal_folder_return_new (folder);
  guint count = 0;

  g_signal_connect_swapped (wait, "returned", G_CALLBACK (count_cb), &count);
  g_assert_finalize_object (wait);
  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (count, ==, 0);
}

/* The compiler */

static void
expect_compiler (const char *command,
                 const char *cc,
                 gboolean    is_usable,
                 const char *pattern)
{
  gboolean found = !is_usable;
  g_autofree char *text = luminal_compiler_check (command, cc, &found);

  g_test_message ("%s", text);
  g_assert_true (g_pattern_match_simple (pattern, text));
  g_assert_cmpint (found, ==, is_usable);
}

static void
test_compiler (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *plain = g_build_filename (fixture->folder, "plain", NULL);
  g_autofree char *program = g_build_filename (fixture->folder, "my cc", NULL);
  g_autofree char *command = g_strdup_printf ("'%s' -O2", program);

  app_testing_put_text (fixture->folder, "", "plain");
  app_testing_put_text (fixture->folder, "", "my cc");
  g_assert_cmpint (g_chmod (program, 0755), ==, 0);

  expect_compiler ("", NULL, TRUE, "Sources are built with /*");
  expect_compiler (" ", "", TRUE, "Sources are built with /*");
  expect_compiler ("sh -c x", NULL, TRUE, "Sources are built with /*/sh");
  expect_compiler (command, NULL, TRUE, "Sources are built with */my cc");
  expect_compiler ("no-such-compiler", NULL, FALSE, "There is no program “no-such-compiler”");
  expect_compiler ("/no/such compiler", NULL, FALSE, "There is no file “/no/such”");
  expect_compiler (plain, NULL, FALSE, "“*/plain” cannot be run as a program");
  expect_compiler (fixture->folder, NULL, FALSE, "“*” is a folder");
  expect_compiler ("gcc '", NULL, FALSE, "This is no command: *");
  expect_compiler ("no-such-compiler", "sh", TRUE, "Sources are built with */sh, as the environment variable CC says");
  expect_compiler ("sh", "no-such-compiler", FALSE, "There is no program “no-such-compiler”, as *");
}

/* Samples */

static void
copied_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static GFile *
copy_samples (GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_samples_copy_async (NULL, copied_cb, &result);
  g_assert_true (app_testing_wait (is_set, &result));

  return luminal_samples_copy_finish (result, error);
}

static void
expect_text (GFile      *folder,
             const char *name,
             const char *expected)
{
  g_autofree char *path = g_build_filename (g_file_peek_path (folder), name, NULL);
  g_autofree char *text = NULL;

  if (expected == NULL)
    {
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
      return;
    }
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

static void
test_samples (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *nested = g_build_filename (fixture->folder, "nested", NULL);
  g_autofree char *loop = g_build_filename (nested, "loop", NULL);
  g_autoptr (GFile) copy = NULL;
  g_autoptr (GFile) again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (nested, 0755), ==, 0);
  app_testing_put_text (fixture->folder, "one", "one.c");
  app_testing_put_text (fixture->folder, "not this", "one.o");
  app_testing_put_text (nested, "two", "two.c");
  g_assert_cmpint (symlink (fixture->folder, loop), ==, 0);
  g_setenv ("LUMINAL_SAMPLES", fixture->folder, TRUE);
  g_assert_true (luminal_samples_are_there ());

  copy = copy_samples (&error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (g_file_peek_path (copy), g_get_user_data_dir ()));
  expect_text (copy, "one.c", "one");
  expect_text (copy, "nested/two.c", "two");
  expect_text (copy, "one.o", NULL);
  expect_text (copy, "nested/loop", NULL);

  /* A second time, nothing of the person's is lost, and what is missing comes again. */
  app_testing_put_text (g_file_peek_path (copy), "mine", "one.c");
  app_testing_remove (nested);
  g_assert_cmpint (g_mkdir (nested, 0755), ==, 0);
  app_testing_put_text (nested, "three", "three.c");
  again = copy_samples (&error);
  g_assert_no_error (error);
  g_assert_true (g_file_equal (copy, again));
  expect_text (copy, "one.c", "mine");
  expect_text (copy, "nested/two.c", "two");
  expect_text (copy, "nested/three.c", "three");
}

static void
test_no_samples (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "none", NULL);
  g_autoptr (GFile) copy = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("LUMINAL_SAMPLES", path, TRUE);
  g_assert_false (luminal_samples_are_there ());
  copy = copy_samples (&error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_null (copy);
}

/* A file where the folder would have to be. */
static void
test_samples_in_the_way (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autofree char *in_the_way = g_build_filename (g_get_user_data_dir (), "luminal", NULL);
  g_autoptr (GFile) copy = NULL;
  g_autoptr (GError) error = NULL;

  if (g_file_test (in_the_way, G_FILE_TEST_EXISTS))
    app_testing_remove (in_the_way);
  g_assert_cmpint (g_mkdir_with_parents (g_get_user_data_dir (), 0700), ==, 0);
  app_testing_put_text (g_get_user_data_dir (), "", "luminal");
  g_setenv ("LUMINAL_SAMPLES", fixture->folder, TRUE);

  copy = copy_samples (&error);
  g_assert_null (copy);
  g_assert_nonnull (error);
  g_assert_true (g_pattern_match_simple ("The samples could not be copied to /*/luminal/photons: *", error->message));
  g_assert_cmpint (g_unlink (in_the_way), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *home = app_testing_make_folder ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_setenv ("XDG_DATA_HOME", home, TRUE);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/app/settings/defaults", test_defaults);
  ADD ("/app/settings/loader", test_loader);
  ADD ("/app/settings/ranges", test_ranges);
  ADD ("/app/settings/not-kept", test_not_kept);
  ADD ("/app/recent-folders/order", test_recent);
  ADD ("/app/recent-folders/odd", test_recent_odd);
  ADD ("/app/folder-return/returned", test_return);
  ADD ("/app/folder-return/dropped", test_return_dropped);
  ADD ("/app/compiler/check", test_compiler);
  ADD ("/app/samples/copy", test_samples);
  ADD ("/app/samples/none", test_no_samples);
  ADD ("/app/samples/in-the-way", test_samples_in_the_way);

  result = g_test_run ();
  app_testing_remove (home);

  return result;
}
