/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-crash.h"
#include "luminal-host-settings.h"
#include "luminal-image.h"
#include "luminal-worker-protocol.h"

G_BEGIN_DECLS

/* What is known when a worker has ended without being asked to. */
typedef struct
{
  const LuminalWorkerReport *report; /* none: nobody was there to see it */
  const LuminalHostSettings *settings;
  LuminalImage *image;               /* to name functions by */
  const char *module;                /* what it is called */
  const char *const *output;
  gboolean has_broken_off;           /* it lived, and could not be talked to */
} LuminalWorkerEnd;

LuminalCrash *luminal_worker_crash_new (const LuminalWorkerEnd *end);

G_END_DECLS
