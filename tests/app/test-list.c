/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of photons in the real window: each state, each thing that is done with one, with
 * several, with all. */

#include <glib/gstdio.h>

#include "app-driver.h"
#include "app-testing.h"

static const char *program;

static void
start_with_three (AppFixture *fixture)
{
  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  app_testing_put (fixture->folder, "counter_v1.so", "counter.so");
  app_testing_put (fixture->folder, "ticker.so", "ticker.so");
  fixture->app = app_driver_start (program, fixture->folder);
  app_driver_expect (fixture->app, "list item", "Simple, Running");
  app_driver_expect (fixture->app, "list item", "Counter, Running");
  app_driver_expect (fixture->app, "list item", "Ticker, Running");
}

static void
show_menu (AppFixture *fixture,
           const char *row)
{
  app_driver_select (fixture->app, "list item", row);
  app_driver_act (fixture->app, "win.row-menu");
}

static void
stop_watching (AppFixture *fixture)
{
  app_driver_press (fixture->app, SWITCH, "Watch");
  app_driver_expect (fixture->app, "label", "Not watching*");
}

/* Every item of it, as the photon goes from one state to another. */
static void
test_menu (AppFixture    *fixture,
           gconstpointer  data)
{
  start_with_three (fixture);

  show_menu (fixture, "Simple, Running");
  app_driver_expect (fixture->app, MENU_ITEM, "Force Stop");
  app_driver_expect_none (fixture->app, MENU_ITEM, "Start");
  app_driver_press (fixture->app, MENU_ITEM, "Stop");
  app_driver_expect (fixture->app, "list item", "Simple, Stopped");

  show_menu (fixture, "Simple, Stopped");
  app_driver_press (fixture->app, MENU_ITEM, "Start");
  app_driver_expect (fixture->app, "list item", "Simple, Running");

  show_menu (fixture, "Simple, Running");
  app_driver_press (fixture->app, MENU_ITEM, "Reload");
  app_driver_expect_row (fixture->app, "Simple, Running", "*generation 2*");

  show_menu (fixture, "Simple, Running");
  app_driver_press (fixture->app, MENU_ITEM, "Force Stop");
  app_driver_expect (fixture->app, "list item", "Simple, Stopped");

  show_menu (fixture, "Simple, Stopped");
  app_driver_press (fixture->app, MENU_ITEM, "Unload");
  app_driver_expect (fixture->app, "list item", "Simple, Unloaded");

  show_menu (fixture, "Simple, Unloaded");
  app_driver_expect_none (fixture->app, MENU_ITEM, "Unload");
  app_driver_press (fixture->app, MENU_ITEM, "Load");
  app_driver_expect (fixture->app, "list item", "Simple, Running");

  show_menu (fixture, "Simple, Running");
  app_driver_press (fixture->app, MENU_ITEM, "Copy Path");
  app_driver_expect (fixture->app, "label", "Copied");

  show_menu (fixture, "Simple, Running");
  app_driver_press (fixture->app, MENU_ITEM, "Output");
  app_driver_expect (fixture->app, BUTTON, "Errors");

  show_menu (fixture, "Simple, Running");
  app_driver_press (fixture->app, MENU_ITEM, "Select");
  app_driver_expect (fixture->app, "label", "1 selected");
}

/* Unloaded, loaded again: the buttons of a row. */
static void
test_unloaded (AppFixture    *fixture,
               gconstpointer  data)
{
  start_with_three (fixture);

  app_driver_press (fixture->app, BUTTON, "Unload Ticker");
  app_driver_expect_row (fixture->app, "Ticker, Unloaded", "ticker.so · *");
  app_driver_expect (fixture->app, "label", "3 photons · 1 unloaded");
  app_driver_press (fixture->app, BUTTON, "Load Ticker");
  app_driver_expect (fixture->app, "list item", "Ticker, Running");
  app_driver_expect (fixture->app, "label", "3 photons");
}

