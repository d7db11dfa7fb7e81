/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "world.h"

G_BEGIN_DECLS

char *check_name  (guint  file,
                   guint  photon);
/* Says what is not as the model has it; none: nothing. */
char *check_world (World *world);

G_END_DECLS
