/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-toast-queue.h"

#include <glib/gi18n.h>

#include "compat.h"
#include "luminal-look.h"
#include "luminal-visible.h"

/* Turns what happens into toasts, and a burst of it into one: what comes
 * shortly after something else joins its toast, which then says how many they are. */

#define BURST (2 * G_USEC_PER_SEC)
#define TIMEOUT_SECONDS 10
#define MOST_CHARS 60

typedef enum
{
  KIND_PROBLEM,
  KIND_UNLOADED,
  KIND_STOPPED,
  KIND_VANISHED,
  N_KINDS,
} Kind;

typedef struct
{
  LuminalProblem problem;
  char *name;
  char *message;
  GFile *file;
  LuminalHandler *handler;
} Entry;

typedef struct
{
  AdwToast *toast;
  gint64 last;
  GPtrArray *entries;
  GHashTable *messages; /* of the entries */
  guint n_rolled_back;
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
  g_clear_object (&entry->handler);
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
  g_clear_pointer (&burst->messages, g_hash_table_unref);
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
problems_title (GPtrArray *entries,
                guint      n_rolled_back)
{
  if (entries->len == 1)
    {
      Entry *entry = g_ptr_array_index (entries, 0);

      return problem_title (entry->problem, entry->name, entry->message);
    }

  if (n_rolled_back == entries->len)
    return g_strdup_printf (ngettext ("%u photon was rolled back",
                                      "%u photons were rolled back",
                                      entries->len),
                            entries->len);
  return g_strdup_printf (ngettext ("%u photon failed", "%u photons failed", entries->len),
                          entries->len);
}

static char *
burst_title (const Burst *burst,
             Kind         kind)
{
  GPtrArray *entries = burst->entries;
  Entry *first = g_ptr_array_index (entries, 0);

  switch (kind)
    {
    case KIND_UNLOADED:
      if (entries->len == 1)
        return g_strdup_printf (_("“%s” unloaded"), first->name);
      return g_strdup_printf (ngettext ("%u photon unloaded", "%u photons unloaded", entries->len),
                              entries->len);

    case KIND_STOPPED:
      if (entries->len == 1)
        return g_strdup_printf (_("“%s” stopped"), first->name);
      return g_strdup_printf (ngettext ("%u photon stopped", "%u photons stopped", entries->len),
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
      return problems_title (entries, burst->n_rolled_back);
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
  g_autofree char *title = burst_title (burst, kind);
  g_autofree char *line = luminal_visible_line (title, 0, NULL);
  g_autofree char *escaped = g_markup_escape_text (line, -1);

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
  GPtrArray *entries;

  if (kind != KIND_PROBLEM)
    return;

  entries = self->bursts[kind].entries;
  heading = burst_title (&self->bursts[kind], kind);
  text = burst_text (entries);
  g_signal_emit (self, signals[DETAILS], 0, heading, text,
                 entries->len == 1 ? ((Entry *) g_ptr_array_index (entries, 0))->handler : NULL);
}

static void
undo_cb (LuminalToastQueue *self,
         AdwToast          *toast)
{
  Kind kind = kind_of (self, toast);
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_file_hash, (GEqualFunc) g_file_equal);

  if (kind != KIND_UNLOADED && kind != KIND_STOPPED)
    return;

  /* Several photons may have come from one file. */
  entries = g_ptr_array_ref (self->bursts[kind].entries);
  for (guint i = 0; i < entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (entries, i);

      if (kind == KIND_STOPPED || g_hash_table_add (seen, entry->file))
        g_signal_emit (self, signals[UNDO], 0, entry->file, entry->handler);
    }
}

static void
begin_burst (LuminalToastQueue *self,
             Kind               kind)
{
  Burst *burst = &self->bursts[kind];

  burst->toast = adw_toast_new ("");
  burst->entries = g_ptr_array_new_with_free_func (entry_free);
  burst->messages = g_hash_table_new (g_str_hash, g_str_equal);
  burst->n_rolled_back = 0;
  adw_toast_set_timeout (burst->toast, TIMEOUT_SECONDS);
  adw_toast_set_priority (burst->toast, ADW_TOAST_PRIORITY_HIGH);

  if (kind == KIND_PROBLEM)
    {
      adw_toast_set_button_label (burst->toast, _("_Details"));
      g_signal_connect_object (burst->toast, "button-clicked",
                               G_CALLBACK (details_cb), self, G_CONNECT_SWAPPED);
    }
  else if (kind == KIND_UNLOADED || kind == KIND_STOPPED)
    {
      adw_toast_set_button_label (burst->toast, _("_Undo"));
      g_signal_connect_object (burst->toast, "button-clicked",
                               G_CALLBACK (undo_cb), self, G_CONNECT_SWAPPED);
    }

  g_signal_connect_object (burst->toast, "dismissed",
                           G_CALLBACK (dismissed_cb), self, G_CONNECT_SWAPPED);
}

/* A toast has one line, and a name may be as long as it likes. */
static char *
shorten (const char *name)
{
  gsize n_left_out;
  g_autofree char *line = name != NULL ? luminal_visible_line (name, MOST_CHARS, &n_left_out) : NULL;

  return line != NULL && n_left_out > 0 ? g_strconcat (line, "…", NULL) : g_steal_pointer (&line);
}

/* What a person does to one photon several times in a row is told once. */
static gboolean
has_told_of (Burst *burst,
             Entry *entry)
{
  for (guint i = 0; i < burst->entries->len; i++)
    {
      Entry *told = g_ptr_array_index (burst->entries, i);

      if (told->handler == entry->handler && g_strcmp0 (told->name, entry->name) == 0 &&
          (told->file == entry->file ||
           (told->file != NULL && entry->file != NULL && g_file_equal (told->file, entry->file))))
        return TRUE;
    }

  return FALSE;
}

/* Takes @entry. */
static void
add (LuminalToastQueue *self,
     Kind               kind,
     Entry             *entry)
{
  Burst *burst = &self->bursts[kind];
  gint64 now = g_get_monotonic_time ();
  gboolean joins = burst->toast != NULL && now - burst->last < BURST;

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

  burst->last = now;
  if (joins && kind != KIND_PROBLEM && has_told_of (burst, entry))
    {
      entry_free (entry);
      return;
    }

  g_ptr_array_add (burst->entries, entry);
  if (entry->message != NULL)
    g_hash_table_add (burst->messages, entry->message);
  burst->n_rolled_back += kind == KIND_PROBLEM && entry->problem == LUMINAL_PROBLEM_ROLLED_BACK;
  update_title (burst, kind);

  if (joins)
    return;

  adw_toast_overlay_add_toast (self->overlay, g_object_ref (burst->toast));
  if (kind == KIND_PROBLEM)
    {
      g_autofree char *title = burst_title (burst, kind);

      luminal_compat_announce (GTK_WIDGET (self->overlay), title);
    }
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

  /* Someone wants to read it all: the heading and the text; and if there is only one,
   * the photon that it is about. */
  signals[DETAILS] = g_signal_new ("details", LUMINAL_TYPE_TOAST_QUEUE, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, LUMINAL_TYPE_HANDLER);

  /* Someone wants a file back that was unloaded, or a photon that was stopped. */
  signals[UNDO] = g_signal_new ("undo", LUMINAL_TYPE_TOAST_QUEUE, G_SIGNAL_RUN_LAST,
                                0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_FILE, LUMINAL_TYPE_HANDLER);
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
 * @handler: (nullable): the photon
 * @error: what went wrong
 *
 * Tells of a problem. The same one is told once, even when both an event and
 * the end of an operation report it.
 */
void
luminal_toast_queue_add_problem (LuminalToastQueue *self,
                                 LuminalProblem     problem,
                                 const char        *name,
                                 LuminalHandler    *handler,
                                 const GError      *error)
{
  GHashTable *messages;
  g_autofree char *message = NULL;
  Entry *entry;

  g_return_if_fail (LUMINAL_IS_TOAST_QUEUE (self));

  message = luminal_look_message (error);
  messages = self->bursts[KIND_PROBLEM].messages;
  if (messages != NULL && g_hash_table_contains (messages, message))
    return;

  entry = g_new0 (Entry, 1);
  entry->problem = problem;
  entry->name = shorten (name);
  g_set_object (&entry->handler, handler);
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
  entry->name = shorten (name);
  entry->file = g_object_ref (file);
  add (self, KIND_UNLOADED, entry);
}

void
luminal_toast_queue_add_stopped (LuminalToastQueue *self,
                                 LuminalHandler    *handler)
{
  Entry *entry;

  g_return_if_fail (LUMINAL_IS_TOAST_QUEUE (self));
  g_return_if_fail (LUMINAL_IS_HANDLER (handler));

  entry = g_new0 (Entry, 1);
  entry->name = shorten (luminal_handler_get_name (handler));
  entry->file = g_object_ref (luminal_handler_get_file (handler));
  entry->handler = g_object_ref (handler);
  add (self, KIND_STOPPED, entry);
}

void
luminal_toast_queue_add_vanished (LuminalToastQueue *self,
                                  const char        *name)
{
  Entry *entry;

  g_return_if_fail (LUMINAL_IS_TOAST_QUEUE (self));

  entry = g_new0 (Entry, 1);
  entry->name = shorten (name);
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
