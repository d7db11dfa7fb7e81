/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-window-private.h"

#include <glib/gi18n.h>

#include "luminal-import.h"
#include "luminal-look.h"
#include "luminal-words.h"

/* What is dropped on the window: a folder is opened, modules are copied into the folder that
 * is open, after asking. */

static void
say (LuminalWindow *self,
     const char    *text)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s", text);
}

/* Copying */

typedef struct
{
  LuminalWindow *window;
  GFile *file;
} Copy;

static void
copy_free (Copy *copy)
{
  g_object_unref (copy->window);
  g_object_unref (copy->file);
  g_free (copy);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Copy, copy_free)

/* Whoever brings a module wants it to run; a watch sees to that by itself. */
static void
put_to_work (LuminalWindow *self,
             GFile         *file)
{
  g_autoptr (GPtrArray) handlers = NULL;

  if (luminal_session_get_watching (self->session))
    return;

  handlers = luminal_loader_lookup_file (luminal_session_get_loader (self->session), file);
  if (handlers->len > 0)
    luminal_session_reload (self->session, handlers->pdata[0]);
  else
    luminal_session_load (self->session, file);
}

static void
copied_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Copy) copy = user_data;
  LuminalWindow *self = copy->window;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) place = luminal_import_copy_finish (result, &error);
  g_autofree char *name = luminal_look_file_name (copy->file);

  if (self->closing)
    return;

  if (place != NULL)
    put_to_work (self, place);
  else
    luminal_toast_queue_add_problem (self->toasts, LUMINAL_PROBLEM_FAILED, name, NULL, error);
}

static void
copy_all (LuminalWindow *self,
          GPtrArray     *files,
          gboolean       replace)
{
  GFile *target = luminal_session_get_folder (self->session);

  for (guint i = 0; i < files->len && target != NULL; i++)
    {
      Copy *copy = g_new (Copy, 1);

      copy->window = g_object_ref (self);
      copy->file = g_object_ref (files->pdata[i]);
      luminal_import_copy_async (files->pdata[i], target, replace, NULL, copied_cb, copy);
    }
}

/* Asking */

static void
answered_cb (AdwMessageDialog *dialog,
             const char       *response,
             LuminalWindow    *self)
{
  GPtrArray *files = g_object_get_data (G_OBJECT (dialog), "files");

  if (!g_str_equal (response, "cancel") && !self->closing)
    copy_all (self, files, g_str_equal (response, "replace"));
}

static char *
describe_taken (LuminalImport *import)
{
  g_autofree char *name = luminal_look_file_name (import->modules->pdata[0]);

  if (import->modules->len == 1)
    /* Translators: the name of a file */
    return g_strdup_printf (_("There is another “%s” already."), name);

  return g_strdup_printf (ngettext ("%u of them has the name of a file that is there already.",
                                    "%u of them have the names of files that are there already.",
                                    import->n_taken),
                          import->n_taken);
}

static void
ask (LuminalWindow *self,
     LuminalImport *import)
{
  GFile *target = luminal_session_get_folder (self->session);
  g_autofree char *name = luminal_look_file_name (import->modules->pdata[0]);
  g_autofree char *folder = luminal_words_folder_name (target);
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  g_autofree char *taken = NULL;
  GtkWidget *dialog;

  if (import->modules->len == 1)
    /* Translators: the name of a file */
    heading = g_strdup_printf (_("Copy “%s”?"), name);
  else
    heading = g_strdup_printf (ngettext ("Copy %u Module?", "Copy %u Modules?", import->modules->len),
                               import->modules->len);
  /* Translators: the name of a folder */
  body = g_strdup_printf (ngettext ("It is copied into “%s”, and its code runs.",
                                    "They are copied into “%s”, and their code runs.",
                                    import->modules->len),
                          folder);
  if (import->n_taken > 0)
    {
      g_autofree char *more = describe_taken (import);

      taken = g_strdup_printf ("%s %s", body, more);
    }

  dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, taken != NULL ? taken : body);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"));
  if (import->n_taken > 0)
    {
      adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "replace", _("_Replace"));
      adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "replace",
                                                  ADW_RESPONSE_DESTRUCTIVE);
    }
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "copy",
                                   import->n_taken > 0 ? _("_Keep Both") : _("C_opy"));
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "copy", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "copy");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");

  g_object_set_data_full (G_OBJECT (dialog), "files", g_ptr_array_ref (import->modules),
                          (GDestroyNotify) g_ptr_array_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Dropping */

static void
say_no_modules (LuminalWindow *self,
                GPtrArray     *others)
{
  g_autofree char *name = luminal_look_file_name (others->pdata[0]);
  g_autofree char *text = NULL;

  if (others->len == 1)
    /* Translators: the name of a file */
    text = g_strdup_printf (_("“%s” is no module: a module ends in “.so” or “.c”"), name);
  else
    text = g_strdup_printf (ngettext ("%u file is no module", "%u files are no modules", others->len),
                            others->len);
  say (self, text);
}

static gboolean
is_there_already (LuminalWindow *self,
                  LuminalImport *import)
{
  GFile *target = luminal_session_get_folder (self->session);

  for (guint i = 0; i < import->modules->len; i++)
    if (!g_file_has_parent (import->modules->pdata[i], target))
      return FALSE;

  return TRUE;
}

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (LuminalWindow) self = user_data;
  g_autoptr (LuminalImport) import = luminal_import_look_finish (result, NULL);

  if (import == NULL || self->closing)
    return;

  if (import->folder != NULL)
    luminal_window_open_folder (self, import->folder);
  else if (import->modules->len == 0)
    say_no_modules (self, import->others);
  else if (luminal_session_get_folder (self->session) == NULL)
    say (self, _("Open a folder first, which modules are then copied into"));
  else if (is_there_already (self, import))
    say (self, _("It is in this folder already"));
  else
    {
      if (import->others->len > 0)
        say_no_modules (self, import->others);
      ask (self, import);
    }
}

/* @files: (element-type GFile) */
void
luminal_window_take_files (LuminalWindow *self,
                           GPtrArray     *files)
{
  if (files->len > 0 && !self->closing)
    luminal_import_look_async (files, luminal_session_get_folder (self->session), NULL, looked_cb,
                               g_object_ref (self));
}

static gboolean
drop_cb (LuminalWindow *self,
         const GValue  *value)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    {
      g_autoptr (GSList) list = gdk_file_list_get_files (g_value_get_boxed (value));

      for (GSList *l = list; l != NULL; l = l->next)
        g_ptr_array_add (files, g_object_ref (l->data));
    }
  else if (G_VALUE_HOLDS (value, G_TYPE_FILE) && g_value_get_object (value) != NULL)
    g_ptr_array_add (files, g_value_dup_object (value));

  luminal_window_take_files (self, files);

  return files->len > 0;
}

void
luminal_window_set_up_drop (LuminalWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_FILE };

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_css_class (GTK_WIDGET (self->leaflet), "drop-place");
  gtk_widget_add_controller (GTK_WIDGET (self->leaflet), GTK_EVENT_CONTROLLER (target));
}
