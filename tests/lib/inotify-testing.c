/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "inotify-testing.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

/* GIO asks in a thread of its own. */
static GMutex lock;
static char *barred_path;
static gboolean instances_barred;
static guint n_barred;

void
inotify_testing_bar_watches (const char *path)
{
  g_mutex_lock (&lock);
  g_free (barred_path);
  barred_path = g_strdup (path);
  g_mutex_unlock (&lock);
}

void
inotify_testing_bar_instances (gboolean barred)
{
  g_mutex_lock (&lock);
  instances_barred = barred;
  g_mutex_unlock (&lock);
}

guint
inotify_testing_count_barred (void)
{
  guint n;

  g_mutex_lock (&lock);
  n = n_barred;
  g_mutex_unlock (&lock);

  return n;
}

/* In the place of the C library's. */
int
inotify_add_watch (int         fd,
                   const char *path,
                   uint32_t    mask)
{
  gboolean is_barred;

  g_mutex_lock (&lock);
  is_barred = barred_path != NULL && g_str_has_prefix (path, barred_path);
  n_barred += is_barred;
  g_mutex_unlock (&lock);

  if (is_barred)
    {
      errno = ENOSPC;
      return -1;
    }

  return (int) syscall (SYS_inotify_add_watch, fd, path, mask);
}

int
inotify_init1 (int flags)
{
  gboolean is_barred;

  g_mutex_lock (&lock);
  is_barred = instances_barred;
  g_mutex_unlock (&lock);

  if (is_barred)
    {
      errno = EMFILE;
      return -1;
    }

  return (int) syscall (SYS_inotify_init1, flags);
}

int
inotify_init (void)
{
  return inotify_init1 (0);
}
