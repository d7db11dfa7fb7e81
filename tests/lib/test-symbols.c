/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Addresses of a module by the names of its functions. Where these are is asked of the
 * dynamic linker. */

#include <dlfcn.h>
#include <string.h>

#include "inspector-testing.h"
#include "luminal-symbols.h"

#define N_FLIPS 20000

typedef struct
{
  guint64 exported;
  guint64 hidden;
  guint64 unsized;
  guint64 after;
} Places;

typedef gpointer (*GetFunction) (void);

static guint64
get_offset (gpointer address)
{
  Dl_info info;

  g_assert_nonnull (address);
  g_assert_cmpint (dladdr (address, &info), !=, 0);
  return (guint64) ((char *) address - (char *) info.dli_fbase);
}

static Places
find_places (const char *fixture)
{
  g_autofree char *path = fixture_path (fixture);
  gpointer handle = dlopen (path, RTLD_NOW | RTLD_LOCAL);
  GetFunction get_hidden;
  Places places;

  g_assert_nonnull (handle);
  get_hidden = (GetFunction) dlsym (handle, "symbols_get_hidden");
  places.exported = get_offset (dlsym (handle, "symbols_exported"));
  places.unsized = get_offset (dlsym (handle, "symbols_unsized"));
  places.after = get_offset (dlsym (handle, "symbols_after"));
  places.hidden = get_offset (get_hidden ());
  dlclose (handle);

  return places;
}

static void
expect (const Module *module,
        guint64       offset,
        const char   *description)
{
  g_autofree char *found = luminal_symbols_describe (module->bytes, module->size, offset);

  g_assert_cmpstr (found, ==, description);
}

static void
expect_exported (const Module *module,
                 const Places *places)
{
  expect (module, places->exported, "symbols_exported+0x0");
  expect (module, places->exported + 4, "symbols_exported+0x4");
  expect (module, places->after, "symbols_after+0x0");
  expect (module, places->after + 31, "symbols_after+0x1f");
}

static void
expect_nothing_elsewhere (const Module *module,
                          const Places *places)
{
  const ElfW (Phdr) *segments = module_get_segments (module);

  /* Behind a function, in data, before and behind everything. */
  expect (module, places->after + 32, NULL);
  expect (module, module_find_segment (module, PT_DYNAMIC)->p_vaddr, NULL);
  expect (module, 0, NULL);
  expect (module, 1 << 30, NULL);
  expect (module, G_MAXUINT64, NULL);
  for (guint i = 0; i < module_get_header (module)->e_phnum; i++)
    {
      if (segments[i].p_type == PT_LOAD)
        expect (module, segments[i].p_vaddr + segments[i].p_memsz, NULL);
    }
}

static void
test_whole (void)
{
  g_autoptr (Module) module = module_load ("symbols.so");
  Places places = find_places ("symbols.so");

  expect_exported (module, &places);
  expect_nothing_elsewhere (module, &places);
  expect (module, places.hidden, "hidden_step+0x0");
  expect (module, places.hidden + 0x10, "hidden_step+0x10");
  expect (module, places.unsized, "symbols_unsized+0x0");
  expect (module, places.unsized + 63, "symbols_unsized+0x3f");
}

/* Only what is exported has a name, and none is lent to what lies beside it. */
static void
test_stripped (void)
{
  g_autoptr (Module) module = module_load ("symbols_stripped.so");
  Places places = find_places ("symbols_stripped.so");

  expect_exported (module, &places);
  expect_nothing_elsewhere (module, &places);
  expect (module, places.hidden, NULL);
  expect (module, places.unsized + 63, "symbols_unsized+0x3f");
}

/* Without sections, it is not known where one of no size ends. */
static void
test_without_sections (void)
{
  g_autoptr (Module) module = module_load ("symbols.so");
  Places places = find_places ("symbols.so");

  module_strip (module);
  expect_exported (module, &places);
  expect_nothing_elsewhere (module, &places);
  expect (module, places.hidden, NULL);
  expect (module, places.unsized, NULL);
}

/* Real modules too, whatever their linker made of them: each photon's function that
 * starts it is found where the file's own table of symbols has it. */
static void
test_other_files (void)
{
  static const char *const fixtures[] = { "everything.so", "stripped.so", "lto.so", "hash_sysv.so", "together.so" };
  Module nothing = { (guint8 *) "", 0 };
  Module text = { (guint8 *) "#!/bin/sh\n", 10 };
  g_autoptr (Module) program = module_load ("program");
  g_autoptr (Module) debug_only = module_load ("debug_only.so");
  ElfW (Phdr) *segments;

  for (gsize i = 0; i < G_N_ELEMENTS (fixtures); i++)
    {
      g_autoptr (Module) module = module_load (fixtures[i]);

      segments = module_get_segments (module);
      for (guint j = 0; j < module_get_header (module)->e_phnum; j++)
        {
          gboolean is_code = segments[j].p_type == PT_LOAD && (segments[j].p_flags & PF_X) != 0;

          for (guint64 offset = 0; segments[j].p_type == PT_LOAD && offset < segments[j].p_filesz; offset += 7)
            {
              g_autofree char *found = luminal_symbols_describe (module->bytes, module->size,
                                                                 segments[j].p_vaddr + offset);

              g_assert_true (found == NULL || is_code);
              g_assert_true (found == NULL || strstr (found, "+0x") != NULL);
            }
        }
    }

  expect (&nothing, 0, NULL);
  expect (&text, 0, NULL);
  expect (program, module_get_header (program)->e_entry, NULL);
  expect (debug_only, 0x1000, NULL);
}

