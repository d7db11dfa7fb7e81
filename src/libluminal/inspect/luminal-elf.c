/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-elf.h"

#include <ar.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "luminal-error-private.h"

/* A library has about ten; the header has room for 65,535. */
#define MAX_SEGMENTS 256

#if G_BYTE_ORDER == G_LITTLE_ENDIAN
#define HOST_DATA ELFDATA2LSB
#else
#define HOST_DATA ELFDATA2MSB
#endif

#define HOST_CLASS (GLIB_SIZEOF_VOID_P == 8 ? ELFCLASS64 : ELFCLASS32)

/* On a machine that is not listed, the dynamic linker alone decides. */
#if defined(__x86_64__)
#define HOST_MACHINE EM_X86_64
#elif defined(__i386__)
#define HOST_MACHINE EM_386
#elif defined(__aarch64__)
#define HOST_MACHINE EM_AARCH64
#elif defined(__arm__)
#define HOST_MACHINE EM_ARM
#elif defined(__riscv)
#define HOST_MACHINE EM_RISCV
#elif defined(__powerpc64__)
#define HOST_MACHINE EM_PPC64
#elif defined(__powerpc__)
#define HOST_MACHINE EM_PPC
#elif defined(__s390__)
#define HOST_MACHINE EM_S390
#elif defined(__mips__)
#define HOST_MACHINE EM_MIPS
#elif defined(__loongarch__) && defined(EM_LOONGARCH)
#define HOST_MACHINE EM_LOONGARCH
#else
#define HOST_MACHINE EM_NONE
#endif

static const struct
{
  guint machine;
  const char *name;
} machines[] = {
  { EM_X86_64, "x86-64" },
  { EM_386, "i386" },
  { EM_AARCH64, "aarch64" },
  { EM_ARM, "arm" },
  { EM_RISCV, "riscv" },
  { EM_PPC64, "ppc64" },
  { EM_PPC, "ppc" },
  { EM_S390, "s390" },
  { EM_MIPS, "mips" },
#ifdef EM_LOONGARCH
  { EM_LOONGARCH, "loongarch" },
#endif
  { EM_SPARCV9, "sparc64" },
  { EM_SPARC, "sparc" },
  { EM_PARISC, "hppa" },
  { EM_IA_64, "ia64" },
  { EM_68K, "m68k" },
  { EM_SH, "sh4" },
  { EM_ALPHA, "alpha" },
};

gboolean
luminal_elf_refuse (LuminalElf   *self,
                    GError      **error,
                    LuminalError  code,
                    const char   *format,
                    ...)
{
  g_autofree char *cause = NULL;
  va_list args;

  va_start (args, format);
  cause = g_strdup_vprintf (format, args);
  va_end (args);

  g_propagate_error (error, luminal_error_new (code, self->filepath, LUMINAL_PHASE_INSPECT,
                                               "%s", cause));
  return FALSE;
}

static gboolean
refuse_incomplete (LuminalElf *self,
                   GError    **error,
                   const char *missing)
{
  return luminal_elf_refuse (self, error, LUMINAL_ERROR_INCOMPLETE,
                             /* Translators: a number, and parts of the file, in the plural */
                             _("it ends too early, after %lu bytes: %s lie beyond. "
                               "Copy or build it again"), (gulong) self->size, missing);
}

static gboolean
refuse_damaged (LuminalElf *self,
                GError    **error,
                const char *what)
{
  return luminal_elf_refuse (self, error, LUMINAL_ERROR_INVALID_MODULE,
                             _("it is damaged: %s. Build it again from its source"), what);
}

/* The name of a machine, or NULL. */
static const char *
find_machine (guint machine)
{
  for (gsize i = 0; i < G_N_ELEMENTS (machines); i++)
    {
      if (machines[i].machine == machine)
        return machines[i].name;
    }

  return NULL;
}

static char *
describe_machine (guint machine,
                  guint class,
                  guint data)
{
  const char *name = find_machine (machine);
  g_autofree char *number = name == NULL ? g_strdup_printf (_("machine %u"), machine) : NULL;

  return g_strdup_printf ("%s, %d-bit, %s-endian", name != NULL ? name : number,
                          class == ELFCLASS64 ? 64 : 32, data == ELFDATA2LSB ? "little" : "big");
}

static gboolean
contains (guint64 whole,
          guint64 offset,
          guint64 length)
{
  return offset <= whole && length <= whole - offset;
}

