/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How what is known of a photon changes. */

#include "luminal-handler-private.h"
#include "luminal-handler-properties.h"

static gboolean
replace_string (char      **field,
                const char *value)
{
  if (g_strcmp0 (*field, value) == 0)
    return FALSE;

  g_free (*field);
  *field = g_strdup (value);
  return TRUE;
}

#define REPLACE(field, value) ((field) != (value) ? ((field) = (value), TRUE) : FALSE)

void
luminal_handler_set_control (LuminalHandler              *self,
                             const LuminalHandlerControl *control,
                             gpointer                     owner)
{
  self->control = control;
  g_set_weak_pointer (&self->owner, owner);
}

LuminalMetadata *
luminal_handler_get_metadata (LuminalHandler *self)
{
  return self->metadata;
}

void
luminal_handler_set_metadata (LuminalHandler  *self,
                              LuminalMetadata *metadata)
{
  g_autoptr (LuminalMetadata) old = g_steal_pointer (&self->metadata);

  self->metadata = g_object_ref (metadata);
  if (old == metadata)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  luminal_handler_notify_if (self, replace_string (&self->name, luminal_metadata_get_name (metadata)), PROP_NAME);
  luminal_handler_notify_if (self, old == NULL, PROP_CLASS_NAME);
  luminal_handler_notify_if (self, old == NULL || g_strcmp0 (luminal_metadata_get_author (old), luminal_metadata_get_author (metadata)) != 0, PROP_AUTHOR);
  luminal_handler_notify_if (self, old == NULL || g_strcmp0 (luminal_metadata_get_version (old), luminal_metadata_get_version (metadata)) != 0, PROP_VERSION);
  luminal_handler_notify_if (self, old == NULL || g_strcmp0 (luminal_metadata_get_description (old), luminal_metadata_get_description (metadata)) != 0, PROP_DESCRIPTION);
  luminal_handler_notify_if (self, old == NULL || !g_strv_equal (luminal_metadata_get_tags (old), luminal_metadata_get_tags (metadata)), PROP_TAGS);
  g_object_thaw_notify (G_OBJECT (self));
}

/* Instances come and go in the host. @is_another: also if its address is that of
 * the one before. */
static void
look_at_instance (LuminalHandler *self,
                  gboolean        is_another)
{
  gpointer instance = luminal_handler_get_instance (self);

  luminal_handler_notify_if (self, REPLACE (self->instance, instance) || (is_another && instance != NULL), PROP_INSTANCE);
}

/* What was started runs in the process that its host has then; if that one ends, its
 * successor is another. */
static void
look_at_process (LuminalHandler *self)
{
  int pid = 0;

  if (self->status == LUMINAL_STATUS_RUNNING && self->host != NULL)
    pid = luminal_host_get_pid (self->host);

  luminal_handler_notify_if (self, REPLACE (self->pid, pid), PROP_PID);
  luminal_handler_follow_resources (self);
}

gboolean
luminal_handler_has_lost_process (LuminalHandler *self)
{
  int pid;

  if (self->status != LUMINAL_STATUS_RUNNING || self->host == NULL || !luminal_host_is_apart (self->host))
    return FALSE;

  pid = luminal_host_get_pid (self->host);
  return pid == 0 || pid != self->pid;
}

void
luminal_handler_set_host (LuminalHandler *self,
                          LuminalHost    *host)
{
  look_at_instance (self, g_set_object (&self->host, host));
}

void
luminal_handler_set_generation (LuminalHandler *self,
                                guint           generation,
                                const char     *checksum,
                                gint64          duration)
{
  g_object_freeze_notify (G_OBJECT (self));
  luminal_handler_notify_if (self, REPLACE (self->generation, generation), PROP_GENERATION);
  luminal_handler_notify_if (self, replace_string (&self->checksum, checksum), PROP_CHECKSUM);
  luminal_handler_notify_if (self, REPLACE (self->duration, duration), PROP_DURATION);
  g_object_thaw_notify (G_OBJECT (self));
}

