/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_SIDE (luminal_side_get_type ())

G_DECLARE_FINAL_TYPE (LuminalSide, luminal_side, LUMINAL, SIDE, GtkWidget)

G_END_DECLS
