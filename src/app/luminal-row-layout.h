/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_ROW_LAYOUT (luminal_row_layout_get_type ())

G_DECLARE_FINAL_TYPE (LuminalRowLayout, luminal_row_layout, LUMINAL, ROW_LAYOUT, GtkLayoutManager)

GtkLayoutManager *luminal_row_layout_new (void);

G_END_DECLS
