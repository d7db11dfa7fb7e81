/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-registry.h"

G_BEGIN_DECLS

/* Starts @handlers of @module again, whose process is gone; one after the other, as they
 * share the next one. Those that run in it already are left alone.
 *
 * They begin anew, without a state: the last one that was saved is that of another time,
 * before what they did since, and it may be what they crashed of.
 *
 * An error is that of the first that did not start. If its process ended, none of them
 * runs; otherwise the rest does. */
void     luminal_restart_async  (LuminalRegistry      *registry,
                                 LuminalModule        *module,
                                 GPtrArray            *handlers,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
gboolean luminal_restart_finish (GAsyncResult         *result,
                                 GError              **error);

G_END_DECLS
