/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-recovery.h"

#include <glib/gi18n-lib.h>

#include "luminal-clear-source.h"
#include "luminal-error-private.h"
#include "luminal-event-private.h"
#include "luminal-generation-private.h"
#include "luminal-handler-private.h"
#include "luminal-restart.h"
#include "luminal-transaction.h"

/* What is wrong with a new version shows soon after it starts: at its first timer, its
 * first connection. Whoever saved it still looks then. */
#define PROBATION_TIME_MS 5000

/* What crashes once is back before anybody misses it; what crashes again and again leaves
 * the machine alone for longer each time, and after nearly eight seconds of that there is
 * no hope that it mends itself. */
#define FIRST_DELAY_MS 250
#define MOST_RESTARTS 5
#define WINDOW_MS 60000

struct _LuminalRecovery
{
  GObject parent_instance;

  LuminalRegistry *registry;
  LuminalHostFactory *factory;
  LuminalJobQueue *queue;
  LuminalRecoveryPolicy policy;

  GHashTable *troubles; /* path → Trouble */
  gboolean is_shut_down;
};

/* A module that crashed since it was loaded, or somebody started it. */
typedef struct
{
  LuminalRecovery *recovery;
  char *path;
  GArray *restarts;   /* when they were decided on */
  GPtrArray *waiting; /* for the next one */
  GSource *source;
  gboolean is_busy; /* what happens to its photons is done here */
} Trouble;

/* A job on a module. */
typedef struct
{
  LuminalRecovery *recovery;
  LuminalJob *job;
  char *path;

  LuminalModule *module;
  GPtrArray *handlers;
  LuminalCrash *crash;
  LuminalGeneration *bad;
  guint back_to;
} Work;

G_DEFINE_FINAL_TYPE (LuminalRecovery, luminal_recovery, G_TYPE_OBJECT)

static void
trouble_free (Trouble *trouble)
{
  luminal_clear_source (&trouble->source);
  g_array_unref (trouble->restarts);
  g_ptr_array_unref (trouble->waiting);
  g_free (trouble->path);
  g_free (trouble);
}

static void
work_free (Work *work)
{
  g_object_unref (work->recovery);
  g_clear_object (&work->module);
  g_clear_pointer (&work->handlers, g_ptr_array_unref);
  g_clear_object (&work->crash);
  g_clear_object (&work->bad);
  g_free (work->path);
  g_free (work);
}

static void
luminal_recovery_finalize (GObject *object)
{
  LuminalRecovery *self = LUMINAL_RECOVERY (object);

  g_hash_table_unref (self->troubles);
  g_clear_object (&self->registry);
  g_clear_object (&self->factory);
  g_clear_object (&self->queue);

  G_OBJECT_CLASS (luminal_recovery_parent_class)->finalize (object);
}

static void
luminal_recovery_class_init (LuminalRecoveryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_recovery_finalize;
}

static void
luminal_recovery_init (LuminalRecovery *self)
{
  self->troubles = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) trouble_free);
  self->policy = (LuminalRecoveryPolicy) {
    .probation_time = PROBATION_TIME_MS,
    .first_delay = FIRST_DELAY_MS,
    .most_restarts = MOST_RESTARTS,
    .window = WINDOW_MS,
  };
}

LuminalRecoveryPolicy *
luminal_recovery_get_policy (LuminalRecovery *self)
{
  return &self->policy;
}

void
luminal_recovery_shut_down (LuminalRecovery *self)
{
  self->is_shut_down = TRUE;
  g_hash_table_remove_all (self->troubles);
}

static void
queue_work (LuminalRecovery *self,
            const char      *path,
            LuminalJobFunc   func)
{
  const char *const paths[] = { path, NULL };
  Work *work = g_new0 (Work, 1);

  work->recovery = g_object_ref (self);
  work->path = g_strdup (path);
  luminal_job_queue_push (self->queue, paths, LUMINAL_JOB_PROMPT, func, work);
}

/* Its turn has come. Returns whether there still is something to do. */
static gboolean
begin_work (Work       *work,
            LuminalJob *job)
{
  LuminalRecovery *self = work->recovery;

  work->job = job;
  if (!self->is_shut_down)
    g_set_object (&work->module, luminal_registry_lookup_module (self->registry, work->path));

  return work->module != NULL && work->module->host != NULL;
}

static void
end_work (Work *work)
{
  luminal_job_done (work->job);
  work_free (work);
}

