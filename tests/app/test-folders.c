/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The real program and its folders: given, remembered, gone and back; and its settings, with
 * and without a place for them. */

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "app-driver.h"
#include "app-testing.h"

static const char *program;

typedef struct
{
  char *folder;
  char *home;
  AppDriver *app;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = app_testing_make_folder ();
  fixture->home = app_testing_make_folder ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->app != NULL)
    app_driver_quit (fixture->app);
  app_testing_remove (fixture->folder);
  app_testing_remove (fixture->home);
  g_free (fixture->folder);
  g_free (fixture->home);
}

static void
start (Fixture    *fixture,
       const char *folder,
       const char *settings)
{
  const char *arguments[] = { folder, NULL };

  fixture->app = app_driver_start_with (program, arguments, fixture->home, settings, NULL);
}

static void
quit (Fixture *fixture)
{
  app_driver_quit (g_steal_pointer (&fixture->app));
}

static char *
make_child (Fixture    *fixture,
            const char *name)
{
  char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);

  return path;
}

/* Folders */

static void
test_vanish (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *path = make_child (fixture, "photons");
  g_autofree char *away = g_build_filename (fixture->folder, "away", NULL);

  app_testing_put (path, "simple_v1.so", "simple.so");
  start (fixture, path, NULL);
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · *");

  g_assert_cmpint (g_rename (path, away), ==, 0);
  app_driver_expect (fixture->app, "label", "Folder Is Gone");

  g_assert_cmpint (g_rename (away, path), ==, 0);
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · *");

  /* The second time it comes back without what was in it. */
  app_testing_remove (path);
  app_driver_expect (fixture->app, "label", "Folder Is Gone");
  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
  app_driver_expect (fixture->app, "label", "No Photons Here");
  app_testing_put (path, "simple_v1.so", "simple.so");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · *");
}

/* The last folder is opened again; the one before is remembered. */
static void
test_remembered (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *first = make_child (fixture, "first");
  g_autofree char *second = make_child (fixture, "a & <b>_c");
  g_autofree char *wrong = g_build_filename (fixture->folder, "never-was", NULL);

  start (fixture, first, NULL);
  app_driver_expect (fixture->app, "label", "No Photons Here");
  quit (fixture);
  start (fixture, second, NULL);
  app_driver_expect (fixture->app, "label", "No Photons Here");
  quit (fixture);
  start (fixture, wrong, NULL);
  app_driver_expect (fixture->app, "label", "Folder Is Gone");
  app_driver_expect (fixture->app, "label", "0 photons");
  app_driver_expect_none (fixture->app, "label", "Changes in the folder are not noticed.");
  quit (fixture);

  start (fixture, NULL, NULL);
  app_driver_expect (fixture->app, "frame", "a & <b>_c – Luminal");
  app_driver_expect (fixture->app, "label", "No Photons Here");
  quit (fixture);

  /* It goes away meanwhile, and is not forgotten for that. */
  app_testing_remove (second);
  start (fixture, NULL, NULL);
  app_driver_expect (fixture->app, "label", "Folder Is Gone");
  app_driver_expect (fixture->app, BUTTON, "Open Another…");
  g_assert_cmpint (g_mkdir (second, 0755), ==, 0);
  app_driver_expect (fixture->app, "label", "No Photons Here");
}

static void
test_recent (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *first = make_child (fixture, "first");
  g_autofree char *settings =
    g_strdup_printf ("[io/github/luminal/Luminal]\nrecent-folders=['file://%s', 'file:///gone/for-good', 'file:///third']\n", first);

  app_testing_put (first, "simple_v1.so", "simple.so");
  start (fixture, NULL, settings);
  app_driver_expect (fixture->app, "label", "Open a Folder of Photons");
  app_driver_expect (fixture->app, "list item", "first");
  app_driver_expect (fixture->app, "list item", "for-good");

  app_driver_press (fixture->app, BUTTON, "Forget for-good");
  app_driver_expect_none (fixture->app, "list item", "for-good");
  app_driver_expect (fixture->app, "list item", "third");

  app_driver_press (fixture->app, BUTTON, "Open first");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · *");
}

