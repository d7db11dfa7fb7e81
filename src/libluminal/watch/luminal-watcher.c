/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-watcher.h"

#include <glib/gi18n-lib.h>

#include "luminal-ancestor-watch.h"
#include "luminal-burst.h"
#include "luminal-clear-source.h"
#include "luminal-error-private.h"
#include "luminal-folder-monitors.h"
#include "luminal-poll.h"

/* Until a folder that could not be looked into is tried again. */
#define RETRY_SECONDS 1

struct _LuminalWatcher
{
  GObject parent_instance;

  char *path;
  gboolean recursive;

  LuminalFolderMonitors *monitors;
  GHashTable *folders; /* path → LuminalStamp, as last polled; all zero: never */
  GHashTable *stamps;  /* path of a module → LuminalStamp, as last reported */
  LuminalAncestorWatch *ancestor;
  LuminalPoll *poll;
  char *silence; /* why the folder is polled; NULL: it is not */

  GTask *starting;
  GCancellable *scanning;
  gboolean scan_again;
  GSource *retry;
  gboolean is_rescanning;
  gboolean is_stopped;

  LuminalBurst *burst; /* the rescan that it leads to counts as begun */
};

enum
{
  CHANGED,
  VANISHED,
  RENAMED,
  RESCANNING,
  POLLING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalWatcher, luminal_watcher, G_TYPE_OBJECT)

static void luminal_watcher_scan (LuminalWatcher *self);
static void luminal_watcher_wait_for_root (LuminalWatcher *self);
static void ancestor_changed (gpointer user_data);
static void burst_began (gpointer user_data);
static void burst_ended (gpointer user_data);
static GHashTable *luminal_watcher_collect (gpointer owner);
static void luminal_watcher_found (gpointer            owner,
                                   const char         *path,
                                   const LuminalStamp *stamp);
static void luminal_watcher_has_room (gpointer owner);
static void folder_changed (LuminalWatcher    *self,
                            GFile             *file,
                            GFile             *other_file,
                            GFileMonitorEvent  event,
                            GFileMonitor      *monitor);

static const LuminalPollMethods poll_methods = {
  luminal_watcher_collect,
  luminal_watcher_found,
  luminal_watcher_has_room,
};

static void
luminal_watcher_finalize (GObject *object)
{
  LuminalWatcher *self = LUMINAL_WATCHER (object);

  g_assert (self->scanning == NULL);
  luminal_ancestor_watch_free (self->ancestor);
  luminal_clear_source (&self->retry);
  luminal_poll_stop (self->poll);
  g_object_unref (self->poll);
  luminal_folder_monitors_free (self->monitors);
  luminal_burst_free (self->burst);
  g_hash_table_unref (self->folders);
  g_hash_table_unref (self->stamps);
  g_free (self->silence);
  g_free (self->path);

  G_OBJECT_CLASS (luminal_watcher_parent_class)->finalize (object);
}

