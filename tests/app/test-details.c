/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The details of a photon in the real window: what it is, its history, its output. */

#include <glib/gstdio.h>

#include "app-driver.h"
#include "app-testing.h"

static const char *program;

/* Alt+Return on the row of a photon. */
static void
show (AppFixture *fixture,
      const char *row)
{
  app_driver_select (fixture->app, "list item", row);
  app_driver_act (fixture->app, "win.details");
}

static void
start (AppFixture *fixture,
       const char *fixture_name,
       const char *name)
{
  app_testing_put (fixture->folder, fixture_name, name);
  fixture->app = app_driver_start (program, fixture->folder);
}

static void
start_with_simple (AppFixture *fixture)
{
  start (fixture, "simple_v1.so", "simple.so");
  app_driver_expect (fixture->app, "label", "No Photon Selected");
  show (fixture, "Simple, Running");
}

static void
test_facts (AppFixture    *fixture,
            gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "simple.so", NULL);

  start_with_simple (fixture);

  app_driver_expect_none (fixture->app, "label", "No Photon Selected");
  app_driver_expect (fixture->app, "label", "Generation 1");
  app_driver_expect_row (fixture->app, "Author", "Ada Lovelace");
  app_driver_expect_row (fixture->app, "Version", "1.0.0");
  app_driver_expect_row (fixture->app, "Description", "?*");
  app_driver_expect_row (fixture->app, "Path", path);
  app_driver_expect_row (fixture->app, "SHA-256", "????????????????????????????????????????????????????????????????");
  app_driver_expect_row (fixture->app, "Runs In", "A process of its own: *");
  app_driver_expect_row (fixture->app, "Memory", "*iB");
  app_driver_expect_row (fixture->app, "Uptime", "* s");

  app_driver_press (fixture->app, BUTTON, "Copy SHA-256");
  app_driver_expect (fixture->app, "label", "Copied");
}

static void
test_actions (AppFixture    *fixture,
              gconstpointer  data)
{
  start_with_simple (fixture);

  app_driver_press (fixture->app, BUTTON, "*Stop");
  app_driver_expect_row (fixture->app, "Simple, Stopped", "*");
  app_driver_expect (fixture->app, "label", "Stopped");
  app_driver_expect_none (fixture->app, "list item", "Runs In");

  app_driver_press (fixture->app, BUTTON, "*Start");
  app_driver_expect_row (fixture->app, "Simple, Running", "*");
  app_driver_press (fixture->app, BUTTON, "*Reload");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · 1.0.0 · generation 2 · *");
  app_driver_expect (fixture->app, "label", "Generation 2");

  /* And what was asked for by mistake is taken back. */
  app_driver_press (fixture->app, BUTTON, "*Stop");
  app_driver_expect_row (fixture->app, "Simple, Stopped", "*");
  app_driver_expect (fixture->app, "label", "“Simple” stopped");
  app_driver_press (fixture->app, BUTTON, "*Undo");
  app_driver_expect_row (fixture->app, "Simple, Running", "*");
}

/* What a toast tells of one photon is shown in its details. */
static void
test_toast (AppFixture    *fixture,
            gconstpointer  data)
{
  start (fixture, "simple_v1.so", "simple.so");
  app_driver_expect (fixture->app, "list item", "Simple, Running");
  app_driver_expect (fixture->app, "label", "No Photon Selected");
  app_testing_put (fixture->folder, "start_fails.so", "simple.so");
  app_driver_expect (fixture->app, "label", "“Simple” was rolled back");
  app_driver_press (fixture->app, BUTTON, "*Details");
  app_driver_expect (fixture->app, "label", "*simple.so: start: *no luck today*");
  app_driver_expect_none (fixture->app, "label", "No Photon Selected");
}