static void
test_changed_on_disk (AppFixture    *fixture,
                      gconstpointer  data)
{
  start_with_three (fixture);
  stop_watching (fixture);

  app_testing_put (fixture->folder, "simple_v2.so", "simple.so");
  app_driver_expect (fixture->app, "image", "Changed on disk");
  app_driver_expect (fixture->app, "label", "1 photon changed on disk");
  app_testing_put (fixture->folder, "counter_v2.so", "counter.so");
  app_driver_expect (fixture->app, "label", "2 photons changed on disk");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · 1.0.0 · generation 1 · *");

  app_driver_press (fixture->app, BUTTON, "*Reload Changed (2)");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · 2.0.0 · generation 2 · *");
  app_driver_expect_row (fixture->app, "Counter, Running", "counter.so · 2.0.0 · generation 2 · *");
  app_driver_expect_none (fixture->app, "label", "* changed on disk");
  app_driver_expect_row (fixture->app, "Ticker, Running", "*generation 1*");
}

static void
test_file_gone (AppFixture    *fixture,
                gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "ticker.so", NULL);

  start_with_three (fixture);
  stop_watching (fixture);

  g_assert_cmpint (g_unlink (path), ==, 0);
  app_driver_expect_row (fixture->app, "Ticker, Running, file is gone", "ticker.so · file is gone");
  app_testing_put (fixture->folder, "ticker.so", "ticker.so");
  app_driver_expect (fixture->app, "list item", "Ticker, Running");

  g_assert_cmpint (g_unlink (path), ==, 0);
  app_driver_expect (fixture->app, "list item", "Ticker, Running, file is gone");
  app_driver_press (fixture->app, SWITCH, "Watch");
  app_driver_expect_row (fixture->app, "Ticker, File is gone", "ticker.so · file is gone");
  app_driver_expect (fixture->app, "label", "3 photons · 1 unloaded");
}

static void
test_failed (AppFixture    *fixture,
             gconstpointer  data)
{
  start_with_three (fixture);
  app_testing_put_text (fixture->folder, "this is no module", "broken.so");

  app_driver_expect (fixture->app, "list item", "broken.so, Failed");
  app_driver_press (fixture->app, BUTTON, "*Show Failed");
  app_driver_expect_none (fixture->app, "list item", "Simple, *");
  app_driver_expect (fixture->app, "label", "1 of 4 photons · 1 failed");
  app_driver_press (fixture->app, BUTTON, "*Show All");
  app_driver_expect (fixture->app, "list item", "Simple, Running");

  show_menu (fixture, "broken.so, Failed");
  app_driver_press (fixture->app, MENU_ITEM, "Copy Error");
  app_driver_expect (fixture->app, "label", "Copied");
}

static void
test_crashed (AppFixture    *fixture,
              gconstpointer  data)
{
  start_with_three (fixture);
  app_testing_put (fixture->folder, "../unruly/crasher.so", "crasher.so");

  app_driver_expect_row (fixture->app, "Crasher, Crashed", "Crashed at *: SIGSEGV*");
  app_driver_expect (fixture->app, "label", "“Crasher” crashed");
  app_driver_expect (fixture->app, BUTTON, "*Restart");
}

/* Problems come first, and one key goes from one to the next. */
static void
test_order (AppFixture    *fixture,
            gconstpointer  data)
{
  start_with_three (fixture);
  app_driver_expect_order (fixture->app, "Counter, *", "Simple, *");
  app_driver_expect_order (fixture->app, "Simple, *", "Ticker, *");

  app_testing_put_text (fixture->folder, "this is no module", "ticker.so");
  app_testing_put_text (fixture->folder, "this is no module", "zz.so");
  app_driver_expect (fixture->app, "list item", "zz.so, Failed");
  app_driver_expect_order (fixture->app, "zz.so, *", "Ticker, *");
  app_driver_expect_order (fixture->app, "Ticker, *", "Counter, *");

  app_driver_act (fixture->app, "win.next-problem");
  app_driver_act (fixture->app, "win.details");
  app_driver_expect (fixture->app, "label", "zz.so");
  app_driver_act (fixture->app, "win.next-problem");
  app_driver_expect_row (fixture->app, "Path", "*/ticker.so");
  app_driver_act (fixture->app, "win.next-problem");
  app_driver_expect_row (fixture->app, "Path", "*/zz.so");
  app_driver_act (fixture->app, "win.previous-problem");
  app_driver_expect_row (fixture->app, "Path", "*/ticker.so");
}

