/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Random things are done to a loader and its files, and after each of them what is true is
 * compared with what must be. Each run of some steps is a process of its own, so that
 * whatever goes wrong ends; then the shortest run is looked for that goes wrong as well.
 *
 *   test-model in-process|workers|sources [--seed SEED] [--steps N] [--minutes MINUTES] [--jobs N]
 *   test-model in-process|workers|sources --replay FILE
 */

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system-testing.h"
#include "world.h"

#define EPISODE_LENGTH 120
#define MOST_TOGETHER 6
#define MOST_JOBS 64

/* Shrinking gives up after so many runs, or so long. */
#define MOST_RUNS 400
#define LONGEST_SHRINKING_S 90

#define LINES_TOLD 12

static const char *const kinds[] = { "in-process", "workers", "sources", NULL };

static const char *program;
static const char *kind;

/* Sources too, which makes no difference to what they are built from. */
static gboolean
is_apart (void)
{
  return !g_str_equal (kind, "in-process");
}

/* Contents that were there before come back now and then. */
static GArray *
make_episode (guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (Step));
  Step before[N_FILES];
  gboolean has_before[N_FILES] = { FALSE };

  for (guint i = 0; i < EPISODE_LENGTH; i++)
    {
      Step step = step_random (random, is_apart (), i + 1);

      if (step.op == OP_WRITE && has_before[step.file] && g_rand_int_range (random, 0, 5) == 0)
        {
          step.content = before[step.file].content;
          step.manner = before[step.file].manner;
        }
      else if (step.op == OP_WRITE)
        {
          if (!has_before[step.file] || g_rand_int_range (random, 0, 2) == 0)
            before[step.file] = step;
          has_before[step.file] = TRUE;
        }
      g_array_append_val (steps, step);

      /* What crashed is not to come back by being saved again, until something else was. */
      if (step.op == OP_WRITE && step.manner == MANNER_CRASHES_SOON && g_rand_boolean (random))
        g_array_append_val (steps, step);
    }

  return steps;
}

static void
write_steps (const char *path,
             GArray     *steps)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < steps->len; i++)
    {
      g_autofree char *line = step_to_line (&g_array_index (steps, Step, i));

      g_string_append_printf (text, "%s\n", line);
    }
  g_file_set_contents (path, text->str, -1, &error);
  g_assert_no_error (error);
}

static GArray *
read_steps (const char *path)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (Step));
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      Step step;

      if (*lines[i] == '\0')
        continue;
      if (!step_from_line (lines[i], &step))
        g_error ("%s:%u: this is no step: %s", path, i + 1, lines[i]);
      g_array_append_val (steps, step);
    }

  return steps;
}

/* In the process of an episode. */
static int
replay (const char *path)
{
  g_autoptr (GArray) steps = read_steps (path);
  World *world = world_new (is_apart (), g_str_equal (kind, "sources"));

  for (guint i = 0; i < steps->len;)
    {
      guint n = 1;

      while (i + n < steps->len && n < MOST_TOGETHER && g_array_index (steps, Step, i).op >= OP_LOAD &&
             g_array_index (steps, Step, i).op <= OP_STOP && g_array_index (steps, Step, i + n).is_together)
        n++;
      fprintf (stderr, "step %u\n", i + 1);
      world_do (world, &g_array_index (steps, Step, i), n);
      i += n;
    }
  world_free (world);
  return 0;
}

static GSubprocess *
begin_run (GArray     *steps,
           const char *path,
           const char *log)
{
  const char *const argv[] = { program, kind, "--replay", path, NULL };
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  write_steps (path, steps);
  g_unlink (log);
  g_subprocess_launcher_set_stderr_file_path (launcher, log);
  /* What a run that goes wrong leaves behind is found there. */
  g_subprocess_launcher_setenv (launcher, "TMPDIR", folder, TRUE);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return process;
}

/* Returns whether all was well. */
static gboolean
run (GArray     *steps,
     const char *path,
     const char *log)
{
  g_autoptr (GSubprocess) process = begin_run (steps, path, log);

  return g_subprocess_wait_check (process, NULL, NULL);
}

