/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_NOTIFICATION_SERVICE (luminal_notification_service_get_type ())

G_DECLARE_FINAL_TYPE (LuminalNotificationService, luminal_notification_service, LUMINAL, NOTIFICATION_SERVICE, GObject)

LuminalNotificationService *luminal_notification_service_new      (void);

void                        luminal_notification_service_look     (LuminalNotificationService *self,
                                                                   GDBusConnection            *bus);
gboolean                    luminal_notification_service_is_known (LuminalNotificationService *self);
gboolean                    luminal_notification_service_is_there (LuminalNotificationService *self);

G_END_DECLS