/* Is it an ELF file at all, and are its first bytes there? */
static gboolean
check_kind (LuminalElf   *self,
            const guint8 *bytes,
            GError      **error)
{
  if (self->size == 0)
    return luminal_elf_refuse (self, error, LUMINAL_ERROR_INCOMPLETE,
                               _("it is empty. Copy or build it again"));

  if (memcmp (bytes, ELFMAG, MIN (self->size, SELFMAG)) != 0)
    {
      if (contains (self->size, 0, SARMAG) && memcmp (bytes, ARMAG, SARMAG) == 0)
        return luminal_elf_refuse (self, error, LUMINAL_ERROR_INVALID_MODULE,
                                   _("it is a static library. A module is a shared library: link "
                                     "with -shared"));
      return luminal_elf_refuse (self, error, LUMINAL_ERROR_INVALID_MODULE,
                                 _("it is no ELF file. A module is a shared library: compile its "
                                   "source with -shared -fPIC"));
    }

  if (self->size < EI_NIDENT)
    return refuse_incomplete (self, error, _("parts of its ELF header"));

  if ((bytes[EI_CLASS] != ELFCLASS32 && bytes[EI_CLASS] != ELFCLASS64) ||
      (bytes[EI_DATA] != ELFDATA2LSB && bytes[EI_DATA] != ELFDATA2MSB) ||
      bytes[EI_VERSION] != EV_CURRENT)
    return refuse_damaged (self, error, _("its ELF header says neither 32 nor 64 bits, no order of "
                             "bytes, or another version of the format"));

  if (self->size < (bytes[EI_CLASS] == ELFCLASS64 ? sizeof (Elf64_Ehdr) : sizeof (Elf32_Ehdr)))
    return refuse_incomplete (self, error, _("parts of its ELF header"));

  return TRUE;
}

/* Is it a library for this machine? */
static gboolean
check_header (LuminalElf *self,
              GError    **error)
{
  const GElf_Ehdr *header = &self->header;

  if (header->e_ident[EI_CLASS] != HOST_CLASS || header->e_ident[EI_DATA] != HOST_DATA ||
      (HOST_MACHINE != EM_NONE && header->e_machine != HOST_MACHINE))
    {
      g_autofree char *theirs = describe_machine (header->e_machine, header->e_ident[EI_CLASS],
                                                  header->e_ident[EI_DATA]);
      g_autofree char *ours = describe_machine (HOST_MACHINE, HOST_CLASS, HOST_DATA);

      return luminal_elf_refuse (self, error, LUMINAL_ERROR_INVALID_MODULE,
                                 _("it was built for another machine (%s) than this program (%s). "
                                   "Build it for this one"), theirs, ours);
    }

  if (header->e_ident[EI_OSABI] != ELFOSABI_SYSV && header->e_ident[EI_OSABI] != ELFOSABI_GNU)
    return luminal_elf_refuse (self, error, LUMINAL_ERROR_INVALID_MODULE,
                               _("it was built for another operating system (ELF OS ABI %d). Build "
                                 "it for this one"), header->e_ident[EI_OSABI]);

  switch (header->e_type)
    {
    case ET_DYN:
      break;
    case ET_EXEC:
      return luminal_elf_refuse (self, error, LUMINAL_ERROR_INVALID_MODULE,
                                 _("it is an executable. A module is a shared library: link with "
                                   "-shared"));
    case ET_REL:
      return luminal_elf_refuse (self, error, LUMINAL_ERROR_INVALID_MODULE,
                                 _("it is an object file that was not linked yet. A module is a "
                                   "shared library: link with -shared"));
    case ET_CORE:
      return luminal_elf_refuse (self, error, LUMINAL_ERROR_INVALID_MODULE,
                                 _("it is the memory of a crashed program. A module is a shared "
                                   "library: link with -shared"));
    default:
      return luminal_elf_refuse (self, error, LUMINAL_ERROR_INVALID_MODULE,
                                 _("it is an ELF file of unknown type %d. A module is a shared "
                                   "library: link with -shared"), header->e_type);
    }

  if (header->e_version != EV_CURRENT ||
      header->e_phentsize != gelf_fsize (self->elf, ELF_T_PHDR, 1, EV_CURRENT))
    return refuse_damaged (self, error, _("its ELF header is of another version of the format"));

  return TRUE;
}

/* Sections do not matter to the dynamic linker. But they are what a linker
 * writes last: if one is missing, the file is not what its maker wanted. */
