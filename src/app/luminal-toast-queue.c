/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-toast-queue.h"

#include <glib/gi18n.h>

#include "luminal-look.h"

/* Turns what happens into toasts, and a burst of it into one: what comes
 * shortly after the first joins its toast, which then says how many they are. */

#define BURST (2 * G_USEC_PER_SEC)
#define TIMEOUT_SECONDS 10

typedef enum
{
  KIND_PROBLEM,
  KIND_UNLOADED,
  KIND_VANISHED,
  N_KINDS,
} Kind;

typedef struct
{
  LuminalProblem problem;
  char *name;
  char *message;
  GFile *file;
} Entry;

typedef struct
{
  AdwToast *toast;
  gint64 since;
  GPtrArray *entries;
} Burst;

struct _LuminalToastQueue
{
  GObject parent_instance;

  AdwToastOverlay *overlay;
  Burst bursts[N_KINDS];
};

enum
{
  DETAILS,
  UNDO,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalToastQueue, luminal_toast_queue, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
  g_free (entry->message);
  g_clear_object (&entry->file);
  g_free (entry);
}

static Kind
kind_of (LuminalToastQueue *self,
         AdwToast          *toast)
{
  Kind kind = 0;

  while (kind < N_KINDS && self->bursts[kind].toast != toast)
    kind++;

  return kind;
}

static void
end_burst (Burst *burst)
{
  g_clear_object (&burst->toast);
  g_clear_pointer (&burst->entries, g_ptr_array_unref);
}

static char *
problem_title (LuminalProblem  problem,
               const char     *name,
               const char     *message)
{
  if (name == NULL)
    return g_strdup (message);

  /* Translators: the name of a photon */
  if (problem == LUMINAL_PROBLEM_ROLLED_BACK)
    return g_strdup_printf (_("“%s” was rolled back"), name);
  if (problem == LUMINAL_PROBLEM_CRASHED)
    return g_strdup_printf (_("“%s” crashed"), name);
  return g_strdup_printf (_("“%s” failed"), name);
}

static char *
problems_title (GPtrArray *entries)
{
  guint n_rolled_back = 0;

  if (entries->len == 1)
    {
      Entry *entry = g_ptr_array_index (entries, 0);

      return problem_title (entry->problem, entry->name, entry->message);
    }

  for (guint i = 0; i < entries->len; i++)
    if (((Entry *) g_ptr_array_index (entries, i))->problem == LUMINAL_PROBLEM_ROLLED_BACK)
      n_rolled_back++;

  if (n_rolled_back == entries->len)
    return g_strdup_printf (ngettext ("%u photon was rolled back",
                                      "%u photons were rolled back",
                                      entries->len),
                            entries->len);
  return g_strdup_printf (ngettext ("%u photon failed", "%u photons failed", entries->len),
                          entries->len);
}

static char *
burst_title (Kind       kind,
             GPtrArray *entries)
{
  Entry *first = g_ptr_array_index (entries, 0);

  switch (kind)
    {
    case KIND_UNLOADED:
      if (entries->len == 1)
        return g_strdup_printf (_("“%s” unloaded"), first->name);
      return g_strdup_printf (ngettext ("%u photon unloaded", "%u photons unloaded", entries->len),
                              entries->len);

    case KIND_VANISHED:
      if (entries->len == 1)
        return g_strdup_printf (_("“%s” unloaded, its file is gone"), first->name);
      return g_strdup_printf (ngettext ("%u photon unloaded, its file is gone",
                                        "%u photons unloaded, their files are gone",
                                        entries->len),
                              entries->len);

    case KIND_PROBLEM:
    case N_KINDS:
    default:
      return problems_title (entries);
    }
}

static char *
burst_text (GPtrArray *entries)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (entries, i);

      if (i > 0)
        g_string_append (text, "\n\n");
      if (entries->len > 1 && entry->name != NULL)
        g_string_append_printf (text, "%s\n", entry->name);
      g_string_append (text, entry->message);
    }

  return g_string_free (text, FALSE);
}

/* A toast takes markup, and names and errors are anybody's text. */
static void
update_title (Burst *burst,
              Kind   kind)
{
  g_autofree char *title = burst_title (kind, burst->entries);
  g_autofree char *escaped = NULL;

  g_strdelimit (title, "\r\n", ' ');
  escaped = g_markup_escape_text (title, -1);
  adw_toast_set_title (burst->toast, escaped);
}

static void
dismissed_cb (LuminalToastQueue *self,
              AdwToast          *toast)
{
  Kind kind = kind_of (self, toast);

  if (kind < N_KINDS)
    end_burst (&self->bursts[kind]);
}

static void
details_cb (LuminalToastQueue *self,
            AdwToast          *toast)
{
  Kind kind = kind_of (self, toast);
  g_autofree char *heading = NULL;
  g_autofree char *text = NULL;

  if (kind != KIND_PROBLEM)
    return;

  heading = burst_title (kind, self->bursts[kind].entries);
  text = burst_text (self->bursts[kind].entries);
  g_signal_emit (self, signals[DETAILS], 0, heading, text);
}

static void
undo_cb (LuminalToastQueue *self,
         AdwToast          *toast)
{
  Kind kind = kind_of (self, toast);
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_file_hash, (GEqualFunc) g_file_equal);

  if (kind != KIND_UNLOADED)
    return;

  /* Several photons may have come from one file. */
  entries = g_ptr_array_ref (self->bursts[kind].entries);
  for (guint i = 0; i < entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (entries, i);

      if (g_hash_table_add (seen, entry->file))
        g_signal_emit (self, signals[UNDO], 0, entry->file);
    }
}

