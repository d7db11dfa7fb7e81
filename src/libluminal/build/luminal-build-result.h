/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-diagnostic.h"
#include "luminal-macros.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_BUILD_RESULT (luminal_build_result_get_type ())

LUMINAL_PUBLIC
G_DECLARE_FINAL_TYPE (LuminalBuildResult, luminal_build_result, LUMINAL, BUILD_RESULT, GObject)

LUMINAL_PUBLIC void                luminal_build_async                   (GFile               *file,
                                                                          GCancellable        *cancellable,
                                                                          GAsyncReadyCallback  callback,
                                                                          gpointer             user_data);
LUMINAL_PUBLIC LuminalBuildResult *luminal_build_finish                  (GAsyncResult        *result,
                                                                          GError             **error);
LUMINAL_PUBLIC GBytes             *luminal_build_result_get_module       (LuminalBuildResult  *self);
LUMINAL_PUBLIC const GError       *luminal_build_result_get_error        (LuminalBuildResult  *self);
LUMINAL_PUBLIC GListModel         *luminal_build_result_get_diagnostics  (LuminalBuildResult  *self);
LUMINAL_PUBLIC const char *const  *luminal_build_result_get_dependencies (LuminalBuildResult  *self);
LUMINAL_PUBLIC gboolean            luminal_build_result_get_from_cache   (LuminalBuildResult  *self);
LUMINAL_PUBLIC gint64              luminal_build_result_get_duration     (LuminalBuildResult  *self);
LUMINAL_PUBLIC const char         *luminal_build_result_get_remark       (LuminalBuildResult  *self);

G_END_DECLS
