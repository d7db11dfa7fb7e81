/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-watch-session-private.h"

#include <glib/gi18n-lib.h>

#include "luminal-error.h"
#include "luminal-passed-over.h"
#include "luminal-scanner.h"

static guint settled_signal;
static guint polling_signal;

G_DEFINE_FINAL_TYPE (LuminalWatchSession, luminal_watch_session, G_TYPE_OBJECT)

static void luminal_watch_session_load (LuminalWatchSession *self,
                                        WatchedFile         *file,
                                        LuminalJobManner     manner);

static void
watched_file_free (WatchedFile *file)
{
  g_assert (file->grace == NULL);
  g_clear_object (&file->cancellable);
  g_free (file->path);
  g_free (file);
}

static void
luminal_watch_session_finalize (GObject *object)
{
  LuminalWatchSession *self = LUMINAL_WATCH_SESSION (object);

  g_assert (self->n_operations == 0);
  g_clear_object (&self->registry);
  g_clear_object (&self->operations);
  g_clear_object (&self->watcher);
  g_clear_object (&self->dependencies);
  g_strfreev (self->other_classes);
  g_hash_table_unref (self->files);
  g_hash_table_unref (self->nameless);
  g_hash_table_unref (self->noticed);
  g_ptr_array_unref (self->stopping);
  luminal_watch_cycle_clear (&self->cycle);

  G_OBJECT_CLASS (luminal_watch_session_parent_class)->finalize (object);
}

static void
luminal_watch_session_class_init (LuminalWatchSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_watch_session_finalize;

  settled_signal = g_signal_new ("settled", LUMINAL_TYPE_WATCH_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 4, G_TYPE_STRV, G_TYPE_STRV, G_TYPE_STRV,
                                 G_TYPE_STRV);
  polling_signal = g_signal_new ("polling", LUMINAL_TYPE_WATCH_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
luminal_watch_session_init (LuminalWatchSession *self)
{
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) watched_file_free);
  self->nameless = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->noticed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, luminal_watch_notice_free);
  self->stopping = g_ptr_array_new_with_free_func (g_object_unref);
  luminal_watch_cycle_init (&self->cycle);
}

/* A file that was renamed brings its photons under the same names: they are taken
 * until the grace time of the old file is over. */
static void
note_nameless (LuminalWatchSession *self,
               LuminalEvent        *event)
{
  if (g_error_matches (luminal_event_get_error (event), LUMINAL_ERROR, LUMINAL_ERROR_NAME_TAKEN))
    g_hash_table_add (self->nameless, g_file_get_path (luminal_event_get_file (event)));
}

/* What they wait for may be free now. */
static void
retry_nameless (LuminalWatchSession *self)
{
  g_autoptr (GHashTable) paths = NULL;
  GHashTableIter iter;
  gpointer path;

  if (g_hash_table_size (self->nameless) == 0 || self->is_stopped)
    return;

  paths = g_steal_pointer (&self->nameless);
  self->nameless = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_iter_init (&iter, paths);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    {
      if (luminal_registry_lookup_module (self->registry, path) != NULL)
        luminal_watch_session_file_changed (self, path, FALSE, self->watcher);
    }
}

static void
note_event (LuminalWatchSession *self,
            LuminalEvent        *event)
{
  g_autofree char *path = g_file_get_path (luminal_event_get_file (event));
  LuminalEventKind kind = luminal_event_get_kind (event);

  luminal_watch_cycle_note (&self->cycle, event);
  if (path == NULL || self->is_stopped || kind == LUMINAL_EVENT_OUTPUT)
    return;

  luminal_watch_source_follow (self, event, path);
  luminal_watch_notice_check (self, kind, path);
  if (kind == LUMINAL_EVENT_FAILED)
    note_nameless (self, event);
  else if (kind == LUMINAL_EVENT_UNLOADED)
    luminal_passed_over_check (self->registry, path);
}

static void
become_busy (LuminalWatchSession *self)
{
  self->n_busy++;
}

static void
become_less_busy (LuminalWatchSession *self)
{
  g_autoptr (LuminalWatchSession) kept = g_object_ref (self);

  if (--self->n_busy > 0 || self->starting != NULL)
    return;

  if (!self->is_stopped)
    g_signal_emit (self, settled_signal, 0, self->cycle.loaded->pdata, self->cycle.reloaded->pdata,
                   self->cycle.failed->pdata, self->cycle.unloaded->pdata);
  luminal_watch_cycle_reset (&self->cycle);
}

static void
operation_begins (LuminalWatchSession *self)
{
  self->n_operations++;
  become_busy (self);
}

