/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-session-private.h"

/* One folder, open in one window. What a person asks for (this folder, watched
 * or not, closed) is only noted; advance() then takes one asynchronous step
 * after the other until that is how things are. So every wish may come at any
 * time, and no step ever meets another half way. */

enum
{
  PROP_0,
  PROP_FOLDER,
  PROP_STATE,
  PROP_OPERATING,
  PROP_WATCH,
  N_PROPS
};

enum
{
  PROBLEM,
  UNLOADED,
  STOPPED,
  VANISHED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalSession, luminal_session, G_TYPE_OBJECT)

static void advance (LuminalSession *self);

static void
set_state (LuminalSession      *self,
           LuminalSessionState  state,
           GError              *error)
{
  g_clear_error (&self->error);
  self->error = error;

  if (self->state == state && error == NULL)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

gboolean
luminal_session_is_leaving (LuminalSession *self)
{
  return self->reopen || self->close_task != NULL;
}

GCancellable *
luminal_session_begin_operation (LuminalSession *self)
{
  /* What was called off stays so; this one was asked for afterwards. */
  if (self->operations == NULL || g_cancellable_is_cancelled (self->operations))
    {
      g_clear_object (&self->operations);
      self->operations = g_cancellable_new ();
    }

  if (self->n_operations++ == 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPERATING]);

  return self->operations;
}

void
luminal_session_end_operation (LuminalSession *self)
{
  if (--self->n_operations == 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPERATING]);
}

static GListModel *
photons (LuminalSession *self)
{
  return G_LIST_MODEL (self->loader);
}

void
luminal_session_report (LuminalSession *self,
                        const char     *name,
                        GError         *error)
{
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[PROBLEM], 0, name, error);
}

void
luminal_session_tell_stopped (LuminalSession *self,
                              LuminalHandler *handler)
{
  g_signal_emit (self, signals[STOPPED], 0, handler);
}

/* The folder: what the page shows when there is no photon in it */

static void
probed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (LuminalSession) self = user_data;
  g_autoptr (GFileEnumerator) enumerator = NULL;
  g_autoptr (GError) error = NULL;

  enumerator = g_file_enumerate_children_finish (G_FILE (source), result, &error);
  self->probe--;

  if (self->probe > 0 || self->busy || luminal_session_is_leaving (self) ||
      g_list_model_get_n_items (photons (self)) > 0)
    return;

  if (error != NULL)
    set_state (self, LUMINAL_SESSION_UNAVAILABLE, g_steal_pointer (&error));
  else if (luminal_roster_can_load_some (self->roster))
    set_state (self, LUMINAL_SESSION_READY, NULL);
  else
    set_state (self, LUMINAL_SESSION_EMPTY, NULL);

  advance (self);
}

static void
look_around (LuminalSession *self)
{
  if (self->busy || luminal_session_is_leaving (self))
    return;

  if (g_list_model_get_n_items (photons (self)) > 0)
    {
      set_state (self, LUMINAL_SESSION_READY, NULL);
      return;
    }

  /* Single modules can be there without one. */
  if (self->folder == NULL)
    {
      set_state (self, LUMINAL_SESSION_NO_FOLDER, NULL);
      return;
    }

  self->probe++;
  g_file_enumerate_children_async (self->folder,
                                   G_FILE_ATTRIBUTE_STANDARD_NAME,
                                   G_FILE_QUERY_INFO_NONE,
                                   G_PRIORITY_DEFAULT,
                                   NULL,
                                   probed_cb,
                                   g_object_ref (self));
}

static void
photons_changed_cb (LuminalSession *self)
{
  if (self->state != LUMINAL_SESSION_SCANNING)
    look_around (self);
}

static void
event_cb (LuminalSession *self,
          LuminalEvent   *event)
{
  GFile *file = luminal_event_get_file (event);

  if (luminal_event_get_kind (event) != LUMINAL_EVENT_UNLOADED ||
      luminal_session_is_leaving (self))
    return;

  if (file != NULL && g_hash_table_contains (self->unloading, file))
    g_signal_emit (self, signals[UNLOADED], 0, luminal_event_get_photon (event), file);
  else
    g_signal_emit (self, signals[VANISHED], 0, luminal_event_get_photon (event));
}

