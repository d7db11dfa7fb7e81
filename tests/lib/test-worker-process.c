/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One worker process: what it has, how it ends, and what is left of it. */

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "worker-testing.h"

static void
count_emission (guint *n)
{
  *n += 1;
}

static void
assert_killed_by (const LuminalWorkerReport *report,
                  int                        signal_number)
{
  g_assert_true (report->flags & LUMINAL_REPORT_HAS_STATUS);
  g_assert_true (WIFSIGNALED (report->status));
  g_assert_cmpint (WTERMSIG (report->status), ==, signal_number);
}

/* What was said until the worker's end of the pipe is closed. */
static char *
read_all (int fd)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char buffer[256];
  gssize n;

  while ((n = read (fd, buffer, sizeof buffer)) > 0)
    g_string_append_len (text, buffer, n);
  g_assert_cmpint (n, ==, 0);
  close (fd);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_clean (Fixture       *fixture,
            gconstpointer  data)
{
  const char *expected = "leader 1, folder /, blocked 0, ignored 0, notify (null), files 1024, fds "
                         "0=/dev/null 1=pipe 2=pipe 3=socket* 4=socket*";
  g_autoptr (LuminalWorker) worker = NULL;
  g_autofree char *description = NULL;

  g_setenv ("NOTIFY_SOCKET", "/run/notify", TRUE);
  signal (SIGUSR2, SIG_IGN);
  worker = take (fixture->spawner);
  signal (SIGUSR2, SIG_DFL);
  g_unsetenv ("NOTIFY_SOCKET");

  description = ask (worker, "describe");
  g_test_message ("%s", description);
  g_assert_true (g_str_has_prefix (description, expected));
  /* Beyond these there are those of GLib. */
  g_assert_null (strstr (description + strlen (expected), "pipe"));
  g_assert_null (strstr (description + strlen (expected), "socket"));
  g_assert_null (strchr (description + strlen (expected), '/'));
}

static void
test_output (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (LuminalWorker) worker = take (fixture->spawner);
  int out = luminal_worker_steal_output_fd (worker, LUMINAL_WORKER_FD_STDOUT);
  int err = luminal_worker_steal_output_fd (worker, LUMINAL_WORKER_FD_STDERR);
  g_autofree char *answer = ask (worker, "print a line");
  g_autofree char *printed = NULL;
  g_autofree char *complained = NULL;

  g_assert_cmpint (luminal_worker_steal_output_fd (worker, LUMINAL_WORKER_FD_STDOUT), ==, -1);
  luminal_worker_end (worker, TRUE);
  wait_for_end (worker);
  printed = read_all (out);
  complained = read_all (err);
  g_assert_cmpstr (printed, ==, "a line\n");
  g_assert_cmpstr (complained, ==, "to stderr");
}

static void
test_exit (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (LuminalWorker) worker = take (fixture->spawner);
  const LuminalWorkerReport *report;
  guint n_ended = 0;
  guint n_disconnected = 0;
  pid_t pid;
  pid_t warden;

  ask_who (worker, &pid, &warden);
  g_signal_connect_swapped (worker, "ended", G_CALLBACK (count_emission), &n_ended);
  g_signal_connect_swapped (worker, "disconnected", G_CALLBACK (count_emission), &n_disconnected);
  command (worker, "exit 5");

  report = wait_for_end (worker);
  while (n_disconnected == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_ended, ==, 1);
  g_assert_cmpuint (n_disconnected, ==, 1);
  g_assert_cmpint (report->pid, ==, pid);
  g_assert_true (report->flags & LUMINAL_REPORT_HAS_STATUS);
  g_assert_true (WIFEXITED (report->status));
  g_assert_cmpint (WEXITSTATUS (report->status), ==, 5);
  g_assert_cmpint (report->signal, ==, 0);
  g_assert_false (luminal_worker_is_connected (worker));

  /* Of no effect, and nobody else's. */
  luminal_worker_end (worker, TRUE);
}

static void
test_told (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (LuminalWorker) worker = take (fixture->spawner);

  luminal_worker_end (worker, FALSE);
  assert_killed_by (wait_for_end (worker), SIGTERM);
}

static void
test_told_in_vain (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (LuminalWorker) worker = take (fixture->spawner);
  g_autofree char *answer = ask (worker, "ignore");

  luminal_worker_end (worker, FALSE);
  assert_killed_by (wait_for_end (worker), SIGKILL);
}

static void
test_at_once (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (LuminalWorker) worker = take (fixture->spawner);

  luminal_worker_end (worker, FALSE);
  luminal_worker_end (worker, TRUE);
  wait_for_end (worker);
}