static void
operation_ends (LuminalWatchSession *self)
{
  g_autoptr (LuminalWatchSession) kept = g_object_ref (self);

  self->n_operations--;
  become_less_busy (self);

  if (self->n_operations == 0 && self->stopping->len > 0)
    {
      g_autoptr (GPtrArray) tasks = g_steal_pointer (&self->stopping);

      self->stopping = g_ptr_array_new_with_free_func (g_object_unref);
      for (guint i = 0; i < tasks->len; i++)
        g_task_return_boolean (tasks->pdata[i], TRUE);
    }
}

static void
first_one_done (LuminalWatchSession *self)
{
  if (--self->n_first > 0)
    return;

  if (self->starting != NULL)
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->starting);

      if (self->is_stopped)
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The watch was stopped"));
      else
        g_task_return_boolean (task, TRUE);
    }
}

static WatchedFile *
ensure_file (LuminalWatchSession *self,
             const char          *path)
{
  WatchedFile *file = g_hash_table_lookup (self->files, path);

  if (file == NULL)
    {
      file = g_new0 (WatchedFile, 1);
      file->session = self;
      file->path = g_strdup (path);
      g_hash_table_insert (self->files, file->path, file);
    }

  return file;
}

static void
drop_if_done (LuminalWatchSession *self,
              WatchedFile         *file)
{
  if (file->cancellable == NULL && file->grace == NULL)
    g_hash_table_remove (self->files, file->path);
}

static gboolean
is_unreadable (const GError *error)
{
  return g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_UNREADABLE);
}

static void
file_loaded (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  WatchedFile *file = user_data;
  g_autoptr (LuminalWatchSession) self = g_object_ref (file->session);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) handlers = luminal_operations_load_finish (result, &error);
  gboolean was_first = file->is_first;

  /* What failed was told as an event, and is on record. */
  g_clear_object (&file->cancellable);
  file->is_first = FALSE;

  if ((file->is_outdated || (file->has_new_rights && is_unreadable (error))) && !self->is_stopped)
    luminal_watch_session_load (self, file, LUMINAL_JOB_PROMPT);
  else if (g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND) && !self->is_stopped)
    luminal_watch_session_file_vanished (self, file->path, self->watcher);
  else
    {
      g_autofree char *path = g_strdup (file->path);

      drop_if_done (self, file);
      if (!self->is_stopped)
        luminal_watch_source_choose_beside (self, path, error);
    }

  if (was_first)
    first_one_done (self);
  operation_ends (self);
}

static void
luminal_watch_session_load (LuminalWatchSession *self,
                            WatchedFile         *file,
                            LuminalJobManner     manner)
{
  const LuminalLoadRequest request = {
    .photon_base = self->photon_base,
    .other_classes = (const char *const *) self->other_classes,
    .autostart = TRUE,
    .flags = LUMINAL_TRANSACTION_RECORD_FAILURE | LUMINAL_TRANSACTION_SKIP_FOREIGN |
             LUMINAL_TRANSACTION_SKIP_MISSING | LUMINAL_TRANSACTION_TAKE_OVER | LUMINAL_TRANSACTION_HEED_QUARANTINE,
    .manner = manner,
  };

  operation_begins (self);
  file->is_outdated = FALSE;
  file->has_new_rights = FALSE;
  file->cancellable = g_cancellable_new ();
  luminal_operations_load_async (self->operations, file->path, &request, TRUE, file->cancellable,
                                 file_loaded, file);
}

static void
end_grace (WatchedFile *file)
{
  if (file->grace == NULL)
    return;

  g_source_destroy (file->grace);
  g_clear_pointer (&file->grace, g_source_unref);
  become_less_busy (file->session);
}

/* A header of it has changed. */
static void
dependency_changed (LuminalWatchSession    *self,
                    const char             *path,
                    LuminalDependencyWatch *dependencies)
{
  if (self->is_notice_only && !self->is_stopped)
    luminal_watch_notice_outdated (self, path);
  luminal_watch_session_file_changed (self, path, FALSE, self->watcher);
}

/* New rights matter to a file that could not be read, and to no other. */
static gboolean
was_unreadable (LuminalModule *module)
{
  return module->handlers->len > 0 && is_unreadable (luminal_handler_get_error (module->handlers->pdata[0]));
}

