/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-build-job.h"

#include <string.h>

#include "luminal-build-commands.h"
#include "luminal-build-scratch.h"
#include "luminal-child.h"
#include "luminal-diagnostics-parser.h"
#include "luminal-error-private.h"
#include "luminal-header-guess.h"
#include "luminal-task-thread.h"

/* What strerror() says of a full disk, by which a compiler tells of it. */
static const char *const full_disk_texts[] = {
  "No space left on device",
  "Disk quota exceeded",
};

/* Words of a compiler that did not come to its end because of something else than the
 * source. */
static const char *const accident_texts[] = {
  "internal compiler error",
  "terminated program",
  "out of memory",
  "virtual memory exhausted",
  "cannot allocate memory",
  "Cannot allocate memory",
  "Too many open files",
  "frontend command failed",
  "crashed",
};

typedef struct _Job Job;

/* One run of the compiler. */
typedef struct
{
  Job *job;
  GTask *task;
  guint n;
  GStrv command;
  LuminalDiagnosticsParser *parser;
  GPtrArray *diagnostics; /* NULL until it has run */
  LuminalChildEnd end;
} Run;

struct _Job
{
  LuminalBuildOrder *order;
  guint n_sources;

  GPtrArray *places;          /* where a scratch folder may be made, the best one first */
  guint place;
  LuminalBuildScratch scratch;
  GStrv environment;          /* of the compiler */
  gint64 started;             /* by the clock of files */
  GHashTable *before;         /* path → digest, of the inputs that were known */

  Run *runs;                  /* one for each source, then the one that links */
  guint n_running;
  GError *run_error;          /* the first one */
  gboolean compiled;
  GPtrArray *diagnostics;

  LuminalBuildFindings findings;
};

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
run_clear (Run *self)
{
  g_clear_pointer (&self->command, g_strfreev);
  g_clear_pointer (&self->parser, luminal_diagnostics_parser_free);
  g_clear_pointer (&self->diagnostics, g_ptr_array_unref);
}

static void
job_clear_runs (Job *self)
{
  for (guint i = 0; self->runs != NULL && i <= self->n_sources; i++)
    run_clear (&self->runs[i]);
  g_clear_pointer (&self->runs, g_free);
}

static void
job_free (Job *self)
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

static gboolean
has_any (const char        *text,
         const char *const *parts,
         guint              n_parts)
{
  for (guint i = 0; i < n_parts; i++)
    {
      if (text != NULL && strstr (text, parts[i]) != NULL)
        return TRUE;
    }

  return FALSE;
}

/* What a source itself says, with #error, has a line and is not fatal. */
static gboolean
disk_was_full (Job *self)
{
  for (guint i = 0; i < self->diagnostics->len; i++)
    {
      LuminalDiagnostic *diagnostic = self->diagnostics->pdata[i];

      if ((luminal_diagnostic_get_severity (diagnostic) == LUMINAL_SEVERITY_FATAL
           || luminal_diagnostic_get_line (diagnostic) == 0)
          && has_any (luminal_diagnostic_get_rendering (diagnostic), full_disk_texts,
                      G_N_ELEMENTS (full_disk_texts)))
        return TRUE;
    }

  return FALSE;
}

static LuminalDiagnostic *
find_first_error (GPtrArray *diagnostics,
                  guint     *n_errors)
{
  LuminalDiagnostic *first = NULL;

  *n_errors = 0;
  for (guint i = 0; i < diagnostics->len; i++)
    {
      LuminalDiagnostic *diagnostic = diagnostics->pdata[i];

      if (luminal_diagnostic_get_severity (diagnostic) < LUMINAL_SEVERITY_ERROR)
        continue;
      if (first == NULL)
        first = diagnostic;
      (*n_errors)++;
    }

  return first;
}

