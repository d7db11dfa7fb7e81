/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The way back: whatever the new generations did is undone, and what ran before
 * runs again. Nothing here fails the transaction once more; what cannot be undone
 * is said. */

#include "luminal-transaction-private.h"

#include <glib/gi18n-lib.h>

#include "luminal-error-private.h"
#include "luminal-event-private.h"
#include "luminal-generation-private.h"
#include "luminal-handler-private.h"
#include "luminal-scanner.h"

static LuminalPart *
find_started (LuminalMember *member)
{
  for (guint i = member->parts->len; i > 0; i--)
    {
      LuminalPart *part = member->parts->pdata[i - 1];

      if (part->is_started)
        return part;
    }

  return NULL;
}

static void
new_stopped (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (LuminalTransaction) self = user_data;
  g_autoptr (GError) error = NULL;

  /* Its complaint is about a generation that nobody will see. */
  if (!luminal_host_stop_finish (LUMINAL_HOST (source_object), result, &error))
    g_info ("%s", error->message);

  self->part->is_started = FALSE;
  luminal_transaction_resume (self, NULL);
}

static LuminalStepResult
stop_new (LuminalTransaction *self,
          LuminalMember      *member,
          GError            **error)
{
  LuminalPart *part = find_started (member);

  if (part == NULL)
    return LUMINAL_STEP_DONE;

  self->part = part;
  luminal_host_stop_async (member->host, part->after, FALSE, NULL, new_stopped, g_object_ref (self));
  return LUMINAL_STEP_PENDING;
}

static LuminalPart *
find_to_restart (LuminalMember *member)
{
  for (guint i = 0; i < member->parts->len; i++)
    {
      LuminalPart *part = member->parts->pdata[i];

      if (part->is_stopped && !part->is_undone)
        return part;
    }

  return NULL;
}

/* The process in which one of them was to start is gone: those that were started again
 * before it, in the same process, have to be once more. */
static void
restart_mates (LuminalMember *member)
{
  for (guint i = 0; i < member->parts->len; i++)
    {
      LuminalPart *part = member->parts->pdata[i];

      if (part->is_undone && luminal_handler_has_lost_process (part->handler))
        part->is_undone = FALSE;
    }
}

static void
old_started (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (LuminalTransaction) self = user_data;
  LuminalMember *member = self->members->pdata[self->member];
  LuminalPart *part = self->part;
  g_autoptr (GError) error = NULL;

  if (luminal_host_start_finish (LUMINAL_HOST (source_object), result, &error))
    {
      part->is_undone = TRUE;
      luminal_handler_set_started (part->handler);
    }
  else if (part->state != NULL)
    {
      /* One that refuses its own state still runs without it: a photon that has
       * forgotten is better than none. */
      g_message ("%s; it is started without its state", error->message);
      g_clear_pointer (&part->state, g_variant_unref);
      member->has_lost_state = TRUE;
    }
  else
    {
      /* It ran: the next version that can is to run again. */
      member->module->autostart = TRUE;
      luminal_handler_set_status (part->handler, LUMINAL_STATUS_FAILED);
      luminal_handler_set_error (part->handler, error, LUMINAL_PHASE_START, FALSE);
      luminal_handler_set_crash (part->handler, luminal_host_get_crash (member->module->host));
      part->is_undone = TRUE;
    }

  if (luminal_error_is_end (error))
    restart_mates (member);
  luminal_transaction_resume (self, NULL);
}

static LuminalStepResult
start_old (LuminalTransaction *self,
           LuminalMember      *member,
           GError            **error)
{
  LuminalPart *part = find_to_restart (member);

  if (part == NULL)
    return LUMINAL_STEP_DONE;

  self->part = part;
  luminal_host_start_async (member->module->host, part->before, part->state, NULL, old_started,
                            g_object_ref (self));
  return LUMINAL_STEP_PENDING;
}

static void
new_dropped (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (LuminalTransaction) self = user_data;
  LuminalMember *member = self->members->pdata[self->member];
  g_autofree char *pinned = luminal_host_close_finish (LUMINAL_HOST (source_object), result);

  if (pinned != NULL)
    {
      luminal_module_set_pinned (member->module, pinned);
      if (luminal_host_registers_types (member->inspection))
        luminal_host_factory_keep (self->factory, member->module->path,
                                   luminal_image_get_checksum (member->image), member->host);
    }

  member->is_retired = TRUE;
  luminal_transaction_resume (self, NULL);
}

