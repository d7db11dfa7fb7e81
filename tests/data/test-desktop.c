/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a desktop makes of the files that are installed for it. */

#include <gio/gdesktopappinfo.h>
#include <string.h>

static char *data_home;

static void
run (const char *first,
     ...) G_GNUC_NULL_TERMINATED;

/* Succeeds, and has nothing to say: update-mime-database warns and ends well. */
static void
run (const char *first,
     ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  va_list more;

  va_start (more, first);
  for (const char *word = first; word != NULL; word = va_arg (more, const char *))
    g_ptr_array_add (argv, (gpointer) word);
  va_end (more);
  g_ptr_array_add (argv, NULL);

  process = g_subprocess_newv ((const char *const *) argv->pdata,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (output, ==, "");
  g_assert_true (g_subprocess_get_successful (process));
}

static char *
type_of (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_CONTENT_TYPE, G_FILE_QUERY_INFO_NONE, NULL, &error);
  g_assert_no_error (error);

  return g_strdup (g_file_info_get_content_type (info));
}

static void
assert_is_module (const char *folder,
                  const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *type = type_of (path);

  g_test_message ("%s", path);
  g_assert_cmpstr (type, ==, "application/x-luminal-photon");
}

static void
test_type_of_modules (void)
{
  const char *folder = g_getenv ("LUMINAL_TEST_PHOTONS");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n_modules = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (!g_str_has_prefix (name, "simple") || !g_str_has_suffix (name, ".so"))
        continue;
      assert_is_module (folder, name);
      n_modules++;
    }
  g_assert_cmpuint (n_modules, >, 0);

  g_assert_true (g_content_type_is_a ("application/x-luminal-photon", "application/x-sharedlib"));
}

/* Also without its symbols, and whatever it is called. */
static void
test_type_of_stripped (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("LUMINAL_TEST_PHOTONS"), "simple_v1.so", NULL);
  g_autofree char *copy = g_build_filename (data_home, "stripped.so", NULL);
  g_autofree char *renamed = g_build_filename (data_home, "renamed", NULL);

  run ("strip", "-o", copy, path, NULL);
  run ("cp", copy, renamed, NULL);
  assert_is_module (data_home, "stripped.so");
  assert_is_module (data_home, "renamed");
}

/* Libraries and texts remain what they are. */
static void
test_type_of_others (void)
{
  g_autofree char *text = g_build_filename (data_home, "text.so", NULL);
  g_autofree char *library = type_of (LIBRARY);
  g_autofree char *type = NULL;

  g_assert_cmpstr (library, ==, "application/x-sharedlib");

  /* Our word without an ELF file around it. */
  g_assert_true (g_file_set_contents (text, "text with the word Luminal\0in it", 32, NULL));
  type = type_of (text);
  g_assert_cmpstr (type, !=, "application/x-luminal-photon");
}

static GDesktopAppInfo *
open_desktop_file (void)
{
  GDesktopAppInfo *info = g_desktop_app_info_new_from_filename (DESKTOP_FILE);

  g_assert_nonnull (info);
  return info;
}

static void
test_desktop_file (void)
{
  g_autoptr (GDesktopAppInfo) info = open_desktop_file ();
  const char *const actions[] = { "new-window", "open-folder", NULL };
  const char *const *types = g_app_info_get_supported_types (G_APP_INFO (info));

  g_assert_cmpstr (g_app_info_get_executable (G_APP_INFO (info)), ==, "luminal");
  g_assert_true (g_app_info_supports_uris (G_APP_INFO (info)));
  g_assert_true (g_desktop_app_info_get_boolean (info, "DBusActivatable"));
  g_assert_true (g_strv_equal (g_desktop_app_info_list_actions (info), actions));
  for (guint i = 0; actions[i] != NULL; i++)
    {
      g_autofree char *name = g_desktop_app_info_get_action_name (info, actions[i]);

      g_assert_cmpstr (name, !=, NULL);
    }

  g_assert_true (g_strv_contains (types, "application/x-luminal-photon"));
  g_assert_true (g_strv_contains (types, "application/x-sharedlib"));
  g_assert_true (g_strv_contains (types, "inode/directory"));
}

