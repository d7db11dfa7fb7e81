/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Folders that come and go: the one that is watched, and the packages in it. */

#include <glib/gstdio.h>
#include <string.h>

#include "system-testing.h"
#include "watch-testing.h"

#define LONG_MS 3600000
#define SHORT_MS 20

static void
test_folder_recreated (Watch        *watch,
                       gconstpointer data)
{
  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  watch_write_content (watch, "x.so", 1, 1);
  watch_write_content (watch, "y.so", 2, 1);
  watch_begin (watch, FALSE);

  for (guint i = 2; i < 5; i++)
    {
      system_remove_tree (watch->folder);
      watch_until_settled (watch, g_list_model_get_n_items (G_LIST_MODEL (watch->loader)) == 0);
      g_assert_true (luminal_loader_get_watching (watch->loader));

      g_assert_no_errno (g_mkdir (watch->folder, 0700));
      watch_write_content (watch, "x.so", 1, i);
      watch_until_settled (watch, watch_says (watch, 1, i));
      watch_write_content (watch, "y.so", 2, i);
      watch_until_settled (watch, watch_says (watch, 2, i));
    }
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

/* With all that leads to it, and back before the grace time is over. */
static void
test_parents_recreated (Watch        *watch,
                        gconstpointer data)
{
  g_autofree char *top = watch_path (watch, "a");
  g_autofree char *deep = watch_path (watch, "a/b/c");
  g_autofree char *path = watch_path (watch, "a/b/c/x.so");
  g_autoptr (GBytes) bytes = watch_content (1, 1);
  g_autoptr (GError) error = NULL;
  LuminalHandler *handler;

  luminal_loader_set_grace_time (watch->loader, LONG_MS);
  g_assert_no_errno (g_mkdir_with_parents (deep, 0700));
  watch_write (path, bytes);
  watch_try (watch, deep, FALSE, NULL, &error);
  g_assert_no_error (error);
  handler = watch_handler (watch, 1);

  for (guint i = 2; i < 5; i++)
    {
      g_autoptr (GBytes) newer = watch_content (1, i);

      system_remove_tree (top);
      /* Seen, or not seen any more: either has to go well. */
      for (guint j = 0; j < i; j++)
        g_main_context_iteration (NULL, FALSE);
      g_assert_no_errno (g_mkdir_with_parents (deep, 0700));
      watch_write (path, newer);
      watch_until_settled (watch, watch_says (watch, 1, i));
      g_assert_true (watch_handler (watch, 1) == handler);
      g_assert_cmpuint (luminal_handler_get_generation (handler), ==, i);
    }
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_UNLOADED, NULL), ==, 0);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

static void
test_folder_renamed (Watch        *watch,
                     gconstpointer data)
{
  g_autofree char *away = watch_outside (watch, "away");

  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);

  g_assert_no_errno (g_rename (watch->folder, away));
  watch_until_settled (watch, g_list_model_get_n_items (G_LIST_MODEL (watch->loader)) == 0);
  g_assert_no_errno (g_rename (away, watch->folder));
  watch_until_settled (watch, watch_says (watch, 1, 1));

  /* At once back. */
  luminal_loader_set_grace_time (watch->loader, LONG_MS);
  g_assert_no_errno (g_rename (watch->folder, away));
  g_assert_no_errno (g_rename (away, watch->folder));
  watch_barrier (watch);
  watch_write_content (watch, "x.so", 1, 2);
  watch_until_settled (watch, watch_says (watch, 1, 2));
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_UNLOADED, NULL), ==, 1);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

