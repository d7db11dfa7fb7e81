/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "luminal-window.h"

struct _LuminalApplication
{
  AdwApplication parent_instance;

  GSettings *settings;
  guint sigint_id;
  guint sigterm_id;
};

G_DEFINE_FINAL_TYPE (LuminalApplication, luminal_application, ADW_TYPE_APPLICATION)

/* Each window ends its photons before it goes; the last one ends the program. */
static void
close_windows (LuminalApplication *self)
{
  g_autoptr (GList) windows =
    g_list_copy (gtk_application_get_windows (GTK_APPLICATION (self)));

  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (l->data);
}

static gboolean
signal_cb (gpointer user_data)
{
  close_windows (user_data);

  return G_SOURCE_CONTINUE;
}

static void
quit_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  close_windows (user_data);
}

static void
about_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  const char *developers[] = { _("The Luminal developers"), NULL };
  GtkApplication *application = user_data;

  adw_show_about_window (gtk_application_get_active_window (application),
                         "application-name", _("Luminal"),
                         "application-icon", APPLICATION_ID,
                         "version", PACKAGE_VERSION,
                         "comments", _("Loads, watches and reloads small native plugins"),
                         "developer-name", _("The Luminal developers"),
                         "developers", developers,
                         /* Translators: your names, one to a line */
                         "translator-credits", _("translator-credits"),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         NULL);
}

static GtkWidget *
new_window (LuminalApplication *self)
{
  GtkWidget *window = luminal_window_new (GTK_APPLICATION (self), self->settings);

  if (IS_DEVEL)
    gtk_widget_add_css_class (window, "devel");

  return window;
}

static void
new_window_action (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  gtk_window_present (GTK_WINDOW (new_window (user_data)));
}

/* Asked for from outside, there may be no window to choose a folder in yet. */
static void
open_folder_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  GtkWindow *window = gtk_application_get_active_window (user_data);

  if (window == NULL)
    window = GTK_WINDOW (new_window (user_data));

  gtk_window_present (window);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.open", NULL);
}

/* The desktop file offers new-window and open-folder, under these names. */
static const GActionEntry actions[] = {
  { .name = "about", .activate = about_action },
  { .name = "new-window", .activate = new_window_action },
  { .name = "open-folder", .activate = open_folder_action },
  { .name = "quit", .activate = quit_action },
};

