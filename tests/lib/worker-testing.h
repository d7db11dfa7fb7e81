/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "luminal-error.h"
#include "luminal-spawner.h"

G_BEGIN_DECLS

/* Everything that a test starts, however far it is from it, has this in its
 * environment. */
#define MARK "LUMINAL_TEST_MARK"

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

/* Runs the main loop until it is so. */
typedef gboolean (*Condition) (gpointer user_data);
void           wait_until          (Condition        condition,
                                    gpointer         user_data);
const LuminalWorkerReport *
               wait_for_end        (LuminalWorker   *worker);

/* Processes with the mark: all of them, or those of that name. */
guint          count_marked        (const char      *mark,
                                    const char      *name);
pid_t          find_marked         (const char      *mark,
                                    const char      *name);
void           wait_for_no_marked  (const char      *mark);
guint          count_fds           (void);

G_END_DECLS
