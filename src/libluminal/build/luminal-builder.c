/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-builder.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "luminal-build-commands.h"
#include "luminal-build-job.h"
#include "luminal-clear-source.h"
#include "luminal-diagnostic-private.h"
#include "luminal-error-private.h"
#include "luminal-package-flags.h"
#include "luminal-task-thread.h"

struct _LuminalBuilder
{
  GObject parent_instance;

  char *compiler_preference;
  guint timeout;

  GStrv environment;
  LuminalBuildCache *cache;
  LuminalBuildSlots *slots;
  LuminalPackageFlags *package_flags;
  LuminalCompiler *compiler; /* the last one that was found */
  GHashTable *jobs;          /* key → Shared; those that may be joined */
  GHashTable *inputs;        /* path → GStrv, what its last build read */
};

/* One build that was asked for. */
typedef struct
{
  gint64 began;
  char *checksum;
  LuminalBuildOrder *order; /* until it is handed to a job */
  GPtrArray *diagnostics;   /* of the declarations */
  struct Shared *shared;
  GSource *cancelled;
} Request;

/* A job, and all who asked for the same content. It goes on for as long as there is one
 * of them left. */
typedef struct Shared
{
  LuminalBuilder *builder;
  LuminalBuildOrder *order;
  GCancellable *cancellable;
  GPtrArray *tasks;
} Shared;

G_DEFINE_FINAL_TYPE (LuminalBuilder, luminal_builder, G_TYPE_OBJECT)

static void
luminal_builder_finalize (GObject *object)
{
  LuminalBuilder *self = LUMINAL_BUILDER (object);

  g_free (self->compiler_preference);
  g_strfreev (self->environment);
  g_clear_object (&self->cache);
  g_clear_object (&self->slots);
  g_clear_object (&self->package_flags);
  g_clear_pointer (&self->compiler, luminal_compiler_unref);
  g_hash_table_unref (self->jobs);
  g_hash_table_unref (self->inputs);

  G_OBJECT_CLASS (luminal_builder_parent_class)->finalize (object);
}

static void
luminal_builder_class_init (LuminalBuilderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_builder_finalize;
}

static void
luminal_builder_init (LuminalBuilder *self)
{
  self->timeout = LUMINAL_BUILDER_DEFAULT_TIMEOUT;
  self->environment = g_get_environ ();
  self->slots = luminal_build_slots_new (g_get_num_processors ());
  self->package_flags = luminal_package_flags_new ((const char *const *) self->environment);
  self->jobs = g_hash_table_new (g_str_hash, g_str_equal);
  self->inputs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify) g_strfreev);
}

/* @cache_folder: (nullable): by default "luminal" in the cache folder of the person */
LuminalBuilder *
luminal_builder_new (const char *cache_folder)
{
  LuminalBuilder *self = g_object_new (LUMINAL_TYPE_BUILDER, NULL);

  self->cache = luminal_build_cache_new (cache_folder, LUMINAL_BUILD_CACHE_SIZE);

  return self;
}

const char *
luminal_builder_get_compiler (LuminalBuilder *self)
{
  return self->compiler_preference;
}

/* @compiler: (nullable): its command, with arguments if need be; the variable CC goes first */
void
luminal_builder_set_compiler (LuminalBuilder *self,
                              const char     *compiler)
{
  char *copy = g_strdup (compiler);

  g_free (self->compiler_preference);
  self->compiler_preference = copy;
}

guint
luminal_builder_get_timeout (LuminalBuilder *self)
{
  return self->timeout;
}

/* @timeout: how long the compiler may take for one source, in milliseconds. Waiting for its
 *   turn does not count. */
void
luminal_builder_set_timeout (LuminalBuilder *self,
                             guint           timeout)
{
  self->timeout = timeout;
}

static void
request_leave (Request *self)
{
  luminal_clear_source (&self->cancelled);
  self->shared = NULL;
}

static void
request_free (Request *self)
{
  request_leave (self);
  g_free (self->checksum);
  g_clear_pointer (&self->order, luminal_build_order_free);
  g_ptr_array_unref (self->diagnostics);
  g_free (self);
}

static void
shared_free (Shared *self)
{
  luminal_build_order_free (self->order);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->tasks);
  g_object_unref (self->builder);
  g_free (self);
}

static gint64
elapsed (Request *request)
{
  return g_get_monotonic_time () - request->began;
}

/* A failure that was found before any compiler ran. */
static void
return_failure (GTask      *task,
                GError     *error,
                GPtrArray  *diagnostics)
{
  Request *request = g_task_get_task_data (task);
  LuminalBuildFindings findings = {
    .error = error,
    .diagnostics = g_ptr_array_ref (diagnostics),
    .dependencies = g_strdupv (request->order->needs->sources),
    .duration = elapsed (request),
  };

  g_task_return_pointer (task, luminal_build_result_new (&findings), g_object_unref);
}

