/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Is a thread still inside a module that is about to be unmapped? One that sleeps
 * in the kernel has its stack pointer in /proc, and whatever it will return to
 * lies on its stack: looking for addresses of the module there errs only on the
 * safe side. */

#include "luminal-thread-scan.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* A thread on a processor has no stack pointer to tell; it gets this many chances
 * to go to sleep. */
#define PATIENCE 64

/* How much of a stack is read, from its top. */
#define DEEPEST_STACK (1024 * 1024)

typedef enum
{
  THREAD_GONE,
  THREAD_RUNNING,
  THREAD_ASLEEP,
} ThreadState;

static ThreadState
look_at_thread (guint  thread,
                gsize *stack_pointer,
                gsize *instruction)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%u/syscall", thread);
  g_autofree char *contents = NULL;
  g_auto (GStrv) words = NULL;
  guint n_words;

  if (!g_file_get_contents (path, &contents, NULL, NULL))
    {
      g_autofree char *folder = g_strdup_printf ("/proc/self/task/%u", thread);

      return g_file_test (folder, G_FILE_TEST_EXISTS) ? THREAD_RUNNING : THREAD_GONE;
    }

  /* "running", or the call's number and arguments, then these two. */
  words = g_strsplit (g_strchomp (contents), " ", -1);
  n_words = g_strv_length (words);
  if (n_words < 3)
    return THREAD_RUNNING;

  *stack_pointer = g_ascii_strtoull (words[n_words - 2], NULL, 16);
  *instruction = g_ascii_strtoull (words[n_words - 1], NULL, 16);
  return THREAD_ASLEEP;
}

static gsize
find_stack_end (gsize stack_pointer)
{
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL))
    return 0;

  lines = g_strsplit (maps, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      char *after;
      gsize start = g_ascii_strtoull (*line, &after, 16);
      gsize end = *after == '-' ? g_ascii_strtoull (after + 1, NULL, 16) : 0;

      if (stack_pointer >= start && stack_pointer < end)
        return end;
    }

  return 0;
}

static gboolean
stack_leads_into (gsize                   stack_pointer,
                  const LuminalCodeRange *range)
{
  gsize end = find_stack_end (stack_pointer);
  gsize size = MIN (end > stack_pointer ? end - stack_pointer : 0, DEEPEST_STACK);
  g_autofree gsize *words = g_malloc (size + sizeof (gsize));
  struct iovec local = { words, size };
  struct iovec remote = { (gpointer) stack_pointer, size };
  gssize n_read;

  /* The kernel reads it, not this thread: a stack that goes away meanwhile is an
   * error there and a crash here. */
  n_read = process_vm_readv (getpid (), &local, 1, &remote, 1, 0);
  if (n_read <= 0)
    return TRUE;

  for (gsize i = 0; i < (gsize) n_read / sizeof (gsize); i++)
    {
      if (luminal_code_range_contains (range, (gconstpointer) words[i]))
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_inside (guint                   thread,
           const LuminalCodeRange *range)
{
  for (guint i = 0; i < PATIENCE; i++)
    {
      gsize stack_pointer = 0;
      gsize instruction = 0;

      switch (look_at_thread (thread, &stack_pointer, &instruction))
        {
        case THREAD_GONE:
          return FALSE;
        case THREAD_ASLEEP:
          return luminal_code_range_contains (range, (gconstpointer) instruction) ||
                 stack_leads_into (stack_pointer, range);
        case THREAD_RUNNING:
          sched_yield ();
          break;
        default:
          g_assert_not_reached ();
        }
    }

  return TRUE;
}

gboolean
luminal_thread_scan_inside (const LuminalCodeRange *range)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  guint own = (guint) gettid ();
  const char *name;

  /* They cannot be told, as when no descriptor is left. */
  if (tasks == NULL)
    return TRUE;

  while ((name = g_dir_read_name (tasks)) != NULL)
    {
      guint thread = (guint) g_ascii_strtoull (name, NULL, 10);

      if (thread != own && is_inside (thread, range))
        return TRUE;
    }

  return FALSE;
}
