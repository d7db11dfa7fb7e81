/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-poller.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <sys/epoll.h>
#include <unistd.h>

struct _LuminalPoller
{
  GSource parent;
  int epoll_fd;
  guint n_users;
};

static gboolean
dispatch (GSource    *source,
          GSourceFunc callback,
          gpointer    user_data)
{
  LuminalPoller *self = (LuminalPoller *) source;
  struct epoll_event event;

  /* One at a time: whoever hears of it may take others away. The kernel gives each
   * its turn. */
  if (epoll_wait (self->epoll_fd, &event, 1, 0) == 1)
    {
      LuminalPollerWatch *watch = event.data.ptr;

      watch->func (watch->user_data);
    }

  return G_SOURCE_CONTINUE;
}

static void
finalize (GSource *source)
{
  LuminalPoller *self = (LuminalPoller *) source;

  if (self->epoll_fd >= 0)
    close (self->epoll_fd);
}

static GSourceFuncs funcs = { .dispatch = dispatch, .finalize = finalize };

static gboolean
fail (GError **error)
{
  int saved_errno = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno), _("a worker cannot be listened to: %s"),
               g_strerror (saved_errno));
  return FALSE;
}

LuminalPoller *
luminal_poller_acquire (int      priority,
                        GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  GSource *source = g_main_context_find_source_by_funcs_user_data (context, &funcs, GINT_TO_POINTER (priority));
  LuminalPoller *self;

  if (source != NULL)
    {
      self = (LuminalPoller *) source;
      self->n_users++;
      return self;
    }

  source = g_source_new (&funcs, sizeof (LuminalPoller));
  self = (LuminalPoller *) source;
  self->n_users = 1;
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll_fd < 0)
    {
      fail (error);
      g_source_unref (source);
      return NULL;
    }

  g_source_set_static_name (source, "[luminal] workers");
  g_source_set_priority (source, priority);
  /* By which the next one finds it. */
  g_source_set_callback (source, NULL, GINT_TO_POINTER (priority), NULL);
  g_source_add_unix_fd (source, self->epoll_fd, G_IO_IN);
  g_source_attach (source, context);

  return self;
}

void
luminal_poller_release (LuminalPoller *self)
{
  if (--self->n_users > 0)
    return;

  g_source_destroy (&self->parent);
  g_source_unref (&self->parent);
}

gboolean
luminal_poller_add (LuminalPoller      *self,
                    int                 fd,
                    LuminalPollerWatch *watch,
                    GError            **error)
{
  struct epoll_event event = { EPOLLIN | EPOLLONESHOT, { .ptr = watch } };

  return epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0 || fail (error);
}

/* Cannot fail: the kernel has all it needs. */
void
luminal_poller_again (LuminalPoller      *self,
                      int                 fd,
                      LuminalPollerWatch *watch)
{
  struct epoll_event event = { EPOLLIN | EPOLLONESHOT, { .ptr = watch } };

  epoll_ctl (self->epoll_fd, EPOLL_CTL_MOD, fd, &event);
}

void
luminal_poller_remove (LuminalPoller *self,
                       int            fd)
{
  epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
}