static LuminalStepResult
drop_new (LuminalTransaction *self,
          LuminalMember      *member,
          GError            **error)
{
  if (member->host == NULL || member->is_retired)
    return LUMINAL_STEP_DONE;

  luminal_host_close_async (member->host, new_dropped, g_object_ref (self));
  return LUMINAL_STEP_PENDING;
}

const LuminalStep luminal_transaction_undo_steps[] = {
  { "stop-new", LUMINAL_PHASE_HAND_OVER, stop_new },
  { "start-old", LUMINAL_PHASE_START, start_old },
  { "drop-new", LUMINAL_PHASE_NONE, drop_new },
  { NULL },
};

typedef enum
{
  LEFT_NOTHING,
  LEFT_LOADED,
  LEFT_RUNNING,
  LEFT_RESTARTED,
  LEFT_CRASHED,
  LEFT_DEAD,
} Left;

/* What is left of a member now. */
static Left
assess (LuminalMember *member)
{
  gboolean restarted = FALSE;

  for (guint i = 0; i < member->parts->len; i++)
    {
      LuminalPart *part = member->parts->pdata[i];

      if (!part->is_stopped)
        continue;
      if (luminal_handler_get_status (part->handler) == LUMINAL_STATUS_FAILED)
        return LEFT_DEAD;
      restarted = TRUE;
    }

  if (restarted)
    return LEFT_RESTARTED;
  if (luminal_module_has_running (member->module))
    return LEFT_RUNNING;
  if (luminal_module_has_crashed (member->module))
    return LEFT_CRASHED;
  return member->module->host != NULL ? LEFT_LOADED : LEFT_NOTHING;
}

static char *
describe (LuminalMember *member,
          Left           left)
{
  guint generation = member->module->generation;

  switch (left)
    {
    case LEFT_RESTARTED:
      if (member->has_lost_state)
        return g_strdup_printf (_("Generation %u was started again, without its state, and runs"), generation);
      return g_strdup_printf (_("Generation %u was started again and runs"), generation);
    case LEFT_RUNNING:
      return g_strdup_printf (_("Generation %u runs on"), generation);
    case LEFT_LOADED:
      return g_strdup_printf (_("Generation %u stays loaded"), generation);
    case LEFT_CRASHED:
      return g_strdup_printf (_("Generation %u crashed before and does not run"), generation);
    case LEFT_DEAD:
      return g_strdup_printf (_("Generation %u could not be started again"), generation);
    case LEFT_NOTHING:
    default:
      return g_strdup (_("Nothing of it runs"));
    }
}

/* The error, with what still runs. */
static GError *
explain (LuminalTransaction *self,
         LuminalMember      *member,
         Left                left)
{
  g_autofree char *what_is_left = describe (member, left);

  return luminal_error_explain (self->error, what_is_left);
}

static char *
name_placeholder (LuminalTransaction *self,
                  LuminalModule      *module)
{
  g_autofree char *name = g_file_get_basename (module->file);
  g_autofree char *shown = g_filename_display_name (name);

  if (luminal_registry_claim_name (self->registry, module, shown) == NULL)
    return g_steal_pointer (&shown);

  return g_filename_display_name (module->path);
}

/* The module beside a source that never ran runs again, under the same names. */
static gboolean
leaves_names (LuminalTransaction *self,
              LuminalMember      *member)
{
  g_autofree char *beside = luminal_scanner_module_of (member->module->path);
  LuminalStamp stamp;

  return (self->flags & LUMINAL_TRANSACTION_TAKE_OVER) != 0 && member->module->generation == 0 &&
         beside != NULL && luminal_scanner_stamp (beside, &stamp);
}

/* A module that never ran is put on record: by its photons' names if they are
 * known and free, by its file's name otherwise. */
