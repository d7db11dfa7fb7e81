/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

/* The standard output of the process, line by line and never held back. It is
 * kept on a descriptor of its own: photons that live in this process may write
 * to the standard output as well, and with an exclusive output what they write
 * goes to the standard error instead of between two lines. */
struct _CtlOutput
{
  GObject parent_instance;

  int fd;
  gboolean closed;
  gboolean failed;
};

G_DEFINE_FINAL_TYPE (CtlOutput, ctl_output, G_TYPE_OBJECT)

static void
ctl_output_finalize (GObject *object)
{
  CtlOutput *self = CTL_OUTPUT (object);

  if (self->fd >= 0)
    g_close (self->fd, NULL);

  G_OBJECT_CLASS (ctl_output_parent_class)->finalize (object);
}

static void
ctl_output_class_init (CtlOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ctl_output_finalize;
}

static void
ctl_output_init (CtlOutput *self)
{
  self->fd = -1;
}

CtlOutput *
ctl_output_new (gboolean exclusive)
{
  CtlOutput *self = g_object_new (CTL_TYPE_OUTPUT, NULL);

  self->fd = fcntl (STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (self->fd < 0)
    self->failed = TRUE;

  if (exclusive)
    dup2 (STDERR_FILENO, STDOUT_FILENO);

  return self;
}

static gboolean
write_all (int         fd,
           const char *data,
           gsize       length)
{
  while (length > 0)
    {
      gssize written = write (fd, data, length);

      if (written >= 0)
        {
          data += written;
          length -= written;
        }
      else if (errno == EAGAIN)
        {
          /* Whoever shares the terminal may have made it non-blocking. */
          struct pollfd pollfd = { .fd = fd, .events = POLLOUT };

          poll (&pollfd, 1, -1);
        }
      else if (errno != EINTR)
        {
          return FALSE;
        }
    }

  return TRUE;
}

/* @line has no newline of its own at the end. */
void
ctl_output_write_line (CtlOutput  *self,
                       const char *line)
{
  g_autofree char *text = NULL;

  g_return_if_fail (CTL_IS_OUTPUT (self));
  g_return_if_fail (line != NULL);

  if (self->closed || self->failed)
    return;

  text = g_strconcat (line, "\n", NULL);
  if (write_all (self->fd, text, strlen (text)))
    return;

  if (errno == EPIPE)
    {
      self->closed = TRUE;
    }
  else
    {
      g_printerr (_("luminalctl: cannot write the output: %s\n"), g_strerror (errno));
      self->failed = TRUE;
    }
}

/* For those who want to know when nobody reads any more. */
int
ctl_output_get_fd (CtlOutput *self)
{
  g_return_val_if_fail (CTL_IS_OUTPUT (self), -1);

  return self->fd;
}

gboolean
ctl_output_is_tty (CtlOutput *self)
{
  g_return_val_if_fail (CTL_IS_OUTPUT (self), FALSE);

  return isatty (self->fd);
}

/* Whether a line was lost. A reader that went away is no failure: it had all it
 * wanted. */
gboolean
ctl_output_get_failed (CtlOutput *self)
{
  g_return_val_if_fail (CTL_IS_OUTPUT (self), FALSE);

  return self->failed;
}

/* To be called first of all. A standard descriptor that is closed would be
 * given to the next file that is opened, and a photon's printf() would write
 * into it. And a pipe that nobody reads must not end the process before its
 * photons could. */
void
ctl_output_prepare_process (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    {
      if (fcntl (fd, F_GETFD) < 0 && errno == EBADF)
        g_open ("/dev/null", O_RDWR, 0);
    }

  signal (SIGPIPE, SIG_IGN);
}
