/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-roster.h"

/* The loader's photons, and those that were unloaded: they stay where they were, so that
 * they can be loaded again, until a photon of their name or their file takes their place, or
 * their file goes. */

struct _LuminalRoster
{
  GObject parent_instance;

  LuminalLoader *loader;
  gboolean keeping;

  GPtrArray *loaded;  /* as the loader has them, and in its order */
  GPtrArray *photons; /* all of them */

  /* Those that are not loaded. */
  GHashTable *by_path; /* → GPtrArray */
  GHashTable *by_name;
  GHashTable *monitors; /* their folders → GFileMonitor */
};

static void luminal_roster_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LuminalRoster, luminal_roster, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, luminal_roster_list_model_init))

static void monitor_cb (LuminalRoster     *self,
                        GFile             *file,
                        GFile             *other,
                        GFileMonitorEvent  event);

/* Nobody else looks after the file of what is not loaded. */
static void
monitor (LuminalRoster  *self,
         LuminalHandler *handler)
{
  g_autoptr (GFile) folder = g_file_get_parent (luminal_handler_get_file (handler));
  GFileMonitor *folder_monitor;

  if (folder == NULL || g_hash_table_contains (self->monitors, folder))
    return;

  folder_monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (folder_monitor == NULL)
    return;

  g_signal_connect_object (folder_monitor, "changed", G_CALLBACK (monitor_cb), self, G_CONNECT_SWAPPED);
  g_hash_table_insert (self->monitors, g_steal_pointer (&folder), folder_monitor);
}

static void
add_former (LuminalRoster  *self,
            LuminalHandler *handler)
{
  const char *path = luminal_handler_get_filepath (handler);
  GPtrArray *mates = g_hash_table_lookup (self->by_path, path);

  if (mates == NULL)
    {
      mates = g_ptr_array_new ();
      g_hash_table_insert (self->by_path, g_strdup (path), mates);
    }
  g_ptr_array_add (mates, handler);
  g_hash_table_replace (self->by_name, g_strdup (luminal_handler_get_name (handler)), handler);
  monitor (self, handler);
}

static void
remove_former (LuminalRoster  *self,
               LuminalHandler *handler)
{
  const char *path = luminal_handler_get_filepath (handler);
  const char *name = luminal_handler_get_name (handler);
  GPtrArray *mates = g_hash_table_lookup (self->by_path, path);

  if (mates != NULL && g_ptr_array_remove (mates, handler) && mates->len == 0)
    g_hash_table_remove (self->by_path, path);
  if (g_hash_table_lookup (self->by_name, name) == handler)
    g_hash_table_remove (self->by_name, name);
  if (g_hash_table_size (self->by_path) == 0)
    g_hash_table_remove_all (self->monitors);
}

static void
remove_photon (LuminalRoster  *self,
               LuminalHandler *handler)
{
  g_autoptr (LuminalHandler) removed = NULL;
  guint position;

  if (!g_ptr_array_find (self->photons, handler, &position))
    return;

  removed = g_ptr_array_steal_index (self->photons, position);
  remove_former (self, removed);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

/* Those that left because their file did are told of as long as somebody may want to know. */
static void
monitor_cb (LuminalRoster     *self,
            GFile             *file,
            GFile             *other,
            GFileMonitorEvent  event)
{
  g_autoptr (GPtrArray) gone = NULL;
  GPtrArray *mates;

  if (event != G_FILE_MONITOR_EVENT_DELETED && event != G_FILE_MONITOR_EVENT_MOVED_OUT &&
      event != G_FILE_MONITOR_EVENT_RENAMED)
    return;

  mates = g_file_peek_path (file) != NULL ? g_hash_table_lookup (self->by_path, g_file_peek_path (file)) : NULL;
  if (mates == NULL)
    return;

  gone = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < mates->len; i++)
    if (!luminal_handler_get_file_missing (mates->pdata[i]))
      g_ptr_array_add (gone, g_object_ref (mates->pdata[i]));
  for (guint i = 0; i < gone->len; i++)
    remove_photon (self, gone->pdata[i]);
}

static gboolean
is_replaced (LuminalRoster  *self,
             LuminalHandler *handler)
{
  g_autoptr (GPtrArray) others = NULL;
  const char *name = luminal_handler_get_name (handler);

  if (name != NULL && luminal_loader_lookup (self->loader, name) != NULL)
    return TRUE;

  others = luminal_loader_lookup_file (self->loader, luminal_handler_get_file (handler));
  return others != NULL && others->len > 0;
}

/* Whoever was unloaded from the file of @handler, or had its name. */
static void
remove_replaced (LuminalRoster  *self,
                 LuminalHandler *handler)
{
  GPtrArray *mates = g_hash_table_lookup (self->by_path, luminal_handler_get_filepath (handler));
  LuminalHandler *namesake;

  while (mates != NULL && mates->len > 0)
    {
      remove_photon (self, mates->pdata[0]);
      mates = g_hash_table_lookup (self->by_path, luminal_handler_get_filepath (handler));
    }

  namesake = g_hash_table_lookup (self->by_name, luminal_handler_get_name (handler));
  if (namesake != NULL)
    remove_photon (self, namesake);
}

