/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When the watcher looks through the whole folder: after more events than the kernel may
 * keep, once more where one was not enough, and what happens meanwhile. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "watcher-testing.h"

/* Events that come in great numbers may not be all: it looks again, once. */
static void
test_burst (Watch        *watch,
            gconstpointer data)
{
  start_with (watch, "");
  watch->n_rescans = 0;
  for (guint i = 0; i < 700; i++)
    {
      g_autofree char *name = g_strdup_printf ("%03u.so", i);

      put (watch, name, "1");
    }
  until (watch->n_rescans == 1);
  for (guint i = 0; i < 700; i++)
    {
      g_autofree char *name = g_strdup_printf ("+%03u.so ", i);
      const char *first = strstr (watch->log->str, name);

      g_assert_nonnull (first);
      g_assert_null (strstr (first + 1, name));
    }
  g_assert_true (g_str_has_suffix (watch->log->str, "> "));
  g_string_truncate (watch->log, 0);
  expect (watch, "");
  g_assert_cmpuint (watch->n_rescans, ==, 1);
}

static gboolean
put_mark (gpointer watch)
{
  put (watch, "mark.so", "1");
  return G_SOURCE_CONTINUE;
}

/* A program that never stops writing beside the modules does not put the look off for ever. */
static void
test_endless_burst (Watch        *watch,
                    gconstpointer data)
{
  guint writer;

  start_with (watch, "");
  watch->n_rescans = 0;
  writer = g_timeout_add (1, put_mark, watch);
  until (watch->n_rescans == 2);
  g_assert_cmpuint (watch->n_marks, >, 0);
  g_source_remove (writer);
}

/* Lets no more descriptors be had; returns what the limit was. */
static rlim_t
use_up_descriptors (void)
{
  struct rlimit limit;
  rlim_t before;
  int next = open ("/dev/null", O_RDONLY | O_CLOEXEC);

  g_assert_no_errno (next);
  close (next);
  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &limit));
  before = limit.rlim_cur;
  limit.rlim_cur = (rlim_t) next;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
  return before;
}

static void
give_descriptors (rlim_t before)
{
  struct rlimit limit;

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &limit));
  limit.rlim_cur = before;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
}

/* What could not be looked into is, as soon as it can be. */
static void
test_no_descriptors (Watch        *watch,
                     gconstpointer data)
{
  g_autofree char *outside = g_build_filename (watch->root, "package", NULL);
  g_autofree char *inside = path_of (watch, "package");
  g_autofree char *module = g_build_filename (outside, "x.so", NULL);
  rlim_t before;

  start_with (watch, "");
  g_assert_no_errno (g_mkdir (outside, 0700));
  g_assert_true (g_file_set_contents (module, "1", 1, NULL));
  watch->n_rescans = 0;
  before = use_up_descriptors ();
  g_assert_no_errno (g_rename (outside, inside));
  until (watch->n_rescans == 2);
  g_assert_null (strstr (watch->log->str, "x.so"));
  give_descriptors (before);
  until (strstr (watch->log->str, "+package/x.so"));
  until (g_str_has_suffix (watch->log->str, "> "));
}

/* What no event tells of, such as what becomes of a link's target, is found by the look. */
static void
test_burst_unheard (Watch        *watch,
                    gconstpointer data)
{
  static const char *const targets[] = { "changed", "gone" };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autofree char *target = g_strdup_printf ("../%s", targets[i]);
      g_autofree char *name = g_strdup_printf ("%s.so", targets[i]);
      g_autofree char *path = path_of (watch, name);

      put (watch, target, "1");
      g_assert_no_errno (symlink (target, path));
    }
  start_with (watch, "changed.so gone.so ");

  put (watch, "../changed", "something else");
  delete (watch, "../gone");
  expect (watch, "");
  watch->n_rescans = 0;
  for (guint i = 0; i < 700; i++)
    put (watch, "mark.so", "1");
  until (watch->n_rescans == 1);
  g_assert_cmpstr (watch->log->str, ==, "< -gone.so +changed.so > ");
}

static guint
count_threads (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (tasks) != NULL)
    n++;
  return n;
}

/* Has the folder looked through, and returns when that is done and nobody knows of it yet.
 * One that is made here would have it looked through twice. */
static void
look_by_folder (Watch      *watch,
                const char *name)
{
  g_autofree char *elsewhere = g_strconcat ("../", name, NULL);
  gint64 deadline = g_get_monotonic_time () + G_USEC_PER_SEC;
  guint n_threads = count_threads ();

  make_folder (watch, elsewhere);
  move (watch, elsewhere, name);
  until (g_str_has_suffix (watch->log->str, "< "));
  while (count_threads () > n_threads && g_get_monotonic_time () < deadline)
    g_usleep (50);
}

