/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Everything that a test starts, however far it is from it, has this in its
 * environment. */
#define PROCESS_MARK "LUMINAL_TEST_MARK"

/* From now on, until the next one. */
char    *process_mark_new          (void);

/* Processes with the mark: all of them, or those of that name. */
guint    process_count_marked      (const char *mark,
                                    const char *name);
/* One of them, for which it waits. */
pid_t    process_find_marked       (const char *mark,
                                    const char *name);
/* All but that worker, which can be 0, and its warden; and waits until they are gone. */
void     process_kill_marked       (const char *mark,
                                    pid_t       but);
/* Children of this process that have ended, and that nobody has waited for. */
guint    process_count_zombies     (void);
/* Also if it has ended, until somebody has waited for it. */
gboolean process_is_there          (pid_t       pid);
char    *process_read_stat         (pid_t       pid);
pid_t    process_get_parent        (pid_t       pid);

/* Of this process: all, and those by which it knows wardens of workers. */
guint    process_count_descriptors (void);
guint    process_count_pidfds      (void);

/* Runs the thread's main context until it is so. Of some things no event tells, such as
 * other processes: they are looked at again and again. After a minute it is never going
 * to be. */
typedef gboolean (*ProcessCondition) (gpointer user_data);
void     process_wait_until        (ProcessCondition  condition,
                                    gpointer          user_data);
void     process_wait_for_none     (const char       *mark);

G_END_DECLS
