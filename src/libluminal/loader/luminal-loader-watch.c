/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-loader-private.h"

#include <glib/gi18n-lib.h>

#include "luminal-clear-source.h"
#include "luminal-error-private.h"
#include "luminal-event-private.h"

static void
session_settled (LuminalLoader       *self,
                 GStrv                loaded,
                 GStrv                reloaded,
                 GStrv                failed,
                 GStrv                unloaded,
                 LuminalWatchSession *session)
{
  luminal_loader_emit_observed (self, loaded, reloaded, failed, unloaded);
}

static void
session_polls (LuminalLoader       *self,
               LuminalWatchSession *session)
{
  if (self->session == session)
    luminal_loader_update_polling (self);
}

/* A watch that begins. */
typedef struct
{
  GFile *directory;
  GSource *cancelled;
} Beginning;

static void
beginning_free (Beginning *beginning)
{
  luminal_clear_source (&beginning->cancelled);
  g_object_unref (beginning->directory);
  g_free (beginning);
}

static gboolean
stop_session (GCancellable *cancellable,
              gpointer      session)
{
  luminal_watch_session_stop_async (session, TRUE, NULL, NULL);
  return G_SOURCE_REMOVE;
}

/* Whichever thread cancels it, the session is stopped in its own. */
static GSource *
follow_cancellable (GCancellable        *cancellable,
                    LuminalWatchSession *session)
{
  GSource *source = g_cancellable_source_new (cancellable);

  g_source_set_static_name (source, "[luminal] beginning of a watch");
  g_source_set_callback (source, G_SOURCE_FUNC (stop_session), g_object_ref (session), g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

static void
session_started (GObject      *source_object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LuminalLoader *self = g_task_get_source_object (task);
  LuminalWatchSession *session = LUMINAL_WATCH_SESSION (source_object);
  Beginning *beginning = g_task_get_task_data (task);
  GError *error = NULL;

  if (beginning->cancelled != NULL)
    g_source_destroy (beginning->cancelled);

  if (luminal_watch_session_start_finish (session, result, &error))
    {
      g_autoptr (LuminalEvent) event = luminal_event_new_for_file (LUMINAL_EVENT_WATCHING,
                                                                   beginning->directory);

      luminal_event_set_output (event, LUMINAL_STREAM_STDERR, luminal_watch_session_get_silence (session));
      luminal_registry_tell (self->registry, event);
      g_task_return_boolean (task, TRUE);
    }
  else
    {
      if (self->session == session)
        luminal_loader_set_session (self, NULL, NULL);
      g_task_return_error (task, error);
    }
}

/**
 * luminal_loader_watch_photons_async:
 * @self: a loader
 * @directory: a folder
 * @photon_base: the type that photons have to declare as their base to count; see
 *   [method@Loader.load_photon_async]
 * @other_classes: (nullable) (array zero-terminated=1): the names of further
 *   classes that count
 * @recursive: whether to look into the packages too; see
 *   [method@Loader.load_photons_async]
 * @cancellable: (nullable): a cancellable; it ends the watch if it comes before the
 *   first scan is done
 * @callback: (scope async): called when what is there was loaded and started, or has
 *   failed
 * @user_data: for @callback
 *
 * Loads and starts the photons of a folder, then follows it until
 * [method@Loader.stop_watching_photons_async]: new modules are loaded and started,
 * changed ones are reloaded, and vanished ones unloaded after
 * [property@Loader:grace-time].
 *
 * What fails gets a handler that says why, and is tried again when its file changes.
 * Errors of single modules do not end the watch, whatever
 * [property@Loader:suppress-errors] says.
 *
 * Where [property@Loader:notice-only] is set, changes are told of and not put to work.
 *
 * Changes are noticed by events of the kernel: nothing wakes up as long as nothing
 * changes. Where none come the folder is looked at every two seconds, and
 * [property@Loader:polling] says so. If the folder itself vanishes, its photons are unloaded after the grace time,
 * and loaded again when it is back.
 *
 * Since: 1.0
 */
void
luminal_loader_watch_photons_async (LuminalLoader       *self,
                                    GFile               *directory,
                                    GType                photon_base,
                                    const char *const   *other_classes,
                                    gboolean             recursive,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (LuminalWatchSession) session = NULL;
  g_autofree char *path = NULL;
  g_autofree char *shown = NULL;
  Beginning *beginning;

  g_return_if_fail (LUMINAL_IS_LOADER (self));
  g_return_if_fail (G_IS_FILE (directory));
  g_return_if_fail (g_type_is_a (photon_base, LUMINAL_TYPE_PHOTON));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, luminal_loader_watch_photons_async);
  g_task_set_check_cancellable (task, FALSE);
  beginning = g_new0 (Beginning, 1);
  beginning->directory = g_object_ref (directory);
  g_task_set_task_data (task, beginning, (GDestroyNotify) beginning_free);

  path = g_file_get_path (directory);
  shown = path != NULL ? g_strdup (path) : g_file_get_uri (directory);
  if (self->session != NULL)
    {
      g_autofree char *watched = g_file_get_path (self->directory);

      g_task_return_error (task, luminal_error_new (LUMINAL_ERROR_ALREADY_WATCHING, shown, LUMINAL_PHASE_NONE,
                                                    _("this loader watches %s already. Stop that first, or "
                                                      "use another loader"),
                                                    watched));
      return;
    }
  if (path == NULL)
    {
      g_task_return_error (task, luminal_error_new_not_local (LUMINAL_ERROR_DIRECTORY_NOT_FOUND, directory,
                                                              LUMINAL_PHASE_NONE));
      return;
    }

  session = luminal_watch_session_new (self->registry, self->operations, path, recursive, photon_base,
                                       other_classes);
  luminal_watch_session_set_grace_time (session, self->grace_time);
  luminal_watch_session_set_notice_only (session, self->notice_only);
  g_signal_connect_object (session, "settled", G_CALLBACK (session_settled), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "polling", G_CALLBACK (session_polls), self, G_CONNECT_SWAPPED);
  luminal_loader_set_session (self, session, directory);

  luminal_operations_prepare (self->operations);
  if (cancellable != NULL)
    beginning->cancelled = follow_cancellable (cancellable, session);
  luminal_watch_session_start_async (session, cancellable, session_started, g_steal_pointer (&task));
}

/**
 * luminal_loader_watch_photons_finish:
 * @self: a loader
 * @result: what the callback was given
 * @error: return location for a [struct@GLib.Error]
 *
 * Gets the result of [method@Loader.watch_photons_async].
 *
 * The errors are %LUMINAL_ERROR_ALREADY_WATCHING, %LUMINAL_ERROR_DIRECTORY_NOT_FOUND for
 * a missing folder or something that is none, %LUMINAL_ERROR_UNREADABLE for one that
 * cannot be read, and %G_IO_ERROR_CANCELLED.
 *
 * Returns: %TRUE if the folder is followed
 *
 * Since: 1.0
 */
gboolean
luminal_loader_watch_photons_finish (LuminalLoader  *self,
                                     GAsyncResult   *result,
                                     GError        **error)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
session_stopped (GObject      *source_object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;

  luminal_watch_session_stop_finish (LUMINAL_WATCH_SESSION (source_object), result);
  g_task_return_boolean (task, TRUE);
}

/**
 * luminal_loader_stop_watching_photons_async:
 * @self: a loader
 * @halt: whether to call off what is under way, instead of letting it end
 * @cancellable: (nullable): a cancellable; the watch ends all the same
 * @callback: (scope async): called when nothing of it is under way any more
 * @user_data: for @callback
 *
 * Stops following the folder. The photons keep running. The loader can watch again,
 * this folder or another.
 *
 * Since: 1.0
 */
void
luminal_loader_stop_watching_photons_async (LuminalLoader       *self,
                                            gboolean             halt,
                                            GCancellable        *cancellable,
                                            GAsyncReadyCallback  callback,
                                            gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (LuminalWatchSession) session = NULL;

  g_return_if_fail (LUMINAL_IS_LOADER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, luminal_loader_stop_watching_photons_async);
  g_task_set_check_cancellable (task, FALSE);

  if (self->session == NULL)
    {
      g_task_return_new_error (task, LUMINAL_ERROR, LUMINAL_ERROR_NOT_WATCHING,
                               _("This loader does not watch a folder"));
      return;
    }

  session = g_object_ref (self->session);
  luminal_loader_set_session (self, NULL, NULL);
  luminal_watch_session_stop_async (session, halt, session_stopped, g_steal_pointer (&task));
}

/**
 * luminal_loader_stop_watching_photons_finish:
 * @self: a loader
 * @result: what the callback was given
 * @error: return location for a [struct@GLib.Error]
 *
 * Gets the result of [method@Loader.stop_watching_photons_async].
 *
 * The errors are %LUMINAL_ERROR_NOT_WATCHING and %G_IO_ERROR_CANCELLED.
 *
 * Returns: %TRUE if the folder is no longer followed
 *
 * Since: 1.0
 */
gboolean
luminal_loader_stop_watching_photons_finish (LuminalLoader  *self,
                                             GAsyncResult   *result,
                                             GError        **error)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