/* What happens after a look and before its outcome is known is in neither. */
static void
test_changed_meanwhile (Watch        *watch,
                        gconstpointer data)
{
  put (watch, "x.so", "1");
  start_with (watch, "x.so ");

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *folder = g_strdup_printf ("folder-%u", i);
      g_autofree char *gone = g_strdup_printf ("gone-%u.so", i);
      g_autofree char *gone_line = g_strdup_printf ("-gone-%u.so ", i);

      put (watch, gone, "1");
      until (strstr (watch->log->str, gone_line + 1) != NULL);
      g_string_truncate (watch->log, 0);
      look_by_folder (watch, folder);
      put (watch, "x.so", "2");
      delete (watch, gone);
      g_usleep (i % 5 * 300);
      until (strstr (watch->log->str, "+x.so ") != NULL && strstr (watch->log->str, gone_line) != NULL);
      until (strstr (watch->log->str, "> ") != NULL);
      g_string_truncate (watch->log, 0);
    }
}

/* And what happens in a folder that was looked into, and is not watched yet. */
static void
test_folder_meanwhile (Watch        *watch,
                       gconstpointer data)
{
  start_with (watch, "");

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *folder = g_strdup_printf ("folder-%u", i);
      g_autofree char *file = g_strconcat (folder, "/x.so", NULL);
      g_autofree char *line = g_strdup_printf ("+%s ", file);

      look_by_folder (watch, folder);
      put (watch, file, "1");
      until (strstr (watch->log->str, line) != NULL);
      until (g_str_has_suffix (watch->log->str, "> "));
      g_string_truncate (watch->log, 0);
    }
}

/* Nobody hears of anything meanwhile. */
static void
let_pass (gint64 milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < until)
    continue;
}

/* What asks for a look while one goes on, that may have been past it, gets another: as long as
 * there is a module beside the package, nobody looks into that. */
static void
test_asked_meanwhile (Watch        *watch,
                      gconstpointer data)
{
  g_autofree char *package = path_of (watch, "package");

  put (watch, "x.so", "1");
  make_folder (watch, "package");
  put (watch, "package/y.so", "1");
  start_with (watch, "x.so ");

  g_assert_no_errno (g_chmod (package, 0755));
  until (g_str_has_suffix (watch->log->str, "< "));
  let_pass (100);
  delete (watch, "x.so");
  g_assert_no_errno (g_chmod (package, 0700));
  let_pass (100);
  until (strstr (watch->log->str, "+package/y.so ") != NULL);
  until (g_str_has_suffix (watch->log->str, "> "));
}

static gboolean
note_end (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* As many, but with a pause now and then: there is no need to look. */
static void
test_no_burst (Watch        *watch,
               gconstpointer data)
{
  start_with (watch, "");
  watch->n_rescans = 0;
  for (guint i = 0; i < 700; i++)
    {
      put (watch, "mark.so", "1");
      until (watch->n_marks == i + 1);

      if (i % 100 == 99)
        {
          gboolean is_over = FALSE;

          g_timeout_add (300, note_end, &is_over);
          until (is_over);
        }
    }
  g_assert_cmpuint (watch->n_rescans, ==, 0);
}

static void
test_stopped_in_burst (Watch        *watch,
                       gconstpointer data)
{
  start_with (watch, "");
  for (guint i = 0; i < 700; i++)
    put (watch, "mark.so", "1");
  until (g_str_equal (watch->log->str, "< "));
  luminal_watcher_stop (watch->watcher);
  g_assert_cmpstr (watch->log->str, ==, "< > ");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  watch_add ("/watcher-looks/burst", FALSE, test_burst);
  watch_add ("/watcher-looks/burst-unheard", FALSE, test_burst_unheard);
  watch_add ("/watcher-looks/changed-meanwhile", FALSE, test_changed_meanwhile);
  watch_add ("/watcher-looks/folder-meanwhile", TRUE, test_folder_meanwhile);
  watch_add ("/watcher-looks/asked-meanwhile", FALSE, test_asked_meanwhile);
  watch_add ("/watcher-looks/no-burst", FALSE, test_no_burst);
  watch_add ("/watcher-looks/endless-burst", FALSE, test_endless_burst);
  watch_add ("/watcher-looks/no-descriptors", TRUE, test_no_descriptors);
  watch_add ("/watcher-looks/stopped-in-burst", FALSE, test_stopped_in_burst);

  return g_test_run ();
}
