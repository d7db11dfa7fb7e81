/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-poll.h"

#include <string.h>
#include <sys/stat.h>

#include "luminal-reach.h"
#include "luminal-task-thread.h"

#define LOOK_MS 2000
#define SECOND_LOOK_MS 500

struct _LuminalPoll
{
  GObject parent_instance;

  const LuminalPollMethods *methods;
  gpointer owner;

  gboolean is_on;
  char *asked_about;
  GSource *timer;
  GCancellable *looking;
  GHashTable *unsettled; /* path → LuminalStamp, as it was at the last look */
  GHashTable *fresh;     /* the same, of what the owner came upon since then */
};

/* One of those that are looked at, in the thread that does. */
typedef struct
{
  char *path;
  LuminalStamp stamp;
} Entry;

/* What a look is given, and what it has found. */
typedef struct
{
  GArray *entries;
  char *asked_about;
  GHashTable *changed; /* path → LuminalStamp */
  gboolean has_room;
} Look;

G_DEFINE_FINAL_TYPE (LuminalPoll, luminal_poll, G_TYPE_OBJECT)

static void luminal_poll_schedule (LuminalPoll *self,
                                   guint        milliseconds);

static GHashTable *
stamps_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
entry_clear (gpointer data)
{
  g_free (((Entry *) data)->path);
}

static void
look_free (gpointer data)
{
  Look *look = data;

  g_array_unref (look->entries);
  g_hash_table_unref (look->changed);
  g_free (look->asked_about);
  g_free (look);
}

static void
luminal_poll_finalize (GObject *object)
{
  LuminalPoll *self = LUMINAL_POLL (object);

  g_assert (self->timer == NULL);
  g_clear_object (&self->looking);
  g_hash_table_unref (self->unsettled);
  g_hash_table_unref (self->fresh);
  g_free (self->asked_about);

  G_OBJECT_CLASS (luminal_poll_parent_class)->finalize (object);
}

static void
luminal_poll_class_init (LuminalPollClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_poll_finalize;
}

static void
luminal_poll_init (LuminalPoll *self)
{
  self->unsettled = stamps_new ();
  self->fresh = stamps_new ();
}

LuminalPoll *
luminal_poll_new (const LuminalPollMethods *methods,
                  gpointer                  owner)
{
  LuminalPoll *self = g_object_new (LUMINAL_TYPE_POLL, NULL);

  self->methods = methods;
  self->owner = owner;

  return self;
}

/* Of a folder too: it changes when something in it comes or goes. */
static void
read_stamp (const char   *path,
            LuminalStamp *stamp)
{
  struct stat info;

  memset (stamp, 0, sizeof *stamp);
  if (stat (path, &info) == 0)
    luminal_stamp_set (stamp, &info);
}

static void
look_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Look *look = task_data;

  for (guint i = 0; i < look->entries->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      Entry *entry = &g_array_index (look->entries, Entry, i);
      LuminalStamp now;

      read_stamp (entry->path, &now);
      if (!luminal_stamp_equal (&entry->stamp, &now))
        g_hash_table_insert (look->changed, g_strdup (entry->path), g_memdup2 (&now, sizeof now));
    }

  if (look->asked_about != NULL)
    {
      g_autofree char *limit = luminal_reach_check_watch (look->asked_about);

      look->has_room = limit == NULL;
    }

  g_task_return_boolean (task, TRUE);
}

static gboolean
is_gone (const LuminalStamp *stamp)
{
  return stamp->inode == 0 && stamp->changed == 0;
}

/* Returns what has changed and was the same at the look before. */
static GHashTable *
take_settled (LuminalPoll *self,
              GHashTable  *changed)
{
  g_autoptr (GHashTable) before = g_steal_pointer (&self->unsettled);
  GHashTable *settled = stamps_new ();
  GHashTableIter iter;
  const char *path;
  LuminalStamp *stamp;

  self->unsettled = stamps_new ();
  g_hash_table_iter_init (&iter, changed);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, (gpointer *) &stamp))
    {
      const LuminalStamp *last = g_hash_table_lookup (before, path);
      gboolean is_settled = last != NULL && luminal_stamp_equal (last, stamp);

      g_hash_table_insert (is_settled ? settled : self->unsettled, g_strdup (path),
                           g_memdup2 (stamp, sizeof *stamp));
    }

  return settled;
}

static gboolean
has_unsettled (LuminalPoll *self)
{
  return g_hash_table_size (self->unsettled) > 0 || g_hash_table_size (self->fresh) > 0;
}

