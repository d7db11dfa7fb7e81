/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-loader-private.h"

#include <glib/gi18n-lib.h>

#include "luminal-error-private.h"

/* A photon is meant by its handler or by its file, and a file by its exact path. */
static char *
resolve (LuminalLoader *self,
         gpointer       photon,
         GError       **error)
{
  GFile *file = LUMINAL_IS_HANDLER (photon) ? luminal_handler_get_file (photon) : photon;
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *shown = path != NULL ? g_strdup (path) : g_file_get_uri (file);
  LuminalModule *module = path != NULL ? luminal_registry_lookup_module (self->registry, path) : NULL;

  if (module != NULL &&
      (photon == file || g_ptr_array_find (module->handlers, photon, NULL)))
    return g_steal_pointer (&path);

  if (photon == file)
    g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_PHOTON_NOT_FOUND, shown, LUMINAL_PHASE_NONE,
                                                 _("no photon of this file is loaded")));
  else
    g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_PHOTON_NOT_FOUND, shown, LUMINAL_PHASE_NONE,
                                                 _("photon %s is not loaded"),
                                                 luminal_handler_get_name (photon)));
  return NULL;
}

/* The files of @photons, none twice. */
static GStrv
resolve_all (LuminalLoader *self,
             GPtrArray     *photons,
             GError       **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < photons->len; i++)
    {
      char *path = resolve (self, photons->pdata[i], error);

      if (path == NULL)
        return NULL;
      if (!g_hash_table_contains (seen, path))
        g_strv_builder_add (builder, path);
      g_hash_table_add (seen, path);
    }

  return g_strv_builder_end (builder);
}

static GPtrArray *
just (gpointer photon)
{
  GPtrArray *photons = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (photons, g_object_ref (photon));
  return photons;
}

/* Files on their way out. */
typedef struct
{
  GStrv paths;
  guint n_pending;
  GPtrArray *unloaded;
  GError *error;
} Unloading;

typedef struct
{
  GTask *task;
  const char *path;
} UnloadingOne;

static void
unloading_free (Unloading *unloading)
{
  g_strfreev (unloading->paths);
  g_clear_pointer (&unloading->unloaded, g_ptr_array_unref);
  g_clear_error (&unloading->error);
  g_free (unloading);
}

static void
finish_unloading (GTask *task)
{
  Unloading *unloading = g_task_get_task_data (task);

  if (unloading->error != NULL)
    g_task_return_error (task, g_steal_pointer (&unloading->error));
  else
    g_task_return_pointer (task, g_steal_pointer (&unloading->unloaded), (GDestroyNotify) g_ptr_array_unref);
}

/* Whatever was wrong with its end: it has left, unless its turn never came. */
static gboolean
has_left (const GError *error)
{
  return !g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND) &&
         !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
one_unloaded (GObject      *source_object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autofree UnloadingOne *one = user_data;
  g_autoptr (GTask) task = one->task;
  LuminalLoader *self = g_task_get_source_object (task);
  Unloading *unloading = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gboolean several = g_strv_length (unloading->paths) > 1;

  luminal_operations_unload_finish (result, &error);
  if (has_left (error))
    g_ptr_array_add (unloading->unloaded, g_file_new_for_path (one->path));
  if (error != NULL && unloading->error == NULL &&
      (!(several && self->suppress_errors) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)))
    unloading->error = g_steal_pointer (&error);

  if (--unloading->n_pending == 0)
    finish_unloading (task);
}

static void
unload (LuminalLoader       *self,
        GPtrArray           *photons,
        gboolean             force_stop,
        GCancellable        *cancellable,
        GAsyncReadyCallback  callback,
        gpointer             user_data,
        gpointer             source_tag)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Unloading *unloading = g_new0 (Unloading, 1);

  unloading->unloaded = g_ptr_array_new_with_free_func (g_object_unref);
  unloading->paths = resolve_all (self, photons, &unloading->error);
  unloading->n_pending = unloading->paths != NULL ? g_strv_length (unloading->paths) : 0;

  g_task_set_source_tag (task, source_tag);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, unloading, (GDestroyNotify) unloading_free);

  if (unloading->n_pending == 0)
    {
      finish_unloading (task);
      return;
    }

  for (char **path = unloading->paths; *path != NULL; path++)
    {
      UnloadingOne *one = g_new (UnloadingOne, 1);

      one->task = g_object_ref (task);
      one->path = *path;
      luminal_operations_unload_async (self->operations, *path, force_stop, cancellable, one_unloaded, one);
    }
}

