/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

#include "luminal-command.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_PHOTON_ROW (luminal_photon_row_get_type ())

G_DECLARE_FINAL_TYPE (LuminalPhotonRow, luminal_photon_row, LUMINAL, PHOTON_ROW, GtkWidget)

GtkWidget      *luminal_photon_row_new         (void);

LuminalHandler *luminal_photon_row_get_handler (LuminalPhotonRow *self);
void            luminal_photon_row_set_handler (LuminalPhotonRow *self,
                                                LuminalHandler   *handler);

/* While photons are picked out, a row shows whether it is, and nothing to press. */
void            luminal_photon_row_set_choosing (LuminalPhotonRow *self,
                                                 gboolean          choosing,
                                                 gboolean          chosen);

G_END_DECLS
