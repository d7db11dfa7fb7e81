/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-handler.h"
#include "luminal-handler-private.h"

/**
 * luminal_handler_get_name: (attributes org.gtk.Method.get_property=name)
 * @self: a handler
 *
 * Gets the photon's name.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
luminal_handler_get_name (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  return self->name;
}

/**
 * luminal_handler_get_class_name: (attributes org.gtk.Method.get_property=class-name)
 * @self: a handler
 *
 * Gets the name that the photon was declared with.
 *
 * Returns: (nullable): the class name
 *
 * Since: 1.0
 */
const char *
luminal_handler_get_class_name (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  return self->metadata != NULL ? luminal_metadata_get_class_name (self->metadata) : NULL;
}

/**
 * luminal_handler_get_file: (attributes org.gtk.Method.get_property=file)
 * @self: a handler
 *
 * Gets the file of the photon's module.
 *
 * Returns: (transfer none): the file
 *
 * Since: 1.0
 */
GFile *
luminal_handler_get_file (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  return self->file;
}

/**
 * luminal_handler_get_filepath: (attributes org.gtk.Method.get_property=filepath)
 * @self: a handler
 *
 * Gets the path of the photon's module.
 *
 * Returns: the path
 *
 * Since: 1.0
 */
const char *
luminal_handler_get_filepath (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  return self->filepath;
}

/**
 * luminal_handler_get_checksum: (attributes org.gtk.Method.get_property=checksum)
 * @self: a handler
 *
 * Gets the SHA-256 of the code that is loaded, in lower-case hexadecimal.
 *
 * Returns: (nullable): the checksum, or %NULL if no code is loaded
 *
 * Since: 1.0
 */
const char *
luminal_handler_get_checksum (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  return self->checksum;
}

/**
 * luminal_handler_get_status: (attributes org.gtk.Method.get_property=status)
 * @self: a handler
 *
 * Gets what the photon's code is doing.
 *
 * Returns: the status
 *
 * Since: 1.0
 */
LuminalStatus
luminal_handler_get_status (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), LUMINAL_STATUS_UNLOADED);

  return self->status;
}

/**
 * luminal_handler_get_phase: (attributes org.gtk.Method.get_property=phase)
 * @self: a handler
 *
 * Gets what is under way.
 *
 * Returns: the phase, or %LUMINAL_PHASE_NONE
 *
 * Since: 1.0
 */
LuminalPhase
luminal_handler_get_phase (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), LUMINAL_PHASE_NONE);

  return self->phase;
}

/**
 * luminal_handler_get_generation: (attributes org.gtk.Method.get_property=generation)
 * @self: a handler
 *
 * Gets which loaded version of the module this is.
 *
 * Returns: the generation, counted from 1; 0 if none was ever loaded
 *
 * Since: 1.0
 */
guint
luminal_handler_get_generation (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), 0);

  return self->generation;
}

/**
 * luminal_handler_get_duration: (attributes org.gtk.Method.get_property=duration)
 * @self: a handler
 *
 * Gets how long it took to put this generation to work.
 *
 * Returns: microseconds
 *
 * Since: 1.0
 */
gint64
luminal_handler_get_duration (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), 0);

  return self->duration;
}

/**
 * luminal_handler_get_started_at: (attributes org.gtk.Method.get_property=started-at)
 * @self: a handler
 *
 * Gets when the photon was last started.
 *
 * Returns: microseconds since 1970-01-01 UTC; 0 if it does not run
 *
 * Since: 1.0
 */
gint64
luminal_handler_get_started_at (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), 0);

  return self->started_at;
}

/**
 * luminal_handler_get_error: (attributes org.gtk.Method.get_property=error)
 * @self: a handler
 *
 * Gets why the last operation failed.
 *
 * Returns: (nullable) (transfer none): the error, or %NULL
 *
 * Since: 1.0
 */
const GError *
luminal_handler_get_error (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  return self->error;
}

/**
 * luminal_handler_get_failed_phase: (attributes org.gtk.Method.get_property=failed-phase)
 * @self: a handler
 *
 * Gets where the last operation failed.
 *
 * Returns: the phase, or %LUMINAL_PHASE_NONE
 *
 * Since: 1.0
 */
LuminalPhase
luminal_handler_get_failed_phase (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), LUMINAL_PHASE_NONE);

  return self->failed_phase;
}

/**
 * luminal_handler_get_rolled_back: (attributes org.gtk.Method.get_property=rolled-back)
 * @self: a handler
 *
 * Gets whether the last reload ended with the old generation started again.
 *
 * Returns: %TRUE if it did
 *
 * Since: 1.0
 */
