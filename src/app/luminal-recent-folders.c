/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-recent-folders.h"

#define KEY "recent-folders"

struct _LuminalRecentFolders
{
  GObject parent_instance;

  GSettings *settings;
  GPtrArray *folders;
};

static void luminal_recent_folders_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LuminalRecentFolders, luminal_recent_folders, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      luminal_recent_folders_list_model_init))

static gboolean
has (GPtrArray *folders,
     GFile     *folder)
{
  return g_ptr_array_find_with_equal_func (folders, folder, (GEqualFunc) g_file_equal, NULL);
}

/* Somebody else may have written them: no doubles, and no more than there may be. */
static GPtrArray *
read_folders (LuminalRecentFolders *self)
{
  GPtrArray *folders = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) uris = g_settings_get_strv (self->settings, KEY);

  for (guint i = 0; uris[i] != NULL && folders->len < LUMINAL_RECENT_FOLDERS_MAX; i++)
    {
      g_autoptr (GFile) folder = g_file_new_for_uri (uris[i]);

      if (*uris[i] != '\0' && !has (folders, folder))
        g_ptr_array_add (folders, g_steal_pointer (&folder));
    }

  return folders;
}

static void
changed_cb (LuminalRecentFolders *self)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->folders);

  self->folders = read_folders (self);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, old->len, self->folders->len);
}

/* What may not be written stays as it is. */
static void
write_folders (LuminalRecentFolders *self,
               GPtrArray            *folders)
{
  g_autoptr (GStrvBuilder) uris = g_strv_builder_new ();
  g_auto (GStrv) strv = NULL;

  for (guint i = 0; i < folders->len && i < LUMINAL_RECENT_FOLDERS_MAX; i++)
    {
      g_autofree char *uri = g_file_get_uri (g_ptr_array_index (folders, i));

      g_strv_builder_add (uris, uri);
    }

  strv = g_strv_builder_end (uris);
  if (g_settings_is_writable (self->settings, KEY))
    g_settings_set_strv (self->settings, KEY, (const char *const *) strv);
}

static void
luminal_recent_folders_finalize (GObject *object)
{
  LuminalRecentFolders *self = LUMINAL_RECENT_FOLDERS (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->folders, g_ptr_array_unref);

  G_OBJECT_CLASS (luminal_recent_folders_parent_class)->finalize (object);
}

static void
luminal_recent_folders_class_init (LuminalRecentFoldersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_recent_folders_finalize;
}

static void
luminal_recent_folders_init (LuminalRecentFolders *self)
{
}

static GType
luminal_recent_folders_get_item_type (GListModel *model)
{
  return G_TYPE_FILE;
}

static guint
luminal_recent_folders_get_n_items (GListModel *model)
{
  return LUMINAL_RECENT_FOLDERS (model)->folders->len;
}

static gpointer
luminal_recent_folders_get_item (GListModel *model,
                                 guint       position)
{
  GPtrArray *folders = LUMINAL_RECENT_FOLDERS (model)->folders;

  return position < folders->len ? g_object_ref (g_ptr_array_index (folders, position)) : NULL;
}

static void
luminal_recent_folders_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = luminal_recent_folders_get_item_type;
  iface->get_n_items = luminal_recent_folders_get_n_items;
  iface->get_item = luminal_recent_folders_get_item;
}

LuminalRecentFolders *
luminal_recent_folders_new (GSettings *settings)
{
  LuminalRecentFolders *self;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (LUMINAL_TYPE_RECENT_FOLDERS, NULL);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::" KEY, G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  self->folders = read_folders (self);

  return self;
}

/* Puts @folder first. */
void
luminal_recent_folders_add (LuminalRecentFolders *self,
                            GFile                *folder)
{
  g_autoptr (GPtrArray) folders = NULL;

  g_return_if_fail (LUMINAL_IS_RECENT_FOLDERS (self));
  g_return_if_fail (G_IS_FILE (folder));

  if (self->folders->len > 0 && g_file_equal (g_ptr_array_index (self->folders, 0), folder))
    return;

  folders = g_ptr_array_new ();
  g_ptr_array_add (folders, folder);
  for (guint i = 0; i < self->folders->len; i++)
    if (!g_file_equal (g_ptr_array_index (self->folders, i), folder))
      g_ptr_array_add (folders, g_ptr_array_index (self->folders, i));

  write_folders (self, folders);
}

void
luminal_recent_folders_remove (LuminalRecentFolders *self,
                               GFile                *folder)
{
  g_autoptr (GPtrArray) folders = NULL;

  g_return_if_fail (LUMINAL_IS_RECENT_FOLDERS (self));
  g_return_if_fail (G_IS_FILE (folder));

  folders = g_ptr_array_new ();
  for (guint i = 0; i < self->folders->len; i++)
    if (!g_file_equal (g_ptr_array_index (self->folders, i), folder))
      g_ptr_array_add (folders, g_ptr_array_index (self->folders, i));

  if (folders->len != self->folders->len)
    write_folders (self, folders);
}

void
luminal_recent_folders_clear (LuminalRecentFolders *self)
{
  g_return_if_fail (LUMINAL_IS_RECENT_FOLDERS (self));

  if (g_settings_is_writable (self->settings, KEY))
    g_settings_reset (self->settings, KEY);
}
