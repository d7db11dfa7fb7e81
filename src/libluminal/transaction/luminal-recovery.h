/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-host-factory.h"
#include "luminal-job-queue.h"
#include "luminal-registry.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_RECOVERY (luminal_recovery_get_type ())

/* What becomes of photons whose process is gone: soon after a generation was loaded, the
 * one before it comes back; later they are started again, after a while that grows, until
 * that has happened too often. It waits for its turn on their file like everybody else. */
G_DECLARE_FINAL_TYPE (LuminalRecovery, luminal_recovery, LUMINAL, RECOVERY, GObject)

typedef struct
{
  guint probation_time; /* ms */
  guint first_delay;    /* ms, before it is started again; each time twice as long */
  guint most_restarts;  /* within the window */
  guint window;         /* ms */
} LuminalRecoveryPolicy;

LuminalRecovery       *luminal_recovery_new        (LuminalRegistry    *registry,
                                                    LuminalHostFactory *factory,
                                                    LuminalJobQueue    *queue);
/* Can be written; what is set holds for the next crash. */
LuminalRecoveryPolicy *luminal_recovery_get_policy (LuminalRecovery    *self);
/* Nothing is started again any more. */
void                   luminal_recovery_shut_down  (LuminalRecovery    *self);

G_END_DECLS