/**
 * luminal_loader_unload_photon_async:
 * @self: a loader
 * @photon: (type GObject.Object): a [class@Handler], or the [iface@Gio.File] of a module
 * @force_stop: whether to pass over the finalizers; see [method@Handler.stop_async]
 * @cancellable: (nullable): a cancellable; it takes effect as long as the call waits
 *   for another operation on the same file
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Unloads the module of a photon: stops all its photons that run, each by its
 * finalizer if it has one, takes them off the registry, and drops their code.
 *
 * Whether the code really left the process is checked: if not, the handlers say why in
 * [property@Handler:pinned].
 *
 * Since: 1.0
 */
void
luminal_loader_unload_photon_async (LuminalLoader       *self,
                                    gpointer             photon,
                                    gboolean             force_stop,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autoptr (GPtrArray) photons = NULL;

  g_return_if_fail (LUMINAL_IS_LOADER (self));
  g_return_if_fail (LUMINAL_IS_HANDLER (photon) || G_IS_FILE (photon));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  photons = just (photon);
  unload (self, photons, force_stop, cancellable, callback, user_data, luminal_loader_unload_photon_async);
}

/**
 * luminal_loader_unload_photon_finish:
 * @self: a loader
 * @result: what the callback was given
 * @error: return location for a [struct@GLib.Error]
 *
 * Gets the result of [method@Loader.unload_photon_async].
 *
 * The errors are %LUMINAL_ERROR_PHOTON_NOT_FOUND if it is not loaded,
 * %LUMINAL_ERROR_FINALIZER_FAILED, with what the photon said, %LUMINAL_ERROR_TIMED_OUT,
 * %LUMINAL_ERROR_CRASHED or %LUMINAL_ERROR_OVER_LIMIT if its finalizer did not come to an
 * end, or not to a good one (in each case it is unloaded all the same), and
 * %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the file that was unloaded, or %NULL with @error set
 *
 * Since: 1.0
 */
GFile *
luminal_loader_unload_photon_finish (LuminalLoader  *self,
                                     GAsyncResult   *result,
                                     GError        **error)
{
  g_autoptr (GPtrArray) files = NULL;

  g_return_val_if_fail (LUMINAL_IS_LOADER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  files = g_task_propagate_pointer (G_TASK (result), error);
  return files != NULL ? g_object_ref (files->pdata[0]) : NULL;
}

/**
 * luminal_loader_unload_photons_async:
 * @self: a loader
 * @photons: (element-type GObject.Object): each a [class@Handler], or the
 *   [iface@Gio.File] of a module
 * @force_stop: whether to pass over the finalizers
 * @cancellable: (nullable): a cancellable; it takes effect on modules that still wait
 *   for another operation
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Unloads the modules of several photons, each once. See
 * [method@Loader.unload_photon_async].
 *
 * Since: 1.0
 */
void
luminal_loader_unload_photons_async (LuminalLoader       *self,
                                     GPtrArray           *photons,
                                     gboolean             force_stop,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));
  g_return_if_fail (photons != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  unload (self, photons, force_stop, cancellable, callback, user_data, luminal_loader_unload_photons_async);
}

/**
 * luminal_loader_unload_photons_finish:
 * @self: a loader
 * @result: what the callback was given
 * @error: return location for a [struct@GLib.Error]
 *
 * Gets the result of [method@Loader.unload_photons_async].
 *
 * The errors are those of [method@Loader.unload_photon_finish]. If one of the photons
 * is not loaded, none is unloaded. A finalizer that fails ends nothing: all modules
 * are unloaded, and the first such error is returned, unless
 * [property@Loader:suppress-errors] is set.
 *
 * Returns: (transfer container) (element-type GFile): the files that were unloaded,
 *   none twice, or %NULL with @error set
 *
 * Since: 1.0
 */
