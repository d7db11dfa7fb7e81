/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-own-folder.h"

#include <dlfcn.h>
#include <stdlib.h>

char *
luminal_own_folder (void)
{
  char *folder;
  char *resolved;
  Dl_info info;

  if (dladdr ((gpointer) luminal_own_folder, &info) == 0 || info.dli_fname == NULL)
    return NULL;

  resolved = realpath (info.dli_fname, NULL);
  if (resolved == NULL)
    return NULL;

  folder = g_path_get_dirname (resolved);
  free (resolved);
  return folder;
}
