/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model.h"
#include "step.h"
#include "subject.h"

G_BEGIN_DECLS

/* A real loader with a folder, and the model of what must be true of it. */
typedef struct
{
  Watch watch;
  char *subjects;        /* the folder of their locks */
  Model model;
  GHashTable *checksums; /* content → what the loader says of it */
  gboolean has_other_name[N_FILES];
  guint n_others;   /* files outside the folder, for links to lead to */
  guint n_observed; /* cycles, when the last barrier spoke */
} World;

World *world_new  (gboolean    is_apart,
                   gboolean    is_built);
void   world_free (World      *world);

/* Does these at once, without waiting for one before the next; waits for all; and ends the
 * program if something is not as it must be. */
void   world_do   (World      *world,
                   const Step *steps,
                   guint       n_steps);

G_END_DECLS
