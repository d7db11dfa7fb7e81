/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-source-needs.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "luminal-open.h"

/* Declarations stand at the beginning, so that much of a file is enough. */
#define BEGINNING (64 * 1024)

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

static gssize
read_beginning (const char *path,
                char       *bytes)
{
  struct stat info;
  gssize length = 0;
  gssize n;
  int fd = luminal_open_module_file (path, &info, NULL);

  if (fd < 0)
    return -1;

  while (length < BEGINNING && (n = read (fd, bytes + length, (gsize) (BEGINNING - length))) > 0)
    length += n;
  g_close (fd, NULL);

  return length;
}

/* A file that another one names in its "sources" is built into that one's module and
 * is no photon itself, whatever is in it. Should two name each other, the first one by
 * name is the module.
 *
 * Reads the beginnings of the C files in @folder; what cannot be read names nothing.
 *
 * Returns: (element-type filename filename): from the absolute path of such a file to
 *   that of the file that names it */
GHashTable *
luminal_source_parts_find (const char *folder)
{
  g_autofree char *absolute = g_canonicalize_filename (folder, NULL);
  GHashTable *parts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (absolute, 0, NULL);
  g_autofree char *bytes = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_suffix (name, ".c") && *name != '.' && *name != '#')
        g_ptr_array_add (names, g_build_filename (absolute, name, NULL));
    }
  g_ptr_array_sort (names, compare_names);

  if (names->len > 0)
    bytes = g_malloc (BEGINNING);
  for (guint i = 0; i < names->len; i++)
    {
      const char *path = names->pdata[i];
      g_autoptr (LuminalSourceNeeds) needs = NULL;
      gssize length;

      if (g_hash_table_contains (parts, path))
        continue;

      length = read_beginning (path, bytes);
      if (length <= 0)
        continue;

      needs = luminal_source_needs_read (path, bytes, (gsize) length, NULL);
      for (guint j = 0; needs->sources[j] != NULL; j++)
        {
          if (!g_hash_table_contains (parts, needs->sources[j]))
            g_hash_table_insert (parts, g_strdup (needs->sources[j]), g_strdup (path));
        }
    }

  return parts;
}
