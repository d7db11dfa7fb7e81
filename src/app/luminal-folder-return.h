/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Waits for a folder that is not there: "returned" is emitted, once, when it is. */
#define LUMINAL_TYPE_FOLDER_RETURN (luminal_folder_return_get_type ())

G_DECLARE_FINAL_TYPE (LuminalFolderReturn, luminal_folder_return, LUMINAL, FOLDER_RETURN, GObject)

LuminalFolderReturn *luminal_folder_return_new        (GFile               *folder);
GFile               *luminal_folder_return_get_folder (LuminalFolderReturn *self);

G_END_DECLS
