/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a worker says, whatever it is: lines come whole and in their order. */

#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luminal-worker-protocol.h"
#include "output-testing.h"

static guint
count_descriptors_waited_for (void)
{
  GMainContext *context = g_main_context_default ();
  GPollFD fds[16];
  int priority, timeout, n;

  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  n = g_main_context_query (context, G_MAXINT, &timeout, fds, G_N_ELEMENTS (fds));
  g_main_context_release (context);

  return (guint) n;
}

static guint
count_open_descriptors (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  g_assert_nonnull (folder);
  while (g_dir_read_name (folder) != NULL)
    n++;

  return n;
}

static void
test_lines (Worker       *worker,
            gconstpointer data)
{
  write_text (worker->fds[0], "he");
  luminal_output_reader_drain (worker->reader);
  worker_expect (worker, "");

  write_text (worker->fds[0], "llo\nwo");
  worker_wait_for_lines (worker, 1);
  worker_expect (worker, "stdout: hello");

  write_text (worker->fds[0], "r");
  luminal_output_reader_drain (worker->reader);
  write_text (worker->fds[0], "ld\n\n a\tb\rc\r\n\r\nd\r");
  worker_wait_for_lines (worker, 4);
  worker_expect (worker, "stdout: world\nstdout: \nstdout:  a\tb\rc\nstdout: ");

  write_text (worker->fds[0], "\n\x1b[31mred\n");
  write_text (worker->fds[1], "wrong\n");
  worker_wait_for_lines (worker, 3);
  worker_expect (worker, "stdout: d\nstdout: \x1b[31mred\nstderr: wrong");
  expect_idle ();
}

static void
test_last_line (Worker       *worker,
                gconstpointer data)
{
  write_text (worker->fds[0], "one\ntwo");
  luminal_output_reader_drain (worker->reader);
  worker_expect (worker, "stdout: one");
  worker_close (worker, 0);
  luminal_output_reader_drain (worker->reader);
  worker_expect (worker, "stdout: two");

  write_text (worker->fds[1], "three");
  worker_close (worker, 1);
  worker_wait_for_lines (worker, 1);
  worker_expect (worker, "stderr: three");

  worker_close (worker, 2);
  expect_idle ();
  worker_expect (worker, "");
  luminal_output_reader_drain (worker->reader);
  worker_expect (worker, "");
}

/* The others go on when one is closed, in whatever order. */
static void
test_close_order (Worker       *worker,
                  gconstpointer data)
{
  worker_say (worker, 1, LUMINAL_STREAM_PRINT, "before", 6);
  worker_close (worker, 2);
  worker_wait_for_lines (worker, 1);
  expect_idle ();
  worker_expect (worker, "print 1: before");

  write_text (worker->fds[1], "a\n");
  worker_close (worker, 1);
  worker_wait_for_lines (worker, 1);
  expect_idle ();
  worker_expect (worker, "stderr: a");

  write_text (worker->fds[0], "b\n");
  worker_wait_for_lines (worker, 1);
  worker_close (worker, 0);
  expect_idle ();
  worker_expect (worker, "stdout: b");
}

/* All of them are one source of one descriptor, and none when they are gone. */
static void
test_many (void)
{
  GMainContext *context = g_main_context_default ();
  g_autoptr (GPtrArray) readers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (int));
  Worker all = { .lines = g_ptr_array_new_with_free_func (g_free) };
  guint n_before = count_descriptors_waited_for ();
  guint n_open = count_open_descriptors ();

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GError) error = NULL;
      int fds[2];

      g_unix_open_pipe (fds, FD_CLOEXEC, &error);
      g_assert_no_error (error);
      g_ptr_array_add (readers, luminal_output_reader_new (fds[0], -1, -1, &error));
      g_assert_no_error (error);
      g_signal_connect (readers->pdata[i], "line", G_CALLBACK (worker_note_line), &all);
      g_array_append_val (ends, fds[1]);
    }
  g_assert_cmpuint (count_descriptors_waited_for (), ==, n_before + 1);

  for (guint i = 0; i < ends->len; i++)
    write_text (g_array_index (ends, int, i), "x\n");
  worker_wait_for_lines (&all, ends->len);
  g_assert_cmpuint (all.lines->len, ==, ends->len);

  /* Half of them go with their writers, and half before them. */
  for (guint i = 0; i < ends->len / 2; i++)
    g_assert_no_errno (close (g_array_index (ends, int, i)));
  expect_idle ();
  g_assert_cmpuint (count_descriptors_waited_for (), ==, n_before + 1);
  g_ptr_array_set_size (readers, 0);
  for (guint i = ends->len / 2; i < ends->len; i++)
    g_assert_no_errno (close (g_array_index (ends, int, i)));

  g_assert_cmpuint (count_descriptors_waited_for (), ==, n_before);
  g_assert_cmpuint (count_open_descriptors (), ==, n_open);
  g_assert_false (g_main_context_pending (context));
  g_ptr_array_unref (all.lines);
}

