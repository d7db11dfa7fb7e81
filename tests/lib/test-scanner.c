/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which files of a folder count. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "luminal-error.h"
#include "luminal-scanner.h"
#include "patience.h"
#include "system-testing.h"

typedef struct
{
  char *path;
} Folder;

static void
folder_set_up (Folder       *folder,
               gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  folder->path = g_dir_make_tmp ("luminal-scanner-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
folder_tear_down (Folder       *folder,
                  gconstpointer data)
{
  system_remove_tree (folder->path);
  g_free (folder->path);
}

static void
put_file (Folder     *folder,
          const char *name)
{
  g_autofree char *path = g_build_filename (folder->path, name, NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  g_assert_no_errno (fd);
  g_assert_no_errno (close (fd));
}

static void
put_folder (Folder     *folder,
            const char *name)
{
  g_autofree char *path = g_build_filename (folder->path, name, NULL);

  g_assert_no_errno (g_mkdir (path, 0700));
}

static void
put_link (Folder     *folder,
          const char *name,
          const char *target)
{
  g_autofree char *path = g_build_filename (folder->path, name, NULL);

  g_assert_no_errno (symlink (target, path));
}

static void
keep_result (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static LuminalScan *
scan (const char   *path,
      gboolean      recursive,
      GCancellable *cancellable,
      GError      **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_scanner_scan_async (path, recursive, cancellable, keep_result, &result);
  wait_while (result == NULL);

  return luminal_scanner_scan_finish (result, error);
}

/* The paths below the folder, in order, with a space between. */
static void
expect (Folder     *folder,
        gboolean    recursive,
        const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LuminalScan) result = scan (folder->path, recursive, NULL, &error);
  g_autoptr (GString) found = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < result->order->len; i++)
    {
      const char *path = result->order->pdata[i];

      g_assert_true (g_str_has_prefix (path, folder->path));
      g_assert_nonnull (g_hash_table_lookup (result->modules, path));
      g_string_append_printf (found, "%s%s", i > 0 ? " " : "", path + strlen (folder->path) + 1);
    }
  g_assert_cmpstr (found->str, ==, expected);
  g_assert_cmpuint (g_hash_table_size (result->modules), >=, result->order->len);
  g_assert_true (g_hash_table_contains (result->folders, folder->path));
}

static void
test_names (Folder       *folder,
            gconstpointer data)
{
  static const char *const names[] = {
    "b.so", "a.so", "a.b.so", "with\tspace.so", "größer.so", "\xff.so", "..so", "...so",
    ".hidden.so", ".so", "so", "x.so~", "#x.so#", "#y.so", "x.so.swp", ".x.so.swp", "x.so.1", "x.SO",
    "x.so.bak", "x.so.tmp", "x.o", "x.soo", "xso", "x.so ", "~x.so",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    put_file (folder, names[i]);

  expect (folder, FALSE, "a.b.so a.so b.so größer.so with\tspace.so ~x.so \xff.so");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      static const char *const good[] = { "b.so", "a.so", "a.b.so", "with\tspace.so", "größer.so", "\xff.so",
                                          "~x.so", NULL };

      g_assert_cmpint (luminal_scanner_is_module_name (names[i]), ==, g_strv_contains (good, names[i]));
    }
}

static void
test_links (Folder       *folder,
            gconstpointer data)
{
  put_file (folder, "target.so.1");
  put_folder (folder, ".store");
  put_file (folder, ".store/hidden.so");
  put_link (folder, "good.so", "target.so.1");
  put_link (folder, "further.so", "good.so");
  put_link (folder, "hidden-store.so", ".store/hidden.so");
  put_link (folder, "dangling.so", "nowhere.so");
  put_link (folder, "circle.so", "other-circle.so");
  put_link (folder, "other-circle.so", "circle.so");
  put_link (folder, "self.so", "self.so");
  put_link (folder, "not-a-module", "good.so");

  expect (folder, TRUE, "further.so good.so hidden-store.so");
}

static void
put_text (Folder     *folder,
          const char *name,
          const char *text)
{
  g_autofree char *path = g_build_filename (folder->path, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

/* What editors, and the checkers that run in them, leave beside a source. */
static void
test_source_names (Folder       *folder,
                   gconstpointer data)
{
  static const char *const good[] = { "a.b.c", "größer.c", "with space.c", "x.c", "~x.c", "flymake.c", NULL };
  static const char *const bad[] = {
    ".c", ".x.c", ".x.c.swp", ".x.c.swx", ".#x.c", "#x.c#", "#x.c", "x.c~", "x.c.orig", "x.c.rej", "x.c.bak", "x.C",
    "x.cc", "x.cpp", "x.h", "x.ci", "xc", "c", "4913", "sedAbCdEf", ".goutputstream-AB12CD", ".x.c.Ab12Cd",
    "flycheck_x.c", "x_flymake.c", "x.c.tmp", "x.c,v", NULL,
  };

  for (guint i = 0; good[i] != NULL; i++)
    {
      put_file (folder, good[i]);
      g_assert_true (luminal_scanner_is_module_name (good[i]));
      g_assert_true (luminal_scanner_is_source_name (good[i]));
    }
  for (guint i = 0; bad[i] != NULL; i++)
    {
      put_file (folder, bad[i]);
      g_assert_false (luminal_scanner_is_module_name (bad[i]));
      g_assert_false (luminal_scanner_is_source_name (bad[i]));
    }
  g_assert_false (luminal_scanner_is_source_name ("x.so"));

  expect (folder, FALSE, "a.b.c flymake.c größer.c with space.c x.c ~x.c");
}

/* The source counts, and not the module of its name beside it. */
static void
test_beside (Folder       *folder,
             gconstpointer data)
{
  g_autofree char *module = g_build_filename (folder->path, "x.so", NULL);
  g_autofree char *source = g_build_filename (folder->path, "x.c", NULL);
  g_autofree char *source_of = luminal_scanner_source_of (module);
  g_autofree char *module_of = luminal_scanner_module_of (source);
  g_autoptr (LuminalScan) result = NULL;
  g_autoptr (GError) error = NULL;

  put_file (folder, "x.c");
  put_file (folder, "x.so");
  put_file (folder, "y.so");
  put_file (folder, "z.c");
  put_file (folder, "flycheck_q.c");
  put_file (folder, "flycheck_q.so");
  put_folder (folder, "w.c");
  put_file (folder, "w.so");
  expect (folder, FALSE, "flycheck_q.so w.so x.c y.so z.c");

  result = scan (folder->path, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (result->passed_over), ==, 1);
  g_assert_true (g_hash_table_contains (result->passed_over, module));
  g_assert_true (g_hash_table_contains (result->modules, module));
  g_assert_cmpstr (source_of, ==, source);
  g_assert_cmpstr (module_of, ==, module);
  g_assert_null (luminal_scanner_source_of (source));
  g_assert_null (luminal_scanner_module_of (module));
}

/* What a source names as a part of it is no module, and hides none. */
static void
test_parts (Folder       *folder,
            gconstpointer data)
{
  put_text (folder, "main.c", "/* luminal: sources = \"second part.c\" lib/third.c */\n");
  put_file (folder, "second part.c");
  put_file (folder, "second part.so");
  put_file (folder, "other.c");
  put_folder (folder, "lib");
  put_file (folder, "lib/third.c");
  put_file (folder, "lib/fourth.c");
  expect (folder, FALSE, "main.c other.c second part.so");
  expect (folder, TRUE, "lib/fourth.c main.c other.c second part.so");

  /* But not where a hidden file, a checker's copy or another kind of file says so. */
  put_text (folder, "flycheck_main.c", "// luminal: sources = other.c\n");
  put_text (folder, "main_flymake.c", "// luminal: sources = other.c\n");
  put_text (folder, ".#main.c", "// luminal: sources = other.c\n");
  put_text (folder, "notes.txt", "// luminal: sources = other.c\n");
  expect (folder, FALSE, "main.c other.c second part.so");
}

/* What leads to a folder is a folder; one that leads back to where the search came
 * from is not searched again. */
static void
test_links_to_folders (Folder       *folder,
                       gconstpointer data)
{
  put_folder (folder, "package");
  put_file (folder, "package/x.so");
  put_file (folder, "y.so");
  put_link (folder, "package/up", "..");
  put_link (folder, "package/self", ".");
  put_link (folder, "folder.so", ".");
  put_link (folder, "package/nowhere", "missing");

  expect (folder, TRUE, "package/x.so y.so");

  put_link (folder, "alias", "package");
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (LuminalScan) result = scan (folder->path, TRUE, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (result->order->len, ==, 2);
    g_assert_cmpuint (g_hash_table_size (result->folders), ==, 2);
  }
}

/* A folder that holds nothing but packages is a way to them. */
static void
test_packages_only (Folder       *folder,
                    gconstpointer data)
{
  put_folder (folder, "a");
  put_file (folder, "a/1.so");
  put_folder (folder, "a/deeper");
  put_file (folder, "a/deeper/2.so");
  put_folder (folder, "b");
  put_folder (folder, "b/only");
  put_file (folder, "b/only/3.so");
  put_folder (folder, ".hidden");
  put_file (folder, ".hidden/4.so");
  put_folder (folder, "empty");
  put_file (folder, "readme.txt");

  expect (folder, FALSE, "a/1.so b/only/3.so");
  expect (folder, TRUE, "a/1.so a/deeper/2.so b/only/3.so");

  put_file (folder, "top.so");
  expect (folder, FALSE, "top.so");
  expect (folder, TRUE, "a/1.so a/deeper/2.so b/only/3.so top.so");
}

static void
test_not_regular (Folder       *folder,
                  gconstpointer data)
{
  g_autofree char *pipe_path = g_build_filename (folder->path, "pipe.so", NULL);

  /* To be told of, so that it can be said what is wrong with it. */
  g_assert_no_errno (mkfifo (pipe_path, 0600));
  put_folder (folder, "package.so");
  put_file (folder, "package.so/x.so");

  expect (folder, FALSE, "pipe.so");
  expect (folder, TRUE, "package.so/x.so pipe.so");
}

static void
test_depth (Folder       *folder,
            gconstpointer data)
{
  g_autoptr (GString) name = g_string_new ("d");
  g_autoptr (LuminalScan) result = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *file = g_strconcat (name->str, "/x.so", NULL);

      put_folder (folder, name->str);
      put_file (folder, file);
      g_string_append (name, "/d");
    }

  result = scan (folder->path, TRUE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result->order->len, >=, 16);
  g_assert_cmpuint (result->order->len, <, 100);
}

static void
test_not_a_folder (Folder       *folder,
                   gconstpointer data)
{
  static const char *const names[] = { "missing", "file", "file/below", "dangling" };

  put_file (folder, "file");
  put_link (folder, "dangling", "nowhere");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder->path, names[i], NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (LuminalScan) result = scan (path, FALSE, NULL, &error);

      g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_DIRECTORY_NOT_FOUND);
      g_assert_null (result);
      g_assert_nonnull (strstr (error->message, names[i]));
    }
}

static void
test_unreadable (Folder       *folder,
                 gconstpointer data)
{
  g_autofree char *barred = g_build_filename (folder->path, "barred", NULL);
  g_autoptr (LuminalScan) result = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  /* Before the thread that reads is made: it takes over what this one has. */
  system_lay_down_rights ();
  put_folder (folder, "barred");
  put_file (folder, "barred/x.so");
  put_folder (folder, "open");
  put_file (folder, "open/y.so");
  g_assert_no_errno (g_chmod (barred, 0));
  expect (folder, TRUE, "open/y.so");

  result = scan (barred, TRUE, NULL, &error);
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_UNREADABLE);
  g_assert_null (result);

  /* It can be listed, but nothing in it can be looked at. */
  g_assert_no_errno (g_chmod (barred, 0400));
  expect (folder, TRUE, "open/y.so");
  g_assert_no_errno (g_chmod (barred, 0700));
  expect (folder, TRUE, "barred/x.so open/y.so");
}

