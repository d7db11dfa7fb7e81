/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-worker-locate.h"

#include <stdlib.h>

#include "luminal-own-folder.h"

char *
luminal_worker_locate (void)
{
  /* Of an installation, and of the build. */
  static const char *const from_here[] = { WORKER_FROM_LIBRARY, "../worker/luminal-worker" };
  const char *wanted = secure_getenv ("LUMINAL_WORKER");
  char *found;

  if (wanted != NULL && *wanted != '\0')
    return g_strdup (wanted);

  found = luminal_find_from_own_folder (from_here, G_N_ELEMENTS (from_here), G_FILE_TEST_IS_REGULAR);
  return found != NULL ? found : g_strdup (WORKER_PATH);
}
