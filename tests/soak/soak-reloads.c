/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Photons of a watched folder are reloaded again and again: good code, code that is
 * damaged, code that fails and is rolled back, files that go and come back, in an order that
 * a seed decides. What the program holds afterwards is what it held after the first
 * thousand. */

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#include "footprint.h"
#include "source-testing.h"

#define N_MODULES 8

/* One that comes and goes, and is not there while anything is counted. */
#define VISITOR N_MODULES

/* After so many seconds all that ends by itself has ended. */
#define REST_S 20

/* Processes come and go sooner than that, however busy the machine is. */
#define PATIENCE_S 60

/* So long is the history of a module, at most, and so much each entry of it takes. */
#define HISTORY_LENGTH 100
#define ENTRY_SIZE 1024

/* By then all that is made once and kept has been made. */
#define WARM_UP 1000

/* Generations that are kept for a way back fill up before that. */
#define N_KEPT 6

/* Content numbers are written over five digits. */
#define MOST_CONTENTS 90000

typedef enum
{
  IN_PROCESS,
  IN_WORKERS,
  FROM_SOURCES,
  N_KINDS
} Kind;

static const char *const kind_names[N_KINDS] = { "in-process", "workers", "sources" };

typedef struct
{
  SourceTest test;
  Watch *watch; /* of it */
  Kind kind;
  GRand *random;

  guint contents[N_MODULES + 1]; /* what each file says, or said last, that was good */
  guint counter;             /* which version of the counter */

  guint64 n_reloads;
  guint n_rolled_back;
  guint n_rejected;
  guint n_visits;
} Soak;

static gint64 seed = -1;
static gint64 steps = 100000;
static double minutes = 0;
static char **arguments;

static const GOptionEntry options[] = {
  { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, "Repeat the run that had this seed", "SEED" },
  { "steps", 0, 0, G_OPTION_ARG_INT64, &steps, "How many reloads", "N" },
  { "minutes", 0, 0, G_OPTION_ARG_DOUBLE, &minutes, "For how long, whatever the number", "MINUTES" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments, NULL, "in-process|workers|sources" },
  { NULL }
};

static char *
name_of (Soak  *soak,
         guint  module)
{
  return g_strdup_printf ("%u.%s", module, soak->kind == FROM_SOURCES ? "c" : "so");
}

static void
write_module (Soak  *soak,
              guint  module,
              guint  content)
{
  g_autofree char *name = name_of (soak, module);

  if (soak->kind == FROM_SOURCES)
    source_write_content (&soak->test, name, module, content);
  else if (g_rand_boolean (soak->random))
    watch_replace_content (soak->watch, name, module, content);
  else
    watch_write_content (soak->watch, name, module, content);
}

static void
reload (Soak  *soak,
        guint  module)
{
  soak->contents[module] = soak->contents[module] % MOST_CONTENTS + 1;
  write_module (soak, module, soak->contents[module]);
  watch_until_settled (soak->watch, watch_says (soak->watch, module, soak->contents[module]));
}

/* The first part of a module, or of a source. What ran runs on. */
static void
damage (Soak  *soak,
        guint  module)
{
  g_autofree char *name = name_of (soak, module);
  g_autofree char *path = watch_path (soak->watch, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) part = NULL;
  char *content;
  gsize size;

  g_file_get_contents (path, &content, &size, &error);
  g_assert_no_error (error);
  part = g_bytes_new_take (content, 1 + (gsize) g_rand_int_range (soak->random, 0, (gint32) size / 2));
  watch_write (path, part);
  watch_until_settled (soak->watch, watch_count (soak->watch, LUMINAL_EVENT_FAILED, NULL) > 0);
  g_assert_true (watch_says (soak->watch, module, soak->contents[module]));
  soak->n_rejected++;

  /* The same as runs is no reload. */
  write_module (soak, module, soak->contents[module]);
  watch_until_settled (soak->watch, watch_count (soak->watch, LUMINAL_EVENT_SKIPPED, NULL) > 0);
  g_assert_true (watch_says (soak->watch, module, soak->contents[module]));
}

static void
visit (Soak *soak)
{
  g_autofree char *name = name_of (soak, VISITOR);
  g_autofree char *path = watch_path (soak->watch, name);

  reload (soak, VISITOR);
  reload (soak, VISITOR);
  g_assert_no_errno (g_unlink (path));
  watch_until_settled (soak->watch, watch_handler (soak->watch, VISITOR) == NULL);
  soak->n_visits++;
}

