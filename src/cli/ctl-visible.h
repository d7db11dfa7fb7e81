/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *ctl_visible       (const char *text);
guint ctl_display_width (const char *text);

G_END_DECLS
