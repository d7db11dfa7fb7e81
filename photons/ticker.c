/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Something that goes on after start: a timer.
 *
 * A photon runs in the main context of its program, so start must return soon.
 * Work that goes on belongs into sources, tasks and threads, and the finalizer
 * ends every one of them: what is left behind would call code that is gone. */

#include <luminal.h>

typedef struct
{
  guint timer;
  guint beats;
} Ticker;

static gboolean
ticker_beat (gpointer data)
{
  LuminalPhoton *photon = data;
  Ticker *self = luminal_photon_get_data (photon);

  self->beats += 1;
  luminal_photon_print (photon, self->beats % 2 == 1 ? "tick" : "tock");

  return G_SOURCE_CONTINUE;
}

static gboolean
ticker_start (LuminalPhoton *photon,
              gpointer       data,
              GError       **error)
{
  Ticker *self = data;

  /* In whole seconds: GLib then wakes up once for all such timers. */
  self->timer = g_timeout_add_seconds (1, ticker_beat, photon);

  return TRUE;
}

static gboolean
ticker_finalizer (LuminalPhoton *photon,
                  gpointer       data,
                  GError       **error)
{
  Ticker *self = data;

  g_clear_handle_id (&self->timer, g_source_remove);

  return TRUE;
}

LUMINAL_PHOTON (Ticker, ticker_start, ticker_finalizer,
                LUMINAL_AUTHOR ("The Luminal developers"),
                LUMINAL_VERSION ("1.0.0"),
                LUMINAL_DESCRIPTION ("Ticks every second"),
                LUMINAL_TAGS ("demo", "time"))
