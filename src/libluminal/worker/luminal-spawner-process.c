/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-spawner-process.h"

#include <gio/gunixfdmessage.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "luminal-clear-source.h"
#include "luminal-deadline.h"
#include "luminal-spawner-program.h"
#include "luminal-worker-error.h"
#include "luminal-worker-locate.h"
#include "luminal-worker-private.h"

/* Until the program said hello. */
#define HELLO_SECONDS 5

/* From being asked for a worker until that is connected. */
#define WORKER_SECONDS 10

/* Asked for side by side. More would be no faster, and each takes a few descriptors
 * for a moment. */
#define MOST_MAKING 8

typedef enum
{
  PROCESS_STARTING,
  PROCESS_READY,
  PROCESS_LOST,
} ProcessState;

struct _LuminalSpawnerProcess
{
  GObject parent_instance;

  char *path;
  GMainContext *context;
  ProcessState state;
  gboolean was_ready;
  GSubprocess *program;
  GSocket *control;
  GSource *control_source;
  GSource *hello_timeout;

  GHashTable *workers; /* number → LuminalWorker that was asked for and has not ended; not owned */
  GHashTable *making;  /* number → Making */
  guint n_waiting;     /* asked for, of which the program was not told yet */
  guint32 last_number;
};

/* A worker that is on its way. */
typedef struct
{
  LuminalSpawnerProcess *process;
  LuminalWorker *worker;
  GSource *timeout;
  GError *error; /* it failed, and the report will say why */
} Making;

/* Whatever can come from the program. */
typedef union
{
  guint32 message;
  LuminalSpawnerHello hello;
  LuminalSpawned spawned;
  LuminalWorkerEnded ended;
} Reply;

enum
{
  SPAWNED,
  FAILED,
  LOST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalSpawnerProcess, luminal_spawner_process, G_TYPE_OBJECT)

static void ask_for_more (LuminalSpawnerProcess *self);

static void
making_free (gpointer data)
{
  Making *making = data;

  luminal_clear_source (&making->timeout);
  g_clear_object (&making->worker);
  g_clear_error (&making->error);
  g_free (making);
}

static void
luminal_spawner_process_dispose (GObject *object)
{
  luminal_spawner_process_close (LUMINAL_SPAWNER_PROCESS (object));

  G_OBJECT_CLASS (luminal_spawner_process_parent_class)->dispose (object);
}

static void
luminal_spawner_process_finalize (GObject *object)
{
  LuminalSpawnerProcess *self = LUMINAL_SPAWNER_PROCESS (object);

  g_clear_object (&self->program);
  g_clear_object (&self->control);
  g_hash_table_unref (self->making);
  g_hash_table_unref (self->workers);
  g_main_context_unref (self->context);
  g_free (self->path);

  G_OBJECT_CLASS (luminal_spawner_process_parent_class)->finalize (object);
}

