/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The kernel's inotify, with less room: for the program that this is linked into, GIO
 * included. */

/* Whether folders below @path get no watch any more; NULL: all get one. */
void inotify_testing_bar_watches   (const char *path);
/* Whether there are no more instances. */
void inotify_testing_bar_instances (gboolean    barred);
/* How many watches were asked for in vain. */
guint inotify_testing_count_barred (void);

G_END_DECLS
