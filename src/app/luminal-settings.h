/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

G_BEGIN_DECLS

/* What a person chose, and what follows it. */

GSettings  *luminal_settings_open        (gboolean        has_session_bus,
                                          GError        **error);
/* Why the settings are forgotten at the end, or NULL if they are not. */
const char *luminal_settings_get_problem (GSettings      *settings);

void        luminal_settings_bind_loader (GSettings      *settings,
                                          LuminalLoader  *loader);
void        luminal_settings_bind_window (GSettings      *settings,
                                          GtkWindow      *window,
                                          GtkWidget      *details);

G_END_DECLS
