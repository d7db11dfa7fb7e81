/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How the modules of a loader are hosted: in which process, how long they may take,
 * and how much. */

#include "luminal-loader-private.h"

#include "luminal-enum-types.h"

#define SETTINGS(self) (luminal_operations_get_host_settings ((self)->operations))

/* Of the class, in the order of LuminalHostingProperty. */
static GParamSpec *hosting_properties[LUMINAL_N_HOSTING_PROPERTIES];

#define READ_WRITE (G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS)

void
luminal_loader_install_hosting (GObjectClass *object_class,
                                guint         first_property)
{
  /**
   * LuminalLoader:isolation: (attributes org.gtk.Property.get=luminal_loader_get_isolation org.gtk.Property.set=luminal_loader_set_isolation)
   *
   * Where the code of photons runs: each module in a process of its own, or all in
   * this one.
   *
   * In a process of its own a photon that crashes, hangs or leaks reaches nobody, it
   * can be unloaded whatever it did, and the times and limits below hold. In this
   * process it can share objects with the program, through a base type of it (see
   * `LUMINAL_BASE()`); and whatever it does happens to the program. What is loaded
   * already stays where it is.
   *
   * Since: 1.0
   */
  hosting_properties[LUMINAL_HOSTING_ISOLATION] =
    g_param_spec_enum ("isolation", NULL, NULL, LUMINAL_TYPE_ISOLATION, LUMINAL_ISOLATION_WORKER, READ_WRITE);

  /**
   * LuminalLoader:open-timeout: (attributes org.gtk.Property.get=luminal_loader_get_open_timeout org.gtk.Property.set=luminal_loader_set_open_timeout)
   *
   * How long opening a module may take, in milliseconds: the dynamic linker, and the
   * constructors of the module. 0: as long as it wants.
   *
   * Past it the new generation is dropped and the old one runs on, with
   * %LUMINAL_ERROR_TIMED_OUT.
   *
   * It holds in a process of its own; see [property@Loader:isolation].
   *
   * Since: 1.0
   */
  hosting_properties[LUMINAL_HOSTING_OPEN_TIMEOUT] =
    g_param_spec_uint ("open-timeout", NULL, NULL, 0, G_MAXUINT, 5000, READ_WRITE);

  /**
   * LuminalLoader:restore-timeout: (attributes org.gtk.Property.get=luminal_loader_get_restore_timeout org.gtk.Property.set=luminal_loader_set_restore_timeout)
   *
   * How long a restore function may take, in milliseconds. 0: as long as it wants.
   *
   * Past it the old generation is started again, with %LUMINAL_ERROR_TIMED_OUT.
   *
   * It holds in a process of its own; see [property@Loader:isolation].
   *
   * Since: 1.0
   */
  hosting_properties[LUMINAL_HOSTING_RESTORE_TIMEOUT] =
    g_param_spec_uint ("restore-timeout", NULL, NULL, 0, G_MAXUINT, 5000, READ_WRITE);

  /**
   * LuminalLoader:start-timeout: (attributes org.gtk.Property.get=luminal_loader_get_start_timeout org.gtk.Property.set=luminal_loader_set_start_timeout)
   *
   * How long a start function may take, in milliseconds. 0: as long as it wants.
   *
   * Past it the old generation is started again, with %LUMINAL_ERROR_TIMED_OUT.
   *
   * It holds in a process of its own; see [property@Loader:isolation].
   *
   * Since: 1.0
   */
  hosting_properties[LUMINAL_HOSTING_START_TIMEOUT] =
    g_param_spec_uint ("start-timeout", NULL, NULL, 0, G_MAXUINT, 5000, READ_WRITE);

  /**
   * LuminalLoader:save-timeout: (attributes org.gtk.Property.get=luminal_loader_get_save_timeout org.gtk.Property.set=luminal_loader_set_save_timeout)
   *
   * How long a save function may take, in milliseconds. 0: as long as it wants.
   *
   * Past it the photon is killed, and the new generation begins without its state.
   *
   * It holds in a process of its own; see [property@Loader:isolation].
   *
   * Since: 1.0
   */
  hosting_properties[LUMINAL_HOSTING_SAVE_TIMEOUT] =
    g_param_spec_uint ("save-timeout", NULL, NULL, 0, G_MAXUINT, 5000, READ_WRITE);

  /**
   * LuminalLoader:finalizer-timeout: (attributes org.gtk.Property.get=luminal_loader_get_finalizer_timeout org.gtk.Property.set=luminal_loader_set_finalizer_timeout)
   *
   * How long a finalizer may take, in milliseconds. 0: as long as it wants.
   *
   * Past it the photon is killed, and what it was stopped for goes on.
   *
   * It holds in a process of its own; see [property@Loader:isolation].
   *
   * Since: 1.0
   */
  hosting_properties[LUMINAL_HOSTING_FINALIZER_TIMEOUT] =
    g_param_spec_uint ("finalizer-timeout", NULL, NULL, 0, G_MAXUINT, 5000, READ_WRITE);

  /**
   * LuminalLoader:memory-limit: (attributes org.gtk.Property.get=luminal_loader_get_memory_limit org.gtk.Property.set=luminal_loader_set_memory_limit)
   *
   * How much address space a module may take beyond what an empty worker has, in
   * bytes (`RLIMIT_AS`). 0: no limit.
   *
   * What a photon does when it gets no memory is its own affair; most crash, and that
   * crash says so.
   *
   * It holds in a process of its own; see [property@Loader:isolation].
   *
   * Since: 1.0
   */
  hosting_properties[LUMINAL_HOSTING_MEMORY_LIMIT] =
    g_param_spec_uint64 ("memory-limit", NULL, NULL, 0, G_MAXINT64, 0, READ_WRITE);

  /**
   * LuminalLoader:cpu-limit: (attributes org.gtk.Property.get=luminal_loader_get_cpu_limit org.gtk.Property.set=luminal_loader_set_cpu_limit)
   *
   * How much CPU time a module may use in all, in seconds (`RLIMIT_CPU`). 0: no
   * limit.
   *
   * Past it the photon crashes.
   *
   * It holds in a process of its own; see [property@Loader:isolation].
   *
   * Since: 1.0
   */
  hosting_properties[LUMINAL_HOSTING_CPU_LIMIT] =
    g_param_spec_uint64 ("cpu-limit", NULL, NULL, 0, G_MAXINT64, 0, READ_WRITE);

  /**
   * LuminalLoader:file-limit: (attributes org.gtk.Property.get=luminal_loader_get_file_limit org.gtk.Property.set=luminal_loader_set_file_limit)
   *
   * How many descriptors a module may have open, its worker's own (about 15) among
   * them (`RLIMIT_NOFILE`). 0: what the system gives.
   *
   * It holds in a process of its own; see [property@Loader:isolation].
   *
   * Since: 1.0
   */
  hosting_properties[LUMINAL_HOSTING_FILE_LIMIT] =
    g_param_spec_uint ("file-limit", NULL, NULL, 0, G_MAXUINT, 0, READ_WRITE);

  /**
   * LuminalLoader:no-new-privileges: (attributes org.gtk.Property.get=luminal_loader_get_no_new_privileges org.gtk.Property.set=luminal_loader_set_no_new_privileges)
   *
   * Whether a module, and what it starts, is kept from gaining privileges, as from a
   * set-user-ID program (`PR_SET_NO_NEW_PRIVS`).
   *
   * It holds in a process of its own; see [property@Loader:isolation].
   *
   * Since: 1.0
   */
  hosting_properties[LUMINAL_HOSTING_NO_NEW_PRIVILEGES] =
    g_param_spec_boolean ("no-new-privileges", NULL, NULL, FALSE, READ_WRITE);

  for (guint i = 0; i < LUMINAL_N_HOSTING_PROPERTIES; i++)
    g_object_class_install_property (object_class, first_property + i, hosting_properties[i]);
}

