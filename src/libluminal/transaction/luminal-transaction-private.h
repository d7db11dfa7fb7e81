/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-member.h"
#include "luminal-transaction.h"

G_BEGIN_DECLS

typedef enum
{
  LUMINAL_STEP_DONE,
  LUMINAL_STEP_PENDING, /* luminal_transaction_resume() follows, and the step is run again */
  LUMINAL_STEP_FAILED,
} LuminalStepResult;

/* One step of a transaction, done for one member after the other before the next
 * step begins. A step that waits is run again until it is done. */
typedef struct
{
  const char *name;
  LuminalPhase phase;
  LuminalStepResult (*run) (LuminalTransaction *self,
                            LuminalMember      *member,
                            GError            **error);
  gboolean can_be_cancelled;
  gboolean (*concerns) (LuminalMember *member); /* none: all of them */
} LuminalStep;

struct _LuminalTransaction
{
  GObject parent_instance;

  LuminalRegistry *registry;
  LuminalHostFactory *factory;
  LuminalBuilder *builder;
  guint settle_timeout;
  LuminalTransactionFlags flags;
  GPtrArray *members;
  GError *cause; /* why it goes back to earlier generations */
  LuminalCrash *crash;

  GTask *task;
  const LuminalStep *steps;
  guint step;
  guint member;
  LuminalPart *part; /* of the operation that the step waits for */
  gboolean is_entered;
  gint64 entered_at;
  GError *step_error;
  gboolean has_ended_old; /* something that ran before does not run any more */

  GError *error;
  LuminalPhase failed_phase;
  LuminalMember *failed_member;
};

/* Forward, ended by one without a function; and back, from wherever it failed. */
extern const LuminalStep luminal_transaction_steps[];
extern const LuminalStep luminal_transaction_undo_steps[];

/* The step of a source that makes a module of it. */
LuminalStepResult luminal_transaction_build (LuminalTransaction *self,
                                             LuminalMember      *member,
                                             GError            **error);

void    luminal_transaction_keep_superseded     (LuminalTransaction *self,
                                                 LuminalMember      *member);
GError *luminal_transaction_explain_superseding (LuminalMember      *member);

/* The operation that a step waits for has ended. Takes @error. */
void luminal_transaction_resume            (LuminalTransaction *self,
                                            GError             *error);
void luminal_transaction_conclude_failure  (LuminalTransaction *self);

G_END_DECLS
