/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a watch has to know of sources: what they are built from, and which counts of a
 * source and the module beside it. */

#include "luminal-watch-session-private.h"

#include "luminal-error.h"
#include "luminal-passed-over.h"
#include "luminal-scanner.h"

/* What another source is built with has no module of its own. */
static void
unload_parts (LuminalWatchSession *self,
              const char *const   *dependencies)
{
  for (; dependencies != NULL && *dependencies != NULL; dependencies++)
    {
      if (g_str_has_suffix (*dependencies, ".c") &&
          luminal_registry_lookup_module (self->registry, *dependencies) != NULL)
        luminal_watch_session_unload_then_load (self, *dependencies, NULL);
    }
}

/* What a source was built from may be another set of files after each build. */
void
luminal_watch_source_follow (LuminalWatchSession *self,
                             LuminalEvent        *event,
                             const char          *path)
{
  LuminalModule *module = luminal_registry_lookup_module (self->registry, path);
  const char *const *dependencies = module != NULL ? (const char *const *) module->dependencies : NULL;
  LuminalEventKind kind = luminal_event_get_kind (event);

  luminal_dependency_watch_set (self->dependencies, path, dependencies,
                                module != NULL ? module->dependencies_read_at : 0);

  /* Not while it does not compile; nor if it is a part itself: then both include each
   * other, and the first one counts. */
  if ((kind == LUMINAL_EVENT_LOADED || kind == LUMINAL_EVENT_RELOADED ||
       g_error_matches (luminal_event_get_error (event), LUMINAL_ERROR, LUMINAL_ERROR_NAME_TAKEN)) &&
      !luminal_dependency_watch_knows (self->dependencies, path))
    unload_parts (self, dependencies);
}

/* No source is built with it any more: it may be one of its own. */
void
luminal_watch_source_part_left (LuminalWatchSession    *self,
                                const char             *path,
                                LuminalDependencyWatch *dependencies)
{
  if (g_str_has_suffix (path, ".c") && luminal_watcher_knows (self->watcher, path))
    luminal_watch_session_file_changed (self, path, FALSE, self->watcher);
}

/* A module beside its source does not count; nor before the end of the first attempt to
 * load that, which decides. */
gboolean
luminal_watch_source_is_passed_over (LuminalWatchSession *self,
                                     const char          *path)
{
  g_autofree char *source = luminal_scanner_source_of (path);
  WatchedFile *file = source != NULL ? g_hash_table_lookup (self->files, source) : NULL;

  if (source == NULL)
    return FALSE;

  return luminal_passed_over_check (self->registry, path) ||
         (file != NULL && file->cancellable != NULL && luminal_registry_lookup_module (self->registry, path) == NULL);
}

/* Without its source, a module beside it counts again. */
void
luminal_watch_source_bring_back_beside (LuminalWatchSession *self,
                                        const char          *path)
{
  g_autofree char *beside = luminal_scanner_module_of (path);
  LuminalStamp stamp;

  if (beside != NULL && luminal_scanner_stamp (beside, &stamp) &&
      luminal_registry_lookup_module (self->registry, beside) == NULL)
    luminal_watch_session_file_changed (self, beside, FALSE, self->watcher);
}

/* A source takes the place of the module of its name beside it, as soon as it compiles;
 * until then, and if it does not start, that one runs. */
void
luminal_watch_source_choose_beside (LuminalWatchSession *self,
                                    const char          *path,
                                    const GError        *error)
{
  g_autofree char *beside = luminal_scanner_module_of (path);
  gboolean is_in_the_way = g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_NAME_TAKEN);
  LuminalModule *module = luminal_registry_lookup_module (self->registry, path);

  if (beside == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (luminal_registry_lookup_module (self->registry, beside) == NULL)
    {
      if (error != NULL && (module == NULL || module->generation == 0))
        luminal_watch_source_bring_back_beside (self, path);
    }
  else if (error == NULL || is_in_the_way)
    {
      luminal_watch_session_unload_then_load (self, beside, is_in_the_way ? path : NULL);
    }
}
