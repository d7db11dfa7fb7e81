/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a worker says, whatever it is and however much: lines come whole and in their
 * order, and nothing costs more than it may. */

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luminal-output-reader.h"
#include "luminal-worker-protocol.h"

/* As the reader's own. */
#define PRIORITY (G_PRIORITY_HIGH_IDLE + 30)

/* What comes in one go without a line being dropped. */
#define BURST 10000

typedef struct
{
  LuminalOutputReader *reader;
  int fds[3]; /* to write to: stdout, stderr, said */
  GPtrArray *lines;
  guint64 n_dropped;
} Worker;

static void
note_line (LuminalOutputReader *reader,
           guint                photon,
           LuminalStream        stream,
           const char          *text,
           Worker              *worker)
{
  guint64 n_dropped;

  g_assert_true (g_utf8_validate (text, -1, NULL));
  if (sscanf (text, "(%" G_GINT64_MODIFIER "u line", &n_dropped) == 1)
    worker->n_dropped += n_dropped;

  if (photon == G_MAXUINT)
    g_ptr_array_add (worker->lines, g_strdup_printf ("%s: %s", luminal_stream_to_string (stream), text));
  else
    g_ptr_array_add (worker->lines, g_strdup_printf ("%s %u: %s", luminal_stream_to_string (stream),
                                                     photon, text));
}

static void
worker_set_up (Worker       *worker,
               gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int out[2], err[2], said[2];

  g_unix_open_pipe (out, FD_CLOEXEC, &error);
  g_assert_no_error (error);
  g_unix_open_pipe (err, FD_CLOEXEC, &error);
  g_assert_no_error (error);
  g_assert_no_errno (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, said));

  worker->fds[0] = out[1];
  worker->fds[1] = err[1];
  worker->fds[2] = said[1];
  worker->lines = g_ptr_array_new_with_free_func (g_free);
  worker->reader = luminal_output_reader_new (out[0], err[0], said[0]);
  luminal_output_reader_set_n_photons (worker->reader, 2);
  g_signal_connect (worker->reader, "line", G_CALLBACK (note_line), worker);
}

static void
close_end (Worker *worker,
           guint   number)
{
  if (worker->fds[number] >= 0)
    g_assert_no_errno (close (worker->fds[number]));
  worker->fds[number] = -1;
}

static void
worker_tear_down (Worker       *worker,
                  gconstpointer data)
{
  if (worker->reader != NULL)
    g_assert_finalize_object (worker->reader);
  for (guint i = 0; i < 3; i++)
    close_end (worker, i);
  g_ptr_array_unref (worker->lines);
}

static void
write_bytes (int         fd,
             const char *bytes,
             gsize       length)
{
  g_assert_cmpint (write (fd, bytes, length), ==, length);
}

static void
write_text (int         fd,
            const char *text)
{
  write_bytes (fd, text, strlen (text));
}

static void
say (Worker       *worker,
     guint         photon,
     LuminalStream stream,
     const char   *text,
     gsize         length)
{
  gsize size = sizeof (LuminalSaid) + length;
  g_autofree char *packet = g_malloc (size);
  LuminalSaid said = { photon, stream };

  memcpy (packet, &said, sizeof said);
  memcpy (packet + sizeof said, text, length);
  g_assert_cmpint (send (worker->fds[2], packet, size, 0), ==, size);
}

static const char *
get_line (Worker *worker,
          guint   i)
{
  g_assert_cmpuint (i, <, worker->lines->len);
  return worker->lines->pdata[i];
}

static void
wait_for_lines (Worker *worker,
                guint   n)
{
  while (worker->lines->len < n)
    g_main_context_iteration (NULL, TRUE);
}

/* All that was told since the last time, one line after the other. */
static void
expect (Worker     *worker,
        const char *lines)
{
  g_autofree char *joined = NULL;

  g_ptr_array_add (worker->lines, NULL);
  joined = g_strjoinv ("\n", (char **) worker->lines->pdata);
  g_assert_cmpstr (joined, ==, lines);
  g_ptr_array_set_size (worker->lines, 0);
}

/* Nothing would wake up the main context but something that happens. */
static void
expect_idle (void)
{
  GMainContext *context = g_main_context_default ();
  GPollFD fds[16];
  int priority, timeout;

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  g_main_context_query (context, G_MAXINT, &timeout, fds, G_N_ELEMENTS (fds));
  g_main_context_release (context);
  g_assert_cmpint (timeout, ==, -1);
}

