/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Like write(), but not less than all. Returns: whether it is written; if not, errno tells why. */
gboolean luminal_write_all (int           fd,
                            const guint8 *bytes,
                            gsize         size);

G_END_DECLS
