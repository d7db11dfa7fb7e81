/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which modules are told that something they were built from has changed. */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "inotify-testing.h"
#include "luminal-dependency-watch.h"
#include "luminal-header-digests.h"
#include "system-testing.h"

typedef struct
{
  char *folder;
  LuminalDependencyWatch *watch;
  GString *changed; /* names of modules, each with a space behind it */
  GString *left;
} Place;

static void
on_changed (Place                  *place,
            const char             *path,
            LuminalDependencyWatch *watch)
{
  g_string_append_printf (place->changed, "%s ", path);
}

static void
on_left (Place                  *place,
         const char             *path,
         LuminalDependencyWatch *watch)
{
  g_autofree char *name = g_path_get_basename (path);

  g_string_append_printf (place->left, "%s ", name);
}

static void
set_up (Place        *place,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  place->folder = g_dir_make_tmp ("luminal-dependencies-XXXXXX", &error);
  g_assert_no_error (error);
  place->watch = luminal_dependency_watch_new ();
  place->changed = g_string_new (NULL);
  place->left = g_string_new (NULL);
  g_signal_connect_swapped (place->watch, "changed", G_CALLBACK (on_changed), place);
  g_signal_connect_swapped (place->watch, "left", G_CALLBACK (on_left), place);
}

static void
tear_down (Place        *place,
           gconstpointer data)
{
  g_assert_finalize_object (place->watch);
  system_remove_tree (place->folder);
  g_free (place->folder);
  g_string_free (place->changed, TRUE);
  g_string_free (place->left, TRUE);
}

static char *
path_of (Place      *place,
         const char *name)
{
  return g_build_filename (place->folder, name, NULL);
}

static void
put (Place      *place,
     const char *name,
     const char *text)
{
  g_autofree char *path = path_of (place, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
}

/* Read now, by @module, which has the named ones in the folder. */
static void
set (Place      *place,
     const char *module,
     gint64      since,
     const char *names)
{
  g_auto (GStrv) paths = g_strsplit (names, " ", -1);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      char *path = path_of (place, paths[i]);

      g_free (paths[i]);
      paths[i] = path;
    }
  luminal_dependency_watch_set (place->watch, module, (const char *const *) paths, since);
}

static gint64
later (void)
{
  return G_MAXINT64;
}

static gboolean
give_up (gpointer unused)
{
  g_error ("The change was never told");
  return G_SOURCE_REMOVE;
}

/* In any order: which of two is told first is nobody's business. */
static void
expect (Place      *place,
        const char *expected)
{
  guint deadline = g_timeout_add_seconds (60, give_up, NULL);
  g_auto (GStrv) names = NULL;
  g_autofree char *all = NULL;
  guint n = 0;

  while (place->changed->len < strlen (expected) + 1)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);

  names = g_strsplit (g_strchomp (place->changed->str), " ", -1);
  for (char **name = names; *name != NULL; name++)
    {
      g_auto (GStrv) wanted = g_strsplit (expected, " ", -1);

      g_assert_true (g_strv_contains ((const char *const *) wanted, *name));
      n++;
    }
  g_assert_cmpuint (n, ==, 1 + (strchr (expected, ' ') != NULL));
  g_string_truncate (place->changed, 0);
}

static void
test_told (Place        *place,
           gconstpointer data)
{
  g_autofree char *path = path_of (place, "one.h");

  put (place, "one.h", "1");
  put (place, "two.h", "1");
  set (place, "a", later (), "one.h two.h");
  set (place, "b", later (), "one.h");
  set (place, "c", later (), "two.h");
  g_assert_true (luminal_dependency_watch_knows (place->watch, path));

  put (place, "one.h", "2");
  expect (place, "a b");
  put (place, "two.h", "2");
  expect (place, "a c");

  /* It reads something else now. */
  set (place, "a", later (), "two.h");
  put (place, "one.h", "3");
  expect (place, "b");
  g_assert_cmpstr (place->left->str, ==, "");

  luminal_dependency_watch_set (place->watch, "b", NULL, 0);
  g_assert_cmpstr (place->left->str, ==, "one.h ");
  g_assert_false (luminal_dependency_watch_knows (place->watch, path));
  put (place, "one.h", "4");
  put (place, "two.h", "3");
  expect (place, "a c");
}