void
luminal_loader_get_hosting (LuminalLoader          *self,
                            LuminalHostingProperty  property,
                            GValue                 *value)
{
  switch (property)
    {
    case LUMINAL_HOSTING_ISOLATION:
      g_value_set_enum (value, luminal_loader_get_isolation (self));
      break;
    case LUMINAL_HOSTING_OPEN_TIMEOUT:
      g_value_set_uint (value, luminal_loader_get_open_timeout (self));
      break;
    case LUMINAL_HOSTING_RESTORE_TIMEOUT:
      g_value_set_uint (value, luminal_loader_get_restore_timeout (self));
      break;
    case LUMINAL_HOSTING_START_TIMEOUT:
      g_value_set_uint (value, luminal_loader_get_start_timeout (self));
      break;
    case LUMINAL_HOSTING_SAVE_TIMEOUT:
      g_value_set_uint (value, luminal_loader_get_save_timeout (self));
      break;
    case LUMINAL_HOSTING_FINALIZER_TIMEOUT:
      g_value_set_uint (value, luminal_loader_get_finalizer_timeout (self));
      break;
    case LUMINAL_HOSTING_MEMORY_LIMIT:
      g_value_set_uint64 (value, luminal_loader_get_memory_limit (self));
      break;
    case LUMINAL_HOSTING_CPU_LIMIT:
      g_value_set_uint64 (value, luminal_loader_get_cpu_limit (self));
      break;
    case LUMINAL_HOSTING_FILE_LIMIT:
      g_value_set_uint (value, luminal_loader_get_file_limit (self));
      break;
    case LUMINAL_HOSTING_NO_NEW_PRIVILEGES:
      g_value_set_boolean (value, luminal_loader_get_no_new_privileges (self));
      break;
    case LUMINAL_N_HOSTING_PROPERTIES:
    default:
      g_assert_not_reached ();
    }
}