static GError *
explain_failure (Job *self)
{
  const char *path = self->order->path;
  g_autofree char *compiler = luminal_compiler_name (self->order->compiler);
  guint n_errors;
  LuminalDiagnostic *first = find_first_error (self->diagnostics, &n_errors);
  g_autofree char *place = NULL;

  for (guint i = 0; self->runs != NULL && i <= self->n_sources; i++)
    {
      Run *run = &self->runs[i];

      if (run->diagnostics != NULL && run->end.kind == LUMINAL_CHILD_KILLED)
        return luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, path, LUMINAL_PHASE_BUILD,
                                  "the compiler “%s” was killed by signal %d (%s). Save the file "
                                  "again, or try another compiler",
                                  compiler, run->end.code, g_strsignal (run->end.code));
    }

  if (first == NULL)
    {
      LuminalDiagnostic *last = self->diagnostics->len > 0
                                  ? self->diagnostics->pdata[self->diagnostics->len - 1] : NULL;

      return luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, path, LUMINAL_PHASE_BUILD,
                                "the compiler “%s” failed without naming an error: %s. Try it in "
                                "a terminal",
                                compiler,
                                last != NULL ? luminal_diagnostic_get_text (last) : "no output");
    }

  if (luminal_diagnostic_get_line (first) > 0
      && g_strcmp0 (luminal_diagnostic_get_file (first), path) == 0)
    {
      place = g_strdup_printf (" in line %u", luminal_diagnostic_get_line (first));
    }
  else if (luminal_diagnostic_get_line (first) > 0)
    {
      g_autofree char *file = luminal_display_path (luminal_diagnostic_get_file (first));

      place = g_strdup_printf (" in line %u of %s", luminal_diagnostic_get_line (first), file);
    }

  if (n_errors == 1)
    return luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, path, LUMINAL_PHASE_BUILD,
                              "there is an error%s: %s. Correct it and save the file",
                              place != NULL ? place : "", luminal_diagnostic_get_text (first));

  return luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, path, LUMINAL_PHASE_BUILD,
                            "there are %u%s errors, the first%s: %s. Correct them and save the "
                            "file",
                            n_errors, n_errors == LUMINAL_DIAGNOSTICS_MAX ? " or more" : "",
                            place != NULL ? place : " one", luminal_diagnostic_get_text (first));
}

/* Those that a person may change. */
static GStrv
choose_dependencies (Job   *self,
                     char **inputs)
{
  GPtrArray *chosen = g_ptr_array_new ();

  for (; *inputs != NULL; inputs++)
    {
      if (!luminal_header_is_of_system (*inputs, self->order->folder))
        g_ptr_array_add (chosen, g_strdup (*inputs));
    }
  g_ptr_array_add (chosen, NULL);

  return (GStrv) g_ptr_array_free (chosen, FALSE);
}

static void
look_up_in_thread (GTask        *task,
                   gpointer      source_object,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  Job *self = task_data;
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
  self->findings.dependencies = choose_dependencies (self, entry->inputs);
  if (self->findings.module == NULL)
    self->findings.error = explain_failure (self);
  g_task_return_boolean (task, TRUE);
}

/* What the inputs hold before the compiler reads them. */
static void
take_digests (Job   *self,
              char **inputs)
{
  LuminalHeaderDigests *digests = luminal_build_cache_get_digests (self->order->cache);

  for (; inputs != NULL && *inputs != NULL; inputs++)
    {
      if (!luminal_header_is_of_system (*inputs, self->order->folder))
        g_hash_table_insert (self->before, g_strdup (*inputs),
                             luminal_header_digests_get (digests, *inputs, self->order->folder));
    }
}

/* A first build knows of no headers, and may come right after they were written. */
static void
take_digests_of_guesses (Job *self)
{
  g_auto (GStrv) guesses = NULL;
  gconstpointer text;
  gsize length;

  text = g_bytes_get_data (self->order->source, &length);
  guesses = luminal_header_guess (self->order->path, text, length, self->order->needs->sources);
  take_digests (self, guesses);
}

static void
make_scratch_in_thread (GTask        *task,
                        gpointer      source_object,
                        gpointer      task_data,
                        GCancellable *cancellable)
{
  Job *self = task_data;
  g_autoptr (GError) error = NULL;

  for (; self->place < self->places->len; self->place++)
    {
      g_clear_error (&error);
      if (luminal_build_scratch_make (&self->scratch, self->places->pdata[self->place],
                                      self->order->path, self->order->source, &error))
        {
          g_hash_table_remove_all (self->before);
          take_digests (self, self->order->known_inputs);
          take_digests (self, self->order->needs->sources);
          take_digests_of_guesses (self);
          self->started = luminal_header_get_clock ();
          g_task_return_boolean (task, TRUE);
          return;
        }

      luminal_build_scratch_clear (&self->scratch);
      if (self->findings.remark == NULL)
        self->findings.remark = g_strdup_printf ("The cache cannot be used (%s), so the build is "
                                                 "not kept for the next time. Make room there, or "
                                                 "give yourself the right to write",
                                                 error->message);
    }

  g_task_return_error (task, luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, self->order->path,
                                                LUMINAL_PHASE_BUILD,
                                                "there is no folder to build it in: %s. Make room, "
                                                "or set TMPDIR",
                                                error->message));
}

