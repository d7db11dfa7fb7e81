/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a source declares that it needs. */

#include <glib/gstdio.h>
#include <string.h>

#include "build-testing.h"
#include "luminal-source-needs.h"

static char *
describe (GPtrArray *diagnostics)
{
  g_autoptr (GListStore) list = g_list_store_new (LUMINAL_TYPE_DIAGNOSTIC);

  g_list_store_splice (list, 0, 0, diagnostics->pdata, diagnostics->len);

  return build_describe (G_LIST_MODEL (list));
}

/* @expected: the lists, each of words with "|" between
 * @complaints: (nullable): what is wrong */
static void
expect (BuildPlace *place,
        const char *text,
        const char *packages,
        const char *sources,
        const char *defines,
        const char *flags,
        const char *complaints)
{
  g_autofree char *path = g_build_filename (place->photons, "x.c", NULL);
  g_autoptr (GPtrArray) diagnostics = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (LuminalSourceNeeds) needs = NULL;
  g_autofree char *found_packages = NULL;
  g_autofree char *found_sources = NULL;
  g_autofree char *found_defines = NULL;
  g_autofree char *found_flags = NULL;
  g_autofree char *found_complaints = NULL;
  g_autofree char *prefix = g_strconcat (place->photons, "/", NULL);
  g_autoptr (GString) shortened = NULL;

  needs = luminal_source_needs_read (path, text, strlen (text), diagnostics);
  found_packages = g_strjoinv ("|", needs->packages);
  found_sources = g_strjoinv ("|", needs->sources);
  found_defines = g_strjoinv ("|", needs->defines);
  found_flags = g_strjoinv ("|", needs->flags);
  found_complaints = describe (diagnostics);
  shortened = g_string_new (found_sources);
  g_string_replace (shortened, prefix, "", 0);

  g_assert_cmpstr (found_packages, ==, packages);
  g_assert_cmpstr (shortened->str, ==, sources);
  g_assert_cmpstr (found_defines, ==, defines);
  g_assert_cmpstr (found_flags, ==, flags);
  g_assert_cmpstr (found_complaints, ==, complaints != NULL ? complaints : "");
}

static void
put_parts (BuildPlace *place)
{
  static const char *const names[] = { "photons/util.c", "photons/lib/odd name.c" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_free (build_place_put (place, names[i], "int x;\n"));
}

static void
test_all (BuildPlace   *place,
          gconstpointer data)
{
  put_parts (place);
  expect (place,
          "/* A photon.\n"
          " *\n"
          " * luminal: packages = libsoup-3.0 json-glib-1.0 >= 1.6\n"
          " * luminal: sources = util.c \"lib/odd name.c\"\n"
          " */\n"
          "\n"
          "// luminal: defines = A=1 'B=\"b c\"' C\n"
          "//luminal:flags=-Wno-unused\n"
          "/* luminal: flags = -Iinclude -lm */\n"
          "#include <luminal.h>\n",
          "libsoup-3.0|json-glib-1.0|>=|1.6", "util.c|lib/odd name.c", "A=1|B=\"b c\"|C",
          "-Wno-unused|-Iinclude|-lm", NULL);
}

static void
test_none (BuildPlace   *place,
           gconstpointer data)
{
  static const char *const texts[] = {
    "",
    "int x;",
    "/* never closed",
    "/* luminal is nice: packages = x */",
    "/* see luminal: packages = x */\n",
    "/* luminal: packages =\n * luminal: sources =  */\n",
    "\xef\xbb\xbf/* a mark of the byte order */\n",
    "/",
    "/*/ luminal: */",
    "char *s = \"luminal: packages = x\";\n",
    "int luminal;\nint a = luminal ? 1 : 0;\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if (g_str_equal (texts[i], "/*/ luminal: */"))
        expect (place, texts[i], "", "", "", "",
                "error 1 a declaration is “luminal: KEY = WORDS”, with one of the keys packages, "
                "sources, defines and flags\n");
      else
        expect (place, texts[i], "", "", "", "", NULL);
    }
}

static void
test_wrong (BuildPlace   *place,
            gconstpointer data)
{
  static const struct
  {
    const char *text;
    const char *complaint;
  } cases[] = {
    { "/* luminal: package = x */", "error 1 there is no key “package”." },
    { "\n\n// luminal: packages\n", "error 3 a declaration is" },
    { "/*\n * luminal: packages = 'x\n */", "error 2 the words cannot be told apart" },
    { "/* luminal: packages = --libs */", "error 1 “--libs”: this is no name of a pkg-config" },
    { "/* luminal: packages = $(reboot) */", "error 1 “$(reboot)”: this is no name" },
    { "/* luminal: sources = missing.c */", "error 1 “missing.c”: there is no such file" },
    { "/* luminal: sources = ../y.c */", "error 1 “../y.c”: it is outside the folder" },
    { "/* luminal: sources = lib/../../y.c */", "error 1 “lib/../../y.c”: it is outside" },
    { "/* luminal: sources = /etc/y.c */", "error 1 “/etc/y.c”: a further source is named from" },
    { "/* luminal: sources = y.o */", "error 1 “y.o”: a further source is a C file" },
    { "/* luminal: sources = x.c */", "error 1 “x.c”: this is the file itself" },
    { "/* luminal: sources = util.c ./util.c */", "error 1 “./util.c”: it is named already" },
    { "/* luminal: sources = dir.c */", "error 1 “dir.c”: it is no regular file" },
    { "/* luminal: defines = 1X */", "error 1 “1X”: a definition is NAME" },
    { "/* luminal: defines = -DX */", "error 1 “-DX”: a definition is NAME" },
    { "/* luminal: flags = -o /tmp/x */", "error 1 “-o”: this flag cannot be given" },
    { "/* luminal: flags = -save-temps */", "error 1 “-save-temps”: this flag cannot" },
    { "int x;\n/* luminal: packages = x */", "warning 2 this comes after code and is not read" },
    { "#include <a.h>\n\n\n// luminal: packages = x", "warning 4 this comes after code" },
  };
  g_autofree char *folder = build_place_path (place, "photons/dir.c");

  put_parts (place);
  g_assert_no_errno (g_mkdir (folder, 0700));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_build_filename (place->photons, "x.c", NULL);
      g_autoptr (GPtrArray) diagnostics = g_ptr_array_new_with_free_func (g_object_unref);
      g_autoptr (LuminalSourceNeeds) needs = NULL;
      g_autofree char *complaint = NULL;

      needs = luminal_source_needs_read (path, cases[i].text, strlen (cases[i].text), diagnostics);
      complaint = describe (diagnostics);
      if (!g_str_has_prefix (complaint, cases[i].complaint))
        g_error ("“%s”: “%s” instead of “%s”", cases[i].text, complaint, cases[i].complaint);
    }
}