gboolean
luminal_handler_get_rolled_back (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), FALSE);

  return self->rolled_back;
}

/**
 * luminal_handler_get_changed_on_disk: (attributes org.gtk.Method.get_property=changed-on-disk)
 * @self: a handler
 *
 * Gets whether the file is known to differ from the code that is loaded, or, where none
 * could be loaded, from what was tried last.
 *
 * Returns: %TRUE if it does
 *
 * Since: 1.0
 */
gboolean
luminal_handler_get_changed_on_disk (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), FALSE);

  return self->changed_on_disk;
}

/**
 * luminal_handler_get_file_missing: (attributes org.gtk.Method.get_property=file-missing)
 * @self: a handler
 *
 * Gets whether the file is known to be gone.
 *
 * Returns: %TRUE if it is
 *
 * Since: 1.0
 */
gboolean
luminal_handler_get_file_missing (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), FALSE);

  return self->file_missing;
}

/**
 * luminal_handler_get_pinned: (attributes org.gtk.Method.get_property=pinned)
 * @self: a handler
 *
 * Gets why an earlier generation of the module cannot leave the process.
 *
 * Returns: (nullable): words for people, or %NULL
 *
 * Since: 1.0
 */
const char *
luminal_handler_get_pinned (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  return self->pinned;
}

/**
 * luminal_handler_get_author: (attributes org.gtk.Method.get_property=author)
 * @self: a handler
 *
 * Gets who wrote the photon.
 *
 * Returns: the author; "Unknown" if none is known
 *
 * Since: 1.0
 */
const char *
luminal_handler_get_author (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  return self->metadata != NULL ? luminal_metadata_get_author (self->metadata) : "Unknown";
}

/**
 * luminal_handler_get_version: (attributes org.gtk.Method.get_property=version)
 * @self: a handler
 *
 * Gets the photon's version.
 *
 * Returns: the version; "0.0.0" if none is known
 *
 * Since: 1.0
 */
const char *
luminal_handler_get_version (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  return self->metadata != NULL ? luminal_metadata_get_version (self->metadata) : "0.0.0";
}

/**
 * luminal_handler_get_description: (attributes org.gtk.Method.get_property=description)
 * @self: a handler
 *
 * Gets what the photon does, in a line.
 *
 * Returns: the description; empty if none is known
 *
 * Since: 1.0
 */
const char *
luminal_handler_get_description (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  return self->metadata != NULL ? luminal_metadata_get_description (self->metadata) : "";
}

/**
 * luminal_handler_get_tags: (attributes org.gtk.Method.get_property=tags)
 * @self: a handler
 *
 * Gets the words to find the photon by.
 *
 * Returns: (array zero-terminated=1) (transfer none): the tags
 *
 * Since: 1.0
 */
const char *const *
luminal_handler_get_tags (LuminalHandler *self)
{
  static const char *const no_tags[] = { NULL };

  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  return self->metadata != NULL ? luminal_metadata_get_tags (self->metadata) : no_tags;
}

/**
 * luminal_handler_get_history: (attributes org.gtk.Method.get_property=history)
 * @self: a handler
 *
 * Gets the attempts to put versions of the module to work, oldest first.
 *
 * Returns: (transfer none): a list of [class@Generation]
 *
 * Since: 1.0
 */
GListModel *
luminal_handler_get_history (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  return self->history;
}

/**
 * luminal_handler_get_instance: (attributes org.gtk.Method.get_property=instance)
 * @self: a handler
 *
 * Gets the running photon itself, where it lives in this process.
 *
 * Returns: (nullable) (transfer none): the photon, or %NULL
 *
 * Since: 1.0
 */
LuminalPhoton *
luminal_handler_get_instance (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  if (self->host == NULL || self->metadata == NULL)
    return NULL;

  return luminal_host_get_instance (self->host, luminal_metadata_get_class_name (self->metadata));
}

/**
 * luminal_handler_get_crash: (attributes org.gtk.Method.get_property=crash)
 * @self: a handler
 *
 * Gets how the photon's process last ended without being asked to.
 *
 * Returns: (nullable) (transfer none): the crash, or %NULL
 *
 * Since: 1.0
 */
LuminalCrash *
luminal_handler_get_crash (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  return self->crash;
}

/**
 * luminal_handler_get_pid: (attributes org.gtk.Method.get_property=pid)
 * @self: a handler
 *
 * Gets the process that the photon runs in, if it is not this one.
 *
 * Returns: its number; 0 if the photon does not run, or runs in this process
 *
 * Since: 1.0
 */
int
luminal_handler_get_pid (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), 0);

  return self->pid;
}
