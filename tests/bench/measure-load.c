/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Loading and starting a folder of modules, from nothing; what each of them takes of memory;
 * and whether the program then sleeps while nothing happens. */

#include <luminal.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bench.h"
#include "descriptor-limit.h"
#include "ways.h"

/* About what the loader has of a module. */
#define N_OBJECTS 100
#define OBJECT_SIZE 96

static double
read_memory (const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/smaps_rollup", pid);
  g_autofree char *text = NULL;
  const char *line;
  double kib = 0;

  /* What it alone has, and what it shares in proportion. */
  if (g_file_get_contents (path, &text, NULL, NULL) && (line = strstr (text, "\nPss:")) != NULL)
    kib = g_ascii_strtod (line + strlen ("\nPss:"), NULL);

  return kib;
}

/* Of this process and of all below it. */
static double
read_all_memory (const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/task/%s/children", pid, pid);
  g_autofree char *children = NULL;
  double kib = read_memory (pid);

  if (g_file_get_contents (path, &children, NULL, NULL))
    {
      g_auto (GStrv) each = g_strsplit (g_strchomp (children), " ", -1);

      for (char **child = each; *child != NULL; child++)
        {
          if (**child != '\0')
            kib += read_all_memory (*child);
        }
    }

  return kib;
}

static double
memory_now (void)
{
  g_autofree char *pid = g_strdup_printf ("%d", getpid ());

  return read_all_memory (pid);
}

typedef struct
{
  guint left;
} Starting;

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Starting *starting = user_data;
  g_autoptr (GError) error = NULL;

  luminal_handler_start_finish (LUMINAL_HANDLER (source), result, &error);
  bench_check (error);
  starting->left--;
}

static LuminalLoader *
load_with_luminal (const char      *folder,
                   LuminalIsolation isolation,
                   guint            n_modules)
{
  g_autoptr (GFile) directory = g_file_new_for_path (folder);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;
  LuminalLoader *loader = luminal_loader_new (FALSE, FALSE);
  Starting starting;

  luminal_loader_set_isolation (loader, isolation);
  luminal_loader_load_photons_async (loader, directory, LUMINAL_TYPE_PHOTON, NULL, FALSE, NULL,
                                     bench_note_result, &result);
  handlers = luminal_loader_load_photons_finish (loader, bench_wait (&result), &error);
  bench_check (error);
  g_assert (handlers->len == n_modules);

  starting.left = handlers->len;
  for (guint i = 0; i < handlers->len; i++)
    luminal_handler_start_async (handlers->pdata[i], NULL, started_cb, &starting);
  while (starting.left > 0)
    g_main_context_iteration (NULL, TRUE);

  return loader;
}

/* A tenth of them modules, and the rest what else lies in folders. */
static void
write_files (const char *folder,
             guint       n)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("nothing\n", 8);

  bench_write_modules (folder, n / 10);
  for (guint i = n / 10; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%05u.txt", folder, i);

      bench_write (path, nothing);
    }
}

/* Which file is opened when is the same as for the others. */
/* @n_objects: so many more things are made with each module, and kept, as programs do: they lie
 * between what the dynamic linker keeps of one and of the next. */
static Way *
load_by_floor (const char *folder,
               guint       n_modules,
               guint       n_objects)
{
  Way *ways = g_new0 (Way, n_modules);

  for (guint i = 0; i < n_modules; i++)
    {
      g_autofree char *path = bench_module_path (folder, i);

      way_floor_open (&ways[i], path, TRUE);
      for (guint j = 0; j < n_objects; j++)
        *(volatile char *) g_malloc (OBJECT_SIZE) = 0;
    }

  return ways;
}

static Way *
load_plainly (const char *folder,
              guint       n_modules)
{
  Way *ways = g_new0 (Way, n_modules);

  for (guint i = 0; i < n_modules; i++)
    {
      g_autofree char *path = bench_module_path (folder, i);

      way_plain_reload (&ways[i], path);
    }

  return ways;
}

/* Switches of context that the process asked for, and microseconds of its time on a processor, of all
 * its threads. */
