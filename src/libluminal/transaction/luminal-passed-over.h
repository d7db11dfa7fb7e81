/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-registry.h"

G_BEGIN_DECLS

/* A module file that lies beside its source, with the same name, and does not count: the
 * handlers of the source's photons show it. It does count as long as nothing of the source
 * was ever loaded. */

/* Looks what there is now. */
void     luminal_passed_over_show (LuminalRegistry *registry,
                                   LuminalModule   *source);
/* The same, from the other side: of the module file at @path. Returns whether it does not
 * count. */
gboolean luminal_passed_over_check (LuminalRegistry *registry,
                                    const char      *path);

G_END_DECLS