static void
put_counter (Soak       *soak,
             const char *fixture)
{
  g_autofree char *file = g_strconcat (fixture, ".so", NULL);
  g_autofree char *path = watch_path (soak->watch, "counter.so");
  g_autoptr (GBytes) content = watch_fixture (file);

  watch_replace (soak->watch, path, content);
}

/* Code that does not take the state of the old one, which runs again then. */
static void
roll_back (Soak *soak)
{
  put_counter (soak, "restore_refuses");
  watch_until_settled (soak->watch, watch_count (soak->watch, LUMINAL_EVENT_ROLLED_BACK, NULL) > 0);
  watch_forget (soak->watch);

  soak->counter = 3 - soak->counter;
  put_counter (soak, soak->counter == 1 ? "counter_v1" : "counter_v2");
  watch_until_settled (soak->watch, watch_count (soak->watch, LUMINAL_EVENT_RELOADED, NULL) > 0);
  soak->n_rolled_back++;
}

static void
step (Soak *soak)
{
  guint module = (guint) g_rand_int_range (soak->random, 0, N_MODULES);
  guint what = (guint) g_rand_int_range (soak->random, 0, 100);

  watch_forget (soak->watch);
  if (what < 2)
    damage (soak, module);
  else if (what < 3)
    visit (soak);
  else if (what < 5 && soak->kind != FROM_SOURCES)
    roll_back (soak);
  else
    reload (soak, module);
  soak->n_reloads++;
}

/* Deadlines are for photons that hang. Here none does, and the machine may be busy. */
static void
be_patient (LuminalLoader *loader)
{
  luminal_loader_set_open_timeout (loader, PATIENCE_S * 1000);
  luminal_loader_set_restore_timeout (loader, PATIENCE_S * 1000);
  luminal_loader_set_start_timeout (loader, PATIENCE_S * 1000);
  luminal_loader_set_save_timeout (loader, PATIENCE_S * 1000);
  luminal_loader_set_finalizer_timeout (loader, PATIENCE_S * 1000);
}

