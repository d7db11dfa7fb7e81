/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One reload of one module, from the call to its end: Luminal's, the floor of what it
 * promises, and other ways, by turns. */

#include <errno.h>
#include <luminal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "ways.h"

#define N_WARM_UPS 10
#define N_CONTENTS 50

typedef struct
{
  char *folder;
  char *path;
  GFile *file;
  LuminalLoader *loader;
} Luminal;

static void
begin (Luminal          *luminal,
       LuminalIsolation  isolation)
{
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GAsyncResult) started = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GBytes) content = bench_module (0, 0);
  g_autoptr (GError) error = NULL;

  luminal->folder = bench_folder_new ();
  luminal->path = bench_module_path (luminal->folder, 0);
  luminal->file = g_file_new_for_path (luminal->path);
  bench_write (luminal->path, content);

  luminal->loader = luminal_loader_new (FALSE, FALSE);
  luminal_loader_set_isolation (luminal->loader, isolation);
  luminal_loader_load_photon_async (luminal->loader, luminal->file, LUMINAL_TYPE_PHOTON, NULL, NULL,
                                    bench_note_result, &loaded);
  handlers = luminal_loader_load_photon_finish (luminal->loader, bench_wait (&loaded), &error);
  bench_check (error);
  luminal_handler_start_async (handlers->pdata[0], NULL, bench_note_result, &started);
  luminal_handler_start_finish (handlers->pdata[0], bench_wait (&started), &error);
  bench_check (error);
}

static void
reload (Luminal *luminal)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  luminal_loader_reload_photon_async (luminal->loader, luminal->file, LUMINAL_RELOAD_DEFAULT, NULL,
                                      bench_note_result, &result);
  handlers = luminal_loader_reload_photon_finish (luminal->loader, bench_wait (&result), &error);
  bench_check (error);
}

static void
end (Luminal *luminal)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GFile) file = NULL;

  luminal_loader_unload_photon_async (luminal->loader, luminal->file, FALSE, NULL, bench_note_result, &result);
  file = luminal_loader_unload_photon_finish (luminal->loader, bench_wait (&result), NULL);
  g_clear_object (&luminal->loader);
  bench_folder_remove (luminal->folder);
  g_clear_object (&luminal->file);
  g_free (luminal->folder);
  g_free (luminal->path);
}

/* Callbacks that follow a reload and are none of it. */
static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

enum
{
  LUMINAL,
  FLOOR,
  FLOOR_WITHOUT_HASH,
  COPYING,
  PLAIN,
  N_WAYS
};

static const char *const way_names[N_WAYS] = {
  "luminal", "floor", "floor without a hash", "a copy and dlopen", "plain dlopen",
};

/* Returns how long it took, in microseconds. */
static double
reload_by (guint       which,
           Luminal    *luminal,
           Way        *way,
           const char *scratch)
{
  gint64 began = bench_now ();

  switch (which)
    {
    case LUMINAL:
      reload (luminal);
      break;
    case FLOOR:
    case FLOOR_WITHOUT_HASH:
      way_close (way);
      way_floor_open (way, luminal->path, which == FLOOR);
      break;
    case COPYING:
      way_copying_reload (way, luminal->path, scratch);
      break;
    default:
      /* It cannot stay open here: the file is about to be written over. */
      way_plain_reload (way, luminal->path);
      way_close (way);
      break;
    }

  return (double) (bench_now () - began) / 1e3;
}

/* What the disk does with what was just written shall slow nobody, so all is written before. */
static void
write_contents (const char *scratch)
{
  for (guint i = 0; i < N_CONTENTS; i++)
    {
      g_autofree char *path = bench_module_path (scratch, i);
      g_autoptr (GBytes) content = bench_module (0, i + 1);

      bench_write (path, content);
    }
  sync ();
}

static void
put_content (const char *scratch,
             const char *path,
             guint       content)
{
  g_autofree char *from = bench_module_path (scratch, content);
  g_autofree char *fresh = g_strconcat (path, ".fresh", NULL);

  if (link (from, fresh) != 0 || rename (fresh, path) != 0)
    g_error ("%s: %s", path, g_strerror (errno));
}

static void
measure (guint            n_rounds,
         LuminalIsolation isolation,
         const char      *row,
         guint            n_ways)
{
  g_autofree char *scratch = bench_folder_new ();
  Luminal luminal = { 0 };
  Way ways[N_WAYS] = { 0 };
  BenchSeries *series[N_WAYS];

  for (guint i = 0; i < N_WAYS; i++)
    series[i] = bench_series_new ();

  begin (&luminal, isolation);
  write_contents (scratch);
  for (guint i = 0; i < N_WARM_UPS + n_rounds; i++)
    {
      put_content (scratch, luminal.path, i % N_CONTENTS);
      for (guint j = 0; j < n_ways; j++)
        {
          /* Whoever is first finds the file cold. */
          guint which = (i + j) % n_ways;
          double time;

          settle ();
          time = reload_by (which, &luminal, &ways[which], scratch);
          if (i >= N_WARM_UPS)
            bench_series_add (series[which], time);
        }
    }

  for (guint i = 0; i < N_WAYS; i++)
    {
      if (i < n_ways)
        bench_series_emit (series[i], row, way_names[i], "us");
      bench_series_free (series[i]);
      way_close (&ways[i]);
    }
  end (&luminal);
  bench_folder_remove (scratch);
}

/* measure-reload ROUNDS in-process|worker [alone]: the last for a profiler, that it sees nothing else. */
int
main (int    argc,
      char **argv)
{
  guint n_ways = argc == 4 ? 1 : N_WAYS;

  if (argc < 3)
    return 2;

  if (strcmp (argv[2], "worker") == 0)
    measure ((guint) atoi (argv[1]), LUMINAL_ISOLATION_WORKER, "reload, in a worker", n_ways);
  else
    measure ((guint) atoi (argv[1]), LUMINAL_ISOLATION_IN_PROCESS, "reload, in process", n_ways);

  return 0;
}