static GArray *
without (GArray *steps,
         guint   from,
         guint   n)
{
  GArray *rest = g_array_copy (steps);

  return g_array_remove_range (rest, from, MIN (n, rest->len - from));
}

/* Smaller and smaller parts are left out, as long as it goes wrong still. */
static GArray *
shrink (GArray     *steps,
        const char *path,
        const char *log)
{
  GArray *shortest = g_array_copy (steps);
  gint64 deadline = g_get_monotonic_time () + LONGEST_SHRINKING_S * G_USEC_PER_SEC;
  guint n_runs = 0;

  for (guint size = MAX (1, steps->len / 2);; size = MAX (1, size / 2))
    {
      gboolean has_shrunk = FALSE;

      for (guint at = 0; at < shortest->len && n_runs < MOST_RUNS && g_get_monotonic_time () < deadline;)
        {
          GArray *rest = without (shortest, at, size);

          n_runs++;
          if (run (rest, path, log))
            {
              g_array_unref (rest);
              at += size;
            }
          else
            {
              g_array_unref (shortest);
              shortest = rest;
              has_shrunk = TRUE;
            }
        }
      if (n_runs >= MOST_RUNS || g_get_monotonic_time () >= deadline || (size == 1 && !has_shrunk))
        break;
    }

  /* The log is to be that of the shortest. */
  run (shortest, path, log);
  return shortest;
}

/* The end of it: what came before are numbers of steps. */
static void
tell_end (const char *log)
{
  g_autofree char *said = NULL;
  g_auto (GStrv) lines = NULL;
  guint n_lines;

  if (!g_file_get_contents (log, &said, NULL, NULL))
    return;

  lines = g_strsplit (g_strchomp (said), "\n", -1);
  n_lines = g_strv_length (lines);
  for (guint i = n_lines > LINES_TOLD ? n_lines - LINES_TOLD : 0; i < n_lines; i++)
    printf ("# soak: | %s\n", lines[i]);
}

static void
tell_failure (guint32     seed,
              GArray     *steps,
              const char *path,
              const char *log)
{
  g_autoptr (GArray) shortest = NULL;
  g_autofree char *text = NULL;

  printf ("# soak: seed %u goes wrong\n", seed);
  tell_end (log);
  printf ("# soak: looking for a shorter way to that\n");
  fflush (stdout);
  shortest = shrink (steps, path, log);
  g_file_get_contents (path, &text, NULL, NULL);
  printf ("# soak: %u steps of %u are enough; again: %s %s --replay FILE, with\n", shortest->len, steps->len,
          program, kind);
  for (char *line = strtok (text, "\n"); line != NULL; line = strtok (NULL, "\n"))
    printf ("# soak:   %s\n", line);
  tell_end (log);
}

/* Episodes, several side by side: most of the time they wait for something. */
typedef struct
{
  const char *folder;
  guint32 seed; /* of the next */
  int n_steps;
  gint64 deadline; /* 0: so many steps instead */
  gint64 began;
  guint n_running;
  int done;
  guint n_done;
  gboolean has_failed;
} Soak;

typedef struct
{
  Soak *soak;
  guint32 seed;
  GArray *steps;
  char *path;
  char *log;
} Episode;

static void
episode_ended (GObject      *source_object,
               GAsyncResult *result,
               gpointer      user_data)
{
  Episode *episode = user_data;
  Soak *soak = episode->soak;

  soak->n_running--;
  soak->done += (int) episode->steps->len;
  if (!g_subprocess_wait_check_finish (G_SUBPROCESS (source_object), result, NULL))
    {
      soak->has_failed = TRUE;
      tell_failure (episode->seed, episode->steps, episode->path, episode->log);
    }
  if (++soak->n_done % 50 == 0)
    printf ("# soak: %d steps after %.0f s\n", soak->done,
            (double) (g_get_monotonic_time () - soak->began) / G_USEC_PER_SEC);
  fflush (stdout);

  g_unlink (episode->path);
  g_unlink (episode->log);
  g_array_unref (episode->steps);
  g_free (episode->path);
  g_free (episode->log);
  g_free (episode);
}

