/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-diagnostic.h"

G_BEGIN_DECLS

/* Of more errors and warnings than this the first are kept, errors before warnings. */
#define LUMINAL_DIAGNOSTICS_MAX 100

/* Reads what gcc, clang, the assembler and the linkers print, as it comes. */
typedef struct _LuminalDiagnosticsParser LuminalDiagnosticsParser;

LuminalDiagnosticsParser *luminal_diagnostics_parser_new    (const char               *copies);
void                      luminal_diagnostics_parser_feed   (LuminalDiagnosticsParser *self,
                                                             const char               *data,
                                                             gsize                     length);
GPtrArray                *luminal_diagnostics_parser_finish (LuminalDiagnosticsParser *self);
void                      luminal_diagnostics_parser_free   (LuminalDiagnosticsParser *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LuminalDiagnosticsParser, luminal_diagnostics_parser_free)

G_END_DECLS
