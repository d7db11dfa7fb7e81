/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "luminal-photon-filter.h"
#include "luminal-photon-list.h"
#include "luminal-photon-row.h"

G_BEGIN_DECLS

struct _LuminalPhotonList
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GtkListView *view;

  LuminalSortedList *sorted;
  GtkFilterListModel *filtered;
  GtkSingleSelection *selection;
  LuminalPhotonFilter *filter;

  /* The photon a person chose. A selection forgets an item that a search hides;
   * this is how it comes back with it. */
  LuminalHandler *current;
  gboolean has_focus; /* so had its row, when it went */

  /* Rows without a photon. A search replaces most rows at every key, and to
   * make one costs ten times what it costs to use it again. */
  GPtrArray *spare_rows;

  gboolean choosing;
  LuminalChoice *choice;
  LuminalHandler *anchor; /* where a range of them begins */

  GtkWidget *menu;
  LuminalHandler *menu_handler;

  guint order_id; /* until when nothing is moved again */
  gboolean is_moved;
};

/* Of those that are shown. */
gboolean          luminal_photon_list_find        (LuminalPhotonList *self,
                                                   LuminalHandler    *handler,
                                                   guint             *position);
/* The one whose row has the focus, or anything in it. */
LuminalHandler   *luminal_photon_list_get_focused (LuminalPhotonList *self);
LuminalPhotonRow *luminal_photon_list_row_of      (GtkWidget         *focus);
void              luminal_photon_list_focus_on    (LuminalPhotonList *self,
                                                   guint              position);
/* It is picked out, or no longer. */
void              luminal_photon_list_choose      (LuminalPhotonList *self,
                                                   LuminalHandler    *handler);
void              luminal_photon_list_command     (LuminalPhotonList *self,
                                                   LuminalHandler    *handler,
                                                   LuminalCommand     what);

/* Which are picked out, in all rows. */
void                luminal_photon_list_show_choice (LuminalPhotonList *self);
GtkListItemFactory *luminal_photon_list_make_rows   (LuminalPhotonList *self);

void              luminal_photon_list_set_up_menu (LuminalPhotonList *self);
void              luminal_photon_list_set_up_keys (LuminalPhotonList *self);

G_END_DECLS
