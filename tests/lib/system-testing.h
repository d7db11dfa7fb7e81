/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file, or a folder with all that is in it; links are not followed. */
void     system_remove_tree     (const char *path);

/* The owner of all files may read those that are barred to anybody. As it is a right of its
 * own that can be laid down, a test of those is the same for every user. Threads that are
 * made later have no more than the one that made them. */
void     system_lay_down_rights (void);

/* Whether that program is there; where it is not, the test is skipped, and says so. */
gboolean system_has_program     (const char *name);

G_END_DECLS
