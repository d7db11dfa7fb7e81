/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memory that outlives a reload. Each generation starts with zeroed data; what
 * the next one needs to know is handed over as a GVariant. There is nothing to
 * give back at the end, so there is no finalizer. */

#include <luminal.h>

typedef struct
{
  guint32 generations;
} Counter;

static gboolean
counter_start (LuminalPhoton *photon,
               gpointer       data,
               GError       **error)
{
  Counter *self = data;

  self->generations += 1;
  luminal_photon_print (photon, "Generations so far: %u", self->generations);

  return TRUE;
}

static GVariant *
counter_save_state (LuminalPhoton *photon,
                    gpointer       data,
                    GError       **error)
{
  return g_variant_new_uint32 (((Counter *) data)->generations);
}

/* Called before start. The state may come from an older version of this file,
 * so its type is checked; refusing it puts the old generation back to work. */
static gboolean
counter_restore_state (LuminalPhoton *photon,
                       gpointer       data,
                       GVariant      *state,
                       GError       **error)
{
  Counter *self = data;

  if (!g_variant_is_of_type (state, G_VARIANT_TYPE_UINT32))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "That is no number");
      return FALSE;
    }
  self->generations = g_variant_get_uint32 (state);

  return TRUE;
}

LUMINAL_PHOTON (Counter, counter_start, NULL,
                LUMINAL_AUTHOR ("The Luminal developers"), LUMINAL_VERSION ("1.0.0"),
                LUMINAL_DESCRIPTION ("Keeps its count across reloads"),
                LUMINAL_TAGS ("demo", "state"),
                LUMINAL_STATE (counter_save_state, counter_restore_state))
