/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-metadata.h"
#include "luminal-photon.h"

G_BEGIN_DECLS

/* Called in the main context that the photon was made in. */
typedef void (*LuminalOutputFunc) (LuminalPhoton *photon,
                                   LuminalStream  stream,
                                   const char    *text,
                                   gpointer       user_data);

LuminalPhoton *luminal_photon_new        (GType             type,
                                          LuminalMetadata  *metadata,
                                          guint             generation);
void           luminal_photon_set_output (LuminalPhoton    *self,
                                          LuminalOutputFunc output,
                                          gpointer          user_data);
void           luminal_photon_set_data   (LuminalPhoton    *self,
                                          gpointer          data);

G_END_DECLS
