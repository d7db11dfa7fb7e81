/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-event.h"
#include "luminal-event-private.h"

/**
 * LuminalEvent:
 *
 * Something that happened to a photon, as it was then: later changes of the
 * handler do not change it.
 *
 * A program that shows or logs what its loader does connects to
 * [signal@Loader::event] and needs nothing else.
 *
 * Since: 1.0
 */

struct _LuminalEvent
{
  GObject parent_instance;

  LuminalEventKind kind;
  gint64 time;
  LuminalHandler *handler;
  char *photon;
  GFile *file;
  guint generation;
  char *checksum;
  LuminalStatus status;
  gint64 duration;
  LuminalPhase phase;
  GError *error;
  LuminalCrash *crash;
  GListModel *diagnostics;
  int pid;
  LuminalStream stream;
  char *text;
};

G_DEFINE_FINAL_TYPE (LuminalEvent, luminal_event, G_TYPE_OBJECT)

static void
luminal_event_finalize (GObject *object)
{
  LuminalEvent *self = LUMINAL_EVENT (object);

  g_clear_object (&self->handler);
  g_clear_object (&self->file);
  g_clear_object (&self->crash);
  g_clear_object (&self->diagnostics);
  g_free (self->photon);
  g_free (self->checksum);
  g_free (self->text);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (luminal_event_parent_class)->finalize (object);
}

static void
luminal_event_class_init (LuminalEventClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_event_finalize;
}

static void
luminal_event_init (LuminalEvent *self)
{
  self->time = g_get_real_time ();
  self->status = LUMINAL_STATUS_FAILED;
}

LuminalEvent *
luminal_event_new_for_file (LuminalEventKind kind,
                            GFile           *file)
{
  LuminalEvent *self = g_object_new (LUMINAL_TYPE_EVENT, NULL);

  self->kind = kind;
  self->file = g_object_ref (file);

  return self;
}

LuminalEvent *
luminal_event_new (LuminalEventKind kind,
                   LuminalHandler  *handler)
{
  LuminalEvent *self = luminal_event_new_for_file (kind, luminal_handler_get_file (handler));

  self->handler = g_object_ref (handler);
  self->photon = g_strdup (luminal_handler_get_name (handler));
  self->generation = luminal_handler_get_generation (handler);
  self->checksum = g_strdup (luminal_handler_get_checksum (handler));
  self->status = luminal_handler_get_status (handler);
  self->pid = luminal_handler_get_pid (handler);

  return self;
}

/* For what was so a moment before the handler went on. */
void
luminal_event_set_status (LuminalEvent *self,
                          LuminalStatus status)
{
  self->status = status;
  if (status != LUMINAL_STATUS_RUNNING)
    self->pid = 0;
}

/* For what is said by another generation than the one that is loaded: its process is
 * not the handler's. */
void
luminal_event_set_generation (LuminalEvent *self,
                              guint         generation,
                              const char   *checksum)
{
  if (self->generation == generation)
    return;

  self->generation = generation;
  g_free (self->checksum);
  self->checksum = g_strdup (checksum);
  self->pid = 0;
}

void
luminal_event_set_duration (LuminalEvent *self,
                            gint64        microseconds)
{
  self->duration = microseconds;
}

void
luminal_event_set_error (LuminalEvent *self,
                         LuminalPhase  phase,
                         const GError *error)
{
  self->phase = phase;
  self->error = g_error_copy (error);
}

void
luminal_event_set_diagnostics (LuminalEvent *self,
                               GListModel   *diagnostics)
{
  g_set_object (&self->diagnostics, diagnostics);
}

void
luminal_event_set_crash (LuminalEvent *self,
                         LuminalCrash *crash)
{
  g_set_object (&self->crash, crash);
}

/* Of a process that the handler has no more. */
void
luminal_event_set_pid (LuminalEvent *self,
                       int           pid)
{
  self->pid = pid;
}

void
luminal_event_set_output (LuminalEvent *self,
                          LuminalStream stream,
                          const char   *text)
{
  self->stream = stream;
  self->text = g_strdup (text);
}

/**
 * luminal_event_get_kind:
 * @self: an event
 *
 * Gets what happened.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
LuminalEventKind
luminal_event_get_kind (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), LUMINAL_EVENT_FAILED);

  return self->kind;
}

/**
 * luminal_event_get_time:
 * @self: an event
 *
 * Gets when it happened.
 *
 * Returns: microseconds since 1970-01-01 UTC
 *
 * Since: 1.0
 */
gint64
luminal_event_get_time (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), 0);

  return self->time;
}

/**
 * luminal_event_get_handler:
 * @self: an event
 *
 * Gets the handler of the photon that it happened to.
 *
 * Returns: (nullable) (transfer none): the handler; %NULL for a folder, or a file that has none
 *
 * Since: 1.0
 */