void
luminal_watch_session_file_changed (LuminalWatchSession *self,
                                    const char          *path,
                                    gboolean             only_attributes,
                                    LuminalWatcher      *watcher)
{
  LuminalModule *module = luminal_registry_lookup_module (self->registry, path);
  WatchedFile *file;

  /* A source that another is built with is no module of its own. */
  if (self->is_stopped || luminal_watch_source_is_passed_over (self, path) ||
      (module == NULL && luminal_dependency_watch_knows (self->dependencies, path)))
    return;

  /* Editors put them right when they have closed the file: what was begun then goes on,
   * as long as it can be read. */
  file = g_hash_table_lookup (self->files, path);
  if (only_attributes && file != NULL && file->cancellable != NULL)
    {
      file->has_new_rights = TRUE;
      return;
    }
  if (only_attributes && (module == NULL || !was_unreadable (module)))
    return;

  if (module != NULL)
    luminal_module_set_file_missing (module, FALSE);
  if (self->is_notice_only)
    {
      if (file != NULL)
        {
          end_grace (file);
          drop_if_done (self, file);
        }
      luminal_watch_notice_changed (self, path);
      return;
    }

  file = ensure_file (self, path);
  become_busy (self);
  end_grace (file);

  if (file->cancellable != NULL)
    {
      /* Newer content makes work on older content pointless. */
      file->is_outdated = TRUE;
      g_cancellable_cancel (file->cancellable);
    }
  else
    {
      luminal_watch_session_load (self, file, LUMINAL_JOB_PROMPT);
    }
  become_less_busy (self);
}

/* A file on its way out, or to another name. */
typedef struct
{
  LuminalWatchSession *session;
  char *from;
  char *to; /* what is to be loaded after it; none: nothing */
} Renaming;

static void
renamed_file_unloaded (GObject      *source_object,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autofree Renaming *renaming = user_data;
  g_autoptr (LuminalWatchSession) self = renaming->session;
  g_autofree char *from = renaming->from;
  g_autofree char *to = renaming->to;
  LuminalStamp stamp;

  /* It has left, whatever its finalizer said; that was told as an event. */
  luminal_operations_unload_finish (result, NULL);
  if (to != NULL && luminal_scanner_stamp (to, &stamp))
    luminal_watch_session_file_changed (self, to, FALSE, self->watcher);
  if (!luminal_scanner_stamp (from, &stamp))
    luminal_watch_source_bring_back_beside (self, from);
  operation_ends (self);
}

void
luminal_watch_session_unload_then_load (LuminalWatchSession *self,
                                        const char          *from,
                                        const char          *to)
{
  Renaming *renaming = g_new (Renaming, 1);

  renaming->session = g_object_ref (self);
  renaming->from = g_strdup (from);
  renaming->to = g_strdup (to);
  operation_begins (self);
  luminal_operations_unload_async (self->operations, from, FALSE, NULL, renamed_file_unloaded, renaming);
}

static gboolean
grace_is_over (gpointer user_data)
{
  WatchedFile *file = user_data;
  g_autoptr (LuminalWatchSession) self = g_object_ref (file->session);
  g_autofree char *path = g_strdup (file->path);
  gboolean is_being_loaded = file->cancellable != NULL;
  LuminalModule *module = luminal_registry_lookup_module (self->registry, path);
  LuminalStamp stamp;

  g_clear_pointer (&file->grace, g_source_unref);
  drop_if_done (self, file);

  /* Somebody may be writing it anew. What is being loaded is unloaded after that. */
  if (!luminal_scanner_stamp (path, &stamp))
    {
      if (module != NULL)
        luminal_module_set_file_missing (module, TRUE);
      if (self->is_notice_only)
        luminal_watch_notice_vanished (self, path);
      else if (is_being_loaded || module != NULL)
        luminal_watch_session_unload_then_load (self, path, NULL);
    }

  become_less_busy (self);
  return G_SOURCE_REMOVE;
}

void
luminal_watch_session_file_vanished (LuminalWatchSession *self,
                                     const char          *path,
                                     LuminalWatcher      *watcher)
{
  WatchedFile *file;

  if (self->is_stopped)
    return;

  luminal_passed_over_check (self->registry, path);
  file = ensure_file (self, path);
  if (file->grace != NULL)
    return;

  become_busy (self);
  file->grace = g_timeout_source_new (self->grace_time);
  g_source_set_static_name (file->grace, "[luminal] grace time");
  g_source_set_callback (file->grace, grace_is_over, file, NULL);
  g_source_attach (file->grace, g_main_context_get_thread_default ());
}

/* It will not come back under its old name, so there is nothing to wait for; and its
 * photons' names are free before they are wanted again. */
static void
file_renamed (LuminalWatchSession *self,
              const char          *from,
              const char          *to,
              LuminalWatcher      *watcher)
{
  WatchedFile *file = g_hash_table_lookup (self->files, from);

  if (self->is_notice_only || file != NULL || luminal_registry_lookup_module (self->registry, from) == NULL)
    {
      become_busy (self);
      luminal_watch_session_file_vanished (self, from, watcher);
      luminal_watch_session_file_changed (self, to, FALSE, watcher);
      become_less_busy (self);
      return;
    }

  luminal_watch_session_unload_then_load (self, from, to);
}

