/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The step of a source: what was read of it becomes a module, in place of it. */

#include "luminal-transaction-private.h"

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
             LuminalMember      *member)
{
  gsize size;
  const guint8 *bytes = luminal_image_get_bytes (member->image, &size);
  g_autoptr (GBytes) source = g_bytes_new_with_free_func (bytes, size, g_object_unref,
                                                          g_object_ref (member->image));

  member->module->dependencies_read_at = luminal_header_get_clock ();
  luminal_generation_set_checksum (member->attempt, luminal_image_get_checksum (member->image));
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

static LuminalStepResult
end_build (LuminalMember  *member,
           GError        **error)
{
  const GError *failure = luminal_build_result_get_error (member->build);
  const char *remark = luminal_build_result_get_remark (member->build);
  g_autoptr (LuminalImage) image = NULL;

  keep_dependencies (member);
  if (remark != NULL)
    g_message ("%s: build: %s", member->module->path, remark);

  if (failure != NULL)
    {
      g_propagate_error (error, g_error_copy (failure));
      return LUMINAL_STEP_FAILED;
    }

  image = luminal_image_new_for_bytes (luminal_build_result_get_module (member->build), member->module->path, error);
  if (image == NULL)
    return LUMINAL_STEP_FAILED;

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
    return end_build (member, error);

  if ((self->flags & LUMINAL_TRANSACTION_SKIP_FOREIGN) != 0 && !declares_photon (member))
    {
      g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_NO_PHOTON, member->module->path,
                                                   LUMINAL_PHASE_BUILD,
                                                   "it declares no photon with " DECLARATION "()"));
      return LUMINAL_STEP_FAILED;
    }

  begin_build (self, member);
  return LUMINAL_STEP_PENDING;
}