static void
test_several (AppFixture    *fixture,
              gconstpointer  data)
{
  start_with_three (fixture);

  app_driver_press (fixture->app, BUTTON, "Select Photons");
  app_driver_expect (fixture->app, "label", "0 selected");
  app_driver_expect_none (fixture->app, BUTTON, "Reload Simple");
  app_driver_act (fixture->app, "win.choose-all");
  app_driver_expect (fixture->app, "label", "3 selected");
  app_driver_act (fixture->app, "win.choose-others");
  app_driver_expect (fixture->app, "label", "0 selected");
  app_driver_act_on (fixture->app, "list item", "Simple, Running", "row.choose");
  app_driver_act_on (fixture->app, "list item", "Counter, Running", "row.choose");
  app_driver_expect (fixture->app, "label", "2 selected");

  app_driver_press (fixture->app, BUTTON, "Stop Selected");
  app_driver_expect (fixture->app, "list item", "Simple, Stopped");
  app_driver_expect (fixture->app, "list item", "Counter, Stopped");
  app_driver_expect (fixture->app, "list item", "Ticker, Running");
  app_driver_press (fixture->app, BUTTON, "Start Selected");
  app_driver_expect (fixture->app, "list item", "Simple, Running");
  app_driver_expect (fixture->app, "list item", "Counter, Running");
  app_driver_press (fixture->app, BUTTON, "Reload Selected");
  app_driver_expect_row (fixture->app, "Simple, Running", "*generation 2*");
  app_driver_expect_row (fixture->app, "Counter, Running", "*generation 2*");
  app_driver_expect_row (fixture->app, "Ticker, Running", "*generation 1*");

  /* What a search hides is picked out still. */
  app_driver_press (fixture->app, BUTTON, "Search");
  app_driver_type (fixture->app, "Search Photons", "simple");
  app_driver_expect (fixture->app, "label", "2 selected, 1 hidden");
  app_driver_press (fixture->app, BUTTON, "Unload Selected");
  app_driver_type (fixture->app, "Search Photons", "");
  app_driver_expect (fixture->app, "list item", "Simple, Unloaded");
  app_driver_expect (fixture->app, "list item", "Counter, Unloaded");
  app_driver_press (fixture->app, BUTTON, "Start Selected");
  app_driver_expect (fixture->app, "list item", "Simple, Running");
  app_driver_expect (fixture->app, "list item", "Counter, Running");

  app_driver_press (fixture->app, BUTTON, "Select Photons");
  app_driver_expect_none (fixture->app, "label", "* selected*");
  app_driver_expect (fixture->app, BUTTON, "Reload Simple");
}

/* One that cannot be reloaded, and none is. */
static void
test_all_or_none (AppFixture    *fixture,
                  gconstpointer  data)
{
  start_with_three (fixture);
  stop_watching (fixture);
  app_testing_put_text (fixture->folder, "this is no module", "simple.so");
  app_driver_expect (fixture->app, "label", "1 photon changed on disk");

  app_driver_act (fixture->app, "win.choose-all");
  app_driver_expect (fixture->app, "label", "3 selected");
  app_driver_press (fixture->app, BUTTON, "Reload Selected");
  app_driver_expect (fixture->app, "list item", "Simple, Running, not reloaded");
  app_driver_expect_row (fixture->app, "Counter, Running*", "*eneration 1*");
  app_driver_expect_row (fixture->app, "Ticker, Running*", "*eneration 1*");
}

static void
test_reload_shown (AppFixture    *fixture,
                   gconstpointer  data)
{
  start_with_three (fixture);

  app_driver_press (fixture->app, BUTTON, "Search");
  app_driver_type (fixture->app, "Search Photons", "file:simple");
  app_driver_expect (fixture->app, "label", "1 of 3 photons");
  app_driver_act (fixture->app, "win.reload-all");
  app_driver_expect_row (fixture->app, "Simple, Running", "*generation 2*");
  app_driver_act (fixture->app, "win.reset-search");
  app_driver_expect_row (fixture->app, "Counter, Running", "*generation 1*");
  app_driver_expect_row (fixture->app, "Ticker, Running", "*generation 1*");
  app_driver_act (fixture->app, "win.reload-all");
  app_driver_expect_row (fixture->app, "Simple, Running", "*generation 3*");
  app_driver_expect_row (fixture->app, "Counter, Running", "*generation 2*");
}