static void
looked (GObject      *source_object,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (LuminalPoll) self = user_data;
  Look *look = g_task_get_task_data (G_TASK (result));
  g_autoptr (GHashTable) settled = NULL;
  GHashTableIter iter;
  const char *path;
  LuminalStamp *stamp;

  g_clear_object (&self->looking);
  if (!self->is_on)
    return;

  /* It was stopped and started meanwhile. */
  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    {
      luminal_poll_schedule (self, SECOND_LOOK_MS);
      return;
    }

  settled = take_settled (self, look->changed);
  g_hash_table_iter_init (&iter, settled);
  while (self->is_on && g_hash_table_iter_next (&iter, (gpointer *) &path, (gpointer *) &stamp))
    self->methods->found (self->owner, path, is_gone (stamp) ? NULL : stamp);
  if (self->is_on && look->has_room)
    self->methods->room (self->owner);
  if (self->is_on)
    luminal_poll_schedule (self, has_unsettled (self) ? SECOND_LOOK_MS : LOOK_MS);
}

static GArray *
collect (LuminalPoll *self)
{
  g_autoptr (GHashTable) known = self->methods->collect (self->owner);
  GArray *entries = g_array_new (FALSE, TRUE, sizeof (Entry));
  GHashTableIter iter;
  const char *path;
  LuminalStamp *stamp;

  g_array_set_clear_func (entries, entry_clear);
  g_hash_table_iter_init (&iter, self->fresh);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, (gpointer *) &stamp))
    g_hash_table_replace (self->unsettled, g_strdup (path), g_memdup2 (stamp, sizeof *stamp));
  g_hash_table_remove_all (self->fresh);

  g_hash_table_iter_init (&iter, self->unsettled);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, NULL))
    {
      if (!g_hash_table_contains (known, path))
        g_hash_table_insert (known, g_strdup (path), g_new0 (LuminalStamp, 1));
    }

  g_hash_table_iter_init (&iter, known);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, (gpointer *) &stamp))
    {
      Entry entry = { g_strdup (path), *stamp };

      g_array_append_val (entries, entry);
    }

  return entries;
}

static gboolean
begin_look (gpointer user_data)
{
  LuminalPoll *self = user_data;
  g_autoptr (GTask) task = NULL;
  Look *look = g_new0 (Look, 1);

  look->entries = collect (self);
  look->asked_about = g_strdup (self->asked_about);
  look->changed = stamps_new ();

  g_clear_pointer (&self->timer, g_source_unref);
  self->looking = g_cancellable_new ();
  task = g_task_new (NULL, self->looking, looked, g_object_ref (self));
  g_task_set_source_tag (task, begin_look);
  g_task_set_task_data (task, look, look_free);
  luminal_task_run_in_own_thread (task, "luminal-poll", look_in_thread);

  return G_SOURCE_REMOVE;
}

static void
luminal_poll_schedule (LuminalPoll *self,
                       guint        milliseconds)
{
  self->timer = g_timeout_source_new (milliseconds);
  g_source_set_static_name (self->timer, "[luminal] poll");
  g_source_set_callback (self->timer, begin_look, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

/* What happened before it began is found by the first looks: the stamps of folders are
 * not known yet. */
void
luminal_poll_start (LuminalPoll *self)
{
  if (self->is_on)
    return;

  self->is_on = TRUE;
  if (self->looking == NULL)
    luminal_poll_schedule (self, SECOND_LOOK_MS);
}

void
luminal_poll_stop (LuminalPoll *self)
{
  self->is_on = FALSE;
  g_hash_table_remove_all (self->unsettled);
  g_hash_table_remove_all (self->fresh);
  if (self->timer != NULL)
    {
      g_source_destroy (self->timer);
      g_clear_pointer (&self->timer, g_source_unref);
    }
  if (self->looking != NULL)
    g_cancellable_cancel (self->looking);
}

void
luminal_poll_ask_for_room (LuminalPoll *self,
                           const char  *folder)
{
  if (g_strcmp0 (self->asked_about, folder) == 0)
    return;

  g_free (self->asked_about);
  self->asked_about = g_strdup (folder);
}

gboolean
luminal_poll_is_on (LuminalPoll *self)
{
  return self->is_on;
}

gboolean
luminal_poll_settled (LuminalPoll        *self,
                      const char         *path,
                      const LuminalStamp *stamp)
{
  const LuminalStamp *last = g_hash_table_lookup (self->fresh, path);

  if (last == NULL)
    last = g_hash_table_lookup (self->unsettled, path);
  if (last != NULL && luminal_stamp_equal (last, stamp))
    {
      g_hash_table_remove (self->fresh, path);
      g_hash_table_remove (self->unsettled, path);
      return TRUE;
    }

  g_hash_table_replace (self->fresh, g_strdup (path), g_memdup2 (stamp, sizeof *stamp));
  if (self->timer != NULL)
    g_source_set_ready_time (self->timer, g_get_monotonic_time () + SECOND_LOOK_MS * 1000);
  return FALSE;
}

void
luminal_poll_add_known (GHashTable *known,
                        GHashTable *stamps)
{
  GHashTableIter iter;
  const char *path;
  const LuminalStamp *stamp;

  g_hash_table_iter_init (&iter, stamps);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, (gpointer *) &stamp))
    g_hash_table_insert (known, g_strdup (path), g_memdup2 (stamp, sizeof *stamp));
}