GPtrArray *
luminal_loader_unload_photons_finish (LuminalLoader  *self,
                                      GAsyncResult   *result,
                                      GError        **error)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
reloaded (GObject      *source_object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GPtrArray *handlers = luminal_operations_reload_finish (result, &error);

  if (handlers != NULL)
    g_task_return_pointer (task, handlers, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
reload (LuminalLoader       *self,
        GPtrArray           *photons,
        LuminalReloadFlags   flags,
        GCancellable        *cancellable,
        GAsyncReadyCallback  callback,
        gpointer             user_data,
        gpointer             source_tag)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  g_auto (GStrv) paths = resolve_all (self, photons, &error);

  g_task_set_source_tag (task, source_tag);
  g_task_set_check_cancellable (task, FALSE);

  if (paths == NULL)
    g_task_return_error (task, error);
  else
    luminal_operations_reload_async (self->operations, (const char *const *) paths,
                                     (flags & LUMINAL_RELOAD_FORCE) != 0 ? LUMINAL_TRANSACTION_FORCE
                                                                         : LUMINAL_TRANSACTION_NONE,
                                     cancellable, reloaded, g_steal_pointer (&task));
}

/**
 * luminal_loader_reload_photon_async:
 * @self: a loader
 * @photon: (type GObject.Object): a [class@Handler], or the [iface@Gio.File] of a module
 * @flags: how to reload
 * @cancellable: (nullable): a cancellable; it takes effect until the old generation has
 *   been asked to end
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Puts what is on disk to work in place of what is loaded: either the new generation
 * of the photon's module runs, or the old one still does.
 *
 * The file is copied, hashed, inspected and opened beside the running generation. Then
 * the old photons save their state and end, and the new ones take it over and start. If
 * one of them does not, the old ones are started again with their state. A photon that
 * did not run is not started; one that the file has no more is unloaded; one that is
 * new in it is started if another one of the module runs.
 *
 * Since: 1.0
 */
void
luminal_loader_reload_photon_async (LuminalLoader       *self,
                                    gpointer             photon,
                                    LuminalReloadFlags   flags,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autoptr (GPtrArray) photons = NULL;

  g_return_if_fail (LUMINAL_IS_LOADER (self));
  g_return_if_fail (LUMINAL_IS_HANDLER (photon) || G_IS_FILE (photon));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  photons = just (photon);
  reload (self, photons, flags, cancellable, callback, user_data, luminal_loader_reload_photon_async);
}

/**
 * luminal_loader_reload_photon_finish:
 * @self: a loader
 * @result: what the callback was given
 * @error: return location for a [struct@GLib.Error]
 *
 * Gets the result of [method@Loader.reload_photon_async].
 *
 * The errors are those of [method@Loader.load_photon_finish] and
 * %LUMINAL_ERROR_SAVE_FAILED, %LUMINAL_ERROR_RESTORE_FAILED and
 * %LUMINAL_ERROR_START_FAILED, and for photons in a process of their own
 * %LUMINAL_ERROR_TIMED_OUT, %LUMINAL_ERROR_CRASHED and %LUMINAL_ERROR_OVER_LIMIT. Each
 * says which generation runs now. A finalizer that fails on the way, or an old process
 * that ends before it has handed over its state, is no error; it is on record in
 * [property@Handler:history].
 *
 * For a while after that the new generation is on probation: see
 * [property@Loader:probation-time].
 *
 * Returns: (transfer container) (element-type LuminalHandler): the handlers of the
 *   module's photons, or %NULL with @error set
 *
 * Since: 1.0
 */
GPtrArray *
luminal_loader_reload_photon_finish (LuminalLoader  *self,
                                     GAsyncResult   *result,
                                     GError        **error)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * luminal_loader_reload_photons_async:
 * @self: a loader
 * @photons: (element-type GObject.Object): each a [class@Handler], or the
 *   [iface@Gio.File] of a module
 * @flags: how to reload
 * @cancellable: (nullable): a cancellable; it takes effect until the first old
 *   generation has been asked to end
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Reloads the modules of several photons in one transaction, all or none: if one of the
 * new generations cannot be loaded or does not start, all the old ones run on, or run
 * again. See [method@Loader.reload_photon_async].
 *
 * Since: 1.0
 */
void
luminal_loader_reload_photons_async (LuminalLoader       *self,
                                     GPtrArray           *photons,
                                     LuminalReloadFlags   flags,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));
  g_return_if_fail (photons != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  reload (self, photons, flags, cancellable, callback, user_data, luminal_loader_reload_photons_async);
}

