/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-loader-private.h"

#include "luminal-error-private.h"
#include "luminal-scanner.h"

static char *
get_local_path (GFile       *file,
                LuminalError code,
                GError     **error)
{
  char *path = g_file_get_path (file);

  if (path == NULL)
    g_propagate_error (error, luminal_error_new_not_local (code, file, LUMINAL_PHASE_READ));

  return path;
}

static void
photon_loaded (GObject      *source_object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GPtrArray *handlers = luminal_operations_load_finish (result, &error);

  if (handlers != NULL)
    g_task_return_pointer (task, handlers, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * luminal_loader_load_photon_async:
 * @self: a loader
 * @file: the local file of a module, or of a source
 * @photon_base: the type that photons have to declare as their base to count;
 *   %LUMINAL_TYPE_PHOTON for all of them, or a type of this program that is derived
 *   from it
 * @other_classes: (nullable) (array zero-terminated=1): the names of further
 *   classes that count although they declare another base
 * @cancellable: (nullable): a cancellable; it takes effect at any time before the result
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Loads one module: its photons are ready to start, but not started. See
 * [method@Handler.start_async].
 *
 * Since: 1.0
 */
void
luminal_loader_load_photon_async (LuminalLoader       *self,
                                  GFile               *file,
                                  GType                photon_base,
                                  const char *const   *other_classes,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  const LuminalLoadRequest request = {
    .photon_base = photon_base,
    .other_classes = other_classes,
    .manner = LUMINAL_JOB_PROMPT,
  };
  g_autoptr (GTask) task = NULL;
  g_autofree char *path = NULL;
  GError *error = NULL;

  g_return_if_fail (LUMINAL_IS_LOADER (self));
  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (g_type_is_a (photon_base, LUMINAL_TYPE_PHOTON));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, luminal_loader_load_photon_async);
  g_task_set_check_cancellable (task, FALSE);

  path = get_local_path (file, LUMINAL_ERROR_PHOTON_NOT_FOUND, &error);
  if (path == NULL)
    g_task_return_error (task, error);
  else
    luminal_operations_load_async (self->operations, path, &request, FALSE, cancellable, photon_loaded,
                                   g_steal_pointer (&task));
}

/**
 * luminal_loader_load_photon_finish:
 * @self: a loader
 * @result: what the callback was given
 * @error: return location for a [struct@GLib.Error]
 *
 * Gets the result of [method@Loader.load_photon_async].
 *
 * A module that is loaded already is left as it is, and the result is empty.
 *
 * Of %LUMINAL_ERROR these codes may come:
 * %LUMINAL_ERROR_PHOTON_NOT_FOUND for a missing file or a folder,
 * %LUMINAL_ERROR_UNREADABLE, %LUMINAL_ERROR_INCOMPLETE,
 * %LUMINAL_ERROR_INVALID_MODULE, %LUMINAL_ERROR_NO_PHOTON,
 * %LUMINAL_ERROR_WRONG_ABI, %LUMINAL_ERROR_NAME_TAKEN (the photon that has the name
 * stays), %LUMINAL_ERROR_OPEN_FAILED and %LUMINAL_ERROR_PINNED; for a source
 * %LUMINAL_ERROR_BUILD_FAILED, %LUMINAL_ERROR_NO_COMPILER and %LUMINAL_ERROR_TIMED_OUT;
 * in a process of its own %LUMINAL_ERROR_WORKER_UNAVAILABLE,
 * %LUMINAL_ERROR_NEEDS_IN_PROCESS, and %LUMINAL_ERROR_TIMED_OUT,
 * %LUMINAL_ERROR_CRASHED or %LUMINAL_ERROR_OVER_LIMIT if opening it did not come to a
 * good end; and %G_IO_ERROR_CANCELLED. What could not be loaded has left nothing behind.
 *
 * Returns: (transfer container) (element-type LuminalHandler): the handlers of the
 *   module's photons, or %NULL with @error set
 *
 * Since: 1.0
 */
GPtrArray *
luminal_loader_load_photon_finish (LuminalLoader  *self,
                                   GAsyncResult   *result,
                                   GError        **error)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* A folder's modules on their way in. */
typedef struct
{
  char *path;
  gboolean recursive;
  GType photon_base;
  GStrv other_classes;

  guint n_pending;
  GPtrArray *handlers;
  GPtrArray *paths; /* of what was loaded, in case it has to go again */
  GCancellable *cancellable;
  gulong cancelled_id;
  GError *error;
} Loading;

typedef struct
{
  GTask *task;
  char *path;
} LoadingOne;

static void
loading_free (Loading *loading)
{
  g_free (loading->path);
  g_strfreev (loading->other_classes);
  g_ptr_array_unref (loading->handlers);
  g_ptr_array_unref (loading->paths);
  g_object_unref (loading->cancellable);
  g_clear_error (&loading->error);
  g_free (loading);
}

static void
taken_back (GObject      *source_object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Loading *loading = g_task_get_task_data (task);

  luminal_operations_unload_finish (result, NULL);
  if (--loading->n_pending == 0)
    g_task_return_error (task, g_steal_pointer (&loading->error));
}

/* Modules that are loaded side by side come in no order; those of one keep theirs. */
static int
compare_files (gconstpointer a,
               gconstpointer b)
{
  return strcmp (luminal_handler_get_filepath (*(LuminalHandler *const *) a),
                 luminal_handler_get_filepath (*(LuminalHandler *const *) b));
}

/* All or none, where errors are not suppressed. Takes @task over. */
static void
finish_loading (GTask *task)
{
  LuminalLoader *self = g_task_get_source_object (task);
  Loading *loading = g_task_get_task_data (task);

  g_cancellable_disconnect (g_task_get_cancellable (task), loading->cancelled_id);

  if (loading->error == NULL)
    {
      g_ptr_array_sort (loading->handlers, compare_files);
      g_task_return_pointer (task, g_steal_pointer (&loading->handlers), (GDestroyNotify) g_ptr_array_unref);
      loading->handlers = g_ptr_array_new ();
    }
  else if (loading->paths->len == 0)
    {
      g_task_return_error (task, g_steal_pointer (&loading->error));
    }
  else
    {
      loading->n_pending = loading->paths->len;
      for (guint i = 0; i < loading->paths->len; i++)
        luminal_operations_unload_async (self->operations, loading->paths->pdata[i], FALSE, NULL,
                                         taken_back, g_object_ref (task));
    }
  g_object_unref (task);
}

static void
one_loaded (GObject      *source_object,
            GAsyncResult *result,
            gpointer      user_data)
{
  LoadingOne *one = user_data;
  g_autoptr (GTask) task = one->task;
  g_autofree char *path = one->path;
  LuminalLoader *self = g_task_get_source_object (task);
  Loading *loading = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) handlers = luminal_operations_load_finish (result, &error);

  g_free (one);

  if (handlers != NULL)
    {
      if (handlers->len > 0)
        g_ptr_array_add (loading->paths, g_steal_pointer (&path));
      g_ptr_array_extend_and_steal (loading->handlers, g_steal_pointer (&handlers));
    }
  else if (loading->error == NULL && !g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_NO_PHOTON) &&
           (!self->suppress_errors || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)))
    {
      loading->error = g_steal_pointer (&error);
      g_cancellable_cancel (loading->cancellable);
    }

  if (--loading->n_pending == 0)
    finish_loading (g_steal_pointer (&task));
}