static void
set_accels (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *accels[3];
  } entries[] = {
    { "app.quit", { "<Control>q" } },
    { "window.close", { "<Control>w" } },
    { "win.open", { "<Control>o" } },
    { "win.find", { "<Control>f" } },
    { "win.watch", { "<Control>t" } },
    { "win.reload", { "<Control>r", "F5" } },
    { "win.reload-all", { "<Control><Shift>r" } },
    { "win.details", { "<Alt>Return", "<Alt>KP_Enter" } },
    { "win.next-problem", { "<Alt>Down", "<Alt>KP_Down" } },
    { "win.previous-problem", { "<Alt>Up", "<Alt>KP_Up" } },
    { "win.output", { "<Control>l" } },
    { "win.copy-path", { "<Control><Shift>c" } },
    { "win.show-help-overlay", { "<Control>question" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    gtk_application_set_accels_for_action (application, entries[i].action, entries[i].accels);
}

static void
luminal_application_activate (GApplication *application)
{
  LuminalApplication *self = LUMINAL_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  g_autofree char *uri = NULL;

  if (window != NULL)
    {
      gtk_window_present (window);
      return;
    }

  window = GTK_WINDOW (new_window (self));
  gtk_window_present (window);

  uri = g_settings_get_string (self->settings, "folder");
  if (*uri != '\0')
    {
      g_autoptr (GFile) folder = g_file_new_for_uri (uri);

      luminal_window_open_folder (LUMINAL_WINDOW (window), folder);
    }
}

/* A folder gets the window that has it, or one that has none, or a new one. */
static void
open_folder (LuminalApplication *self,
             GFile              *folder)
{
  GtkWindow *free_window = NULL;

  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    {
      GFile *other;

      if (!LUMINAL_IS_WINDOW (l->data))
        continue;

      other = luminal_window_get_folder (l->data);
      if (other == NULL)
        free_window = l->data;
      else if (g_file_equal (other, folder))
        {
          gtk_window_present (l->data);
          return;
        }
    }

  if (free_window == NULL)
    free_window = GTK_WINDOW (new_window (self));

  gtk_window_present (free_window);
  luminal_window_open_folder (LUMINAL_WINDOW (free_window), folder);
}

static void
luminal_application_open (GApplication  *application,
                          GFile        **files,
                          int            n_files,
                          const char    *hint)
{
  for (int i = 0; i < n_files; i++)
    open_folder (LUMINAL_APPLICATION (application), files[i]);
}

/* Options that stand for an action of the same name. */
static const char *const action_options[] = { "new-window", "open-folder" };

/* In the instance that runs, if there is one; or else in this one, which goes on. */
static int
activate_action (GApplication *application,
                 const char   *name)
{
  g_autoptr (GError) error = NULL;

  if (!g_application_register (application, NULL, &error))
    {
      g_printerr ("luminal: %s\n", error->message);
      return 1;
    }

  g_action_group_activate_action (G_ACTION_GROUP (application), name, NULL);
  if (!g_application_get_is_remote (application))
    return -1;

  g_dbus_connection_flush_sync (g_application_get_dbus_connection (application), NULL, NULL);
  return 0;
}

static int
luminal_application_handle_local_options (GApplication *application,
                                          GVariantDict *options)
{
  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("luminal %s\n", PACKAGE_VERSION);
      return 0;
    }
  for (guint i = 0; i < G_N_ELEMENTS (action_options); i++)
    {
      if (g_variant_dict_contains (options, action_options[i]))
        return activate_action (application, action_options[i]);
    }

  return -1;
}

/* Installed to a prefix of its own, the schema is not where GLib looks first. */
static GSettings *
open_settings (void)
{
  GSettingsSchemaSource *known = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchemaSource) own = NULL;
  g_autoptr (GSettingsSchema) schema = NULL;

  if (known != NULL)
    schema = g_settings_schema_source_lookup (known, SETTINGS_ID, TRUE);
  if (schema != NULL)
    return g_settings_new_full (schema, NULL, NULL);

  own = g_settings_schema_source_new_from_directory (SCHEMADIR, known, TRUE, NULL);
  if (own != NULL)
    schema = g_settings_schema_source_lookup (own, SETTINGS_ID, FALSE);
  if (schema == NULL)
    g_error ("The settings schema %s is not installed in %s. Install Luminal again", SETTINGS_ID,
             SCHEMADIR);

  return g_settings_new_full (schema, NULL, NULL);
}

static void
luminal_application_startup (GApplication *application)
{
  LuminalApplication *self = LUMINAL_APPLICATION (application);

  G_APPLICATION_CLASS (luminal_application_parent_class)->startup (application);

  self->settings = open_settings ();
  self->sigint_id = g_unix_signal_add (SIGINT, signal_cb, self);
  self->sigterm_id = g_unix_signal_add (SIGTERM, signal_cb, self);

  gtk_window_set_default_icon_name (APPLICATION_ID);
  set_accels (GTK_APPLICATION (self));
}

static void
luminal_application_shutdown (GApplication *application)
{
  LuminalApplication *self = LUMINAL_APPLICATION (application);

  g_clear_handle_id (&self->sigint_id, g_source_remove);
  g_clear_handle_id (&self->sigterm_id, g_source_remove);
  g_clear_object (&self->settings);

  G_APPLICATION_CLASS (luminal_application_parent_class)->shutdown (application);
}

static void
luminal_application_class_init (LuminalApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = luminal_application_activate;
  application_class->open = luminal_application_open;
  application_class->handle_local_options = luminal_application_handle_local_options;
  application_class->startup = luminal_application_startup;
  application_class->shutdown = luminal_application_shutdown;
}

static void
luminal_application_init (LuminalApplication *self)
{
  static const GOptionEntry options[] = {
    { "version", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"),
      NULL },
    { "new-window", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, NULL, N_("Open a new window"), NULL },
    { "open-folder", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, NULL, N_("Choose a folder to open"), NULL },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _("[FOLDER…]"));
  g_application_set_option_context_summary (
    G_APPLICATION (self), _("Loads, watches and reloads the photons of a folder."));
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
}

LuminalApplication *
luminal_application_new (void)
{
  return g_object_new (LUMINAL_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", RESOURCE_PATH,
                       NULL);
}
