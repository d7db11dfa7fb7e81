/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_SORTED_LIST (luminal_sorted_list_get_type ())

G_DECLARE_FINAL_TYPE (LuminalSortedList, luminal_sorted_list, LUMINAL, SORTED_LIST, GObject)

/* As the settings have it. */
typedef enum
{
  LUMINAL_ORDER_PROBLEMS,
  LUMINAL_ORDER_NAME,
  LUMINAL_ORDER_RECENT,
} LuminalOrder;

LuminalSortedList *luminal_sorted_list_new       (void);

void               luminal_sorted_list_set_model (LuminalSortedList *self,
                                                  GListModel        *model);

void               luminal_sorted_list_set_order      (LuminalSortedList *self,
                                                       LuminalOrder       order);
/* Signal `stale`: photons changed; once, until somebody had a look. */
void               luminal_sorted_list_look           (LuminalSortedList *self);
void               luminal_sorted_list_states_changed (LuminalSortedList *self);

G_END_DECLS
