/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-operations.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_WATCH_SESSION (luminal_watch_session_get_type ())

/* From the first scan of a folder until nobody follows it any more: turns what the
 * watcher reports into operations, one at a time for each file.
 *
 * Signal `settled (GStrv loaded, GStrv reloaded, GStrv failed, GStrv unloaded)`: all
 * that the last changes asked for is done.
 * Signal `polling ()`: luminal_watch_session_get_silence() has changed. */
G_DECLARE_FINAL_TYPE (LuminalWatchSession, luminal_watch_session, LUMINAL, WATCH_SESSION, GObject)

LuminalWatchSession *luminal_watch_session_new            (LuminalRegistry      *registry,
                                                           LuminalOperations    *operations,
                                                           const char           *path,
                                                           gboolean              recursive,
                                                           GType                 photon_base,
                                                           const char *const    *other_classes);
void                 luminal_watch_session_set_grace_time (LuminalWatchSession  *self,
                                                           guint                 milliseconds);
/* Whether changes are only told of, from now on; when no longer, they are put to work. */
void                 luminal_watch_session_set_notice_only (LuminalWatchSession *self,
                                                           gboolean              notice_only);
/* Why nobody tells of changes, so that the folder is looked at every two seconds; NULL:
 * somebody does. */
const char          *luminal_watch_session_get_silence    (LuminalWatchSession  *self);
/* Ends when what is there has been loaded and started, or has failed. */
void                 luminal_watch_session_start_async    (LuminalWatchSession  *self,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
gboolean             luminal_watch_session_start_finish   (LuminalWatchSession  *self,
                                                           GAsyncResult         *result,
                                                           GError              **error);
void                 luminal_watch_session_stop_async     (LuminalWatchSession  *self,
                                                           gboolean              halt,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
void                 luminal_watch_session_stop_finish    (LuminalWatchSession  *self,
                                                           GAsyncResult         *result);

G_END_DECLS
