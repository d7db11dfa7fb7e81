/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Stand-ins for what came after GTK 4.8 and libadwaita 1.2, one each. */

void   luminal_compat_choose_folder_async  (GtkWindow            *parent,
                                            GFile                *initial_folder,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
GFile *luminal_compat_choose_folder_finish (GtkWindow            *parent,
                                            GAsyncResult         *result,
                                            GError              **error);

void   luminal_compat_choose_save_async    (GtkWindow            *parent,
                                            const char           *name,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
GFile *luminal_compat_choose_save_finish   (GtkWindow            *parent,
                                            GAsyncResult         *result,
                                            GError              **error);

/* gtk_accessible_announce(), since GTK 4.14 */
void   luminal_compat_announce             (GtkWidget            *widget,
                                            const char           *text);

G_END_DECLS
