/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window's lists are made of: text, output, photons in order. */

#include <glib/gstdio.h>
#include <gtk/gtk.h>
#include <luminal.h>

#include "app-testing.h"
#include "luminal-choice.h"
#include "luminal-output-book.h"
#include "luminal-output-log.h"
#include "luminal-photon-filter.h"
#include "luminal-roster.h"
#include "luminal-session.h"
#include "luminal-sorted-list.h"
#include "luminal-visible.h"
#include "luminal-words.h"

static void
test_visible (void)
{
  static const struct
  {
    const char *text;
    const char *line;
    const char *lines;
  } cases[] = {
    { "plain <b>&amp;", "plain <b>&amp;", "plain <b>&amp;" },
    { "a\tb", "a    b", "a    b" },
    { "one\ntwo\r", "one\\ntwo\\r", "one\ntwo\\r" },
    { "\x1b[31mred\x07", "\\x1b[31mred\\x07", "\\x1b[31mred\\x07" },
    { "\u202eturned\u2066", "\\u202eturned\\u2066", "\\u202eturned\\u2066" },
    { "שלום", "שלום", "שלום" },
    { "no \xff text", "no � text", "no � text" },
    { "", "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize n_left_out = 99;
      g_autofree char *line = luminal_visible_line (cases[i].text, 0, &n_left_out);
      g_autofree char *lines = luminal_visible_text (cases[i].text);

      g_assert_cmpstr (line, ==, cases[i].line);
      g_assert_cmpstr (lines, ==, cases[i].lines);
      g_assert_cmpuint (n_left_out, ==, 0);
    }
}

static void
test_visible_length (void)
{
  gsize n_left_out;
  g_autofree char *cut = luminal_visible_line ("äöüß", 3, &n_left_out);
  g_autofree char *whole = NULL;

  g_autofree char *start = luminal_visible_start ("äö\nüß", 4);
  g_autofree char *all = luminal_visible_start ("äö\nü", 4);

  g_assert_cmpstr (cut, ==, "äöü");
  g_assert_cmpstr (start, ==, "äö\nü…");
  g_assert_cmpstr (all, ==, "äö\nü");
  g_assert_cmpuint (n_left_out, ==, 1);
  whole = luminal_visible_line ("äöüß", 4, &n_left_out);
  g_assert_cmpstr (whole, ==, "äöüß");
  g_assert_cmpuint (n_left_out, ==, 0);
}

static void
test_uptime (void)
{
  static const struct
  {
    gint64 seconds;
    const char *text;
    guint next;
  } cases[] = {
    { 0, "0 s", 1 },
    { 59, "59 s", 1 },
    { 60, "1 min", 60 },
    { 119, "1 min", 1 },
    { 3600, "1 h 0 min", 60 },
    { 8055, "2 h 14 min", 45 },
    { 90000, "1 d 1 h", 60 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint next;
      g_autofree char *text = luminal_words_uptime (cases[i].seconds, &next);

      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpuint (next, ==, cases[i].next);
    }
}

/* Output */

static void
add (LuminalOutputLog *log,
     guint             generation,
     const char       *text)
{
  luminal_output_log_add (log, generation, LUMINAL_STREAM_PRINT, 1, text);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Each line, a divider as its generation's number. */
static char *
describe (LuminalOutputLog *log)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (log)); i++)
    {
      g_autoptr (LuminalOutputItem) item = g_list_model_get_item (G_LIST_MODEL (log), i);

      if (luminal_output_item_is_divider (item))
        g_string_append_printf (text, "[%u] ", luminal_output_item_get_generation (item));
      else
        g_string_append_printf (text, "%s ", luminal_output_item_get_text (item));
    }

  return g_string_free (text, FALSE);
}

static void
assert_log (LuminalOutputLog *log,
            const char       *expected)
{
  g_autofree char *text = NULL;

  settle ();
  text = describe (log);
  g_assert_cmpstr (text, ==, expected);
}

/* What was reported adds up to what there is. */
static void
count_cb (GListModel *model,
          guint       position,
          guint       n_removed,
          guint       n_added,
          guint      *n_items)
{
  g_assert_cmpuint (position + n_removed, <=, *n_items);
  *n_items += n_added;
  *n_items -= n_removed;
  g_assert_cmpuint (*n_items, ==, g_list_model_get_n_items (model));
}

