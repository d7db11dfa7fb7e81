/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

char  *luminal_output_text_join (GListModel *lines,
                                 GtkBitset  *only);

G_END_DECLS