static void
begin_burst (LuminalToastQueue *self,
             Kind               kind)
{
  Burst *burst = &self->bursts[kind];

  burst->toast = adw_toast_new ("");
  burst->since = g_get_monotonic_time ();
  burst->entries = g_ptr_array_new_with_free_func (entry_free);
  adw_toast_set_timeout (burst->toast, TIMEOUT_SECONDS);
  adw_toast_set_priority (burst->toast, ADW_TOAST_PRIORITY_HIGH);

  if (kind == KIND_PROBLEM)
    {
      adw_toast_set_button_label (burst->toast, _("_Details"));
      g_signal_connect_object (burst->toast, "button-clicked",
                               G_CALLBACK (details_cb), self, G_CONNECT_SWAPPED);
    }
  else if (kind == KIND_UNLOADED)
    {
      adw_toast_set_button_label (burst->toast, _("_Undo"));
      g_signal_connect_object (burst->toast, "button-clicked",
                               G_CALLBACK (undo_cb), self, G_CONNECT_SWAPPED);
    }

  g_signal_connect_object (burst->toast, "dismissed",
                           G_CALLBACK (dismissed_cb), self, G_CONNECT_SWAPPED);
}

/* Takes @entry. */
static void
add (LuminalToastQueue *self,
     Kind               kind,
     Entry             *entry)
{
  Burst *burst = &self->bursts[kind];
  gboolean joins = burst->toast != NULL && g_get_monotonic_time () - burst->since < BURST;

  if (!joins)
    {
      if (burst->toast != NULL)
        {
          g_autoptr (AdwToast) old = g_object_ref (burst->toast);

          end_burst (burst);
          adw_toast_dismiss (old);
        }
      begin_burst (self, kind);
    }

  g_ptr_array_add (burst->entries, entry);
  update_title (burst, kind);

  if (!joins)
    adw_toast_overlay_add_toast (self->overlay, g_object_ref (burst->toast));
}

static void
luminal_toast_queue_dispose (GObject *object)
{
  LuminalToastQueue *self = LUMINAL_TOAST_QUEUE (object);

  for (Kind kind = 0; kind < N_KINDS; kind++)
    end_burst (&self->bursts[kind]);
  g_clear_object (&self->overlay);

  G_OBJECT_CLASS (luminal_toast_queue_parent_class)->dispose (object);
}

static void
luminal_toast_queue_class_init (LuminalToastQueueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = luminal_toast_queue_dispose;

  /* Someone wants to read it all: the heading and the text. */
  signals[DETAILS] = g_signal_new ("details", LUMINAL_TYPE_TOAST_QUEUE, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);

  /* Someone wants a file back that was unloaded. */
  signals[UNDO] = g_signal_new ("undo", LUMINAL_TYPE_TOAST_QUEUE, G_SIGNAL_RUN_LAST,
                                0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_FILE);
}

static void
luminal_toast_queue_init (LuminalToastQueue *self)
{
}

LuminalToastQueue *
luminal_toast_queue_new (AdwToastOverlay *overlay)
{
  LuminalToastQueue *self;

  g_return_val_if_fail (ADW_IS_TOAST_OVERLAY (overlay), NULL);

  self = g_object_new (LUMINAL_TYPE_TOAST_QUEUE, NULL);
  self->overlay = g_object_ref (overlay);

  return self;
}

/**
 * luminal_toast_queue_add_problem:
 * @self: the queue
 * @problem: what kind of problem
 * @name: (nullable): the photon's name
 * @error: what went wrong
 *
 * Tells of a problem. The same one is told once, even when both an event and
 * the end of an operation report it.
 */
void
luminal_toast_queue_add_problem (LuminalToastQueue *self,
                                 LuminalProblem     problem,
                                 const char        *name,
                                 const GError      *error)
{
  GPtrArray *entries;
  g_autofree char *message = NULL;
  Entry *entry;

  g_return_if_fail (LUMINAL_IS_TOAST_QUEUE (self));

  message = luminal_look_message (error);
  entries = self->bursts[KIND_PROBLEM].entries;
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      entry = g_ptr_array_index (entries, i);
      if (g_str_equal (entry->message, message))
        return;
    }

  entry = g_new0 (Entry, 1);
  entry->problem = problem;
  entry->name = g_strdup (name);
  entry->message = g_steal_pointer (&message);
  add (self, KIND_PROBLEM, entry);
}

void
luminal_toast_queue_add_unloaded (LuminalToastQueue *self,
                                  const char        *name,
                                  GFile             *file)
{
  Entry *entry;

  g_return_if_fail (LUMINAL_IS_TOAST_QUEUE (self));
  g_return_if_fail (G_IS_FILE (file));

  entry = g_new0 (Entry, 1);
  entry->name = g_strdup (name);
  entry->file = g_object_ref (file);
  add (self, KIND_UNLOADED, entry);
}

void
luminal_toast_queue_add_vanished (LuminalToastQueue *self,
                                  const char        *name)
{
  Entry *entry;

  g_return_if_fail (LUMINAL_IS_TOAST_QUEUE (self));

  entry = g_new0 (Entry, 1);
  entry->name = g_strdup (name);
  add (self, KIND_VANISHED, entry);
}

/* Nothing said so far is of interest in another folder. */
void
luminal_toast_queue_clear (LuminalToastQueue *self)
{
  g_return_if_fail (LUMINAL_IS_TOAST_QUEUE (self));

  for (Kind kind = 0; kind < N_KINDS; kind++)
    if (self->bursts[kind].toast != NULL)
      {
        g_autoptr (AdwToast) toast = g_object_ref (self->bursts[kind].toast);

        end_burst (&self->bursts[kind]);
        adw_toast_dismiss (toast);
      }
}