/* It says so, and comes back when the module does. */
static void
test_unloaded (AppFixture    *fixture,
               gconstpointer  data)
{
  start_with_simple (fixture);

  app_driver_press (fixture->app, BUTTON, "*Unload");
  app_driver_expect (fixture->app, "label", "Its module was unloaded. *");
  app_driver_expect_row (fixture->app, "Author", "Ada Lovelace");
  app_driver_expect_none (fixture->app, BUTTON, "*Reload");

  app_driver_press (fixture->app, BUTTON, "*Load");
  app_driver_expect_row (fixture->app, "Simple, Running", "*");
  app_driver_expect_none (fixture->app, "label", "Its module was unloaded. *");
  app_driver_expect (fixture->app, BUTTON, "*Stop");
}

static void
test_filtered_out (AppFixture    *fixture,
                   gconstpointer  data)
{
  app_testing_put (fixture->folder, "counter_v1.so", "counter.so");
  start_with_simple (fixture);

  app_driver_press (fixture->app, BUTTON, "Search");
  app_driver_type (fixture->app, "Search Photons", "counter");
  app_driver_expect_none (fixture->app, "list item", "Simple, *");
  app_driver_expect_row (fixture->app, "Author", "Ada Lovelace");

  /* A tag is looked for instead. */
  app_driver_press (fixture->app, BUTTON, "simple");
  app_driver_expect (fixture->app, "list item", "Simple, Running");
  app_driver_expect (fixture->app, "label", "1 of 2 photons");
}

static void
test_mates (AppFixture    *fixture,
            gconstpointer  data)
{
  start (fixture, "pair.so", "pair.so");
  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  show (fixture, "Left, Running");

  app_driver_expect (fixture->app, BUTTON, "Right");
  app_driver_press (fixture->app, BUTTON, "Right");
  app_driver_expect (fixture->app, BUTTON, "Left");
  app_driver_expect_none (fixture->app, BUTTON, "Simple");
}

static void
test_error (AppFixture    *fixture,
            gconstpointer  data)
{
  start (fixture, "start_fails.so", "simple.so");
  show (fixture, "Simple, Failed");

  app_driver_expect (fixture->app, "label", "*simple.so: start: *no luck today*Nothing of it runs");
  app_driver_press (fixture->app, BUTTON, "Copy Error");
  app_driver_expect (fixture->app, "label", "Copied");
}

static void
test_crash (AppFixture    *fixture,
            gconstpointer  data)
{
  start (fixture, "../unruly/crasher.so", "crasher.so");
  show (fixture, "Crasher, *");

  app_driver_expect (fixture->app, "label", "SIGSEGV*crasher_fall*");
  app_driver_expect (fixture->app, "label", "crasher_fall*(crasher.so+*");
  app_driver_expect (fixture->app, "label", "What is at *");
  app_driver_press (fixture->app, BUTTON, "Copy Crash Report");
  app_driver_expect (fixture->app, "label", "Copied");
}

static void
test_go_back (AppFixture    *fixture,
              gconstpointer  data)
{
  start_with_simple (fixture);
  app_testing_put (fixture->folder, "simple_v2.so", "simple.so");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · 2.0.0 · generation 2 · *");

  app_driver_press (fixture->app, TAB, "History");
  app_driver_expect (fixture->app, "list item", "Generation 2, In use, *");
  app_driver_expect (fixture->app, "list item", "Generation 1, Worked, *");
  app_driver_expect_none (fixture->app, BUTTON, "Go Back to This One (Generation 2)");
  app_driver_expect_described (fixture->app, "image", "Time by phase", "*Starting: *");

  app_driver_press (fixture->app, BUTTON, "Go Back to This One (Generation 1)");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · 1.0.0 · generation 1 · *");
  app_driver_expect (fixture->app, "list item", "Generation 1, In use, *");
  app_driver_expect (fixture->app, BUTTON, "Go Back to This One (Generation 2)");

  app_driver_press (fixture->app, TAB, "Overview");
  app_driver_expect (fixture->app, "label", "Generation 1 is in use. Its file has another content now.");

  app_testing_put (fixture->folder, "start_fails.so", "simple.so");
  app_driver_press (fixture->app, TAB, "History");
  app_driver_expect (fixture->app, "list item", "Generation 3, Rolled back, *");
  app_driver_expect (fixture->app, "label", "*no luck today*Generation 1 was started again and runs");
}