static void
test_clear_recent (Fixture       *fixture,
                   gconstpointer  data)
{
  start (fixture, NULL, "[io/github/luminal/Luminal]\nrecent-folders=['file:///first', 'file:///second']\n");
  app_driver_expect (fixture->app, "list item", "first");
  app_driver_press (fixture->app, BUTTON, "Clear");
  app_driver_expect_none (fixture->app, "list item", "first");
  quit (fixture);

  start (fixture, NULL, NULL);
  app_driver_expect (fixture->app, "label", "Open a Folder of Photons");
  app_driver_expect_none (fixture->app, "list item", "first");
}

static void
test_samples (Fixture       *fixture,
              gconstpointer  data)
{
  const char *arguments[] = { NULL };
  const char *variables[] = { "LUMINAL_SAMPLES", fixture->folder, NULL };
  g_autofree char *copy = g_build_filename (fixture->home, "data", "luminal", "photons", "pebble.c", NULL);

  app_testing_put_text (fixture->folder,
                        "#include <luminal.h>\n"
                        "typedef struct { int unused; } Pebble;\n"
                        "static gboolean pebble_start (LuminalPhoton *photon, gpointer data, GError **error)\n"
                        "{ return TRUE; }\n"
                        "LUMINAL_PHOTON (Pebble, pebble_start, NULL)\n",
                        "pebble.c");
  fixture->app = app_driver_start_with (program, arguments, fixture->home, NULL, variables);
  app_driver_press (fixture->app, BUTTON, "Open the Samples");
  app_driver_expect (fixture->app, "label", "The samples are in */luminal/photons");
  app_driver_expect_row (fixture->app, "Pebble, Running", "pebble.c · *");
  g_assert_true (g_file_test (copy, G_FILE_TEST_IS_REGULAR));
}

/* What takes long */

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *flag = g_build_filename (fixture->home, "flag", NULL);
  g_autofree char *source =
    g_strdup_printf ("#include <luminal.h>\n"
                     "typedef struct { int unused; } Sloth;\n"
                     "static void __attribute__ ((constructor)) linger (void)\n"
                     "{ while (g_file_test (\"%s\", G_FILE_TEST_EXISTS)) g_usleep (10000); }\n"
                     "static gboolean sloth_start (LuminalPhoton *photon, gpointer data, GError **error)\n"
                     "{ return TRUE; }\n"
                     "LUMINAL_PHOTON (Sloth, sloth_start, NULL)\n",
                     flag);

  app_testing_put_text (fixture->folder, source, "sloth.c");
  start (fixture, fixture->folder, "[io/github/luminal/Luminal]\nopen-timeout=uint32 0\n");
  app_driver_expect_row (fixture->app, "Sloth, Running", "sloth.c · * · generation 1 · *");
  app_driver_expect_none (fixture->app, BUTTON, "Cancel");

  app_testing_put_text (fixture->home, "", "flag");
  app_driver_press (fixture->app, BUTTON, "Reload Sloth");
  app_driver_press (fixture->app, BUTTON, "Cancel");
  app_driver_expect_none (fixture->app, BUTTON, "Cancel");
  app_driver_expect (fixture->app, "list item", "Sloth, Running*");
  g_assert_cmpint (g_unlink (flag), ==, 0);

  /* The next one is not called off with it. */
  app_driver_press (fixture->app, BUTTON, "Reload Sloth");
  app_driver_expect_row (fixture->app, "Sloth, Running", "sloth.c · * · generation 2 · *");
}

/* Starts */

static int
run_second (const char *in,
            const char *first,
            const char *second)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_cwd (launcher, in);
  process = g_subprocess_launcher_spawn (launcher, &error, program, first, second, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait (process, NULL, &error));
  g_assert_no_error (error);

  return g_subprocess_get_exit_status (process);
}

/* Paths are those of whoever gives them. */
static void
test_second_start (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *first = make_child (fixture, "first");
  g_autofree char *second = make_child (fixture, "second");
  g_autofree char *third = make_child (fixture, "third");

  start (fixture, first, NULL);
  app_driver_expect (fixture->app, "label", "No Photons Here");

  g_assert_cmpint (run_second (fixture->folder, NULL, NULL), ==, 0);
  app_driver_expect (fixture->app, "frame", "first – Luminal");

  g_assert_cmpint (run_second (fixture->folder, "second", "./third"), ==, 0);
  app_driver_enter_window (fixture->app, "second – Luminal");
  app_driver_expect (fixture->app, "label", "No Photons Here");
  g_assert_cmpint (run_second (second, "../third", "."), ==, 0);
  app_driver_enter_window (fixture->app, "third – Luminal");
  app_driver_expect (fixture->app, "label", "No Photons Here");
}

