/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-open.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "luminal-error-private.h"

static GError *
error_from_errno (const char *path,
                  int         saved_errno)
{
  struct stat link_stat;

  switch (saved_errno)
    {
    case ENOENT:
      if (lstat (path, &link_stat) == 0 && S_ISLNK (link_stat.st_mode))
        return luminal_error_new (LUMINAL_ERROR_PHOTON_NOT_FOUND, path, LUMINAL_PHASE_READ,
                                  _("it is a link that leads nowhere. Restore the file it points to, "
                                    "or remove the link"));
      return luminal_error_new (LUMINAL_ERROR_PHOTON_NOT_FOUND, path, LUMINAL_PHASE_READ,
                                _("there is no such file. Check the path"));

    case ENOTDIR:
    case ENAMETOOLONG:
      return luminal_error_new (LUMINAL_ERROR_PHOTON_NOT_FOUND, path, LUMINAL_PHASE_READ,
                                _("there can be no such file: %s. Check the path"),
                                g_strerror (saved_errno));

    case ELOOP:
      return luminal_error_new (LUMINAL_ERROR_PHOTON_NOT_FOUND, path, LUMINAL_PHASE_READ,
                                _("it is a link that leads back to itself. Remove the link"));

    case EACCES:
    case EPERM:
      return luminal_error_new (LUMINAL_ERROR_UNREADABLE, path, LUMINAL_PHASE_READ,
                                _("%s. Give yourself the right to read the file and its folder"),
                                g_strerror (saved_errno));

    default:
      return luminal_error_new (LUMINAL_ERROR_UNREADABLE, path, LUMINAL_PHASE_READ,
                                "%s", g_strerror (saved_errno));
    }
}

static const char *
name_of_kind (mode_t mode)
{
  if (S_ISFIFO (mode))
    return _("a named pipe");
  if (S_ISSOCK (mode))
    return _("a socket");
  if (S_ISCHR (mode) || S_ISBLK (mode))
    return _("a device");
  return _("no regular file");
}

static gboolean
check_kind (const char        *path,
            const struct stat *file_stat,
            GError           **error)
{
  if (S_ISDIR (file_stat->st_mode))
    g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_PHOTON_NOT_FOUND, path,
                                                 LUMINAL_PHASE_READ,
                                                 _("it is a folder. Name a module file in it")));
  else if (!S_ISREG (file_stat->st_mode))
    g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_INVALID_MODULE, path,
                                                 LUMINAL_PHASE_READ,
                                                 _("it is %s, which is never opened. A module is a "
                                                   "regular file"),
                                                 name_of_kind (file_stat->st_mode)));
  else if (file_stat->st_size > LUMINAL_MODULE_SIZE_MAX)
    g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_INVALID_MODULE, path,
                                                 LUMINAL_PHASE_READ,
                                                 _("it is larger than the %d MiB that a module may "
                                                   "have. Keep large data in files of their own"),
                                                 LUMINAL_MODULE_SIZE_MAX / (1024 * 1024)));
  else
    return TRUE;

  return FALSE;
}

/* Opens @path for reading if it is a regular file of sensible size, or a link
 * to one. Opening a pipe can block and opening a device can do anything, so
 * those are told apart before; should one take the file's place in between, the
 * flags keep it from blocking and the second look refuses it.
 *
 * Returns: the descriptor, or -1 with @error set. */
int
luminal_open_module_file (const char  *path,
                          struct stat *out_stat,
                          GError     **error)
{
  int fd;

  if (stat (path, out_stat) != 0)
    {
      g_propagate_error (error, error_from_errno (path, errno));
      return -1;
    }

  if (!check_kind (path, out_stat, error))
    return -1;

  do
    fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  while (fd < 0 && errno == EINTR);

  if (fd < 0)
    {
      g_propagate_error (error, error_from_errno (path, errno));
      return -1;
    }

  if (fstat (fd, out_stat) != 0)
    {
      g_propagate_error (error, error_from_errno (path, errno));
      g_close (fd, NULL);
      return -1;
    }

  if (!check_kind (path, out_stat, error))
    {
      g_close (fd, NULL);
      return -1;
    }

  return fd;
}
