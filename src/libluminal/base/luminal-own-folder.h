/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The folder of the file that the library's code is in, wherever it was moved to, without
 * links. Returns: (nullable) */
char *luminal_own_folder (void);

G_END_DECLS