static void
test_lines (Worker       *worker,
            gconstpointer data)
{
  write_text (worker->fds[0], "he");
  luminal_output_reader_drain (worker->reader);
  expect (worker, "");

  write_text (worker->fds[0], "llo\nwo");
  wait_for_lines (worker, 1);
  expect (worker, "stdout: hello");

  write_text (worker->fds[0], "r");
  luminal_output_reader_drain (worker->reader);
  write_text (worker->fds[0], "ld\n\n a\tb\rc\r\n\r\nd\r");
  wait_for_lines (worker, 4);
  expect (worker, "stdout: world\nstdout: \nstdout:  a\tb\rc\nstdout: ");

  write_text (worker->fds[0], "\n\x1b[31mred\n");
  write_text (worker->fds[1], "wrong\n");
  wait_for_lines (worker, 3);
  expect (worker, "stdout: d\nstdout: \x1b[31mred\nstderr: wrong");
  expect_idle ();
}

static void
test_last_line (Worker       *worker,
                gconstpointer data)
{
  write_text (worker->fds[0], "one\ntwo");
  luminal_output_reader_drain (worker->reader);
  expect (worker, "stdout: one");
  close_end (worker, 0);
  luminal_output_reader_drain (worker->reader);
  expect (worker, "stdout: two");

  write_text (worker->fds[1], "three");
  close_end (worker, 1);
  wait_for_lines (worker, 1);
  expect (worker, "stderr: three");

  close_end (worker, 2);
  expect_idle ();
  expect (worker, "");
  luminal_output_reader_drain (worker->reader);
  expect (worker, "");
}

/* The others go on when one is closed, in whatever order. */
static void
test_close_order (Worker       *worker,
                  gconstpointer data)
{
  say (worker, 1, LUMINAL_STREAM_PRINT, "before", 6);
  close_end (worker, 2);
  wait_for_lines (worker, 1);
  expect_idle ();
  expect (worker, "print 1: before");

  write_text (worker->fds[1], "a\n");
  close_end (worker, 1);
  wait_for_lines (worker, 1);
  expect_idle ();
  expect (worker, "stderr: a");

  write_text (worker->fds[0], "b\n");
  wait_for_lines (worker, 1);
  close_end (worker, 0);
  expect_idle ();
  expect (worker, "stdout: b");
}

static void
test_no_descriptors (void)
{
  LuminalOutputReader *reader = luminal_output_reader_new (-1, -1, -1);
  g_autoptr (GPtrArray) tail = luminal_output_reader_get_tail (reader);

  luminal_output_reader_drain (reader);
  expect_idle ();
  g_assert_cmpuint (tail->len, ==, 0);
  g_assert_finalize_object (reader);
}

static void
write_repeated (int         fd,
                char        letter,
                gsize       n,
                const char *end)
{
  g_autofree char *bytes = g_strnfill (n, letter);

  write_bytes (fd, bytes, n);
  write_text (fd, end);
}

static void
expect_repeated (Worker     *worker,
                 gsize       n,
                 const char *end)
{
  g_autofree char *repeated = g_strnfill (n, 'x');
  g_autofree char *expected = g_strconcat ("stdout: ", repeated, end, NULL);

  luminal_output_reader_drain (worker->reader);
  expect (worker, expected);
}

static void
test_longest_line (Worker       *worker,
                   gconstpointer data)
{
  write_repeated (worker->fds[0], 'x', LUMINAL_LONGEST_LINE, "\n");
  expect_repeated (worker, LUMINAL_LONGEST_LINE, "");
  write_repeated (worker->fds[0], 'x', LUMINAL_LONGEST_LINE, "\r\n");
  expect_repeated (worker, LUMINAL_LONGEST_LINE, "");
  write_repeated (worker->fds[0], 'x', LUMINAL_LONGEST_LINE + 1, "\n");
  expect_repeated (worker, LUMINAL_LONGEST_LINE, " … (1 byte more)");

  /* The same in pieces. */
  write_repeated (worker->fds[0], 'x', LUMINAL_LONGEST_LINE - 1, "");
  luminal_output_reader_drain (worker->reader);
  write_text (worker->fds[0], "x\r");
  luminal_output_reader_drain (worker->reader);
  write_text (worker->fds[0], "\n");
  expect_repeated (worker, LUMINAL_LONGEST_LINE, "");
  write_repeated (worker->fds[0], 'x', LUMINAL_LONGEST_LINE - 1, "");
  luminal_output_reader_drain (worker->reader);
  write_text (worker->fds[0], "xyz");
  luminal_output_reader_drain (worker->reader);
  write_text (worker->fds[0], "\r\r\n");
  expect_repeated (worker, LUMINAL_LONGEST_LINE, " … (3 bytes more)");

  /* No half of a character is left. */
  write_repeated (worker->fds[0], 'x', LUMINAL_LONGEST_LINE - 1, "ö\n");
  expect_repeated (worker, LUMINAL_LONGEST_LINE - 1, " … (2 bytes more)");
  write_repeated (worker->fds[0], 'x', LUMINAL_LONGEST_LINE - 3, "🙂\n");
  expect_repeated (worker, LUMINAL_LONGEST_LINE - 3, " … (4 bytes more)");
  write_repeated (worker->fds[0], 'x', LUMINAL_LONGEST_LINE - 4, "🙂z\n");
  expect_repeated (worker, LUMINAL_LONGEST_LINE - 4, "🙂 … (1 byte more)");
}

