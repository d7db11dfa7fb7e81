/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-enums.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_IMAGE (luminal_image_get_type ())

/* The bytes of one generation, where nobody can change them any more: what is
 * hashed and inspected is what runs. Immutable. */
G_DECLARE_FINAL_TYPE (LuminalImage, luminal_image, LUMINAL, IMAGE, GObject)

void          luminal_image_take_async   (GFile                *file,
                                          guint                 settle_timeout,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
LuminalImage *luminal_image_take_finish  (GAsyncResult         *result,
                                          LuminalPhase         *failed_phase,
                                          GError              **error);

const guint8 *luminal_image_get_bytes    (LuminalImage         *self,
                                          gsize                *size);
const char   *luminal_image_get_checksum (LuminalImage         *self);
int           luminal_image_get_fd       (LuminalImage         *self);
gint64        luminal_image_get_duration (LuminalImage         *self,
                                          LuminalPhase          phase);

G_END_DECLS
