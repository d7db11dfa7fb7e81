/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luminal-clear-source.h"
#include "luminal-worker-error.h"
#include "luminal-worker-ipc.h"
#include "luminal-worker-private.h"

/* What is needed besides, once or for a moment. */
#define SPARE_DESCRIPTORS 6

struct _LuminalWorker
{
  GObject parent_instance;

  LuminalSpawnerProcess *process;
  guint32 number;
  GMainContext *context;

  int fds[LUMINAL_N_WORKER_FDS];
  pid_t warden;
  int pidfd; /* of its warden */
  GSource *pidfd_source;
  LuminalPeer *peer;

  LuminalWorkerReport report;
  gboolean spawned;
  gboolean ended;
  gboolean disconnected;
  gboolean forsaken; /* by its spawner */
};

enum
{
  ENDED,
  DISCONNECTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalWorker, luminal_worker, G_TYPE_OBJECT)

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static void
stop_watching_pidfd (LuminalWorker *self)
{
  luminal_clear_source (&self->pidfd_source);
}

static void
luminal_worker_dispose (GObject *object)
{
  LuminalWorker *self = LUMINAL_WORKER (object);

  luminal_worker_end (self, TRUE);
  if (self->process != NULL)
    luminal_spawner_process_forget (self->process, self);
  g_clear_object (&self->process);
  stop_watching_pidfd (self);
  if (self->peer != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->peer, self);
      luminal_peer_close (self->peer);
    }
  g_clear_object (&self->peer);

  G_OBJECT_CLASS (luminal_worker_parent_class)->dispose (object);
}

static void
luminal_worker_finalize (GObject *object)
{
  LuminalWorker *self = LUMINAL_WORKER (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->fds); i++)
    close_fd (&self->fds[i]);
  close_fd (&self->pidfd);
  g_main_context_unref (self->context);

  G_OBJECT_CLASS (luminal_worker_parent_class)->finalize (object);
}