static void
test_log (void)
{
  LuminalOutputLog *log = luminal_output_log_new ();
  g_autoptr (LuminalOutputItem) item = NULL;
  guint n_items = 0;

  g_signal_connect (log, "items-changed", G_CALLBACK (count_cb), &n_items);
  add (log, 1, "a");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (log)), ==, 0);
  add (log, 1, "b");
  add (log, 2, "c");
  add (log, 1, "d");
  luminal_output_log_add (log, 1, LUMINAL_STREAM_STDERR, 7, "no \xff text");
  assert_log (log, "[1] a b [2] c [1] d no � text ");

  item = g_list_model_get_item (G_LIST_MODEL (log), 7);
  g_assert_true (luminal_output_item_is_error (item));
  g_assert_cmpint (luminal_output_item_get_time (item), ==, 7);
  g_assert_cmpuint (luminal_output_item_get_generation (item), ==, 1);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (log), 8));

  luminal_output_log_clear (log);
  assert_log (log, "");
  add (log, 1, "e");
  assert_log (log, "[1] e ");
  g_assert_cmpuint (n_items, ==, 2);
  g_assert_cmpuint (luminal_output_log_get_n_dropped (log), ==, 0);

  /* An item that is still in use outlives its log. */
  g_assert_finalize_object (log);
  g_assert_cmpstr (luminal_output_item_get_text (item), ==, "no � text");
}

static void
test_log_limits (void)
{
  g_autoptr (LuminalOutputLog) log = luminal_output_log_new ();
  guint n_items = 0;

  g_signal_connect (log, "items-changed", G_CALLBACK (count_cb), &n_items);
  luminal_output_log_set_limits (log, 4, 100000);
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      add (log, 1, text);
      if (i == 2)
        settle ();
    }
  assert_log (log, "6 7 8 9 ");
  g_assert_cmpuint (luminal_output_log_get_n_dropped (log), ==, 6);

  /* By size, but never the last one. */
  luminal_output_log_set_limits (log, 4, 100);
  add (log, 1, "this is longer than all of what is allowed, if what it takes to keep it is counted, too, as it is");
  assert_log (log, "this is longer than all of what is allowed, if what it takes to keep it is counted, too, as it is ");
  g_assert_cmpuint (luminal_output_log_get_n_dropped (log), ==, 10);
  g_assert_cmpuint (n_items, ==, 1);
}

/* A flood that no main loop gets in between of. */
static void
test_log_flood (void)
{
  g_autoptr (LuminalOutputLog) log = luminal_output_log_new ();
  g_autoptr (LuminalOutputItem) last = NULL;

  for (guint i = 0; i < 3 * LUMINAL_OUTPUT_LOG_LINES; i++)
    add (log, 1, "line");
  settle ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (log)), ==, LUMINAL_OUTPUT_LOG_LINES);
  g_assert_cmpuint (luminal_output_log_get_n_dropped (log), ==, 2 * LUMINAL_OUTPUT_LOG_LINES);
  last = g_list_model_get_item (G_LIST_MODEL (log), LUMINAL_OUTPUT_LOG_LINES - 1);
  g_assert_cmpstr (luminal_output_item_get_text (last), ==, "line");
}

/* Photons */

typedef struct
{
  char *folder;
  LuminalSession *session;
  LuminalLoader *loader;
} Fixture;

static gboolean
is_ready (gpointer data)
{
  return luminal_session_get_state (data) == LUMINAL_SESSION_READY;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GFile) folder = NULL;

  fixture->folder = app_testing_make_folder ();
  app_testing_put (fixture->folder, "simple_v1.so", "z.so");
  app_testing_put (fixture->folder, "pair.so", "a.so");
  app_testing_put (fixture->folder, "counter_v1.so", "m.so");
  folder = g_file_new_for_path (fixture->folder);

  fixture->session = luminal_session_new ();
  fixture->loader = luminal_session_get_loader (fixture->session);
  luminal_session_open (fixture->session, folder, TRUE);
  g_assert_true (app_testing_wait (is_ready, fixture->session));
}

static void
closed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_assert_true (luminal_session_close_finish (LUMINAL_SESSION (source), result, NULL));
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

  /* With their photons they are gone. */
  g_assert_cmpuint (luminal_output_book_get_n_logs (luminal_session_get_outputs (fixture->session)), ==, 0);
  g_assert_finalize_object (fixture->session);
  app_testing_remove (fixture->folder);
  g_free (fixture->folder);
}

static char *
list_names (GListModel *model)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (LuminalHandler) handler = g_list_model_get_item (model, i);

      g_string_append_printf (names, "%s ", luminal_handler_get_name (handler));
    }

  return g_string_free (names, FALSE);
}

