/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "luminal-load-dialog.h"
#include "luminal-preferences.h"
#include "luminal-settings.h"
#include "luminal-window.h"

struct _LuminalApplication
{
  AdwApplication parent_instance;

  GSettings *settings;
  GtkWindow *preferences;
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

/* The one that was used last; a dialog of it does not count. */
static GtkWindow *
find_window (LuminalApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (LUMINAL_IS_WINDOW (l->data))
      return l->data;

  return NULL;
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
  GtkWindow *window = find_window (user_data);

  if (window == NULL)
    window = GTK_WINDOW (new_window (user_data));

  gtk_window_present (window);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.open", NULL);
}

static void
preferences_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  LuminalApplication *self = user_data;
  GtkWindow *window = find_window (self);

  if (self->preferences == NULL)
    {
      GtkWindow *preferences = GTK_WINDOW (luminal_preferences_new (self->settings));

      g_set_weak_pointer (&self->preferences, preferences);
      gtk_window_set_transient_for (preferences, window);
      if (window == NULL)
        gtk_window_set_application (preferences, GTK_APPLICATION (self));
    }

  gtk_window_present (self->preferences);
}

/* What a notification is about: a file and a photon, or no one photon. */
static void
show_photon_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  g_autoptr (GFile) file = NULL;
  const char *uri, *name;

  g_variant_get (parameter, "(&s&s)", &uri, &name);
  file = g_file_new_for_uri (uri);
  for (GList *l = gtk_application_get_windows (user_data); l != NULL; l = l->next)
    {
      if (!LUMINAL_IS_WINDOW (l->data))
        continue;
      if (*name != '\0' && luminal_window_show_photon (l->data, file, name))
        return;
      if (luminal_window_has_file (l->data, file))
        {
          gtk_window_present (l->data);
          return;
        }
    }

  g_application_activate (user_data);
}