static void
begin (Soak *soak)
{
  source_set_up (&soak->test, SOURCE_WITH_STAND_IN);
  soak->watch = &soak->test.watch;
  luminal_loader_set_isolation (soak->watch->loader, soak->kind == IN_PROCESS ? LUMINAL_ISOLATION_IN_PROCESS
                                                                              : LUMINAL_ISOLATION_WORKER);
  luminal_loader_set_grace_time (soak->watch->loader, 1);
  be_patient (soak->watch->loader);
  for (guint i = 0; i < N_MODULES; i++)
    write_module (soak, i, 0);
  if (soak->kind != FROM_SOURCES)
    {
      soak->counter = 1;
      put_counter (soak, "counter_v1");
    }
  watch_begin (soak->watch, FALSE);
  for (guint i = 0; i < N_MODULES; i++)
    watch_until_settled (soak->watch, watch_says (soak->watch, i, 0));
  for (guint i = 0; i < N_KEPT; i++)
    {
      for (guint j = 0; j < N_MODULES; j++)
        reload (soak, j);
      if (soak->kind != FROM_SOURCES)
        roll_back (soak);
    }
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_a_moment (void)
{
  guint waker = g_timeout_add (20, wake_cb, NULL);

  g_main_context_iteration (NULL, TRUE);
  g_source_remove (waker);
}

/* A worker and its warden for each module, those to spare, and what forks them. */
static void
look (Soak      *soak,
      Footprint *footprint)
{
  guint n_modules = soak->kind == FROM_SOURCES ? N_MODULES : N_MODULES + 1;
  guint n_processes = soak->kind == IN_PROCESS ? 0 : 1 + 2 * (n_modules + 1);
  guint n_pidfds = soak->kind == IN_PROCESS ? 0 : n_modules + 1;
  gint64 until = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;

  watch_forget (soak->watch);
  for (;;)
    {
      guint n_zombies = process_count_zombies ();

      footprint_take (footprint, soak->watch->mark);
      if (n_zombies == 0 && footprint->processes == n_processes && process_count_pidfds () == n_pidfds)
        return;
      if (g_get_monotonic_time () > until)
        {
          g_print ("# soak: %s: it never comes to rest: %u processes of %u, %u known of %u, %u unwaited\n",
                   kind_names[soak->kind], footprint->processes, n_processes, process_count_pidfds (), n_pidfds,
                   n_zombies);
          return;
        }
      wait_a_moment ();
    }
}

/* Some things end a while after they have nothing more to do: a probation, threads of GLib's,
 * a spare worker's beginning. Returns what is still there after all that. */
static char *
look_for_growth (Soak            *soak,
                 const Footprint *before,
                 Footprint       *now,
                 gint64           heap_slack)
{
  gint64 until = g_get_monotonic_time () + REST_S * G_USEC_PER_SEC;
  char *growth;

  for (look (soak, now); (growth = footprint_growth (before, now, heap_slack)) != NULL; look (soak, now))
    {
      if (g_get_monotonic_time () > until)
        break;
      g_free (growth);
      wait_a_moment ();
    }

  return growth;
}

/* The results, for who reads them. What g_print() has becomes a remark as soon as a test uses
 * the test framework of a newer GLib. */
static void G_GNUC_PRINTF (1, 2)
say (const char *format,
     ...)
{
  va_list values;

  va_start (values, format);
  vprintf (format, values);
  va_end (values);
  fflush (stdout);
}

static void
tell (Soak            *soak,
      gint64           began,
      const Footprint *footprint)
{
  g_autofree char *description = footprint_describe (footprint);
  double seconds = (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC;

  say ("# soak: %s: %" G_GUINT64_FORMAT " reloads (%u rolled back, %u rejected, %u visits) in %.0f s: %s\n",
           kind_names[soak->kind], soak->n_reloads, soak->n_rolled_back, soak->n_rejected, soak->n_visits,
           seconds, description);
}

static gboolean
is_over (Soak   *soak,
         gint64  began)
{
  if (minutes > 0)
    return g_get_monotonic_time () - began > (gint64) (minutes * 60 * G_USEC_PER_SEC);

  return soak->n_reloads >= (guint64) steps;
}

/* Returns whether all is as it was. */
static gboolean
run (Soak *soak)
{
  guint64 warm_up = minutes > 0 ? WARM_UP : MIN (WARM_UP, (guint64) steps / 2);
  gint64 most_entries = (N_MODULES + 1) * HISTORY_LENGTH;
  gint64 room_left = MAX (most_entries - (gint64) warm_up, 0) * ENTRY_SIZE;
  gint64 began = g_get_monotonic_time ();
  gint64 told = began;
  Footprint before = { 0 };
  Footprint now;
  g_autofree char *growth = NULL;

  begin (soak);
  while (!is_over (soak, began) || soak->n_reloads <= warm_up)
    {
      step (soak);
      if (soak->n_reloads == warm_up)
        {
          look (soak, &before);
          tell (soak, began, &before);
        }
      else if (g_get_monotonic_time () - told > 30 * G_USEC_PER_SEC)
        {
          look (soak, &now);
          tell (soak, began, &now);
          told = g_get_monotonic_time ();
        }
    }

  growth = look_for_growth (soak, &before, &now, room_left);
  tell (soak, began, &now);
  if (growth != NULL)
    say ("# soak: %s: there is more than after %" G_GUINT64_FORMAT ": %s\n", kind_names[soak->kind], warm_up, growth);

  source_tear_down (&soak->test, NULL);
  return growth == NULL;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  Soak soak = { .kind = N_KINDS };
  gboolean passed;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || arguments == NULL || steps < 2)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "What is to be reloaded?");
      return 2;
    }
  for (guint i = 0; i < N_KINDS; i++)
    {
      if (g_str_equal (arguments[0], kind_names[i]))
        soak.kind = i;
    }
  if (soak.kind == N_KINDS)
    return 2;

  if (seed < 0)
    seed = g_random_int ();
  soak.random = g_rand_new_with_seed ((guint32) seed);
  say ("1..1\n# soak: seed %" G_GINT64_FORMAT "\n", seed);

  /* That of the whole process, and no others that come and go. */
  mallopt (M_ARENA_MAX, 1);

  passed = run (&soak);
  say ("%sok 1 /soak/reloads/%s\n", passed ? "" : "not ", kind_names[soak.kind]);
  g_rand_free (soak.random);

  return passed ? 0 : 1;
}