void
luminal_loader_set_hosting (LuminalLoader          *self,
                            LuminalHostingProperty  property,
                            const GValue           *value)
{
  switch (property)
    {
    case LUMINAL_HOSTING_ISOLATION:
      luminal_loader_set_isolation (self, g_value_get_enum (value));
      break;
    case LUMINAL_HOSTING_OPEN_TIMEOUT:
      luminal_loader_set_open_timeout (self, g_value_get_uint (value));
      break;
    case LUMINAL_HOSTING_RESTORE_TIMEOUT:
      luminal_loader_set_restore_timeout (self, g_value_get_uint (value));
      break;
    case LUMINAL_HOSTING_START_TIMEOUT:
      luminal_loader_set_start_timeout (self, g_value_get_uint (value));
      break;
    case LUMINAL_HOSTING_SAVE_TIMEOUT:
      luminal_loader_set_save_timeout (self, g_value_get_uint (value));
      break;
    case LUMINAL_HOSTING_FINALIZER_TIMEOUT:
      luminal_loader_set_finalizer_timeout (self, g_value_get_uint (value));
      break;
    case LUMINAL_HOSTING_MEMORY_LIMIT:
      luminal_loader_set_memory_limit (self, g_value_get_uint64 (value));
      break;
    case LUMINAL_HOSTING_CPU_LIMIT:
      luminal_loader_set_cpu_limit (self, g_value_get_uint64 (value));
      break;
    case LUMINAL_HOSTING_FILE_LIMIT:
      luminal_loader_set_file_limit (self, g_value_get_uint (value));
      break;
    case LUMINAL_HOSTING_NO_NEW_PRIVILEGES:
      luminal_loader_set_no_new_privileges (self, g_value_get_boolean (value));
      break;
    case LUMINAL_N_HOSTING_PROPERTIES:
    default:
      g_assert_not_reached ();
    }
}

