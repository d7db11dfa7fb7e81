/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-spawner-program.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/socket.h>

#include "luminal-worker-error.h"
#include "luminal-worker-protocol.h"

/* What GLib needs to start a program, once or for a moment. */
#define SPARE_DESCRIPTORS 16

/* What starting it said, in terms of what to do. */
static GError *
explain_start (const char   *path,
               const GError *error)
{
  g_autoptr (GError) no_descriptors = NULL;

  if (!luminal_worker_check_descriptors (SPARE_DESCRIPTORS, &no_descriptors))
    return g_steal_pointer (&no_descriptors);
  if (g_error_matches (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FORK))
    return luminal_worker_error_new (EAGAIN, _("the worker program cannot be started"));
  if (g_error_matches (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
    return luminal_worker_error_about_program (path, _("cannot be started: %s"), g_strerror (ENOENT));
  if (g_error_matches (error, G_SPAWN_ERROR, G_SPAWN_ERROR_ACCES))
    return luminal_worker_error_about_program (path, _("cannot be started: %s"), g_strerror (EACCES));

  return luminal_worker_error_about_program (path, _("cannot be started: %s"), error->message);
}

GSubprocess *
luminal_spawner_program_start (const char  *path,
                               int          lifeline,
                               GSocket    **control,
                               GError     **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) program = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) local_error = NULL;
  int sockets[2];

  if (!luminal_worker_check_descriptors (SPARE_DESCRIPTORS, error))
    return NULL;
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
    {
      g_propagate_error (error, luminal_worker_error_new (errno, _("no channel to the worker program can be opened")));
      return NULL;
    }

  /* Its errors are seen where the manager's are; it has none but those of the dynamic
   * linker. Nothing goes to where the manager's output goes. */
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_subprocess_launcher_take_fd (launcher, sockets[1], LUMINAL_SPAWNER_CONTROL_FD);
  g_subprocess_launcher_take_fd (launcher, fcntl (lifeline, F_DUPFD_CLOEXEC, 0), LUMINAL_SPAWNER_LIFELINE_FD);

  socket = g_socket_new_from_fd (sockets[0], &local_error);
  if (socket != NULL)
    {
      g_socket_set_blocking (socket, FALSE);
      program = g_subprocess_launcher_spawn (launcher, &local_error, path, NULL);
    }
  if (program == NULL)
    {
      g_propagate_error (error, explain_start (path, local_error));
      return NULL;
    }

  *control = g_steal_pointer (&socket);
  return g_steal_pointer (&program);
}