static gboolean
check_sections (LuminalElf *self,
                GError    **error)
{
  const GElf_Ehdr *header = &self->header;
  gsize header_size = gelf_fsize (self->elf, ELF_T_SHDR, 1, EV_CURRENT);
  gsize n_sections = 0;

  if (header->e_shoff == 0)
    return TRUE;

  if (header->e_shnum != 0 && header->e_shentsize != header_size)
    return refuse_damaged (self, error, _("its section headers are of another version of the format"));

  /* libelf pretends that there are none if they are incomplete. */
  if (!contains (self->size, header->e_shoff, MAX (header->e_shnum, 1) * header_size) ||
      elf_getshdrnum (self->elf, &n_sections) != 0 ||
      !contains (self->size, header->e_shoff, n_sections * header_size) ||
      (n_sections == 0 && header->e_shnum != 0))
    return refuse_incomplete (self, error, _("its section headers"));

  for (gsize i = 1; i < n_sections; i++)
    {
      GElf_Shdr section;

      if (gelf_getshdr (elf_getscn (self->elf, i), &section) == NULL)
        return refuse_damaged (self, error, _("its section headers cannot be read"));
      if (section.sh_type != SHT_NOBITS && section.sh_type != SHT_NULL &&
          !contains (self->size, section.sh_offset, section.sh_size))
        return refuse_incomplete (self, error, _("parts of its sections"));
    }

  return TRUE;
}

static gboolean
check_segments (LuminalElf *self,
                GError    **error)
{
  gboolean has_load = FALSE;
  GElf_Phdr segment;

  /* elf_getphdrnum() would give out as many as there is room for. */
  self->n_segments = self->header.e_phnum;
  if (self->n_segments == 0)
    return refuse_damaged (self, error, _("it has no program headers"));
  if (self->n_segments > MAX_SEGMENTS)
    return refuse_damaged (self, error, _("it has more program headers than any library"));
  if (!contains (self->size, self->header.e_phoff,
                 self->n_segments * self->header.e_phentsize))
    return refuse_incomplete (self, error, _("its program headers"));

  for (gsize i = 0; i < self->n_segments; i++)
    {
      if (gelf_getphdr (self->elf, (int) i, &segment) == NULL)
        return refuse_damaged (self, error, _("its program headers cannot be read"));

      switch (segment.p_type)
        {
        case PT_LOAD:
          has_load = TRUE;
          if (segment.p_filesz > segment.p_memsz)
            return refuse_damaged (self, error, _("a segment has more content than room"));
          break;

        case PT_DYNAMIC:
          if (!contains (self->size, segment.p_offset, segment.p_filesz))
            break;
          self->dynamic = elf_getdata_rawchunk (self->elf, (gint64) segment.p_offset,
                                                segment.p_filesz, ELF_T_DYN);
          break;

        case PT_GNU_STACK:
          self->has_executable_stack = (segment.p_flags & PF_X) != 0;
          continue;

        case PT_NOTE:
          break;

        default:
          continue;
        }

      if (!contains (self->size, segment.p_offset, segment.p_filesz))
        return refuse_incomplete (self, error, _("parts of its segments"));
    }

  if (!has_load || self->dynamic == NULL || self->dynamic->d_size == 0)
    return luminal_elf_refuse (self, error, LUMINAL_ERROR_INVALID_MODULE,
                               _("it holds no code to load, like a file of debug information. A "
                                 "module is a shared library: link with -shared"));

  return TRUE;
}

static gboolean
check_dynamic (LuminalElf *self,
               GError    **error)
{
  gsize n = self->dynamic->d_size / gelf_fsize (self->elf, ELF_T_DYN, 1, EV_CURRENT);
  GElf_Dyn entry;

  for (gsize i = 0; i < n && gelf_getdyn (self->dynamic, (int) i, &entry) != NULL; i++)
    {
      if (entry.d_tag == DT_NULL)
        break;
      if (entry.d_tag == DT_FLAGS)
        self->flags = entry.d_un.d_val;
      else if (entry.d_tag == DT_FLAGS_1)
        self->flags_1 = entry.d_un.d_val;
      self->n_dynamic = i + 1;
    }

  if (self->flags_1 & DF_1_PIE)
    return luminal_elf_refuse (self, error, LUMINAL_ERROR_INVALID_MODULE,
                               _("it is an executable (a position-independent one). A module is a "
                                 "shared library: link with -shared, without -pie"));
  if (self->flags_1 & DF_1_NOOPEN)
    return luminal_elf_refuse (self, error, LUMINAL_ERROR_INVALID_MODULE,
                               _("it forbids to be opened by a running program. Link it without "
                                 "-z nodlopen"));

  return TRUE;
}

