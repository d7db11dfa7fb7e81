/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_STATUS_LINE (luminal_status_line_get_type ())

G_DECLARE_FINAL_TYPE (LuminalStatusLine, luminal_status_line, LUMINAL, STATUS_LINE, GtkWidget)

void luminal_status_line_set_count    (LuminalStatusLine *self,
                                       const char        *count);
void luminal_status_line_set_news     (LuminalStatusLine *self,
                                       const char        *news);
void luminal_status_line_set_remark   (LuminalStatusLine *self,
                                       const char        *remark);
void luminal_status_line_set_busy     (LuminalStatusLine *self,
                                       const char        *tooltip);

G_END_DECLS
