/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-scanner.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_POLL (luminal_poll_get_type ())

/* Looks at files and folders every two seconds, where nobody tells of their changes. It
 * looks at their stamps, in a thread, and into none of them. Nobody says either when a
 * writer has finished: what changed counts once it is the same at a second look. */
G_DECLARE_FINAL_TYPE (LuminalPoll, luminal_poll, LUMINAL, POLL, GObject)

typedef struct
{
  /* Returns what is known: path → LuminalStamp, all zero for what is not there. */
  GHashTable *(*collect) (gpointer            owner);
  /* @stamp: NULL: it is gone. The owner has to know it from now on. */
  void        (*found)   (gpointer            owner,
                          const char         *path,
                          const LuminalStamp *stamp);
  /* All of a look was told. There is a watch left for the folder asked about. */
  void        (*room)    (gpointer            owner);
} LuminalPollMethods;

/* @methods: kept; the owner stops it before it goes. */
LuminalPoll *luminal_poll_new     (const LuminalPollMethods *methods,
                                   gpointer                  owner);
void         luminal_poll_start   (LuminalPoll              *self);
void         luminal_poll_stop    (LuminalPoll              *self);
gboolean     luminal_poll_is_on   (LuminalPoll              *self);
/* @folder: NULL: none */
void         luminal_poll_ask_for_room (LuminalPoll         *self,
                                   const char               *folder);
/* Whether @path was seen like that before. If not, it is looked at again soon. */
gboolean     luminal_poll_settled (LuminalPoll              *self,
                                   const char               *path,
                                   const LuminalStamp       *stamp);

/* For what collects: as much of @known as is in @stamps. */
void         luminal_poll_add_known (GHashTable             *known,
                                     GHashTable             *stamps);

G_END_DECLS
