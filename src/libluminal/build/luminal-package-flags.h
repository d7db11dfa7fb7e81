/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_PACKAGE_FLAGS (luminal_package_flags_get_type ())

/* The flags that pkg-config has for packages. They are asked for once, and again when
 * one of the folders that it looks into has changed. */
G_DECLARE_FINAL_TYPE (LuminalPackageFlags, luminal_package_flags, LUMINAL, PACKAGE_FLAGS, GObject)

LuminalPackageFlags *luminal_package_flags_new        (const char *const    *environment);
void                 luminal_package_flags_get_async  (LuminalPackageFlags  *self,
                                                       const char *const    *packages,
                                                       guint                 timeout,
                                                       GCancellable         *cancellable,
                                                       GAsyncReadyCallback   callback,
                                                       gpointer              user_data);
GStrv                luminal_package_flags_get_finish (LuminalPackageFlags  *self,
                                                       GAsyncResult         *result,
                                                       GError              **error);

gboolean             luminal_flag_is_for_linking      (const char           *flag);

G_END_DECLS
