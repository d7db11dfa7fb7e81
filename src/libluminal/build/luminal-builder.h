/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-build-result.h"

G_BEGIN_DECLS

#define LUMINAL_BUILDER_DEFAULT_TIMEOUT (60 * 1000)

#define LUMINAL_TYPE_BUILDER (luminal_builder_get_type ())

/* Compiles sources into modules, as many at once as there are processor cores. All of it
 * is used in one main context. */
G_DECLARE_FINAL_TYPE (LuminalBuilder, luminal_builder, LUMINAL, BUILDER, GObject)

LuminalBuilder     *luminal_builder_new          (const char           *cache_folder);

const char         *luminal_builder_get_compiler (LuminalBuilder       *self);
void                luminal_builder_set_compiler (LuminalBuilder       *self,
                                                  const char           *compiler);
guint               luminal_builder_get_timeout  (LuminalBuilder       *self);
void                luminal_builder_set_timeout  (LuminalBuilder       *self,
                                                  guint                 timeout);

void                luminal_builder_build_async  (LuminalBuilder       *self,
                                                  const char           *path,
                                                  GBytes               *source,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
LuminalBuildResult *luminal_builder_build_finish (LuminalBuilder       *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);

G_END_DECLS
