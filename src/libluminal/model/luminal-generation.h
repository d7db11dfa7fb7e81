/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "luminal-enums.h"
#include "luminal-macros.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_GENERATION (luminal_generation_get_type ())

LUMINAL_PUBLIC
G_DECLARE_FINAL_TYPE (LuminalGeneration, luminal_generation, LUMINAL, GENERATION, GObject)

LUMINAL_PUBLIC guint           luminal_generation_get_number         (LuminalGeneration *self);
LUMINAL_PUBLIC const char     *luminal_generation_get_checksum       (LuminalGeneration *self);
LUMINAL_PUBLIC gint64          luminal_generation_get_time           (LuminalGeneration *self);
LUMINAL_PUBLIC gint64          luminal_generation_get_duration       (LuminalGeneration *self);
LUMINAL_PUBLIC gint64          luminal_generation_get_phase_duration (LuminalGeneration *self,
                                                                      LuminalPhase       phase);
LUMINAL_PUBLIC LuminalOutcome  luminal_generation_get_outcome        (LuminalGeneration *self);
LUMINAL_PUBLIC LuminalPhase    luminal_generation_get_failed_phase   (LuminalGeneration *self);
LUMINAL_PUBLIC const GError   *luminal_generation_get_error          (LuminalGeneration *self);
LUMINAL_PUBLIC gboolean        luminal_generation_get_kept           (LuminalGeneration *self);

G_END_DECLS
