/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long it takes from a save to the first line of the new code's output, beside what
 * the compiler takes by itself for the same. Measured by turns, so that whatever the
 * machine does meanwhile slows both. */

#include <string.h>

#include "source-testing.h"

#define N_ROUNDS 20

/* At most so much of the compiler's own time. */
#define RATIO_MAX 1.15

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  const double *first = a;
  const double *second = b;

  return (*first > *second) - (*first < *second);
}

static double
median (double *values,
        gsize   n)
{
  qsort (values, n, sizeof *values, compare_doubles);

  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

static void
add_words (GPtrArray  *arguments,
           const char *command)
{
  g_autofree char *output = NULL;
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) error = NULL;

  g_spawn_command_line_sync (command, &output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_shell_parse_argv (output, NULL, &words, &error);
  g_assert_no_error (error);
  for (char **word = words; *word != NULL; word++)
    g_ptr_array_add (arguments, g_strdup (*word));
}

/* What the README says that a source is compiled with. */
static GPtrArray *
make_command (SourceTest *test,
              const char *source)
{
  static const char *const flags[] = {
    "cc", "-std=gnu11", "-Og", "-g", "-fPIC", "-shared", "-fvisibility=hidden", "-fno-gnu-unique", "-Wall", "-Wextra",
    "-Wno-unused-parameter", "-Wno-missing-field-initializers", "-Werror=implicit-function-declaration", "-MD", "-o",
  };
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    g_ptr_array_add (arguments, g_strdup (flags[i]));
  g_ptr_array_add (arguments, watch_outside (&test->watch, "x.so"));
  add_words (arguments, "pkg-config --cflags luminal-1");
  g_ptr_array_add (arguments, g_strdup (source));
  add_words (arguments, "pkg-config --libs luminal-1");
  g_ptr_array_add (arguments, NULL);

  return arguments;
}

static double
compile (GPtrArray *command)
{
  gint64 began = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) command->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);

  return (g_get_monotonic_time () - began) / 1000.0;
}

static double
save (SourceTest *test,
      guint       content)
{
  g_autofree char *text = source_text (1, content);
  gint64 began = g_get_monotonic_time ();

  source_write (test, "x.c", text);
  watch_until (watch_says (&test->watch, 1, content));

  return (g_get_monotonic_time () - began) / 1000.0;
}

static double
save_unchanged (SourceTest *test)
{
  gint64 began;

  watch_forget (&test->watch);
  began = g_get_monotonic_time ();
  source_write_content (test, "x.c", 1, N_ROUNDS + 1);
  watch_until (watch_count (&test->watch, LUMINAL_EVENT_SKIPPED, NULL) > 0);

  return (g_get_monotonic_time () - began) / 1000.0;
}

static void
measure (SourceTest   *test,
         gconstpointer data)
{
  g_autofree char *source = watch_path (&test->watch, "x.c");
  g_autoptr (GPtrArray) command = make_command (test, source);
  double saves[N_ROUNDS];
  double compilations[N_ROUNDS];
  double unchanged[N_ROUNDS];
  double ratio;

  /* As people have it: no script in between, and a process for each module. */
  luminal_loader_set_compiler (test->watch.loader, NULL);
  luminal_loader_set_isolation (test->watch.loader, LUMINAL_ISOLATION_WORKER);
  source_write_content (test, "x.c", 1, 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      saves[i] = save (test, i + 2);
      watch_until_settled (&test->watch, TRUE);
      compilations[i] = compile (command);
    }
  for (guint i = 0; i < N_ROUNDS; i++)
    unchanged[i] = save_unchanged (test);

  ratio = median (saves, N_ROUNDS) / median (compilations, N_ROUNDS);
  g_test_message ("from a save to the new code's first line: %.1f ms; the compiler alone: %.1f ms; ratio %.3f",
                  median (saves, N_ROUNDS), median (compilations, N_ROUNDS), ratio);
  g_test_message ("from a save of the same content to its being passed over: %.1f ms", median (unchanged, N_ROUNDS));
  g_assert_cmpfloat (ratio, <=, RATIO_MAX);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  SOURCE_ADD_TEST ("/measure-source/all", SOURCE_WITH_COMPILER, measure);

  return g_test_run ();
}