static Trouble *
ensure_trouble (LuminalRecovery *self,
                const char      *path)
{
  Trouble *trouble = g_hash_table_lookup (self->troubles, path);

  if (trouble == NULL)
    {
      trouble = g_new0 (Trouble, 1);
      trouble->recovery = self;
      trouble->path = g_strdup (path);
      trouble->restarts = g_array_new (FALSE, FALSE, sizeof (gint64));
      trouble->waiting = g_ptr_array_new_with_free_func (g_object_unref);
      g_hash_table_insert (self->troubles, trouble->path, trouble);
    }

  return trouble;
}

static void restart_waiting (LuminalJob *job,
                             gpointer    user_data);

static gboolean
delay_is_over (gpointer user_data)
{
  Trouble *trouble = user_data;

  g_clear_pointer (&trouble->source, g_source_unref);
  queue_work (trouble->recovery, trouble->path, restart_waiting);

  return G_SOURCE_REMOVE;
}

static void
call_off (Trouble *trouble)
{
  luminal_clear_source (&trouble->source);
  g_ptr_array_set_size (trouble->waiting, 0);
}

static void
wait_to_restart (Trouble   *trouble,
                 GPtrArray *handlers,
                 guint      delay)
{
  call_off (trouble);
  g_ptr_array_extend (trouble->waiting, handlers, (GCopyFunc) (void (*) (void)) g_object_ref, NULL);

  trouble->source = g_timeout_source_new (delay);
  g_source_set_static_name (trouble->source, "[luminal] restart");
  g_source_set_callback (trouble->source, delay_is_over, trouble, NULL);
  g_source_attach (trouble->source, g_main_context_get_thread_default ());
}

static char *
describe_window (guint window)
{
  return window == WINDOW_MS ? g_strdup (_("a minute")) : g_strdup_printf ("%g s", window / 1000.0);
}

/* Returns what happens next, in words for people. */
static char *
plan_restart (LuminalRecovery *self,
              const char      *path,
              GPtrArray       *handlers)
{
  const LuminalRecoveryPolicy *policy = &self->policy;
  gint64 now = g_get_monotonic_time ();
  Trouble *trouble;
  guint delay;

  if (self->is_shut_down)
    return g_strdup (_("It stays down"));

  trouble = ensure_trouble (self, path);
  while (trouble->restarts->len > 0 &&
         now - g_array_index (trouble->restarts, gint64, 0) >= (gint64) policy->window * 1000)
    g_array_remove_index (trouble->restarts, 0);

  if (trouble->restarts->len >= policy->most_restarts)
    {
      g_autofree char *window = describe_window (policy->window);

      call_off (trouble);
      return g_strdup_printf (ngettext ("It was started again %u time within %s, and stays down. Reload it to "
                                        "try again",
                                        "It was started again %u times within %s, and stays down. Reload it to "
                                        "try again", trouble->restarts->len), trouble->restarts->len, window);
    }

  delay = policy->first_delay << MIN (trouble->restarts->len, 16);
  g_array_append_val (trouble->restarts, now);
  wait_to_restart (trouble, handlers, delay);

  return g_strdup_printf (_("It is started again in %g s"), delay / 1000.0);
}

/* They do not run any more: all show it before anybody is told. @crash: none: they were
 * to be started, and did not. */
static void
tell (LuminalRecovery  *self,
      GPtrArray        *handlers,
      LuminalEventKind  kind,
      LuminalPhase      phase,
      const GError     *error,
      LuminalCrash     *crash)
{
  g_autofree int *pids = g_new (int, handlers->len);

  for (guint i = 0; i < handlers->len; i++)
    {
      LuminalHandler *handler = handlers->pdata[i];

      pids[i] = luminal_handler_get_pid (handler);
      g_object_freeze_notify (G_OBJECT (handler));
      luminal_handler_set_status (handler, LUMINAL_STATUS_CRASHED);
      luminal_handler_set_error (handler, error, phase, FALSE);
      if (crash != NULL)
        luminal_handler_set_crash (handler, crash);
      g_object_thaw_notify (G_OBJECT (handler));
    }

  for (guint i = 0; i < handlers->len; i++)
    {
      g_autoptr (LuminalEvent) event = luminal_event_new (kind, handlers->pdata[i]);

      luminal_event_set_error (event, phase, error);
      luminal_event_set_crash (event, crash);
      luminal_event_set_pid (event, pids[i]);
      luminal_registry_tell (self->registry, event);
    }
}

static GError *
crash_error (Work         *work,
             LuminalPhase  phase,
             const char   *what_is_next)
{
  LuminalError code = luminal_crash_get_over_limit (work->crash) ? LUMINAL_ERROR_OVER_LIMIT
                                                                 : LUMINAL_ERROR_CRASHED;

  return luminal_error_new (code, work->path, phase, _("generation %u crashed: %s. %s"), work->module->generation,
                            luminal_crash_get_cause (work->crash), what_is_next);
}

