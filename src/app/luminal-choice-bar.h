/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_CHOICE_BAR (luminal_choice_bar_get_type ())

G_DECLARE_FINAL_TYPE (LuminalChoiceBar, luminal_choice_bar, LUMINAL, CHOICE_BAR, GtkWidget)

GtkWidget *luminal_choice_bar_new       (void);

void       luminal_choice_bar_set_count (LuminalChoiceBar *self,
                                         guint             n_chosen,
                                         guint             n_hidden);

G_END_DECLS
