/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "packet.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_FDS 8

typedef union
{
  struct cmsghdr header;
  char bytes[CMSG_SPACE (sizeof (int) * MOST_FDS)];
} Control;

struct _Packet
{
  gsize size;
  int fd;
  guint8 bytes[];
};

Packet *
packet_new (gconstpointer bytes,
            gsize         size,
            int           fd)
{
  Packet *packet = g_malloc (sizeof (Packet) + size);

  packet->size = size;
  packet->fd = fd;
  memcpy (packet->bytes, bytes, size);
  return packet;
}

void
packet_free (gpointer data)
{
  Packet *packet = data;

  if (packet->fd >= 0)
    close (packet->fd);
  g_free (packet);
}

PacketResult
packet_send (Packet *packet,
             int     socket)
{
  struct iovec vector = { packet->bytes, packet->size };
  struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };
  Control control = { .bytes = { 0 } };
  ssize_t sent;

  if (packet->fd >= 0)
    {
      message.msg_control = &control;
      message.msg_controllen = CMSG_SPACE (sizeof (int));
      control.header.cmsg_level = SOL_SOCKET;
      control.header.cmsg_type = SCM_RIGHTS;
      control.header.cmsg_len = CMSG_LEN (sizeof (int));
      memcpy (CMSG_DATA (&control.header), &packet->fd, sizeof (int));
    }

  do
    sent = sendmsg (socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);

  if (sent < 0 && errno == ETOOMANYREFS && packet->fd >= 0)
    {
      /* More descriptors are on their way than one user may have: it goes without. */
      close (packet->fd);
      packet->fd = -1;
      return packet_send (packet, socket);
    }

  if (sent >= 0)
    return PACKET_SENT;
  return errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM ? PACKET_LATER : PACKET_FAILED;
}

static void
take_fds (struct msghdr *message,
          int           *fds,
          guint          most_fds,
          guint         *n_fds)
{
  for (struct cmsghdr *header = CMSG_FIRSTHDR (message); header != NULL; header = CMSG_NXTHDR (message, header))
    {
      gsize n;

      if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
        continue;
      n = (header->cmsg_len - CMSG_LEN (0)) / sizeof (int);
      for (gsize i = 0; i < n; i++)
        {
          int fd;

          memcpy (&fd, CMSG_DATA (header) + i * sizeof fd, sizeof fd);
          if (*n_fds < most_fds)
            fds[(*n_fds)++] = fd;
          else
            close (fd);
        }
    }
}

gssize
packet_receive (int       socket,
                gpointer  bytes,
                gsize     size,
                int      *fds,
                guint     most_fds,
                guint    *n_fds)
{
  struct iovec vector = { bytes, size };
  Control control;
  struct msghdr message = {
    .msg_iov = &vector,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = sizeof control,
  };
  ssize_t received = recvmsg (socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC | MSG_TRUNC);

  *n_fds = 0;
  if (received > 0)
    take_fds (&message, fds, most_fds, n_fds);
  else if (received < 0 && errno != EAGAIN && errno != EINTR)
    return 0;

  return received;
}
