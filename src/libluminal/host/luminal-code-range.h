/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where a module lies in memory. */
typedef struct
{
  gsize start;
  gsize end;
} LuminalCodeRange;

static inline gboolean
luminal_code_range_contains (const LuminalCodeRange *range,
                             gconstpointer           address)
{
  return (gsize) address >= range->start && (gsize) address < range->end;
}

G_END_DECLS
