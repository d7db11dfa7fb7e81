/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-code-range.h"

G_BEGIN_DECLS

/* Whether a thread other than this one is in code of @range, or will return to it.
 * Says so, too, of a thread that it cannot look at. */
gboolean luminal_thread_scan_inside (const LuminalCodeRange *range);

G_END_DECLS
