/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "luminal-macros.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_METADATA (luminal_metadata_get_type ())

LUMINAL_PUBLIC
G_DECLARE_FINAL_TYPE (LuminalMetadata, luminal_metadata, LUMINAL, METADATA, GObject)

LUMINAL_PUBLIC const char        *luminal_metadata_get_class_name  (LuminalMetadata *self);
LUMINAL_PUBLIC const char        *luminal_metadata_get_base        (LuminalMetadata *self);
LUMINAL_PUBLIC const char        *luminal_metadata_get_name        (LuminalMetadata *self);
LUMINAL_PUBLIC const char        *luminal_metadata_get_author      (LuminalMetadata *self);
LUMINAL_PUBLIC const char        *luminal_metadata_get_version     (LuminalMetadata *self);
LUMINAL_PUBLIC const char        *luminal_metadata_get_description (LuminalMetadata *self);
LUMINAL_PUBLIC const char *const *luminal_metadata_get_tags        (LuminalMetadata *self);
LUMINAL_PUBLIC gboolean           luminal_metadata_get_start_first (LuminalMetadata *self);
LUMINAL_PUBLIC gboolean           luminal_metadata_get_keeps_state (LuminalMetadata *self);

G_END_DECLS