/* Those of them that do not run, or in a process that did not live. */
static GPtrArray *
list_idle (GPtrArray *handlers)
{
  GPtrArray *idle = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < handlers->len; i++)
    {
      LuminalHandler *handler = handlers->pdata[i];

      if (luminal_handler_get_status (handler) != LUMINAL_STATUS_RUNNING ||
          luminal_handler_has_lost_process (handler))
        g_ptr_array_add (idle, g_object_ref (handler));
    }

  return idle;
}

static void
restarted (GObject      *source_object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Work *work = user_data;
  LuminalRecovery *self = work->recovery;
  Trouble *trouble;
  g_autoptr (GError) error = NULL;

  if (!luminal_restart_finish (result, &error))
    {
      g_autoptr (GPtrArray) idle = list_idle (work->handlers);
      g_autoptr (LuminalCrash) crash = luminal_module_take_crash (work->module);
      g_autofree char *what_is_next = plan_restart (self, work->path, idle);
      g_autoptr (GError) explained = luminal_error_explain (error, what_is_next);

      tell (self, idle, crash != NULL ? LUMINAL_EVENT_CRASHED : LUMINAL_EVENT_FAILED, LUMINAL_PHASE_START,
            explained, crash);
    }

  trouble = g_hash_table_lookup (self->troubles, work->path);
  if (trouble != NULL)
    trouble->is_busy = FALSE;
  end_work (work);
}

static void
restart (Work *work)
{
  ensure_trouble (work->recovery, work->path)->is_busy = TRUE;
  luminal_restart_async (work->recovery->registry, work->module, work->handlers, restarted, work);
}

/* Only those that crashed and are still down are to be started again. */
static void
drop_others (GPtrArray *handlers)
{
  for (guint i = handlers->len; i > 0; i--)
    {
      if (luminal_handler_get_status (handlers->pdata[i - 1]) != LUMINAL_STATUS_CRASHED)
        g_ptr_array_remove_index (handlers, i - 1);
    }
}

static void
restart_waiting (LuminalJob *job,
                 gpointer    user_data)
{
  Work *work = user_data;
  Trouble *trouble = g_hash_table_lookup (work->recovery->troubles, work->path);

  if (trouble != NULL)
    drop_others (trouble->waiting);
  if (!begin_work (work, job) || trouble == NULL || trouble->waiting->len == 0)
    {
      end_work (work);
      return;
    }

  work->handlers = g_steal_pointer (&trouble->waiting);
  trouble->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  restart (work);
}

/* Neither the new generation nor the old one runs. */
static void
stay_down (Work         *work,
           const GError *cause)
{
  g_autofree char *shown = luminal_display_path (work->path);
  g_autofree char *prefix = g_strconcat (shown, ": ", NULL);
  const char *message = cause->message;
  g_autofree char *what_is_next = NULL;
  g_autoptr (GError) error = NULL;

  if (g_str_has_prefix (message, prefix))
    message += strlen (prefix);
  what_is_next = g_strdup_printf (_("Generation %u could not be started again either: %s. It stays down. Reload "
                                    "it to try again"), work->back_to, message);
  error = crash_error (work, LUMINAL_PHASE_PROBATION, what_is_next);

  luminal_generation_set_outcome (work->bad, LUMINAL_OUTCOME_FAILED, LUMINAL_PHASE_PROBATION, error);
  luminal_module_revise (work->module, work->bad);
  tell (work->recovery, work->handlers, LUMINAL_EVENT_FAILED, LUMINAL_PHASE_PROBATION, error, work->crash);
}

static void
rolled_back (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  Work *work = user_data;
  g_autoptr (GError) error = NULL;

  luminal_transaction_run_finish (LUMINAL_TRANSACTION (source_object), result, &error);
  if (error != NULL)
    stay_down (work, error);
  end_work (work);
}

static void
roll_back (Work              *work,
           LuminalGeneration *target)
{
  LuminalRecovery *self = work->recovery;
  LuminalLineage *lineage = work->module->lineage;
  g_autoptr (LuminalTransaction) transaction = NULL;
  g_autofree char *what_is_next = NULL;
  g_autoptr (GError) cause = NULL;

  work->bad = g_object_ref (luminal_lineage_get_current (lineage));
  work->back_to = luminal_generation_get_number (target);
  what_is_next = g_strdup_printf (_("Generation %u was started again and runs"), work->back_to);
  cause = crash_error (work, LUMINAL_PHASE_PROBATION, what_is_next);

  g_hash_table_remove (self->troubles, work->path);
  luminal_lineage_quarantine (lineage, luminal_generation_get_checksum (work->bad));
  luminal_generation_set_outcome (work->bad, LUMINAL_OUTCOME_ROLLED_BACK, LUMINAL_PHASE_PROBATION, cause);
  luminal_module_revise (work->module, work->bad);

  transaction = luminal_transaction_new (self->registry, self->factory, 0, LUMINAL_TRANSACTION_NONE);
  luminal_transaction_add_revival (transaction, work->module, target);
  luminal_transaction_set_cause (transaction, cause, work->crash);
  luminal_transaction_run_async (transaction, NULL, rolled_back, work);
}

