/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_DIAGNOSTICS_VIEW (luminal_diagnostics_view_get_type ())

G_DECLARE_FINAL_TYPE (LuminalDiagnosticsView, luminal_diagnostics_view, LUMINAL, DIAGNOSTICS_VIEW, GtkWidget)

GtkWidget *luminal_diagnostics_view_new          (void);

void       luminal_diagnostics_view_set_handler  (LuminalDiagnosticsView *self,
                                                  LuminalHandler         *handler);
void       luminal_diagnostics_view_update       (LuminalDiagnosticsView *self);

/* How much there is to be seen, and whether it is why the build failed. */
guint      luminal_diagnostics_view_get_n_shown  (LuminalDiagnosticsView *self);
gboolean   luminal_diagnostics_view_get_failed   (LuminalDiagnosticsView *self);

G_END_DECLS
