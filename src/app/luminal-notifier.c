/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-notifier.h"

#include <glib/gi18n.h>

#include "luminal-look.h"
#include "luminal-notification-service.h"
#include "luminal-visible.h"

/* Tells of photons that fail or crash while nobody looks at the window: one notification
 * for each, which goes as soon as the photon runs again or somebody looks. When many
 * come, the first few are told one by one, and all others in one that counts them. */

#define FEW 4
#define FEW_IN (30 * G_USEC_PER_SEC)
#define GATHER_SECONDS 1
#define MOST_CHARS 200

/* As in the settings. */
typedef enum
{
  LEVEL_OFF,
  LEVEL_FAILURES,
  LEVEL_ALL,
} Level;

typedef enum
{
  NOTE_NEW,     /* not told yet */
  NOTE_TOLD,    /* in a notification of its own */
  NOTE_COUNTED, /* in the one for all others */
} NoteState;

typedef struct
{
  NoteState state;
  gboolean is_problem; /* or that there is none any more */
  GFile *file;
  char *name;
  char *title;
  char *body;
} Note;

struct _LuminalNotifier
{
  GObject parent_instance;

  GApplication *application;
  GtkWindow *window; /* unowned: it has this */
  GSettings *settings;
  LuminalNotificationService *service;

  GHashTable *notes; /* id → Note */
  gint64 told[FEW];  /* when the last few were told, the oldest first */
  char *rest_id;     /* of the one for all others */
  gboolean is_rest_told;
  guint gather_id;
};

G_DEFINE_FINAL_TYPE (LuminalNotifier, luminal_notifier, G_TYPE_OBJECT)

static void
note_free (gpointer data)
{
  Note *note = data;

  g_object_unref (note->file);
  g_free (note->name);
  g_free (note->title);
  g_free (note->body);
  g_free (note);
}

/* A photon that could never be loaded is called by its file until it can: what is told
 * of such a one is withdrawn by any photon of its file. */
static char *
make_id (GFile      *file,
         const char *name)
{
  g_autofree char *uri = g_file_get_uri (file);
  g_autofree char *text = g_strdup_printf ("%s\n%s", uri, name != NULL ? name : "");

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

static const char *
known_name (LuminalEvent *event)
{
  LuminalHandler *handler = luminal_event_get_handler (event);

  return handler != NULL && luminal_handler_get_class_name (handler) != NULL ? luminal_event_get_photon (event)
                                                                              : NULL;
}

static gboolean
is_in_use (LuminalNotifier *self)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l != NULL; l = l->next)
    if (gtk_window_is_active (l->data) &&
        (l->data == self->window || gtk_window_get_transient_for (l->data) == self->window))
      return TRUE;

  return FALSE;
}

static void
withdraw (LuminalNotifier *self,
          const char      *id)
{
  if (g_application_get_is_registered (self->application))
    g_application_withdraw_notification (self->application, id);
}

/* Telling */

static gboolean
may_tell (LuminalNotifier *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->told[0] != 0 && now - self->told[0] < FEW_IN)
    return FALSE;

  for (guint i = 1; i < FEW; i++)
    self->told[i - 1] = self->told[i];
  self->told[FEW - 1] = now;

  return TRUE;
}

static void
send (LuminalNotifier *self,
      const char      *id,
      const char      *title,
      const char      *body,
      GFile           *file,
      const char      *name)
{
  g_autoptr (GNotification) notification = g_notification_new (title);
  g_autofree char *uri = file != NULL ? g_file_get_uri (file) : g_strdup ("");

  if (body != NULL)
    g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.show-photon", "(ss)", uri,
                                                name != NULL ? name : "");
  g_application_send_notification (self->application, id, notification);
}

/* How many there are is told once they have stopped coming in by the hundred. */
static gboolean
gathered_cb (gpointer user_data)
{
  LuminalNotifier *self = user_data;
  GFile *first = NULL;
  GHashTableIter iter;
  g_autofree char *title = NULL;
  guint n_counted = 0;
  Note *note;

  self->gather_id = 0;
  g_hash_table_iter_init (&iter, self->notes);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &note))
    if (note->state == NOTE_COUNTED && n_counted++ == 0)
      first = note->file;

  if (n_counted > 0)
    {
      title = g_strdup_printf (ngettext ("%u more photon failed", "%u more photons failed", n_counted), n_counted);
      send (self, self->rest_id, title, NULL, first, NULL);
    }
  else if (self->is_rest_told)
    {
      withdraw (self, self->rest_id);
    }
  self->is_rest_told = n_counted > 0;

  return G_SOURCE_REMOVE;
}

