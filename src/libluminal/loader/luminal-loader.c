/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-loader.h"
#include "luminal-loader-private.h"

#include "luminal-enum-types.h"
#include "luminal-error-private.h"
#include "luminal-event-private.h"
#include "luminal-handler-private.h"

/* How long a module may be gone before its photons are unloaded: linkers, and
 * people who build twice, remove a file before they write it anew. */
#define GRACE_TIME_MS 1000

/**
 * LuminalLoader:
 *
 * Loads photons, watches their folder, and puts changed code to work.
 *
 * A loader is a [iface@Gio.ListModel] of [class@Handler], in the order in which
 * modules were loaded; the photons of one module lie side by side. The list is
 * read-only: the methods of the loader change it.
 *
 * Every operation is asynchronous. Operations on the same file run one after the
 * other, in the order in which they were asked for; on different files they run
 * side by side. A loader belongs to the thread-default main context in which it
 * was made: call it there only; its signals and callbacks come from there. No call has
 * effects before it returns.
 *
 * The photons of each module run in a process of their own, unless
 * [property@Loader:isolation] says otherwise; see
 * [A process for each module](isolation.html).
 *
 * ```c
 * static void
 * on_watching (GObject *loader, GAsyncResult *result, gpointer user_data)
 * {
 *   g_autoptr (GError) error = NULL;
 *
 *   if (!luminal_loader_watch_photons_finish (LUMINAL_LOADER (loader), result, &error))
 *     g_printerr ("%s\n", error->message);
 * }
 *
 * static LuminalLoader *
 * watch (GFile *folder)
 * {
 *   LuminalLoader *loader = luminal_loader_new (FALSE, TRUE);
 *
 *   luminal_loader_watch_photons_async (loader, folder, LUMINAL_TYPE_PHOTON, NULL, TRUE, NULL,
 *                                       on_watching, NULL);
 *   return loader;
 * }
 * ```
 *
 * Before the last reference to a loader is dropped its photons should be unloaded:
 * those that have a process of their own are killed then, without a finalizer; those in
 * this process nobody can stop any more, and their code stays.
 *
 * Since: 1.0
 */

static guint signals[LUMINAL_LOADER_N_SIGNALS];

enum
{
  PROP_0,
  PROP_LOGGING,
  PROP_SUPPRESS_ERRORS,
  PROP_WATCHING,
  PROP_DIRECTORY,
  PROP_POLLING,
  PROP_POLLING_REASON,
  PROP_GRACE_TIME,
  PROP_SETTLE_TIMEOUT,
  PROP_COMPILER,
  PROP_BUILD_TIMEOUT,
  PROP_PROBATION_TIME,
  PROP_NOTICE_ONLY,
  N_PROPERTIES
};

/* Those of hosting come after these. */
#define FIRST_HOSTING_PROPERTY N_PROPERTIES

static GParamSpec *properties[N_PROPERTIES];

static void luminal_loader_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LuminalLoader, luminal_loader, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, luminal_loader_list_model_init))

