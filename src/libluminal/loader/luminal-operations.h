/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-builder.h"
#include "luminal-host-factory.h"
#include "luminal-job-queue.h"
#include "luminal-recovery.h"
#include "luminal-registry.h"
#include "luminal-transaction.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_OPERATIONS (luminal_operations_get_type ())

/* What can be done with the modules of a registry. Each operation waits for its
 * turn on its files, then does its work on what it finds there at that moment. */
G_DECLARE_FINAL_TYPE (LuminalOperations, luminal_operations, LUMINAL, OPERATIONS, GObject)

/* Which photons of a module count, and what to do with them. */
typedef struct
{
  GType photon_base;
  const char *const *other_classes;
  gboolean autostart;
  LuminalTransactionFlags flags;
  LuminalJobManner manner;
} LuminalLoadRequest;

LuminalOperations *luminal_operations_new                (LuminalRegistry           *registry);
/* How crashes are dealt with; can be written. */
LuminalRecoveryPolicy *luminal_operations_get_recovery_policy (LuminalOperations    *self);
/* Nothing is done any more that nobody asked for. */
void               luminal_operations_shut_down          (LuminalOperations         *self);
void               luminal_operations_set_settle_timeout (LuminalOperations         *self,
                                                          guint                      milliseconds);
guint              luminal_operations_get_settle_timeout (LuminalOperations         *self);
/* How what is loaded from now on is hosted; can be written. */
LuminalHostSettings *luminal_operations_get_host_settings (LuminalOperations       *self);
/* Which makes modules of sources. */
LuminalBuilder    *luminal_operations_get_builder        (LuminalOperations         *self);
/* Modules will be loaded soon. */
void               luminal_operations_prepare            (LuminalOperations         *self);

/* Loads a module that is not loaded, or with @reload also one that is. Returns its
 * handlers: none if there was nothing to do. */
void               luminal_operations_load_async         (LuminalOperations         *self,
                                                          const char                *path,
                                                          const LuminalLoadRequest  *request,
                                                          gboolean                   reload,
                                                          GCancellable              *cancellable,
                                                          GAsyncReadyCallback        callback,
                                                          gpointer                   user_data);
GPtrArray         *luminal_operations_load_finish        (GAsyncResult              *result,
                                                          GError                   **error);

/* All or none of @paths. */
void               luminal_operations_reload_async       (LuminalOperations         *self,
                                                          const char *const         *paths,
                                                          LuminalTransactionFlags    flags,
                                                          GCancellable              *cancellable,
                                                          GAsyncReadyCallback        callback,
                                                          gpointer                   user_data);
GPtrArray         *luminal_operations_reload_finish      (GAsyncResult              *result,
                                                          GError                   **error);

/* Brings an earlier generation back: the one with the number, or with 0 the last one that
 * was good. */
void               luminal_operations_revert_async       (LuminalOperations         *self,
                                                          const char                *path,
                                                          guint                      generation,
                                                          GCancellable              *cancellable,
                                                          GAsyncReadyCallback        callback,
                                                          gpointer                   user_data);
GPtrArray         *luminal_operations_revert_finish      (GAsyncResult              *result,
                                                          GError                   **error);

/* Returns whether there was anything to unload. With an error it was unloaded too. */
void               luminal_operations_unload_async       (LuminalOperations         *self,
                                                          const char                *path,
                                                          gboolean                   force,
                                                          GCancellable              *cancellable,
                                                          GAsyncReadyCallback        callback,
                                                          gpointer                   user_data);
gboolean           luminal_operations_unload_finish      (GAsyncResult              *result,
                                                          GError                   **error);

/* Takes @task over, and returns a boolean with it. */
void               luminal_operations_switch             (LuminalOperations         *self,
                                                          LuminalHandler            *handler,
                                                          gboolean                   on,
                                                          gboolean                   force,
                                                          GTask                     *task);

G_END_DECLS
