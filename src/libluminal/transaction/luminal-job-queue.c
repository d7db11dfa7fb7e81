/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-job-queue.h"

/* How many jobs run side by side. Each holds at most two descriptors for a
 * moment, and most systems give a program 1024. */
#define MOST_RUNNING 128

/* How long patient jobs are begun before the main context gets to look at others:
 * what they go on with takes two or three times as long, and a window wants to be
 * drawn every 16 ms. */
#define PATIENT_USEC 2000

struct _LuminalJobQueue
{
  GObject parent_instance;

  GHashTable *lines; /* path → GQueue of LuminalJob, the first one's turn */
  GQueue prompt;     /* jobs whose files are free */
  GQueue patient;
  GSource *prompt_source;
  GSource *patient_source;
  guint n_running;
};

struct _LuminalJob
{
  LuminalJobQueue *queue;
  GStrv paths;
  guint n_waiting_for;
  LuminalJobManner manner;
  LuminalJobFunc func;
  gpointer user_data;
};

G_DEFINE_FINAL_TYPE (LuminalJobQueue, luminal_job_queue, G_TYPE_OBJECT)

static void
luminal_job_queue_finalize (GObject *object)
{
  LuminalJobQueue *self = LUMINAL_JOB_QUEUE (object);

  /* Every job holds a reference until it is done. */
  g_assert (g_hash_table_size (self->lines) == 0);
  g_assert (self->prompt_source == NULL);
  g_assert (self->patient_source == NULL);
  g_hash_table_unref (self->lines);

  G_OBJECT_CLASS (luminal_job_queue_parent_class)->finalize (object);
}

static void
luminal_job_queue_class_init (LuminalJobQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_job_queue_finalize;
}

static void
luminal_job_queue_init (LuminalJobQueue *self)
{
  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_queue_free);
  g_queue_init (&self->prompt);
  g_queue_init (&self->patient);
}

LuminalJobQueue *
luminal_job_queue_new (void)
{
  return g_object_new (LUMINAL_TYPE_JOB_QUEUE, NULL);
}

static void luminal_job_queue_hand_out (LuminalJobQueue *self);

static void
run_job (LuminalJob *job)
{
  job->queue->n_running++;
  job->func (job, job->user_data);
}

static gboolean
can_run (LuminalJobQueue *self,
         GQueue          *ready)
{
  return self->n_running < MOST_RUNNING && !g_queue_is_empty (ready);
}

static gboolean
run_prompt (gpointer user_data)
{
  LuminalJobQueue *self = user_data;

  g_clear_pointer (&self->prompt_source, g_source_unref);
  while (can_run (self, &self->prompt))
    run_job (g_queue_pop_head (&self->prompt));
  luminal_job_queue_hand_out (self);

  return G_SOURCE_REMOVE;
}

static gboolean
run_patient (gpointer user_data)
{
  LuminalJobQueue *self = user_data;
  gint64 deadline = g_get_monotonic_time () + PATIENT_USEC;

  g_clear_pointer (&self->patient_source, g_source_unref);
  while (can_run (self, &self->patient) && g_get_monotonic_time () < deadline)
    run_job (g_queue_pop_head (&self->patient));
  luminal_job_queue_hand_out (self);

  return G_SOURCE_REMOVE;
}

static GSource *
hand_out_with (LuminalJobQueue *self,
               int              priority,
               GSourceFunc      func,
               const char      *name)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, priority);
  g_source_set_static_name (source, name);
  g_source_set_callback (source, func, g_object_ref (self), g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());

  return source;
}

/* Jobs begin from the main context and from nowhere else: whoever asks for one is not
 * surprised by its effects before the call returns, and a job that runs a main loop of
 * its own holds up no other. */
static void
luminal_job_queue_hand_out (LuminalJobQueue *self)
{
  if (self->prompt_source == NULL && can_run (self, &self->prompt))
    self->prompt_source = hand_out_with (self, G_PRIORITY_DEFAULT, run_prompt, "[luminal] prompt jobs");

  /* A few at a time, when nothing else is to do: below the priority at which windows
   * are drawn, so that a folder of thousands does not hold them up. */
  if (self->patient_source == NULL && can_run (self, &self->patient))
    self->patient_source = hand_out_with (self, G_PRIORITY_DEFAULT_IDLE, run_patient,
                                          "[luminal] patient jobs");
}

static void
make_ready (LuminalJob *job)
{
  GQueue *ready = job->manner == LUMINAL_JOB_PROMPT ? &job->queue->prompt : &job->queue->patient;

  g_queue_push_tail (ready, job);
}

void
luminal_job_queue_push (LuminalJobQueue   *self,
                        const char *const *paths,
                        LuminalJobManner   manner,
                        LuminalJobFunc     func,
                        gpointer           user_data)
{
  LuminalJob *job = g_new0 (LuminalJob, 1);

  job->queue = g_object_ref (self);
  job->paths = g_strdupv ((GStrv) paths);
  job->manner = manner;
  job->func = func;
  job->user_data = user_data;

  /* It joins all its lines at once: no two jobs wait for each other. */
  for (char **path = job->paths; *path != NULL; path++)
    {
      GQueue *line = g_hash_table_lookup (self->lines, *path);

      if (line == NULL)
        {
          line = g_queue_new ();
          g_hash_table_insert (self->lines, g_strdup (*path), line);
        }
      else
        {
          job->n_waiting_for++;
        }
      g_queue_push_tail (line, job);
    }

  if (job->n_waiting_for == 0)
    make_ready (job);
  luminal_job_queue_hand_out (self);
}

void
luminal_job_done (LuminalJob *job)
{
  g_autoptr (LuminalJobQueue) queue = job->queue;

  queue->n_running--;
  for (char **path = job->paths; *path != NULL; path++)
    {
      GQueue *line = g_hash_table_lookup (queue->lines, *path);
      LuminalJob *next;

      g_queue_pop_head (line);
      next = g_queue_peek_head (line);
      if (next == NULL)
        g_hash_table_remove (queue->lines, *path);
      else if (--next->n_waiting_for == 0)
        make_ready (next);
    }

  g_strfreev (job->paths);
  g_free (job);
  luminal_job_queue_hand_out (queue);
}