static void
assert_names (LuminalSortedList *list,
              const char        *expected)
{
  g_autofree char *names = list_names (G_LIST_MODEL (list));

  g_assert_cmpstr (names, ==, expected);
}

static void
test_sorted (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GListStore) store = g_list_store_new (LUMINAL_TYPE_HANDLER);
  LuminalSortedList *list = luminal_sorted_list_new ();
  guint n_items = 0;

  g_signal_connect (list, "items-changed", G_CALLBACK (count_cb), &n_items);
  luminal_sorted_list_set_model (list, G_LIST_MODEL (store));
  g_list_store_append (store, luminal_loader_lookup (fixture->loader, "Simple"));
  g_list_store_append (store, luminal_loader_lookup (fixture->loader, "Counter"));
  assert_names (list, "Counter Simple ");
  g_list_store_insert (store, 0, luminal_loader_lookup (fixture->loader, "Right"));
  g_list_store_append (store, luminal_loader_lookup (fixture->loader, "Left"));
  assert_names (list, "Counter Left Right Simple ");

  g_list_store_remove (store, 1);
  assert_names (list, "Counter Left Right ");
  g_list_store_remove_all (store);
  assert_names (list, "");

  luminal_sorted_list_set_model (list, G_LIST_MODEL (fixture->loader));
  assert_names (list, "Counter Left Right Simple ");
  luminal_sorted_list_set_model (list, NULL);
  g_assert_cmpuint (n_items, ==, 0);

  luminal_sorted_list_set_model (list, G_LIST_MODEL (fixture->loader));
  g_assert_finalize_object (list);
}

static gboolean
is_renamed (gpointer data)
{
  return luminal_loader_lookup (data, "Simple") != NULL && luminal_loader_lookup (data, "aaa.so") == NULL;
}

static gboolean
is_there (gpointer data)
{
  return luminal_loader_lookup (data, "aaa.so") != NULL;
}

/* What could not be loaded is called by its file until it can. */
static void
test_sorted_renamed (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (LuminalSortedList) list = luminal_sorted_list_new ();
  guint n_items = 4;

  luminal_sorted_list_set_model (list, G_LIST_MODEL (fixture->loader));
  g_signal_connect (list, "items-changed", G_CALLBACK (count_cb), &n_items);
  app_testing_put_text (fixture->folder, "this is no module", "aaa.so");
  g_assert_true (app_testing_wait (is_there, fixture->loader));
  assert_names (list, "aaa.so Counter Left Right Simple ");

  app_testing_put (fixture->folder, "ticker.so", "aaa.so");
  g_assert_true (app_testing_wait (is_renamed, fixture->loader));
  assert_names (list, "Counter Left Right Simple Ticker ");
}

static gboolean
is_broken (gpointer data)
{
  LuminalHandler *handler = luminal_loader_lookup (data, "Right");

  return handler != NULL && luminal_handler_get_error (handler) != NULL &&
         luminal_handler_get_phase (handler) == LUMINAL_PHASE_NONE;
}

static void
test_orders (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (LuminalSortedList) list = luminal_sorted_list_new ();
  guint n_items = 4;

  luminal_sorted_list_set_model (list, G_LIST_MODEL (fixture->loader));
  luminal_sorted_list_set_order (list, LUMINAL_ORDER_PROBLEMS);
  g_signal_connect (list, "items-changed", G_CALLBACK (count_cb), &n_items);
  assert_names (list, "Counter Left Right Simple ");

  /* Not before it is said that they changed. */
  app_testing_put_text (fixture->folder, "this is no module", "a.so");
  g_assert_true (app_testing_wait (is_broken, fixture->loader));
  assert_names (list, "Counter Left Right Simple ");
  luminal_sorted_list_states_changed (list);
  assert_names (list, "Left Right Counter Simple ");

  /* That was the last change, too. */
  luminal_sorted_list_set_order (list, LUMINAL_ORDER_NAME);
  assert_names (list, "Counter Left Right Simple ");
  luminal_sorted_list_set_order (list, LUMINAL_ORDER_RECENT);
  {
    g_autoptr (LuminalHandler) first = g_list_model_get_item (G_LIST_MODEL (list), 0);

    g_assert_cmpstr (luminal_handler_get_filepath (first), ==,
                     luminal_handler_get_filepath (luminal_loader_lookup (fixture->loader, "Left")));
  }
  luminal_sorted_list_states_changed (list);
  g_assert_cmpuint (n_items, ==, 4);
}

static gboolean
is_simple_there (gpointer data)
{
  return luminal_loader_lookup (data, "Simple") != NULL;
}

