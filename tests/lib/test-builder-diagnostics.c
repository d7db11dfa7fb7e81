/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is told of sources that are wrong, or not quite right, with the real compilers of this
 * machine. */

#include <string.h>

#include "build-testing.h"
#include "system-testing.h"

static void
test_diagnostics (BuildPlace   *place,
                  gconstpointer compiler)
{
  g_autofree char *path = build_place_path (place, "photons/x.c");
  g_autoptr (LuminalBuilder) builder = NULL;

  if (!system_has_program (compiler))
    return;

  builder = build_place_builder (place, compiler);
  for (guint j = 0; j < 2; j++)
    {
      g_autoptr (LuminalBuildResult) warned = NULL;
      g_autoptr (LuminalBuildResult) failed = NULL;
      g_autoptr (LuminalDiagnostic) warning = NULL;
      g_autoptr (LuminalDiagnostic) error = NULL;
      g_autofree char *place_name = g_strdup_printf ("%s:2:32: ", path);
      GListModel *diagnostics;

      /* Warnings of a good build are kept, and come back from the cache. */
      warned = build_place_build (place, builder, "photons/x.c",
                                  BUILD_HEAD "static void unused (void) { int variable; }\n"
                                  BUILD_PHOTON ("X"));
      build_assert_built (warned, j > 0);
      diagnostics = luminal_build_result_get_diagnostics (warned);
      g_assert_cmpuint (g_list_model_get_n_items (diagnostics), ==, 2);
      for (guint k = 0; k < 2; k++)
        {
          g_clear_object (&warning);
          warning = g_list_model_get_item (diagnostics, k);
          if (g_str_equal (luminal_diagnostic_get_option (warning), "-Wunused-variable"))
            break;
        }
      g_assert_cmpint (luminal_diagnostic_get_severity (warning), ==,
                       LUMINAL_SEVERITY_WARNING);
      g_assert_cmpstr (luminal_diagnostic_get_file (warning), ==, path);
      g_assert_cmpuint (luminal_diagnostic_get_line (warning), ==, 2);
      g_assert_cmpuint (luminal_diagnostic_get_column (warning), ==, 33);
      g_assert_nonnull (strstr (luminal_diagnostic_get_rendering (warning),
                                "static void unused (void) { int variable; }\n"));
      g_assert_nonnull (strchr (luminal_diagnostic_get_rendering (warning), '^'));

      failed = build_place_build (place, builder, "photons/x.c",
                                  BUILD_HEAD "int wrong (void) { return no; }\n");
      build_assert_failed (failed, "in line 2: ");
      g_assert_cmpint (luminal_build_result_get_from_cache (failed), ==, j > 0);
      error = g_list_model_get_item (luminal_build_result_get_diagnostics (failed), 0);
      g_assert_cmpint (luminal_diagnostic_get_severity (error), ==, LUMINAL_SEVERITY_ERROR);
      g_assert_cmpstr (luminal_diagnostic_get_file (error), ==, path);
      g_assert_cmpuint (luminal_diagnostic_get_line (error), ==, 2);
      g_assert_null (strstr (luminal_diagnostic_get_rendering (error), place->cache));
      g_assert_nonnull (strstr (luminal_diagnostic_get_rendering (error), path));
    }
}

static void
test_undeclared_function (BuildPlace   *place,
                          gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, "cc");
  g_autoptr (LuminalBuildResult) result = NULL;

  result = build_place_build (place, builder, "photons/x.c",
                              BUILD_HEAD BUILD_PHOTON ("X") "int f (void); int f (void) { return nosuch (); }\n");
  build_assert_failed (result, "nosuch");
}

static void
test_undefined (BuildPlace   *place,
                gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, "cc");
  g_autoptr (LuminalBuildResult) result = NULL;

  result = build_place_build (place, builder, "photons/x.c",
                              "// luminal: flags = -Wl,--no-undefined\n"
                              BUILD_HEAD "int nosuch (void);\nint f (void);\n"
                              "int f (void) { return nosuch (); }\n" BUILD_PHOTON ("X"));
  build_assert_failed (result, "in line 5: undefined reference to `nosuch'");
}

