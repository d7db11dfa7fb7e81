/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What compilers print, as data. The outputs are those of gcc 12, clang 14 and GNU ld 2.40. */

#include <string.h>

#include "luminal-diagnostics-parser.h"

static GPtrArray *
parse_in_blocks (const char *output,
                 gsize       block,
                 const char *copies)
{
  g_autoptr (LuminalDiagnosticsParser) parser = luminal_diagnostics_parser_new (copies);
  gsize length = strlen (output);

  for (gsize i = 0; i < length; i += block)
    luminal_diagnostics_parser_feed (parser, output + i, MIN (block, length - i));

  return luminal_diagnostics_parser_finish (parser);
}

static void
describe (GString           *text,
          LuminalDiagnostic *diagnostic,
          const char        *indent)
{
  GListModel *children = luminal_diagnostic_get_children (diagnostic);
  const char *file = luminal_diagnostic_get_file (diagnostic);
  const char *option = luminal_diagnostic_get_option (diagnostic);

  g_string_append_printf (text, "%s%s %s:%u:%u %s", indent,
                          luminal_severity_to_string (luminal_diagnostic_get_severity (diagnostic)),
                          file != NULL ? file : "-", luminal_diagnostic_get_line (diagnostic),
                          luminal_diagnostic_get_column (diagnostic),
                          luminal_diagnostic_get_text (diagnostic));
  if (option != NULL)
    g_string_append_printf (text, " {%s}", option);
  g_string_append_c (text, '\n');
  for (guint i = 0; i < g_list_model_get_n_items (children); i++)
    {
      g_autoptr (LuminalDiagnostic) child = g_list_model_get_item (children, i);

      describe (text, child, "  ");
    }
}

static void
render (GString           *text,
        LuminalDiagnostic *diagnostic)
{
  GListModel *children = luminal_diagnostic_get_children (diagnostic);

  g_string_append_printf (text, "%s\n", luminal_diagnostic_get_rendering (diagnostic));
  for (guint i = 0; i < g_list_model_get_n_items (children); i++)
    {
      g_autoptr (LuminalDiagnostic) child = g_list_model_get_item (children, i);

      render (text, child);
    }
}

/* @rendered: (nullable): all that is shown; by default @output */
static void
expect (const char *output,
        const char *expected,
        const char *rendered)
{
  const gsize blocks[] = { 1, 7, 100000 };

  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      g_autoptr (GPtrArray) diagnostics = parse_in_blocks (output, blocks[i], NULL);
      g_autoptr (GString) described = g_string_new (NULL);
      g_autoptr (GString) all = g_string_new (NULL);

      for (guint j = 0; j < diagnostics->len; j++)
        {
          describe (described, diagnostics->pdata[j], "");
          render (all, diagnostics->pdata[j]);
        }
      g_assert_cmpstr (described->str, ==, expected);
      g_assert_cmpstr (all->str, ==, rendered != NULL ? rendered : output);
    }
}

static void
test_gcc (void)
{
  expect ("In file included from /p/x.h:1,\n"
          "                 from /p/x.c:1:\n"
          "/p/../common.h: In function ‘com’:\n"
          "/p/../common.h:2:34: warning: unused variable ‘unused_h’ [-Wunused-variable]\n"
          "    2 | static inline int com(void){ int unused_h; return 1; }\n"
          "      |                                  ^~~~~~~~\n"
          "/p/x.c: In function ‘foo’:\n"
          "/p/x.c:4:32: error: ‘undecl’ undeclared (first use in this function)\n"
          "    4 | int foo(int a) { int b; return undecl + 1 }\n"
          "      |                                ^~~~~~\n"
          "/p/x.c:4:32: note: each undeclared identifier is reported only once for each function it "
          "appears in\n"
          "/p/x.c:4:42: error: expected ‘;’ before ‘}’ token\n"
          "    4 | int foo(int a) { int b; return undecl + 1 }\n"
          "      |                                          ^~\n"
          "      |                                          ;\n",
          "warning /p/../common.h:2:34 unused variable ‘unused_h’ {-Wunused-variable}\n"
          "error /p/x.c:4:32 ‘undecl’ undeclared (first use in this function)\n"
          "  note /p/x.c:4:32 each undeclared identifier is reported only once for each function it "
          "appears in\n"
          "error /p/x.c:4:42 expected ‘;’ before ‘}’ token\n",
          NULL);
}

