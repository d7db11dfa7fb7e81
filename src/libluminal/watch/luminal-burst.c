/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-burst.h"

#include "luminal-clear-source.h"

/* The kernel's queue overflows at 16384 events, unless the system's owner has changed
 * that, and GIO does not say so. GIO also makes one event of several: this many of its
 * are taken as a sign that the queue may have been full. */
#define EVENTS_IN_QUEUE 16384
#define QUEUE_PER_BURST 32
#define QUIET_MS 100

/* Where it never is quiet, because a program writes beside the modules, what was dropped is
 * looked for all the same. */
#define LONGEST_MS 2000

struct _LuminalBurst
{
  LuminalBurstFunc began;
  LuminalBurstFunc ended;
  gpointer user_data;

  guint threshold;
  guint n_events;
  gint64 last_event;
  gint64 began_at;
  GSource *source; /* while it is on */
};

static guint
find_threshold (void)
{
  g_autofree char *text = NULL;
  guint64 length = EVENTS_IN_QUEUE;

  if (g_file_get_contents ("/proc/sys/fs/inotify/max_queued_events", &text, NULL, NULL))
    length = g_ascii_strtoull (text, NULL, 10);

  return CLAMP (length, QUEUE_PER_BURST, EVENTS_IN_QUEUE) / QUEUE_PER_BURST;
}

LuminalBurst *
luminal_burst_new (LuminalBurstFunc began,
                   LuminalBurstFunc ended,
                   gpointer         user_data)
{
  LuminalBurst *self = g_new0 (LuminalBurst, 1);

  self->began = began;
  self->ended = ended;
  self->user_data = user_data;
  self->threshold = find_threshold ();

  return self;
}

void
luminal_burst_free (LuminalBurst *self)
{
  g_assert (self->source == NULL);
  g_free (self);
}

static gboolean
is_quiet (gpointer data)
{
  LuminalBurst *self = data;

  g_clear_pointer (&self->source, g_source_unref);
  self->n_events = 0;
  self->ended (self->user_data);

  return G_SOURCE_REMOVE;
}

void
luminal_burst_count (LuminalBurst *self)
{
  gint64 now = g_get_monotonic_time ();

  if (now - self->last_event > QUIET_MS * 1000)
    self->n_events = 0;
  self->last_event = now;
  self->n_events++;
  if (self->n_events < self->threshold)
    return;

  if (self->source != NULL)
    {
      g_source_set_ready_time (self->source, MIN (now + QUIET_MS * 1000, self->began_at + LONGEST_MS * 1000));
      return;
    }

  self->began_at = now;
  self->source = g_timeout_source_new (QUIET_MS);
  g_source_set_static_name (self->source, "[luminal] end of a burst");
  g_source_set_callback (self->source, is_quiet, self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  self->began (self->user_data);
}

gboolean
luminal_burst_is_on (LuminalBurst *self)
{
  return self->source != NULL;
}

void
luminal_burst_stop (LuminalBurst *self)
{
  luminal_clear_source (&self->source);
}