/* The steps */

static void
end_step (LuminalSession *self)
{
  self->busy = FALSE;
  g_clear_object (&self->cancellable);
}

static GCancellable *
begin_step (LuminalSession *self)
{
  self->busy = TRUE;
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();

  return self->cancellable;
}

static void
stop_watching_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (LuminalSession) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!luminal_loader_stop_watching_photons_finish (self->loader, result, &error) &&
      !g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_NOT_WATCHING))
    luminal_session_report (self, NULL, error);

  end_step (self);
  advance (self);
}

static void
left_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (LuminalSession) self = user_data;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;

  files = luminal_loader_unload_photons_finish (self->loader, result, &error);
  luminal_session_report (self, NULL, error);

  end_step (self);
  advance (self);
}

static void
leave (LuminalSession *self)
{
  GListModel *model = photons (self);
  guint n_items = g_list_model_get_n_items (model);
  g_autoptr (GPtrArray) handlers = g_ptr_array_new_full (n_items, g_object_unref);

  for (guint i = 0; i < n_items; i++)
    g_ptr_array_add (handlers, g_list_model_get_item (model, i));

  self->left = TRUE;
  luminal_roster_set_keeping (self->roster, FALSE);
  luminal_loader_unload_photons_async (self->loader,
                                       handlers,
                                       FALSE,
                                       begin_step (self),
                                       left_cb,
                                       g_object_ref (self));
}

/* Takes @error. */
static void
end_scan (LuminalSession *self,
          GError         *error)
{
  gboolean cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  gboolean some = g_list_model_get_n_items (photons (self)) > 0;

  end_step (self);

  if (luminal_session_is_leaving (self))
    {
      g_clear_error (&error);
    }
  else if (error == NULL)
    {
      look_around (self);
    }
  else
    {
      /* Nothing is followed, and no switch shall pretend it is. */
      self->watch_lost = self->watch && !cancelled;
      luminal_session_set_watch (self, FALSE);

      if (some && !cancelled)
        luminal_session_report (self, NULL, error);
      if (some)
        {
          g_clear_error (&error);
          set_state (self, LUMINAL_SESSION_READY, NULL);
        }
      else
        set_state (self, LUMINAL_SESSION_UNAVAILABLE, error);
    }

  advance (self);
}

static void
watched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (LuminalSession) self = user_data;
  GError *error = NULL;

  luminal_loader_watch_photons_finish (self->loader, result, &error);
  end_scan (self, error);
}

static gboolean
watch_cb (gpointer user_data)
{
  LuminalSession *self = user_data;

  luminal_loader_watch_photons_async (self->loader,
                                      self->folder,
                                      LUMINAL_TYPE_PHOTON,
                                      NULL,
                                      self->recursive,
                                      self->cancellable,
                                      watched_cb,
                                      g_object_ref (self));

  return G_SOURCE_REMOVE;
}

/* What a window has to do goes first, above all to be drawn. */
static void
watch (LuminalSession *self)
{
  self->watch_lost = FALSE;
  begin_step (self);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, watch_cb, g_object_ref (self), g_object_unref);
}

static void
scan (LuminalSession *self)
{
  self->reopen = FALSE;
  set_state (self, LUMINAL_SESSION_SCANNING, NULL);

  luminal_roster_forget (self->roster);
  luminal_roster_set_keeping (self->roster, TRUE);
  watch (self);
}

