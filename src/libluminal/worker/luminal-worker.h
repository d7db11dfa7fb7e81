/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-peer.h"
#include "luminal-worker-protocol.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_WORKER (luminal_worker_get_type ())

/* A worker process, as its manager has it; whoever lets go of it while it lives kills
 * it. All happens in the thread-default main context that it was made in.
 *
 * Signals:
 * `ended ()`: once, when the process and everything that it started is gone; the
 *   report is there;
 * `disconnected ()`: once, when it cannot be spoken to any more. It has just ended, as
 *   `ended` is about to say, or it lives on and is of no use. */
G_DECLARE_FINAL_TYPE (LuminalWorker, luminal_worker, LUMINAL, WORKER, GObject)

LuminalPeer               *luminal_worker_get_peer        (LuminalWorker   *self);

/* The end to read from, non-blocking: the caller's. Once for each; -1 after that. */
int                        luminal_worker_steal_output_fd (LuminalWorker   *self,
                                                           LuminalWorkerFd  which);

/* Tells it to end and kills it a moment later, or kills it at once, with everything
 * that it started. `ended` tells when that has happened. */
void                       luminal_worker_end             (LuminalWorker   *self,
                                                           gboolean         at_once);

gboolean                   luminal_worker_is_connected    (LuminalWorker   *self);

/* %NULL while it lives. Without LUMINAL_REPORT_HAS_STATUS nobody was there to see how
 * it ended. */
const LuminalWorkerReport *luminal_worker_get_report      (LuminalWorker   *self);

G_END_DECLS
