/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where what was installed with the program is, even if the installation was moved. */
char *luminal_places_find_data (const char *name);

G_END_DECLS