void
luminal_handler_set_status (LuminalHandler *self,
                            LuminalStatus   status)
{
  gint64 started_at = 0;
  gboolean changed = self->status != status;

  if (status == LUMINAL_STATUS_RUNNING)
    started_at = self->status == LUMINAL_STATUS_RUNNING ? self->started_at : g_get_real_time ();

  g_object_freeze_notify (G_OBJECT (self));
  luminal_handler_notify_if (self, REPLACE (self->status, status), PROP_STATUS);
  luminal_handler_notify_if (self, REPLACE (self->started_at, started_at), PROP_STARTED_AT);
  look_at_instance (self, FALSE);
  if (changed)
    look_at_process (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/* It was started just now, also if it ran before. */
void
luminal_handler_set_started (LuminalHandler *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  luminal_handler_notify_if (self, REPLACE (self->status, LUMINAL_STATUS_RUNNING), PROP_STATUS);
  luminal_handler_notify_if (self, REPLACE (self->started_at, g_get_real_time ()), PROP_STARTED_AT);
  look_at_instance (self, TRUE);
  look_at_process (self);
  g_object_thaw_notify (G_OBJECT (self));
}

void
luminal_handler_set_phase (LuminalHandler *self,
                           LuminalPhase    phase)
{
  luminal_handler_notify_if (self, REPLACE (self->phase, phase), PROP_PHASE);
}

void
luminal_handler_set_error (LuminalHandler *self,
                           const GError   *error,
                           LuminalPhase    failed_phase,
                           gboolean        rolled_back)
{
  gboolean same = (error == NULL && self->error == NULL) ||
                  (error != NULL && self->error != NULL &&
                   g_error_matches (error, self->error->domain, self->error->code) &&
                   g_str_equal (error->message, self->error->message));

  g_object_freeze_notify (G_OBJECT (self));
  if (!same)
    {
      g_clear_error (&self->error);
      self->error = error != NULL ? g_error_copy (error) : NULL;
    }
  luminal_handler_notify_if (self, !same, PROP_ERROR);
  luminal_handler_notify_if (self, REPLACE (self->failed_phase, failed_phase), PROP_FAILED_PHASE);
  luminal_handler_notify_if (self, REPLACE (self->rolled_back, rolled_back), PROP_ROLLED_BACK);
  g_object_thaw_notify (G_OBJECT (self));
}

void
luminal_handler_set_changed_on_disk (LuminalHandler *self,
                                     gboolean        changed)
{
  luminal_handler_notify_if (self, REPLACE (self->changed_on_disk, changed), PROP_CHANGED_ON_DISK);
}

void
luminal_handler_set_file_missing (LuminalHandler *self,
                                  gboolean        missing)
{
  luminal_handler_notify_if (self, REPLACE (self->file_missing, missing), PROP_FILE_MISSING);
}

void
luminal_handler_set_pinned (LuminalHandler *self,
                            const char     *cause)
{
  luminal_handler_notify_if (self, replace_string (&self->pinned, cause), PROP_PINNED);
}

void
luminal_handler_set_crash (LuminalHandler *self,
                           LuminalCrash   *crash)
{
  luminal_handler_notify_if (self, g_set_object (&self->crash, crash), PROP_CRASH);
}

void
luminal_handler_set_usage (LuminalHandler *self,
                           guint64         memory_size,
                           gint64          cpu_time)
{
  g_object_freeze_notify (G_OBJECT (self));
  luminal_handler_notify_if (self, REPLACE (self->memory_size, memory_size), PROP_MEMORY_SIZE);
  luminal_handler_notify_if (self, REPLACE (self->cpu_time, cpu_time), PROP_CPU_TIME);
  g_object_thaw_notify (G_OBJECT (self));
}

GSequenceIter *
luminal_handler_get_position (LuminalHandler *self)
{
  return self->position;
}

void
luminal_handler_set_position (LuminalHandler *self,
                              GSequenceIter  *position)
{
  self->position = position;
}
