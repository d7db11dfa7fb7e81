/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-dependency-watch.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "luminal-ancestor-watch.h"
#include "luminal-poll.h"
#include "luminal-reach.h"
#include "luminal-scanner.h"

struct _LuminalDependencyWatch
{
  GObject parent_instance;

  GHashTable *modules; /* path → GStrv */
  GHashTable *files;   /* path → Followed */
  GHashTable *folders; /* path → Folder */
  LuminalPoll *poll;
};

/* A file that modules are built from. */
typedef struct
{
  GPtrArray *modules; /* paths */
  LuminalStamp stamp; /* all zero: it was not there */
} Followed;

/* Files are followed by their folder: editors put another file in their place. A folder
 * that is not there is waited for in the nearest one above it that is. */
typedef struct
{
  LuminalDependencyWatch *owner;
  char *path;
  char *watched; /* that, or the one above it */
  GFileMonitor *monitor;
  gboolean is_silent; /* nobody tells of changes in it */
  gboolean is_limited; /* because there is no watch left */
  guint n_files;
} Folder;

static void folder_changed (Folder            *folder,
                            GFile             *file,
                            GFile             *other_file,
                            GFileMonitorEvent  event,
                            GFileMonitor      *monitor);

static GHashTable *luminal_dependency_watch_collect (gpointer owner);
static void luminal_dependency_watch_found (gpointer            owner,
                                            const char         *path,
                                            const LuminalStamp *stamp);
static void luminal_dependency_watch_has_room (gpointer owner);

static const LuminalPollMethods poll_methods = {
  luminal_dependency_watch_collect,
  luminal_dependency_watch_found,
  luminal_dependency_watch_has_room,
};

static guint changed_signal;
static guint left_signal;

G_DEFINE_FINAL_TYPE (LuminalDependencyWatch, luminal_dependency_watch, G_TYPE_OBJECT)

static void
followed_free (gpointer data)
{
  Followed *followed = data;

  g_ptr_array_unref (followed->modules);
  g_free (followed);
}

static void
stop_following (Folder *folder)
{
  if (folder->monitor != NULL)
    {
      g_signal_handlers_disconnect_by_data (folder->monitor, folder);
      g_file_monitor_cancel (folder->monitor);
    }
  g_clear_object (&folder->monitor);
  g_clear_pointer (&folder->watched, g_free);
}

static void
folder_free (gpointer data)
{
  Folder *folder = data;

  stop_following (folder);
  g_free (folder->path);
  g_free (folder);
}

static void
luminal_dependency_watch_finalize (GObject *object)
{
  LuminalDependencyWatch *self = LUMINAL_DEPENDENCY_WATCH (object);

  luminal_poll_stop (self->poll);
  g_object_unref (self->poll);
  g_hash_table_unref (self->modules);
  g_hash_table_unref (self->files);
  g_hash_table_unref (self->folders);

  G_OBJECT_CLASS (luminal_dependency_watch_parent_class)->finalize (object);
}

static void
luminal_dependency_watch_class_init (LuminalDependencyWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_dependency_watch_finalize;

  changed_signal = g_signal_new ("changed", LUMINAL_TYPE_DEPENDENCY_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  left_signal = g_signal_new ("left", LUMINAL_TYPE_DEPENDENCY_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
luminal_dependency_watch_init (LuminalDependencyWatch *self)
{
  self->modules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, followed_free);
  self->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, folder_free);
  self->poll = luminal_poll_new (&poll_methods, self);
}

LuminalDependencyWatch *
luminal_dependency_watch_new (void)
{
  return g_object_new (LUMINAL_TYPE_DEPENDENCY_WATCH, NULL);
}

static void
look_at (LuminalDependencyWatch *self,
         const char             *path)
{
  Followed *followed = g_hash_table_lookup (self->files, path);
  g_autoptr (GPtrArray) modules = NULL;
  LuminalStamp now;

  /* One that is gone is about to come back, or is missed at the next build. */
  if (followed == NULL || !luminal_scanner_stamp (path, &now) || luminal_stamp_equal (&followed->stamp, &now))
    return;

  followed->stamp = now;
  modules = g_ptr_array_copy (followed->modules, (GCopyFunc) (void (*) (void)) g_strdup, NULL);
  g_ptr_array_set_free_func (modules, g_free);
  for (guint i = 0; i < modules->len; i++)
    g_signal_emit (self, changed_signal, 0, modules->pdata[i]);
}

static void
look_at_file (LuminalDependencyWatch *self,
              GFile                  *file)
{
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    look_at (self, path);
}

static void
look_at_all_in (LuminalDependencyWatch *self,
                const char             *folder)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  const char *path;

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, NULL))
    {
      g_autofree char *name = g_path_get_dirname (path);

      if (g_str_equal (name, folder))
        g_ptr_array_add (paths, g_strdup (path));
    }
  for (guint i = 0; i < paths->len; i++)
    look_at (self, paths->pdata[i]);
}

