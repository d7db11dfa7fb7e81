/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "luminal-macros.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_CRASH (luminal_crash_get_type ())

LUMINAL_PUBLIC
G_DECLARE_FINAL_TYPE (LuminalCrash, luminal_crash, LUMINAL, CRASH, GObject)

LUMINAL_PUBLIC gint64             luminal_crash_get_time      (LuminalCrash *self);
LUMINAL_PUBLIC int                luminal_crash_get_signal    (LuminalCrash *self);
LUMINAL_PUBLIC int                luminal_crash_get_exit_code (LuminalCrash *self);
LUMINAL_PUBLIC gboolean           luminal_crash_get_over_limit (LuminalCrash *self);
LUMINAL_PUBLIC const char        *luminal_crash_get_cause     (LuminalCrash *self);
LUMINAL_PUBLIC const char *const *luminal_crash_get_backtrace (LuminalCrash *self);
LUMINAL_PUBLIC const char *const *luminal_crash_get_output    (LuminalCrash *self);

G_END_DECLS
