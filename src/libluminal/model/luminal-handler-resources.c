/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a photon's process takes: read as long as somebody looks, and not otherwise. */

#include "luminal-handler.h"
#include "luminal-handler-private.h"

#include "luminal-usage.h"

/* Whoever watches a figure reads no more than one a second. */
#define REFRESH_SECONDS 1

static void
read_usage (LuminalHandler *self)
{
  LuminalUsage usage = { 0 };

  /* A process that has just ended takes nothing; that it did is told elsewhere. */
  if (self->pid > 0)
    luminal_usage_read (self->pid, &usage);

  luminal_handler_set_usage (self, usage.memory, (gint64) usage.cpu_time);
}

static gboolean
refresh (gpointer user_data)
{
  read_usage (user_data);

  return G_SOURCE_CONTINUE;
}

static void
stop_refreshing (LuminalHandler *self)
{
  if (self->tracking == NULL)
    return;

  g_source_destroy (self->tracking);
  g_clear_pointer (&self->tracking, g_source_unref);
}

void
luminal_handler_follow_resources (LuminalHandler *self)
{
  if (self->n_trackers == 0)
    return;

  read_usage (self);
  if (self->pid == 0)
    {
      stop_refreshing (self);
    }
  else if (self->tracking == NULL)
    {
      self->tracking = g_timeout_source_new_seconds (REFRESH_SECONDS);
      g_source_set_static_name (self->tracking, "[luminal] resources");
      g_source_set_callback (self->tracking, refresh, self, NULL);
      g_source_attach (self->tracking, g_main_context_get_thread_default ());
    }
}

/**
 * luminal_handler_track_resources:
 * @self: a handler
 *
 * Has [property@Handler:memory-size] and [property@Handler:cpu-time] kept up to date:
 * they are read at once, and then once a second for as long as the photon has a
 * process of its own.
 *
 * Whoever shows the figures calls this, and [method@Handler.untrack_resources] when
 * they are not to be seen any more. The calls are counted.
 *
 * Since: 1.0
 */
void
luminal_handler_track_resources (LuminalHandler *self)
{
  g_return_if_fail (LUMINAL_IS_HANDLER (self));

  self->n_trackers++;
  if (self->n_trackers == 1)
    luminal_handler_follow_resources (self);
}

/**
 * luminal_handler_untrack_resources:
 * @self: a handler
 *
 * Takes back one call of [method@Handler.track_resources]. With the last one the
 * figures become 0, and nothing is read any more.
 *
 * Since: 1.0
 */
void
luminal_handler_untrack_resources (LuminalHandler *self)
{
  g_return_if_fail (LUMINAL_IS_HANDLER (self));
  g_return_if_fail (self->n_trackers > 0);

  self->n_trackers--;
  if (self->n_trackers > 0)
    return;

  stop_refreshing (self);
  luminal_handler_set_usage (self, 0, 0);
}

/**
 * luminal_handler_get_memory_size: (attributes org.gtk.Method.get_property=memory-size)
 * @self: a handler
 *
 * Gets how much memory the photon's process has to itself.
 *
 * Returns: bytes; 0 if nobody tracks it
 *
 * Since: 1.0
 */
guint64
luminal_handler_get_memory_size (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), 0);

  return self->memory_size;
}

/**
 * luminal_handler_get_cpu_time: (attributes org.gtk.Method.get_property=cpu-time)
 * @self: a handler
 *
 * Gets how long the photon's process has worked so far.
 *
 * Returns: microseconds of CPU time; 0 if nobody tracks it
 *
 * Since: 1.0
 */
gint64
luminal_handler_get_cpu_time (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), 0);

  return self->cpu_time;
}