static void
folder_scanned (GObject      *source_object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LuminalLoader *self = g_task_get_source_object (task);
  Loading *loading = g_task_get_task_data (task);
  g_autoptr (LuminalScan) scan = luminal_scanner_scan_finish (result, &loading->error);
  LuminalLoadRequest request = {
    .photon_base = loading->photon_base,
    .other_classes = (const char *const *) loading->other_classes,
    .flags = LUMINAL_TRANSACTION_SKIP_FOREIGN,
    .manner = LUMINAL_JOB_PATIENT,
  };

  if (scan == NULL || scan->order->len == 0)
    {
      finish_loading (g_steal_pointer (&task));
      return;
    }

  if (self->suppress_errors)
    request.flags |= LUMINAL_TRANSACTION_RECORD_FAILURE;

  loading->n_pending = scan->order->len;
  for (guint i = 0; i < scan->order->len; i++)
    {
      LoadingOne *one = g_new (LoadingOne, 1);

      one->task = g_object_ref (task);
      one->path = g_strdup (scan->order->pdata[i]);
      luminal_operations_load_async (self->operations, one->path, &request, FALSE, loading->cancellable,
                                     one_loaded, one);
    }
}

static void
forward_cancel (GCancellable *cancellable,
                GCancellable *inner)
{
  g_cancellable_cancel (inner);
}

