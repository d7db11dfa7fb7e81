/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-module.h"

#include "luminal-enum-types.h"
#include "luminal-handler-private.h"

/* How many attempts the history of a module keeps. */
#define HISTORY_LENGTH 100

/* How many contents are kept that were called off: those of a burst of saves. */
#define SUPERSEDED_MAX 16

static guint output_signal;
static guint crashed_signal;

G_DEFINE_FINAL_TYPE (LuminalModule, luminal_module, G_TYPE_OBJECT)

static void
luminal_module_finalize (GObject *object)
{
  LuminalModule *self = LUMINAL_MODULE (object);

  g_clear_object (&self->file);
  g_clear_object (&self->host);
  g_clear_object (&self->history);
  g_clear_object (&self->crash);
  g_clear_pointer (&self->lineage, luminal_lineage_free);
  g_clear_pointer (&self->held, luminal_sayings_free);
  g_clear_pointer (&self->handlers, g_ptr_array_unref);
  g_strfreev (self->other_classes);
  g_strfreev (self->dependencies);
  g_ptr_array_unref (self->superseded);
  g_free (self->checksum);
  g_free (self->held_checksum);
  g_free (self->path);

  G_OBJECT_CLASS (luminal_module_parent_class)->finalize (object);
}

static void
luminal_module_class_init (LuminalModuleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_module_finalize;

  output_signal = g_signal_new ("output", LUMINAL_TYPE_MODULE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 5,
                                LUMINAL_TYPE_HANDLER,
                                G_TYPE_UINT,
                                G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
                                LUMINAL_TYPE_STREAM,
                                G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  crashed_signal = g_signal_new ("crashed", LUMINAL_TYPE_MODULE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
luminal_module_init (LuminalModule *self)
{
  self->handlers = g_ptr_array_new_with_free_func (g_object_unref);
  self->history = g_list_store_new (LUMINAL_TYPE_GENERATION);
  self->lineage = luminal_lineage_new ();
  self->superseded = g_ptr_array_new_with_free_func (g_object_unref);
}

LuminalModule *
luminal_module_new (GFile             *file,
                    GType              photon_base,
                    const char *const *other_classes)
{
  LuminalModule *self = g_object_new (LUMINAL_TYPE_MODULE, NULL);

  self->file = g_object_ref (file);
  self->path = g_file_get_path (file);
  self->photon_base = photon_base;
  self->other_classes = g_strdupv ((GStrv) other_classes);

  return self;
}

/* A photon counts if it declares the wanted base or one derived from it, or if
 * its class was asked for by name. */
gboolean
luminal_module_matches (LuminalModule   *self,
                        LuminalMetadata *photon)
{
  GType base = g_type_from_name (luminal_metadata_get_base (photon));

  if (base != G_TYPE_INVALID && g_type_is_a (base, self->photon_base))
    return TRUE;

  return self->other_classes != NULL &&
         g_strv_contains ((const char *const *) self->other_classes,
                          luminal_metadata_get_class_name (photon));
}

LuminalHandler *
luminal_module_find (LuminalModule *self,
                     const char    *class_name)
{
  for (guint i = 0; i < self->handlers->len; i++)
    {
      if (g_strcmp0 (luminal_handler_get_class_name (self->handlers->pdata[i]), class_name) == 0)
        return self->handlers->pdata[i];
    }

  return NULL;
}

static gboolean
has_handler (LuminalModule *self,
             LuminalStatus  status)
{
  for (guint i = 0; i < self->handlers->len; i++)
    {
      if (luminal_handler_get_status (self->handlers->pdata[i]) == status)
        return TRUE;
    }

  return FALSE;
}

gboolean
luminal_module_has_running (LuminalModule *self)
{
  return has_handler (self, LUMINAL_STATUS_RUNNING);
}

gboolean
luminal_module_has_crashed (LuminalModule *self)
{
  return has_handler (self, LUMINAL_STATUS_CRASHED);
}

GPtrArray *
luminal_module_list_lost (LuminalModule *self)
{
  GPtrArray *lost = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->handlers->len; i++)
    {
      if (luminal_handler_has_lost_process (self->handlers->pdata[i]))
        g_ptr_array_add (lost, g_object_ref (self->handlers->pdata[i]));
    }

  return lost;
}

void
luminal_module_look_for_lost (LuminalModule *self)
{
  g_autoptr (GPtrArray) lost = luminal_module_list_lost (self);

  if (lost->len > 0)
    g_signal_emit (self, crashed_signal, 0);
}

LuminalCrash *
luminal_module_take_crash (LuminalModule *self)
{
  g_autoptr (LuminalCrash) crash = g_steal_pointer (&self->crash);

  /* A host that was not this module's when it crashed was not listened to. */
  if (crash == NULL && self->host != NULL && luminal_host_get_pid (self->host) == 0)
    g_set_object (&crash, luminal_host_get_crash (self->host));

  return g_steal_pointer (&crash);
}

/* What it was is forgotten by the host when a photon is started again. */
static void
host_crashed (LuminalModule *self,
              LuminalHost   *host)
{
  g_set_object (&self->crash, luminal_host_get_crash (host));
  g_signal_emit (self, crashed_signal, 0);
}

void
luminal_module_tell (LuminalModule *self,
                     guint          generation,
                     const char    *checksum,
                     const char    *class_name,
                     LuminalStream  stream,
                     const char    *text)
{
  LuminalHandler *handler = luminal_module_find (self, class_name);

  if (handler != NULL)
    g_signal_emit (self, output_signal, 0, handler, generation, checksum, stream, text);
}

static void
host_said (LuminalModule *self,
           const char    *class_name,
           LuminalStream  stream,
           const char    *text,
           LuminalHost   *host)
{
  if (self->held != NULL)
    luminal_sayings_add (self->held, class_name, stream, text);
  else
    luminal_module_tell (self, self->generation, self->checksum, class_name, stream, text);
}

void
luminal_module_hold_output (LuminalModule *self)
{
  if (self->held != NULL)
    return;

  self->held = luminal_sayings_new ();
  self->held_generation = self->generation;
  g_free (self->held_checksum);
  self->held_checksum = g_strdup (self->checksum);
}

static void
tell_held (LuminalModule *self,
           const char    *class_name,
           LuminalStream  stream,
           const char    *text)
{
  luminal_module_tell (self, self->held_generation, self->held_checksum, class_name, stream, text);
}

void
luminal_module_release_output (LuminalModule *self)
{
  LuminalSayings *held = g_steal_pointer (&self->held);

  if (held != NULL)
    luminal_sayings_tell (held, (LuminalSayingsFunc) tell_held, self);
}

void
luminal_module_set_host (LuminalModule *self,
                         LuminalHost   *host)
{
  if (self->host != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->host, host_said, self);
      g_signal_handlers_disconnect_by_func (self->host, host_crashed, self);
    }
  if (host != NULL)
    {
      g_signal_connect_object (host, "output", G_CALLBACK (host_said), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (host, "crashed", G_CALLBACK (host_crashed), self, G_CONNECT_SWAPPED);
    }

  if (g_set_object (&self->host, host))
    g_clear_object (&self->crash);
}

void
luminal_module_remember (LuminalModule     *self,
                         LuminalGeneration *generation)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->history)) >= HISTORY_LENGTH)
    g_list_store_remove (self->history, 0);
  g_list_store_append (self->history, generation);
}

