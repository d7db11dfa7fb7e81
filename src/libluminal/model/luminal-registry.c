/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-registry.h"

#include "luminal-event-private.h"

struct _LuminalRegistry
{
  GObject parent_instance;

  GSequence *handlers;
  GHashTable *modules; /* path → LuminalModule */
  GHashTable *names;   /* name → LuminalModule, not owned */

  /* A list view asks for one item after the other. */
  GSequenceIter *last_iter;
  guint last_position;

  const LuminalHandlerControl *control;
  gpointer owner; /* not owned: it owns this */
};

static guint event_signal;
static guint names_freed_signal;
static guint crashed_signal;

static void luminal_registry_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LuminalRegistry, luminal_registry, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, luminal_registry_list_model_init))

static void
luminal_registry_finalize (GObject *object)
{
  LuminalRegistry *self = LUMINAL_REGISTRY (object);

  g_sequence_free (self->handlers);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->modules);

  G_OBJECT_CLASS (luminal_registry_parent_class)->finalize (object);
}

static void
luminal_registry_class_init (LuminalRegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_registry_finalize;

  event_signal = g_signal_new ("event", LUMINAL_TYPE_REGISTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, LUMINAL_TYPE_EVENT);
  names_freed_signal = g_signal_new ("names-freed", LUMINAL_TYPE_REGISTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 0);
  crashed_signal = g_signal_new ("crashed", LUMINAL_TYPE_REGISTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, LUMINAL_TYPE_MODULE);
}

static void
luminal_registry_init (LuminalRegistry *self)
{
  self->handlers = g_sequence_new (g_object_unref);
  self->modules = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static GType
luminal_registry_get_item_type (GListModel *model)
{
  return LUMINAL_TYPE_HANDLER;
}

static guint
luminal_registry_get_n_items (GListModel *model)
{
  return (guint) g_sequence_get_length (LUMINAL_REGISTRY (model)->handlers);
}

static gpointer
luminal_registry_get_item (GListModel *model,
                           guint       position)
{
  LuminalRegistry *self = LUMINAL_REGISTRY (model);
  GSequenceIter *iter;

  if (self->last_iter != NULL && position == self->last_position + 1)
    iter = g_sequence_iter_next (self->last_iter);
  else if (self->last_iter != NULL && position == self->last_position)
    iter = self->last_iter;
  else
    iter = g_sequence_get_iter_at_pos (self->handlers, (int) MIN (position, G_MAXINT));

  if (g_sequence_iter_is_end (iter))
    return NULL;

  self->last_iter = iter;
  self->last_position = position;
  return g_object_ref (g_sequence_get (iter));
}

static void
luminal_registry_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = luminal_registry_get_item_type;
  iface->get_n_items = luminal_registry_get_n_items;
  iface->get_item = luminal_registry_get_item;
}

LuminalRegistry *
luminal_registry_new (void)
{
  return g_object_new (LUMINAL_TYPE_REGISTRY, NULL);
}

void
luminal_registry_set_control (LuminalRegistry             *self,
                              const LuminalHandlerControl *control,
                              gpointer                     owner)
{
  self->control = control;
  self->owner = owner;
}

LuminalHandler *
luminal_registry_create_handler (LuminalRegistry *self,
                                 LuminalModule   *module,
                                 const char      *name)
{
  LuminalHandler *handler = luminal_handler_new (module->file, name, G_LIST_MODEL (module->history));

  luminal_handler_set_control (handler, self->control, self->owner);
  return handler;
}

LuminalHandler *
luminal_registry_lookup (LuminalRegistry *self,
                         const char      *name)
{
  LuminalModule *module = g_hash_table_lookup (self->names, name);

  for (guint i = 0; module != NULL && i < module->handlers->len; i++)
    {
      if (g_str_equal (luminal_handler_get_name (module->handlers->pdata[i]), name))
        return module->handlers->pdata[i];
    }

  return NULL;
}

LuminalModule *
luminal_registry_lookup_module (LuminalRegistry *self,
                                const char      *path)
{
  return g_hash_table_lookup (self->modules, path);
}

LuminalModule *
luminal_registry_claim_name (LuminalRegistry *self,
                             LuminalModule   *module,
                             const char      *name)
{
  LuminalModule *owner = g_hash_table_lookup (self->names, name);

  if (owner == NULL)
    g_hash_table_insert (self->names, g_strdup (name), module);

  return owner != NULL && owner != module ? owner : NULL;
}

gboolean
luminal_registry_settle_names (LuminalRegistry *self,
                               LuminalModule   *module,
                               GPtrArray       *names)
{
  gboolean freed = FALSE;

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = names->pdata[i];

      if (g_hash_table_lookup (self->names, name) == module &&
          luminal_registry_lookup (self, name) == NULL)
        freed |= g_hash_table_remove (self->names, name);
    }

  return freed;
}

void
luminal_registry_tell_names_freed (LuminalRegistry *self)
{
  g_signal_emit (self, names_freed_signal, 0);
}

static gboolean
same_objects (GPtrArray *a,
              GPtrArray *b)
{
  return a->len == b->len && memcmp (a->pdata, b->pdata, a->len * sizeof (gpointer)) == 0;
}

