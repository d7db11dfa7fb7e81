/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a worker says, however much: it costs no more than it may, others have their
 * turns, and nothing is lost without being counted. */

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luminal-poller.h"
#include "luminal-worker-protocol.h"
#include "output-testing.h"

static gpointer
write_long_line (gpointer user_data)
{
  Writing *writing = user_data;
  static char bytes[100000];

  memset (bytes, 'x', sizeof bytes);
  for (guint64 left = writing->n; left > 0; left -= sizeof bytes)
    {
      for (gsize n = 0; n < sizeof bytes;)
        {
          gssize n_written = write (writing->fd, bytes + n, sizeof bytes - n);

          g_assert_cmpint (n_written, >, 0);
          n += (gsize) n_written;
        }
    }
  write_text (writing->fd, "\nshort\n");

  return NULL;
}

static guint64
get_most_memory (void)
{
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, "VmHWM:");
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen ("VmHWM:"), NULL, 10) * 1024;
}

/* In little memory, and no faster than it may. */
static void
test_very_long_line (Worker       *worker,
                     gconstpointer data)
{
  Writing writing = { worker->fds[0], 100 * 1000 * 1000 };
  guint64 before = get_most_memory ();
  gint64 start = g_get_monotonic_time ();
  GThread *thread = g_thread_new ("writer", write_long_line, &writing);
  g_autofree char *expected = NULL;
  g_autofree char *repeated = g_strnfill (LUMINAL_LONGEST_LINE, 'x');

  worker_wait_for_lines (worker, 2);
  g_thread_join (thread);
  g_assert_cmpint (g_get_monotonic_time () - start, >, 100 * 1000 * (writing.n / (4 * 1024 * 1024) - 2));
  g_assert_cmpuint (get_most_memory () - before, <, 8 * 1024 * 1024);

  expected = g_strdup_printf ("stdout: %s … (99991808 bytes more)\nstdout: short", repeated);
  worker_expect (worker, expected);
}

static gpointer
write_lines_and_close (gpointer user_data)
{
  Writing *writing = user_data;

  write_lines (writing);
  g_assert_no_errno (close (writing->fd));

  return NULL;
}

typedef struct
{
  Worker *worker;
  guint n_turns;
  guint n_lines;
  guint most_lines_between;
} Neighbour;

static gboolean
take_turn (gpointer user_data)
{
  Neighbour *neighbour = user_data;

  neighbour->most_lines_between = MAX (neighbour->most_lines_between,
                                       neighbour->worker->lines->len - neighbour->n_lines);
  neighbour->n_lines = neighbour->worker->lines->len;
  neighbour->n_turns++;
  return G_SOURCE_CONTINUE;
}

static void
expect_tail (Worker *worker,
             guint64 n_written)
{
  g_autoptr (GPtrArray) tail = luminal_output_reader_get_tail (worker->reader);

  g_assert_cmpuint (tail->len, ==, LUMINAL_TAIL_LINES);
  for (guint i = 0; i < tail->len; i++)
    {
      LuminalOutputLine *line = tail->pdata[i];

      g_assert_cmpuint (line->photon, ==, G_MAXUINT);
      g_assert_cmpint (line->stream, ==, LUMINAL_STREAM_STDOUT);
      g_assert_cmpuint (g_ascii_strtoull (line->text, NULL, 10), ==, n_written - tail->len + i);
    }
}

/* Others have their turns, every line is either told or counted, and those told are
 * in order. The last ones are known in any case. */
static void
test_flood (Worker       *worker,
            gconstpointer data)
{
  Writing writing = { worker->fds[0], 1000000 };
  Neighbour neighbour = { worker };
  GThread *thread = g_thread_new ("writer", write_lines, &writing);
  guint id = g_idle_add_full (G_PRIORITY_HIGH_IDLE + 30, take_turn, &neighbour, NULL);
  guint64 n_told = 0;
  guint64 next = 0;

  while (n_told + worker->n_dropped < writing.n)
    {
      g_main_context_iteration (NULL, TRUE);
      for (; next < worker->lines->len; next++)
        n_told += g_str_has_prefix (worker_get_line (worker, (guint) next), "stdout: (") ? 0 : 1;
    }
  g_thread_join (thread);
  g_source_remove (id);

  g_assert_cmpuint (n_told + worker->n_dropped, ==, writing.n);
  g_assert_cmpuint (n_told, >=, BURST);
  g_assert_cmpuint (worker->n_dropped, >, 0);
  /* One portion before and one after it, in two iterations. */
  g_assert_cmpuint (neighbour.most_lines_between, <=, 2 * 100);
  g_assert_cmpuint (neighbour.n_turns, >=, n_told / 100);

  next = 0;
  for (guint i = 0; i < worker->lines->len; i++)
    {
      const char *text = worker_get_line (worker, i) + strlen ("stdout: ");

      /* Where it is said that lines are missing, as many are. */
      if (*text == '(')
        next += g_ascii_strtoull (text + 1, NULL, 10);
      else
        g_assert_cmpuint (g_ascii_strtoull (text, NULL, 10), ==, next++);
    }
  g_assert_cmpuint (next, ==, writing.n);

  expect_tail (worker, writing.n);
  expect_idle ();
}

