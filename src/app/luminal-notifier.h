/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_NOTIFIER (luminal_notifier_get_type ())

G_DECLARE_FINAL_TYPE (LuminalNotifier, luminal_notifier, LUMINAL, NOTIFIER, GObject)

LuminalNotifier *luminal_notifier_new          (GtkWindow       *window,
                                                LuminalLoader   *loader,
                                                GSettings       *settings);
void             luminal_notifier_withdraw_all (LuminalNotifier *self);

G_END_DECLS
