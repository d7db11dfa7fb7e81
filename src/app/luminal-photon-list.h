/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

#include "luminal-photon-row.h"

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
LuminalHandler *luminal_photon_list_get_current    (LuminalPhotonList *self);
void            luminal_photon_list_select         (LuminalPhotonList *self,
                                                    LuminalHandler    *handler);
void            luminal_photon_list_states_changed (LuminalPhotonList *self);

G_END_DECLS
