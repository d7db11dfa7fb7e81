/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-sorted-list.h"

#include <luminal.h>

#include "luminal-look.h"

/* Photons in order: by name, those with problems before the others, or those first that
 * changed last. While a folder is scanned they come one by one, and each takes its place without anything else
 * being looked at: GtkSortListModel goes through all of them for every one, and reports
 * everything behind it as changed. */

typedef struct
{
  LuminalSortedList *list;
  LuminalHandler *handler;
  GSequenceIter *iter;
  gulong notify_id;
  char *key;
  gint64 rank; /* what comes before the name, as it was when it was last looked at */
  gboolean is_stale;
} Entry;

struct _LuminalSortedList
{
  GObject parent_instance;

  GListModel *model;
  gulong changed_id;
  GPtrArray *iters; /* GSequenceIter, in the order of the model */
  GSequence *entries;
  GSequence *moving; /* the one on its way */
  LuminalOrder order;
  GPtrArray *stale; /* of Entry: what has changed since */
  gboolean is_told; /* that something has */

  /* Whoever goes through all of them asks for the next one most of the time. */
  GSequenceIter *last;
  guint last_position;
};

static guint stale_signal;

static void luminal_sorted_list_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LuminalSortedList, luminal_sorted_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      luminal_sorted_list_list_model_init))

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_signal_handler (&entry->notify_id, entry->handler);
  if (entry->is_stale)
    g_ptr_array_remove_fast (entry->list->stale, entry);
  g_object_unref (entry->handler);
  g_free (entry->key);
  g_free (entry);
}

/* As people sort: "Photon 2" before "Photon 10", and capitals do not matter. */
static char *
make_key (LuminalHandler *handler)
{
  const char *name = luminal_handler_get_name (handler);
  g_autofree char *valid = g_utf8_make_valid (name != NULL ? name : "", -1);
  g_autofree char *folded = g_utf8_casefold (valid, -1);

  return g_utf8_collate_key_for_filename (folded, -1);
}

static gint64
problem_rank (LuminalHandler *handler)
{
  switch (luminal_look_of (handler))
    {
    case LUMINAL_LOOK_CRASHED:
      return 0;
    case LUMINAL_LOOK_FAILED:
      return 1;
    case LUMINAL_LOOK_ROLLED_BACK:
    case LUMINAL_LOOK_NOT_RELOADED:
      return 2;
    case LUMINAL_LOOK_LOADED:
    case LUMINAL_LOOK_RUNNING:
    case LUMINAL_LOOK_BUSY:
    case LUMINAL_LOOK_STOPPED:
    case LUMINAL_LOOK_UNLOADED:
    case LUMINAL_LOOK_GONE:
    default:
      return 3;
    }
}

/* When it was last tried to put something of it to work. */
static gint64
last_change (LuminalHandler *handler)
{
  GListModel *history = luminal_handler_get_history (handler);
  guint n_attempts = history != NULL ? g_list_model_get_n_items (history) : 0;
  gint64 started_at = luminal_handler_get_started_at (handler);
  g_autoptr (LuminalGeneration) last = n_attempts > 0 ? g_list_model_get_item (history, n_attempts - 1) : NULL;

  return last != NULL ? MAX (luminal_generation_get_time (last), started_at) : started_at;
}

static gint64
make_rank (LuminalOrder    order,
           LuminalHandler *handler)
{
  switch (order)
    {
    case LUMINAL_ORDER_PROBLEMS:
      return problem_rank (handler);
    case LUMINAL_ORDER_RECENT:
      return -last_change (handler);
    case LUMINAL_ORDER_NAME:
    default:
      return 0;
    }
}

static void
report (LuminalSortedList *self,
        guint              position,
        guint              n_removed,
        guint              n_added)
{
  self->last = NULL;
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
}

static int
compare (gconstpointer a,
         gconstpointer b,
         gpointer      user_data)
{
  const Entry *left = a;
  const Entry *right = b;
  int order;

  if (left->rank != right->rank)
    return left->rank < right->rank ? -1 : 1;

  order = g_strcmp0 (left->key, right->key);
  if (order == 0)
    order = g_strcmp0 (luminal_handler_get_filepath (left->handler),
                       luminal_handler_get_filepath (right->handler));
  return order;
}

/* It may belong elsewhere now. Nothing between its two places has changed, so nothing of
 * that is reported. */
static void
move_entry (Entry *entry)
{
  LuminalSortedList *self = entry->list;
  GSequenceIter *before = g_sequence_iter_prev (entry->iter);
  GSequenceIter *after = g_sequence_iter_next (entry->iter);
  guint position;

  if ((before == entry->iter || compare (g_sequence_get (before), entry, NULL) <= 0) &&
      (g_sequence_iter_is_end (after) || compare (entry, g_sequence_get (after), NULL) <= 0))
    return;

  position = (guint) g_sequence_iter_get_position (entry->iter);
  g_sequence_move (entry->iter, g_sequence_get_end_iter (self->moving));
  report (self, position, 1, 0);
  g_sequence_move (entry->iter, g_sequence_search (self->entries, entry, compare, NULL));
  report (self, (guint) g_sequence_iter_get_position (entry->iter), 0, 1);
}