static void
photon_left (LuminalRoster  *self,
             LuminalHandler *handler)
{
  if (self->keeping && !is_replaced (self, handler))
    add_former (self, handler);
  else
    remove_photon (self, handler);
}

static void
loader_changed_cb (LuminalRoster *self,
                   guint          position,
                   guint          n_removed,
                   guint          n_added)
{
  g_autoptr (GPtrArray) left = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_before = self->photons->len;

  for (guint i = 0; i < n_removed; i++)
    g_ptr_array_add (left, g_ptr_array_steal_index (self->loaded, position));

  for (guint i = 0; i < n_added; i++)
    {
      LuminalHandler *handler = g_list_model_get_item (G_LIST_MODEL (self->loader), position + i);
      guint index;

      g_ptr_array_insert (self->loaded, (int) (position + i), handler);

      /* A module's photons are reported anew where one of them comes or goes. */
      if (!g_ptr_array_find (left, handler, &index))
        g_ptr_array_add (self->photons, g_object_ref (handler));
      else
        g_ptr_array_remove_index (left, index);
    }

  if (self->photons->len > n_before)
    g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, self->photons->len - n_before);
  for (guint i = 0; i < left->len; i++)
    photon_left (self, left->pdata[i]);
  for (guint i = 0; i < n_added && g_hash_table_size (self->by_path) > 0; i++)
    remove_replaced (self, self->loaded->pdata[position + i]);
}

static GType
luminal_roster_get_item_type (GListModel *model)
{
  return LUMINAL_TYPE_HANDLER;
}

static guint
luminal_roster_get_n_items (GListModel *model)
{
  return LUMINAL_ROSTER (model)->photons->len;
}

static gpointer
luminal_roster_get_item (GListModel *model,
                         guint       position)
{
  LuminalRoster *self = LUMINAL_ROSTER (model);

  return position < self->photons->len ? g_object_ref (self->photons->pdata[position]) : NULL;
}

static void
luminal_roster_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = luminal_roster_get_item_type;
  iface->get_n_items = luminal_roster_get_n_items;
  iface->get_item = luminal_roster_get_item;
}

static void
luminal_roster_finalize (GObject *object)
{
  LuminalRoster *self = LUMINAL_ROSTER (object);

  g_hash_table_unref (self->monitors);
  g_hash_table_unref (self->by_path);
  g_hash_table_unref (self->by_name);
  g_ptr_array_unref (self->loaded);
  g_ptr_array_unref (self->photons);
  g_object_unref (self->loader);

  G_OBJECT_CLASS (luminal_roster_parent_class)->finalize (object);
}

static void
luminal_roster_class_init (LuminalRosterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_roster_finalize;
}

static void
luminal_roster_init (LuminalRoster *self)
{
  self->keeping = TRUE;
  self->loaded = g_ptr_array_new_with_free_func (g_object_unref);
  self->photons = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_path = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->monitors = g_hash_table_new_full (g_file_hash, (GEqualFunc) g_file_equal, g_object_unref, g_object_unref);
}

LuminalRoster *
luminal_roster_new (LuminalLoader *loader)
{
  LuminalRoster *self;

  g_return_val_if_fail (LUMINAL_IS_LOADER (loader), NULL);

  self = g_object_new (LUMINAL_TYPE_ROSTER, NULL);
  self->loader = g_object_ref (loader);
  g_signal_connect_object (loader, "items-changed", G_CALLBACK (loader_changed_cb), self, G_CONNECT_SWAPPED);
  loader_changed_cb (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (loader)));

  return self;
}

/* Whether photons that leave from now on stay in the list. Those of a folder that is left
 * altogether do not. */
void
luminal_roster_set_keeping (LuminalRoster *self,
                            gboolean       keeping)
{
  g_return_if_fail (LUMINAL_IS_ROSTER (self));

  self->keeping = keeping;
}

/* Nothing but what is loaded. */
void
luminal_roster_forget (LuminalRoster *self)
{
  guint n_photons;

  g_return_if_fail (LUMINAL_IS_ROSTER (self));

  if (g_hash_table_size (self->by_path) == 0)
    return;

  n_photons = self->photons->len;
  g_hash_table_remove_all (self->by_path);
  g_hash_table_remove_all (self->by_name);
  g_hash_table_remove_all (self->monitors);
  g_ptr_array_set_size (self->photons, 0);
  for (guint i = 0; i < self->loaded->len; i++)
    g_ptr_array_add (self->photons, g_object_ref (self->loaded->pdata[i]));
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_photons, self->photons->len);
}

/* Whether there is one that is not loaded and whose file is not known to be gone. */
gboolean
luminal_roster_can_load_some (LuminalRoster *self)
{
  GHashTableIter iter;
  LuminalHandler *handler;

  g_return_val_if_fail (LUMINAL_IS_ROSTER (self), FALSE);

  g_hash_table_iter_init (&iter, self->by_name);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &handler))
    {
      if (!luminal_handler_get_file_missing (handler))
        return TRUE;
    }

  return FALSE;
}
