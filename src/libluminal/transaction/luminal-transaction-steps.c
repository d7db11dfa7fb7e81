/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-transaction-private.h"

#include <glib/gi18n-lib.h>

#include "luminal-error-private.h"
#include "luminal-event-private.h"
#include "luminal-generation-private.h"
#include "luminal-handler-private.h"
#include "luminal-inspector.h"
#include "luminal-passed-over.h"

static void
image_taken (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (LuminalTransaction) self = user_data;
  LuminalMember *member = self->members->pdata[self->member];
  GError *error = NULL;
  LuminalPhase failed_phase;

  member->image = luminal_image_take_finish (result, &failed_phase, &error);
  if (member->image == NULL)
    self->failed_phase = failed_phase;

  luminal_transaction_resume (self, error);
}

static LuminalStepResult
take (LuminalTransaction *self,
      LuminalMember      *member,
      GError            **error)
{
  if (member->revived != NULL)
    g_set_object (&member->image, luminal_generation_get_image (member->revived));
  if (member->image != NULL)
    return LUMINAL_STEP_DONE;

  luminal_image_take_async (member->module->file, self->settle_timeout,
                            g_task_get_cancellable (self->task), image_taken, g_object_ref (self));
  return LUMINAL_STEP_PENDING;
}

/* One that failed, or one that was to run and never did. */
static gboolean
has_idle_photon (LuminalModule *module)
{
  for (guint i = 0; i < module->handlers->len; i++)
    {
      LuminalStatus status = luminal_handler_get_status (module->handlers->pdata[i]);

      if (status == LUMINAL_STATUS_FAILED || status == LUMINAL_STATUS_CRASHED ||
          (status == LUMINAL_STATUS_LOADED && module->autostart))
        return TRUE;
    }

  return FALSE;
}

static void
skip (LuminalTransaction *self,
      LuminalMember      *member,
      const GError       *error)
{
  LuminalModule *module = member->module;

  member->is_unchanged = TRUE;
  g_ptr_array_set_size (module->superseded, 0);
  luminal_module_set_phase (module, LUMINAL_PHASE_NONE);
  for (guint i = 0; i < module->handlers->len; i++)
    {
      g_autoptr (LuminalEvent) event = luminal_event_new (LUMINAL_EVENT_SKIPPED, module->handlers->pdata[i]);

      luminal_event_set_duration (event, luminal_generation_get_duration (member->attempt));
      if (error != NULL)
        luminal_event_set_error (event, LUMINAL_PHASE_PROBATION, error);
      luminal_registry_tell (self->registry, event);
    }
}

/* What it did, if anything, is on the handlers still. */
static void
skip_unwanted (LuminalTransaction *self,
               LuminalMember      *member,
               gboolean            has_crashed)
{
  g_autoptr (GError) error = NULL;

  if (has_crashed)
    error = luminal_error_new (LUMINAL_ERROR_CRASHED, member->module->path, LUMINAL_PHASE_PROBATION,
                               _("this very content crashed soon after it was loaded, and is not tried again. "
                                 "Change the file, or reload it by hand"));

  for (guint i = 0; i < member->module->handlers->len; i++)
    luminal_handler_set_changed_on_disk (member->module->handlers->pdata[i],
                                         g_strcmp0 (member->module->checksum,
                                                    luminal_image_get_checksum (member->image)) != 0);
  skip (self, member, error);
}

static LuminalStepResult
compare (LuminalTransaction *self,
         LuminalMember      *member,
         GError            **error)
{
  LuminalModule *module = member->module;
  const char *checksum = luminal_image_get_checksum (member->image);
  gboolean has_crashed;

  luminal_generation_set_checksum (member->attempt, checksum);
  if (member->revived != NULL)
    return LUMINAL_STEP_DONE;

  has_crashed = luminal_lineage_is_quarantined (module->lineage, checksum);
  if (!has_crashed && !luminal_lineage_is_set_aside (module->lineage, checksum))
    {
      luminal_lineage_lift_quarantine (module->lineage);
    }
  else if ((self->flags & LUMINAL_TRANSACTION_HEED_QUARANTINE) != 0)
    {
      skip_unwanted (self, member, has_crashed);
      return LUMINAL_STEP_DONE;
    }

  if (module->host == NULL || (self->flags & LUMINAL_TRANSACTION_FORCE) != 0 ||
      g_strcmp0 (module->checksum, checksum) != 0 || has_idle_photon (module))
    return LUMINAL_STEP_DONE;

  /* What is on disk is what runs: whatever was wrong with a version in between
   * is past. */
  for (guint i = 0; i < module->handlers->len; i++)
    {
      LuminalHandler *handler = module->handlers->pdata[i];

      luminal_member_show_build (member, handler);
      luminal_handler_set_error (handler, NULL, LUMINAL_PHASE_NONE, FALSE);
      luminal_handler_set_crash (handler, NULL);
      luminal_handler_set_changed_on_disk (handler, FALSE);
    }
  skip (self, member, NULL);
  return LUMINAL_STEP_DONE;
}

