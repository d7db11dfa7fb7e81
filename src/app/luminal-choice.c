/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-choice.h"

/* The photons that somebody picked out, to do one thing with all of them. A selection model
 * would drop those that a search hides. */

struct _LuminalChoice
{
  GObject parent_instance;

  GHashTable *handlers;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalChoice, luminal_choice, G_TYPE_OBJECT)

static void
luminal_choice_finalize (GObject *object)
{
  g_hash_table_unref (LUMINAL_CHOICE (object)->handlers);

  G_OBJECT_CLASS (luminal_choice_parent_class)->finalize (object);
}

static void
luminal_choice_class_init (LuminalChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_choice_finalize;

  signals[CHANGED] = g_signal_new ("changed", LUMINAL_TYPE_CHOICE, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
luminal_choice_init (LuminalChoice *self)
{
  self->handlers = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}

LuminalChoice *
luminal_choice_new (void)
{
  return g_object_new (LUMINAL_TYPE_CHOICE, NULL);
}

static void
tell_if (LuminalChoice *self,
         gboolean       changed)
{
  if (changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

guint
luminal_choice_get_n (LuminalChoice *self)
{
  g_return_val_if_fail (LUMINAL_IS_CHOICE (self), 0);

  return g_hash_table_size (self->handlers);
}

gboolean
luminal_choice_has (LuminalChoice  *self,
                    LuminalHandler *handler)
{
  g_return_val_if_fail (LUMINAL_IS_CHOICE (self), FALSE);

  return g_hash_table_contains (self->handlers, handler);
}

/* In no order. */
GPtrArray *
luminal_choice_list (LuminalChoice *self)
{
  GPtrArray *handlers;
  GHashTableIter iter;
  gpointer handler;

  g_return_val_if_fail (LUMINAL_IS_CHOICE (self), NULL);

  handlers = g_ptr_array_new_with_free_func (g_object_unref);
  g_hash_table_iter_init (&iter, self->handlers);
  while (g_hash_table_iter_next (&iter, &handler, NULL))
    g_ptr_array_add (handlers, g_object_ref (handler));

  return handlers;
}

static gboolean
set (LuminalChoice  *self,
     LuminalHandler *handler,
     gboolean        chosen)
{
  return chosen ? g_hash_table_add (self->handlers, g_object_ref (handler))
                : g_hash_table_remove (self->handlers, handler);
}

void
luminal_choice_set (LuminalChoice  *self,
                    LuminalHandler *handler,
                    gboolean        chosen)
{
  g_return_if_fail (LUMINAL_IS_CHOICE (self));
  g_return_if_fail (LUMINAL_IS_HANDLER (handler));

  tell_if (self, set (self, handler, chosen));
}

void
luminal_choice_add_all (LuminalChoice *self,
                        GListModel    *model)
{
  gboolean changed = FALSE;

  g_return_if_fail (LUMINAL_IS_CHOICE (self));

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (LuminalHandler) handler = g_list_model_get_item (model, i);

      changed |= set (self, handler, TRUE);
    }

  tell_if (self, changed);
}

/* Of those in @model; others are left as they are. */
void
luminal_choice_invert (LuminalChoice *self,
                       GListModel    *model)
{
  guint n_items = g_list_model_get_n_items (model);

  g_return_if_fail (LUMINAL_IS_CHOICE (self));

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (LuminalHandler) handler = g_list_model_get_item (model, i);

      set (self, handler, !luminal_choice_has (self, handler));
    }

  tell_if (self, n_items > 0);
}

/* Whoever is no longer in @model has left. */
void
luminal_choice_keep_those (LuminalChoice *self,
                           GListModel    *model)
{
  g_autoptr (GHashTable) there = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) handlers = NULL;
  gboolean changed = FALSE;

  g_return_if_fail (LUMINAL_IS_CHOICE (self));

  if (g_hash_table_size (self->handlers) == 0)
    return;

  /* The model keeps them. */
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (LuminalHandler) handler = g_list_model_get_item (model, i);

      g_hash_table_add (there, handler);
    }

  handlers = luminal_choice_list (self);
  for (guint i = 0; i < handlers->len; i++)
    if (!g_hash_table_contains (there, handlers->pdata[i]))
      changed |= set (self, handlers->pdata[i], FALSE);

  tell_if (self, changed);
}

void
luminal_choice_clear (LuminalChoice *self)
{
  gboolean changed;

  g_return_if_fail (LUMINAL_IS_CHOICE (self));

  changed = g_hash_table_size (self->handlers) > 0;
  g_hash_table_remove_all (self->handlers);
  tell_if (self, changed);
}
