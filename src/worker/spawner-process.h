/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Makes of what a manager gave this process what every worker is to have: its session,
 * working directory, environment, limits, signals and standard input. Returns a
 * descriptor that tells of children that ended, or -1. */
int spawner_process_set_up (void);

G_END_DECLS
