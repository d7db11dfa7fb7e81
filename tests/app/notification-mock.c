/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "notification-mock.h"

#include "app-testing.h"

#define NAME "org.freedesktop.Notifications"
#define PATH "/org/freedesktop/Notifications"

static const char introspection[] =
  "<node><interface name='" NAME "'>"
  "<method name='Notify'>"
  "<arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>"
  "<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/>"
  "</method>"
  "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
  "<signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal>"
  "<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>"
  "</interface></node>";

struct _NotificationMock
{
  GDBusConnection *bus;
  guint object_id;
  guint name_id;
  gboolean has_name;
  GPtrArray *notifications;
};

static void
mock_notification_free (gpointer data)
{
  MockNotification *notification = data;

  g_free (notification->title);
  g_free (notification->body);
  g_free (notification);
}

static MockNotification *
find_id (NotificationMock *self,
         guint             id)
{
  for (guint i = 0; i < self->notifications->len; i++)
    {
      MockNotification *notification = self->notifications->pdata[i];

      if (notification->id == id && !notification->is_closed)
        return notification;
    }

  return NULL;
}

static guint
notify (NotificationMock *self,
        GVariant         *parameters)
{
  MockNotification *notification = g_new0 (MockNotification, 1);
  MockNotification *replaced;
  guint replaces;

  g_variant_get (parameters, "(susss@as@a{sv}i)", NULL, &replaces, NULL, &notification->title,
                 &notification->body, NULL, NULL, NULL);
  g_test_message ("notification “%s” (%s), in place of %u", notification->title, notification->body, replaces);
  replaced = replaces != 0 ? find_id (self, replaces) : NULL;
  if (replaced != NULL)
    replaced->is_closed = TRUE;
  notification->id = replaced != NULL ? replaces : self->notifications->len + 1;
  g_ptr_array_add (self->notifications, notification);

  return notification->id;
}

static void
called_cb (GDBusConnection       *bus,
           const char            *sender,
           const char            *path,
           const char            *interface,
           const char            *method,
           GVariant              *parameters,
           GDBusMethodInvocation *invocation,
           gpointer               user_data)
{
  NotificationMock *self = user_data;
  MockNotification *notification;
  guint id;

  if (g_str_equal (method, "Notify"))
    {
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", notify (self, parameters)));
      return;
    }

  g_variant_get (parameters, "(u)", &id);
  notification = find_id (self, id);
  if (notification != NULL)
    notification->is_closed = TRUE;
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
acquired_cb (GDBusConnection *bus,
             const char      *name,
             gpointer         user_data)
{
  NotificationMock *self = user_data;

  self->has_name = TRUE;
}

static gboolean
has_name (gpointer data)
{
  NotificationMock *self = data;

  return self->has_name;
}

NotificationMock *
notification_mock_new (void)
{
  static const GDBusInterfaceVTable table = { .method_call = called_cb };
  NotificationMock *self = g_new0 (NotificationMock, 1);
  g_autoptr (GDBusNodeInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  self->notifications = g_ptr_array_new_with_free_func (mock_notification_free);
  self->bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  info = g_dbus_node_info_new_for_xml (introspection, &error);
  g_assert_no_error (error);
  self->object_id = g_dbus_connection_register_object (self->bus, PATH, info->interfaces[0], &table, self, NULL,
                                                       &error);
  g_assert_no_error (error);
  self->name_id = g_bus_own_name_on_connection (self->bus, NAME, G_BUS_NAME_OWNER_FLAGS_NONE, acquired_cb, NULL,
                                                self, NULL);
  g_assert_true (app_testing_wait (has_name, self));

  return self;
}

void
notification_mock_free (NotificationMock *self)
{
  g_bus_unown_name (self->name_id);
  g_dbus_connection_unregister_object (self->bus, self->object_id);
  g_ptr_array_unref (self->notifications);
  g_object_unref (self->bus);
  g_free (self);
}

GPtrArray *
notification_mock_get (NotificationMock *self)
{
  return self->notifications;
}

MockNotification *
notification_mock_find (NotificationMock *self,
                        const char       *title)
{
  for (guint i = self->notifications->len; i > 0; i--)
    {
      MockNotification *notification = self->notifications->pdata[i - 1];

      if (!notification->is_closed && g_pattern_match_simple (title, notification->title))
        return notification;
    }

  return NULL;
}

void
notification_mock_click (NotificationMock *self,
                         MockNotification *notification)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (self->bus, NULL, PATH, NAME, "ActionInvoked",
                                 g_variant_new ("(us)", notification->id, "default"), &error);
  g_assert_no_error (error);
  g_dbus_connection_emit_signal (self->bus, NULL, PATH, NAME, "NotificationClosed",
                                 g_variant_new ("(uu)", notification->id, 2), &error);
  g_assert_no_error (error);
  notification->is_closed = TRUE;
}
