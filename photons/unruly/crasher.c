/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Crashes two seconds after it was started: it reads through a pointer that is
 * not there. Nobody else notices, and the handler says where it was. */

#include <luminal.h>

typedef struct
{
  guint timer;
  const int *nowhere;
} Crasher;

static gboolean
crasher_fall (gpointer photon)
{
  Crasher *self = luminal_photon_get_data (photon);

  luminal_photon_print (photon, "What is at %p?", (const void *) self->nowhere);
  luminal_photon_print (photon, "It is %d", *self->nowhere);

  return G_SOURCE_CONTINUE;
}

static gboolean
crasher_start (LuminalPhoton *photon,
               gpointer       data,
               GError       **error)
{
  Crasher *self = data;

  self->timer = g_timeout_add_seconds (2, crasher_fall, photon);

  return TRUE;
}

static gboolean
crasher_finalizer (LuminalPhoton *photon,
                   gpointer       data,
                   GError       **error)
{
  Crasher *self = data;

  g_clear_handle_id (&self->timer, g_source_remove);

  return TRUE;
}

LUMINAL_PHOTON (Crasher, crasher_start, crasher_finalizer,
                LUMINAL_AUTHOR ("The Luminal developers"),
                LUMINAL_DESCRIPTION ("Crashes two seconds after it was started"),
                LUMINAL_TAGS ("demo", "unruly"))