/* What the declarations are warned of, before what the compiler says. */
static void
put_first (LuminalBuildFindings *findings,
           GPtrArray            *diagnostics)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < diagnostics->len; i++)
    g_ptr_array_add (all, g_object_ref (diagnostics->pdata[i]));
  for (guint i = 0; i < findings->diagnostics->len; i++)
    g_ptr_array_add (all, g_object_ref (findings->diagnostics->pdata[i]));
  g_ptr_array_unref (findings->diagnostics);
  findings->diagnostics = all;
}

/* The job is done: the same result for all who wait. */
static void
on_job_done (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Shared *shared = user_data;
  LuminalBuilder *self = shared->builder;
  g_auto (LuminalBuildFindings) findings = { 0 };
  g_autoptr (LuminalBuildResult) build = NULL;
  g_autoptr (GError) error = NULL;

  if (g_hash_table_lookup (self->jobs, shared->order->key) == shared)
    g_hash_table_remove (self->jobs, shared->order->key);

  if (luminal_build_job_finish (result, &findings, &error))
    {
      Request *first = g_task_get_task_data (shared->tasks->pdata[0]);

      g_hash_table_insert (self->inputs, g_strdup (shared->order->path),
                           g_strdupv (findings.dependencies));
      put_first (&findings, first->diagnostics);
      findings.duration = elapsed (first);
      build = luminal_build_result_new (&findings);
    }

  /* One that was called off meanwhile is told so in the next iteration only; by then this
   * job is no more. */
  for (guint i = 0; i < shared->tasks->len; i++)
    request_leave (g_task_get_task_data (shared->tasks->pdata[i]));

  for (guint i = 0; i < shared->tasks->len; i++)
    {
      GTask *task = shared->tasks->pdata[i];

      if (build != NULL)
        g_task_return_pointer (task, g_object_ref (build), g_object_unref);
      else
        g_task_return_error (task, g_error_copy (error));
    }

  shared_free (shared);
}

/* Others may still want it. The last one waits until the compiler is gone. */
static gboolean
on_request_cancelled (GCancellable *cancellable,
                      gpointer      user_data)
{
  GTask *task = user_data;
  Request *request = g_task_get_task_data (task);
  Shared *shared = request->shared;

  if (shared->tasks->len > 1)
    {
      g_autoptr (GTask) kept = g_object_ref (task);

      g_ptr_array_remove (shared->tasks, task);
      g_task_return_error_if_cancelled (task);
    }
  else
    {
      if (g_hash_table_lookup (shared->builder->jobs, shared->order->key) == shared)
        g_hash_table_remove (shared->builder->jobs, shared->order->key);
      g_cancellable_cancel (shared->cancellable);
    }

  return G_SOURCE_REMOVE;
}

static void
join (Shared *shared,
      GTask  *task)
{
  Request *request = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  request->shared = shared;
  g_ptr_array_add (shared->tasks, g_object_ref (task));
  if (cancellable == NULL)
    return;

  request->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (request->cancelled, G_SOURCE_FUNC (on_request_cancelled), task, NULL);
  g_source_attach (request->cancelled, g_task_get_context (task));
}

/* All is known: join a build of the same content, or begin one. */
static void
start_job (LuminalBuilder *self,
           GTask          *task)
{
  Request *request = g_task_get_task_data (task);
  LuminalBuildOrder *order = request->order;
  Shared *shared;

  order->key = luminal_build_key (order, request->checksum);
  shared = g_hash_table_lookup (self->jobs, order->key);
  if (shared != NULL)
    {
      join (shared, task);
      return;
    }

  shared = g_new0 (Shared, 1);
  shared->builder = g_object_ref (self);
  shared->order = g_steal_pointer (&request->order);
  shared->order->known_inputs = g_strdupv (g_hash_table_lookup (self->inputs, order->path));
  shared->order->cache = g_object_ref (self->cache);
  shared->order->slots = g_object_ref (self->slots);
  shared->order->timeout = self->timeout;
  shared->cancellable = g_cancellable_new ();
  shared->tasks = g_ptr_array_new_with_free_func (g_object_unref);
  g_hash_table_insert (self->jobs, shared->order->key, shared);
  join (shared, task);
  luminal_build_job_async (shared->order, shared->cancellable, on_job_done, shared);
}

/* A package that is not installed is an error in the line that asks for it; if it is
 * Luminal's own, the line is none of the source's. */
