/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What goes out by a socket, in pieces as it has room: bytes, each with a descriptor or none. */
typedef struct _LuminalOutbox LuminalOutbox;

/* @fd stays the caller's, who closes this before it. */
LuminalOutbox *luminal_outbox_new   (int            fd,
                                     GMainContext  *context);
void           luminal_outbox_free  (LuminalOutbox *self);

/* Takes @bytes, and @descriptor, which can be -1. */
void           luminal_outbox_put   (LuminalOutbox *self,
                                     guint8        *bytes,
                                     gsize          size,
                                     int            descriptor);
/* Waits until all is out, or the socket is of no use. */
void           luminal_outbox_flush (LuminalOutbox *self);
/* Nothing goes out any more. */
void           luminal_outbox_close (LuminalOutbox *self);

G_END_DECLS
