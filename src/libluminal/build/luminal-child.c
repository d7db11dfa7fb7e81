/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-child.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "luminal-clear-source.h"
#include "luminal-deadline.h"

#define BLOCK_SIZE (16 * 1024)

typedef struct
{
  GSubprocess *process;
  pid_t pid;
  LuminalChildOutputFunc output_func;
  gpointer output_data;
  GPollableInputStream *output;
  GSource *readable;
  GSource *deadline;
  GSource *cancelled;
  LuminalChildEnd end;
} Run;

static void
run_free (Run *self)
{
  luminal_clear_source (&self->readable);
  luminal_clear_source (&self->deadline);
  luminal_clear_source (&self->cancelled);
  g_clear_object (&self->process);
  g_free (self);
}

/* In the child, where little is allowed. */
static void
prepare_child (gpointer user_data)
{
  const int *tell = user_data;
  const struct rlimit none = { 0, 0 };
  pid_t pid = getpid ();

  /* GSubprocess has no number to tell any more if the child was quicker than we are. */
  if (write (tell[1], &pid, sizeof pid) < 0)
    _exit (127);
  /* A session of its own, so that all it starts can be found and no terminal stops it. */
  setsid ();
  /* A compiler that crashes would leave its core in the folder it works in. */
  setrlimit (RLIMIT_CORE, &none);
}

/* The group outlives its first process for as long as there is another one in it, and
 * until then no other process gets its number. */
static void
kill_group (Run *self)
{
  /* 0 and 1 would be everybody else. */
  if (self->pid > 1)
    kill (-self->pid, SIGKILL);
}

/* Returns: whether there may be more later */
static gboolean
read_output (Run *self)
{
  char block[BLOCK_SIZE];

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      gssize length = g_pollable_input_stream_read_nonblocking (self->output, block, sizeof block,
                                                                NULL, &error);

      if (length > 0)
        self->output_func (block, (gsize) length, self->output_data);
      else
        return length < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

      /* One who writes without an end must not keep others waiting. */
      if (length == sizeof block)
        return TRUE;
    }
}

static gboolean
on_readable (GObject *stream,
             gpointer user_data)
{
  Run *self = g_task_get_task_data (user_data);

  if (read_output (self))
    return G_SOURCE_CONTINUE;

  g_clear_pointer (&self->readable, g_source_unref);
  return G_SOURCE_REMOVE;
}

static gboolean
on_deadline (gpointer user_data)
{
  Run *self = g_task_get_task_data (user_data);

  self->end.kind = LUMINAL_CHILD_TIMED_OUT;
  kill_group (self);
  g_clear_pointer (&self->deadline, g_source_unref);

  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  Run *self = g_task_get_task_data (user_data);

  kill_group (self);
  g_clear_pointer (&self->cancelled, g_source_unref);

  return G_SOURCE_REMOVE;
}

static void
on_ended (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Run *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_finish (self->process, result, &error);
  luminal_clear_source (&self->deadline);
  luminal_clear_source (&self->cancelled);

  /* What it started and did not wait for has nothing to do here any more, and would
   * hold the pipe open. */
  kill_group (self);
  if (self->readable != NULL)
    {
      luminal_clear_source (&self->readable);
      /* All that it wrote is in the pipe by now, which holds 64 KiB at most. */
      for (guint i = 0; i < 8 && read_output (self); i++)
        ;
    }

  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  if (self->end.kind != LUMINAL_CHILD_TIMED_OUT)
    {
      if (g_subprocess_get_if_exited (self->process))
        {
          self->end.kind = LUMINAL_CHILD_EXITED;
          self->end.code = g_subprocess_get_exit_status (self->process);
        }
      else
        {
          self->end.kind = LUMINAL_CHILD_KILLED;
          self->end.code = g_subprocess_get_term_sig (self->process);
        }
    }

  /* What had come to its end by itself is as good as if nobody had called it off. */
  if (self->end.kind == LUMINAL_CHILD_EXITED || !g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
}

/* Returns: whether it runs, with its number known */
static gboolean
spawn (Run               *self,
       const char *const *argv,
       const char        *folder,
       const char *const *environment,
       GSubprocessFlags   error_flags,
       GError           **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  int tell[2];

  if (!g_unix_open_pipe (tell, FD_CLOEXEC, error))
    return FALSE;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | error_flags);
  g_subprocess_launcher_set_cwd (launcher, folder);
  g_subprocess_launcher_set_environ (launcher, (char **) environment);
  g_subprocess_launcher_set_child_setup (launcher, prepare_child, tell, NULL);
  self->process = g_subprocess_launcher_spawnv (launcher, argv, error);
  g_close (tell[1], NULL);
  if (self->process != NULL && read (tell[0], &self->pid, sizeof self->pid) < 0)
    self->pid = 0;
  g_close (tell[0], NULL);

  return self->process != NULL;
}

static GSource *
attach (GSource    *source,
        GSourceFunc func,
        GTask      *task,
        const char *name)
{
  g_source_set_callback (source, func, task, NULL);
  g_source_set_static_name (source, name);
  g_source_attach (source, g_task_get_context (task));

  return source;
}

/* @folder: where it works
 * @error_flags: what becomes of its standard error
 * @timeout: in milliseconds
 * @output_func: called in this context with what it writes, as it comes */
void
luminal_child_run_async (const char *const     *argv,
                         const char            *folder,
                         const char *const     *environment,
                         GSubprocessFlags       error_flags,
                         guint                  timeout,
                         LuminalChildOutputFunc output_func,
                         gpointer               output_data,
                         GCancellable          *cancellable,
                         GAsyncReadyCallback    callback,
                         gpointer               user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  GError *error = NULL;
  Run *self;

  g_task_set_source_tag (task, luminal_child_run_async);
  g_task_set_name (task, "[luminal] child");
  g_task_set_check_cancellable (task, FALSE);
  if (g_task_return_error_if_cancelled (task))
    return;

  self = g_new0 (Run, 1);
  self->output_func = output_func;
  self->output_data = output_data;
  g_task_set_task_data (task, self, (GDestroyNotify) run_free);

  if (!spawn (self, argv, folder, environment, error_flags, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  self->output = G_POLLABLE_INPUT_STREAM (g_subprocess_get_stdout_pipe (self->process));
  self->readable = attach (g_pollable_input_stream_create_source (self->output, NULL),
                           G_SOURCE_FUNC (on_readable), task, "[luminal] compiler's output");
  self->deadline = attach (luminal_deadline_new (timeout), on_deadline, task,
                           "[luminal] compiler's deadline");
  if (cancellable != NULL)
    self->cancelled = attach (g_cancellable_source_new (cancellable),
                              G_SOURCE_FUNC (on_cancelled), task, "[luminal] compiler cancelled");

  /* Not cancelled with the task: it is waited for until it is gone. */
  g_subprocess_wait_async (self->process, NULL, on_ended, g_steal_pointer (&task));
}

void
luminal_child_keep_output (GString    *kept,
                           gsize       length_max,
                           const char *data,
                           gsize       length)
{
  g_string_append_len (kept, data, (gssize) MIN (length, length_max - MIN (kept->len, length_max)));
}

gboolean
luminal_child_run_finish (GAsyncResult    *result,
                          LuminalChildEnd *end,
                          GError         **error)
{
  Run *self = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  *end = self->end;
  return TRUE;
}
