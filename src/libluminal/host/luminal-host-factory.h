/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-host-settings.h"
#include "luminal-host.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_HOST_FACTORY (luminal_host_factory_get_type ())

/* Decides where a generation executes, and knows the modules whose types stay in
 * this process for good. */
G_DECLARE_FINAL_TYPE (LuminalHostFactory, luminal_host_factory, LUMINAL, HOST_FACTORY, GObject)

LuminalHostFactory *luminal_host_factory_new    (void);
/* Can be written; what is set holds for the hosts that are made from then on. */
LuminalHostSettings *luminal_host_factory_get_settings (LuminalHostFactory *self);
/* Hosts will be wanted soon. */
void                luminal_host_factory_prepare (LuminalHostFactory *self);
/* @photons: those of @inspection that it is to have. @types_in_use: the generation
 * before registered types, and is loaded. */
LuminalHost        *luminal_host_factory_create (LuminalHostFactory *self,
                                                 const char         *path,
                                                 LuminalInspection  *inspection,
                                                 GPtrArray          *photons,
                                                 guint               generation,
                                                 gboolean            types_in_use,
                                                 GError            **error);
/* @host was closed and could not leave. */
void                luminal_host_factory_keep   (LuminalHostFactory *self,
                                                 const char         *path,
                                                 const char         *checksum,
                                                 LuminalHost        *host);

gboolean            luminal_host_registers_types (LuminalInspection *inspection);

G_END_DECLS