static void
put_on_record (LuminalTransaction *self,
               LuminalMember      *member)
{
  LuminalModule *module = member->module;
  g_autoptr (GPtrArray) handlers = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean is_planned = member->host != NULL && !leaves_names (self, member);

  for (guint i = 0; i < member->parts->len && is_planned; i++)
    {
      LuminalPart *part = member->parts->pdata[i];

      if (part->after == NULL)
        continue;
      if (part->handler == NULL)
        part->handler = luminal_registry_create_handler (self->registry, module,
                                                         luminal_metadata_get_name (part->after));
      luminal_handler_set_metadata (part->handler, part->after);
      g_ptr_array_add (handlers, g_object_ref (part->handler));
    }

  if (handlers->len == 0 && module->handlers->len > 0)
    {
      g_ptr_array_extend (handlers, module->handlers, (GCopyFunc) (void (*) (void)) g_object_ref, NULL);
    }
  else if (handlers->len == 0)
    {
      g_autofree char *name = name_placeholder (self, module);

      g_ptr_array_add (handlers, luminal_registry_create_handler (self->registry, module, name));
    }

  for (guint i = 0; i < handlers->len; i++)
    luminal_handler_set_status (handlers->pdata[i], LUMINAL_STATUS_FAILED);

  luminal_registry_set_handlers (self->registry, module, handlers);
}

static void
tell_failure (LuminalTransaction *self,
              LuminalMember      *member,
              LuminalEventKind    kind,
              const GError       *error)
{
  LuminalModule *module = member->module;
  g_autoptr (GPtrArray) handlers = g_ptr_array_ref (module->handlers);
  gint64 duration = luminal_generation_get_duration (member->attempt);

  for (guint i = 0; i < MAX (handlers->len, 1); i++)
    {
      g_autoptr (LuminalEvent) event = NULL;

      /* Only who ran can have been rolled back. */
      if (kind == LUMINAL_EVENT_ROLLED_BACK &&
          luminal_handler_get_status (handlers->pdata[i]) != LUMINAL_STATUS_RUNNING)
        continue;

      if (handlers->len > 0)
        event = luminal_event_new (kind, handlers->pdata[i]);
      else
        event = luminal_event_new_for_file (kind, module->file);
      luminal_event_set_duration (event, duration);
      luminal_event_set_error (event, self->failed_phase, error);
      if (self->failed_phase == LUMINAL_PHASE_BUILD && member->build != NULL)
        luminal_event_set_diagnostics (event, luminal_build_result_get_diagnostics (member->build));
      if (member == self->failed_member && luminal_error_is_end (error) && member->host != NULL)
        luminal_event_set_crash (event, luminal_host_get_crash (member->host));
      luminal_registry_tell (self->registry, event);
    }
}

static void
compare_with_disk (LuminalMember *member)
{
  LuminalModule *module = member->module;
  const char *checksum = luminal_generation_get_checksum (member->attempt);

  /* What was to come back is not on disk. */
  if (checksum == NULL || module->host == NULL || member->revived != NULL)
    return;

  for (guint i = 0; i < module->handlers->len; i++)
    luminal_handler_set_changed_on_disk (module->handlers->pdata[i], g_strcmp0 (checksum, module->checksum) != 0);
}

