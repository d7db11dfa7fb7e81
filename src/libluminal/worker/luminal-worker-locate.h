/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where the program luminal-worker is, or should be: a path. */
char *luminal_worker_locate (void);

G_END_DECLS
