/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-crash.h"
#include "luminal-image.h"
#include "luminal-inspection.h"
#include "luminal-photon.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_HOST (luminal_host_get_type ())

/* Where the code of one generation executes. A host opens one image in its life
 * and is told which of its photons to start and stop; it knows nothing of
 * handlers, files that change, or other generations.
 *
 * Every operation is asynchronous and ends with the result of a GTask whose
 * value is what the _finish() function returns. Errors name file, phase and
 * cause.
 *
 * Signal `output (const char *class_name, LuminalStream stream, const char *text)`:
 * a photon said something.
 * Signal `crashed ()`: the process it executes in ended without being asked to;
 * luminal_host_get_crash() tells how. An operation under way fails with the same
 * cause. Photons that ran do not run any more; to start one makes a new process. */
G_DECLARE_INTERFACE (LuminalHost, luminal_host, LUMINAL, HOST, GObject)

struct _LuminalHostInterface
{
  GTypeInterface parent_interface;

  void           (*open_async)       (LuminalHost         *self,
                                      LuminalImage        *image,
                                      LuminalInspection   *inspection,
                                      GPtrArray           *photons,
                                      GTask               *task);
  void           (*restore_async)    (LuminalHost         *self,
                                      LuminalMetadata     *photon,
                                      GVariant            *state,
                                      GTask               *task);
  void           (*start_async)      (LuminalHost         *self,
                                      LuminalMetadata     *photon,
                                      GTask               *task);
  void           (*save_state_async) (LuminalHost         *self,
                                      LuminalMetadata     *photon,
                                      GTask               *task);
  void           (*stop_async)       (LuminalHost         *self,
                                      LuminalMetadata     *photon,
                                      gboolean             force,
                                      GTask               *task);
  void           (*close_async)      (LuminalHost         *self,
                                      GTask               *task);
  LuminalPhoton *(*get_instance)     (LuminalHost         *self,
                                      const char          *class_name);
  int            (*get_pid)          (LuminalHost         *self);
  LuminalCrash  *(*get_crash)        (LuminalHost         *self);
};

/* Opens @image and finds in it @photons, an array of LuminalMetadata. */
void           luminal_host_open_async        (LuminalHost          *self,
                                               LuminalImage         *image,
                                               LuminalInspection    *inspection,
                                               GPtrArray            *photons,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean       luminal_host_open_finish       (LuminalHost          *self,
                                               GAsyncResult         *result,
                                               GError              **error);

/* Hands @state to a photon that is to be started. */
void           luminal_host_restore_async     (LuminalHost          *self,
                                               LuminalMetadata      *photon,
                                               GVariant             *state,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean       luminal_host_restore_finish    (LuminalHost          *self,
                                               GAsyncResult         *result,
                                               GError              **error);

/* Restores @state, if there is one and the photon takes one, and starts. */
void           luminal_host_start_async       (LuminalHost          *self,
                                               LuminalMetadata      *photon,
                                               GVariant             *state,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean       luminal_host_start_finish      (LuminalHost          *self,
                                               GAsyncResult         *result,
                                               GError              **error);

/* %NULL without an error: the photon keeps no state. */
void           luminal_host_save_state_async  (LuminalHost          *self,
                                               LuminalMetadata      *photon,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
GVariant      *luminal_host_save_state_finish (LuminalHost          *self,
                                               GAsyncResult         *result,
                                               GError              **error);

/* Runs the finalizer, unless by force. The photon does not run afterwards,
 * whatever its finalizer said. */
void           luminal_host_stop_async        (LuminalHost          *self,
                                               LuminalMetadata      *photon,
                                               gboolean              force,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean       luminal_host_stop_finish       (LuminalHost          *self,
                                               GAsyncResult         *result,
                                               GError              **error);

/* Gives the code back. Returns why it cannot leave, or %NULL if it has left. */
void           luminal_host_close_async       (LuminalHost          *self,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
char          *luminal_host_close_finish      (LuminalHost          *self,
                                               GAsyncResult         *result);

/* The running photon itself, where it lives in this process. */
LuminalPhoton *luminal_host_get_instance      (LuminalHost          *self,
                                               const char           *class_name);

/* Whether it executes in another process than this one. */
gboolean       luminal_host_is_apart          (LuminalHost          *self);
/* The process it executes in; 0: this one, or none. */
int            luminal_host_get_pid           (LuminalHost          *self);
/* How that process ended; %NULL if it did not end of itself. */
LuminalCrash  *luminal_host_get_crash         (LuminalHost          *self);

void           luminal_host_emit_crashed      (LuminalHost          *self);
void           luminal_host_emit_output       (LuminalHost          *self,
                                               const char           *class_name,
                                               LuminalStream         stream,
                                               const char           *text);

G_END_DECLS
