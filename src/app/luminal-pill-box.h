/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_PILL_BOX (luminal_pill_box_get_type ())

G_DECLARE_FINAL_TYPE (LuminalPillBox, luminal_pill_box, LUMINAL, PILL_BOX, GtkWidget)

void luminal_pill_box_set_texts (LuminalPillBox    *self,
                                 const char *const *texts);

G_END_DECLS