void
luminal_module_revise (LuminalModule     *self,
                       LuminalGeneration *generation)
{
  gpointer same = generation;
  guint position;

  if (g_list_store_find (self->history, generation, &position))
    g_list_store_splice (self->history, position, 1, &same, 1);
}

void
luminal_module_set_phase (LuminalModule *self,
                          LuminalPhase   phase)
{
  for (guint i = 0; i < self->handlers->len; i++)
    luminal_handler_set_phase (self->handlers->pdata[i], phase);
}

void
luminal_module_set_file_missing (LuminalModule *self,
                                 gboolean       missing)
{
  for (guint i = 0; i < self->handlers->len; i++)
    luminal_handler_set_file_missing (self->handlers->pdata[i], missing);
}

void
luminal_module_set_pinned (LuminalModule *self,
                           const char    *cause)
{
  for (guint i = 0; i < self->handlers->len; i++)
    luminal_handler_set_pinned (self->handlers->pdata[i], cause);
}

void
luminal_module_supersede (LuminalModule *self,
                          LuminalImage  *image)
{
  for (guint i = 0; i < self->superseded->len; i++)
    {
      if (g_str_equal (luminal_image_get_checksum (self->superseded->pdata[i]), luminal_image_get_checksum (image)))
        {
          g_ptr_array_remove_index (self->superseded, i);
          break;
        }
    }
  if (self->superseded->len >= SUPERSEDED_MAX)
    g_ptr_array_remove_index (self->superseded, 0);

  luminal_image_rest (image);
  g_ptr_array_add (self->superseded, g_object_ref (image));
}
