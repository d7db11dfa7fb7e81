/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a program and the processes that it started hold of the machine. */
typedef struct
{
  gint64 heap;         /* bytes of this process's that were allocated and not freed */
  gint64 resident;     /* bytes of its memory that are its own */
  gint64 of_others;    /* the same, of the processes it started, together */
  guint descriptors;
  guint mappings;
  guint images;        /* those mappings that are copies of modules */
  guint threads;
  guint processes;     /* that it started */
  guint their_descriptors;
  guint sources;       /* of the main context */
} Footprint;

/* @mark: that of the processes, see process-testing.h. */
void      footprint_take     (Footprint       *footprint,
                              const char      *mark);
char     *footprint_describe (const Footprint *footprint);
/* What there is more of than there was, in words, or NULL: beyond what is rounding, and
 * beyond @heap_slack bytes that are accounted for. */
char     *footprint_growth   (const Footprint *before,
                              const Footprint *now,
                              gint64           heap_slack);

G_END_DECLS
