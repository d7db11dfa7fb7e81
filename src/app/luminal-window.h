/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_WINDOW (luminal_window_get_type ())

G_DECLARE_FINAL_TYPE (LuminalWindow, luminal_window, LUMINAL, WINDOW, AdwApplicationWindow)

GtkWidget *luminal_window_new         (GtkApplication *application,
                                       GSettings      *settings);

GFile     *luminal_window_get_folder  (LuminalWindow  *self);
void       luminal_window_open_folder (LuminalWindow  *self,
                                       GFile          *folder);
void       luminal_window_open_file   (LuminalWindow  *self,
                                       GFile          *file);
void       luminal_window_load_file   (LuminalWindow  *self,
                                       GFile          *file);
gboolean   luminal_window_has_file    (LuminalWindow  *self,
                                       GFile          *file);

gboolean   luminal_window_show_photon (LuminalWindow  *self,
                                       GFile          *file,
                                       const char     *name);

G_END_DECLS
