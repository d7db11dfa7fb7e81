/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-ancestor-watch.h"

#include <gio/gio.h>

struct _LuminalAncestorWatch
{
  GFileMonitor *monitor;
  LuminalAncestorFunc changed;
  gpointer user_data;
};

char *
luminal_ancestor_find (const char *path)
{
  char *nearest = g_strdup (path);

  while (!g_file_test (nearest, G_FILE_TEST_IS_DIR) && !g_str_equal (nearest, "/"))
    {
      char *parent = g_path_get_dirname (nearest);

      g_free (nearest);
      nearest = parent;
    }

  return nearest;
}

LuminalAncestorWatch *
luminal_ancestor_watch_new (LuminalAncestorFunc changed,
                            gpointer            user_data)
{
  LuminalAncestorWatch *self = g_new0 (LuminalAncestorWatch, 1);

  self->changed = changed;
  self->user_data = user_data;
  return self;
}

void
luminal_ancestor_watch_stop (LuminalAncestorWatch *self)
{
  if (self->monitor == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);
}

void
luminal_ancestor_watch_free (LuminalAncestorWatch *self)
{
  luminal_ancestor_watch_stop (self);
  g_free (self);
}

static void
monitor_changed (LuminalAncestorWatch *self)
{
  self->changed (self->user_data);
}

/* It may come back before this has begun. */
void
luminal_ancestor_watch_start (LuminalAncestorWatch *self,
                              const char           *path)
{
  g_autofree char *ancestor = luminal_ancestor_find (path);
  g_autoptr (GFile) file = g_file_new_for_path (ancestor);

  luminal_ancestor_watch_stop (self);
  self->monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_swapped (self->monitor, "changed", G_CALLBACK (monitor_changed), self);
}
