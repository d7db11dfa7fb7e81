/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-photon.h"
#include "luminal-photon-private.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/**
 * LuminalPhoton:
 *
 * A running photon, as its own code sees it.
 *
 * The functions that a module declares with `LUMINAL_PHOTON()` get it as their
 * first argument: to say something, and to know who they are. The object
 * belongs to the loader and lives from before the start function (or the
 * restore function, where there is a state to take over) until after the
 * finalizer.
 *
 * A program that embeds the loader may derive a type from it, to offer its
 * photons services of its own. The type must live in that program: a module
 * that registers types can never leave the process. Photons ask for such a
 * type with `LUMINAL_BASE()`.
 *
 * Since: 1.0
 */

/* What a thread may have said before anybody hears it, in lines; more is dropped, and
 * that is said. One that waited for room could wait for ever: for a finalizer that
 * waits for it. */
#define MOST_SAYINGS 10000

/* How many are told before the main context gets to look at others. */
#define SAYINGS_AT_ONCE 100

typedef struct
{
  LuminalMetadata *metadata;
  GMainContext *context;
  gpointer data;
  guint generation;
  LuminalOutputFunc output;
  gpointer output_data;

  /* What was said and not delivered yet; any thread may add to it. */
  GThread *thread;
  GMutex mutex;
  GQueue sayings;
  guint n_dropped;
  gboolean is_delivery_due;
} LuminalPhotonPrivate;

typedef struct
{
  LuminalStream stream;
  char *text;
} Saying;

G_DEFINE_TYPE_WITH_PRIVATE (LuminalPhoton, luminal_photon, G_TYPE_OBJECT)

static LuminalPhotonPrivate *
luminal_photon_private (LuminalPhoton *self)
{
  return luminal_photon_get_instance_private (self);
}

static void
saying_free (Saying *saying)
{
  g_free (saying->text);
  g_free (saying);
}

static void
luminal_photon_finalize (GObject *object)
{
  LuminalPhotonPrivate *priv = luminal_photon_private (LUMINAL_PHOTON_OBJECT (object));

  g_clear_object (&priv->metadata);
  g_clear_pointer (&priv->context, g_main_context_unref);
  g_queue_clear_full (&priv->sayings, (GDestroyNotify) saying_free);
  g_mutex_clear (&priv->mutex);

  G_OBJECT_CLASS (luminal_photon_parent_class)->finalize (object);
}

static void
luminal_photon_class_init (LuminalPhotonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = luminal_photon_finalize;
}

static void
luminal_photon_init (LuminalPhoton *self)
{
  LuminalPhotonPrivate *priv = luminal_photon_private (self);

  priv->context = g_main_context_ref_thread_default ();
  priv->thread = g_thread_self ();
  g_mutex_init (&priv->mutex);
  g_queue_init (&priv->sayings);
}

LuminalPhoton *
luminal_photon_new (GType            type,
                    LuminalMetadata *metadata,
                    guint            generation)
{
  LuminalPhoton *self = g_object_new (type, NULL);
  LuminalPhotonPrivate *priv = luminal_photon_private (self);

  priv->metadata = g_object_ref (metadata);
  priv->generation = generation;

  return self;
}

static Saying *
take_saying (LuminalPhotonPrivate *priv)
{
  Saying *saying;

  g_mutex_lock (&priv->mutex);
  saying = g_queue_pop_head (&priv->sayings);
  if (saying == NULL && priv->n_dropped > 0)
    {
      saying = g_new (Saying, 1);
      saying->stream = LUMINAL_STREAM_EPRINT;
      saying->text = g_strdup_printf (ngettext ("(%u line was dropped: it came faster than it could be told)",
                                                "(%u lines were dropped: they came faster than they could "
                                                "be told)", priv->n_dropped), priv->n_dropped);
      priv->n_dropped = 0;
    }
  g_mutex_unlock (&priv->mutex);

  return saying;
}

