/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-own-folder.h"

#include <dlfcn.h>
#include <stdlib.h>

/* The folder of the file that this code is in. */
static char *
find_own_folder (void)
{
  g_autofree char *path = NULL;
  char *resolved;
  Dl_info info;

  if (dladdr ((gpointer) luminal_find_from_own_folder, &info) == 0 || info.dli_fname == NULL)
    return NULL;

  resolved = realpath (info.dli_fname, NULL);
  if (resolved == NULL)
    return NULL;

  path = g_path_get_dirname (resolved);
  free (resolved);
  return g_steal_pointer (&path);
}

/* The first of the paths from the library's folder on that there is; an installation
 * may be moved as a whole. Returns: (nullable) */
char *
luminal_find_from_own_folder (const char *const *from_here,
                              guint              n_from_here,
                              GFileTest          test)
{
  g_autofree char *folder = find_own_folder ();

  for (guint i = 0; folder != NULL && i < n_from_here; i++)
    {
      g_autofree char *path = g_canonicalize_filename (from_here[i], folder);

      if (g_file_test (path, test))
        return g_steal_pointer (&path);
    }

  return NULL;
}
