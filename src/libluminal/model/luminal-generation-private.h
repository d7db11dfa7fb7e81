/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-generation.h"

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

G_END_DECLS
