/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_OVERVIEW (luminal_overview_get_type ())

G_DECLARE_FINAL_TYPE (LuminalOverview, luminal_overview, LUMINAL, OVERVIEW, GtkWidget)

void luminal_overview_set_handler (LuminalOverview *self,
                                   LuminalHandler  *handler,
                                   LuminalLoader   *loader);
void luminal_overview_update      (LuminalOverview *self);

G_END_DECLS