typedef struct
{
  int fd;
  guint64 n;
} Writing;

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

  wait_for_lines (worker, 2);
  g_thread_join (thread);
  g_assert_cmpint (g_get_monotonic_time () - start, >, 100 * 1000 * (writing.n / (4 * 1024 * 1024) - 2));
  g_assert_cmpuint (get_most_memory () - before, <, 8 * 1024 * 1024);

  expected = g_strdup_printf ("stdout: %s … (99991808 bytes more)\nstdout: short", repeated);
  expect (worker, expected);
}

static void
test_no_text (Worker       *worker,
              gconstpointer data)
{
  static const char zeros[] = "a\0b\0\0\n\0\n";
  static const char wrong[] = "\xff\xfe" "c\xc3\n\xed\xa0\x80\xf0\x9f\n\x80\xc3\xb6\n";
  g_autofree char *flood = g_strnfill (2 * LUMINAL_LONGEST_LINE, '\xff');

  write_bytes (worker->fds[0], zeros, sizeof zeros - 1);
  luminal_output_reader_drain (worker->reader);
  expect (worker, "stdout: a\uFFFDb\uFFFD\uFFFD\nstdout: \uFFFD");

  write_text (worker->fds[0], wrong);
  luminal_output_reader_drain (worker->reader);
  expect (worker, "stdout: \uFFFD\uFFFDc\uFFFD\nstdout: \uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\nstdout: \uFFFDö");

  say (worker, 0, LUMINAL_STREAM_EPRINT, zeros, sizeof zeros - 1);
  luminal_output_reader_drain (worker->reader);
  expect (worker, "eprint 0: a\uFFFDb\uFFFD\uFFFD\n\uFFFD\n");

  write_bytes (worker->fds[0], flood, 2 * LUMINAL_LONGEST_LINE);
  write_text (worker->fds[0], "\n");
  luminal_output_reader_drain (worker->reader);
  g_assert_true (g_str_has_suffix (get_line (worker, 0), "\uFFFD … (8192 bytes more)"));
  g_assert_cmpuint (strlen (get_line (worker, 0)), <, 4 * LUMINAL_LONGEST_LINE);
}

