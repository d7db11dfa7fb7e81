/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The real program on real photons, driven as someone drives it who cannot see
 * it: through the accessibility tree. */

#include <glib/gstdio.h>

#include "app-driver.h"
#include "app-testing.h"

static const char *program;

static void
start (AppFixture *fixture)
{
  fixture->app = app_driver_start (program, fixture->folder);
}

static void
start_with_simple (AppFixture *fixture)
{
  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  start (fixture);
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · 1.0.0 · generation 1 · *");
}

static void
test_rows (AppFixture    *fixture,
           gconstpointer  data)
{
  app_testing_put (fixture->folder, "ticker.so", "ticker.so");
  app_testing_put_text (fixture->folder, "nor is this", "a & <b>.so");
  app_testing_put_text (fixture->folder, "this is no module", "broken.so");
  start_with_simple (fixture);

  app_driver_expect_row (fixture->app, "Ticker, Running", "ticker.so · *");
  app_driver_expect_row (fixture->app, "broken.so, Failed", "inspect: *");
  app_driver_expect_row (fixture->app, "a & <b>.so, Failed", "inspect: *");
  app_driver_expect (fixture->app, "label", "2 photons failed");
  app_driver_expect (fixture->app, "label", "4 photons · 2 failed");
  app_driver_expect (fixture->app, "frame", "* – Luminal");
}

static void
test_reload (AppFixture    *fixture,
             gconstpointer  data)
{
  start_with_simple (fixture);

  app_driver_press (fixture->app, BUTTON, "Reload Simple");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · 1.0.0 · generation 2 · *");
  app_driver_expect (fixture->app, "label", "Watching · reloaded Simple in *");

  app_driver_press (fixture->app, BUTTON, "Reload Simple");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · 1.0.0 · generation 3 · *");
}

static void
test_change (AppFixture    *fixture,
             gconstpointer  data)
{
  start_with_simple (fixture);

  app_testing_put (fixture->folder, "simple_v2.so", "simple.so");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · 2.0.0 · generation 2 · *");

  app_testing_put (fixture->folder, "counter_v1.so", "counter.so");
  app_driver_expect_row (fixture->app, "Counter, Running", "counter.so · *");
  app_driver_expect (fixture->app, "label", "2 photons");
}

static void
test_roll_back (AppFixture    *fixture,
                gconstpointer  data)
{
  start_with_simple (fixture);

  app_testing_put (fixture->folder, "start_fails.so", "simple.so");
  app_driver_expect_row (fixture->app, "Simple, Rolled back",
                         "Generation 1 runs; 2 failed to start: *no luck today*");
  app_driver_expect (fixture->app, "label", "“Simple” was rolled back");
  app_driver_expect (fixture->app, "label", "1 photon · 1 not reloaded");

  app_testing_put (fixture->folder, "simple_v2.so", "simple.so");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · 2.0.0 · *");
}

static void
test_not_reloaded (AppFixture    *fixture,
                   gconstpointer  data)
{
  start_with_simple (fixture);

  app_testing_put_text (fixture->folder, "this is no module", "simple.so");
  app_driver_expect_row (fixture->app, "Simple, Running, not reloaded",
                         "Generation 1 runs; not reloaded: inspect: *");
  app_driver_expect (fixture->app, "label", "“Simple” failed");
}

static void
test_unload (AppFixture    *fixture,
             gconstpointer  data)
{
  app_testing_put (fixture->folder, "counter_v1.so", "counter.so");
  start_with_simple (fixture);

  app_driver_press (fixture->app, BUTTON, "Unload Simple");
  app_driver_expect_row (fixture->app, "Simple, Unloaded", "simple.so · *");
  app_driver_expect (fixture->app, "label", "“Simple” unloaded");
  app_driver_expect (fixture->app, "label", "2 photons · 1 unloaded");

  app_driver_press (fixture->app, BUTTON, "*Undo");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · *");
  app_driver_expect (fixture->app, "label", "2 photons");
}

static void
test_watch (AppFixture    *fixture,
            gconstpointer  data)
{
  start_with_simple (fixture);

  app_driver_press (fixture->app, SWITCH, "Watch");
  app_driver_expect (fixture->app, "label", "Not watching*");
  app_testing_put (fixture->folder, "simple_v2.so", "simple.so");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · 1.0.0 · *");

  app_driver_press (fixture->app, SWITCH, "Watch");
  app_driver_expect (fixture->app, "label", "Watching*");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · 2.0.0 · generation 2 · *");
}

