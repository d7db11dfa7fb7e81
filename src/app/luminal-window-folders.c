/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-window-private.h"

#include <glib/gi18n.h>

#include "compat.h"
#include "luminal-error-dialog.h"
#include "luminal-samples.h"
#include "luminal-words.h"

/* Which folder a window shows: the ways to one, and the memory of those before. */

/* Whether @error says that a folder is not there. */
gboolean
luminal_window_is_gone (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
         g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_DIRECTORY_NOT_FOUND);
}

/* A folder that is gone, and back */

static void
retry (LuminalWindow *self)
{
  luminal_session_set_watch (self->session, g_settings_get_boolean (self->settings, "watch"));
  luminal_session_retry (self->session);
}

static void
retry_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  retry (LUMINAL_WINDOW (widget));
}

static void
returned_cb (LuminalWindow *self)
{
  g_clear_object (&self->folder_return);
  retry (self);
}

/* Only what could be opened is worth remembering; and it stays so when it is gone. */
static void
remember (LuminalWindow *self,
          GFile         *folder)
{
  g_autofree char *uri = g_file_get_uri (folder);

  if (g_settings_is_writable (self->settings, "folder"))
    g_settings_set_string (self->settings, "folder", uri);
  luminal_recent_folders_add (self->recent, folder);
}

/* To be called when the state of the session changed. */
void
luminal_window_folder_state_changed (LuminalWindow *self)
{
  LuminalSessionState state = luminal_session_get_state (self->session);
  GFile *folder = luminal_session_get_folder (self->session);

  if (folder != NULL && (state == LUMINAL_SESSION_READY || state == LUMINAL_SESSION_EMPTY))
    remember (self, folder);

  if (folder != NULL && state == LUMINAL_SESSION_UNAVAILABLE &&
      luminal_window_is_gone (luminal_session_get_error (self->session)))
    {
      if (self->folder_return != NULL &&
          g_file_equal (luminal_folder_return_get_folder (self->folder_return), folder))
        return;

      g_clear_object (&self->folder_return);
      self->folder_return = luminal_folder_return_new (folder);
      g_signal_connect_object (self->folder_return, "returned",
                               G_CALLBACK (returned_cb), self, G_CONNECT_SWAPPED);
    }
  else
    {
      g_clear_object (&self->folder_return);
    }
}

/* The ways to a folder */

GFile *
luminal_window_get_folder (LuminalWindow *self)
{
  g_return_val_if_fail (LUMINAL_IS_WINDOW (self), NULL);

  return luminal_session_get_folder (self->session);
}

void
luminal_window_open_folder (LuminalWindow *self,
                            GFile         *folder)
{
  g_return_if_fail (LUMINAL_IS_WINDOW (self));
  g_return_if_fail (G_IS_FILE (folder));

  if (self->closing)
    return;

  g_clear_object (&self->wanted_file);
  luminal_session_set_watch (self->session, g_settings_get_boolean (self->settings, "watch"));
  luminal_session_open (self->session,
                        folder,
                        g_settings_get_boolean (self->settings, "recursive"));
}

/* Shows the photon of the file that was asked for, once there is one. */
void
luminal_window_show_wanted (LuminalWindow *self)
{
  LuminalLoader *loader = luminal_session_get_loader (self->session);
  g_autoptr (GPtrArray) handlers = NULL;

  if (self->wanted_file == NULL)
    return;

  handlers = luminal_loader_lookup_file (loader, self->wanted_file);
  if (handlers->len == 0)
    return;

  g_clear_object (&self->wanted_file);
  luminal_photon_list_select (self->list, g_ptr_array_index (handlers, 0));
}

/**
 * luminal_window_open_file:
 * @self: the window
 * @file: a module or a source
 *
 * Opens the folder that @file is in, unless the window shows it already, and selects its
 * photon.
 */
void
luminal_window_open_file (LuminalWindow *self,
                          GFile         *file)
{
  g_autoptr (GFile) wanted = NULL;

  g_return_if_fail (LUMINAL_IS_WINDOW (self));
  g_return_if_fail (G_IS_FILE (file));

  wanted = g_object_ref (file);
  if (!luminal_window_has_file (self, file))
    {
      g_autoptr (GFile) folder = g_file_get_parent (file);

      if (folder == NULL)
        return;
      luminal_window_open_folder (self, folder);
    }

  g_set_object (&self->wanted_file, wanted);
  luminal_window_show_wanted (self);
}

/**
 * luminal_window_load_file:
 * @self: the window
 * @file: a module or a source
 *
 * Loads @file alone, from wherever it is, beside what the window shows, and selects its photon.
 */
void
luminal_window_load_file (LuminalWindow *self,
                          GFile         *file)
{
  g_return_if_fail (LUMINAL_IS_WINDOW (self));
  g_return_if_fail (G_IS_FILE (file));

  g_set_object (&self->wanted_file, file);
  luminal_session_load (self->session, file);
}

