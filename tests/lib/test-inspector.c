/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the inspector says of modules as compilers, linkers and strippers make
 * them. */

#include <string.h>

#include "inspector-testing.h"

static LuminalInspection *
inspect_fixture (const char *fixture)
{
  g_autoptr (Module) module = module_load (fixture);

  return module_expect_good (module);
}

static LuminalMetadata *
get_photon (LuminalInspection *inspection,
            guint              position)
{
  LuminalMetadata *photon =
    g_list_model_get_item (luminal_inspection_get_photons (inspection), position);

  g_assert_true (LUMINAL_IS_METADATA (photon));
  return photon;
}

static gboolean
has_remark (LuminalInspection *inspection,
            const char        *beginning)
{
  const char *const *remarks = luminal_inspection_get_remarks (inspection);

  for (gsize i = 0; remarks[i] != NULL; i++)
    {
      if (g_str_has_prefix (remarks[i], beginning))
        return TRUE;
    }

  return FALSE;
}

static void
test_defaults (void)
{
  g_autoptr (LuminalInspection) inspection = inspect_fixture ("plain.so");
  g_autoptr (LuminalMetadata) photon = get_photon (inspection, 0);

  g_assert_cmpuint (g_list_model_get_n_items (luminal_inspection_get_photons (inspection)), ==, 1);
  g_assert_cmpstr (luminal_metadata_get_class_name (photon), ==, "Plain");
  g_assert_cmpstr (luminal_metadata_get_name (photon), ==, "Plain");
  g_assert_cmpstr (luminal_metadata_get_author (photon), ==, "Unknown");
  g_assert_cmpstr (luminal_metadata_get_version (photon), ==, "0.0.0");
  g_assert_cmpstr (luminal_metadata_get_description (photon), ==, "");
  g_assert_cmpstr (luminal_metadata_get_base (photon), ==, "LuminalPhoton");
  g_assert_null (luminal_metadata_get_tags (photon)[0]);
  g_assert_false (luminal_metadata_get_start_first (photon));
  g_assert_false (luminal_metadata_get_keeps_state (photon));
  g_assert_null (luminal_inspection_get_remarks (inspection)[0]);
  g_assert_cmpint (luminal_inspection_get_pin_hints (inspection), ==, LUMINAL_PIN_HINT_NONE);
}

static void
check_everything (LuminalInspection *inspection)
{
  const char *const tags[] = { "first", "second", "third", NULL };
  g_autoptr (LuminalMetadata) photon = get_photon (inspection, 0);

  g_assert_cmpuint (g_list_model_get_n_items (luminal_inspection_get_photons (inspection)), ==, 1);
  g_assert_cmpstr (luminal_metadata_get_class_name (photon), ==, "Everything");
  g_assert_cmpstr (luminal_metadata_get_name (photon), ==, "Everything at once");
  g_assert_cmpstr (luminal_metadata_get_author (photon), ==, "Ada Lovelace");
  g_assert_cmpstr (luminal_metadata_get_version (photon), ==, "2.5.1-rc3");
  g_assert_cmpstr (luminal_metadata_get_description (photon), ==, "Says all that can be said");
  g_assert_cmpstr (luminal_metadata_get_base (photon), ==, "DemoClock");
  g_assert_cmpstrv ((gpointer) luminal_metadata_get_tags (photon), (gpointer) tags);
  g_assert_true (luminal_metadata_get_start_first (photon));
  g_assert_true (luminal_metadata_get_keeps_state (photon));
  g_assert_true (luminal_inspection_lookup (inspection, "Everything") == photon);
  g_assert_null (luminal_inspection_lookup (inspection, "Nothing"));
}

/* However it was built and whatever was taken from it since. */
static void
test_everything (gconstpointer fixture)
{
  g_autoptr (Module) module = module_load (fixture);
  g_autoptr (LuminalInspection) inspection = module_expect_good (module);
  g_autoptr (LuminalInspection) without_sections = NULL;

  check_everything (inspection);

  module_strip (module);
  without_sections = module_expect_good (module);
  check_everything (without_sections);
  g_assert_cmpstrv ((gpointer) luminal_inspection_get_dependencies (inspection),
                    (gpointer) luminal_inspection_get_dependencies (without_sections));
}