static void
luminal_watcher_class_init (LuminalWatcherClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_watcher_finalize;

  signals[CHANGED] = g_signal_new ("changed", LUMINAL_TYPE_WATCHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[VANISHED] = g_signal_new ("vanished", LUMINAL_TYPE_WATCHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[RENAMED] = g_signal_new ("renamed", LUMINAL_TYPE_WATCHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[RESCANNING] = g_signal_new ("rescanning", LUMINAL_TYPE_WATCHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[POLLING] = g_signal_new ("polling", LUMINAL_TYPE_WATCHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
luminal_watcher_init (LuminalWatcher *self)
{
  self->monitors = luminal_folder_monitors_new (G_CALLBACK (folder_changed), self);
  self->poll = luminal_poll_new (&poll_methods, self);
  self->ancestor = luminal_ancestor_watch_new (ancestor_changed, self);
  self->burst = luminal_burst_new (burst_began, burst_ended, self);
  self->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->stamps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

LuminalWatcher *
luminal_watcher_new (const char *path,
                     gboolean    recursive)
{
  LuminalWatcher *self = g_object_new (LUMINAL_TYPE_WATCHER, NULL);

  self->path = g_strdup (path);
  self->recursive = recursive;

  return self;
}

static void
set_rescanning (LuminalWatcher *self,
                gboolean        active)
{
  if (self->is_rescanning == active)
    return;

  self->is_rescanning = active;
  g_signal_emit (self, signals[RESCANNING], 0, active);
}

static void
report_changed (LuminalWatcher     *self,
                const char         *path,
                const LuminalStamp *stamp,
                gboolean            only_attributes)
{
  if (self->is_stopped)
    return;

  g_hash_table_replace (self->stamps, g_strdup (path), g_memdup2 (stamp, sizeof *stamp));
  g_signal_emit (self, signals[CHANGED], 0, path, only_attributes);
}

static void
report_vanished (LuminalWatcher *self,
                 const char     *path)
{
  g_autofree char *kept = g_strdup (path);

  if (g_hash_table_remove (self->stamps, kept) && !self->is_stopped)
    g_signal_emit (self, signals[VANISHED], 0, kept);
}

/* It has come into being, and nobody has finished it yet. Whether it vanishes is to
 * be told all the same. */
static void
remember_unfinished (LuminalWatcher *self,
                     const char     *path)
{
  g_autofree char *name = g_path_get_basename (path);
  LuminalStamp stamp;

  if (luminal_scanner_is_module_name (name) && !g_hash_table_contains (self->stamps, path) &&
      luminal_scanner_stamp (path, &stamp))
    g_hash_table_insert (self->stamps, g_strdup (path), g_new0 (LuminalStamp, 1));
}

/* A folder went away, with all that was in it. */
static void
forget_folder (LuminalWatcher *self,
               const char     *folder)
{
  g_autofree char *kept = g_strdup (folder);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  const char *path;

  luminal_folder_monitors_remove (self->monitors, kept);
  g_hash_table_iter_init (&iter, self->folders);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, NULL))
    {
      if (luminal_scanner_is_inside (path, kept))
        g_hash_table_iter_remove (&iter);
    }

  g_hash_table_iter_init (&iter, self->stamps);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, NULL))
    {
      if (luminal_scanner_is_inside (path, kept))
        g_ptr_array_add (gone, g_strdup (path));
    }
  for (guint i = 0; i < gone->len; i++)
    report_vanished (self, gone->pdata[i]);
}

static void
burst_began (gpointer user_data)
{
  set_rescanning (user_data, TRUE);
}

static void
burst_ended (gpointer user_data)
{
  luminal_watcher_scan (user_data);
}

/* GIO gives a link two events: when it comes into being, and one it makes up for a
 * writer that it believes in, two seconds later. */
static gboolean
is_known_link (LuminalWatcher     *self,
               const char         *path,
               const LuminalStamp *stamp)
{
  const LuminalStamp *known = g_hash_table_lookup (self->stamps, path);

  return known != NULL && luminal_stamp_equal (known, stamp) && g_file_test (path, G_FILE_TEST_IS_SYMLINK);
}

static void
entry_is_there (LuminalWatcher *self,
                const char     *path,
                gboolean        only_attributes)
{
  g_autofree char *name = g_path_get_basename (path);
  LuminalStamp stamp;

  if (luminal_scanner_is_hidden_name (name))
    return;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      if (!only_attributes || !luminal_folder_monitors_contains (self->monitors, path))
        luminal_watcher_scan (self);
    }
  else if (luminal_scanner_is_module_name (name))
    {
      /* It may be gone by now, or a link that leads nowhere. */
      if (!luminal_scanner_stamp (path, &stamp))
        report_vanished (self, path);
      else if (!is_known_link (self, path, &stamp))
        report_changed (self, path, &stamp, only_attributes);
    }
}

static void
entry_is_gone (LuminalWatcher *self,
               const char     *path)
{
  if (g_str_equal (path, self->path))
    {
      forget_folder (self, path);
      luminal_watcher_wait_for_root (self);
    }
  else if (luminal_folder_monitors_contains (self->monitors, path))
    {
      forget_folder (self, path);
      /* Moved over by another in the same moment, as likely as not. */
      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        luminal_watcher_scan (self);
    }
  else
    {
      report_vanished (self, path);
    }
}

/* Returns whether it was a known module, and is one under its new name. */
static gboolean
report_renamed (LuminalWatcher *self,
                const char     *from,
                const char     *to)
{
  g_autofree char *name = g_path_get_basename (to);
  LuminalStamp stamp;

  if (self->is_stopped || !luminal_scanner_is_module_name (name) ||
      !g_hash_table_contains (self->stamps, from) || !luminal_scanner_stamp (to, &stamp))
    return FALSE;

  g_hash_table_remove (self->stamps, from);
  g_hash_table_replace (self->stamps, g_strdup (to), g_memdup2 (&stamp, sizeof stamp));
  g_signal_emit (self, signals[RENAMED], 0, from, to);
  return TRUE;
}

static void
folder_changed (LuminalWatcher    *self,
                GFile             *file,
                GFile             *other_file,
                GFileMonitorEvent  event,
                GFileMonitor      *monitor)
{
  g_autoptr (LuminalWatcher) kept = g_object_ref (self);
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *other_path = other_file != NULL ? g_file_get_path (other_file) : NULL;

  if (path == NULL)
    return;

  luminal_burst_count (self->burst);
  switch (event)
    {
    case G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT:
    case G_FILE_MONITOR_EVENT_MOVED_IN:
      entry_is_there (self, path, FALSE);
      break;
    case G_FILE_MONITOR_EVENT_CREATED:
      /* A file that is being written is left alone until its writer has finished;
       * a folder or a link never "finishes". */
      if (g_file_test (path, G_FILE_TEST_IS_DIR) || g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        entry_is_there (self, path, FALSE);
      else
        remember_unfinished (self, path);
      break;
    case G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED:
      entry_is_there (self, path, TRUE);
      break;
    case G_FILE_MONITOR_EVENT_RENAMED:
      if (other_path != NULL && report_renamed (self, path, other_path))
        break;
      entry_is_gone (self, path);
      if (other_path != NULL)
        entry_is_there (self, other_path, FALSE);
      break;
    case G_FILE_MONITOR_EVENT_DELETED:
    case G_FILE_MONITOR_EVENT_MOVED_OUT:
    case G_FILE_MONITOR_EVENT_UNMOUNTED:
      entry_is_gone (self, path);
      break;
    case G_FILE_MONITOR_EVENT_MOVED:
    case G_FILE_MONITOR_EVENT_PRE_UNMOUNT:
    case G_FILE_MONITOR_EVENT_CHANGED:
    default:
      break;
    }
}

static void
ancestor_changed (gpointer user_data)
{
  g_autoptr (LuminalWatcher) kept = g_object_ref (user_data);

  luminal_watcher_wait_for_root (kept);
}

static void
luminal_watcher_wait_for_root (LuminalWatcher *self)
{
  if (self->is_stopped)
    return;

  luminal_ancestor_watch_stop (self->ancestor);
  if (g_file_test (self->path, G_FILE_TEST_IS_DIR))
    {
      luminal_watcher_scan (self);
      return;
    }

  /* Where nobody would tell, it is looked for. */
  if (luminal_folder_monitors_get_limit (self->monitors) != NULL)
    return;

  luminal_ancestor_watch_start (self->ancestor, self->path);
  /* It may have come back before. */
  if (g_file_test (self->path, G_FILE_TEST_IS_DIR))
    luminal_watcher_wait_for_root (self);
}

static void
report_if_changed (LuminalWatcher     *self,
                   const char         *path,
                   const LuminalStamp *stamp)
{
  const LuminalStamp *known = g_hash_table_lookup (self->stamps, path);
  LuminalStamp now;

  if (known != NULL && luminal_stamp_equal (known, stamp))
    return;

  /* What the scan saw is older than the events that came meanwhile. Where none come,
   * somebody may be writing it. */
  if (!luminal_scanner_stamp (path, &now))
    report_vanished (self, path);
  else if (!luminal_poll_is_on (self->poll) || luminal_poll_settled (self->poll, path, &now))
    report_changed (self, path, &now, FALSE);
}

/* Nothing is to be done about these, but that they vanish matters if they come to count. */
static void
remember_passed_over (LuminalWatcher *self,
                      LuminalScan    *scan)
{
  GHashTableIter iter;
  const char *path;

  g_hash_table_iter_init (&iter, scan->passed_over);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, NULL))
    {
      const LuminalStamp *stamp = g_hash_table_lookup (scan->modules, path);

      if (stamp != NULL)
        g_hash_table_replace (self->stamps, g_strdup (path), g_memdup2 (stamp, sizeof *stamp));
    }
}

static void
compare_with_scan (LuminalWatcher *self,
                   LuminalScan    *scan)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  LuminalStamp stamp;
  const char *path;

  remember_passed_over (self, scan);
  g_hash_table_iter_init (&iter, self->stamps);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, NULL))
    {
      if (!g_hash_table_contains (scan->modules, path))
        g_ptr_array_add (gone, g_strdup (path));
    }

  /* Some are passed over only because a module has come to lie beside their
   * package: they stay. */
  for (guint i = 0; i < gone->len; i++)
    {
      if (luminal_scanner_stamp (gone->pdata[i], &stamp))
        report_if_changed (self, gone->pdata[i], &stamp);
      else
        report_vanished (self, gone->pdata[i]);
    }

  for (guint i = 0; i < scan->order->len; i++)
    {
      const char *found = scan->order->pdata[i];

      report_if_changed (self, found, g_hash_table_lookup (scan->modules, found));
    }
}

