/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A folder of sources, from outside: what luminalctl makes of them, with the system's
 * compiler and with what can be wrong about that. */

#include "ctl-test.h"

#include <signal.h>
#include <signal.h>
#include <string.h>

static const char source[] =
  "/* luminal: defines = NUMBER=%u */\n"
  "#include <luminal.h>\n"
  "typedef struct { int unused; } Sourced;\n"
  "static gboolean\n"
  "start (LuminalPhoton *photon, gpointer data, GError **error)\n"
  "{\n"
  "  luminal_photon_print (photon, \"number %%d\", NUMBER);\n"
  "  return TRUE;\n"
  "}\n"
  "LUMINAL_PHOTON (Sourced, start, NULL)\n";

static void
put_text (CtlFolder  *folder,
          const char *name,
          const char *text)
{
  g_autofree char *path = ctl_folder_build (folder, name);

  ctl_put_bytes (path, text, strlen (text));
}

static void
put_source (CtlFolder  *folder,
            const char *name,
            guint       number)
{
  g_autoptr (GString) text = g_string_new (source);
  g_autofree char *digits = g_strdup_printf ("%u", number);

  g_string_replace (text, "%u", digits, 1);
  g_string_replace (text, "%%", "%", 0);
  put_text (folder, name, text->str);
}

static void
await_number (CtlSession *session,
              guint       number)
{
  g_autofree char *text = g_strdup_printf ("number %u", number);
  JsonObject *line;

  do
    line = ctl_session_wait (session, "output", "Sourced");
  while (!g_str_equal (json_object_get_string_member (line, "text"), text));
}

static void
test_edited (CtlFolder    *folder,
             gconstpointer unused)
{
  g_autoptr (CtlSession) session = NULL;
  JsonObject *line;
  JsonObject *diagnostic;

  put_source (folder, "x.c", 1);
  session = ctl_session_watch (folder);
  g_assert_nonnull (ctl_session_find (session, "started", "Sourced"));

  put_source (folder, "x.c", 2);
  await_number (session, 2);

  put_text (folder, "x.c", "#include <luminal.h>\nLUMINAL_PHOTON\nint x = ;\n");
  line = ctl_session_wait (session, "failed", "Sourced");
  ctl_assert_error (line, "build", "build-failed");
  g_assert_cmpstr (json_object_get_string_member (line, "status"), ==, "running");
  diagnostic = json_array_get_object_element (json_object_get_array_member (line, "diagnostics"), 0);
  g_assert_cmpstr (json_object_get_string_member (diagnostic, "severity"), ==, "error");
  g_assert_cmpint (json_object_get_int_member (diagnostic, "line"), ==, 2);

  put_source (folder, "x.c", 3);
  await_number (session, 3);
  ctl_remove (folder, "x.c");
  ctl_session_wait (session, "unloaded", "Sourced");
  g_assert_cmpint (ctl_session_end (session, SIGTERM), ==, 0);
}

/* In the terminal it looks as a compiler prints it, so that editors find the place. */
static void
test_text (CtlFolder    *folder,
           gconstpointer unused)
{
  g_autofree char *path = ctl_folder_build (folder, "x.c");
  g_autofree char *place = g_strdup_printf ("%s:2:9: error: ", path);
  g_autoptr (CtlRun) run = NULL;

  put_text (folder, "x.c", "LUMINAL_PHOTON\nint x = ;\n");
  run = ctl_run ("load", path, NULL);
  g_assert_cmpint (run->status, ==, 1);
  g_assert_nonnull (strstr (run->output, place));
}

static void
test_load (CtlFolder    *folder,
           gconstpointer unused)
{
  g_autofree char *path = ctl_folder_build (folder, "x.c");
  g_autoptr (CtlRun) run = NULL;

  put_source (folder, "x.c", 5);
  run = ctl_run_json ("load", "--json", path, NULL);
  g_assert_cmpint (run->status, ==, 0);
  g_assert_cmpstr (json_object_get_string_member (ctl_run_find (run, "output", "Sourced"), "text"), ==, "number 5");
}

static CtlRun *
run_with (CtlFolder  *folder,
          const char *variable,
          const char *value)
{
  g_autofree char *path = ctl_folder_build (folder, "x.c");
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  const char *arguments[] = { g_getenv ("LUMINAL_TEST_CTL"), "load", path, NULL };

  g_subprocess_launcher_setenv (launcher, variable, value, TRUE);
  if (g_str_equal (variable, "PKG_CONFIG_PATH"))
    g_subprocess_launcher_setenv (launcher, "PKG_CONFIG_LIBDIR", value, TRUE);
  return ctl_run_with (launcher, arguments);
}