static void
begin_episode (Soak *soak)
{
  Episode *episode = g_new0 (Episode, 1);
  g_autoptr (GSubprocess) process = NULL;

  episode->soak = soak;
  episode->seed = soak->seed++;
  episode->steps = make_episode (episode->seed);
  episode->path = g_strdup_printf ("%s/steps-%u", soak->folder, episode->seed);
  episode->log = g_strdup_printf ("%s/log-%u", soak->folder, episode->seed);
  soak->n_running++;
  process = begin_run (episode->steps, episode->path, episode->log);
  g_subprocess_wait_check_async (process, NULL, episode_ended, episode);
}

static gboolean
is_to_go_on (Soak *soak)
{
  if (soak->has_failed)
    return FALSE;
  if (soak->deadline > 0)
    return g_get_monotonic_time () < soak->deadline;
  return soak->done + (int) soak->n_running * EPISODE_LENGTH < soak->n_steps;
}

static void
run_all (Soak  *soak,
         guint  n_jobs)
{
  while (is_to_go_on (soak) || soak->n_running > 0)
    {
      while (soak->n_running < n_jobs && is_to_go_on (soak))
        begin_episode (soak);
      if (soak->n_running > 0)
        g_main_context_iteration (NULL, TRUE);
    }
}

int
main (int   argc,
      char *argv[])
{
  int seed = (int) (g_random_int () >> 1);
  int n_steps = 10000;
  int n_jobs = 1;
  double minutes = 0;
  g_autofree char *steps_file = NULL;
  const GOptionEntry options[] = {
    { "seed", 0, 0, G_OPTION_ARG_STRING, NULL, "repeat the run that had this seed", "SEED" },
    { "steps", 0, 0, G_OPTION_ARG_INT, &n_steps, "how many", "N" },
    { "jobs", 0, 0, G_OPTION_ARG_INT, &n_jobs, "how many runs side by side", "N" },
    { "minutes", 0, 0, G_OPTION_ARG_DOUBLE, &minutes, "for how long instead", "MINUTES" },
    { "replay", 0, 0, G_OPTION_ARG_FILENAME, &steps_file, "do what is in a file", "FILE" },
    { NULL }
  };
  g_autofree char *seed_text = NULL;
  GOptionEntry entries[G_N_ELEMENTS (options)];
  g_autoptr (GOptionContext) context = g_option_context_new ("in-process|workers|sources");
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;
  Soak soak = { 0 };

  memcpy (entries, options, sizeof options);
  entries[0].arg_data = &seed_text;
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2 ||
      !g_strv_contains (kinds, argv[1]))
    {
      fprintf (stderr, "%s\n", error != NULL ? error->message : "in-process, workers or sources?");
      return 2;
    }

  program = argv[0];
  kind = argv[1];
  if (steps_file != NULL)
    return replay (steps_file);

  if (seed_text != NULL)
    seed = (int) g_ascii_strtoull (seed_text, NULL, 10);
  folder = g_dir_make_tmp ("luminal-model-XXXXXX", &error);
  g_assert_no_error (error);
  printf ("1..1\n# soak: seed %u\n", (guint32) seed);
  fflush (stdout);

  soak.folder = folder;
  soak.seed = (guint32) seed;
  soak.n_steps = n_steps;
  soak.began = g_get_monotonic_time ();
  soak.deadline = minutes > 0 ? soak.began + (gint64) (minutes * 60 * G_USEC_PER_SEC) : 0;
  run_all (&soak, (guint) CLAMP (n_jobs, 1, MOST_JOBS));

  printf ("# soak: %d steps in %.0f s\n", soak.done,
          (double) (g_get_monotonic_time () - soak.began) / G_USEC_PER_SEC);
  printf ("%s 1 model %s\n", soak.has_failed ? "not ok" : "ok", kind);
  system_remove_tree (folder);
  return soak.has_failed ? 1 : 0;
}