static void
return_package_failure (GTask        *task,
                        const GError *cause)
{
  Request *request = g_task_get_task_data (task);
  LuminalBuildOrder *order = request->order;
  g_autoptr (GPtrArray) diagnostics = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) lines = g_strsplit (cause->message, "\n", 2);
  gboolean declared = order->needs->packages_line > 0
                      && strstr (cause->message, "luminal-1") == NULL;
  g_autofree char *shown = luminal_display_path (order->path);
  g_autofree char *rendering = NULL;

  if (g_str_has_suffix (lines[0], "."))
    lines[0][strlen (lines[0]) - 1] = '\0';

  if (declared)
    rendering = g_strdup_printf ("%s:%u: error: %s", shown, order->needs->packages_line,
                                 cause->message);
  else
    rendering = g_strdup_printf ("%s: error: %s", shown, cause->message);
  g_ptr_array_add (diagnostics,
                   luminal_diagnostic_new (order->path,
                                           declared ? order->needs->packages_line : 0, 0,
                                           LUMINAL_SEVERITY_ERROR, lines[0], NULL, rendering,
                                           NULL));
  return_failure (task,
                  luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, order->path, LUMINAL_PHASE_BUILD,
                                     declared
                                       ? _("a package it declares cannot be used: %s. Install it, "
                                           "with its development files")
                                       : _("the flags for photons are unknown: %s. Install the "
                                           "development files of Luminal, or name their folder in "
                                           "PKG_CONFIG_PATH"),
                                     lines[0]),
                  diagnostics);
}

static void
on_package_flags (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LuminalBuilder *self = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  request->order->package_flags = luminal_package_flags_get_finish (self->package_flags, result,
                                                                    &error);
  if (request->order->package_flags != NULL)
    start_job (self, task);
  else if (g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_BUILD_FAILED))
    return_package_failure (task, error);
  else if (g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_TIMED_OUT))
    g_task_return_error (task, luminal_error_new (LUMINAL_ERROR_TIMED_OUT, request->order->path,
                                                  LUMINAL_PHASE_BUILD, "%s", error->message));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_compiler_found (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LuminalBuilder *self = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);
  LuminalBuildOrder *order = request->order;
  g_autoptr (GError) error = NULL;

  order->compiler = luminal_compiler_find_finish (result, &error);
  if (order->compiler == NULL)
    {
      if (error->domain == LUMINAL_ERROR)
        {
          g_autofree char *shown = luminal_display_path (order->path);

          g_prefix_error (&error, "%s: ", shown);
        }
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_clear_pointer (&self->compiler, luminal_compiler_unref);
  self->compiler = luminal_compiler_ref (order->compiler);

  luminal_package_flags_get_async (self->package_flags,
                                   (const char *const *) order->needs->packages, self->timeout,
                                   g_task_get_cancellable (task), on_package_flags,
                                   g_object_ref (task));
}

static void
read_needs_in_thread (GTask        *task,
                      gpointer      source_object,
                      gpointer      task_data,
                      GCancellable *cancellable)
{
  Request *self = task_data;
  gconstpointer bytes;
  gsize size;

  bytes = g_bytes_get_data (self->order->source, &size);
  self->checksum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->order->source);
  self->order->needs = luminal_source_needs_read (self->order->path, bytes, size,
                                                  self->diagnostics);
  g_task_return_boolean (task, TRUE);
}

static void
on_needs_read (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LuminalBuilder *self = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      return;
    }

  error = luminal_source_find_mistake (request->order->path, request->diagnostics);
  if (error != NULL)
    {
      return_failure (task, error, request->diagnostics);
      return;
    }

  luminal_compiler_find_async (self->compiler_preference,
                               (const char *const *) self->environment, self->compiler,
                               self->cache, self->timeout, g_task_get_cancellable (task),
                               on_compiler_found, g_object_ref (task));
}

/* @path: where @source is from: what diagnostics and debug information name, and where
 *   what it includes is looked for
 * @source: the bytes that are compiled, whatever is in the file meanwhile */
void
luminal_builder_build_async (LuminalBuilder     *self,
                             const char         *path,
                             GBytes             *source,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GTask) part = NULL;
  Request *request = g_new0 (Request, 1);

  request->began = g_get_monotonic_time ();
  request->diagnostics = g_ptr_array_new_with_free_func (g_object_unref);
  request->order = g_new0 (LuminalBuildOrder, 1);
  request->order->path = g_canonicalize_filename (path, NULL);
  request->order->folder = g_path_get_dirname (request->order->path);
  request->order->source = g_bytes_ref (source);
  request->order->environment = g_strdupv (self->environment);

  g_task_set_source_tag (task, luminal_builder_build_async);
  g_task_set_name (task, "[luminal] build a source");
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);

  part = g_task_new (NULL, cancellable, on_needs_read, g_object_ref (task));
  g_task_set_source_tag (part, luminal_builder_build_async);
  g_task_set_task_data (part, request, NULL);
  luminal_task_run_in_own_thread (part, "luminal-build", read_needs_in_thread);
}

/* A source that does not compile has a result with an error in it. What kept it from being
 * compiled is an error here: NO_COMPILER, TIMED_OUT, and BUILD_FAILED if there is no place
 * to build in. */
LuminalBuildResult *
luminal_builder_build_finish (LuminalBuilder *self,
                              GAsyncResult   *result,
                              GError        **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