/* A module that could not be loaded has its file's name until it can. Of all else it is
 * enough to look at it once a frame. */
static void
notify_cb (LuminalHandler *handler,
           GParamSpec     *pspec,
           Entry          *entry)
{
  if (g_str_equal (pspec->name, "name"))
    {
      g_free (entry->key);
      entry->key = make_key (handler);
      move_entry (entry);
    }
  else if (luminal_look_depends_on (pspec))
    {
      LuminalSortedList *self = entry->list;

      if (!entry->is_stale && self->order != LUMINAL_ORDER_NAME)
        {
          entry->is_stale = TRUE;
          g_ptr_array_add (self->stale, entry);
        }
      if (!self->is_told)
        {
          self->is_told = TRUE;
          g_signal_emit (self, stale_signal, 0);
        }
    }
}

static Entry *
entry_new (LuminalSortedList *self,
           guint              position)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->list = self;
  entry->handler = g_list_model_get_item (self->model, position);
  entry->key = make_key (entry->handler);
  entry->rank = make_rank (self->order, entry->handler);

  return entry;
}

static void
follow (GSequenceIter *iter)
{
  Entry *entry = g_sequence_get (iter);

  entry->iter = iter;
  entry->notify_id = g_signal_connect (entry->handler, "notify", G_CALLBACK (notify_cb), entry);
}

static void
add_one_by_one (LuminalSortedList *self,
                guint              position,
                guint              n_added)
{
  for (guint i = 0; i < n_added; i++)
    {
      GSequenceIter *iter =
        g_sequence_insert_sorted (self->entries, entry_new (self, position + i), compare, NULL);

      follow (iter);
      g_ptr_array_insert (self->iters, (int) (position + i), iter);
      report (self, (guint) g_sequence_iter_get_position (iter), 0, 1);
    }
}

static void
add_at_once (LuminalSortedList *self,
             guint              position,
             guint              n_added)
{
  guint n_before = (guint) g_sequence_get_length (self->entries);

  for (guint i = 0; i < n_added; i++)
    {
      GSequenceIter *iter = g_sequence_append (self->entries, entry_new (self, position + i));

      follow (iter);
      g_ptr_array_insert (self->iters, (int) (position + i), iter);
    }
  g_sequence_sort (self->entries, compare, NULL);

  report (self, 0, n_before, n_before + n_added);
}

static void
remove_one_by_one (LuminalSortedList *self,
                   guint              position,
                   guint              n_removed)
{
  for (guint i = 0; i < n_removed; i++)
    {
      GSequenceIter *iter = self->iters->pdata[position];
      guint sorted_position = (guint) g_sequence_iter_get_position (iter);

      g_ptr_array_remove_index (self->iters, position);
      g_sequence_remove (iter);
      report (self, sorted_position, 1, 0);
    }
}

static void
remove_all (LuminalSortedList *self)
{
  guint n_items = (guint) g_sequence_get_length (self->entries);

  g_ptr_array_set_size (self->iters, 0);
  g_sequence_remove_range (g_sequence_get_begin_iter (self->entries),
                           g_sequence_get_end_iter (self->entries));
  if (n_items > 0)
    report (self, 0, n_items, 0);
}

static void
model_changed_cb (LuminalSortedList *self,
                  guint              position,
                  guint              n_removed,
                  guint              n_added)
{
  if (n_removed > 0 && n_removed == self->iters->len)
    remove_all (self);
  else
    remove_one_by_one (self, position, n_removed);

  /* Where many come together, one report of all is less work than many of one. */
  if (n_added > 16 && n_added > self->iters->len / 4)
    add_at_once (self, position, n_added);
  else
    add_one_by_one (self, position, n_added);
}

static GType
luminal_sorted_list_get_item_type (GListModel *model)
{
  return LUMINAL_TYPE_HANDLER;
}

static guint
luminal_sorted_list_get_n_items (GListModel *model)
{
  return (guint) g_sequence_get_length (LUMINAL_SORTED_LIST (model)->entries);
}

static gpointer
luminal_sorted_list_get_item (GListModel *model,
                              guint       position)
{
  LuminalSortedList *self = LUMINAL_SORTED_LIST (model);
  Entry *entry;

  if (position >= (guint) g_sequence_get_length (self->entries))
    return NULL;

  if (self->last == NULL || position != self->last_position + 1)
    self->last = g_sequence_get_iter_at_pos (self->entries, (int) position);
  else
    self->last = g_sequence_iter_next (self->last);
  self->last_position = position;
  entry = g_sequence_get (self->last);

  return g_object_ref (entry->handler);
}

static void
luminal_sorted_list_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = luminal_sorted_list_get_item_type;
  iface->get_n_items = luminal_sorted_list_get_n_items;
  iface->get_item = luminal_sorted_list_get_item;
}

