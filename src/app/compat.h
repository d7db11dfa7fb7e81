/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Stand-ins for what came after GTK 4.8 and libadwaita 1.2, one each. */

/* AdwBanner, since libadwaita 1.3 */
#define LUMINAL_TYPE_COMPAT_BANNER (luminal_compat_banner_get_type ())

G_DECLARE_FINAL_TYPE (LuminalCompatBanner, luminal_compat_banner, LUMINAL, COMPAT_BANNER, GtkWidget)

GtkWidget *luminal_compat_banner_new              (void);
void       luminal_compat_banner_set_title        (LuminalCompatBanner *self,
                                                   const char          *title);
void       luminal_compat_banner_set_button_label (LuminalCompatBanner *self,
                                                   const char          *label);
void       luminal_compat_banner_set_revealed     (LuminalCompatBanner *self,
                                                   gboolean             revealed);

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
