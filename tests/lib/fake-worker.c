/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The processes of luminal-worker, with a worker that does what its test tells it over
 * the socket for what photons say. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "luminal-worker-entry.h"
#include "spawner.h"

static void
say (int         said,
     const char *text)
{
  g_assert_cmpint (send (said, text, strlen (text), MSG_NOSIGNAL), ==, (gssize) strlen (text));
}

static void
wait_for_ever (void)
{
  for (;;)
    pause ();
}

static void
ignore_all_signals (void)
{
  sigset_t all;

  sigfillset (&all);
  sigprocmask (SIG_SETMASK, &all, NULL);
  signal (SIGTERM, SIG_IGN);
}

static void
tell_ready (int ready)
{
  g_assert_cmpint (write (ready, "", 1), ==, 1);
}

/* Descendants of every kind that is hard to find or to end. */
static void
start_children (int said)
{
  int ready[2];
  char byte;

  g_assert_cmpint (pipe (ready), ==, 0);

  if (fork () == 0)
    {
      setsid ();
      ignore_all_signals ();
      if (fork () == 0)
        {
          setpgid (0, 0);
          prctl (PR_SET_NAME, "a) R 1 1");
          tell_ready (ready[1]);
        }
      wait_for_ever ();
    }

  if (fork () == 0)
    {
      /* A daemon. */
      setsid ();
      if (fork () != 0)
        _exit (0);
      ignore_all_signals ();
      tell_ready (ready[1]);
      wait_for_ever ();
    }

  if (fork () == 0)
    {
      tell_ready (ready[1]);
      raise (SIGSTOP);
      wait_for_ever ();
    }

  if (fork () == 0)
    {
      /* Adopts what is below it. */
      prctl (PR_SET_CHILD_SUBREAPER, 1);
      if (fork () == 0)
        {
          if (fork () == 0)
            {
              tell_ready (ready[1]);
              wait_for_ever ();
            }
          _exit (0);
        }
      wait_for_ever ();
    }

  for (int i = 0; i < 4; i++)
    g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  say (said, "ready");
}

/* A process that is another one each time it is looked at. */
static void
start_runaway (int said)
{
  if (fork () == 0)
    {
      setsid ();
      for (;;)
        {
          pid_t pid = fork ();

          if (pid > 0)
            _exit (0);
          if (pid < 0)
            g_usleep (100);
        }
    }

  say (said, "ready");
}

static void
describe (int said)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *folder = g_get_current_dir ();
  DIR *fds = opendir ("/proc/self/fd");
  struct dirent *entry;
  struct rlimit files;
  sigset_t mask;
  gboolean blocked = FALSE;
  gboolean ignored = FALSE;

  sigprocmask (SIG_SETMASK, NULL, &mask);
  for (int number = 1; number < SIGRTMIN; number++)
    {
      struct sigaction action;

      blocked = blocked || sigismember (&mask, number) == 1;
      ignored = ignored || (sigaction (number, NULL, &action) == 0 && action.sa_handler == SIG_IGN);
    }
  getrlimit (RLIMIT_NOFILE, &files);

  g_string_append_printf (text, "leader %d, folder %s, blocked %d, ignored %d, notify %s, files %d, fds",
                          getsid (0) == getpid () && getpgrp () == getpid (), folder, blocked, ignored,
                          g_getenv ("NOTIFY_SOCKET"), (int) files.rlim_cur);
  while ((entry = readdir (fds)) != NULL)
    {
      int fd = atoi (entry->d_name);
      g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
      g_autofree char *target = NULL;

      if (*entry->d_name == '.' || fd == dirfd (fds))
        continue;
      target = g_file_read_link (path, NULL);
      if (strchr (target, ':') != NULL)
        *strchr (target, ':') = '\0';
      g_string_append_printf (text, " %d=%s%s", fd, target, fcntl (fd, F_GETFD) & FD_CLOEXEC ? "*" : "");
    }

  closedir (fds);
  say (said, text->str);
}

static G_GNUC_NO_INLINE int
use_stack (volatile int *depth)
{
  volatile char room[4096];

  room[0] = (char) *depth;
  *depth += 1;
  return *depth == G_MAXINT ? 0 : use_stack (depth) + room[0];
}

static void (*volatile nowhere) (void);

