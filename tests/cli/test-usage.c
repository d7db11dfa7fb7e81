/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-test.h"

/* What is asked for is said on the standard output, and nothing else is. */
static void
assert_said (CtlRun     *run,
             const char *text)
{
  g_assert_cmpint (run->status, ==, 0);
  g_assert_nonnull (strstr (run->output, text));
  g_assert_cmpstr (run->errors, ==, "");
}

/* A mistake is explained on the standard error, with the way to the help. */
static void
assert_refused (CtlRun     *run,
                const char *cause,
                const char *hint)
{
  if (run->status != 2)
    g_error ("Not refused for “%s”: %d %s", cause, run->status, run->errors);
  g_assert_cmpstr (run->output, ==, "");
  g_assert_true (g_str_has_prefix (run->errors, "luminalctl: "));
  if (strstr (run->errors, cause) == NULL)
    g_error ("“%s” is not in: %s", cause, run->errors);
  if (strstr (run->errors, hint) == NULL)
    g_error ("“%s” is not in: %s", hint, run->errors);
}

static void
test_version (void)
{
  g_autoptr (CtlRun) run = ctl_run ("--version", NULL);
  g_autoptr (CtlRun) of_command = ctl_run ("watch", "--version", NULL);

  assert_said (run, "luminalctl " PACKAGE_VERSION "\n");
  assert_said (of_command, "luminalctl " PACKAGE_VERSION "\n");
}

static void
test_help (void)
{
  g_autoptr (CtlRun) run = ctl_run ("--help", NULL);
  const char *commands[] = {
    "watch DIR", "load PATH…", "inspect PATH…", "new NAME", "build FILE.c",
  };

  assert_said (run, "Usage:\n  luminalctl ");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_assert_nonnull (strstr (run->output, commands[i]));
}

static void
test_help_of_commands (void)
{
  static const struct
  {
    const char *command;
    const char *usage;
    const char *options[4];
  } cases[] = {
    { "watch", "luminalctl watch [OPTION…] DIR",
      { "--json", "--recursive", "--in-process", "--timeout=SECONDS" } },
    { "load", "luminalctl load [OPTION…] PATH…",
      { "--json", "--recursive", "--in-process", "--timeout=SECONDS" } },
    { "inspect", "luminalctl inspect [OPTION…] PATH…", { "--json", "--recursive" } },
    { "new", "luminalctl new [OPTION…] NAME", { "--json" } },
    { "build", "luminalctl build [OPTION…] FILE.c", { "--json" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CtlRun) run = ctl_run (cases[i].command, "--help", NULL);

      assert_said (run, cases[i].usage);
      for (guint j = 0; j < G_N_ELEMENTS (cases[i].options); j++)
        {
          if (cases[i].options[j] != NULL)
            g_assert_nonnull (strstr (run->output, cases[i].options[j]));
        }
    }
}

static void
test_mistakes (void)
{
  static const struct
  {
    const char *arguments[5];
    const char *cause;
    const char *hint;
  } cases[] = {
    { { NULL }, "a command is needed", "luminalctl --help" },
    { { "wach", "." }, "wach", "luminalctl --help" },
    { { "" }, "no command", "luminalctl --help" },
    { { "--unheard" }, "--unheard", "luminalctl --help" },
    { { "--json" }, "--json", "luminalctl --help" },
    { { "--json", "watch", ".", "--unheard" }, "--unheard", "luminalctl watch --help" },
    { { "watch" }, "needs a path", "luminalctl watch --help" },
    { { "watch", "a", "b" }, "one path only", "luminalctl watch --help" },
    { { "watch", "" }, "empty path", "luminalctl watch --help" },
    { { "watch", "--unheard", "." }, "--unheard", "luminalctl watch --help" },
    { { "watch", "--timeout", "soon", "." }, "soon", "luminalctl watch --help" },
    { { "watch", "--timeout", "5s", "." }, "5s", "luminalctl watch --help" },
    { { "watch", "--timeout", "0", "." }, "0", "luminalctl watch --help" },
    { { "watch", "--timeout", "-1", "." }, "-1", "luminalctl watch --help" },
    { { "watch", "--timeout", "nan", "." }, "nan", "luminalctl watch --help" },
    { { "watch", "--timeout", "inf", "." }, "inf", "luminalctl watch --help" },
    { { "watch", "--timeout", "1e99", "." }, "1e99", "luminalctl watch --help" },
    { { "watch", "--timeout=", "." }, "number of seconds", "luminalctl watch --help" },
    { { "watch", ".", "--timeout" }, "--timeout", "luminalctl watch --help" },
    { { "load" }, "needs a path", "luminalctl load --help" },
    { { "load", "--unheard", "x.so" }, "--unheard", "luminalctl load --help" },
    { { "load", "x.so", "" }, "empty path", "luminalctl load --help" },
    { { "inspect" }, "needs a path", "luminalctl inspect --help" },
    { { "inspect", "--timeout", "1", "x.so" }, "--timeout", "luminalctl inspect --help" },
    { { "new" }, "needs a name", "luminalctl new --help" },
    { { "new", "a", "b" }, "one name only", "luminalctl new --help" },
    { { "new", "--recursive", "a" }, "--recursive", "luminalctl new --help" },
    { { "build" }, "needs a path", "luminalctl build --help" },
    { { "build", "a.c", "b.c" }, "one path only", "luminalctl build --help" },
    { { "build", "--in-process", "a.c" }, "--in-process", "luminalctl build --help" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const *a = cases[i].arguments;
      g_autoptr (CtlRun) run = ctl_run (a[0], a[1], a[2], a[3], NULL);

      assert_refused (run, cases[i].cause, cases[i].hint);
    }
}

static void
test_good_options (CtlFolder    *folder,
                   gconstpointer unused)
{
  g_autofree char *simple = ctl_fixture ("simple_v1");
  g_autoptr (CtlRun) run = ctl_run ("load", "--in-process", "--timeout", "0.5", "--recursive",
                                    "--", simple, NULL);

  g_assert_cmpint (run->status, ==, 0);
  g_assert_cmpstr (run->errors, ==, "");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cli/usage/version", test_version);
  g_test_add_func ("/cli/usage/help", test_help);
  g_test_add_func ("/cli/usage/help-of-commands", test_help_of_commands);
  g_test_add_func ("/cli/usage/mistakes", test_mistakes);
  CTL_ADD_TEST ("/cli/usage/good-options", test_good_options);

  return g_test_run ();
}
