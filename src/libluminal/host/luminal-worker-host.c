/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-worker-host.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

#include "luminal-error-private.h"
#include "luminal-worker-call.h"
#include "luminal-worker-process.h"

/* A worker that is closed has nothing left to do but to exit. */
#define CLOSE_TIMEOUT_MS 1000

struct _LuminalWorkerHost
{
  GObject parent_instance;

  LuminalSpawner *spawner;
  LuminalHostSettings settings;
  char *filepath;
  guint generation;

  LuminalImage *image;
  GPtrArray *photons; /* of LuminalMetadata */
  GHashTable *running; /* class names */

  LuminalWorkerProcess *process; /* none: it has ended, or never was */
  int pid;
  LuminalCrash *crash;

  LuminalWorkerCall *call;
};

static void luminal_worker_host_iface_init (LuminalHostInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LuminalWorkerHost, luminal_worker_host, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LUMINAL_TYPE_HOST, luminal_worker_host_iface_init))

/* Nothing more is heard of the process, and it is killed if it lives. */
static void
drop_process (LuminalWorkerHost *self)
{
  if (self->process != NULL)
    g_signal_handlers_disconnect_by_data (self->process, self);
  g_clear_object (&self->process);
  g_hash_table_remove_all (self->running);
  self->pid = 0;
}

static void
luminal_worker_host_finalize (GObject *object)
{
  LuminalWorkerHost *self = LUMINAL_WORKER_HOST (object);

  g_assert (self->call == NULL);
  drop_process (self);
  g_clear_object (&self->spawner);
  g_clear_object (&self->image);
  g_clear_object (&self->crash);
  g_clear_pointer (&self->photons, g_ptr_array_unref);
  g_hash_table_unref (self->running);
  g_free (self->filepath);

  G_OBJECT_CLASS (luminal_worker_host_parent_class)->finalize (object);
}

static void
luminal_worker_host_class_init (LuminalWorkerHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_worker_host_finalize;
}

