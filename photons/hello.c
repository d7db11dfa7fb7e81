/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The smallest photon: it says something when it is started, and has nothing
 * to give back when it ends.
 *
 * Change the text, build, and the running photon is replaced. */

#include <luminal.h>

/* The photon's own data. It is zeroed before start and freed after the
 * finalizer; this one needs none, but C wants a member. */
typedef struct
{
  int unused;
} Hello;

static gboolean
hello_start (LuminalPhoton *photon,
             gpointer       data,
             GError       **error)
{
  luminal_photon_print (photon, "Hello, I am version %s.", luminal_photon_get_version (photon));

  return TRUE;
}

static gboolean
hello_finalizer (LuminalPhoton *photon,
                 gpointer       data,
                 GError       **error)
{
  luminal_photon_print (photon, "Goodbye.");

  return TRUE;
}

LUMINAL_PHOTON (Hello, hello_start, hello_finalizer,
                LUMINAL_AUTHOR ("The Luminal developers"),
                LUMINAL_VERSION ("1.0.0"),
                LUMINAL_DESCRIPTION ("Says hello and goodbye"),
                LUMINAL_TAGS ("demo", "first steps"))
