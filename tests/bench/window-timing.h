/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Writes when the first frame of a window was drawn, and ends the program there. */
void window_timing_first_frame (GtkWidget *window);

G_END_DECLS
