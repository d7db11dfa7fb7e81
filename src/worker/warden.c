/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "warden.h"

#include <errno.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"

/* What a worker that was told to end gets before it is killed. */
#define GRACE_USEC (200 * 1000)

/* Every death of a child is told of. The children are looked through again after
 * this time all the same: what hides here would hide for good. */
#define LOOK_AGAIN_MS 100

typedef enum
{
  WARDEN_WATCHING,
  WARDEN_ENDING,  /* the worker was told */
  WARDEN_KILLING,
} WardenState;

typedef struct
{
  LuminalWorkerReport *report;
  WardenState state;
  gint64 deadline; /* of WARDEN_ENDING */
  int signals;
} Warden;

static int
make_signal_fd (void)
{
  sigset_t mask;

  sigemptyset (&mask);
  sigaddset (&mask, SIGCHLD);
  sigaddset (&mask, LUMINAL_WARDEN_END);
  sigaddset (&mask, LUMINAL_WARDEN_KILL);
  return signalfd (-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
tell_worker (Warden *warden)
{
  if (warden->state != WARDEN_WATCHING)
    return;

  /* Only for a moment after the fork it has no group of its own. */
  if (kill (-warden->report->pid, SIGTERM) != 0)
    kill (warden->report->pid, SIGTERM);
  warden->state = WARDEN_ENDING;
  warden->deadline = g_get_monotonic_time () + GRACE_USEC;
}

static void
read_signals (Warden *warden)
{
  struct signalfd_siginfo info;

  while (read (warden->signals, &info, sizeof info) == sizeof info)
    {
      if (info.ssi_signo == LUMINAL_WARDEN_END)
        tell_worker (warden);
      else if (info.ssi_signo == LUMINAL_WARDEN_KILL)
        warden->state = WARDEN_KILLING;
    }
}

static guint64
in_usec (const struct timeval *time)
{
  return (guint64) time->tv_sec * G_USEC_PER_SEC + (guint64) time->tv_usec;
}

/* Like init, and the worker is one of them. Returns whether any are left. */
static gboolean
reap (Warden *warden)
{
  struct rusage usage;
  int status;
  pid_t pid;

  while ((pid = wait4 (-1, &status, WNOHANG, &usage)) > 0)
    {
      if (pid != warden->report->pid)
        continue;
      warden->report->cpu_usec = in_usec (&usage.ru_utime) + in_usec (&usage.ru_stime);
      warden->report->status = status;
      warden->report->flags |= LUMINAL_REPORT_HAS_STATUS;
      warden->state = WARDEN_KILLING;
    }

  return pid == 0;
}

static int
get_timeout (Warden *warden)
{
  gint64 left;

  if (warden->state == WARDEN_WATCHING)
    return -1;
  if (warden->state == WARDEN_KILLING)
    return LOOK_AGAIN_MS;

  left = warden->deadline - g_get_monotonic_time ();
  return left > 0 ? (int) ((left + 999) / 1000) : 0;
}

static void
watch (Warden *warden,
       int     lifeline)
{
  struct pollfd fds[] = {
    { .fd = warden->signals, .events = POLLIN },
    { .fd = lifeline },
  };

  while (reap (warden))
    {
      if (warden->state == WARDEN_KILLING)
        {
          /* Told of or not by then: when the lifeline is closed it stays so. */
          fds[1].fd = -1;
          children_kill (NULL, NULL);
        }

      poll (fds, G_N_ELEMENTS (fds), get_timeout (warden));
      read_signals (warden);
      if (fds[1].revents != 0)
        warden->state = WARDEN_KILLING;
      if (warden->state == WARDEN_ENDING && g_get_monotonic_time () >= warden->deadline)
        warden->state = WARDEN_KILLING;
    }
}

void
warden_run (const int           *fds,
            int                  lifeline,
            LuminalWorkerReport *report,
            WorkerServeFunc      serve)
{
  Warden warden = { report, WARDEN_WATCHING, 0, -1 };
  pid_t self = getpid ();
  sigset_t all;
  pid_t pid;

  sigfillset (&all);
  sigprocmask (SIG_SETMASK, &all, NULL);
  prctl (PR_SET_CHILD_SUBREAPER, 1);

  pid = fork ();
  if (pid == 0)
    worker_process_run (fds, self, report, serve);
  if (pid < 0)
    {
      report->error = errno;
      _exit (EXIT_SUCCESS);
    }

  report->pid = pid;
  prctl (PR_SET_NAME, "luminal-warden");

  worker_process_close_fds (STDERR_FILENO + 1, lifeline - 1);
  worker_process_close_fds (lifeline + 1, G_MAXINT);
  warden.signals = make_signal_fd ();
  if (warden.signals < 0)
    {
      report->error = errno;
      warden.state = WARDEN_KILLING;
    }

  watch (&warden, lifeline);
  _exit (EXIT_SUCCESS);
}
