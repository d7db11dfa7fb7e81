/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is told while nobody looks at the window, by a service that takes the place of the
 * desktop's. There is no window manager here: in use is the window that came last. */

#include <glib/gstdio.h>

#include "app-driver.h"
#include "app-testing.h"
#include "notification-mock.h"

#define FEW 4

static const char *program;

typedef struct
{
  char *folder;
  char *other;
  AppDriver *app;
  NotificationMock *service;
  const char *title;
  guint n_expected;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = app_testing_make_folder ();
  fixture->other = app_testing_make_folder ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->app != NULL)
    app_driver_quit (fixture->app);
  g_clear_pointer (&fixture->service, notification_mock_free);
  app_testing_remove (fixture->folder);
  app_testing_remove (fixture->other);
  g_free (fixture->folder);
  g_free (fixture->other);
}

/* Opens @folder in the program that runs: its window is the one in use then. */
static void
look_at (const char *folder)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program, folder, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
  g_assert_no_error (error);
}

static void
start (Fixture    *fixture,
       const char *level)
{
  g_autofree char *settings = g_strdup_printf ("[io/github/luminal/Luminal]\nnotifications='%s'\n", level);

  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  fixture->app = app_driver_start_with_settings (program, fixture->folder, settings);
  app_driver_expect (fixture->app, "list item", "Simple, Running");
  look_at (fixture->other);
  app_driver_expect_active (fixture->app, FALSE);
}

static gboolean
is_shown (gpointer data)
{
  Fixture *fixture = data;

  return notification_mock_find (fixture->service, fixture->title) != NULL;
}

static gboolean
is_not_shown (gpointer data)
{
  return !is_shown (data);
}

static void
expect (Fixture    *fixture,
        const char *title)
{
  fixture->title = title;
  if (!app_testing_wait (is_shown, fixture))
    g_error ("There is no notification “%s”", title);
}

static void
expect_none (Fixture    *fixture,
             const char *title)
{
  fixture->title = title;
  if (!app_testing_wait (is_not_shown, fixture))
    g_error ("There is still a notification “%s”", title);
}

/* Told once, and shown in its details when it is pressed. */
static void
test_failure (Fixture       *fixture,
              gconstpointer  data)
{
  MockNotification *notification;

  fixture->service = notification_mock_new ();
  start (fixture, "failures");
  app_testing_put (fixture->folder, "start_fails.so", "simple.so");
  expect (fixture, "“Simple” was rolled back");
  notification = notification_mock_find (fixture->service, "“Simple”*");
  g_assert_true (g_pattern_match_simple ("*simple.so: start: *no luck today*", notification->body));

  notification_mock_click (fixture->service, notification);
  app_driver_expect_row (fixture->app, "Author", "*");
  app_driver_expect (fixture->app, "label", "*no luck today*");
  app_driver_expect_active (fixture->app, TRUE);
  g_assert_cmpuint (notification_mock_get (fixture->service)->len, ==, 1);
}

/* It is gone when it runs again. */
static void
test_recovery (Fixture       *fixture,
               gconstpointer  data)
{
  fixture->service = notification_mock_new ();
  start (fixture, "failures");
  app_testing_put (fixture->folder, "start_fails.so", "simple.so");
  expect (fixture, "“Simple” was rolled back");
  app_testing_put (fixture->folder, "simple_v2.so", "simple.so");
  expect_none (fixture, "*");
  app_driver_expect_row (fixture->app, "Simple, Running", "*2.0.0*");
  app_driver_expect_active (fixture->app, FALSE);
}

/* What never ran is called by its file; under whatever name it runs then, it runs. */
static void
test_never_ran (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->service = notification_mock_new ();
  start (fixture, "failures");
  app_testing_put_text (fixture->folder, "no module", "counter.so");
  expect (fixture, "“counter.so” failed");
  app_testing_put (fixture->folder, "counter_v1.so", "counter.so");
  app_driver_expect (fixture->app, "list item", "Counter, Running");
  expect_none (fixture, "*");
}

static void
test_crash (Fixture       *fixture,
            gconstpointer  data)
{
  fixture->service = notification_mock_new ();
  start (fixture, "failures");
  app_testing_put (fixture->folder, "../unruly/crasher.so", "crasher.so");
  app_driver_expect (fixture->app, "list item", "Crasher, Crashed");
  expect (fixture, "“Crasher” *");
}

