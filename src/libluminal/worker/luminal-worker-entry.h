/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

#include "luminal-macros.h"

G_BEGIN_DECLS

/* What the program luminal-worker calls: exported for it alone, and not installed. It
 * has to be in the library, since photons are linked with the library and its types
 * exist once. */

/* Makes everything that is the same in every worker, so that a fork has it: types and
 * what is loaded late. Starts no thread and opens no descriptor. */
LUMINAL_PUBLIC void luminal_worker_prepare (void);

/* Serves one module until it is closed or the manager is gone. Takes the descriptors.
 * Does not return. */
LUMINAL_PUBLIC void luminal_worker_serve   (int connection_fd,
                                            int said_fd) G_GNUC_NORETURN;

G_END_DECLS
