/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-output-line.h"

G_BEGIN_DECLS

/* How many lines a worker may say: many in one go, and fewer in the long run. What is
 * beyond that is dropped for a while, and counted for each stream; to tell it means to
 * add a LuminalOutputLine to @lines. */
typedef struct
{
  guint n_photons;
  guint room;            /* for lines */
  gint64 room_time;      /* when it was as much */
  gint64 dropping_until; /* 0: nothing is dropped */
  guint64 *n_dropped;    /* NULL: nothing */
  guint64 n_untold;      /* of all of them together */
} LuminalOutputRate;

void     luminal_output_rate_init          (LuminalOutputRate *self,
                                            gint64             now);
/* Forgets what was dropped. */
void     luminal_output_rate_clear         (LuminalOutputRate *self);
void     luminal_output_rate_set_n_photons (LuminalOutputRate *self,
                                            guint              n_photons,
                                            GQueue            *lines);
/* Makes room for what the time that has passed allows. */
void     luminal_output_rate_advance       (LuminalOutputRate *self,
                                            gint64             now,
                                            GQueue            *lines);
/* Returns whether there is room for one more. */
gboolean luminal_output_rate_take          (LuminalOutputRate *self);
void     luminal_output_rate_drop          (LuminalOutputRate *self,
                                            guint              photon,
                                            LuminalStream      stream,
                                            guint64            n);
void     luminal_output_rate_tell_stream   (LuminalOutputRate *self,
                                            LuminalStream      stream,
                                            GQueue            *lines);
void     luminal_output_rate_tell_said     (LuminalOutputRate *self,
                                            GQueue            *lines);
void     luminal_output_rate_tell_all      (LuminalOutputRate *self,
                                            GQueue            *lines);

G_END_DECLS
