/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was built, kept by content. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "build-testing.h"
#include "luminal-build-cache.h"
#include "luminal-cache-file.h"
#include "luminal-diagnostic-private.h"

#define KEY_A "aa00000000000000000000000000000000000000000000000000000000000000"
#define KEY_B "bb00000000000000000000000000000000000000000000000000000000000000"
#define LARGE_SIZE (1024 * 1024 * 1024)

static LuminalBuildEntry *
make_entry (const char *module,
            const char *first_input,
            ...)
{
  LuminalBuildEntry *entry = luminal_build_entry_new ();
  g_autoptr (GStrvBuilder) inputs = g_strv_builder_new ();
  va_list rest;

  if (module != NULL)
    entry->module = g_bytes_new (module, strlen (module));
  va_start (rest, first_input);
  for (const char *input = first_input; input != NULL; input = va_arg (rest, const char *))
    g_strv_builder_add (inputs, input);
  va_end (rest);
  g_strfreev (entry->inputs);
  entry->inputs = g_strv_builder_end (inputs);

  return entry;
}

static void
store (LuminalBuildCache *cache,
       BuildPlace        *place,
       const char        *key,
       LuminalBuildEntry *entry)
{
  g_autoptr (LuminalBuildEntry) owned = entry;
  g_autoptr (GError) error = NULL;

  luminal_build_cache_store (cache, key, place->photons, owned, &error);
  g_assert_no_error (error);
}

static void
expect (LuminalBuildCache *cache,
        BuildPlace        *place,
        const char        *key,
        const char        *module)
{
  g_autoptr (LuminalBuildEntry) entry = luminal_build_cache_lookup (cache, key, place->photons);

  if (module == NULL)
    {
      g_assert_null (entry);
      return;
    }

  g_assert_nonnull (entry);
  g_assert_cmpmem (g_bytes_get_data (entry->module, NULL), g_bytes_get_size (entry->module),
                   module, strlen (module));
}

static void
test_nothing (BuildPlace   *place,
              gconstpointer data)
{
  g_autoptr (LuminalBuildCache) cache = luminal_build_cache_new (place->cache, LARGE_SIZE);

  expect (cache, place, KEY_A, NULL);
  /* Asking leaves no traces. */
  g_assert_false (g_file_test (place->cache, G_FILE_TEST_EXISTS));
}

static void
test_again (BuildPlace   *place,
            gconstpointer data)
{
  g_autoptr (LuminalBuildCache) cache = luminal_build_cache_new (place->cache, LARGE_SIZE);
  g_autoptr (LuminalBuildCache) after_restart = NULL;

  store (cache, place, KEY_A, make_entry ("module a", NULL));
  expect (cache, place, KEY_A, "module a");
  expect (cache, place, KEY_B, NULL);

  after_restart = luminal_build_cache_new (place->cache, LARGE_SIZE);
  expect (after_restart, place, KEY_A, "module a");
}

/* A header that comes back to what it was is found again. */
static void
test_inputs (BuildPlace   *place,
             gconstpointer data)
{
  g_autoptr (LuminalBuildCache) cache = luminal_build_cache_new (place->cache, LARGE_SIZE);
  g_autofree char *header = build_place_put (place, "photons/x.h", "1");
  g_autofree char *other = build_place_put (place, "photons/y.h", "2");
  g_autoptr (LuminalBuildEntry) entry = NULL;

  store (cache, place, KEY_A, make_entry ("with 1", header, other, NULL));
  expect (cache, place, KEY_A, "with 1");

  g_free (build_place_put (place, "photons/x.h", "3"));
  expect (cache, place, KEY_A, NULL);
  store (cache, place, KEY_A, make_entry ("with 3", header, NULL));
  expect (cache, place, KEY_A, "with 3");

  g_free (build_place_put (place, "photons/x.h", "1"));
  expect (cache, place, KEY_A, "with 1");
  entry = luminal_build_cache_lookup (cache, KEY_A, place->photons);
  g_assert_cmpuint (g_strv_length (entry->inputs), ==, 2);
  g_assert_cmpstr (entry->inputs[0], ==, header);

  g_unlink (header);
  expect (cache, place, KEY_A, NULL);
}

/* Written again with the same size and time: only the bytes tell. */
static void
test_same_time (BuildPlace   *place,
                gconstpointer data)
{
  g_autoptr (LuminalBuildCache) cache = luminal_build_cache_new (place->cache, LARGE_SIZE);
  g_autofree char *header = build_place_put (place, "photons/x.h", "1");
  const struct timespec times[2] = { { 1000000000, 0 }, { 1000000000, 0 } };

  g_assert_no_errno (utimensat (AT_FDCWD, header, times, 0));
  store (cache, place, KEY_A, make_entry ("with 1", header, NULL));
  expect (cache, place, KEY_A, "with 1");

  g_free (build_place_put (place, "photons/x.h", "2"));
  g_assert_no_errno (utimensat (AT_FDCWD, header, times, 0));
  expect (cache, place, KEY_A, NULL);
}