static void
gather (LuminalNotifier *self)
{
  if (self->gather_id == 0)
    self->gather_id = g_timeout_add_seconds (GATHER_SECONDS, gathered_cb, self);
}

static void
tell (LuminalNotifier *self,
      const char      *id,
      Note            *note)
{
  if (may_tell (self))
    {
      note->state = NOTE_TOLD;
      send (self, id, note->title, note->body, note->file, note->name);
    }
  else
    {
      note->state = NOTE_COUNTED;
      gather (self);
    }
}

static void
tell_new (LuminalNotifier *self)
{
  GHashTableIter iter;
  const char *id;
  Note *note;

  if (!luminal_notification_service_is_known (self->service))
    return;

  g_hash_table_iter_init (&iter, self->notes);
  while (g_hash_table_iter_next (&iter, (gpointer *) &id, (gpointer *) &note))
    {
      if (note->state != NOTE_NEW)
        continue;
      if (luminal_notification_service_is_there (self->service))
        tell (self, id, note);
      else
        g_hash_table_iter_remove (&iter);
    }
}

/* Takes @title. */
static void
note_event (LuminalNotifier *self,
            LuminalEvent    *event,
            gboolean         is_problem,
            char            *title)
{
  const GError *error = luminal_event_get_error (event);
  g_autofree char *line = error != NULL ? luminal_look_first_line (error) : NULL;
  GDBusConnection *bus = g_application_get_dbus_connection (self->application);
  g_autofree char *id = NULL;
  Note *note;

  if (bus == NULL || is_in_use (self))
    {
      g_free (title);
      return;
    }

  id = make_id (luminal_event_get_file (event), known_name (event));
  note = g_hash_table_lookup (self->notes, id);
  if (note == NULL)
    {
      note = g_new0 (Note, 1);
      note->file = g_object_ref (luminal_event_get_file (event));
      note->name = g_strdup (luminal_event_get_photon (event));
      g_hash_table_insert (self->notes, g_strdup (id), note);
    }

  note->is_problem = is_problem;
  g_free (note->title);
  note->title = title;
  g_free (note->body);
  note->body = line != NULL ? luminal_visible_line (line, MOST_CHARS, NULL) : NULL;

  /* What was told already is told again as it is now, as long as that is not too often. */
  if (note->state == NOTE_TOLD && may_tell (self))
    send (self, id, note->title, note->body, note->file, note->name);
  luminal_notification_service_look (self->service, bus);
  if (note->state == NOTE_NEW)
    tell_new (self);
}

/* Withdrawing */

static gboolean
forget_id (LuminalNotifier *self,
           const char      *id)
{
  Note *note = g_hash_table_lookup (self->notes, id);
  gboolean was_problem;
  NoteState state;

  if (note == NULL)
    return FALSE;

  was_problem = note->is_problem;
  state = note->state;
  g_hash_table_remove (self->notes, id);
  if (state == NOTE_TOLD)
    withdraw (self, id);
  else if (state == NOTE_COUNTED)
    gather (self);

  return was_problem && state == NOTE_TOLD;
}

/* Returns whether a problem of it had been told. */
static gboolean
forget (LuminalNotifier *self,
        LuminalEvent    *event)
{
  g_autofree char *id = NULL;
  g_autofree char *file_id = NULL;
  gboolean was_told;

  if (g_hash_table_size (self->notes) == 0)
    return FALSE;

  id = make_id (luminal_event_get_file (event), luminal_event_get_photon (event));
  file_id = make_id (luminal_event_get_file (event), NULL);
  was_told = forget_id (self, id);

  return forget_id (self, file_id) || was_told;
}

/* What happens */

static char *
make_title (LuminalEvent *event,
            const char   *format)
{
  const char *photon = luminal_event_get_photon (event);
  g_autofree char *file_name = luminal_look_file_name (luminal_event_get_file (event));
  g_autofree char *name = luminal_visible_line (photon != NULL ? photon : file_name, 60, NULL);
  g_autoptr (GString) title = g_string_new (format);

  g_string_replace (title, "%s", name, 1);

  return g_string_free (g_steal_pointer (&title), FALSE);
}

