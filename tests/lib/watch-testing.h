/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <luminal.h>

#include "isolation-testing.h"
#include "process-testing.h"

G_BEGIN_DECLS

/* A folder that is watched, and what the loader told of it. */
typedef struct
{
  char *root;    /* all that the test writes is below it */
  char *folder;  /* what is watched */
  char *outside; /* on the same disk, and nobody looks there */
  char *mark;    /* of all processes */
  LuminalLoader *loader;

  GPtrArray *events;
  GHashTable *said; /* name of a photon → what it said last */
  guint n_barriers;
  guint n_observed;
  gboolean is_settled; /* nothing was told since the last cycle ended */
  char *observed[4];   /* by that cycle: loaded, reloaded, failed, unloaded */
} Watch;

void            watch_set_up          (Watch             *watch,
                                       gconstpointer      data);
void            watch_tear_down       (Watch             *watch,
                                       gconstpointer      data);
/* A program that ends and one that begins, as far as the loader goes. */
void            watch_make_loader     (Watch             *watch);
void            watch_drop_loader     (Watch             *watch);

char           *watch_path            (Watch             *watch,
                                       const char        *name);
char           *watch_outside         (Watch             *watch,
                                       const char        *name);

void            watch_begin           (Watch             *watch,
                                       gboolean           recursive);
/* Begins a watch of the folder, and does not wait for it. */
void            watch_begin_async     (Watch             *watch,
                                       GCancellable      *cancellable,
                                       GAsyncResult     **result);
void            watch_note_result     (GObject           *source_object,
                                       GAsyncResult      *result,
                                       gpointer           user_data);
gboolean        watch_try             (Watch             *watch,
                                       const char        *path,
                                       gboolean           recursive,
                                       GCancellable      *cancellable,
                                       GError           **error);
gboolean        watch_end             (Watch             *watch,
                                       gboolean           halt,
                                       GError           **error);

/* Content that is a photon "Number 00007" and says "content 00003" when it
 * starts. */
GBytes         *watch_content         (guint              number,
                                       guint              content);
GBytes         *watch_fixture         (const char        *name);

/* The ways a file gets its content: written where it is, or moved there whole. */
void            watch_write           (const char        *path,
                                       GBytes            *content);
void            watch_replace         (Watch             *watch,
                                       const char        *path,
                                       GBytes            *content);
void            watch_write_content   (Watch             *watch,
                                       const char        *name,
                                       guint              number,
                                       guint              content);
void            watch_replace_content (Watch             *watch,
                                       const char        *name,
                                       guint              number,
                                       guint              content);
void            watch_run             (const char        *program,
                                       ...) G_GNUC_NULL_TERMINATED;

LuminalHandler *watch_handler         (Watch             *watch,
                                       guint              number);
gboolean        watch_says            (Watch             *watch,
                                       guint              number,
                                       guint              content);
guint           watch_count           (Watch             *watch,
                                       LuminalEventKind   kind,
                                       const char        *photon);
LuminalEvent   *watch_last            (Watch             *watch,
                                       LuminalEventKind   kind);
void            watch_forget          (Watch             *watch);

/* All that happened in the folder so far has been dealt with, when this returns:
 * it waits for a module that is written last. */
void            watch_barrier         (Watch             *watch);

/* Waits for what is to become true, never for a time: after a minute it is not
 * going to. */
gboolean        watch_give_up         (gpointer           what);

#define watch_until(condition)                                                                     \
  G_STMT_START                                                                                     \
    {                                                                                              \
      guint deadline_ = g_timeout_add_seconds (60, watch_give_up, (gpointer) #condition);          \
                                                                                                   \
      while (!(condition))                                                                         \
        g_main_context_iteration (NULL, TRUE);                                                     \
      g_source_remove (deadline_);                                                                 \
    }                                                                                              \
  G_STMT_END

/* The same, and every operation that was under way has ended. */
#define watch_until_settled(watch, condition)                                                      \
  watch_until ((watch)->is_settled && (condition))

G_END_DECLS