static char *
add_monitor (Folder *folder)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder->watched);
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) before = luminal_reach_list_watches ();
  g_autofree char *limit = before == NULL ? luminal_reach_check_instance () : NULL;
  g_autoptr (GPtrArray) added = g_ptr_array_new ();

  if (limit != NULL)
    return g_steal_pointer (&limit);

  folder->monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);
  if (folder->monitor == NULL)
    return g_strdup (error->message);

  g_signal_connect_swapped (folder->monitor, "changed", G_CALLBACK (folder_changed), folder);
  g_ptr_array_add (added, folder->watched);
  return luminal_reach_check_added (added, before);
}

static gboolean
is_on_silent_file_system (const char *path)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
  g_autofree char *reason = fd >= 0 ? luminal_reach_check_file_system (fd, path) : NULL;

  if (fd >= 0)
    close (fd);
  return reason != NULL;
}

/* Until it is followed, it may come or go. */
static void
begin_following (Folder *folder)
{
  for (;;)
    {
      g_autofree char *nearest = luminal_ancestor_find (folder->path);
      g_autofree char *limit = NULL;

      if (g_strcmp0 (nearest, folder->watched) == 0)
        return;

      stop_following (folder);
      folder->watched = g_steal_pointer (&nearest);
      limit = add_monitor (folder);
      folder->is_limited = limit != NULL;
      folder->is_silent = limit != NULL || is_on_silent_file_system (folder->watched);
    }
}

/* Only while there is a folder that needs it. */
static void
update_poll (LuminalDependencyWatch *self)
{
  const char *limited = NULL;
  gboolean any = FALSE;
  GHashTableIter iter;
  Folder *folder;

  g_hash_table_iter_init (&iter, self->folders);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &folder))
    {
      any |= folder->is_silent;
      if (folder->is_limited)
        limited = folder->watched;
    }

  luminal_poll_ask_for_room (self->poll, limited);
  if (any)
    luminal_poll_start (self->poll);
  else
    luminal_poll_stop (self->poll);
}

static GHashTable *
luminal_dependency_watch_collect (gpointer owner)
{
  LuminalDependencyWatch *self = owner;
  GHashTable *known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  const char *path;
  Followed *followed;

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, (gpointer *) &followed))
    {
      g_autofree char *name = g_path_get_dirname (path);
      Folder *folder = g_hash_table_lookup (self->folders, name);

      if (folder->is_silent)
        g_hash_table_insert (known, g_strdup (path), g_memdup2 (&followed->stamp, sizeof followed->stamp));
    }

  return known;
}

static void
luminal_dependency_watch_found (gpointer            owner,
                                const char         *path,
                                const LuminalStamp *stamp)
{
  g_autoptr (LuminalDependencyWatch) self = g_object_ref (owner);
  Followed *followed = g_hash_table_lookup (self->files, path);

  if (stamp != NULL)
    look_at (self, path);
  else if (followed != NULL)
    memset (&followed->stamp, 0, sizeof followed->stamp);
}

/* What happens until the monitors are there is found by the looks, which go on as long as
 * one of them is silent. */
static void
luminal_dependency_watch_has_room (gpointer owner)
{
  g_autoptr (LuminalDependencyWatch) self = g_object_ref (owner);
  g_autoptr (GPtrArray) again = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  Folder *folder;

  g_hash_table_iter_init (&iter, self->folders);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &folder))
    {
      if (!folder->is_limited)
        continue;
      stop_following (folder);
      begin_following (folder);
      if (!folder->is_limited)
        g_ptr_array_add (again, g_strdup (folder->path));
    }
  update_poll (self);

  for (guint i = 0; i < again->len; i++)
    look_at_all_in (self, again->pdata[i]);
}

static gboolean
is_itself (Folder *folder,
           GFile  *file)
{
  return g_strcmp0 (g_file_peek_path (file), folder->path) == 0;
}

