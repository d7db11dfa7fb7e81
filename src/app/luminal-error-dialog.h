/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWindow *luminal_error_dialog_new (GtkWindow  *parent,
                                     const char *heading,
                                     const char *text);

G_END_DECLS
