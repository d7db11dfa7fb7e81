/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-remove-tree.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

void
luminal_remove_tree (const char *path)
{
  struct stat info;

  if (lstat (path, &info) != 0)
    return;

  if (S_ISDIR (info.st_mode))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          luminal_remove_tree (child);
        }
      g_rmdir (path);
    }
  else
    {
      g_unlink (path);
    }
}
