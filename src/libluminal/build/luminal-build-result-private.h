/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-build-result.h"

G_BEGIN_DECLS

/* What a build found out; all of it is taken. */
typedef struct
{
  GBytes *module;
  GError *error;
  GPtrArray *diagnostics;
  GStrv dependencies;
  gboolean from_cache;
  gint64 duration;
  char *remark;
} LuminalBuildFindings;

LuminalBuildResult *luminal_build_result_new (LuminalBuildFindings *findings);

G_END_DECLS