/* One id in all files, and no word left to be filled in. */
static void
test_ids_agree (void)
{
  const char *const files[] = { DESKTOP_FILE, METAINFO_FILE, MIME_FILE, SERVICE_FILE };
  g_autoptr (GKeyFile) service = g_key_file_new ();
  g_autofree char *name = NULL;
  g_autofree char *command = NULL;
  g_autofree char *metainfo = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GDesktopAppInfo) info = open_desktop_file ();
  g_autofree char *icon = g_desktop_app_info_get_string (info, "Icon");

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *text = NULL;

      g_assert_true (g_file_get_contents (files[i], &text, NULL, NULL));
      g_assert_null (strchr (text, '@'));
    }

  g_assert_cmpstr (icon, ==, APPLICATION_ID);

  g_assert_true (g_key_file_load_from_file (service, SERVICE_FILE, G_KEY_FILE_NONE, NULL));
  name = g_key_file_get_string (service, "D-BUS Service", "Name", NULL);
  command = g_key_file_get_string (service, "D-BUS Service", "Exec", NULL);
  g_assert_cmpstr (name, ==, APPLICATION_ID);
  g_assert_true (g_str_has_prefix (command, "/"));
  g_assert_true (g_str_has_suffix (command, "/luminal --gapplication-service"));

  g_assert_true (g_file_get_contents (METAINFO_FILE, &metainfo, NULL, NULL));
  id = g_strconcat ("<id>", APPLICATION_ID, "</id>", NULL);
  g_assert_nonnull (strstr (metainfo, id));
  g_assert_nonnull (strstr (metainfo, "<launchable type=\"desktop-id\">" APPLICATION_ID ".desktop</launchable>"));
  g_assert_nonnull (strstr (metainfo, "<release version=\"" PACKAGE_VERSION "\""));
}

/* The pictures that metainfo shows are in the tree. */
static void
test_screenshots (void)
{
  g_autoptr (GRegex) regex = g_regex_new ("<image[^>]*>https://[^<]*/([^/<]+)</image>", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *metainfo = NULL;
  guint n_pictures = 0;

  g_assert_true (g_file_get_contents (METAINFO_FILE, &metainfo, NULL, NULL));
  for (g_regex_match (regex, metainfo, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 1);
      g_autofree char *path = g_build_filename (SCREENSHOTS, name, NULL);
      g_autofree char *type = type_of (path);

      g_assert_cmpstr (type, ==, "image/png");
      n_pictures++;
    }
  g_assert_cmpuint (n_pictures, >, 0);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *path = NULL;
  g_autofree char *packages = NULL;
  g_autofree char *mime_folder = NULL;
  g_autofree char *target = NULL;
  int result;

  /* Before anything asks for a type: the database that the file would be put into. */
  data_home = g_dir_make_tmp ("luminal-data-XXXXXX", NULL);
  g_assert_nonnull (data_home);
  g_setenv ("XDG_DATA_HOME", data_home, TRUE);

  /* A desktop file without its program counts as none. */
  path = g_strjoin (G_SEARCHPATH_SEPARATOR_S, APP_FOLDER, g_getenv ("PATH"), NULL);
  g_setenv ("PATH", path, TRUE);

  g_test_init (&argc, &argv, NULL);

  mime_folder = g_build_filename (data_home, "mime", NULL);
  packages = g_build_filename (mime_folder, "packages", NULL);
  target = g_build_filename (packages, APPLICATION_ID ".xml", NULL);
  g_assert_cmpint (g_mkdir_with_parents (packages, 0700), ==, 0);
  run ("cp", MIME_FILE, target, NULL);
  run ("update-mime-database", mime_folder, NULL);

  g_test_add_func ("/desktop/type/modules", test_type_of_modules);
  g_test_add_func ("/desktop/type/stripped", test_type_of_stripped);
  g_test_add_func ("/desktop/type/others", test_type_of_others);
  g_test_add_func ("/desktop/desktop-file", test_desktop_file);
  g_test_add_func ("/desktop/ids", test_ids_agree);
  g_test_add_func ("/desktop/screenshots", test_screenshots);

  result = g_test_run ();
  run ("rm", "-rf", "--", data_home, NULL);
  g_free (data_home);

  return result;
}