static void
test_off (Fixture       *fixture,
          gconstpointer  data)
{
  fixture->service = notification_mock_new ();
  start (fixture, "off");
  app_testing_put (fixture->folder, "start_fails.so", "simple.so");
  app_driver_expect (fixture->app, "list item", "Simple, Rolled back");
  app_testing_put (fixture->folder, "simple_v2.so", "simple.so");
  app_driver_expect_row (fixture->app, "Simple, Running", "*2.0.0*");
  g_assert_cmpuint (notification_mock_get (fixture->service)->len, ==, 0);
}

static void
test_all (Fixture       *fixture,
          gconstpointer  data)
{
  fixture->service = notification_mock_new ();
  start (fixture, "all");
  app_testing_put (fixture->folder, "start_fails.so", "simple.so");
  expect (fixture, "“Simple” was rolled back");
  app_testing_put (fixture->folder, "simple_v2.so", "simple.so");
  expect (fixture, "“Simple” runs again");
  expect_none (fixture, "“Simple” was rolled back");

  /* That it goes on is no news. */
  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  app_driver_expect_row (fixture->app, "Simple, Running", "*1.0.0*");
  expect_none (fixture, "*");
  g_assert_cmpuint (notification_mock_get (fixture->service)->len, ==, 2);
}

/* Who looks at the window sees it there. */
static void
test_in_use (Fixture       *fixture,
             gconstpointer  data)
{
  fixture->service = notification_mock_new ();
  start (fixture, "failures");
  app_testing_put (fixture->folder, "start_fails.so", "simple.so");
  expect (fixture, "“Simple” was rolled back");
  look_at (fixture->folder);
  app_driver_expect_active (fixture->app, TRUE);
  expect_none (fixture, "*");

  app_testing_put (fixture->folder, "simple_v2.so", "simple.so");
  app_driver_expect_row (fixture->app, "Simple, Running", "*2.0.0*");
  app_testing_put (fixture->folder, "start_fails.so", "simple.so");
  app_driver_expect (fixture->app, "list item", "Simple, Rolled back");
  g_assert_cmpuint (notification_mock_get (fixture->service)->len, ==, 1);
}

/* A few by themselves, and all others in one. */
static void
test_many (Fixture       *fixture,
           gconstpointer  data)
{
  GPtrArray *notifications;

  fixture->service = notification_mock_new ();
  start (fixture, "failures");
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("bad-%02u.so", i);

      app_testing_put_text (fixture->folder, "no module", name);
    }
  app_driver_expect (fixture->app, "label", "41 photons · 40 failed");
  expect (fixture, "36 more photons failed");
  notifications = notification_mock_get (fixture->service);
  g_assert_cmpuint (notifications->len, >=, FEW + 1);
  g_assert_cmpuint (notifications->len, <, 40);

  /* They go with the window that they are about. */
  app_driver_quit (g_steal_pointer (&fixture->app));
  expect_none (fixture, "*");
}

/* Nobody to tell is no reason to complain, and GIO would: all warnings are fatal here. */
static void
test_no_service (Fixture       *fixture,
                 gconstpointer  data)
{
  start (fixture, "failures");
  app_testing_put (fixture->folder, "start_fails.so", "simple.so");
  app_driver_expect (fixture->app, "list item", "Simple, Rolled back");
  app_testing_put (fixture->folder, "simple_v2.so", "simple.so");
  app_driver_expect_row (fixture->app, "Simple, Running", "*2.0.0*");

  /* It may come later. */
  fixture->service = notification_mock_new ();
  app_testing_put (fixture->folder, "start_fails.so", "simple.so");
  expect (fixture, "“Simple” was rolled back");
}

int
main (int    argc,
      char **argv)
{
  program = app_driver_init (argc, argv);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/app/notifications/failure", test_failure);
  ADD ("/app/notifications/recovery", test_recovery);
  ADD ("/app/notifications/never-ran", test_never_ran);
  ADD ("/app/notifications/crash", test_crash);
  ADD ("/app/notifications/off", test_off);
  ADD ("/app/notifications/all", test_all);
  ADD ("/app/notifications/in-use", test_in_use);
  ADD ("/app/notifications/many", test_many);
  ADD ("/app/notifications/no-service", test_no_service);

  return app_driver_run_tests ();
}
