/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_ROW_TAGS (luminal_row_tags_get_type ())

G_DECLARE_FINAL_TYPE (LuminalRowTags, luminal_row_tags, LUMINAL, ROW_TAGS, GtkWidget)

GtkWidget *luminal_row_tags_new      (void);

void       luminal_row_tags_set_tags (LuminalRowTags     *self,
                                      const char *const  *tags);
int        luminal_row_tags_find     (LuminalRowTags     *self,
                                      GtkWidget          *part);

G_END_DECLS
