/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-error.h"

G_BEGIN_DECLS

/* All of them LUMINAL_ERROR_WORKER_UNAVAILABLE, with what to do about it. */

/* A system call failed with @saved_errno: @what went wrong over it. */
GError  *luminal_worker_error_new           (int          saved_errno,
                                             const char  *what);

/* The program at @path is not what it should be. */
GError  *luminal_worker_error_about_program (const char  *path,
                                             const char  *format,
                                             ...) G_GNUC_PRINTF (2, 3);

/* Whether @n more descriptors can be had now. GLib ends the program where it needs one
 * and gets none, so this has to be known before. */
gboolean luminal_worker_check_descriptors   (guint        n,
                                             GError     **error);

G_END_DECLS
