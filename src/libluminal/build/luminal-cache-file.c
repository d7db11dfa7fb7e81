/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-cache-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "luminal-remove-tree.h"
#include "luminal-write-all.h"

/* "LuminaC" and the number of the form, the SHA-256 checksum of the rest, the rest. */
#define MAGIC "LuminaC1"
#define MAGIC_SIZE 8
#define DIGEST_SIZE 32
#define HEADER_SIZE (MAGIC_SIZE + DIGEST_SIZE)

/* What somebody has been making for so long will never be finished. */
#define ABANDONED_SECONDS (60 * 60)

/* Trimming goes down to this part of what is allowed, so that it is rarely needed. */
#define TRIM_NUMERATOR 3
#define TRIM_DENOMINATOR 4

static void
compute_digest (const guint8 *bytes,
                gsize         size,
                guint8        digest[DIGEST_SIZE])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize digest_size = DIGEST_SIZE;

  g_checksum_update (checksum, bytes, (gssize) size);
  g_checksum_get_digest (checksum, digest, &digest_size);
}

/* A damaged file is removed.
 *
 * Returns: (nullable): the value, or %NULL if there is none */
GVariant *
luminal_cache_file_read (const char         *path,
                         const GVariantType *type)
{
  g_autofree char *contents = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) payload = NULL;
  guint8 digest[DIGEST_SIZE];
  gsize size;

  if (!g_file_get_contents (path, &contents, &size, NULL))
    return NULL;

  if (size >= HEADER_SIZE && memcmp (contents, MAGIC, MAGIC_SIZE) == 0)
    compute_digest ((guint8 *) contents + HEADER_SIZE, size - HEADER_SIZE, digest);
  if (size < HEADER_SIZE || memcmp (contents, MAGIC, MAGIC_SIZE) != 0
      || memcmp (contents + MAGIC_SIZE, digest, DIGEST_SIZE) != 0)
    {
      g_unlink (path);
      return NULL;
    }

  /* That it was just used. */
  utimensat (AT_FDCWD, path, NULL, 0);

  bytes = g_bytes_new_take (g_steal_pointer (&contents), size);
  payload = g_bytes_new_from_bytes (bytes, HEADER_SIZE, size - HEADER_SIZE);

  return g_variant_ref_sink (g_variant_new_from_bytes (type, payload, FALSE));
}

/* Returns: %FALSE */
gboolean
luminal_cache_file_fail (GError    **error,
                         const char *path,
                         int         saved_errno)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (saved_errno), "%s: %s", name,
               g_strerror (saved_errno));

  return FALSE;
}

/* The file appears complete or not at all. It is not forced to the disk: one that a
 * power cut damaged is found out when it is read. */
gboolean
luminal_cache_file_write (const char *path,
                          GVariant   *value,
                          GError    **error)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (value);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *temporary = g_build_filename (folder, LUMINAL_CACHE_TEMPORARY "XXXXXX", NULL);
  const guint8 *bytes = g_variant_get_data (owned);
  gsize size = g_variant_get_size (owned);
  guint8 header[HEADER_SIZE] = MAGIC;
  gboolean good;
  int fd;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return luminal_cache_file_fail (error, folder, errno);

  fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    return luminal_cache_file_fail (error, folder, errno);

  compute_digest (bytes, size, header + MAGIC_SIZE);
  good = luminal_write_all (fd, header, sizeof header) && luminal_write_all (fd, bytes, size);
  if (!good)
    luminal_cache_file_fail (error, temporary, errno);
  if (close (fd) != 0 && good)
    good = luminal_cache_file_fail (error, temporary, errno);
  if (good && g_rename (temporary, path) != 0)
    good = luminal_cache_file_fail (error, path, errno);
  if (!good)
    g_unlink (temporary);

  return good;
}

typedef struct
{
  char *path;
  guint64 size;
  gint64 used;
} Found;

static void
found_free (Found *self)
{
  g_free (self->path);
  g_free (self);
}

static int
compare_found (gconstpointer a,
               gconstpointer b)
{
  const Found *first = *(Found *const *) a;
  const Found *second = *(Found *const *) b;

  return (first->used > second->used) - (first->used < second->used);
}

static void
find_files (const char *folder,
            gint64      now,
            gboolean    top,
            GPtrArray  *files)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      struct stat info;

      if (lstat (path, &info) != 0)
        continue;

      if (g_str_has_prefix (name, LUMINAL_CACHE_TEMPORARY))
        {
          if (now - info.st_mtime > ABANDONED_SECONDS)
            luminal_remove_tree (path);
        }
      else if (S_ISDIR (info.st_mode))
        {
          if (top)
            find_files (path, now, FALSE, files);
        }
      else if (S_ISREG (info.st_mode))
        {
          Found *found = g_new (Found, 1);

          found->path = g_steal_pointer (&path);
          found->size = (guint64) info.st_size;
          found->used = (gint64) info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
          g_ptr_array_add (files, found);
        }
    }
}

void
luminal_cache_files_trim (const char *folder,
                          guint64     size_max)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) found_free);
  guint64 total = 0;

  find_files (folder, g_get_real_time () / G_USEC_PER_SEC, TRUE, files);
  for (guint i = 0; i < files->len; i++)
    total += ((Found *) files->pdata[i])->size;
  if (total <= size_max)
    return;

  g_ptr_array_sort (files, compare_found);
  for (guint i = 0; i < files->len && total > size_max / TRIM_DENOMINATOR * TRIM_NUMERATOR; i++)
    {
      Found *found = files->pdata[i];

      if (g_unlink (found->path) == 0)
        total -= found->size;
    }
}