static LuminalStepResult
inspect (LuminalTransaction *self,
         LuminalMember      *member,
         GError            **error)
{
  gsize size;
  const guint8 *bytes = luminal_image_get_bytes (member->image, &size);

  member->inspection = luminal_inspector_inspect (bytes, size, member->module->path,
                                                  luminal_image_get_checksum (member->image), error);
  if (member->inspection == NULL || !luminal_member_plan (member, self->registry, error))
    return LUMINAL_STEP_FAILED;

  return LUMINAL_STEP_DONE;
}

static void
host_opened (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (LuminalTransaction) self = user_data;
  LuminalMember *member = self->members->pdata[self->member];
  GError *error = NULL;

  member->is_open = luminal_host_open_finish (LUMINAL_HOST (source_object), result, &error);
  luminal_transaction_resume (self, error);
}

static LuminalStepResult
stage (LuminalTransaction *self,
       LuminalMember      *member,
       GError            **error)
{
  LuminalModule *module = member->module;
  g_autoptr (LuminalHost) host = NULL;
  g_autoptr (GPtrArray) photons = NULL;

  if (member->is_open)
    return LUMINAL_STEP_DONE;

  photons = luminal_member_list_photons (member);
  host = luminal_host_factory_create (self->factory, module->path, member->inspection, photons,
                                      luminal_generation_get_number (member->attempt),
                                      module->host != NULL && module->registers_types, error);
  if (host == NULL)
    return LUMINAL_STEP_FAILED;

  luminal_member_set_host (member, host);
  luminal_host_open_async (host, member->image, member->inspection, photons,
                           g_task_get_cancellable (self->task), host_opened, g_object_ref (self));
  return LUMINAL_STEP_PENDING;
}

/* The part whose turn it is: the first that still wants something done. */
typedef gboolean (*PartFilter) (LuminalPart *part);

static LuminalPart *
find_part (LuminalMember *member,
           PartFilter     wants)
{
  for (guint i = 0; i < member->parts->len; i++)
    {
      if (wants (member->parts->pdata[i]))
        return member->parts->pdata[i];
    }

  return NULL;
}

/* The last one: photons end in the reverse of the order they start in. */
static LuminalPart *
find_last_part (LuminalMember *member,
                PartFilter     wants)
{
  for (guint i = member->parts->len; i > 0; i--)
    {
      if (wants (member->parts->pdata[i - 1]))
        return member->parts->pdata[i - 1];
    }

  return NULL;
}

/* Also one that the new generation does not have: it may have to run again. */
static gboolean
is_to_be_saved (LuminalPart *part)
{
  return part->was_running && part->before != NULL && !part->is_saved;
}

static gboolean
is_to_be_stopped (LuminalPart *part)
{
  return part->was_running && part->before != NULL && !part->start_first && !part->is_stopped;
}

static gboolean
is_to_be_started (LuminalPart *part)
{
  return part->is_to_start && !part->is_started;
}

static gboolean
is_to_be_stopped_late (LuminalPart *part)
{
  return part->was_running && part->before != NULL && part->start_first && !part->is_stopped;
}

static void
lose_old (LuminalTransaction *self,
          LuminalMember      *member,
          const GError       *error)
{
  self->has_ended_old = TRUE;
  luminal_member_complain (member, error);
  luminal_member_lose_old (member);
}

static void
state_saved (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (LuminalTransaction) self = user_data;
  LuminalMember *member = self->members->pdata[self->member];
  GError *error = NULL;

  self->part->state = luminal_host_save_state_finish (LUMINAL_HOST (source_object), result, &error);
  self->part->is_saved = error == NULL;

  /* A photon that will not come back cannot be asked again: rather the new one without
   * its state than none. */
  if (luminal_error_is_end (error))
    {
      lose_old (self, member, error);
      g_clear_error (&error);
    }
  luminal_transaction_resume (self, error);
}

