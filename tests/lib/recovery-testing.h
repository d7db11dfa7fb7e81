/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "fake-host.h"
#include "luminal-error.h"
#include "luminal-handler-private.h"
#include "luminal-recovery.h"
#include "luminal-transaction.h"

G_BEGIN_DECLS

/* One file, and everything that works on it, but for the host. */
typedef struct
{
  LuminalRegistry *registry;
  LuminalHostFactory *factory;
  LuminalJobQueue *queue;
  LuminalRecovery *recovery;
  LuminalRecoveryPolicy *policy;

  char *folder;
  char *path;
  GString *events; /* as in "crashed Counter probation, rolled-back Counter probation" */
  GPtrArray *all_events;
} Bench;

Bench          *bench_new           (const char              *fixture);
void            bench_free          (Bench                   *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bench, bench_free)

void            bench_put           (Bench                   *bench,
                                     const char              *fixture);
/* Loads, and starts, what is there; or reloads it. */
gboolean        bench_load          (Bench                   *bench,
                                     LuminalTransactionFlags  flags,
                                     GError                 **error);
void            bench_begin_load    (Bench                   *bench);
/* Brings a generation back, as somebody may ask for. */
gboolean        bench_revive        (Bench                   *bench,
                                     guint                    generation,
                                     GError                 **error);
gboolean        bench_switch        (Bench                   *bench,
                                     const char              *name,
                                     gboolean                 on,
                                     gboolean                 force,
                                     GError                 **error);
void            bench_begin_switch  (Bench                   *bench,
                                     const char              *name,
                                     gboolean                 on);
gboolean        bench_unload        (Bench                   *bench,
                                     GError                 **error);
void            bench_wait_for_jobs (Bench                   *bench);

LuminalModule  *bench_get_module    (Bench                   *bench);
LuminalHandler *bench_get_handler   (Bench                   *bench,
                                     const char              *name);
void            bench_crash         (Bench                   *bench);
void            bench_await         (Bench                   *bench,
                                     const char              *events);
void            bench_expect        (Bench                   *bench,
                                     const char              *events);
void            bench_expect_calls  (Bench                   *bench,
                                     const char              *calls);
LuminalEvent   *bench_last_event    (Bench                   *bench,
                                     LuminalEventKind         kind);
/* Until everything that was to happen within @milliseconds has. */
void            bench_outlast       (Bench                   *bench,
                                     guint                    milliseconds);

void            assert_error_says   (const GError            *error,
                                     LuminalError             code,
                                     const char              *words);
void            assert_status       (LuminalHandler          *handler,
                                     LuminalStatus            status,
                                     guint                    generation);

G_END_DECLS
