/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the moment a writer closed a file in a watched folder to the first instruction of the
 * new code's start, with some modules or many. */

#include <luminal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench.h"
#include "descriptor-limit.h"
#include "ways.h"

#define N_WARM_UPS 3

/* Between two changes: less than anybody needs between two saves, and enough for all that the
 * first brings about, as a worker in reserve for the second. */
#define PAUSE_MS 100

/* What is watched, and what its photons said last. */
typedef struct
{
  LuminalLoader *loader;
  GHashTable *said; /* name of a photon → text */
  guint n_observed;
} Watched;

static void
event_cb (Watched      *watched,
          LuminalEvent *event)
{
  const GError *error = luminal_event_get_error (event);

  if (error != NULL)
    g_error ("%s", error->message);
  if (luminal_event_get_kind (event) == LUMINAL_EVENT_OUTPUT)
    g_hash_table_replace (watched->said, g_strdup (luminal_event_get_photon (event)),
                          g_strdup (luminal_event_get_text (event)));
}

static void
observed_cb (Watched *watched)
{
  watched->n_observed++;
}

static gboolean
end_pause (gpointer is_over)
{
  *(gboolean *) is_over = TRUE;
  return G_SOURCE_REMOVE;
}

static void
pause_between_changes (void)
{
  gboolean is_over = FALSE;

  g_timeout_add (PAUSE_MS, end_pause, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

static gint64
started_at (Watched    *watched,
            const char *photon,
            guint       content)
{
  const char *text = g_hash_table_lookup (watched->said, photon);

  return text != NULL ? bench_started_at (text, content) : 0;
}

/* Returns the milliseconds of a change, after all that it brought about has ended. */
static double
change (Watched    *watched,
        const char *folder,
        guint       number,
        guint       content)
{
  g_autofree char *path = bench_module_path (folder, number);
  g_autofree char *photon = g_strdup_printf ("Number %05u", number);
  g_autoptr (GBytes) bytes = bench_module (number, content);
  guint n_observed = watched->n_observed;
  gint64 closed;
  gint64 started;

  bench_write (path, bytes);
  closed = bench_now ();
  while ((started = started_at (watched, photon, content)) == 0 || watched->n_observed == n_observed)
    g_main_context_iteration (NULL, TRUE);

  return (double) (started - closed) / 1e6;
}

static void
watch (Watched         *watched,
       const char      *path,
       LuminalIsolation isolation,
       guint            n_modules)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n_modules; i++)
    {
      g_autofree char *module = bench_module_path (path, i);
      g_autoptr (GBytes) content = bench_module (i, 0);

      bench_write (module, content);
    }

  watched->said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  watched->loader = luminal_loader_new (FALSE, FALSE);
  luminal_loader_set_isolation (watched->loader, isolation);
  g_signal_connect_swapped (watched->loader, "event", G_CALLBACK (event_cb), watched);
  g_signal_connect_swapped (watched->loader, "observed", G_CALLBACK (observed_cb), watched);
  luminal_loader_watch_photons_async (watched->loader, folder, LUMINAL_TYPE_PHOTON, NULL, FALSE, NULL,
                                      bench_note_result, &result);
  luminal_loader_watch_photons_finish (watched->loader, bench_wait (&result), &error);
  bench_check (error);
  while (g_hash_table_size (watched->said) < n_modules)
    g_main_context_iteration (NULL, TRUE);
}

static void
measure_luminal (LuminalIsolation isolation,
                 gboolean         at_once,
                 const char      *row,
                 guint            n_modules,
                 guint            n_rounds)
{
  g_autofree char *folder = bench_folder_new ();
  g_autoptr (BenchSeries) series = bench_series_new ();
  Watched watched = { 0 };

  watch (&watched, folder, isolation, n_modules);
  for (guint i = 0; i < N_WARM_UPS + n_rounds; i++)
    {
      double time;

      if (!at_once)
        pause_between_changes ();
      time = change (&watched, folder, i * 7919 % n_modules, i + 1);
      if (i >= N_WARM_UPS)
        bench_series_add (series, time);
    }

  bench_series_emit (series, row, "luminal", "ms");
  bench_folder_remove (folder);
}

/* What is left when nothing is asked of the loader but its speed: a file monitor, and what
 * has to be done when it says that a file is finished. */
typedef struct
{
  GHashTable *ways; /* path → Way */
  gint64 started;
} Floor;

static void
changed_cb (GFileMonitor     *monitor,
            GFile            *file,
            GFile            *other,
            GFileMonitorEvent event,
            Floor            *floor)
{
  const char *path = g_file_peek_path (file);
  Way *way = g_hash_table_lookup (floor->ways, path);

  if (event != G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT || way == NULL)
    return;

  way_close (way);
  way_floor_open (way, path, TRUE);
  floor->started = bench_now ();
}

