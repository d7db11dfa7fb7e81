/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the save of a source to the first instruction of the new code's start, beside what the
 * compiler takes by itself for the same, by turns. */

#include <luminal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

static const char source_format[] =
  "#include <luminal.h>\n"
  "#include <time.h>\n"
  "typedef struct { int unused; } Saved;\n"
  "static gboolean saved_start (LuminalPhoton *photon, gpointer data, GError **error)\n"
  "{\n"
  "  struct timespec now;\n"
  "  clock_gettime (CLOCK_MONOTONIC, &now);\n"
  "  luminal_photon_print (photon, \"content %05u at %%lld\", (long long) now.tv_sec * 1000000000 + now.tv_nsec);\n"
  "  return TRUE;\n"
  "}\n"
  "LUMINAL_PHOTON (Saved, saved_start, NULL)\n";

typedef struct
{
  LuminalLoader *loader;
  char *path;
  char *said;
  guint n_observed;
} Saves;

static void
event_cb (Saves        *saves,
          LuminalEvent *event)
{
  const GError *error = luminal_event_get_error (event);

  if (error != NULL)
    g_error ("%s", error->message);
  if (luminal_event_get_kind (event) == LUMINAL_EVENT_OUTPUT)
    {
      g_free (saves->said);
      saves->said = g_strdup (luminal_event_get_text (event));
    }
}

static void
observed_cb (Saves *saves)
{
  saves->n_observed++;
}

static gint64
write_source (const char *path,
              guint       content)
{
  g_autofree char *text = g_strdup_printf (source_format, content);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  bench_write (path, bytes);
  return bench_now ();
}

static double
save (Saves *saves,
      guint  content)
{
  guint n_observed = saves->n_observed;
  gint64 closed = write_source (saves->path, content);

  while (saves->said == NULL || bench_started_at (saves->said, content) == 0 || saves->n_observed == n_observed)
    g_main_context_iteration (NULL, TRUE);

  return (double) (bench_started_at (saves->said, content) - closed) / 1e6;
}

static void
begin (Saves      *saves,
       const char *folder)
{
  g_autoptr (GFile) directory = g_file_new_for_path (folder);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  saves->path = g_build_filename (folder, "saved.c", NULL);
  write_source (saves->path, 0);
  saves->loader = luminal_loader_new (FALSE, FALSE);
  g_signal_connect_swapped (saves->loader, "event", G_CALLBACK (event_cb), saves);
  g_signal_connect_swapped (saves->loader, "observed", G_CALLBACK (observed_cb), saves);
  luminal_loader_watch_photons_async (saves->loader, directory, LUMINAL_TYPE_PHOTON, NULL, FALSE, NULL,
                                      bench_note_result, &result);
  luminal_loader_watch_photons_finish (saves->loader, bench_wait (&result), &error);
  bench_check (error);
  while (saves->said == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
add_words (GPtrArray  *arguments,
           const char *command)
{
  g_autofree char *output = NULL;
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) error = NULL;

  g_spawn_command_line_sync (command, &output, NULL, NULL, &error);
  bench_check (error);
  g_shell_parse_argv (output, NULL, &words, &error);
  bench_check (error);
  for (char **word = words; *word != NULL; word++)
    g_ptr_array_add (arguments, g_strdup (*word));
}

/* What the README says that a source is compiled with. */
static GPtrArray *
make_command (const char *source,
              const char *module)
{
  static const char *const flags[] = {
    "cc", "-std=gnu11", "-Og", "-g", "-fPIC", "-shared", "-fvisibility=hidden", "-fno-gnu-unique", "-fmax-errors=100",
    "-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-missing-field-initializers",
    "-Werror=implicit-function-declaration", "-MD", "-o",
  };
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    g_ptr_array_add (arguments, g_strdup (flags[i]));
  g_ptr_array_add (arguments, g_strdup (module));
  add_words (arguments, "pkg-config --cflags luminal-1");
  g_ptr_array_add (arguments, g_strdup (source));
  add_words (arguments, "pkg-config --libs luminal-1");
  g_ptr_array_add (arguments, NULL);

  return arguments;
}

static double
compile (GPtrArray *command)
{
  gint64 began = bench_now ();
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_sync (NULL, (char **) command->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  bench_check (error);
  if (status != 0)
    g_error ("the compiler failed");

  return (double) (bench_now () - began) / 1e6;
}

static void
measure (guint n_rounds)
{
  g_autofree char *folder = bench_folder_new ();
  g_autofree char *scratch = bench_folder_new ();
  g_autofree char *cache = bench_folder_new ();
  g_autofree char *source = g_build_filename (scratch, "saved.c", NULL);
  g_autofree char *module = g_build_filename (scratch, "saved.so", NULL);
  g_autoptr (GPtrArray) command = make_command (source, module);
  g_autoptr (BenchSeries) ours = bench_series_new ();
  g_autoptr (BenchSeries) floor = bench_series_new ();
  Saves saves = { 0 };

  /* Nothing was built before, and nothing will be found built. */
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  begin (&saves, folder);
  for (guint i = 0; i < n_rounds; i++)
    {
      bench_series_add (ours, save (&saves, i + 1));
      write_source (source, i + 1);
      bench_series_add (floor, compile (command));
    }

  bench_series_emit (ours, "source saved", "luminal", "ms");
  bench_series_emit (floor, "source saved", "floor", "ms");
  bench_folder_remove (folder);
  bench_folder_remove (scratch);
  bench_folder_remove (cache);
}

/* measure-source ROUNDS */
int
main (int    argc,
      char **argv)
{
  if (argc != 2)
    return 2;

  measure ((guint) atoi (argv[1]));
  return 0;
}
