/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-host-settings.h"
#include "luminal-image.h"
#include "luminal-worker-crash.h"
#include "luminal-worker.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_WORKER_PROCESS (luminal_worker_process_get_type ())

/* A worker that runs a module: what can be asked of it, what it says, and its end,
 * which comes however it behaves. Dropping the last reference kills it.
 *
 * Signals:
 * `line (guint photon, LuminalStream stream, const char *text)`: it said something;
 *   G_MAXUINT for what was written to standard output or error.
 * `ended ()`: it is gone, and everything it started. Nothing is told after that. */
G_DECLARE_FINAL_TYPE (LuminalWorkerProcess, luminal_worker_process, LUMINAL, WORKER_PROCESS, GObject)

/* It fails where the system has no descriptors or memory left. */
LuminalWorkerProcess *luminal_worker_process_new             (LuminalWorker        *worker,
                                                              guint                 n_photons,
                                                              GError              **error);
LuminalPeer          *luminal_worker_process_get_peer        (LuminalWorkerProcess *self);
/* For calls to it; cancelled when it is gone, so that late answers are nobody's. */
GCancellable         *luminal_worker_process_get_cancellable (LuminalWorkerProcess *self);
/* Tells at once what it has said so far. */
void                  luminal_worker_process_drain           (LuminalWorkerProcess *self);
/* It is to exit by itself now. */
void                  luminal_worker_process_expect_end      (LuminalWorkerProcess *self);
void                  luminal_worker_process_end             (LuminalWorkerProcess *self,
                                                              gboolean              at_once);
/* It said that it exits: it is ended if it did not in that time. */
void                  luminal_worker_process_await_exit      (LuminalWorkerProcess *self,
                                                              guint                 milliseconds);
/* It does not keep to what was agreed: to be ended, as a crash. */
void                  luminal_worker_process_break_off       (LuminalWorkerProcess *self);
/* How it ended, if that was not expected. */
LuminalCrash         *luminal_worker_process_get_crash       (LuminalWorkerProcess      *self,
                                                              const LuminalHostSettings *settings,
                                                              LuminalImage              *image,
                                                              const char                *filepath);

G_END_DECLS
