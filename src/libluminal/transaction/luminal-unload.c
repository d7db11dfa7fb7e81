/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-unload.h"

#include "luminal-error-private.h"
#include "luminal-event-private.h"
#include "luminal-handler-private.h"

typedef struct
{
  LuminalRegistry *registry;
  LuminalHostFactory *factory;
  LuminalModule *module;
  gboolean force;
  gint64 began;
  LuminalHandler *stopping;
  GError *error;
} Unloading;

static void unload_next (GTask *task);

static void
unloading_free (Unloading *unloading)
{
  g_object_unref (unloading->registry);
  g_object_unref (unloading->factory);
  g_object_unref (unloading->module);
  g_clear_object (&unloading->stopping);
  g_clear_error (&unloading->error);
  g_free (unloading);
}

static void
leave_registry (Unloading  *unloading,
                const char *pinned)
{
  luminal_registry_drop (unloading->registry, unloading->module, pinned,
                         g_get_monotonic_time () - unloading->began);
}

static void
host_closed (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Unloading *unloading = g_task_get_task_data (task);
  LuminalModule *module = unloading->module;
  g_autofree char *pinned = luminal_host_close_finish (LUMINAL_HOST (source_object), result);

  if (pinned != NULL && module->registers_types)
    luminal_host_factory_keep (unloading->factory, module->path, module->checksum, module->host);
  luminal_module_set_host (module, NULL);
  leave_registry (unloading, pinned);

  if (unloading->error != NULL)
    g_task_return_error (task, g_steal_pointer (&unloading->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
photon_stopped (GObject      *source_object,
                GAsyncResult *result,
                gpointer      user_data)
{
  GTask *task = user_data;
  Unloading *unloading = g_task_get_task_data (task);
  g_autoptr (LuminalHandler) handler = g_steal_pointer (&unloading->stopping);
  g_autoptr (GError) error = NULL;

  luminal_host_stop_finish (LUMINAL_HOST (source_object), result, &error);
  luminal_handler_set_status (handler, LUMINAL_STATUS_STOPPED);

  if (error != NULL)
    {
      g_autoptr (LuminalEvent) event = NULL;

      luminal_handler_set_error (handler, error, LUMINAL_PHASE_HAND_OVER, FALSE);
      event = luminal_event_new (LUMINAL_EVENT_FAILED, handler);
      luminal_event_set_error (event, LUMINAL_PHASE_HAND_OVER, error);
      if (luminal_error_is_end (error))
        {
          luminal_handler_set_crash (handler, luminal_host_get_crash (unloading->module->host));
          luminal_event_set_crash (event, luminal_handler_get_crash (handler));
        }
      luminal_registry_tell (unloading->registry, event);
      if (unloading->error == NULL)
        unloading->error = g_steal_pointer (&error);
    }
  luminal_registry_tell_of (unloading->registry, LUMINAL_EVENT_STOPPED, handler,
                            g_get_monotonic_time () - unloading->began);

  unload_next (task);
}

/* Takes @task over. */
static void
unload_next (GTask *task)
{
  Unloading *unloading = g_task_get_task_data (task);
  LuminalModule *module = unloading->module;

  /* In the reverse of the order in which they started. */
  for (guint i = module->handlers->len; i > 0; i--)
    {
      LuminalHandler *handler = module->handlers->pdata[i - 1];

      if (luminal_handler_get_status (handler) != LUMINAL_STATUS_RUNNING)
        continue;

      unloading->stopping = g_object_ref (handler);
      luminal_host_stop_async (module->host, luminal_handler_get_metadata (handler), unloading->force,
                               NULL, photon_stopped, task);
      return;
    }

  if (module->host != NULL)
    {
      luminal_host_close_async (module->host, host_closed, task);
    }
  else
    {
      leave_registry (unloading, NULL);
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
}

void
luminal_unload_async (LuminalRegistry     *registry,
                      LuminalHostFactory  *factory,
                      LuminalModule       *module,
                      gboolean             force,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Unloading *unloading = g_new0 (Unloading, 1);

  unloading->registry = g_object_ref (registry);
  unloading->factory = g_object_ref (factory);
  unloading->module = g_object_ref (module);
  unloading->force = force;
  unloading->began = g_get_monotonic_time ();

  g_task_set_source_tag (task, luminal_unload_async);
  g_task_set_task_data (task, unloading, (GDestroyNotify) unloading_free);

  luminal_module_set_phase (module, LUMINAL_PHASE_HAND_OVER);
  unload_next (task);
}

gboolean
luminal_unload_finish (GAsyncResult  *result,
                       GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