static Floor *
floor_new (const char *folder,
           guint       n_modules)
{
  Floor *floor = g_new0 (Floor, 1);

  floor->ways = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < n_modules; i++)
    {
      char *path = bench_module_path (folder, i);
      g_autoptr (GBytes) content = bench_module (i, 0);
      Way *way = g_new0 (Way, 1);

      bench_write (path, content);
      way_floor_open (way, path, TRUE);
      g_hash_table_insert (floor->ways, path, way);
    }

  return floor;
}

static void
measure_floor (const char *row,
               guint       n_modules,
               guint       n_rounds)
{
  g_autofree char *folder = bench_folder_new ();
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (BenchSeries) series = bench_series_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileMonitor) monitor = NULL;
  Floor *floor = floor_new (folder, n_modules);

  monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);
  bench_check (error);
  g_signal_connect (monitor, "changed", G_CALLBACK (changed_cb), floor);

  for (guint i = 0; i < N_WARM_UPS + n_rounds; i++)
    {
      guint number = i * 7919 % n_modules;
      g_autofree char *path = bench_module_path (folder, number);
      g_autoptr (GBytes) content = bench_module (number, i + 1);
      gint64 closed;

      pause_between_changes ();
      bench_write (path, content);
      closed = bench_now ();
      for (floor->started = 0; floor->started == 0;)
        g_main_context_iteration (NULL, TRUE);
      if (i >= N_WARM_UPS)
        bench_series_add (series, (double) (floor->started - closed) / 1e6);
    }

  bench_series_emit (series, row, "floor", "ms");
  bench_folder_remove (folder);
}

/* A watcher that looks once a second, as many do, and reloads what has another time. */
typedef struct
{
  char *folder;
  char *path;
  Way way;
  guint n_modules;
  struct timespec *times;
  gint64 started;
} Poller;

static gboolean
look_cb (gpointer user_data)
{
  Poller *poller = user_data;

  for (guint i = 0; i < poller->n_modules; i++)
    {
      g_autofree char *path = bench_module_path (poller->folder, i);
      struct stat info;

      if (stat (path, &info) != 0 || memcmp (&info.st_mtim, &poller->times[i], sizeof info.st_mtim) == 0)
        continue;
      poller->times[i] = info.st_mtim;
      way_copying_reload (&poller->way, path, poller->folder);
      poller->started = bench_now ();
    }

  return G_SOURCE_CONTINUE;
}

static void
measure_polling (const char *row,
                 guint       n_modules,
                 guint       n_rounds)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (BenchSeries) series = bench_series_new ();
  Poller poller = { .folder = bench_folder_new (), .n_modules = n_modules };

  poller.times = g_new0 (struct timespec, n_modules);
  for (guint i = 0; i < n_modules; i++)
    {
      g_autofree char *path = bench_module_path (poller.folder, i);
      g_autoptr (GBytes) content = bench_module (i, 0);

      bench_write (path, content);
    }
  look_cb (&poller);
  g_timeout_add (1000, look_cb, &poller);

  for (guint i = 0; i < n_rounds; i++)
    {
      g_autofree char *path = bench_module_path (poller.folder, 0);
      g_autoptr (GBytes) content = bench_module (0, i + 1);
      gint64 later = bench_now () + (gint64) g_rand_int_range (random, 0, 1000) * 1000000;
      gint64 closed;

      /* People do not save in step with it. */
      while (bench_now () < later)
        {
          g_usleep (1000);
          g_main_context_iteration (NULL, FALSE);
        }
      bench_write (path, content);
      closed = bench_now ();
      for (poller.started = 0; poller.started == 0;)
        g_main_context_iteration (NULL, TRUE);
      bench_series_add (series, (double) (poller.started - closed) / 1e6);
    }

  bench_series_emit (series, row, "polling each second", "ms");
  way_close (&poller.way);
  bench_folder_remove (poller.folder);
}

/* measure-change in-process|worker|worker-at-once|floor|polling MODULES ROUNDS ROW */
int
main (int    argc,
      char **argv)
{
  guint n_modules;
  guint n_rounds;

  if (argc != 5)
    return 2;

  raise_descriptor_limit ();
  n_modules = (guint) atoi (argv[2]);
  n_rounds = (guint) atoi (argv[3]);
  if (strcmp (argv[1], "in-process") == 0)
    measure_luminal (LUMINAL_ISOLATION_IN_PROCESS, FALSE, argv[4], n_modules, n_rounds);
  else if (strcmp (argv[1], "worker") == 0)
    measure_luminal (LUMINAL_ISOLATION_WORKER, FALSE, argv[4], n_modules, n_rounds);
  else if (strcmp (argv[1], "worker-at-once") == 0)
    measure_luminal (LUMINAL_ISOLATION_WORKER, TRUE, argv[4], n_modules, n_rounds);
  else if (strcmp (argv[1], "floor") == 0)
    measure_floor (argv[4], n_modules, n_rounds);
  else
    measure_polling (argv[4], n_modules, n_rounds);

  return 0;
}