static void
test_packages (Watch        *watch,
               gconstpointer data)
{
  g_autofree char *package = watch_path (watch, "package");
  g_autofree char *inner = watch_path (watch, "package/inner");
  g_autofree char *renamed = watch_path (watch, "renamed");
  g_autofree char *outside = watch_outside (watch, "package");
  g_autofree char *outside_file = watch_outside (watch, "package/z.so");
  g_autoptr (GBytes) bytes = watch_content (4, 1);

  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  watch_write_content (watch, "top.so", 1, 1);
  watch_begin (watch, TRUE);

  /* Created, then filled. */
  g_assert_no_errno (g_mkdir (package, 0700));
  watch_write_content (watch, "package/x.so", 2, 1);
  watch_until_settled (watch, watch_says (watch, 2, 1));
  g_assert_no_errno (g_mkdir (inner, 0700));
  watch_write_content (watch, "package/inner/y.so", 3, 1);
  watch_until_settled (watch, watch_says (watch, 3, 1));
  watch_write_content (watch, "package/inner/y.so", 3, 2);
  watch_until_settled (watch, watch_says (watch, 3, 2));
  watch_replace_content (watch, "package/x.so", 2, 2);
  watch_until_settled (watch, watch_says (watch, 2, 2));

  /* Renamed: the same photons of other files. */
  g_assert_no_errno (g_rename (package, renamed));
  watch_until_settled (watch,
                       watch_says (watch, 2, 2) && watch_says (watch, 3, 2) &&
                         strstr (luminal_handler_get_filepath (watch_handler (watch, 2)), "/renamed/x.so") &&
                         strstr (luminal_handler_get_filepath (watch_handler (watch, 3)), "/renamed/inner/"));
  watch_write_content (watch, "renamed/inner/y.so", 3, 3);
  watch_until_settled (watch, watch_says (watch, 3, 3));

  /* Removed with all that is in it. */
  system_remove_tree (renamed);
  watch_until_settled (watch, watch_handler (watch, 2) == NULL && watch_handler (watch, 3) == NULL);

  /* Moved in full, and out again. */
  g_assert_no_errno (g_mkdir (outside, 0700));
  watch_write (outside_file, bytes);
  g_assert_no_errno (g_rename (outside, package));
  watch_until_settled (watch, watch_says (watch, 4, 1));
  watch_write_content (watch, "package/z.so", 4, 2);
  watch_until_settled (watch, watch_says (watch, 4, 2));
  g_assert_no_errno (g_rename (package, outside));
  watch_until_settled (watch, watch_handler (watch, 4) == NULL);

  g_assert_true (watch_says (watch, 1, 1));
  g_assert_cmpuint (luminal_handler_get_generation (watch_handler (watch, 1)), ==, 1);
}

static void
test_packages_only (Watch        *watch,
                    gconstpointer data)
{
  g_autofree char *package = watch_path (watch, "package");
  g_autofree char *other = watch_path (watch, "other");
  g_autofree char *another = watch_path (watch, "another");

  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  g_assert_no_errno (g_mkdir (package, 0700));
  watch_write_content (watch, "package/x.so", 1, 1);
  watch_begin (watch, FALSE);
  g_assert_true (watch_says (watch, 1, 1));

  watch_write_content (watch, "package/x.so", 1, 2);
  watch_until_settled (watch, watch_says (watch, 1, 2));
  g_assert_no_errno (g_mkdir (other, 0700));
  watch_write_content (watch, "other/y.so", 2, 1);
  watch_until_settled (watch, watch_says (watch, 2, 1));

  /* A module beside the packages does not take away what they have, not even
   * when the whole folder is looked through again. */
  watch_write_content (watch, "beside.so", 3, 1);
  watch_until_settled (watch, watch_says (watch, 3, 1));
  g_assert_no_errno (g_mkdir (another, 0700));
  watch_barrier (watch);
  watch_until_settled (watch, TRUE);
  g_assert_true (watch_says (watch, 1, 2));
  g_assert_true (watch_says (watch, 2, 1));
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_UNLOADED, NULL), ==, 0);
  watch_write_content (watch, "package/x.so", 1, 3);
  watch_until_settled (watch, watch_says (watch, 1, 3));
  system_remove_tree (package);
  watch_until_settled (watch, watch_handler (watch, 1) == NULL);
}

static void
test_not_recursive (Watch        *watch,
                    gconstpointer data)
{
  g_autofree char *package = watch_path (watch, "package");

  g_assert_no_errno (g_mkdir (package, 0700));
  watch_write_content (watch, "package/x.so", 1, 1);
  watch_write_content (watch, "y.so", 2, 1);
  watch_begin (watch, FALSE);
  g_assert_null (watch_handler (watch, 1));
  watch_write_content (watch, "package/x.so", 1, 2);
  watch_barrier (watch);
  g_assert_null (watch_handler (watch, 1));
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

  add ("/watch-folders/folder-recreated", test_folder_recreated);
  add ("/watch-folders/parents-recreated", test_parents_recreated);
  add ("/watch-folders/folder-renamed", test_folder_renamed);
  add ("/watch-folders/packages", test_packages);
  add ("/watch-folders/packages-only", test_packages_only);
  add ("/watch-folders/not-recursive", test_not_recursive);

  return g_test_run ();
}
