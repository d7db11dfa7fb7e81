/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the start of a program to the first frame of its window: of Luminal's, on a folder
 * of photons, and of a program that shows an empty window, by turns. */

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "config.h"
#include "descriptor-limit.h"
#include "luminal-app-resources.h"
#include "luminal-application.h"
#include "luminal-window.h"
#include "window-timing.h"

static void
window_added_cb (GtkApplication *application,
                 GtkWindow      *window)
{
  if (LUMINAL_IS_WINDOW (window))
    window_timing_first_frame (GTK_WIDGET (window));
}

/* All that the program does, up to that frame. */
static int
be_luminal (int    argc,
            char **argv)
{
  g_autoptr (LuminalApplication) application = NULL;

  raise_descriptor_limit ();
  g_resources_register (luminal_app_get_resource ());
  application = luminal_application_new ();
  g_signal_connect (application, "window-added", G_CALLBACK (window_added_cb), NULL);

  return g_application_run (G_APPLICATION (application), argc, argv);
}

static double
run (const char *const *arguments)
{
  gint64 began = bench_now ();
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  gint64 at;

  process = g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  bench_check (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  bench_check (error);
  at = output != NULL ? g_ascii_strtoll (output, NULL, 10) : 0;
  if (at < began)
    g_error ("%s did not say when its window was drawn", arguments[0]);

  return (double) (at - began) / 1e6;
}

static void
measure (const char *program,
         const char *empty_window,
         guint       n_photons,
         guint       n_rounds)
{
  g_autofree char *folder = bench_folder_new ();
  const char *const luminal[] = { program, "--be-luminal", folder, NULL };
  const char *const empty[] = { empty_window, NULL };
  g_autoptr (BenchSeries) ours = bench_series_new ();
  g_autoptr (BenchSeries) floor = bench_series_new ();

  bench_write_modules (folder, n_photons);

  /* What is read from the disk for the first time is no part of it. */
  run (luminal);
  run (empty);
  for (guint i = 0; i < n_rounds; i++)
    {
      bench_series_add (ours, run (luminal));
      bench_series_add (floor, run (empty));
    }

  bench_series_emit (ours, "window: first frame", "luminal", "ms");
  bench_series_emit (floor, "window: first frame", "floor", "ms");
  bench_folder_remove (folder);
}

/* measure-window-start PHOTONS ROUNDS EMPTY-WINDOW */
int
main (int    argc,
      char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--be-luminal") == 0)
    {
      char *arguments[] = { argv[0], argv[2], NULL };

      return be_luminal (2, arguments);
    }
  if (argc != 4)
    return 2;

  measure (argv[0], argv[3], (guint) atoi (argv[1]), (guint) atoi (argv[2]));
  return 0;
}
