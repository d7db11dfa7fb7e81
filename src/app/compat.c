/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compat.h"

#include <dlfcn.h>
#include <glib/gi18n.h>

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
  AnnounceFunc announce = (AnnounceFunc) dlsym (RTLD_DEFAULT, "gtk_accessible_announce");

  g_return_if_fail (GTK_IS_WIDGET (widget));

  if (announce != NULL)
    announce (GTK_ACCESSIBLE (widget), text, PRIORITY_MEDIUM);
}

/* AdwBanner, since libadwaita 1.3 */

struct _LuminalCompatBanner
{
  GtkWidget parent_instance;

  GtkWidget *revealer;
  GtkWidget *label;
  GtkWidget *button;
};

static guint button_clicked_signal;

G_DEFINE_FINAL_TYPE (LuminalCompatBanner, luminal_compat_banner, GTK_TYPE_WIDGET)

static void
banner_clicked_cb (LuminalCompatBanner *self)
{
  g_signal_emit (self, button_clicked_signal, 0);
}

static void
luminal_compat_banner_dispose (GObject *object)
{
  g_clear_pointer (&LUMINAL_COMPAT_BANNER (object)->revealer, gtk_widget_unparent);

  G_OBJECT_CLASS (luminal_compat_banner_parent_class)->dispose (object);
}

static void
luminal_compat_banner_class_init (LuminalCompatBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = luminal_compat_banner_dispose;
  button_clicked_signal = g_signal_new ("button-clicked", LUMINAL_TYPE_COMPAT_BANNER, G_SIGNAL_RUN_LAST,
                                        0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* Screen readers say what comes to be seen as an alert. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
luminal_compat_banner_init (LuminalCompatBanner *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (self->label), 3);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_widget_set_hexpand (self->label, TRUE);
  gtk_widget_add_css_class (self->label, "heading");
  gtk_box_append (GTK_BOX (box), self->label);

  self->button = gtk_button_new ();
  gtk_button_set_use_underline (GTK_BUTTON (self->button), TRUE);
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->button, FALSE);
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (banner_clicked_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), self->button);
  gtk_widget_add_css_class (box, "banner");

  self->revealer = gtk_revealer_new ();
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), box);
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
luminal_compat_banner_new (void)
{
  return g_object_new (LUMINAL_TYPE_COMPAT_BANNER, NULL);
}

/* Plain text, unlike AdwBanner's. */
void
luminal_compat_banner_set_title (LuminalCompatBanner *self,
                                 const char          *title)
{
  g_return_if_fail (LUMINAL_IS_COMPAT_BANNER (self));

  gtk_label_set_text (GTK_LABEL (self->label), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

/* @label: (nullable): none: no button */
void
luminal_compat_banner_set_button_label (LuminalCompatBanner *self,
                                        const char          *label)
{
  g_return_if_fail (LUMINAL_IS_COMPAT_BANNER (self));

  gtk_widget_set_visible (self->button, label != NULL);
  if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (self->button)), label) != 0)
    gtk_button_set_label (GTK_BUTTON (self->button), label != NULL ? label : "");
}

/* Out of sight it is not to be read out either. */
void
luminal_compat_banner_set_revealed (LuminalCompatBanner *self,
                                    gboolean             revealed)
{
  g_return_if_fail (LUMINAL_IS_COMPAT_BANNER (self));

  gtk_widget_set_visible (GTK_WIDGET (self), revealed);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), revealed);
}
