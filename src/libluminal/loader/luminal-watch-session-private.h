/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-dependency-watch.h"
#include "luminal-watch-cycle.h"
#include "luminal-watch-session.h"
#include "luminal-watcher.h"

G_BEGIN_DECLS

struct _LuminalWatchSession
{
  GObject parent_instance;

  LuminalRegistry *registry;
  LuminalOperations *operations;
  LuminalWatcher *watcher;
  LuminalDependencyWatch *dependencies;
  GType photon_base;
  GStrv other_classes;
  guint grace_time;

  GHashTable *nameless; /* paths whose photons' names were taken */
  GHashTable *files;    /* path → WatchedFile, while something is to be done about it */
  GHashTable *noticed;  /* path → what changed while only a look was wanted */
  guint n_busy;      /* operations, vanished files in their grace time, scans */
  guint n_operations;
  gboolean is_stopped;
  gboolean is_notice_only;

  GTask *starting;
  guint n_first;
  GPtrArray *stopping; /* of GTask */

  LuminalWatchCycle cycle;
};

typedef struct
{
  LuminalWatchSession *session;
  char *path;
  GCancellable *cancellable; /* of the operation under way */
  gboolean is_outdated;      /* it changed again meanwhile */
  gboolean has_new_rights;   /* the same, of its rights and such alone */
  gboolean is_first;
  GSource *grace;
} WatchedFile;

void     luminal_watch_session_file_changed     (LuminalWatchSession    *self,
                                                 const char             *path,
                                                 gboolean                only_attributes,
                                                 LuminalWatcher         *watcher);
void     luminal_watch_session_file_vanished    (LuminalWatchSession    *self,
                                                 const char             *path,
                                                 LuminalWatcher         *watcher);
/* @to: none: nothing is loaded after it */
void     luminal_watch_session_unload_then_load (LuminalWatchSession    *self,
                                                 const char             *from,
                                                 const char             *to);

/* Something was told of the module at @path. */
void     luminal_watch_source_follow            (LuminalWatchSession    *self,
                                                 LuminalEvent           *event,
                                                 const char             *path);
void     luminal_watch_source_part_left         (LuminalWatchSession    *self,
                                                 const char             *path,
                                                 LuminalDependencyWatch *dependencies);
gboolean luminal_watch_source_is_passed_over    (LuminalWatchSession    *self,
                                                 const char             *path);
/* @path was loaded, or was not because of @error. */
void     luminal_watch_source_choose_beside     (LuminalWatchSession    *self,
                                                 const char             *path,
                                                 const GError           *error);
void     luminal_watch_source_bring_back_beside (LuminalWatchSession    *self,
                                                 const char             *path);

void     luminal_watch_notice_free              (gpointer                data);
void     luminal_watch_notice_changed           (LuminalWatchSession    *self,
                                                 const char             *path);
void     luminal_watch_notice_outdated          (LuminalWatchSession    *self,
                                                 const char             *path);
void     luminal_watch_notice_vanished          (LuminalWatchSession    *self,
                                                 const char             *path);
void     luminal_watch_notice_check             (LuminalWatchSession    *self,
                                                 LuminalEventKind        kind,
                                                 const char             *path);
void     luminal_watch_notice_act               (LuminalWatchSession    *self);

G_END_DECLS
