/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "worker-testing.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void
fixture_set_up (Fixture       *fixture,
                gconstpointer  program)
{
  fixture->mark = process_mark_new ();
  g_setenv ("LUMINAL_WORKER", program, TRUE);
  g_unsetenv ("FAKE_SPAWNER");
  g_unsetenv ("FAKE_WORKER");
  g_main_context_default ();
  fixture->n_fds = process_count_descriptors ();
  fixture->spawner = luminal_spawner_new ();
}

static gboolean
has_fewer_fds (gpointer user_data)
{
  return process_count_descriptors () <= GPOINTER_TO_UINT (user_data);
}

void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  program)
{
  g_assert_finalize_object (fixture->spawner);
  process_wait_for_none (fixture->mark);

  /* GLib keeps two, for its own threads, from the first need on. */
  process_wait_until (has_fewer_fds, GUINT_TO_POINTER (fixture->n_fds + 2));
  g_free (fixture->mark);
}

static void
taken (GObject      *source_object,
       GAsyncResult *result,
       gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

LuminalWorker *
take_or_fail (LuminalSpawner  *spawner,
              GError         **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_spawner_take_async (spawner, NULL, taken, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return luminal_spawner_take_finish (spawner, result, error);
}

LuminalWorker *
take (LuminalSpawner *spawner)
{
  g_autoptr (GError) error = NULL;
  LuminalWorker *worker = take_or_fail (spawner, &error);

  g_assert_no_error (error);
  g_assert_true (LUMINAL_IS_WORKER (worker));
  g_assert_true (luminal_worker_is_connected (worker));
  g_assert_null (luminal_worker_get_report (worker));
  return worker;
}

static gboolean
has_reserve (gpointer user_data)
{
  return luminal_spawner_has_reserve (user_data);
}

void
wait_for_reserve (Fixture *fixture)
{
  luminal_spawner_prepare (fixture->spawner);
  process_wait_until (has_reserve, fixture->spawner);
}

int
get_said_fd (LuminalWorker *worker)
{
  GUnixInputStream *said = g_object_get_data (G_OBJECT (worker), "said");

  if (said == NULL)
    {
      int fd = luminal_worker_steal_output_fd (worker, LUMINAL_WORKER_FD_SAID);

      g_assert_cmpint (fd, >=, 0);
      said = G_UNIX_INPUT_STREAM (g_unix_input_stream_new (fd, TRUE));
      g_object_set_data_full (G_OBJECT (worker), "said", said, g_object_unref);
    }

  return g_unix_input_stream_get_fd (said);
}

void
command (LuminalWorker *worker,
         const char    *text)
{
  g_assert_cmpint (send (get_said_fd (worker), text, strlen (text), MSG_NOSIGNAL), ==, (gssize) strlen (text));
}

typedef struct
{
  int fd;
  char text[4096];
} Answer;

static gboolean
has_answer (gpointer user_data)
{
  Answer *answer = user_data;
  gssize n = recv (answer->fd, answer->text, sizeof answer->text - 1, MSG_DONTWAIT);

  g_assert_cmpint (n, !=, 0);
  if (n < 0)
    {
      g_assert_cmpint (errno, ==, EAGAIN);
      return FALSE;
    }

  answer->text[n] = '\0';
  return TRUE;
}

char *
ask (LuminalWorker *worker,
     const char    *text)
{
  Answer answer;

  command (worker, text);
  answer.fd = get_said_fd (worker);
  process_wait_until (has_answer, &answer);
  return g_strdup (answer.text);
}

void
ask_who (LuminalWorker *worker,
         pid_t         *pid,
         pid_t         *warden)
{
  g_autofree char *answer = ask (worker, "who");

  g_assert_cmpint (sscanf (answer, "%d %d", pid, warden), ==, 2);
}

static gboolean
has_ended (gpointer user_data)
{
  return luminal_worker_get_report (user_data) != NULL;
}

const LuminalWorkerReport *
wait_for_end (LuminalWorker *worker)
{
  process_wait_until (has_ended, worker);
  return luminal_worker_get_report (worker);
}