static void
crash (const char *how)
{
  volatile int zero = 0;

  if (g_str_equal (how, "segv"))
    *(volatile int *) (gintptr) (0x100 + zero) = 1;
  else if (g_str_equal (how, "nowhere"))
    nowhere ();
  else if (g_str_equal (how, "stack"))
    use_stack (&zero);
  else if (g_str_equal (how, "abort"))
    abort ();
  else if (g_str_equal (how, "trap"))
    raise (SIGTRAP);
  else if (g_str_equal (how, "fpe"))
    raise (SIGFPE);
  else if (g_str_equal (how, "ill"))
    __builtin_trap ();
  else if (g_str_equal (how, "bus"))
    {
      int fd = memfd_create ("bus", MFD_CLOEXEC);

      *(volatile char *) mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) = 1;
    }
  else if (g_str_equal (how, "descriptors"))
    {
      while (dup (STDIN_FILENO) >= 0)
        continue;
      abort ();
    }
  else if (g_str_equal (how, "memory"))
    {
      struct rlimit limit = { 512 * 1024 * 1024, 512 * 1024 * 1024 };

      setrlimit (RLIMIT_AS, &limit);
      while (mmap (NULL, 1024 * 1024, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
        continue;
      abort ();
    }
  else if (g_str_equal (how, "child"))
    {
      int status;

      if (fork () == 0)
        abort ();
      wait (&status);
      _exit (WIFSIGNALED (status) && WTERMSIG (status) == SIGABRT ? 7 : 8);
    }
}

static void
obey (const char *command,
      int         said)
{
  if (g_str_equal (command, "who"))
    {
      g_autofree char *text = g_strdup_printf ("%d %d", getpid (), getppid ());

      say (said, text);
    }
  else if (g_str_equal (command, "describe"))
    describe (said);
  else if (g_str_equal (command, "children"))
    start_children (said);
  else if (g_str_equal (command, "runaway"))
    start_runaway (said);
  else if (g_str_has_prefix (command, "print "))
    {
      /* Without its end, and without a flush. */
      printf ("%s\nno end", command + strlen ("print "));
      fprintf (stderr, "to stderr");
      say (said, "printed");
    }
  else if (g_str_equal (command, "ignore"))
    {
      ignore_all_signals ();
      say (said, "ready");
    }
  else if (g_str_has_prefix (command, "warden "))
    {
      kill (getppid (), atoi (command + strlen ("warden ")));
      say (said, "done");
    }
  else if (g_str_equal (command, "close"))
    {
      worker_process_close_fds (0, G_MAXINT);
      wait_for_ever ();
    }
  else if (g_str_has_prefix (command, "exit "))
    _exit (atoi (command + strlen ("exit ")));
  else if (g_str_has_prefix (command, "crash "))
    crash (command + strlen ("crash "));
  else
    g_error ("“%s” is not understood", command);
}

/* The first thing that it is asked. */
static void
answer (int connection_fd)
{
  guint8 bytes[1024];
  g_autoptr (GDBusMessage) question = NULL;
  g_autoptr (GDBusMessage) reply = NULL;
  g_autofree guint8 *blob = NULL;
  gssize n = read (connection_fd, bytes, sizeof bytes);
  gsize size;

  question = g_dbus_message_new_from_blob (bytes, (gsize) n, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
  g_assert_cmpstr (g_dbus_message_get_member (question), ==, "Prepare");

  reply = g_dbus_message_new_method_reply (question);
  g_dbus_message_set_serial (reply, 1);
  blob = g_dbus_message_to_blob (reply, &size, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
  g_assert_cmpint (write (connection_fd, blob, size), ==, (gssize) size);
}

static void
serve (int connection_fd,
       int said_fd)
{
  char command[256];
  const char *once = g_getenv ("FAKE_WORKER_ONCE");
  gssize n;

  /* Before it speaks; where only one is to do so, the one that takes the folder away. */
  if (g_getenv ("FAKE_WORKER") != NULL && (once == NULL || g_rmdir (once) == 0))
    {
      if (g_str_equal (g_getenv ("FAKE_WORKER"), "exit"))
        _exit (9);
      else if (g_str_equal (g_getenv ("FAKE_WORKER"), "nonsense"))
        {
          g_assert_cmpint (write (connection_fd, "nonsense\r\n", 10), ==, 10);
          wait_for_ever ();
        }
      else if (g_str_equal (g_getenv ("FAKE_WORKER"), "silent"))
        {
          wait_for_ever ();
        }
    }

  answer (connection_fd);

  while ((n = recv (said_fd, command, sizeof command - 1, 0)) > 0)
    {
      command[n] = '\0';
      obey (command, said_fd);
    }

  exit (EXIT_SUCCESS);
}

int
main (void)
{
  spawner_run (luminal_worker_prepare, serve);
}
