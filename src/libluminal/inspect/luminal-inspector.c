/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-inspector.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "luminal-declare.h"
#include "luminal-elf.h"
#include "luminal-error-private.h"
#include "luminal-metadata-private.h"
#include "luminal-note.h"

static void
clear_findings (LuminalFindings *findings)
{
  g_clear_pointer (&findings->dependencies, g_strfreev);
  g_clear_pointer (&findings->remarks, g_free);
  g_clear_pointer (&findings->photons, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LuminalFindings, clear_findings)

/* Some compilers put empty space between two notes of a section, as room to
 * find writes beyond their end in. A note has an owner, so that its first word
 * is not zero. */
static gsize
skip_space (Elf_Data *data,
            gsize     offset)
{
  const char *bytes = data->d_buf;
  gsize step = data->d_type == ELF_T_NHDR8 ? 8 : 4;

  for (; data->d_size - offset >= sizeof (GElf_Nhdr); offset += step)
    {
      guint32 owner_size;

      memcpy (&owner_size, bytes + offset, sizeof owner_size);
      if (owner_size != 0)
        break;
    }

  return offset;
}

static gboolean
read_notes (LuminalElf *elf,
            Elf_Data   *data,
            GPtrArray  *photons,
            GError    **error)
{
  gsize offset = 0;

  while ((offset = skip_space (data, offset)) + sizeof (GElf_Nhdr) <= data->d_size)
    {
      g_auto (LuminalNote) note = { NULL };
      gsize owner_offset, text_offset;
      GElf_Nhdr header;

      offset = gelf_getnote (data, offset, &header, &owner_offset, &text_offset);
      if (offset == 0)
        return luminal_elf_refuse (elf, error, LUMINAL_ERROR_INVALID_MODULE,
                                   _("its notes are damaged: one is larger than the room for all. "
                                     "Build it again from its source"));

      if (header.n_type != LUMINAL_NOTE_TYPE || header.n_namesz != sizeof (LUMINAL_NOTE_OWNER) ||
          memcmp ((const char *) data->d_buf + owner_offset, LUMINAL_NOTE_OWNER,
                  sizeof (LUMINAL_NOTE_OWNER)) != 0)
        continue;

      if (!luminal_note_parse (&note, (const char *) data->d_buf + text_offset, header.n_descsz,
                               elf->filepath, error))
        return FALSE;

      g_ptr_array_add (photons, luminal_metadata_new (&note));
    }

  return TRUE;
}

static int
compare_lines (gconstpointer a,
               gconstpointer b,
               gpointer      user_data)
{
  guint line_a = luminal_metadata_get_line (*(LuminalMetadata **) a);
  guint line_b = luminal_metadata_get_line (*(LuminalMetadata **) b);

  return (line_a > line_b) - (line_a < line_b);
}

static gboolean
collect_photons (LuminalElf *elf,
                 GPtrArray  *photons,
                 GError    **error)
{
  for (gsize i = 0; i < elf->n_segments; i++)
    {
      Elf_Data *notes = luminal_elf_get_notes (elf, i);

      if (notes != NULL && !read_notes (elf, notes, photons, error))
        return FALSE;
    }

  if (photons->len == 0)
    return luminal_elf_refuse (elf, error, LUMINAL_ERROR_NO_PHOTON,
                               _("it is a shared library without a photon. Declare one in its "
                                 "source with LUMINAL_PHOTON ()"));

  /* Those of several source files may be of the same line: a stable sort. */
  g_qsort_with_data (photons->pdata, (int) photons->len, sizeof (gpointer), compare_lines, NULL);
  return TRUE;
}

/* Returns the photons by their classes, each of which is there once. */
static GHashTable *
check_names (LuminalElf *elf,
             GPtrArray  *photons,
             GError    **error)
{
  g_autoptr (GHashTable) by_class = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) by_name = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < photons->len; i++)
    {
      LuminalMetadata *photon = g_ptr_array_index (photons, i);
      const char *class_name = luminal_metadata_get_class_name (photon);
      const char *name = luminal_metadata_get_name (photon);
      LuminalMetadata *other = g_hash_table_lookup (by_class, class_name);

      if (other != NULL)
        {
          luminal_elf_refuse (elf, error, LUMINAL_ERROR_NAME_TAKEN,
                              _("two of its photons are of the class %s, in the lines %u and %u of "
                                "their source. Rename one"), class_name,
                              luminal_metadata_get_line (other),
                              luminal_metadata_get_line (photon));
          return NULL;
        }

      other = g_hash_table_lookup (by_name, name);
      if (other != NULL)
        {
          g_autofree char *shown = luminal_display_path (name);

          luminal_elf_refuse (elf, error, LUMINAL_ERROR_NAME_TAKEN,
                              _("two of its photons have the name \"%s\": %s (line %u) and %s (line "
                                "%u). Give one another name with LUMINAL_NAME ()"), shown,
                              luminal_metadata_get_class_name (other),
                              luminal_metadata_get_line (other), class_name,
                              luminal_metadata_get_line (photon));
          return NULL;
        }

      g_hash_table_insert (by_class, (char *) class_name, photon);
      g_hash_table_insert (by_name, (char *) name, photon);
    }

  return g_steal_pointer (&by_class);
}

