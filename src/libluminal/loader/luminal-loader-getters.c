/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What can be asked of a loader, and set on it. */

#include "luminal-loader-private.h"

/**
 * luminal_loader_get_logging: (attributes org.gtk.Method.get_property=logging)
 * @self: a loader
 *
 * Gets whether what the loader does is logged.
 *
 * Returns: %TRUE if it is
 *
 * Since: 1.0
 */
gboolean
luminal_loader_get_logging (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), FALSE);

  return self->logging;
}

/**
 * luminal_loader_get_suppress_errors: (attributes org.gtk.Method.get_property=suppress-errors)
 * @self: a loader
 *
 * Gets whether, in operations on several modules, one bad module is recorded on
 * its handler and skipped.
 *
 * Returns: %TRUE if it is
 *
 * Since: 1.0
 */
gboolean
luminal_loader_get_suppress_errors (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), FALSE);

  return self->suppress_errors;
}

/**
 * luminal_loader_get_watching: (attributes org.gtk.Method.get_property=watching)
 * @self: a loader
 *
 * Gets whether the loader follows a folder. It does from the call of
 * [method@Loader.watch_photons_async] on, while the first scan goes on.
 *
 * Returns: %TRUE if it does
 *
 * Since: 1.0
 */
gboolean
luminal_loader_get_watching (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), FALSE);

  return self->session != NULL;
}

/**
 * luminal_loader_get_directory: (attributes org.gtk.Method.get_property=directory)
 * @self: a loader
 *
 * Gets the folder that the loader follows.
 *
 * Returns: (nullable) (transfer none): the folder, or %NULL
 *
 * Since: 1.0
 */
GFile *
luminal_loader_get_directory (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), NULL);

  return self->directory;
}

/**
 * luminal_loader_get_polling: (attributes org.gtk.Method.get_property=polling)
 * @self: a loader
 *
 * Gets whether the loader looks at its folder every two seconds, because nobody tells of
 * changes in it.
 *
 * Returns: %TRUE if it does
 *
 * Since: 1.0
 */
gboolean
luminal_loader_get_polling (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), FALSE);

  return luminal_loader_get_polling_reason (self) != NULL;
}

/**
 * luminal_loader_get_polling_reason: (attributes org.gtk.Method.get_property=polling-reason)
 * @self: a loader
 *
 * Gets why the loader looks at its folder every two seconds, such as “no inotify watch is
 * left (see fs.inotify.max_user_watches)”.
 *
 * Returns: (nullable): the reason, as a clause without a full stop, until the property
 *   changes; %NULL if it does not
 *
 * Since: 1.0
 */
const char *
luminal_loader_get_polling_reason (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), NULL);

  return self->session != NULL ? luminal_watch_session_get_silence (self->session) : NULL;
}

/**
 * luminal_loader_get_grace_time: (attributes org.gtk.Method.get_property=grace-time)
 * @self: a loader
 *
 * Gets how long a module may be gone before its photons are unloaded.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
guint
luminal_loader_get_grace_time (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), 0);

  return self->grace_time;
}

/**
 * luminal_loader_set_grace_time: (attributes org.gtk.Method.set_property=grace-time)
 * @self: a loader
 * @milliseconds: the time; 0 unloads at once
 *
 * Sets how long a module may be gone from a watched folder before its photons are
 * unloaded. The default is 1000 ms. It holds for files that vanish from now on.
 *
 * Since: 1.0
 */
void
luminal_loader_set_grace_time (LuminalLoader *self,
                               guint          milliseconds)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));

  if (self->grace_time == milliseconds)
    return;

  self->grace_time = milliseconds;
  if (self->session != NULL)
    luminal_watch_session_set_grace_time (self->session, milliseconds);
  g_object_notify (G_OBJECT (self), "grace-time");
}

/**
 * luminal_loader_get_notice_only: (attributes org.gtk.Method.get_property=notice-only)
 * @self: a loader
 *
 * Gets whether changes in a watched folder are only told of.
 *
 * Returns: %TRUE if they are not put to work
 *
 * Since: 1.0
 */
gboolean
luminal_loader_get_notice_only (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), FALSE);

  return self->notice_only;
}

/**
 * luminal_loader_set_notice_only: (attributes org.gtk.Method.set_property=notice-only)
 * @self: a loader
 * @notice_only: %TRUE to look only
 *
 * Sets whether changes in a watched folder are only told of; see
 * [property@Loader:notice-only]. The default is %FALSE. It may be set at any time.
 *
 * Since: 1.0
 */
void
luminal_loader_set_notice_only (LuminalLoader *self,
                                gboolean       notice_only)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));

  notice_only = !!notice_only;
  if (self->notice_only == notice_only)
    return;

  self->notice_only = notice_only;
  if (self->session != NULL)
    luminal_watch_session_set_notice_only (self->session, notice_only);
  g_object_notify (G_OBJECT (self), "notice-only");
}

/**
 * luminal_loader_get_settle_timeout: (attributes org.gtk.Method.get_property=settle-timeout)
 * @self: a loader
 *
 * Gets how long another program may keep a module open for writing without
 * writing.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
guint
luminal_loader_get_settle_timeout (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), 0);

  return luminal_operations_get_settle_timeout (self->operations);
}

/**
 * luminal_loader_set_settle_timeout: (attributes org.gtk.Method.set_property=settle-timeout)
 * @self: a loader
 * @milliseconds: the time
 *
 * Sets how long another program may keep a module open for writing without
 * writing, before loading it fails with %LUMINAL_ERROR_INCOMPLETE. The default is
 * 10000 ms. A watched file is loaded all the same when its writer closes it later.
 *
 * Since: 1.0
 */
