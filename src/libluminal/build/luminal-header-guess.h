/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The headers that a source is likely to include from beside itself. */
GStrv luminal_header_guess (const char        *path,
                            const char        *text,
                            gsize              length,
                            char             **further_sources);

G_END_DECLS