static void
test_dropped (Fixture       *fixture,
              gconstpointer  data)
{
  LuminalWorker *worker = take (fixture->spawner);
  g_autofree char *answer = ask (worker, "children");
  guint n = process_count_marked (fixture->mark, NULL);

  g_assert_cmpuint (n, >=, 7);
  g_assert_finalize_object (worker);
  /* What is left is the spawner, and the reserve with its warden. */
  wait_for_reserve (fixture);
  while (process_count_marked (fixture->mark, NULL) > 3)
    g_main_context_iteration (NULL, FALSE);
}

/* Descendants of every kind are gone when it is said to have ended. */
static void
test_descendants (Fixture       *fixture,
                  gconstpointer  how)
{
  g_autoptr (LuminalWorker) worker = take (fixture->spawner);
  g_autofree char *answer = NULL;
  const LuminalWorkerReport *report;
  pid_t pid;
  pid_t warden;

  ask_who (worker, &pid, &warden);
  answer = ask (worker, "children");
  wait_for_reserve (fixture);
  g_assert_cmpuint (process_count_marked (fixture->mark, NULL), >=, 9);

  if (g_str_equal (how, "told"))
    luminal_worker_end (worker, FALSE);
  else if (g_str_equal (how, "at-once"))
    luminal_worker_end (worker, TRUE);
  else if (g_str_equal (how, "exit"))
    command (worker, "exit 0");
  else if (g_str_equal (how, "killed"))
    g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  else if (g_str_equal (how, "warden"))
    g_assert_cmpint (kill (warden, SIGKILL), ==, 0);

  report = wait_for_end (worker);
  g_assert_cmpint (report->pid, ==, pid);
  g_assert_true (report->flags & LUMINAL_REPORT_HAS_STATUS);
  if (g_str_equal (how, "killed") || g_str_equal (how, "warden"))
    assert_killed_by (report, SIGKILL);
  g_assert_cmpuint (process_count_marked (fixture->mark, NULL), ==, 3);
}

static void
test_runaway (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (LuminalWorker) worker = take (fixture->spawner);
  g_autofree char *answer = ask (worker, "runaway");

  luminal_worker_end (worker, TRUE);
  wait_for_end (worker);
  wait_for_reserve (fixture);
  g_assert_cmpuint (process_count_marked (fixture->mark, NULL), ==, 3);
}

static void
test_stopped_warden (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (LuminalWorker) worker = take (fixture->spawner);
  g_autofree char *command_text = g_strdup_printf ("warden %d", SIGSTOP);
  g_autofree char *answer = ask (worker, command_text);

  luminal_worker_end (worker, TRUE);
  wait_for_end (worker);
}

static void
test_signalled_warden (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (LuminalWorker) worker = take (fixture->spawner);

  for (int number = 1; number < 64; number++)
    {
      g_autofree char *command_text = g_strdup_printf ("warden %d", number);
      g_autofree char *answer = NULL;

      /* Those that it obeys, and those that the C library lets nobody block. */
      if (number == SIGKILL || number == SIGSTOP || number == LUMINAL_WARDEN_END ||
          number == LUMINAL_WARDEN_KILL || (number > SIGSYS && number < SIGRTMIN))
        continue;
      answer = ask (worker, command_text);
    }

  g_assert_true (luminal_worker_is_connected (worker));
  luminal_worker_end (worker, FALSE);
  assert_killed_by (wait_for_end (worker), SIGTERM);
}

/* The socket for what it says is waited with by nobody. */
static gboolean
has_closed_fds (gpointer worker)
{
  struct pollfd said = { .fd = get_said_fd (worker) };

  return poll (&said, 1, 0) == 1 && (said.revents & POLLHUP) != 0;
}

