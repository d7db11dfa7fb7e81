/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-operations.h"

#include <glib/gi18n-lib.h>

#include "luminal-error-private.h"
#include "luminal-event-private.h"
#include "luminal-generation-private.h"
#include "luminal-switch.h"
#include "luminal-unload.h"

/* How long a file may stay open for writing without growing, before that counts
 * as a failure: a compiler that works on a large file pauses for less. */
#define SETTLE_TIMEOUT_MS 10000

struct _LuminalOperations
{
  GObject parent_instance;

  LuminalRegistry *registry;
  LuminalHostFactory *factory;
  LuminalBuilder *builder;
  LuminalJobQueue *queue;
  LuminalRecovery *recovery;
  guint settle_timeout;
};

G_DEFINE_FINAL_TYPE (LuminalOperations, luminal_operations, G_TYPE_OBJECT)

static void
luminal_operations_finalize (GObject *object)
{
  LuminalOperations *self = LUMINAL_OPERATIONS (object);

  g_clear_object (&self->recovery);
  g_clear_object (&self->registry);
  g_clear_object (&self->factory);
  g_clear_object (&self->builder);
  g_clear_object (&self->queue);

  G_OBJECT_CLASS (luminal_operations_parent_class)->finalize (object);
}

static void
luminal_operations_class_init (LuminalOperationsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_operations_finalize;
}

static void
luminal_operations_init (LuminalOperations *self)
{
  self->factory = luminal_host_factory_new ();
  self->builder = luminal_builder_new (NULL);
  self->queue = luminal_job_queue_new ();
  self->settle_timeout = SETTLE_TIMEOUT_MS;
}

LuminalOperations *
luminal_operations_new (LuminalRegistry *registry)
{
  LuminalOperations *self = g_object_new (LUMINAL_TYPE_OPERATIONS, NULL);

  self->registry = g_object_ref (registry);
  self->recovery = luminal_recovery_new (registry, self->factory, self->queue);
  return self;
}

LuminalRecoveryPolicy *
luminal_operations_get_recovery_policy (LuminalOperations *self)
{
  return luminal_recovery_get_policy (self->recovery);
}

void
luminal_operations_shut_down (LuminalOperations *self)
{
  luminal_recovery_shut_down (self->recovery);
}

void
luminal_operations_set_settle_timeout (LuminalOperations *self,
                                       guint              milliseconds)
{
  self->settle_timeout = milliseconds;
}

guint
luminal_operations_get_settle_timeout (LuminalOperations *self)
{
  return self->settle_timeout;
}

LuminalHostSettings *
luminal_operations_get_host_settings (LuminalOperations *self)
{
  return luminal_host_factory_get_settings (self->factory);
}

LuminalBuilder *
luminal_operations_get_builder (LuminalOperations *self)
{
  return self->builder;
}

void
luminal_operations_prepare (LuminalOperations *self)
{
  luminal_host_factory_prepare (self->factory);
}

/* An operation that waits for its turn, then runs. */
typedef struct
{
  LuminalJob *job;
  GStrv paths;
  GPtrArray *modules;

  GType photon_base;
  GStrv other_classes;
  gboolean autostart;
  gboolean reload;
  LuminalTransactionFlags flags;

  guint generation;
  LuminalGeneration *revived;

  LuminalHandler *handler;
  gboolean on;
  gboolean force;
} Operation;

static void
operation_free (Operation *operation)
{
  g_strfreev (operation->paths);
  g_strfreev (operation->other_classes);
  g_clear_pointer (&operation->modules, g_ptr_array_unref);
  g_clear_object (&operation->handler);
  g_clear_object (&operation->revived);
  g_free (operation);
}

