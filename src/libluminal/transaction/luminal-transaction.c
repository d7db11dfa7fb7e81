/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-transaction.h"
#include "luminal-transaction-private.h"

#include "luminal-generation-private.h"

G_DEFINE_FINAL_TYPE (LuminalTransaction, luminal_transaction, G_TYPE_OBJECT)

static void
luminal_transaction_finalize (GObject *object)
{
  LuminalTransaction *self = LUMINAL_TRANSACTION (object);

  g_clear_object (&self->registry);
  g_clear_object (&self->factory);
  g_clear_object (&self->builder);
  g_clear_pointer (&self->members, g_ptr_array_unref);
  g_clear_error (&self->step_error);
  g_clear_error (&self->error);
  g_clear_error (&self->cause);
  g_clear_object (&self->crash);

  G_OBJECT_CLASS (luminal_transaction_parent_class)->finalize (object);
}

static void
luminal_transaction_class_init (LuminalTransactionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_transaction_finalize;
}

static void
luminal_transaction_init (LuminalTransaction *self)
{
  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) luminal_member_free);
  self->steps = luminal_transaction_steps;
}

LuminalTransaction *
luminal_transaction_new (LuminalRegistry         *registry,
                         LuminalHostFactory      *factory,
                         guint                    settle_timeout,
                         LuminalTransactionFlags  flags)
{
  LuminalTransaction *self = g_object_new (LUMINAL_TYPE_TRANSACTION, NULL);

  self->registry = g_object_ref (registry);
  self->factory = g_object_ref (factory);
  self->settle_timeout = settle_timeout;
  self->flags = flags;

  return self;
}

void
luminal_transaction_add (LuminalTransaction *self,
                         LuminalModule      *module)
{
  g_ptr_array_add (self->members, luminal_member_new (module, NULL));
}

void
luminal_transaction_add_revival (LuminalTransaction *self,
                                 LuminalModule      *module,
                                 LuminalGeneration  *generation)
{
  g_ptr_array_add (self->members, luminal_member_new (module, generation));
}

void
luminal_transaction_set_cause (LuminalTransaction *self,
                               const GError       *error,
                               LuminalCrash       *crash)
{
  self->cause = g_error_copy (error);
  g_set_object (&self->crash, crash);
}

void
luminal_transaction_set_builder (LuminalTransaction *self,
                                 LuminalBuilder     *builder)
{
  g_set_object (&self->builder, builder);
}

static void
enter_step (LuminalTransaction *self,
            const LuminalStep  *step,
            LuminalMember      *member)
{
  if (self->is_entered)
    return;

  self->is_entered = TRUE;
  self->entered_at = g_get_monotonic_time ();
  luminal_module_set_phase (member->module, step->phase);
}

static void
leave_step (LuminalTransaction *self,
            const LuminalStep  *step,
            LuminalMember      *member)
{
  self->is_entered = FALSE;

  /* Waiting, reading and hashing are one step, and the image knows how long each
   * of them took. */
  if (step->phase == LUMINAL_PHASE_SETTLE && member->image != NULL && member->revived == NULL)
    {
      for (LuminalPhase phase = LUMINAL_PHASE_SETTLE; phase <= LUMINAL_PHASE_CHECKSUM; phase++)
        luminal_generation_add_duration (member->attempt, phase,
                                         luminal_image_get_duration (member->image, phase));
    }
  else
    {
      /* The way back takes time too, but none of the phases that were not reached. */
      luminal_generation_add_duration (member->attempt,
                                       self->steps == luminal_transaction_steps ? step->phase : LUMINAL_PHASE_NONE,
                                       g_get_monotonic_time () - self->entered_at);
    }
}

static void
turn_back (LuminalTransaction *self,
           LuminalPhase        phase,
           LuminalMember      *member,
           GError             *error)
{
  g_assert (self->steps == luminal_transaction_steps);

  self->error = error;
  self->failed_member = member;
  if (self->failed_phase == LUMINAL_PHASE_NONE)
    self->failed_phase = phase;

  self->steps = luminal_transaction_undo_steps;
  self->step = 0;
  self->member = 0;
}

static LuminalStepResult
run_step (LuminalTransaction *self,
          const LuminalStep  *step,
          LuminalMember      *member,
          GError            **error)
{
  enter_step (self, step, member);

  if (self->step_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->step_error));
      return LUMINAL_STEP_FAILED;
    }

  /* Once the old generation has been asked to end there is no going back without
   * a failure. */
  if (step->can_be_cancelled && !self->has_ended_old &&
      g_cancellable_set_error_if_cancelled (g_task_get_cancellable (self->task), error))
    return LUMINAL_STEP_FAILED;

  return step->run (self, member, error);
}

static void
conclude (LuminalTransaction *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  gboolean changed = FALSE;

  for (guint i = 0; i < self->members->len; i++)
    luminal_module_look_for_lost (((LuminalMember *) self->members->pdata[i])->module);

  if (self->steps == luminal_transaction_undo_steps)
    {
      luminal_transaction_conclude_failure (self);
      g_task_return_error (task, g_error_copy (self->error));
      return;
    }

  for (guint i = 0; i < self->members->len; i++)
    changed |= !((LuminalMember *) self->members->pdata[i])->is_unchanged;
  g_task_return_boolean (task, changed);
}

static void
advance (LuminalTransaction *self)
{
  while (self->steps[self->step].run != NULL)
    {
      const LuminalStep *step = &self->steps[self->step];
      LuminalMember *member;
      GError *error = NULL;

      if (self->member == self->members->len)
        {
          self->member = 0;
          self->step++;
          continue;
        }

      member = self->members->pdata[self->member];
      if (member->is_unchanged || (step->concerns != NULL && !step->concerns (member)))
        {
          self->member++;
          continue;
        }

      switch (run_step (self, step, member, &error))
        {
        case LUMINAL_STEP_PENDING:
          return;
        case LUMINAL_STEP_DONE:
          leave_step (self, step, member);
          self->member++;
          break;
        case LUMINAL_STEP_FAILED:
          leave_step (self, step, member);
          turn_back (self, step->phase, member, error);
          break;
        default:
          g_assert_not_reached ();
        }
    }

  conclude (self);
}

void
luminal_transaction_resume (LuminalTransaction *self,
                            GError             *error)
{
  self->step_error = error;
  advance (self);
}

void
luminal_transaction_run_async (LuminalTransaction  *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_assert (self->task == NULL);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, luminal_transaction_run_async);
  g_task_set_check_cancellable (self->task, FALSE);

  advance (self);
}

gboolean
luminal_transaction_run_finish (LuminalTransaction  *self,
                                GAsyncResult        *result,
                                GError             **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
