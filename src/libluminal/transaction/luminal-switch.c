/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-switch.h"

#include <glib/gi18n-lib.h>

#include "luminal-error-private.h"
#include "luminal-event-private.h"
#include "luminal-handler-private.h"

typedef struct
{
  LuminalRegistry *registry;
  LuminalModule *module;
  LuminalHandler *handler;
  gint64 began;
} Switching;

static void
switching_free (Switching *switching)
{
  g_object_unref (switching->registry);
  g_object_unref (switching->module);
  g_object_unref (switching->handler);
  g_free (switching);
}

static GTask *
switch_task (gpointer             source_tag,
             LuminalRegistry     *registry,
             LuminalModule       *module,
             LuminalHandler      *handler,
             GAsyncReadyCallback  callback,
             gpointer             user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Switching *switching = g_new0 (Switching, 1);

  switching->registry = g_object_ref (registry);
  switching->module = g_object_ref (module);
  switching->handler = g_object_ref (handler);
  switching->began = g_get_monotonic_time ();

  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, switching, (GDestroyNotify) switching_free);

  return task;
}

/* Takes @task over, and @error, which may be none. */
static void
settle (GTask            *task,
        LuminalEventKind  kind,
        LuminalStatus     status,
        LuminalPhase      phase,
        GError           *error)
{
  Switching *switching = g_task_get_task_data (task);
  LuminalHandler *handler = switching->handler;
  gint64 duration = g_get_monotonic_time () - switching->began;

  luminal_handler_set_phase (handler, LUMINAL_PHASE_NONE);
  luminal_handler_set_status (handler, status);
  luminal_handler_set_error (handler, error, error != NULL ? phase : LUMINAL_PHASE_NONE, FALSE);

  if (error != NULL)
    {
      g_autoptr (LuminalEvent) event = luminal_event_new (LUMINAL_EVENT_FAILED, handler);

      luminal_event_set_duration (event, duration);
      luminal_event_set_error (event, phase, error);
      if (luminal_error_is_end (error))
        luminal_event_set_crash (event, luminal_handler_get_crash (handler));
      luminal_registry_tell (switching->registry, event);
    }
  if (error == NULL || kind == LUMINAL_EVENT_STOPPED)
    luminal_registry_tell_of (switching->registry, kind, handler, duration);
  luminal_module_release_output (switching->module);

  /* Its mates may have been in a process that did not outlive this. */
  luminal_module_look_for_lost (switching->module);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
started (GObject      *source_object,
         GAsyncResult *result,
         gpointer      user_data)
{
  LuminalHost *host = LUMINAL_HOST (source_object);
  Switching *switching = g_task_get_task_data (user_data);
  g_autoptr (GError) error = NULL;

  if (luminal_host_start_finish (host, result, &error))
    {
      luminal_lineage_note_start (switching->module->lineage);
      luminal_handler_set_crash (switching->handler, NULL);
      settle (user_data, LUMINAL_EVENT_STARTED, LUMINAL_STATUS_RUNNING, LUMINAL_PHASE_NONE, NULL);
    }
  else
    {
      luminal_handler_set_crash (switching->handler, luminal_host_get_crash (host));
      settle (user_data, LUMINAL_EVENT_FAILED, LUMINAL_STATUS_FAILED, LUMINAL_PHASE_START,
              luminal_error_explain (error, _("Nothing of it runs")));
    }
}

static void
stopped (GObject      *source_object,
         GAsyncResult *result,
         gpointer      user_data)
{
  LuminalHost *host = LUMINAL_HOST (source_object);
  Switching *switching = g_task_get_task_data (user_data);
  g_autoptr (GError) error = NULL;
  GError *explained = NULL;

  if (!luminal_host_stop_finish (host, result, &error))
    explained = luminal_error_explain (error, _("It was stopped all the same"));
  if (luminal_error_is_end (error))
    luminal_handler_set_crash (switching->handler, luminal_host_get_crash (host));
  settle (user_data, LUMINAL_EVENT_STOPPED, LUMINAL_STATUS_STOPPED, LUMINAL_PHASE_HAND_OVER, explained);
}

static void
return_unloaded (GTask          *task,
                 LuminalModule  *module,
                 LuminalHandler *handler)
{
  g_task_return_error (task, luminal_error_new (LUMINAL_ERROR_PHOTON_NOT_FOUND, module->path,
                                                LUMINAL_PHASE_NONE,
                                                _("no code of photon %s is loaded. Reload it"),
                                                luminal_handler_get_name (handler)));
  g_object_unref (task);
}

void
luminal_switch_on_async (LuminalRegistry     *registry,
                         LuminalModule       *module,
                         LuminalHandler      *handler,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task = switch_task (luminal_switch_on_async, registry, module, handler, callback, user_data);

  if (luminal_handler_get_status (handler) == LUMINAL_STATUS_RUNNING)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
  else if (module->host == NULL || luminal_handler_get_metadata (handler) == NULL)
    {
      return_unloaded (task, module, handler);
    }
  else
    {
      /* "Started" comes before what it says on the way. */
      luminal_module_hold_output (module);
      luminal_handler_set_phase (handler, LUMINAL_PHASE_START);
      luminal_host_start_async (module->host, luminal_handler_get_metadata (handler), NULL, NULL,
                                started, task);
    }
}

void
luminal_switch_off_async (LuminalRegistry     *registry,
                          LuminalModule       *module,
                          LuminalHandler      *handler,
                          gboolean             force,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task = switch_task (luminal_switch_off_async, registry, module, handler, callback, user_data);

  if (luminal_handler_get_status (handler) == LUMINAL_STATUS_RUNNING)
    {
      luminal_handler_set_phase (handler, LUMINAL_PHASE_HAND_OVER);
      luminal_host_stop_async (module->host, luminal_handler_get_metadata (handler), force, NULL,
                               stopped, task);
    }
  else if (luminal_handler_get_status (handler) == LUMINAL_STATUS_CRASHED)
    {
      /* It has nothing left to stop; it is to stay down. */
      settle (task, LUMINAL_EVENT_STOPPED, LUMINAL_STATUS_STOPPED, LUMINAL_PHASE_NONE, NULL);
    }
  else
    {
      g_task_return_error (task, luminal_error_new (LUMINAL_ERROR_NOT_STARTED, module->path,
                                                    LUMINAL_PHASE_HAND_OVER,
                                                    _("photon %s does not run"),
                                                    luminal_handler_get_name (handler)));
      g_object_unref (task);
    }
}

gboolean
luminal_switch_finish (GAsyncResult  *result,
                       GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
