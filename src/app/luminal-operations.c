/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-look.h"
#include "luminal-session-private.h"

/* What a person asks of single photons. Each is sent off at once; the loader
 * keeps the order where two meet at one file. */

/* An operation on one photon; what it is called is kept for the report, since
 * the photon may be gone by then. */
typedef struct
{
  LuminalSession *session;
  GFile *file;
  char *name;
  gboolean can_cancel;
} Operation;

static Operation *
operation_new (LuminalSession *session,
               LuminalHandler *handler)
{
  Operation *operation = g_new0 (Operation, 1);

  operation->session = g_object_ref (session);
  g_set_object (&operation->file, luminal_handler_get_file (handler));
  operation->name = g_strdup (luminal_handler_get_name (handler));

  return operation;
}

/* What takes long can be called off, all of it at once. What ends a photon cannot: it has
 * deadlines, and half of it would be of no use to anybody. */
static GCancellable *
operation_can_cancel (Operation *operation)
{
  operation->can_cancel = TRUE;

  return luminal_session_begin_operation (operation->session);
}

static void
operation_free (Operation *operation)
{
  if (operation->can_cancel)
    luminal_session_end_operation (operation->session);
  g_object_unref (operation->session);
  g_clear_object (&operation->file);
  g_free (operation->name);
  g_free (operation);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Operation, operation_free)

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Operation) operation = user_data;
  g_autoptr (GError) error = NULL;

  if (!luminal_handler_start_finish (LUMINAL_HANDLER (source), result, &error))
    luminal_session_report (operation->session, operation->name, error);
}

void
luminal_session_start (LuminalSession *self,
                       LuminalHandler *handler)
{
  Operation *operation;

  g_return_if_fail (LUMINAL_IS_SESSION (self));
  g_return_if_fail (LUMINAL_IS_HANDLER (handler));

  operation = operation_new (self, handler);
  luminal_handler_start_async (handler, operation_can_cancel (operation), started_cb, operation);
}

/* Starts those of @handlers that do not run; what was unloaded is loaded. */
void
luminal_session_start_several (LuminalSession *self,
                               GPtrArray      *handlers)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_file_hash, (GEqualFunc) g_file_equal);

  g_return_if_fail (LUMINAL_IS_SESSION (self));

  for (guint i = 0; i < handlers->len; i++)
    {
      LuminalHandler *handler = handlers->pdata[i];
      LuminalStatus status = luminal_handler_get_status (handler);
      GFile *file = luminal_handler_get_file (handler);

      if (status == LUMINAL_STATUS_UNLOADED && g_hash_table_add (seen, file))
        luminal_session_load (self, file);
      else if (status == LUMINAL_STATUS_LOADED || status == LUMINAL_STATUS_STOPPED ||
               status == LUMINAL_STATUS_CRASHED)
        luminal_session_start (self, handler);
    }
}

/* Starts those of @handlers that are ready to be started. */
void
luminal_session_start_each (LuminalSession *self,
                            GPtrArray      *handlers)
{
  for (guint i = 0; i < handlers->len; i++)
    {
      LuminalHandler *handler = g_ptr_array_index (handlers, i);

      if (luminal_handler_get_status (handler) == LUMINAL_STATUS_LOADED)
        luminal_session_start (self, handler);
    }
}

static void
stopped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Operation) operation = user_data;
  g_autoptr (GError) error = NULL;

  luminal_handler_stop_finish (LUMINAL_HANDLER (source), result, &error);
  luminal_session_report (operation->session, operation->name, error);
  if (luminal_handler_get_status (LUMINAL_HANDLER (source)) == LUMINAL_STATUS_STOPPED)
    luminal_session_tell_stopped (operation->session, LUMINAL_HANDLER (source));
}

void
luminal_session_stop (LuminalSession *self,
                      LuminalHandler *handler)
{
  g_return_if_fail (LUMINAL_IS_SESSION (self));
  g_return_if_fail (LUMINAL_IS_HANDLER (handler));

  luminal_handler_stop_async (handler, FALSE, NULL, stopped_cb, operation_new (self, handler));
}

/* Without its finalizer, which may be what hangs. */
void
luminal_session_force_stop (LuminalSession *self,
                            LuminalHandler *handler)
{
  g_return_if_fail (LUMINAL_IS_SESSION (self));
  g_return_if_fail (LUMINAL_IS_HANDLER (handler));

  luminal_handler_stop_async (handler, TRUE, NULL, stopped_cb, operation_new (self, handler));
}

static void
reverted_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Operation) operation = user_data;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  handlers = luminal_loader_revert_photon_finish (LUMINAL_LOADER (source), result, &error);
  luminal_session_report (operation->session, operation->name, error);
}

/* Brings an earlier generation to life again. */
void
luminal_session_revert (LuminalSession *self,
                        LuminalHandler *handler,
                        guint           generation)
{
  Operation *operation;

  g_return_if_fail (LUMINAL_IS_SESSION (self));
  g_return_if_fail (LUMINAL_IS_HANDLER (handler));

  operation = operation_new (self, handler);
  luminal_loader_revert_photon_async (self->loader, handler, generation,
                                      operation_can_cancel (operation), reverted_cb, operation);
}

static void
reloaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Operation) operation = user_data;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  handlers = luminal_loader_reload_photon_finish (LUMINAL_LOADER (source), result, &error);
  luminal_session_report (operation->session, operation->name, error);
}