typedef struct
{
  int status;
  char *output;
  char *errors;
} Outcome;

static void
run (Outcome           *outcome,
     const char *const *variables,
     const char        *argument)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; variables != NULL && variables[i] != NULL; i++)
    g_subprocess_launcher_unsetenv (launcher, variables[i]);
  process = g_subprocess_launcher_spawn (launcher, &error, program, argument, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &outcome->output, &outcome->errors, &error));
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  outcome->status = g_subprocess_get_exit_status (process);
}

static void
expect_outcome (const char *const *variables,
                const char        *argument,
                int                status,
                const char        *output,
                const char        *errors)
{
  Outcome outcome;

  run (&outcome, variables, argument);
  g_test_message ("%d “%s” “%s”", outcome.status, outcome.output, outcome.errors);
  g_assert_cmpint (outcome.status, ==, status);
  g_assert_true (g_pattern_match_simple (output, outcome.output));
  g_assert_true (g_pattern_match_simple (errors, outcome.errors));
  g_free (outcome.output);
  g_free (outcome.errors);
}

static void
test_usage (void)
{
  static const char *const no_display[] = { "DISPLAY", "WAYLAND_DISPLAY", NULL };
  static const char *const no_display_nor_bus[] = { "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", NULL };
  static const char *const no_schema[] = { "GSETTINGS_SCHEMA_DIR", NULL };

  /* None of these needs a display. */
  expect_outcome (no_display, "--help", 0, "Usage:*luminal*FOLDER*--version*", "");
  expect_outcome (no_display, "--version", 0, "luminal *\n", "");
  expect_outcome (no_display, "--nonsense", 2, "", "luminal: *--nonsense*\n*--help*\n");
  expect_outcome (no_display, "", 2, "", "luminal: *empty*\n*--help*\n");

  expect_outcome (no_display, "/", 1, "", "luminal: There is no display *luminalctl\n");
  expect_outcome (no_display_nor_bus, "/", 1, "", "luminal: There is no display *luminalctl\n");
  expect_outcome (no_schema, "/", 1, "", "luminal: The settings schema *GSETTINGS_SCHEMA_DIR\n");
}

/* Without a session bus nobody can look into the window; what the photon does tells that all
 * the rest works. */
static void
test_no_bus (Fixture       *fixture,
             gconstpointer  data)
{
  static const char *const addresses[] = { "unix:path=/no/such/bus", "disabled:" };

  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (GSubprocessLauncher) launcher =
        g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
      g_autoptr (GSubprocess) process = NULL;
      g_autoptr (GDataInputStream) output = NULL;
      g_autoptr (GError) error = NULL;
      gboolean has_started = FALSE;

      g_subprocess_launcher_setenv (launcher, "DBUS_SESSION_BUS_ADDRESS", addresses[i], TRUE);
      g_subprocess_launcher_setenv (launcher, "G_MESSAGES_DEBUG", "Luminal", TRUE);
      g_subprocess_launcher_setenv (launcher, "XDG_CONFIG_HOME", fixture->home, TRUE);
      g_subprocess_launcher_unsetenv (launcher, "GSETTINGS_BACKEND");
      g_subprocess_launcher_unsetenv (launcher, "GTK_A11Y");
      process = g_subprocess_launcher_spawn (launcher, &error, program, fixture->folder, NULL);
      g_assert_no_error (error);

      output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
      while (!has_started)
        {
          g_autofree char *line = g_data_input_stream_read_line_utf8 (output, NULL, NULL, &error);

          g_assert_no_error (error);
          g_assert_nonnull (line);
          g_test_message ("%s", line);
          has_started = strstr (line, "started: Simple") != NULL;
        }

      g_subprocess_send_signal (process, SIGTERM);
      g_assert_true (g_subprocess_wait (process, NULL, &error));
      g_assert_no_error (error);
      g_assert_true (g_subprocess_get_if_exited (process));
      g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
    }
}

/* Settings */