/* Returns whether there may be more. */
static gboolean
deliver_sayings (LuminalPhoton *self,
                 guint          most)
{
  LuminalPhotonPrivate *priv = luminal_photon_private (self);
  Saying *saying = NULL;

  for (guint i = 0; i < most && (saying = take_saying (priv)) != NULL; i++)
    {
      if (priv->output != NULL)
        priv->output (self, saying->stream, saying->text, priv->output_data);
      saying_free (saying);
    }

  return saying != NULL;
}

/* What was said until now is for the output there was until now. */
void
luminal_photon_set_output (LuminalPhoton    *self,
                           LuminalOutputFunc output,
                           gpointer          user_data)
{
  LuminalPhotonPrivate *priv = luminal_photon_private (self);

  deliver_sayings (self, MOST_SAYINGS + 1);
  priv->output = output;
  priv->output_data = user_data;
}

void
luminal_photon_set_data (LuminalPhoton *self,
                         gpointer       data)
{
  luminal_photon_private (self)->data = data;
}

/**
 * luminal_photon_get_name:
 * @self: a photon
 *
 * Gets the photon's name, as declared with `LUMINAL_NAME()`; its class name
 * otherwise.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
luminal_photon_get_name (LuminalPhoton *self)
{
  g_return_val_if_fail (LUMINAL_IS_PHOTON_OBJECT (self), NULL);

  return luminal_metadata_get_name (luminal_photon_private (self)->metadata);
}

/**
 * luminal_photon_get_author:
 * @self: a photon
 *
 * Gets who wrote the photon.
 *
 * Returns: the author; "Unknown" if none was declared
 *
 * Since: 1.0
 */
const char *
luminal_photon_get_author (LuminalPhoton *self)
{
  g_return_val_if_fail (LUMINAL_IS_PHOTON_OBJECT (self), NULL);

  return luminal_metadata_get_author (luminal_photon_private (self)->metadata);
}

/**
 * luminal_photon_get_version:
 * @self: a photon
 *
 * Gets the photon's version.
 *
 * Returns: the version; "0.0.0" if none was declared
 *
 * Since: 1.0
 */
const char *
luminal_photon_get_version (LuminalPhoton *self)
{
  g_return_val_if_fail (LUMINAL_IS_PHOTON_OBJECT (self), NULL);

  return luminal_metadata_get_version (luminal_photon_private (self)->metadata);
}

/**
 * luminal_photon_get_description:
 * @self: a photon
 *
 * Gets what the photon does, in a line.
 *
 * Returns: the description; empty if none was declared
 *
 * Since: 1.0
 */
const char *
luminal_photon_get_description (LuminalPhoton *self)
{
  g_return_val_if_fail (LUMINAL_IS_PHOTON_OBJECT (self), NULL);

  return luminal_metadata_get_description (luminal_photon_private (self)->metadata);
}

/**
 * luminal_photon_get_tags:
 * @self: a photon
 *
 * Gets the words to find the photon by.
 *
 * Returns: (array zero-terminated=1): the tags, in the order they were declared
 *
 * Since: 1.0
 */
const char *const *
luminal_photon_get_tags (LuminalPhoton *self)
{
  g_return_val_if_fail (LUMINAL_IS_PHOTON_OBJECT (self), NULL);

  return luminal_metadata_get_tags (luminal_photon_private (self)->metadata);
}

/**
 * luminal_photon_get_generation:
 * @self: a photon
 *
 * Gets which loaded version of its module this is, counted from 1.
 *
 * Returns: the generation
 *
 * Since: 1.0
 */
guint
luminal_photon_get_generation (LuminalPhoton *self)
{
  g_return_val_if_fail (LUMINAL_IS_PHOTON_OBJECT (self), 0);

  return luminal_photon_private (self)->generation;
}

