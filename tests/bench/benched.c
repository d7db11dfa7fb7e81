/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is loaded and reloaded by all that is measured: a photon, and for those who know
 * nothing of photons two functions. The digits are written over in its file. */

#include <luminal.h>

#include <time.h>

typedef struct
{
  int unused;
} Benched;

int benched_start (int before);
int benched_stop (void);

static gint64
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (gint64) time.tv_sec * 1000000000 + time.tv_nsec;
}

/* When it began to run, by the clock of the machine: whatever carries the line to whoever
 * reads it takes no part in what is measured. */
static gboolean
benched_photon_start (LuminalPhoton *photon,
                      gpointer       data,
                      GError       **error)
{
  luminal_photon_print (photon, "content 00000 at %" G_GINT64_FORMAT, now ());
  return TRUE;
}

static gboolean
benched_photon_finalizer (LuminalPhoton *photon,
                          gpointer       data,
                          GError       **error)
{
  return TRUE;
}

LUMINAL_PHOTON (Benched, benched_photon_start, benched_photon_finalizer,
                LUMINAL_NAME ("Number 00000"),
                LUMINAL_DESCRIPTION ("content 00000"))

G_MODULE_EXPORT int
benched_start (int before)
{
  return before + 1;
}

G_MODULE_EXPORT int
benched_stop (void)
{
  return 0;
}