static void
folder_changed (Folder            *folder,
                GFile             *file,
                GFile             *other_file,
                GFileMonitorEvent  event,
                GFileMonitor      *monitor)
{
  g_autoptr (LuminalDependencyWatch) self = g_object_ref (folder->owner);

  if (!g_str_equal (folder->watched, folder->path) || (event == G_FILE_MONITOR_EVENT_DELETED && is_itself (folder, file)))
    {
      g_autofree char *path = g_strdup (folder->path);

      stop_following (folder);
      begin_following (folder);
      update_poll (self);
      if (g_str_equal (folder->watched, path))
        look_at_all_in (self, path);
      return;
    }

  /* Half of a header is not to be built with: its writer has to have finished. */
  if (event == G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT || event == G_FILE_MONITOR_EVENT_MOVED_IN)
    look_at_file (self, file);
  else if (event == G_FILE_MONITOR_EVENT_RENAMED)
    look_at_file (self, other_file);
}

static void
follow_folder (LuminalDependencyWatch *self,
               const char             *path)
{
  g_autofree char *name = g_path_get_dirname (path);
  Folder *folder = g_hash_table_lookup (self->folders, name);

  if (folder == NULL)
    {
      folder = g_new0 (Folder, 1);
      folder->owner = self;
      folder->path = g_strdup (name);
      begin_following (folder);
      g_hash_table_insert (self->folders, g_steal_pointer (&name), folder);
      update_poll (self);
    }

  folder->n_files++;
}

static void
leave_folder (LuminalDependencyWatch *self,
              const char             *path)
{
  g_autofree char *name = g_path_get_dirname (path);
  Folder *folder = g_hash_table_lookup (self->folders, name);

  if (--folder->n_files > 0)
    return;

  g_hash_table_remove (self->folders, name);
  update_poll (self);
}

/* Returns whether it has changed since. Another module may have followed it already, and
 * been told. */
static gboolean
follow (LuminalDependencyWatch *self,
        const char             *path,
        const char             *module,
        gint64                  since)
{
  Followed *followed = g_hash_table_lookup (self->files, path);

  if (followed == NULL)
    {
      followed = g_new0 (Followed, 1);
      followed->modules = g_ptr_array_new_with_free_func (g_free);
      luminal_scanner_stamp (path, &followed->stamp);
      g_hash_table_insert (self->files, g_strdup (path), followed);
      follow_folder (self, path);
    }

  g_ptr_array_add (followed->modules, g_strdup (module));
  return followed->stamp.changed >= since;
}

/* Returns whether nobody follows it now. */
static gboolean
leave (LuminalDependencyWatch *self,
       const char             *path,
       const char             *module)
{
  Followed *followed = g_hash_table_lookup (self->files, path);
  guint index;

  if (followed == NULL || !g_ptr_array_find_with_equal_func (followed->modules, module, g_str_equal, &index))
    return FALSE;

  g_ptr_array_remove_index_fast (followed->modules, index);
  if (followed->modules->len > 0)
    return FALSE;

  leave_folder (self, path);
  g_hash_table_remove (self->files, path);
  return TRUE;
}

void
luminal_dependency_watch_set (LuminalDependencyWatch *self,
                              const char             *path,
                              const char *const      *dependencies,
                              gint64                  since)
{
  g_auto (GStrv) before = NULL;
  g_autoptr (GPtrArray) left = g_ptr_array_new ();
  g_autofree char *kept = g_strdup (path);
  gboolean is_newer = FALSE;

  if (!g_hash_table_contains (self->modules, path) && (dependencies == NULL || *dependencies == NULL))
    return;

  before = g_strdupv (g_hash_table_lookup (self->modules, path));
  if (before != NULL && dependencies != NULL && g_strv_equal ((const char *const *) before, dependencies))
    return;

  /* First the new ones, so that those that stay are followed all along. */
  for (guint i = 0; dependencies != NULL && dependencies[i] != NULL; i++)
    is_newer |= follow (self, dependencies[i], path, since);
  for (guint i = 0; before != NULL && before[i] != NULL; i++)
    {
      if (leave (self, before[i], path))
        g_ptr_array_add (left, before[i]);
    }

  if (dependencies != NULL && *dependencies != NULL)
    g_hash_table_replace (self->modules, g_strdup (path), g_strdupv ((GStrv) dependencies));
  else
    g_hash_table_remove (self->modules, path);

  if (is_newer)
    g_signal_emit (self, changed_signal, 0, kept);
  for (guint i = 0; i < left->len; i++)
    g_signal_emit (self, left_signal, 0, left->pdata[i]);
}

gboolean
luminal_dependency_watch_knows (LuminalDependencyWatch *self,
                                const char             *file)
{
  return g_hash_table_contains (self->files, file);
}