LuminalHandler *
luminal_event_get_handler (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), NULL);

  return self->handler;
}

/**
 * luminal_event_get_photon:
 * @self: an event
 *
 * Gets the name of the photon that it happened to.
 *
 * Returns: (nullable): the name it had then; %NULL for a folder, or a file that has no handler
 *
 * Since: 1.0
 */
const char *
luminal_event_get_photon (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), NULL);

  return self->photon;
}

/**
 * luminal_event_get_file:
 * @self: an event
 *
 * Gets the file that it happened to, or the folder.
 *
 * Returns: (transfer none): the file
 *
 * Since: 1.0
 */
GFile *
luminal_event_get_file (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), NULL);

  return self->file;
}

/**
 * luminal_event_get_generation:
 * @self: an event
 *
 * Gets the generation that runs or is loaded after it. For %LUMINAL_EVENT_OUTPUT it is
 * the one that said it, which may be one that did not start.
 *
 * Returns: the generation; 0 for none
 *
 * Since: 1.0
 */
guint
luminal_event_get_generation (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), 0);

  return self->generation;
}

/**
 * luminal_event_get_checksum:
 * @self: an event
 *
 * Gets the SHA-256 of the code that is loaded after it, in lower-case hexadecimal. For
 * %LUMINAL_EVENT_OUTPUT it is that of the code that said it.
 *
 * Returns: (nullable): the checksum, or %NULL if none is
 *
 * Since: 1.0
 */
const char *
luminal_event_get_checksum (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), NULL);

  return self->checksum;
}

/**
 * luminal_event_get_status:
 * @self: an event
 *
 * Gets what the photon's code does after it.
 *
 * Returns: the status
 *
 * Since: 1.0
 */
LuminalStatus
luminal_event_get_status (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), LUMINAL_STATUS_UNLOADED);

  return self->status;
}

/**
 * luminal_event_get_duration:
 * @self: an event
 *
 * Gets how long the operation took.
 *
 * Returns: microseconds; 0 where nothing was measured
 *
 * Since: 1.0
 */
gint64
luminal_event_get_duration (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), 0);

  return self->duration;
}

/**
 * luminal_event_get_phase:
 * @self: an event
 *
 * Gets where it failed.
 *
 * Returns: the phase; %LUMINAL_PHASE_NONE if it did not fail
 *
 * Since: 1.0
 */
LuminalPhase
luminal_event_get_phase (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), LUMINAL_PHASE_NONE);

  return self->phase;
}

/**
 * luminal_event_get_error:
 * @self: an event
 *
 * Gets why it failed.
 *
 * Returns: (nullable) (transfer none): the error, or %NULL if it did not fail
 *
 * Since: 1.0
 */
const GError *
luminal_event_get_error (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), NULL);

  return self->error;
}

/**
 * luminal_event_get_crash:
 * @self: an event
 *
 * Gets how the process of the photon ended, where that is what happened, or why the
 * operation failed.
 *
 * Returns: (nullable) (transfer none): the crash; %NULL if there was none
 *
 * Since: 1.0
 */
LuminalCrash *
luminal_event_get_crash (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), NULL);

  return self->crash;
}

/**
 * luminal_event_get_pid:
 * @self: an event
 *
 * Gets the process that the photon runs in after it; for %LUMINAL_EVENT_CRASHED, the
 * one that ended.
 *
 * Returns: its number; 0 if the photon does not run, or runs in this process
 *
 * Since: 1.0
 */
int
luminal_event_get_pid (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), 0);

  return self->pid;
}

/**
 * luminal_event_get_stream:
 * @self: an event
 *
 * Gets where the output came from.
 *
 * Returns: the stream, for %LUMINAL_EVENT_OUTPUT
 *
 * Since: 1.0
 */
LuminalStream
luminal_event_get_stream (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), LUMINAL_STREAM_STDOUT);

  return self->stream;
}

/**
 * luminal_event_get_text:
 * @self: an event
 *
 * Gets what the photon said; or, of %LUMINAL_EVENT_WATCHING, why the folder is looked at
 * every two seconds, as [property@Loader:polling-reason].
 *
 * Returns: (nullable) (type filename): the text without a newline at its end; %NULL for
 *   events of other kinds, and of a folder whose changes are told. What a photon prints
 *   need not be UTF-8
 *
 * Since: 1.0
 */
const char *
luminal_event_get_text (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), NULL);

  return self->text;
}

/**
 * luminal_event_get_diagnostics:
 * @self: an event
 *
 * Gets what the compiler said, where a source did not compile.
 *
 * Returns: (nullable) (transfer none): a list of [class@Diagnostic], or %NULL
 *
 * Since: 1.0
 */
GListModel *
luminal_event_get_diagnostics (LuminalEvent *self)
{
  g_return_val_if_fail (LUMINAL_IS_EVENT (self), NULL);

  return self->diagnostics;
}
