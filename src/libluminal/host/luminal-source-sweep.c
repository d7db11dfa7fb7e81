/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A timer that outlives the module it calls into is the end of the program: the
 * first mistake of most photons, and what is left of each that is stopped by
 * force. A main context does not list its sources, but numbers them in order
 * and finds them by number, and a source tells what it will call. */

#include "luminal-source-sweep.h"

/* How many numbers an ordinary unload looks at, from the first the module could
 * have used and back from the last: 0.1 ms. Stopping by force looks at all. */
#define ORDINARY_REACH 2048

static gboolean
is_called (GSource                *source,
           const LuminalCodeRange *range,
           gconstpointer           data,
           gconstpointer           more_data)
{
  GSourceFunc callback = NULL;
  gpointer callback_data = NULL;

  if (source->callback_funcs != NULL && source->callback_data != NULL)
    source->callback_funcs->get (source->callback_data, source, &callback, &callback_data);

  if (!luminal_code_range_contains (range, callback) &&
      !luminal_code_range_contains (range, source->source_funcs))
    return FALSE;

  return data == NULL || callback_data == data || callback_data == more_data;
}

guint
luminal_source_sweep_mark (GMainContext *context)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  guint id = g_source_attach (source, context);

  g_source_destroy (source);
  return id;
}

static guint
sweep_span (GMainContext           *context,
            guint                   first,
            guint                   last,
            const LuminalCodeRange *range,
            gconstpointer           data,
            gconstpointer           more_data)
{
  guint n_destroyed = 0;

  for (guint id = first; id < last; id++)
    {
      GSource *source = g_main_context_find_source_by_id (context, id);

      if (source != NULL && is_called (source, range, data, more_data))
        {
          g_source_destroy (source);
          n_destroyed++;
        }
    }

  return n_destroyed;
}

guint
luminal_source_sweep (GMainContext           *context,
                      guint                   mark,
                      const LuminalCodeRange *range,
                      gconstpointer           data,
                      gconstpointer           more_data,
                      gboolean                thorough)
{
  guint now = luminal_source_sweep_mark (context);

  if (thorough || now - mark <= 2 * ORDINARY_REACH)
    return sweep_span (context, mark + 1, now, range, data, more_data);

  return sweep_span (context, mark + 1, mark + ORDINARY_REACH, range, data, more_data) +
         sweep_span (context, now - ORDINARY_REACH, now, range, data, more_data);
}