static void
test_closed_descriptors (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (LuminalWorker) worker = take (fixture->spawner);
  guint n_disconnected = 0;

  g_signal_connect_swapped (worker, "disconnected", G_CALLBACK (count_emission), &n_disconnected);
  command (worker, "close");
  process_wait_until (has_closed_fds, worker);
  while (n_disconnected == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (luminal_worker_get_report (worker));
  g_assert_false (luminal_worker_is_connected (worker));

  luminal_worker_end (worker, TRUE);
  assert_killed_by (wait_for_end (worker), SIGKILL);
  g_assert_cmpuint (n_disconnected, ==, 1);
}

typedef struct
{
  const char *how;
  int signal_number;
  guint32 flags;
  guint least_frames;
  const char *symbol; /* of a frame */
} Crash;

/* The names that are known are those that libraries export. */
static const Crash crashes[] = {
  { "segv", SIGSEGV, 0, 3, NULL },
  { "nowhere", SIGSEGV, 0, 2, NULL },
  { "stack", SIGSEGV, 0, LUMINAL_MOST_FRAMES, NULL },
  { "abort", SIGABRT, 0, 3, "abort" },
  { "trap", SIGTRAP, 0, 3, NULL },
  { "fpe", SIGFPE, 0, 3, NULL },
  { "ill", SIGILL, 0, 3, NULL },
  { "bus", SIGBUS, 0, 3, NULL },
  { "descriptors", SIGABRT, LUMINAL_REPORT_NO_DESCRIPTORS, 3, "abort" },
  { "memory", SIGABRT, LUMINAL_REPORT_NO_MEMORY, 3, "abort" },
};

static void
test_crash (Fixture       *fixture,
            gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (crashes); i++)
    {
      const Crash *crash = &crashes[i];
      g_autoptr (LuminalWorker) worker = take (fixture->spawner);
      g_autofree char *text = g_strdup_printf ("crash %s", crash->how);
      const LuminalWorkerReport *report;
      gboolean has_symbol = crash->symbol == NULL;

      command (worker, text);
      report = wait_for_end (worker);
      g_test_message ("%s: code %d at %" G_GINT64_MODIFIER "x, flags %x", crash->how, report->code,
                      report->address, report->flags);
      for (guint j = 0; j < report->n_frames; j++)
        {
          const LuminalFrame *frame = &report->frames[j];

          g_test_message ("  %s+0x%" G_GINT64_MODIFIER "x %s", frame->object, frame->offset, frame->symbol);
          has_symbol = has_symbol || g_str_equal (frame->symbol, crash->symbol);
        }

      assert_killed_by (report, crash->signal_number);
      g_assert_cmpint (report->signal, ==, crash->signal_number);
      g_assert_cmpuint (report->flags & ~(guint) LUMINAL_REPORT_HAS_STATUS, ==, crash->flags);
      g_assert_cmpuint (report->n_frames, >=, crash->least_frames);
      g_assert_true (has_symbol);
      if (g_str_equal (crash->how, "segv"))
        g_assert_cmpuint (report->address, ==, 0x100);
    }
}

/* A crash of what the worker has forked is not its own. */
static void
test_crash_of_child (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (LuminalWorker) worker = take (fixture->spawner);
  const LuminalWorkerReport *report;

  command (worker, "crash child");
  report = wait_for_end (worker);
  g_assert_true (WIFEXITED (report->status));
  g_assert_cmpint (WEXITSTATUS (report->status), ==, 7);
  g_assert_cmpint (report->signal, ==, 0);
  g_assert_cmpuint (report->n_frames, ==, 0);
}

#define ADD(path, data, func) \
  g_test_add (path, Fixture, data, fixture_set_up_fake, func, fixture_tear_down)

static void
fixture_set_up_fake (Fixture       *fixture,
                     gconstpointer  data)
{
  fixture_set_up (fixture, FAKE_WORKER_PATH);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/worker-process/clean", NULL, test_clean);
  ADD ("/worker-process/output", NULL, test_output);
  ADD ("/worker-process/exit", NULL, test_exit);
  ADD ("/worker-process/end/told", NULL, test_told);
  ADD ("/worker-process/end/told-in-vain", NULL, test_told_in_vain);
  ADD ("/worker-process/end/at-once", NULL, test_at_once);
  ADD ("/worker-process/end/dropped", NULL, test_dropped);
  ADD ("/worker-process/descendants/told", "told", test_descendants);
  ADD ("/worker-process/descendants/at-once", "at-once", test_descendants);
  ADD ("/worker-process/descendants/exit", "exit", test_descendants);
  ADD ("/worker-process/descendants/killed", "killed", test_descendants);
  ADD ("/worker-process/descendants/warden-killed", "warden", test_descendants);
  ADD ("/worker-process/descendants/runaway", NULL, test_runaway);
  ADD ("/worker-process/warden/stopped", NULL, test_stopped_warden);
  ADD ("/worker-process/warden/signalled", NULL, test_signalled_warden);
  ADD ("/worker-process/closed-descriptors", NULL, test_closed_descriptors);
  ADD ("/worker-process/crash", NULL, test_crash);
  ADD ("/worker-process/crash-of-child", NULL, test_crash_of_child);

  return g_test_run ();
}
