/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-handler.h"

#include <glib/gi18n-lib.h>
#include "luminal-handler-private.h"

#include "luminal-error-private.h"

/* Takes @task over. */
static void
return_unloaded (LuminalHandler *self,
                 GTask          *task)
{
  g_task_return_error (task, luminal_error_new (LUMINAL_ERROR_PHOTON_NOT_FOUND, self->filepath,
                                                LUMINAL_PHASE_NONE, _("photon %s is no longer loaded"),
                                                self->name));
  g_object_unref (task);
}

/**
 * luminal_handler_start_async:
 * @self: a handler
 * @cancellable: (nullable): a cancellable; it takes effect as long as the start
 *   waits for another operation on the same file
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Starts the photon. One that runs already is left alone: starting twice does
 * nothing. One that crashed is started now, without waiting for its turn to be started
 * again; and if it crashes again that counts as the first time.
 *
 * Since: 1.0
 */
void
luminal_handler_start_async (LuminalHandler      *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (LUMINAL_IS_HANDLER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, luminal_handler_start_async);
  g_task_set_check_cancellable (task, FALSE);
  if (self->owner != NULL)
    self->control->start (self->owner, self, task);
  else
    return_unloaded (self, task);
}

/**
 * luminal_handler_start_finish:
 * @self: a handler
 * @result: what the callback was given
 * @error: return location for a [struct@GLib.Error]
 *
 * Gets the result of [method@Handler.start_async].
 *
 * The errors are %LUMINAL_ERROR_START_FAILED, with what the photon said,
 * %LUMINAL_ERROR_TIMED_OUT, %LUMINAL_ERROR_CRASHED, %LUMINAL_ERROR_OVER_LIMIT and
 * %LUMINAL_ERROR_WORKER_UNAVAILABLE for one in a process of its own,
 * %LUMINAL_ERROR_PHOTON_NOT_FOUND if it is no longer loaded, and
 * %G_IO_ERROR_CANCELLED.
 *
 * Returns: %TRUE if it runs
 *
 * Since: 1.0
 */
gboolean
luminal_handler_start_finish (LuminalHandler  *self,
                              GAsyncResult    *result,
                              GError         **error)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * luminal_handler_stop_async:
 * @self: a handler
 * @force_stop: whether to pass over the finalizer
 * @cancellable: (nullable): a cancellable; it takes effect as long as the stop
 *   waits for another operation on the same file
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Stops the photon: runs its finalizer, if it has one. Its code stays loaded,
 * and it can be started again.
 *
 * With @force_stop the finalizer is not run, and the process of the photon is killed
 * with everything that it started. Other photons of the module that ran in it are
 * started again at once. In this process Luminal instead takes away the timers and
 * other sources of the photon in the loader's main context; it cannot end threads or
 * child processes that the photon started.
 *
 * A photon that crashed becomes one that is stopped: it is not started again.
 *
 * Since: 1.0
 */
void
luminal_handler_stop_async (LuminalHandler      *self,
                            gboolean             force_stop,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (LUMINAL_IS_HANDLER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, luminal_handler_stop_async);
  g_task_set_check_cancellable (task, FALSE);
  if (self->owner != NULL)
    self->control->stop (self->owner, self, force_stop, task);
  else
    return_unloaded (self, task);
}

/**
 * luminal_handler_stop_finish:
 * @self: a handler
 * @result: what the callback was given
 * @error: return location for a [struct@GLib.Error]
 *
 * Gets the result of [method@Handler.stop_async].
 *
 * The errors are %LUMINAL_ERROR_NOT_STARTED if it did not run,
 * %LUMINAL_ERROR_FINALIZER_FAILED, with what the photon said,
 * %LUMINAL_ERROR_TIMED_OUT, %LUMINAL_ERROR_CRASHED or %LUMINAL_ERROR_OVER_LIMIT if its
 * finalizer did not come to an end, or not to a good one (it is stopped all the same),
 * %LUMINAL_ERROR_PHOTON_NOT_FOUND if it is no longer loaded, and
 * %G_IO_ERROR_CANCELLED.
 *
 * Returns: %TRUE if it was stopped without complaint
 *
 * Since: 1.0
 */
gboolean
luminal_handler_stop_finish (LuminalHandler  *self,
                             GAsyncResult    *result,
                             GError         **error)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
