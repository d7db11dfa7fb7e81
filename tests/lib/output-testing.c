/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "output-testing.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luminal-worker-protocol.h"
#include "patience.h"

void
worker_note_line (LuminalOutputReader *reader,
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
  worker->reader = luminal_output_reader_new (out[0], err[0], said[0], &error);
  g_assert_no_error (error);
  luminal_output_reader_set_n_photons (worker->reader, 2);
  g_signal_connect (worker->reader, "line", G_CALLBACK (worker_note_line), worker);
}

void
worker_close (Worker *worker,
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
    worker_close (worker, i);
  g_ptr_array_unref (worker->lines);
}

void
write_bytes (int         fd,
             const char *bytes,
             gsize       length)
{
  g_assert_cmpint (write (fd, bytes, length), ==, length);
}

void
write_text (int         fd,
            const char *text)
{
  write_bytes (fd, text, strlen (text));
}

void
worker_say (Worker       *worker,
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

const char *
worker_get_line (Worker *worker,
                 guint   i)
{
  g_assert_cmpuint (i, <, worker->lines->len);
  return worker->lines->pdata[i];
}

void
worker_wait_for_lines (Worker *worker,
                       guint   n)
{
  wait_while (worker->lines->len < n);
}

/* All that was told since the last time, one line after the other. */
void
worker_expect (Worker     *worker,
               const char *lines)
{
  g_autofree char *joined = NULL;

  g_ptr_array_add (worker->lines, NULL);
  joined = g_strjoinv ("\n", (char **) worker->lines->pdata);
  g_assert_cmpstr (joined, ==, lines);
  g_ptr_array_set_size (worker->lines, 0);
}

/* Nothing would wake up the main context but something that happens. */
void
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

gpointer
write_lines (gpointer user_data)
{
  Writing *writing = user_data;
  FILE *file = fdopen (dup (writing->fd), "w");

  for (guint64 i = 0; i < writing->n; i++)
    fprintf (file, "%" G_GUINT64_FORMAT "\n", i);
  fclose (file);

  return NULL;
}

gpointer
write_for_ever (gpointer user_data)
{
  Writing *writing = user_data;
  static const char text[] = "one line after the other, and then another one\n";

  while (write (writing->fd, text, sizeof text - 1) > 0)
    writing->n++;
  g_assert_cmpint (errno, ==, EPIPE);

  return NULL;
}

void
add_worker_test (const char   *path,
                 gconstpointer data,
                 void        (*test) (Worker       *worker,
                                      gconstpointer data))
{
  g_test_add (path, Worker, data, worker_set_up, test, worker_tear_down);
}
