/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-build-cache.h"

#include <string.h>

#include "luminal-cache-file.h"
#include "luminal-diagnostic-private.h"

#define LIST_TYPE G_VARIANT_TYPE ("aaay")
#define ENTRY_TYPE G_VARIANT_TYPE ("(sbaya" LUMINAL_DIAGNOSTIC_TYPE_STRING ")")
#define NOTE_TYPE G_VARIANT_TYPE ("s")

/* A source that is built with other headers now and then, as when branches change. */
#define LISTS_MAX 16

/* How much may be written before it is looked whether it is too much, as a part of what
 * is allowed. */
#define TRIM_PART 16

struct _LuminalBuildCache
{
  GObject parent_instance;

  char *folder;
  guint64 size_max;
  LuminalHeaderDigests *digests;

  GMutex mutex; /* for what follows, and for reading, changing and writing lists */
  guint64 written;
  gboolean trimmed;
};

G_DEFINE_FINAL_TYPE (LuminalBuildCache, luminal_build_cache, G_TYPE_OBJECT)

static void
luminal_build_cache_finalize (GObject *object)
{
  LuminalBuildCache *self = LUMINAL_BUILD_CACHE (object);

  g_free (self->folder);
  luminal_header_digests_free (self->digests);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (luminal_build_cache_parent_class)->finalize (object);
}

static void
luminal_build_cache_class_init (LuminalBuildCacheClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_build_cache_finalize;
}

static void
luminal_build_cache_init (LuminalBuildCache *self)
{
  g_mutex_init (&self->mutex);
  self->digests = luminal_header_digests_new ();
}

/* @folder: (nullable): by default "luminal" in the cache folder of the person
 * @size_max: in bytes */
LuminalBuildCache *
luminal_build_cache_new (const char *folder,
                         guint64     size_max)
{
  LuminalBuildCache *self = g_object_new (LUMINAL_TYPE_BUILD_CACHE, NULL);

  self->folder = folder != NULL ? g_canonicalize_filename (folder, NULL)
                                : g_build_filename (g_get_user_cache_dir (), "luminal", NULL);
  self->size_max = size_max;

  return self;
}

const char *
luminal_build_cache_get_folder (LuminalBuildCache *self)
{
  return self->folder;
}

LuminalHeaderDigests *
luminal_build_cache_get_digests (LuminalBuildCache *self)
{
  return self->digests;
}

LuminalBuildEntry *
luminal_build_entry_new (void)
{
  LuminalBuildEntry *self = g_new0 (LuminalBuildEntry, 1);

  self->diagnostics = g_ptr_array_new_with_free_func (g_object_unref);
  self->inputs = g_new0 (char *, 1);

  return self;
}

void
luminal_build_entry_free (LuminalBuildEntry *self)
{
  g_clear_pointer (&self->module, g_bytes_unref);
  g_ptr_array_unref (self->diagnostics);
  g_strfreev (self->inputs);
  g_free (self);
}

/* Spread over 256 folders, as folders with very many files are slow in places. */
static char *
build_path (LuminalBuildCache *self,
            const char        *key,
            const char        *suffix)
{
  g_autofree char *name = g_strconcat (key, suffix, NULL);
  char part[] = { key[0], key[1], '\0' };

  return g_build_filename (self->folder, part, name, NULL);
}

/* The key of an entry: what was known before, and what @inputs hold now. */
static char *
key_with_inputs (LuminalBuildCache *self,
                 const char        *key,
                 const char        *own_folder,
                 char             **inputs)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, (const guchar *) key, (gssize) strlen (key) + 1);
  for (guint i = 0; inputs[i] != NULL; i++)
    {
      g_autofree char *digest = luminal_header_digests_get (self->digests, inputs[i], own_folder);

      g_checksum_update (checksum, (const guchar *) inputs[i], (gssize) strlen (inputs[i]) + 1);
      g_checksum_update (checksum, (const guchar *) digest, (gssize) strlen (digest) + 1);
    }

  return g_strdup (g_checksum_get_string (checksum));
}

static LuminalBuildEntry *
read_entry (LuminalBuildCache *self,
            const char        *entry_key)
{
  g_autofree char *path = build_path (self, entry_key, ".module");
  g_autoptr (GVariant) value = luminal_cache_file_read (path, ENTRY_TYPE);
  g_autoptr (GVariant) module = NULL;
  g_autoptr (GVariant) diagnostics = NULL;
  LuminalBuildEntry *entry;
  const char *stored_key;
  gboolean compiled;

  if (value == NULL)
    return NULL;

  g_variant_get (value, "(&sb@ay@a" LUMINAL_DIAGNOSTIC_TYPE_STRING ")", &stored_key, &compiled,
                 &module, &diagnostics);
  /* A file under another one's name. */
  if (!g_str_equal (stored_key, entry_key))
    return NULL;

  entry = luminal_build_entry_new ();
  if (compiled)
    entry->module = g_variant_get_data_as_bytes (module);
  for (gsize i = 0; i < g_variant_n_children (diagnostics); i++)
    {
      g_autoptr (GVariant) diagnostic = g_variant_get_child_value (diagnostics, i);

      g_ptr_array_add (entry->diagnostics, luminal_diagnostic_from_variant (diagnostic));
    }

  return entry;
}