static void
test_truncated (void)
{
  g_autoptr (Module) module = module_load ("symbols.so");
  Places places = find_places ("symbols.so");

  for (gsize size = 0; size < module->size; size += 1 + size / 64)
    {
      g_autoptr (Module) cut = module_copy (module, size);

      expect (cut, places.exported, NULL);
    }
}

/* No answer is right, but none may read what is not there. */
static void
test_damaged (gconstpointer data)
{
  g_autoptr (Module) module = module_load (data);
  Places places = find_places (data);
  const guint64 offsets[] = { places.exported, places.hidden, places.unsized, places.after + 40, 0 };
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  ElfW (Ehdr) *header = module_get_header (module);
  ElfW (Shdr) *sections = module_get_sections (module);
  guint n_sections = header->e_shnum;
  gsize headers = header->e_shoff;
  guint n_lost = 0;

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < N_FLIPS; i++)
    {
      gsize places_of_change[3];
      guint8 right[3];

      for (guint j = 0; j < 3; j++)
        {
          const ElfW (Shdr) *section = &sections[g_rand_int_range (rand, 1, (gint32) n_sections)];
          gsize place;

          if (g_rand_boolean (rand) || section->sh_type == SHT_NOBITS || section->sh_size == 0)
            place = headers + (gsize) g_rand_int_range (rand, 0, (gint32) (n_sections * sizeof *section));
          else
            place = section->sh_offset + (gsize) g_rand_int_range (rand, 0, (gint32) section->sh_size);

          places_of_change[j] = place;
          right[j] = module->bytes[place];
          module->bytes[place] ^= (guint8) g_rand_int_range (rand, 1, 256);

          /* What says where sections are has been changed: the next one is taken
           * from what is right. */
          if (place >= headers && place < headers + n_sections * sizeof *section)
            {
              for (guint k = j + 1; k < 3; k++)
                {
                  places_of_change[k] = places_of_change[j];
                  right[k] = module->bytes[place];
                }
              break;
            }
        }

      for (gsize j = 0; j < G_N_ELEMENTS (offsets); j++)
        {
          g_autofree char *found = luminal_symbols_describe (module->bytes, module->size, offsets[j]);

          g_assert_true (found == NULL || g_utf8_validate (found, -1, NULL));
          n_lost += j == 0 && g_strcmp0 (found, "symbols_exported+0x0") != 0;
        }

      for (guint j = 3; j-- > 0;)
        module->bytes[places_of_change[j]] = right[j];
    }

  g_test_message ("%u of %d lost", n_lost, N_FLIPS);
  g_assert_cmpuint (n_lost, >, 0);
  expect_exported (module, &places);
}

/* The one symbol that is asked for, wrong in each way. */
static void
test_symbol_fields (void)
{
  g_autoptr (Module) whole = module_load ("symbols.so");
  Places places = find_places ("symbols.so");
  ElfW (Shdr) *sections = module_get_sections (whole);
  gsize table = 0;
  gsize n = 0;

  for (guint i = 1; i < module_get_header (whole)->e_shnum; i++)
    {
      if (sections[i].sh_type == SHT_SYMTAB)
        {
          table = sections[i].sh_offset;
          n = sections[i].sh_size / sizeof (ElfW (Sym));
        }
    }
  g_assert_cmpuint (n, >, 1);

  for (guint wrong = 0; wrong < 5; wrong++)
    {
      g_autoptr (Module) module = module_copy (whole, whole->size);
      ElfW (Sym) *symbols = (gpointer) (module->bytes + table);
      ElfW (Sym) *symbol = NULL;

      for (gsize i = 1; i < n; i++)
        {
          if (symbols[i].st_value == places.hidden && ELF64_ST_TYPE (symbols[i].st_info) == STT_FUNC)
            symbol = &symbols[i];
        }
      g_assert_nonnull (symbol);
      expect (module, places.hidden, "hidden_step+0x0");

      switch (wrong)
        {
        case 0:
          symbol->st_name = G_MAXUINT32;
          break;
        case 1:
          symbol->st_name = 0;
          break;
        case 2:
          symbol->st_shndx = SHN_UNDEF;
          break;
        case 3:
          symbol->st_info = ELF64_ST_INFO (STB_LOCAL, STT_OBJECT);
          break;
        case 4:
          symbol->st_value = G_MAXUINT64;
          symbol->st_size = G_MAXUINT64;
          break;
        }
      expect (module, places.hidden, NULL);
      expect (module, places.exported, "symbols_exported+0x0");
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/symbols/whole", test_whole);
  g_test_add_func ("/symbols/stripped", test_stripped);
  g_test_add_func ("/symbols/without-sections", test_without_sections);
  g_test_add_func ("/symbols/other-files", test_other_files);
  g_test_add_func ("/symbols/truncated", test_truncated);
  g_test_add_data_func ("/symbols/damaged/whole", "symbols.so", test_damaged);
  g_test_add_data_func ("/symbols/damaged/stripped", "symbols_stripped.so", test_damaged);
  g_test_add_func ("/symbols/symbol-fields", test_symbol_fields);

  return g_test_run ();
}
