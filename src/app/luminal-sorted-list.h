/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_SORTED_LIST (luminal_sorted_list_get_type ())

G_DECLARE_FINAL_TYPE (LuminalSortedList, luminal_sorted_list, LUMINAL, SORTED_LIST, GObject)

LuminalSortedList *luminal_sorted_list_new       (void);

void               luminal_sorted_list_set_model (LuminalSortedList *self,
                                                  GListModel        *model);

G_END_DECLS