static GTask *
operation_task (LuminalOperations   *self,
                const char *const   *paths,
                GCancellable        *cancellable,
                GAsyncReadyCallback  callback,
                gpointer             user_data,
                gpointer             source_tag)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Operation *operation = g_new0 (Operation, 1);

  operation->paths = g_strdupv ((GStrv) paths);
  operation->modules = g_ptr_array_new_with_free_func (g_object_unref);

  /* Work that was done is not taken back by a cancellation that came too late. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, operation, (GDestroyNotify) operation_free);

  return task;
}

static void
begin_waiting (GTask            *task,
               LuminalJobManner  manner,
               LuminalJobFunc    func)
{
  LuminalOperations *self = g_task_get_source_object (task);
  Operation *operation = g_task_get_task_data (task);

  luminal_job_queue_push (self->queue, (const char *const *) operation->paths, manner, func, task);
}

/* Its turn has come. Returns whether it is to go on. */
static gboolean
begin_work (GTask      *task,
            LuminalJob *job)
{
  Operation *operation = g_task_get_task_data (task);

  operation->job = job;
  if (!g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    return TRUE;

  luminal_job_done (job);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Called off before its turn came"));
  g_object_unref (task);
  return FALSE;
}

/* Takes @task over, and @error, which may be none. The next job on these files
 * begins before anybody hears of the end of this one. */
static void
end_work (GTask     *task,
          GPtrArray *handlers,
          GError    *error)
{
  Operation *operation = g_task_get_task_data (task);

  luminal_job_done (operation->job);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, handlers, (GDestroyNotify) g_ptr_array_unref);
  g_object_unref (task);
}

static void
transaction_done (GObject      *source_object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  GTask *task = user_data;
  Operation *operation = g_task_get_task_data (task);
  g_autoptr (GPtrArray) handlers = g_ptr_array_new_with_free_func (g_object_unref);
  GError *error = NULL;

  luminal_transaction_run_finish (LUMINAL_TRANSACTION (source_object), result, &error);
  for (guint i = 0; i < operation->modules->len; i++)
    {
      LuminalModule *module = operation->modules->pdata[i];

      for (guint j = 0; j < module->handlers->len; j++)
        g_ptr_array_add (handlers, g_object_ref (module->handlers->pdata[j]));
    }

  end_work (task, error == NULL ? g_steal_pointer (&handlers) : NULL, error);
}

static void
run_transaction (GTask *task)
{
  LuminalOperations *self = g_task_get_source_object (task);
  Operation *operation = g_task_get_task_data (task);
  g_autoptr (LuminalTransaction) transaction =
    luminal_transaction_new (self->registry, self->factory, self->settle_timeout, operation->flags);

  luminal_transaction_set_builder (transaction, self->builder);
  for (guint i = 0; i < operation->modules->len; i++)
    {
      if (operation->revived != NULL)
        luminal_transaction_add_revival (transaction, operation->modules->pdata[i], operation->revived);
      else
        luminal_transaction_add (transaction, operation->modules->pdata[i]);
    }

  luminal_transaction_run_async (transaction, g_task_get_cancellable (task), transaction_done, task);
}

static void
run_load (LuminalJob *job,
          gpointer    user_data)
{
  GTask *task = user_data;
  LuminalOperations *self = g_task_get_source_object (task);
  Operation *operation = g_task_get_task_data (task);
  const char *path = operation->paths[0];
  LuminalModule *module = luminal_registry_lookup_module (self->registry, path);

  if (!begin_work (task, job))
    return;

  if (module != NULL && module->host != NULL && !operation->reload)
    {
      for (guint i = 0; i < module->handlers->len; i++)
        luminal_registry_tell_of (self->registry, LUMINAL_EVENT_SKIPPED, module->handlers->pdata[i], 0);
      end_work (task, g_ptr_array_new_with_free_func (g_object_unref), NULL);
      return;
    }

  if (module == NULL)
    {
      g_autoptr (GFile) file = g_file_new_for_path (path);
      g_autoptr (LuminalModule) new_module =
        luminal_module_new (file, operation->photon_base, (const char *const *) operation->other_classes);

      new_module->autostart = operation->autostart;
      g_ptr_array_add (operation->modules, g_steal_pointer (&new_module));
    }
  else
    {
      module->autostart |= operation->autostart;
      g_ptr_array_add (operation->modules, g_object_ref (module));
    }

  run_transaction (task);
}

