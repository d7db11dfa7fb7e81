/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Never comes back from its start. After the deadline it is killed, and the
 * generation that ran before it runs again. */

#include <luminal.h>
#include <unistd.h>

typedef struct
{
  guint unused;
} Stuck;

static gboolean
stuck_start (LuminalPhoton *photon,
             gpointer       data,
             GError       **error)
{
  luminal_photon_print (photon, "This will take a while");
  for (;;)
    pause ();

  return TRUE;
}

LUMINAL_PHOTON (Stuck, stuck_start, NULL,
                LUMINAL_AUTHOR ("The Luminal developers"),
                LUMINAL_DESCRIPTION ("Never comes back from its start"),
                LUMINAL_TAGS ("demo", "unruly"))