/**
 * luminal_photon_get_data: (skip)
 * @self: a photon
 *
 * Gets the photon's own data: what its functions get as their second argument.
 * For code that was handed only the photon, as the callback of a signal may be.
 *
 * Returns: (nullable) (transfer none): the data; %NULL if it does not run
 *
 * Since: 1.0
 */
gpointer
luminal_photon_get_data (LuminalPhoton *self)
{
  g_return_val_if_fail (LUMINAL_IS_PHOTON_OBJECT (self), NULL);

  return luminal_photon_private (self)->data;
}

static gboolean
deliver_due (gpointer user_data)
{
  LuminalPhotonPrivate *priv = luminal_photon_private (user_data);

  if (deliver_sayings (user_data, SAYINGS_AT_ONCE))
    return G_SOURCE_CONTINUE;

  g_mutex_lock (&priv->mutex);
  priv->is_delivery_due = !g_queue_is_empty (&priv->sayings);
  g_mutex_unlock (&priv->mutex);

  return priv->is_delivery_due ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
deliver_later (LuminalPhoton *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[luminal] output");
  g_source_set_callback (source, deliver_due, g_object_ref (self), g_object_unref);
  g_source_attach (source, luminal_photon_private (self)->context);
}

static void
luminal_photon_say (LuminalPhoton *self,
                    LuminalStream  stream,
                    const char    *format,
                    va_list        args)
{
  LuminalPhotonPrivate *priv = luminal_photon_private (self);
  g_autofree char *text = g_strdup_vprintf (format, args);
  gsize length = strlen (text);
  gboolean here = g_thread_self () == priv->thread;
  gboolean later;
  Saying *saying;

  /* One call is one line, whether or not its author ended it. */
  if (length > 0 && text[length - 1] == '\n')
    text[length - 1] = '\0';

  saying = g_new (Saying, 1);
  saying->stream = stream;
  saying->text = g_steal_pointer (&text);

  /* At once in the photon's own thread; from another, later. In order in any case. */
  g_mutex_lock (&priv->mutex);
  if (here || priv->sayings.length < MOST_SAYINGS)
    g_queue_push_tail (&priv->sayings, g_steal_pointer (&saying));
  else
    priv->n_dropped++;
  later = !here && !priv->is_delivery_due;
  priv->is_delivery_due |= later;
  g_mutex_unlock (&priv->mutex);

  g_clear_pointer (&saying, saying_free);
  if (here)
    deliver_sayings (self, MOST_SAYINGS + 1);
  else if (later)
    deliver_later (self);
}

/**
 * luminal_photon_print:
 * @self: a photon
 * @format: a printf() format
 * @...: what the format asks for
 *
 * Says something: a line for people to read. It is not written to standard
 * output but handed to whoever manages the photon, together with who said it.
 *
 * May be called from any thread as long as the photon runs. A newline at the
 * end is dropped. It never waits: of what other threads say faster than it can be
 * told, all beyond 10,000 lines is dropped, and how much that was is said.
 *
 * Since: 1.0
 */
void
luminal_photon_print (LuminalPhoton *self,
                      const char    *format,
                      ...)
{
  va_list args;

  g_return_if_fail (LUMINAL_IS_PHOTON_OBJECT (self));
  g_return_if_fail (format != NULL);

  va_start (args, format);
  luminal_photon_say (self, LUMINAL_STREAM_PRINT, format, args);
  va_end (args);
}

/**
 * luminal_photon_eprint:
 * @self: a photon
 * @format: a printf() format
 * @...: what the format asks for
 *
 * Says that something is wrong. Otherwise like [method@Photon.print].
 *
 * Since: 1.0
 */
void
luminal_photon_eprint (LuminalPhoton *self,
                       const char    *format,
                       ...)
{
  va_list args;

  g_return_if_fail (LUMINAL_IS_PHOTON_OBJECT (self));
  g_return_if_fail (format != NULL);

  va_start (args, format);
  luminal_photon_say (self, LUMINAL_STREAM_EPRINT, format, args);
  va_end (args);
}