void
luminal_operations_load_async (LuminalOperations        *self,
                               const char               *path,
                               const LuminalLoadRequest *request,
                               gboolean                  reload,
                               GCancellable             *cancellable,
                               GAsyncReadyCallback       callback,
                               gpointer                  user_data)
{
  const char *const paths[] = { path, NULL };
  GTask *task = operation_task (self, paths, cancellable, callback, user_data, luminal_operations_load_async);
  Operation *operation = g_task_get_task_data (task);

  operation->photon_base = request->photon_base;
  operation->other_classes = g_strdupv ((GStrv) request->other_classes);
  operation->autostart = request->autostart;
  operation->flags = request->flags;
  operation->reload = reload;

  begin_waiting (task, request->manner, run_load);
}

GPtrArray *
luminal_operations_load_finish (GAsyncResult  *result,
                                GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static GError *
not_loaded_error (const char *path)
{
  return luminal_error_new (LUMINAL_ERROR_PHOTON_NOT_FOUND, path, LUMINAL_PHASE_NONE,
                            _("no photon of this file is loaded"));
}

static void
run_reload (LuminalJob *job,
            gpointer    user_data)
{
  GTask *task = user_data;
  LuminalOperations *self = g_task_get_source_object (task);
  Operation *operation = g_task_get_task_data (task);

  if (!begin_work (task, job))
    return;

  for (char **path = operation->paths; *path != NULL; path++)
    {
      LuminalModule *module = luminal_registry_lookup_module (self->registry, *path);

      if (module == NULL)
        {
          end_work (task, NULL, not_loaded_error (*path));
          return;
        }
      g_ptr_array_add (operation->modules, g_object_ref (module));
    }

  run_transaction (task);
}

void
luminal_operations_reload_async (LuminalOperations       *self,
                                 const char *const       *paths,
                                 LuminalTransactionFlags  flags,
                                 GCancellable            *cancellable,
                                 GAsyncReadyCallback      callback,
                                 gpointer                 user_data)
{
  GTask *task = operation_task (self, paths, cancellable, callback, user_data,
                                luminal_operations_reload_async);
  Operation *operation = g_task_get_task_data (task);

  operation->flags = flags;
  begin_waiting (task, LUMINAL_JOB_PROMPT, run_reload);
}

GPtrArray *
luminal_operations_reload_finish (GAsyncResult  *result,
                                  GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static GError *
not_kept_error (LuminalModule *module,
                guint          generation)
{
  g_autofree char *which = generation != 0 ? g_strdup_printf (_("generation %u"), generation)
                                           : g_strdup (_("an earlier generation"));

  if (module->host != NULL && !luminal_host_is_apart (module->host))
    return luminal_error_new (LUMINAL_ERROR_NOT_KEPT, module->path, LUMINAL_PHASE_NONE,
                              _("%s cannot come back: generations are kept where photons have a process of "
                                "their own, and these run in this one"), which);

  if (generation >= luminal_lineage_next_number (module->lineage))
    return luminal_error_new (LUMINAL_ERROR_NOT_KEPT, module->path, LUMINAL_PHASE_NONE,
                              _("there is no generation %u"), generation);

  return luminal_error_new (LUMINAL_ERROR_NOT_KEPT, module->path, LUMINAL_PHASE_NONE,
                            _("%s cannot come back: the last few that ran, and well, are kept, and it is none of "
                              "them"), which);
}

static gboolean
is_current (LuminalModule *module,
            guint          generation)
{
  LuminalGeneration *current = luminal_lineage_get_current (module->lineage);

  return module->host != NULL && current != NULL && luminal_generation_get_number (current) == generation;
}

static void
run_revert (LuminalJob *job,
            gpointer    user_data)
{
  GTask *task = user_data;
  LuminalOperations *self = g_task_get_source_object (task);
  Operation *operation = g_task_get_task_data (task);
  LuminalModule *module = luminal_registry_lookup_module (self->registry, operation->paths[0]);
  LuminalGeneration *wanted;

  if (!begin_work (task, job))
    return;

  if (module == NULL)
    {
      end_work (task, NULL, not_loaded_error (operation->paths[0]));
      return;
    }

  /* Asked for twice, say. */
  if (is_current (module, operation->generation))
    {
      end_work (task, g_ptr_array_copy (module->handlers, (GCopyFunc) (void (*) (void)) g_object_ref, NULL), NULL);
      return;
    }

  if (operation->generation == 0)
    wanted = luminal_lineage_get_last_good (module->lineage);
  else
    wanted = luminal_lineage_find_good (module->lineage, operation->generation);
  if (wanted == NULL)
    {
      end_work (task, NULL, not_kept_error (module, operation->generation));
      return;
    }

  g_set_object (&operation->revived, wanted);
  g_ptr_array_add (operation->modules, g_object_ref (module));
  run_transaction (task);
}

void
luminal_operations_revert_async (LuminalOperations   *self,
                                 const char          *path,
                                 guint                generation,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  const char *const paths[] = { path, NULL };
  GTask *task = operation_task (self, paths, cancellable, callback, user_data, luminal_operations_revert_async);
  Operation *operation = g_task_get_task_data (task);

  operation->generation = generation;
  begin_waiting (task, LUMINAL_JOB_PROMPT, run_revert);
}

GPtrArray *
luminal_operations_revert_finish (GAsyncResult  *result,
                                  GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Takes @task over, and @error, which may be none. */
static void
end_simple_work (GTask    *task,
                 gboolean  done,
                 GError   *error)
{
  Operation *operation = g_task_get_task_data (task);

  luminal_job_done (operation->job);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, done);
  g_object_unref (task);
}

static void
unloaded (GObject      *source_object,
          GAsyncResult *result,
          gpointer      user_data)
{
  GError *error = NULL;

  luminal_unload_finish (result, &error);
  end_simple_work (user_data, TRUE, error);
}

static void
run_unload (LuminalJob *job,
            gpointer    user_data)
{
  GTask *task = user_data;
  LuminalOperations *self = g_task_get_source_object (task);
  Operation *operation = g_task_get_task_data (task);
  LuminalModule *module = luminal_registry_lookup_module (self->registry, operation->paths[0]);

  if (!begin_work (task, job))
    return;

  if (module == NULL)
    end_simple_work (task, FALSE, not_loaded_error (operation->paths[0]));
  else
    luminal_unload_async (self->registry, self->factory, module, operation->force, unloaded, task);
}

void
luminal_operations_unload_async (LuminalOperations   *self,
                                 const char          *path,
                                 gboolean             force,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  const char *const paths[] = { path, NULL };
  GTask *task = operation_task (self, paths, cancellable, callback, user_data, luminal_operations_unload_async);
  Operation *operation = g_task_get_task_data (task);

  operation->force = force;
  begin_waiting (task, LUMINAL_JOB_PROMPT, run_unload);
}

gboolean
luminal_operations_unload_finish (GAsyncResult  *result,
                                  GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
switched (GObject      *source_object,
          GAsyncResult *result,
          gpointer      user_data)
{
  GError *error = NULL;

  luminal_switch_finish (result, &error);
  end_simple_work (user_data, TRUE, error);
}

static void
run_switch (LuminalJob *job,
            gpointer    user_data)
{
  GTask *task = user_data;
  LuminalOperations *self = g_task_get_source_object (task);
  Operation *operation = g_task_get_task_data (task);
  LuminalModule *module = luminal_registry_lookup_module (self->registry, operation->paths[0]);

  if (!begin_work (task, job))
    return;

  if (module == NULL || !g_ptr_array_find (module->handlers, operation->handler, NULL))
    end_simple_work (task, FALSE, not_loaded_error (operation->paths[0]));
  else if (operation->on)
    luminal_switch_on_async (self->registry, module, operation->handler, switched, task);
  else
    luminal_switch_off_async (self->registry, module, operation->handler, operation->force, switched, task);
}

static void
return_switched (GObject      *source_object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
luminal_operations_switch (LuminalOperations *self,
                           LuminalHandler    *handler,
                           gboolean           on,
                           gboolean           force,
                           GTask             *task)
{
  const char *const paths[] = { luminal_handler_get_filepath (handler), NULL };
  GTask *inner = operation_task (self, paths, g_task_get_cancellable (task), return_switched, task,
                                 luminal_operations_switch);
  Operation *operation = g_task_get_task_data (inner);

  operation->handler = g_object_ref (handler);
  operation->on = on;
  operation->force = force;
  begin_waiting (inner, LUMINAL_JOB_PROMPT, run_switch);
}
