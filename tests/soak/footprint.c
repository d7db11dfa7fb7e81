/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "footprint.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process-testing.h"

/* Free memory lies between what is used, and the kernel counts whole pages. */
#define HEAP_SLACK (128 * 1024)
#define MEMORY_SLACK (1024 * 1024)
#define MAPPINGS_SLACK 8

static guint
count_entries (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static guint
count_text (const char *text,
            const char *what)
{
  guint n = 0;

  for (const char *at = text; (at = strstr (at, what)) != NULL; at++)
    n++;
  return n;
}

static gint64
read_private_memory (const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status", pid);
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents (path, &status, NULL, NULL) || (line = strstr (status, "RssAnon:")) == NULL)
    return 0;

  return g_ascii_strtoll (line + strlen ("RssAnon:"), NULL, 10) * 1024;
}

static gboolean
has_mark (const char *pid,
          const char *mark)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/environ", pid);
  g_autofree char *environment = NULL;
  gsize length;

  return atoi (pid) != getpid () && g_file_get_contents (path, &environment, &length, NULL) &&
         memmem (environment, length, mark, strlen (mark)) != NULL;
}

static void
look_at_others (Footprint  *footprint,
                const char *mark)
{
  g_autofree char *assignment = g_strdup_printf (PROCESS_MARK "=%s", mark);
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *pid;

  while ((pid = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *descriptors = g_strdup_printf ("/proc/%s/fd", pid);

      if (!g_ascii_isdigit (*pid) || !has_mark (pid, assignment))
        continue;
      footprint->processes++;
      footprint->of_others += read_private_memory (pid);
      footprint->their_descriptors += count_entries (descriptors);
    }
}

/* Sources are numbered as they come: one of now has a number above all others. */
static guint
count_sources (void)
{
  g_autoptr (GSource) newest = g_idle_source_new ();
  guint id = g_source_attach (newest, NULL);
  guint n = 0;

  g_source_destroy (newest);
  for (guint other = 1; other < id; other++)
    n += g_main_context_find_source_by_id (NULL, other) != NULL;

  return n;
}

void
footprint_take (Footprint  *footprint,
                const char *mark)
{
  g_autofree char *maps = NULL;

  *footprint = (Footprint) { 0 };
  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  footprint->mappings = count_text (maps, "\n");
  footprint->images = count_text (maps, "/memfd:");
  g_clear_pointer (&maps, g_free);

  footprint->heap = (gint64) mallinfo2 ().uordblks;
  malloc_trim (0);
  footprint->resident = read_private_memory ("self");
  footprint->descriptors = process_count_descriptors ();
  footprint->threads = count_entries ("/proc/self/task");
  footprint->sources = count_sources ();
  look_at_others (footprint, mark);
}

char *
footprint_describe (const Footprint *footprint)
{
  return g_strdup_printf ("heap %" G_GINT64_FORMAT " KiB, memory %" G_GINT64_FORMAT " KiB, descriptors %u, mappings %u "
                          "(modules %u), threads %u, sources %u; %u processes with %" G_GINT64_FORMAT
                          " KiB and %u descriptors",
                          footprint->heap / 1024, footprint->resident / 1024, footprint->descriptors,
                          footprint->mappings, footprint->images, footprint->threads, footprint->sources,
                          footprint->processes, footprint->of_others / 1024, footprint->their_descriptors);
}

static void
compare (GString    *growth,
         const char *what,
         gint64      before,
         gint64      now,
         gint64      slack)
{
  if (now > before + slack)
    g_string_append_printf (growth, "%s%s from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                            growth->len > 0 ? ", " : "", what, before, now);
}

char *
footprint_growth (const Footprint *before,
                  const Footprint *now,
                  gint64           heap_slack)
{
  g_autoptr (GString) growth = g_string_new (NULL);

  compare (growth, "the heap", before->heap, now->heap, HEAP_SLACK + heap_slack);
  compare (growth, "memory", before->resident, now->resident, MEMORY_SLACK + before->resident / 20 + heap_slack);
  compare (growth, "memory of the processes", before->of_others, now->of_others,
           MEMORY_SLACK + before->of_others / 20);
  compare (growth, "descriptors", before->descriptors, now->descriptors, 0);
  compare (growth, "mappings", before->mappings, now->mappings, MAPPINGS_SLACK);
  compare (growth, "mappings of modules", before->images, now->images, 0);
  compare (growth, "threads", before->threads, now->threads, 0);
  compare (growth, "processes", before->processes, now->processes, 0);
  compare (growth, "descriptors of the processes", before->their_descriptors, now->their_descriptors, 0);
  compare (growth, "sources", before->sources, now->sources, 0);

  return growth->len > 0 ? g_strdup (growth->str) : NULL;
}