static void
add_list (Job        *self,
          GPtrArray  *inputs,
          GHashTable *seen,
          guint       n)
{
  g_autofree char *list = luminal_build_scratch_name (&self->scratch, n, ".d");
  g_autofree char *prefix = g_strconcat (self->scratch.folder, "/", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) paths = NULL;

  if (!g_file_get_contents (list, &text, NULL, NULL))
    return;

  paths = luminal_header_list_parse (text, self->order->folder);
  for (guint i = 0; paths[i] != NULL; i++)
    {
      /* The copy of the source stands for it, and the key knows its content. */
      if (g_str_has_prefix (paths[i], prefix) || g_str_equal (paths[i], self->order->path))
        continue;
      if (g_hash_table_contains (seen, paths[i]))
        continue;

      g_ptr_array_add (inputs, g_strdup (paths[i]));
      g_hash_table_add (seen, inputs->pdata[inputs->len - 1]);
    }
}

static GStrv
collect_inputs (Job *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *inputs = g_ptr_array_new ();

  for (guint i = 0; i < self->n_sources; i++)
    add_list (self, inputs, seen, i);
  for (char **source = self->order->needs->sources; *source != NULL; source++)
    {
      if (!g_hash_table_contains (seen, *source))
        g_ptr_array_add (inputs, g_strdup (*source));
    }
  g_ptr_array_add (inputs, NULL);

  return (GStrv) g_ptr_array_free (inputs, FALSE);
}

/* Whether what the inputs hold now is what the compiler read. One that was not known
 * before counts if its time says that it has not changed since. */
static gboolean
inputs_are_certain (Job   *self,
                    char **inputs)
{
  LuminalHeaderDigests *digests = luminal_build_cache_get_digests (self->order->cache);

  for (; *inputs != NULL; inputs++)
    {
      const char *before = g_hash_table_lookup (self->before, *inputs);

      if (before != NULL)
        {
          g_autofree char *now = luminal_header_digests_get (digests, *inputs,
                                                             self->order->folder);

          if (!g_str_equal (before, now))
            return FALSE;
        }
      else
        {
          gint64 changed = luminal_header_get_time (*inputs);

          if (changed == 0 || changed >= self->started)
            return FALSE;
        }
    }

  return TRUE;
}

/* A failure is kept only if nothing but the source and what it includes can be the
 * cause: a header that is missing may be installed anywhere. */
static gboolean
failure_is_certain (Job *self)
{
  guint n_errors;

  if (find_first_error (self->diagnostics, &n_errors) == NULL)
    return FALSE;

  for (guint i = 0; i <= self->n_sources; i++)
    {
      if (self->runs[i].diagnostics != NULL
          && (self->runs[i].end.kind != LUMINAL_CHILD_EXITED || self->runs[i].end.code > 1))
        return FALSE;
    }

  for (guint i = 0; i < self->diagnostics->len; i++)
    {
      LuminalDiagnostic *diagnostic = self->diagnostics->pdata[i];
      LuminalSeverity severity = luminal_diagnostic_get_severity (diagnostic);

      if (severity == LUMINAL_SEVERITY_FATAL
          || (severity == LUMINAL_SEVERITY_ERROR && luminal_diagnostic_get_line (diagnostic) == 0)
          || has_any (luminal_diagnostic_get_rendering (diagnostic), accident_texts,
                      G_N_ELEMENTS (accident_texts)))
        return FALSE;
    }

  return TRUE;
}

static void
keep (Job   *self,
      char **inputs)
{
  LuminalBuildEntry entry = {
    .module = self->findings.module,
    .diagnostics = self->diagnostics,
    .inputs = inputs,
  };
  g_autoptr (GError) error = NULL;

  if (luminal_build_cache_store (self->order->cache, self->order->key, self->order->folder, &entry,
                                 &error)
      || self->findings.remark != NULL)
    return;

  self->findings.remark = g_strdup_printf ("The cache cannot be written (%s), so the build is not "
                                           "kept for the next time. Make room there, or give "
                                           "yourself the right to write",
                                           error->message);
}

static gboolean
read_module (Job *self)
{
  g_autofree char *path = g_build_filename (self->scratch.folder, "module.so", NULL);
  g_autoptr (GError) error = NULL;
  char *bytes;
  gsize size;

  if (g_file_get_contents (path, &bytes, &size, &error) && size > 0)
    {
      self->findings.module = g_bytes_new_take (bytes, size);
      return TRUE;
    }

  if (error == NULL)
    g_free (bytes);
  self->findings.error = luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, self->order->path,
                                            LUMINAL_PHASE_BUILD,
                                            "the compiler “%s” ended well, but left no module. Is "
                                            "it a C compiler?",
                                            self->order->compiler->command[0]);
  return FALSE;
}

