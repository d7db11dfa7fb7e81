/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A photon to begin with. */

#include <glib/gstdio.h>
#include <unistd.h>

#include "ctl-test.h"

/* In the folder of the test, as "new" writes into the current one. */
static CtlRun *
run_new (CtlFolder  *folder,
         const char *name,
         const char *option)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  const char *const arguments[] = { g_getenv ("LUMINAL_TEST_CTL"), "new", "--", name, NULL };
  const char *const with_option[] = {
    g_getenv ("LUMINAL_TEST_CTL"), "new", option, "--", name, NULL
  };

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                        | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_set_cwd (launcher, folder->path);

  return ctl_run_with (launcher, option != NULL ? with_option : arguments);
}

static guint
count_files (CtlFolder *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder->path, 0, NULL);
  guint count = 0;

  while (g_dir_read_name (dir) != NULL)
    count++;

  return count;
}

/* Whatever the name is like, it compiles without a warning. */
static void
test_compiles (CtlFolder    *folder,
               gconstpointer unused)
{
  static const char *const names[] = {
    "hello", "MyPhoton", "my_photon", "TRUE", "time", "log", "data", "photon", "self", "x", "_", "_1",
    "__A", "GObject", "G_OBJECT", "g_timer", "luminal_photon", "LuminalPhoton", "FILE", "uint32_t",
    "main", "a9_", "static_", "Printf",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_strconcat (names[i], ".c", NULL);
      g_autofree char *path = ctl_folder_build (folder, name);
      g_autofree char *text = NULL;
      g_autoptr (CtlRun) created = run_new (folder, names[i], NULL);
      g_autoptr (CtlRun) built = NULL;

      if (created->status != 0)
        g_error ("%s: %s", names[i], created->errors);
      g_assert_nonnull (strstr (created->output, name));
      g_assert_cmpstr (created->errors, ==, "");
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      g_assert_null (strchr (text, '@'));

      built = ctl_run ("build", path, NULL);
      g_assert_cmpstr (built->errors, ==, "");
      g_assert_cmpint (built->status, ==, 0);
    }
  g_assert_cmpuint (count_files (folder), ==, G_N_ELEMENTS (names));
}

static void
test_refused (CtlFolder    *folder,
              gconstpointer unused)
{
  static const char *const names[] = {
    "", "1a", "a-b", "a b", "a.c", "a/b", "../a", "\xc3\xa9", "a$", "--", "-x", "int", "while", "a\nb",
    "a2345678901234567890123456789012345678901234567890123456789012345",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (CtlRun) run = run_new (folder, names[i], NULL);

      if (run->status != 2)
        g_error ("“%s”: %d %s", names[i], run->status, run->errors);
      g_assert_cmpstr (run->output, ==, "");
      g_assert_nonnull (strstr (run->errors, "cannot name a photon"));
    }
  g_assert_cmpuint (count_files (folder), ==, 0);
}

static void
test_never_overwrites (CtlFolder    *folder,
                       gconstpointer unused)
{
  g_autofree char *path = ctl_folder_build (folder, "hello.c");
  g_autofree char *link = ctl_folder_build (folder, "leads_nowhere.c");
  g_autofree char *text = NULL;
  g_autoptr (CtlRun) run = NULL;
  g_autoptr (CtlRun) of_link = NULL;
  g_autoptr (CtlRun) json = NULL;

  ctl_put_bytes (path, "mine", 4);
  run = run_new (folder, "hello", NULL);
  g_assert_cmpint (run->status, ==, 1);
  g_assert_cmpstr (run->output, ==, "");
  g_assert_nonnull (strstr (run->errors, "hello.c is there already"));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "mine");

  g_assert_no_errno (symlink ("/nowhere/x.c", link));
  of_link = run_new (folder, "leads_nowhere", NULL);
  g_assert_cmpint (of_link->status, ==, 1);
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));

  json = run_new (folder, "hello", "--json");
  g_assert_cmpint (json->status, ==, 1);
  g_assert_nonnull (strstr (json->output, "\"exists\""));
}

static void
test_json (CtlFolder    *folder,
           gconstpointer unused)
{
  g_autoptr (CtlRun) run = run_new (folder, "hello", "--json");
  g_autoptr (JsonObject) line = NULL;
  g_autofree char *path = ctl_folder_build (folder, "hello.c");

  g_assert_cmpint (run->status, ==, 0);
  line = ctl_parse_line (g_strchomp (run->output));
  g_assert_cmpstr (json_object_get_string_member (line, "event"), ==, "created");
  g_assert_true (g_str_has_suffix (json_object_get_string_member (line, "file"), "/hello.c"));
  ctl_assert_time (line);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  CTL_ADD_TEST ("/cli/new/compiles", test_compiles);
  CTL_ADD_TEST ("/cli/new/refused", test_refused);
  CTL_ADD_TEST ("/cli/new/never-overwrites", test_never_overwrites);
  CTL_ADD_TEST ("/cli/new/json", test_json);

  return g_test_run ();
}
