/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-passed-over.h"

#include "luminal-handler-private.h"
#include "luminal-scanner.h"

void
luminal_passed_over_show (LuminalRegistry *registry,
                          LuminalModule   *source)
{
  g_autofree char *path = luminal_scanner_module_of (source->path);
  g_autoptr (GFile) file = NULL;
  LuminalStamp stamp;

  if (path == NULL)
    return;

  if (source->generation > 0 && luminal_scanner_stamp (path, &stamp) &&
      luminal_registry_lookup_module (registry, path) == NULL)
    file = g_file_new_for_path (path);
  for (guint i = 0; i < source->handlers->len; i++)
    luminal_handler_set_passed_over (source->handlers->pdata[i], file);
}

gboolean
luminal_passed_over_check (LuminalRegistry *registry,
                           const char      *path)
{
  g_autofree char *source_path = luminal_scanner_source_of (path);
  LuminalModule *source = source_path != NULL ? luminal_registry_lookup_module (registry, source_path) : NULL;

  if (source == NULL || source->generation == 0)
    return FALSE;

  luminal_passed_over_show (registry, source);
  return TRUE;
}
