/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-diagnostic.h"

G_BEGIN_DECLS

#define LUMINAL_DIAGNOSTIC_TYPE_STRING "(ayuuusmsmsav)"

/* @file, @option, @rendering and @children may be NULL. Texts that are no UTF-8 are
 * made it. */
LuminalDiagnostic *luminal_diagnostic_new          (const char        *file,
                                                    guint              line,
                                                    guint              column,
                                                    LuminalSeverity    severity,
                                                    const char        *text,
                                                    const char        *option,
                                                    const char        *rendering,
                                                    GPtrArray         *children);

/* For the cache. What comes from there may be anything of that type. */
GVariant          *luminal_diagnostic_to_variant   (LuminalDiagnostic *self);
LuminalDiagnostic *luminal_diagnostic_from_variant (GVariant          *variant);

G_END_DECLS
