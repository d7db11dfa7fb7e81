/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What there is to say of a photon whose file is a source. */

#include "luminal-handler.h"
#include "luminal-handler-private.h"

#define READ_ONLY (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY)

/* @properties: where the two are put */
void
luminal_handler_describe_source (GParamSpec **properties)
{
  /**
   * LuminalHandler:diagnostics: (attributes org.gtk.Property.get=luminal_handler_get_diagnostics)
   *
   * What the compiler said of the source when it was last built, also of a build that
   * failed: a list of [class@Diagnostic].
   *
   * %NULL for a photon whose file is no source.
   *
   * Since: 1.0
   */
  properties[0] = g_param_spec_object ("diagnostics", NULL, NULL, G_TYPE_LIST_MODEL, READ_ONLY);

  /**
   * LuminalHandler:passed-over: (attributes org.gtk.Property.get=luminal_handler_get_passed_over)
   *
   * The module of the same name that lies beside the photon's source and does not count
   * as long as that is there.
   *
   * %NULL if there is none, if it is what runs because nothing of the source was ever
   * loaded, and for a photon whose file is no source. It is kept up to date while the
   * folder is watched.
   *
   * Since: 1.0
   */
  properties[1] = g_param_spec_object ("passed-over", NULL, NULL, G_TYPE_FILE, READ_ONLY);
}

/**
 * luminal_handler_get_diagnostics: (attributes org.gtk.Method.get_property=diagnostics)
 * @self: a handler
 *
 * Gets what the compiler said of the source when it was last built.
 *
 * Returns: (nullable) (transfer none): a list of [class@Diagnostic], or %NULL if the
 *   photon's file is no source
 *
 * Since: 1.0
 */
GListModel *
luminal_handler_get_diagnostics (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  return self->diagnostics;
}

void
luminal_handler_set_diagnostics (LuminalHandler *self,
                                 GListModel     *diagnostics)
{
  if (g_set_object (&self->diagnostics, diagnostics))
    g_object_notify (G_OBJECT (self), "diagnostics");
}

/**
 * luminal_handler_get_passed_over: (attributes org.gtk.Method.get_property=passed-over)
 * @self: a handler
 *
 * Gets the module beside the photon's source that does not count because of it.
 *
 * Returns: (nullable) (transfer none): the file of the module, or %NULL if there is none
 *
 * Since: 1.0
 */
GFile *
luminal_handler_get_passed_over (LuminalHandler *self)
{
  g_return_val_if_fail (LUMINAL_IS_HANDLER (self), NULL);

  return self->passed_over;
}

void
luminal_handler_set_passed_over (LuminalHandler *self,
                                 GFile          *file)
{
  if (self->passed_over == file ||
      (self->passed_over != NULL && file != NULL && g_file_equal (self->passed_over, file)))
    return;

  g_set_object (&self->passed_over, file);
  g_object_notify (G_OBJECT (self), "passed-over");
}