static guint64
count_told (Worker *worker)
{
  guint64 n = 0;

  for (guint i = 0; i < worker->lines->len; i++)
    n += g_str_has_prefix (worker_get_line (worker, i), "stdout: (") ? 0 : 1;

  return n;
}

/* What was dropped is also told at the end, and where a drain ends. */
static void
test_flood_until_closed (Worker       *worker,
                         gconstpointer data)
{
  gboolean by_drain = GPOINTER_TO_INT (data);
  Writing writing = { dup (worker->fds[0]), 200000 };
  GThread *thread;

  worker_close (worker, 0);
  thread = g_thread_new ("writer", write_lines_and_close, &writing);
  while (count_told (worker) + worker->n_dropped < writing.n)
    {
      if (by_drain)
        luminal_output_reader_drain (worker->reader);
      else
        g_main_context_iteration (NULL, TRUE);
    }
  g_thread_join (thread);

  g_assert_cmpuint (count_told (worker) + worker->n_dropped, ==, writing.n);
  g_assert_cmpuint (worker->n_dropped, >, 0);
  expect_tail (worker, writing.n);
  expect_idle ();
}

/* When it is quiet again, it is told how much was dropped, of each stream for itself. */
static void
test_dropped_of_each (Worker       *worker,
                      gconstpointer data)
{
  g_autofree char *newlines = g_strnfill (6 * BURST, '\n');
  g_autofree char *expected = NULL;
  guint n_told;

  write_bytes (worker->fds[0], newlines, 6 * BURST);
  write_text (worker->fds[1], "1\n");
  for (guint i = 0; i < 3; i++)
    worker_say (worker, 0, LUMINAL_STREAM_EPRINT, "x", 1);
  for (guint i = 0; i < 4; i++)
    worker_say (worker, 1, LUMINAL_STREAM_PRINT, "x", 1);

  worker_wait_for_lines (worker, BURST);
  g_assert_cmpuint (worker->n_dropped, ==, 0);
  while (!g_str_has_prefix (worker_get_line (worker, worker->lines->len - 1), "print 1: (4"))
    g_main_context_iteration (NULL, TRUE);

  n_told = worker->lines->len - 4;
  g_assert_cmpstr (worker_get_line (worker, n_told - 1), ==, "stdout: ");
  g_ptr_array_remove_range (worker->lines, 0, n_told);
  expected = g_strdup_printf ("stdout: (%u lines were dropped: they came faster than they could be told)\n"
                              "stderr: (1 line was dropped: it came faster than it could be told)\n"
                              "eprint 0: (3 lines were dropped: they came faster than they could be told)\n"
                              "print 1: (4 lines were dropped: they came faster than they could be told)",
                              6 * BURST - n_told);
  worker_expect (worker, expected);

  /* And then there is room. */
  write_text (worker->fds[0], "again\n");
  worker_wait_for_lines (worker, 1);
  worker_expect (worker, "stdout: again");
  expect_idle ();
}

/* It comes to an end though the writer does not, and the writer is never kept from
 * writing on. */
static void
test_drain_endless (Worker       *worker,
                    gconstpointer data)
{
  Writing writing = { worker->fds[0], 0 };
  GThread *thread = g_thread_new ("writer", write_for_ever, &writing);

  for (guint i = 0; i < 3; i++)
    luminal_output_reader_drain (worker->reader);
  while (worker->n_dropped < 500000)
    g_main_context_iteration (NULL, TRUE);

  g_assert_finalize_object (g_steal_pointer (&worker->reader));
  g_thread_join (thread);
}

static gpointer
send_nothing_for_ever (gpointer user_data)
{
  Writing *writing = user_data;

  while (send (writing->fd, "", 0, MSG_NOSIGNAL) == 0)
    writing->n++;

  return NULL;
}

/* Packets of nothing are not for free: others have their turns. */
static void
test_endless_nonsense (Worker       *worker,
                       gconstpointer data)
{
  Writing writing = { worker->fds[2], 0 };
  GThread *thread = g_thread_new ("writer", send_nothing_for_ever, &writing);

  luminal_output_reader_drain (worker->reader);
  while (luminal_output_reader_get_n_nonsense (worker->reader) < 100000)
    g_main_context_iteration (NULL, TRUE);
  write_text (worker->fds[0], "still here\n");
  worker_wait_for_lines (worker, 1);
  worker_expect (worker, "stdout: still here");

  g_assert_finalize_object (g_steal_pointer (&worker->reader));
  g_thread_join (thread);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  /* A writer is told by write() that nobody reads any more. */
  signal (SIGPIPE, SIG_IGN);

  add_worker_test ("/output-flood/very-long-line", NULL, test_very_long_line);
  add_worker_test ("/output-flood/flood", NULL, test_flood);
  add_worker_test ("/output-flood/flood-until-closed", GINT_TO_POINTER (FALSE), test_flood_until_closed);
  add_worker_test ("/output-flood/flood-until-drained", GINT_TO_POINTER (TRUE), test_flood_until_closed);
  add_worker_test ("/output-flood/dropped-of-each", NULL, test_dropped_of_each);
  add_worker_test ("/output-flood/drain-endless", NULL, test_drain_endless);
  add_worker_test ("/output-flood/endless-nonsense", NULL, test_endless_nonsense);

  return g_test_run ();
}
