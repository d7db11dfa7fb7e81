/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-lineage.h"

#include "luminal-generation-private.h"

/* How many good generations before the one that is loaded are kept: each is a copy of
 * the file in memory. */
#define MOST_KEPT 5

/* And so many of them with what their photons handed over. */
#define WITH_STATES 2

struct _LuminalLineage
{
  guint highest;

  LuminalGeneration *current;
  gint64 began; /* to work; 0: it has not yet */

  GPtrArray *good;        /* oldest first */
  GHashTable *quarantine; /* checksums */
  GHashTable *aside;      /* checksums */
};

LuminalLineage *
luminal_lineage_new (void)
{
  LuminalLineage *self = g_new0 (LuminalLineage, 1);

  self->good = g_ptr_array_new_with_free_func (g_object_unref);
  self->quarantine = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->aside = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

/* The history may outlive this, and is not to hold memory for nothing. */
static void
forget (gpointer generation,
        gpointer user_data)
{
  luminal_generation_forget (generation);
}

void
luminal_lineage_free (LuminalLineage *self)
{
  g_ptr_array_foreach (self->good, forget, NULL);
  g_ptr_array_unref (self->good);
  if (self->current != NULL)
    luminal_generation_forget (self->current);
  g_clear_object (&self->current);
  g_hash_table_unref (self->quarantine);
  g_hash_table_unref (self->aside);
  g_free (self);
}

guint
luminal_lineage_next_number (LuminalLineage *self)
{
  return self->highest + 1;
}

static gint64
time_at_work (LuminalLineage *self)
{
  return self->began != 0 ? g_get_monotonic_time () - self->began : 0;
}

static void
keep_or_forget (LuminalLineage    *self,
                LuminalGeneration *generation,
                gboolean           is_good)
{
  if (!is_good || luminal_generation_get_image (generation) == NULL)
    {
      luminal_generation_forget (generation);
      return;
    }

  g_ptr_array_add (self->good, g_object_ref (generation));

  /* States can be large, and the older they are the less anybody wants them back. */
  if (self->good->len > WITH_STATES)
    luminal_generation_forget_states (self->good->pdata[self->good->len - WITH_STATES - 1]);

  if (self->good->len > MOST_KEPT)
    {
      luminal_generation_forget (self->good->pdata[0]);
      g_ptr_array_remove_index (self->good, 0);
    }
}

void
luminal_lineage_succeed (LuminalLineage    *self,
                         LuminalGeneration *next,
                         gboolean           is_running,
                         gboolean           is_good)
{
  g_autoptr (LuminalGeneration) before = g_steal_pointer (&self->current);

  self->current = g_object_ref (next);
  g_ptr_array_remove (self->good, next);
  if (before != NULL)
    {
      luminal_generation_add_age (before, time_at_work (self));
      if (before != next)
        keep_or_forget (self, before, is_good);
    }

  /* What it handed over once is old when it hands over again. */
  luminal_generation_forget_states (next);
  self->highest = MAX (self->highest, luminal_generation_get_number (next));
  self->began = is_running ? g_get_monotonic_time () : 0;
}

void
luminal_lineage_note_start (LuminalLineage *self)
{
  if (self->began == 0)
    self->began = g_get_monotonic_time ();
}

LuminalGeneration *
luminal_lineage_get_current (LuminalLineage *self)
{
  return self->current;
}

gboolean
luminal_lineage_has_run (LuminalLineage *self)
{
  return self->began != 0;
}

gint64
luminal_lineage_get_age (LuminalLineage *self)
{
  return self->current != NULL ? luminal_generation_get_age (self->current) + time_at_work (self) : 0;
}

LuminalGeneration *
luminal_lineage_get_last_good (LuminalLineage *self)
{
  return self->good->len > 0 ? self->good->pdata[self->good->len - 1] : NULL;
}

LuminalGeneration *
luminal_lineage_find_good (LuminalLineage *self,
                           guint           number)
{
  for (guint i = 0; i < self->good->len; i++)
    {
      if (luminal_generation_get_number (self->good->pdata[i]) == number)
        return self->good->pdata[i];
    }

  return NULL;
}

void
luminal_lineage_quarantine (LuminalLineage *self,
                            const char     *checksum)
{
  g_hash_table_add (self->quarantine, g_strdup (checksum));
}

gboolean
luminal_lineage_is_quarantined (LuminalLineage *self,
                                const char     *checksum)
{
  return g_hash_table_contains (self->quarantine, checksum);
}

void
luminal_lineage_lift_quarantine (LuminalLineage *self)
{
  g_hash_table_remove_all (self->quarantine);
  g_hash_table_remove_all (self->aside);
}

void
luminal_lineage_set_aside (LuminalLineage *self,
                           const char     *checksum)
{
  g_hash_table_add (self->aside, g_strdup (checksum));
}

void
luminal_lineage_take_back (LuminalLineage *self,
                           const char     *checksum)
{
  g_hash_table_remove (self->aside, checksum);
}

gboolean
luminal_lineage_is_set_aside (LuminalLineage *self,
                              const char     *checksum)
{
  return g_hash_table_contains (self->aside, checksum);
}
