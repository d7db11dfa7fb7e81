/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the watcher reports of what happens to files and folders. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system-testing.h"
#include "watcher-testing.h"

static void
test_files (Watch        *watch,
            gconstpointer data)
{
  g_autofree char *path = path_of (watch, "x.so");

  put (watch, "a.so", "1");
  put (watch, "b.so", "1");
  put (watch, "c.txt", "1");
  start_with (watch, "a.so b.so ");

  expect (watch, "");
  put (watch, "x.so", "1");
  expect (watch, "+x.so ");
  put (watch, "x.so", "2");
  expect (watch, "+x.so ");
  g_assert_no_errno (g_chmod (path, 0700));
  expect (watch, "?x.so ");
  put (watch, "y", "1");
  move (watch, "y", "x.so");
  expect (watch, "+x.so ");
  move (watch, "x.so", "y.so");
  expect (watch, "x.so=y.so ");
  move (watch, "y.so", "y.so~");
  expect (watch, "-y.so ");
  move (watch, "y.so~", "a.so");
  expect (watch, "+a.so ");
  delete (watch, "a.so");
  delete (watch, "b.so");
  delete (watch, "c.txt");
  expect (watch, "-a.so -b.so ");
  put (watch, ".z.so", "1");
  put (watch, "#z.so#", "1");
  put (watch, "z.so~", "1");
  expect (watch, "");
  delete (watch, ".z.so");
  delete (watch, "z.so~");
  expect (watch, "");
}

/* One that is being written is not reported before its writer has finished; one
 * that is given up is, as vanished. */
static void
test_unfinished (Watch        *watch,
                 gconstpointer data)
{
  g_autofree char *path = path_of (watch, "x.so");
  int fd;

  start_with (watch, "");
  fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (write (fd, "x", 1), ==, 1);
  expect (watch, "");
  g_assert_cmpint (write (fd, "x", 1), ==, 1);
  expect (watch, "");
  g_assert_no_errno (close (fd));
  expect (watch, "+x.so ");
  delete (watch, "x.so");
  expect (watch, "-x.so ");

  fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  expect (watch, "");
  delete (watch, "x.so");
  expect (watch, "-x.so ");
  g_assert_no_errno (close (fd));
  expect (watch, "");
}

/* Whole files come from elsewhere, and leave. */
static void
test_moved (Watch        *watch,
            gconstpointer data)
{
  start_with (watch, "");
  put (watch, "../x.so", "1");
  move (watch, "../x.so", "x.so");
  expect (watch, "+x.so ");
  put (watch, "../y.so", "2");
  move (watch, "../y.so", "x.so");
  expect (watch, "+x.so ");
  move (watch, "x.so", "../x.so");
  expect (watch, "-x.so ");
}

static void
test_links (Watch        *watch,
            gconstpointer data)
{
  g_autofree char *hard = path_of (watch, "hard.so");
  g_autofree char *soft = path_of (watch, "soft.so");
  g_autofree char *dangling = path_of (watch, "dangling.so");
  g_autofree char *target = g_build_filename (watch->root, "target", NULL);
  int fd = open (target, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  g_assert_no_errno (close (fd));
  start_with (watch, "");
  g_assert_no_errno (link (target, hard));
  expect (watch, "+hard.so ");
  g_assert_no_errno (symlink (target, soft));
  expect (watch, "+soft.so ");
  g_assert_no_errno (symlink ("nowhere", dangling));
  expect (watch, "");
  move (watch, "dangling.so", "soft.so");
  expect (watch, "-soft.so ");
  delete (watch, "soft.so");
  expect (watch, "");

  /* What GIO makes up for the link, at its end, is not said of the file in its place. */
  g_assert_no_errno (symlink (target, soft));
  expect (watch, "+soft.so ");
  delete (watch, "soft.so");
  put (watch, "soft.so", "a file");
  expect (watch, "-soft.so +soft.so ");
}

static void
test_packages (Watch        *watch,
               gconstpointer data)
{
  make_folder (watch, "a");
  put (watch, "a/1.so", "1");
  put (watch, "top.so", "1");
  start_with (watch, "a/1.so top.so ");

  put (watch, "a/2.so", "1");
  expect (watch, "+a/2.so ");

  watch->n_rescans = 0;
  move (watch, "a", "b");
  until (watch->n_rescans > 0);
  g_assert_nonnull (strstr (watch->log->str, "-a/1.so"));
  g_assert_nonnull (strstr (watch->log->str, "-a/2.so"));
  g_assert_nonnull (strstr (watch->log->str, "+b/1.so +b/2.so"));
  g_string_truncate (watch->log, 0);
  put (watch, "b/1.so", "2");
  expect (watch, "+b/1.so ");

  /* Filled before anybody could look. */
  watch->n_rescans = 0;
  make_folder (watch, "c");
  make_folder (watch, "c/d");
  put (watch, "c/d/3.so", "1");
  until (strstr (watch->log->str, "+c/d/3.so") && g_str_has_suffix (watch->log->str, "> "));
  g_string_truncate (watch->log, 0);
  put (watch, "c/d/3.so", "2");
  expect (watch, "+c/d/3.so ");
  delete (watch, "c/d/3.so");
  expect (watch, "-c/d/3.so ");
}

static void
test_folder_gone (Watch        *watch,
                  gconstpointer data)
{
  put (watch, "x.so", "1");
  start_with (watch, "x.so ");

  system_remove_tree (watch->folder);
  until (strstr (watch->log->str, "-x.so"));
  g_string_truncate (watch->log, 0);
  g_assert_no_errno (g_mkdir (watch->folder, 0700));
  put (watch, "x.so", "1");
  until (strstr (watch->log->str, "+x.so"));
  until (g_str_has_suffix (watch->log->str, "> "));
  g_string_truncate (watch->log, 0);
  put (watch, "y.so", "1");
  expect (watch, "+y.so ");
}

static void
test_not_there (Watch        *watch,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *names = NULL;

  g_assert_no_errno (g_rmdir (watch->folder));
  names = start (watch, &error);
  g_assert_nonnull (error);
  g_assert_cmpstr (names, ==, "");
  g_assert_cmpstr (watch->log->str, ==, "< > ");
}

static void
test_stopped_while_starting (Watch        *watch,
                             gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GError) error = NULL;

  put (watch, "x.so", "1");
  luminal_watcher_start_async (watch->watcher, NULL, keep_result, &result);
  luminal_watcher_stop (watch->watcher);
  until (result != NULL);
  paths = luminal_watcher_start_finish (watch->watcher, result, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (paths);
  until (g_str_equal (watch->log->str, "< > "));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  watch_add ("/watcher/files", FALSE, test_files);
  watch_add ("/watcher/unfinished", FALSE, test_unfinished);
  watch_add ("/watcher/moved", FALSE, test_moved);
  watch_add ("/watcher/links", FALSE, test_links);
  watch_add ("/watcher/packages", TRUE, test_packages);
  watch_add ("/watcher/folder-gone", FALSE, test_folder_gone);
  watch_add ("/watcher/not-there", FALSE, test_not_there);
  watch_add ("/watcher/stopped-while-starting", FALSE, test_stopped_while_starting);

  return g_test_run ();
}