/* Some compilers leave room between two notes. */
static void
test_space (void)
{
  g_autoptr (Module) module = module_load ("everything.so");
  ElfW (Nhdr) *note = module_get_note (module);
  guint8 *room = (guint8 *) note;
  gsize room_size = sizeof *note + note->n_namesz + note->n_descsz;
  static const char texts[] = "abi=1\0class=Everything\0";
  ElfW (Nhdr) moved = { sizeof "Luminal", sizeof texts, LUMINAL_NOTE_TYPE };

  for (gsize space = 4; space <= 64; space += 4)
    {
      g_autoptr (LuminalInspection) inspection = NULL;

      memset (room, 0, room_size);
      memcpy (room + space, &moved, sizeof moved);
      memcpy (room + space + sizeof moved, "Luminal", sizeof "Luminal");
      memcpy (room + space + sizeof moved + sizeof "Luminal", texts, sizeof texts);

      inspection = module_expect_good (module);
      g_assert_nonnull (luminal_inspection_lookup (inspection, "Everything"));
    }
}

static void
test_two (void)
{
  g_autoptr (LuminalInspection) inspection = inspect_fixture ("two.so");
  g_autoptr (LuminalMetadata) first = get_photon (inspection, 0);
  g_autoptr (LuminalMetadata) second = get_photon (inspection, 1);

  g_assert_cmpuint (g_list_model_get_n_items (luminal_inspection_get_photons (inspection)), ==, 2);
  g_assert_cmpstr (luminal_metadata_get_class_name (first), ==, "Zebra");
  g_assert_cmpstr (luminal_metadata_get_class_name (second), ==, "Antelope");
  g_assert_cmpstr (luminal_metadata_get_name (second), ==, "Antelope");
  g_assert_true (luminal_inspection_lookup (inspection, "Zebra") == first);
  g_assert_true (luminal_inspection_lookup (inspection, "Antelope") == second);
}

static void
test_odd_names (void)
{
  const char *const tags[] = { "größer", "a=b", NULL };
  g_autoptr (LuminalInspection) inspection = inspect_fixture ("odd.so");
  g_autoptr (LuminalMetadata) photon = get_photon (inspection, 0);

  g_assert_cmpstr (luminal_metadata_get_class_name (photon), ==, "Größe");
  g_assert_cmpstr (luminal_metadata_get_name (photon), ==, "<b>=&\"光\n子\"");
  g_assert_cmpstr (luminal_metadata_get_author (photon), ==, "=Žofie\t=\\");
  g_assert_cmpstr (luminal_metadata_get_version (photon), ==, "∞");
  g_assert_cmpstr (luminal_metadata_get_description (photon), ==, "name=not a name");
  g_assert_cmpstrv ((gpointer) luminal_metadata_get_tags (photon), (gpointer) tags);
}

static void
test_future_keys (void)
{
  static const char texts[] = "abi=1\0class=Everything\0shines=brightly\0shines=again\0tags=none\0";
  g_autoptr (Module) module = module_load ("everything.so");
  g_autoptr (LuminalInspection) inspection = NULL;
  g_autoptr (LuminalMetadata) photon = NULL;

  module_set_texts (module, texts, sizeof texts);
  inspection = module_expect_good (module);
  photon = get_photon (inspection, 0);
  g_assert_cmpstr (luminal_metadata_get_name (photon), ==, "Everything");
  g_assert_null (luminal_metadata_get_tags (photon)[0]);
}

static void
test_inspection_properties (void)
{
  g_autoptr (LuminalInspection) inspection = inspect_fixture ("everything.so");
  g_autoptr (Module) module = module_load ("everything.so");
  g_autoptr (GListModel) photons = NULL;
  g_auto (GStrv) dependencies = NULL;
  g_auto (GStrv) remarks = NULL;
  g_autofree char *checksum = NULL;
  g_autofree char *machine = NULL;
  guint64 size;
  guint abi;

  g_object_get (inspection, "checksum", &checksum, "size", &size, "abi", &abi,
                "machine", &machine, "dependencies", &dependencies, "remarks", &remarks,
                "photons", &photons, NULL);

  g_assert_cmpstr (checksum, ==, "0123");
  g_assert_cmpstr (checksum, ==, luminal_inspection_get_checksum (inspection));
  g_assert_cmpuint (size, ==, module->size);
  g_assert_cmpuint (size, ==, luminal_inspection_get_size (inspection));
  g_assert_cmpuint (abi, ==, LUMINAL_ABI);
  g_assert_cmpuint (abi, ==, luminal_inspection_get_abi (inspection));
  g_assert_cmpstr (machine, ==, luminal_inspection_get_machine (inspection));
#ifdef __x86_64__
  g_assert_cmpstr (machine, ==, "x86-64");
#else
  g_assert_cmpstr (machine, !=, "unknown");
#endif
  g_assert_cmpstrv (dependencies, (gpointer) luminal_inspection_get_dependencies (inspection));
  g_assert_true (g_strv_contains ((const char *const *) dependencies, "libglib-2.0.so.0"));
  g_assert_cmpstrv (remarks, (gpointer) luminal_inspection_get_remarks (inspection));
  g_assert_true (photons == luminal_inspection_get_photons (inspection));
  g_assert_true (g_list_model_get_item_type (photons) == LUMINAL_TYPE_METADATA);
}

