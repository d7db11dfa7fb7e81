/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A monitor for each of many folders, and what is known about whether they are told of
 * anything. */
typedef struct _LuminalFolderMonitors LuminalFolderMonitors;

/* @changed: as for the signal of GFileMonitor, with @user_data first. */
LuminalFolderMonitors *luminal_folder_monitors_new       (GCallback              changed,
                                                          gpointer               user_data);
void                   luminal_folder_monitors_free      (LuminalFolderMonitors *self);
/* @folders: a set of paths. Returns whether some were not watched before, and are now:
 * what happened in them until then has to be looked for. */
gboolean               luminal_folder_monitors_add       (LuminalFolderMonitors *self,
                                                          GHashTable            *folders);
gboolean               luminal_folder_monitors_contains  (LuminalFolderMonitors *self,
                                                          const char            *folder);
void                   luminal_folder_monitors_remove    (LuminalFolderMonitors *self,
                                                          const char            *folder);
void                   luminal_folder_monitors_clear     (LuminalFolderMonitors *self);
/* Why not all of them are told; NULL: they are. */
const char            *luminal_folder_monitors_get_limit (LuminalFolderMonitors *self);
/* There may be room now. Returns whether those that had none are to be added again. */
gboolean               luminal_folder_monitors_retry     (LuminalFolderMonitors *self);

G_END_DECLS
