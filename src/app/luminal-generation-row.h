/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_GENERATION_ROW (luminal_generation_row_get_type ())

G_DECLARE_FINAL_TYPE (LuminalGenerationRow, luminal_generation_row, LUMINAL, GENERATION_ROW, GtkListBoxRow)

GtkWidget         *luminal_generation_row_new            (LuminalGeneration    *generation);

LuminalGeneration *luminal_generation_row_get_generation (LuminalGenerationRow *self);
void               luminal_generation_row_set_current    (LuminalGenerationRow *self,
                                                          guint                 current,
                                                          gboolean              is_last,
                                                          gboolean              is_busy);

G_END_DECLS
