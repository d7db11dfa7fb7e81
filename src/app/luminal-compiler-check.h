/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a choice of a compiler comes to, in a sentence. */
char *luminal_compiler_check (const char *command,
                              const char *cc,
                              gboolean   *is_usable);

G_END_DECLS