static void
conclude_failed_member (LuminalTransaction *self,
                        LuminalMember      *member)
{
  LuminalModule *module = member->module;
  Left left = assess (member);
  g_autoptr (GError) error = explain (self, member, left);
  LuminalEventKind kind = LUMINAL_EVENT_FAILED;

  if (left == LEFT_RESTARTED)
    kind = LUMINAL_EVENT_ROLLED_BACK;
  else if (left == LEFT_NOTHING && (self->flags & LUMINAL_TRANSACTION_SKIP_FOREIGN) != 0 &&
           g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_NO_PHOTON))
    kind = LUMINAL_EVENT_SKIPPED;

  luminal_generation_set_outcome (member->attempt,
                                  left == LEFT_RESTARTED ? LUMINAL_OUTCOME_ROLLED_BACK : LUMINAL_OUTCOME_FAILED,
                                  self->failed_phase, error);

  /* What never ran, and is no module of photons now, is nobody's any more. */
  if (kind == LUMINAL_EVENT_SKIPPED && module->handlers->len > 0)
    luminal_registry_drop (self->registry, module, NULL, 0);
  else if (kind == LUMINAL_EVENT_FAILED && left == LEFT_NOTHING &&
           (self->flags & LUMINAL_TRANSACTION_RECORD_FAILURE) != 0 &&
           !g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND))
    put_on_record (self, member);

  compare_with_disk (member);
  luminal_module_remember (module, member->attempt);
  for (guint i = 0; i < module->handlers->len; i++)
    {
      luminal_member_show_build (member, module->handlers->pdata[i]);
      luminal_handler_set_error (module->handlers->pdata[i], error, self->failed_phase,
                                 kind == LUMINAL_EVENT_ROLLED_BACK);
      if (luminal_error_is_end (error) && member->host != NULL && luminal_host_get_crash (member->host) != NULL)
        luminal_handler_set_crash (module->handlers->pdata[i], luminal_host_get_crash (member->host));
    }

  luminal_registry_settle_names (self->registry, module, member->names);
  luminal_module_set_phase (module, LUMINAL_PHASE_NONE);
  tell_failure (self, member, kind, error);
  luminal_member_tell_sayings (member);

  /* Whoever asked is told the same. */
  g_clear_error (&self->error);
  self->error = g_steal_pointer (&error);
}

/* A member that was well by itself and went back with the others. */
static void
conclude_other_member (LuminalTransaction *self,
                       LuminalMember      *member)
{
  Left left = assess (member);
  g_autoptr (GError) error = explain (self, member, left);

  compare_with_disk (member);
  luminal_registry_settle_names (self->registry, member->module, member->names);
  luminal_module_set_phase (member->module, LUMINAL_PHASE_NONE);

  if (left == LEFT_RESTARTED || left == LEFT_DEAD)
    {
      luminal_generation_set_outcome (member->attempt, LUMINAL_OUTCOME_ROLLED_BACK, self->failed_phase,
                                      error);
      luminal_module_remember (member->module, member->attempt);
      for (guint i = 0; i < member->module->handlers->len; i++)
        {
          LuminalHandler *handler = member->module->handlers->pdata[i];

          if (luminal_handler_get_status (handler) == LUMINAL_STATUS_RUNNING)
            luminal_handler_set_error (handler, error, self->failed_phase, TRUE);
        }
      tell_failure (self, member,
                    left == LEFT_DEAD ? LUMINAL_EVENT_FAILED : LUMINAL_EVENT_ROLLED_BACK, error);
      luminal_member_tell_sayings (member);
    }
}

/* Whoever wanted to go back says what that came to. */
static void
conclude_way_back (LuminalTransaction *self)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      LuminalMember *member = self->members->pdata[i];

      luminal_registry_settle_names (self->registry, member->module, member->names);
      luminal_module_set_phase (member->module, LUMINAL_PHASE_NONE);
    }
}

static gboolean
has_module_beside (LuminalTransaction *self,
                   LuminalMember      *member)
{
  g_autofree char *beside = luminal_scanner_module_of (member->module->path);

  return beside != NULL && luminal_registry_lookup_module (self->registry, beside) != NULL;
}

/* Being called off, gone, or in the way of its own successor is no failure of the module. */
static gboolean
is_quiet (LuminalTransaction *self)
{
  if (g_error_matches (self->error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND))
    return (self->flags & LUMINAL_TRANSACTION_SKIP_MISSING) != 0;
  if (g_error_matches (self->error, LUMINAL_ERROR, LUMINAL_ERROR_NAME_TAKEN))
    return (self->flags & LUMINAL_TRANSACTION_TAKE_OVER) != 0 && has_module_beside (self, self->failed_member);

  return g_error_matches (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

void
luminal_transaction_conclude_failure (LuminalTransaction *self)
{
  gboolean quiet = is_quiet (self);

  if (self->cause != NULL)
    {
      conclude_way_back (self);
      return;
    }

  for (guint i = 0; i < self->members->len; i++)
    {
      LuminalMember *member = self->members->pdata[i];

      if (g_error_matches (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        luminal_transaction_keep_superseded (self, member);
      if (quiet || (member != self->failed_member && !member->is_unchanged))
        conclude_other_member (self, member);
    }

  if (!quiet)
    conclude_failed_member (self, self->failed_member);
}
