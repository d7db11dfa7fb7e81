/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-generation.h"
#include "luminal-image.h"

G_BEGIN_DECLS

LuminalGeneration *luminal_generation_new          (guint              number);
void               luminal_generation_set_checksum (LuminalGeneration *self,
                                                    const char        *checksum);
void               luminal_generation_add_duration (LuminalGeneration *self,
                                                    LuminalPhase       phase,
                                                    gint64             microseconds);
void               luminal_generation_set_outcome  (LuminalGeneration *self,
                                                    LuminalOutcome     outcome,
                                                    LuminalPhase       failed_phase,
                                                    const GError      *error);

/* What it takes to bring it to life again: its bytes, and the states that its photons
 * handed over when the next one took their place. */
void               luminal_generation_keep         (LuminalGeneration *self,
                                                    LuminalImage      *image);
void               luminal_generation_keep_state   (LuminalGeneration *self,
                                                    const char        *class_name,
                                                    GVariant          *state);
void               luminal_generation_forget_states (LuminalGeneration *self);
void               luminal_generation_forget       (LuminalGeneration *self);
LuminalImage      *luminal_generation_get_image    (LuminalGeneration *self);
GVariant          *luminal_generation_get_state    (LuminalGeneration *self,
                                                    const char        *class_name);

/* How long it was at work, in microseconds. */
void               luminal_generation_add_age      (LuminalGeneration *self,
                                                    gint64             microseconds);
gint64             luminal_generation_get_age      (LuminalGeneration *self);

G_END_DECLS