static void
luminal_sorted_list_dispose (GObject *object)
{
  LuminalSortedList *self = LUMINAL_SORTED_LIST (object);

  g_clear_signal_handler (&self->changed_id, self->model);
  g_clear_object (&self->model);

  G_OBJECT_CLASS (luminal_sorted_list_parent_class)->dispose (object);
}

static void
luminal_sorted_list_finalize (GObject *object)
{
  LuminalSortedList *self = LUMINAL_SORTED_LIST (object);

  g_ptr_array_unref (self->iters);
  g_sequence_free (self->entries);
  g_sequence_free (self->moving);
  g_ptr_array_unref (self->stale);

  G_OBJECT_CLASS (luminal_sorted_list_parent_class)->finalize (object);
}

static void
luminal_sorted_list_class_init (LuminalSortedListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  stale_signal = g_signal_new ("stale", LUMINAL_TYPE_SORTED_LIST, G_SIGNAL_RUN_LAST,
                               0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  object_class->dispose = luminal_sorted_list_dispose;
  object_class->finalize = luminal_sorted_list_finalize;
}

static void
luminal_sorted_list_init (LuminalSortedList *self)
{
  self->iters = g_ptr_array_new ();
  self->entries = g_sequence_new (entry_free);
  self->moving = g_sequence_new (NULL);
  self->stale = g_ptr_array_new ();
  self->order = LUMINAL_ORDER_NAME;
}

LuminalSortedList *
luminal_sorted_list_new (void)
{
  return g_object_new (LUMINAL_TYPE_SORTED_LIST, NULL);
}

/**
 * luminal_sorted_list_set_model:
 * @self: the list
 * @model: (nullable): a list of handlers
 */
void
luminal_sorted_list_set_model (LuminalSortedList *self,
                               GListModel        *model)
{
  g_return_if_fail (LUMINAL_IS_SORTED_LIST (self));
  g_return_if_fail (model == NULL || G_IS_LIST_MODEL (model));

  if (self->model == model)
    return;

  g_clear_signal_handler (&self->changed_id, self->model);
  remove_all (self);
  g_set_object (&self->model, model);
  if (model == NULL)
    return;

  self->changed_id = g_signal_connect_object (model, "items-changed",
                                              G_CALLBACK (model_changed_cb), self,
                                              G_CONNECT_SWAPPED);
  if (g_list_model_get_n_items (model) > 0)
    add_at_once (self, 0, g_list_model_get_n_items (model));
}

/* All of them anew. */
static void
sort (LuminalSortedList *self)
{
  guint n_items = (guint) g_sequence_get_length (self->entries);

  for (GSequenceIter *iter = g_sequence_get_begin_iter (self->entries);
       !g_sequence_iter_is_end (iter);
       iter = g_sequence_iter_next (iter))
    {
      Entry *entry = g_sequence_get (iter);

      entry->rank = make_rank (self->order, entry->handler);
      entry->is_stale = FALSE;
    }
  g_ptr_array_set_size (self->stale, 0);
  g_sequence_sort (self->entries, compare, NULL);

  if (n_items > 0)
    report (self, 0, n_items, n_items);
}

/* What was told of by the signal `stale` is known; the next change is told of again. */
void
luminal_sorted_list_look (LuminalSortedList *self)
{
  g_return_if_fail (LUMINAL_IS_SORTED_LIST (self));

  self->is_told = FALSE;
}

void
luminal_sorted_list_set_order (LuminalSortedList *self,
                               LuminalOrder       order)
{
  g_return_if_fail (LUMINAL_IS_SORTED_LIST (self));

  if (self->order == order)
    return;

  self->order = order;
  sort (self);
}

/**
 * luminal_sorted_list_states_changed:
 * @self: the list
 *
 * To be called when photons changed, as often as their order may change: those that have
 * changed take their new places.
 */
void
luminal_sorted_list_states_changed (LuminalSortedList *self)
{
  g_autoptr (GPtrArray) moved = g_ptr_array_new ();

  g_return_if_fail (LUMINAL_IS_SORTED_LIST (self));

  for (guint i = 0; i < self->stale->len; i++)
    {
      Entry *entry = self->stale->pdata[i];

      /* Nobody is to look for what only passes through its phases. */
      entry->is_stale = FALSE;
      if (luminal_handler_get_phase (entry->handler) == LUMINAL_PHASE_NONE &&
          make_rank (self->order, entry->handler) != entry->rank)
        g_ptr_array_add (moved, entry);
    }
  g_ptr_array_set_size (self->stale, 0);

  /* Where many change at once, one report is less work. */
  if (moved->len > 16)
    {
      sort (self);
      return;
    }
  for (guint i = 0; i < moved->len; i++)
    {
      Entry *entry = moved->pdata[i];

      entry->rank = make_rank (self->order, entry->handler);
      move_entry (entry);
    }
}
