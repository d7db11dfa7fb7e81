/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-load-dialog.h"

#include <glib/gi18n.h>
#include <luminal.h>

#include "luminal-error-dialog.h"
#include "luminal-look.h"
#include "luminal-visible.h"
#include "luminal-words.h"

/* A file manager opens what somebody double-clicks, and a module is code. So the window tells
 * what the file says of itself, none of which runs for that, and asks. */

static gboolean
is_source (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  return g_str_has_suffix (name, ".c");
}

static GtkWidget *
create_row (const char *title,
            const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *visible_title = luminal_visible_text (title);
  g_autofree char *visible_subtitle = luminal_visible_text (subtitle);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), visible_title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), visible_subtitle);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 5);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);

  return row;
}

static GtkWidget *
create_photon_row (LuminalMetadata *photon)
{
  const char *description = luminal_metadata_get_description (photon);
  g_autofree char *maker = NULL;
  g_autofree char *text = NULL;

  /* Translators: of a photon: its version, and who wrote it */
  maker = g_strdup_printf (_("Version %s, by %s"), luminal_metadata_get_version (photon),
                           luminal_metadata_get_author (photon));
  if (description != NULL && *description != '\0')
    text = g_strdup_printf ("%s\n%s", description, maker);

  return create_row (luminal_metadata_get_name (photon), text != NULL ? text : maker);
}

/* @inspection: what a module declares, or %NULL for a source */
static GtkWidget *
create_facts (GFile             *file,
              LuminalInspection *inspection)
{
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  g_autofree char *path = luminal_words_folder_path (file);

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  /* Room for its shadow. */
  gtk_widget_set_margin_top (list, 2);
  gtk_widget_set_margin_bottom (list, 2);
  gtk_widget_set_margin_start (list, 2);
  gtk_widget_set_margin_end (list, 2);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("What the File Says of Itself"), -1);

  if (inspection != NULL)
    {
      GListModel *photons = luminal_inspection_get_photons (inspection);

      for (guint i = 0; i < g_list_model_get_n_items (photons); i++)
        {
          g_autoptr (LuminalMetadata) photon = g_list_model_get_item (photons, i);

          gtk_list_box_append (GTK_LIST_BOX (list), create_photon_row (photon));
        }
    }
  gtk_list_box_append (GTK_LIST_BOX (list), create_row (_("File"), path));

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 320);
  gtk_widget_set_size_request (scrolled, 260, -1);

  return scrolled;
}

static void
answer_cb (AdwMessageDialog *dialog,
           const char       *response)
{
  g_autoptr (GTask) task = g_object_steal_data (G_OBJECT (dialog), "task");
  LuminalLoadAnswer answer = LUMINAL_LOAD_NOTHING;

  if (g_strcmp0 (response, "load") == 0)
    answer = LUMINAL_LOAD_MODULE;
  else if (g_strcmp0 (response, "folder") == 0)
    answer = LUMINAL_LOAD_FOLDER;

  if (task != NULL)
    g_task_return_int (task, answer);
}

/* It may go with its window, and then nobody answers. */
static void
destroy_cb (AdwMessageDialog *dialog)
{
  answer_cb (dialog, NULL);
}

/* Nobody is asked by a window that has been closed meanwhile; then this takes @task. */
static gboolean
is_closed (GTask *task)
{
  if (gtk_widget_get_visible (g_task_get_source_object (task)))
    return FALSE;

  g_task_return_int (task, LUMINAL_LOAD_NOTHING);
  g_object_unref (task);
  return TRUE;
}

