/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the loader makes of a folder in which things come, change and go. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system-testing.h"
#include "watch-testing.h"

#define LONG_MS 3600000
#define SHORT_MS 20

static void
test_first_scan (Watch        *watch,
                 gconstpointer data)
{
  g_autofree char *text = watch_path (watch, "readme.txt");
  g_autofree char *hidden = watch_path (watch, ".hidden.so");
  g_autofree char *left_behind = watch_path (watch, "one.so~");
  g_autofree char *nameless = watch_path (watch, ".so");
  g_autofree char *library = watch_path (watch, "library.so");
  g_autoptr (GBytes) bytes = watch_content (4, 4);
  g_autoptr (GBytes) no_photon = watch_fixture ("no_photon.so");
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.so", i);

      watch_write_content (watch, name, i, i);
    }
  watch_write (text, bytes);
  watch_write (hidden, bytes);
  watch_write (left_behind, bytes);
  watch_write (nameless, bytes);
  watch_write (library, no_photon);

  g_assert_false (luminal_loader_get_watching (watch->loader));
  watch_begin (watch, FALSE);
  g_assert_true (luminal_loader_get_watching (watch->loader));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (watch->loader)), ==, 3);
  for (guint i = 1; i <= 3; i++)
    g_assert_true (watch_says (watch, i, i));

  g_assert_cmpuint (watch->n_observed, ==, 1);
  g_assert_cmpstr (watch->observed[0], ==, "Number 00001,Number 00002,Number 00003");
  g_assert_cmpstr (watch->observed[1], ==, "");
  g_assert_cmpstr (watch->observed[2], ==, "");
  g_assert_cmpstr (watch->observed[3], ==, "");
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_STARTED, NULL), ==, 3);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_SKIPPED, NULL), ==, 1);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_WATCHING, NULL), ==, 1);
  g_assert_true (watch->events->pdata[watch->events->len - 1] ==
                 watch_last (watch, LUMINAL_EVENT_WATCHING));

  watch_forget (watch);
  watch_write (text, no_photon);
  watch_write (hidden, no_photon);
  watch_write (left_behind, no_photon);
  watch_write (nameless, no_photon);
  watch_barrier (watch);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_LOADED, NULL), ==, 1);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, 0);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_SKIPPED, NULL), ==, 0);
}

static void
test_empty_folder (Watch        *watch,
                   gconstpointer data)
{
  watch_begin (watch, FALSE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (watch->loader)), ==, 0);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_WATCHING, NULL), ==, 1);

  watch_write_content (watch, "x.so", 1, 1);
  watch_until_settled (watch, watch_says (watch, 1, 1));
  g_assert_cmpstr (watch->observed[0], ==, "Number 00001");
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

static void
test_odd_names (Watch        *watch,
                gconstpointer data)
{
  static const char *const names[] = {
    "with space.so", "größer 光.so", "a&b<c>\"d\".so", "two\nlines.so", "\xff\xfe.so", "%s%n.so", "-rf.so",
  };

  watch_begin (watch, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    watch_write_content (watch, names[i], i, 1);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    watch_until_settled (watch, watch_says (watch, i, 1));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    watch_replace_content (watch, names[i], i, 2);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    watch_until_settled (watch, watch_says (watch, i, 2));
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

static void
test_deleted (Watch        *watch,
              gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  g_autoptr (LuminalHandler) handler = NULL;

  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);
  g_set_object (&handler, watch_handler (watch, 1));

  g_assert_no_errno (g_unlink (path));
  watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_UNLOADED, "Number 00001") == 1);
  g_assert_cmpint (luminal_handler_get_status (handler), ==, LUMINAL_STATUS_UNLOADED);
  g_assert_cmpstr (watch->observed[3], ==, "Number 00001");
  g_assert_null (watch_handler (watch, 1));

  watch_write_content (watch, "x.so", 1, 2);
  watch_until_settled (watch, watch_says (watch, 1, 2));
  g_assert_true (watch_handler (watch, 1) != handler);
}

