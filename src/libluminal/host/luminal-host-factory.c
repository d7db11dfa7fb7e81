/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-host-factory.h"

#include <glib/gi18n-lib.h>

#include "luminal-error-private.h"
#include "luminal-inspection-private.h"
#include "luminal-module-host.h"
#include "luminal-worker-host.h"

/* Photons that start, stop or save longer than this hang, as far as anybody who waits
 * for a reload is concerned; one that has long work to do does it later. */
#define CALL_TIMEOUT_MS 5000

struct _LuminalHostFactory
{
  GObject parent_instance;

  LuminalHostSettings settings;
  LuminalSpawner *spawner;
  GHashTable *kept; /* path → KeptHost */
};

typedef struct
{
  char *checksum;
  LuminalHost *host;
} KeptHost;

G_DEFINE_FINAL_TYPE (LuminalHostFactory, luminal_host_factory, G_TYPE_OBJECT)

static void
kept_host_free (KeptHost *kept)
{
  g_free (kept->checksum);
  g_object_unref (kept->host);
  g_free (kept);
}

static void
luminal_host_factory_finalize (GObject *object)
{
  LuminalHostFactory *self = LUMINAL_HOST_FACTORY (object);

  g_hash_table_unref (self->kept);
  g_clear_object (&self->spawner);

  G_OBJECT_CLASS (luminal_host_factory_parent_class)->finalize (object);
}

static void
luminal_host_factory_class_init (LuminalHostFactoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_host_factory_finalize;
}

static void
luminal_host_factory_init (LuminalHostFactory *self)
{
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) kept_host_free);
  self->spawner = luminal_spawner_new ();
  self->settings = (LuminalHostSettings) {
    .isolation = LUMINAL_ISOLATION_WORKER,
    .open_timeout = CALL_TIMEOUT_MS,
    .restore_timeout = CALL_TIMEOUT_MS,
    .start_timeout = CALL_TIMEOUT_MS,
    .save_timeout = CALL_TIMEOUT_MS,
    .finalizer_timeout = CALL_TIMEOUT_MS,
  };
}

LuminalHostFactory *
luminal_host_factory_new (void)
{
  return g_object_new (LUMINAL_TYPE_HOST_FACTORY, NULL);
}

LuminalHostSettings *
luminal_host_factory_get_settings (LuminalHostFactory *self)
{
  return &self->settings;
}

void
luminal_host_factory_prepare (LuminalHostFactory *self)
{
  if (self->settings.isolation == LUMINAL_ISOLATION_WORKER)
    luminal_spawner_prepare (self->spawner);
}

gboolean
luminal_host_registers_types (LuminalInspection *inspection)
{
  return (luminal_inspection_get_pin_hints (inspection) & LUMINAL_PIN_HINT_TYPES) != 0;
}

/* What stayed of this file, or of the same content under another name: a file that
 * was renamed. */
static const char *
find_kept (LuminalHostFactory *self,
           const char         *path,
           const char         *checksum)
{
  GHashTableIter iter;
  gpointer other_path;
  gpointer kept;

  if (g_hash_table_contains (self->kept, path))
    return path;

  g_hash_table_iter_init (&iter, self->kept);
  while (g_hash_table_iter_next (&iter, &other_path, &kept))
    {
      if (g_str_equal (((KeptHost *) kept)->checksum, checksum))
        return other_path;
    }

  return NULL;
}

/* Types live in the program that registered them. */
static LuminalHost *
create_worker_host (LuminalHostFactory *self,
                    const char         *path,
                    GPtrArray          *photons,
                    guint               generation,
                    GError            **error)
{
  for (guint i = 0; i < photons->len; i++)
    {
      const char *base = luminal_metadata_get_base (photons->pdata[i]);

      if (!g_str_equal (base, g_type_name (LUMINAL_TYPE_PHOTON)))
        {
          g_propagate_error (error,
                             luminal_error_new (LUMINAL_ERROR_NEEDS_IN_PROCESS, path, LUMINAL_PHASE_STAGE,
                                                _("photon %s needs the type %s, which only this program has, "
                                                  "and is to run in a process of its own. Such photons run "
                                                  "with the loader's isolation set to in-process"),
                                                luminal_metadata_get_name (photons->pdata[i]), base));
          return NULL;
        }
    }

  return luminal_worker_host_new (self->spawner, &self->settings, path, generation);
}

LuminalHost *
luminal_host_factory_create (LuminalHostFactory *self,
                             const char         *path,
                             LuminalInspection  *inspection,
                             GPtrArray          *photons,
                             guint               generation,
                             gboolean            types_in_use,
                             GError            **error)
{
  const char *checksum = luminal_inspection_get_checksum (inspection);
  const char *kept_path = find_kept (self, path, checksum);
  KeptHost *kept = kept_path != NULL ? g_hash_table_lookup (self->kept, kept_path) : NULL;

  if (self->settings.isolation == LUMINAL_ISOLATION_WORKER)
    return create_worker_host (self, path, photons, generation, error);

  if (!luminal_host_registers_types (inspection) || (kept == NULL && !types_in_use))
    return luminal_module_host_new (path, generation);

  if (!types_in_use && g_str_equal (kept->checksum, checksum))
    {
      LuminalHost *host = g_object_ref (kept->host);

      g_hash_table_remove (self->kept, kept_path);
      return host;
    }

  g_propagate_error (error,
                     luminal_error_new (LUMINAL_ERROR_PINNED, path, LUMINAL_PHASE_STAGE,
                                        _("an earlier version of it registered types, which stay in this "
                                          "process, and the same types cannot be registered twice. Start "
                                          "the program again to run the new version")));
  return NULL;
}

void
luminal_host_factory_keep (LuminalHostFactory *self,
                           const char         *path,
                           const char         *checksum,
                           LuminalHost        *host)
{
  KeptHost *kept = g_new (KeptHost, 1);

  kept->checksum = g_strdup (checksum);
  kept->host = g_object_ref (host);
  g_hash_table_replace (self->kept, g_strdup (path), kept);
}
