/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "luminal-session.h"

G_BEGIN_DECLS

struct _LuminalSession
{
  GObject parent_instance;

  LuminalLoader *loader;
  LuminalOutputBook *outputs;
  LuminalRoster *roster;
  GFile *folder;
  LuminalSessionState state;
  GError *error;
  gboolean recursive;

  /* wishes */
  gboolean watch;
  gboolean watch_lost;
  gboolean reopen;
  GTask *close_task;

  /* the step under way */
  gboolean busy;
  GCancellable *cancellable;

  /* what was asked of single photons, and can be called off together */
  guint n_operations;
  GCancellable *operations;

  /* whether what was there before is unloaded already, even in vain */
  gboolean left;
  guint probe;

  /* GFiles whose unloading was asked for here, so nobody is surprised */
  GHashTable *unloading;
};

gboolean luminal_session_is_leaving (LuminalSession *self);
GCancellable *luminal_session_begin_operation (LuminalSession *self);
void     luminal_session_end_operation (LuminalSession *self);
void     luminal_session_report     (LuminalSession *self,
                                     const char     *name,
                                     GError         *error);
void     luminal_session_tell_stopped (LuminalSession *self,
                                       LuminalHandler *handler);
void     luminal_session_start_each (LuminalSession *self,
                                     GPtrArray      *handlers);

G_END_DECLS
