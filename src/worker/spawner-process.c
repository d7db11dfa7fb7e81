/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "spawner-process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "luminal-worker-protocol.h"
#include "worker-process.h"

/* What programs count on. Above it, select() writes beyond its sets. */
#define MOST_FILES 1024

/* Was meant for the manager: whoever else obeys it speaks in its name. */
static const char *const variables_of_manager[] = {
  "DBUS_STARTER_ADDRESS",
  "DBUS_STARTER_BUS_TYPE",
  "DESKTOP_AUTOSTART_ID",
  "DESKTOP_STARTUP_ID",
  "GIO_LAUNCHED_DESKTOP_FILE",
  "GIO_LAUNCHED_DESKTOP_FILE_PID",
  "JOURNAL_STREAM",
  "LISTEN_FDNAMES",
  "LISTEN_FDS",
  "LISTEN_PID",
  "LISTEN_PIDFDID",
  "MAINPID",
  "MEMORY_PRESSURE_WATCH",
  "MEMORY_PRESSURE_WRITE",
  "NOTIFY_SOCKET",
  "SYSTEMD_EXEC_PID",
  "WATCHDOG_PID",
  "WATCHDOG_USEC",
  "XDG_ACTIVATION_TOKEN",
};

static void
clean_environment (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (variables_of_manager); i++)
    unsetenv (variables_of_manager[i]);
}

/* Standard input is nothing. The others are what the manager gave, or nothing. */
static gboolean
open_standard_fds (void)
{
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);

  if (null < 0)
    return FALSE;
  if (dup2 (null, STDIN_FILENO) < 0)
    return FALSE;
  for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
    {
      if (fcntl (fd, F_GETFD) < 0 && dup2 (null, fd) < 0)
        return FALSE;
    }

  /* In case it was the first that was free. */
  fcntl (STDIN_FILENO, F_SETFD, 0);
  worker_process_close_fds (LUMINAL_SPAWNER_LIFELINE_FD + 1, G_MAXINT);
  return fcntl (LUMINAL_SPAWNER_CONTROL_FD, F_SETFD, FD_CLOEXEC) == 0 &&
         fcntl (LUMINAL_SPAWNER_LIFELINE_FD, F_SETFD, FD_CLOEXEC) == 0 &&
         fcntl (LUMINAL_SPAWNER_CONTROL_FD, F_SETFL, O_NONBLOCK) == 0;
}

static void
reset_limits (void)
{
  struct rlimit files;

  /* A manager of many workers raises its own. */
  if (getrlimit (RLIMIT_NOFILE, &files) != 0)
    return;
  files.rlim_cur = MIN (MOST_FILES, files.rlim_max);
  setrlimit (RLIMIT_NOFILE, &files);
}

static int
reset_signals (void)
{
  sigset_t mask;

  for (int number = 1; number < NSIG; number++)
    {
      struct sigaction action = { .sa_handler = SIG_DFL };

      /* Some belong to the C library: it refuses. */
      if (number != SIGKILL && number != SIGSTOP)
        sigaction (number, &action, NULL);
    }

  sigemptyset (&mask);
  sigaddset (&mask, SIGCHLD);
  sigprocmask (SIG_SETMASK, &mask, NULL);
  return signalfd (-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
}

int
spawner_process_set_up (void)
{
  setsid ();
  prctl (PR_SET_NAME, "luminal-spawner");
  /* Whatever is left when a warden was killed comes here. */
  prctl (PR_SET_CHILD_SUBREAPER, 1);

  clean_environment ();
  reset_limits ();
  if (!open_standard_fds () || chdir ("/") != 0)
    return -1;

  return reset_signals ();
}