static void
set_silence (LuminalWatcher *self,
             const char     *reason)
{
  if (reason != NULL)
    luminal_poll_start (self->poll);
  else
    luminal_poll_stop (self->poll);

  if (g_strcmp0 (self->silence, reason) == 0)
    return;

  g_free (self->silence);
  self->silence = g_strdup (reason);
  g_signal_emit (self, signals[POLLING], 0, reason);
}

static GHashTable *
luminal_watcher_collect (gpointer owner)
{
  LuminalWatcher *self = owner;
  GHashTable *known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  luminal_poll_add_known (known, self->stamps);
  luminal_poll_add_known (known, self->folders);
  /* Also when it is gone, so that its return is seen. */
  if (!g_hash_table_contains (known, self->path))
    g_hash_table_insert (known, g_strdup (self->path), g_new0 (LuminalStamp, 1));

  return known;
}

static void
luminal_watcher_found (gpointer            owner,
                       const char         *path,
                       const LuminalStamp *stamp)
{
  g_autoptr (LuminalWatcher) self = g_object_ref (owner);
  const LuminalStamp *known = g_hash_table_lookup (self->stamps, path);

  if (stamp == NULL)
    {
      entry_is_gone (self, path);
    }
  else if (g_hash_table_contains (self->folders, path) || g_str_equal (path, self->path))
    {
      g_hash_table_replace (self->folders, g_strdup (path), g_memdup2 (stamp, sizeof *stamp));
      luminal_watcher_scan (self);
    }
  else if (known == NULL || !luminal_stamp_equal (known, stamp))
    {
      report_changed (self, path, stamp, FALSE);
    }
}

