/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_CRASH_VIEW (luminal_crash_view_get_type ())

G_DECLARE_FINAL_TYPE (LuminalCrashView, luminal_crash_view, LUMINAL, CRASH_VIEW, GtkWidget)

void  luminal_crash_view_set_crash (LuminalCrashView *self,
                                    LuminalCrash     *crash);
char *luminal_crash_view_to_text   (LuminalCrash     *crash);

G_END_DECLS