/* The desktop file offers new-window and open-folder, under these names. */
static const GActionEntry actions[] = {
  { .name = "about", .activate = about_action },
  { .name = "new-window", .activate = new_window_action },
  { .name = "open-folder", .activate = open_folder_action },
  { .name = "preferences", .activate = preferences_action },
  { .name = "show-photon", .activate = show_photon_action, .parameter_type = "(ss)" },
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
    { "app.new-window", { "<Control>n" } },
    { "app.preferences", { "<Control>comma" } },
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
    { "win.help", { "F1" } },
    { "win.show-help-overlay", { "<Control>question" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    gtk_application_set_accels_for_action (application, entries[i].action, entries[i].accels);
}

static void
luminal_application_activate (GApplication *application)
{
  LuminalApplication *self = LUMINAL_APPLICATION (application);
  GtkWindow *window = find_window (self);
  g_autofree char *uri = NULL;

  if (window != NULL)
    {
      gtk_window_present (window);
      return;
    }

  window = GTK_WINDOW (new_window (self));
  uri = g_settings_get_string (self->settings, "folder");
  if (*uri != '\0')
    {
      g_autoptr (GFile) folder = g_file_new_for_uri (uri);

      luminal_window_open_folder (LUMINAL_WINDOW (window), folder);
    }
  gtk_window_present (window);
}

/* A window without a folder, or a new one. */
static LuminalWindow *
get_free_window (LuminalApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (LUMINAL_IS_WINDOW (l->data) && luminal_window_get_folder (l->data) == NULL)
      return l->data;

  return LUMINAL_WINDOW (new_window (self));
}

/* A folder gets the window that has it, or one that has none, or a new one. */
static void
open_folder (LuminalApplication *self,
             GFile              *folder)
{
  LuminalWindow *window;

  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    {
      GFile *other = LUMINAL_IS_WINDOW (l->data) ? luminal_window_get_folder (l->data) : NULL;

      if (other != NULL && g_file_equal (other, folder))
        {
          gtk_window_present (l->data);
          return;
        }
    }

  window = get_free_window (self);
  luminal_window_open_folder (window, folder);
  gtk_window_present (GTK_WINDOW (window));
}

static void
show_in_folder (LuminalWindow *window,
                GFile         *file)
{
  luminal_window_open_file (window, file);
  gtk_window_present (GTK_WINDOW (window));
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  LuminalWindow *window = LUMINAL_WINDOW (source);
  g_autoptr (GtkApplication) application = NULL;
  g_autoptr (GFile) file = user_data;

  g_set_object (&application, gtk_window_get_application (GTK_WINDOW (window)));
  switch (luminal_load_dialog_ask_finish (GTK_WINDOW (window), result, NULL))
    {
    case LUMINAL_LOAD_MODULE:
      luminal_window_load_file (window, file);
      break;
    case LUMINAL_LOAD_FOLDER:
      if (application != NULL)
        show_in_folder (get_free_window (LUMINAL_APPLICATION (application)), file);
      break;
    case LUMINAL_LOAD_NOTHING:
    default:
      break;
    }
}

/* A module that some window has is shown there; of another one it is asked first whether it is
 * to be loaded, as it may come from anywhere. */
static void
open_file (LuminalApplication *self,
           GFile              *file)
{
  GtkWindow *window;

  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (LUMINAL_IS_WINDOW (l->data) && luminal_window_has_file (l->data, file))
      {
        show_in_folder (l->data, file);
        return;
      }

  window = find_window (self);
  if (window == NULL)
    window = GTK_WINDOW (new_window (self));
  gtk_window_present (window);
  luminal_load_dialog_ask_async (window, file, NULL, asked_cb, g_object_ref (file));
}

static void
queried_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (LuminalApplication) self = user_data;
  g_autoptr (GFileInfo) info = NULL;
  GFile *file = G_FILE (source);

  /* What is not there is shown as a folder that is gone. */
  info = g_file_query_info_finish (file, result, NULL);
  if (info != NULL && g_file_info_get_file_type (info) != G_FILE_TYPE_DIRECTORY)
    open_file (self, file);
  else
    open_folder (self, file);

  g_application_release (G_APPLICATION (self));
}

static void
luminal_application_open (GApplication  *application,
                          GFile        **files,
                          int            n_files,
                          const char    *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      g_application_hold (application);
      g_file_query_info_async (files[i], G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                               G_PRIORITY_DEFAULT, NULL, queried_cb, g_object_ref (application));
    }
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

/* The command line */

static const GOptionEntry options[] = {
  { "version", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
  { "new-window", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, NULL, N_("Open a new window"), NULL },
  { "open-folder", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, NULL, N_("Choose a folder to open"), NULL },
  { NULL },
};

/* GApplication reads the command line itself, but calls everything that goes wrong the same:
 * so what is no usage of the program is found before.
 *
 * @only_tells: set to whether nothing is asked for but a text
 */
static gboolean
check_usage (char     **arguments,
             gboolean  *only_tells,
             GError   **error)
{
  g_auto (GStrv) copy = g_strdupv (arguments);
  g_auto (GStrv) files = NULL;
  gboolean version = FALSE;
  gboolean help = FALSE;
  gboolean other = FALSE;
  const GOptionEntry entries[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, NULL, NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, NULL, NULL },
    { "help-all", 0, 0, G_OPTION_ARG_NONE, &help, NULL, NULL },
    { "help-gapplication", 0, 0, G_OPTION_ARG_NONE, &help, NULL, NULL },
    { "new-window", 0, 0, G_OPTION_ARG_NONE, &other, NULL, NULL },
    { "open-folder", 0, 0, G_OPTION_ARG_NONE, &other, NULL, NULL },
    { "gapplication-service", 0, 0, G_OPTION_ARG_NONE, &other, NULL, NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char **words = NULL;

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, NULL);
  words = g_memdup2 (copy, (g_strv_length (copy) + 1) * sizeof *copy);
  {
    int n_words = (int) g_strv_length (words);

    if (!g_option_context_parse (context, &n_words, &words, error))
      return FALSE;
  }

  for (guint i = 0; files != NULL && files[i] != NULL; i++)
    if (*files[i] == '\0')
      {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s",
                     _("The name of a folder is empty"));
        return FALSE;
      }

  *only_tells = version || help;

  return TRUE;
}

/* What has to be there before anything else happens. */
static gboolean
prepare (LuminalApplication  *self,
         GError             **error)
{
  g_autoptr (GDBusConnection) session_bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);

  /* GTK would warn that nobody can be told what is in the window. */
  if (session_bus == NULL)
    g_setenv ("GTK_A11Y", "none", FALSE);

  self->settings = luminal_settings_open (session_bus != NULL, error);
  if (self->settings == NULL)
    return FALSE;

  /* GTK itself would warn, and exit. */
  if (!gtk_init_check ())
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                   _("There is no display to open a window on. Set WAYLAND_DISPLAY or DISPLAY, or use "
                     "luminalctl"));
      return FALSE;
    }

  return TRUE;
}