static void
luminal_watcher_has_room (gpointer owner)
{
  LuminalWatcher *self = owner;

  if (luminal_folder_monitors_retry (self->monitors))
    luminal_watcher_scan (self);
}

/* The first scan tells what is there by its result, not by signals. */
static void
finish_start (LuminalWatcher *self,
              LuminalScan    *scan)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->starting);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  remember_passed_over (self, scan);
  for (guint i = 0; i < scan->order->len; i++)
    {
      const char *path = scan->order->pdata[i];
      LuminalStamp *stamp = g_memdup2 (g_hash_table_lookup (scan->modules, path), sizeof (LuminalStamp));

      g_hash_table_replace (self->stamps, g_strdup (path), stamp);
      g_ptr_array_add (paths, g_strdup (path));
    }

  g_task_return_pointer (task, g_steal_pointer (&paths), (GDestroyNotify) g_ptr_array_unref);
}

/* Returns whether some are watched now that were not before. */
static gboolean
watch_folders (LuminalWatcher *self,
               LuminalScan    *scan)
{
  gboolean any_new = luminal_folder_monitors_add (self->monitors, scan->folders);
  const char *limit = luminal_folder_monitors_get_limit (self->monitors);
  GHashTableIter iter;
  const char *folder;

  g_hash_table_iter_init (&iter, scan->folders);
  while (g_hash_table_iter_next (&iter, (gpointer *) &folder, NULL))
    {
      if (!g_hash_table_contains (self->folders, folder))
        g_hash_table_insert (self->folders, g_strdup (folder), g_new0 (LuminalStamp, 1));
    }

  luminal_poll_ask_for_room (self->poll, limit != NULL ? self->path : NULL);
  set_silence (self, limit != NULL ? limit : scan->silence);
  return any_new;
}

