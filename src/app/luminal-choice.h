/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <luminal.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_CHOICE (luminal_choice_get_type ())

G_DECLARE_FINAL_TYPE (LuminalChoice, luminal_choice, LUMINAL, CHOICE, GObject)

LuminalChoice *luminal_choice_new        (void);

guint          luminal_choice_get_n      (LuminalChoice  *self);
gboolean       luminal_choice_has        (LuminalChoice  *self,
                                          LuminalHandler *handler);
GPtrArray     *luminal_choice_list       (LuminalChoice  *self);

void           luminal_choice_set        (LuminalChoice  *self,
                                          LuminalHandler *handler,
                                          gboolean        chosen);
void           luminal_choice_add_all    (LuminalChoice  *self,
                                          GListModel     *model);
void           luminal_choice_invert     (LuminalChoice  *self,
                                          GListModel     *model);
void           luminal_choice_keep_those (LuminalChoice  *self,
                                          GListModel     *model);
void           luminal_choice_clear      (LuminalChoice  *self);

G_END_DECLS
