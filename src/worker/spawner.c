/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "spawner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"
#include "packet.h"
#include "spawner-process.h"
#include "warden.h"

typedef struct
{
  guint32 number; /* the manager's */
  pid_t warden;
  LuminalWorkerReport *report;
} Worker;

typedef struct
{
  WorkerServeFunc serve;
  GHashTable *workers;  /* pid of a warden that lives → Worker */
  GPtrArray *forsaken;  /* Workers whose wardens were killed by somebody, and what they started may not be gone */
  GQueue packets;       /* for a manager that does not read now */
  int signals;
  gboolean connected;   /* to the manager */
} Spawner;

static void
worker_free (gpointer data)
{
  Worker *worker = data;

  if (worker->report != NULL)
    munmap (worker->report, sizeof *worker->report);
  g_free (worker);
}

gboolean
spawner_has_fds (void)
{
  struct stat lifeline;
  int type;
  socklen_t size = sizeof type;

  return getsockopt (LUMINAL_SPAWNER_CONTROL_FD, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
         type == SOCK_SEQPACKET &&
         fstat (LUMINAL_SPAWNER_LIFELINE_FD, &lifeline) == 0 && S_ISFIFO (lifeline.st_mode);
}

/* Sends what is waiting, as far as the manager takes it. */
static void
flush_packets (Spawner *spawner)
{
  Packet *packet;

  while (spawner->connected && (packet = g_queue_peek_head (&spawner->packets)) != NULL)
    {
      PacketResult result = packet_send (packet, LUMINAL_SPAWNER_CONTROL_FD);

      if (result == PACKET_LATER)
        return;
      if (result == PACKET_FAILED)
        spawner->connected = FALSE;
      packet_free (g_queue_pop_head (&spawner->packets));
    }
}

/* Takes @fd, which can be -1. */
static void
send_to_manager (Spawner       *spawner,
                 gconstpointer  bytes,
                 gsize          size,
                 int            fd)
{
  g_queue_push_tail (&spawner->packets, packet_new (bytes, size, fd));
  flush_packets (spawner);
}

static void
say_hello (Spawner *spawner)
{
  LuminalSpawnerHello hello = {
    .message = LUMINAL_SPAWNER_HELLO,
    .protocol = LUMINAL_WORKER_PROTOCOL,
    .version = PACKAGE_VERSION,
  };

  send_to_manager (spawner, &hello, sizeof hello, -1);
}

static void
say_spawned (Spawner *spawner,
             guint32  number,
             int      error,
             pid_t    warden,
             int      pidfd)
{
  LuminalSpawned spawned = { LUMINAL_SPAWNER_SPAWNED, number, error, warden };

  send_to_manager (spawner, &spawned, sizeof spawned, pidfd);
}

/* It has to be one that is not listed any more. */
static void
say_ended (Spawner *spawner,
           Worker  *worker)
{
  LuminalWorkerEnded ended = { LUMINAL_SPAWNER_ENDED, worker->number, *worker->report };

  send_to_manager (spawner, &ended, sizeof ended, -1);
  worker_free (worker);
}

static pid_t
fork_warden (Spawner             *spawner,
             const int           *fds,
             LuminalWorkerReport *report)
{
  sigset_t all;
  sigset_t before;
  pid_t pid;
  int saved_errno;

  /* The warden is sent signals as soon as it is there. */
  sigfillset (&all);
  sigprocmask (SIG_SETMASK, &all, &before);
  pid = fork ();
  if (pid == 0)
    warden_run (fds, LUMINAL_SPAWNER_LIFELINE_FD, report, spawner->serve);
  saved_errno = errno;
  sigprocmask (SIG_SETMASK, &before, NULL);

  errno = saved_errno;
  return pid;
}

static void
spawn (Spawner   *spawner,
       guint32    number,
       const int *fds)
{
  LuminalWorkerReport *report;
  Worker *worker;
  pid_t pid;

  report = mmap (NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (report == MAP_FAILED)
    {
      say_spawned (spawner, number, errno, 0, -1);
      return;
    }

  pid = fork_warden (spawner, fds, report);
  if (pid < 0)
    {
      say_spawned (spawner, number, errno, 0, -1);
      munmap (report, sizeof *report);
      return;
    }

  /* No other worker is to have it. */
  madvise (report, sizeof *report, MADV_DONTFORK);
  worker = g_new0 (Worker, 1);
  worker->number = number;
  worker->warden = pid;
  worker->report = report;
  g_hash_table_insert (spawner->workers, GINT_TO_POINTER (pid), worker);

  /* Without one, where the system has none, the manager does too. */
  say_spawned (spawner, number, 0, pid, pidfd_open (pid, 0));
}

static void
tell_warden (pid_t warden,
             int   signal_number)
{
  kill (warden, signal_number);
  kill (warden, SIGCONT);
}

static void
end_worker (Spawner *spawner,
            guint32  number,
            int      signal_number)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, spawner->workers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Worker *worker = value;

      if (worker->number == number)
        tell_warden (worker->warden, signal_number);
    }
}

