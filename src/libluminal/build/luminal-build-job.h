/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-build-cache.h"
#include "luminal-build-result-private.h"
#include "luminal-build-slots.h"
#include "luminal-compiler.h"
#include "luminal-source-needs.h"

G_BEGIN_DECLS

/* All that has to be known to compile one source; immutable. */
typedef struct
{
  char *path;
  char *folder;              /* of @path */
  GBytes *source;
  LuminalSourceNeeds *needs;
  LuminalCompiler *compiler;
  GStrv package_flags;
  GStrv environment;
  char *key;                 /* stands for all of the above */
  GStrv known_inputs;        /* what the build before read, NULL if there was none */
  LuminalBuildCache *cache;
  LuminalBuildSlots *slots;
  guint timeout;             /* in milliseconds, for each run of the compiler */
} LuminalBuildOrder;

void     luminal_build_order_free (LuminalBuildOrder    *self);

/* Takes the module from the cache, or compiles it in a scratch folder and keeps it. */
void     luminal_build_job_async  (LuminalBuildOrder    *order,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
gboolean luminal_build_job_finish (GAsyncResult         *result,
                                   LuminalBuildFindings *findings,
                                   GError              **error);

void     luminal_build_findings_clear (LuminalBuildFindings *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LuminalBuildFindings, luminal_build_findings_clear)

G_END_DECLS
