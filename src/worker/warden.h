/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "luminal-worker-protocol.h"
#include "worker-process.h"

G_BEGIN_DECLS

/* Makes this process, a fresh fork of the spawner, the warden of one worker: forks
 * that, adopts whatever it leaves behind, and does not end before all of it has.
 * Ends it all when told to, and when the manager's end of @lifeline is closed. */
void warden_run (const int           *fds,
                 int                  lifeline,
                 LuminalWorkerReport *report,
                 WorkerServeFunc      serve) G_GNUC_NORETURN;

G_END_DECLS