/* In this process nothing is kept to go back to. */
static void
test_in_process (AppFixture    *fixture,
                 gconstpointer  data)
{
  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  app_testing_put (fixture->folder, "nodelete.so", "pinned.so");
  fixture->app = app_driver_start_with_settings (program, fixture->folder,
                                                 "[io/github/luminal/Luminal]\nisolation='in-process'\n");
  show (fixture, "Simple, Running");
  app_driver_expect_row (fixture->app, "Runs In", "The process of Luminal");
  app_driver_expect_none (fixture->app, "list item", "Memory");
  app_testing_put (fixture->folder, "simple_v2.so", "simple.so");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · 2.0.0 · generation 2 · *");

  app_driver_press (fixture->app, TAB, "History");
  app_driver_expect (fixture->app, "list item", "Generation 1, Worked, *");
  app_driver_expect (fixture->app, "label", "Going back is not possible: *");
  app_driver_expect_none (fixture->app, BUTTON, "Go Back to This One*");
}

/* An editor that writes down what it is asked to show. */
static char *
install_editor (const char *folder)
{
  g_autofree char *program_path = g_build_filename (folder, "gedit", NULL);
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\necho \"$@\" > '%s/args.new'\nmv '%s/args.new' '%s/args'\n",
                                             folder, folder, folder);
  g_autofree char *entry = g_strdup_printf ("[Desktop Entry]\nType=Application\nName=Editor\nExec=%s %%U\n"
                                            "MimeType=text/x-csrc;\n", program_path);
  g_autofree char *applications = g_build_filename (folder, "applications", NULL);

  app_testing_put_text (folder, script, "gedit");
  g_assert_cmpint (g_chmod (program_path, 0755), ==, 0);
  g_assert_cmpint (g_mkdir (applications, 0755), ==, 0);
  app_testing_put_text (applications, entry, "editor.desktop");
  app_testing_put_text (applications, "[Default Applications]\ntext/x-csrc=editor.desktop\n", "mimeapps.list");

  return g_build_filename (folder, "args", NULL);
}

static gboolean
is_written (gpointer data)
{
  return g_file_test (data, G_FILE_TEST_EXISTS);
}

#define SOURCE(statement)                                                             \
  "#include <luminal.h>\n"                                                            \
  "typedef struct { int n; } Sourced;\n"                                              \
  "static gboolean\n"                                                                 \
  "sourced_start (LuminalPhoton *photon, gpointer data, GError **error)\n"            \
  "{\n"                                                                               \
  "  " statement "\n"                                                                 \
  "  return TRUE;\n"                                                                  \
  "}\n"                                                                               \
  "LUMINAL_PHOTON (Sourced, sourced_start, NULL, LUMINAL_VERSION (\"1.0.0\"))\n"