static void
module_said (LuminalRegistry *self,
             LuminalHandler  *handler,
             guint            generation,
             const char      *checksum,
             LuminalStream    stream,
             const char      *text,
             LuminalModule   *module)
{
  luminal_registry_tell_output (self, handler, generation, checksum, stream, text);
}

static void
module_crashed (LuminalRegistry *self,
                LuminalModule   *module)
{
  g_signal_emit (self, crashed_signal, 0, module);
}

static void
luminal_registry_add_module (LuminalRegistry *self,
                             LuminalModule   *module)
{
  g_hash_table_insert (self->modules, module->path, g_object_ref (module));
  g_signal_connect_object (module, "output", G_CALLBACK (module_said), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (module, "crashed", G_CALLBACK (module_crashed), self, G_CONNECT_SWAPPED);
}

static void
luminal_registry_remove_module (LuminalRegistry *self,
                                LuminalModule   *module)
{
  g_signal_handlers_disconnect_by_func (module, module_said, self);
  g_signal_handlers_disconnect_by_func (module, module_crashed, self);
  g_hash_table_remove (self->modules, module->path);
}

void
luminal_registry_set_handlers (LuminalRegistry *self,
                               LuminalModule   *module,
                               GPtrArray       *handlers)
{
  g_autoptr (LuminalModule) kept = g_object_ref (module);
  g_autoptr (GPtrArray) old = NULL;
  g_autoptr (GPtrArray) old_names = g_ptr_array_new_with_free_func (g_free);
  gboolean freed;
  GSequenceIter *before;
  guint position;

  for (guint i = 0; i < handlers->len; i++)
    g_hash_table_insert (self->names, g_strdup (luminal_handler_get_name (handlers->pdata[i])), module);

  if (same_objects (module->handlers, handlers))
    return;

  if (module->handlers->len > 0)
    before = luminal_handler_get_position (module->handlers->pdata[0]);
  else
    before = g_sequence_get_end_iter (self->handlers);
  position = (guint) g_sequence_iter_get_position (before);

  old = g_steal_pointer (&module->handlers);
  module->handlers = g_ptr_array_ref (handlers);
  for (guint i = 0; i < old->len; i++)
    {
      before = g_sequence_iter_next (luminal_handler_get_position (old->pdata[i]));
      g_sequence_remove (luminal_handler_get_position (old->pdata[i]));
      luminal_handler_set_position (old->pdata[i], NULL);
    }
  for (guint i = 0; i < handlers->len; i++)
    {
      GSequenceIter *at = g_sequence_insert_before (before, g_object_ref (handlers->pdata[i]));

      luminal_handler_set_position (handlers->pdata[i], at);
    }
  self->last_iter = NULL;

  for (guint i = 0; i < old->len; i++)
    g_ptr_array_add (old_names, g_strdup (luminal_handler_get_name (old->pdata[i])));
  freed = luminal_registry_settle_names (self, module, old_names);

  if (handlers->len == 0)
    luminal_registry_remove_module (self, module);
  else if (!g_hash_table_contains (self->modules, module->path))
    luminal_registry_add_module (self, module);

  g_list_model_items_changed (G_LIST_MODEL (self), position, old->len, handlers->len);
  if (freed)
    luminal_registry_tell_names_freed (self);
}

void
luminal_registry_tell (LuminalRegistry *self,
                       LuminalEvent    *event)
{
  g_signal_emit (self, event_signal, 0, event);
}

void
luminal_registry_tell_of (LuminalRegistry *self,
                          LuminalEventKind kind,
                          LuminalHandler  *handler,
                          gint64           duration)
{
  g_autoptr (LuminalEvent) event = luminal_event_new (kind, handler);

  luminal_event_set_duration (event, duration);
  luminal_registry_tell (self, event);
}

void
luminal_registry_tell_output (LuminalRegistry *self,
                              LuminalHandler  *handler,
                              guint            generation,
                              const char      *checksum,
                              LuminalStream    stream,
                              const char      *text)
{
  g_autoptr (LuminalEvent) event = luminal_event_new (LUMINAL_EVENT_OUTPUT, handler);

  luminal_event_set_generation (event, generation, checksum);
  luminal_event_set_output (event, stream, text);
  luminal_registry_tell (self, event);
}

void
luminal_registry_drop (LuminalRegistry *self,
                       LuminalModule   *module,
                       const char      *pinned,
                       gint64           duration)
{
  g_autoptr (GPtrArray) handlers = g_ptr_array_ref (module->handlers);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  luminal_registry_set_handlers (self, module, none);

  for (guint i = 0; i < handlers->len; i++)
    {
      LuminalHandler *handler = handlers->pdata[i];

      luminal_handler_set_phase (handler, LUMINAL_PHASE_NONE);
      luminal_handler_set_host (handler, NULL);
      if (pinned != NULL)
        luminal_handler_set_pinned (handler, pinned);
      luminal_handler_set_status (handler, LUMINAL_STATUS_UNLOADED);
      luminal_handler_set_control (handler, NULL, NULL);
      luminal_registry_tell_of (self, LUMINAL_EVENT_UNLOADED, handler, duration);
    }
}