static void
test_gcc_hints (void)
{
  expect ("fix.c: In function ‘main’:\n"
          "fix.c:6:5: error: ‘struct point’ has no member named ‘xpso’; did you mean ‘xpos’?\n"
          "    6 |   p.xpso = 1;\n"
          "      |     ^~~~\n"
          "      |     xpos\n"
          "fix.c:7:29: warning: format ‘%d’ expects argument of type ‘int’, but argument 2 has type "
          "‘char *’ [-Wformat=]\n"
          "    7 |   printf (\"x.c:3:4: error: %d\\n\", \"s\");\n"
          "      |                            ~^     ~~~\n"
          "      |                             |     |\n"
          "      |                             int   char *\n"
          "      |                            %s\n"
          "fix.c:3:29: error: ‘nosuch’ undeclared (first use in this function)\n"
          "    3 | #define TWICE(a) ((a) * 2 + nosuch)\n"
          "      |                             ^~~~~~\n"
          "fix.c:8:11: note: in expansion of macro ‘TWICE’\n"
          "    8 |   int q = TWICE (p.xpos)\n"
          "      |           ^~~~~\n"
          "fix.c:3:29: note: each undeclared identifier is reported only once\n"
          "    3 | #define TWICE(a) ((a) * 2 + nosuch)\n"
          "      |                             ^~~~~~\n",
          "error fix.c:6:5 ‘struct point’ has no member named ‘xpso’; did you mean ‘xpos’?\n"
          "warning fix.c:7:29 format ‘%d’ expects argument of type ‘int’, but argument 2 has type "
          "‘char *’ {-Wformat=}\n"
          "error fix.c:3:29 ‘nosuch’ undeclared (first use in this function)\n"
          "  note fix.c:8:11 in expansion of macro ‘TWICE’\n"
          "  note fix.c:3:29 each undeclared identifier is reported only once\n",
          NULL);
}

static void
test_gcc_fatal (void)
{
  expect ("m1.c:1:10: fatal error: nope.h: No such file or directory\n"
          "    1 | #include \"nope.h\"\n"
          "      |          ^~~~~~~~\n"
          "compilation terminated.\n",
          "fatal m1.c:1:10 nope.h: No such file or directory\n", NULL);
  expect ("cc1: fatal error: nofile.c: No such file or directory\n"
          "compilation terminated.\n",
          "fatal -:0:0 nofile.c: No such file or directory\n", NULL);
  expect ("gcc: error: unrecognized command-line option ‘-fnosuch’\n",
          "error -:0:0 unrecognized command-line option ‘-fnosuch’\n", NULL);
  expect ("gcc: internal compiler error: Segmentation fault signal terminated program cc1\n"
          "Please submit a full bug report, with preprocessed source (by using -freport-bug).\n",
          "fatal -:0:0 Segmentation fault signal terminated program cc1\n", NULL);
}

static void
test_gcc_werror (void)
{
  expect ("<stdin>:1:12: error: ‘z’ defined but not used [-Werror=unused-variable]\n"
          "cc1: all warnings being treated as errors\n",
          "error <stdin>:1:12 ‘z’ defined but not used {-Werror=unused-variable}\n", NULL);
}

