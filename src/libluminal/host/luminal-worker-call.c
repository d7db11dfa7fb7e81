/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-worker-call.h"

#include <glib/gi18n-lib.h>

#include "luminal-clear-source.h"
#include "luminal-error-private.h"

void
luminal_worker_call_forget_cancellable (LuminalWorkerCall *self)
{
  luminal_clear_source (&self->cancelled);
}

void
luminal_worker_call_free (LuminalWorkerCall *self)
{
  luminal_worker_call_forget_cancellable (self);
  g_clear_object (&self->task);
  g_clear_object (&self->photon);
  g_clear_pointer (&self->state, g_variant_unref);
  g_clear_error (&self->failure);
  g_free (self);
}

static char *
describe (LuminalWorkerCall *self)
{
  if (self->is_opening)
    return g_strdup (_("opening it"));

  return g_strdup_printf (C_("function", "%s of photon %s"), self->what, luminal_metadata_get_name (self->photon));
}

/* @open_timeout: how long the module may take to open, in milliseconds */
GError *
luminal_worker_call_timeout_error (LuminalWorkerCall *self,
                                   const char        *filepath,
                                   guint              open_timeout)
{
  g_autofree char *what = describe (self);
  guint timeout = self->is_opening ? open_timeout : self->timeout;

  return luminal_error_new (LUMINAL_ERROR_TIMED_OUT, filepath, self->phase,
                            _("%s did not come to an end within %g s; its process was killed"), what,
                            timeout / 1000.0);
}

GError *
luminal_worker_call_crash_error (LuminalWorkerCall *self,
                                 const char        *filepath,
                                 LuminalCrash      *crash)
{
  g_autofree char *what = describe (self);

  return luminal_error_new (luminal_crash_get_over_limit (crash) ? LUMINAL_ERROR_OVER_LIMIT : LUMINAL_ERROR_CRASHED,
                            filepath, self->phase, _("%s crashed: %s"), what, luminal_crash_get_cause (crash));
}
