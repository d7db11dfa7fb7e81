/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-notification-service.h"

/* Whether there is anybody to show notifications. GIO would warn if there is not, and
 * nobody has done anything wrong where there is none. It is looked for when there is
 * something to tell, and started if it can be. */

typedef enum
{
  OWNER_UNKNOWN,
  OWNER_THERE,
  OWNER_MISSING,
} Owner;

enum
{
  FREEDESKTOP,
  GTK,
  N_NAMES
};

static const char *const names[] = {
  [FREEDESKTOP] = "org.freedesktop.Notifications",
  [GTK] = "org.gtk.Notifications",
};

struct _LuminalNotificationService
{
  GObject parent_instance;

  guint ids[N_NAMES];
  Owner owners[N_NAMES];
  gboolean is_sandboxed;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalNotificationService, luminal_notification_service, G_TYPE_OBJECT)

static void
set_owner (LuminalNotificationService *self,
           const char                 *name,
           Owner                       owner)
{
  for (guint i = 0; i < N_NAMES; i++)
    if (g_str_equal (names[i], name))
      self->owners[i] = owner;

  g_signal_emit (self, signals[CHANGED], 0);
}

static void
appeared_cb (GDBusConnection *bus,
             const char      *name,
             const char      *owner,
             gpointer         user_data)
{
  set_owner (user_data, name, OWNER_THERE);
}

static void
vanished_cb (GDBusConnection *bus,
             const char      *name,
             gpointer         user_data)
{
  set_owner (user_data, name, OWNER_MISSING);
}

static void
luminal_notification_service_dispose (GObject *object)
{
  LuminalNotificationService *self = LUMINAL_NOTIFICATION_SERVICE (object);

  for (guint i = 0; i < N_NAMES; i++)
    g_clear_handle_id (&self->ids[i], g_bus_unwatch_name);

  G_OBJECT_CLASS (luminal_notification_service_parent_class)->dispose (object);
}

static void
luminal_notification_service_class_init (LuminalNotificationServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = luminal_notification_service_dispose;

  /* It is known now, or it came or went. */
  signals[CHANGED] = g_signal_new ("changed", LUMINAL_TYPE_NOTIFICATION_SERVICE, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
luminal_notification_service_init (LuminalNotificationService *self)
{
  /* In a sandbox the portal takes them, and says nothing if it cannot. */
  self->is_sandboxed = g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
}

LuminalNotificationService *
luminal_notification_service_new (void)
{
  return g_object_new (LUMINAL_TYPE_NOTIFICATION_SERVICE, NULL);
}

/* Begins to look for it, once. */
void
luminal_notification_service_look (LuminalNotificationService *self,
                                   GDBusConnection            *bus)
{
  g_return_if_fail (LUMINAL_IS_NOTIFICATION_SERVICE (self));
  g_return_if_fail (G_IS_DBUS_CONNECTION (bus));

  if (self->is_sandboxed || self->ids[0] != 0)
    return;

  for (guint i = 0; i < N_NAMES; i++)
    self->ids[i] = g_bus_watch_name_on_connection (bus, names[i],
                                                   i == FREEDESKTOP ? G_BUS_NAME_WATCHER_FLAGS_AUTO_START
                                                                    : G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                   appeared_cb, vanished_cb, self, NULL);
}

gboolean
luminal_notification_service_is_known (LuminalNotificationService *self)
{
  g_return_val_if_fail (LUMINAL_IS_NOTIFICATION_SERVICE (self), FALSE);

  return self->is_sandboxed ||
         (self->owners[FREEDESKTOP] != OWNER_UNKNOWN && self->owners[GTK] != OWNER_UNKNOWN);
}

gboolean
luminal_notification_service_is_there (LuminalNotificationService *self)
{
  g_return_val_if_fail (LUMINAL_IS_NOTIFICATION_SERVICE (self), FALSE);

  return self->is_sandboxed || self->owners[FREEDESKTOP] == OWNER_THERE || self->owners[GTK] == OWNER_THERE;
}