static void
test_packages (BuildPlace   *place,
               gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, "cc");
  g_autoptr (LuminalBuildResult) good = NULL;
  g_autoptr (LuminalBuildResult) bad = NULL;
  g_autoptr (LuminalBuildResult) wrong = NULL;
  g_autoptr (LuminalDiagnostic) error = NULL;
  g_autofree char *said = NULL;

  good = build_place_build (place, builder, "photons/x.c",
                            "// luminal: packages = gmodule-2.0 >= 2.74\n"
                            BUILD_HEAD "#include <gmodule.h>\nint f (void);\n"
                            "int f (void) { return g_module_supported (); }\n" BUILD_PHOTON ("X"));
  build_assert_built (good, FALSE);
  g_assert_true (build_module_has (good, "libgmodule-2.0.so"));

  bad = build_place_build (place, builder, "photons/x.c",
                           "\n// luminal: packages = no-such-package\n" BUILD_HEAD BUILD_PHOTON ("X"));
  build_assert_failed (bad, "no-such-package");
  error = g_list_model_get_item (luminal_build_result_get_diagnostics (bad), 0);
  g_assert_cmpuint (luminal_diagnostic_get_line (error), ==, 2);

  wrong = build_place_build (place, builder, "photons/x.c",
                             "/* luminal: sources = none.c */\n" BUILD_HEAD BUILD_PHOTON ("X"));
  build_assert_failed (wrong, "in line 1 is not in order");
  said = build_describe (luminal_build_result_get_diagnostics (wrong));
  g_assert_true (g_str_has_prefix (said, "error 1 “none.c”"));
}

/* A warning of what is declared goes with what the compiler says. */
static void
test_late_declaration (BuildPlace   *place,
                       gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, "cc");

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (LuminalBuildResult) result = NULL;
      g_autofree char *said = NULL;

      result = build_place_build (place, builder, "photons/x.c",
                                  BUILD_HEAD "/* luminal: packages = x */\n" BUILD_PHOTON ("X"));
      build_assert_built (result, i > 0);
      said = build_describe (luminal_build_result_get_diagnostics (result));
      g_assert_true (g_str_has_prefix (said, "warning 2 this comes after code"));
    }
}

static void
test_circular_include (BuildPlace   *place,
                       gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, "cc");
  g_autofree char *header = build_place_put (place, "photons/a.h", "#include \"b.h\"\n");
  g_autofree char *other = build_place_put (place, "photons/b.h", "#include \"a.h\"\n");
  g_autoptr (LuminalBuildResult) of_headers = NULL;
  g_autoptr (LuminalBuildResult) of_itself = NULL;

  of_headers = build_place_build (place, builder, "photons/x.c", "#include \"a.h\"\n");
  build_assert_failed (of_headers, "nested");
  g_assert_true (build_depends_on (of_headers, header));
  of_itself = build_place_build (place, builder, "photons/x.c", "#include \"x.c\"\n");
  build_assert_failed (of_itself, "nested");
}

/* The compiler stops where nothing is kept any more. */
static void
test_many_errors (BuildPlace   *place,
                  gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = NULL;
  g_autoptr (GString) source = g_string_new (NULL);
  g_autoptr (LuminalBuildResult) result = NULL;
  g_autoptr (LuminalDiagnostic) last = NULL;
  GListModel *diagnostics;

  if (!system_has_program ("gcc"))
    return;

  builder = build_place_builder (place, "gcc");
  for (guint i = 0; i < 300; i++)
    g_string_append_printf (source, "int x%u = y%u;\n", i, i);
  result = build_place_build (place, builder, "photons/x.c", source->str);
  build_assert_failed (result, "there are 100 or more errors, the first in line 1: ");
  diagnostics = luminal_build_result_get_diagnostics (result);
  g_assert_cmpuint (g_list_model_get_n_items (diagnostics), ==, 100);
  last = g_list_model_get_item (diagnostics, 99);
  g_assert_cmpuint (luminal_diagnostic_get_line (last), ==, 100);
  g_assert_nonnull (strstr (luminal_diagnostic_get_rendering (last), "-fmax-errors=100"));
}

#define ADD(path, function) \
  g_test_add (path, BuildPlace, NULL, build_place_set_up, function, build_place_tear_down)
#define ADD_WITH(compiler) \
  g_test_add ("/builder-diagnostics/" compiler, BuildPlace, compiler, build_place_set_up, test_diagnostics, \
              build_place_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_WITH ("cc");
  ADD_WITH ("gcc");
  ADD_WITH ("clang");
  ADD ("/builder-diagnostics/many-errors", test_many_errors);
  ADD ("/builder-diagnostics/undeclared-function", test_undeclared_function);
  ADD ("/builder-diagnostics/undefined", test_undefined);
  ADD ("/builder-diagnostics/packages", test_packages);
  ADD ("/builder-diagnostics/late-declaration", test_late_declaration);
  ADD ("/builder-diagnostics/circular-include", test_circular_include);

  return g_test_run ();
}
