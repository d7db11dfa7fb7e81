/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compat.h"

#include <glib/gi18n.h>
#include <gmodule.h>

/* GtkFileDialog, since GTK 4.10 */

static void
file_chosen_cb (GtkNativeDialog *dialog,
                  int              response,
                  gpointer         user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (file != NULL)
    g_task_return_pointer (task, g_steal_pointer (&file), g_object_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s", _("Nothing chosen"));
}

void
luminal_compat_choose_folder_async (GtkWindow           *parent,
                                    GFile               *initial_folder,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GtkFileChooserNative *dialog;

  g_return_if_fail (GTK_IS_WINDOW (parent));

  task = g_task_new (parent, cancellable, callback, user_data);
  g_task_set_source_tag (task, luminal_compat_choose_folder_async);

  dialog = gtk_file_chooser_native_new (_("Open Folder"),
                                        parent,
                                        GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                                        _("_Open"),
                                        _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  if (initial_folder != NULL)
    gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), initial_folder, NULL);

  /* Nothing else owns a native dialog, so the task does. */
  g_task_set_task_data (task, dialog, g_object_unref);
  g_signal_connect (dialog, "response", G_CALLBACK (file_chosen_cb), g_steal_pointer (&task));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* Asks for a place to write a file to. */
void
luminal_compat_choose_save_async (GtkWindow           *parent,
                                  const char          *name,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GtkFileChooserNative *dialog;

  g_return_if_fail (GTK_IS_WINDOW (parent));

  task = g_task_new (parent, cancellable, callback, user_data);
  g_task_set_source_tag (task, luminal_compat_choose_save_async);

  dialog = gtk_file_chooser_native_new (_("Save Output"),
                                        parent,
                                        GTK_FILE_CHOOSER_ACTION_SAVE,
                                        _("_Save"),
                                        _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);

  g_task_set_task_data (task, dialog, g_object_unref);
  g_signal_connect (dialog, "response", G_CALLBACK (file_chosen_cb), g_steal_pointer (&task));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

GFile *
luminal_compat_choose_save_finish (GtkWindow     *parent,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, parent), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

GFile *
luminal_compat_choose_folder_finish (GtkWindow     *parent,
                                     GAsyncResult  *result,
                                     GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, parent), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* gtk_accessible_announce(), since GTK 4.14 */

typedef void (*AnnounceFunc) (GtkAccessible *accessible,
                              const char    *text,
                              int            priority);

#define PRIORITY_MEDIUM 1

/* Has a screen reader say @text, wherever the focus is. A program that was built for the
 * oldest GTK runs with the newest: so it is asked for when it is needed. */
void
luminal_compat_announce (GtkWidget  *widget,
                         const char *text)
{
  GModule *program = g_module_open (NULL, G_MODULE_BIND_LAZY);
  AnnounceFunc announce = NULL;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  if (program != NULL && g_module_symbol (program, "gtk_accessible_announce", (gpointer *) &announce))
    announce (GTK_ACCESSIBLE (widget), text, PRIORITY_MEDIUM);
  g_clear_pointer (&program, g_module_close);
}
