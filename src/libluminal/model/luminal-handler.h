/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-crash.h"
#include "luminal-enums.h"
#include "luminal-macros.h"
#include "luminal-photon.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_HANDLER (luminal_handler_get_type ())

LUMINAL_PUBLIC
G_DECLARE_FINAL_TYPE (LuminalHandler, luminal_handler, LUMINAL, HANDLER, GObject)

LUMINAL_PUBLIC const char        *luminal_handler_get_name            (LuminalHandler       *self);
LUMINAL_PUBLIC const char        *luminal_handler_get_class_name      (LuminalHandler       *self);
LUMINAL_PUBLIC GFile             *luminal_handler_get_file            (LuminalHandler       *self);
LUMINAL_PUBLIC const char        *luminal_handler_get_filepath        (LuminalHandler       *self);
LUMINAL_PUBLIC const char        *luminal_handler_get_checksum        (LuminalHandler       *self);
LUMINAL_PUBLIC LuminalStatus      luminal_handler_get_status          (LuminalHandler       *self);
LUMINAL_PUBLIC LuminalPhase       luminal_handler_get_phase           (LuminalHandler       *self);
LUMINAL_PUBLIC guint              luminal_handler_get_generation      (LuminalHandler       *self);
LUMINAL_PUBLIC gint64             luminal_handler_get_duration        (LuminalHandler       *self);
LUMINAL_PUBLIC gint64             luminal_handler_get_started_at      (LuminalHandler       *self);
LUMINAL_PUBLIC const GError      *luminal_handler_get_error           (LuminalHandler       *self);
LUMINAL_PUBLIC LuminalPhase       luminal_handler_get_failed_phase    (LuminalHandler       *self);
LUMINAL_PUBLIC gboolean           luminal_handler_get_rolled_back     (LuminalHandler       *self);
LUMINAL_PUBLIC gboolean           luminal_handler_get_changed_on_disk (LuminalHandler       *self);
LUMINAL_PUBLIC gboolean           luminal_handler_get_file_missing    (LuminalHandler       *self);
LUMINAL_PUBLIC const char        *luminal_handler_get_pinned          (LuminalHandler       *self);
LUMINAL_PUBLIC const char        *luminal_handler_get_author          (LuminalHandler       *self);
LUMINAL_PUBLIC const char        *luminal_handler_get_version         (LuminalHandler       *self);
LUMINAL_PUBLIC const char        *luminal_handler_get_description     (LuminalHandler       *self);
LUMINAL_PUBLIC const char *const *luminal_handler_get_tags            (LuminalHandler       *self);
LUMINAL_PUBLIC GListModel        *luminal_handler_get_history         (LuminalHandler       *self);
LUMINAL_PUBLIC LuminalPhoton     *luminal_handler_get_instance        (LuminalHandler       *self);
LUMINAL_PUBLIC LuminalCrash      *luminal_handler_get_crash           (LuminalHandler       *self);
LUMINAL_PUBLIC GListModel        *luminal_handler_get_diagnostics     (LuminalHandler       *self);
LUMINAL_PUBLIC GFile             *luminal_handler_get_passed_over     (LuminalHandler       *self);
LUMINAL_PUBLIC int                luminal_handler_get_pid             (LuminalHandler       *self);
LUMINAL_PUBLIC guint64            luminal_handler_get_memory_size     (LuminalHandler       *self);
LUMINAL_PUBLIC gint64             luminal_handler_get_cpu_time        (LuminalHandler       *self);

LUMINAL_PUBLIC void               luminal_handler_track_resources     (LuminalHandler       *self);
LUMINAL_PUBLIC void               luminal_handler_untrack_resources   (LuminalHandler       *self);

LUMINAL_PUBLIC void               luminal_handler_start_async         (LuminalHandler       *self,
                                                                       GCancellable         *cancellable,
                                                                       GAsyncReadyCallback   callback,
                                                                       gpointer              user_data);
LUMINAL_PUBLIC gboolean           luminal_handler_start_finish        (LuminalHandler       *self,
                                                                       GAsyncResult         *result,
                                                                       GError              **error);
LUMINAL_PUBLIC void               luminal_handler_stop_async          (LuminalHandler       *self,
                                                                       gboolean              force_stop,
                                                                       GCancellable         *cancellable,
                                                                       GAsyncReadyCallback   callback,
                                                                       gpointer              user_data);
LUMINAL_PUBLIC gboolean           luminal_handler_stop_finish         (LuminalHandler       *self,
                                                                       GAsyncResult         *result,
                                                                       GError              **error);

G_END_DECLS