/* What did not compile is known, too, and what the compiler said of it. */
static void
test_failures (BuildPlace   *place,
               gconstpointer data)
{
  g_autoptr (LuminalBuildCache) cache = luminal_build_cache_new (place->cache, LARGE_SIZE);
  LuminalBuildEntry *entry = make_entry (NULL, NULL);
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (LuminalBuildEntry) found = NULL;
  g_autoptr (LuminalDiagnostic) note = NULL;
  LuminalDiagnostic *diagnostic;

  g_ptr_array_add (notes, luminal_diagnostic_new ("/p/y.h", 7, 0, LUMINAL_SEVERITY_NOTE, "see",
                                                  NULL, "y.h:7: note: see", NULL));
  g_ptr_array_add (entry->diagnostics,
                   luminal_diagnostic_new ("/p/\xff.c", 3, 4, LUMINAL_SEVERITY_ERROR, "bad",
                                           "-Wbad", "line\nline", notes));
  g_ptr_array_add (entry->diagnostics,
                   luminal_diagnostic_new (NULL, 0, 0, LUMINAL_SEVERITY_WARNING, "worse", NULL,
                                           NULL, NULL));
  store (cache, place, KEY_A, entry);

  found = luminal_build_cache_lookup (cache, KEY_A, place->photons);
  g_assert_nonnull (found);
  g_assert_null (found->module);
  g_assert_cmpuint (found->diagnostics->len, ==, 2);

  diagnostic = found->diagnostics->pdata[0];
  g_assert_cmpstr (luminal_diagnostic_get_file (diagnostic), ==, "/p/\xff.c");
  g_assert_cmpuint (luminal_diagnostic_get_line (diagnostic), ==, 3);
  g_assert_cmpuint (luminal_diagnostic_get_column (diagnostic), ==, 4);
  g_assert_cmpint (luminal_diagnostic_get_severity (diagnostic), ==, LUMINAL_SEVERITY_ERROR);
  g_assert_cmpstr (luminal_diagnostic_get_text (diagnostic), ==, "bad");
  g_assert_cmpstr (luminal_diagnostic_get_option (diagnostic), ==, "-Wbad");
  g_assert_cmpstr (luminal_diagnostic_get_rendering (diagnostic), ==, "line\nline");
  note = g_list_model_get_item (luminal_diagnostic_get_children (diagnostic), 0);
  g_assert_cmpstr (luminal_diagnostic_get_text (note), ==, "see");

  diagnostic = found->diagnostics->pdata[1];
  g_assert_null (luminal_diagnostic_get_file (diagnostic));
  g_assert_null (luminal_diagnostic_get_option (diagnostic));
  g_assert_null (luminal_diagnostic_get_rendering (diagnostic));
}

typedef void (*FileFunc) (const char *path,
                          gpointer    user_data);

static void
for_each_file (const char *folder,
               const char *suffix,
               FileFunc    func,
               gpointer    user_data)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        for_each_file (path, suffix, func, user_data);
      else if (g_str_has_suffix (path, suffix))
        func (path, user_data);
    }
}

static void
keep_path (const char *path,
           gpointer    user_data)
{
  g_ptr_array_add (user_data, g_strdup (path));
}

/* Wherever a file is cut or changed, it is not what it was. */
static void
test_damage (BuildPlace   *place,
             gconstpointer data)
{
  static const char *const suffixes[] = { ".module", ".inputs" };
  g_autoptr (LuminalBuildCache) cache = luminal_build_cache_new (place->cache, LARGE_SIZE);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
      g_autofree char *bytes = NULL;
      gsize size;

      store (cache, place, KEY_A, make_entry ("the module", NULL));
      for_each_file (place->cache, suffixes[i], keep_path, paths);
      g_assert_cmpuint (paths->len, ==, 1);
      g_assert_true (g_file_get_contents (paths->pdata[0], &bytes, &size, NULL));

      for (gsize length = 0; length < size; length++)
        {
          g_assert_true (g_file_set_contents (paths->pdata[0], bytes, (gssize) length, NULL));
          expect (cache, place, KEY_A, NULL);
          g_assert_false (g_file_test (paths->pdata[0], G_FILE_TEST_EXISTS));
        }
      for (gsize offset = 0; offset < size; offset++)
        {
          bytes[offset] ^= 0x10;
          g_assert_true (g_file_set_contents (paths->pdata[0], bytes, (gssize) size, NULL));
          expect (cache, place, KEY_A, NULL);
          bytes[offset] ^= 0x10;
        }

      g_assert_true (g_file_set_contents (paths->pdata[0], bytes, (gssize) size, NULL));
      expect (cache, place, KEY_A, "the module");
    }
}

