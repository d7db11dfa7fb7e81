/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the inspector says of files that are no usable modules: others by their
 * making, and good ones that were cut or changed. */

#include <stddef.h>
#include <string.h>

#include "inspector-testing.h"

#define N_FLIPS 20000

static void
test_not_elf (void)
{
  static const char *const contents[] = {
    "x", "#!/bin/sh\nexit 1\n", "int main (void) { return 0; }\n", "\x7f" "ELV", "\x7f" "EXE", " ",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      Module module = { (guint8 *) contents[i], strlen (contents[i]) };

      module_expect_error (&module, LUMINAL_ERROR_INVALID_MODULE, "is no ELF file");
    }

  for (gsize size = 0; size < 200; size++)
    {
      g_autofree guint8 *zeros = g_malloc0 (size + 1);
      Module module = { zeros, size };

      module_expect_error (&module,
                           size == 0 ? LUMINAL_ERROR_INCOMPLETE : LUMINAL_ERROR_INVALID_MODULE,
                           size == 0 ? "it is empty" : "is no ELF file");
    }

  {
    static const char archive[] = "!<arch>\nplain.o/  0  0  0  644  0  `\n";
    Module module = { (guint8 *) archive, strlen (archive) };

    module_expect_error (&module, LUMINAL_ERROR_INVALID_MODULE, "static library");
    module.size = 5;
    module_expect_error (&module, LUMINAL_ERROR_INVALID_MODULE, "is no ELF file");
  }
}

static void
expect_fixture_error (const char  *fixture,
                      LuminalError code,
                      const char  *words)
{
  g_autoptr (Module) module = module_load (fixture);

  module_expect_error (module, code, words);
}

static void
test_other_files (void)
{
  expect_fixture_error ("program", LUMINAL_ERROR_INVALID_MODULE, "it is an executable. A module");
  expect_fixture_error ("program_pie", LUMINAL_ERROR_INVALID_MODULE,
                        "it is an executable (a position-independent one)");
  expect_fixture_error ("debug_only.so", LUMINAL_ERROR_INVALID_MODULE, "debug information");
  expect_fixture_error ("noopen.so", LUMINAL_ERROR_INVALID_MODULE, "-z nodlopen");
  expect_fixture_error ("library.so", LUMINAL_ERROR_NO_PHOTON, "without a photon");
  expect_fixture_error ("without_note.so", LUMINAL_ERROR_NO_PHOTON, "without a photon");
  expect_fixture_error ("hidden.so", LUMINAL_ERROR_INVALID_MODULE, "luminal_descriptor_Plain");
  expect_fixture_error ("newer.so", LUMINAL_ERROR_WRONG_ABI,
                        "version 2 of the photon interface, and this Luminal knows versions up "
                        "to 1. Update Luminal");
  expect_fixture_error ("same_name.so", LUMINAL_ERROR_NAME_TAKEN,
                        "the name \"Zebra\": Zebra (line ");
}

static void
test_same_class (void)
{
  static const char antelope[] = "class=Antelope";
  static const char zebra[sizeof antelope] = "class=Zebra";
  g_autoptr (Module) module = module_load ("two.so");
  char *text = memmem (module->bytes, module->size, antelope, sizeof antelope);

  g_assert_nonnull (text);
  memcpy (text, zebra, sizeof zebra);
  module_expect_error (module, LUMINAL_ERROR_NAME_TAKEN,
                       "two of its photons are of the class Zebra, in the lines ");
}

