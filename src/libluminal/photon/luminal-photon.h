/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "luminal-enums.h"
#include "luminal-macros.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_PHOTON (luminal_photon_get_type ())

/* The cast is LUMINAL_PHOTON_OBJECT(): LUMINAL_PHOTON() declares a photon. */
LUMINAL_PUBLIC
G_DECLARE_DERIVABLE_TYPE (LuminalPhoton, luminal_photon, LUMINAL, PHOTON_OBJECT, GObject)

struct _LuminalPhotonClass
{
  GObjectClass parent_class;

  /*< private >*/
  gpointer padding[8];
};

LUMINAL_PUBLIC const char        *luminal_photon_get_name        (LuminalPhoton *self);
LUMINAL_PUBLIC const char        *luminal_photon_get_author      (LuminalPhoton *self);
LUMINAL_PUBLIC const char        *luminal_photon_get_version     (LuminalPhoton *self);
LUMINAL_PUBLIC const char        *luminal_photon_get_description (LuminalPhoton *self);
LUMINAL_PUBLIC const char *const *luminal_photon_get_tags        (LuminalPhoton *self);
LUMINAL_PUBLIC guint              luminal_photon_get_generation  (LuminalPhoton *self);
LUMINAL_PUBLIC gpointer           luminal_photon_get_data        (LuminalPhoton *self);
LUMINAL_PUBLIC void               luminal_photon_print           (LuminalPhoton *self,
                                                                  const char    *format,
                                                                  ...) G_GNUC_PRINTF (2, 3);
LUMINAL_PUBLIC void               luminal_photon_eprint          (LuminalPhoton *self,
                                                                  const char    *format,
                                                                  ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
