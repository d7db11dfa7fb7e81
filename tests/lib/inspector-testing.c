/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "inspector-testing.h"

#include <string.h>

char *
fixture_path (const char *fixture)
{
  return g_build_filename (INSPECTOR_FIXTURES_DIR, fixture, NULL);
}

Module *
module_load (const char *fixture)
{
  g_autofree char *path = fixture_path (fixture);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  Module whole;

  g_file_get_contents (path, &contents, &whole.size, &error);
  g_assert_no_error (error);
  whole.bytes = (guint8 *) contents;
  return module_copy (&whole, whole.size);
}

/* Exactly as much memory as there are bytes: a checker of memory sees each read
 * beyond. */
Module *
module_copy (const Module *module,
             gsize         size)
{
  Module *copy = g_new (Module, 1);

  g_assert_cmpuint (size, <=, module->size);
  copy->bytes = g_memdup2 (module->bytes, size);
  copy->size = size;
  return copy;
}

void
module_free (Module *module)
{
  g_free (module->bytes);
  g_free (module);
}

ElfW (Ehdr) *
module_get_header (const Module *module)
{
  return (gpointer) module->bytes;
}

ElfW (Phdr) *
module_get_segments (const Module *module)
{
  return (gpointer) (module->bytes + module_get_header (module)->e_phoff);
}

ElfW (Phdr) *
module_find_segment (const Module *module,
                     guint32       type)
{
  ElfW (Phdr) *segments = module_get_segments (module);

  for (guint i = 0; i < module_get_header (module)->e_phnum; i++)
    {
      if (segments[i].p_type == type)
        return &segments[i];
    }

  g_assert_not_reached ();
}

ElfW (Shdr) *
module_get_sections (const Module *module)
{
  return (gpointer) (module->bytes + module_get_header (module)->e_shoff);
}

/* The first note of a photon. */
ElfW (Nhdr) *
module_get_note (const Module *module)
{
  guint8 *owner = memmem (module->bytes, module->size, "Luminal", sizeof "Luminal");

  g_assert_nonnull (owner);
  return (gpointer) (owner - sizeof (ElfW (Nhdr)));
}

gsize
module_get_offset (const Module *module,
                   gconstpointer position)
{
  return (gsize) ((const guint8 *) position - module->bytes);
}

/* Puts other texts into the note; what is left of its room is filled with empty
 * ones, which mean nothing. */
void
module_set_texts (const Module *module,
                  const char   *texts,
                  gsize         size)
{
  ElfW (Nhdr) *note = module_get_note (module);
  guint8 *room = (guint8 *) (note + 1) + note->n_namesz;

  g_assert_cmpuint (size, <=, note->n_descsz);
  memset (room, 0, note->n_descsz);
  memcpy (room, texts, size);
}

/* Takes away all that the dynamic linker needs not, as sstrip does. */
void
module_strip (Module *module)
{
  ElfW (Ehdr) *header = module_get_header (module);
  ElfW (Phdr) *segments = module_get_segments (module);
  gsize end = 0;

  for (guint i = 0; i < header->e_phnum; i++)
    {
      if (segments[i].p_type == PT_LOAD)
        end = MAX (end, segments[i].p_offset + segments[i].p_filesz);
    }

  header->e_shoff = 0;
  header->e_shnum = 0;
  header->e_shstrndx = 0;
  g_assert_cmpuint (end, <, module->size);
  module->size = end;
  module->bytes = g_realloc (module->bytes, end);
}

LuminalInspection *
module_inspect (const Module *module,
                GError      **error)
{
  return luminal_inspector_inspect (module->bytes, module->size, "module.so", "0123", error);
}

LuminalInspection *
module_expect_good (const Module *module)
{
  g_autoptr (GError) error = NULL;
  LuminalInspection *inspection = module_inspect (module, &error);

  g_assert_no_error (error);
  g_assert_true (LUMINAL_IS_INSPECTION (inspection));
  return inspection;
}

void
module_expect_error (const Module *module,
                     LuminalError  code,
                     const char   *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LuminalInspection) inspection = module_inspect (module, &error);

  g_assert_error (error, LUMINAL_ERROR, (int) code);
  g_assert_null (inspection);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, "module.so: inspect: "));
  g_assert_nonnull (strstr (error->message, words));
}

/* For bytes of which nobody knows what is right: the answer is one of the two,
 * and complete. Returns whether it was an inspection. */
gboolean
module_is_handled (const Module *module)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LuminalInspection) inspection = module_inspect (module, &error);

  if (inspection == NULL)
    {
      g_assert_nonnull (error);
      g_assert_true (error->domain == LUMINAL_ERROR);
      g_assert_true (g_str_has_prefix (error->message, "module.so: inspect: "));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_null (strchr (error->message, '\n'));
      return FALSE;
    }

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (luminal_inspection_get_photons (inspection)), >, 0);
  g_assert_cmpuint (luminal_inspection_get_abi (inspection), ==, LUMINAL_ABI);

  for (guint i = 0; i < g_list_model_get_n_items (luminal_inspection_get_photons (inspection)); i++)
    {
      g_autoptr (LuminalMetadata) photon =
        g_list_model_get_item (luminal_inspection_get_photons (inspection), i);

      g_assert_true (g_utf8_validate (luminal_metadata_get_name (photon), -1, NULL));
      g_assert_true (g_utf8_validate (luminal_metadata_get_author (photon), -1, NULL));
      g_assert_true (luminal_inspection_lookup (inspection,
                                                luminal_metadata_get_class_name (photon)) == photon);
    }

  return TRUE;
}
