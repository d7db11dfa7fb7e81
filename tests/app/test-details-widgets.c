/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The widgets that the details of a photon are made of, each by itself. */

#include <adwaita.h>
#include <glib/gstdio.h>
#include <luminal.h>

#include "app-testing.h"
#include "luminal-app-resources.h"
#include "luminal-crash-view.h"
#include "luminal-details.h"
#include "luminal-diagnostic-row.h"
#include "luminal-diagnostics-view.h"
#include "luminal-fact-row.h"
#include "luminal-history-view.h"
#include "luminal-open-source.h"
#include "luminal-output-list.h"
#include "luminal-output-row.h"
#include "luminal-output-view.h"
#include "luminal-overview.h"
#include "luminal-phase-bar.h"
#include "luminal-pill-box.h"
#include "luminal-process-facts.h"
#include "luminal-status-line.h"

static void
test_comes_and_goes (gconstpointer data)
{
  GType type = *(const GType *) data;
  GtkWidget *widget = g_object_ref_sink (g_object_new (type, NULL));
  int minimum;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_test_message ("%s is at least %d wide", g_type_name (type), minimum);
  g_assert_cmpint (minimum, <=, 350);
  g_assert_finalize_object (widget);
}

static void
test_details (void)
{
  LuminalLoader *loader = luminal_loader_new (FALSE, TRUE);
  LuminalOutputBook *book = luminal_output_book_new (loader);
  GtkWidget *details = g_object_ref_sink (luminal_details_new ());

  luminal_details_set_sources (LUMINAL_DETAILS (details), loader, book);
  g_assert_null (luminal_details_get_handler (LUMINAL_DETAILS (details)));
  luminal_details_set_handler (LUMINAL_DETAILS (details), NULL);
  g_assert_false (luminal_details_find (LUMINAL_DETAILS (details)));

  g_assert_finalize_object (details);
  g_assert_finalize_object (book);
  g_assert_finalize_object (loader);
}

static gboolean
is_running (gpointer data)
{
  return luminal_handler_get_status (data) == LUMINAL_STATUS_RUNNING;
}

static gboolean
has_error (gpointer data)
{
  return luminal_handler_get_error (data) != NULL && luminal_handler_get_phase (data) == LUMINAL_PHASE_NONE;
}

static void
note_result_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static int
min_width (GtkWidget *widget)
{
  int minimum;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL && minimum > 350;
       child = gtk_widget_get_next_sibling (child))
    g_test_message ("%s: %d", G_OBJECT_TYPE_NAME (child), min_width (child));

  return minimum;
}