static void
luminal_loader_get_property (GObject    *object,
                             guint       property_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  LuminalLoader *self = LUMINAL_LOADER (object);

  if (property_id >= FIRST_HOSTING_PROPERTY)
    {
      luminal_loader_get_hosting (self, property_id - FIRST_HOSTING_PROPERTY, value);
      return;
    }

  switch (property_id)
    {
    case PROP_LOGGING:
      g_value_set_boolean (value, luminal_loader_get_logging (self));
      break;
    case PROP_SUPPRESS_ERRORS:
      g_value_set_boolean (value, luminal_loader_get_suppress_errors (self));
      break;
    case PROP_WATCHING:
      g_value_set_boolean (value, luminal_loader_get_watching (self));
      break;
    case PROP_DIRECTORY:
      g_value_set_object (value, luminal_loader_get_directory (self));
      break;
    case PROP_POLLING:
      g_value_set_boolean (value, luminal_loader_get_polling (self));
      break;
    case PROP_POLLING_REASON:
      g_value_set_string (value, luminal_loader_get_polling_reason (self));
      break;
    case PROP_GRACE_TIME:
      g_value_set_uint (value, luminal_loader_get_grace_time (self));
      break;
    case PROP_SETTLE_TIMEOUT:
      g_value_set_uint (value, luminal_loader_get_settle_timeout (self));
      break;
    case PROP_COMPILER:
      g_value_set_string (value, luminal_loader_get_compiler (self));
      break;
    case PROP_BUILD_TIMEOUT:
      g_value_set_uint (value, luminal_loader_get_build_timeout (self));
      break;
    case PROP_PROBATION_TIME:
      g_value_set_uint (value, luminal_loader_get_probation_time (self));
      break;
    case PROP_NOTICE_ONLY:
      g_value_set_boolean (value, luminal_loader_get_notice_only (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_loader_set_property (GObject      *object,
                             guint         property_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  LuminalLoader *self = LUMINAL_LOADER (object);

  if (property_id >= FIRST_HOSTING_PROPERTY)
    {
      luminal_loader_set_hosting (self, property_id - FIRST_HOSTING_PROPERTY, value);
      return;
    }

  switch (property_id)
    {
    case PROP_LOGGING:
      self->logging = g_value_get_boolean (value);
      break;
    case PROP_SUPPRESS_ERRORS:
      self->suppress_errors = g_value_get_boolean (value);
      break;
    case PROP_GRACE_TIME:
      luminal_loader_set_grace_time (self, g_value_get_uint (value));
      break;
    case PROP_SETTLE_TIMEOUT:
      luminal_loader_set_settle_timeout (self, g_value_get_uint (value));
      break;
    case PROP_COMPILER:
      luminal_loader_set_compiler (self, g_value_get_string (value));
      break;
    case PROP_BUILD_TIMEOUT:
      luminal_loader_set_build_timeout (self, g_value_get_uint (value));
      break;
    case PROP_PROBATION_TIME:
      luminal_loader_set_probation_time (self, g_value_get_uint (value));
      break;
    case PROP_NOTICE_ONLY:
      luminal_loader_set_notice_only (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_loader_finalize (GObject *object)
{
  LuminalLoader *self = LUMINAL_LOADER (object);

  luminal_registry_set_control (self->registry, NULL, NULL);
  g_clear_object (&self->session);
  g_clear_object (&self->directory);
  g_clear_object (&self->operations);
  g_clear_object (&self->registry);

  G_OBJECT_CLASS (luminal_loader_parent_class)->finalize (object);
}

/* Stopping what watches cannot wait for the last reference: it holds one. */
static void
luminal_loader_dispose (GObject *object)
{
  LuminalLoader *self = LUMINAL_LOADER (object);

  if (self->session != NULL)
    luminal_watch_session_stop_async (self->session, TRUE, NULL, NULL);
  luminal_operations_shut_down (self->operations);

  G_OBJECT_CLASS (luminal_loader_parent_class)->dispose (object);
}

static void
luminal_loader_class_init (LuminalLoaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = luminal_loader_get_property;
  object_class->set_property = luminal_loader_set_property;
  object_class->dispose = luminal_loader_dispose;
  object_class->finalize = luminal_loader_finalize;

  /**
   * LuminalLoader:logging: (attributes org.gtk.Property.get=luminal_loader_get_logging)
   *
   * Whether what the loader does is logged, through GLib's structured logging in
   * the domain `Luminal`: failures as messages, the rest at the level *info*, all
   * with the fields `LUMINAL_EVENT`, `LUMINAL_PHOTON` and `LUMINAL_FILE`.
   *
   * Since: 1.0
   */
  properties[PROP_LOGGING] =
    g_param_spec_boolean ("logging", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalLoader:suppress-errors: (attributes org.gtk.Property.get=luminal_loader_get_suppress_errors)
   *
   * Whether, in operations on several modules, one bad module is recorded on its
   * handler and skipped, instead of failing the call.
   *
   * Since: 1.0
   */
  properties[PROP_SUPPRESS_ERRORS] =
    g_param_spec_boolean ("suppress-errors", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalLoader:watching: (attributes org.gtk.Property.get=luminal_loader_get_watching)
   *
   * Whether the loader follows a folder.
   *
   * Since: 1.0
   */
  properties[PROP_WATCHING] =
    g_param_spec_boolean ("watching", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalLoader:directory: (attributes org.gtk.Property.get=luminal_loader_get_directory)
   *
   * The folder that the loader follows, or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_DIRECTORY] =
    g_param_spec_object ("directory", NULL, NULL, G_TYPE_FILE,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalLoader:polling: (attributes org.gtk.Property.get=luminal_loader_get_polling)
   *
   * Whether the loader looks at its folder every two seconds, because nobody tells of
   * changes in it: the kernel has no inotify watch or instance left, or the folder, or a
   * package in it, is on a network file system, on FUSE, or in the document portal.
   *
   * It looks at times, sizes and numbers of files, and takes a change for finished when it
   * finds the same at a second look. When there is a watch again, polling ends.
   *
   * Since: 1.0
   */
  properties[PROP_POLLING] =
    g_param_spec_boolean ("polling", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalLoader:polling-reason: (attributes org.gtk.Property.get=luminal_loader_get_polling_reason)
   *
   * Why the loader looks at its folder every two seconds, in words; %NULL while it does not.
   *
   * Since: 1.0
   */
  properties[PROP_POLLING_REASON] =
    g_param_spec_string ("polling-reason", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalLoader:grace-time: (attributes org.gtk.Property.get=luminal_loader_get_grace_time org.gtk.Property.set=luminal_loader_set_grace_time)
   *
   * How long a module may be gone from a watched folder before its photons are
   * unloaded, in milliseconds.
   *
   * Since: 1.0
   */
  properties[PROP_GRACE_TIME] =
    g_param_spec_uint ("grace-time", NULL, NULL, 0, G_MAXUINT, GRACE_TIME_MS,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalLoader:notice-only: (attributes org.gtk.Property.get=luminal_loader_get_notice_only org.gtk.Property.set=luminal_loader_set_notice_only)
   *
   * Whether changes in a watched folder are only told of.
   *
   * As long as it is set, [property@Handler:changed-on-disk] and
   * [property@Handler:file-missing] follow the folder, and nothing is loaded, reloaded or
   * unloaded because of it, except for what is there when the watch begins. When it is
   * set no longer, what was noticed is put to work.
   *
   * Since: 1.0
   */
  properties[PROP_NOTICE_ONLY] =
    g_param_spec_boolean ("notice-only", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalLoader:settle-timeout: (attributes org.gtk.Property.get=luminal_loader_get_settle_timeout org.gtk.Property.set=luminal_loader_set_settle_timeout)
   *
   * How long another program may keep a module open for writing without writing,
   * before that counts as a failure, in milliseconds.
   *
   * Since: 1.0
   */
  properties[PROP_SETTLE_TIMEOUT] =
    g_param_spec_uint ("settle-timeout", NULL, NULL, 0, G_MAXUINT, 10000,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalLoader:probation-time: (attributes org.gtk.Property.get=luminal_loader_get_probation_time org.gtk.Property.set=luminal_loader_set_probation_time)
   *
   * How long after a new generation has begun to run a crash of it counts as a failed
   * start, in milliseconds.
   *
   * Such a crash brings back the last generation that ran and did not crash before it was
   * replaced, with the states that its photons saved then; and as long as the file has
   * the content that crashed, its watch leaves it alone. The last five such generations
   * of each module are kept.
   *
   * After a later crash, or if there is nothing to go back to, the photons are started
   * again, without a state: the last one that was saved may be older than what they knew,
   * and may be what they crashed of. That happens after 0.25 s, then after twice as long
   * each time, and at most five times within a minute; then they stay crashed. A reload,
   * or a start by hand, tries again.
   *
   * All this is about photons in a process of their own; a crash of one in this process
   * is the end of that.
   *
   * Since: 1.0
   */
  properties[PROP_PROBATION_TIME] =
    g_param_spec_uint ("probation-time", NULL, NULL, 0, G_MAXUINT, 5000,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalLoader:compiler: (attributes org.gtk.Property.get=luminal_loader_get_compiler org.gtk.Property.set=luminal_loader_set_compiler)
   *
   * The C compiler that sources are built with, with arguments if it needs any, as in
   * `ccache gcc`.
   *
   * What the environment variable `CC` names goes before it. %NULL: the first of `cc`,
   * `gcc` and `clang` that there is.
   *
   * Since: 1.0
   */
  properties[PROP_COMPILER] =
    g_param_spec_string ("compiler", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalLoader:build-timeout: (attributes org.gtk.Property.get=luminal_loader_get_build_timeout org.gtk.Property.set=luminal_loader_set_build_timeout)
   *
   * How long building a source may take, in milliseconds. Past it the compiler is
   * killed, and the old generation runs on.
   *
   * Since: 1.0
   */
  properties[PROP_BUILD_TIMEOUT] =
    g_param_spec_uint ("build-timeout", NULL, NULL, 1, G_MAXUINT, 60000,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  luminal_loader_install_hosting (object_class, FIRST_HOSTING_PROPERTY);

  /**
   * LuminalLoader::event:
   * @self: the loader
   * @event: what happened
   *
   * Emitted for whatever happens to a photon, after its handler shows it.
   *
   * Since: 1.0
   */
  signals[LUMINAL_LOADER_EVENT] =
    g_signal_new ("event", LUMINAL_TYPE_LOADER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, LUMINAL_TYPE_EVENT);

  /**
   * LuminalLoader::observed:
   * @self: the loader
   * @loaded: (array zero-terminated=1): the names of the photons that were loaded
   * @reloaded: (array zero-terminated=1): those that were reloaded
   * @failed: (array zero-terminated=1): those that failed or were rolled back
   * @unloaded: (array zero-terminated=1): those that were unloaded
   *
   * Emitted while a folder is watched, each time that all that a change asked for
   * is done: no operation is under way, and no vanished file is in its grace time.
   * The first time it is about what was there when the watch began.
   *
   * All four lists may be empty: a file was written, but its content is the same.
   *
   * Since: 1.0
   */
  signals[LUMINAL_LOADER_OBSERVED] =
    g_signal_new ("observed", LUMINAL_TYPE_LOADER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 4, G_TYPE_STRV, G_TYPE_STRV, G_TYPE_STRV, G_TYPE_STRV);
}

static GType
luminal_loader_get_item_type (GListModel *model)
{
  return LUMINAL_TYPE_HANDLER;
}

static guint
luminal_loader_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (LUMINAL_LOADER (model)->registry));
}

static gpointer
luminal_loader_get_item (GListModel *model,
                         guint       position)
{
  return g_list_model_get_item (G_LIST_MODEL (LUMINAL_LOADER (model)->registry), position);
}

static void
luminal_loader_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = luminal_loader_get_item_type;
  iface->get_n_items = luminal_loader_get_n_items;
  iface->get_item = luminal_loader_get_item;
}

static void
log_event (LuminalEvent *event)
{
  const GError *error = luminal_event_get_error (event);
  const char *kind = luminal_event_kind_to_string (luminal_event_get_kind (event));
  const char *photon = luminal_event_get_photon (event);
  g_autofree char *path = g_file_get_path (luminal_event_get_file (event));

  if (luminal_event_get_kind (event) == LUMINAL_EVENT_OUTPUT)
    return;

  if (error != NULL)
    g_log_structured ("Luminal", G_LOG_LEVEL_MESSAGE,
                      "LUMINAL_EVENT", kind,
                      "LUMINAL_PHOTON", photon != NULL ? photon : "",
                      "LUMINAL_FILE", path,
                      "MESSAGE", "%s: %s", kind, error->message);
  else
    g_log_structured ("Luminal", G_LOG_LEVEL_INFO,
                      "LUMINAL_EVENT", kind,
                      "LUMINAL_PHOTON", photon != NULL ? photon : "",
                      "LUMINAL_FILE", path,
                      "MESSAGE", "%s: %s, generation %u, %" G_GINT64_FORMAT " µs", kind,
                      photon != NULL ? photon : path, luminal_event_get_generation (event),
                      luminal_event_get_duration (event));
}

static void
registry_told (LuminalLoader   *self,
               LuminalEvent    *event,
               LuminalRegistry *registry)
{
  if (self->logging)
    log_event (event);

  g_signal_emit (self, signals[LUMINAL_LOADER_EVENT], 0, event);
}

static void
start_handler (gpointer        owner,
               LuminalHandler *handler,
               GTask          *task)
{
  luminal_operations_switch (LUMINAL_LOADER (owner)->operations, handler, TRUE, FALSE, task);
}

static void
stop_handler (gpointer        owner,
              LuminalHandler *handler,
              gboolean        force,
              GTask          *task)
{
  luminal_operations_switch (LUMINAL_LOADER (owner)->operations, handler, FALSE, force, task);
}

static const LuminalHandlerControl handler_control = { start_handler, stop_handler };

static void
luminal_loader_init (LuminalLoader *self)
{
  self->registry = luminal_registry_new ();
  self->operations = luminal_operations_new (self->registry);
  self->grace_time = GRACE_TIME_MS;

  luminal_registry_set_control (self->registry, &handler_control, self);
  g_signal_connect_object (self->registry, "event", G_CALLBACK (registry_told), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->registry, "items-changed", G_CALLBACK (g_list_model_items_changed), self,
                           G_CONNECT_SWAPPED);
}

/**
 * luminal_loader_new:
 * @logging: whether what the loader does is logged
 * @suppress_errors: whether one bad module among several is skipped
 *
 * Makes a loader that has no photons yet.
 *
 * Returns: (transfer full): the loader
 *
 * Since: 1.0
 */
LuminalLoader *
luminal_loader_new (gboolean logging,
                    gboolean suppress_errors)
{
  return g_object_new (LUMINAL_TYPE_LOADER,
                       "logging", logging,
                       "suppress-errors", suppress_errors,
                       NULL);
}

void
luminal_loader_emit_observed (LuminalLoader *self,
                              GStrv          loaded,
                              GStrv          reloaded,
                              GStrv          failed,
                              GStrv          unloaded)
{
  g_signal_emit (self, signals[LUMINAL_LOADER_OBSERVED], 0, loaded, reloaded, failed, unloaded);
}

static void
log_polling (LuminalLoader *self)
{
  const char *reason = luminal_loader_get_polling_reason (self);
  g_autofree char *path = g_file_get_path (self->directory);
  g_autofree char *text = NULL;

  if (reason != NULL)
    text = g_strdup_printf ("%s is looked at every 2 s: %s", path, reason);
  else
    text = g_strdup_printf ("%s tells of its changes again", path);

  g_log_structured ("Luminal", G_LOG_LEVEL_MESSAGE,
                    "LUMINAL_EVENT", "polling",
                    "LUMINAL_PHOTON", "",
                    "LUMINAL_FILE", path,
                    "MESSAGE", "%s", text);
}

/* It may have gone from one reason to another. */
void
luminal_loader_update_polling (LuminalLoader *self)
{
  gboolean polling = luminal_loader_get_polling (self);

  if (self->logging && self->directory != NULL && (polling || self->polling))
    log_polling (self);

  g_object_freeze_notify (G_OBJECT (self));
  if (self->polling != polling)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POLLING]);
  if (polling || self->polling)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POLLING_REASON]);
  self->polling = polling;
  g_object_thaw_notify (G_OBJECT (self));
}

void
luminal_loader_set_session (LuminalLoader       *self,
                            LuminalWatchSession *session,
                            GFile               *directory)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (g_set_object (&self->session, session))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WATCHING]);
  if (g_set_object (&self->directory, directory))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DIRECTORY]);
  luminal_loader_update_polling (self);
  g_object_thaw_notify (G_OBJECT (self));
}