static void
test_surroundings (CtlFolder    *folder,
                   gconstpointer unused)
{
  static const char *const bad[][3] = {
    { "CC", "/nowhere/cc", "/nowhere/cc" },
    { "PKG_CONFIG_PATH", "/nowhere", "PKG_CONFIG_PATH" },
    { "CC", "cc 'unfinished", "unfinished" },
  };

  put_source (folder, "x.c", 6);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (CtlRun) run = run_with (folder, bad[i][0], bad[i][1]);

      g_assert_cmpint (run->status, ==, 1);
      g_assert_nonnull (strstr (run->output, "x.c: build: "));
      g_assert_nonnull (strstr (run->output, bad[i][2]));
    }
}

/* A cache that cannot be written, or a disk that is full, keeps nobody from working. */
static void
test_no_cache (CtlFolder    *folder,
               gconstpointer unused)
{
  g_autofree char *file = ctl_folder_build (folder, "no folder");
  static const char *const places[] = { NULL, "/proc", "/dev/full" };

  put_source (folder, "x.c", 7);
  put_text (folder, "no folder", "");
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (CtlRun) run = run_with (folder, "XDG_CACHE_HOME", places[i] != NULL ? places[i] : file);

      g_assert_cmpint (run->status, ==, 0);
      g_assert_nonnull (strstr (run->output, "number 7"));
      g_assert_nonnull (strstr (run->errors, "The cache cannot be used"));
    }
}

/* Two at once, of the same sources, with the same cache. */
static void
test_shared_cache (CtlFolder    *folder,
                   gconstpointer unused)
{
  g_autoptr (CtlSession) first = NULL;
  g_autoptr (CtlSession) second = NULL;

  put_source (folder, "x.c", 1);
  first = ctl_session_new ("watch", "--json", folder->path, NULL);
  second = ctl_session_new ("watch", "--json", folder->path, NULL);
  await_number (first, 1);
  await_number (second, 1);
  for (guint i = 2; i < 6; i++)
    {
      put_source (folder, "x.c", i);
      await_number (first, i);
      await_number (second, i);
    }
  g_assert_cmpint (ctl_session_end (first, SIGTERM), ==, 0);
  g_assert_cmpint (ctl_session_end (second, SIGTERM), ==, 0);
}

static void
test_inspect (CtlFolder    *folder,
              gconstpointer unused)
{
  g_autofree char *path = ctl_folder_build (folder, "x.c");
  g_autofree char *bad = ctl_folder_build (folder, "y.c");
  g_autoptr (CtlRun) json = NULL;
  g_autoptr (CtlRun) text = NULL;
  g_autoptr (CtlRun) failed = NULL;
  g_autoptr (CtlRun) all = NULL;
  JsonObject *line;
  JsonArray *needs;

  put_text (folder, "x.c", "/* luminal: packages = gio-2.0 >= 2.74\n * luminal: sources = 'odd name.c' */\nbroken\n");
  put_text (folder, "odd name.c", "");
  put_text (folder, "y.c", "/* luminal: colour = red */\n");
  json = ctl_run_json ("inspect", "--json", path, NULL);
  g_assert_cmpint (json->status, ==, 0);
  line = ctl_run_find (json, "inspected", NULL);
  g_assert_true (json_object_get_boolean_member (line, "source"));
  needs = json_object_get_array_member (line, "needs");
  g_assert_cmpuint (json_array_get_length (needs), ==, 2);
  g_assert_cmpstr (json_array_get_string_element (needs, 0), ==, "packages = gio-2.0 >= 2.74");
  g_assert_cmpstr (json_array_get_string_element (needs, 1), ==, "sources = 'odd name.c'");

  text = ctl_run ("inspect", path, NULL);
  g_assert_cmpint (text->status, ==, 0);
  g_assert_nonnull (strstr (text->output, "luminalctl build"));
  g_assert_nonnull (strstr (text->output, "gio-2.0 >= 2.74"));

  failed = ctl_run_json ("inspect", "--json", bad, NULL);
  g_assert_cmpint (failed->status, ==, 1);
  line = ctl_run_find (failed, "inspected", NULL);
  g_assert_false (json_object_get_boolean_member (line, "usable"));
  ctl_assert_error (line, "build", "build-failed");

  all = ctl_run_json ("inspect", "--json", folder->path, NULL);
  g_assert_cmpuint (all->lines->len, ==, 3);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  CTL_ADD_TEST ("/cli/watch-source/edited", test_edited);
  CTL_ADD_TEST ("/cli/watch-source/text", test_text);
  CTL_ADD_TEST ("/cli/watch-source/load", test_load);
  CTL_ADD_TEST ("/cli/watch-source/surroundings", test_surroundings);
  CTL_ADD_TEST ("/cli/watch-source/no-cache", test_no_cache);
  CTL_ADD_TEST ("/cli/watch-source/shared-cache", test_shared_cache);
  CTL_ADD_TEST ("/cli/watch-source/inspect", test_inspect);

  return g_test_run ();
}