/* Names, tags and descriptions that hold markup, other directions, or far too much. */
static void
test_bad_texts (AppFixture    *fixture,
                gconstpointer  data)
{
  app_testing_put (fixture->folder, "bad_texts.so", "bad & <i>.so");
  fixture->app = app_driver_start (program, fixture->folder);

  app_driver_expect_row (fixture->app, "<b>a &amp; & b</b>, Running", "bad & <i>.so · *");
  app_driver_expect (fixture->app, "label", "<b>a &amp; & b</b>");
  app_driver_expect (fixture->app, "label", "<i>tag</i>");
  app_driver_expect (fixture->app, "list item", "nnnnnnnnnn*nn, Running");
  app_driver_expect (fixture->app, "list item", "שלום \\u202eturned, Running");

  for (guint i = 0; i < 3; i++)
    {
      static const char *const rows[] = { "<b>a*, Running", "nnnnnnnnnn*, Running", "שלום*, Running" };

      show_menu (fixture, rows[i]);
      app_driver_press (fixture->app, MENU_ITEM, "Details");
      app_driver_expect_row (fixture->app, "Path", "*/bad & <i>.so");
    }
  app_driver_press (fixture->app, BUTTON, "Unload <b>a*");
  app_driver_expect (fixture->app, "list item", "<b>a*, Unloaded");
  app_driver_expect (fixture->app, "list item", "nnnn*, Unloaded");
}

/* One that is saved all the time is not told of all the time: its row stays, and nothing
 * is in the way of using it. */
static void
test_storm (AppFixture    *fixture,
            gconstpointer  data)
{
  start_with_three (fixture);

  for (guint i = 0; i < 100; i++)
    app_testing_put (fixture->folder, i % 2 == 0 ? "simple_v2.so" : "simple_v1.so", "simple.so");
  app_testing_put (fixture->folder, "simple_v2.so", "simple.so");
  app_driver_expect_row (fixture->app, "Simple, Running", "simple.so · 2.0.0 · *");
  app_driver_expect (fixture->app, "label", "3 photons");
  app_driver_assert_none (fixture->app, "label", "“Simple” *");
}

/* A thousand at once: one toast, one banner, and the window is there all the time. */
static void
test_many_failures (AppFixture    *fixture,
                    gconstpointer  data)
{
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("bad%04u.so", i);

      app_testing_put_text (fixture->folder, "this is no module", name);
    }
  fixture->app = app_driver_start (program, fixture->folder);

  app_driver_expect (fixture->app, "label", "1000 photons · 1000 failed");
  app_driver_expect (fixture->app, "label", "1000 photons failed");
  app_driver_assert_none (fixture->app, "label", "“bad*” failed");
}

int
main (int    argc,
      char **argv)
{
  program = app_driver_init (argc, argv);

#define ADD(path, func) g_test_add (path, AppFixture, NULL, app_fixture_set_up, func, app_fixture_tear_down)
  ADD ("/app/list/menu", test_menu);
  ADD ("/app/list/unloaded", test_unloaded);
  ADD ("/app/list/changed-on-disk", test_changed_on_disk);
  ADD ("/app/list/file-gone", test_file_gone);
  ADD ("/app/list/failed", test_failed);
  ADD ("/app/list/crashed", test_crashed);
  ADD ("/app/list/order", test_order);
  ADD ("/app/list/several", test_several);
  ADD ("/app/list/all-or-none", test_all_or_none);
  ADD ("/app/list/reload-shown", test_reload_shown);
  ADD ("/app/list/bad-texts", test_bad_texts);
  ADD ("/app/list/storm", test_storm);
  ADD ("/app/list/many-failures", test_many_failures);

  return app_driver_run_tests ();
}
