/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-macros.h"

G_BEGIN_DECLS

LUMINAL_PUBLIC void   luminal_inspect_source_async  (GFile                *file,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);
LUMINAL_PUBLIC char **luminal_inspect_source_finish (GAsyncResult         *result,
                                                     GError              **error);

G_END_DECLS
