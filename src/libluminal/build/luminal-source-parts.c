/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-source-needs.h"

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* A file that another one names in its "sources" is built into that one's module and
 * is no photon itself, whatever is in it. Should two name each other, the first one by
 * name is the module.
 *
 * @sources: (element-type filename): absolute paths; they are sorted. What of them cannot be
 *   read names nothing
 *
 * Returns: (element-type filename filename): from the absolute path of such a file to
 *   that of the file that names it */
GHashTable *
luminal_source_parts_find (GPtrArray *sources)
{
  GHashTable *parts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  g_ptr_array_sort (sources, compare_names);

  for (guint i = 0; i < sources->len; i++)
    {
      const char *path = sources->pdata[i];
      g_autoptr (LuminalSourceNeeds) needs = NULL;
      g_autofree char *bytes = NULL;
      gsize length;

      if (g_hash_table_contains (parts, path))
        continue;

      bytes = luminal_source_read_beginning (path, &length, NULL);
      if (bytes == NULL)
        continue;

      needs = luminal_source_needs_read (path, bytes, length, NULL);
      for (guint j = 0; needs->sources[j] != NULL; j++)
        {
          if (!g_hash_table_contains (parts, needs->sources[j]))
            g_hash_table_insert (parts, g_strdup (needs->sources[j]), g_strdup (path));
        }
    }

  return parts;
}
