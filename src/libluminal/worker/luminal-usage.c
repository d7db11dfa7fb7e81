/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-usage.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static gboolean
read_file (pid_t       pid,
           const char *name,
           char      **contents)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", (int) pid, name);

  return g_file_get_contents (path, contents, NULL, NULL);
}

/* The kernel hides the first of the two files from whoever may not trace the process,
 * and a process can make itself such a one. */
static guint64
parse_smaps_rollup (const char *contents)
{
  guint64 kilobytes = 0;

  for (const char *line = contents; line != NULL; line = strchr (line, '\n'))
    {
      const char *colon;

      line += *line == '\n';
      colon = strchr (line, ':');
      if (colon != NULL && (g_str_has_prefix (line, "Private_") || g_str_has_prefix (line, "Swap:")))
        kilobytes += g_ascii_strtoull (colon + 1, NULL, 10);
    }

  return kilobytes * 1024;
}

static guint64
parse_statm (const char *contents)
{
  guint64 resident, shared;

  if (sscanf (contents, "%*u %" G_GINT64_MODIFIER "u %" G_GINT64_MODIFIER "u", &resident, &shared) != 2 ||
      shared > resident)
    return 0;

  return (resident - shared) * (guint64) sysconf (_SC_PAGESIZE);
}

static guint64
read_memory (pid_t pid)
{
  g_autofree char *smaps_rollup = NULL;
  g_autofree char *statm = NULL;

  if (read_file (pid, "smaps_rollup", &smaps_rollup))
    return parse_smaps_rollup (smaps_rollup);

  return read_file (pid, "statm", &statm) ? parse_statm (statm) : 0;
}

gboolean
luminal_usage_read (pid_t         pid,
                    LuminalUsage *usage)
{
  g_autofree char *stat = NULL;
  const char *after_name;
  guint64 user, kernel;

  memset (usage, 0, sizeof *usage);
  if (pid <= 0 || !read_file (pid, "stat", &stat))
    return FALSE;

  /* The name may hold anything, parentheses and newlines too. */
  after_name = strrchr (stat, ')');
  if (after_name == NULL ||
      sscanf (after_name, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" G_GINT64_MODIFIER "u %"
              G_GINT64_MODIFIER "u", &user, &kernel) != 2)
    return FALSE;

  usage->cpu_time = (user + kernel) * (G_USEC_PER_SEC / (guint64) sysconf (_SC_CLK_TCK));
  usage->memory = read_memory (pid);
  return TRUE;
}