/* It ended of itself, and nobody has looked into that yet; now it is too late to. */
static void
note_lost_old (LuminalTransaction *self,
               LuminalMember      *member)
{
  LuminalModule *module = member->module;
  g_autoptr (GPtrArray) lost = luminal_module_list_lost (module);
  g_autoptr (GError) error = NULL;

  if (lost->len == 0)
    return;

  error = luminal_error_new (LUMINAL_ERROR_CRASHED, module->path, LUMINAL_PHASE_HAND_OVER,
                             _("generation %u crashed before it could hand over: %s"), module->generation,
                             module->crash != NULL ? luminal_crash_get_cause (module->crash)
                                                   : _("its process is gone"));
  member->has_lost_old = TRUE;
  lose_old (self, member, error);
}

static LuminalStepResult
save (LuminalTransaction *self,
      LuminalMember      *member,
      GError            **error)
{
  LuminalPart *part;

  note_lost_old (self, member);
  part = find_part (member, is_to_be_saved);
  if (part == NULL)
    return LUMINAL_STEP_DONE;

  self->part = part;
  luminal_host_save_state_async (member->module->host, part->before,
                                 g_task_get_cancellable (self->task), state_saved, g_object_ref (self));
  return LUMINAL_STEP_PENDING;
}

static void
old_stopped (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (LuminalTransaction) self = user_data;
  LuminalMember *member = self->members->pdata[self->member];
  g_autoptr (GError) error = NULL;

  /* It has ended all the same, and the new one is what is wanted: recorded, not
   * raised. */
  if (!luminal_host_stop_finish (LUMINAL_HOST (source_object), result, &error))
    luminal_member_complain (member, error);

  self->part->is_stopped = TRUE;
  self->has_ended_old = TRUE;
  if (luminal_error_is_end (error))
    luminal_member_lose_old (member);
  luminal_transaction_resume (self, NULL);
}

static LuminalStepResult
stop_old (LuminalTransaction *self,
          LuminalMember      *member,
          LuminalPart        *part)
{
  if (part == NULL)
    return LUMINAL_STEP_DONE;

  self->part = part;
  luminal_host_stop_async (member->module->host, part->before, FALSE, NULL, old_stopped,
                           g_object_ref (self));
  return LUMINAL_STEP_PENDING;
}

static LuminalStepResult
hand_over (LuminalTransaction *self,
           LuminalMember      *member,
           GError            **error)
{
  return stop_old (self, member, find_last_part (member, is_to_be_stopped));
}

static LuminalStepResult
hand_over_late (LuminalTransaction *self,
                LuminalMember      *member,
                GError            **error)
{
  LuminalPart *part = find_last_part (member, is_to_be_stopped_late);

  /* Its last words come after the first ones of the new. */
  if (part != NULL)
    luminal_module_hold_output (member->module);

  return stop_old (self, member, part);
}

static void
new_started (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (LuminalTransaction) self = user_data;
  GError *error = NULL;

  self->part->is_started = luminal_host_start_finish (LUMINAL_HOST (source_object), result, &error);
  luminal_transaction_resume (self, error);
}

static LuminalStepResult
start (LuminalTransaction *self,
       LuminalMember      *member,
       GError            **error)
{
  LuminalPart *part = find_part (member, is_to_be_started);

  if (part == NULL)
    return LUMINAL_STEP_DONE;

  self->part = part;
  luminal_host_start_async (member->host, part->after, part->state, NULL, new_started,
                            g_object_ref (self));
  return LUMINAL_STEP_PENDING;
}

static void
commit_part (LuminalTransaction *self,
             LuminalMember      *member,
             LuminalPart        *part,
             LuminalHost        *host)
{
  LuminalModule *module = member->module;
  g_autoptr (GError) superseding = luminal_transaction_explain_superseding (member);

  if (part->handler == NULL)
    part->handler = luminal_registry_create_handler (self->registry, module,
                                                     luminal_metadata_get_name (part->after));

  g_object_freeze_notify (G_OBJECT (part->handler));
  luminal_handler_set_metadata (part->handler, part->after);
  luminal_handler_set_host (part->handler, host);
  luminal_handler_set_generation (part->handler, module->generation, module->checksum,
                                  luminal_generation_get_duration (member->attempt));
  if (superseding != NULL)
    luminal_handler_set_error (part->handler, superseding, LUMINAL_PHASE_BUILD, FALSE);
  else
    luminal_handler_set_error (part->handler, self->cause,
                               self->cause != NULL ? LUMINAL_PHASE_PROBATION : LUMINAL_PHASE_NONE,
                               self->cause != NULL);
  luminal_member_show_build (member, part->handler);
  luminal_handler_set_crash (part->handler, self->crash);
  luminal_handler_set_changed_on_disk (part->handler, superseding != NULL ||
                                       (member->revived != NULL &&
                                        g_strcmp0 (member->old_checksum, module->checksum) != 0));
  luminal_handler_set_phase (part->handler, LUMINAL_PHASE_NONE);
  if (part->is_started)
    luminal_handler_set_started (part->handler);
  else if (luminal_handler_get_status (part->handler) != LUMINAL_STATUS_STOPPED)
    luminal_handler_set_status (part->handler, LUMINAL_STATUS_LOADED);
  g_object_thaw_notify (G_OBJECT (part->handler));
}