/* Of a source that does not compile, while what it was before runs. */
static void
test_build (AppFixture    *fixture,
            gconstpointer  data)
{
  g_autofree char *tools = app_testing_make_folder ();
  g_autofree char *args = install_editor (tools);
  g_autofree char *old_dirs = g_strdup (g_getenv ("XDG_DATA_DIRS"));
  g_autofree char *dirs = g_strdup_printf ("%s:%s", tools, old_dirs != NULL ? old_dirs : "/usr/local/share:/usr/share");
  g_autofree char *path = g_build_filename (fixture->folder, "sourced.c", NULL);
  g_autofree char *expected = g_strdup_printf ("+6:3 %s\n", path);
  g_autofree char *asked = NULL;

  app_testing_put_text (fixture->folder, SOURCE ("g_print (\"<b>\");"), "sourced.c");
  g_setenv ("XDG_DATA_DIRS", dirs, TRUE);
  start (fixture, "simple_v1.so", "simple.so");
  if (old_dirs != NULL)
    g_setenv ("XDG_DATA_DIRS", old_dirs, TRUE);
  else
    g_unsetenv ("XDG_DATA_DIRS");

  show (fixture, "Sourced, Running");
  app_driver_press (fixture->app, TAB, "Build");
  app_driver_expect (fixture->app, "label", "No Complaints");

  app_testing_put_text (fixture->folder, SOURCE ("missing (\"<b>\", &none); int unused;"), "sourced.c");
  app_driver_expect (fixture->app, TAB, "Build (*)");
  app_driver_expect (fixture->app, "label", "The last build failed; the generation before runs on");
  app_driver_expect (fixture->app, "list item", "Error, sourced.c:6:*: *none*");
  app_driver_expect (fixture->app, "list item", "Note, sourced.c:6:*");
  app_driver_expect (fixture->app, "list item", "Warning, sourced.c:6:*: *unused*");
  app_driver_expect (fixture->app, "label", "*missing (\"<b>\", &none);*");
  app_driver_press (fixture->app, BUTTON, "Copy This Message");
  app_driver_expect (fixture->app, "label", "Copied");

  app_driver_press (fixture->app, BUTTON, "Open sourced.c:6:3");
  g_assert_true (app_testing_wait (is_written, args));
  g_assert_true (g_file_get_contents (args, &asked, NULL, NULL));
  g_assert_cmpstr (asked, ==, expected);

  /* Mended, it is as if nothing had been. */
  app_testing_put_text (fixture->folder, SOURCE ("g_print (\"again\");"), "sourced.c");
  app_driver_expect (fixture->app, "label", "No Complaints");
  app_driver_expect_none (fixture->app, TAB, "Build (*)");

  app_driver_select (fixture->app, "list item", "Simple, Running");
  app_driver_expect (fixture->app, "label", "Nothing to Build");
  app_testing_remove (tools);
}

/* One that never was built becomes what it is as soon as it can be. */
static void
test_never_built (AppFixture    *fixture,
                  gconstpointer  data)
{
  app_testing_put_text (fixture->folder, SOURCE ("none ();"), "sourced.c");
  fixture->app = app_driver_start (program, fixture->folder);
  show (fixture, "sourced.c, Failed");
  app_driver_press (fixture->app, TAB, "Build (*)");
  app_driver_expect (fixture->app, "label", "The last build failed; nothing of it runs");

  app_testing_put_text (fixture->folder, SOURCE ("g_print (\"now\");"), "sourced.c");
  app_driver_expect (fixture->app, "list item", "Sourced, Running");
  app_driver_expect (fixture->app, "label", "No Complaints");
  app_driver_press (fixture->app, TAB, "Overview");
  app_driver_expect_row (fixture->app, "Version", "1.0.0");
}

static void
test_output (AppFixture    *fixture,
             gconstpointer  data)
{
  start (fixture, "counter_v1.so", "counter.so");
  app_testing_put (fixture->folder, "raw_output.so", "raw.so");
  app_driver_expect_row (fixture->app, "Raw, Running", "*");
  app_driver_select (fixture->app, "list item", "Counter, Running");
  app_driver_act (fixture->app, "win.output");

  app_driver_expect (fixture->app, "list item", "Generation 1");
  app_driver_expect (fixture->app, "list item", "count 1");
  app_testing_put (fixture->folder, "counter_v2.so", "counter.so");
  app_driver_expect (fixture->app, "list item", "Generation 2");
  app_driver_expect (fixture->app, "list item", "count 2");

  app_driver_press (fixture->app, BUTTON, "Errors");
  app_driver_expect_none (fixture->app, "list item", "count 2");

  app_driver_select (fixture->app, "list item", "Raw, Running");
  app_driver_act (fixture->app, "win.output");
  app_driver_expect (fixture->app, "list item", "Error: raw standard error");
  app_driver_expect_none (fixture->app, "list item", "said");
  app_driver_press (fixture->app, BUTTON, "All");
  app_driver_expect (fixture->app, "list item", "said");

  /* Looked for from the beginning to the end, and round about. */
  app_driver_press (fixture->app, BUTTON, "Find in Output");
  app_driver_type (fixture->app, "Find in Output", "raw");
  app_driver_expect (fixture->app, "label", "1 of *");
  app_driver_press (fixture->app, BUTTON, "Next Match");
  app_driver_expect (fixture->app, "label", "2 of *");
  /* A button that is still going down takes no second press. */
  app_driver_press (fixture->app, BUTTON, "Previous Match");
  app_driver_expect (fixture->app, "label", "1 of *");
  app_driver_press (fixture->app, BUTTON, "Previous Match");
  app_driver_expect_none (fixture->app, "label", "1 of *");
  app_driver_type (fixture->app, "Find in Output", "nothing of the kind");
  app_driver_expect (fixture->app, "label", "Not found");
}

