/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-folder-monitors.h"

#include "luminal-reach.h"
#include "luminal-scanner.h"

/* Where there is room for some and not for all, it is tried again after 1 question, then
 * after 2 more, doubling up to this. */
#define LONGEST_PATIENCE 16

struct _LuminalFolderMonitors
{
  GCallback changed;
  gpointer user_data;

  GHashTable *monitors; /* path of a folder → GFileMonitor */
  GHashTable *doubtful; /* those of them that are perhaps told nothing */
  char *limit;
  guint patience; /* how many questions for more room are passed over */
  guint n_passed_over;
};

static void
monitor_free (GFileMonitor *monitor)
{
  g_file_monitor_cancel (monitor);
  g_object_unref (monitor);
}

LuminalFolderMonitors *
luminal_folder_monitors_new (GCallback changed,
                             gpointer  user_data)
{
  LuminalFolderMonitors *self = g_new0 (LuminalFolderMonitors, 1);

  self->changed = changed;
  self->user_data = user_data;
  self->monitors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) monitor_free);
  self->doubtful = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

void
luminal_folder_monitors_free (LuminalFolderMonitors *self)
{
  g_hash_table_unref (self->monitors);
  g_hash_table_unref (self->doubtful);
  g_free (self->limit);
  g_free (self);
}

static void
set_limit (LuminalFolderMonitors *self,
           char                  *limit)
{
  g_free (self->limit);
  self->limit = limit;
  if (limit == NULL)
    self->patience = 0;
}

static char *
add_monitor (LuminalFolderMonitors *self,
             const char            *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  GFileMonitor *monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);

  if (monitor == NULL)
    return g_strdup (error->message);

  g_signal_connect_object (monitor, "changed", self->changed, self->user_data, G_CONNECT_SWAPPED);
  g_hash_table_insert (self->monitors, g_strdup (path), monitor);
  return NULL;
}

/* GIO would not say that there is no room; and it would give up for good if it found no
 * instance when it asks for one. */
gboolean
luminal_folder_monitors_add (LuminalFolderMonitors *self,
                             GHashTable            *folders)
{
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();
  g_autoptr (GPtrArray) added = g_ptr_array_new ();
  g_autoptr (GHashTable) before = NULL;
  g_autofree char *limit = NULL;
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, folders);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    {
      if (!g_hash_table_contains (self->monitors, path))
        g_ptr_array_add (missing, path);
    }
  if (missing->len == 0)
    return FALSE;

  before = luminal_reach_list_watches ();
  if (before == NULL)
    limit = luminal_reach_check_instance ();
  for (guint i = 0; i < missing->len && limit == NULL; i++)
    {
      limit = add_monitor (self, missing->pdata[i]);
      if (limit == NULL)
        g_ptr_array_add (added, missing->pdata[i]);
    }

  if (limit == NULL)
    limit = luminal_reach_check_added (added, before);
  if (limit != NULL)
    {
      for (guint i = 0; i < added->len; i++)
        g_hash_table_add (self->doubtful, g_strdup (added->pdata[i]));
      set_limit (self, g_steal_pointer (&limit));
    }
  else if (g_hash_table_size (self->doubtful) == 0)
    {
      set_limit (self, NULL);
    }

  return added->len > 0;
}

gboolean
luminal_folder_monitors_contains (LuminalFolderMonitors *self,
                                  const char            *folder)
{
  return g_hash_table_contains (self->monitors, folder);
}

static gboolean
is_inside (gpointer path,
           gpointer value,
           gpointer folder)
{
  return luminal_scanner_is_inside (path, folder);
}

/* With all that are in it. */
void
luminal_folder_monitors_remove (LuminalFolderMonitors *self,
                                const char            *folder)
{
  g_autofree char *kept = g_strdup (folder);

  g_hash_table_foreach_remove (self->monitors, is_inside, kept);
  g_hash_table_foreach_remove (self->doubtful, is_inside, kept);
}

void
luminal_folder_monitors_clear (LuminalFolderMonitors *self)
{
  g_hash_table_remove_all (self->monitors);
  g_hash_table_remove_all (self->doubtful);
}

const char *
luminal_folder_monitors_get_limit (LuminalFolderMonitors *self)
{
  return self->limit;
}

gboolean
luminal_folder_monitors_retry (LuminalFolderMonitors *self)
{
  GHashTableIter iter;
  const char *path;

  if (self->limit == NULL || self->n_passed_over++ < self->patience)
    return FALSE;

  self->n_passed_over = 0;
  self->patience = CLAMP (self->patience * 2, 1, LONGEST_PATIENCE);
  g_hash_table_iter_init (&iter, self->doubtful);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, NULL))
    g_hash_table_remove (self->monitors, path);
  g_hash_table_remove_all (self->doubtful);
  return TRUE;
}
