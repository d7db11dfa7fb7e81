/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The parts of the window, without the window: words, filters, folders. */

#include <gtk/gtk.h>
#include <luminal.h>

#include "app-testing.h"
#include "luminal-look.h"
#include "luminal-photon-filter.h"
#include "luminal-session.h"
#include "luminal-tally.h"
#include "luminal-words.h"

typedef struct
{
  char *folder;
  LuminalSession *session;
  LuminalSessionState wanted;
} Fixture;

static gboolean
is_in_state (gpointer data)
{
  Fixture *fixture = data;

  return luminal_session_get_state (fixture->session) == fixture->wanted;
}

static void
wait_for_state (Fixture             *fixture,
                LuminalSessionState  state)
{
  fixture->wanted = state;
  g_assert_true (app_testing_wait (is_in_state, fixture));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = app_testing_make_folder ();
  fixture->session = luminal_session_new ();
}

static void
closed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (luminal_session_close_finish (LUMINAL_SESSION (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gboolean closed = FALSE;

  luminal_session_close_async (fixture->session, closed_cb, &closed);
  g_assert_true (app_testing_wait (is_true, &closed));
  g_assert_cmpuint (
    g_list_model_get_n_items (G_LIST_MODEL (luminal_session_get_loader (fixture->session))), ==, 0);
  g_assert_finalize_object (fixture->session);
  app_testing_remove (fixture->folder);
  g_free (fixture->folder);
}

static void
open_folder (Fixture *fixture)
{
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->folder);

  luminal_session_open (fixture->session, folder, TRUE);
}

static LuminalHandler *
find (Fixture    *fixture,
      const char *name)
{
  LuminalHandler *handler =
    luminal_loader_lookup (luminal_session_get_loader (fixture->session), name);

  g_assert_nonnull (handler);

  return handler;
}

/* Words */

static void
test_duration (void)
{
  static const struct
  {
    gint64 microseconds;
    const char *text;
  } cases[] = {
    { -1, "0 µs" },         { 0, "0 µs" },           { 999, "999 µs" },   { 2140, "2.1 ms" },
    { 99000, "99.0 ms" },   { 250400, "250 ms" },    { 1500000, "1.5 s" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = luminal_look_duration (cases[i].microseconds);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_file_name (void)
{
  static const struct
  {
    const char *path;
    const char *name;
  } cases[] = {
    { "/a/b/ticker.so", "ticker.so" },
    { "/a/b/with space & <b>.so", "with space & <b>.so" },
    { "/a/b/two\nlines.so", "two lines.so" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GFile) file = g_file_new_for_path (cases[i].path);
      g_autofree char *name = luminal_look_file_name (file);

      g_assert_cmpstr (name, ==, cases[i].name);
    }
}

static void
test_folder (void)
{
  g_autofree char *inside = g_build_filename (g_get_home_dir (), "my photons", NULL);
  g_autoptr (GFile) home = g_file_new_for_path (inside);
  g_autoptr (GFile) other = g_file_new_for_path ("/opt/a & b");
  g_autofree char *home_path = luminal_words_folder_path (home);
  g_autofree char *home_name = luminal_words_folder_name (home);
  g_autofree char *other_path = luminal_words_folder_path (other);

  g_assert_cmpstr (home_path, ==, "~/my photons");
  g_assert_cmpstr (home_name, ==, "my photons");
  g_assert_cmpstr (other_path, ==, "/opt/a & b");
}

static void
test_message (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "one\ntwo");
  g_autofree char *message = luminal_look_message (error);
  g_autofree char *line = luminal_look_first_line (error);
  g_autofree char *valid = NULL;

  g_assert_cmpstr (message, ==, "one\ntwo");
  g_assert_cmpstr (line, ==, "one");

  g_free (error->message);
  error->message = g_strdup ("no \xff text");
  valid = luminal_look_message (error);
  g_assert_true (g_utf8_validate (valid, -1, NULL));
  g_assert_true (g_str_has_prefix (valid, "no "));
}

static void
test_tally (void)
{
  static const struct
  {
    LuminalTally tally;
    guint shown;
    const char *text;
  } cases[] = {
    { { .total = 0 }, 0, "0 photons" },
    { { .total = 1 }, 1, "1 photon" },
    { { .total = 12, .failed = 1 }, 12, "12 photons · 1 failed" },
    { { .total = 12, .failed = 1, .warned = 2 }, 3, "3 of 12 photons · 1 failed · 2 not reloaded" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = luminal_tally_to_text (&cases[i].tally, cases[i].shown);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* Folders */

static void
test_open (Fixture       *fixture,
           gconstpointer  data)
{
  LuminalTally tally;

  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  app_testing_put_text (fixture->folder, "this is no module", "broken.so");

  open_folder (fixture);
  g_assert_cmpint (luminal_session_get_state (fixture->session), ==, LUMINAL_SESSION_SCANNING);
  wait_for_state (fixture, LUMINAL_SESSION_READY);

  g_assert_true (luminal_session_get_watching (fixture->session));
  g_assert_cmpint (luminal_look_of (find (fixture, "Simple")), ==, LUMINAL_LOOK_RUNNING);

  luminal_tally_count (&tally, G_LIST_MODEL (luminal_session_get_loader (fixture->session)));
  g_assert_cmpuint (tally.total, ==, 2);
  g_assert_cmpuint (tally.failed, ==, 1);
}

static gboolean
is_started (gpointer data)
{
  return luminal_look_of (find (data, "Simple")) == LUMINAL_LOOK_RUNNING;
}

static void
test_open_unwatched (Fixture       *fixture,
                     gconstpointer  data)
{
  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");

  luminal_session_set_watch (fixture->session, FALSE);
  open_folder (fixture);
  wait_for_state (fixture, LUMINAL_SESSION_READY);

  g_assert_true (app_testing_wait (is_started, fixture));
  g_assert_false (luminal_session_get_watching (fixture->session));
}

static gboolean
is_changed (gpointer data)
{
  return luminal_handler_get_changed_on_disk (find (data, "Simple"));
}

static gboolean
is_reloaded (gpointer data)
{
  return luminal_handler_get_generation (find (data, "Simple")) == 2;
}

/* While nobody watches, changes are told of, and put to work when somebody does again. */
static void
test_watch (Fixture       *fixture,
            gconstpointer  data)
{
  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  open_folder (fixture);
  wait_for_state (fixture, LUMINAL_SESSION_READY);

  luminal_session_set_watch (fixture->session, FALSE);
  g_assert_false (luminal_session_get_watching (fixture->session));
  app_testing_put (fixture->folder, "simple_v2.so", "simple.so");
  g_assert_true (app_testing_wait (is_changed, fixture));
  g_assert_cmpuint (luminal_handler_get_generation (find (fixture, "Simple")), ==, 1);

  luminal_session_set_watch (fixture->session, TRUE);
  g_assert_true (luminal_session_get_watching (fixture->session));
  g_assert_true (app_testing_wait (is_reloaded, fixture));
  g_assert_false (is_changed (fixture));
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  open_folder (fixture);
  wait_for_state (fixture, LUMINAL_SESSION_EMPTY);

  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  wait_for_state (fixture, LUMINAL_SESSION_READY);
}

static void
test_gone (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "not & there", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);

  luminal_session_open (fixture->session, folder, TRUE);
  wait_for_state (fixture, LUMINAL_SESSION_UNAVAILABLE);
  g_assert_error (luminal_session_get_error (fixture->session),
                  LUMINAL_ERROR, LUMINAL_ERROR_DIRECTORY_NOT_FOUND);
  g_assert_false (luminal_session_get_watch (fixture->session));

  g_assert_true (g_file_make_directory (folder, NULL, NULL));
  app_testing_put (path, "simple_v1.so", "simple.so");
  luminal_session_retry (fixture->session);
  wait_for_state (fixture, LUMINAL_SESSION_READY);
}

static gboolean
is_in_inner_folder (gpointer data)
{
  Fixture *fixture = data;
  LuminalLoader *loader = luminal_session_get_loader (fixture->session);
  GFile *folder = luminal_loader_get_directory (loader);

  return folder != NULL && g_file_equal (folder, luminal_session_get_folder (fixture->session)) &&
         luminal_session_get_state (fixture->session) == LUMINAL_SESSION_READY;
}

/* Of the first folder only what is in the second too may be left. */
static void
test_open_another (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "inner", NULL);
  g_autoptr (GFile) inner = g_file_new_for_path (path);
  LuminalLoader *loader = luminal_session_get_loader (fixture->session);

  g_assert_true (g_file_make_directory (inner, NULL, NULL));
  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  app_testing_put (path, "counter_v1.so", "counter.so");

  open_folder (fixture);
  wait_for_state (fixture, LUMINAL_SESSION_READY);
  g_assert_nonnull (luminal_loader_lookup (loader, "Counter"));

  luminal_session_open (fixture->session, inner, TRUE);
  g_assert_true (app_testing_wait (is_in_inner_folder, fixture));
  g_assert_null (luminal_loader_lookup (loader, "Simple"));
  g_assert_nonnull (luminal_loader_lookup (loader, "Counter"));
}

/* Closed in the middle of a scan; tear_down() waits for the end. */
static void
test_close_early (Fixture       *fixture,
                  gconstpointer  data)
{
  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  open_folder (fixture);
}

static void
unloaded_cb (LuminalSession *session,
             const char     *name,
             GFile          *file,
             GFile         **unloaded)
{
  g_assert_cmpstr (name, ==, "Simple");
  g_set_object (unloaded, file);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static gboolean
is_there_again (gpointer data)
{
  Fixture *fixture = data;

  return luminal_loader_lookup (luminal_session_get_loader (fixture->session), "Simple") != NULL;
}

static void
test_unload (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GFile) unloaded = NULL;

  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  open_folder (fixture);
  wait_for_state (fixture, LUMINAL_SESSION_READY);

  g_signal_connect (fixture->session, "unloaded", G_CALLBACK (unloaded_cb), &unloaded);
  luminal_session_unload (fixture->session, find (fixture, "Simple"));
  g_assert_true (app_testing_wait (is_set, &unloaded));

  /* It can be loaded again, so there is something to show. */
  g_assert_cmpint (luminal_session_get_state (fixture->session), ==, LUMINAL_SESSION_READY);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (luminal_session_get_roster (fixture->session))), ==, 1);

  luminal_session_load (fixture->session, unloaded);
  g_assert_true (app_testing_wait (is_there_again, fixture));
  g_assert_true (app_testing_wait (is_started, fixture));
}

/* Filter */

static void
assert_fits (Fixture    *fixture,
             const char *search,
             const char *name,
             gboolean    fits)
{
  g_autoptr (LuminalPhotonFilter) filter = luminal_photon_filter_new ();

  luminal_photon_filter_set_search (filter, search);
  if (gtk_filter_match (GTK_FILTER (filter), find (fixture, name)) != fits)
    g_error ("“%s” %s %s", search, fits ? "leaves out" : "lets through", name);
}

static void
test_filter (Fixture       *fixture,
             gconstpointer  data)
{
  static const struct
  {
    const char *search;
    gboolean simple;
    gboolean broken;
  } cases[] = {
    { "", TRUE, TRUE },
    { "  ", TRUE, TRUE },
    { "simp", TRUE, FALSE },
    { "SIMPLE", TRUE, FALSE },
    { ".so", TRUE, TRUE },
    { "ada", TRUE, FALSE },
    { "lovelace simple", TRUE, FALSE },
    { "simple grüße", FALSE, FALSE },
    { "GRÜSSE", FALSE, TRUE },
    { "GRÜß", FALSE, TRUE },
    { "name:grü", FALSE, TRUE },
    { "tag:simple", TRUE, FALSE },
    { "tag:ada", FALSE, FALSE },
    { "author:ADA", TRUE, FALSE },
    { "file:first", TRUE, FALSE },
    { "name:first", FALSE, FALSE },
    { "status:failed", FALSE, TRUE },
    { "status:fail", FALSE, TRUE },
    { "status:problem", FALSE, TRUE },
    { "status:running", TRUE, FALSE },
    { "status:running tag:test", TRUE, FALSE },
    { "status:", TRUE, TRUE },
    { "status:nonsense", FALSE, FALSE },
  };

  app_testing_put (fixture->folder, "simple_v1.so", "first.so");
  app_testing_put_text (fixture->folder, "this is no module", "Grüße.so");
  open_folder (fixture);
  wait_for_state (fixture, LUMINAL_SESSION_READY);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      assert_fits (fixture, cases[i].search, "Simple", cases[i].simple);
      assert_fits (fixture, cases[i].search, "Grüße.so", cases[i].broken);
    }
}

static void
count_cb (GtkFilter       *filter,
          GtkFilterChange  change,
          guint           *count)
{
  (*count)++;
}

static void
test_filter_changes (void)
{
  g_autoptr (LuminalPhotonFilter) filter = luminal_photon_filter_new ();
  guint n_changes = 0;

  g_signal_connect (filter, "changed", G_CALLBACK (count_cb), &n_changes);
  g_assert_cmpint (gtk_filter_get_strictness (GTK_FILTER (filter)), ==, GTK_FILTER_MATCH_ALL);

  luminal_photon_filter_set_search (filter, "a");
  luminal_photon_filter_set_search (filter, "a");
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpint (gtk_filter_get_strictness (GTK_FILTER (filter)), ==, GTK_FILTER_MATCH_SOME);

  luminal_photon_filter_states_changed (filter);
  g_assert_cmpuint (n_changes, ==, 1);

  luminal_photon_filter_set_search (filter, "status:failed");
  luminal_photon_filter_states_changed (filter);
  g_assert_cmpuint (n_changes, ==, 3);

  luminal_photon_filter_set_search (filter, NULL);
  g_assert_cmpstr (luminal_photon_filter_get_search (filter), ==, "");
  g_assert_cmpint (gtk_filter_get_strictness (GTK_FILTER (filter)), ==, GTK_FILTER_MATCH_ALL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/look/duration", test_duration);
  g_test_add_func ("/app/look/file-name", test_file_name);
  g_test_add_func ("/app/words/folder", test_folder);
  g_test_add_func ("/app/look/message", test_message);
  g_test_add_func ("/app/tally/text", test_tally);
  g_test_add_func ("/app/filter/changes", test_filter_changes);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/app/filter/terms", test_filter);
  ADD ("/app/session/open", test_open);
  ADD ("/app/session/open-unwatched", test_open_unwatched);
  ADD ("/app/session/open-another", test_open_another);
  ADD ("/app/session/watch", test_watch);
  ADD ("/app/session/empty", test_empty);
  ADD ("/app/session/gone", test_gone);
  ADD ("/app/session/close-early", test_close_early);
  ADD ("/app/session/unload", test_unload);

  return g_test_run ();
}