static void
luminal_spawner_process_class_init (LuminalSpawnerProcessClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = luminal_spawner_process_dispose;
  object_class->finalize = luminal_spawner_process_finalize;

  signals[SPAWNED] = g_signal_new ("spawned", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, LUMINAL_TYPE_WORKER);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[LOST] = g_signal_new ("lost", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
luminal_spawner_process_init (LuminalSpawnerProcess *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->workers = g_hash_table_new (NULL, NULL);
  self->making = g_hash_table_new_full (NULL, NULL, NULL, making_free);
}

static void
attach_timeout (LuminalSpawnerProcess  *self,
                GSource               **source,
                guint                   seconds,
                GSourceFunc             func,
                gpointer                user_data,
                const char             *name)
{
  *source = luminal_deadline_new (seconds * 1000);
  g_source_set_static_name (*source, name);
  g_source_set_callback (*source, func, user_data, NULL);
  g_source_attach (*source, self->context);
}

/* Everything that holds on to the program. Returns the workers that were there, which
 * do not hear from it any more. */
static GPtrArray *
let_go (LuminalSpawnerProcess *self)
{
  g_autoptr (GHashTable) making = g_steal_pointer (&self->making);
  g_autoptr (GPtrArray) workers = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer worker;

  self->state = PROCESS_LOST;
  self->n_waiting = 0;
  luminal_clear_source (&self->control_source);
  luminal_clear_source (&self->hello_timeout);
  if (self->control != NULL)
    g_socket_close (self->control, NULL);
  g_clear_object (&self->control);

  g_hash_table_iter_init (&iter, self->workers);
  while (g_hash_table_iter_next (&iter, NULL, &worker))
    g_ptr_array_add (workers, g_object_ref (worker));
  g_hash_table_remove_all (self->workers);

  self->making = g_hash_table_new_full (NULL, NULL, NULL, making_free);
  g_hash_table_iter_init (&iter, making);
  while (g_hash_table_iter_next (&iter, NULL, &worker))
    luminal_worker_end (((Making *) worker)->worker, TRUE);

  return g_steal_pointer (&workers);
}

static void
forsake (GPtrArray *workers)
{
  for (guint i = 0; i < workers->len; i++)
    luminal_worker_lose_spawner (g_ptr_array_index (workers, i));
}

/* Takes @error. */
static void
lose (LuminalSpawnerProcess *self,
      GError                *error)
{
  g_autoptr (LuminalSpawnerProcess) keep = g_object_ref (self);
  g_autoptr (GError) cause = error;
  g_autoptr (GPtrArray) workers = NULL;

  if (self->state == PROCESS_LOST)
    return;

  workers = let_go (self);
  g_subprocess_force_exit (self->program);
  forsake (workers);
  g_signal_emit (self, signals[LOST], 0, cause);
}

/* The program, and all of its workers, end by themselves. */
void
luminal_spawner_process_close (LuminalSpawnerProcess *self)
{
  g_autoptr (GPtrArray) workers = NULL;
  gboolean starting = self->state == PROCESS_STARTING;

  if (self->state == PROCESS_LOST || self->program == NULL)
    return;

  workers = let_go (self);
  /* It may not be what it should be, and has no worker that would be left behind. */
  if (starting)
    g_subprocess_force_exit (self->program);
  else
    g_subprocess_send_signal (self->program, SIGCONT);
  forsake (workers);
}

static void
fail (LuminalSpawnerProcess *self,
      guint32                number,
      GError                *error)
{
  g_autoptr (LuminalSpawnerProcess) keep = g_object_ref (self);
  g_autoptr (GError) cause = error;
  Making *making = g_hash_table_lookup (self->making, GUINT_TO_POINTER (number));

  luminal_worker_end (making->worker, TRUE);
  g_hash_table_remove (self->making, GUINT_TO_POINTER (number));
  g_signal_emit (self, signals[FAILED], 0, cause);
  ask_for_more (self);
}

static GError *
explain_silence (const Making *making)
{
  return g_error_new (LUMINAL_ERROR, LUMINAL_ERROR_WORKER_UNAVAILABLE,
                      _("a new worker process cannot be talked to: %s"), making->error->message);
}

static GError *
explain_end (const Making              *making,
             const LuminalWorkerReport *report)
{
  /* Killed from here, and for that. */
  if (making->error != NULL && (report->flags & LUMINAL_REPORT_HAS_STATUS) &&
      WIFSIGNALED (report->status) && WTERMSIG (report->status) == SIGKILL)
    return explain_silence (making);

  if (report->error != 0)
    return luminal_worker_error_new (report->error, _("a worker process cannot be forked"));

  if ((report->flags & LUMINAL_REPORT_HAS_STATUS) && WIFSIGNALED (report->status))
    return g_error_new (LUMINAL_ERROR, LUMINAL_ERROR_WORKER_UNAVAILABLE,
                        _("a new worker process was ended by signal %d (%s) before it could be used"),
                        WTERMSIG (report->status), g_strsignal (WTERMSIG (report->status)));
  if ((report->flags & LUMINAL_REPORT_HAS_STATUS) && WIFEXITED (report->status))
    return g_error_new (LUMINAL_ERROR, LUMINAL_ERROR_WORKER_UNAVAILABLE,
                        _("a new worker process ended with exit code %d before it could be used"),
                        WEXITSTATUS (report->status));

  return g_error_new (LUMINAL_ERROR, LUMINAL_ERROR_WORKER_UNAVAILABLE,
                      _("a new worker process was ended by another program before it could be used"));
}

static void
connected (GObject      *source_object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (LuminalSpawnerProcess) self = user_data;
  g_autoptr (LuminalWorker) worker = g_object_ref (LUMINAL_WORKER (source_object));
  gpointer number = GUINT_TO_POINTER (luminal_worker_get_number (worker));
  Making *making = g_hash_table_lookup (self->making, number);
  g_autoptr (GError) error = NULL;
  gboolean is_connected = luminal_worker_connect_finish (worker, result, &error);

  if (making == NULL)
    return;

  if (!is_connected)
    {
      making->error = g_steal_pointer (&error);
      luminal_worker_end (worker, TRUE);
      return;
    }

  g_hash_table_remove (self->making, number);
  g_signal_emit (self, signals[SPAWNED], 0, worker);
  ask_for_more (self);
}

static gboolean
take_too_long (gpointer user_data)
{
  Making *making = user_data;
  guint32 number = luminal_worker_get_number (making->worker);

  if (making->error != NULL)
    fail (making->process, number, explain_silence (making));
  else
    fail (making->process, number,
          g_error_new (LUMINAL_ERROR, LUMINAL_ERROR_WORKER_UNAVAILABLE,
                       _("a new worker process did not answer within %d s: the system may be overloaded"),
                       WORKER_SECONDS));
  return G_SOURCE_REMOVE;
}

static void
read_hello (LuminalSpawnerProcess     *self,
            const LuminalSpawnerHello *hello)
{
  g_autofree char *version = g_strndup (hello->version, sizeof hello->version);

  if (self->state != PROCESS_STARTING)
    {
      lose (self, luminal_worker_error_about_program (self->path, _("introduced itself twice")));
      return;
    }
  if (hello->protocol != LUMINAL_WORKER_PROTOCOL || !g_str_equal (version, PACKAGE_VERSION))
    {
      g_autofree char *shown = g_utf8_make_valid (version, -1);

      lose (self, luminal_worker_error_about_program (self->path, _("is of version %s (protocol %u), and this is %s "
                                                        "(protocol %d)"), shown, hello->protocol, PACKAGE_VERSION,
                                                      LUMINAL_WORKER_PROTOCOL));
      return;
    }

  self->state = PROCESS_READY;
  self->was_ready = TRUE;
  luminal_clear_source (&self->hello_timeout);
  ask_for_more (self);
}

/* Takes @pidfd, which can be -1. */
static void
read_spawned (LuminalSpawnerProcess *self,
              const LuminalSpawned  *spawned,
              int                    pidfd)
{
  LuminalWorker *worker = g_hash_table_lookup (self->workers, GUINT_TO_POINTER (spawned->worker));

  if (worker == NULL)
    {
      /* Nobody wants it any more. */
      LuminalSpawnerRequest request = { LUMINAL_SPAWNER_KILL, spawned->worker };

      if (pidfd >= 0)
        close (pidfd);
      g_socket_send (self->control, (const char *) &request, sizeof request, NULL, NULL);
      return;
    }

  if (spawned->error != 0)
    {
      if (pidfd >= 0)
        close (pidfd);
      g_hash_table_remove (self->workers, GUINT_TO_POINTER (spawned->worker));
      if (g_hash_table_contains (self->making, GUINT_TO_POINTER (spawned->worker)))
        fail (self, spawned->worker, luminal_worker_error_new (spawned->error, _("a worker process cannot be forked")));
      return;
    }

  luminal_worker_set_spawned (worker, spawned->warden, pidfd);
  luminal_worker_connect_async (worker, connected, g_object_ref (self));
}

static void
read_ended (LuminalSpawnerProcess    *self,
            const LuminalWorkerEnded *ended)
{
  gpointer number = GUINT_TO_POINTER (ended->worker);
  LuminalWorker *found = g_hash_table_lookup (self->workers, number);
  g_autoptr (LuminalWorker) worker = NULL;
  Making *making;

  if (found == NULL)
    return;

  worker = g_object_ref (found);
  g_hash_table_remove (self->workers, number);
  luminal_worker_set_ended (worker, &ended->report);
  making = g_hash_table_lookup (self->making, number);
  if (making != NULL)
    fail (self, ended->worker, explain_end (making, &ended->report));
}

static int
take_only_fd (GSocketControlMessage **messages,
              int                     n_messages)
{
  int fd = -1;

  for (int i = 0; i < n_messages; i++)
    {
      g_autofree int *fds = NULL;
      int n_fds = 0;

      if (!G_IS_UNIX_FD_MESSAGE (messages[i]))
        continue;
      fds = g_unix_fd_message_steal_fds (G_UNIX_FD_MESSAGE (messages[i]), &n_fds);
      for (int j = 0; j < n_fds; j++)
        {
          if (fd < 0)
            fd = fds[j];
          else
            close (fds[j]);
        }
    }

  return fd;
}

static gboolean
has_size (const Reply *reply,
          gssize       size)
{
  switch (reply->message)
    {
    case LUMINAL_SPAWNER_HELLO:
      return size == sizeof reply->hello;
    case LUMINAL_SPAWNER_SPAWNED:
      return size == sizeof reply->spawned;
    case LUMINAL_SPAWNER_ENDED:
      return size == sizeof reply->ended && reply->ended.report.n_frames <= LUMINAL_MOST_FRAMES;
    default:
      return FALSE;
    }
}

/* Takes @fd, which can be -1. */
static void
read_reply (LuminalSpawnerProcess *self,
            Reply                 *reply,
            gssize                 size,
            int                    fd)
{
  gboolean understood = size >= (gssize) sizeof reply->message && has_size (reply, size) &&
                        (self->state == PROCESS_READY || reply->message == LUMINAL_SPAWNER_HELLO);

  if (understood && reply->message == LUMINAL_SPAWNER_SPAWNED)
    {
      read_spawned (self, &reply->spawned, fd);
      return;
    }

  if (fd >= 0)
    close (fd);
  if (!understood)
    lose (self, luminal_worker_error_about_program (self->path, _("says what cannot be understood")));
  else if (reply->message == LUMINAL_SPAWNER_HELLO)
    read_hello (self, &reply->hello);
  else
    read_ended (self, &reply->ended);
}

static void
ended_early (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (LuminalSpawnerProcess) self = user_data;
  GSubprocess *program = G_SUBPROCESS (source_object);

  g_subprocess_wait_finish (program, result, NULL);
  if (g_subprocess_get_if_signaled (program))
    lose (self, luminal_worker_error_about_program (self->path, _("ended at once, by signal %d"),
                                                    g_subprocess_get_term_sig (program)));
  else
    lose (self, luminal_worker_error_about_program (self->path, _("ended at once, with exit code %d"),
                                                    g_subprocess_get_exit_status (program)));
}

static void
read_end (LuminalSpawnerProcess *self)
{
  if (self->state == PROCESS_STARTING)
    {
      /* How it ended is worth telling. One that is about to keeps its exit code, one that
       * has only closed its socket is of no use. */
      luminal_clear_source (&self->control_source);
      g_subprocess_force_exit (self->program);
      g_subprocess_wait_async (self->program, NULL, ended_early, g_object_ref (self));
      return;
    }

  lose (self, luminal_worker_error_about_program (self->path, _("ended unexpectedly")));
}

static gboolean
read_control (GSocket      *socket,
              GIOCondition  condition,
              gpointer      user_data)
{
  g_autoptr (LuminalSpawnerProcess) self = g_object_ref (user_data);

  while (self->control_source != NULL)
    {
      Reply reply = { 0 };
      GInputVector vector = { &reply, sizeof reply };
      GSocketControlMessage **messages = NULL;
      int n_messages = 0;
      int fd;
      g_autoptr (GError) error = NULL;
      gssize size = g_socket_receive_message (self->control, NULL, &vector, 1, &messages, &n_messages, NULL,
                                              NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        break;

      fd = take_only_fd (messages, n_messages);
      for (int i = 0; i < n_messages; i++)
        g_object_unref (messages[i]);
      g_free (messages);

      if (size > 0)
        read_reply (self, &reply, size, fd);
      else
        read_end (self);
    }

  return G_SOURCE_CONTINUE;
}

static gboolean
hello_is_late (gpointer user_data)
{
  LuminalSpawnerProcess *self = user_data;

  lose (self, luminal_worker_error_about_program (self->path, _("did not introduce itself within %d s"), HELLO_SECONDS));
  return G_SOURCE_REMOVE;
}

LuminalSpawnerProcess *
luminal_spawner_process_new (int      lifeline,
                             GError **error)
{
  g_autoptr (LuminalSpawnerProcess) self = g_object_new (LUMINAL_TYPE_SPAWNER_PROCESS, NULL);

  self->path = luminal_worker_locate ();
  self->program = luminal_spawner_program_start (self->path, lifeline, &self->control, error);
  if (self->program == NULL)
    return NULL;

  self->control_source = g_socket_create_source (self->control, G_IO_IN, NULL);
  g_source_set_static_name (self->control_source, "[luminal] spawner");
  g_source_set_callback (self->control_source, G_SOURCE_FUNC (read_control), self, NULL);
  g_source_attach (self->control_source, self->context);
  attach_timeout (self, &self->hello_timeout, HELLO_SECONDS, hello_is_late, self, "[luminal] spawner's hello");

  return g_steal_pointer (&self);
}

static gboolean
send_request (LuminalSpawnerProcess  *self,
              LuminalSpawnerMessage   message,
              guint32                 number,
              GUnixFDList            *fds,
              GError                **error)
{
  LuminalSpawnerRequest request = { message, number };
  GOutputVector vector = { &request, sizeof request };
  g_autoptr (GSocketControlMessage) fd_message = NULL;

  if (fds != NULL)
    fd_message = g_unix_fd_message_new_with_fd_list (fds);
  return g_socket_send_message (self->control, NULL, &vector, 1, fd_message != NULL ? &fd_message : NULL,
                                fd_message != NULL ? 1 : 0, 0, NULL, error) == sizeof request;
}

/* Without an error when the program was lost over it. */
static gboolean
ask_for_one (LuminalSpawnerProcess  *self,
             GError                **error)
{
  guint32 number = ++self->last_number;
  g_autoptr (GUnixFDList) remote = NULL;
  g_autoptr (LuminalWorker) worker = luminal_worker_new (self, number, &remote, error);
  g_autoptr (GError) local_error = NULL;
  Making *making;

  if (worker == NULL)
    return FALSE;

  if (!send_request (self, LUMINAL_SPAWNER_SPAWN, number, remote, &local_error))
    {
      g_autoptr (GError) cause =
        luminal_worker_error_about_program (self->path, _("cannot be asked for a worker: %s"), local_error->message);

      /* It has ended, which was about to be heard of. */
      if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
        lose (self, g_steal_pointer (&cause));
      else
        g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }

  making = g_new0 (Making, 1);
  making->process = self;
  making->worker = g_steal_pointer (&worker);
  attach_timeout (self, &making->timeout, WORKER_SECONDS, take_too_long, making, "[luminal] new worker");
  g_hash_table_insert (self->workers, GUINT_TO_POINTER (number), making->worker);
  g_hash_table_insert (self->making, GUINT_TO_POINTER (number), making);
  return TRUE;
}

static void
ask_for_more (LuminalSpawnerProcess *self)
{
  g_autoptr (LuminalSpawnerProcess) keep = g_object_ref (self);

  while (self->state == PROCESS_READY && self->n_waiting > 0 && g_hash_table_size (self->making) < MOST_MAKING)
    {
      g_autoptr (GError) error = NULL;

      self->n_waiting--;
      if (!ask_for_one (self, &error) && error != NULL)
        g_signal_emit (self, signals[FAILED], 0, error);
    }
}

void
luminal_spawner_process_spawn (LuminalSpawnerProcess *self)
{
  self->n_waiting++;
  ask_for_more (self);
}

guint
luminal_spawner_process_get_n_asked (LuminalSpawnerProcess *self)
{
  return self->n_waiting + g_hash_table_size (self->making);
}

gboolean
luminal_spawner_process_was_ready (LuminalSpawnerProcess *self)
{
  return self->was_ready;
}

void
luminal_spawner_process_end_worker (LuminalSpawnerProcess *self,
                                    LuminalWorker         *worker,
                                    gboolean               at_once)
{
  if (self->state == PROCESS_READY)
    send_request (self, at_once ? LUMINAL_SPAWNER_KILL : LUMINAL_SPAWNER_END,
                  luminal_worker_get_number (worker), NULL, NULL);
}

void
luminal_spawner_process_forget (LuminalSpawnerProcess *self,
                                LuminalWorker         *worker)
{
  g_hash_table_remove (self->workers, GUINT_TO_POINTER (luminal_worker_get_number (worker)));
}
