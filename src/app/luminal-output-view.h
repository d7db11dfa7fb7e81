/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "luminal-output-log.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_OUTPUT_VIEW (luminal_output_view_get_type ())

G_DECLARE_FINAL_TYPE (LuminalOutputView, luminal_output_view, LUMINAL, OUTPUT_VIEW, GtkWidget)

GtkWidget *luminal_output_view_new     (void);

void       luminal_output_view_set_log (LuminalOutputView *self,
                                        LuminalOutputLog  *log,
                                        const char        *name);
void       luminal_output_view_find    (LuminalOutputView *self);

G_END_DECLS
