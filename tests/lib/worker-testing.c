/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "worker-testing.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of what no event tells, such as other processes. */
#define LOOK_MS 5

void
fixture_set_up (Fixture       *fixture,
                gconstpointer  program)
{
  fixture->mark = g_strdup_printf ("%d-%u", getpid (), g_random_int ());
  g_setenv (MARK, fixture->mark, TRUE);
  g_setenv ("LUMINAL_WORKER", program, TRUE);
  g_unsetenv ("FAKE_SPAWNER");
  g_unsetenv ("FAKE_WORKER");
  g_main_context_default ();
  fixture->n_fds = count_fds ();
  fixture->spawner = luminal_spawner_new ();
}

static gboolean
has_fewer_fds (gpointer user_data)
{
  return count_fds () <= GPOINTER_TO_UINT (user_data);
}

void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  program)
{
  g_assert_finalize_object (fixture->spawner);
  wait_for_no_marked (fixture->mark);

  /* GLib keeps two, for its own threads, from the first need on. */
  wait_until (has_fewer_fds, GUINT_TO_POINTER (fixture->n_fds + 2));
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
look (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

void
wait_until (Condition condition,
            gpointer  user_data)
{
  gboolean looked;
  guint source;

  if (condition (user_data))
    return;

  source = g_timeout_add (LOOK_MS, look, &looked);
  while (!condition (user_data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (source);
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
  wait_until (has_reserve, fixture->spawner);
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
  wait_until (has_answer, &answer);
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
  wait_until (has_ended, worker);
  return luminal_worker_get_report (worker);
}

static gboolean
has_mark (const char *pid,
          const char *mark)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/environ", pid);
  g_autofree char *assignment = g_strdup_printf (MARK "=%s", mark);
  g_autofree char *environment = NULL;
  gsize length;

  return g_file_get_contents (path, &environment, &length, NULL) &&
         memmem (environment, length, assignment, strlen (assignment)) != NULL;
}

static gboolean
has_name (const char *pid,
          const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/comm", pid);
  g_autofree char *found = NULL;

  return g_file_get_contents (path, &found, NULL, NULL) && g_str_equal (g_strchomp (found), name);
}

/* What was forked a moment ago has the name of what forked it. */
static gboolean
is_child (const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/stat", pid);
  g_autofree char *stat = NULL;
  const char *end_of_name;
  int parent;

  if (!g_file_get_contents (path, &stat, NULL, NULL))
    return FALSE;
  end_of_name = strrchr (stat, ')');
  return sscanf (end_of_name, ") %*c %d", &parent) == 1 && parent == getpid ();
}

static guint
look_for_marked (const char *mark,
                 const char *name,
                 pid_t      *last)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *pid;
  guint n = 0;

  while ((pid = g_dir_read_name (proc)) != NULL)
    {
      /* This process has set it for others, and did not get it. */
      if (!g_ascii_isdigit (*pid) || atoi (pid) == getpid () || !has_mark (pid, mark) ||
          (name != NULL && !has_name (pid, name)) ||
          (g_strcmp0 (name, "luminal-spawner") == 0 && !is_child (pid)))
        continue;
      *last = atoi (pid);
      n++;
    }

  return n;
}

guint
count_marked (const char *mark,
              const char *name)
{
  pid_t last;

  return look_for_marked (mark, name, &last);
}

pid_t
find_marked (const char *mark,
             const char *name)
{
  pid_t found = 0;

  g_assert_cmpuint (look_for_marked (mark, name, &found), >, 0);
  return found;
}

static gboolean
is_unmarked (gpointer user_data)
{
  return count_marked (user_data, NULL) == 0;
}

void
wait_for_no_marked (const char *mark)
{
  wait_until (is_unmarked, (gpointer) mark);
}

guint
count_fds (void)
{
  g_autoptr (GDir) fds = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (fds) != NULL)
    n++;
  return n;
}
