/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *luminal_find_from_own_folder (const char *const *from_here,
                                    guint              n_from_here,
                                    GFileTest          test);

G_END_DECLS
