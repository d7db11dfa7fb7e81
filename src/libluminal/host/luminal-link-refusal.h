/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the dynamic linker said of a module that it was given as @path, in words for the
 * person who has that module. */
char *luminal_link_refusal_explain (const char *said,
                                    const char *path);

G_END_DECLS