/* Whether the host can look into what the symbol stands for. */
static gboolean
is_descriptor (LuminalElf     *elf,
               const GElf_Sym *symbol)
{
  guint type = GELF_ST_TYPE (symbol->st_info);
  guint binding = GELF_ST_BIND (symbol->st_info);

  return (type == STT_OBJECT || type == STT_NOTYPE) &&
         (binding == STB_GLOBAL || binding == STB_WEAK) &&
         symbol->st_shndx != SHN_ABS && symbol->st_size >= 2 * sizeof (guint32) &&
         luminal_elf_is_mapped (elf, symbol->st_value, symbol->st_size);
}

/* One pass over the symbols: what is used of other libraries, and whether each
 * photon's descriptor is there. */
static gboolean
check_symbols (LuminalElf      *elf,
               GHashTable      *missing,
               LuminalFindings *findings,
               GError         **error)
{
  gsize prefix_length = strlen (LUMINAL_DESCRIPTOR_PREFIX);

  if (elf->flags_1 & DF_1_NODELETE)
    findings->pin_hints |= LUMINAL_PIN_HINT_NODELETE;

  /* The first one is always empty. */
  for (gsize i = 1; i < elf->n_symbols; i++)
    {
      GElf_Sym symbol;
      const char *name = luminal_elf_get_symbol (elf, i, &symbol);

      if (name == NULL)
        return luminal_elf_refuse (elf, error, LUMINAL_ERROR_INVALID_MODULE,
                                   _("it is damaged: a symbol has no name. Build it again from its "
                                     "source"));

      if (symbol.st_shndx == SHN_UNDEF)
        findings->pin_hints |= luminal_pin_hint_of_import (name);
      else if (GELF_ST_BIND (symbol.st_info) == STB_GNU_UNIQUE)
        findings->pin_hints |= LUMINAL_PIN_HINT_UNIQUE;
      else if (strncmp (name, LUMINAL_DESCRIPTOR_PREFIX, prefix_length) == 0 &&
               is_descriptor (elf, &symbol))
        g_hash_table_remove (missing, name + prefix_length);
    }

  for (guint i = 0; i < findings->photons->len; i++)
    {
      LuminalMetadata *photon = g_ptr_array_index (findings->photons, i);
      const char *class_name = luminal_metadata_get_class_name (photon);

      if (g_hash_table_contains (missing, class_name))
        return luminal_elf_refuse (elf, error, LUMINAL_ERROR_INVALID_MODULE,
                                   _("its note names the photon %s, but it exports no data called "
                                     "%s%s. Build it without a version script or an option that "
                                     "hides that symbol"),
                                   class_name, LUMINAL_DESCRIPTOR_PREFIX, class_name);
    }

  return TRUE;
}

static void
make_remarks (LuminalElf      *elf,
              LuminalFindings *findings)
{
  gsize n = 0;

  findings->remarks = g_new (const char *, LUMINAL_N_PIN_HINTS + 3);

  for (guint i = 0; i < LUMINAL_N_PIN_HINTS; i++)
    {
      if (findings->pin_hints & (1u << i))
        findings->remarks[n++] = luminal_pin_hint_to_remark ((LuminalPinHint) (1u << i));
    }

  if (elf->flags & DF_STATIC_TLS)
    findings->remarks[n++] = _("takes thread-local memory of which every process has little: opening "
                               "it fails when that is used up");
  if (elf->has_executable_stack)
    findings->remarks[n++] = _("makes the stack executable: many systems refuse to open it");

  findings->remarks[n] = NULL;
}

/* Finds out what the @size bytes at @bytes are, without running any of them.
 * They may be anything, and have to stay as they are until this returns.
 *
 * @filepath is where they are from, for messages; @checksum is theirs. */
LuminalInspection *
luminal_inspector_inspect (const guint8 *bytes,
                           gsize         size,
                           const char   *filepath,
                           const char   *checksum,
                           GError      **error)
{
  g_auto (LuminalElf) elf = { NULL };
  g_auto (LuminalFindings) findings = { 0 };
  g_autoptr (GHashTable) by_class = NULL;

  if (!luminal_elf_open (&elf, bytes, size, filepath, error))
    return NULL;

  findings.photons = g_ptr_array_new_with_free_func (g_object_unref);
  if (!collect_photons (&elf, findings.photons, error))
    return NULL;

  by_class = check_names (&elf, findings.photons, error);
  if (by_class == NULL)
    return NULL;

  if (!luminal_elf_load_symbols (&elf, error) ||
      !check_symbols (&elf, by_class, &findings, error))
    return NULL;

  findings.dependencies = luminal_elf_dup_dependencies (&elf, error);
  if (findings.dependencies == NULL)
    return NULL;

  for (guint i = 0; i < findings.photons->len; i++)
    findings.abi = MAX (findings.abi,
                        luminal_metadata_get_abi (g_ptr_array_index (findings.photons, i)));
  findings.machine = luminal_elf_get_machine (&elf);
  make_remarks (&elf, &findings);

  return luminal_inspection_new (checksum, size, &findings);
}
