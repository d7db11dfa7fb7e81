/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What somebody wants to have in the folder: what of it can be, and what is there already. */
typedef struct
{
  GPtrArray *modules; /* of GFile */
  GFile *folder;      /* the first folder among them */
  GPtrArray *others;  /* of GFile: nothing that could be loaded */
  guint n_taken;      /* of @modules: how many have the name of one that is there */
} LuminalImport;

void           luminal_import_free        (LuminalImport        *import);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LuminalImport, luminal_import_free)

void           luminal_import_look_async  (GPtrArray            *files,
                                           GFile                *target,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
LuminalImport *luminal_import_look_finish (GAsyncResult         *result,
                                           GError              **error);

void           luminal_import_copy_async  (GFile                *file,
                                           GFile                *target,
                                           gboolean              replace,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
GFile         *luminal_import_copy_finish (GAsyncResult         *result,
                                           GError              **error);

G_END_DECLS