/* However much there is to tell of it, a photon's details fit on a phone. */
static void
test_width (void)
{
  g_autofree char *folder = app_testing_make_folder ();
  g_autofree char *path = g_build_filename (folder, "a-name-without-any-space-to-break-the-line-at.so", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (LuminalLoader) loader = luminal_loader_new (FALSE, TRUE);
  g_autoptr (LuminalOutputBook) book = luminal_output_book_new (loader);
  GtkWidget *details = g_object_ref_sink (luminal_details_new ());
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  app_testing_put (folder, "simple_v1.so", "a-name-without-any-space-to-break-the-line-at.so");
  luminal_details_set_sources (LUMINAL_DETAILS (details), loader, book);
  luminal_loader_load_photon_async (loader, file, LUMINAL_TYPE_PHOTON, NULL, NULL, note_result_cb, &result);
  g_assert_true (app_testing_wait (is_set, &result));
  handlers = luminal_loader_load_photon_finish (loader, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (handlers->len, ==, 1);
  luminal_handler_start_async (handlers->pdata[0], NULL, NULL, NULL);
  g_assert_true (app_testing_wait (is_running, handlers->pdata[0]));
  luminal_details_set_handler (LUMINAL_DETAILS (details), handlers->pdata[0]);
  g_assert_cmpint (min_width (details), <=, 350);

  app_testing_put (folder, "undefined_symbol.so", "a-name-without-any-space-to-break-the-line-at.so");
  luminal_loader_reload_photon_async (loader, handlers->pdata[0], LUMINAL_RELOAD_DEFAULT, NULL, NULL, NULL);
  g_assert_true (app_testing_wait (has_error, handlers->pdata[0]));
  luminal_details_set_handler (LUMINAL_DETAILS (details), NULL);
  luminal_details_set_handler (LUMINAL_DETAILS (details), handlers->pdata[0]);
  g_assert_cmpint (min_width (details), <=, 350);

  g_assert_finalize_object (details);
  g_remove (path);
  app_testing_remove (folder);
}

static GtkWidget *
first_button (GtkWidget *box,
              guint      index)
{
  GtkWidget *child = gtk_widget_get_first_child (box);

  while (index-- > 0)
    child = gtk_widget_get_next_sibling (child);

  return child;
}

static void
clicked_cb (LuminalPillBox *box,
            const char     *text,
            char          **clicked)
{
  g_free (*clicked);
  *clicked = g_strdup (text);
}

static void
test_pill_box (void)
{
  GtkWidget *box = g_object_ref_sink (g_object_new (LUMINAL_TYPE_PILL_BOX, NULL));
  const char *const texts[] = { "audio", "a <b> & c", NULL };
  g_autofree char *clicked = NULL;
  int narrow;
  int wide;

  g_signal_connect (box, "clicked", G_CALLBACK (clicked_cb), &clicked);
  luminal_pill_box_set_texts (LUMINAL_PILL_BOX (box), texts);
  g_signal_emit_by_name (first_button (box, 1), "clicked");
  g_assert_cmpstr (clicked, ==, "a <b> & c");

  /* Below each other where there is no room for both. */
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 1000, &wide, NULL, NULL, NULL);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 80, &narrow, NULL, NULL, NULL);
  g_assert_cmpint (narrow, >=, 2 * wide);

  luminal_pill_box_set_texts (LUMINAL_PILL_BOX (box), NULL);
  g_assert_null (gtk_widget_get_first_child (box));
  g_assert_finalize_object (box);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static LuminalOutputLog *
make_log (void)
{
  LuminalOutputLog *log = luminal_output_log_new ();

  luminal_output_log_add (log, 1, LUMINAL_STREAM_PRINT, 1, "one <b>");
  luminal_output_log_add (log, 1, LUMINAL_STREAM_STDERR, 2, "two \x1b[31m");
  luminal_output_log_add (log, 2, LUMINAL_STREAM_EPRINT, 3, "three ONE");
  settle ();

  return log;
}

static void
assert_text (LuminalOutputList *list,
             const char        *expected)
{
  g_autofree char *text = NULL;

  settle ();
  text = luminal_output_list_to_text (list, FALSE);
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_found (LuminalOutputList *list,
              guint              expected_index,
              guint              expected)
{
  gboolean is_complete;
  guint index;

  settle ();
  g_assert_cmpuint (luminal_output_list_get_found (list, &index, &is_complete), ==, expected);
  g_assert_true (is_complete);
  g_assert_cmpuint (index, ==, expected_index);
}

static void
test_output_list (void)
{
  GtkWidget *widget = g_object_ref_sink (luminal_output_list_new ());
  LuminalOutputList *list = LUMINAL_OUTPUT_LIST (widget);
  g_autoptr (LuminalOutputLog) log = make_log ();
  g_autofree char *selected = NULL;

  luminal_output_list_set_log (list, log);
  assert_text (list, "— Generation 1 —\none <b>\ntwo \x1b[31m\n— Generation 2 —\nthree ONE\n");
  luminal_output_list_set_only_errors (list, TRUE);
  assert_text (list, "— Generation 1 —\ntwo \x1b[31m\n— Generation 2 —\nthree ONE\n");
  luminal_output_list_set_only_errors (list, FALSE);
  settle ();

  g_assert_true (luminal_output_list_get_follow (list));
  luminal_output_list_find_next (list, TRUE);
  assert_found (list, 0, 0);
  luminal_output_list_set_find (list, "one");
  assert_found (list, 0, 2);
  luminal_output_list_find_next (list, TRUE);
  assert_found (list, 1, 2);
  luminal_output_list_find_next (list, TRUE);
  assert_found (list, 2, 2);
  g_assert_false (luminal_output_list_get_follow (list));
  selected = luminal_output_list_to_text (list, TRUE);
  g_assert_cmpstr (selected, ==, "three ONE\n");
  luminal_output_list_find_next (list, TRUE);
  assert_found (list, 1, 2);
  luminal_output_list_find_next (list, FALSE);
  assert_found (list, 2, 2);

  /* What comes is looked at, too, and what goes is forgotten. */
  luminal_output_log_add (log, 2, LUMINAL_STREAM_PRINT, 4, "and one more");
  assert_found (list, 2, 3);
  luminal_output_log_set_limits (log, 3, G_MAXSIZE);
  assert_found (list, 1, 2);
  luminal_output_list_find_next (list, FALSE);
  assert_found (list, 2, 2);

  luminal_output_list_set_find (list, "four");
  luminal_output_list_find_next (list, FALSE);
  assert_found (list, 0, 0);

  luminal_output_log_clear (log);
  g_assert_cmpuint (luminal_output_list_get_n_lines (list), ==, 0);
  luminal_output_list_find_next (list, FALSE);
  assert_found (list, 0, 0);
  g_assert_finalize_object (widget);
}

/* In the place of the dialog, which would wait for a person. */
static GFile *place;

void   __wrap_luminal_compat_choose_save_async  (GtkWindow            *parent,
                                                 const char           *name,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
GFile *__wrap_luminal_compat_choose_save_finish (GtkWindow            *parent,
                                                 GAsyncResult         *result,
                                                 GError              **error);

void
__wrap_luminal_compat_choose_save_async (GtkWindow           *parent,
                                         const char          *name,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (parent, cancellable, callback, user_data);

  g_assert_cmpstr (name, ==, "a-b.log");
  if (place != NULL)
    g_task_return_pointer (task, g_object_ref (place), g_object_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "nothing chosen");
}

GFile *
__wrap_luminal_compat_choose_save_finish (GtkWindow     *parent,
                                          GAsyncResult  *result,
                                          GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* What the window is asked to do. */
static void
asked_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  char **asked = user_data;

  g_free (*asked);
  *asked = g_strdup (g_variant_get_string (parameter, NULL));
}

static void
add_action (GSimpleActionGroup *group,
            const char         *name,
            char              **asked)
{
  g_autoptr (GSimpleAction) action = g_simple_action_new (name, G_VARIANT_TYPE_STRING);

  g_signal_connect (action, "activate", G_CALLBACK (asked_cb), asked);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
}

static void
save (GtkWidget  *view,
      const char *path,
      char      **said)
{
  place = path != NULL ? g_file_new_for_path (path) : NULL;
  g_clear_pointer (said, g_free);
  g_assert_true (gtk_widget_activate_action (view, "output.save", NULL));
  if (path != NULL)
    g_assert_true (app_testing_wait (is_set, said));
  g_clear_object (&place);
}

static void
test_output_view (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *view = luminal_output_view_new ();
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (LuminalOutputLog) log = make_log ();
  g_autofree char *folder = app_testing_make_folder ();
  g_autofree char *path = g_build_filename (folder, "a-b.log", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "none", "a-b.log", NULL);
  g_autofree char *content = NULL;
  g_autofree char *copied = NULL;
  g_autofree char *said = NULL;

  add_action (group, "copy", &copied);
  add_action (group, "say", &said);
  gtk_widget_insert_action_group (window, "win", G_ACTION_GROUP (group));
  gtk_window_set_child (GTK_WINDOW (window), view);

  /* Nothing of it can be done with no output. */
  luminal_output_view_set_log (LUMINAL_OUTPUT_VIEW (view), NULL, NULL);
  g_assert_true (gtk_widget_activate_action (view, "output.copy", NULL) == FALSE || copied == NULL);

  luminal_output_view_set_log (LUMINAL_OUTPUT_VIEW (view), log, "a/b");
  settle ();
  g_assert_true (gtk_widget_activate_action (view, "output.copy", NULL));
  g_assert_cmpstr (copied, ==, "— Generation 1 —\none <b>\ntwo \x1b[31m\n— Generation 2 —\nthree ONE\n");

  save (view, path, &said);
  g_assert_cmpstr (said, ==, "Output saved as “a-b.log”");
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, copied);
  save (view, nowhere, &said);
  g_assert_true (g_str_has_prefix (said, "Output not saved: "));
  save (view, NULL, &said);
  settle ();
  g_assert_null (said);

  g_assert_true (gtk_widget_activate_action (view, "output.clear", NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (log)), ==, 0);

  gtk_window_destroy (GTK_WINDOW (window));
  app_testing_remove (folder);
}

/* How many lines a text takes is counted for some and laid out for others. */
static void
test_output_row (void)
{
  GtkWidget *row = g_object_ref_sink (luminal_output_row_new ());
  g_autoptr (LuminalOutputLog) log = luminal_output_log_new ();
  g_autofree char *x = g_strnfill (10000, 'x');
  const char *texts[] = { "short", x, "שלום <b>", "" };
  int heights[G_N_ELEMENTS (texts)];

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    luminal_output_log_add (log, 1, LUMINAL_STREAM_PRINT, 0, texts[i]);
  settle ();

  luminal_output_row_set_find (LUMINAL_OUTPUT_ROW (row), "X");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (LuminalOutputItem) item = g_list_model_get_item (G_LIST_MODEL (log), i + 1);

      luminal_output_row_set_item (LUMINAL_OUTPUT_ROW (row), item);
      gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, 300, &heights[i], NULL, NULL, NULL);
    }

  g_assert_cmpint (heights[0], >, 0);
  g_assert_cmpint (heights[1], >=, 10 * heights[0]);
  g_assert_cmpint (heights[1], <=, 200 * heights[0]);
  g_assert_cmpint (heights[2], >=, heights[0]);
  g_assert_cmpint (heights[2], <, 3 * heights[0]);
  g_assert_cmpint (heights[3], ==, heights[0]);
  g_assert_finalize_object (row);
}

