/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Talks without end, from a thread that does nothing else. Whoever listens is told
 * as much as can be read, and how much was left out. */

#include <luminal.h>
#include <stdio.h>

typedef struct
{
  GThread *thread;
  gint is_done;
} Chatterbox;

static gpointer
chatterbox_talk (gpointer data)
{
  Chatterbox *self = data;

  for (guint64 i = 0; !g_atomic_int_get (&self->is_done); i++)
    printf ("And another thing, number %" G_GUINT64_FORMAT "\n", i);

  return NULL;
}

static gboolean
chatterbox_start (LuminalPhoton *photon,
                  gpointer       data,
                  GError       **error)
{
  Chatterbox *self = data;

  self->thread = g_thread_new ("chatterbox", chatterbox_talk, self);

  return TRUE;
}

static gboolean
chatterbox_finalizer (LuminalPhoton *photon,
                      gpointer       data,
                      GError       **error)
{
  Chatterbox *self = data;

  g_atomic_int_set (&self->is_done, TRUE);
  g_clear_pointer (&self->thread, g_thread_join);

  return TRUE;
}

LUMINAL_PHOTON (Chatterbox, chatterbox_start, chatterbox_finalizer,
                LUMINAL_AUTHOR ("The Luminal developers"),
                LUMINAL_DESCRIPTION ("Prints without end"),
                LUMINAL_TAGS ("demo", "unruly"))