/* It was written after the compiler had begun to read: it may not have read that. */
static void
test_newer (Place        *place,
            gconstpointer data)
{
  gint64 before = luminal_header_get_clock ();

  put (place, "one.h", "1");
  set (place, "a", before, "one.h");
  g_assert_cmpstr (place->changed->str, ==, "a ");
  g_string_truncate (place->changed, 0);

  /* Also if another module follows it already, and was told. */
  set (place, "b", later (), "one.h");
  g_assert_cmpstr (place->changed->str, ==, "");
  set (place, "c", before, "one.h");
  g_assert_cmpstr (place->changed->str, ==, "c ");
  g_string_truncate (place->changed, 0);

  /* The same again is nothing new. */
  set (place, "c", before, "one.h");
  g_assert_cmpstr (place->changed->str, ==, "");
}

static void
test_missing (Place        *place,
              gconstpointer data)
{
  set (place, "a", luminal_header_get_clock (), "one.h");
  g_assert_cmpstr (place->changed->str, ==, "");
  put (place, "one.h", "1");
  expect (place, "a");
}

static void
move (Place      *place,
      const char *from,
      const char *to)
{
  g_autofree char *from_path = path_of (place, from);
  g_autofree char *to_path = path_of (place, to);

  g_assert_no_errno (g_rename (from_path, to_path));
}

static void
make_folder (Place      *place,
             const char *name)
{
  g_autofree char *path = path_of (place, name);

  g_assert_no_errno (g_mkdir (path, 0700));
}

/* As editors save, and as version control does. */
static void
test_moved (Place        *place,
            gconstpointer data)
{
  make_folder (place, "elsewhere");
  put (place, "one.h", "1");
  set (place, "a", later (), "one.h");

  put (place, "one.h.part", "2");
  move (place, "one.h.part", "one.h");
  expect (place, "a");
  put (place, "elsewhere/one.h", "3");
  move (place, "elsewhere/one.h", "one.h");
  expect (place, "a");
}

/* With all that is in it, as when something is unpacked and put in its place. */
static void
test_folder_came (Place        *place,
                  gconstpointer data)
{
  set (place, "a", luminal_header_get_clock (), "folder/one.h");
  g_assert_cmpstr (place->changed->str, ==, "");

  make_folder (place, "elsewhere");
  put (place, "elsewhere/one.h", "1");
  move (place, "elsewhere", "folder");
  expect (place, "a");
}

/* Nobody is told of what only looks as if it had changed, or is gone for a moment. */
static void
test_not_told (Place        *place,
               gconstpointer data)
{
  g_autofree char *path = path_of (place, "one.h");

  put (place, "one.h", "1");
  put (place, "last.h", "1");
  set (place, "a", later (), "one.h");
  set (place, "last", later (), "last.h");
  g_assert_no_errno (g_unlink (path));
  put (place, "other.h", "1");
  put (place, "last.h", "2");
  expect (place, "last");
  put (place, "one.h", "1");
  expect (place, "a");
}

static void
leave_from_within (LuminalDependencyWatch *watch,
                   const char             *path,
                   gpointer                unused)
{
  luminal_dependency_watch_set (watch, path, NULL, 0);
}

static void
test_changed_from_within (Place        *place,
                          gconstpointer data)
{
  put (place, "one.h", "1");
  set (place, "a", later (), "one.h");
  set (place, "b", later (), "one.h");
  g_signal_connect (place->watch, "changed", G_CALLBACK (leave_from_within), NULL);
  put (place, "one.h", "2");
  expect (place, "a b");
  g_assert_cmpstr (place->left->str, ==, "one.h ");
}

/* Where no inotify watch is left headers are looked at, until there is one again. */
static void
test_no_watches (Place        *place,
                 gconstpointer data)
{
  inotify_testing_bar_watches (place->folder);
  put (place, "a.h", "1");
  put (place, "last.h", "1");
  set (place, "m", later (), "a.h");
  set (place, "last", later (), "last.h");
  put (place, "a.h", "2");
  put (place, "last.h", "2");
  expect (place, "m last");

  inotify_testing_bar_watches (NULL);
  put (place, "a.h", "3");
  put (place, "last.h", "3");
  expect (place, "m last");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/dependency-watch/told", Place, NULL, set_up, test_told, tear_down);
  g_test_add ("/dependency-watch/newer", Place, NULL, set_up, test_newer, tear_down);
  g_test_add ("/dependency-watch/missing", Place, NULL, set_up, test_missing, tear_down);
  g_test_add ("/dependency-watch/moved", Place, NULL, set_up, test_moved, tear_down);
  g_test_add ("/dependency-watch/folder-came", Place, NULL, set_up, test_folder_came, tear_down);
  g_test_add ("/dependency-watch/not-told", Place, NULL, set_up, test_not_told, tear_down);
  g_test_add ("/dependency-watch/changed-from-within", Place, NULL, set_up, test_changed_from_within, tear_down);
  g_test_add ("/dependency-watch/no-watches", Place, NULL, set_up, test_no_watches, tear_down);

  return g_test_run ();
}
