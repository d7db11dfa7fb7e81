/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-output-finder.h"

#include <string.h>

#include "luminal-output-log.h"

/* Which lines of a log have a text in them. A hundred thousand are not looked through in
 * one go, but a little between any two frames; those that come are looked at, too. */

#define SLICE (4 * 1000) /* µs */
#define LINES_AT_ONCE 256

struct _LuminalOutputFinder
{
  GObject parent_instance;

  GListModel *lines;
  char *text;
  GtkBitset *found;
  GtkBitset *unseen;
  guint idle_id;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalOutputFinder, luminal_output_finder, G_TYPE_OBJECT)

static gboolean
fits (LuminalOutputFinder *self,
      guint                position)
{
  g_autoptr (LuminalOutputItem) item = g_list_model_get_item (self->lines, position);

  return !luminal_output_item_is_divider (item) &&
         strcasestr (luminal_output_item_get_text (item), self->text) != NULL;
}

static void
look_at_some (LuminalOutputFinder *self)
{
  GtkBitsetIter iter;
  guint position, last = 0, n = 0;
  guint first = gtk_bitset_get_minimum (self->unseen);

  for (gboolean more = gtk_bitset_iter_init_first (&iter, self->unseen, &position);
       more && n < LINES_AT_ONCE;
       more = gtk_bitset_iter_next (&iter, &position), n++)
    {
      if (fits (self, position))
        gtk_bitset_add (self->found, position);
      last = position;
    }
  gtk_bitset_remove_range_closed (self->unseen, first, last);
}

/* For as long as nobody notices. */
static void
look (LuminalOutputFinder *self)
{
  gint64 end = g_get_monotonic_time () + SLICE;

  while (!gtk_bitset_is_empty (self->unseen) && g_get_monotonic_time () < end)
    look_at_some (self);
}

static gboolean
look_cb (gpointer user_data)
{
  LuminalOutputFinder *self = user_data;
  gboolean more;

  look (self);
  more = !gtk_bitset_is_empty (self->unseen);
  if (!more)
    self->idle_id = 0;
  g_signal_emit (self, signals[CHANGED], 0);

  return more;
}

/* After what is drawn. */
static void
look_on (LuminalOutputFinder *self)
{
  if (self->idle_id == 0 && !gtk_bitset_is_empty (self->unseen))
    self->idle_id = g_idle_add_full (GDK_PRIORITY_REDRAW + 10, look_cb, self, NULL);
}

static void
lines_changed_cb (LuminalOutputFinder *self,
                  guint                position,
                  guint                n_removed,
                  guint                n_added)
{
  if (self->text == NULL)
    return;

  gtk_bitset_splice (self->found, position, n_removed, n_added);
  gtk_bitset_splice (self->unseen, position, n_removed, n_added);
  if (n_added > 0)
    gtk_bitset_add_range (self->unseen, position, n_added);
  look_on (self);
  if (self->idle_id == 0)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
luminal_output_finder_finalize (GObject *object)
{
  LuminalOutputFinder *self = LUMINAL_OUTPUT_FINDER (object);

  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_clear_object (&self->lines);
  g_free (self->text);
  gtk_bitset_unref (self->found);
  gtk_bitset_unref (self->unseen);

  G_OBJECT_CLASS (luminal_output_finder_parent_class)->finalize (object);
}

static void
luminal_output_finder_class_init (LuminalOutputFinderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_output_finder_finalize;

  /* More is known, or something else. */
  signals[CHANGED] = g_signal_new ("changed", LUMINAL_TYPE_OUTPUT_FINDER, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
luminal_output_finder_init (LuminalOutputFinder *self)
{
  self->found = gtk_bitset_new_empty ();
  self->unseen = gtk_bitset_new_empty ();
}

/* @lines: the items of a log, or some of them */
LuminalOutputFinder *
luminal_output_finder_new (GListModel *lines)
{
  LuminalOutputFinder *self = g_object_new (LUMINAL_TYPE_OUTPUT_FINDER, NULL);

  self->lines = g_object_ref (lines);
  g_signal_connect_object (lines, "items-changed", G_CALLBACK (lines_changed_cb), self, G_CONNECT_SWAPPED);

  return self;
}

const char *
luminal_output_finder_get_text (LuminalOutputFinder *self)
{
  g_return_val_if_fail (LUMINAL_IS_OUTPUT_FINDER (self), NULL);

  return self->text;
}

/* @text: (nullable): what to look for */
void
luminal_output_finder_set_text (LuminalOutputFinder *self,
                                const char          *text)
{
  g_return_if_fail (LUMINAL_IS_OUTPUT_FINDER (self));

  if (text != NULL && *text == '\0')
    text = NULL;
  if (g_strcmp0 (self->text, text) == 0)
    return;

  g_free (self->text);
  self->text = g_strdup (text);
  g_clear_handle_id (&self->idle_id, g_source_remove);
  gtk_bitset_remove_all (self->found);
  gtk_bitset_remove_all (self->unseen);
  if (text != NULL)
    {
      gtk_bitset_add_range (self->unseen, 0, g_list_model_get_n_items (self->lines));
      look (self);
      look_on (self);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Whether there are lines that nobody has looked at yet. */
gboolean
luminal_output_finder_is_busy (LuminalOutputFinder *self)
{
  g_return_val_if_fail (LUMINAL_IS_OUTPUT_FINDER (self), FALSE);

  return !gtk_bitset_is_empty (self->unseen);
}

guint
luminal_output_finder_get_n_found (LuminalOutputFinder *self)
{
  g_return_val_if_fail (LUMINAL_IS_OUTPUT_FINDER (self), 0);

  return (guint) gtk_bitset_get_size (self->found);
}

/* The how manieth @position is, counted from 1; 0 if it is none of those that fit. */
guint
luminal_output_finder_get_index (LuminalOutputFinder *self,
                                 guint                position)
{
  g_return_val_if_fail (LUMINAL_IS_OUTPUT_FINDER (self), 0);

  if (position == GTK_INVALID_LIST_POSITION || !gtk_bitset_contains (self->found, position))
    return 0;

  return (guint) gtk_bitset_get_size_in_range (self->found, 0, position);
}

/**
 * luminal_output_finder_next:
 * @self: the finder
 * @from: where it was found before; %GTK_INVALID_LIST_POSITION if it was not
 * @forward: towards the end, or towards the beginning
 *
 * Returns: where the text is next, round about if need be, or %GTK_INVALID_LIST_POSITION
 */
guint
luminal_output_finder_next (LuminalOutputFinder *self,
                            guint                from,
                            gboolean             forward)
{
  GtkBitsetIter iter;
  guint position;

  g_return_val_if_fail (LUMINAL_IS_OUTPUT_FINDER (self), GTK_INVALID_LIST_POSITION);

  if (gtk_bitset_is_empty (self->found))
    return GTK_INVALID_LIST_POSITION;

  if (forward)
    {
      if (from != GTK_INVALID_LIST_POSITION && gtk_bitset_iter_init_at (&iter, self->found, from + 1, &position))
        return position;
      return gtk_bitset_get_minimum (self->found);
    }

  /* The iterator begins at the next one if there is none at a place. */
  if (from == GTK_INVALID_LIST_POSITION || from <= gtk_bitset_get_minimum (self->found))
    return gtk_bitset_get_maximum (self->found);

  return gtk_bitset_get_nth (self->found,
                             (guint) gtk_bitset_get_size_in_range (self->found, 0, from - 1) - 1);
}