static void
event_cb (LuminalNotifier *self,
          LuminalEvent    *event)
{
  Level level = (Level) g_settings_get_enum (self->settings, "notifications");

  switch (luminal_event_get_kind (event))
    {
    case LUMINAL_EVENT_FAILED:
      if (level >= LEVEL_FAILURES)
        /* Translators: the name of a photon */
        note_event (self, event, TRUE, make_title (event, _("“%s” failed")));
      break;

    case LUMINAL_EVENT_CRASHED:
      if (level >= LEVEL_FAILURES)
        note_event (self, event, TRUE, make_title (event, _("“%s” crashed")));
      break;

    case LUMINAL_EVENT_ROLLED_BACK:
      if (level >= LEVEL_FAILURES)
        note_event (self, event, TRUE, make_title (event, _("“%s” was rolled back")));
      break;

    case LUMINAL_EVENT_STARTED:
    case LUMINAL_EVENT_RELOADED:
      if (forget (self, event) && level >= LEVEL_ALL)
        note_event (self, event, FALSE, make_title (event, _("“%s” runs again")));
      break;

    case LUMINAL_EVENT_LOADED:
    case LUMINAL_EVENT_STOPPED:
    case LUMINAL_EVENT_UNLOADED:
      forget (self, event);
      break;

    case LUMINAL_EVENT_OUTPUT:
    case LUMINAL_EVENT_SKIPPED:
    case LUMINAL_EVENT_WATCHING:
    default:
      break;
    }
}

static void
active_cb (LuminalNotifier *self)
{
  if (gtk_window_is_active (self->window))
    luminal_notifier_withdraw_all (self);
}

static void
settings_cb (LuminalNotifier *self)
{
  if (g_settings_get_enum (self->settings, "notifications") == LEVEL_OFF)
    luminal_notifier_withdraw_all (self);
}

static void
luminal_notifier_dispose (GObject *object)
{
  LuminalNotifier *self = LUMINAL_NOTIFIER (object);

  if (self->application != NULL)
    luminal_notifier_withdraw_all (self);
  g_clear_object (&self->application);
  g_clear_object (&self->settings);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (luminal_notifier_parent_class)->dispose (object);
}

static void
luminal_notifier_finalize (GObject *object)
{
  LuminalNotifier *self = LUMINAL_NOTIFIER (object);

  g_hash_table_unref (self->notes);
  g_free (self->rest_id);

  G_OBJECT_CLASS (luminal_notifier_parent_class)->finalize (object);
}

static void
luminal_notifier_class_init (LuminalNotifierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = luminal_notifier_dispose;
  object_class->finalize = luminal_notifier_finalize;
}

static void
luminal_notifier_init (LuminalNotifier *self)
{
  self->notes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, note_free);
  self->rest_id = g_strdup_printf ("rest-%p", self);
  self->service = luminal_notification_service_new ();
  g_signal_connect_object (self->service, "changed", G_CALLBACK (tell_new), self, G_CONNECT_SWAPPED);
}

/**
 * luminal_notifier_new:
 * @window: a window of an application; it has to outlive the notifier
 * @loader: whose events are told
 * @settings: those of the application
 */
LuminalNotifier *
luminal_notifier_new (GtkWindow     *window,
                      LuminalLoader *loader,
                      GSettings     *settings)
{
  LuminalNotifier *self;

  g_return_val_if_fail (GTK_IS_WINDOW (window), NULL);
  g_return_val_if_fail (gtk_window_get_application (window) != NULL, NULL);

  self = g_object_new (LUMINAL_TYPE_NOTIFIER, NULL);
  self->window = window;
  self->application = g_object_ref (G_APPLICATION (gtk_window_get_application (window)));
  self->settings = g_object_ref (settings);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (active_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::notifications", G_CALLBACK (settings_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (loader, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);

  return self;
}

/* Somebody looks, or there is nothing to look at any more. */
void
luminal_notifier_withdraw_all (LuminalNotifier *self)
{
  GHashTableIter iter;
  const char *id;
  Note *note;

  g_return_if_fail (LUMINAL_IS_NOTIFIER (self));

  g_hash_table_iter_init (&iter, self->notes);
  while (g_hash_table_iter_next (&iter, (gpointer *) &id, (gpointer *) &note))
    {
      if (note->state == NOTE_TOLD)
        withdraw (self, id);
      g_hash_table_iter_remove (&iter);
    }

  g_clear_handle_id (&self->gather_id, g_source_remove);
  if (self->is_rest_told)
    withdraw (self, self->rest_id);
  self->is_rest_told = FALSE;
}
