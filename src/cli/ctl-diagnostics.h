/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>
#include <luminal.h>

G_BEGIN_DECLS

/* What a compiler says, as it prints it, or as the array "diagnostics". */
char *ctl_diagnostics_to_text (GListModel  *diagnostics);
void  ctl_diagnostics_to_json (GListModel  *diagnostics,
                               JsonBuilder *builder);

G_END_DECLS