static gboolean
retry (gpointer user_data)
{
  LuminalWatcher *self = user_data;

  luminal_clear_source (&self->retry);
  luminal_watcher_scan (self);
  return G_SOURCE_REMOVE;
}

static void
retry_later (LuminalWatcher *self)
{
  if (self->retry != NULL)
    return;

  self->retry = g_timeout_source_new_seconds (RETRY_SECONDS);
  g_source_set_static_name (self->retry, "[luminal] folder that could not be read");
  g_source_set_callback (self->retry, retry, self, NULL);
  g_source_attach (self->retry, g_main_context_get_thread_default ());
}

static void
scanned (GObject      *source_object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (LuminalWatcher) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LuminalScan) scan = luminal_scanner_scan_finish (result, &error);
  gboolean again = self->scan_again;

  g_clear_object (&self->scanning);
  self->scan_again = FALSE;

  if (scan != NULL && !self->is_stopped)
    {
      /* What happened in a folder before it was watched has to be looked for. */
      again |= watch_folders (self, scan);
      if (self->starting == NULL)
        compare_with_scan (self, scan);
      else if (!again)
        finish_start (self, scan);
    }

  if (again && !self->is_stopped)
    luminal_watcher_scan (self);
  else if (!self->is_stopped && self->starting == NULL &&
           g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_DIRECTORY_NOT_FOUND))
    luminal_watcher_wait_for_root (self);
  else if (!self->is_stopped && self->starting == NULL &&
           ((scan != NULL && scan->is_incomplete) || g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_UNREADABLE)))
    retry_later (self);

  if (self->starting != NULL && (scan == NULL || self->is_stopped))
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->starting);

      if (error == NULL)
        error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The watch was stopped"));
      g_task_return_error (task, g_steal_pointer (&error));
    }

  if (self->scanning == NULL && !luminal_burst_is_on (self->burst))
    set_rescanning (self, FALSE);
}

static void
luminal_watcher_scan (LuminalWatcher *self)
{
  if (self->is_stopped)
    return;

  if (self->scanning != NULL)
    {
      self->scan_again = TRUE;
      return;
    }

  set_rescanning (self, TRUE);
  self->scanning = g_cancellable_new ();
  luminal_scanner_scan_async (self->path, self->recursive, self->scanning, scanned, g_object_ref (self));
}

void
luminal_watcher_start_async (LuminalWatcher      *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  self->starting = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->starting, luminal_watcher_start_async);

  luminal_watcher_scan (self);
}

GPtrArray *
luminal_watcher_start_finish (LuminalWatcher  *self,
                              GAsyncResult    *result,
                              GError         **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Whether @path is a file in the folder that could be a module. */
gboolean
luminal_watcher_knows (LuminalWatcher *self,
                       const char     *path)
{
  return g_hash_table_contains (self->stamps, path);
}

const char *
luminal_watcher_get_silence (LuminalWatcher *self)
{
  return self->silence;
}

/* Nothing is reported any more. */
void
luminal_watcher_stop (LuminalWatcher *self)
{
  self->is_stopped = TRUE;
  luminal_folder_monitors_clear (self->monitors);
  luminal_poll_stop (self->poll);
  luminal_ancestor_watch_stop (self->ancestor);
  luminal_clear_source (&self->retry);
  luminal_burst_stop (self->burst);
  if (self->scanning != NULL)
    g_cancellable_cancel (self->scanning);
  else
    set_rescanning (self, FALSE);
}
