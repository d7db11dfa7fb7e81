/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-worker-process.h"

#include "luminal-clear-source.h"
#include "luminal-deadline.h"
#include "luminal-enum-types.h"
#include "luminal-output-reader.h"

/* What was killed is gone within moments, unless the kernel itself is stuck with it. */
#define LONGEST_DEATH_MS 10000

/* Of a process that ends, its connection is closed before anybody can tell how it ended. */
#define LONGEST_FAREWELL_MS 500

struct _LuminalWorkerProcess
{
  GObject parent_instance;

  LuminalWorker *worker;
  LuminalOutputReader *reader;
  GCancellable *alive;
  GMainContext *context;
  GSource *death_watch;
  GSource *farewell;
  gboolean is_expected; /* to end */
  gboolean is_broken;
};

enum
{
  LINE,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalWorkerProcess, luminal_worker_process, G_TYPE_OBJECT)

static void
start_timer (LuminalWorkerProcess  *self,
             GSource              **timer,
             guint                  milliseconds,
             GSourceFunc            func,
             const char            *name)
{
  *timer = luminal_deadline_new (milliseconds);
  g_source_set_static_name (*timer, name);
  g_source_set_callback (*timer, func, self, NULL);
  g_source_attach (*timer, self->context);
}

static void
luminal_worker_process_dispose (GObject *object)
{
  LuminalWorkerProcess *self = LUMINAL_WORKER_PROCESS (object);

  luminal_clear_source (&self->death_watch);
  luminal_clear_source (&self->farewell);
  g_cancellable_cancel (self->alive);
  if (self->worker != NULL)
    g_signal_handlers_disconnect_by_data (self->worker, self);
  if (self->reader != NULL)
    g_signal_handlers_disconnect_by_data (self->reader, self);

  G_OBJECT_CLASS (luminal_worker_process_parent_class)->dispose (object);
}

static void
luminal_worker_process_finalize (GObject *object)
{
  LuminalWorkerProcess *self = LUMINAL_WORKER_PROCESS (object);

  g_clear_object (&self->reader);
  g_clear_object (&self->worker);
  g_clear_object (&self->alive);
  g_main_context_unref (self->context);

  G_OBJECT_CLASS (luminal_worker_process_parent_class)->finalize (object);
}

