/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/types.h>

#include "luminal-worker-protocol.h"

G_BEGIN_DECLS

/* Takes the descriptors, and does not return. */
typedef void (*WorkerServeFunc) (int connection_fd,
                                 int said_fd);

/* Makes this process, a fresh fork of @warden, the worker: it has nothing but the
 * descriptors in @fds and what every program has when it starts. */
void worker_process_run       (const int           *fds,
                               pid_t                warden,
                               LuminalWorkerReport *report,
                               WorkerServeFunc      serve) G_GNUC_NORETURN;

/* Those from @first to @last. */
void worker_process_close_fds (int                  first,
                               int                  last);

G_END_DECLS
