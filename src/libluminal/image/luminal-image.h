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

/* Of a sealed copy that somebody else took. Takes @fd. */
LuminalImage *luminal_image_new_for_fd   (int                   fd,
                                          const char           *checksum,
                                          GError              **error);
/* Of a module that was made here, of @path. */
LuminalImage *luminal_image_new_for_bytes (GBytes               *bytes,
                                          const char           *path,
                                          GError              **error);
/* It is kept for later: its bytes stay, its descriptor is given back, and comes
 * again when it is asked for. */
void          luminal_image_rest         (LuminalImage         *self);

const guint8 *luminal_image_get_bytes    (LuminalImage         *self,
                                          gsize                *size);
const char   *luminal_image_get_checksum (LuminalImage         *self);
/* -1, and errno, where a descriptor cannot be had. */
int           luminal_image_get_fd       (LuminalImage         *self);
gint64        luminal_image_get_duration (LuminalImage         *self,
                                          LuminalPhase          phase);

G_END_DECLS