static void
luminal_worker_host_init (LuminalWorkerHost *self)
{
  self->running = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

LuminalHost *
luminal_worker_host_new (LuminalSpawner            *spawner,
                         const LuminalHostSettings *settings,
                         const char                *filepath,
                         guint                      generation)
{
  LuminalWorkerHost *self = g_object_new (LUMINAL_TYPE_WORKER_HOST, NULL);

  self->spawner = g_object_ref (spawner);
  self->settings = *settings;
  self->filepath = g_strdup (filepath);
  self->generation = generation;

  return LUMINAL_HOST (self);
}

static LuminalWorkerCall *
begin_call (LuminalWorkerHost *self,
            GTask             *task,
            LuminalPhase       phase,
            LuminalMetadata   *photon,
            const char        *what,
            guint              timeout)
{
  LuminalWorkerCall *call = g_new0 (LuminalWorkerCall, 1);

  g_assert (self->call == NULL);
  call->task = g_object_ref (task);
  call->phase = phase;
  call->what = what;
  call->timeout = timeout;
  g_set_object (&call->photon, photon);
  self->call = call;

  return call;
}

/* The next one may begin before the result of this one is known to anybody. */
static GTask *
end_call (LuminalWorkerHost *self)
{
  GTask *task = g_object_ref (self->call->task);

  g_clear_pointer (&self->call, luminal_worker_call_free);
  return task;
}

/* Nothing more is to be told than that: no state, no reason to stay. */
static void
return_done (LuminalWorkerHost *self)
{
  g_autoptr (GTask) task = end_call (self);
  gpointer tag = g_task_get_source_tag (task);

  if (tag == luminal_host_save_state_async || tag == luminal_host_close_async)
    g_task_return_pointer (task, NULL, NULL);
  else
    g_task_return_boolean (task, TRUE);
}

/* Takes @error. */
static void
return_failure (LuminalWorkerHost *self,
                GError            *error)
{
  g_autoptr (GTask) task = end_call (self);

  g_task_return_error (task, error);
}

static GError *
timeout_error (LuminalWorkerHost *self)
{
  return luminal_worker_call_timeout_error (self->call, self->filepath, self->settings.open_timeout);
}

/* Whose output it is cannot be seen from a stream that all photons of a process
 * share: it is said to be that of the one that is being called, or else of the first
 * that runs. */
static LuminalMetadata *
guess_speaker (LuminalWorkerHost *self)
{
  if (self->call != NULL && self->call->photon != NULL)
    return self->call->photon;

  for (guint i = 0; i < self->photons->len; i++)
    {
      if (g_hash_table_contains (self->running, luminal_metadata_get_class_name (self->photons->pdata[i])))
        return self->photons->pdata[i];
    }

  return self->photons->len > 0 ? self->photons->pdata[0] : NULL;
}

static void
process_said (LuminalWorkerHost    *self,
              guint                 photon,
              LuminalStream         stream,
              const char           *text,
              LuminalWorkerProcess *process)
{
  LuminalMetadata *speaker = photon < self->photons->len ? self->photons->pdata[photon] : guess_speaker (self);

  if (speaker != NULL)
    luminal_host_emit_output (LUMINAL_HOST (self), luminal_metadata_get_class_name (speaker), stream, text);
}

static void take_worker (LuminalWorkerHost *self);

/* A spare worker that was killed by somebody before it saw the module says nothing about
 * that. */
static gboolean
try_again (LuminalWorkerHost *self)
{
  LuminalWorkerCall *call = self->call;

  if (call == NULL || !call->is_opening || call->has_answered || call->has_tried_again || call->failure != NULL)
    return FALSE;

  call->has_tried_again = TRUE;
  take_worker (self);
  return TRUE;
}

static void
process_ended (LuminalWorkerHost    *self,
               LuminalWorkerProcess *process)
{
  g_autoptr (LuminalWorkerHost) kept = g_object_ref (self);
  GError *error = NULL;

  g_assert (self->crash == NULL);
  self->crash = luminal_worker_process_get_crash (process, &self->settings, self->image,
                                                  self->filepath);
  drop_process (self);
  if (try_again (self))
    return;

  if (self->call != NULL && self->call->failure != NULL)
    error = g_steal_pointer (&self->call->failure);
  else if (self->call != NULL && self->crash != NULL)
    error = luminal_worker_call_crash_error (self->call, self->filepath, self->crash);

  if (self->crash != NULL)
    luminal_host_emit_crashed (LUMINAL_HOST (self));

  if (error != NULL)
    return_failure (self, error);
  else if (self->call != NULL)
    return_done (self);
}

/* It is not to be waited for any more. Takes @error: what the call then ends with. */
static void
give_up_process (LuminalWorkerHost *self,
                GError            *error)
{
  self->call->failure = error;
  luminal_worker_process_expect_end (self->process);
  luminal_worker_process_end (self->process, FALSE);
}

/* Returns whether the worker answered as it should. Otherwise the call ends by itself:
 * at once, or with the process. Takes @error, which may be none. */
static gboolean
check_answer (LuminalWorkerHost *self,
              GError            *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && !g_dbus_error_is_remote_error (error))
    {
      /* The process is gone, and the call ended with it. */
      g_error_free (error);
      return FALSE;
    }

  luminal_worker_process_drain (self->process);
  if (error == NULL)
    return TRUE;

  if (g_dbus_error_is_remote_error (error) &&
      (error->domain == LUMINAL_ERROR || error->domain == G_IO_ERROR))
    {
      g_dbus_error_strip_remote_error (error);
      return_failure (self, error);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    {
      g_error_free (error);
      give_up_process (self, timeout_error (self));
    }
  else
    {
      /* Its end is under way, or is begun here; and tells what happened. */
      g_debug ("%s: %s", self->filepath, error->message);
      g_error_free (error);
      luminal_worker_process_break_off (self->process);
    }

  return FALSE;
}

static void
ask (LuminalWorkerHost   *self,
     const char          *method,
     GVariant            *parameters,
     int                  fd,
     guint                timeout,
     GAsyncReadyCallback  callback)
{
  luminal_peer_call_async (luminal_worker_process_get_peer (self->process), method, parameters, fd, timeout,
                           luminal_worker_process_get_cancellable (self->process), callback,
                           g_object_ref (self));
}

/* %NULL: it was none, and the call ends by itself. */
static GVariant *
take_answer (LuminalWorkerHost *self,
             GObject           *peer,
             GAsyncResult      *result)
{
  GError *error = NULL;
  g_autoptr (GVariant) answer = luminal_peer_call_finish (LUMINAL_PEER (peer), result, &error);

  return check_answer (self, error) ? g_steal_pointer (&answer) : NULL;
}

static void
module_opened (GObject      *source_object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (LuminalWorkerHost) self = user_data;
  g_autoptr (GVariant) answer = take_answer (self, source_object, result);

  if (answer == NULL)
    return;

  g_variant_get (answer, "(i)", &self->pid);
  self->call->is_opening = FALSE;
  luminal_worker_call_forget_cancellable (self->call);
  luminal_image_rest (self->image);
  self->call->next (self);
}

static void
worker_answered (GObject      *source_object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (LuminalWorkerHost) self = user_data;
  g_autoptr (GVariant) answer = luminal_peer_call_finish (LUMINAL_PEER (source_object), result, NULL);

  if (answer != NULL && self->call != NULL)
    self->call->has_answered = TRUE;
}

static gboolean
opening_cancelled (GCancellable *cancellable,
                   gpointer      user_data)
{
  LuminalWorkerHost *self = user_data;
  GError *error = NULL;

  /* An end that is under way already says why by itself. */
  if (self->call->failure == NULL && g_cancellable_set_error_if_cancelled (cancellable, &error))
    give_up_process (self, error);

  return G_SOURCE_REMOVE;
}

/* A module that hangs while it is opened has done nothing yet that anybody would miss. */
static void
follow_cancellable (LuminalWorkerHost *self)
{
  LuminalWorkerCall *call = self->call;
  GCancellable *cancellable = g_task_get_cancellable (call->task);

  luminal_worker_call_forget_cancellable (call);
  if (cancellable == NULL || g_task_get_source_tag (call->task) != luminal_host_open_async)
    return;

  call->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (call->cancelled, G_SOURCE_FUNC (opening_cancelled), self, NULL);
  g_source_attach (call->cancelled, g_main_context_get_thread_default ());
}

static void
open_module (LuminalWorkerHost *self)
{
  GVariantBuilder classes;
  int fd = luminal_image_get_fd (self->image);

  if (fd < 0)
    {
      give_up_process (self, luminal_error_new (LUMINAL_ERROR_WORKER_UNAVAILABLE, self->filepath,
                                                LUMINAL_PHASE_STAGE, _("its copy cannot be handed to a worker: %s"),
                                                g_strerror (errno)));
      return;
    }

  g_variant_builder_init (&classes, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < self->photons->len; i++)
    g_variant_builder_add (&classes, "s", luminal_metadata_get_class_name (self->photons->pdata[i]));

  /* One after the other, without waiting in between. */
  ask (self, "Prepare", NULL, -1, 0, worker_answered);
  ask (self, "Open",
       g_variant_new ("(h^aysuas(ttub))", 0, self->filepath, luminal_image_get_checksum (self->image),
                      self->generation, &classes, self->settings.memory_limit, self->settings.cpu_limit,
                      self->settings.file_limit, self->settings.no_new_privileges),
       fd, self->settings.open_timeout, module_opened);
  follow_cancellable (self);
}

static void
worker_taken (GObject      *source_object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (LuminalWorkerHost) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LuminalWorker) worker = luminal_spawner_take_finish (LUMINAL_SPAWNER (source_object), result, &error);

  if (worker != NULL)
    self->process = luminal_worker_process_new (worker, self->photons->len, &error);
  if (self->process == NULL)
    {
      return_failure (self, luminal_error_new (LUMINAL_ERROR_WORKER_UNAVAILABLE, self->filepath,
                                               self->call->phase, "%s", error->message));
      return;
    }

  g_signal_connect_swapped (self->process, "line", G_CALLBACK (process_said), self);
  g_signal_connect_swapped (self->process, "ended", G_CALLBACK (process_ended), self);
  open_module (self);
}

