/* SPDX-License-Identifier: GPL-3.0-or-later */

/* More changes than anybody can follow. In the end what runs is what the files hold. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "watch-testing.h"

#define SHORT_MS 20

static gboolean
all_say (Watch *watch,
         guint  n,
         guint  content)
{
  for (guint i = 0; i < n; i++)
    {
      if (!watch_says (watch, i, content))
        return FALSE;
    }

  return TRUE;
}

static void
put_all (Watch *watch,
         guint  n,
         guint  content)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.so", i);

      if (i % 2 == 0)
        watch_replace_content (watch, name, i, content);
      else
        watch_write_content (watch, name, i, content);
    }
}

/* More than the watcher takes as single events: it looks through the whole folder
 * afterwards, and that starts nothing twice. */
static void
test_burst_on_many (Watch        *watch,
                    gconstpointer data)
{
  const guint n = 300;

  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  put_all (watch, n, 1);
  watch_begin (watch, FALSE);
  g_assert_true (all_say (watch, n, 1));

  watch_forget (watch);
  put_all (watch, n, 2);
  watch_until_settled (watch, all_say (watch, n, 2));
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, n);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_OUTPUT, NULL), ==, n);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.so", i);
      g_autofree char *path = watch_path (watch, name);

      g_assert_no_errno (g_unlink (path));
    }
  watch_until_settled (watch, g_list_model_get_n_items (G_LIST_MODEL (watch->loader)) == 0);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_UNLOADED, NULL), ==, n);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

/* More events than the kernel keeps: nobody is told which ones were lost. */
static void
test_overflow (Watch        *watch,
               gconstpointer data)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autofree char *junk = watch_path (watch, "junk");
  g_autofree char *gone = watch_path (watch, "2.so");
  guint before;

  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  watch_write_content (watch, "1.so", 1, 1);
  watch_write_content (watch, "2.so", 2, 1);
  watch_begin (watch, FALSE);
  before = watch->n_observed;

  for (guint i = 0; i < 20000; i++)
    {
      watch_write (junk, nothing);
      g_assert_no_errno (g_unlink (junk));
    }
  watch_write_content (watch, "1.so", 1, 2);
  watch_write_content (watch, "3.so", 3, 1);
  g_assert_no_errno (g_unlink (gone));
  watch_until (watch->n_observed > before && watch->is_settled && watch_says (watch, 1, 2) &&
               watch_says (watch, 3, 1) && watch_handler (watch, 2) == NULL);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

/* Ten thousand events on a hundred files, of all kinds, with no time between them. */
static void
test_ten_thousand_events (Watch        *watch,
                          gconstpointer data)
{
  const guint n = 100;
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);

  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  put_all (watch, n, 1);
  watch_begin (watch, FALSE);
  for (guint i = 0; i < 3500; i++)
    {
      guint number = (guint) g_rand_int_range (rand, 0, (gint32) n);
      g_autofree char *name = g_strdup_printf ("%u.so", number);
      g_autofree char *path = watch_path (watch, name);

      switch (g_rand_int_range (rand, 0, 4))
        {
        case 0:
          watch_write_content (watch, name, number, 2 + i % 50);
          break;
        case 1:
          watch_replace_content (watch, name, number, 2 + i % 50);
          break;
        case 2:
          g_unlink (path);
          break;
        default:
          watch_write (path, nothing);
        }
      if (i % 500 == 0)
        g_main_context_iteration (NULL, FALSE);
    }

  put_all (watch, n, 99);
  watch_until_settled (watch, all_say (watch, n, 99));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (watch->loader)), ==, n);
}

static void
test_thousand_at_once (Watch        *watch,
                       gconstpointer data)
{
  /* A process each takes its time. */
  guint n = test_has_workers () ? 200 : 1000;

  put_all (watch, n, 1);
  watch_begin (watch, FALSE);
  g_assert_true (all_say (watch, n, 1));
  watch_forget (watch);
  put_all (watch, n, 2);
  watch_until_settled (watch, all_say (watch, n, 2));
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, n);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

static int release[2];

/* In GIO's thread, until it is let go. */
static void
hold (int number)
{
  char byte;

  while (read (release[0], &byte, 1) < 0)
    continue;
}

/* The thread in which GIO reads what the kernel tells. */
static pid_t
find_gio_thread (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", name, "comm", NULL);
      g_autofree char *comm = NULL;

      if (g_file_get_contents (path, &comm, NULL, NULL) && g_str_equal (comm, "gmain\n"))
        return (pid_t) g_ascii_strtoll (name, NULL, 10);
    }

  return 0;
}

/* Nobody reads while it goes on: the queue of the kernel is certain to be full before the
 * changes that count, and they are lost. */
static void
test_lost_events (Watch        *watch,
                  gconstpointer data)
{
  const struct sigaction action = { .sa_handler = hold, .sa_flags = SA_RESTART };
  g_autofree char *one = watch_path (watch, "junk one");
  g_autofree char *two = watch_path (watch, "junk two");
  g_autofree char *gone = watch_path (watch, "2.so");
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  pid_t thread;

  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  watch_write_content (watch, "1.so", 1, 1);
  watch_write_content (watch, "2.so", 2, 1);
  watch_begin (watch, FALSE);
  watch_barrier (watch);

  g_assert_no_errno (pipe2 (release, O_CLOEXEC));
  g_assert_no_errno (sigaction (SIGUSR2, &action, NULL));
  thread = find_gio_thread ();
  g_assert_cmpint (thread, !=, 0);
  g_assert_no_errno (syscall (SYS_tgkill, getpid (), thread, SIGUSR2));

  for (guint i = 0; i < 6000; i++)
    {
      watch_write (one, nothing);
      watch_write (two, nothing);
      g_assert_no_errno (g_unlink (one));
      g_assert_no_errno (g_unlink (two));
    }
  watch_replace_content (watch, "1.so", 1, 2);
  watch_replace_content (watch, "3.so", 3, 1);
  g_assert_no_errno (g_unlink (gone));
  g_assert_cmpint (write (release[1], "x", 1), ==, 1);

  watch_until_settled (watch, watch_says (watch, 1, 2) && watch_says (watch, 3, 1) && watch_handler (watch, 2) == NULL);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
  close (release[0]);
  close (release[1]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/watch-storms/burst-on-many", Watch, NULL, watch_set_up, test_burst_on_many, watch_tear_down);
  g_test_add ("/watch-storms/overflow", Watch, NULL, watch_set_up, test_overflow, watch_tear_down);
  g_test_add ("/watch-storms/lost-events", Watch, NULL, watch_set_up, test_lost_events, watch_tear_down);
  g_test_add ("/watch-storms/ten-thousand-events", Watch, NULL, watch_set_up, test_ten_thousand_events,
              watch_tear_down);
  g_test_add ("/watch-storms/thousand-at-once", Watch, NULL, watch_set_up, test_thousand_at_once, watch_tear_down);

  return g_test_run ();
}