/* An error, and nothing is left open. */
static void
test_out_of_descriptors (void)
{
  g_autoptr (GError) error = NULL;
  struct rlimit before, none;
  guint n_open = count_open_descriptors ();
  LuminalOutputReader *reader;
  int fds[2];

  g_unix_open_pipe (fds, FD_CLOEXEC, &error);
  g_assert_no_error (error);
  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &before));
  none = before;
  none.rlim_cur = 0;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &none));
  reader = luminal_output_reader_new (fds[0], -1, -1, &error);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &before));

  g_assert_null (reader);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
  g_assert_no_errno (close (fds[1]));
  g_assert_cmpuint (count_open_descriptors (), ==, n_open);
}

static void
test_no_descriptors (void)
{
  LuminalOutputReader *reader = luminal_output_reader_new (-1, -1, -1, NULL);
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
  worker_expect (worker, expected);
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

static void
test_no_text (Worker       *worker,
              gconstpointer data)
{
  static const char zeros[] = "a\0b\0\0\n\0\n";
  static const char wrong[] = "\xff\xfe" "c\xc3\n\xed\xa0\x80\xf0\x9f\n\x80\xc3\xb6\n";
  g_autofree char *flood = g_strnfill (2 * LUMINAL_LONGEST_LINE, '\xff');

  write_bytes (worker->fds[0], zeros, sizeof zeros - 1);
  luminal_output_reader_drain (worker->reader);
  worker_expect (worker, "stdout: a\uFFFDb\uFFFD\uFFFD\nstdout: \uFFFD");

  write_text (worker->fds[0], wrong);
  luminal_output_reader_drain (worker->reader);
  worker_expect (worker, "stdout: \uFFFD\uFFFDc\uFFFD\nstdout: \uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\nstdout: \uFFFDö");

  worker_say (worker, 0, LUMINAL_STREAM_EPRINT, zeros, sizeof zeros - 1);
  luminal_output_reader_drain (worker->reader);
  worker_expect (worker, "eprint 0: a\uFFFDb\uFFFD\uFFFD\n\uFFFD\n");

  write_bytes (worker->fds[0], flood, 2 * LUMINAL_LONGEST_LINE);
  write_text (worker->fds[0], "\n");
  luminal_output_reader_drain (worker->reader);
  g_assert_true (g_str_has_suffix (worker_get_line (worker, 0), "\uFFFD … (8192 bytes more)"));
  g_assert_cmpuint (strlen (worker_get_line (worker, 0)), <, 4 * LUMINAL_LONGEST_LINE);
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

  worker_close (worker, 0);
  thread = g_thread_new ("writer", write_for_ever, &writing);
  write_text (worker->fds[1], "begun");
  worker_wait_for_lines (worker, BURST + 1);
  luminal_output_reader_close (worker->reader);
  g_thread_join (thread);
  g_assert_no_errno (close (writing.fd));

  g_ptr_array_set_size (worker->lines, 0);
  expect_idle ();
  luminal_output_reader_drain (worker->reader);
  luminal_output_reader_set_n_photons (worker->reader, 3);
  luminal_output_reader_close (worker->reader);
  expect_idle ();
  worker_expect (worker, "");
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
    worker_wait_for_lines (worker, 2);

  expect_idle ();
  g_assert_null (alive);
  g_assert_null (worker->reader);
  worker_expect (worker, "stdout: one\nstdout: two");
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
  worker_wait_for_lines (worker, BURST / 2);
  g_thread_join (thread);

  g_assert_cmpuint (worker->lines->len, ==, BURST / 2);
  for (guint i = 0; i < worker->lines->len; i++)
    g_assert_cmpuint (g_ascii_strtoull (worker_get_line (worker, i) + strlen ("stdout: "), NULL, 10), ==, i);
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
  worker_wait_for_lines (worker, 1);
  expect_idle ();
  g_assert_null (worker->reader);
  worker_expect (worker, "stdout: one\nstdout: two\nstdout: three");
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
  worker_say (worker, 2, LUMINAL_STREAM_PRINT, "x", 1);
  worker_say (worker, G_MAXUINT, LUMINAL_STREAM_PRINT, "x", 1);
  worker_say (worker, 0, LUMINAL_STREAM_STDOUT, "x", 1);
  worker_say (worker, 0, LUMINAL_STREAM_STDERR, "x", 1);
  worker_say (worker, 0, 4, "x", 1);
  worker_say (worker, 0, (LuminalStream) -1, "x", 1);
  worker_say (worker, 0, LUMINAL_STREAM_PRINT, "", 0);
  worker_say (worker, 1, LUMINAL_STREAM_EPRINT, "right\nand two", 13);
  worker_wait_for_lines (worker, 2);
  worker_expect (worker, "print 0: \neprint 1: right\nand two");
  g_assert_cmpuint (luminal_output_reader_get_n_nonsense (worker->reader), ==, 8);

  luminal_output_reader_set_n_photons (worker->reader, 0);
  worker_say (worker, 0, LUMINAL_STREAM_PRINT, "x", 1);
  luminal_output_reader_drain (worker->reader);
  worker_expect (worker, "");
  g_assert_cmpuint (luminal_output_reader_get_n_nonsense (worker->reader), ==, 9);
  luminal_output_reader_set_n_photons (worker->reader, 100000);
  worker_say (worker, 99999, LUMINAL_STREAM_PRINT, "x", 1);
  luminal_output_reader_drain (worker->reader);
  worker_expect (worker, "print 99999: x");

  /* Nobody can fill the manager with descriptors. */
  g_unix_open_pipe (ends, FD_CLOEXEC, &error);
  g_assert_no_error (error);
  send_with_descriptor (worker->fds[2], ends[1]);
  g_assert_no_errno (close (ends[1]));
  luminal_output_reader_drain (worker->reader);
  worker_expect (worker, "print 0: ");
  g_assert_cmpint (read (ends[0], &byte, 1), ==, 0);
  g_assert_no_errno (close (ends[0]));

  /* An empty packet looks like the end, and is none. */
  g_assert_cmpint (send (worker->fds[2], "", 0, 0), ==, 0);
  worker_say (worker, 1, LUMINAL_STREAM_PRINT, "last words", 10);
  worker_close (worker, 2);
  worker_wait_for_lines (worker, 1);
  expect_idle ();
  worker_expect (worker, "print 1: last words");
  g_assert_cmpuint (luminal_output_reader_get_n_nonsense (worker->reader), ==, 10);
}

static void
test_long_packet (Worker       *worker,
                  gconstpointer data)
{
  g_autofree char *text = g_strnfill (20000, 'x');
  g_autofree char *shown = g_strnfill (LUMINAL_LONGEST_LINE, 'x');
  g_autofree char *expected = g_strdup_printf ("print 0: %s\nprint 0: %s … (11808 bytes more)", shown, shown);

  worker_say (worker, 0, LUMINAL_STREAM_PRINT, text, LUMINAL_LONGEST_LINE);
  worker_say (worker, 0, LUMINAL_STREAM_PRINT, text, 20000);
  luminal_output_reader_drain (worker->reader);
  worker_expect (worker, expected);
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
  worker_say (worker, 1, LUMINAL_STREAM_PRINT, "two", 3);
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
    worker_say (worker, 0, LUMINAL_STREAM_EPRINT, (char[]) { 'A' + (char) i }, 1);
  luminal_output_reader_drain (worker->reader);
  second = luminal_output_reader_get_tail (worker->reader);
  g_assert_cmpuint (second->len, ==, LUMINAL_TAIL_LINES);
  for (guint i = 0; i < second->len; i++)
    {
      line = second->pdata[i];
      g_assert_cmpint (line->text[0], ==, 'A' + LUMINAL_TAIL_LINES + i);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  /* A writer is told by write() that nobody reads any more. */
  signal (SIGPIPE, SIG_IGN);

  add_worker_test ("/output-reader/lines", NULL, test_lines);
  add_worker_test ("/output-reader/last-line", NULL, test_last_line);
  add_worker_test ("/output-reader/close-order", NULL, test_close_order);
  g_test_add_func ("/output-reader/many", test_many);
  g_test_add_func ("/output-reader/no-descriptors", test_no_descriptors);
  g_test_add_func ("/output-reader/out-of-descriptors", test_out_of_descriptors);
  add_worker_test ("/output-reader/longest-line", NULL, test_longest_line);
  add_worker_test ("/output-reader/no-text", NULL, test_no_text);
  add_worker_test ("/output-reader/close", NULL, test_close);
  add_worker_test ("/output-reader/drop", GINT_TO_POINTER (FALSE), test_drop);
  add_worker_test ("/output-reader/drop-by-drain", GINT_TO_POINTER (TRUE), test_drop);
  add_worker_test ("/output-reader/drain-inside", NULL, test_drain_inside);
  add_worker_test ("/output-reader/drop-inside", NULL, test_drop_inside);
  add_worker_test ("/output-reader/nonsense", NULL, test_nonsense);
  add_worker_test ("/output-reader/long-packet", NULL, test_long_packet);
  add_worker_test ("/output-reader/tail", NULL, test_tail);

  return g_test_run ();
}
