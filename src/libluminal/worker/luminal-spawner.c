/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-spawner.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "luminal-clear-source.h"
#include "luminal-spawner-process.h"
#include "luminal-worker-error.h"

/* The reserve is renewed when whoever took it should be done with the processor: a
 * reload takes a few milliseconds. */
#define RENEWAL_MS 20

struct _LuminalSpawner
{
  GObject parent_instance;

  GMainContext *context;
  int lifeline[2]; /* whoever reads it learns that this process has ended */
  LuminalSpawnerProcess *process;
  LuminalWorker *reserve;
  GSource *renewal;
  GQueue takers; /* GTask, each of which can have any worker that comes */
};

typedef struct
{
  GSource *cancelled;
  gboolean tried_again;
} Taker;

G_DEFINE_FINAL_TYPE (LuminalSpawner, luminal_spawner, G_TYPE_OBJECT)

/* It is about to be answered. */
static void
stop_waiting (GTask *task)
{
  Taker *taker = g_task_get_task_data (task);

  luminal_clear_source (&taker->cancelled);
}

static GTask *
next_taker (LuminalSpawner *self)
{
  GTask *task = g_queue_pop_head (&self->takers);

  if (task != NULL)
    stop_waiting (task);
  return task;
}

static void
drop_process (LuminalSpawner *self)
{
  if (self->process == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->process, self);
  luminal_spawner_process_close (self->process);
  g_clear_object (&self->process);
}

static void
drop_reserve (LuminalSpawner *self)
{
  if (self->reserve != NULL)
    g_signal_handlers_disconnect_by_data (self->reserve, self);
  g_clear_object (&self->reserve);
}

static void
cancel_renewal (LuminalSpawner *self)
{
  luminal_clear_source (&self->renewal);
}

static void
luminal_spawner_dispose (GObject *object)
{
  LuminalSpawner *self = LUMINAL_SPAWNER (object);

  cancel_renewal (self);
  drop_reserve (self);
  drop_process (self);
  for (guint i = 0; i < G_N_ELEMENTS (self->lifeline); i++)
    {
      if (self->lifeline[i] >= 0)
        close (self->lifeline[i]);
      self->lifeline[i] = -1;
    }

  G_OBJECT_CLASS (luminal_spawner_parent_class)->dispose (object);
}

static void
luminal_spawner_finalize (GObject *object)
{
  LuminalSpawner *self = LUMINAL_SPAWNER (object);

  /* Every taker holds a reference. */
  g_assert (g_queue_is_empty (&self->takers));
  g_main_context_unref (self->context);

  G_OBJECT_CLASS (luminal_spawner_parent_class)->finalize (object);
}

static void
luminal_spawner_class_init (LuminalSpawnerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = luminal_spawner_dispose;
  object_class->finalize = luminal_spawner_finalize;
}

static void
luminal_spawner_init (LuminalSpawner *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->lifeline[0] = self->lifeline[1] = -1;
  g_queue_init (&self->takers);
}

LuminalSpawner *
luminal_spawner_new (void)
{
  return g_object_new (LUMINAL_TYPE_SPAWNER, NULL);
}

static void renew_later (LuminalSpawner *self);
static void ask         (LuminalSpawner *self,
                         guint           n);
static void lost        (LuminalSpawner *self,
                         const GError   *error);

static void
spawned (LuminalSpawner *self,
         LuminalWorker  *worker)
{
  g_autoptr (GTask) task = next_taker (self);

  if (task != NULL)
    {
      g_task_return_pointer (task, g_object_ref (worker), g_object_unref);
      if (g_queue_is_empty (&self->takers))
        renew_later (self);
      return;
    }

  if (self->reserve != NULL)
    return;

  self->reserve = g_object_ref (worker);
  g_signal_connect_swapped (worker, "ended", G_CALLBACK (drop_reserve), self);
  g_signal_connect_swapped (worker, "disconnected", G_CALLBACK (drop_reserve), self);
}

/* A worker that somebody killed, or that a machine without breath left hanging, says nothing of
 * the next one; nor does one that was on its way before anybody asked. */
static gboolean
try_again (LuminalSpawner *self)
{
  GTask *task = g_queue_peek_head (&self->takers);
  Taker *taker = task != NULL ? g_task_get_task_data (task) : NULL;

  if (taker == NULL || taker->tried_again)
    return FALSE;

  taker->tried_again = TRUE;
  ask (self, self->takers.length);
  return TRUE;
}