/**
 * luminal_loader_get_isolation: (attributes org.gtk.Method.get_property=isolation)
 * @self: a loader
 *
 * Gets where the code of photons runs.
 *
 * Returns: the isolation
 *
 * Since: 1.0
 */
LuminalIsolation
luminal_loader_get_isolation (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), LUMINAL_ISOLATION_WORKER);

  return SETTINGS (self)->isolation;
}

/**
 * luminal_loader_set_isolation: (attributes org.gtk.Method.set_property=isolation)
 * @self: a loader
 * @isolation: the isolation
 *
 * Sets where the code of photons runs. What is loaded already keeps what it had; see
 * [property@Loader:isolation].
 *
 * Since: 1.0
 */
void
luminal_loader_set_isolation (LuminalLoader *self,
                              LuminalIsolation isolation)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));

  if (SETTINGS (self)->isolation == isolation)
    return;

  SETTINGS (self)->isolation = isolation;
  g_object_notify_by_pspec (G_OBJECT (self), hosting_properties[LUMINAL_HOSTING_ISOLATION]);
}

/**
 * luminal_loader_get_open_timeout: (attributes org.gtk.Method.get_property=open-timeout)
 * @self: a loader
 *
 * Gets how long opening a module may take.
 *
 * Returns: milliseconds; 0: as long as it wants
 *
 * Since: 1.0
 */
guint
luminal_loader_get_open_timeout (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), 0);

  return SETTINGS (self)->open_timeout;
}

/**
 * luminal_loader_set_open_timeout: (attributes org.gtk.Method.set_property=open-timeout)
 * @self: a loader
 * @open_timeout: milliseconds; 0: as long as it wants
 *
 * Sets how long opening a module may take. What is loaded already keeps what it had; see
 * [property@Loader:open-timeout].
 *
 * Since: 1.0
 */
void
luminal_loader_set_open_timeout (LuminalLoader *self,
                                 guint open_timeout)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));

  if (SETTINGS (self)->open_timeout == open_timeout)
    return;

  SETTINGS (self)->open_timeout = open_timeout;
  g_object_notify_by_pspec (G_OBJECT (self), hosting_properties[LUMINAL_HOSTING_OPEN_TIMEOUT]);
}

/**
 * luminal_loader_get_restore_timeout: (attributes org.gtk.Method.get_property=restore-timeout)
 * @self: a loader
 *
 * Gets how long a restore function may take.
 *
 * Returns: milliseconds; 0: as long as it wants
 *
 * Since: 1.0
 */
guint
luminal_loader_get_restore_timeout (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), 0);

  return SETTINGS (self)->restore_timeout;
}

/**
 * luminal_loader_set_restore_timeout: (attributes org.gtk.Method.set_property=restore-timeout)
 * @self: a loader
 * @restore_timeout: milliseconds; 0: as long as it wants
 *
 * Sets how long a restore function may take. What is loaded already keeps what it had; see
 * [property@Loader:restore-timeout].
 *
 * Since: 1.0
 */
void
luminal_loader_set_restore_timeout (LuminalLoader *self,
                                    guint restore_timeout)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));

  if (SETTINGS (self)->restore_timeout == restore_timeout)
    return;

  SETTINGS (self)->restore_timeout = restore_timeout;
  g_object_notify_by_pspec (G_OBJECT (self), hosting_properties[LUMINAL_HOSTING_RESTORE_TIMEOUT]);
}

/**
 * luminal_loader_get_start_timeout: (attributes org.gtk.Method.get_property=start-timeout)
 * @self: a loader
 *
 * Gets how long a start function may take.
 *
 * Returns: milliseconds; 0: as long as it wants
 *
 * Since: 1.0
 */
guint
luminal_loader_get_start_timeout (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), 0);

  return SETTINGS (self)->start_timeout;
}

