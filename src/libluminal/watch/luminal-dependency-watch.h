/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_DEPENDENCY_WATCH (luminal_dependency_watch_get_type ())

/* Follows the files that modules were built from besides their own: headers, mostly, in
 * whatever folder.
 *
 * Signal `changed (const char *path)`: something that the module @path was built from
 * has another content.
 * Signal `left (const char *file)`: no module is built from that file any more. */
G_DECLARE_FINAL_TYPE (LuminalDependencyWatch, luminal_dependency_watch, LUMINAL, DEPENDENCY_WATCH, GObject)

LuminalDependencyWatch *luminal_dependency_watch_new   (void);
/* @dependencies: none: it has none any more. @since: when they began to be read, by the
 * clock of luminal_header_get_clock(): what changed then or later is told. */
void                    luminal_dependency_watch_set   (LuminalDependencyWatch *self,
                                                        const char             *path,
                                                        const char *const      *dependencies,
                                                        gint64                  since);
/* Whether some module is built from @file. */
gboolean                luminal_dependency_watch_knows (LuminalDependencyWatch *self,
                                                        const char             *file);

G_END_DECLS
