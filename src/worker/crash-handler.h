/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "luminal-worker-protocol.h"

G_BEGIN_DECLS

/* Has @report say where this process crashed, if it does; whoever waits for it, and
 * whoever reads a core dump, sees the same as without. It is to be in memory that
 * outlives the process. */
void crash_handler_install (LuminalWorkerReport *report);

G_END_DECLS
