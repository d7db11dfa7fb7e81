/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-host-factory.h"
#include "luminal-registry.h"

G_BEGIN_DECLS

/* Stops the photons of @module, drops its code and takes it off the registry. It
 * always leaves; an error says what one of its finalizers complained of. */
void     luminal_unload_async  (LuminalRegistry      *registry,
                                LuminalHostFactory   *factory,
                                LuminalModule        *module,
                                gboolean              force,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data);
gboolean luminal_unload_finish (GAsyncResult         *result,
                                GError              **error);

G_END_DECLS
