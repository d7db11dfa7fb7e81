/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-error.h"

G_BEGIN_DECLS

char   *luminal_display_path (const char  *path);

/* An error as all of Luminal's are worded: file, phase, cause. */
GError *luminal_error_new    (LuminalError code,
                              const char  *path,
                              LuminalPhase phase,
                              const char  *format,
                              ...) G_GNUC_PRINTF (4, 5);

/* That @file has no path here. */
GError *luminal_error_new_not_local (LuminalError code,
                                     GFile       *file,
                                     LuminalPhase phase);

/* Whether what was called did not come to its end, and the process it was called in has
 * come to its own. */
gboolean luminal_error_is_end (const GError *error);

/* @error, with what still runs. */
GError *luminal_error_explain (const GError *error,
                               const char   *what_is_left);

G_END_DECLS