/* As many as there may be, and as many that do not count. */
static void
test_many (Folder       *folder,
           gconstpointer data)
{
  const guint n = 10500;
  g_autoptr (LuminalScan) result = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%05u.so", i);
      g_autofree char *other = g_strdup_printf ("%05u.o", i);

      put_file (folder, name);
      put_file (folder, other);
    }

  g_test_timer_start ();
  result = scan (folder->path, FALSE, NULL, &error);
  g_test_timer_elapsed ();
  g_test_minimized_result (g_test_timer_last (), "10,500 modules among 21,000 files: %.1f ms",
                           g_test_timer_last () * 1000);
  g_assert_no_error (error);
  g_assert_cmpuint (result->order->len, ==, n);
  for (guint i = 1; i < n; i++)
    g_assert_cmpstr (result->order->pdata[i - 1], <, result->order->pdata[i]);

  /* Not even a slow disk makes it take more than a millisecond for each. */
  g_assert_cmpfloat (g_test_timer_last (), <, 10.5);
}

/* The beginning of each is read. */
static void
test_many_sources (Folder       *folder,
                   gconstpointer data)
{
  const guint n = 10000;
  g_autoptr (LuminalScan) result = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%05u.c", i);

      put_text (folder, name, i % 10 == 0 ? "/* luminal: sources = 00001.c */\nint x;\n" : "int x;\n");
    }

  g_test_timer_start ();
  result = scan (folder->path, FALSE, NULL, &error);
  g_test_timer_elapsed ();
  g_test_minimized_result (g_test_timer_last (), "10,000 sources: %.1f ms", g_test_timer_last () * 1000);
  g_assert_no_error (error);
  g_assert_cmpuint (result->order->len, ==, n - 1);
  g_assert_cmpfloat (g_test_timer_last (), <, 10);
}

