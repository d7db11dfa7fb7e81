/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "luminal-output-log.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_OUTPUT_ROW (luminal_output_row_get_type ())

G_DECLARE_FINAL_TYPE (LuminalOutputRow, luminal_output_row, LUMINAL, OUTPUT_ROW, GtkWidget)

GtkWidget *luminal_output_row_new      (void);

void       luminal_output_row_set_item (LuminalOutputRow  *self,
                                        LuminalOutputItem *item);
void       luminal_output_row_set_find (LuminalOutputRow  *self,
                                        const char        *text);

G_END_DECLS
