/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_WRAP_LAYOUT (luminal_wrap_layout_get_type ())

G_DECLARE_FINAL_TYPE (LuminalWrapLayout, luminal_wrap_layout, LUMINAL, WRAP_LAYOUT, GtkLayoutManager)

G_END_DECLS