/* A generation was good if it ran, and well until now. It may have done so for a moment
 * only, but nothing better is known of the one before it either. */
static gboolean
was_good (LuminalMember *member)
{
  LuminalModule *module = member->module;

  if (!luminal_lineage_has_run (module->lineage) || member->has_lost_old)
    return FALSE;

  for (guint i = 0; i < module->handlers->len; i++)
    {
      LuminalStatus status = luminal_handler_get_status (module->handlers->pdata[i]);

      if (status == LUMINAL_STATUS_FAILED || status == LUMINAL_STATUS_CRASHED)
        return FALSE;
    }

  return TRUE;
}

/* Only what runs apart can be brought back: here a crash is the end of everything. */
static void
succeed (LuminalTransaction *self,
         LuminalMember      *member)
{
  LuminalModule *module = member->module;
  LuminalGeneration *before = luminal_lineage_get_current (module->lineage);
  LuminalGeneration *next = member->revived != NULL ? member->revived : member->attempt;
  gboolean is_running = FALSE;

  for (guint i = 0; i < member->parts->len; i++)
    {
      LuminalPart *part = member->parts->pdata[i];

      is_running |= part->is_started;
      if (part->was_running && part->before != NULL && part->state != NULL && before != NULL)
        luminal_generation_keep_state (before, luminal_metadata_get_class_name (part->before), part->state);
    }

  if (luminal_host_is_apart (member->host))
    luminal_generation_keep (next, member->image);
  luminal_lineage_succeed (module->lineage, next, is_running, was_good (member));
  if (member->revived == NULL)
    {
      luminal_lineage_lift_quarantine (module->lineage);
    }
  else if (self->cause == NULL && module->checksum != NULL)
    {
      /* Somebody wants it instead, whatever is on disk. */
      luminal_lineage_set_aside (module->lineage, module->checksum);
      luminal_lineage_take_back (module->lineage, luminal_image_get_checksum (member->image));
    }
}

static LuminalStepResult
commit (LuminalTransaction *self,
        LuminalMember      *member,
        GError            **error)
{
  LuminalModule *module = member->module;
  g_autoptr (GPtrArray) handlers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (LuminalHost) host = g_object_ref (member->host);

  succeed (self, member);
  g_ptr_array_set_size (module->superseded, 0);
  module->generation = luminal_generation_get_number (member->attempt);
  member->old_checksum = g_steal_pointer (&module->checksum);
  member->old_registers_types = module->registers_types;
  module->checksum = g_strdup (luminal_image_get_checksum (member->image));
  module->registers_types = luminal_host_registers_types (member->inspection);

  /* From here on the member's host is the one to be retired. */
  luminal_member_set_host (member, NULL);
  member->host = module->host != NULL ? g_object_ref (module->host) : NULL;
  luminal_module_set_host (module, host);
  if (self->cause == NULL)
    luminal_module_remember (module, member->attempt);

  for (guint i = 0; i < member->parts->len; i++)
    {
      LuminalPart *part = member->parts->pdata[i];

      if (part->after != NULL)
        {
          commit_part (self, member, part, host);
          g_ptr_array_add (handlers, g_object_ref (part->handler));
        }
      else
        {
          luminal_handler_set_phase (part->handler, LUMINAL_PHASE_NONE);
          luminal_handler_set_host (part->handler, NULL);
          luminal_handler_set_status (part->handler, LUMINAL_STATUS_UNLOADED);
        }
    }

  luminal_registry_set_handlers (self->registry, module, handlers);
  luminal_passed_over_show (self->registry, module);
  if (luminal_registry_settle_names (self->registry, module, member->names))
    luminal_registry_tell_names_freed (self->registry);

  return LUMINAL_STEP_DONE;
}