/* Asked for by hand, so it happens even when the file is the same. */
void
luminal_session_reload (LuminalSession *self,
                        LuminalHandler *handler)
{
  Operation *operation;

  g_return_if_fail (LUMINAL_IS_SESSION (self));
  g_return_if_fail (LUMINAL_IS_HANDLER (handler));

  operation = operation_new (self, handler);
  luminal_loader_reload_photon_async (self->loader, handler, LUMINAL_RELOAD_FORCE,
                                      operation_can_cancel (operation), reloaded_cb, operation);
}

/* Those of @photons that @wanted lets through; none: all of them. One by one, as
 * reload_photons() would put all back for one that fails; and each file once, as a file's
 * photons are reloaded together. */
void
luminal_session_reload_each (LuminalSession *self,
                             GListModel     *photons,
                             gboolean      (*wanted) (LuminalHandler *handler))
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_file_hash, (GEqualFunc) g_file_equal);
  g_autoptr (GPtrArray) handlers = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_if_fail (LUMINAL_IS_SESSION (self));

  /* The list may change while they are. */
  for (guint i = 0; i < g_list_model_get_n_items (photons); i++)
    {
      g_autoptr (LuminalHandler) handler = g_list_model_get_item (photons, i);

      if (luminal_handler_get_phase (handler) == LUMINAL_PHASE_NONE &&
          luminal_handler_get_status (handler) != LUMINAL_STATUS_UNLOADED &&
          (wanted == NULL || wanted (handler)) && g_hash_table_add (seen, luminal_handler_get_file (handler)))
        g_ptr_array_add (handlers, g_steal_pointer (&handler));
    }

  for (guint i = 0; i < handlers->len; i++)
    luminal_session_reload (self, handlers->pdata[i]);
}

static void
several_reloaded_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (LuminalSession) self = user_data;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  handlers = luminal_loader_reload_photons_finish (LUMINAL_LOADER (source), result, &error);
  luminal_session_end_operation (self);
  luminal_session_report (self, NULL, error);
}

static GPtrArray *
list_loaded (GPtrArray *handlers)
{
  GPtrArray *loaded = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < handlers->len; i++)
    if (luminal_handler_get_status (handlers->pdata[i]) != LUMINAL_STATUS_UNLOADED)
      g_ptr_array_add (loaded, g_object_ref (handlers->pdata[i]));

  return loaded;
}

/* All or none. */
void
luminal_session_reload_several (LuminalSession *self,
                                GPtrArray      *handlers)
{
  g_autoptr (GPtrArray) loaded = list_loaded (handlers);

  g_return_if_fail (LUMINAL_IS_SESSION (self));

  if (loaded->len > 0)
    luminal_loader_reload_photons_async (self->loader, loaded, LUMINAL_RELOAD_FORCE,
                                         luminal_session_begin_operation (self),
                                         several_reloaded_cb, g_object_ref (self));
}

void
luminal_session_stop_several (LuminalSession *self,
                              GPtrArray      *handlers)
{
  g_return_if_fail (LUMINAL_IS_SESSION (self));

  for (guint i = 0; i < handlers->len; i++)
    if (luminal_handler_get_status (handlers->pdata[i]) == LUMINAL_STATUS_RUNNING)
      luminal_session_stop (self, handlers->pdata[i]);
}

static void
unloaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Operation) operation = user_data;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  file = luminal_loader_unload_photon_finish (LUMINAL_LOADER (source), result, &error);
  g_hash_table_remove (operation->session->unloading, operation->file);
  luminal_session_report (operation->session, operation->name, error);
}

void
luminal_session_unload (LuminalSession *self,
                        LuminalHandler *handler)
{
  GFile *file;

  g_return_if_fail (LUMINAL_IS_SESSION (self));
  g_return_if_fail (LUMINAL_IS_HANDLER (handler));

  file = luminal_handler_get_file (handler);
  if (!g_hash_table_add (self->unloading, g_object_ref (file)))
    return;

  luminal_loader_unload_photon_async (self->loader, handler, FALSE, NULL,
                                      unloaded_cb, operation_new (self, handler));
}

void
luminal_session_unload_several (LuminalSession *self,
                                GPtrArray      *handlers)
{
  g_return_if_fail (LUMINAL_IS_SESSION (self));

  for (guint i = 0; i < handlers->len; i++)
    if (luminal_handler_get_status (handlers->pdata[i]) != LUMINAL_STATUS_UNLOADED)
      luminal_session_unload (self, handlers->pdata[i]);
}

static void
file_loaded_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (Operation) operation = user_data;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  handlers = luminal_loader_load_photon_finish (LUMINAL_LOADER (source), result, &error);
  luminal_session_report (operation->session, operation->name, error);

  if (handlers != NULL && !luminal_session_is_leaving (operation->session))
    luminal_session_start_each (operation->session, handlers);
}

/* Loads and starts the photons of one file, to undo an unloading. */
void
luminal_session_load (LuminalSession *self,
                      GFile          *file)
{
  Operation *operation;

  g_return_if_fail (LUMINAL_IS_SESSION (self));
  g_return_if_fail (G_IS_FILE (file));

  operation = g_new0 (Operation, 1);
  operation->session = g_object_ref (self);
  operation->file = g_object_ref (file);
  operation->name = luminal_look_file_name (file);

  luminal_loader_load_photon_async (self->loader, file, LUMINAL_TYPE_PHOTON, NULL,
                                    operation_can_cancel (operation), file_loaded_cb, operation);
}
