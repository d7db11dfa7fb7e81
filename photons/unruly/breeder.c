/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Has children and grandchildren that ignore being told to end, in sessions of
 * their own where a signal to the photon's process group does not reach them. When
 * the photon ends, however it ends, they are gone too. */

#include <luminal.h>
#include <signal.h>
#include <unistd.h>

typedef struct
{
  guint n_children;
} Breeder;

static void
live_for_ever (void)
{
  signal (SIGTERM, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  for (;;)
    pause ();
}

static gboolean
breeder_start (LuminalPhoton *photon,
               gpointer       data,
               GError       **error)
{
  Breeder *self = data;

  signal (SIGTERM, SIG_IGN);

  for (; self->n_children < 3; self->n_children++)
    {
      pid_t child = fork ();

      if (child < 0)
        {
          g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_AGAIN, "no more children: the system has no room");
          return FALSE;
        }

      /* Each has one of its own first: a grandchild that nobody knows of. */
      if (child == 0)
        {
          setsid ();
          fork ();
          live_for_ever ();
        }
    }

  luminal_photon_print (photon, "I have %u children, and they have theirs", self->n_children);

  return TRUE;
}

LUMINAL_PHOTON (Breeder, breeder_start, NULL,
                LUMINAL_AUTHOR ("The Luminal developers"),
                LUMINAL_DESCRIPTION ("Has children that ignore being told to end"),
                LUMINAL_TAGS ("demo", "unruly"))