static void
read_request (Spawner *spawner)
{
  LuminalSpawnerRequest request;
  int fds[LUMINAL_N_WORKER_FDS];
  guint n_fds;
  ssize_t size;

  size = packet_receive (LUMINAL_SPAWNER_CONTROL_FD, &request, sizeof request, fds, G_N_ELEMENTS (fds), &n_fds);
  if (size < 0)
    return;

  if (size != sizeof request)
    spawner->connected = FALSE; /* it is gone, or speaks another language */
  else if (request.message == LUMINAL_SPAWNER_SPAWN && n_fds == G_N_ELEMENTS (fds))
    spawn (spawner, request.worker, fds);
  else if (request.message == LUMINAL_SPAWNER_SPAWN)
    say_spawned (spawner, request.worker, EMFILE, 0, -1);
  else if (request.message == LUMINAL_SPAWNER_END)
    end_worker (spawner, request.worker, LUMINAL_WARDEN_END);
  else if (request.message == LUMINAL_SPAWNER_KILL)
    end_worker (spawner, request.worker, LUMINAL_WARDEN_KILL);

  for (guint i = 0; i < n_fds; i++)
    close (fds[i]);
}

static gboolean
is_warden (pid_t    pid,
           gpointer user_data)
{
  Spawner *spawner = user_data;

  return g_hash_table_contains (spawner->workers, GINT_TO_POINTER (pid));
}

/* A worker whose warden was killed is killed by the kernel, and ends up here. */
static void
note_forsaken_status (Spawner *spawner,
                      pid_t    pid,
                      int      status)
{
  for (guint i = 0; i < spawner->forsaken->len; i++)
    {
      Worker *worker = g_ptr_array_index (spawner->forsaken, i);

      if (worker->report->pid == pid && !(worker->report->flags & LUMINAL_REPORT_HAS_STATUS))
        {
          worker->report->status = status;
          worker->report->flags |= LUMINAL_REPORT_HAS_STATUS;
        }
    }
}

static void
reap (Spawner *spawner)
{
  int status;
  pid_t pid;

  while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
    {
      Worker *worker = g_hash_table_lookup (spawner->workers, GINT_TO_POINTER (pid));

      if (worker == NULL)
        {
          note_forsaken_status (spawner, pid, status);
          continue;
        }

      g_hash_table_steal (spawner->workers, GINT_TO_POINTER (pid));
      if (WIFEXITED (status) && WEXITSTATUS (status) == EXIT_SUCCESS)
        say_ended (spawner, worker);
      else
        g_ptr_array_add (spawner->forsaken, worker);
    }

  /* Whoever is no warden was started by a worker that has none any more. Whose is
   * whose nobody can tell: none of them has ended before all have. */
  if (spawner->forsaken->len > 0 && children_kill (is_warden, spawner) == 0)
    {
      while (spawner->forsaken->len > 0)
        say_ended (spawner, g_ptr_array_steal_index (spawner->forsaken, 0));
    }
}

static void
disconnect (Spawner *spawner)
{
  GHashTableIter iter;
  gpointer value;

  g_queue_clear_full (&spawner->packets, packet_free);
  close (LUMINAL_SPAWNER_CONTROL_FD);

  g_hash_table_iter_init (&iter, spawner->workers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    tell_warden (((Worker *) value)->warden, LUMINAL_WARDEN_KILL);
}

/* As long as the manager does not read, it is not read from either. */
static void
serve_manager (Spawner *spawner)
{
  struct signalfd_siginfo info;

  while (spawner->connected)
    {
      struct pollfd fds[] = {
        { .fd = LUMINAL_SPAWNER_CONTROL_FD,
          .events = g_queue_is_empty (&spawner->packets) ? POLLIN : POLLOUT },
        { .fd = spawner->signals, .events = POLLIN },
      };

      if (poll (fds, G_N_ELEMENTS (fds), -1) < 0)
        continue;
      if (fds[1].revents != 0)
        {
          while (read (spawner->signals, &info, sizeof info) == sizeof info)
            reap (spawner);
        }
      if (fds[0].revents & POLLOUT)
        flush_packets (spawner);
      else if (fds[0].revents & POLLIN)
        read_request (spawner);
      else if (fds[0].revents != 0)
        spawner->connected = FALSE;
    }
}

static void
wait_for_all (Spawner *spawner)
{
  struct signalfd_siginfo info;
  struct pollfd fds[] = { { .fd = spawner->signals, .events = POLLIN } };

  for (reap (spawner); g_hash_table_size (spawner->workers) + spawner->forsaken->len > 0; reap (spawner))
    {
      poll (fds, G_N_ELEMENTS (fds), -1);
      while (read (spawner->signals, &info, sizeof info) == sizeof info)
        continue;
    }
}

void
spawner_run (void            (*prepare) (void),
             WorkerServeFunc   serve)
{
  Spawner spawner = { .serve = serve, .connected = TRUE };

  spawner.workers = g_hash_table_new_full (NULL, NULL, NULL, worker_free);
  spawner.forsaken = g_ptr_array_new ();
  g_queue_init (&spawner.packets);

  spawner.signals = spawner_process_set_up ();
  if (spawner.signals < 0)
    _exit (EXIT_FAILURE);
  prepare ();

  say_hello (&spawner);
  serve_manager (&spawner);
  disconnect (&spawner);
  wait_for_all (&spawner);

  g_ptr_array_unref (spawner.forsaken);
  g_hash_table_unref (spawner.workers);
  /* At once: its manager waits for that, and a sanitizer's look for leaks may take for ever
   * in a process that has taken its signals for itself. */
  _exit (EXIT_SUCCESS);
}
