/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-restart.h"

#include "luminal-error-private.h"
#include "luminal-handler-private.h"

typedef struct
{
  LuminalRegistry *registry;
  LuminalModule *module;
  GPtrArray *handlers;
  guint next;
  gint64 began;
  GError *error;
} Restarting;

static void start_next (GTask *task);

static void
restarting_free (Restarting *restarting)
{
  g_object_unref (restarting->registry);
  g_object_unref (restarting->module);
  g_ptr_array_unref (restarting->handlers);
  g_clear_error (&restarting->error);
  g_free (restarting);
}

/* What it says of the crash is past; what it says of a newer version is not. */
static void
forget_error (LuminalHandler *handler)
{
  LuminalPhase phase = luminal_handler_get_failed_phase (handler);

  if (luminal_handler_get_status (handler) == LUMINAL_STATUS_CRASHED &&
      (phase == LUMINAL_PHASE_NONE || phase == LUMINAL_PHASE_PROBATION || phase == LUMINAL_PHASE_START))
    luminal_handler_set_error (handler, NULL, LUMINAL_PHASE_NONE, FALSE);
}

static void
photon_started (GObject      *source_object,
                GAsyncResult *result,
                gpointer      user_data)
{
  GTask *task = user_data;
  Restarting *restarting = g_task_get_task_data (task);
  LuminalHandler *handler = restarting->handlers->pdata[restarting->next];
  g_autoptr (GError) error = NULL;

  luminal_handler_set_phase (handler, LUMINAL_PHASE_NONE);
  if (luminal_host_start_finish (LUMINAL_HOST (source_object), result, &error))
    {
      g_object_freeze_notify (G_OBJECT (handler));
      forget_error (handler);
      luminal_handler_set_started (handler);
      g_object_thaw_notify (G_OBJECT (handler));
      luminal_registry_tell_of (restarting->registry, LUMINAL_EVENT_STARTED, handler,
                                g_get_monotonic_time () - restarting->began);
    }

  restarting->next++;
  if (luminal_error_is_end (error))
    restarting->next = restarting->handlers->len;
  if (error != NULL && restarting->error == NULL)
    restarting->error = g_steal_pointer (&error);
  start_next (task);
}

/* Takes @task over. */
static void
start_next (GTask *task)
{
  Restarting *restarting = g_task_get_task_data (task);

  for (; restarting->next < restarting->handlers->len; restarting->next++)
    {
      LuminalHandler *handler = restarting->handlers->pdata[restarting->next];

      if (luminal_handler_get_status (handler) == LUMINAL_STATUS_RUNNING &&
          !luminal_handler_has_lost_process (handler))
        continue;

      luminal_handler_set_phase (handler, LUMINAL_PHASE_START);
      luminal_host_start_async (restarting->module->host, luminal_handler_get_metadata (handler), NULL, NULL,
                                photon_started, task);
      return;
    }

  luminal_module_release_output (restarting->module);
  if (restarting->error != NULL)
    g_task_return_error (task, g_steal_pointer (&restarting->error));
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

void
luminal_restart_async (LuminalRegistry     *registry,
                       LuminalModule       *module,
                       GPtrArray           *handlers,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Restarting *restarting = g_new0 (Restarting, 1);

  restarting->registry = g_object_ref (registry);
  restarting->module = g_object_ref (module);
  restarting->handlers = g_ptr_array_ref (handlers);
  restarting->began = g_get_monotonic_time ();

  g_task_set_source_tag (task, luminal_restart_async);
  g_task_set_task_data (task, restarting, (GDestroyNotify) restarting_free);

  /* "Started" comes before what they say on the way. */
  luminal_module_hold_output (module);
  start_next (task);
}

gboolean
luminal_restart_finish (GAsyncResult  *result,
                        GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
