/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two photons in one module. They share its code, but each has data, a status
 * and an entry of its own; a change of the file reloads both or neither. */

#include <luminal.h>

typedef struct
{
  int unused;
} Ping;

typedef struct
{
  int unused;
} Pong;

/* Shared code finds out by the photon for whom it runs. */
static void
announce (LuminalPhoton *photon,
          const char    *what)
{
  luminal_photon_print (photon, "%s %s", luminal_photon_get_name (photon), what);
}

static gboolean
pair_start (LuminalPhoton *photon,
            gpointer       data,
            GError       **error)
{
  announce (photon, "is here");
  return TRUE;
}

static gboolean
pair_finalizer (LuminalPhoton *photon,
                gpointer       data,
                GError       **error)
{
  announce (photon, "is gone");
  return TRUE;
}

LUMINAL_PHOTON (Ping, pair_start, pair_finalizer,
                LUMINAL_AUTHOR ("The Luminal developers"), LUMINAL_VERSION ("1.0.0"),
                LUMINAL_DESCRIPTION ("One half of a pair"), LUMINAL_TAGS ("demo", "pair"))

LUMINAL_PHOTON (Pong, pair_start, pair_finalizer,
                LUMINAL_AUTHOR ("The Luminal developers"), LUMINAL_VERSION ("1.0.0"),
                LUMINAL_DESCRIPTION ("The other half of a pair"), LUMINAL_TAGS ("demo", "pair"))
