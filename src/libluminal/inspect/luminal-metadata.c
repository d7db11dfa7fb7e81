/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-metadata.h"
#include "luminal-metadata-private.h"

#include <string.h>

/**
 * LuminalMetadata:
 *
 * What a module says about one of its photons.
 *
 * It was read from a note in the file, as [class@Inspection] does, without
 * running any of the photon's code. It never changes, and can be used from any
 * thread.
 *
 * Since: 1.0
 */
struct _LuminalMetadata
{
  GObject parent_instance;

  LuminalNote note;
};

enum
{
  PROP_0,
  PROP_CLASS_NAME,
  PROP_BASE,
  PROP_NAME,
  PROP_AUTHOR,
  PROP_VERSION,
  PROP_DESCRIPTION,
  PROP_TAGS,
  PROP_START_FIRST,
  PROP_KEEPS_STATE,
  N_PROPERTIES
};

G_DEFINE_FINAL_TYPE (LuminalMetadata, luminal_metadata, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPERTIES];

static void
luminal_metadata_get_property (GObject    *object,
                               guint       property_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  LuminalMetadata *self = LUMINAL_METADATA (object);

  switch (property_id)
    {
    case PROP_CLASS_NAME:
      g_value_set_string (value, self->note.class_name);
      break;
    case PROP_BASE:
      g_value_set_string (value, self->note.base);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->note.name);
      break;
    case PROP_AUTHOR:
      g_value_set_string (value, self->note.author);
      break;
    case PROP_VERSION:
      g_value_set_string (value, self->note.version);
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, self->note.description);
      break;
    case PROP_TAGS:
      g_value_set_boxed (value, self->note.tags);
      break;
    case PROP_START_FIRST:
      g_value_set_boolean (value, self->note.start_first);
      break;
    case PROP_KEEPS_STATE:
      g_value_set_boolean (value, self->note.keeps_state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_metadata_finalize (GObject *object)
{
  LuminalMetadata *self = LUMINAL_METADATA (object);

  luminal_note_clear (&self->note);

  G_OBJECT_CLASS (luminal_metadata_parent_class)->finalize (object);
}

static void
luminal_metadata_class_init (LuminalMetadataClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = luminal_metadata_get_property;
  object_class->finalize = luminal_metadata_finalize;

  /**
   * LuminalMetadata:class-name:
   *
   * The name of its class: the first argument of `LUMINAL_PHOTON()`, an
   * identifier of C.
   *
   * Since: 1.0
   */
  properties[PROP_CLASS_NAME] =
    g_param_spec_string ("class-name", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalMetadata:base:
   *
   * The name of the [alias@GObject.Type] that the photon wants to be an
   * instance of.
   *
   * Since: 1.0
   */
  properties[PROP_BASE] =
    g_param_spec_string ("base", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalMetadata:name:
   *
   * The name that people see; the class's if the photon declares none.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalMetadata:author:
   *
   * Who wrote it; `"Unknown"` if the photon does not say.
   *
   * Since: 1.0
   */
  properties[PROP_AUTHOR] =
    g_param_spec_string ("author", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalMetadata:version:
   *
   * Its version; `"0.0.0"` if the photon does not say.
   *
   * Since: 1.0
   */
  properties[PROP_VERSION] =
    g_param_spec_string ("version", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalMetadata:description:
   *
   * What it does, in a line; empty if the photon does not say.
   *
   * Since: 1.0
   */
  properties[PROP_DESCRIPTION] =
    g_param_spec_string ("description", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalMetadata:tags:
   *
   * The words to find it by, in the order of their declaration.
   *
   * Since: 1.0
   */
  properties[PROP_TAGS] =
    g_param_spec_boxed ("tags", NULL, NULL, G_TYPE_STRV,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalMetadata:start-first:
   *
   * Whether a new generation starts before the old one ends.
   *
   * Since: 1.0
   */
  properties[PROP_START_FIRST] =
    g_param_spec_boolean ("start-first", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalMetadata:keeps-state:
   *
   * Whether a generation hands its state over to the next one.
   *
   * Since: 1.0
   */
  properties[PROP_KEEPS_STATE] =
    g_param_spec_boolean ("keeps-state", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
luminal_metadata_init (LuminalMetadata *self)
{
}

LuminalMetadata *
luminal_metadata_new (LuminalNote *note)
{
  LuminalMetadata *self = g_object_new (LUMINAL_TYPE_METADATA, NULL);

  self->note = *note;
  memset (note, 0, sizeof *note);
  return self;
}

guint
luminal_metadata_get_line (LuminalMetadata *self)
{
  return self->note.line;
}

guint
luminal_metadata_get_abi (LuminalMetadata *self)
{
  return self->note.abi;
}

/**
 * luminal_metadata_get_class_name:
 * @self: what a module says about a photon
 *
 * Gets the name of the photon's class: the first argument of `LUMINAL_PHOTON()`,
 * an identifier of C. It is unique in its module.
 *
 * Returns: the name of the class
 *
 * Since: 1.0
 */
const char *
luminal_metadata_get_class_name (LuminalMetadata *self)
{
  g_return_val_if_fail (LUMINAL_IS_METADATA (self), NULL);

  return self->note.class_name;
}

/**
 * luminal_metadata_get_base:
 * @self: what a module says about a photon
 *
 * Gets the name of the [alias@GObject.Type] that the photon wants to be an
 * instance of: `"LuminalPhoton"`, or what it declared with `LUMINAL_BASE()`. The
 * type need not exist in this program.
 *
 * Returns: the name of the base type
 *
 * Since: 1.0
 */
const char *
luminal_metadata_get_base (LuminalMetadata *self)
{
  g_return_val_if_fail (LUMINAL_IS_METADATA (self), NULL);

  return self->note.base;
}

/**
 * luminal_metadata_get_name:
 * @self: what a module says about a photon
 *
 * Gets the name that people see. It is the class's if the photon declares none.
 * It may hold anything but NUL, also markup and line breaks.
 *
 * Returns: the name, in UTF-8, never empty
 *
 * Since: 1.0
 */
const char *
luminal_metadata_get_name (LuminalMetadata *self)
{
  g_return_val_if_fail (LUMINAL_IS_METADATA (self), NULL);

  return self->note.name;
}

/**
 * luminal_metadata_get_author:
 * @self: what a module says about a photon
 *
 * Gets who wrote the photon: `"Unknown"` if it does not say.
 *
 * Returns: the author, in UTF-8, never empty
 *
 * Since: 1.0
 */
const char *
luminal_metadata_get_author (LuminalMetadata *self)
{
  g_return_val_if_fail (LUMINAL_IS_METADATA (self), NULL);

  return self->note.author;
}

/**
 * luminal_metadata_get_version:
 * @self: what a module says about a photon
 *
 * Gets the version of the photon: `"0.0.0"` if it does not say. What the text
 * looks like is up to its author.
 *
 * Returns: the version, in UTF-8, never empty
 *
 * Since: 1.0
 */
const char *
luminal_metadata_get_version (LuminalMetadata *self)
{
  g_return_val_if_fail (LUMINAL_IS_METADATA (self), NULL);

  return self->note.version;
}

/**
 * luminal_metadata_get_description:
 * @self: what a module says about a photon
 *
 * Gets what the photon does, in a line. It is empty if the photon does not say.
 *
 * Returns: the description, in UTF-8
 *
 * Since: 1.0
 */
const char *
luminal_metadata_get_description (LuminalMetadata *self)
{
  g_return_val_if_fail (LUMINAL_IS_METADATA (self), NULL);

  return self->note.description;
}

/**
 * luminal_metadata_get_tags:
 * @self: what a module says about a photon
 *
 * Gets the words to find the photon by, in the order of their declaration. There
 * may be none.
 *
 * Returns: (array zero-terminated=1) (transfer none): the tags, in UTF-8
 *
 * Since: 1.0
 */
const char *const *
luminal_metadata_get_tags (LuminalMetadata *self)
{
  g_return_val_if_fail (LUMINAL_IS_METADATA (self), NULL);

  return (const char *const *) self->note.tags;
}

/**
 * luminal_metadata_get_start_first:
 * @self: what a module says about a photon
 *
 * Gets whether a new generation of the photon starts before the old one ends.
 * Otherwise the old one ends first.
 *
 * Returns: %TRUE if the new one starts first
 *
 * Since: 1.0
 */
gboolean
luminal_metadata_get_start_first (LuminalMetadata *self)
{
  g_return_val_if_fail (LUMINAL_IS_METADATA (self), FALSE);

  return self->note.start_first;
}

/**
 * luminal_metadata_get_keeps_state:
 * @self: what a module says about a photon
 *
 * Gets whether a generation of the photon hands its state over to the next one.
 * Otherwise each begins anew.
 *
 * Returns: %TRUE if the photon keeps its state
 *
 * Since: 1.0
 */
gboolean
luminal_metadata_get_keeps_state (LuminalMetadata *self)
{
  g_return_val_if_fail (LUMINAL_IS_METADATA (self), FALSE);

  return self->note.keeps_state;
}