static void
test_deleted_and_recreated (Watch        *watch,
                            gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  LuminalHandler *handler;

  luminal_loader_set_grace_time (watch->loader, LONG_MS);
  watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);
  handler = watch_handler (watch, 1);

  g_assert_no_errno (g_unlink (path));
  watch_barrier (watch);
  g_assert_true (watch_says (watch, 1, 1));

  watch_write_content (watch, "x.so", 1, 2);
  watch_until_settled (watch, watch_says (watch, 1, 2));
  g_assert_true (watch_handler (watch, 1) == handler);
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, 2);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_UNLOADED, NULL), ==, 0);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, "Number 00001"), ==, 1);

  /* The same again is the same. */
  g_assert_no_errno (g_unlink (path));
  watch_barrier (watch);
  watch_write_content (watch, "x.so", 1, 2);
  watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_SKIPPED, "Number 00001") == 1);
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, 2);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

static void
test_moved_out (Watch        *watch,
                gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  g_autofree char *outside = watch_outside (watch, "x.so");

  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);

  g_assert_no_errno (g_rename (path, outside));
  watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_UNLOADED, "Number 00001") == 1);
  g_assert_no_errno (g_rename (outside, path));
  watch_until_settled (watch, watch_says (watch, 1, 1));
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

/* Its photons have the same names as the old ones, which are there until the grace
 * time is over; in the end the new file runs. */
/* The names of its photons are not wanted before they are free: nothing fails. */
static void
test_renamed_over (Watch        *watch,
                   gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  g_autofree char *other = watch_path (watch, "y.so");

  luminal_loader_set_grace_time (watch->loader, LONG_MS);
  watch_write_content (watch, "x.so", 1, 1);
  watch_write_content (watch, "y.so", 2, 1);
  watch_begin (watch, FALSE);
  watch_forget (watch);
  g_assert_no_errno (g_rename (path, other));
  watch_until_settled (watch, watch_handler (watch, 2) == NULL && watch_says (watch, 1, 1));
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
  g_assert_cmpstr (luminal_handler_get_filepath (watch_handler (watch, 1)), ==, other);
}

static void
test_renamed (Watch        *watch,
              gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  g_autofree char *other = watch_path (watch, "y.so");

  /* There is nothing to wait for, and nothing to complain of. */
  luminal_loader_set_grace_time (watch->loader, LONG_MS);
  watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);

  g_assert_no_errno (g_rename (path, other));
  watch_until_settled (watch, watch_says (watch, 1, 1) &&
                                g_str_equal (luminal_handler_get_filepath (watch_handler (watch, 1)), other));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (watch->loader)), ==, 1);
  g_assert_null (luminal_handler_get_error (watch_handler (watch, 1)));
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_UNLOADED, "Number 00001"), ==, 1);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_STARTED, "Number 00001"), ==, 2);

  watch_replace_content (watch, "y.so", 1, 2);
  watch_until_settled (watch, watch_says (watch, 1, 2));
}

/* What two files fight about is told once, not whenever something else happens. */
static void
test_name_taken (Watch        *watch,
                 gconstpointer data)
{
  g_autofree char *first = watch_path (watch, "a.so");
  g_autofree char *second = watch_path (watch, "b.so");

  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  watch_write_content (watch, "a.so", 1, 1);
  watch_begin (watch, FALSE);
  watch_write_content (watch, "b.so", 1, 2);
  watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_FAILED, NULL) == 1);
  g_assert_error (luminal_event_get_error (watch_last (watch, LUMINAL_EVENT_FAILED)), LUMINAL_ERROR,
                  LUMINAL_ERROR_NAME_TAKEN);
  g_assert_true (watch_says (watch, 1, 1));

  watch_barrier (watch);
  watch_barrier (watch);
  watch_barrier (watch);
  watch_until_settled (watch, TRUE);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 1);

  g_assert_no_errno (g_unlink (first));
  watch_until_settled (watch, watch_says (watch, 1, 2));
  g_assert_cmpstr (luminal_handler_get_filepath (watch_handler (watch, 1)), ==, second);
}

