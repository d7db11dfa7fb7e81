/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-event.h"

G_BEGIN_DECLS

/* What happened to photons until all was quiet again: their names, in lists that are
 * arrays of strings as GStrv wants them. */
typedef struct
{
  GPtrArray *loaded;
  GPtrArray *reloaded;
  GPtrArray *failed;
  GPtrArray *unloaded;
} LuminalWatchCycle;

void luminal_watch_cycle_init  (LuminalWatchCycle *self);
void luminal_watch_cycle_clear (LuminalWatchCycle *self);
/* The next one begins. */
void luminal_watch_cycle_reset (LuminalWatchCycle *self);
void luminal_watch_cycle_note  (LuminalWatchCycle *self,
                                LuminalEvent      *event);

G_END_DECLS
