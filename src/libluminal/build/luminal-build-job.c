/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-build-job.h"

#include <glib/gi18n-lib.h>

#include "luminal-build-commands.h"
#include "luminal-build-outcome.h"
#include "luminal-error-private.h"
#include "luminal-task-thread.h"

static void run_compilers (GTask *task);
static void make_scratch_in_thread (GTask        *task,
                                    gpointer      source_object,
                                    gpointer      task_data,
                                    GCancellable *cancellable);

void
luminal_build_order_free (LuminalBuildOrder *self)
{
  g_free (self->path);
  g_free (self->folder);
  g_clear_pointer (&self->source, g_bytes_unref);
  g_clear_pointer (&self->needs, luminal_source_needs_free);
  g_clear_pointer (&self->compiler, luminal_compiler_unref);
  g_strfreev (self->package_flags);
  g_strfreev (self->environment);
  g_free (self->key);
  g_strfreev (self->known_inputs);
  g_clear_object (&self->cache);
  g_clear_object (&self->slots);
  g_free (self);
}

void
luminal_build_findings_clear (LuminalBuildFindings *self)
{
  g_clear_pointer (&self->module, g_bytes_unref);
  g_clear_error (&self->error);
  g_clear_pointer (&self->diagnostics, g_ptr_array_unref);
  g_clear_pointer (&self->dependencies, g_strfreev);
  g_clear_pointer (&self->remark, g_free);
}

static void
run_clear (LuminalBuildRun *self)
{
  g_clear_pointer (&self->command, g_strfreev);
  g_clear_pointer (&self->parser, luminal_diagnostics_parser_free);
  g_clear_pointer (&self->diagnostics, g_ptr_array_unref);
}

static void
job_clear_runs (LuminalBuildJob *self)
{
  for (guint i = 0; self->runs != NULL && i <= self->n_sources; i++)
    run_clear (&self->runs[i]);
  g_clear_pointer (&self->runs, g_free);
}

static void
job_free (LuminalBuildJob *self)
{
  job_clear_runs (self);
  luminal_build_scratch_clear (&self->scratch);
  g_ptr_array_unref (self->places);
  g_strfreev (self->environment);
  g_clear_pointer (&self->before, g_hash_table_unref);
  g_clear_error (&self->run_error);
  g_clear_pointer (&self->diagnostics, g_ptr_array_unref);
  luminal_build_findings_clear (&self->findings);
  g_free (self);
}

/* One part of the job's work, with what blocks, then back here. */
static void
go_on_in_thread (GTask              *task,
                 GTaskThreadFunc     func,
                 GAsyncReadyCallback callback)
{
  g_autoptr (GTask) part = g_task_new (NULL, g_task_get_cancellable (task), callback,
                                       g_object_ref (task));

  g_task_set_source_tag (part, go_on_in_thread);
  g_task_set_name (part, "[luminal] part of a build");
  g_task_set_task_data (part, g_task_get_task_data (task), NULL);
  luminal_task_run_in_own_thread (part, "luminal-build", func);
}

static void
look_up_in_thread (GTask        *task,
                   gpointer      source_object,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  LuminalBuildJob *self = task_data;
  g_autoptr (LuminalBuildEntry) entry = NULL;

  entry = luminal_build_cache_lookup (self->order->cache, self->order->key, self->order->folder);
  if (entry == NULL)
    {
      make_scratch_in_thread (task, source_object, task_data, cancellable);
      return;
    }

  self->diagnostics = g_ptr_array_ref (entry->diagnostics);
  self->findings.from_cache = TRUE;
  self->findings.module = g_steal_pointer (&entry->module);
  self->findings.diagnostics = g_ptr_array_ref (entry->diagnostics);
  self->findings.dependencies = luminal_build_choose_dependencies (self, entry->inputs);
  if (self->findings.module == NULL)
    self->findings.error = luminal_build_explain_failure (self);
  g_task_return_boolean (task, TRUE);
}

static void
make_scratch_in_thread (GTask        *task,
                        gpointer      source_object,
                        gpointer      task_data,
                        GCancellable *cancellable)
{
  LuminalBuildJob *self = task_data;
  g_autoptr (GError) error = NULL;

  for (; self->place < self->places->len; self->place++)
    {
      g_clear_error (&error);
      if (luminal_build_scratch_make (&self->scratch, self->places->pdata[self->place],
                                      self->order->path, self->order->source, &error))
        {
          luminal_build_take_digests (self);
          self->started = luminal_header_get_clock ();
          g_task_return_boolean (task, TRUE);
          return;
        }

      luminal_build_scratch_clear (&self->scratch);
      if (self->findings.remark == NULL)
        self->findings.remark = g_strdup_printf (_("The cache cannot be used (%s), so the build is "
                                                   "not kept for the next time. Make room there, or "
                                                   "give yourself the right to write"),
                                                 error->message);
    }

  g_task_return_error (task, luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, self->order->path,
                                                LUMINAL_PHASE_BUILD,
                                                _("there is no folder to build it in: %s. Make room, "
                                                  "or set TMPDIR"),
                                                error->message));
}

