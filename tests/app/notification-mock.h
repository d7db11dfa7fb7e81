/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a desktop's notification service is told, without a desktop. */
typedef struct
{
  guint id;
  char *title;
  char *body;
  gboolean is_closed;
} MockNotification;

typedef struct _NotificationMock NotificationMock;

NotificationMock *notification_mock_new    (void);
void              notification_mock_free   (NotificationMock *self);

/* All that there ever was, whatever replaced it: MockNotification. */
GPtrArray        *notification_mock_get    (NotificationMock *self);
/* The last one with such a title that is still shown, or NULL. */
MockNotification *notification_mock_find   (NotificationMock *self,
                                            const char       *title);
/* A person presses it, and it is gone. */
void              notification_mock_click  (NotificationMock *self,
                                            MockNotification *notification);

G_END_DECLS
