/* SPDX-License-Identifier: GPL-3.0-or-later */

/* In the place of libFuzzer's main function: what is in the folders and files that it is
 * given, as it is, cut off, and with bytes changed, the same ones each time. */

#include <gio/gio.h>
#include <string.h>

#include "fuzz-target.h"

#define LARGEST_CUT_EVERYWHERE 600
#define N_CUTS 40
#define N_CHANGES 60

static void
run (const guint8 *bytes,
     gsize         size)
{
  /* A block of its own, for valgrind and the sanitizers to see its end. */
  g_autofree guint8 *copy = g_memdup2 (bytes, size);

  LLVMFuzzerTestOneInput (copy != NULL ? copy : (const guint8 *) "", size);
}

static void
run_cut (const guint8 *bytes,
         gsize         size)
{
  gsize step = size <= LARGEST_CUT_EVERYWHERE ? 1 : size / N_CUTS;

  for (gsize length = 0; length < size; length += step)
    run (bytes, length);
}

static void
run_changed (const guint8 *bytes,
             gsize         size)
{
  static const guint8 telling[] = { 0, 1, 0x7f, 0x80, 0xff, '\n', '"', '/' };
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) size);

  for (guint i = 0; size > 0 && i < N_CHANGES; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (bytes, size);
      guint n = (guint) g_rand_int_range (rand, 1, 4);

      for (guint j = 0; j < n; j++)
        {
          /* What is at the beginning tells how the rest is read. */
          gsize range = g_rand_boolean (rand) ? MIN (size, 128) : size;
          gsize at = (gsize) g_rand_int_range (rand, 0, (gint32) range);

          copy[at] = g_rand_boolean (rand) ? telling[g_rand_int_range (rand, 0, G_N_ELEMENTS (telling))]
                                           : (guint8) g_rand_int (rand);
        }
      LLVMFuzzerTestOneInput (copy, size);
    }
}

static void
test_file (gconstpointer path)
{
  g_autofree char *bytes = NULL;
  gsize size;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &bytes, &size, &error);
  g_assert_no_error (error);
  run ((const guint8 *) bytes, size);
  run_cut ((const guint8 *) bytes, size);
  run_changed ((const guint8 *) bytes, size);
}

/* Returns how many files there are. */
static guint
add_path (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autofree char *test = NULL;
  g_autofree char *base = g_path_get_basename (path);
  const char *name;
  guint n = 0;

  if (dir == NULL)
    {
      test = g_strconcat ("/fuzz/", base, NULL);
      g_test_add_data_func_full (test, g_strdup (path), test_file, g_free);
      return 1;
    }

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      n += add_path (below);
    }

  return n;
}

int
main (int    argc,
      char **argv)
{
  guint n = 0;

  g_test_init (&argc, &argv, NULL);
  if (LLVMFuzzerInitialize != NULL)
    LLVMFuzzerInitialize (&argc, &argv);

  for (int i = 1; i < argc; i++)
    n += add_path (argv[i]);
  g_assert_cmpuint (n, >, 0);

  return g_test_run ();
}
