/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* About as much of one line as anybody reads. */
#define LUMINAL_VISIBLE_LENGTH 1000

char *luminal_visible_line (const char *text,
                            gsize       max_length,
                            gsize      *n_left_out);
char *luminal_visible_text (const char *text);
char *luminal_visible_start (const char *text,
                             gsize       max_length);

G_END_DECLS
