/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A number that can be set, with its unit. */
#define LUMINAL_TYPE_NUMBER_ROW (luminal_number_row_get_type ())

G_DECLARE_FINAL_TYPE (LuminalNumberRow, luminal_number_row, LUMINAL, NUMBER_ROW, AdwActionRow)

void luminal_number_row_bind (LuminalNumberRow *self,
                              GSettings        *settings,
                              const char       *key);

G_END_DECLS
