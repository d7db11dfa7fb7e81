/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-code-range.h"

G_BEGIN_DECLS

/* The threads of this process, by their numbers. */
GHashTable *luminal_thread_scan_list   (void);

/* Whether one of the threads that are not among @earlier is in code of @range,
 * or will return to it. Says so too of one that it cannot look at. */
gboolean    luminal_thread_scan_inside (GHashTable             *earlier,
                                        const LuminalCodeRange *range);

G_END_DECLS
