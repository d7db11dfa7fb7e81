/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_FACT_ROW (luminal_fact_row_get_type ())

G_DECLARE_FINAL_TYPE (LuminalFactRow, luminal_fact_row, LUMINAL, FACT_ROW, GtkListBoxRow)

void luminal_fact_row_set_value (LuminalFactRow *self,
                                 const char     *value);

G_END_DECLS