/**
 * luminal_loader_set_start_timeout: (attributes org.gtk.Method.set_property=start-timeout)
 * @self: a loader
 * @start_timeout: milliseconds; 0: as long as it wants
 *
 * Sets how long a start function may take. What is loaded already keeps what it had; see
 * [property@Loader:start-timeout].
 *
 * Since: 1.0
 */
void
luminal_loader_set_start_timeout (LuminalLoader *self,
                                  guint start_timeout)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));

  if (SETTINGS (self)->start_timeout == start_timeout)
    return;

  SETTINGS (self)->start_timeout = start_timeout;
  g_object_notify_by_pspec (G_OBJECT (self), hosting_properties[LUMINAL_HOSTING_START_TIMEOUT]);
}

/**
 * luminal_loader_get_save_timeout: (attributes org.gtk.Method.get_property=save-timeout)
 * @self: a loader
 *
 * Gets how long a save function may take.
 *
 * Returns: milliseconds; 0: as long as it wants
 *
 * Since: 1.0
 */
guint
luminal_loader_get_save_timeout (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), 0);

  return SETTINGS (self)->save_timeout;
}

/**
 * luminal_loader_set_save_timeout: (attributes org.gtk.Method.set_property=save-timeout)
 * @self: a loader
 * @save_timeout: milliseconds; 0: as long as it wants
 *
 * Sets how long a save function may take. What is loaded already keeps what it had; see
 * [property@Loader:save-timeout].
 *
 * Since: 1.0
 */
void
luminal_loader_set_save_timeout (LuminalLoader *self,
                                 guint save_timeout)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));

  if (SETTINGS (self)->save_timeout == save_timeout)
    return;

  SETTINGS (self)->save_timeout = save_timeout;
  g_object_notify_by_pspec (G_OBJECT (self), hosting_properties[LUMINAL_HOSTING_SAVE_TIMEOUT]);
}

/**
 * luminal_loader_get_finalizer_timeout: (attributes org.gtk.Method.get_property=finalizer-timeout)
 * @self: a loader
 *
 * Gets how long a finalizer may take.
 *
 * Returns: milliseconds; 0: as long as it wants
 *
 * Since: 1.0
 */
guint
luminal_loader_get_finalizer_timeout (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), 0);

  return SETTINGS (self)->finalizer_timeout;
}

/**
 * luminal_loader_set_finalizer_timeout: (attributes org.gtk.Method.set_property=finalizer-timeout)
 * @self: a loader
 * @finalizer_timeout: milliseconds; 0: as long as it wants
 *
 * Sets how long a finalizer may take. What is loaded already keeps what it had; see
 * [property@Loader:finalizer-timeout].
 *
 * Since: 1.0
 */
void
luminal_loader_set_finalizer_timeout (LuminalLoader *self,
                                      guint finalizer_timeout)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));

  if (SETTINGS (self)->finalizer_timeout == finalizer_timeout)
    return;

  SETTINGS (self)->finalizer_timeout = finalizer_timeout;
  g_object_notify_by_pspec (G_OBJECT (self), hosting_properties[LUMINAL_HOSTING_FINALIZER_TIMEOUT]);
}

/**
 * luminal_loader_get_memory_limit: (attributes org.gtk.Method.get_property=memory-limit)
 * @self: a loader
 *
 * Gets how much memory a module may take.
 *
 * Returns: bytes; 0: no limit
 *
 * Since: 1.0
 */
guint64
luminal_loader_get_memory_limit (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), 0);

  return SETTINGS (self)->memory_limit;
}

/**
 * luminal_loader_set_memory_limit: (attributes org.gtk.Method.set_property=memory-limit)
 * @self: a loader
 * @memory_limit: bytes; 0: no limit
 *
 * Sets how much memory a module may take. What is loaded already keeps what it had; see
 * [property@Loader:memory-limit].
 *
 * Since: 1.0
 */
