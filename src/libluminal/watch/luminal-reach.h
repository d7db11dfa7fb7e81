/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the kernel tells of changes. GIO does not say when it cannot: where no inotify
 * watch is left a monitor of its is made all the same, and is silent. Those that return
 * text say why not; NULL: it does. */

/* The watches that this process has, each as what luminal_reach_name_watch() calls it;
 * NULL: it has no instance to have them with. */
GHashTable *luminal_reach_list_watches      (void);
char       *luminal_reach_name_watch        (const char *folder);
/* Whether the process may have an instance, if it has none yet. */
char       *luminal_reach_check_instance    (void);
/* Tries whether there is a watch left for @folder, and gives it back at once. Takes 20 to
 * 100 ms: the kernel waits for all its processors. */
char       *luminal_reach_check_watch       (const char *folder);
/* Whether the monitors that GIO was asked for meanwhile will tell: @folders are what they
 * are for, @before (nullable) are the watches that there were. */
char       *luminal_reach_check_added       (GPtrArray  *folders,
                                             GHashTable *before);
/* Looks at what kind of file system an open folder is on. */
char       *luminal_reach_check_file_system (int         folder_fd,
                                             const char *folder);

G_END_DECLS
