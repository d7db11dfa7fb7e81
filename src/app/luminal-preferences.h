/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_PREFERENCES (luminal_preferences_get_type ())

G_DECLARE_FINAL_TYPE (LuminalPreferences, luminal_preferences, LUMINAL, PREFERENCES, AdwPreferencesWindow)

GtkWidget *luminal_preferences_new (GSettings *settings);

G_END_DECLS
