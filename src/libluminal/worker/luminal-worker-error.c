/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-worker-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "luminal-error-private.h"

static const char *
get_advice (int saved_errno)
{
  switch (saved_errno)
    {
    case EMFILE:
      return _(". Raise the limit of open files (ulimit -n), or load fewer modules");
    case ENFILE:
      return _(". The whole system is out of them: raise fs.file-max");
    case ETOOMANYREFS:
      return _(". Raise the limit of open files (ulimit -n)");
    case EAGAIN:
      return _(". The limit of processes is reached: end some, or raise it (ulimit -u, pids.max)");
    case ENOMEM:
      return _(". The system is out of memory: end some programs");
    default:
      return "";
    }
}

GError *
luminal_worker_error_new (int         saved_errno,
                          const char *what)
{
  return g_error_new (LUMINAL_ERROR, LUMINAL_ERROR_WORKER_UNAVAILABLE, "%s: %s%s",
                      what, g_strerror (saved_errno), get_advice (saved_errno));
}

GError *
luminal_worker_error_about_program (const char *path,
                                    const char *format,
                                    ...)
{
  g_autofree char *shown = luminal_display_path (path);
  g_autofree char *cause = NULL;
  va_list args;

  va_start (args, format);
  cause = g_strdup_vprintf (format, args);
  va_end (args);

  return g_error_new (LUMINAL_ERROR, LUMINAL_ERROR_WORKER_UNAVAILABLE,
                      _("the worker program %s %s. Install Luminal again, or set LUMINAL_WORKER to the path of "
                        "luminal-worker %s"), shown, cause, PACKAGE_VERSION);
}

gboolean
luminal_worker_check_descriptors (guint    n,
                                  GError **error)
{
  g_autofree int *fds = g_new (int, n);
  int saved_errno = 0;
  guint n_opened;

  for (n_opened = 0; n_opened < n; n_opened++)
    {
      fds[n_opened] = open ("/", O_PATH | O_CLOEXEC);
      saved_errno = errno;
      if (fds[n_opened] < 0)
        break;
    }

  for (guint i = 0; i < n_opened; i++)
    close (fds[i]);

  if (n_opened == n)
    return TRUE;

  g_propagate_error (error, luminal_worker_error_new (saved_errno, _("no descriptors for a worker")));
  return FALSE;
}