static void
test_wrong_machine (void)
{
  g_autoptr (Module) module = module_load ("everything.so");
  ElfW (Ehdr) *header = module_get_header (module);
  guint16 ours = header->e_machine;
  guint16 theirs = ours == EM_AARCH64 ? EM_X86_64 : EM_AARCH64;
  guint8 our_data = header->e_ident[EI_DATA];

  header->e_machine = theirs;
  module_expect_error (module, LUMINAL_ERROR_INVALID_MODULE,
                       theirs == EM_AARCH64 ? "another machine (aarch64, " : "(x86-64, 64-bit");
  header->e_machine = 60000;
  module_expect_error (module, LUMINAL_ERROR_INVALID_MODULE, "(machine 60000, ");
  header->e_machine = ours;
#ifdef __x86_64__
  header->e_machine = EM_386;
  module_expect_error (module, LUMINAL_ERROR_INVALID_MODULE,
                       "another machine (i386, 64-bit, little-endian) than this program (x86-64, "
                       "64-bit, little-endian). Build it for this one");
  header->e_machine = ours;
#endif

  header->e_ident[EI_CLASS] = header->e_ident[EI_CLASS] == ELFCLASS64 ? ELFCLASS32 : ELFCLASS64;
  module_expect_error (module, LUMINAL_ERROR_INVALID_MODULE, "another machine");
  header->e_ident[EI_CLASS] = header->e_ident[EI_CLASS] == ELFCLASS64 ? ELFCLASS32 : ELFCLASS64;

  header->e_ident[EI_DATA] = our_data == ELFDATA2LSB ? ELFDATA2MSB : ELFDATA2LSB;
  module_expect_error (module, LUMINAL_ERROR_INVALID_MODULE,
                       our_data == ELFDATA2LSB ? "big-endian) than" : "little-endian) than");
  /* As a linker for that machine would write it. */
  header->e_machine = GUINT16_SWAP_LE_BE (EM_S390);
  module_expect_error (module, LUMINAL_ERROR_INVALID_MODULE, "another machine (s390, ");
}