/* Whether @file is among those that the window looks after. */
gboolean
luminal_window_has_file (LuminalWindow *self,
                         GFile         *file)
{
  GFile *folder = luminal_window_get_folder (self);
  g_autoptr (GPtrArray) handlers = NULL;

  if (folder != NULL && g_file_has_parent (file, folder))
    return TRUE;

  handlers = luminal_loader_lookup_file (luminal_session_get_loader (self->session), file);
  return handlers->len > 0;
}

static void
folder_chosen_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GFile) folder =
    luminal_compat_choose_folder_finish (GTK_WINDOW (source), result, NULL);

  if (folder != NULL)
    luminal_window_open_folder (LUMINAL_WINDOW (source), folder);
}

static void
open_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  LuminalWindow *self = LUMINAL_WINDOW (widget);

  luminal_compat_choose_folder_async (GTK_WINDOW (self),
                                      luminal_session_get_folder (self->session),
                                      NULL,
                                      folder_chosen_cb,
                                      NULL);
}

static void
open_recent_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  g_autoptr (GFile) folder = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  luminal_window_open_folder (LUMINAL_WINDOW (widget), folder);
}

static void
forget_recent_action (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  g_autoptr (GFile) folder = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  luminal_recent_folders_remove (LUMINAL_WINDOW (widget)->recent, folder);
}

static void
clear_recent_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  luminal_recent_folders_clear (LUMINAL_WINDOW (widget)->recent);
}

/* Samples */

static void
samples_copied_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (LuminalWindow) self = user_data;
  g_autoptr (GFile) folder = NULL;
  g_autoptr (GError) error = NULL;

  folder = luminal_samples_copy_finish (result, &error);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.samples", TRUE);
  if (self->closing)
    return;

  if (folder == NULL)
    {
      gtk_window_present (luminal_error_dialog_new (GTK_WINDOW (self), _("No Samples"), error->message));
      return;
    }

  luminal_window_open_folder (self, folder);
  {
    g_autofree char *path = luminal_words_folder_path (folder);
    /* Translators: the path of a folder */
    g_autofree char *text = g_strdup_printf (_("The samples are in %s"), path);

    gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s", text);
  }
}

static void
samples_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  gtk_widget_action_set_enabled (widget, "win.samples", FALSE);
  luminal_samples_copy_async (NULL, samples_copied_cb, g_object_ref (widget));
}

/* The menu of recent folders */

/* An underscore in a name is no mnemonic. */
static char *
make_label (GFile *folder)
{
  g_autofree char *path = luminal_words_folder_path (folder);
  g_auto (GStrv) parts = g_strsplit (path, "_", -1);

  return g_strjoinv ("__", parts);
}

static void
update_recent_menu (LuminalWindow *self)
{
  GListModel *recent = G_LIST_MODEL (self->recent);
  guint n_items = g_list_model_get_n_items (recent);
  g_autoptr (GMenu) folders = g_menu_new ();

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (GFile) folder = g_list_model_get_item (recent, i);
      g_autoptr (GMenuItem) item = NULL;
      g_autofree char *uri = g_file_get_uri (folder);
      g_autofree char *label = make_label (folder);

      item = g_menu_item_new (label, NULL);
      g_menu_item_set_action_and_target (item, "win.open-recent", "s", uri);
      g_menu_append_item (folders, item);
    }

  g_menu_remove_all (self->recent_menu);
  if (n_items > 0)
    {
      g_autoptr (GMenu) clear = g_menu_new ();

      g_menu_append_section (self->recent_menu, NULL, G_MENU_MODEL (folders));
      g_menu_append (clear, _("_Clear"), "win.clear-recent");
      g_menu_append_section (self->recent_menu, NULL, G_MENU_MODEL (clear));
    }
  else
    /* An item without an action cannot be chosen. */
    g_menu_append (self->recent_menu, _("None Yet"), "win.none");
}

void
luminal_window_install_folders (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "win.open-recent", "s", open_recent_action);
  gtk_widget_class_install_action (widget_class, "win.forget-recent", "s", forget_recent_action);
  gtk_widget_class_install_action (widget_class, "win.clear-recent", NULL, clear_recent_action);
  gtk_widget_class_install_action (widget_class, "win.samples", NULL, samples_action);
  gtk_widget_class_install_action (widget_class, "win.retry", NULL, retry_action);
}

void
luminal_window_set_up_folders (LuminalWindow *self)
{
  self->recent = luminal_recent_folders_new (self->settings);
  g_signal_connect_object (self->recent, "items-changed",
                           G_CALLBACK (update_recent_menu), self, G_CONNECT_SWAPPED);
  update_recent_menu (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.samples", luminal_samples_are_there ());
}
