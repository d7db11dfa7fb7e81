/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-scanner.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_WATCHER (luminal_watcher_get_type ())

/* Tells which modules of a folder may have changed, from the events that the
 * kernel sends; nothing happens in it as long as none comes. It does not look into
 * the files: what is reported as changed may turn out to be the same.
 *
 * Signals:
 * `changed (const char *path, gboolean only_attributes)`: a module appeared, or
 *   whoever wrote it has finished;
 * `vanished (const char *path)`: a module is no longer there, at least for a moment;
 * `renamed (const char *from, const char *to)`: a module has another name now;
 * `rescanning (gboolean active)`: the whole folder is being looked through;
 * `polling (const char *reason)`: nobody tells of changes, so that it looks for them every
 *   two seconds; NULL: no more. */
G_DECLARE_FINAL_TYPE (LuminalWatcher, luminal_watcher, LUMINAL, WATCHER, GObject)

LuminalWatcher *luminal_watcher_new          (const char           *path,
                                              gboolean              recursive);
/* Returns the paths of the modules that are there. */
void            luminal_watcher_start_async  (LuminalWatcher       *self,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
GPtrArray      *luminal_watcher_start_finish (LuminalWatcher       *self,
                                              GAsyncResult         *result,
                                              GError              **error);
gboolean        luminal_watcher_knows        (LuminalWatcher       *self,
                                              const char           *path);
/* Why it polls; NULL: it does not. */
const char     *luminal_watcher_get_silence  (LuminalWatcher       *self);
void            luminal_watcher_stop         (LuminalWatcher       *self);

G_END_DECLS
