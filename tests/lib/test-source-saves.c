/* SPDX-License-Identifier: GPL-3.0-or-later */

/* 200 saves on 20 photons, as they come: some broken, some in a burst, some through a
 * rename. In the end each photon runs the last good content, and none was built twice.
 *
 * With LUMINAL_TEST_COMPILER in the environment the system's compiler does it. */

#include <glib/gstdio.h>
#include <string.h>

#include "source-testing.h"

#define N_PHOTONS 20
#define N_SAVES 200

/* What was saved of one photon: contents, by number. */
typedef struct
{
  guint last;
  guint last_good;
} Saved;

static void
save (SourceTest *test,
      Saved      *saved,
      guint       number,
      guint       content,
      gboolean    is_broken)
{
  g_autofree char *name = g_strdup_printf ("photon-%u.c", number);
  g_autofree char *path = watch_path (&test->watch, name);
  g_autofree char *text = source_text_with (is_broken ? "int broken = ; /* BROKEN */" : "", number, content);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  if (g_test_rand_int_range (0, 3) == 0)
    watch_replace (&test->watch, path, bytes);
  else
    watch_write (path, bytes);

  saved->last = MAX (saved->last, content);
  if (!is_broken)
    saved->last_good = content;
}

/* Most are new, and now and then one comes back. */
static void
save_good (SourceTest *test,
           Saved      *saved,
           guint       number)
{
  gboolean is_back = saved->last_good > 1 && g_test_rand_int_range (0, 8) == 0;

  save (test, saved, number, is_back ? saved->last_good - 1 : saved->last + 1, FALSE);
}

static void
save_broken (SourceTest *test,
             Saved      *saved,
             guint       number)
{
  save (test, saved, number, saved->last + 1, TRUE);
}

static void
settle (SourceTest *test)
{
  watch_barrier (&test->watch);
  watch_until_settled (&test->watch, TRUE);
}

/* Anything from right away to when all is done. */
static void
let_it_run (SourceTest *test)
{
  if (g_test_rand_int_range (0, 8) == 0)
    {
      settle (test);
      return;
    }

  for (int i = g_test_rand_int_range (0, 200); i > 0; i--)
    {
      g_main_context_iteration (NULL, FALSE);
      g_thread_yield ();
    }
}

/* A good content and, while it is being built, a broken one: which has been seen. (What is
 * written over before anybody could read it was never there.) */
static guint
save_good_then_broken (SourceTest *test,
                       Saved      *saved,
                       guint       number)
{
  g_autofree char *name = g_strdup_printf ("photon-%u.c", number);
  guint begun;

  settle (test);
  begun = source_count_begun (test, name);
  save (test, saved, number, saved->last + 1, FALSE);
  source_await_begun (test, name, begun + 1);
  save_broken (test, saved, number);

  return 2;
}

/* Whatever is in it, the last one is good. */
static guint
save_burst (SourceTest *test,
            Saved      *saved,
            guint       number)
{
  guint n = (guint) g_test_rand_int_range (1, 8);

  for (guint i = 0; i < n; i++)
    {
      if (g_test_rand_int_range (0, 3) == 0)
        save_broken (test, saved, number);
      else
        save_good (test, saved, number);
    }
  save_good (test, saved, number);

  return n + 1;
}

static void
test_saves (SourceTest   *test,
            gconstpointer data)
{
  Saved saved[N_PHOTONS];

  for (guint i = 0; i < N_PHOTONS; i++)
    {
      g_autofree char *name = g_strdup_printf ("photon-%u.c", i);

      source_write_content (test, name, i, 1);
      saved[i].last = saved[i].last_good = 1;
    }
  watch_begin (&test->watch, FALSE);
  for (guint i = 0; i < N_PHOTONS; i++)
    source_await (test, i, 1);

  for (guint n_saved = 0; n_saved < N_SAVES;)
    {
      guint number = (guint) g_test_rand_int_range (0, N_PHOTONS);

      switch (g_test_rand_int_range (0, 10))
        {
        case 0:
        case 1:
          settle (test);
          save_broken (test, &saved[number], number);
          n_saved++;
          break;
        case 2:
          n_saved += save_good_then_broken (test, &saved[number], number);
          break;
        case 3:
        case 4:
          n_saved += save_burst (test, &saved[number], number);
          break;
        default:
          save_good (test, &saved[number], number);
          n_saved++;
          break;
        }
      let_it_run (test);
    }

  for (guint i = 0; i < N_PHOTONS; i++)
    source_await (test, i, saved[i].last_good);
  settle (test);
  for (guint i = 0; i < N_PHOTONS; i++)
    g_assert_true (watch_says (&test->watch, i, saved[i].last_good));
  source_assert_none_twice (test);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->watch.loader)), ==, N_PHOTONS + 1);
  g_test_message ("%u compilers began, %u came to their end", source_count_begun (test, NULL),
                  source_count_ended (test, NULL));
}

int
main (int    argc,
      char **argv)
{
  gboolean with_compiler = g_getenv ("LUMINAL_TEST_COMPILER") != NULL;

  g_test_init (&argc, &argv, NULL);

  SOURCE_ADD_TEST ("/source-saves/all", with_compiler ? SOURCE_WITH_COMPILER : SOURCE_WITH_STAND_IN, test_saves);

  return g_test_run ();
}