/* Takes @task. */
static void
ask (GTask             *task,
     LuminalInspection *inspection)
{
  GtkWindow *parent = g_task_get_source_object (task);
  GFile *file = g_task_get_task_data (task);
  g_autofree char *name = luminal_look_file_name (file);
  g_autofree char *heading = NULL;
  GtkWidget *widget;
  AdwMessageDialog *dialog;

  /* Translators: the name of a file */
  heading = g_strdup_printf (_("Load “%s”?"), name);
  widget = adw_message_dialog_new (parent, heading, NULL);
  dialog = ADW_MESSAGE_DIALOG (widget);

  if (inspection != NULL)
    adw_message_dialog_set_body (dialog,
                                 _("It is native code and runs with your rights: it can read and change all "
                                   "that you can. Load only what you trust."));
  else
    adw_message_dialog_set_body (dialog,
                                 _("It is compiled to native code and runs with your rights: it can read and "
                                   "change all that you can. Load only what you trust."));

  adw_message_dialog_set_extra_child (dialog, create_facts (file, inspection));
  adw_message_dialog_add_responses (dialog,
                                    "cancel", _("_Cancel"),
                                    "folder", _("Open _Folder"),
                                    "load", _("_Load"),
                                    NULL);
  /* Nothing happens by a key that was pressed too often. */
  adw_message_dialog_set_default_response (dialog, "cancel");
  adw_message_dialog_set_close_response (dialog, "cancel");
  adw_message_dialog_set_response_appearance (dialog, "load", ADW_RESPONSE_DESTRUCTIVE);

  g_object_set_data (G_OBJECT (dialog), "task", task);
  g_signal_connect (dialog, "response", G_CALLBACK (answer_cb), NULL);
  g_signal_connect (dialog, "destroy", G_CALLBACK (destroy_cb), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Takes @task. */
static void
refuse (GTask        *task,
        const GError *error)
{
  GtkWindow *parent = g_task_get_source_object (task);
  GFile *file = g_task_get_task_data (task);
  g_autofree char *name = luminal_look_file_name (file);
  g_autofree char *heading = NULL;

  /* Translators: the name of a file */
  heading = g_strdup_printf (_("“%s” Cannot Be Loaded"), name);
  gtk_window_present (luminal_error_dialog_new (parent, heading, error->message));

  g_task_return_int (task, LUMINAL_LOAD_NOTHING);
  g_object_unref (task);
}

static void
inspected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  GTask *task = user_data;
  g_autoptr (LuminalInspection) inspection = NULL;
  g_autoptr (GError) error = NULL;

  inspection = luminal_inspect_finish (result, &error);
  if (is_closed (task))
    return;

  if (inspection != NULL)
    ask (task, inspection);
  else
    refuse (task, error);
}

static void
source_inspected_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  GTask *task = user_data;
  g_auto (GStrv) needs = NULL;
  g_autoptr (GError) error = NULL;

  needs = luminal_inspect_source_finish (result, &error);
  if (is_closed (task))
    return;

  if (needs != NULL)
    ask (task, NULL);
  else
    refuse (task, error);
}

/**
 * luminal_load_dialog_ask_async:
 * @parent: the window that is to load it
 * @file: a module, or the source of one
 *
 * Shows what @file declares, or why it is no usable module, and asks what to do with it.
 * None of its code runs.
 */
void
luminal_load_dialog_ask_async (GtkWindow           *parent,
                               GFile               *file,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (parent, cancellable, callback, user_data);
  g_task_set_source_tag (task, luminal_load_dialog_ask_async);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);

  if (is_source (file))
    luminal_inspect_source_async (file, cancellable, source_inspected_cb, task);
  else
    luminal_inspect_async (file, cancellable, inspected_cb, task);
}

LuminalLoadAnswer
luminal_load_dialog_ask_finish (GtkWindow     *parent,
                                GAsyncResult  *result,
                                GError       **error)
{
  gssize answer;

  g_return_val_if_fail (g_task_is_valid (result, parent), LUMINAL_LOAD_NOTHING);

  answer = g_task_propagate_int (G_TASK (result), error);
  return answer > 0 ? (LuminalLoadAnswer) answer : LUMINAL_LOAD_NOTHING;
}