/* What a generation said that did not start is its own. */
static void
test_output_in_vain (AppFixture    *fixture,
                     gconstpointer  data)
{
  start (fixture, "start_first_v1.so", "overlap.so");
  app_driver_expect (fixture->app, "list item", "Overlap, Running");
  app_driver_select (fixture->app, "list item", "Overlap, Running");
  app_driver_act (fixture->app, "win.output");
  app_driver_expect (fixture->app, "list item", "v1 start");
  app_testing_put (fixture->folder, "start_first_fails.so", "overlap.so");
  app_driver_expect (fixture->app, "list item", "v3 in vain");
  app_driver_expect (fixture->app, "list item", "Generation 2");
  app_driver_expect (fixture->app, "list item", "Overlap, Running, not reloaded");
}

/* One side at a time. */
static void
test_narrow (AppFixture    *fixture,
             gconstpointer  data)
{
  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  fixture->app = app_driver_start_wide (program, fixture->folder, 360);

  app_driver_expect (fixture->app, "list item", "Simple, Running");
  app_driver_expect_none (fixture->app, BUTTON, "Back");
  show (fixture, "Simple, Running");
  app_driver_expect_row (fixture->app, "Author", "Ada Lovelace");
  app_driver_expect_none (fixture->app, "list item", "Simple, *");

  app_driver_press (fixture->app, BUTTON, "Back");
  app_driver_expect (fixture->app, "list item", "Simple, Running");
  app_driver_expect_none (fixture->app, "list item", "Author");
}

/* One that hangs does not hide the others, and nobody has to wait for it. */
static void
test_scanning (AppFixture    *fixture,
               gconstpointer  data)
{
  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  start (fixture, "hangs_at_start.so", "hangs.so");

  app_driver_expect_row (fixture->app, "Simple, Running", "*");
  app_driver_press (fixture->app, BUTTON, "*Cancel");
  app_driver_expect (fixture->app, "label", "Not watching*");
  app_driver_expect_none (fixture->app, BUTTON, "*Cancel");
  app_driver_expect (fixture->app, "list item", "Simple, Running");
}

int
main (int    argc,
      char **argv)
{
  program = app_driver_init (argc, argv);

#define ADD(path, func) g_test_add (path, AppFixture, NULL, app_fixture_set_up, func, app_fixture_tear_down)
  ADD ("/app/details/facts", test_facts);
  ADD ("/app/details/actions", test_actions);
  ADD ("/app/details/toast", test_toast);
  ADD ("/app/details/unloaded", test_unloaded);
  ADD ("/app/details/filtered-out", test_filtered_out);
  ADD ("/app/details/mates", test_mates);
  ADD ("/app/details/error", test_error);
  ADD ("/app/details/crash", test_crash);
  ADD ("/app/details/go-back", test_go_back);
  ADD ("/app/details/in-process", test_in_process);
  ADD ("/app/details/build", test_build);
  ADD ("/app/details/never-built", test_never_built);
  ADD ("/app/details/output", test_output);
  ADD ("/app/details/output-in-vain", test_output_in_vain);
  ADD ("/app/details/narrow", test_narrow);
  ADD ("/app/details/scanning", test_scanning);

  return app_driver_run_tests ();
}