/* Complete, but of another content. */
static void
test_wrong_name (BuildPlace   *place,
                 gconstpointer data)
{
  g_autoptr (LuminalBuildCache) cache = luminal_build_cache_new (place->cache, LARGE_SIZE);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *bytes = NULL;
  gsize size;

  store (cache, place, KEY_A, make_entry ("a", NULL));
  store (cache, place, KEY_B, make_entry ("b", NULL));
  for_each_file (place->cache, ".module", keep_path, paths);
  g_assert_cmpuint (paths->len, ==, 2);
  g_assert_true (g_file_get_contents (paths->pdata[0], &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (paths->pdata[1], bytes, (gssize) size, NULL));

  {
    g_autoptr (LuminalBuildEntry) a = luminal_build_cache_lookup (cache, KEY_A, place->photons);
    g_autoptr (LuminalBuildEntry) b = luminal_build_cache_lookup (cache, KEY_B, place->photons);

    g_assert_true ((a == NULL) != (b == NULL));
  }
}

/* Also as root, who may write anything but below a file. */
static void
test_unwritable (BuildPlace   *place,
                 gconstpointer data)
{
  g_autofree char *file = build_place_put (place, "cache", "this is no folder");
  g_autoptr (LuminalBuildCache) cache = luminal_build_cache_new (place->cache, LARGE_SIZE);
  g_autoptr (LuminalBuildEntry) entry = make_entry ("a", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (luminal_build_cache_store (cache, KEY_A, place->photons, entry, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
  g_assert_nonnull (strstr (error->message, place->cache));
  expect (cache, place, KEY_A, NULL);
  luminal_build_cache_note (cache, KEY_A, "text");
  g_assert_null (luminal_build_cache_recall (cache, KEY_A));
}

static void
test_notes (BuildPlace   *place,
            gconstpointer data)
{
  g_autoptr (LuminalBuildCache) cache = luminal_build_cache_new (place->cache, LARGE_SIZE);
  g_autofree char *text = NULL;

  g_assert_null (luminal_build_cache_recall (cache, KEY_A));
  luminal_build_cache_note (cache, KEY_A, "gcc 12");
  text = luminal_build_cache_recall (cache, KEY_A);
  g_assert_cmpstr (text, ==, "gcc 12");
}

static void
add_size (const char *path,
          gpointer    user_data)
{
  struct stat info;

  g_assert_no_errno (stat (path, &info));
  *(guint64 *) user_data += (guint64) info.st_size;
}

static void
make_older (const char *path,
            gpointer    user_data)
{
  struct timespec times[2];
  struct stat info;

  g_assert_no_errno (stat (path, &info));
  times[0] = times[1] = (struct timespec) { info.st_mtim.tv_sec - 100, info.st_mtim.tv_nsec };
  g_assert_no_errno (utimensat (AT_FDCWD, path, times, 0));
}

/* What was used last stays. */
static void
test_size (BuildPlace   *place,
           gconstpointer data)
{
  const guint64 size_max = 64 * 1024;
  g_autoptr (LuminalBuildCache) cache = luminal_build_cache_new (place->cache, size_max);
  g_autofree char *module = g_strnfill (4000, 'x');
  g_autofree char *abandoned = build_place_put (place, "cache/tmp-old/s/x.c", "int x;");
  g_autofree char *abandoned_folder = build_place_path (place, "cache/tmp-old");
  g_autofree char *fresh = build_place_put (place, "cache/tmp-new/s/x.c", "int x;");
  guint64 size = 0;

  for (guint i = 0; i < 100; i++)
    make_older (abandoned_folder, NULL);

  store (cache, place, KEY_A, make_entry ("kept", NULL));
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *key = g_strdup_printf ("%02x%s", i, KEY_A + 2);

      for_each_file (place->cache, "", make_older, NULL);
      store (cache, place, key, make_entry (module, NULL));
      expect (cache, place, KEY_A, "kept");
      expect (cache, place, key, module);
    }

  for_each_file (place->cache, "", add_size, &size);
  g_assert_cmpuint (size, <=, size_max + size_max / 8);
  g_assert_cmpuint (size, >=, size_max / 2);
  expect (cache, place, "00" "00000000000000000000000000000000000000000000000000000000000000", NULL);
  g_assert_false (g_file_test (abandoned_folder, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (fresh, G_FILE_TEST_EXISTS));
}

typedef struct
{
  LuminalBuildCache *cache;
  BuildPlace *place;
  guint n_found;
} Manager;

static gpointer
manage (gpointer user_data)
{
  Manager *self = user_data;

  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (LuminalBuildEntry) found = NULL;

      store (self->cache, self->place, i % 2 == 0 ? KEY_A : KEY_B,
             make_entry (i % 2 == 0 ? "a" : "b", NULL));
      found = luminal_build_cache_lookup (self->cache, i % 2 == 0 ? KEY_B : KEY_A,
                                          self->place->photons);
      if (found != NULL)
        {
          const char *module = i % 2 == 0 ? "b" : "a";

          g_assert_cmpmem (g_bytes_get_data (found->module, NULL),
                           g_bytes_get_size (found->module), module, 1);
          self->n_found++;
        }
    }

  return NULL;
}

/* Two managers that write and read the same files at the same time: whole or not there. */
static void
test_two (BuildPlace   *place,
          gconstpointer data)
{
  Manager managers[2] = { { NULL, place, 0 }, { NULL, place, 0 } };
  GThread *threads[2];

  for (guint i = 0; i < 2; i++)
    {
      managers[i].cache = luminal_build_cache_new (place->cache, LARGE_SIZE);
      threads[i] = g_thread_new ("manager", manage, &managers[i]);
    }
  for (guint i = 0; i < 2; i++)
    {
      g_thread_join (threads[i]);
      g_assert_cmpuint (managers[i].n_found, >=, 298);
      g_assert_finalize_object (managers[i].cache);
    }
}

static void
test_lists (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } cases[] = {
    { "module: /p/x.c /usr/include/a.h \\\n /p/x.h \\\n  y.h\n", "/p/x.c|/usr/include/a.h|/p/x.h|/f/y.h" },
    { "module: /p/a\\ b.h /p/c\\#d.h /p/e$$f.h\n", "/p/a b.h|/p/c#d.h|/p/e$f.h" },
    { "module: /p/a\\\\\\ b.h c\\d.h\n", "/p/a\\ b.h|/f/c\\d.h" },
    { "module: /p/x.h /p/x.h ./z.h\r\n", "/p/x.h|/f/z.h" },
    { "module: b.h b.h a.h b.h a.h b.h\n", "/f/b.h|/f/a.h" },
    { "module: /p/q/../x.h\n", "/p/x.h" },
    { "module:\n", "" },
    { "", "" },
    { "module: /p/x.h \\", "/p/x.h|/f/\\" },
    { "module: a:b.h", "/f/a:b.h" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) paths = luminal_header_list_parse (cases[i].text, "/f");
      g_autofree char *joined = g_strjoinv ("|", paths);

      g_assert_cmpstr (joined, ==, cases[i].expected);
    }
}

static void
test_system (void)
{
  g_assert_true (luminal_header_is_of_system ("/usr/include/stdio.h", "/home/me/photons"));
  g_assert_true (luminal_header_is_of_system ("/usr/lib/gcc/x/12/include/stddef.h", "/usr/l"));
  g_assert_false (luminal_header_is_of_system ("/home/me/photons/x.h", "/home/me/photons"));
  g_assert_false (luminal_header_is_of_system ("/home/me/x.h", "/home/me/photons"));
  g_assert_false (luminal_header_is_of_system ("/usr/local/include/x.h", "/home/me/photons"));
  /* Photons that live there. */
  g_assert_false (luminal_header_is_of_system ("/usr/lib/photons/x.h", "/usr/lib/photons"));
}

#define ADD(path, function) \
  g_test_add (path, BuildPlace, NULL, build_place_set_up, function, build_place_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/build-cache/nothing", test_nothing);
  ADD ("/build-cache/again", test_again);
  ADD ("/build-cache/inputs", test_inputs);
  ADD ("/build-cache/same-time", test_same_time);
  ADD ("/build-cache/failures", test_failures);
  ADD ("/build-cache/damage", test_damage);
  ADD ("/build-cache/wrong-name", test_wrong_name);
  ADD ("/build-cache/unwritable", test_unwritable);
  ADD ("/build-cache/notes", test_notes);
  ADD ("/build-cache/size", test_size);
  ADD ("/build-cache/two", test_two);
  g_test_add_func ("/build-cache/lists", test_lists);
  g_test_add_func ("/build-cache/system", test_system);

  return g_test_run ();
}
