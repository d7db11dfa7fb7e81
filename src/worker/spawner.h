/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "worker-process.h"

G_BEGIN_DECLS

/* Whether this process was started by a manager, with the descriptors that it
 * needs. */
gboolean spawner_has_fds (void);

/* Makes this process a spawner: forks workers, which call @serve, as long as the
 * manager is there. Everything that @prepare does is done once for all of them. */
void     spawner_run     (void            (*prepare) (void),
                          WorkerServeFunc   serve) G_GNUC_NORETURN;

G_END_DECLS