static void
announce_part (LuminalTransaction *self,
               LuminalMember      *member,
               LuminalPart        *part)
{
  gint64 duration = luminal_generation_get_duration (member->attempt);
  g_autoptr (LuminalEvent) event = NULL;

  if (part->after == NULL)
    {
      luminal_registry_tell_of (self->registry, LUMINAL_EVENT_UNLOADED, part->handler, duration);
    }
  else if (part->before == NULL)
    {
      event = luminal_event_new (LUMINAL_EVENT_LOADED, part->handler);
      luminal_event_set_duration (event, duration);
      luminal_event_set_status (event, LUMINAL_STATUS_LOADED);
      luminal_registry_tell (self->registry, event);
      if (part->is_started)
        luminal_registry_tell_of (self->registry, LUMINAL_EVENT_STARTED, part->handler, duration);
    }
  else if (self->cause != NULL && part->is_started)
    {
      event = luminal_event_new (LUMINAL_EVENT_ROLLED_BACK, part->handler);
      luminal_event_set_duration (event, duration);
      luminal_event_set_error (event, LUMINAL_PHASE_PROBATION, self->cause);
      luminal_event_set_crash (event, self->crash);
      luminal_registry_tell (self->registry, event);
    }
  else
    {
      event = luminal_event_new (LUMINAL_EVENT_RELOADED, part->handler);
      luminal_event_set_duration (event, duration);
      if (luminal_generation_get_error (member->attempt) != NULL)
        luminal_event_set_error (event, LUMINAL_PHASE_HAND_OVER,
                                 luminal_generation_get_error (member->attempt));
      luminal_registry_tell (self->registry, event);
    }
}

/* What is on disk did not compile; what runs now was saved before. */
static void
announce_failed_build (LuminalTransaction *self,
                       LuminalMember      *member)
{
  g_autoptr (GError) error = luminal_transaction_explain_superseding (member);

  for (guint i = 0; error != NULL && i < member->module->handlers->len; i++)
    {
      g_autoptr (LuminalEvent) event = luminal_event_new (LUMINAL_EVENT_FAILED, member->module->handlers->pdata[i]);

      luminal_event_set_duration (event, luminal_generation_get_duration (member->attempt));
      luminal_event_set_error (event, LUMINAL_PHASE_BUILD, error);
      luminal_event_set_diagnostics (event, luminal_build_result_get_diagnostics (member->failed_build));
      luminal_registry_tell (self->registry, event);
    }
}

static LuminalStepResult
announce (LuminalTransaction *self,
          LuminalMember      *member,
          GError            **error)
{
  for (guint i = 0; i < member->parts->len; i++)
    announce_part (self, member, member->parts->pdata[i]);
  luminal_member_tell_sayings (member);
  luminal_module_release_output (member->module);
  announce_failed_build (self, member);

  return LUMINAL_STEP_DONE;
}

static void
old_retired (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (LuminalTransaction) self = user_data;
  LuminalMember *member = self->members->pdata[self->member];
  g_autofree char *pinned = luminal_host_close_finish (LUMINAL_HOST (source_object), result);

  if (pinned != NULL)
    {
      if (member->old_registers_types)
        luminal_host_factory_keep (self->factory, member->module->path, member->old_checksum, member->host);
      luminal_module_set_pinned (member->module, pinned);
    }

  member->is_retired = TRUE;
  luminal_transaction_resume (self, NULL);
}

static LuminalStepResult
retire (LuminalTransaction *self,
        LuminalMember      *member,
        GError            **error)
{
  if (member->host == NULL || member->is_retired)
    return LUMINAL_STEP_DONE;

  luminal_host_close_async (member->host, old_retired, g_object_ref (self));
  return LUMINAL_STEP_PENDING;
}

/* The way of a reload. */
const LuminalStep luminal_transaction_steps[] = {
  { "take", LUMINAL_PHASE_SETTLE, take, TRUE },
  { "build", LUMINAL_PHASE_BUILD, luminal_transaction_build, TRUE, luminal_member_is_source },
  { "compare", LUMINAL_PHASE_CHECKSUM, compare, TRUE },
  { "inspect", LUMINAL_PHASE_INSPECT, inspect, TRUE },
  { "stage", LUMINAL_PHASE_STAGE, stage, TRUE },
  { "save", LUMINAL_PHASE_HAND_OVER, save, TRUE },
  { "hand-over", LUMINAL_PHASE_HAND_OVER, hand_over, FALSE },
  { "start", LUMINAL_PHASE_START, start, FALSE },
  { "hand-over-late", LUMINAL_PHASE_HAND_OVER, hand_over_late, FALSE },
  { "commit", LUMINAL_PHASE_COMMIT, commit, FALSE },
  { "announce", LUMINAL_PHASE_NONE, announce, FALSE },
  { "retire", LUMINAL_PHASE_NONE, retire, FALSE },
  { NULL },
};