/**
 * luminal_loader_load_photons_async:
 * @self: a loader
 * @directory: a folder
 * @photon_base: the type that photons have to declare as their base to count; see
 *   [method@Loader.load_photon_async]
 * @other_classes: (nullable) (array zero-terminated=1): the names of further
 *   classes that count
 * @recursive: whether to look into the packages, the folders in @directory, too
 * @cancellable: (nullable): a cancellable; it takes effect at any time before the result
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Loads the modules of a folder: their photons are ready to start, but not started.
 *
 * A module is a file whose name ends in `.so` or `.c` and does not begin with a dot or
 * `#`. Where there are both of one name, the source counts. Other files, links that lead
 * nowhere, libraries without a photon, sources without the word `LUMINAL_PHOTON`, and
 * sources that another one is built with are passed over; so are modules that are loaded
 * already. A folder that holds nothing but packages is
 * looked into even if @recursive is %FALSE.
 *
 * Since: 1.0
 */
void
luminal_loader_load_photons_async (LuminalLoader       *self,
                                   GFile               *directory,
                                   GType                photon_base,
                                   const char *const   *other_classes,
                                   gboolean             recursive,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Loading *loading;
  GError *error = NULL;

  g_return_if_fail (LUMINAL_IS_LOADER (self));
  g_return_if_fail (G_IS_FILE (directory));
  g_return_if_fail (g_type_is_a (photon_base, LUMINAL_TYPE_PHOTON));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, luminal_loader_load_photons_async);
  g_task_set_check_cancellable (task, FALSE);

  loading = g_new0 (Loading, 1);
  loading->path = get_local_path (directory, LUMINAL_ERROR_DIRECTORY_NOT_FOUND, &error);
  loading->recursive = recursive;
  loading->photon_base = photon_base;
  loading->other_classes = g_strdupv ((GStrv) other_classes);
  loading->handlers = g_ptr_array_new_with_free_func (g_object_unref);
  loading->paths = g_ptr_array_new_with_free_func (g_free);
  loading->cancellable = g_cancellable_new ();
  g_task_set_task_data (task, loading, (GDestroyNotify) loading_free);

  if (loading->path == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  if (cancellable != NULL)
    loading->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (forward_cancel),
                                                   g_object_ref (loading->cancellable), g_object_unref);

  luminal_operations_prepare (self->operations);
  luminal_scanner_scan_async (loading->path, recursive, loading->cancellable, folder_scanned,
                              g_steal_pointer (&task));
}

/**
 * luminal_loader_load_photons_finish:
 * @self: a loader
 * @result: what the callback was given
 * @error: return location for a [struct@GLib.Error]
 *
 * Gets the result of [method@Loader.load_photons_async].
 *
 * If [property@Loader:suppress-errors] is set, a module that cannot be loaded gets a
 * handler with the status %LUMINAL_STATUS_FAILED that is not part of the result.
 * Otherwise the first such module ends the call: what it had loaded is unloaded again,
 * and the error is one of [method@Loader.load_photon_finish].
 *
 * Besides, the errors are %LUMINAL_ERROR_DIRECTORY_NOT_FOUND for a missing folder or
 * something that is none, %LUMINAL_ERROR_UNREADABLE for one that cannot be read, and
 * %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer container) (element-type LuminalHandler): the handlers of the
 *   photons that were loaded, or %NULL with @error set
 *
 * Since: 1.0
 */
GPtrArray *
luminal_loader_load_photons_finish (LuminalLoader  *self,
                                    GAsyncResult   *result,
                                    GError        **error)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