static void
luminal_worker_class_init (LuminalWorkerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = luminal_worker_dispose;
  object_class->finalize = luminal_worker_finalize;

  signals[ENDED] =
    g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DISCONNECTED] =
    g_signal_new ("disconnected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
luminal_worker_init (LuminalWorker *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->pidfd = -1;
  for (guint i = 0; i < G_N_ELEMENTS (self->fds); i++)
    self->fds[i] = -1;
}

/* Fills @fds with this end of the channel and the worker's. */
static gboolean
open_channel (LuminalWorkerFd which,
              int             fds[2])
{
  switch (which)
    {
    case LUMINAL_WORKER_FD_CONNECTION:
      return socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0;
    case LUMINAL_WORKER_FD_SAID:
      return socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0;
    case LUMINAL_WORKER_FD_STDOUT:
    case LUMINAL_WORKER_FD_STDERR:
      return pipe2 (fds, O_CLOEXEC) == 0;
    case LUMINAL_N_WORKER_FDS:
    default:
      g_assert_not_reached ();
    }
}

LuminalWorker *
luminal_worker_new (LuminalSpawnerProcess  *process,
                    guint32                 number,
                    GUnixFDList           **remote,
                    GError                **error)
{
  g_autoptr (LuminalWorker) self = g_object_new (LUMINAL_TYPE_WORKER, NULL);
  g_autoptr (GUnixFDList) list = NULL;
  int theirs[LUMINAL_N_WORKER_FDS];

  for (int i = 0; i < LUMINAL_N_WORKER_FDS; i++)
    {
      int fds[2];

      if (!open_channel ((LuminalWorkerFd) i, fds))
        {
          g_propagate_error (error, luminal_worker_error_new (errno, _("no channel to a worker can be opened")));
          for (int j = 0; j < i; j++)
            close (theirs[j]);
          return NULL;
        }
      self->fds[i] = fds[0];
      theirs[i] = fds[1];
      fcntl (fds[0], F_SETFL, O_NONBLOCK);
    }

  list = g_unix_fd_list_new_from_array (theirs, G_N_ELEMENTS (theirs));
  if (!luminal_worker_check_descriptors (SPARE_DESCRIPTORS, error))
    return NULL;

  self->process = g_object_ref (process);
  self->number = number;
  *remote = g_steal_pointer (&list);
  return g_steal_pointer (&self);
}

guint32
luminal_worker_get_number (LuminalWorker *self)
{
  return self->number;
}

void
luminal_worker_set_spawned (LuminalWorker *self,
                            pid_t          warden,
                            int            pidfd)
{
  self->spawned = TRUE;
  self->warden = warden;
  self->pidfd = pidfd;
}

static gboolean
is_there (LuminalWorker *self)
{
  return self->spawned && !self->ended;
}

void
luminal_worker_set_ended (LuminalWorker             *self,
                          const LuminalWorkerReport *report)
{
  if (self->ended)
    return;

  self->report = *report;
  self->ended = TRUE;
  stop_watching_pidfd (self);
  close_fd (&self->pidfd);
  g_signal_emit (self, signals[ENDED], 0);
}

static void
end_unseen (LuminalWorker *self)
{
  const LuminalWorkerReport unknown = { 0 };
  g_autoptr (LuminalWorker) keep = g_object_ref (self);

  luminal_worker_set_ended (keep, &unknown);
}

static gboolean
warden_ended (int          fd,
              GIOCondition condition,
              gpointer     user_data)
{
  end_unseen (user_data);
  return G_SOURCE_REMOVE;
}

void
luminal_worker_lose_spawner (LuminalWorker *self)
{
  self->forsaken = TRUE;
  g_clear_object (&self->process);
  if (!is_there (self))
    return;

  if (self->pidfd >= 0)
    {
      self->pidfd_source = g_unix_fd_source_new (self->pidfd, G_IO_IN);
      g_source_set_static_name (self->pidfd_source, "[luminal] worker without a spawner");
      g_source_set_callback (self->pidfd_source, G_SOURCE_FUNC (warden_ended), self, NULL);
      g_source_attach (self->pidfd_source, self->context);
    }
  else if (self->disconnected)
    {
      end_unseen (self);
    }
}

/* Returns FALSE where the system has no such call. */
static gboolean
signal_by_pidfd (LuminalWorker *self,
                 int            signal_number)
{
  if (self->pidfd < 0)
    return FALSE;
  if (pidfd_send_signal (self->pidfd, signal_number, NULL, 0) != 0)
    return errno != ENOSYS;

  pidfd_send_signal (self->pidfd, SIGCONT, NULL, 0);
  return TRUE;
}

void
luminal_worker_end (LuminalWorker *self,
                    gboolean       at_once)
{
  int signal_number = at_once ? LUMINAL_WARDEN_KILL : LUMINAL_WARDEN_END;

  if (!is_there (self) || signal_by_pidfd (self, signal_number))
    return;

  if (self->process != NULL)
    {
      luminal_spawner_process_end_worker (self->process, self, at_once);
    }
  else if (self->warden > 0)
    {
      /* All that is left, and not quite safe: it may have ended without being seen. */
      kill (self->warden, signal_number);
      kill (self->warden, SIGCONT);
    }
}

static void
connection_closed (LuminalWorker *self)
{
  g_autoptr (LuminalWorker) keep = g_object_ref (self);

  if (self->disconnected)
    return;

  self->disconnected = TRUE;
  g_signal_emit (self, signals[DISCONNECTED], 0);

  /* All that can be known where there are no pidfds. */
  if (self->forsaken && self->pidfd < 0 && is_there (self))
    end_unseen (self);
}

static void
prepared (GObject      *source_object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) nothing = NULL;
  GError *error = NULL;

  nothing = luminal_peer_call_finish (LUMINAL_PEER (source_object), result, &error);
  if (nothing != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
luminal_worker_connect_async (LuminalWorker       *self,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  GError *error = NULL;

  g_task_set_source_tag (task, luminal_worker_connect_async);
  self->peer = luminal_peer_new (g_steal_fd (&self->fds[LUMINAL_WORKER_FD_CONNECTION]),
                                 &luminal_ipc_worker1_interface, &error);
  if (self->peer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_signal_connect_swapped (self->peer, "closed", G_CALLBACK (connection_closed), self);
  luminal_peer_call_async (self->peer, "Prepare", NULL, -1, 0, NULL, prepared, g_steal_pointer (&task));
}

gboolean
luminal_worker_connect_finish (LuminalWorker  *self,
                               GAsyncResult   *result,
                               GError        **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

LuminalPeer *
luminal_worker_get_peer (LuminalWorker *self)
{
  return self->peer;
}

gboolean
luminal_worker_is_connected (LuminalWorker *self)
{
  return !self->ended && !self->disconnected && self->peer != NULL && !luminal_peer_is_closed (self->peer);
}

int
luminal_worker_steal_output_fd (LuminalWorker   *self,
                                LuminalWorkerFd  which)
{
  int fd = self->fds[which];

  self->fds[which] = -1;
  return fd;
}

const LuminalWorkerReport *
luminal_worker_get_report (LuminalWorker *self)
{
  return self->ended ? &self->report : NULL;
}
