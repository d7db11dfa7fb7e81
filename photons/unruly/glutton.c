/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Eats memory, a few megabytes at a time, as long as there is any. With a limit of
 * memory on the loader it crashes there, and its handler says that this was why. */

#include <luminal.h>
#include <string.h>

#define MOUTHFUL (4 * 1024 * 1024)

typedef struct
{
  guint timer;
  GPtrArray *eaten;
} Glutton;

static gboolean
glutton_eat (gpointer photon)
{
  Glutton *self = luminal_photon_get_data (photon);
  char *mouthful = g_malloc (MOUTHFUL);

  memset (mouthful, 0x55, MOUTHFUL);
  g_ptr_array_add (self->eaten, mouthful);
  luminal_photon_print (photon, "%u MiB, and hungry", self->eaten->len * (MOUTHFUL / (1024 * 1024)));

  return G_SOURCE_CONTINUE;
}

static gboolean
glutton_start (LuminalPhoton *photon,
               gpointer       data,
               GError       **error)
{
  Glutton *self = data;

  self->eaten = g_ptr_array_new_with_free_func (g_free);
  self->timer = g_timeout_add (50, glutton_eat, photon);

  return TRUE;
}

static gboolean
glutton_finalizer (LuminalPhoton *photon,
                   gpointer       data,
                   GError       **error)
{
  Glutton *self = data;

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->eaten, g_ptr_array_unref);

  return TRUE;
}

LUMINAL_PHOTON (Glutton, glutton_start, glutton_finalizer,
                LUMINAL_AUTHOR ("The Luminal developers"),
                LUMINAL_DESCRIPTION ("Eats memory until there is none"),
                LUMINAL_TAGS ("demo", "unruly"))
