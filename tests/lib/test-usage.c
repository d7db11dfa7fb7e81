/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The figures of a process are those of the kernel. */

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "luminal-usage.h"

#define MUCH (64 * 1024 * 1024)

static LuminalUsage
read_usage (pid_t pid)
{
  LuminalUsage usage;

  g_assert_true (luminal_usage_read (pid, &usage));
  return usage;
}

static void
test_memory (void)
{
  LuminalUsage before = read_usage (getpid ());
  LuminalUsage reserved, touched, freed;
  volatile char *memory = mmap (NULL, MUCH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  g_assert_true (memory != MAP_FAILED);

  /* What was only reserved is nobody's yet. */
  reserved = read_usage (getpid ());
  g_assert_cmpuint (reserved.memory, <, before.memory + MUCH / 2);

  for (gsize i = 0; i < MUCH; i += 1024)
    memory[i] = 1;
  touched = read_usage (getpid ());
  g_assert_cmpuint (touched.memory, >=, reserved.memory + MUCH - MUCH / 16);
  g_assert_cmpuint (touched.memory, <=, reserved.memory + MUCH + MUCH / 2);

  g_assert_no_errno (munmap ((gpointer) memory, MUCH));
  freed = read_usage (getpid ());
  g_assert_cmpuint (freed.memory, <, touched.memory - MUCH / 2);
  g_assert_cmpuint (before.memory, >, 0);
}

static void
test_cpu_time (void)
{
  LuminalUsage before = read_usage (getpid ());
  LuminalUsage after;
  clock_t start = clock ();

  /* Of this process's own time, so that a busy machine makes it only longer. */
  while (clock () - start < CLOCKS_PER_SEC / 2)
    ;
  after = read_usage (getpid ());
  g_assert_cmpuint (after.cpu_time, >=, before.cpu_time + 400 * 1000);
  g_assert_cmpuint (after.cpu_time, <=, (guint64) clock () * G_USEC_PER_SEC / CLOCKS_PER_SEC + 100 * 1000);
}

/* A child that does as it is told and then waits to be killed. */
static pid_t
start_child (void (*prepare) (void))
{
  int ready[2];
  char byte;
  pid_t pid;

  g_assert_no_errno (pipe (ready));
  pid = fork ();
  g_assert_no_errno (pid);
  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      prepare ();
      if (write (ready[1], "", 1) == 1)
        for (;;)
          pause ();
      _exit (1);
    }

  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  return pid;
}

static void
end_child (pid_t pid)
{
  siginfo_t info;

  g_assert_no_errno (kill (pid, SIGKILL));
  g_assert_no_errno (waitid (P_PID, (id_t) pid, &info, WEXITED | WNOWAIT));
}

static void
take_memory (void)
{
  static char memory[MUCH];

  memset (memory, 1, sizeof memory);
}

static void
take_name (void)
{
  take_memory ();
  prctl (PR_SET_NAME, ") R 1 2 (\n) 9");
}

static void
hide (void)
{
  take_memory ();
  prctl (PR_SET_DUMPABLE, 0);
}

/* Also one that calls itself what would break the line, or hides its memory. */
static void
test_child (gconstpointer data)
{
  pid_t pid = start_child ((void (*) (void)) data);
  LuminalUsage usage = read_usage (pid);

  g_assert_cmpuint (usage.memory, >=, MUCH - MUCH / 16);
  g_assert_cmpuint (usage.memory, <, 4u * MUCH);
  g_assert_cmpuint (usage.cpu_time, <, 600 * G_USEC_PER_SEC);

  end_child (pid);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
}

static void
test_zombie (void)
{
  pid_t pid = start_child (take_memory);
  LuminalUsage usage;

  end_child (pid);
  usage = read_usage (pid);
  g_assert_cmpuint (usage.memory, ==, 0);

  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  g_assert_false (luminal_usage_read (pid, &usage));
}

static void
test_nobody (void)
{
  static const pid_t pids[] = { 0, -1, G_MAXINT };

  for (gsize i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      LuminalUsage usage = { 1, 1 };

      g_assert_false (luminal_usage_read (pids[i], &usage));
      g_assert_cmpuint (usage.memory, ==, 0);
      g_assert_cmpuint (usage.cpu_time, ==, 0);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/usage/memory", test_memory);
  g_test_add_func ("/usage/cpu-time", test_cpu_time);
  g_test_add_data_func ("/usage/child", take_memory, test_child);
  g_test_add_data_func ("/usage/odd-name", take_name, test_child);
  g_test_add_data_func ("/usage/hidden", hide, test_child);
  g_test_add_func ("/usage/zombie", test_zombie);
  g_test_add_func ("/usage/nobody", test_nobody);

  return g_test_run ();
}
