/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void  luminal_open_source         (GtkWindow  *parent,
                                   const char *path,
                                   guint       line,
                                   guint       column);

char *luminal_open_source_command (const char *executable,
                                   const char *path,
                                   guint       line,
                                   guint       column);

G_END_DECLS
