/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-crash.h"
#include "luminal-metadata.h"
#include "luminal-worker-host.h"

G_BEGIN_DECLS

typedef void (*LuminalWorkerCallFunc) (LuminalWorkerHost *host);

/* What a host in a worker is asked to do, until it is done. One at a time. */
typedef struct
{
  GTask *task;
  LuminalMetadata *photon; /* none: the whole module */
  LuminalPhase phase;
  const char *what; /* "start function" */
  guint timeout;
  LuminalWorkerCallFunc next; /* once the module is open */
  gboolean is_opening;
  gboolean has_answered; /* the worker that is to open it was there */
  gboolean has_tried_again;
  GVariant *state;
  GSource *cancelled;
  GError *failure;  /* to be returned when the process is gone */
} LuminalWorkerCall;

void    luminal_worker_call_free               (LuminalWorkerCall *self);
void    luminal_worker_call_forget_cancellable (LuminalWorkerCall *self);

GError *luminal_worker_call_timeout_error      (LuminalWorkerCall *self,
                                                const char        *filepath,
                                                guint              open_timeout);
GError *luminal_worker_call_crash_error        (LuminalWorkerCall *self,
                                                const char        *filepath,
                                                LuminalCrash      *crash);

G_END_DECLS
