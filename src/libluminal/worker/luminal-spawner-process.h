/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-worker.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_SPAWNER_PROCESS (luminal_spawner_process_get_type ())

/* One run of luminal-worker as a spawner: it is asked for workers, and told to end.
 *
 * Signals:
 * `spawned (LuminalWorker *worker)`: a worker that was asked for is there;
 * `failed (const GError *error)`: one could not be had;
 * `lost (const GError *error)`: once; the process is gone or not what it should be, and
 *   gives none of those that it was asked for. Workers that are there live on. */
G_DECLARE_FINAL_TYPE (LuminalSpawnerProcess, luminal_spawner_process, LUMINAL, SPAWNER_PROCESS, GObject)

/* Does not wait for the program: `lost` tells if it is the wrong one. */
LuminalSpawnerProcess *luminal_spawner_process_new          (int                     lifeline,
                                                             GError                **error);
void                   luminal_spawner_process_spawn        (LuminalSpawnerProcess  *self);
guint                  luminal_spawner_process_get_n_asked  (LuminalSpawnerProcess  *self);
gboolean               luminal_spawner_process_was_ready     (LuminalSpawnerProcess  *self);
void                   luminal_spawner_process_close        (LuminalSpawnerProcess  *self);

void                   luminal_spawner_process_end_worker   (LuminalSpawnerProcess  *self,
                                                             LuminalWorker          *worker,
                                                             gboolean                at_once);
void                   luminal_spawner_process_forget       (LuminalSpawnerProcess  *self,
                                                             LuminalWorker          *worker);

G_END_DECLS
