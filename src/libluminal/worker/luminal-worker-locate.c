/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-worker-locate.h"

#include <stdlib.h>

#include "luminal-own-folder.h"

char *
luminal_worker_locate (void)
{
  /* Of an installation that may have been moved, and of the build. */
  static const char *const from_here[] = { WORKER_FROM_LIBRARY, "../worker/luminal-worker" };
  const char *wanted = secure_getenv ("LUMINAL_WORKER");
  g_autofree char *folder = NULL;

  if (wanted != NULL && *wanted != '\0')
    return g_strdup (wanted);

  folder = luminal_own_folder ();
  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (from_here); i++)
    {
      g_autofree char *path = g_canonicalize_filename (from_here[i], folder);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }

  return g_strdup (WORKER_PATH);
}
