/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "luminal-watcher.h"

G_BEGIN_DECLS

/* What a watcher reports, in words of its own: "+x" for changed, "?x" for new rights, "-x" for
 * vanished, "x=y" for renamed, "<" and ">" around a look through the whole folder. Of files
 * named mark… it is only counted. */
typedef struct
{
  char *root;
  char *folder;
  LuminalWatcher *watcher;
  GString *log;
  guint n_marks;
  guint n_rescans;
  GFileMonitor *own; /* hears of marks too */
  guint late;
} Watch;

#define until(condition)                                                                           \
  G_STMT_START                                                                                     \
    {                                                                                              \
      guint deadline_ = g_timeout_add_seconds (60, watch_give_up, (gpointer) #condition);          \
                                                                                                   \
      while (!(condition))                                                                         \
        g_main_context_iteration (NULL, TRUE);                                                     \
      g_source_remove (deadline_);                                                                 \
    }                                                                                              \
  G_STMT_END

gboolean watch_give_up (gpointer       what);

/* Has a folder of its own; with @recursive the folders in it count too. */
void     watch_add     (const char    *path,
                        gboolean       recursive,
                        void         (*test) (Watch        *watch,
                                              gconstpointer data));

char    *path_of       (Watch         *watch,
                        const char    *name);
void     put           (Watch         *watch,
                        const char    *name,
                        const char    *text);
void     make_folder   (Watch         *watch,
                        const char    *name);
void     delete        (Watch         *watch,
                        const char    *name);
void     move          (Watch         *watch,
                        const char    *from,
                        const char    *to);

void     keep_result   (GObject       *source_object,
                        GAsyncResult  *result,
                        gpointer       user_data);
/* Returns what is there, with a blank after each. */
char    *start         (Watch         *watch,
                        GError       **error);
void     start_with    (Watch         *watch,
                        const char    *expected);
/* All that was done before has been reported once what is done last is. */
void     expect        (Watch         *watch,
                        const char    *log);

G_END_DECLS
