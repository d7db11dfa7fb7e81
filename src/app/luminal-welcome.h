/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_WELCOME (luminal_welcome_get_type ())

G_DECLARE_FINAL_TYPE (LuminalWelcome, luminal_welcome, LUMINAL, WELCOME, GtkWidget)

GtkWidget *luminal_welcome_new        (void);

void       luminal_welcome_set_recent (LuminalWelcome *self,
                                       GListModel     *recent);

G_END_DECLS
