/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A photon in a package, which is a folder of modules. The name that people see
 * need not be the name of the class. */

#include <luminal.h>

typedef struct
{
  GDateTime *started;
} Clock;

static gboolean
clock_start (LuminalPhoton *photon,
             gpointer       data,
             GError       **error)
{
  Clock *self = data;
  g_autofree char *now = NULL;

  self->started = g_date_time_new_now_local ();
  now = g_date_time_format (self->started, "%H:%M:%S");
  luminal_photon_print (photon, "It is %s.", now);

  return TRUE;
}

/* The data itself is freed for the author, what it points to is not. */
static gboolean
clock_finalizer (LuminalPhoton *photon,
                 gpointer       data,
                 GError       **error)
{
  Clock *self = data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  luminal_photon_print (photon, "I ran for %.1f seconds.",
                        g_date_time_difference (now, self->started) / (double) G_TIME_SPAN_SECOND);
  g_clear_pointer (&self->started, g_date_time_unref);

  return TRUE;
}

LUMINAL_PHOTON (Clock, clock_start, clock_finalizer,
                LUMINAL_NAME ("Wall Clock"),
                LUMINAL_AUTHOR ("The Luminal developers"),
                LUMINAL_VERSION ("1.0.0"),
                LUMINAL_DESCRIPTION ("Knows when it was started"),
                LUMINAL_TAGS ("demo", "time"))
