/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-error.h"

G_BEGIN_DECLS

/* LUMINAL_ERROR_WORKER_UNAVAILABLE, for a system call that failed with @saved_errno
 * while @what was done, and what to do about it. */
GError  *luminal_worker_error_new         (int          saved_errno,
                                           const char  *what);

/* Whether @n more descriptors can be had now. GLib ends the program where it needs one
 * and gets none, so this has to be known before. */
gboolean luminal_worker_check_descriptors (guint        n,
                                           GError     **error);

G_END_DECLS