static void
test_metadata_properties (void)
{
  g_autoptr (LuminalInspection) inspection = inspect_fixture ("everything.so");
  g_autoptr (LuminalMetadata) photon = get_photon (inspection, 0);
  g_autofree char *class_name = NULL;
  g_autofree char *base = NULL;
  g_autofree char *name = NULL;
  g_autofree char *author = NULL;
  g_autofree char *version = NULL;
  g_autofree char *description = NULL;
  g_auto (GStrv) tags = NULL;
  gboolean start_first, keeps_state;

  g_object_get (photon, "class-name", &class_name, "base", &base, "name", &name,
                "author", &author, "version", &version, "description", &description,
                "tags", &tags, "start-first", &start_first, "keeps-state", &keeps_state, NULL);

  g_assert_cmpstr (class_name, ==, luminal_metadata_get_class_name (photon));
  g_assert_cmpstr (base, ==, luminal_metadata_get_base (photon));
  g_assert_cmpstr (name, ==, luminal_metadata_get_name (photon));
  g_assert_cmpstr (author, ==, luminal_metadata_get_author (photon));
  g_assert_cmpstr (version, ==, luminal_metadata_get_version (photon));
  g_assert_cmpstr (description, ==, luminal_metadata_get_description (photon));
  g_assert_cmpstrv (tags, (gpointer) luminal_metadata_get_tags (photon));
  g_assert_true (start_first);
  g_assert_true (keeps_state);
}

/* The photons outlive the inspection, and each other. */
static void
test_lifetime (void)
{
  LuminalInspection *inspection = inspect_fixture ("two.so");
  LuminalMetadata *first = get_photon (inspection, 0);
  LuminalMetadata *second = get_photon (inspection, 1);

  g_assert_finalize_object (inspection);
  g_assert_cmpstr (luminal_metadata_get_name (second), ==, "Antelope");
  g_assert_finalize_object (first);
  g_assert_cmpstr (luminal_metadata_get_name (second), ==, "Antelope");
  g_assert_finalize_object (second);
}

static const struct
{
  const char *fixture;
  LuminalPinHint hints;
} hints[] = {
  { "import_g_type_register_static", LUMINAL_PIN_HINT_TYPES },
  { "import_g_type_register_static_simple", LUMINAL_PIN_HINT_TYPES },
  { "import_g_type_register_fundamental", LUMINAL_PIN_HINT_TYPES },
  { "import_g_type_register_dynamic", LUMINAL_PIN_HINT_TYPES },
  { "import_g_type_module_register_type", LUMINAL_PIN_HINT_TYPES },
  { "import_g_type_add_interface_static", LUMINAL_PIN_HINT_TYPES },
  { "import_g_enum_register_static", LUMINAL_PIN_HINT_TYPES },
  { "import_g_flags_register_static", LUMINAL_PIN_HINT_TYPES },
  { "import_g_boxed_type_register_static", LUMINAL_PIN_HINT_TYPES },
  { "import_g_pointer_type_register_static", LUMINAL_PIN_HINT_TYPES },
  { "import_g_quark_from_static_string", LUMINAL_PIN_HINT_STATIC_STRINGS },
  { "import_g_intern_static_string", LUMINAL_PIN_HINT_STATIC_STRINGS },
  { "import_pthread_create", LUMINAL_PIN_HINT_THREADS },
  { "import_thrd_create", LUMINAL_PIN_HINT_THREADS },
  { "import_g_thread_new", LUMINAL_PIN_HINT_THREADS },
  { "import_g_thread_try_new", LUMINAL_PIN_HINT_THREADS },
  { "import_g_thread_pool_new", LUMINAL_PIN_HINT_THREADS },
  { "import_g_thread_pool_new_full", LUMINAL_PIN_HINT_THREADS },
  { "import_g_task_run_in_thread", LUMINAL_PIN_HINT_THREADS },
  { "import_g_task_run_in_thread_sync", LUMINAL_PIN_HINT_THREADS },
  { "import_pthread_key_create", LUMINAL_PIN_HINT_THREAD_DATA },
  { "import_tss_create", LUMINAL_PIN_HINT_THREAD_DATA },
  { "import_g_private_set", LUMINAL_PIN_HINT_THREAD_DATA },
  { "import_g_private_replace", LUMINAL_PIN_HINT_THREAD_DATA },
  { "import_g_type_name", LUMINAL_PIN_HINT_NONE },
  { "tls_destructors", LUMINAL_PIN_HINT_TLS_DESTRUCTORS },
  { "unique", LUMINAL_PIN_HINT_UNIQUE },
  { "nodelete", LUMINAL_PIN_HINT_NODELETE },
  { "plain", LUMINAL_PIN_HINT_NONE },
};