static void
test_broken (Watch        *watch,
             gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  g_autoptr (GBytes) good = watch_content (1, 1);
  g_autoptr (GBytes) better = watch_content (1, 2);
  g_autoptr (GBytes) garbage = g_bytes_new_static ("not a module", 12);
  g_autoptr (GBytes) half = g_bytes_new_from_bytes (good, 0, g_bytes_get_size (good) / 2);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  GBytes *broken[] = { garbage, half, nothing };
  LuminalHandler *handler;

  watch_write (path, good);
  watch_begin (watch, FALSE);
  handler = watch_handler (watch, 1);

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      watch_forget (watch);
      watch_replace (watch, path, broken[i]);
      watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_FAILED, "Number 00001") == 1);
      g_assert_cmpstr (watch->observed[2], ==, "Number 00001");
      g_assert_cmpint (luminal_handler_get_status (handler), ==, LUMINAL_STATUS_RUNNING);
      g_assert_cmpuint (luminal_handler_get_generation (handler), ==, 1);
      g_assert_nonnull (luminal_handler_get_error (handler));
      g_assert_true (watch_says (watch, 1, 1));

      /* What runs is on disk again. */
      watch_replace (watch, path, good);
      watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_SKIPPED, "Number 00001") == 1);
      g_assert_null (luminal_handler_get_error (handler));
      g_assert_cmpuint (luminal_handler_get_generation (handler), ==, 1);
      g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, 0);
    }

  watch_replace (watch, path, garbage);
  watch_until_settled (watch, luminal_handler_get_error (handler) != NULL);
  watch_replace (watch, path, better);
  watch_until_settled (watch, watch_says (watch, 1, 2));
  g_assert_null (luminal_handler_get_error (handler));
}

/* It never ran: it is on record, and comes to life when it is mended. */
static void
test_broken_at_first (Watch        *watch,
                      gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  g_autofree char *other = watch_path (watch, "y.so");
  g_autoptr (GBytes) garbage = g_bytes_new_static ("not a module", 12);
  g_autoptr (LuminalHandler) handler = NULL;

  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  watch_write (path, garbage);
  watch_begin (watch, FALSE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (watch->loader)), ==, 1);
  handler = g_list_model_get_item (G_LIST_MODEL (watch->loader), 0);
  g_assert_cmpint (luminal_handler_get_status (handler), ==, LUMINAL_STATUS_FAILED);
  g_assert_error (luminal_handler_get_error (handler), LUMINAL_ERROR, LUMINAL_ERROR_INVALID_MODULE);

  watch_write_content (watch, "x.so", 1, 1);
  watch_until_settled (watch, watch_says (watch, 1, 1));
  g_assert_true (watch_handler (watch, 1) == handler);

  watch_write (other, garbage);
  watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_FAILED, NULL) == 2);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (watch->loader)), ==, 2);
  g_assert_no_errno (g_unlink (other));
  watch_until_settled (watch, g_list_model_get_n_items (G_LIST_MODEL (watch->loader)) == 1);
}

static void
test_same_content (Watch        *watch,
                   gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  const struct timespec times[2] = { { .tv_sec = 12345 }, { .tv_sec = 12345 } };

  watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);
  watch_forget (watch);

  g_assert_no_errno (g_chmod (path, 0400));
  g_assert_no_errno (g_chmod (path, 0755));
  g_assert_no_errno (utimensat (AT_FDCWD, path, times, 0));
  watch_run ("touch", path, NULL);
  watch_barrier (watch);
  watch_until_settled (watch, TRUE);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, 0);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);

  watch_write_content (watch, "x.so", 1, 1);
  watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_SKIPPED, "Number 00001") == 1);
  g_assert_cmpstr (watch->observed[0], ==, "");
  g_assert_cmpstr (watch->observed[1], ==, "");
  watch_replace_content (watch, "x.so", 1, 1);
  watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_SKIPPED, "Number 00001") == 2);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, 0);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_OUTPUT, "Number 00001"), ==, 0);
  g_assert_cmpuint (luminal_handler_get_generation (watch_handler (watch, 1)), ==, 1);
}

/* Never opened, by neither the watch nor the load. */
static void
test_pipe (Watch        *watch,
           gconstpointer data)
{
  g_autofree char *first = watch_path (watch, "first.so");
  g_autofree char *later = watch_path (watch, "later.so");
  char event[sizeof (struct inotify_event) + NAME_MAX + 1];
  int opened = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);

  g_assert_no_errno (mkfifo (first, 0600));
  g_assert_no_errno (inotify_add_watch (opened, first, IN_OPEN));
  watch_begin (watch, FALSE);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 1);

  g_assert_no_errno (mkfifo (later, 0600));
  g_assert_no_errno (inotify_add_watch (opened, later, IN_OPEN));
  watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_FAILED, NULL) == 2);
  g_assert_error (luminal_event_get_error (watch_last (watch, LUMINAL_EVENT_FAILED)), LUMINAL_ERROR,
                  LUMINAL_ERROR_INVALID_MODULE);
  g_assert_cmpint (read (opened, event, sizeof event), ==, -1);
  g_assert_cmpint (errno, ==, EAGAIN);
  g_close (opened, NULL);

  watch_replace_content (watch, "later.so", 1, 1);
  watch_until_settled (watch, watch_says (watch, 1, 1));
}

