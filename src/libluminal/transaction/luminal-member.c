/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-member.h"

#include <glib/gi18n-lib.h>

#include "luminal-error-private.h"
#include "luminal-generation-private.h"
#include "luminal-handler-private.h"

static void
part_free (LuminalPart *part)
{
  g_clear_object (&part->before);
  g_clear_object (&part->after);
  g_clear_object (&part->handler);
  g_clear_pointer (&part->state, g_variant_unref);
  g_free (part);
}

LuminalMember *
luminal_member_new (LuminalModule     *module,
                    LuminalGeneration *revived)
{
  LuminalMember *self = g_new0 (LuminalMember, 1);

  self->module = g_object_ref (module);
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) part_free);
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->sayings = luminal_sayings_new ();
  g_set_object (&self->revived, revived);
  self->attempt = luminal_generation_new (revived != NULL ? luminal_generation_get_number (revived)
                                                          : luminal_lineage_next_number (module->lineage));

  return self;
}

static void
remember_saying (LuminalMember *self,
                 const char    *class_name,
                 LuminalStream  stream,
                 const char    *text)
{
  luminal_sayings_add (self->sayings, class_name, stream, text);
}

/* The host of the new generation, as long as it is not the module's. */
void
luminal_member_set_host (LuminalMember *self,
                         LuminalHost   *host)
{
  if (self->host != NULL)
    g_signal_handlers_disconnect_by_func (self->host, remember_saying, self);
  if (host != NULL)
    g_signal_connect_swapped (host, "output", G_CALLBACK (remember_saying), self);

  g_set_object (&self->host, host);
}

void
luminal_member_free (LuminalMember *self)
{
  luminal_member_set_host (self, NULL);
  g_clear_object (&self->module);
  g_clear_object (&self->revived);
  g_clear_object (&self->image);
  g_clear_object (&self->source);
  g_clear_object (&self->build);
  g_clear_object (&self->failed_build);
  g_clear_object (&self->inspection);
  g_clear_object (&self->attempt);
  g_free (self->old_checksum);
  g_ptr_array_unref (self->parts);
  g_ptr_array_unref (self->names);
  luminal_sayings_free (self->sayings);
  g_free (self);
}

static LuminalPart *
add_part (LuminalMember   *self,
          LuminalMetadata *after,
          LuminalHandler  *handler)
{
  LuminalPart *part = g_new0 (LuminalPart, 1);

  g_set_object (&part->after, after);
  g_set_object (&part->handler, handler);
  if (handler != NULL)
    {
      /* No code of it is loaded where there is no host. */
      if (self->module->host != NULL)
        g_set_object (&part->before, luminal_handler_get_metadata (handler));
      part->was_running = luminal_handler_get_status (handler) == LUMINAL_STATUS_RUNNING;
      g_ptr_array_add (self->names, g_strdup (luminal_handler_get_name (handler)));
    }

  g_ptr_array_add (self->parts, part);
  return part;
}

/* The record of a module that never loaded: it becomes the first photon that
 * turns up, so that whoever looks at it sees it come to life. */
static LuminalHandler *
find_placeholder (LuminalModule *module)
{
  LuminalHandler *first = module->handlers->len > 0 ? module->handlers->pdata[0] : NULL;

  return first != NULL && luminal_handler_get_metadata (first) == NULL ? first : NULL;
}

static gboolean
claim_name (LuminalMember   *self,
            LuminalRegistry *registry,
            const char      *name,
            GError         **error)
{
  LuminalModule *owner = luminal_registry_claim_name (registry, self->module, name);
  g_autofree char *shown = NULL;

  if (owner == NULL)
    {
      g_ptr_array_add (self->names, g_strdup (name));
      return TRUE;
    }

  shown = luminal_display_path (owner->path);
  g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_NAME_TAKEN, self->module->path,
                                               LUMINAL_PHASE_INSPECT,
                                               _("photon %s is loaded already, from %s. Give one of them "
                                                 "another name with LUMINAL_NAME()"),
                                               name, shown));
  return FALSE;
}

static gboolean
has_known_base (LuminalMember   *self,
                LuminalMetadata *photon,
                GError         **error)
{
  GType base = g_type_from_name (luminal_metadata_get_base (photon));

  if (base != G_TYPE_INVALID && g_type_is_a (base, LUMINAL_TYPE_PHOTON) && !G_TYPE_IS_ABSTRACT (base))
    return TRUE;

  g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_INVALID_MODULE, self->module->path,
                                               LUMINAL_PHASE_INSPECT,
                                               _("photon %s needs the type %s, which this program does "
                                                 "not have or cannot make"),
                                               luminal_metadata_get_class_name (photon),
                                               luminal_metadata_get_base (photon)));
  return FALSE;
}

static LuminalHandler *
find_handler (LuminalMember   *self,
              LuminalMetadata *photon)
{
  LuminalHandler *placeholder = find_placeholder (self->module);

  if (placeholder != NULL)
    return self->parts->len == 0 ? placeholder : NULL;

  return luminal_module_find (self->module, luminal_metadata_get_class_name (photon));
}

/* A photon that ran runs again, and so does one that crashed: until it is stopped it is
 * meant to run. One that was stopped or never started does not. One that is new runs if
 * its mates do. */