static gboolean
is_unloaded (gpointer data)
{
  return luminal_handler_get_status (data) == LUMINAL_STATUS_UNLOADED;
}

static gboolean
has_two_mates (gpointer data)
{
  return luminal_loader_lookup (data, "Left") != NULL && luminal_loader_lookup (data, "Right") != NULL;
}

static guint
count_items (LuminalRoster *roster)
{
  return g_list_model_get_n_items (G_LIST_MODEL (roster));
}

/* Unloaded, they stay until they are loaded again. */
static void
test_roster (Fixture       *fixture,
             gconstpointer  data)
{
  LuminalRoster *roster = luminal_roster_new (fixture->loader);
  g_autoptr (LuminalHandler) left = g_object_ref (luminal_loader_lookup (fixture->loader, "Left"));
  g_autoptr (LuminalHandler) simple = g_object_ref (luminal_loader_lookup (fixture->loader, "Simple"));
  guint n_items = 4;

  g_signal_connect (roster, "items-changed", G_CALLBACK (count_cb), &n_items);
  g_assert_cmpuint (count_items (roster), ==, 4);
  g_assert_false (luminal_roster_can_load_some (roster));

  luminal_session_unload (fixture->session, left);
  g_assert_true (app_testing_wait (is_unloaded, left));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->loader)), ==, 2);
  g_assert_cmpuint (count_items (roster), ==, 4);
  g_assert_true (luminal_roster_can_load_some (roster));

  luminal_session_load (fixture->session, luminal_handler_get_file (left));
  g_assert_true (app_testing_wait (has_two_mates, fixture->loader));
  g_assert_cmpuint (count_items (roster), ==, 4);
  g_assert_false (luminal_roster_can_load_some (roster));

  /* Unless nobody wants them to. */
  luminal_roster_set_keeping (roster, FALSE);
  luminal_session_unload (fixture->session, simple);
  g_assert_true (app_testing_wait (is_unloaded, simple));
  g_assert_cmpuint (count_items (roster), ==, 3);

  luminal_roster_set_keeping (roster, TRUE);
  left = (g_object_unref (left), g_object_ref (luminal_loader_lookup (fixture->loader, "Left")));
  luminal_session_unload (fixture->session, left);
  g_assert_true (app_testing_wait (is_unloaded, left));
  g_assert_cmpuint (count_items (roster), ==, 3);
  luminal_roster_forget (roster);
  g_assert_cmpuint (count_items (roster), ==, 1);
  g_assert_cmpuint (n_items, ==, 1);
  g_assert_finalize_object (roster);
}

static gboolean
has_three (gpointer data)
{
  return count_items (data) == 3;
}

/* Without its file, one that was unloaded is nothing any more. */
static void
test_roster_deleted (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (LuminalRoster) roster = luminal_roster_new (fixture->loader);
  g_autoptr (LuminalHandler) simple = g_object_ref (luminal_loader_lookup (fixture->loader, "Simple"));

  luminal_session_unload (fixture->session, simple);
  g_assert_true (app_testing_wait (is_unloaded, simple));
  g_assert_cmpuint (count_items (roster), ==, 4);

  g_assert_cmpint (g_unlink (luminal_handler_get_filepath (simple)), ==, 0);
  g_assert_true (app_testing_wait (has_three, roster));
  g_assert_false (luminal_roster_can_load_some (roster));
}

/* A photon of another file that has its name takes its place. */
static void
test_roster_namesake (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (LuminalRoster) roster = luminal_roster_new (fixture->loader);
  g_autoptr (LuminalHandler) simple = g_object_ref (luminal_loader_lookup (fixture->loader, "Simple"));

  luminal_session_unload (fixture->session, simple);
  g_assert_true (app_testing_wait (is_unloaded, simple));
  g_assert_cmpuint (count_items (roster), ==, 4);

  app_testing_put (fixture->folder, "simple_v2.so", "other.so");
  g_assert_true (app_testing_wait (is_simple_there, fixture->loader));
  g_assert_cmpuint (count_items (roster), ==, 4);
}

static void
told_cb (LuminalChoice *choice,
         guint         *n_told)
{
  (*n_told)++;
}

