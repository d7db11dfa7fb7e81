/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The folders that were opened, the newest first: a GListModel of GFiles, kept in the
 * settings. */
#define LUMINAL_TYPE_RECENT_FOLDERS (luminal_recent_folders_get_type ())

G_DECLARE_FINAL_TYPE (LuminalRecentFolders, luminal_recent_folders, LUMINAL, RECENT_FOLDERS, GObject)

#define LUMINAL_RECENT_FOLDERS_MAX 10

LuminalRecentFolders *luminal_recent_folders_new    (GSettings            *settings);

void                  luminal_recent_folders_add    (LuminalRecentFolders *self,
                                                     GFile                *folder);
void                  luminal_recent_folders_remove (LuminalRecentFolders *self,
                                                     GFile                *folder);
void                  luminal_recent_folders_clear  (LuminalRecentFolders *self);

G_END_DECLS
