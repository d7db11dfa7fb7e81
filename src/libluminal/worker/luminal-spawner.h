/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-worker.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_SPAWNER (luminal_spawner_get_type ())

/* Where workers come from. It runs luminal-worker from the first need on, and keeps one
 * worker in reserve. When it is let go of, all of its workers are killed. */
G_DECLARE_FINAL_TYPE (LuminalSpawner, luminal_spawner, LUMINAL, SPAWNER, GObject)

LuminalSpawner *luminal_spawner_new         (void);

/* So that the first one who needs a worker does not wait for it. That it cannot be had
 * is told to whom it matters, the next one who takes one. */
void            luminal_spawner_prepare     (LuminalSpawner       *self);

/* Whether the next one who takes a worker has it at once. */
gboolean        luminal_spawner_has_reserve (LuminalSpawner       *self);

/* Errors, other than that it was cancelled, are LUMINAL_ERROR_WORKER_UNAVAILABLE; their
 * messages have the cause and what to do, and neither file nor phase. */
void            luminal_spawner_take_async  (LuminalSpawner       *self,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
/* Returns: (transfer full): */
LuminalWorker  *luminal_spawner_take_finish (LuminalSpawner       *self,
                                             GAsyncResult         *result,
                                             GError              **error);

G_END_DECLS
