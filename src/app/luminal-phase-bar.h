/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_PHASE_BAR (luminal_phase_bar_get_type ())

G_DECLARE_FINAL_TYPE (LuminalPhaseBar, luminal_phase_bar, LUMINAL, PHASE_BAR, GtkWidget)

GtkWidget *luminal_phase_bar_new            (void);

void       luminal_phase_bar_set_generation (LuminalPhaseBar   *self,
                                             LuminalGeneration *generation);
char      *luminal_phase_bar_describe       (LuminalGeneration *generation);

G_END_DECLS
