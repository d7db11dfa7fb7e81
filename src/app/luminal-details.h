/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

#include "luminal-output-book.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_DETAILS (luminal_details_get_type ())

G_DECLARE_FINAL_TYPE (LuminalDetails, luminal_details, LUMINAL, DETAILS, GtkWidget)

GtkWidget      *luminal_details_new         (void);

void            luminal_details_set_sources (LuminalDetails    *self,
                                             LuminalLoader     *loader,
                                             LuminalOutputBook *outputs);
LuminalHandler *luminal_details_get_handler (LuminalDetails    *self);
void            luminal_details_set_handler (LuminalDetails    *self,
                                             LuminalHandler    *handler);
void            luminal_details_show_output (LuminalDetails    *self);
gboolean        luminal_details_find        (LuminalDetails    *self);

void            luminal_details_show_problem (LuminalDetails    *self);

G_END_DECLS