static const struct
{
  const char *field;
  gsize offset;
  gsize size;
  guint64 value;
  LuminalError code;
  const char *words;
} fields[] = {
#define FIELD(name, value, code, words)                                                            \
  { #name, offsetof (ElfW (Ehdr), name), sizeof ((ElfW (Ehdr) *) NULL)->name, value,               \
    LUMINAL_ERROR_##code, words }
#define IDENT(index, value, code, words) \
  { #index, index, 1, value, LUMINAL_ERROR_##code, words }
  IDENT (EI_MAG0, 0, INVALID_MODULE, "is no ELF file"),
  IDENT (EI_MAG3, 'f', INVALID_MODULE, "is no ELF file"),
  IDENT (EI_CLASS, 0, INVALID_MODULE, "it is damaged"),
  IDENT (EI_CLASS, 3, INVALID_MODULE, "it is damaged"),
  IDENT (EI_DATA, 0, INVALID_MODULE, "it is damaged"),
  IDENT (EI_DATA, 255, INVALID_MODULE, "it is damaged"),
  IDENT (EI_VERSION, 0, INVALID_MODULE, "it is damaged"),
  IDENT (EI_VERSION, 2, INVALID_MODULE, "it is damaged"),
  IDENT (EI_OSABI, ELFOSABI_FREEBSD, INVALID_MODULE, "another operating system"),
  FIELD (e_type, ET_NONE, INVALID_MODULE, "unknown type 0"),
  FIELD (e_type, ET_REL, INVALID_MODULE, "object file"),
  FIELD (e_type, ET_EXEC, INVALID_MODULE, "executable"),
  FIELD (e_type, ET_CORE, INVALID_MODULE, "crashed program"),
  FIELD (e_type, 0xffff, INVALID_MODULE, "unknown type 65535"),
  FIELD (e_version, 0, INVALID_MODULE, "another version of the format"),
  FIELD (e_phoff, G_MAXUINT32, INCOMPLETE, "program headers"),
  FIELD (e_phoff, (ElfW (Off)) -1, INCOMPLETE, "program headers"),
  FIELD (e_phentsize, 0, INVALID_MODULE, "another version of the format"),
  FIELD (e_phentsize, 0xffff, INVALID_MODULE, "another version of the format"),
  FIELD (e_phnum, 0, INVALID_MODULE, "no program headers"),
  FIELD (e_phnum, 0xffff, INVALID_MODULE, "more program headers"),
  FIELD (e_shoff, G_MAXUINT32, INCOMPLETE, "section headers"),
  FIELD (e_shoff, (ElfW (Off)) -1, INCOMPLETE, "section headers"),
  FIELD (e_shentsize, 1, INVALID_MODULE, "section headers"),
  FIELD (e_shnum, 0xffff, INCOMPLETE, "section headers"),
};

static void
test_header_fields (void)
{
  g_autoptr (Module) original = module_load ("everything.so");

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autoptr (Module) module = module_copy (original, original->size);
      guint8 *field = module->bytes + fields[i].offset;

      g_test_message ("%s = %" G_GUINT64_FORMAT, fields[i].field, fields[i].value);
      switch (fields[i].size)
        {
        case 1:
          *field = (guint8) fields[i].value;
          break;
        case 2:
          memcpy (field, &(guint16) { (guint16) fields[i].value }, 2);
          break;
        case 4:
          memcpy (field, &(guint32) { (guint32) fields[i].value }, 4);
          break;
        default:
          memcpy (field, &fields[i].value, 8);
          break;
        }
      module_expect_error (module, fields[i].code, fields[i].words);
    }
}

/* Each byte of the headers with each value. */
static void
try_each_value (const Module *module,
                gsize         offset,
                gsize         size)
{
  for (gsize i = offset; i < offset + size; i++)
    {
      guint8 right = module->bytes[i];

      for (guint wrong = 0; wrong < 256; wrong += g_test_slow () ? 1 : 5)
        {
          module->bytes[i] = (guint8) wrong;
          module_is_handled (module);
        }
      module->bytes[i] = right;
    }

  g_assert_true (module_is_handled (module));
}

static void
test_each_byte (void)
{
  g_autoptr (Module) module = module_load ("everything.so");
  ElfW (Phdr) *dynamic = module_find_segment (module, PT_DYNAMIC);
  gsize note = module_get_offset (module, module_get_note (module));

  try_each_value (module, 0, sizeof (ElfW (Ehdr)));
  try_each_value (module, module_get_header (module)->e_phoff,
                  module_get_header (module)->e_phnum * sizeof (ElfW (Phdr)));
  try_each_value (module, dynamic->p_offset, dynamic->p_filesz);
  try_each_value (module, note, sizeof (ElfW (Nhdr)) + 40);
}

static void
try_length (const Module *module,
            gsize         length)
{
  g_autoptr (Module) cut = NULL;

  if (length >= module->size)
    return;

  cut = module_copy (module, length);
  g_test_message ("%" G_GSIZE_FORMAT " bytes", length);
  module_expect_error (cut, LUMINAL_ERROR_INCOMPLETE, length == 0 ? "empty" : "ends too early");
}

static void
try_around (const Module *module,
            guint64       boundary)
{
  for (guint64 length = boundary > 0 ? boundary - 1 : 0; length <= boundary + 1; length++)
    try_length (module, length);
}

static void
test_truncated (gconstpointer fixture)
{
  g_autoptr (Module) module = module_load (fixture);
  ElfW (Ehdr) *header = module_get_header (module);
  ElfW (Phdr) *segments = module_get_segments (module);
  ElfW (Shdr) *sections = module_get_sections (module);

  for (guint i = 0; i <= header->e_phnum; i++)
    try_around (module, header->e_phoff + i * sizeof *segments);
  for (guint i = 0; i <= header->e_shnum; i++)
    try_around (module, header->e_shoff + i * sizeof *sections);
  for (guint i = 0; i < header->e_phnum; i++)
    {
      try_around (module, segments[i].p_offset);
      try_around (module, segments[i].p_offset + segments[i].p_filesz);
    }
  for (guint i = 0; i < header->e_shnum; i++)
    {
      try_around (module, sections[i].sh_offset);
      if (sections[i].sh_type != SHT_NOBITS)
        try_around (module, sections[i].sh_offset + sections[i].sh_size);
    }
  for (gsize length = 0; length < module->size; length += 64)
    try_length (module, length);
  for (gsize length = 0; length < 2 * sizeof *header; length++)
    try_length (module, length);

  /* Without sections to end it, the last byte of a segment is the end. */
  module_strip (module);
  for (gsize length = 0; length < module->size; length += 64)
    try_length (module, length);
  try_around (module, module->size);
}

static const struct
{
  const char *texts;
  gsize size;
  LuminalError code;
  const char *words;
} notes[] = {
#define NOTE(texts, code, words) { texts, sizeof (texts), LUMINAL_ERROR_##code, words }
  NOTE ("", INVALID_MODULE, "photon interface is missing"),
  NOTE ("class=Everything", INVALID_MODULE, "photon interface is missing"),
  NOTE ("abi=1", INVALID_MODULE, "class is missing"),
  NOTE ("abi=\0class=Everything", INVALID_MODULE, "photon interface is none"),
  NOTE ("abi=0\0class=Everything", INVALID_MODULE, "photon interface is none"),
  NOTE ("abi=-1\0class=Everything", INVALID_MODULE, "photon interface is none"),
  NOTE ("abi= 1\0class=Everything", INVALID_MODULE, "photon interface is none"),
  NOTE ("abi=1.0\0class=Everything", INVALID_MODULE, "photon interface is none"),
  NOTE ("abi=one\0class=Everything", INVALID_MODULE, "photon interface is none"),
  NOTE ("abi=99999999999999999999\0class=Everything", INVALID_MODULE, "photon interface is none"),
  NOTE ("abi=4294967295\0class=Everything", WRONG_ABI, "version 4294967295"),
  NOTE ("abi=3\0as we will write it then", WRONG_ABI, "version 3"),
  NOTE ("abi=1\0class=", INVALID_MODULE, "no identifier"),
  NOTE ("abi=1\0class=Every thing", INVALID_MODULE, "no identifier"),
  NOTE ("abi=1\0class=1Everything", INVALID_MODULE, "no identifier"),
  NOTE ("abi=1\0class=../../Everything", INVALID_MODULE, "no identifier"),
  NOTE ("abi=1\0class=Every\nthing", INVALID_MODULE, "no identifier"),
  NOTE ("abi=1\0class=Every\xff", INVALID_MODULE, "not UTF-8"),
  NOTE ("abi=1\0class=Everything\0name=\xc3", INVALID_MODULE, "not UTF-8"),
  NOTE ("abi=1\0class=Everything\0tag=\xed\xa0\x80", INVALID_MODULE, "not UTF-8"),
  NOTE ("abi=1\0class=Everything\0\xfe=1", INVALID_MODULE, "not UTF-8"),
  NOTE ("abi=1\0class=Everything\0name", INVALID_MODULE, "without a key"),
  NOTE ("abi=1\0class=Everything\0=name", INVALID_MODULE, "without a key"),
  NOTE ("abi=1\0abi=1\0class=Everything", INVALID_MODULE, "two texts \"abi\""),
  NOTE ("abi=1\0class=Everything\0class=Everything", INVALID_MODULE, "two texts \"class\""),
  NOTE ("abi=1\0class=Everything\0line=1\0line=1", INVALID_MODULE, "two texts \"line\""),
  NOTE ("abi=1\0class=Everything\0name=\0name=", INVALID_MODULE, "two texts \"name\""),
  NOTE ("abi=1\0class=Everything\0author=a\0author=b", INVALID_MODULE, "two texts \"author\""),
  NOTE ("abi=1\0class=Everything\0version=1\0version=2", INVALID_MODULE, "two texts \"version\""),
  NOTE ("abi=1\0class=Everything\0description=\0description=", INVALID_MODULE,
        "two texts \"description\""),
  NOTE ("abi=1\0class=Everything\0base=abc\0base=abc", INVALID_MODULE, "two texts \"base\""),
  NOTE ("abi=1\0class=Everything\0start-first=1\0start-first=1", INVALID_MODULE,
        "two texts \"start-first\""),
  NOTE ("abi=1\0class=Everything\0state=1\0state=1", INVALID_MODULE, "two texts \"state\""),
  NOTE ("abi=1\0class=Everything\0line=first", INVALID_MODULE, "line is not a number"),
  NOTE ("abi=1\0class=Everything\0line=-3", INVALID_MODULE, "line is not a number"),
  NOTE ("abi=1\0class=Everything\0base=a b c", INVALID_MODULE, "base is no name of a type"),
  NOTE ("abi=1\0class=Everything\0base=ab", INVALID_MODULE, "base is no name of a type"),
  NOTE ("abi=1\0class=Everything\0start-first=yes", INVALID_MODULE, "\"start-first\" is neither"),
  NOTE ("abi=1\0class=Everything\0state=", INVALID_MODULE, "\"state\" is neither"),
  NOTE ("abi=1\0class=Nothing", INVALID_MODULE, "luminal_descriptor_Nothing"),
  NOTE ("abi=1\0class=Everythin", INVALID_MODULE, "luminal_descriptor_Everythin"),
};

static void
test_note_texts (void)
{
  g_autoptr (Module) original = module_load ("everything.so");

  for (gsize i = 0; i < G_N_ELEMENTS (notes); i++)
    {
      g_autoptr (Module) module = module_copy (original, original->size);

      module_set_texts (module, notes[i].texts, notes[i].size);
      module_expect_error (module, notes[i].code, notes[i].words);
    }
}

static void
test_note_sizes (void)
{
  static const guint32 sizes[] = {
    0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 16, 100, 199, 200, 201, 204, 4096, 65536, 0x7fffffff,
    0x80000000, 0xfffffff0, 0xfffffff4, 0xfffffff8, 0xfffffffc, 0xfffffffd, 0xffffffff,
  };
  g_autoptr (Module) module = module_load ("everything.so");
  ElfW (Nhdr) *note = module_get_note (module);
  ElfW (Nhdr) right = *note;

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (sizes); j++)
        {
          note->n_namesz = sizes[i];
          note->n_descsz = sizes[j];
          /* Nothing but the right sizes is a note, but for padding. */
          if (module_is_handled (module))
            g_assert_cmpuint (right.n_descsz - sizes[j], <, 4);
        }
    }

  *note = right;
  note->n_descsz += 4;
  module_expect_error (module, LUMINAL_ERROR_INVALID_MODULE, "notes are damaged");
  note->n_descsz = 0xffffffff;
  module_expect_error (module, LUMINAL_ERROR_INVALID_MODULE, "notes are damaged");
  note->n_descsz = 4;
  module_expect_error (module, LUMINAL_ERROR_INVALID_MODULE, "has no end");
  note->n_descsz = 0;
  module_expect_error (module, LUMINAL_ERROR_INVALID_MODULE, "has no end");

  *note = right;
  note->n_type++;
  module_expect_error (module, LUMINAL_ERROR_NO_PHOTON, "without a photon");
  *note = right;
  ((char *) (note + 1))[0] = 'l';
  module_expect_error (module, LUMINAL_ERROR_NO_PHOTON, "without a photon");
}