static void
rescanning (LuminalWatchSession *self,
            gboolean             active,
            LuminalWatcher      *watcher)
{
  if (active)
    operation_begins (self);
  else
    operation_ends (self);
}

static void
polling (LuminalWatchSession *self,
         const char          *reason,
         LuminalWatcher      *watcher)
{
  if (!self->is_stopped)
    g_signal_emit (self, polling_signal, 0);
}

const char *
luminal_watch_session_get_silence (LuminalWatchSession *self)
{
  return luminal_watcher_get_silence (self->watcher);
}

LuminalWatchSession *
luminal_watch_session_new (LuminalRegistry   *registry,
                           LuminalOperations *operations,
                           const char        *path,
                           gboolean           recursive,
                           GType              photon_base,
                           const char *const *other_classes)
{
  LuminalWatchSession *self = g_object_new (LUMINAL_TYPE_WATCH_SESSION, NULL);

  self->registry = g_object_ref (registry);
  self->operations = g_object_ref (operations);
  self->photon_base = photon_base;
  self->other_classes = g_strdupv ((GStrv) other_classes);
  self->watcher = luminal_watcher_new (path, recursive);
  self->dependencies = luminal_dependency_watch_new ();

  g_signal_connect_object (registry, "event", G_CALLBACK (note_event), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (registry, "names-freed", G_CALLBACK (retry_nameless), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->dependencies, "changed", G_CALLBACK (dependency_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->dependencies, "left", G_CALLBACK (luminal_watch_source_part_left), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->watcher, "changed", G_CALLBACK (luminal_watch_session_file_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->watcher, "vanished", G_CALLBACK (luminal_watch_session_file_vanished), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->watcher, "renamed", G_CALLBACK (file_renamed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->watcher, "rescanning", G_CALLBACK (rescanning), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->watcher, "polling", G_CALLBACK (polling), self, G_CONNECT_SWAPPED);

  return self;
}

void
luminal_watch_session_set_grace_time (LuminalWatchSession *self,
                                      guint                milliseconds)
{
  self->grace_time = milliseconds;
}

void
luminal_watch_session_set_notice_only (LuminalWatchSession *self,
                                       gboolean             notice_only)
{
  if (self->is_notice_only == notice_only)
    return;

  self->is_notice_only = notice_only;
  if (!notice_only && !self->is_stopped)
    luminal_watch_notice_act (self);
}

static void
watcher_started (GObject      *source_object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (LuminalWatchSession) self = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) paths = luminal_watcher_start_finish (LUMINAL_WATCHER (source_object), result, &error);

  if (paths == NULL)
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->starting);

      self->is_stopped = TRUE;
      luminal_watcher_stop (self->watcher);
      g_task_return_error (task, error);
      return;
    }

  /* One more than there are, so that the last is not thought to be the end. */
  self->n_first = paths->len + 1;
  for (guint i = 0; i < paths->len; i++)
    {
      WatchedFile *file = ensure_file (self, paths->pdata[i]);

      /* A change may have been reported already. */
      if (file->cancellable != NULL || self->is_stopped)
        {
          first_one_done (self);
          continue;
        }
      file->is_first = TRUE;
      luminal_watch_session_load (self, file, LUMINAL_JOB_PATIENT);
    }
  first_one_done (self);
}

void
luminal_watch_session_start_async (LuminalWatchSession *self,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  if (self->is_stopped)
    {
      g_task_report_new_error (self, callback, user_data, luminal_watch_session_start_async, G_IO_ERROR,
                               G_IO_ERROR_CANCELLED, _("The watch was stopped before it began"));
      return;
    }

  self->starting = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->starting, luminal_watch_session_start_async);

  luminal_watcher_start_async (self->watcher, cancellable, watcher_started, g_object_ref (self));
}

gboolean
luminal_watch_session_start_finish (LuminalWatchSession  *self,
                                    GAsyncResult         *result,
                                    GError              **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
luminal_watch_session_stop_async (LuminalWatchSession *self,
                                  gboolean             halt,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GList) files = g_hash_table_get_values (self->files);

  g_task_set_source_tag (task, luminal_watch_session_stop_async);
  self->is_stopped = TRUE;
  luminal_watcher_stop (self->watcher);
  g_hash_table_remove_all (self->noticed);

  for (GList *l = files; l != NULL; l = l->next)
    {
      WatchedFile *file = l->data;

      end_grace (file);
      if (halt && file->cancellable != NULL)
        g_cancellable_cancel (file->cancellable);
      drop_if_done (self, file);
    }

  if (self->n_operations == 0)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
  else
    {
      g_ptr_array_add (self->stopping, task);
    }
}

void
luminal_watch_session_stop_finish (LuminalWatchSession *self,
                                   GAsyncResult        *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}