/* Reads the headers of @size bytes at @bytes, which have to stay as they are
 * until luminal_elf_close(), also after a failure. */
gboolean
luminal_elf_open (LuminalElf   *self,
                  const guint8 *bytes,
                  gsize         size,
                  const char   *filepath,
                  GError      **error)
{
  static gsize initialized = 0;

  memset (self, 0, sizeof *self);
  self->filepath = filepath;
  self->size = size;

  if (!check_kind (self, bytes, error))
    return FALSE;

  if (g_once_init_enter (&initialized))
    {
      elf_version (EV_CURRENT);
      g_once_init_leave (&initialized, 1);
    }

  /* Reading does not write there. */
  self->elf = elf_memory ((char *) bytes, size);
  if (self->elf == NULL || gelf_getehdr (self->elf, &self->header) == NULL)
    return refuse_damaged (self, error, _("its ELF header makes no sense"));

  return check_header (self, error) && check_segments (self, error) &&
         check_sections (self, error) && check_dynamic (self, error);
}

void
luminal_elf_close (LuminalElf *self)
{
  g_clear_pointer (&self->elf, elf_end);
}

const char *
luminal_elf_get_machine (LuminalElf *self)
{
  const char *name = find_machine (self->header.e_machine);

  return name != NULL ? name : "unknown";
}

/* The notes of a segment for gelf_getnote(), or NULL if it is of another kind. */
Elf_Data *
luminal_elf_get_notes (LuminalElf *self,
                       gsize       segment)
{
  GElf_Phdr header;

  if (gelf_getphdr (self->elf, (int) segment, &header) == NULL || header.p_type != PT_NOTE)
    return NULL;

  return elf_getdata_rawchunk (self->elf, (gint64) header.p_offset, header.p_filesz,
                               header.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR);
}

/* Finds where in the file the content of an address is, and how much of its
 * segment follows. */
static gboolean
find_content (LuminalElf *self,
              guint64     address,
              guint64    *offset,
              guint64    *available)
{
  GElf_Phdr segment;

  for (gsize i = 0; i < self->n_segments; i++)
    {
      if (gelf_getphdr (self->elf, (int) i, &segment) == NULL || segment.p_type != PT_LOAD ||
          address < segment.p_vaddr || address - segment.p_vaddr >= segment.p_filesz)
        continue;

      *offset = segment.p_offset + (address - segment.p_vaddr);
      *available = segment.p_filesz - (address - segment.p_vaddr);
      return TRUE;
    }

  return FALSE;
}

/* Whether there is memory at all of @length bytes at @address. */
gboolean
luminal_elf_is_mapped (LuminalElf *self,
                       guint64     address,
                       guint64     length)
{
  GElf_Phdr segment;

  for (gsize i = 0; i < self->n_segments; i++)
    {
      if (gelf_getphdr (self->elf, (int) i, &segment) != NULL && segment.p_type == PT_LOAD &&
          address >= segment.p_vaddr &&
          contains (segment.p_memsz, address - segment.p_vaddr, length))
        return TRUE;
    }

  return FALSE;
}

static Elf_Data *
get_content (LuminalElf *self,
             guint64     address,
             guint64     length,
             Elf_Type    type)
{
  guint64 offset, available;

  if (!find_content (self, address, &offset, &available) || length > available)
    return NULL;

  return elf_getdata_rawchunk (self->elf, (gint64) offset, length, type);
}

/* The number of symbols is nowhere but in the tables to find them by: here in
 * the newer one, which ends with the last symbol's entry in its chain. */
static gboolean
count_by_gnu_hash (LuminalElf *self,
                   guint64     address)
{
  gsize class_words = HOST_CLASS == ELFCLASS64 ? 2 : 1;
  guint64 offset, available, first_bucket, first_chain;
  gsize n_words;
  const guint32 *words;
  guint32 last = 0;
  Elf_Data *data;

  if (!find_content (self, address, &offset, &available))
    return FALSE;

  data = elf_getdata_rawchunk (self->elf, (gint64) offset, available & ~(guint64) 3, ELF_T_WORD);
  if (data == NULL || data->d_size < 16)
    return FALSE;

  /* Buckets, index of the first symbol, words of the filter, its shift. */
  words = data->d_buf;
  n_words = data->d_size / sizeof *words;
  first_bucket = 4 + (guint64) words[2] * class_words;
  first_chain = first_bucket + words[0];
  if (first_chain > n_words)
    return FALSE;

  for (guint64 i = first_bucket; i < first_chain; i++)
    last = MAX (last, words[i]);

  if (last < words[1])
    {
      self->n_symbols = words[1];
      return TRUE;
    }

  for (guint64 i = first_chain + (last - words[1]); i < n_words; i++, last++)
    {
      if (words[i] & 1)
        {
          self->n_symbols = (gsize) last + 1;
          return TRUE;
        }
    }

  return FALSE;
}