static void
take_worker (LuminalWorkerHost *self)
{
  g_clear_object (&self->crash);
  self->call->is_opening = TRUE;
  luminal_spawner_take_async (self->spawner, NULL, worker_taken, g_object_ref (self));
}

/* Has @next called when the module is open in a process. */
static void
with_module (LuminalWorkerHost *self,
             LuminalWorkerCallFunc          next)
{
  self->call->next = next;
  if (self->process != NULL)
    {
      next (self);
      return;
    }

  take_worker (self);
}

static void
luminal_worker_host_open_async (LuminalHost       *host,
                                LuminalImage      *image,
                                LuminalInspection *inspection,
                                GPtrArray         *photons,
                                GTask             *task)
{
  LuminalWorkerHost *self = LUMINAL_WORKER_HOST (host);

  self->image = g_object_ref (image);
  self->photons = g_ptr_array_ref (photons);

  begin_call (self, task, LUMINAL_PHASE_STAGE, NULL, NULL, 0);
  with_module (self, return_done);
}

static void
photon_restored (GObject      *source_object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (LuminalWorkerHost) self = user_data;
  g_autoptr (GVariant) answer = take_answer (self, source_object, result);

  if (answer != NULL)
    return_done (self);
}

static void
call_restore (LuminalWorkerHost *self)
{
  LuminalWorkerCall *call = self->call;
  GVariant *bytes = g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, g_variant_get_data (call->state),
                                               g_variant_get_size (call->state), 1);

  ask (self, "Restore",
       g_variant_new ("(ss@ay)", luminal_metadata_get_class_name (call->photon),
                      g_variant_get_type_string (call->state), bytes),
       -1, call->timeout, photon_restored);
}