static gpointer
write_lines (gpointer user_data)
{
  Writing *writing = user_data;
  FILE *file = fdopen (dup (writing->fd), "w");

  for (guint64 i = 0; i < writing->n; i++)
    fprintf (file, "%" G_GUINT64_FORMAT "\n", i);
  fclose (file);

  return NULL;
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
  guint id = g_idle_add_full (PRIORITY, take_turn, &neighbour, NULL);
  guint64 n_told = 0;
  guint64 next = 0;

  while (n_told + worker->n_dropped < writing.n)
    {
      g_main_context_iteration (NULL, TRUE);
      for (; next < worker->lines->len; next++)
        n_told += g_str_has_prefix (get_line (worker, (guint) next), "stdout: (") ? 0 : 1;
    }
  g_thread_join (thread);
  g_source_remove (id);

  g_assert_cmpuint (n_told + worker->n_dropped, ==, writing.n);
  g_assert_cmpuint (n_told, >=, BURST);
  g_assert_cmpuint (worker->n_dropped, >, 0);
  g_assert_cmpuint (neighbour.most_lines_between, <=, 100);
  g_assert_cmpuint (neighbour.n_turns, >=, n_told / 100);

  next = 0;
  for (guint i = 0; i < worker->lines->len; i++)
    {
      const char *text = get_line (worker, i) + strlen ("stdout: ");

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
    n += g_str_has_prefix (get_line (worker, i), "stdout: (") ? 0 : 1;

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

  close_end (worker, 0);
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
    say (worker, 0, LUMINAL_STREAM_EPRINT, "x", 1);
  for (guint i = 0; i < 4; i++)
    say (worker, 1, LUMINAL_STREAM_PRINT, "x", 1);

  wait_for_lines (worker, BURST);
  g_assert_cmpuint (worker->n_dropped, ==, 0);
  while (!g_str_has_prefix (get_line (worker, worker->lines->len - 1), "print 1: (4"))
    g_main_context_iteration (NULL, TRUE);

  n_told = worker->lines->len - 4;
  g_assert_cmpstr (get_line (worker, n_told - 1), ==, "stdout: ");
  g_ptr_array_remove_range (worker->lines, 0, n_told);
  expected = g_strdup_printf ("stdout: (%u lines were dropped: they came faster than they could be told)\n"
                              "stderr: (1 line was dropped: it came faster than it could be told)\n"
                              "eprint 0: (3 lines were dropped: they came faster than they could be told)\n"
                              "print 1: (4 lines were dropped: they came faster than they could be told)",
                              6 * BURST - n_told);
  expect (worker, expected);

  /* And then there is room. */
  write_text (worker->fds[0], "again\n");
  wait_for_lines (worker, 1);
  expect (worker, "stdout: again");
  expect_idle ();
}

static gpointer
write_for_ever (gpointer user_data)
{
  Writing *writing = user_data;
  static const char text[] = "one line after the other, and then another one\n";

  while (write (writing->fd, text, sizeof text - 1) > 0)
    writing->n++;
  g_assert_cmpint (errno, ==, EPIPE);

  return NULL;
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

static void
drop_reader (LuminalOutputReader *reader,
             guint                photon,
             LuminalStream        stream,
             const char          *text,
             Worker              *worker)
{
  if (worker->lines->len == 2)
    g_clear_object (&worker->reader);
}

static void
test_close (Worker       *worker,
            gconstpointer data)
{
  Writing writing = { dup (worker->fds[0]), 0 };
  GThread *thread;

  close_end (worker, 0);
  thread = g_thread_new ("writer", write_for_ever, &writing);
  write_text (worker->fds[1], "begun");
  wait_for_lines (worker, BURST + 1);
  luminal_output_reader_close (worker->reader);
  g_thread_join (thread);
  g_assert_no_errno (close (writing.fd));

  g_ptr_array_set_size (worker->lines, 0);
  expect_idle ();
  luminal_output_reader_drain (worker->reader);
  luminal_output_reader_set_n_photons (worker->reader, 3);
  luminal_output_reader_close (worker->reader);
  expect_idle ();
  expect (worker, "");
}

/* Nothing is told any more. */
static void
test_drop (Worker       *worker,
           gconstpointer data)
{
  gboolean by_drain = GPOINTER_TO_INT (data);
  gpointer alive = worker->reader;

  g_object_add_weak_pointer (alive, &alive);
  g_signal_connect (worker->reader, "line", G_CALLBACK (drop_reader), worker);
  write_text (worker->fds[0], "one\ntwo\nthree\nfour\n");
  write_text (worker->fds[1], "five\n");
  if (by_drain)
    luminal_output_reader_drain (worker->reader);
  else
    wait_for_lines (worker, 2);

  expect_idle ();
  g_assert_null (alive);
  g_assert_null (worker->reader);
  expect (worker, "stdout: one\nstdout: two");
}

static void
drain_again (LuminalOutputReader *reader,
             guint                photon,
             LuminalStream        stream,
             const char          *text,
             Worker              *worker)
{
  luminal_output_reader_drain (worker->reader);
}

/* Each line comes once and in order, and thousands are not too deep. */
static void
test_drain_inside (Worker       *worker,
                   gconstpointer data)
{
  Writing writing = { worker->fds[0], BURST / 2 };
  GThread *thread;

  g_signal_connect (worker->reader, "line", G_CALLBACK (drain_again), worker);
  thread = g_thread_new ("writer", write_lines, &writing);
  wait_for_lines (worker, BURST / 2);
  g_thread_join (thread);

  g_assert_cmpuint (worker->lines->len, ==, BURST / 2);
  for (guint i = 0; i < worker->lines->len; i++)
    g_assert_cmpuint (g_ascii_strtoull (get_line (worker, i) + strlen ("stdout: "), NULL, 10), ==, i);
}

static void
drain_and_drop (LuminalOutputReader *reader,
                guint                photon,
                LuminalStream        stream,
                const char          *text,
                Worker              *worker)
{
  if (worker->lines->len == 1)
    luminal_output_reader_drain (worker->reader);
  else if (worker->lines->len == 3)
    {
      luminal_output_reader_close (worker->reader);
      g_clear_object (&worker->reader);
    }
}

/* Of two that tell, the inner one ends it for both. */
static void
test_drop_inside (Worker       *worker,
                  gconstpointer data)
{
  g_signal_connect (worker->reader, "line", G_CALLBACK (drain_and_drop), worker);
  write_text (worker->fds[0], "one\ntwo\nthree\nfour\n");
  wait_for_lines (worker, 1);
  expect_idle ();
  g_assert_null (worker->reader);
  expect (worker, "stdout: one\nstdout: two\nstdout: three");
}

static void
send_with_descriptor (int fd,
                      int sent)
{
  LuminalSaid said = { 0, LUMINAL_STREAM_PRINT };
  struct iovec iov = { &said, sizeof said };
  union
  {
    struct cmsghdr header;
    char room[CMSG_SPACE (sizeof (int))];
  } control = { { 0 } };
  struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
                            .msg_controllen = sizeof control };

  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN (sizeof (int));
  memcpy (CMSG_DATA (&control.header), &sent, sizeof sent);
  g_assert_cmpint (sendmsg (fd, &message, 0), ==, sizeof said);
}

static void
test_nonsense (Worker       *worker,
               gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char byte;
  int ends[2];

  g_assert_cmpint (send (worker->fds[2], "", 0, 0), ==, 0);
  write_text (worker->fds[2], "short");
  say (worker, 2, LUMINAL_STREAM_PRINT, "x", 1);
  say (worker, G_MAXUINT, LUMINAL_STREAM_PRINT, "x", 1);
  say (worker, 0, LUMINAL_STREAM_STDOUT, "x", 1);
  say (worker, 0, LUMINAL_STREAM_STDERR, "x", 1);
  say (worker, 0, 4, "x", 1);
  say (worker, 0, (LuminalStream) -1, "x", 1);
  say (worker, 0, LUMINAL_STREAM_PRINT, "", 0);
  say (worker, 1, LUMINAL_STREAM_EPRINT, "right\nand two", 13);
  wait_for_lines (worker, 2);
  expect (worker, "print 0: \neprint 1: right\nand two");
  g_assert_cmpuint (luminal_output_reader_get_n_nonsense (worker->reader), ==, 8);

  luminal_output_reader_set_n_photons (worker->reader, 0);
  say (worker, 0, LUMINAL_STREAM_PRINT, "x", 1);
  luminal_output_reader_drain (worker->reader);
  expect (worker, "");
  g_assert_cmpuint (luminal_output_reader_get_n_nonsense (worker->reader), ==, 9);
  luminal_output_reader_set_n_photons (worker->reader, 100000);
  say (worker, 99999, LUMINAL_STREAM_PRINT, "x", 1);
  luminal_output_reader_drain (worker->reader);
  expect (worker, "print 99999: x");

  /* Nobody can fill the manager with descriptors. */
  g_unix_open_pipe (ends, FD_CLOEXEC, &error);
  g_assert_no_error (error);
  send_with_descriptor (worker->fds[2], ends[1]);
  g_assert_no_errno (close (ends[1]));
  luminal_output_reader_drain (worker->reader);
  expect (worker, "print 0: ");
  g_assert_cmpint (read (ends[0], &byte, 1), ==, 0);
  g_assert_no_errno (close (ends[0]));

  /* An empty packet looks like the end, and is none. */
  g_assert_cmpint (send (worker->fds[2], "", 0, 0), ==, 0);
  say (worker, 1, LUMINAL_STREAM_PRINT, "last words", 10);
  close_end (worker, 2);
  wait_for_lines (worker, 1);
  expect_idle ();
  expect (worker, "print 1: last words");
  g_assert_cmpuint (luminal_output_reader_get_n_nonsense (worker->reader), ==, 10);
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
  wait_for_lines (worker, 1);
  expect (worker, "stdout: still here");

  g_assert_finalize_object (g_steal_pointer (&worker->reader));
  g_thread_join (thread);
}

static void
test_long_packet (Worker       *worker,
                  gconstpointer data)
{
  g_autofree char *text = g_strnfill (20000, 'x');
  g_autofree char *shown = g_strnfill (LUMINAL_LONGEST_LINE, 'x');
  g_autofree char *expected = g_strdup_printf ("print 0: %s\nprint 0: %s … (11808 bytes more)", shown, shown);

  say (worker, 0, LUMINAL_STREAM_PRINT, text, LUMINAL_LONGEST_LINE);
  say (worker, 0, LUMINAL_STREAM_PRINT, text, 20000);
  luminal_output_reader_drain (worker->reader);
  expect (worker, expected);
}

static void
test_tail (Worker       *worker,
           gconstpointer data)
{
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) second = NULL;
  LuminalOutputLine *line;

  write_text (worker->fds[1], "one\n");
  luminal_output_reader_drain (worker->reader);
  say (worker, 1, LUMINAL_STREAM_PRINT, "two", 3);
  luminal_output_reader_drain (worker->reader);
  write_repeated (worker->fds[0], 'x', LUMINAL_TAIL_BYTES + 7, "\nbegun");
  luminal_output_reader_drain (worker->reader);

  first = luminal_output_reader_get_tail (worker->reader);
  g_assert_cmpuint (first->len, ==, 3);
  line = first->pdata[0];
  g_assert_cmpint (line->stream, ==, LUMINAL_STREAM_STDERR);
  g_assert_cmpuint (line->photon, ==, G_MAXUINT);
  g_assert_cmpstr (line->text, ==, "one");
  line = first->pdata[1];
  g_assert_cmpint (line->stream, ==, LUMINAL_STREAM_PRINT);
  g_assert_cmpuint (line->photon, ==, 1);
  g_assert_cmpstr (line->text, ==, "two");
  line = first->pdata[2];
  g_assert_cmpint (line->stream, ==, LUMINAL_STREAM_STDOUT);
  g_assert_true (g_str_has_suffix (line->text, "x … (7 bytes more)"));
  g_assert_cmpuint (strlen (line->text), ==, LUMINAL_TAIL_BYTES + strlen (" … (7 bytes more)"));

  for (guint i = 0; i < 2 * LUMINAL_TAIL_LINES; i++)
    say (worker, 0, LUMINAL_STREAM_EPRINT, (char[]) { 'A' + (char) i }, 1);
  luminal_output_reader_drain (worker->reader);
  second = luminal_output_reader_get_tail (worker->reader);
  g_assert_cmpuint (second->len, ==, LUMINAL_TAIL_LINES);
  for (guint i = 0; i < second->len; i++)
    {
      line = second->pdata[i];
      g_assert_cmpint (line->text[0], ==, 'A' + LUMINAL_TAIL_LINES + i);
    }
}