static gboolean
decide_start (LuminalMember *self,
              LuminalPart   *part)
{
  if (part->handler == NULL || luminal_handler_get_status (part->handler) == LUMINAL_STATUS_FAILED)
    return self->module->autostart || luminal_module_has_running (self->module) ||
           luminal_module_has_crashed (self->module);

  if (luminal_handler_get_status (part->handler) == LUMINAL_STATUS_CRASHED)
    return TRUE;

  if (luminal_handler_get_status (part->handler) == LUMINAL_STATUS_LOADED)
    return self->module->autostart;

  return part->was_running;
}

/* Where there is nobody to hand over a state, a generation that comes back has the one
 * that it handed over itself. */
static void
take_old_state (LuminalMember *self,
                LuminalPart   *part)
{
  GVariant *state = NULL;

  if (self->revived != NULL && !part->was_running)
    state = luminal_generation_get_state (self->revived, luminal_metadata_get_class_name (part->after));
  if (state != NULL)
    part->state = g_variant_ref (state);
}

/* @others: what the module has instead. */
static GError *
no_photon_error (LuminalMember *self,
                 GListModel    *others)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (others); i++)
    {
      g_autoptr (LuminalMetadata) photon = g_list_model_get_item (others, i);

      g_string_append_printf (found, "%s", i > 0 ? "; " : "");
      /* Translators: the name of a photon, and that of a type */
      g_string_append_printf (found, _("%s, which needs %s"),
                              luminal_metadata_get_name (photon), luminal_metadata_get_base (photon));
    }

  return luminal_error_new (LUMINAL_ERROR_NO_PHOTON, self->module->path, LUMINAL_PHASE_INSPECT,
                            _("it has no photon of the base %s, but: %s"),
                            g_type_name (self->module->photon_base), found->str);
}

gboolean
luminal_member_plan (LuminalMember   *self,
                     LuminalRegistry *registry,
                     GError         **error)
{
  GListModel *photons = luminal_inspection_get_photons (self->inspection);
  guint n_photons = g_list_model_get_n_items (photons);

  for (guint i = 0; i < n_photons; i++)
    {
      g_autoptr (LuminalMetadata) photon = g_list_model_get_item (photons, i);
      LuminalPart *part;

      if (!luminal_module_matches (self->module, photon))
        continue;
      if (!has_known_base (self, photon, error) ||
          !claim_name (self, registry, luminal_metadata_get_name (photon), error))
        return FALSE;

      part = add_part (self, photon, find_handler (self, photon));
      part->start_first = luminal_metadata_get_start_first (photon) && part->before != NULL;
      part->is_to_start = decide_start (self, part);
      take_old_state (self, part);
    }

  if (self->parts->len == 0)
    {
      g_propagate_error (error, no_photon_error (self, photons));
      return FALSE;
    }

  for (guint i = 0; i < self->module->handlers->len; i++)
    {
      LuminalHandler *handler = self->module->handlers->pdata[i];
      gboolean stays = FALSE;

      for (guint j = 0; j < self->parts->len && !stays; j++)
        stays = ((LuminalPart *) self->parts->pdata[j])->handler == handler;
      if (!stays)
        add_part (self, NULL, handler);
    }

  return TRUE;
}

/* The photons that the new generation is to have. */
GPtrArray *
luminal_member_list_photons (LuminalMember *self)
{
  GPtrArray *photons = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->parts->len; i++)
    {
      LuminalPart *part = self->parts->pdata[i];

      if (part->after != NULL)
        g_ptr_array_add (photons, g_object_ref (part->after));
    }

  return photons;
}

static void
tell_saying (LuminalMember *self,
             const char    *class_name,
             LuminalStream  stream,
             const char    *text)
{
  luminal_module_tell (self->module, luminal_generation_get_number (self->attempt),
                       luminal_generation_get_checksum (self->attempt), class_name, stream, text);
}

void
luminal_member_tell_sayings (LuminalMember *self)
{
  LuminalSayings *sayings = g_steal_pointer (&self->sayings);

  self->sayings = luminal_sayings_new ();
  luminal_sayings_tell (sayings, (LuminalSayingsFunc) tell_saying, self);
}

void
luminal_member_lose_old (LuminalMember *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      LuminalPart *part = self->parts->pdata[i];

      if (!part->was_running || part->before == NULL)
        continue;

      self->has_lost_state |= !part->is_saved && luminal_metadata_get_keeps_state (part->before);
      part->is_saved = TRUE;
      part->is_stopped = TRUE;
    }
}

void
luminal_member_complain (LuminalMember *self,
                         const GError  *error)
{
  if (luminal_generation_get_error (self->attempt) == NULL)
    luminal_generation_set_outcome (self->attempt, LUMINAL_OUTCOME_RUNS, LUMINAL_PHASE_HAND_OVER, error);
}

gboolean
luminal_member_is_source (LuminalMember *self)
{
  return self->revived == NULL && g_str_has_suffix (self->module->path, ".c");
}

void
luminal_member_show_build (LuminalMember  *self,
                           LuminalHandler *handler)
{
  LuminalBuildResult *build = self->failed_build != NULL ? self->failed_build : self->build;

  if (self->revived == NULL)
    luminal_handler_set_diagnostics (handler, build != NULL ? luminal_build_result_get_diagnostics (build) : NULL);
}
