/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-build-job.h"
#include "luminal-build-scratch.h"
#include "luminal-child.h"
#include "luminal-diagnostics-parser.h"

G_BEGIN_DECLS

typedef struct _LuminalBuildJob LuminalBuildJob;

/* One run of the compiler. */
typedef struct
{
  LuminalBuildJob *job;
  GTask *task;
  GStrv command;
  LuminalDiagnosticsParser *parser;
  GPtrArray *diagnostics; /* NULL until it has run */
  LuminalChildEnd end;
} LuminalBuildRun;

struct _LuminalBuildJob
{
  LuminalBuildOrder *order;
  guint n_sources;

  GPtrArray *places;          /* where a scratch folder may be made, the best one first */
  guint place;
  LuminalBuildScratch scratch;
  GStrv environment;          /* of the compiler */
  gint64 started;             /* by the clock of files */
  GHashTable *before;         /* path → digest, of the inputs that were known */

  LuminalBuildRun *runs;                  /* one for each source, then the one that links */
  guint n_running;
  GError *run_error;          /* the first one */
  gboolean compiled;
  GPtrArray *diagnostics;

  LuminalBuildFindings findings;
};

/* What a job that has run its compilers came to. Those that read or write files block. */
gboolean luminal_build_run_was_good         (LuminalBuildRun *run);
void     luminal_build_gather_diagnostics   (LuminalBuildJob *self);
gboolean luminal_build_disk_was_full        (LuminalBuildJob *self);
GError  *luminal_build_explain_failure      (LuminalBuildJob *self);
GStrv    luminal_build_choose_dependencies  (LuminalBuildJob *self,
                                             char           **inputs);
void     luminal_build_take_digests         (LuminalBuildJob *self);
void     luminal_build_collect              (LuminalBuildJob *self);

G_END_DECLS
