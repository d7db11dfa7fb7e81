/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-task-thread.h"

typedef struct
{
  GTask *task;
  GTaskThreadFunc func;
} Work;

static gpointer
work (gpointer user_data)
{
  g_autofree Work *self = user_data;
  g_autoptr (GTask) task = self->task;

  self->func (task, g_task_get_source_object (task), g_task_get_task_data (task),
              g_task_get_cancellable (task));
  return NULL;
}

void
luminal_task_run_in_own_thread (GTask           *task,
                                const char      *name,
                                GTaskThreadFunc  func)
{
  Work *self = g_new (Work, 1);
  g_autoptr (GThread) thread = NULL;
  GError *error = NULL;

  self->task = g_object_ref (task);
  self->func = func;

  thread = g_thread_try_new (name, work, self, &error);
  if (thread == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (self->task);
      g_free (self);
    }
}
