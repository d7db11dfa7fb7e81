/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "luminal-error.h"
#include "luminal-spawner.h"
#include "process-testing.h"

G_BEGIN_DECLS

typedef struct
{
  LuminalSpawner *spawner;
  char *mark;
  guint n_fds;
} Fixture;

void           fixture_set_up      (Fixture        *fixture,
                                    gconstpointer   program);
void           fixture_tear_down   (Fixture        *fixture,
                                    gconstpointer   program);

LuminalWorker *take_or_fail        (LuminalSpawner  *spawner,
                                    GError         **error);
LuminalWorker *take                (LuminalSpawner  *spawner);
/* Has the reserve be there. */
void           wait_for_reserve    (Fixture         *fixture);

/* Of a fake worker. */
void           command             (LuminalWorker   *worker,
                                    const char      *text);
char          *ask                 (LuminalWorker   *worker,
                                    const char      *text);
void           ask_who             (LuminalWorker   *worker,
                                    pid_t           *pid,
                                    pid_t           *warden);

int            get_said_fd         (LuminalWorker   *worker);

const LuminalWorkerReport *
               wait_for_end        (LuminalWorker   *worker);

G_END_DECLS