static void
test_open_source (void)
{
  g_autofree char *gedit = luminal_open_source_command ("/usr/bin/gedit", "/a b/it's 5%.c", 12, 3);
  g_autofree char *code = luminal_open_source_command ("code", "/x.c", 12, 0);
  g_autofree char *kate = luminal_open_source_command ("kate", "/x.c", 1, 2);

  g_assert_cmpstr (gedit, ==, "/usr/bin/gedit +12:3 '/a b/it'\\''s 5%%.c'");
  g_assert_cmpstr (code, ==, "code --goto '/x.c':12:1");
  g_assert_cmpstr (kate, ==, "kate --line 1 --column 2 '/x.c'");

  /* Those that nothing is known of are given the file, and so is each without a line. */
  g_assert_null (luminal_open_source_command ("/usr/bin/unheard-of", "/x.c", 12, 3));
  g_assert_null (luminal_open_source_command ("gedit", "/x.c", 0, 0));
  g_assert_null (luminal_open_source_command (NULL, "/x.c", 1, 1));
}

static void
test_fact_row (void)
{
  GtkWidget *row = g_object_ref_sink (g_object_new (LUMINAL_TYPE_FACT_ROW, "title", "Path", NULL));
  g_autofree char *value = NULL;

  luminal_fact_row_set_value (LUMINAL_FACT_ROW (row), "");
  g_assert_false (gtk_widget_get_visible (row));
  luminal_fact_row_set_value (LUMINAL_FACT_ROW (row), "a <b>\n\x07");
  g_assert_true (gtk_widget_get_visible (row));

  /* What is copied is what it is. */
  g_object_get (row, "value", &value, NULL);
  g_assert_cmpstr (value, ==, "a <b>\n\x07");
  g_assert_finalize_object (row);
}

