/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Returns whether a child is to be left alone. */
typedef gboolean (*ChildrenFilter) (pid_t    pid,
                                    gpointer user_data);

/* Sends SIGKILL to the children of this process, of which it has to be the only
 * thread. What they leave behind becomes children of this process when they end.
 * Returns how many there were. */
guint children_kill (ChildrenFilter spare,
                     gpointer       user_data);

G_END_DECLS
