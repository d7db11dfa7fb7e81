/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-generation.h"
#include "luminal-generation-private.h"

/**
 * LuminalGeneration:
 *
 * One attempt to put a version of a module to work, as its history keeps it:
 * which content it was, when, how long each phase took, and how it ended.
 *
 * The photons of one module share their history. See
 * [property@Handler:history].
 *
 * Since: 1.0
 */

struct _LuminalGeneration
{
  GObject parent_instance;

  guint number;
  char *checksum;
  gint64 time;
  gint64 durations[LUMINAL_N_PHASES];
  LuminalOutcome outcome;
  LuminalPhase failed_phase;
  GError *error;

  LuminalImage *image;
  GHashTable *states; /* class name → GVariant */
  gint64 age;
};

enum
{
  PROP_0,
  PROP_KEPT,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (LuminalGeneration, luminal_generation, G_TYPE_OBJECT)

static void
luminal_generation_get_property (GObject    *object,
                                 guint       property_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_KEPT:
      g_value_set_boolean (value, luminal_generation_get_kept (LUMINAL_GENERATION (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_generation_finalize (GObject *object)
{
  LuminalGeneration *self = LUMINAL_GENERATION (object);

  g_free (self->checksum);
  g_clear_error (&self->error);
  g_clear_object (&self->image);
  luminal_generation_forget_states (self);

  G_OBJECT_CLASS (luminal_generation_parent_class)->finalize (object);
}

static void
luminal_generation_class_init (LuminalGenerationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = luminal_generation_get_property;
  object_class->finalize = luminal_generation_finalize;

  /**
   * LuminalGeneration:kept: (attributes org.gtk.Property.get=luminal_generation_get_kept)
   *
   * Whether [method@Loader.revert_photon_async] can bring it back.
   *
   * Since: 1.0
   */
  properties[PROP_KEPT] = g_param_spec_boolean ("kept", NULL, NULL, FALSE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS |
                                                G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
luminal_generation_init (LuminalGeneration *self)
{
  self->time = g_get_real_time ();
}

LuminalGeneration *
luminal_generation_new (guint number)
{
  LuminalGeneration *self = g_object_new (LUMINAL_TYPE_GENERATION, NULL);

  self->number = number;
  return self;
}

void
luminal_generation_set_checksum (LuminalGeneration *self,
                                 const char        *checksum)
{
  g_free (self->checksum);
  self->checksum = g_strdup (checksum);
}

void
luminal_generation_add_duration (LuminalGeneration *self,
                                 LuminalPhase       phase,
                                 gint64             microseconds)
{
  self->durations[phase] += microseconds;
}

void
luminal_generation_set_outcome (LuminalGeneration *self,
                                LuminalOutcome     outcome,
                                LuminalPhase       failed_phase,
                                const GError      *error)
{
  self->outcome = outcome;
  self->failed_phase = failed_phase;
  g_clear_error (&self->error);
  if (error != NULL)
    self->error = g_error_copy (error);
}

void
luminal_generation_keep (LuminalGeneration *self,
                         LuminalImage      *image)
{
  gboolean was_kept = self->image != NULL;

  g_set_object (&self->image, image);
  luminal_image_rest (image);
  if (!was_kept)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEPT]);
}

void
luminal_generation_keep_state (LuminalGeneration *self,
                               const char        *class_name,
                               GVariant          *state)
{
  if (self->states == NULL)
    self->states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  g_hash_table_insert (self->states, g_strdup (class_name), g_variant_ref (state));
}

void
luminal_generation_forget_states (LuminalGeneration *self)
{
  g_clear_pointer (&self->states, g_hash_table_unref);
}

void
luminal_generation_forget (LuminalGeneration *self)
{
  gboolean was_kept = self->image != NULL;

  g_clear_object (&self->image);
  luminal_generation_forget_states (self);
  if (was_kept)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEPT]);
}

LuminalImage *
luminal_generation_get_image (LuminalGeneration *self)
{
  return self->image;
}

GVariant *
luminal_generation_get_state (LuminalGeneration *self,
                              const char        *class_name)
{
  return self->states != NULL ? g_hash_table_lookup (self->states, class_name) : NULL;
}

void
luminal_generation_add_age (LuminalGeneration *self,
                            gint64             microseconds)
{
  self->age += microseconds;
}

gint64
luminal_generation_get_age (LuminalGeneration *self)
{
  return self->age;
}

/**
 * luminal_generation_get_number:
 * @self: a generation
 *
 * Gets the generation's number, counted from 1. An attempt that failed has the
 * number that it would have had; the next attempt gets it again.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
luminal_generation_get_number (LuminalGeneration *self)
{
  g_return_val_if_fail (LUMINAL_IS_GENERATION (self), 0);

  return self->number;
}

/**
 * luminal_generation_get_checksum:
 * @self: a generation
 *
 * Gets the SHA-256 of the bytes that ran or were to run, in lower-case
 * hexadecimal.
 *
 * Returns: (nullable): the checksum, or %NULL if the file could not be read
 *
 * Since: 1.0
 */
const char *
luminal_generation_get_checksum (LuminalGeneration *self)
{
  g_return_val_if_fail (LUMINAL_IS_GENERATION (self), NULL);

  return self->checksum;
}

/**
 * luminal_generation_get_time:
 * @self: a generation
 *
 * Gets when the attempt began.
 *
 * Returns: microseconds since 1970-01-01 UTC
 *
 * Since: 1.0
 */
gint64
luminal_generation_get_time (LuminalGeneration *self)
{
  g_return_val_if_fail (LUMINAL_IS_GENERATION (self), 0);

  return self->time;
}

/**
 * luminal_generation_get_duration:
 * @self: a generation
 *
 * Gets how long all phases took together.
 *
 * Returns: microseconds
 *
 * Since: 1.0
 */
gint64
luminal_generation_get_duration (LuminalGeneration *self)
{
  gint64 sum = 0;

  g_return_val_if_fail (LUMINAL_IS_GENERATION (self), 0);

  for (guint i = 0; i < LUMINAL_N_PHASES; i++)
    sum += self->durations[i];
  return sum;
}

/**
 * luminal_generation_get_phase_duration:
 * @self: a generation
 * @phase: a phase
 *
 * Gets how long one phase took.
 *
 * Returns: microseconds; 0 for a phase that was not reached
 *
 * Since: 1.0
 */
gint64
luminal_generation_get_phase_duration (LuminalGeneration *self,
                                       LuminalPhase       phase)
{
  g_return_val_if_fail (LUMINAL_IS_GENERATION (self), 0);
  g_return_val_if_fail (phase < LUMINAL_N_PHASES, 0);

  return self->durations[phase];
}

/**
 * luminal_generation_get_outcome:
 * @self: a generation
 *
 * Gets how the attempt ended.
 *
 * Returns: the outcome
 *
 * Since: 1.0
 */
LuminalOutcome
luminal_generation_get_outcome (LuminalGeneration *self)
{
  g_return_val_if_fail (LUMINAL_IS_GENERATION (self), LUMINAL_OUTCOME_FAILED);

  return self->outcome;
}

/**
 * luminal_generation_get_failed_phase:
 * @self: a generation
 *
 * Gets where the attempt failed.
 *
 * Returns: the phase; %LUMINAL_PHASE_NONE if it did not fail
 *
 * Since: 1.0
 */
LuminalPhase
luminal_generation_get_failed_phase (LuminalGeneration *self)
{
  g_return_val_if_fail (LUMINAL_IS_GENERATION (self), LUMINAL_PHASE_NONE);

  return self->failed_phase;
}

/**
 * luminal_generation_get_error:
 * @self: a generation
 *
 * Gets why the attempt failed.
 *
 * Returns: (nullable) (transfer none): the error, or %NULL if it did not fail
 *
 * Since: 1.0
 */
const GError *
luminal_generation_get_error (LuminalGeneration *self)
{
  g_return_val_if_fail (LUMINAL_IS_GENERATION (self), NULL);

  return self->error;
}

/**
 * luminal_generation_get_kept: (attributes org.gtk.Method.get_property=kept)
 * @self: a generation
 *
 * Gets whether [method@Loader.revert_photon_async] can bring it back.
 *
 * What is kept is a copy of the file in memory: that of the generation that is
 * loaded, and of the last few before it that ran and were good, as long as the
 * module's photons have processes of their own. A generation that came back is
 * in the history twice, and kept where it was loaded first.
 *
 * Returns: %TRUE if it is kept
 *
 * Since: 1.0
 */
gboolean
luminal_generation_get_kept (LuminalGeneration *self)
{
  g_return_val_if_fail (LUMINAL_IS_GENERATION (self), FALSE);

  return self->image != NULL;
}