/* As an application does it by itself. */
static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/io/github/luminal/Luminal/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

int
main (int    argc,
      char **argv)
{
  GType types[10];

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_resources_register (luminal_app_get_resource ());
  load_style ();

  types[0] = LUMINAL_TYPE_CRASH_VIEW;
  types[1] = LUMINAL_TYPE_HISTORY_VIEW;
  types[2] = LUMINAL_TYPE_OUTPUT_LIST;
  types[3] = LUMINAL_TYPE_OUTPUT_VIEW;
  types[4] = LUMINAL_TYPE_OVERVIEW;
  types[5] = LUMINAL_TYPE_PHASE_BAR;
  types[6] = LUMINAL_TYPE_PROCESS_FACTS;
  types[7] = LUMINAL_TYPE_STATUS_LINE;
  types[8] = LUMINAL_TYPE_DIAGNOSTIC_ROW;
  types[9] = LUMINAL_TYPE_DIAGNOSTICS_VIEW;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *path = g_strconcat ("/app/comes-and-goes/", g_type_name (types[i]), NULL);

      g_test_add_data_func (path, &types[i], test_comes_and_goes);
    }
  g_test_add_func ("/app/details/widget", test_details);
  g_test_add_func ("/app/details/width", test_width);
  g_test_add_func ("/app/details/open-source", test_open_source);
  g_test_add_func ("/app/details/fact-row", test_fact_row);
  g_test_add_func ("/app/details/pill-box", test_pill_box);
  g_test_add_func ("/app/output/list", test_output_list);
  g_test_add_func ("/app/output/row", test_output_row);
  g_test_add_func ("/app/output/view", test_output_view);

  return g_test_run ();
}
