/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What a process has to itself, as of now. */
typedef struct
{
  guint64 memory;   /* bytes that no other process shares, in memory and swapped out */
  guint64 cpu_time; /* µs, in its own code and in the kernel, as fine as the kernel counts */
} LuminalUsage;

/* Returns FALSE if there is no such process. One that ended and was not waited for
 * has no memory. */
gboolean luminal_usage_read (pid_t         pid,
                             LuminalUsage *usage);

G_END_DECLS