static void
test_clang (void)
{
  expect ("In file included from /p/x.c:1:\n"
          "In file included from /p/x.h:1:\n"
          "/p/../common.h:2:34: warning: unused variable 'unused_h' [-Wunused-variable]\n"
          "static inline int com(void){ int unused_h; return 1; }\n"
          "                                 ^\n"
          "/p/x.c:4:42: error: expected ';' after return statement\n"
          "int foo(int a) { int b; return undecl + 1 }\n"
          "                                         ^\n"
          "                                         ;\n"
          "/p/x.c:4:32: warning: variable 'b' is uninitialized when used here [-Wuninitialized]\n"
          "int foo(int a) { int b; return b; }\n"
          "                               ^\n"
          "/p/x.c:4:23: note: initialize the variable 'b' to silence this warning\n"
          "int foo(int a) { int b; return b; }\n"
          "                      ^\n"
          "                       = 0\n"
          "2 warnings and 1 error generated.\n",
          "warning /p/../common.h:2:34 unused variable 'unused_h' {-Wunused-variable}\n"
          "error /p/x.c:4:42 expected ';' after return statement\n"
          "warning /p/x.c:4:32 variable 'b' is uninitialized when used here {-Wuninitialized}\n"
          "  note /p/x.c:4:23 initialize the variable 'b' to silence this warning\n",
          "In file included from /p/x.c:1:\n"
          "In file included from /p/x.h:1:\n"
          "/p/../common.h:2:34: warning: unused variable 'unused_h' [-Wunused-variable]\n"
          "static inline int com(void){ int unused_h; return 1; }\n"
          "                                 ^\n"
          "/p/x.c:4:42: error: expected ';' after return statement\n"
          "int foo(int a) { int b; return undecl + 1 }\n"
          "                                         ^\n"
          "                                         ;\n"
          "/p/x.c:4:32: warning: variable 'b' is uninitialized when used here [-Wuninitialized]\n"
          "int foo(int a) { int b; return b; }\n"
          "                               ^\n"
          "/p/x.c:4:23: note: initialize the variable 'b' to silence this warning\n"
          "int foo(int a) { int b; return b; }\n"
          "                      ^\n"
          "                       = 0\n");
}

/* clang quotes the source without a sign in front. */
static void
test_clang_quotes_what_looks_like_an_error (void)
{
  expect ("In file included from /p/x.c:1:\n"
          "x.c:7:35: warning: format specifies type 'int' [-Wformat]\n"
          "y.c:3:4: error: this is in a string\n"
          "                           ~~     ^~~\n"
          "                           %s\n"
          "x.c:8:11: error: use of undeclared identifier 'nosuch'\n",
          "warning x.c:7:35 format specifies type 'int' {-Wformat}\n"
          "error x.c:8:11 use of undeclared identifier 'nosuch'\n",
          NULL);
  /* Without the marks it is one. */
  expect ("x.c:7:35: warning: one\n"
          "x.c:8:1: error: two\n"
          "x.c:9:1: error: three\n",
          "warning x.c:7:35 one\n"
          "error x.c:8:1 two\n"
          "error x.c:9:1 three\n",
          NULL);
}

static void
test_clang_fatal (void)
{
  expect ("m1.c:1:10: fatal error: 'nope.h' file not found\n"
          "#include \"nope.h\"\n"
          "         ^~~~~~~~\n",
          "fatal m1.c:1:10 'nope.h' file not found\n", NULL);
  expect ("clang: error: unknown argument: '-fnosuch'\n",
          "error -:0:0 unknown argument: '-fnosuch'\n", NULL);
}

static void
test_assembler (void)
{
  expect ("asm.c: Assembler messages:\n"
          "asm.c:1: Error: no such instruction: `bogus %eax'\n",
          "error asm.c:1:0 no such instruction: `bogus %eax'\n", NULL);
  expect ("asm.c:1:19: error: invalid instruction mnemonic 'bogus'\n"
          "int f(void){ asm (\"bogus %eax\"); return 0; }\n"
          "                  ^\n"
          "<inline asm>:1:2: note: instantiated into assembly here\n"
          "        bogus %eax\n"
          "        ^~~~~\n",
          "error asm.c:1:19 invalid instruction mnemonic 'bogus'\n"
          "  note <inline asm>:1:2 instantiated into assembly here\n", NULL);
}

static void
test_linker (void)
{
  expect ("/usr/bin/ld: /tmp/cc8IKoua.o: in function `foo':\n"
          "/tmp/ev/u.c:2: undefined reference to `bar'\n"
          "collect2: error: ld returned 1 exit status\n",
          "error /tmp/ev/u.c:2:0 undefined reference to `bar'\n", NULL);
  expect ("/usr/bin/ld: /tmp/u-399848.o: in function `foo':\n"
          "u.c:(.text+0xf): undefined reference to `bar'\n"
          "clang: error: linker command failed with exit code 1 (use -v to see invocation)\n",
          "error u.c:0:0 undefined reference to `bar'\n", NULL);
  expect ("/usr/bin/ld: /tmp/cctx5Bt6.o:/tmp/ev/u2.c:1: multiple definition of `dup'; "
          "/tmp/ccD0osfp.o:/tmp/ev/u.c:3: first defined here\n"
          "/usr/bin/ld: cannot find -lnosuch: No such file or directory\n"
          "collect2: error: ld returned 1 exit status\n",
          "error /tmp/ev/u2.c:1:0 multiple definition of `dup'; /tmp/ccD0osfp.o:/tmp/ev/u.c:3: "
          "first defined here\n"
          "error -:0:0 cannot find -lnosuch: No such file or directory\n", NULL);
  expect ("/usr/bin/ld: warning: x.o: missing .note.GNU-stack section implies executable stack\n",
          "warning -:0:0 x.o: missing .note.GNU-stack section implies executable stack\n", NULL);
  expect ("ld.lld: error: undefined symbol: bar\n"
          ">>> referenced by u.c:2 (/p/u.c:2)\n",
          "error -:0:0 undefined symbol: bar\n", NULL);
}

