/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

gint64
bench_now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (gint64) time.tv_sec * 1000000000 + time.tv_nsec;
}

gint64
bench_started_at (const char *text,
                  guint       content)
{
  guint said;
  gint64 at;

  if (sscanf (text, "content %u at %" G_GINT64_FORMAT, &said, &at) == 2 && said == content)
    return at;

  return 0;
}

BenchSeries *
bench_series_new (void)
{
  BenchSeries *series = g_new0 (BenchSeries, 1);

  series->values = g_array_new (FALSE, FALSE, sizeof (double));
  return series;
}

void
bench_series_free (BenchSeries *series)
{
  g_array_unref (series->values);
  g_free (series);
}

void
bench_series_add (BenchSeries *series,
                  double       value)
{
  g_array_append_val (series->values, value);
}

/* The names are the programs' own: nothing in them needs escaping. */
void
bench_series_emit (BenchSeries *series,
                   const char  *row,
                   const char  *of,
                   const char  *unit)
{
  printf ("{\"row\":\"%s\",\"of\":\"%s\",\"unit\":\"%s\",\"values\":[", row, of, unit);
  for (guint i = 0; i < series->values->len; i++)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_formatd (number, sizeof number, "%.4f", g_array_index (series->values, double, i));
      printf ("%s%s", i > 0 ? "," : "", number);
    }
  printf ("]}\n");
  fflush (stdout);
}

void
bench_emit (const char *row,
            const char *of,
            const char *unit,
            double      value)
{
  g_autoptr (BenchSeries) series = bench_series_new ();

  bench_series_add (series, value);
  bench_series_emit (series, row, of, unit);
}

char *
bench_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("luminal-bench-XXXXXX", &error);

  bench_check (error);
  return folder;
}

void
bench_folder_remove (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        bench_folder_remove (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

char *
bench_module_path (const char *folder,
                   guint       number)
{
  return g_strdup_printf ("%s/%05u.so", folder, number);
}

static void
relabel (guint8     *bytes,
         gsize       size,
         const char *label,
         guint       number)
{
  gsize length = strlen (label);
  g_autofree char *digits = g_strdup_printf ("%05u", number);
  guint8 *at = bytes;

  while ((at = memmem (at, (gsize) (bytes + size - at), label, length)) != NULL)
    {
      memcpy (at + length - 5, digits, 5);
      at += length;
    }
}

static guint8 *
read_file (const char *path,
           gsize      *size)
{
  g_autoptr (GError) error = NULL;
  char *bytes;

  g_file_get_contents (path, &bytes, size, &error);
  bench_check (error);
  return (guint8 *) bytes;
}

GBytes *
bench_relabelled (const char *path,
                  const char *label,
                  guint       number)
{
  gsize size;
  guint8 *bytes = read_file (path, &size);

  relabel (bytes, size, label, number);
  return g_bytes_new_take (bytes, size);
}

GBytes *
bench_module (guint number,
              guint content)
{
  gsize size;
  guint8 *bytes = read_file (BENCHED_PATH, &size);

  relabel (bytes, size, "Number 00000", number);
  relabel (bytes, size, "content 00000", content);
  return g_bytes_new_take (bytes, size);
}

GBytes *
bench_module_of_many (guint number)
{
  return bench_relabelled (BENCHED_MANY_PATH, "Number 00000", number);
}

/* In place, as most writers do: when it returns, the file was closed. */
void
bench_write (const char *path,
             GBytes     *content)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  gsize size;
  const char *bytes = g_bytes_get_data (content, &size);

  while (fd >= 0 && size > 0)
    {
      gssize written = write (fd, bytes, size);

      if (written < 0)
        break;
      bytes += written;
      size -= (gsize) written;
    }
  if (fd < 0 || size > 0 || close (fd) != 0)
    g_error ("%s cannot be written: %s", path, g_strerror (errno));
}

void
bench_write_modules (const char *folder,
                     guint       n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = bench_module_path (folder, i);
      /* A prime that no count of modules used here is a multiple of. */
      g_autoptr (GBytes) content = bench_module ((guint) ((guint64) i * 7919 % n), 0);

      bench_write (path, content);
    }
}

void
bench_note_result (GObject      *source_object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

GAsyncResult *
bench_wait (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

void
bench_check (const GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}