static void
collect_in_thread (GTask        *task,
                   gpointer      source_object,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  LuminalBuildJob *self = task_data;

  luminal_build_collect (self);
  luminal_build_scratch_clear (&self->scratch);
  g_task_return_boolean (task, TRUE);
}

/* An error, but not before all that was made is gone. */
static void
clear_in_thread (GTask        *task,
                 gpointer      source_object,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  LuminalBuildJob *self = task_data;

  luminal_build_scratch_clear (&self->scratch);
  g_task_return_boolean (task, TRUE);
}

static void
on_cleared (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LuminalBuildJob *self = g_task_get_task_data (task);

  g_task_return_error (task, g_steal_pointer (&self->run_error));
}

/* What was given up is cleared away even if it was cancelled. */
static void
clear_and_fail (GTask *task)
{
  g_autoptr (GTask) part = g_task_new (NULL, NULL, on_cleared, g_object_ref (task));

  g_task_set_source_tag (part, clear_and_fail);
  g_task_set_task_data (part, g_task_get_task_data (task), NULL);
  luminal_task_run_in_own_thread (part, "luminal-build", clear_in_thread);
}

static void
on_collected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LuminalBuildJob *self = g_task_get_task_data (task);

  if (g_task_propagate_boolean (G_TASK (result), &self->run_error))
    g_task_return_boolean (task, TRUE);
  else
    clear_and_fail (task);
}

static void
on_scratch_made_again (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LuminalBuildJob *self = g_task_get_task_data (task);

  if (g_task_propagate_boolean (G_TASK (result), &self->run_error))
    run_compilers (task);
  else
    clear_and_fail (task);
}

static void
make_another_scratch_in_thread (GTask        *task,
                                gpointer      source_object,
                                gpointer      task_data,
                                GCancellable *cancellable)
{
  LuminalBuildJob *self = task_data;

  luminal_build_scratch_clear (&self->scratch);
  make_scratch_in_thread (task, source_object, task_data, cancellable);
}

static void
on_listed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LuminalBuildJob *self = g_task_get_task_data (task);
  LuminalChildEnd end;

  /* What cannot be listed is not watched, and that is all. */
  if (!luminal_child_run_finish (result, &end, &self->run_error))
    {
      if (g_error_matches (self->run_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          clear_and_fail (task);
          return;
        }
      g_clear_error (&self->run_error);
    }

  go_on_in_thread (task, collect_in_thread, on_collected);
}

static void
ignore_output (const char *data,
               gsize       length,
               gpointer    user_data)
{
}

static void
after_runs (GTask *task)
{
  LuminalBuildJob *self = g_task_get_task_data (task);
  LuminalBuildRun *last = &self->runs[self->n_sources > 1 ? self->n_sources : 0];
  g_autofree char *list = NULL;

  if (self->run_error != NULL)
    {
      clear_and_fail (task);
      return;
    }

  luminal_build_gather_diagnostics (self);
  self->compiled = luminal_build_run_was_good (last);
  if (self->compiled)
    {
      go_on_in_thread (task, collect_in_thread, on_collected);
      return;
    }

  if (self->place + 1 < self->places->len
      && luminal_build_disk_was_full (self))
    {
      self->findings.remark = g_strdup_printf (_("The disk with the cache %s is full, so the build "
                                                 "is not kept for the next time. Make room there"),
                                               (char *) self->places->pdata[self->place]);
      self->place++;
      go_on_in_thread (task, make_another_scratch_in_thread, on_scratch_made_again);
      return;
    }

  list = luminal_build_scratch_name (&self->scratch, 0, ".d");
  if (!g_file_test (list, G_FILE_TEST_EXISTS) && self->runs[0].end.kind == LUMINAL_CHILD_EXITED)
    {
      g_auto (GStrv) command = luminal_build_list_command (self->order, &self->scratch);

      luminal_child_run_async ((const char *const *) command, self->order->folder,
                               (const char *const *) self->environment,
                               G_SUBPROCESS_FLAGS_STDERR_SILENCE, self->order->timeout,
                               ignore_output, NULL, g_task_get_cancellable (task), on_listed,
                               g_object_ref (task));
      return;
    }

  go_on_in_thread (task, collect_in_thread, on_collected);
}

static void start_run (GTask *task,
                       guint  n);

static void
run_ended (GTask *task)
{
  LuminalBuildJob *self = g_task_get_task_data (task);

  if (--self->n_running > 0)
    return;

  if (self->run_error == NULL && self->n_sources > 1 && self->runs[self->n_sources].command == NULL)
    {
      gboolean good = TRUE;

      for (guint i = 0; i < self->n_sources; i++)
        good = good && luminal_build_run_was_good (&self->runs[i]);
      if (good)
        {
          self->runs[self->n_sources].command = luminal_build_link_command (self->order,
                                                                            &self->scratch);
          start_run (task, self->n_sources);
          return;
        }
    }

  after_runs (task);
}