/* What the dynamic section leads to. */
static void
test_dynamic (void)
{
  static const struct
  {
    gint64 tag;
    guint64 value;
    const char *words;
  } damages[] = {
    { DT_STRTAB, 0xffffff, "names of its symbols" },
    { DT_STRSZ, 0, "names of its symbols" },
    { DT_STRSZ, 0xffffffff, "names of its symbols" },
    { DT_STRSZ, 3, "names of its symbols" },
    { DT_SYMTAB, 0xffffff, "its symbols are missing" },
    { DT_NEEDED, 0xffffff, "library it needs" },
    { DT_GNU_HASH, 0xffffff, "cannot be found" },
    { DT_HASH, 0xffffff, "cannot be found" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autoptr (Module) module = module_load (damages[i].tag == DT_HASH ? "hash_sysv.so"
                                                                         : "hash_gnu.so");
      ElfW (Dyn) *entry = (gpointer) (module->bytes +
                                      module_find_segment (module, PT_DYNAMIC)->p_offset);

      while (entry->d_tag != damages[i].tag)
        {
          g_assert_cmpint (entry->d_tag, !=, DT_NULL);
          entry++;
        }
      entry->d_un.d_val = damages[i].value;
      module_expect_error (module, LUMINAL_ERROR_INVALID_MODULE, damages[i].words);
    }
}

/* A symbol that leads out of the file would crash whoever looks there. */
static void
test_descriptor (void)
{
  g_autoptr (Module) original = module_load ("everything.so");
  ElfW (Shdr) *sections = module_get_sections (original);
  guint n_tried = 0;

  for (guint i = 0; i < module_get_header (original)->e_shnum; i++)
    {
      ElfW (Sym) *symbols = (gpointer) (original->bytes + sections[i].sh_offset);
      const char *names = (const char *) original->bytes + sections[sections[i].sh_link].sh_offset;

      if (sections[i].sh_type != SHT_DYNSYM)
        continue;

      for (gsize j = 0; j < sections[i].sh_size / sizeof *symbols; j++)
        {
          ElfW (Sym) right = symbols[j];
          const char *words = "exports no data";

          if (strcmp (names + symbols[j].st_name, "luminal_descriptor_Everything") != 0)
            continue;

          n_tried++;
          symbols[j].st_value = 0x7ffffff0;
          module_expect_error (original, LUMINAL_ERROR_INVALID_MODULE, words);
          symbols[j] = right;
          symbols[j].st_size = (ElfW (Addr)) -1;
          module_expect_error (original, LUMINAL_ERROR_INVALID_MODULE, words);
          symbols[j].st_size = 0;
          module_expect_error (original, LUMINAL_ERROR_INVALID_MODULE, words);
          symbols[j] = right;
          symbols[j].st_shndx = SHN_UNDEF;
          module_expect_error (original, LUMINAL_ERROR_INVALID_MODULE, words);
          symbols[j] = right;
          symbols[j].st_info = ELF64_ST_INFO (STB_GLOBAL, STT_FUNC);
          module_expect_error (original, LUMINAL_ERROR_INVALID_MODULE, words);
          symbols[j] = right;
          symbols[j].st_name = 0x7fffffff;
          module_expect_error (original, LUMINAL_ERROR_INVALID_MODULE, "symbol has no name");
          symbols[j] = right;
        }
    }

  g_assert_cmpuint (n_tried, ==, 1);
}

/* Random changes where they hurt: the same ones for the same seed, which the
 * harness prints and takes as --seed. */
static void
test_flips (gconstpointer fixture)
{
  g_autoptr (Module) module = module_load (fixture);
  guint32 seed = (guint32) g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  ElfW (Ehdr) *header = module_get_header (module);
  ElfW (Phdr) *dynamic = module_find_segment (module, PT_DYNAMIC);
  ElfW (Phdr) *first = module_find_segment (module, PT_LOAD);
  guint n_refused = 0;
  struct
  {
    gsize offset;
    gsize size;
  } places[] = {
    { 0, sizeof *header },
    { header->e_phoff, header->e_phnum * sizeof (ElfW (Phdr)) },
    { header->e_shoff, header->e_shnum * sizeof (ElfW (Shdr)) },
    { dynamic->p_offset, dynamic->p_filesz },
    /* Notes, tables of symbols, and their names. */
    { first->p_offset + sizeof *header, first->p_filesz - sizeof *header },
    { module_get_offset (module, module_get_note (module)), 220 },
  };

  g_test_message ("seed %u", seed);

  for (guint i = 0; i < N_FLIPS; i++)
    {
      gint n_changes = g_rand_int_range (rand, 1, 4);
      gsize offsets[4];
      guint8 right[4];

      for (gint j = 0; j < n_changes; j++)
        {
          gsize place = (gsize) g_rand_int_range (rand, 0, G_N_ELEMENTS (places));

          offsets[j] = places[place].offset +
                       (gsize) g_rand_int_range (rand, 0, (gint32) places[place].size);
          right[j] = module->bytes[offsets[j]];
          module->bytes[offsets[j]] ^= (guint8) g_rand_int_range (rand, 1, 256);
        }

      if (!module_is_handled (module))
        n_refused++;

      for (gint j = n_changes - 1; j >= 0; j--)
        module->bytes[offsets[j]] = right[j];
    }

  g_test_message ("%u of %d refused", n_refused, N_FLIPS);
  g_assert_cmpuint (n_refused, >, N_FLIPS / 4);
  g_assert_true (module_is_handled (module));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/inspector/damage/not-elf", test_not_elf);
  g_test_add_func ("/inspector/damage/other-files", test_other_files);
  g_test_add_func ("/inspector/damage/same-class", test_same_class);
  g_test_add_func ("/inspector/damage/wrong-machine", test_wrong_machine);
  g_test_add_func ("/inspector/damage/header-fields", test_header_fields);
  g_test_add_func ("/inspector/damage/each-byte", test_each_byte);
  g_test_add_data_func ("/inspector/damage/truncated/everything", "everything.so", test_truncated);
  g_test_add_data_func ("/inspector/damage/truncated/stripped", "stripped.so", test_truncated);
  g_test_add_data_func ("/inspector/damage/truncated/together", "together.so", test_truncated);
  g_test_add_func ("/inspector/damage/note-texts", test_note_texts);
  g_test_add_func ("/inspector/damage/note-sizes", test_note_sizes);
  g_test_add_func ("/inspector/damage/dynamic", test_dynamic);
  g_test_add_func ("/inspector/damage/descriptor", test_descriptor);
  g_test_add_data_func ("/inspector/damage/flips/gnu", "hash_gnu.so", test_flips);
  g_test_add_data_func ("/inspector/damage/flips/sysv", "hash_sysv.so", test_flips);

  return g_test_run ();
}
