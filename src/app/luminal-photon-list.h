/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

#include "luminal-choice.h"
#include "luminal-command.h"
#include "luminal-sorted-list.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_PHOTON_LIST (luminal_photon_list_get_type ())

G_DECLARE_FINAL_TYPE (LuminalPhotonList, luminal_photon_list, LUMINAL, PHOTON_LIST, GtkWidget)

GtkWidget      *luminal_photon_list_new            (void);

void            luminal_photon_list_set_photons    (LuminalPhotonList *self,
                                                    GListModel        *photons);
void            luminal_photon_list_set_search     (LuminalPhotonList *self,
                                                    const char        *search);
const char     *luminal_photon_list_get_search     (LuminalPhotonList *self);
guint           luminal_photon_list_get_n_shown    (LuminalPhotonList *self);
GListModel     *luminal_photon_list_get_shown      (LuminalPhotonList *self);
LuminalHandler *luminal_photon_list_get_current    (LuminalPhotonList *self);
gboolean        luminal_photon_list_go_to          (LuminalPhotonList *self,
                                                    LuminalHandler    *handler);
gboolean        luminal_photon_list_go_to_problem  (LuminalPhotonList *self,
                                                    int                step);
void            luminal_photon_list_popup_menu     (LuminalPhotonList *self);
void            luminal_photon_list_set_order      (LuminalPhotonList *self,
                                                    LuminalOrder       order);
gboolean        luminal_photon_list_get_choosing   (LuminalPhotonList *self);
void            luminal_photon_list_set_choosing   (LuminalPhotonList *self,
                                                    gboolean           choosing);
LuminalChoice  *luminal_photon_list_get_choice     (LuminalPhotonList *self);
void            luminal_photon_list_select         (LuminalPhotonList *self,
                                                    LuminalHandler    *handler);
void            luminal_photon_list_states_changed (LuminalPhotonList *self);

G_END_DECLS
