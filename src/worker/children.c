/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "children.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* No process has a higher id: PID_MAX_LIMIT of the kernel. */
#define HIGHEST_PID (4 * 1024 * 1024)

typedef struct
{
  ChildrenFilter spare;
  gpointer user_data;
  guint n_killed;
} Killing;

static void
kill_child (Killing *killing,
            pid_t    pid)
{
  if (killing->spare != NULL && killing->spare (pid, killing->user_data))
    return;

  /* A child that has ended keeps its id until it is waited for: this cannot hit
   * another process. */
  if (kill (pid, SIGKILL) == 0)
    killing->n_killed++;
}

/* After unshare() or in a container it can be missing, or that of other processes,
 * where the same numbers are somebody else's. */
static gboolean
has_own_proc (void)
{
  char target[16];
  ssize_t n = readlink ("/proc/self", target, sizeof target - 1);

  if (n < 0)
    return FALSE;

  target[n] = '\0';
  return atoi (target) == getpid ();
}

/* Whoever can be waited for is a child. Takes a second, and needs nothing. */
static void
kill_tried (Killing *killing)
{
  for (pid_t pid = 1; pid <= HIGHEST_PID; pid++)
    {
      siginfo_t info;

      if (waitid (P_PID, (id_t) pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
        kill_child (killing, pid);
    }
}

/* The kernel's own list, where it was built with one. */
static gboolean
kill_listed (Killing *killing)
{
  char path[64];
  char buffer[4096];
  pid_t pid = 0;
  int fd;

  g_snprintf (path, sizeof path, "/proc/self/task/%d/children", getpid ());
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return FALSE;

  for (;;)
    {
      ssize_t n = read (fd, buffer, sizeof buffer);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      for (ssize_t i = 0; i < n; i++)
        {
          if (g_ascii_isdigit (buffer[i]))
            {
              pid = pid * 10 + (buffer[i] - '0');
            }
          else if (pid != 0)
            {
              kill_child (killing, pid);
              pid = 0;
            }
        }
    }

  close (fd);
  return TRUE;
}

static pid_t
read_parent (int         proc,
             const char *pid)
{
  char path[32];
  char buffer[512];
  const char *end_of_name;
  ssize_t n;
  int parent;
  int fd;

  g_snprintf (path, sizeof path, "%s/stat", pid);
  fd = openat (proc, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return 0;
  n = read (fd, buffer, sizeof buffer - 1);
  close (fd);
  if (n <= 0)
    return 0;

  /* The name may hold anything, brackets too. */
  buffer[n] = '\0';
  end_of_name = strrchr (buffer, ')');
  if (end_of_name == NULL || sscanf (end_of_name, ") %*c %d", &parent) != 1)
    return 0;

  return parent;
}

static void
kill_found (Killing *killing)
{
  DIR *proc = opendir ("/proc");
  struct dirent *entry;

  if (proc == NULL)
    return;

  while ((entry = readdir (proc)) != NULL)
    {
      if (g_ascii_isdigit (*entry->d_name) && read_parent (dirfd (proc), entry->d_name) == getpid ())
        kill_child (killing, atoi (entry->d_name));
    }

  closedir (proc);
}

guint
children_kill (ChildrenFilter spare,
               gpointer       user_data)
{
  Killing killing = { spare, user_data, 0 };

  if (!has_own_proc ())
    kill_tried (&killing);
  else if (!kill_listed (&killing))
    kill_found (&killing);

  return killing.n_killed;
}
