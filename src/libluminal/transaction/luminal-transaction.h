/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-builder.h"
#include "luminal-host-factory.h"
#include "luminal-module.h"
#include "luminal-registry.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_TRANSACTION (luminal_transaction_get_type ())

/* Puts what is on disk to work for one module or several, all or none: either
 * the new generations run, or the old ones still do. It is the only thing that
 * gives a module new code. */
G_DECLARE_FINAL_TYPE (LuminalTransaction, luminal_transaction, LUMINAL, TRANSACTION, GObject)

typedef enum
{
  LUMINAL_TRANSACTION_NONE = 0,
  /* Also if the content is what runs already. */
  LUMINAL_TRANSACTION_FORCE = 1 << 0,
  /* A module that fails and never ran is put on record. */
  LUMINAL_TRANSACTION_RECORD_FAILURE = 1 << 1,
  /* A library without a photon is none of our business. */
  LUMINAL_TRANSACTION_SKIP_FOREIGN = 1 << 2,
  /* Neither is a file that is no longer there: whoever asked finds out. */
  LUMINAL_TRANSACTION_SKIP_MISSING = 1 << 3,
  /* Content that crashed on probation is not tried again: nobody asked for it. */
  LUMINAL_TRANSACTION_HEED_QUARANTINE = 1 << 4,
  /* That the module beside a source has the names of its photons is no failure: whoever
   * asked takes care of that. */
  LUMINAL_TRANSACTION_TAKE_OVER = 1 << 5,
} LuminalTransactionFlags;

LuminalTransaction *luminal_transaction_new        (LuminalRegistry         *registry,
                                                    LuminalHostFactory      *factory,
                                                    guint                    settle_timeout,
                                                    LuminalTransactionFlags  flags);
void                luminal_transaction_add        (LuminalTransaction      *self,
                                                    LuminalModule           *module);
/* @generation of @module, which is kept in its lineage, comes back instead of what is on
 * disk; by the same rules. */
void                luminal_transaction_add_revival (LuminalTransaction     *self,
                                                    LuminalModule           *module,
                                                    LuminalGeneration       *generation);
/* It is no reload that somebody asked for, but the way back after @crash in probation:
 * the handlers show @error, and events tell of it. If the transaction fails, nobody is
 * told of that. */
void                luminal_transaction_set_cause  (LuminalTransaction      *self,
                                                    const GError            *error,
                                                    LuminalCrash            *crash);
/* For members that are sources; those fail without one. */
void                luminal_transaction_set_builder (LuminalTransaction     *self,
                                                    LuminalBuilder          *builder);
void                luminal_transaction_run_async  (LuminalTransaction      *self,
                                                    GCancellable            *cancellable,
                                                    GAsyncReadyCallback      callback,
                                                    gpointer                 user_data);
/* Returns whether anything changed; %FALSE without an error: nothing to do. */
gboolean            luminal_transaction_run_finish (LuminalTransaction      *self,
                                                    GAsyncResult            *result,
                                                    GError                 **error);

G_END_DECLS