static void
test_hints (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (hints); i++)
    {
      g_autofree char *fixture = g_strconcat (hints[i].fixture, ".so", NULL);
      g_autoptr (LuminalInspection) inspection = inspect_fixture (fixture);
      const char *const *remarks = luminal_inspection_get_remarks (inspection);

      g_test_message ("%s", fixture);
      g_assert_cmpint (luminal_inspection_get_pin_hints (inspection), ==, hints[i].hints);

      if (hints[i].hints == LUMINAL_PIN_HINT_NONE)
        {
          g_assert_null (remarks[0]);
          continue;
        }
      g_assert_cmpstr (remarks[0], ==, luminal_pin_hint_to_remark (hints[i].hints));
      g_assert_null (remarks[1]);
    }
}

/* Each name that is looked for is found, whatever the order of the table. */
static void
test_hint_names (void)
{
  static const char *const names[] = {
    "__cxa_thread_atexit", "__cxa_thread_atexit_impl", "g_error_domain_register",
    "g_error_domain_register_static", "g_param_type_register_static",
    "g_type_add_interface_dynamic", "g_type_module_add_interface", "g_type_module_register_enum",
    "g_type_module_register_flags",
  };
  static const char *const others[] = {
    "", "_", "g", "p", "t", "g_type_register_stati", "g_type_register_static_", "pthread_creat",
    "pthread_create2", "zzz", "g_print", "tss_delete", "__cxa_finalize",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpint (luminal_pin_hint_of_import (names[i]), !=, LUMINAL_PIN_HINT_NONE);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_cmpint (luminal_pin_hint_of_import (others[i]), ==, LUMINAL_PIN_HINT_NONE);

  for (guint i = 0; i < LUMINAL_N_PIN_HINTS; i++)
    g_assert_nonnull (luminal_pin_hint_to_remark ((LuminalPinHint) (1u << i)));
  g_assert_null (luminal_pin_hint_to_remark (LUMINAL_PIN_HINT_NONE));
}

static void
test_remarks (void)
{
  g_autoptr (LuminalInspection) static_tls = inspect_fixture ("static_tls.so");
  g_autoptr (LuminalInspection) stack = inspect_fixture ("executable_stack.so");

  g_assert_true (has_remark (static_tls, "takes thread-local memory"));
  g_assert_true (has_remark (stack, "makes the stack executable"));
}

int
main (int    argc,
      char **argv)
{
  static const char *const builds[] = {
    "everything.so", "lto.so", "hash_sysv.so", "hash_gnu.so", "together.so", "stripped.so",
    "stripped_debug.so", "copied.so",
  };

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/inspector/defaults", test_defaults);
  for (gsize i = 0; i < G_N_ELEMENTS (builds); i++)
    {
      g_autofree char *path = g_strconcat ("/inspector/everything/", builds[i], NULL);

      g_test_add_data_func (path, builds[i], test_everything);
    }
  g_test_add_func ("/inspector/space", test_space);
  g_test_add_func ("/inspector/two", test_two);
  g_test_add_func ("/inspector/odd-names", test_odd_names);
  g_test_add_func ("/inspector/future-keys", test_future_keys);
  g_test_add_func ("/inspector/properties/inspection", test_inspection_properties);
  g_test_add_func ("/inspector/properties/metadata", test_metadata_properties);
  g_test_add_func ("/inspector/lifetime", test_lifetime);
  g_test_add_func ("/inspector/hints/modules", test_hints);
  g_test_add_func ("/inspector/hints/names", test_hint_names);
  g_test_add_func ("/inspector/remarks", test_remarks);

  return g_test_run ();
}
