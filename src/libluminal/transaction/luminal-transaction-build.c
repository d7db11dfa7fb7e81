/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The step of a source: what was read of it becomes a module, in place of it. */

#include "luminal-transaction-private.h"

#include <glib/gi18n-lib.h>

#include "luminal-error-private.h"
#include "luminal-generation-private.h"
#include "luminal-header-digests.h"

/* Every declaration has this word in it. */
#define DECLARATION "LUMINAL_PHOTON"

/* In a folder of photons other sources may lie about, which nobody wants compiled. */
static gboolean
declares_photon (LuminalMember *member)
{
  gsize size;
  const guint8 *bytes = luminal_image_get_bytes (member->image, &size);

  return bytes != NULL && memmem (bytes, size, DECLARATION, strlen (DECLARATION)) != NULL;
}

static void
built (GObject      *source_object,
       GAsyncResult *result,
       gpointer      user_data)
{
  g_autoptr (LuminalTransaction) self = user_data;
  LuminalMember *member = self->members->pdata[self->member];
  GError *error = NULL;

  member->build = luminal_builder_build_finish (LUMINAL_BUILDER (source_object), result, &error);
  luminal_transaction_resume (self, error);
}

static void
begin_build (LuminalTransaction *self,
             LuminalMember      *member,
             LuminalImage       *image)
{
  gsize size;
  const guint8 *bytes = luminal_image_get_bytes (image, &size);
  g_autoptr (GBytes) source = g_bytes_new_with_free_func (bytes, size, g_object_unref, g_object_ref (image));

  g_set_object (&member->source, image);
  if (member->failed_build == NULL)
    member->module->dependencies_read_at = luminal_header_get_clock ();
  luminal_generation_set_checksum (member->attempt, luminal_image_get_checksum (image));
  luminal_builder_build_async (self->builder, member->module->path, source,
                               g_task_get_cancellable (self->task), built, g_object_ref (self));
}

/* Also of a build that failed: a header that is put right is to be noticed. */
static void
keep_dependencies (LuminalMember *member)
{
  LuminalModule *module = member->module;

  g_strfreev (module->dependencies);
  module->dependencies = g_strdupv ((GStrv) luminal_build_result_get_dependencies (member->build));
}

/* What is on disk is no good, but what was saved before it may be, and was called off:
 * what is to run is the last content that is good. Returns whether there is one to try. */
static gboolean
try_superseded (LuminalTransaction *self,
                LuminalMember      *member)
{
  GPtrArray *superseded = member->module->superseded;

  while (member->n_tried < superseded->len)
    {
      LuminalImage *image = superseded->pdata[superseded->len - ++member->n_tried];

      if (g_str_equal (luminal_image_get_checksum (image), luminal_image_get_checksum (member->image)))
        continue;

      if (member->failed_build == NULL)
        member->failed_build = g_object_ref (member->build);
      g_clear_object (&member->build);
      begin_build (self, member, image);
      return TRUE;
    }

  return FALSE;
}

static LuminalStepResult
fail (LuminalMember  *member,
      GError        **error)
{
  if (member->failed_build != NULL)
    g_set_object (&member->build, member->failed_build);
  g_clear_object (&member->failed_build);
  g_ptr_array_set_size (member->module->superseded, 0);

  g_propagate_error (error, g_error_copy (luminal_build_result_get_error (member->build)));
  return LUMINAL_STEP_FAILED;
}

/* An older content that runs already, or that crashed. */
static gboolean
is_no_help (LuminalMember *member,
            LuminalImage  *image)
{
  const char *checksum = luminal_image_get_checksum (image);

  return g_strcmp0 (checksum, member->module->checksum) == 0 ||
         luminal_lineage_is_quarantined (member->module->lineage, checksum);
}

static LuminalStepResult
end_build (LuminalTransaction  *self,
           LuminalMember       *member,
           GError             **error)
{
  const char *remark = luminal_build_result_get_remark (member->build);
  g_autoptr (LuminalImage) image = NULL;

  if (member->failed_build == NULL)
    keep_dependencies (member);
  if (remark != NULL)
    g_message ("%s: build: %s", member->module->path, remark);

  if (luminal_build_result_get_error (member->build) != NULL)
    return try_superseded (self, member) ? LUMINAL_STEP_PENDING : fail (member, error);

  image = luminal_image_new_for_bytes (luminal_build_result_get_module (member->build), member->module->path, error);
  if (image == NULL)
    return LUMINAL_STEP_FAILED;
  if (member->failed_build != NULL && is_no_help (member, image))
    return fail (member, error);

  g_set_object (&member->image, image);
  member->is_built = TRUE;
  return LUMINAL_STEP_DONE;
}

LuminalStepResult
luminal_transaction_build (LuminalTransaction *self,
                           LuminalMember      *member,
                           GError            **error)
{
  if (member->is_built)
    return LUMINAL_STEP_DONE;

  if (member->build != NULL)
    return end_build (self, member, error);

  if ((self->flags & LUMINAL_TRANSACTION_SKIP_FOREIGN) != 0 && !declares_photon (member))
    {
      g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_NO_PHOTON, member->module->path,
                                                   LUMINAL_PHASE_BUILD,
                                                   _("it declares no photon with %s()"), DECLARATION));
      return LUMINAL_STEP_FAILED;
    }

  begin_build (self, member, member->image);
  return LUMINAL_STEP_PENDING;
}

/* It was called off for newer content, as far as anybody knows yet a good one. */
void
luminal_transaction_keep_superseded (LuminalTransaction *self,
                                     LuminalMember      *member)
{
  if ((self->flags & LUMINAL_TRANSACTION_TAKE_OVER) != 0 && member->source != NULL && member->failed_build == NULL)
    luminal_module_supersede (member->module, member->source);
}

/* Why not what is on disk runs, but what was saved before it. */
GError *
luminal_transaction_explain_superseding (LuminalMember *member)
{
  g_autofree char *what_runs = NULL;

  if (member->failed_build == NULL)
    return NULL;

  what_runs = g_strdup_printf (_("Generation %u runs, of what was saved before it"), member->module->generation);
  return luminal_error_explain (luminal_build_result_get_error (member->failed_build), what_runs);
}