/* As a compiler would print it. */
static void
test_rendering (BuildPlace   *place,
                gconstpointer data)
{
  const char *text = "/* Hello.\n *\tluminal: sources = util.c  ../y.c */\n";
  g_autofree char *path = g_build_filename (place->photons, "x.c", NULL);
  g_autoptr (GPtrArray) diagnostics = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (LuminalSourceNeeds) needs = NULL;
  g_autofree char *expected = NULL;

  put_parts (place);
  needs = luminal_source_needs_read (path, text, strlen (text), diagnostics);
  expected = g_strdup_printf ("%s:2:31: error: “../y.c”: it is outside the folder of this file. "
                              "Move it there\n"
                              "    2 |  *\tluminal: sources = util.c  ../y.c\n"
                              "      |   \t                           ^", path);
  g_assert_cmpuint (diagnostics->len, ==, 1);
  g_assert_cmpstr (luminal_diagnostic_get_rendering (diagnostics->pdata[0]), ==, expected);
  g_assert_cmpuint (luminal_diagnostic_get_column (diagnostics->pdata[0]), ==, 31);
  g_assert_cmpuint (needs->packages_line, ==, 0);
}

static void
test_parts (BuildPlace   *place,
            gconstpointer data)
{
  g_autoptr (GHashTable) parts = NULL;
  g_autofree char *util = build_place_put (place, "photons/util.c", "int x;\n");
  g_autofree char *main = build_place_put (place, "photons/main.c",
                                           "// luminal: sources = util.c lib/deep.c\n");
  g_autofree char *deep = build_place_path (place, "photons/lib/deep.c");
  /* Two that name each other: the first by name is the module. */
  g_autofree char *a = build_place_put (place, "photons/a.c", "// luminal: sources = b.c\n");
  g_autofree char *b = build_place_put (place, "photons/b.c", "// luminal: sources = a.c\n");
  g_autofree char *absent = build_place_path (place, "photons/absent.c");
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();

  g_ptr_array_add (sources, util);
  g_ptr_array_add (sources, main);
  g_ptr_array_add (sources, b);
  g_ptr_array_add (sources, a);
  g_ptr_array_add (sources, absent);
  parts = luminal_source_parts_find (sources);
  g_assert_cmpuint (g_hash_table_size (parts), ==, 3);
  g_assert_cmpstr (g_hash_table_lookup (parts, util), ==, main);
  g_assert_cmpstr (g_hash_table_lookup (parts, deep), ==, main);
  g_assert_cmpstr (g_hash_table_lookup (parts, b), ==, a);
}

#define ADD(path, function) \
  g_test_add (path, BuildPlace, NULL, build_place_set_up, function, build_place_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/source-needs/all", test_all);
  ADD ("/source-needs/none", test_none);
  ADD ("/source-needs/wrong", test_wrong);
  ADD ("/source-needs/rendering", test_rendering);
  ADD ("/source-needs/parts", test_parts);

  return g_test_run ();
}
