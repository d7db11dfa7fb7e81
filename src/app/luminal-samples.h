/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The sample photons: where they came with the program, and a copy to play with. */
gboolean  luminal_samples_are_there   (void);
void      luminal_samples_copy_async  (GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
GFile    *luminal_samples_copy_finish (GAsyncResult         *result,
                                       GError              **error);

G_END_DECLS