static void
add_with (const char   *path,
          gconstpointer data,
          void        (*test) (Worker       *worker,
                               gconstpointer data))
{
  g_test_add (path, Worker, data, worker_set_up, test, worker_tear_down);
}

static void
add (const char *path,
     void      (*test) (Worker       *worker,
                        gconstpointer data))
{
  add_with (path, NULL, test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  /* A writer is told by write() that nobody reads any more. */
  signal (SIGPIPE, SIG_IGN);

  add ("/output-reader/lines", test_lines);
  add ("/output-reader/last-line", test_last_line);
  add ("/output-reader/close-order", test_close_order);
  g_test_add_func ("/output-reader/no-descriptors", test_no_descriptors);
  add ("/output-reader/longest-line", test_longest_line);
  add ("/output-reader/very-long-line", test_very_long_line);
  add ("/output-reader/no-text", test_no_text);
  add ("/output-reader/flood", test_flood);
  add_with ("/output-reader/flood-until-closed", GINT_TO_POINTER (FALSE), test_flood_until_closed);
  add_with ("/output-reader/flood-until-drained", GINT_TO_POINTER (TRUE), test_flood_until_closed);
  add ("/output-reader/dropped-of-each", test_dropped_of_each);
  add ("/output-reader/drain-endless", test_drain_endless);
  add ("/output-reader/close", test_close);
  add_with ("/output-reader/drop", GINT_TO_POINTER (FALSE), test_drop);
  add_with ("/output-reader/drop-by-drain", GINT_TO_POINTER (TRUE), test_drop);
  add ("/output-reader/drain-inside", test_drain_inside);
  add ("/output-reader/drop-inside", test_drop_inside);
  add ("/output-reader/nonsense", test_nonsense);
  add ("/output-reader/endless-nonsense", test_endless_nonsense);
  add ("/output-reader/long-packet", test_long_packet);
  add ("/output-reader/tail", test_tail);

  return g_test_run ();
}
