/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-enums.h"
#include "luminal-macros.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_DIAGNOSTIC (luminal_diagnostic_get_type ())

LUMINAL_PUBLIC
G_DECLARE_FINAL_TYPE (LuminalDiagnostic, luminal_diagnostic, LUMINAL, DIAGNOSTIC, GObject)

LUMINAL_PUBLIC const char      *luminal_diagnostic_get_file      (LuminalDiagnostic *self);
LUMINAL_PUBLIC guint            luminal_diagnostic_get_line      (LuminalDiagnostic *self);
LUMINAL_PUBLIC guint            luminal_diagnostic_get_column    (LuminalDiagnostic *self);
LUMINAL_PUBLIC LuminalSeverity  luminal_diagnostic_get_severity  (LuminalDiagnostic *self);
LUMINAL_PUBLIC const char      *luminal_diagnostic_get_text      (LuminalDiagnostic *self);
LUMINAL_PUBLIC const char      *luminal_diagnostic_get_option    (LuminalDiagnostic *self);
LUMINAL_PUBLIC const char      *luminal_diagnostic_get_rendering (LuminalDiagnostic *self);
LUMINAL_PUBLIC GListModel      *luminal_diagnostic_get_children  (LuminalDiagnostic *self);

G_END_DECLS