static void
failed (LuminalSpawner *self,
        const GError   *error)
{
  g_autoptr (GTask) task = NULL;

  if (try_again (self))
    return;

  task = next_taker (self);
  if (task != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_debug ("No worker in reserve: %s", error->message);
}

static gboolean
start_process (LuminalSpawner  *self,
               GError         **error)
{
  if (self->lifeline[0] < 0 && pipe2 (self->lifeline, O_CLOEXEC) != 0)
    {
      g_propagate_error (error, luminal_worker_error_new (errno, _("no channel to the worker program can be opened")));
      return FALSE;
    }

  self->process = luminal_spawner_process_new (self->lifeline[0], error);
  if (self->process == NULL)
    return FALSE;

  g_signal_connect_swapped (self->process, "spawned", G_CALLBACK (spawned), self);
  g_signal_connect_swapped (self->process, "failed", G_CALLBACK (failed), self);
  g_signal_connect_swapped (self->process, "lost", G_CALLBACK (lost), self);
  return TRUE;
}

/* After this at least @n workers are on their way, or whoever waits for them has been
 * answered. */
static void
ask (LuminalSpawner *self,
     guint           n)
{
  g_autoptr (LuminalSpawnerProcess) process = NULL;
  g_autoptr (GError) error = NULL;

  if (self->process == NULL && !start_process (self, &error))
    {
      for (guint i = 0; i < n; i++)
        failed (self, error);
      return;
    }

  process = g_object_ref (self->process);
  n -= MIN (n, luminal_spawner_process_get_n_asked (process));
  for (guint i = 0; i < n && process == self->process; i++)
    luminal_spawner_process_spawn (process);
}

/* Somebody may just have killed it: whoever waited gets another try. But a program that
 * cannot do it is not asked twice. */
static void
lost (LuminalSpawner *self,
      const GError   *error)
{
  g_autoptr (LuminalSpawner) keep = g_object_ref (self);
  guint n = self->takers.length;
  gboolean was_ready = luminal_spawner_process_was_ready (self->process);

  drop_process (self);
  for (; n > 0; n--)
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->takers);
      Taker *taker = g_task_get_task_data (task);

      if (was_ready && !taker->tried_again)
        {
          taker->tried_again = TRUE;
          g_queue_push_tail (&self->takers, g_steal_pointer (&task));
        }
      else
        {
          stop_waiting (task);
          g_task_return_error (task, g_error_copy (error));
        }
    }

  if (!g_queue_is_empty (&self->takers))
    ask (self, self->takers.length);
}

static gboolean
renew (gpointer user_data)
{
  LuminalSpawner *self = user_data;

  cancel_renewal (self);
  if (self->reserve == NULL)
    ask (self, self->takers.length + 1);

  return G_SOURCE_REMOVE;
}

static void
renew_later (LuminalSpawner *self)
{
  if (self->renewal != NULL || self->reserve != NULL)
    return;

  self->renewal = g_timeout_source_new (RENEWAL_MS);
  g_source_set_priority (self->renewal, G_PRIORITY_LOW);
  g_source_set_static_name (self->renewal, "[luminal] worker in reserve");
  g_source_set_callback (self->renewal, renew, self, NULL);
  g_source_attach (self->renewal, self->context);
}

void
luminal_spawner_prepare (LuminalSpawner *self)
{
  if (self->reserve == NULL)
    ask (self, self->takers.length + 1);
}

gboolean
luminal_spawner_has_reserve (LuminalSpawner *self)
{
  return self->reserve != NULL;
}

static LuminalWorker *
take_reserve (LuminalSpawner *self)
{
  g_autoptr (LuminalWorker) worker = NULL;

  if (self->reserve == NULL)
    return NULL;

  worker = g_object_ref (self->reserve);
  drop_reserve (self);
  return luminal_worker_is_connected (worker) ? g_steal_pointer (&worker) : NULL;
}

static gboolean
taker_cancelled (GCancellable *cancellable,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LuminalSpawner *self = g_task_get_source_object (task);

  /* What was on its way for it becomes the reserve. */
  g_queue_remove (&self->takers, task);
  stop_waiting (task);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

void
luminal_spawner_take_async (LuminalSpawner      *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  LuminalWorker *worker;
  Taker *taker;

  g_task_set_source_tag (task, luminal_spawner_take_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  worker = take_reserve (self);
  if (worker != NULL)
    {
      g_task_return_pointer (task, worker, g_object_unref);
      renew_later (self);
      return;
    }

  taker = g_new0 (Taker, 1);
  g_task_set_task_data (task, taker, g_free);
  if (cancellable != NULL)
    {
      taker->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_static_name (taker->cancelled, "[luminal] taking a worker");
      g_source_set_callback (taker->cancelled, G_SOURCE_FUNC (taker_cancelled), task, NULL);
      g_source_attach (taker->cancelled, self->context);
    }

  g_queue_push_tail (&self->takers, g_steal_pointer (&task));
  ask (self, self->takers.length);
}

LuminalWorker *
luminal_spawner_take_finish (LuminalSpawner  *self,
                             GAsyncResult    *result,
                             GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