static void
test_vanish (AppFixture    *fixture,
             gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "simple.so", NULL);

  start_with_simple (fixture);

  g_assert_cmpint (g_unlink (path), ==, 0);
  app_driver_expect (fixture->app, "label", "“Simple” unloaded, its file is gone");
  app_driver_expect (fixture->app, "label", "No Photons Here");
}

static void
test_search (AppFixture    *fixture,
             gconstpointer  data)
{
  app_testing_put (fixture->folder, "counter_v1.so", "counter.so");
  start_with_simple (fixture);

  app_driver_press (fixture->app, BUTTON, "Search");
  app_driver_type (fixture->app, "Search Photons", "count");
  app_driver_expect_none (fixture->app, "list item", "Simple, *");
  app_driver_expect (fixture->app, "list item", "Counter, Running");
  app_driver_expect (fixture->app, "label", "1 of 2 photons");

  app_driver_type (fixture->app, "Search Photons", "status:failed");
  app_driver_expect (fixture->app, "label", "No Photon Matches");

  app_testing_put_text (fixture->folder, "this is no module", "bad.so");
  app_driver_expect (fixture->app, "list item", "bad.so, Failed");

  app_driver_type (fixture->app, "Search Photons", "nothing is called this");
  app_driver_press (fixture->app, BUTTON, "*Show All");
  app_driver_expect (fixture->app, "list item", "Simple, Running");
}

static void
test_empty (AppFixture    *fixture,
            gconstpointer  data)
{
  start (fixture);

  app_driver_expect (fixture->app, "label", "No Photons Here");
  app_driver_expect (fixture->app, "label", fixture->folder);

  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  app_driver_expect (fixture->app, "list item", "Simple, Running");
  app_driver_expect_none (fixture->app, "label", "No Photons Here");
}

static void
test_gone (AppFixture    *fixture,
           gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "a & <b>", NULL);

  fixture->app = app_driver_start (program, path);
  app_driver_expect (fixture->app, "label", "Folder Is Gone");
  app_driver_press (fixture->app, BUTTON, "*Retry");
  app_driver_expect (fixture->app, "label", "Folder Is Gone");

  /* It needs nobody to press anything once it is there. */
  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
  app_testing_put (path, "simple_v1.so", "simple.so");
  app_driver_expect (fixture->app, "list item", "Simple, Running");
}

static void
test_no_folder (AppFixture    *fixture,
                gconstpointer  data)
{
  fixture->app = app_driver_start (program, NULL);

  app_driver_expect (fixture->app, "label", "Open a Folder of Photons");
  app_driver_expect (fixture->app, BUTTON, "Open Folder");
}

static void
test_close (AppFixture    *fixture,
            gconstpointer  data)
{
  AppDriver *app;

  app_testing_put (fixture->folder, "ticker.so", "ticker.so");
  start_with_simple (fixture);

  app = g_steal_pointer (&fixture->app);
  app_driver_press (app, BUTTON, "Close");
  g_assert_cmpint (app_driver_wait_exit (app), ==, 0);
}

static void
test_version (void)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--version", NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  g_assert_true (g_pattern_match_simple ("luminal ?*.?*.?*\n", output));
}

int
main (int    argc,
      char **argv)
{
  program = app_driver_init (argc, argv);

  g_test_add_func ("/app/window/version", test_version);

#define ADD(path, func) g_test_add (path, AppFixture, NULL, app_fixture_set_up, func, app_fixture_tear_down)
  ADD ("/app/window/rows", test_rows);
  ADD ("/app/window/reload", test_reload);
  ADD ("/app/window/change", test_change);
  ADD ("/app/window/roll-back", test_roll_back);
  ADD ("/app/window/not-reloaded", test_not_reloaded);
  ADD ("/app/window/unload", test_unload);
  ADD ("/app/window/watch", test_watch);
  ADD ("/app/window/vanish", test_vanish);
  ADD ("/app/window/search", test_search);
  ADD ("/app/window/empty", test_empty);
  ADD ("/app/window/gone", test_gone);
  ADD ("/app/window/no-folder", test_no_folder);
  ADD ("/app/window/close", test_close);

  return app_driver_run_tests ();
}
