/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <luminal.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_ROSTER (luminal_roster_get_type ())

G_DECLARE_FINAL_TYPE (LuminalRoster, luminal_roster, LUMINAL, ROSTER, GObject)

LuminalRoster *luminal_roster_new           (LuminalLoader  *loader);

void           luminal_roster_set_keeping   (LuminalRoster  *self,
                                             gboolean        keeping);
void           luminal_roster_forget        (LuminalRoster  *self);
gboolean       luminal_roster_can_load_some (LuminalRoster  *self);

G_END_DECLS
