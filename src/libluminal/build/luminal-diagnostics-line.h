/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-enums.h"

G_BEGIN_DECLS

typedef enum
{
  LUMINAL_LINE_OTHER,      /* a quoted source, or not understood */
  LUMINAL_LINE_DIAGNOSTIC, /* where, how bad and what */
  LUMINAL_LINE_CONTEXT,    /* belongs to the diagnostic that comes next */
  LUMINAL_LINE_MARKS,      /* nothing but marks below a quoted source */
  LUMINAL_LINE_TALLY,      /* how many there were */
} LuminalLineKind;

typedef struct
{
  LuminalLineKind kind;
  char *file;
  guint line;
  guint column;
  LuminalSeverity severity;
  char *text;
  char *option;
  gboolean from_linker;
} LuminalDiagnosticsLine;

void luminal_diagnostics_line_read  (LuminalDiagnosticsLine *self,
                                     const char             *text);
void luminal_diagnostics_line_clear (LuminalDiagnosticsLine *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LuminalDiagnosticsLine, luminal_diagnostics_line_clear)

G_END_DECLS
