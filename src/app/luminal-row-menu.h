/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <luminal.h>

G_BEGIN_DECLS

/* The action that its items call, with a LuminalCommand. */
#define LUMINAL_ROW_MENU_GROUP "photon"
#define LUMINAL_ROW_MENU_ACTION "command"

GMenuModel *luminal_row_menu_new (LuminalHandler *handler,
                                  gboolean        choosing,
                                  gboolean        chosen);

G_END_DECLS