static void
take_run_error (LuminalBuildJob    *self,
                GError *error)
{
  g_autofree char *compiler = luminal_compiler_name (self->order->compiler);

  if (self->run_error != NULL)
    {
      g_error_free (error);
    }
  else if (error->domain == LUMINAL_ERROR
           || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      self->run_error = error;
    }
  else
    {
      self->run_error = luminal_error_new (LUMINAL_ERROR_NO_COMPILER, self->order->path,
                                           LUMINAL_PHASE_BUILD,
                                           _("the compiler “%s” cannot be run: %s. Install it anew, "
                                             "or choose another one in the variable CC"),
                                           compiler, error->message);
      g_error_free (error);
    }
}

static void
on_run (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  LuminalBuildRun *run = user_data;
  LuminalBuildJob *self = run->job;
  g_autoptr (GTask) task = g_steal_pointer (&run->task);
  GError *error = NULL;

  luminal_build_slots_give (self->order->slots);
  if (!luminal_child_run_finish (result, &run->end, &error))
    {
      take_run_error (self, error);
    }
  else if (run->end.kind == LUMINAL_CHILD_TIMED_OUT)
    {
      g_autofree char *compiler = luminal_compiler_name (self->order->compiler);

      take_run_error (self,
                      luminal_error_new (LUMINAL_ERROR_TIMED_OUT, self->order->path,
                                         LUMINAL_PHASE_BUILD,
                                         _("the compiler “%s” did not finish in %g seconds, and was "
                                           "ended with all it had started. Make the source smaller, "
                                           "or allow it more time"),
                                         compiler, self->order->timeout / 1000.0));
    }
  else
    {
      run->diagnostics = luminal_diagnostics_parser_finish (run->parser);
    }

  run_ended (task);
}

static void
take_run_output (const char *data,
                 gsize       length,
                 gpointer    user_data)
{
  LuminalBuildRun *run = user_data;

  luminal_diagnostics_parser_feed (run->parser, data, length);
}

static void
on_slot (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  LuminalBuildRun *run = user_data;
  LuminalBuildJob *self = run->job;
  GError *error = NULL;

  if (!luminal_build_slots_take_finish (self->order->slots, result, &error))
    {
      g_autoptr (GTask) task = g_steal_pointer (&run->task);

      take_run_error (self, error);
      run_ended (task);
      return;
    }

  luminal_child_run_async ((const char *const *) run->command, self->order->folder,
                           (const char *const *) self->environment,
                           G_SUBPROCESS_FLAGS_STDERR_MERGE, self->order->timeout, take_run_output,
                           run, g_task_get_cancellable (run->task), on_run, run);
}

static void
start_run (GTask *task,
           guint  n)
{
  LuminalBuildJob *self = g_task_get_task_data (task);
  LuminalBuildRun *run = &self->runs[n];

  run->job = self;
  run->task = g_object_ref (task);
  run->parser = luminal_diagnostics_parser_new (self->scratch.copies);
  self->n_running++;
  luminal_build_slots_take_async (self->order->slots, self->order->path,
                                  g_task_get_cancellable (task), on_slot, run);
}

static void
run_compilers (GTask *task)
{
  LuminalBuildJob *self = g_task_get_task_data (task);

  job_clear_runs (self);
  self->runs = g_new0 (LuminalBuildRun, self->n_sources + 1);
  g_clear_pointer (&self->environment, g_strfreev);
  self->environment = luminal_build_environment (self->order, &self->scratch);

  /* The last to end goes on; none may end before all have begun. */
  self->n_running++;
  for (guint i = 0; i < self->n_sources; i++)
    {
      self->runs[i].command = luminal_build_compile_command (self->order, &self->scratch, i);
      start_run (task, i);
    }
  run_ended (task);
}

static void
on_looked_up (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LuminalBuildJob *self = g_task_get_task_data (task);

  if (!g_task_propagate_boolean (G_TASK (result), &self->run_error))
    clear_and_fail (task);
  else if (self->findings.from_cache)
    g_task_return_boolean (task, TRUE);
  else
    run_compilers (task);
}

/* @order must stay as it is until the end. */
void
luminal_build_job_async (LuminalBuildOrder  *order,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  LuminalBuildJob *self = g_new0 (LuminalBuildJob, 1);

  self->order = order;
  self->n_sources = luminal_build_count_sources (order);
  self->before = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->places = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->places, g_strdup (luminal_build_cache_get_folder (order->cache)));
  g_ptr_array_add (self->places, g_strdup (g_get_tmp_dir ()));

  g_task_set_source_tag (task, luminal_build_job_async);
  g_task_set_name (task, "[luminal] build job");
  g_task_set_task_data (task, self, (GDestroyNotify) job_free);
  go_on_in_thread (task, look_up_in_thread, on_looked_up);
}

/* @findings: takes what came of it, without the duration */
gboolean
luminal_build_job_finish (GAsyncResult         *result,
                          LuminalBuildFindings *findings,
                          GError              **error)
{
  LuminalBuildJob *self = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  *findings = self->findings;
  self->findings = (LuminalBuildFindings) { 0 };

  return TRUE;
}
