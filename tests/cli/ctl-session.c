/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-test.h"

struct _CtlSession
{
  GSubprocess *process;
  GDataInputStream *output;
  gboolean json;
  GPtrArray *lines;
};

static CtlSession *
session_new (const char *const *arguments)
{
  CtlSession *session = g_new0 (CtlSession, 1);
  g_autoptr (GSubprocessLauncher) launcher = NULL;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  session->json = g_strv_contains (arguments, "--json");
  session->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  session->process = ctl_spawn (launcher, arguments);
  session->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (session->process));

  return session;
}

CtlSession *
ctl_session_new (const char *first_argument,
                 ...)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  CtlSession *session;
  va_list rest;

  va_start (rest, first_argument);
  session = session_new (ctl_command_line (arguments, first_argument, rest));
  va_end (rest);

  return session;
}

/* Returns when the folder is being watched. */
CtlSession *
ctl_session_watch (CtlFolder *folder)
{
  CtlSession *session = ctl_session_new ("watch", "--json", folder->path, NULL);

  ctl_session_wait (session, "watching", NULL);

  return session;
}

/* Returns: (nullable): the next line, %NULL at the end */
static char *
read_line (CtlSession *session,
           const char *what)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *line;

  g_data_input_stream_read_line_async (session->output, G_PRIORITY_DEFAULT, NULL,
                                       ctl_keep_result, &result);
  ctl_wait_for_result (&result, what);
  line = g_data_input_stream_read_line_finish (session->output, result, NULL, &error);
  g_assert_no_error (error);

  return line;
}

/* Reads on until @event happens to @photon; either may be %NULL for any. What
 * was read before is passed. */
JsonObject *
ctl_session_wait (CtlSession *session,
                  const char *event,
                  const char *photon)
{
  g_autofree char *what = g_strdup_printf ("event “%s” of “%s”", event, photon);

  g_assert_true (session->json);
  for (;;)
    {
      g_autofree char *text = read_line (session, what);
      JsonObject *line;

      if (text == NULL)
        g_error ("luminalctl ended before this happened: %s", what);

      line = ctl_parse_line (text);
      g_ptr_array_add (session->lines, line);
      if (ctl_line_is (line, event, photon))
        return line;
    }
}

void
ctl_session_wait_text (CtlSession *session,
                       const char *text)
{
  for (;;)
    {
      g_autofree char *line = read_line (session, text);

      if (line == NULL)
        g_error ("luminalctl ended before it said: %s", text);
      if (strstr (line, text) != NULL)
        return;
    }
}

JsonObject *
ctl_session_find (CtlSession *session,
                  const char *event,
                  const char *photon)
{
  return ctl_find_line (session->lines, event, photon);
}

guint
ctl_session_count (CtlSession *session,
                   const char *event,
                   const char *photon)
{
  return ctl_count_lines (session->lines, event, photon);
}

void
ctl_session_signal (CtlSession *session,
                    int         number)
{
  g_subprocess_send_signal (session->process, number);
}

static gboolean
catches (CtlSession *session,
         int         number)
{
  g_autofree char *path = NULL;
  g_autofree char *status = NULL;
  const char *mask;

  path = g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (session->process));
  g_assert_true (g_file_get_contents (path, &status, NULL, NULL));
  mask = strstr (status, "SigCgt:");
  g_assert_nonnull (mask);

  return (g_ascii_strtoull (mask + strlen ("SigCgt:"), NULL, 16) >> (number - 1)) & 1;
}

/* A signal that is sent twice at once arrives once, so the first has to be
 * taken before the next is sent. */
void
ctl_session_signal_taken (CtlSession *session,
                          int         number)
{
  ctl_session_signal (session, number);
  while (catches (session, number))
    g_thread_yield ();
}

/* As head does when it has seen enough. */
void
ctl_session_close_output (CtlSession *session)
{
  g_autoptr (GError) error = NULL;

  g_input_stream_close (G_INPUT_STREAM (session->output), NULL, &error);
  g_assert_no_error (error);
}

/* Returns the exit status, or 128 and the signal's number. */
int
ctl_session_join (CtlSession *session)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *text;

  while (!g_input_stream_is_closed (G_INPUT_STREAM (session->output))
         && (text = read_line (session, "luminalctl closes its output")) != NULL)
    {
      if (session->json)
        g_ptr_array_add (session->lines, ctl_parse_line (text));
      g_free (text);
    }

  g_subprocess_wait_async (session->process, NULL, ctl_keep_result, &result);
  ctl_wait_for_result (&result, "luminalctl ends");
  g_subprocess_wait_finish (session->process, result, &error);
  g_assert_no_error (error);

  return ctl_status_of (session->process);
}

int
ctl_session_end (CtlSession *session,
                 int         number)
{
  ctl_session_signal (session, number);

  return ctl_session_join (session);
}

void
ctl_session_free (CtlSession *session)
{
  g_object_unref (session->output);
  g_object_unref (session->process);
  g_ptr_array_unref (session->lines);
  g_free (session);
}
