/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_OUTPUT_FINDER (luminal_output_finder_get_type ())

G_DECLARE_FINAL_TYPE (LuminalOutputFinder, luminal_output_finder, LUMINAL, OUTPUT_FINDER, GObject)

LuminalOutputFinder *luminal_output_finder_new         (GListModel          *lines);

const char          *luminal_output_finder_get_text    (LuminalOutputFinder *self);
void                 luminal_output_finder_set_text    (LuminalOutputFinder *self,
                                                        const char          *text);
gboolean             luminal_output_finder_is_busy     (LuminalOutputFinder *self);
guint                luminal_output_finder_get_n_found (LuminalOutputFinder *self);
guint                luminal_output_finder_get_index   (LuminalOutputFinder *self,
                                                        guint                position);
guint                luminal_output_finder_next        (LuminalOutputFinder *self,
                                                        guint                from,
                                                        gboolean             forward);

G_END_DECLS
