/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-macros.h"
#include "luminal-metadata.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_INSPECTION (luminal_inspection_get_type ())

LUMINAL_PUBLIC
G_DECLARE_FINAL_TYPE (LuminalInspection, luminal_inspection, LUMINAL, INSPECTION, GObject)

LUMINAL_PUBLIC void               luminal_inspect_async               (GFile               *file,
                                                                       GCancellable        *cancellable,
                                                                       GAsyncReadyCallback  callback,
                                                                       gpointer             user_data);
LUMINAL_PUBLIC LuminalInspection *luminal_inspect_finish              (GAsyncResult        *result,
                                                                       GError             **error);
LUMINAL_PUBLIC const char        *luminal_inspection_get_checksum     (LuminalInspection   *self);
LUMINAL_PUBLIC gsize              luminal_inspection_get_size         (LuminalInspection   *self);
LUMINAL_PUBLIC guint              luminal_inspection_get_abi          (LuminalInspection   *self);
LUMINAL_PUBLIC const char        *luminal_inspection_get_machine      (LuminalInspection   *self);
LUMINAL_PUBLIC const char *const *luminal_inspection_get_dependencies (LuminalInspection   *self);
LUMINAL_PUBLIC const char *const *luminal_inspection_get_remarks      (LuminalInspection   *self);
LUMINAL_PUBLIC GListModel        *luminal_inspection_get_photons      (LuminalInspection   *self);
LUMINAL_PUBLIC LuminalMetadata   *luminal_inspection_lookup           (LuminalInspection   *self,
                                                                       const char          *class_name);

G_END_DECLS