/* They do not count, until they lead somewhere. */
static void
test_dangling (Watch        *watch,
               gconstpointer data)
{
  g_autofree char *first = watch_path (watch, "first.so");
  g_autofree char *later = watch_path (watch, "later.so");
  g_autofree char *circle = watch_path (watch, "circle.so");
  g_autofree char *target = watch_outside (watch, "target.so");
  g_autoptr (GBytes) bytes = watch_content (1, 1);

  g_assert_no_errno (symlink ("nowhere.so.1", first));
  watch_begin (watch, FALSE);
  g_assert_no_errno (symlink ("nowhere.so.1", later));
  g_assert_no_errno (symlink ("circle.so", circle));
  watch_barrier (watch);
  watch_until_settled (watch, TRUE);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (watch->loader)), ==, 1);

  watch_write (target, bytes);
  g_assert_no_errno (g_unlink (later));
  g_assert_no_errno (symlink (target, later));
  watch_until_settled (watch, watch_says (watch, 1, 1));
}

/* A link that leads nowhere any more is as good as deleted. */
static void
test_link_replaced (Watch        *watch,
                    gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  g_autofree char *other = watch_outside (watch, "a link");

  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);
  g_assert_no_errno (symlink ("nowhere.so.1", other));
  g_assert_no_errno (g_rename (other, path));
  watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_UNLOADED, "Number 00001") == 1);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

static void
test_unreadable (Watch        *watch,
                 gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  g_autofree char *other = watch_outside (watch, "other.so");
  g_autoptr (GBytes) newer = watch_content (1, 2);

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  /* Before the threads that read are made: they take over what this one has. */
  system_lay_down_rights ();
  watch_write_content (watch, "x.so", 1, 1);
  g_assert_no_errno (g_chmod (path, 0));
  watch_begin (watch, FALSE);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 1);
  g_assert_error (luminal_event_get_error (watch_last (watch, LUMINAL_EVENT_FAILED)), LUMINAL_ERROR,
                  LUMINAL_ERROR_UNREADABLE);
  g_assert_no_errno (g_chmod (path, 0600));
  watch_until_settled (watch, watch_says (watch, 1, 1));

  /* The same with one that runs already. */
  watch_write (other, newer);
  g_assert_no_errno (g_chmod (other, 0));
  g_assert_no_errno (g_rename (other, path));
  watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_FAILED, NULL) == 2);
  g_assert_true (watch_says (watch, 1, 1));
  g_assert_no_errno (g_chmod (path, 0600));
  watch_until_settled (watch, watch_says (watch, 1, 2));
}

static void
test_unreadable_package (Watch        *watch,
                         gconstpointer data)
{
  g_autofree char *package = watch_path (watch, "package");

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  system_lay_down_rights ();
  g_assert_no_errno (g_mkdir (package, 0700));
  watch_write_content (watch, "package/x.so", 1, 1);
  g_assert_no_errno (g_chmod (package, 0));
  watch_begin (watch, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (watch->loader)), ==, 0);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
  g_assert_no_errno (g_chmod (package, 0700));
  watch_until_settled (watch, watch_says (watch, 1, 1));
}

static void
add (const char *path,
     void      (*test) (Watch        *watch,
                        gconstpointer data))
{
  g_test_add (path, Watch, NULL, watch_set_up, test, watch_tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/watch/first-scan", test_first_scan);
  add ("/watch/empty-folder", test_empty_folder);
  add ("/watch/odd-names", test_odd_names);
  add ("/watch/deleted", test_deleted);
  add ("/watch/deleted-and-recreated", test_deleted_and_recreated);
  add ("/watch/moved-out", test_moved_out);
  add ("/watch/renamed", test_renamed);
  add ("/watch/renamed-over", test_renamed_over);
  add ("/watch/name-taken", test_name_taken);
  add ("/watch/broken", test_broken);
  add ("/watch/broken-at-first", test_broken_at_first);
  add ("/watch/same-content", test_same_content);
  add ("/watch/pipe", test_pipe);
  add ("/watch/dangling", test_dangling);
  add ("/watch/link-replaced", test_link_replaced);
  add ("/watch/unreadable", test_unreadable);
  add ("/watch/unreadable-package", test_unreadable_package);

  return g_test_run ();
}
