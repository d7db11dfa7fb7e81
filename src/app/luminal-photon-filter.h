/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_PHOTON_FILTER (luminal_photon_filter_get_type ())

G_DECLARE_FINAL_TYPE (LuminalPhotonFilter, luminal_photon_filter, LUMINAL, PHOTON_FILTER, GtkFilter)

LuminalPhotonFilter *luminal_photon_filter_new         (void);

const char          *luminal_photon_filter_get_search  (LuminalPhotonFilter *self);
void                 luminal_photon_filter_set_search  (LuminalPhotonFilter *self,
                                                        const char          *search);
void                 luminal_photon_filter_states_changed (LuminalPhotonFilter *self);

G_END_DECLS