void
luminal_loader_set_settle_timeout (LuminalLoader *self,
                                   guint          milliseconds)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));

  if (luminal_operations_get_settle_timeout (self->operations) == milliseconds)
    return;

  luminal_operations_set_settle_timeout (self->operations, milliseconds);
  g_object_notify (G_OBJECT (self), "settle-timeout");
}

/**
 * luminal_loader_get_compiler: (attributes org.gtk.Method.get_property=compiler)
 * @self: a loader
 *
 * Gets the C compiler that sources are built with.
 *
 * Returns: (nullable): the command, or %NULL for the system's
 *
 * Since: 1.0
 */
const char *
luminal_loader_get_compiler (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), NULL);

  return luminal_builder_get_compiler (luminal_operations_get_builder (self->operations));
}

/**
 * luminal_loader_set_compiler: (attributes org.gtk.Method.set_property=compiler)
 * @self: a loader
 * @compiler: (nullable): a command, with arguments if it needs any, or %NULL for the
 *   system's
 *
 * Sets the C compiler that sources are built with from now on.
 *
 * Since: 1.0
 */
void
luminal_loader_set_compiler (LuminalLoader *self,
                             const char    *compiler)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));

  if (g_strcmp0 (luminal_loader_get_compiler (self), compiler) == 0)
    return;

  luminal_builder_set_compiler (luminal_operations_get_builder (self->operations), compiler);
  g_object_notify (G_OBJECT (self), "compiler");
}

/**
 * luminal_loader_get_build_timeout: (attributes org.gtk.Method.get_property=build-timeout)
 * @self: a loader
 *
 * Gets how long building a source may take.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
guint
luminal_loader_get_build_timeout (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), 0);

  return luminal_builder_get_timeout (luminal_operations_get_builder (self->operations));
}

/**
 * luminal_loader_set_build_timeout: (attributes org.gtk.Method.set_property=build-timeout)
 * @self: a loader
 * @milliseconds: the time, at least 1
 *
 * Sets how long building a source may take, before it fails with
 * %LUMINAL_ERROR_TIMED_OUT. The default is 60000 ms.
 *
 * Since: 1.0
 */
void
luminal_loader_set_build_timeout (LuminalLoader *self,
                                  guint          milliseconds)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));
  g_return_if_fail (milliseconds > 0);

  if (luminal_loader_get_build_timeout (self) == milliseconds)
    return;

  luminal_builder_set_timeout (luminal_operations_get_builder (self->operations), milliseconds);
  g_object_notify (G_OBJECT (self), "build-timeout");
}

/**
 * luminal_loader_get_probation_time: (attributes org.gtk.Method.get_property=probation-time)
 * @self: a loader
 *
 * Gets how long a crash of a new generation counts as a failed start.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
guint
luminal_loader_get_probation_time (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), 0);

  return luminal_operations_get_recovery_policy (self->operations)->probation_time;
}

/**
 * luminal_loader_set_probation_time: (attributes org.gtk.Method.set_property=probation-time)
 * @self: a loader
 * @milliseconds: the time; 0: no generation is on probation
 *
 * Sets how long after a new generation has begun to run a crash of it counts as a failed
 * start. The default is 5000 ms. It holds for the next crash.
 *
 * Since: 1.0
 */
void
luminal_loader_set_probation_time (LuminalLoader *self,
                                   guint          milliseconds)
{
  LuminalRecoveryPolicy *policy;

  g_return_if_fail (LUMINAL_IS_LOADER (self));

  policy = luminal_operations_get_recovery_policy (self->operations);
  if (policy->probation_time == milliseconds)
    return;

  policy->probation_time = milliseconds;
  g_object_notify (G_OBJECT (self), "probation-time");
}

/**
 * luminal_loader_lookup:
 * @self: a loader
 * @name: the name of a photon
 *
 * Finds a photon by its name.
 *
 * Returns: (nullable) (transfer none): its handler, or %NULL
 *
 * Since: 1.0
 */
LuminalHandler *
luminal_loader_lookup (LuminalLoader *self,
                       const char    *name)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return luminal_registry_lookup (self->registry, name);
}

/**
 * luminal_loader_lookup_file:
 * @self: a loader
 * @file: the file of a module
 *
 * Finds the photons of a module. The file has to be the very one that was loaded:
 * a part of its path does not do.
 *
 * Returns: (transfer container) (element-type LuminalHandler): the handlers, in the
 *   order in which the module declares them; empty if none is loaded
 *
 * Since: 1.0
 */
GPtrArray *
luminal_loader_lookup_file (LuminalLoader *self,
                            GFile         *file)
{
  g_autoptr (GPtrArray) handlers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *path = NULL;
  LuminalModule *module = NULL;

  g_return_val_if_fail (LUMINAL_IS_LOADER (self), NULL);
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  path = g_file_get_path (file);
  if (path != NULL)
    module = luminal_registry_lookup_module (self->registry, path);
  for (guint i = 0; module != NULL && i < module->handlers->len; i++)
    g_ptr_array_add (handlers, g_object_ref (module->handlers->pdata[i]));

  return g_steal_pointer (&handlers);
}
