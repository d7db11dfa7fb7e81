/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-inspection.h"
#include "luminal-pin-hint.h"

G_BEGIN_DECLS

/* What the inspector found out; all of it is taken. The strings of @remarks and
 * @machine are static. */
typedef struct
{
  guint abi;
  const char *machine;
  GStrv dependencies;
  const char **remarks;
  LuminalPinHint pin_hints;
  GPtrArray *photons;
} LuminalFindings;

LuminalInspection *luminal_inspection_new           (const char        *checksum,
                                                     gsize              size,
                                                     LuminalFindings   *findings);
LuminalPinHint     luminal_inspection_get_pin_hints (LuminalInspection *self);

G_END_DECLS
