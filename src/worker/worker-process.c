/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "worker-process.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "crash-handler.h"

/* Before Linux 5.9. */
static void
close_listed_fds (int first,
                  int last)
{
  DIR *fds = opendir ("/proc/self/fd");
  struct dirent *entry;

  if (fds == NULL)
    {
      for (int fd = first; fd <= MIN (last, (int) sysconf (_SC_OPEN_MAX)); fd++)
        close (fd);
      return;
    }

  while ((entry = readdir (fds)) != NULL)
    {
      int fd = atoi (entry->d_name);

      if (fd >= first && fd <= last && fd != dirfd (fds))
        close (fd);
    }

  closedir (fds);
}

void
worker_process_close_fds (int first,
                          int last)
{
  if (first <= last && close_range ((guint) first, (guint) last, 0) != 0)
    close_listed_fds (first, last);
}

/* Standard input is that of the spawner, which is /dev/null. */
static void
take_fds (const int *fds,
          int       *connection,
          int       *said)
{
  int kept[LUMINAL_N_WORKER_FDS];

  /* Out of the way of where they go. */
  for (int i = 0; i < LUMINAL_N_WORKER_FDS; i++)
    {
      kept[i] = fcntl (fds[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1 + LUMINAL_N_WORKER_FDS);
      if (kept[i] < 0)
        _exit (EXIT_FAILURE);
    }

  *connection = STDERR_FILENO + 1;
  *said = STDERR_FILENO + 2;
  if (dup2 (kept[LUMINAL_WORKER_FD_STDOUT], STDOUT_FILENO) < 0 ||
      dup2 (kept[LUMINAL_WORKER_FD_STDERR], STDERR_FILENO) < 0 ||
      dup3 (kept[LUMINAL_WORKER_FD_CONNECTION], *connection, O_CLOEXEC) < 0 ||
      dup3 (kept[LUMINAL_WORKER_FD_SAID], *said, O_CLOEXEC) < 0)
    _exit (EXIT_FAILURE);

  worker_process_close_fds (*said + 1, G_MAXINT);
}

void
worker_process_run (const int           *fds,
                    pid_t                warden,
                    LuminalWorkerReport *report,
                    WorkerServeFunc      serve)
{
  sigset_t none;
  int connection;
  int said;

  /* It may have ended before it was asked for. */
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid () != warden)
    _exit (EXIT_FAILURE);

  setsid ();
  prctl (PR_SET_NAME, "luminal-worker");
  take_fds (fds, &connection, &said);

  /* Something in a library may have ignored it in the spawner. */
  signal (SIGPIPE, SIG_DFL);
  crash_handler_install (report);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);

  /* What is said is to be seen when it is said, though it goes to a pipe. */
  setvbuf (stdout, NULL, _IOLBF, 0);

  serve (connection, said);
  _exit (EXIT_FAILURE);
}
