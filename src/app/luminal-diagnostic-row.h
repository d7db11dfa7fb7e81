/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_DIAGNOSTIC_ROW (luminal_diagnostic_row_get_type ())

G_DECLARE_FINAL_TYPE (LuminalDiagnosticRow, luminal_diagnostic_row, LUMINAL, DIAGNOSTIC_ROW, GtkWidget)

GtkWidget         *luminal_diagnostic_row_new            (void);

LuminalDiagnostic *luminal_diagnostic_row_get_diagnostic (LuminalDiagnosticRow *self);
void               luminal_diagnostic_row_set_diagnostic (LuminalDiagnosticRow *self,
                                                          LuminalDiagnostic    *diagnostic,
                                                          guint                 depth);

/* The same as text. */
char              *luminal_diagnostic_row_place          (LuminalDiagnostic    *diagnostic);
char              *luminal_diagnostic_row_quote          (LuminalDiagnostic    *diagnostic);
void               luminal_diagnostic_row_append_text    (GString              *text,
                                                          LuminalDiagnostic    *diagnostic);

G_END_DECLS
