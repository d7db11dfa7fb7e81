/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_HISTORY_VIEW (luminal_history_view_get_type ())

G_DECLARE_FINAL_TYPE (LuminalHistoryView, luminal_history_view, LUMINAL, HISTORY_VIEW, GtkWidget)

GtkWidget *luminal_history_view_new         (void);

void       luminal_history_view_set_handler (LuminalHistoryView *self,
                                             LuminalHandler     *handler);

G_END_DECLS
