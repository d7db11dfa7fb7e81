/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Starts luminal-worker at @path with the descriptors of a spawner: its end of @control,
 * a socket that is not blocking, and a copy of @lifeline. */
GSubprocess *luminal_spawner_program_start (const char  *path,
                                            int          lifeline,
                                            GSocket    **control,
                                            GError     **error);

G_END_DECLS