static void
test_not_understood (void)
{
  expect ("Segmentation fault\n"
          "Stack dump:\n"
          "0.\tProgram arguments\n",
          "note -:0:0 Segmentation fault\n", NULL);
  expect ("what: ever\nx.c:1:2: error: e\nwho knows\n",
          "note -:0:0 what: ever\nerror x.c:1:2 e\n", NULL);
  /* What announces something that never comes. */
  expect ("In file included from a.c:1:\n", "note -:0:0 In file included from a.c:1:\n", NULL);
  expect ("x.c:1:2: error: the last line has no end", "error x.c:1:2 the last line has no end\n",
          "x.c:1:2: error: the last line has no end\n");
  expect ("x.c:1:2: error: from\r\n", "error x.c:1:2 from\n", "x.c:1:2: error: from\n");
  expect ("", "", NULL);
}

static void
test_names (void)
{
  expect ("/a b/$(x): y;.c:3:4: error: odd\n", "error /a b/$(x): y;.c:3:4 odd\n", NULL);
  expect ("/p/12:13.c:3:4: error: numbers\n", "error /p/12:13.c:3:4 numbers\n", NULL);
  expect ("x.c:99999999999:4: error: huge\n", "error x.c:99999999999:4:0 huge\n", NULL);
}

static void
test_bytes (void)
{
  g_autoptr (LuminalDiagnosticsParser) parser = luminal_diagnostics_parser_new (NULL);
  g_autoptr (GPtrArray) diagnostics = NULL;
  const char output[] = "/p/\xff.c:1:2: error: \xfe\0x\n";

  luminal_diagnostics_parser_feed (parser, output, sizeof output - 1);
  diagnostics = luminal_diagnostics_parser_finish (parser);

  g_assert_cmpuint (diagnostics->len, ==, 1);
  /* A path is what it is, and texts are UTF-8. */
  g_assert_cmpstr (luminal_diagnostic_get_file (diagnostics->pdata[0]), ==, "/p/\xff.c");
  g_assert_cmpstr (luminal_diagnostic_get_text (diagnostics->pdata[0]), ==, "\xef\xbf\xbd?x");
  g_assert_true (g_utf8_validate (luminal_diagnostic_get_rendering (diagnostics->pdata[0]), -1,
                                  NULL));
}

static void
test_copies (void)
{
  g_autoptr (GPtrArray) diagnostics = NULL;

  diagnostics = parse_in_blocks ("In file included from /c/tmp-1/s/p/x.c:1:\n"
                                 "/c/tmp-1/s/p/x.c:1:2: error: e\n", 5, "/c/tmp-1/s");
  g_assert_cmpuint (diagnostics->len, ==, 1);
  g_assert_cmpstr (luminal_diagnostic_get_file (diagnostics->pdata[0]), ==, "/p/x.c");
  g_assert_cmpstr (luminal_diagnostic_get_rendering (diagnostics->pdata[0]), ==,
                   "In file included from /p/x.c:1:\n/p/x.c:1:2: error: e");
}