/* It may have waited for its turn since. */
static gboolean
was_on_probation (Work *work)
{
  gint64 waited = MAX (0, g_get_real_time () - luminal_crash_get_time (work->crash));
  gint64 age = luminal_lineage_get_age (work->module->lineage) - waited;

  return age < (gint64) work->recovery->policy.probation_time * 1000;
}

/* Going back to the same content would mend nothing. */
static LuminalGeneration *
find_way_back (LuminalLineage *lineage)
{
  LuminalGeneration *good = luminal_lineage_get_last_good (lineage);
  LuminalGeneration *current = luminal_lineage_get_current (lineage);

  if (good != NULL && g_strcmp0 (luminal_generation_get_checksum (good),
                                 luminal_generation_get_checksum (current)) != 0)
    return good;

  return NULL;
}

static void
look_into_crash (Work *work)
{
  LuminalRecovery *self = work->recovery;
  LuminalPhase phase = was_on_probation (work) ? LUMINAL_PHASE_PROBATION : LUMINAL_PHASE_NONE;
  g_autoptr (LuminalGeneration) target = NULL;
  g_autofree char *what_is_next = NULL;
  g_autoptr (GError) error = NULL;

  if (phase == LUMINAL_PHASE_PROBATION)
    g_set_object (&target, find_way_back (work->module->lineage));
  if (target != NULL)
    what_is_next = g_strdup_printf (_("Generation %u is started again"), luminal_generation_get_number (target));
  else
    what_is_next = plan_restart (self, work->path, work->handlers);

  error = crash_error (work, phase, what_is_next);
  tell (self, work->handlers, LUMINAL_EVENT_CRASHED, phase, error, work->crash);

  if (target != NULL && !self->is_shut_down)
    roll_back (work, target);
  else
    end_work (work);
}

static void
look (LuminalJob *job,
      gpointer    user_data)
{
  Work *work = user_data;

  if (!begin_work (work, job))
    {
      end_work (work);
      return;
    }

  work->handlers = luminal_module_list_lost (work->module);
  work->crash = luminal_module_take_crash (work->module);

  /* A process that was ended on purpose, for one photon in it, did its mates no wrong: it
   * counts for nothing. */
  if (work->handlers->len == 0)
    end_work (work);
  else if (work->crash == NULL)
    restart (work);
  else
    look_into_crash (work);
}

static void
module_crashed (LuminalRecovery *self,
                LuminalModule   *module)
{
  if (!self->is_shut_down)
    queue_work (self, module->path, look);
}

/* Whoever takes care of a photon by hand, or gives it new code, has it their way: it is
 * not started again here, and what it did before is forgotten. */
static void
note_event (LuminalRecovery *self,
            LuminalEvent    *event)
{
  LuminalEventKind kind = luminal_event_get_kind (event);
  g_autofree char *path = NULL;
  Trouble *trouble;

  if (g_hash_table_size (self->troubles) == 0 || kind == LUMINAL_EVENT_OUTPUT)
    return;

  path = g_file_get_path (luminal_event_get_file (event));
  trouble = path != NULL ? g_hash_table_lookup (self->troubles, path) : NULL;
  if (trouble == NULL || trouble->is_busy)
    return;

  drop_others (trouble->waiting);
  if (trouble->waiting->len == 0)
    call_off (trouble);
  if (kind == LUMINAL_EVENT_STARTED || kind == LUMINAL_EVENT_RELOADED)
    g_array_set_size (trouble->restarts, 0);
  if (luminal_registry_lookup_module (self->registry, path) == NULL)
    g_hash_table_remove (self->troubles, path);
}

LuminalRecovery *
luminal_recovery_new (LuminalRegistry    *registry,
                      LuminalHostFactory *factory,
                      LuminalJobQueue    *queue)
{
  LuminalRecovery *self = g_object_new (LUMINAL_TYPE_RECOVERY, NULL);

  self->registry = g_object_ref (registry);
  self->factory = g_object_ref (factory);
  self->queue = g_object_ref (queue);
  g_signal_connect_object (registry, "crashed", G_CALLBACK (module_crashed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (registry, "event", G_CALLBACK (note_event), self, G_CONNECT_SWAPPED);

  return self;
}
