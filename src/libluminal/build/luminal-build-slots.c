/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-build-slots.h"

struct _LuminalBuildSlots
{
  GObject parent_instance;

  guint n_free;
  GQueue waiting; /* of GTask, the next one first */
};

typedef struct
{
  char *path;
  GSource *cancelled;
} Wait;

G_DEFINE_FINAL_TYPE (LuminalBuildSlots, luminal_build_slots, G_TYPE_OBJECT)

static void
wait_free (Wait *self)
{
  if (self->cancelled != NULL)
    {
      g_source_destroy (self->cancelled);
      g_source_unref (self->cancelled);
    }
  g_free (self->path);
  g_free (self);
}

static void
luminal_build_slots_finalize (GObject *object)
{
  LuminalBuildSlots *self = LUMINAL_BUILD_SLOTS (object);

  /* Who waits holds a reference. */
  g_assert (g_queue_is_empty (&self->waiting));

  G_OBJECT_CLASS (luminal_build_slots_parent_class)->finalize (object);
}

static void
luminal_build_slots_class_init (LuminalBuildSlotsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_build_slots_finalize;
}

static void
luminal_build_slots_init (LuminalBuildSlots *self)
{
  g_queue_init (&self->waiting);
}

LuminalBuildSlots *
luminal_build_slots_new (guint n_slots)
{
  LuminalBuildSlots *self = g_object_new (LUMINAL_TYPE_BUILD_SLOTS, NULL);

  self->n_free = MAX (1, n_slots);

  return self;
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  GTask *task = user_data;
  LuminalBuildSlots *self = g_task_get_source_object (task);

  if (g_queue_remove (&self->waiting, task))
    {
      g_task_return_error_if_cancelled (task);
      g_object_unref (task);
    }

  return G_SOURCE_REMOVE;
}

static void
enqueue (LuminalBuildSlots *self,
         GTask             *task)
{
  Wait *wait = g_task_get_task_data (task);

  for (GList *link = self->waiting.head; link != NULL; link = link->next)
    {
      Wait *other = g_task_get_task_data (link->data);

      if (g_str_equal (other->path, wait->path))
        {
          g_queue_insert_before (&self->waiting, link, task);
          return;
        }
    }

  g_queue_push_tail (&self->waiting, task);
}

void
luminal_build_slots_take_async (LuminalBuildSlots  *self,
                                const char         *path,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Wait *wait;

  g_task_set_source_tag (task, luminal_build_slots_take_async);
  g_task_set_name (task, "[luminal] wait for a build slot");
  /* A slot that was given has to be used and given back, whatever happens meanwhile. */
  g_task_set_check_cancellable (task, FALSE);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (self->n_free > 0)
    {
      self->n_free--;
      g_task_return_boolean (task, TRUE);
      return;
    }

  wait = g_new0 (Wait, 1);
  wait->path = g_strdup (path);
  g_task_set_task_data (task, wait, (GDestroyNotify) wait_free);
  if (cancellable != NULL)
    {
      wait->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (wait->cancelled, G_SOURCE_FUNC (on_cancelled), task, NULL);
      g_source_attach (wait->cancelled, g_task_get_context (task));
    }
  enqueue (self, g_steal_pointer (&task));
}

/* Returns: whether a slot was taken, which has to be given back then */
gboolean
luminal_build_slots_take_finish (LuminalBuildSlots *self,
                                 GAsyncResult      *result,
                                 GError           **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
luminal_build_slots_give (LuminalBuildSlots *self)
{
  g_autoptr (GTask) next = g_queue_pop_head (&self->waiting);

  if (next == NULL)
    self->n_free++;
  else
    g_task_return_boolean (next, TRUE);
}