static gboolean
count_by_hash (LuminalElf *self,
               guint64     address)
{
  /* These two alone have wide entries in it. */
  gboolean wide = HOST_CLASS == ELFCLASS64 &&
                  (self->header.e_machine == EM_S390 || self->header.e_machine == EM_ALPHA);
  Elf_Data *data = get_content (self, address, wide ? 16 : 8, wide ? ELF_T_XWORD : ELF_T_WORD);

  if (data == NULL)
    return FALSE;

  self->n_symbols = wide ? ((const guint64 *) data->d_buf)[1] : ((const guint32 *) data->d_buf)[1];
  return TRUE;
}

/* Makes the symbols that the dynamic linker knows available. */
gboolean
luminal_elf_load_symbols (LuminalElf *self,
                          GError    **error)
{
  guint64 symbols = 0, strings = 0, strings_size = 0, hash = 0, gnu_hash = 0;
  gsize symbol_size = gelf_fsize (self->elf, ELF_T_SYM, 1, EV_CURRENT);
  Elf_Data *data;
  GElf_Dyn entry;

  for (gsize i = 0; i < self->n_dynamic; i++)
    {
      if (gelf_getdyn (self->dynamic, (int) i, &entry) == NULL)
        break;

      switch (entry.d_tag)
        {
        case DT_SYMTAB:
          symbols = entry.d_un.d_ptr;
          break;
        case DT_STRTAB:
          strings = entry.d_un.d_ptr;
          break;
        case DT_STRSZ:
          strings_size = entry.d_un.d_val;
          break;
        case DT_HASH:
          hash = entry.d_un.d_ptr;
          break;
        case DT_GNU_HASH:
          gnu_hash = entry.d_un.d_ptr;
          break;
        default:
          if (self->header.e_machine == EM_MIPS && entry.d_tag == DT_MIPS_SYMTABNO)
            self->n_symbols = entry.d_un.d_val;
          break;
        }
    }

  data = get_content (self, strings, strings_size, ELF_T_BYTE);
  if (data == NULL || data->d_size == 0 || ((const char *) data->d_buf)[data->d_size - 1] != '\0')
    return refuse_damaged (self, error, _("the names of its symbols are missing"));
  self->strings = data->d_buf;
  self->strings_size = data->d_size;

  if (!(gnu_hash != 0 && count_by_gnu_hash (self, gnu_hash)) &&
      !(hash != 0 && count_by_hash (self, hash)) && self->n_symbols == 0)
    return refuse_damaged (self, error, _("its symbols cannot be found by their names"));

  /* gelf_getsym() counts with an int. */
  if (self->n_symbols <= G_MAXINT)
    self->symbols = get_content (self, symbols, self->n_symbols * (guint64) symbol_size, ELF_T_SYM);
  if (self->symbols == NULL)
    return refuse_damaged (self, error, _("its symbols are missing"));

  return TRUE;
}

/* Returns: the name of the symbol, or NULL if it has none that makes sense. */
const char *
luminal_elf_get_symbol (LuminalElf *self,
                        gsize       index,
                        GElf_Sym   *symbol)
{
  if (gelf_getsym (self->symbols, (int) index, symbol) == NULL ||
      symbol->st_name >= self->strings_size)
    return NULL;

  return self->strings + symbol->st_name;
}

/* After luminal_elf_load_symbols(). */
GStrv
luminal_elf_dup_dependencies (LuminalElf *self,
                              GError    **error)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  GElf_Dyn entry;

  for (gsize i = 0; i < self->n_dynamic; i++)
    {
      if (gelf_getdyn (self->dynamic, (int) i, &entry) == NULL || entry.d_tag != DT_NEEDED)
        continue;
      if (entry.d_un.d_val >= self->strings_size)
        {
          refuse_damaged (self, error, _("the name of a library it needs is missing"));
          return NULL;
        }
      g_strv_builder_add (names, self->strings + entry.d_un.d_val);
    }

  return g_strv_builder_end (names);
}
