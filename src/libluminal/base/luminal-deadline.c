/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-deadline.h"

/* Each begins when the one before was seen to be over. */
#define N_PARTS 4

typedef struct
{
  GSource parent;
  gint64 part; /* in microseconds */
  guint n_left;
} Deadline;

static gboolean
dispatch (GSource     *source,
          GSourceFunc  callback,
          gpointer     user_data)
{
  Deadline *self = (Deadline *) source;

  if (--self->n_left > 0)
    {
      g_source_set_ready_time (source, g_get_monotonic_time () + self->part);
      return G_SOURCE_CONTINUE;
    }

  if (callback != NULL)
    callback (user_data);
  return G_SOURCE_REMOVE;
}

static GSourceFuncs funcs = { .dispatch = dispatch };

GSource *
luminal_deadline_new (guint milliseconds)
{
  GSource *source = g_source_new (&funcs, sizeof (Deadline));
  Deadline *self = (Deadline *) source;

  self->part = (gint64) milliseconds * 1000 / N_PARTS;
  self->n_left = N_PARTS;
  g_source_set_ready_time (source, g_get_monotonic_time () + self->part);
  return source;
}
