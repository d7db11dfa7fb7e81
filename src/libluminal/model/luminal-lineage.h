/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-generation.h"

G_BEGIN_DECLS

/* The generations of a module: the one that is loaded, those before it that were good
 * and can come back, and contents that turned out bad. */
typedef struct _LuminalLineage LuminalLineage;

LuminalLineage    *luminal_lineage_new             (void);
void               luminal_lineage_free            (LuminalLineage    *self);

/* A number that no generation had that was ever put to work. */
guint              luminal_lineage_next_number     (LuminalLineage    *self);

/* @next, new or one that comes back, takes the place of the one that is loaded, which
 * can come back itself if @is_good. @is_running: some photon of @next runs. */
void               luminal_lineage_succeed         (LuminalLineage    *self,
                                                    LuminalGeneration *next,
                                                    gboolean           is_running,
                                                    gboolean           is_good);
/* Some photon of the one that is loaded runs now. */
void               luminal_lineage_note_start      (LuminalLineage    *self);

LuminalGeneration *luminal_lineage_get_current     (LuminalLineage    *self);
/* Whether any photon of it ever ran. */
gboolean           luminal_lineage_has_run         (LuminalLineage    *self);
/* How long it has been at work altogether, in microseconds. */
gint64             luminal_lineage_get_age         (LuminalLineage    *self);

/* The last one before it that was good, or the one with @number; none if it is not
 * kept. */
LuminalGeneration *luminal_lineage_get_last_good   (LuminalLineage    *self);
LuminalGeneration *luminal_lineage_find_good       (LuminalLineage    *self,
                                                    guint              number);

/* Contents that are not to be tried again until the file has another one. */
void               luminal_lineage_quarantine      (LuminalLineage    *self,
                                                    const char        *checksum);
gboolean           luminal_lineage_is_quarantined  (LuminalLineage    *self,
                                                    const char        *checksum);
void               luminal_lineage_lift_quarantine (LuminalLineage    *self);

/* The same for contents that somebody went back from: there is nothing wrong with them,
 * but they are not wanted now. The quarantine is lifted for both. */
void               luminal_lineage_set_aside       (LuminalLineage    *self,
                                                    const char        *checksum);
void               luminal_lineage_take_back       (LuminalLineage    *self,
                                                    const char        *checksum);
gboolean           luminal_lineage_is_set_aside    (LuminalLineage    *self,
                                                    const char        *checksum);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LuminalLineage, luminal_lineage_free)

G_END_DECLS