/* Returns: (element-type GStrv): the lists under @key, the newest first */
static GPtrArray *
read_lists (LuminalBuildCache *self,
            const char        *key)
{
  GPtrArray *lists = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autofree char *path = build_path (self, key, ".inputs");
  g_autoptr (GVariant) value = luminal_cache_file_read (path, LIST_TYPE);

  for (gsize i = 0; value != NULL && i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) list = g_variant_get_child_value (value, i);

      g_ptr_array_add (lists, g_variant_dup_bytestring_array (list, NULL));
    }

  return lists;
}

/* @own_folder: that of the source
 *
 * Returns: (nullable): what came of the same content before */
LuminalBuildEntry *
luminal_build_cache_lookup (LuminalBuildCache *self,
                            const char        *key,
                            const char        *own_folder)
{
  g_autoptr (GPtrArray) lists = read_lists (self, key);

  for (guint i = 0; i < lists->len; i++)
    {
      GStrv inputs = lists->pdata[i];
      g_autofree char *entry_key = key_with_inputs (self, key, own_folder, inputs);
      LuminalBuildEntry *entry = read_entry (self, entry_key);

      if (entry != NULL)
        {
          g_strfreev (entry->inputs);
          entry->inputs = g_strdupv (inputs);
          return entry;
        }
    }

  return NULL;
}

/* Another process may do the same at the same time: then one of both lists is lost, and
 * with it no more than a build. */
static gboolean
add_list (LuminalBuildCache *self,
          const char        *key,
          GStrv              inputs,
          GError           **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autoptr (GPtrArray) lists = read_lists (self, key);
  g_autofree char *path = build_path (self, key, ".inputs");
  GVariantBuilder builder;

  g_variant_builder_init (&builder, LIST_TYPE);
  g_variant_builder_add_value (&builder, g_variant_new_bytestring_array (
                                           (const char *const *) inputs, -1));
  for (guint i = 0, kept = 1; i < lists->len && kept < LISTS_MAX; i++)
    {
      const char *const *list = lists->pdata[i];

      if (g_strv_equal (list, (const char *const *) inputs))
        continue;
      g_variant_builder_add_value (&builder, g_variant_new_bytestring_array (list, -1));
      kept++;
    }

  return luminal_cache_file_write (path, g_variant_builder_end (&builder), error);
}

static void
trim_if_needed (LuminalBuildCache *self,
                guint64            written)
{
  g_mutex_lock (&self->mutex);
  self->written += written;
  /* Once at the beginning, for what others left. */
  if (!self->trimmed || self->written > self->size_max / TRIM_PART)
    {
      self->trimmed = TRUE;
      self->written = 0;
      luminal_cache_files_trim (self->folder, self->size_max);
    }
  g_mutex_unlock (&self->mutex);
}

/* What the inputs hold now must be what was built from them: the caller sees to it. */
gboolean
luminal_build_cache_store (LuminalBuildCache *self,
                           const char        *key,
                           const char        *own_folder,
                           LuminalBuildEntry *entry,
                           GError           **error)
{
  g_autofree char *entry_key = key_with_inputs (self, key, own_folder, entry->inputs);
  g_autofree char *path = build_path (self, entry_key, ".module");
  GVariantBuilder diagnostics;
  GVariant *module;
  gsize size = entry->module != NULL ? g_bytes_get_size (entry->module) : 0;

  g_variant_builder_init (&diagnostics, G_VARIANT_TYPE ("a" LUMINAL_DIAGNOSTIC_TYPE_STRING));
  for (guint i = 0; i < entry->diagnostics->len; i++)
    g_variant_builder_add_value (&diagnostics,
                                 luminal_diagnostic_to_variant (entry->diagnostics->pdata[i]));
  if (entry->module != NULL)
    module = g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, entry->module, TRUE);
  else
    module = g_variant_new_from_data (G_VARIANT_TYPE_BYTESTRING, "", 0, TRUE, NULL, NULL);

  if (!luminal_cache_file_write (path,
                                 g_variant_new ("(sb@ay@a" LUMINAL_DIAGNOSTIC_TYPE_STRING ")",
                                                entry_key, entry->module != NULL, module,
                                                g_variant_builder_end (&diagnostics)),
                                 error)
      || !add_list (self, key, entry->inputs, error))
    return FALSE;

  trim_if_needed (self, size);
  return TRUE;
}

char *
luminal_build_cache_recall (LuminalBuildCache *self,
                            const char        *key)
{
  g_autofree char *path = build_path (self, key, ".note");
  g_autoptr (GVariant) value = luminal_cache_file_read (path, NOTE_TYPE);

  return value != NULL ? g_variant_dup_string (value, NULL) : NULL;
}

/* It is no loss if it cannot be kept. */
void
luminal_build_cache_note (LuminalBuildCache *self,
                          const char        *key,
                          const char        *text)
{
  g_autofree char *path = build_path (self, key, ".note");
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  luminal_cache_file_write (path, g_variant_new_string (valid), NULL);
}
