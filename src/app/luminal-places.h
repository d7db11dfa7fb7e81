/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where what was installed with the program is, even if the installation was moved. */
char  *luminal_places_find_data   (const char *name);
/* Where a person's own photons are. */
GFile *luminal_places_get_photons (void);

G_END_DECLS