static void
collect_in_thread (GTask        *task,
                   gpointer      source_object,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  Job *self = task_data;
  g_auto (GStrv) inputs = collect_inputs (self);
  gboolean certain;

  if (self->compiled)
    {
      certain = read_module (self);
    }
  else
    {
      self->findings.error = explain_failure (self);
      certain = failure_is_certain (self);
    }

  if (certain && inputs_are_certain (self, inputs))
    keep (self, inputs);

  self->findings.diagnostics = g_ptr_array_ref (self->diagnostics);
  self->findings.dependencies = choose_dependencies (self, inputs);
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
  Job *self = task_data;

  luminal_build_scratch_clear (&self->scratch);
  g_task_return_boolean (task, TRUE);
}

static void
on_cleared (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *self = g_task_get_task_data (task);

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
  Job *self = g_task_get_task_data (task);

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
  Job *self = g_task_get_task_data (task);

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
  Job *self = task_data;

  luminal_build_scratch_clear (&self->scratch);
  make_scratch_in_thread (task, source_object, task_data, cancellable);
}

/* The diagnostics of all runs, in the order of the sources. */
static void
gather_diagnostics (Job *self)
{
  g_clear_pointer (&self->diagnostics, g_ptr_array_unref);
  self->diagnostics = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i <= self->n_sources; i++)
    {
      for (guint j = 0; self->runs[i].diagnostics != NULL && j < self->runs[i].diagnostics->len; j++)
        g_ptr_array_add (self->diagnostics, g_object_ref (self->runs[i].diagnostics->pdata[j]));
    }
}

static gboolean
run_was_good (Run *run)
{
  return run->diagnostics != NULL && run->end.kind == LUMINAL_CHILD_EXITED && run->end.code == 0;
}

static void
on_listed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *self = g_task_get_task_data (task);
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
  Job *self = g_task_get_task_data (task);
  Run *last = &self->runs[self->n_sources > 1 ? self->n_sources : 0];
  g_autofree char *list = NULL;

  if (self->run_error != NULL)
    {
      clear_and_fail (task);
      return;
    }

  gather_diagnostics (self);
  self->compiled = run_was_good (last);
  if (self->compiled)
    {
      go_on_in_thread (task, collect_in_thread, on_collected);
      return;
    }

  if (self->place + 1 < self->places->len
      && disk_was_full (self))
    {
      self->findings.remark = g_strdup_printf ("The disk with the cache %s is full, so the build "
                                               "is not kept for the next time. Make room there",
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
  Job *self = g_task_get_task_data (task);

  if (--self->n_running > 0)
    return;

  if (self->run_error == NULL && self->n_sources > 1 && self->runs[self->n_sources].command == NULL)
    {
      gboolean good = TRUE;

      for (guint i = 0; i < self->n_sources; i++)
        good = good && run_was_good (&self->runs[i]);
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
take_run_error (Job    *self,
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
                                           "the compiler “%s” cannot be run: %s. Install it anew, "
                                           "or choose another one in the variable CC",
                                           compiler, error->message);
      g_error_free (error);
    }
}

static void
on_run (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  Run *run = user_data;
  Job *self = run->job;
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
                                         "the compiler “%s” did not finish in %g seconds, and was "
                                         "ended with all it had started. Make the source smaller, "
                                         "or allow it more time",
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
  Run *run = user_data;

  luminal_diagnostics_parser_feed (run->parser, data, length);
}

static void
on_slot (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Run *run = user_data;
  Job *self = run->job;
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
  Job *self = g_task_get_task_data (task);
  Run *run = &self->runs[n];

  run->job = self;
  run->n = n;
  run->task = g_object_ref (task);
  run->parser = luminal_diagnostics_parser_new (self->scratch.copies);
  self->n_running++;
  luminal_build_slots_take_async (self->order->slots, self->order->path,
                                  g_task_get_cancellable (task), on_slot, run);
}

static void
run_compilers (GTask *task)
{
  Job *self = g_task_get_task_data (task);

  job_clear_runs (self);
  self->runs = g_new0 (Run, self->n_sources + 1);
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
  Job *self = g_task_get_task_data (task);

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
  Job *self = g_new0 (Job, 1);

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
  Job *self = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  *findings = self->findings;
  self->findings = (LuminalBuildFindings) { 0 };

  return TRUE;
}
