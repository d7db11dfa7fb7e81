/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "luminal-output-log.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_OUTPUT_LIST (luminal_output_list_get_type ())

G_DECLARE_FINAL_TYPE (LuminalOutputList, luminal_output_list, LUMINAL, OUTPUT_LIST, GtkWidget)

GtkWidget  *luminal_output_list_new             (void);

void        luminal_output_list_set_log         (LuminalOutputList *self,
                                                 LuminalOutputLog  *log);
void        luminal_output_list_set_only_errors (LuminalOutputList *self,
                                                 gboolean           only_errors);
gboolean    luminal_output_list_get_follow      (LuminalOutputList *self);
void        luminal_output_list_set_follow      (LuminalOutputList *self,
                                                 gboolean           follow);
void        luminal_output_list_set_find        (LuminalOutputList *self,
                                                 const char        *text);
void        luminal_output_list_find_next       (LuminalOutputList *self,
                                                 gboolean           forward);
guint       luminal_output_list_get_found       (LuminalOutputList *self,
                                                 guint             *index,
                                                 gboolean          *is_complete);
guint       luminal_output_list_get_n_lines     (LuminalOutputList *self);
char       *luminal_output_list_to_text         (LuminalOutputList *self,
                                                 gboolean           only_selected);

G_END_DECLS
