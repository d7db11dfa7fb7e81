/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_BUILD_SLOTS (luminal_build_slots_get_type ())

/* How many compilers may run at once. Who waits longest is next, except that of those
 * who wait for the same path the newest goes first. */
G_DECLARE_FINAL_TYPE (LuminalBuildSlots, luminal_build_slots, LUMINAL, BUILD_SLOTS, GObject)

LuminalBuildSlots *luminal_build_slots_new         (guint                 n_slots);
void               luminal_build_slots_take_async  (LuminalBuildSlots    *self,
                                                    const char           *path,
                                                    GCancellable         *cancellable,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
gboolean           luminal_build_slots_take_finish (LuminalBuildSlots    *self,
                                                    GAsyncResult         *result,
                                                    GError              **error);
void               luminal_build_slots_give        (LuminalBuildSlots    *self);

G_END_DECLS
