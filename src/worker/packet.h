/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* A message to the manager, until it can be sent. */
typedef struct _Packet Packet;

typedef enum
{
  PACKET_SENT,
  PACKET_LATER,
  PACKET_FAILED,
} PacketResult;

/* Takes @fd, which can be -1. */
Packet       *packet_new     (gconstpointer  bytes,
                              gsize          size,
                              int            fd);
void          packet_free    (gpointer       packet);
PacketResult  packet_send    (Packet        *packet,
                              int            socket);

/* Returns its size, which is more than @size if that was not enough, 0 at the end and
 * -1 if none can be had now. There are no more than @most_fds descriptors, and fewer
 * than were sent if this process can have no more. */
gssize        packet_receive (int            socket,
                              gpointer       bytes,
                              gsize          size,
                              int           *fds,
                              guint          most_fds,
                              guint         *n_fds);

G_END_DECLS
