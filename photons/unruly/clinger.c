/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Does not want to end: its finalizer computes for ever. After the deadline it is
 * killed, and whatever it was stopped for goes on. */

#include <luminal.h>

typedef struct
{
  volatile guint64 excuses;
} Clinger;

static gboolean
clinger_start (LuminalPhoton *photon,
               gpointer       data,
               GError       **error)
{
  luminal_photon_print (photon, "Here I am, and here I stay");

  return TRUE;
}

static gboolean
clinger_finalizer (LuminalPhoton *photon,
                   gpointer       data,
                   GError       **error)
{
  Clinger *self = data;

  luminal_photon_print (photon, "Just one more thing");
  for (;;)
    self->excuses += 1;

  return TRUE;
}

LUMINAL_PHOTON (Clinger, clinger_start, clinger_finalizer,
                LUMINAL_AUTHOR ("The Luminal developers"),
                LUMINAL_DESCRIPTION ("Has a finalizer that never ends"),
                LUMINAL_TAGS ("demo", "unruly"))