static void
test_choice (Fixture       *fixture,
             gconstpointer  data)
{
  LuminalChoice *choice = luminal_choice_new ();
  LuminalHandler *left = luminal_loader_lookup (fixture->loader, "Left");
  LuminalHandler *simple = luminal_loader_lookup (fixture->loader, "Simple");
  GListModel *all = G_LIST_MODEL (fixture->loader);
  g_autoptr (GListStore) some = g_list_store_new (LUMINAL_TYPE_HANDLER);
  g_autoptr (GPtrArray) list = NULL;
  guint n_told = 0;

  g_signal_connect (choice, "changed", G_CALLBACK (told_cb), &n_told);
  luminal_choice_set (choice, left, TRUE);
  luminal_choice_set (choice, left, TRUE);
  g_assert_cmpuint (n_told, ==, 1);
  g_assert_true (luminal_choice_has (choice, left));
  g_assert_false (luminal_choice_has (choice, simple));

  luminal_choice_invert (choice, all);
  g_assert_cmpuint (luminal_choice_get_n (choice), ==, 3);
  g_assert_false (luminal_choice_has (choice, left));
  luminal_choice_add_all (choice, all);
  g_assert_cmpuint (luminal_choice_get_n (choice), ==, 4);
  luminal_choice_add_all (choice, all);
  g_assert_cmpuint (n_told, ==, 3);

  g_list_store_append (some, simple);
  luminal_choice_keep_those (choice, G_LIST_MODEL (some));
  list = luminal_choice_list (choice);
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_true (list->pdata[0] == simple);

  luminal_choice_clear (choice);
  luminal_choice_clear (choice);
  g_assert_cmpuint (n_told, ==, 5);
  g_assert_finalize_object (choice);
}

static gboolean
has_output (gpointer data)
{
  return g_list_model_get_n_items (data) > 0;
}

static void
test_book (Fixture       *fixture,
           gconstpointer  data)
{
  LuminalOutputBook *book = luminal_session_get_outputs (fixture->session);
  g_autoptr (LuminalHandler) handler = g_object_ref (luminal_loader_lookup (fixture->loader, "Counter"));
  LuminalOutputLog *log = luminal_output_book_get_log (book, handler);
  g_autoptr (LuminalOutputLog) same = luminal_output_book_get_log (book, handler);
  g_autoptr (LuminalOutputLog) none = NULL;
  guint n_logs;

  g_assert_true (log == same);
  g_assert_true (app_testing_wait (has_output, log));
  assert_log (log, "[1] count 1 ");

  n_logs = luminal_output_book_get_n_logs (book);
  luminal_session_unload (fixture->session, handler);
  g_assert_true (app_testing_wait (is_unloaded, handler));
  settle ();
  g_assert_cmpuint (luminal_output_book_get_n_logs (book), ==, n_logs - 1);

  /* Whoever looks at it still may do so, and it is gone then. */
  g_clear_object (&same);
  g_assert_finalize_object (log);
  none = luminal_output_book_get_log (book, handler);
  assert_log (none, "");
  g_assert_cmpuint (luminal_output_book_get_n_logs (book), ==, n_logs - 1);
}

static void
test_quoted_search (Fixture       *fixture,
                    gconstpointer  data)
{
  static const struct
  {
    const char *search;
    gboolean fits;
  } cases[] = {
    { "\"ada lovelace\"", TRUE },
    { "author:\"ada lovelace\"", TRUE },
    { "\"ada  lovelace\"", FALSE },
    { "author:\"ada", TRUE },
    { "author:\"lovelace ada\"", FALSE },
    { "\"\" simple", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LuminalPhotonFilter) filter = luminal_photon_filter_new ();

      luminal_photon_filter_set_search (filter, cases[i].search);
      g_test_message ("%s", cases[i].search);
      g_assert_cmpint (gtk_filter_match (GTK_FILTER (filter), luminal_loader_lookup (fixture->loader, "Simple")),
                       ==, cases[i].fits);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/visible/text", test_visible);
  g_test_add_func ("/app/visible/length", test_visible_length);
  g_test_add_func ("/app/words/uptime", test_uptime);
  g_test_add_func ("/app/output-log/lines", test_log);
  g_test_add_func ("/app/output-log/limits", test_log_limits);
  g_test_add_func ("/app/output-log/flood", test_log_flood);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/app/output-book/unloaded", test_book);
  ADD ("/app/sorted-list/changes", test_sorted);
  ADD ("/app/sorted-list/renamed", test_sorted_renamed);
  ADD ("/app/sorted-list/orders", test_orders);
  ADD ("/app/roster/unloaded", test_roster);
  ADD ("/app/roster/namesake", test_roster_namesake);
  ADD ("/app/roster/deleted", test_roster_deleted);
  ADD ("/app/choice", test_choice);
  ADD ("/app/filter/quoted", test_quoted_search);

  return g_test_run ();
}
