/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-folder-return.h"

/* The nearest ancestor that is there tells when the next folder on the way comes. */

struct _LuminalFolderReturn
{
  GObject parent_instance;

  GFile *folder;
  GFile *ancestor;
  GFileMonitor *monitor;
  GCancellable *cancellable;
};

enum
{
  RETURNED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalFolderReturn, luminal_folder_return, G_TYPE_OBJECT)

static void look (LuminalFolderReturn *self,
                  GFile               *file);

static void
stop_monitor (LuminalFolderReturn *self)
{
  if (self->monitor != NULL)
    g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);
}

/* Something came to the ancestor, or left it; it may be the ancestor itself. */
static void
changed_cb (LuminalFolderReturn *self,
            GFile               *file,
            GFile               *other_file,
            GFileMonitorEvent    event)
{
  if (event == G_FILE_MONITOR_EVENT_CHANGED || event == G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT)
    return;

  look (self, self->folder);
}

static void
follow (LuminalFolderReturn *self,
        GFile               *ancestor)
{
  if (self->monitor != NULL && g_file_equal (self->ancestor, ancestor))
    return;

  stop_monitor (self);
  g_set_object (&self->ancestor, ancestor);
  self->monitor = g_file_monitor_directory (ancestor, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor == NULL)
    return;
  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);

  /* It may have come before the monitor was there. */
  look (self, self->folder);
}

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  LuminalFolderReturn *self = user_data;
  GFile *file = G_FILE (source);
  g_autoptr (GFile) parent = NULL;
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  info = g_file_query_info_finish (file, result, &error);
  /* Then there is a newer look, or nobody any more to tell. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (info != NULL && g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
    {
      if (!g_file_equal (file, self->folder))
        {
          follow (self, file);
          return;
        }

      stop_monitor (self);
      g_signal_emit (self, signals[RETURNED], 0);
      return;
    }

  parent = g_file_get_parent (file);
  if (parent != NULL)
    look (self, parent);
}

/* The newest look is the one that counts. */
static void
look (LuminalFolderReturn *self,
      GFile               *file)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT,
                           self->cancellable, looked_cb, self);
}

static void
luminal_folder_return_dispose (GObject *object)
{
  LuminalFolderReturn *self = LUMINAL_FOLDER_RETURN (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  stop_monitor (self);
  g_clear_object (&self->ancestor);
  g_clear_object (&self->folder);

  G_OBJECT_CLASS (luminal_folder_return_parent_class)->dispose (object);
}

static void
luminal_folder_return_class_init (LuminalFolderReturnClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = luminal_folder_return_dispose;

  /* The folder is there. */
  signals[RETURNED] = g_signal_new ("returned", LUMINAL_TYPE_FOLDER_RETURN, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
}

static void
luminal_folder_return_init (LuminalFolderReturn *self)
{
}

LuminalFolderReturn *
luminal_folder_return_new (GFile *folder)
{
  LuminalFolderReturn *self;

  g_return_val_if_fail (G_IS_FILE (folder), NULL);

  self = g_object_new (LUMINAL_TYPE_FOLDER_RETURN, NULL);
  self->folder = g_object_ref (folder);
  look (self, folder);

  return self;
}

GFile *
luminal_folder_return_get_folder (LuminalFolderReturn *self)
{
  g_return_val_if_fail (LUMINAL_IS_FOLDER_RETURN (self), NULL);

  return self->folder;
}
