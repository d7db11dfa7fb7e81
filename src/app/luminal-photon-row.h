/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

G_BEGIN_DECLS

/* What can be asked of one photon. */
typedef enum
{
  LUMINAL_COMMAND_START,
  LUMINAL_COMMAND_STOP,
  LUMINAL_COMMAND_LOAD,
  LUMINAL_COMMAND_RELOAD,
  LUMINAL_COMMAND_UNLOAD,
  LUMINAL_COMMAND_DETAILS,
  LUMINAL_COMMAND_SHOW_IN_FILES,
} LuminalCommand;

#define LUMINAL_TYPE_PHOTON_ROW (luminal_photon_row_get_type ())

G_DECLARE_FINAL_TYPE (LuminalPhotonRow, luminal_photon_row, LUMINAL, PHOTON_ROW, GtkWidget)

GtkWidget      *luminal_photon_row_new         (void);

LuminalHandler *luminal_photon_row_get_handler (LuminalPhotonRow *self);
void            luminal_photon_row_set_handler (LuminalPhotonRow *self,
                                                LuminalHandler   *handler);

G_END_DECLS
