/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gio/gio.h>
#include <stdlib.h>
#include <unistd.h>

#include "luminal-worker-entry.h"

static void
closed (GDBusConnection *connection,
        gboolean         remote_peer_vanished,
        GError          *error,
        gpointer         user_data)
{
  g_main_loop_quit (user_data);
}

void
luminal_worker_serve (int connection_fd,
                      int said_fd)
{
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) stream = NULL;
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;

  socket = g_socket_new_from_fd (connection_fd, &error);
  if (socket == NULL)
    g_error ("%s", error->message);
  stream = g_socket_connection_factory_create_connection (socket);
  connection = g_dbus_connection_new_sync (G_IO_STREAM (stream), NULL,
                                           G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT,
                                           NULL, NULL, &error);
  if (connection == NULL)
    exit (EXIT_FAILURE);

  g_signal_connect (connection, "closed", G_CALLBACK (closed), loop);
  if (!g_dbus_connection_is_closed (connection))
    g_main_loop_run (loop);
  close (said_fd);
  exit (EXIT_SUCCESS);
}
