/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-metadata.h"
#include "luminal-note.h"

G_BEGIN_DECLS

/* Takes what @note holds and leaves it empty. */
LuminalMetadata *luminal_metadata_new      (LuminalNote     *note);

/* The line of its declaration: the order of the photons of a module. */
guint            luminal_metadata_get_line (LuminalMetadata *self);
guint            luminal_metadata_get_abi  (LuminalMetadata *self);

G_END_DECLS
