/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-registry.h"

G_BEGIN_DECLS

/* Starts or stops one photon whose code is loaded; the code stays as it is. */
void     luminal_switch_on_async  (LuminalRegistry      *registry,
                                   LuminalModule        *module,
                                   LuminalHandler       *handler,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
void     luminal_switch_off_async (LuminalRegistry      *registry,
                                   LuminalModule        *module,
                                   LuminalHandler       *handler,
                                   gboolean              force,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
gboolean luminal_switch_finish    (GAsyncResult         *result,
                                   GError              **error);

G_END_DECLS