/**
 * luminal_loader_reload_photons_finish:
 * @self: a loader
 * @result: what the callback was given
 * @error: return location for a [struct@GLib.Error]
 *
 * Gets the result of [method@Loader.reload_photons_async]. The errors are those of
 * [method@Loader.reload_photon_finish].
 *
 * Returns: (transfer container) (element-type LuminalHandler): the handlers of all
 *   photons of the modules, or %NULL with @error set
 *
 * Since: 1.0
 */
GPtrArray *
luminal_loader_reload_photons_finish (LuminalLoader  *self,
                                      GAsyncResult   *result,
                                      GError        **error)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
reverted (GObject      *source_object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GPtrArray *handlers = luminal_operations_revert_finish (result, &error);

  if (handlers != NULL)
    g_task_return_pointer (task, handlers, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * luminal_loader_revert_photon_async:
 * @self: a loader
 * @photon: (type GObject.Object): a [class@Handler], or the [iface@Gio.File] of a module
 * @generation: the number of an earlier generation that is kept (see
 *   [property@Generation:kept]); 0 for the last one before the one that is loaded
 * @cancellable: (nullable): a cancellable; it takes effect until the generation that is
 *   loaded has been asked to end
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Puts an earlier generation to work in place of what is loaded, by the same steps and
 * rules as [method@Loader.reload_photon_async]: either the earlier generation of the
 * photon's module runs, or the one that is loaded now still does.
 *
 * It is that generation, with its number and its bytes, whatever is on disk; where that
 * differs, [property@Handler:changed-on-disk] says so, and a folder that is watched does
 * not undo this until the file gets another content. The generation that was left is kept
 * in turn. Nothing is done if the wanted one is loaded already.
 *
 * Since: 1.0
 */
void
luminal_loader_revert_photon_async (LuminalLoader       *self,
                                    gpointer             photon,
                                    guint                generation,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *path = NULL;
  GError *error = NULL;

  g_return_if_fail (LUMINAL_IS_LOADER (self));
  g_return_if_fail (LUMINAL_IS_HANDLER (photon) || G_IS_FILE (photon));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, luminal_loader_revert_photon_async);
  g_task_set_check_cancellable (task, FALSE);

  path = resolve (self, photon, &error);
  if (path == NULL)
    g_task_return_error (task, error);
  else
    luminal_operations_revert_async (self->operations, path, generation, cancellable, reverted,
                                     g_steal_pointer (&task));
}

/**
 * luminal_loader_revert_photon_finish:
 * @self: a loader
 * @result: what the callback was given
 * @error: return location for a [struct@GLib.Error]
 *
 * Gets the result of [method@Loader.revert_photon_async].
 *
 * The errors are %LUMINAL_ERROR_NOT_KEPT and those of
 * [method@Loader.reload_photon_finish].
 *
 * Returns: (transfer container) (element-type LuminalHandler): the handlers of the
 *   module's photons, or %NULL with @error set
 *
 * Since: 1.0
 */
GPtrArray *
luminal_loader_revert_photon_finish (LuminalLoader  *self,
                                     GAsyncResult   *result,
                                     GError        **error)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
