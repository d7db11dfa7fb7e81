/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-outbox.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luminal-clear-source.h"

struct _LuminalOutbox
{
  int fd;
  GMainContext *context;
  GQueue unsent; /* of Outgoing */
  GSource *writable;
};

typedef struct
{
  guint8 *bytes;
  gsize size;
  gsize written;
  int fd;
} Outgoing;

static void
outgoing_free (Outgoing *outgoing)
{
  if (outgoing->fd >= 0)
    close (outgoing->fd);
  g_free (outgoing->bytes);
  g_free (outgoing);
}

LuminalOutbox *
luminal_outbox_new (int           fd,
                    GMainContext *context)
{
  LuminalOutbox *self = g_new0 (LuminalOutbox, 1);

  self->fd = fd;
  self->context = g_main_context_ref (context);
  g_queue_init (&self->unsent);
  return self;
}

void
luminal_outbox_close (LuminalOutbox *self)
{
  luminal_clear_source (&self->writable);
  g_queue_clear_full (&self->unsent, (GDestroyNotify) outgoing_free);
}

void
luminal_outbox_free (LuminalOutbox *self)
{
  luminal_outbox_close (self);
  g_main_context_unref (self->context);
  g_free (self);
}

/* Returns whether all of it is out. */
static gboolean
write_some (LuminalOutbox *self,
            Outgoing      *outgoing)
{
  while (outgoing->written < outgoing->size)
    {
      struct iovec part = { outgoing->bytes + outgoing->written, outgoing->size - outgoing->written };
      union
      {
        struct cmsghdr header;
        char space[CMSG_SPACE (sizeof (int))];
      } control = { .space = { 0 } }; /* the padding is sent too */
      struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
      ssize_t n;

      if (outgoing->fd >= 0)
        {
          message.msg_control = &control;
          message.msg_controllen = sizeof control;
          control.header = (struct cmsghdr) { .cmsg_len = CMSG_LEN (sizeof (int)),
                                              .cmsg_level = SOL_SOCKET,
                                              .cmsg_type = SCM_RIGHTS };
          memcpy (CMSG_DATA (&control.header), &outgoing->fd, sizeof (int));
        }

      n = sendmsg (self->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;

      outgoing->written += (gsize) n;
      if (outgoing->fd >= 0)
        close (g_steal_fd (&outgoing->fd));
    }

  return TRUE;
}

static gboolean can_write (int          fd,
                           GIOCondition condition,
                           gpointer     user_data);

static void
write_unsent (LuminalOutbox *self)
{
  Outgoing *outgoing;

  while ((outgoing = g_queue_peek_head (&self->unsent)) != NULL && write_some (self, outgoing))
    outgoing_free (g_queue_pop_head (&self->unsent));

  /* That it was closed is seen when it is read. */
  if (outgoing == NULL || (errno != EAGAIN && errno != ENOBUFS))
    {
      luminal_clear_source (&self->writable);
    }
  else if (self->writable == NULL)
    {
      self->writable = g_unix_fd_source_new (self->fd, G_IO_OUT);
      g_source_set_static_name (self->writable, "[luminal] to a worker");
      g_source_set_callback (self->writable, G_SOURCE_FUNC (can_write), self, NULL);
      g_source_attach (self->writable, self->context);
    }
}

static gboolean
can_write (int          fd,
           GIOCondition condition,
           gpointer     user_data)
{
  write_unsent (user_data);
  return G_SOURCE_CONTINUE;
}

void
luminal_outbox_put (LuminalOutbox *self,
                    guint8        *bytes,
                    gsize          size,
                    int            descriptor)
{
  Outgoing *outgoing = g_new0 (Outgoing, 1);

  outgoing->bytes = bytes;
  outgoing->size = size;
  outgoing->fd = descriptor;
  g_queue_push_tail (&self->unsent, outgoing);
  if (self->writable == NULL)
    write_unsent (self);
}

void
luminal_outbox_flush (LuminalOutbox *self)
{
  while (!g_queue_is_empty (&self->unsent))
    {
      struct pollfd descriptor = { .fd = self->fd, .events = POLLOUT };

      write_unsent (self);
      if (self->writable == NULL || (poll (&descriptor, 1, -1) < 0 && errno != EINTR))
        return;
    }
}