static void
luminal_worker_host_restore_async (LuminalHost     *host,
                                   LuminalMetadata *photon,
                                   GVariant        *state,
                                   GTask           *task)
{
  LuminalWorkerHost *self = LUMINAL_WORKER_HOST (host);
  LuminalWorkerCall *call = begin_call (self, task, LUMINAL_PHASE_START, photon, _("the restore function"),
                           self->settings.restore_timeout);

  call->state = g_variant_ref (state);
  with_module (self, call_restore);
}

static void
photon_started (GObject      *source_object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (LuminalWorkerHost) self = user_data;
  g_autoptr (GVariant) answer = take_answer (self, source_object, result);

  if (answer == NULL)
    return;

  g_hash_table_add (self->running, g_strdup (luminal_metadata_get_class_name (self->call->photon)));
  return_done (self);
}

static void
call_start (LuminalWorkerHost *self)
{
  ask (self, "Start", g_variant_new ("(s)", luminal_metadata_get_class_name (self->call->photon)), -1,
       self->call->timeout, photon_started);
}

static void
luminal_worker_host_start_async (LuminalHost     *host,
                                 LuminalMetadata *photon,
                                 GTask           *task)
{
  LuminalWorkerHost *self = LUMINAL_WORKER_HOST (host);

  begin_call (self, task, LUMINAL_PHASE_START, photon, _("the start function"), self->settings.start_timeout);
  with_module (self, call_start);
}

static void
state_saved (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (LuminalWorkerHost) self = user_data;
  g_autoptr (GVariant) answer = take_answer (self, source_object, result);
  g_autoptr (GVariant) bytes = NULL;
  g_autoptr (GBytes) data = NULL;
  g_autoptr (GTask) task = NULL;
  const char *type;

  if (answer == NULL)
    return;

  g_variant_get (answer, "(&s@ay)", &type, &bytes);
  if (*type == '\0')
    {
      return_done (self);
      return;
    }
  if (!g_variant_type_string_is_valid (type) || !g_variant_type_is_definite (G_VARIANT_TYPE (type)))
    {
      luminal_worker_process_break_off (self->process);
      return;
    }

  data = g_variant_get_data_as_bytes (bytes);
  task = end_call (self);
  g_task_return_pointer (task, g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (type), data, FALSE)),
                         (GDestroyNotify) g_variant_unref);
}