static void
test_floods (void)
{
  g_autoptr (GString) output = g_string_new (NULL);
  g_autoptr (GPtrArray) diagnostics = NULL;
  guint n_errors = 0;

  for (guint i = 1; i <= 150; i++)
    g_string_append_printf (output, "x.c:%u:1: warning: w [-Wall]\n", i);
  for (guint i = 1; i <= 30; i++)
    g_string_append_printf (output, "x.c:%u:1: error: e\nx.c:1:1: note: n\n", 1000 + i);
  diagnostics = parse_in_blocks (output->str, 1000, NULL);

  /* All errors, the first warnings, and how many more. */
  g_assert_cmpuint (diagnostics->len, ==, LUMINAL_DIAGNOSTICS_MAX + 1);
  for (guint i = 0; i < LUMINAL_DIAGNOSTICS_MAX; i++)
    n_errors += luminal_diagnostic_get_severity (diagnostics->pdata[i]) == LUMINAL_SEVERITY_ERROR;
  g_assert_cmpuint (n_errors, ==, 30);
  g_assert_cmpuint (luminal_diagnostic_get_line (diagnostics->pdata[69]), ==, 70);
  g_assert_cmpuint (luminal_diagnostic_get_line (diagnostics->pdata[70]), ==, 1001);
  g_assert_cmpstr (luminal_diagnostic_get_text (diagnostics->pdata[100]), ==,
                   "80 more warnings not shown");
}

static void
test_flood_of_errors (void)
{
  g_autoptr (GString) output = g_string_new (NULL);
  g_autoptr (GPtrArray) diagnostics = NULL;
  GListModel *children;

  for (guint i = 1; i <= 10000; i++)
    g_string_append_printf (output, "x.c:%u:1: error: e\n", i);
  g_string_append (output, "x.c:1:1: warning: w\n");
  diagnostics = parse_in_blocks (output->str, 4096, NULL);
  g_assert_cmpuint (diagnostics->len, ==, LUMINAL_DIAGNOSTICS_MAX + 1);
  g_assert_cmpstr (luminal_diagnostic_get_text (diagnostics->pdata[100]), ==,
                   "9900 more errors, 1 more warning not shown");
  g_clear_pointer (&diagnostics, g_ptr_array_unref);

  /* Of one error. */
  g_string_assign (output, "x.c:1:1: error: e\n");
  for (guint i = 1; i <= 1000; i++)
    g_string_append_printf (output, "x.c:%u:1: note: n\n", i);
  diagnostics = parse_in_blocks (output->str, 4096, NULL);
  g_assert_cmpuint (diagnostics->len, ==, 1);
  children = luminal_diagnostic_get_children (diagnostics->pdata[0]);
  g_assert_cmpuint (g_list_model_get_n_items (children), <=, 64);
  g_clear_pointer (&diagnostics, g_ptr_array_unref);

  /* Of one line, and of lines that mean nothing. */
  g_string_assign (output, "x.c:1:1: error: ");
  for (guint i = 0; i < 100000; i++)
    g_string_append (output, "0123456789");
  for (guint i = 0; i < 100000; i++)
    g_string_append (output, "\n  0123456789");
  diagnostics = parse_in_blocks (output->str, 65536, NULL);
  g_assert_cmpuint (diagnostics->len, ==, 1);
  g_assert_cmpuint (strlen (luminal_diagnostic_get_rendering (diagnostics->pdata[0])), <=, 65536);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/diagnostics-parser/gcc", test_gcc);
  g_test_add_func ("/diagnostics-parser/gcc-hints", test_gcc_hints);
  g_test_add_func ("/diagnostics-parser/gcc-fatal", test_gcc_fatal);
  g_test_add_func ("/diagnostics-parser/gcc-werror", test_gcc_werror);
  g_test_add_func ("/diagnostics-parser/clang", test_clang);
  g_test_add_func ("/diagnostics-parser/clang-quotes-what-looks-like-an-error",
                   test_clang_quotes_what_looks_like_an_error);
  g_test_add_func ("/diagnostics-parser/clang-fatal", test_clang_fatal);
  g_test_add_func ("/diagnostics-parser/assembler", test_assembler);
  g_test_add_func ("/diagnostics-parser/linker", test_linker);
  g_test_add_func ("/diagnostics-parser/not-understood", test_not_understood);
  g_test_add_func ("/diagnostics-parser/names", test_names);
  g_test_add_func ("/diagnostics-parser/bytes", test_bytes);
  g_test_add_func ("/diagnostics-parser/copies", test_copies);
  g_test_add_func ("/diagnostics-parser/floods", test_floods);
  g_test_add_func ("/diagnostics-parser/flood-of-errors", test_flood_of_errors);

  return g_test_run ();
}