static void
test_cancelled (Folder       *folder,
                gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (LuminalScan) result = NULL;
  g_autoptr (GError) error = NULL;

  put_file (folder, "x.so");
  g_cancellable_cancel (cancellable);
  result = scan (folder->path, FALSE, cancellable, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (result);
}

static void
test_stamp (Folder       *folder,
            gconstpointer data)
{
  g_autofree char *path = g_build_filename (folder->path, "x.so", NULL);
  g_autofree char *other = g_build_filename (folder->path, "y.so", NULL);
  g_autofree char *missing = g_build_filename (folder->path, "z.so", NULL);
  LuminalStamp a;
  LuminalStamp b;

  g_assert_false (luminal_scanner_stamp (missing, &a));
  g_assert_false (luminal_scanner_stamp (folder->path, &a));
  put_file (folder, "x.so");
  put_file (folder, "y.so");
  g_assert_true (luminal_scanner_stamp (path, &a));
  g_assert_true (luminal_scanner_stamp (path, &b));
  g_assert_true (luminal_stamp_equal (&a, &b));
  g_assert_true (luminal_scanner_stamp (other, &b));
  g_assert_false (luminal_stamp_equal (&a, &b));
  g_assert_no_errno (g_rename (other, path));
  g_assert_true (luminal_scanner_stamp (path, &b));
  g_assert_false (luminal_stamp_equal (&a, &b));
  g_assert_no_errno (truncate (path, 10));
  g_assert_true (luminal_scanner_stamp (path, &a));
  g_assert_false (luminal_stamp_equal (&a, &b));
}

/* Each part of it alone tells two apart. */
static void
test_stamp_parts (Folder       *folder,
                  gconstpointer data)
{
  const LuminalStamp stamp = { .device = 1, .inode = 2, .size = 3, .modified = 4, .changed = 5 };
  LuminalStamp others[5] = { stamp, stamp, stamp, stamp, stamp };

  others[0].device++;
  others[1].inode++;
  others[2].size++;
  others[3].modified++;
  others[4].changed++;
  g_assert_true (luminal_stamp_equal (&stamp, &stamp));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (luminal_stamp_equal (&stamp, &others[i]));
}

static void
add (const char *path,
     void      (*test) (Folder       *folder,
                        gconstpointer data))
{
  g_test_add (path, Folder, NULL, folder_set_up, test, folder_tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/scanner/stamp-parts", test_stamp_parts);
  add ("/scanner/names", test_names);
  add ("/scanner/source-names", test_source_names);
  add ("/scanner/beside", test_beside);
  add ("/scanner/parts", test_parts);
  add ("/scanner/links", test_links);
  add ("/scanner/links-to-folders", test_links_to_folders);
  add ("/scanner/packages-only", test_packages_only);
  add ("/scanner/not-regular", test_not_regular);
  add ("/scanner/depth", test_depth);
  add ("/scanner/not-a-folder", test_not_a_folder);
  add ("/scanner/unreadable", test_unreadable);
  add ("/scanner/many", test_many);
  add ("/scanner/many-sources", test_many_sources);
  add ("/scanner/cancelled", test_cancelled);
  add ("/scanner/stamp", test_stamp);

  return g_test_run ();
}
