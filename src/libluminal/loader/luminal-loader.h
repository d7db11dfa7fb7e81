/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-enums.h"
#include "luminal-handler.h"
#include "luminal-macros.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_LOADER (luminal_loader_get_type ())

LUMINAL_PUBLIC
G_DECLARE_FINAL_TYPE (LuminalLoader, luminal_loader, LUMINAL, LOADER, GObject)

LUMINAL_PUBLIC LuminalLoader  *luminal_loader_new                         (gboolean              logging,
                                                                           gboolean              suppress_errors);

LUMINAL_PUBLIC gboolean        luminal_loader_get_logging                 (LuminalLoader        *self);
LUMINAL_PUBLIC gboolean        luminal_loader_get_suppress_errors         (LuminalLoader        *self);
LUMINAL_PUBLIC gboolean        luminal_loader_get_watching                (LuminalLoader        *self);
LUMINAL_PUBLIC GFile          *luminal_loader_get_directory               (LuminalLoader        *self);
LUMINAL_PUBLIC gboolean        luminal_loader_get_polling                 (LuminalLoader        *self);
LUMINAL_PUBLIC const char     *luminal_loader_get_polling_reason          (LuminalLoader        *self);
LUMINAL_PUBLIC guint           luminal_loader_get_grace_time              (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_grace_time              (LuminalLoader        *self,
                                                                           guint                 milliseconds);
LUMINAL_PUBLIC gboolean        luminal_loader_get_notice_only             (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_notice_only             (LuminalLoader        *self,
                                                                           gboolean              notice_only);
LUMINAL_PUBLIC guint           luminal_loader_get_probation_time          (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_probation_time          (LuminalLoader        *self,
                                                                           guint                 milliseconds);
LUMINAL_PUBLIC guint           luminal_loader_get_settle_timeout          (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_settle_timeout          (LuminalLoader        *self,
                                                                           guint                 milliseconds);
LUMINAL_PUBLIC const char     *luminal_loader_get_compiler                (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_compiler                (LuminalLoader        *self,
                                                                           const char           *compiler);
LUMINAL_PUBLIC guint           luminal_loader_get_build_timeout           (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_build_timeout           (LuminalLoader        *self,
                                                                           guint                 milliseconds);

LUMINAL_PUBLIC LuminalIsolation luminal_loader_get_isolation               (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_isolation               (LuminalLoader        *self,
                                                                           LuminalIsolation      isolation);
LUMINAL_PUBLIC guint           luminal_loader_get_open_timeout            (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_open_timeout            (LuminalLoader        *self,
                                                                           guint                 open_timeout);
LUMINAL_PUBLIC guint           luminal_loader_get_restore_timeout         (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_restore_timeout         (LuminalLoader        *self,
                                                                           guint                 restore_timeout);
LUMINAL_PUBLIC guint           luminal_loader_get_start_timeout           (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_start_timeout           (LuminalLoader        *self,
                                                                           guint                 start_timeout);
LUMINAL_PUBLIC guint           luminal_loader_get_save_timeout            (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_save_timeout            (LuminalLoader        *self,
                                                                           guint                 save_timeout);
LUMINAL_PUBLIC guint           luminal_loader_get_finalizer_timeout       (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_finalizer_timeout       (LuminalLoader        *self,
                                                                           guint                 finalizer_timeout);
LUMINAL_PUBLIC guint64         luminal_loader_get_memory_limit            (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_memory_limit            (LuminalLoader        *self,
                                                                           guint64               memory_limit);
LUMINAL_PUBLIC guint64         luminal_loader_get_cpu_limit               (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_cpu_limit               (LuminalLoader        *self,
                                                                           guint64               cpu_limit);
LUMINAL_PUBLIC guint           luminal_loader_get_file_limit              (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_file_limit              (LuminalLoader        *self,
                                                                           guint                 file_limit);
LUMINAL_PUBLIC gboolean        luminal_loader_get_no_new_privileges       (LuminalLoader        *self);
LUMINAL_PUBLIC void            luminal_loader_set_no_new_privileges       (LuminalLoader        *self,
                                                                           gboolean              no_new_privileges);

LUMINAL_PUBLIC LuminalHandler *luminal_loader_lookup                      (LuminalLoader        *self,
                                                                           const char           *name);
LUMINAL_PUBLIC GPtrArray      *luminal_loader_lookup_file                 (LuminalLoader        *self,
                                                                           GFile                *file);

LUMINAL_PUBLIC void            luminal_loader_load_photon_async           (LuminalLoader        *self,
                                                                           GFile                *file,
                                                                           GType                 photon_base,
                                                                           const char *const    *other_classes,
                                                                           GCancellable         *cancellable,
                                                                           GAsyncReadyCallback   callback,
                                                                           gpointer              user_data);
LUMINAL_PUBLIC GPtrArray      *luminal_loader_load_photon_finish          (LuminalLoader        *self,
                                                                           GAsyncResult         *result,
                                                                           GError              **error);
LUMINAL_PUBLIC void            luminal_loader_load_photons_async          (LuminalLoader        *self,
                                                                           GFile                *directory,
                                                                           GType                 photon_base,
                                                                           const char *const    *other_classes,
                                                                           gboolean              recursive,
                                                                           GCancellable         *cancellable,
                                                                           GAsyncReadyCallback   callback,
                                                                           gpointer              user_data);
LUMINAL_PUBLIC GPtrArray      *luminal_loader_load_photons_finish         (LuminalLoader        *self,
                                                                           GAsyncResult         *result,
                                                                           GError              **error);

LUMINAL_PUBLIC void            luminal_loader_unload_photon_async         (LuminalLoader        *self,
                                                                           gpointer              photon,
                                                                           gboolean              force_stop,
                                                                           GCancellable         *cancellable,
                                                                           GAsyncReadyCallback   callback,
                                                                           gpointer              user_data);
LUMINAL_PUBLIC GFile          *luminal_loader_unload_photon_finish        (LuminalLoader        *self,
                                                                           GAsyncResult         *result,
                                                                           GError              **error);
LUMINAL_PUBLIC void            luminal_loader_unload_photons_async        (LuminalLoader        *self,
                                                                           GPtrArray            *photons,
                                                                           gboolean              force_stop,
                                                                           GCancellable         *cancellable,
                                                                           GAsyncReadyCallback   callback,
                                                                           gpointer              user_data);
LUMINAL_PUBLIC GPtrArray      *luminal_loader_unload_photons_finish       (LuminalLoader        *self,
                                                                           GAsyncResult         *result,
                                                                           GError              **error);

LUMINAL_PUBLIC void            luminal_loader_reload_photon_async         (LuminalLoader        *self,
                                                                           gpointer              photon,
                                                                           LuminalReloadFlags    flags,
                                                                           GCancellable         *cancellable,
                                                                           GAsyncReadyCallback   callback,
                                                                           gpointer              user_data);
LUMINAL_PUBLIC GPtrArray      *luminal_loader_reload_photon_finish        (LuminalLoader        *self,
                                                                           GAsyncResult         *result,
                                                                           GError              **error);
LUMINAL_PUBLIC void            luminal_loader_reload_photons_async        (LuminalLoader        *self,
                                                                           GPtrArray            *photons,
                                                                           LuminalReloadFlags    flags,
                                                                           GCancellable         *cancellable,
                                                                           GAsyncReadyCallback   callback,
                                                                           gpointer              user_data);
LUMINAL_PUBLIC GPtrArray      *luminal_loader_reload_photons_finish       (LuminalLoader        *self,
                                                                           GAsyncResult         *result,
                                                                           GError              **error);

LUMINAL_PUBLIC void            luminal_loader_revert_photon_async         (LuminalLoader        *self,
                                                                           gpointer              photon,
                                                                           guint                 generation,
                                                                           GCancellable         *cancellable,
                                                                           GAsyncReadyCallback   callback,
                                                                           gpointer              user_data);
LUMINAL_PUBLIC GPtrArray      *luminal_loader_revert_photon_finish        (LuminalLoader        *self,
                                                                           GAsyncResult         *result,
                                                                           GError              **error);

LUMINAL_PUBLIC void            luminal_loader_watch_photons_async         (LuminalLoader        *self,
                                                                           GFile                *directory,
                                                                           GType                 photon_base,
                                                                           const char *const    *other_classes,
                                                                           gboolean              recursive,
                                                                           GCancellable         *cancellable,
                                                                           GAsyncReadyCallback   callback,
                                                                           gpointer              user_data);
LUMINAL_PUBLIC gboolean        luminal_loader_watch_photons_finish        (LuminalLoader        *self,
                                                                           GAsyncResult         *result,
                                                                           GError              **error);
LUMINAL_PUBLIC void            luminal_loader_stop_watching_photons_async (LuminalLoader        *self,
                                                                           gboolean              halt,
                                                                           GCancellable         *cancellable,
                                                                           GAsyncReadyCallback   callback,
                                                                           gpointer              user_data);
LUMINAL_PUBLIC gboolean        luminal_loader_stop_watching_photons_finish (LuminalLoader       *self,
                                                                           GAsyncResult         *result,
                                                                           GError              **error);

G_END_DECLS