/* As a desktop asks for it. */
static void
open_preferences (Fixture *fixture)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GDBusActionGroup) actions = NULL;
  g_autofree char *path = g_strconcat ("/", APPLICATION_ID, NULL);
  g_autoptr (GError) error = NULL;

  bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  actions = g_dbus_action_group_get (bus, APPLICATION_ID, g_strdelimit (path, ".", '/'));
  g_action_group_activate_action (G_ACTION_GROUP (actions), "preferences", NULL);
  g_dbus_connection_flush_sync (bus, NULL, &error);
  g_assert_no_error (error);
  app_driver_enter_window (fixture->app, "Preferences");
}

/* A switch changes at the end of its way. */
static gboolean
is_not_recursive (gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *path = g_build_filename (fixture->home, "config", "glib-2.0", "settings", "keyfile", NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, "recursive=false") != NULL;
}

static void
test_preferences (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *inner = make_child (fixture, "inner");

  app_testing_put (inner, "simple_v1.so", "simple.so");
  app_testing_put (fixture->folder, "counter_v1.so", "counter.so");
  start (fixture, fixture->folder, NULL);
  app_driver_expect (fixture->app, "label", "2 photons");

  open_preferences (fixture);
  app_driver_expect (fixture->app, "label", "Reset to Defaults");
  app_driver_expect (fixture->app, "label", "1 folder is remembered.");
  app_driver_press (fixture->app, SWITCH, "Include Folders Within");
  g_assert_true (app_testing_wait (is_not_recursive, fixture));
  quit (fixture);

  /* It was kept, and it counts. */
  start (fixture, NULL, NULL);
  app_driver_expect_row (fixture->app, "Counter, Running", "counter.so · *");
  app_driver_expect (fixture->app, "label", "1 photon");
}

/* The window comes back as it was left, as far as that is known to this version. */
static void
test_details_page (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char *const variables[] = { NULL };
  const char *arguments[] = { fixture->folder, NULL };

  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  fixture->app = app_driver_start_with (program, arguments, fixture->home,
                                        "[io/github/luminal/Luminal]\nwindow-width=1000\ndetails-page='of-another-version'\n",
                                        variables);
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · *");
  app_driver_select (fixture->app, "list item", "Simple, Running");
  app_driver_expect (fixture->app, "label", "Runs In");
  app_driver_act (fixture->app, "win.output");
  app_driver_expect_none (fixture->app, "label", "Runs In");
  quit (fixture);

  fixture->app = app_driver_start_with (program, arguments, fixture->home, NULL, variables);
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · *");
  app_driver_select (fixture->app, "list item", "Simple, Running");
  app_driver_expect (fixture->app, BUTTON, "Follow New Output");
  app_driver_expect_none (fixture->app, "label", "Runs In");
}

/* A file where the folder of the settings would have to be: even root cannot write there. */
static void
test_not_writable (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char *const backends[] = { "keyfile", "dconf" };

  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  app_testing_put_text (fixture->home, "", "config");
  for (guint i = 0; i < G_N_ELEMENTS (backends); i++)
    {
      const char *arguments[] = { fixture->folder, NULL };
      const char *variables[] = { "GSETTINGS_BACKEND", backends[i], NULL };

      fixture->app = app_driver_start_with (program, arguments, fixture->home, NULL, variables);
      app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · *");
      app_driver_press (fixture->app, SWITCH, "Watch");
      app_driver_expect (fixture->app, "label", "Not watching*");
      open_preferences (fixture);
      app_driver_expect (fixture->app, "label", "Changes Are Not Kept");
      app_driver_press (fixture->app, SWITCH, "Include Folders Within");
      quit (fixture);
    }
}

int
main (int    argc,
      char **argv)
{
  /* Other programs run in other folders. */
  program = g_canonicalize_filename (app_driver_init (argc, argv), NULL);

  g_test_add_func ("/app/folders/usage", test_usage);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/app/folders/vanish", test_vanish);
  ADD ("/app/folders/remembered", test_remembered);
  ADD ("/app/folders/recent", test_recent);
  ADD ("/app/folders/clear-recent", test_clear_recent);
  ADD ("/app/folders/samples", test_samples);
  ADD ("/app/folders/cancel", test_cancel);
  ADD ("/app/folders/second-start", test_second_start);
  ADD ("/app/folders/no-bus", test_no_bus);
  ADD ("/app/folders/preferences", test_preferences);
  ADD ("/app/folders/details-page", test_details_page);
  ADD ("/app/folders/not-writable", test_not_writable);

  return app_driver_run_tests ();
}