static void
read_activity (guint64 *switches,
               double  *cpu)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  struct rusage usage;
  const char *tid;

  *switches = 0;
  while ((tid = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/task/%s/status", tid);
      g_autofree char *status = NULL;
      const char *line;

      if (g_file_get_contents (path, &status, NULL, NULL) &&
          (line = strstr (status, "\nvoluntary_ctxt_switches:")) != NULL)
        *switches += g_ascii_strtoull (line + strlen ("\nvoluntary_ctxt_switches:"), NULL, 10);
    }

  getrusage (RUSAGE_SELF, &usage);
  *cpu = (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
         (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static gboolean
over_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
run_for (guint seconds)
{
  gboolean is_over = FALSE;

  g_timeout_add_seconds (seconds, over_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

static void
measure_idle (const char *row,
              const char *of,
              guint       seconds)
{
  g_autofree char *wake_ups = g_strdup_printf ("%s: wake-ups", row);
  g_autofree char *time = g_strdup_printf ("%s: processor", row);
  guint64 switches_before;
  guint64 switches;
  double cpu_before;
  double cpu;

  /* What the beginning leaves to be done comes first. */
  run_for (7);
  read_activity (&switches_before, &cpu_before);
  run_for (seconds);
  read_activity (&switches, &cpu);

  /* Less the one that ended the measurement. */
  bench_emit (wake_ups, of, "1/s", (double) (switches - switches_before - 1) / seconds);
  bench_emit (time, of, "us/s", (cpu - cpu_before) / seconds);
}

static LuminalLoader *
watch (const char *path)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  LuminalLoader *loader = luminal_loader_new (FALSE, FALSE);

  luminal_loader_set_isolation (loader, LUMINAL_ISOLATION_IN_PROCESS);
  luminal_loader_watch_photons_async (loader, folder, LUMINAL_TYPE_PHOTON, NULL, FALSE, NULL,
                                      bench_note_result, &result);
  luminal_loader_watch_photons_finish (loader, bench_wait (&result), &error);
  bench_check (error);

  return loader;
}

static void
emit_load (const char *row,
           const char *of,
           guint       n_modules,
           double      usec,
           double      cpu,
           double      kib)
{
  g_autofree char *memory = g_strdup_printf ("%s: memory", row);
  g_autofree char *processor = g_strdup_printf ("%s: processor time", row);

  bench_emit (row, of, "us/module", usec / n_modules);
  bench_emit (processor, of, "us/module", cpu / n_modules);
  if (n_modules >= 20)
    bench_emit (memory, of, "KiB/module", kib / n_modules);
}

static void
measure_load (const char *of,
              const char *folder,
              guint       n_modules,
              const char *row)
{
  double before = memory_now ();
  guint64 switches;
  double cpu_before;
  double cpu;
  gint64 began;
  gint64 ended;

  read_activity (&switches, &cpu_before);
  began = bench_now ();
  if (strcmp (of, "luminal") == 0)
    load_with_luminal (folder, LUMINAL_ISOLATION_IN_PROCESS, n_modules);
  else if (strcmp (of, "workers") == 0)
    load_with_luminal (folder, LUMINAL_ISOLATION_WORKER, n_modules);
  else if (strcmp (of, "floor") == 0)
    load_by_floor (folder, n_modules, 0);
  else if (strcmp (of, "floor among objects") == 0)
    load_by_floor (folder, n_modules, N_OBJECTS);
  else
    load_plainly (folder, n_modules);
  ended = bench_now ();
  read_activity (&switches, &cpu);

  emit_load (row, strcmp (of, "workers") == 0 ? "luminal" : of, n_modules, (double) (ended - began) / 1e3,
             cpu - cpu_before, memory_now () - before);
}

/* measure-load WHAT FOLDER MODULES ROW, where WHAT is prepare or prepare-files (which fill the folder),
 * luminal, workers, floor, "floor among objects", "plain dlopen"; or idle, for SECONDS after that (a watch of the folder). */
int
main (int    argc,
      char **argv)
{
  guint n_modules;

  if (argc < 5)
    return 2;

  raise_descriptor_limit ();
  n_modules = (guint) atoi (argv[3]);
  if (strcmp (argv[1], "prepare") == 0)
    {
      bench_write_modules (argv[2], n_modules);
    }
  else if (strcmp (argv[1], "prepare-files") == 0)
    {
      write_files (argv[2], n_modules);
    }
  else if (strcmp (argv[1], "idle") == 0 && argc == 6)
    {
      watch (argv[2]);
      measure_idle (argv[4], "luminal", (guint) atoi (argv[5]));
    }
  else
    {
      measure_load (argv[1], argv[2], n_modules, argv[4]);
    }

  return 0;
}