static void
luminal_worker_host_save_state_async (LuminalHost     *host,
                                      LuminalMetadata *photon,
                                      GTask           *task)
{
  LuminalWorkerHost *self = LUMINAL_WORKER_HOST (host);

  begin_call (self, task, LUMINAL_PHASE_HAND_OVER, photon, _("the save function"), self->settings.save_timeout);
  if (self->process == NULL || !luminal_metadata_get_keeps_state (photon))
    {
      return_done (self);
      return;
    }

  ask (self, "Save", g_variant_new ("(s)", luminal_metadata_get_class_name (photon)), -1, self->call->timeout,
       state_saved);
}

static void
photon_stopped (GObject      *source_object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (LuminalWorkerHost) self = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) answer = luminal_peer_call_finish (LUMINAL_PEER (source_object), result, &error);

  /* It has ended, also if its finalizer complains. */
  if (error == NULL || g_dbus_error_is_remote_error (error))
    g_hash_table_remove (self->running, luminal_metadata_get_class_name (self->call->photon));
  if (check_answer (self, error))
    return_done (self);
}

static void
luminal_worker_host_stop_async (LuminalHost     *host,
                                LuminalMetadata *photon,
                                gboolean         force,
                                GTask           *task)
{
  LuminalWorkerHost *self = LUMINAL_WORKER_HOST (host);

  begin_call (self, task, LUMINAL_PHASE_HAND_OVER, photon, _("the finalizer"), self->settings.finalizer_timeout);
  if (self->process == NULL)
    {
      return_done (self);
    }
  else if (force)
    {
      luminal_worker_process_expect_end (self->process);
      luminal_worker_process_end (self->process, TRUE);
    }
  else
    {
      ask (self, "Stop", g_variant_new ("(s)", luminal_metadata_get_class_name (photon)), -1,
           self->call->timeout, photon_stopped);
    }
}

static void
module_closed (GObject      *source_object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (LuminalWorkerHost) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = luminal_peer_call_finish (LUMINAL_PEER (source_object), result, &error);

  /* Having answered it exits, unless a photon runs a main loop of its own; where it does
   * not, or does not answer, it is made to. */
  if (answer != NULL)
    luminal_worker_process_await_exit (self->process, CLOSE_TIMEOUT_MS);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    luminal_worker_process_end (self->process, FALSE);
}

static void
luminal_worker_host_close_async (LuminalHost *host,
                                 GTask       *task)
{
  LuminalWorkerHost *self = LUMINAL_WORKER_HOST (host);

  begin_call (self, task, LUMINAL_PHASE_NONE, NULL, NULL, 0);
  if (self->process == NULL)
    {
      return_done (self);
      return;
    }

  luminal_worker_process_expect_end (self->process);
  ask (self, "Close", NULL, -1, CLOSE_TIMEOUT_MS, module_closed);
}

static int
luminal_worker_host_get_pid (LuminalHost *host)
{
  return LUMINAL_WORKER_HOST (host)->pid;
}

static LuminalCrash *
luminal_worker_host_get_crash (LuminalHost *host)
{
  return LUMINAL_WORKER_HOST (host)->crash;
}

static void
luminal_worker_host_iface_init (LuminalHostInterface *iface)
{
  iface->open_async = luminal_worker_host_open_async;
  iface->restore_async = luminal_worker_host_restore_async;
  iface->start_async = luminal_worker_host_start_async;
  iface->save_state_async = luminal_worker_host_save_state_async;
  iface->stop_async = luminal_worker_host_stop_async;
  iface->close_async = luminal_worker_host_close_async;
  iface->get_pid = luminal_worker_host_get_pid;
  iface->get_crash = luminal_worker_host_get_crash;
}