static void
advance (LuminalSession *self)
{
  gboolean watching = luminal_loader_get_watching (self->loader);

  if (self->busy)
    return;

  if (watching && luminal_session_is_leaving (self))
    luminal_loader_stop_watching_photons_async (self->loader,
                                                TRUE,
                                                begin_step (self),
                                                stop_watching_cb,
                                                g_object_ref (self));
  else if (luminal_session_is_leaving (self) && !self->left &&
           g_list_model_get_n_items (photons (self)) > 0)
    leave (self);
  else if (self->close_task != NULL)
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->close_task);

      self->reopen = FALSE;
      g_clear_object (&self->folder);
      set_state (self, LUMINAL_SESSION_NO_FOLDER, NULL);
      g_task_return_boolean (task, TRUE);
    }
  else if (self->reopen)
    scan (self);
  else if (self->watch && !watching && self->folder != NULL &&
           (self->state == LUMINAL_SESSION_READY || self->state == LUMINAL_SESSION_EMPTY))
    watch (self);
}

static void
luminal_session_get_property (GObject    *object,
                              guint       property_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LuminalSession *self = LUMINAL_SESSION (object);

  switch (property_id)
    {
    case PROP_FOLDER:
      g_value_set_object (value, self->folder);
      break;
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_OPERATING:
      g_value_set_boolean (value, luminal_session_get_operating (self));
      break;
    case PROP_WATCH:
      g_value_set_boolean (value, self->watch);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_session_set_property (GObject      *object,
                              guint         property_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  switch (property_id)
    {
    case PROP_WATCH:
      luminal_session_set_watch (LUMINAL_SESSION (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_session_finalize (GObject *object)
{
  LuminalSession *self = LUMINAL_SESSION (object);

  g_clear_object (&self->outputs);
  g_clear_object (&self->roster);
  g_clear_object (&self->loader);
  g_clear_object (&self->folder);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->operations);
  g_clear_error (&self->error);
  g_hash_table_unref (self->unloading);

  G_OBJECT_CLASS (luminal_session_parent_class)->finalize (object);
}

static void
luminal_session_class_init (LuminalSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = luminal_session_get_property;
  object_class->set_property = luminal_session_set_property;
  object_class->finalize = luminal_session_finalize;

  properties[PROP_FOLDER] = g_param_spec_object ("folder", NULL, NULL, G_TYPE_FILE,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL,
                                              0, G_MAXUINT, LUMINAL_SESSION_NO_FOLDER,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /* Whether something was asked of photons, takes its time, and can be called off. */
  properties[PROP_OPERATING] =
    g_param_spec_boolean ("operating", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_WATCH] =
    g_param_spec_boolean ("watch", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* An operation failed: the photon's name, or NULL for the folder; the error. */
  signals[PROBLEM] = g_signal_new ("problem", LUMINAL_TYPE_SESSION, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_ERROR);

  /* A photon was unloaded as asked: its name and its file, to undo it. */
  signals[UNLOADED] = g_signal_new ("unloaded", LUMINAL_TYPE_SESSION, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_FILE);

  /* A photon was stopped as asked. */
  signals[STOPPED] = g_signal_new ("stopped", LUMINAL_TYPE_SESSION, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, LUMINAL_TYPE_HANDLER);

  /* A photon left because its file did: its name. */
  signals[VANISHED] = g_signal_new ("vanished", LUMINAL_TYPE_SESSION, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
luminal_session_init (LuminalSession *self)
{
  self->watch = TRUE;
  self->unloading =
    g_hash_table_new_full (g_file_hash, (GEqualFunc) g_file_equal, g_object_unref, NULL);
  self->loader = luminal_loader_new (TRUE, TRUE);
  self->outputs = luminal_output_book_new (self->loader);
  self->roster = luminal_roster_new (self->loader);
  g_signal_connect_object (self->roster, "items-changed",
                           G_CALLBACK (photons_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->loader, "items-changed",
                           G_CALLBACK (photons_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->loader, "event",
                           G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
}

LuminalSession *
luminal_session_new (void)
{
  return g_object_new (LUMINAL_TYPE_SESSION, NULL);
}

LuminalLoader *
luminal_session_get_loader (LuminalSession *self)
{
  g_return_val_if_fail (LUMINAL_IS_SESSION (self), NULL);

  return self->loader;
}

/* The photons as a person sees them. */
LuminalRoster *
luminal_session_get_roster (LuminalSession *self)
{
  g_return_val_if_fail (LUMINAL_IS_SESSION (self), NULL);

  return self->roster;
}

LuminalOutputBook *
luminal_session_get_outputs (LuminalSession *self)
{
  g_return_val_if_fail (LUMINAL_IS_SESSION (self), NULL);

  return self->outputs;
}

GFile *
luminal_session_get_folder (LuminalSession *self)
{
  g_return_val_if_fail (LUMINAL_IS_SESSION (self), NULL);

  return self->folder;
}

LuminalSessionState
luminal_session_get_state (LuminalSession *self)
{
  g_return_val_if_fail (LUMINAL_IS_SESSION (self), LUMINAL_SESSION_NO_FOLDER);

  return self->state;
}

const GError *
luminal_session_get_error (LuminalSession *self)
{
  g_return_val_if_fail (LUMINAL_IS_SESSION (self), NULL);

  return self->error;
}

/* Whether changes are put to work. */
gboolean
luminal_session_get_watching (LuminalSession *self)
{
  g_return_val_if_fail (LUMINAL_IS_SESSION (self), FALSE);

  return self->watch && luminal_loader_get_watching (self->loader);
}

/* Whether they would be, if it could be done. */
gboolean
luminal_session_get_watch_lost (LuminalSession *self)
{
  g_return_val_if_fail (LUMINAL_IS_SESSION (self), FALSE);

  return self->watch_lost;
}

gboolean
luminal_session_get_watch (LuminalSession *self)
{
  g_return_val_if_fail (LUMINAL_IS_SESSION (self), FALSE);

  return self->watch;
}

void
luminal_session_set_watch (LuminalSession *self,
                           gboolean        watch_folder)
{
  g_return_if_fail (LUMINAL_IS_SESSION (self));

  watch_folder = !!watch_folder;
  if (self->watch == watch_folder)
    return;

  self->watch = watch_folder;
  luminal_loader_set_notice_only (self->loader, !watch_folder);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WATCH]);
  advance (self);
}

/**
 * luminal_session_open:
 * @self: the session
 * @folder: a folder
 * @recursive: whether folders in it are looked through, too
 *
 * Unloads what is there, then loads and starts the photons of @folder.
 */
void
luminal_session_open (LuminalSession *self,
                      GFile          *folder,
                      gboolean        recursive)
{
  g_return_if_fail (LUMINAL_IS_SESSION (self));
  g_return_if_fail (G_IS_FILE (folder));

  self->reopen = TRUE;
  self->left = FALSE;
  self->recursive = recursive;
  if (g_set_object (&self->folder, folder))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLDER]);

  luminal_session_cancel (self);
  advance (self);
}

void
luminal_session_retry (LuminalSession *self)
{
  g_return_if_fail (LUMINAL_IS_SESSION (self));

  if (self->folder != NULL)
    luminal_session_open (self, self->folder, self->recursive);
}

gboolean
luminal_session_get_operating (LuminalSession *self)
{
  g_return_val_if_fail (LUMINAL_IS_SESSION (self), FALSE);

  return self->n_operations > 0;
}

/* Ends a scan, and what was asked of photons; what was done so far stays. */
void
luminal_session_cancel (LuminalSession *self)
{
  g_return_if_fail (LUMINAL_IS_SESSION (self));

  if (self->state == LUMINAL_SESSION_SCANNING && self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->operations);
}

/**
 * luminal_session_close_async:
 * @self: the session
 *
 * Stops watching and unloads everything, so that all finalizers run.
 */
void
luminal_session_close_async (LuminalSession      *self,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LUMINAL_IS_SESSION (self));
  g_return_if_fail (self->close_task == NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, luminal_session_close_async);

  luminal_session_cancel (self);
  self->left = FALSE;
  self->close_task = g_steal_pointer (&task);
  advance (self);
}

gboolean
luminal_session_close_finish (LuminalSession  *self,
                              GAsyncResult    *result,
                              GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
