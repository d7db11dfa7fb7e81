/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-output-rate.h"

/* How many may come in one go, and how long it takes until there is room again for one
 * more. Once there is none, lines are dropped until there is room for many, so that
 * what remains is pieces that hang together. */
#define MOST_LINES 10000
#define LINE_US 500
#define DROPPING_US (500 * 1000)

/* A count for stdout, one for stderr, and two for each photon. */
#define FIRST_SAID 2

static guint
get_slot (guint         photon,
          LuminalStream stream)
{
  if (stream == LUMINAL_STREAM_STDOUT || stream == LUMINAL_STREAM_STDERR)
    return stream;

  return FIRST_SAID + 2 * photon + (stream == LUMINAL_STREAM_EPRINT);
}

static guint
get_n_slots (LuminalOutputRate *self)
{
  return FIRST_SAID + 2 * self->n_photons;
}

void
luminal_output_rate_init (LuminalOutputRate *self,
                          gint64             now)
{
  self->room = MOST_LINES;
  self->room_time = now;
}

void
luminal_output_rate_clear (LuminalOutputRate *self)
{
  g_clear_pointer (&self->n_dropped, g_free);
  self->n_untold = 0;
}

void
luminal_output_rate_set_n_photons (LuminalOutputRate *self,
                                   guint              n_photons,
                                   GQueue            *lines)
{
  /* The counts are for as many as there were. */
  luminal_output_rate_tell_all (self, lines);
  self->n_photons = n_photons;
}

void
luminal_output_rate_advance (LuminalOutputRate *self,
                             gint64             now,
                             GQueue            *lines)
{
  gint64 gained = (now - self->room_time) / LINE_US;

  self->room = (guint) MIN (self->room + gained, MOST_LINES);
  self->room_time += gained * LINE_US;

  if (self->dropping_until != 0 && now >= self->dropping_until)
    {
      self->dropping_until = 0;
      luminal_output_rate_tell_all (self, lines);
    }
}

gboolean
luminal_output_rate_take (LuminalOutputRate *self)
{
  if (self->dropping_until != 0)
    return FALSE;

  if (self->room == 0)
    {
      self->dropping_until = g_get_monotonic_time () + DROPPING_US;
      return FALSE;
    }

  self->room--;
  return TRUE;
}

void
luminal_output_rate_drop (LuminalOutputRate *self,
                          guint              photon,
                          LuminalStream      stream,
                          guint64            n)
{
  if (self->n_dropped == NULL)
    self->n_dropped = g_new0 (guint64, get_n_slots (self));
  self->n_dropped[get_slot (photon, stream)] += n;
  self->n_untold += n;
}

static void
tell (LuminalOutputRate *self,
      guint              first,
      guint              end,
      GQueue            *lines)
{
  for (guint i = first; self->n_untold > 0 && i < end; i++)
    {
      guint photon = G_MAXUINT;
      LuminalStream stream = i;

      if (self->n_dropped[i] == 0)
        continue;

      if (i >= FIRST_SAID)
        {
          photon = (i - FIRST_SAID) / 2;
          stream = (i - FIRST_SAID) % 2 == 0 ? LUMINAL_STREAM_PRINT : LUMINAL_STREAM_EPRINT;
        }
      g_queue_push_tail (lines, luminal_output_line_new_dropped (photon, stream, self->n_dropped[i]));
      self->n_untold -= self->n_dropped[i];
      self->n_dropped[i] = 0;
    }

  if (self->n_untold == 0)
    luminal_output_rate_clear (self);
}

void
luminal_output_rate_tell_stream (LuminalOutputRate *self,
                                 LuminalStream      stream,
                                 GQueue            *lines)
{
  tell (self, get_slot (0, stream), get_slot (0, stream) + 1, lines);
}

void
luminal_output_rate_tell_said (LuminalOutputRate *self,
                               GQueue            *lines)
{
  tell (self, FIRST_SAID, get_n_slots (self), lines);
}

void
luminal_output_rate_tell_all (LuminalOutputRate *self,
                              GQueue            *lines)
{
  tell (self, 0, get_n_slots (self), lines);
}
