/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

#include "luminal-output-log.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_PHOTON_PAGES (luminal_photon_pages_get_type ())

G_DECLARE_FINAL_TYPE (LuminalPhotonPages, luminal_photon_pages, LUMINAL, PHOTON_PAGES, GtkWidget)

GtkWidget  *luminal_photon_pages_new          (void);

void        luminal_photon_pages_set_handler  (LuminalPhotonPages *self,
                                               LuminalHandler     *handler,
                                               LuminalLoader      *loader,
                                               LuminalOutputLog   *log);
void        luminal_photon_pages_update       (LuminalPhotonPages *self);

const char *luminal_photon_pages_get_page     (LuminalPhotonPages *self);
void        luminal_photon_pages_set_page     (LuminalPhotonPages *self,
                                               const char         *name);
void        luminal_photon_pages_show_problem (LuminalPhotonPages *self);
void        luminal_photon_pages_show_output  (LuminalPhotonPages *self);
gboolean    luminal_photon_pages_find         (LuminalPhotonPages *self);

G_END_DECLS