static gboolean
luminal_application_local_command_line (GApplication   *application,
                                        char         ***arguments,
                                        int            *exit_status)
{
  gboolean only_tells = FALSE;
  g_autoptr (GError) error = NULL;

  if (!check_usage (*arguments, &only_tells, &error))
    {
      g_printerr ("luminal: %s\n%s\n", error->message, _("“luminal --help” tells how it is used."));
      *exit_status = 2;
      return TRUE;
    }

  if (!only_tells && !prepare (LUMINAL_APPLICATION (application), &error))
    {
      g_printerr ("luminal: %s\n", error->message);
      *exit_status = 1;
      return TRUE;
    }

  return G_APPLICATION_CLASS (luminal_application_parent_class)
    ->local_command_line (application, arguments, exit_status);
}

/* GTK asks its own translation, which may be missing where this one is there. */
static void
set_direction (void)
{
  /* Translators: a language that is written from right to left says "default:RTL" here,
   * any other one "default:LTR" */
  if (g_str_equal (_("default:LTR"), "default:RTL"))
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
}

static void
luminal_application_startup (GApplication *application)
{
  LuminalApplication *self = LUMINAL_APPLICATION (application);

  G_APPLICATION_CLASS (luminal_application_parent_class)->startup (application);
  set_direction ();

  self->sigint_id = g_unix_signal_add (SIGINT, signal_cb, self);
  self->sigterm_id = g_unix_signal_add (SIGTERM, signal_cb, self);

  set_accels (GTK_APPLICATION (self));
}

static void
luminal_application_shutdown (GApplication *application)
{
  LuminalApplication *self = LUMINAL_APPLICATION (application);

  g_clear_handle_id (&self->sigint_id, g_source_remove);
  g_clear_handle_id (&self->sigterm_id, g_source_remove);
  if (self->preferences != NULL)
    gtk_window_destroy (self->preferences);

  G_APPLICATION_CLASS (luminal_application_parent_class)->shutdown (application);
}

static void
luminal_application_finalize (GObject *object)
{
  LuminalApplication *self = LUMINAL_APPLICATION (object);

  g_clear_weak_pointer (&self->preferences);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (luminal_application_parent_class)->finalize (object);
}

static void
luminal_application_class_init (LuminalApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = luminal_application_finalize;
  application_class->activate = luminal_application_activate;
  application_class->open = luminal_application_open;
  application_class->local_command_line = luminal_application_local_command_line;
  application_class->handle_local_options = luminal_application_handle_local_options;
  application_class->startup = luminal_application_startup;
  application_class->shutdown = luminal_application_shutdown;
}

static void
luminal_application_init (LuminalApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _("[FOLDER|FILE…]"));
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
