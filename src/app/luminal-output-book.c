/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-output-book.h"

/* The output of all photons of a loader, a log for each that said something or is looked
 * at. A photon that leaves takes its log along, unless somebody looks at it still. */

struct _LuminalOutputBook
{
  GObject parent_instance;

  GHashTable *logs; /* LuminalHandler → LuminalOutputLog */
};

G_DEFINE_FINAL_TYPE (LuminalOutputBook, luminal_output_book, G_TYPE_OBJECT)

static LuminalOutputLog *
ensure_log (LuminalOutputBook *self,
            LuminalHandler    *handler)
{
  LuminalOutputLog *log = g_hash_table_lookup (self->logs, handler);

  if (log == NULL)
    {
      log = luminal_output_log_new ();
      g_hash_table_insert (self->logs, g_object_ref (handler), log);
    }

  return log;
}

static void
event_cb (LuminalOutputBook *self,
          LuminalEvent      *event)
{
  LuminalHandler *handler = luminal_event_get_handler (event);

  if (handler == NULL)
    return;

  if (luminal_event_get_kind (event) == LUMINAL_EVENT_UNLOADED)
    g_hash_table_remove (self->logs, handler);
  else if (luminal_event_get_kind (event) == LUMINAL_EVENT_OUTPUT &&
           luminal_handler_get_status (handler) != LUMINAL_STATUS_UNLOADED)
    luminal_output_log_add (ensure_log (self, handler),
                            luminal_event_get_generation (event),
                            luminal_event_get_stream (event),
                            luminal_event_get_time (event),
                            luminal_event_get_text (event));
}

static void
luminal_output_book_finalize (GObject *object)
{
  g_hash_table_unref (LUMINAL_OUTPUT_BOOK (object)->logs);

  G_OBJECT_CLASS (luminal_output_book_parent_class)->finalize (object);
}

static void
luminal_output_book_class_init (LuminalOutputBookClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_output_book_finalize;
}

static void
luminal_output_book_init (LuminalOutputBook *self)
{
  self->logs = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
}

LuminalOutputBook *
luminal_output_book_new (LuminalLoader *loader)
{
  LuminalOutputBook *self = g_object_new (LUMINAL_TYPE_OUTPUT_BOOK, NULL);

  g_signal_connect_object (loader, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * luminal_output_book_get_log:
 * @self: the book
 * @handler: a photon
 *
 * Returns: (transfer full): what it said; nothing if it is unloaded, and its log gone
 */
LuminalOutputLog *
luminal_output_book_get_log (LuminalOutputBook *self,
                             LuminalHandler    *handler)
{
  g_return_val_if_fail (LUMINAL_IS_OUTPUT_BOOK (self), NULL);
  g_return_val_if_fail (LUMINAL_IS_HANDLER (handler), NULL);

  if (luminal_handler_get_status (handler) == LUMINAL_STATUS_UNLOADED)
    return luminal_output_log_new ();

  return g_object_ref (ensure_log (self, handler));
}

/* How many photons have one. */
guint
luminal_output_book_get_n_logs (LuminalOutputBook *self)
{
  g_return_val_if_fail (LUMINAL_IS_OUTPUT_BOOK (self), 0);

  return g_hash_table_size (self->logs);
}