void
luminal_loader_set_memory_limit (LuminalLoader *self,
                                 guint64 memory_limit)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));

  if (SETTINGS (self)->memory_limit == memory_limit)
    return;

  SETTINGS (self)->memory_limit = memory_limit;
  g_object_notify_by_pspec (G_OBJECT (self), hosting_properties[LUMINAL_HOSTING_MEMORY_LIMIT]);
}

/**
 * luminal_loader_get_cpu_limit: (attributes org.gtk.Method.get_property=cpu-limit)
 * @self: a loader
 *
 * Gets how much CPU time a module may use.
 *
 * Returns: seconds; 0: no limit
 *
 * Since: 1.0
 */
guint64
luminal_loader_get_cpu_limit (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), 0);

  return SETTINGS (self)->cpu_limit;
}

/**
 * luminal_loader_set_cpu_limit: (attributes org.gtk.Method.set_property=cpu-limit)
 * @self: a loader
 * @cpu_limit: seconds; 0: no limit
 *
 * Sets how much CPU time a module may use. What is loaded already keeps what it had; see
 * [property@Loader:cpu-limit].
 *
 * Since: 1.0
 */
void
luminal_loader_set_cpu_limit (LuminalLoader *self,
                              guint64 cpu_limit)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));

  if (SETTINGS (self)->cpu_limit == cpu_limit)
    return;

  SETTINGS (self)->cpu_limit = cpu_limit;
  g_object_notify_by_pspec (G_OBJECT (self), hosting_properties[LUMINAL_HOSTING_CPU_LIMIT]);
}

/**
 * luminal_loader_get_file_limit: (attributes org.gtk.Method.get_property=file-limit)
 * @self: a loader
 *
 * Gets how many files a module may have open.
 *
 * Returns: the number; 0: what the system gives
 *
 * Since: 1.0
 */
guint
luminal_loader_get_file_limit (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), 0);

  return SETTINGS (self)->file_limit;
}

/**
 * luminal_loader_set_file_limit: (attributes org.gtk.Method.set_property=file-limit)
 * @self: a loader
 * @file_limit: the number; 0: what the system gives
 *
 * Sets how many files a module may have open. What is loaded already keeps what it had; see
 * [property@Loader:file-limit].
 *
 * Since: 1.0
 */
void
luminal_loader_set_file_limit (LuminalLoader *self,
                               guint file_limit)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));

  if (SETTINGS (self)->file_limit == file_limit)
    return;

  SETTINGS (self)->file_limit = file_limit;
  g_object_notify_by_pspec (G_OBJECT (self), hosting_properties[LUMINAL_HOSTING_FILE_LIMIT]);
}

/**
 * luminal_loader_get_no_new_privileges: (attributes org.gtk.Method.get_property=no-new-privileges)
 * @self: a loader
 *
 * Gets whether modules give up new privileges.
 *
 * Returns: %TRUE if they do
 *
 * Since: 1.0
 */
gboolean
luminal_loader_get_no_new_privileges (LuminalLoader *self)
{
  g_return_val_if_fail (LUMINAL_IS_LOADER (self), FALSE);

  return SETTINGS (self)->no_new_privileges;
}

/**
 * luminal_loader_set_no_new_privileges: (attributes org.gtk.Method.set_property=no-new-privileges)
 * @self: a loader
 * @no_new_privileges: whether they do
 *
 * Sets whether modules give up new privileges. What is loaded already keeps what it had; see
 * [property@Loader:no-new-privileges].
 *
 * Since: 1.0
 */
void
luminal_loader_set_no_new_privileges (LuminalLoader *self,
                                      gboolean no_new_privileges)
{
  g_return_if_fail (LUMINAL_IS_LOADER (self));

  if (SETTINGS (self)->no_new_privileges == no_new_privileges)
    return;

  SETTINGS (self)->no_new_privileges = no_new_privileges;
  g_object_notify_by_pspec (G_OBJECT (self), hosting_properties[LUMINAL_HOSTING_NO_NEW_PRIVILEGES]);
}
