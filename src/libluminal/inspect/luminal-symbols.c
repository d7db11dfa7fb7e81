/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-symbols.h"

#include "luminal-elf.h"

/* Takes the symbols of a section that only debuggers read and strip removes: these
 * alone have functions that are not exported. That sections lie within the file was
 * checked when it was opened. */
static gboolean
load_all_symbols (LuminalElf *elf)
{
  gsize symbol_size = gelf_fsize (elf->elf, ELF_T_SYM, 1, EV_CURRENT);
  GElf_Shdr section, strings;
  Elf_Scn *position = NULL;
  Elf_Data *names;

  do
    {
      position = elf_nextscn (elf->elf, position);
      if (gelf_getshdr (position, &section) == NULL)
        return FALSE;
    }
  while (section.sh_type != SHT_SYMTAB);

  if (section.sh_entsize != symbol_size || section.sh_size / symbol_size > G_MAXINT ||
      gelf_getshdr (elf_getscn (elf->elf, section.sh_link), &strings) == NULL ||
      strings.sh_type != SHT_STRTAB)
    return FALSE;

  names = elf_getdata_rawchunk (elf->elf, (gint64) strings.sh_offset, strings.sh_size, ELF_T_BYTE);
  if (names == NULL || names->d_size == 0 || ((const char *) names->d_buf)[names->d_size - 1] != '\0')
    return FALSE;

  elf->n_symbols = section.sh_size / symbol_size;
  elf->symbols = elf_getdata_rawchunk (elf->elf, (gint64) section.sh_offset, elf->n_symbols * symbol_size,
                                       ELF_T_SYM);
  elf->strings = names->d_buf;
  elf->strings_size = names->d_size;
  return elf->symbols != NULL;
}

static gboolean
is_code (LuminalElf *elf,
         guint64     offset)
{
  GElf_Phdr segment;

  for (gsize i = 0; i < elf->n_segments; i++)
    {
      if (gelf_getphdr (elf->elf, (int) i, &segment) != NULL && segment.p_type == PT_LOAD &&
          (segment.p_flags & PF_X) != 0 && offset >= segment.p_vaddr &&
          offset - segment.p_vaddr < segment.p_memsz)
        return TRUE;
    }

  return FALSE;
}

/* Functions written in assembly are often of no size. One ends where the next one
 * begins, or its section: what lies there without a name, as the linker's jumps to
 * other libraries do, is not part of it. */
static gboolean
is_in_section (LuminalElf     *elf,
               const GElf_Sym *symbol,
               guint64         offset)
{
  GElf_Shdr section;

  return symbol->st_shndx < SHN_LORESERVE &&
         gelf_getshdr (elf_getscn (elf->elf, symbol->st_shndx), &section) != NULL &&
         offset >= section.sh_addr && offset - section.sh_addr < section.sh_size;
}

static gboolean
get_function (LuminalElf  *elf,
              gsize        index,
              GElf_Sym    *symbol,
              const char **name)
{
  *name = luminal_elf_get_symbol (elf, index, symbol);
  if (*name == NULL || **name == '\0' || symbol->st_shndx == SHN_UNDEF ||
      (GELF_ST_TYPE (symbol->st_info) != STT_FUNC && GELF_ST_TYPE (symbol->st_info) != STT_GNU_IFUNC))
    return FALSE;

  /* There, the lowest bit says which of its two instruction sets it is in. */
  if (elf->header.e_machine == EM_ARM)
    symbol->st_value &= ~(guint64) 1;

  return TRUE;
}

/* The function that begins last of those that hold @offset. */
static const char *
find_function (LuminalElf *elf,
               guint64     offset,
               guint64    *start)
{
  const char *found = NULL;
  const char *unsized = NULL;
  guint64 unsized_start = 0;
  guint64 last_start = 0;

  for (gsize i = 1; i < elf->n_symbols; i++)
    {
      GElf_Sym symbol;
      const char *name;

      if (!get_function (elf, i, &symbol, &name) || symbol.st_value > offset)
        continue;

      last_start = MAX (last_start, symbol.st_value);
      if (offset - symbol.st_value < symbol.st_size)
        {
          /* Of two names for one function, the one that others know. */
          if (found == NULL || symbol.st_value > *start ||
              (symbol.st_value == *start && GELF_ST_BIND (symbol.st_info) == STB_GLOBAL))
            {
              found = name;
              *start = symbol.st_value;
            }
        }
      else if (symbol.st_size == 0 && symbol.st_value >= unsized_start && is_in_section (elf, &symbol, offset))
        {
          unsized = name;
          unsized_start = symbol.st_value;
        }
    }

  if (found == NULL && unsized_start == last_start)
    {
      found = unsized;
      *start = unsized_start;
    }

  return found;
}

char *
luminal_symbols_describe (const guint8 *bytes,
                          gsize         size,
                          guint64       offset)
{
  g_auto (LuminalElf) elf = { NULL };
  g_autofree char *shown = NULL;
  guint64 start = 0;
  const char *name;

  if (!luminal_elf_open (&elf, bytes, size, "", NULL) || !is_code (&elf, offset))
    return NULL;

  if (!load_all_symbols (&elf) && !luminal_elf_load_symbols (&elf, NULL))
    return NULL;

  name = find_function (&elf, offset, &start);
  if (name == NULL)
    return NULL;

  shown = g_utf8_make_valid (name, -1);
  return g_strdup_printf ("%s+0x%" G_GINT64_MODIFIER "x", shown, offset - start);
}