static void
luminal_worker_process_class_init (LuminalWorkerProcessClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = luminal_worker_process_dispose;
  object_class->finalize = luminal_worker_process_finalize;

  signals[LINE] = g_signal_new ("line", LUMINAL_TYPE_WORKER_PROCESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 3, G_TYPE_UINT, LUMINAL_TYPE_STREAM,
                                G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[ENDED] = g_signal_new ("ended", LUMINAL_TYPE_WORKER_PROCESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
luminal_worker_process_init (LuminalWorkerProcess *self)
{
  self->alive = g_cancellable_new ();
  self->context = g_main_context_ref_thread_default ();
}

static void
reader_said (LuminalWorkerProcess *self,
             guint                 photon,
             LuminalStream         stream,
             const char           *text,
             LuminalOutputReader  *reader)
{
  g_signal_emit (self, signals[LINE], 0, photon, stream, text);
}

static void
worker_ended (LuminalWorkerProcess *self,
              LuminalWorker        *worker)
{
  g_autoptr (LuminalWorkerProcess) kept = g_object_ref (self);

  /* The two are heard of by different ways, and what it answered counts. */
  if (luminal_worker_get_report (worker) != NULL && luminal_worker_get_peer (worker) != NULL)
    luminal_peer_read_rest (luminal_worker_get_peer (worker));

  luminal_clear_source (&self->death_watch);
  luminal_clear_source (&self->farewell);
  luminal_output_reader_drain (self->reader);
  g_cancellable_cancel (self->alive);
  g_signal_emit (self, signals[ENDED], 0);
}

LuminalWorkerProcess *
luminal_worker_process_new (LuminalWorker  *worker,
                            guint           n_photons,
                            GError        **error)
{
  g_autoptr (LuminalWorkerProcess) self = g_object_new (LUMINAL_TYPE_WORKER_PROCESS, NULL);

  self->worker = g_object_ref (worker);
  self->reader = luminal_output_reader_new (luminal_worker_steal_output_fd (worker, LUMINAL_WORKER_FD_STDOUT),
                                            luminal_worker_steal_output_fd (worker, LUMINAL_WORKER_FD_STDERR),
                                            luminal_worker_steal_output_fd (worker, LUMINAL_WORKER_FD_SAID),
                                            error);
  if (self->reader == NULL)
    return NULL;

  luminal_output_reader_set_n_photons (self->reader, n_photons);
  g_signal_connect_swapped (self->reader, "line", G_CALLBACK (reader_said), self);
  g_signal_connect_swapped (worker, "ended", G_CALLBACK (worker_ended), self);
  g_signal_connect_swapped (worker, "disconnected", G_CALLBACK (luminal_worker_process_break_off), self);

  return g_steal_pointer (&self);
}

LuminalPeer *
luminal_worker_process_get_peer (LuminalWorkerProcess *self)
{
  return luminal_worker_get_peer (self->worker);
}

GCancellable *
luminal_worker_process_get_cancellable (LuminalWorkerProcess *self)
{
  return self->alive;
}

void
luminal_worker_process_drain (LuminalWorkerProcess *self)
{
  luminal_output_reader_drain (self->reader);
}

void
luminal_worker_process_expect_end (LuminalWorkerProcess *self)
{
  self->is_expected = TRUE;
}

static gboolean
death_is_late (gpointer user_data)
{
  LuminalWorkerProcess *self = user_data;

  g_clear_pointer (&self->death_watch, g_source_unref);
  g_message ("A worker was killed %d s ago and does not end; nothing more is heard of it",
             LONGEST_DEATH_MS / 1000);
  g_signal_handlers_disconnect_by_data (self->worker, self);
  worker_ended (self, self->worker);

  return G_SOURCE_REMOVE;
}

void
luminal_worker_process_end (LuminalWorkerProcess *self,
                            gboolean              at_once)
{
  luminal_worker_end (self->worker, at_once);
  if (self->death_watch == NULL)
    start_timer (self, &self->death_watch, LONGEST_DEATH_MS, death_is_late, "[luminal] end of a worker");
}

static gboolean
exit_is_late (gpointer user_data)
{
  LuminalWorkerProcess *self = user_data;

  luminal_clear_source (&self->farewell);
  luminal_worker_process_end (self, FALSE);
  return G_SOURCE_REMOVE;
}

void
luminal_worker_process_await_exit (LuminalWorkerProcess *self,
                                   guint                 milliseconds)
{
  if (self->death_watch == NULL && self->farewell == NULL)
    start_timer (self, &self->farewell, milliseconds, exit_is_late, "[luminal] exit of a worker");
}

static void
break_off (LuminalWorkerProcess *self)
{
  luminal_clear_source (&self->farewell);
  if (self->is_expected || self->is_broken)
    return;

  self->is_broken = TRUE;
  luminal_worker_process_end (self, TRUE);
}

static gboolean
farewell_is_over (gpointer user_data)
{
  break_off (user_data);
  return G_SOURCE_REMOVE;
}

void
luminal_worker_process_break_off (LuminalWorkerProcess *self)
{
  LuminalPeer *peer = luminal_worker_get_peer (self->worker);

  if (self->is_expected || self->is_broken || self->farewell != NULL)
    return;

  if (luminal_peer_is_closed (peer) && !luminal_peer_has_heard_nonsense (peer))
    start_timer (self, &self->farewell, LONGEST_FAREWELL_MS, farewell_is_over, "[luminal] farewell of a worker");
  else
    break_off (self);
}

static GStrv
copy_tail (LuminalWorkerProcess *self)
{
  g_autoptr (GPtrArray) lines = luminal_output_reader_get_tail (self->reader);
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();

  for (guint i = 0; i < lines->len; i++)
    g_strv_builder_add (texts, ((LuminalOutputLine *) lines->pdata[i])->text);

  return g_strv_builder_end (texts);
}

LuminalCrash *
luminal_worker_process_get_crash (LuminalWorkerProcess      *self,
                                  const LuminalHostSettings *settings,
                                  LuminalImage              *image,
                                  const char                *filepath)
{
  g_autofree char *name = g_path_get_basename (filepath);
  g_autofree char *module = g_filename_display_name (name);
  g_auto (GStrv) output = copy_tail (self);
  const LuminalWorkerEnd end = {
    .report = luminal_worker_get_report (self->worker),
    .settings = settings,
    .image = image,
    .module = module,
    .output = (const char *const *) output,
    .has_broken_off = self->is_broken,
  };

  return self->is_expected ? NULL : luminal_worker_crash_new (&end);
}
