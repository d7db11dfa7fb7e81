/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "process-testing.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_MS 5
#define LONGEST_WAIT_S 60

char *
process_mark_new (void)
{
  char *mark = g_strdup_printf ("%d-%08x", getpid (), g_random_int ());

  g_setenv (PROCESS_MARK, mark, TRUE);
  return mark;
}

static gboolean
has_mark (const char *pid,
          const char *mark)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/environ", pid);
  g_autofree char *assignment = g_strdup_printf (PROCESS_MARK "=%s", mark);
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

/* What follows the name, which may hold anything: state, parent, ... */
char *
process_read_stat (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *stat = NULL;
  const char *end_of_name;

  if (!g_file_get_contents (path, &stat, NULL, NULL))
    return NULL;

  end_of_name = strrchr (stat, ')');
  return end_of_name != NULL ? g_strdup (end_of_name + 2) : NULL;
}

pid_t
process_get_parent (pid_t pid)
{
  g_autofree char *stat = process_read_stat (pid);
  int parent = 0;

  return stat != NULL && sscanf (stat, "%*c %d", &parent) == 1 ? parent : 0;
}

gboolean
process_is_there (pid_t pid)
{
  g_autofree char *stat = process_read_stat (pid);

  return stat != NULL;
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
      /* This process has set it for others, and did not get it. What was forked a moment
       * ago has the name of what forked it. */
      if (!g_ascii_isdigit (*pid) || atoi (pid) == getpid () || !has_mark (pid, mark) ||
          (name != NULL && !has_name (pid, name)) ||
          (g_strcmp0 (name, "luminal-spawner") == 0 && process_get_parent (atoi (pid)) != getpid ()))
        continue;
      *last = atoi (pid);
      n++;
    }

  return n;
}

guint
process_count_marked (const char *mark,
                      const char *name)
{
  pid_t last;

  return look_for_marked (mark, name, &last);
}

typedef struct
{
  const char *mark;
  const char *name;
  pid_t found;
} Search;

static gboolean
is_found (gpointer user_data)
{
  Search *search = user_data;

  return look_for_marked (search->mark, search->name, &search->found) > 0;
}

pid_t
process_find_marked (const char *mark,
                     const char *name)
{
  Search search = { mark, name, 0 };

  process_wait_until (is_found, &search);
  return search.found;
}

typedef struct
{
  const char *mark;
  pid_t but;
} Killing;

static gboolean
are_killed (gpointer user_data)
{
  Killing *killing = user_data;
  pid_t warden = killing->but != 0 ? process_get_parent (killing->but) : 0;
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (proc)) != NULL)
    {
      pid_t pid = atoi (name);

      if (!g_ascii_isdigit (*name) || pid == getpid () || pid == killing->but || pid == warden ||
          !has_mark (name, killing->mark))
        continue;
      kill (pid, SIGKILL);
      n++;
    }

  return n == 0;
}

void
process_kill_marked (const char *mark,
                     pid_t       but)
{
  Killing killing = { mark, but };

  process_wait_until (are_killed, &killing);
}

guint
process_count_zombies (void)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *pid;
  guint n = 0;

  while ((pid = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *stat = g_ascii_isdigit (*pid) ? process_read_stat (atoi (pid)) : NULL;
      int parent;

      n += stat != NULL && sscanf (stat, "Z %d", &parent) == 1 && parent == getpid ();
    }

  return n;
}

guint
process_count_descriptors (void)
{
  g_autoptr (GDir) fds = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (fds) != NULL)
    n++;
  return n;
}

/* GLib may have one of its own. */
guint
process_count_pidfds (void)
{
  g_autoptr (GDir) fds = g_dir_open ("/proc/self/fdinfo", 0, NULL);
  const char *fd;
  guint n = 0;

  while ((fd = g_dir_read_name (fds)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/fdinfo", fd, NULL);
      g_autofree char *info = NULL;
      const char *line;

      if (g_file_get_contents (path, &info, NULL, NULL) && (line = strstr (info, "\nPid:\t")) != NULL)
        {
          g_autofree char *pid = g_strdup_printf ("%d", atoi (line + strlen ("\nPid:\t")));

          n += has_name (pid, "luminal-warden");
        }
    }

  return n;
}

static gboolean
look (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

void
process_wait_until (ProcessCondition condition,
                    gpointer         user_data)
{
  GMainContext *context = g_main_context_get_thread_default ();
  gint64 deadline = g_get_monotonic_time () + LONGEST_WAIT_S * G_USEC_PER_SEC;
  gboolean is_time = FALSE;
  GSource *clock;

  if (condition (user_data))
    return;

  clock = g_timeout_source_new (LOOK_MS);
  g_source_set_callback (clock, look, &is_time, NULL);
  g_source_attach (clock, context);
  for (;;)
    {
      /* Looking takes longer than most of what happens meanwhile, which is to happen. */
      while (!is_time)
        g_main_context_iteration (context, TRUE);
      is_time = FALSE;
      if (condition (user_data))
        break;
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    }
  g_source_destroy (clock);
  g_source_unref (clock);
}

static gboolean
is_none (gpointer mark)
{
  return process_count_marked (mark, NULL) == 0 && process_count_zombies () == 0;
}

void
process_wait_for_none (const char *mark)
{
  process_wait_until (is_none, (gpointer) mark);
}
