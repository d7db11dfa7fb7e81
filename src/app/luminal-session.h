/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <luminal.h>

#include "luminal-output-book.h"
#include "luminal-roster.h"

G_BEGIN_DECLS

/**
 * LuminalSessionState:
 * @LUMINAL_SESSION_NO_FOLDER: nothing was opened yet
 * @LUMINAL_SESSION_SCANNING: the photons of the folder are being loaded
 * @LUMINAL_SESSION_READY: there are photons
 * @LUMINAL_SESSION_EMPTY: the folder is there, and holds no photon
 * @LUMINAL_SESSION_UNAVAILABLE: the folder cannot be used; the error says why
 *
 * What there is to be seen of a folder.
 */
typedef enum
{
  LUMINAL_SESSION_NO_FOLDER,
  LUMINAL_SESSION_SCANNING,
  LUMINAL_SESSION_READY,
  LUMINAL_SESSION_EMPTY,
  LUMINAL_SESSION_UNAVAILABLE,
} LuminalSessionState;

#define LUMINAL_TYPE_SESSION (luminal_session_get_type ())

G_DECLARE_FINAL_TYPE (LuminalSession, luminal_session, LUMINAL, SESSION, GObject)

LuminalSession      *luminal_session_new            (void);

LuminalLoader       *luminal_session_get_loader     (LuminalSession      *self);
LuminalRoster       *luminal_session_get_roster     (LuminalSession      *self);
LuminalOutputBook   *luminal_session_get_outputs    (LuminalSession      *self);
GFile               *luminal_session_get_folder     (LuminalSession      *self);
LuminalSessionState  luminal_session_get_state      (LuminalSession      *self);
const GError        *luminal_session_get_error      (LuminalSession      *self);
gboolean             luminal_session_get_watching   (LuminalSession      *self);
gboolean             luminal_session_get_watch_lost (LuminalSession      *self);
gboolean             luminal_session_get_operating  (LuminalSession      *self);
gboolean             luminal_session_get_watch      (LuminalSession      *self);
void                 luminal_session_set_watch      (LuminalSession      *self,
                                                     gboolean             watch);

void                 luminal_session_open           (LuminalSession      *self,
                                                     GFile               *folder,
                                                     gboolean             recursive);
void                 luminal_session_retry          (LuminalSession      *self);
void                 luminal_session_cancel         (LuminalSession      *self);
void                 luminal_session_close_async    (LuminalSession      *self,
                                                     GAsyncReadyCallback  callback,
                                                     gpointer             user_data);
gboolean             luminal_session_close_finish   (LuminalSession      *self,
                                                     GAsyncResult        *result,
                                                     GError             **error);

void                 luminal_session_start          (LuminalSession      *self,
                                                     LuminalHandler      *handler);
void                 luminal_session_stop           (LuminalSession      *self,
                                                     LuminalHandler      *handler);
void                 luminal_session_reload         (LuminalSession      *self,
                                                     LuminalHandler      *handler);
void                 luminal_session_revert         (LuminalSession      *self,
                                                     LuminalHandler      *handler,
                                                     guint                generation);
void                 luminal_session_reload_each    (LuminalSession      *self,
                                                     GListModel          *photons,
                                                     gboolean           (*wanted) (LuminalHandler *handler));
void                 luminal_session_reload_several (LuminalSession      *self,
                                                     GPtrArray           *handlers);
void                 luminal_session_start_several  (LuminalSession      *self,
                                                     GPtrArray           *handlers);
void                 luminal_session_stop_several   (LuminalSession      *self,
                                                     GPtrArray           *handlers);
void                 luminal_session_unload_several (LuminalSession      *self,
                                                     GPtrArray           *handlers);
void                 luminal_session_force_stop     (LuminalSession      *self,
                                                     LuminalHandler      *handler);
void                 luminal_session_unload         (LuminalSession      *self,
                                                     LuminalHandler      *handler);
void                 luminal_session_load           (LuminalSession      *self,
                                                     GFile               *file);

G_END_DECLS
