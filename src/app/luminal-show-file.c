/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-show-file.h"

#include <glib/gi18n.h>

/* A file among its neighbours, in whatever program shows files. Those that can select it
 * have a name on the session bus; any other is given the folder. */

typedef struct
{
  GtkWindow *parent;
  GFile *file;
} Request;

static void
request_free (Request *request)
{
  g_object_unref (request->parent);
  g_object_unref (request->file);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
folder_shown_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (gtk_show_uri_full_finish (GTK_WINDOW (source), result, &error) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  text = g_strdup_printf (_("The folder cannot be shown: %s"), error->message);
  gtk_widget_activate_action (GTK_WIDGET (request->parent), "win.say", "s", text);
}

static void
show_folder (Request *request)
{
  g_autoptr (GFile) folder = g_file_get_parent (request->file);
  g_autofree char *uri = folder != NULL ? g_file_get_uri (folder) : g_file_get_uri (request->file);

  gtk_show_uri_full (request->parent, uri, GDK_CURRENT_TIME, NULL, folder_shown_cb, request);
}

static void
item_shown_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (reply == NULL)
    show_folder (g_steal_pointer (&request));
}

void
luminal_show_file (GtkWindow *parent,
                   GFile     *file)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (parent));
  GDBusConnection *bus = application != NULL ? g_application_get_dbus_connection (application) : NULL;
  g_autofree char *uri = g_file_get_uri (file);
  const char *uris[] = { uri, NULL };
  Request *request = g_new0 (Request, 1);

  request->parent = g_object_ref (parent);
  request->file = g_object_ref (file);

  if (bus == NULL)
    {
      show_folder (request);
      return;
    }

  g_dbus_connection_call (bus,
                          "org.freedesktop.FileManager1",
                          "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1",
                          "ShowItems",
                          g_variant_new ("(^ass)", uris, ""),
                          NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          item_shown_cb, request);
}
