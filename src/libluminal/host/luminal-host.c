/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-host.h"

#include "luminal-enum-types.h"

G_DEFINE_INTERFACE (LuminalHost, luminal_host, G_TYPE_OBJECT)

static void
luminal_host_default_init (LuminalHostInterface *iface)
{
  g_signal_new ("output", LUMINAL_TYPE_HOST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 3,
                G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
                LUMINAL_TYPE_STREAM,
                G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  g_signal_new ("crashed", LUMINAL_TYPE_HOST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GTask *
host_task (LuminalHost         *self,
           gpointer             source_tag,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  /* What has happened in a host has happened: a transaction decides for itself
   * what a cancellation means. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_source_tag (task, source_tag);

  return task;
}

void
luminal_host_open_async (LuminalHost         *self,
                         LuminalImage        *image,
                         LuminalInspection   *inspection,
                         GPtrArray           *photons,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = host_task (self, luminal_host_open_async, cancellable, callback, user_data);

  LUMINAL_HOST_GET_IFACE (self)->open_async (self, image, inspection, photons, task);
}

gboolean
luminal_host_open_finish (LuminalHost   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
luminal_host_restore_async (LuminalHost         *self,
                            LuminalMetadata     *photon,
                            GVariant            *state,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = host_task (self, luminal_host_restore_async, cancellable, callback, user_data);

  LUMINAL_HOST_GET_IFACE (self)->restore_async (self, photon, state, task);
}

gboolean
luminal_host_restore_finish (LuminalHost   *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
restored (GObject      *source_object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LuminalHost *self = LUMINAL_HOST (source_object);
  GError *error = NULL;

  if (luminal_host_restore_finish (self, result, &error))
    LUMINAL_HOST_GET_IFACE (self)->start_async (self, g_task_get_task_data (task), task);
  else
    g_task_return_error (task, error);
}

void
luminal_host_start_async (LuminalHost         *self,
                          LuminalMetadata     *photon,
                          GVariant            *state,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = host_task (self, luminal_host_start_async, cancellable, callback, user_data);

  if (state == NULL || !luminal_metadata_get_keeps_state (photon))
    {
      LUMINAL_HOST_GET_IFACE (self)->start_async (self, photon, task);
      return;
    }

  g_task_set_task_data (task, g_object_ref (photon), g_object_unref);
  luminal_host_restore_async (self, photon, state, cancellable, restored, g_object_ref (task));
}

gboolean
luminal_host_start_finish (LuminalHost   *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
luminal_host_save_state_async (LuminalHost         *self,
                               LuminalMetadata     *photon,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = host_task (self, luminal_host_save_state_async, cancellable, callback,
                                      user_data);

  LUMINAL_HOST_GET_IFACE (self)->save_state_async (self, photon, task);
}

GVariant *
luminal_host_save_state_finish (LuminalHost   *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
luminal_host_stop_async (LuminalHost         *self,
                         LuminalMetadata     *photon,
                         gboolean             force,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = host_task (self, luminal_host_stop_async, cancellable, callback, user_data);

  LUMINAL_HOST_GET_IFACE (self)->stop_async (self, photon, force, task);
}

gboolean
luminal_host_stop_finish (LuminalHost   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
luminal_host_close_async (LuminalHost         *self,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = host_task (self, luminal_host_close_async, NULL, callback, user_data);

  LUMINAL_HOST_GET_IFACE (self)->close_async (self, task);
}

char *
luminal_host_close_finish (LuminalHost  *self,
                           GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

LuminalPhoton *
luminal_host_get_instance (LuminalHost *self,
                           const char  *class_name)
{
  LuminalHostInterface *iface = LUMINAL_HOST_GET_IFACE (self);

  return iface->get_instance != NULL ? iface->get_instance (self, class_name) : NULL;
}

gboolean
luminal_host_is_apart (LuminalHost *self)
{
  return LUMINAL_HOST_GET_IFACE (self)->get_pid != NULL;
}

int
luminal_host_get_pid (LuminalHost *self)
{
  LuminalHostInterface *iface = LUMINAL_HOST_GET_IFACE (self);

  return iface->get_pid != NULL ? iface->get_pid (self) : 0;
}

LuminalCrash *
luminal_host_get_crash (LuminalHost *self)
{
  LuminalHostInterface *iface = LUMINAL_HOST_GET_IFACE (self);

  return iface->get_crash != NULL ? iface->get_crash (self) : NULL;
}

void
luminal_host_emit_crashed (LuminalHost *self)
{
  g_signal_emit_by_name (self, "crashed");
}

void
luminal_host_emit_output (LuminalHost  *self,
                          const char   *class_name,
                          LuminalStream stream,
                          const char   *text)
{
  g_signal_emit_by_name (self, "output", class_name, stream, text);
}
