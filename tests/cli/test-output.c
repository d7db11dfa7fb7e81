/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* What people see, and where it goes. */

static void
test_text (void)
{
  g_autofree char *good = ctl_fixture ("simple_v1");
  g_autofree char *bad = ctl_fixture ("start_fails");
  g_autoptr (CtlRun) run = ctl_run ("load", good, bad, NULL);
  g_autoptr (CtlRun) failed = ctl_run ("load", bad, NULL);

  g_assert_true (g_regex_match_simple ("^\\d\\d:\\d\\d:\\d\\d ✓ Simple +started in ", run->output,
                                       G_REGEX_MULTILINE, 0));
  g_assert_true (g_regex_match_simple ("^\\d\\d:\\d\\d:\\d\\d   Simple +│ simple v1$", run->output,
                                       G_REGEX_MULTILINE, 0));
  g_assert_null (strchr (run->output, '\033'));

  g_assert_cmpint (failed->status, ==, 1);
  g_assert_true (g_regex_match_simple ("^\\d\\d:\\d\\d:\\d\\d ✗ Simple +failed: .*no luck today"
                                       ".* Nothing of it runs\\.$",
                                       failed->output, G_REGEX_MULTILINE, 0));
}

static void
test_what_still_runs (CtlFolder    *folder,
                      gconstpointer unused)
{
  g_autoptr (CtlSession) session = NULL;

  ctl_put_in_place (folder, "a.so", "simple_v1");
  session = ctl_session_new ("watch", folder->path, NULL);
  ctl_session_wait_text (session, "watching ");
  ctl_put_by_rename (folder, "a.so", "start_fails");
  ctl_session_wait_text (session, "Generation 1 was started again and runs.");
  g_assert_cmpint (ctl_session_end (session, SIGTERM), ==, 0);
}

static void
test_odd_bytes (void)
{
  g_autofree char *path = ctl_fixture ("odd_bytes");
  g_autoptr (CtlRun) run = ctl_run ("load", path, NULL);
  g_autoptr (CtlRun) inspected = ctl_run ("inspect", path, NULL);

  g_assert_true (g_utf8_validate (run->output, -1, NULL));
  g_assert_null (strchr (run->output, '\033'));
  g_assert_null (strchr (run->output, '\a'));
  g_assert_null (strchr (run->output, '\t'));
  g_assert_nonnull (strstr (run->output, "Odd\\tname"));
  g_assert_nonnull (strstr (run->output, "red \\x1b[31m bell \\x07 bad \357\277\275 utf-8 é"));
  g_assert_nonnull (strstr (run->output, "│ two\n"));
  g_assert_nonnull (strstr (run->output, "│ lines\n"));

  g_assert_null (strchr (inspected->output, '\033'));
  g_assert_nonnull (strstr (inspected->output, "<b>&amp; \\x1b[1mbold</b>"));
}

static void
test_without_utf8 (void)
{
  g_autofree char *path = ctl_fixture ("simple_v1");
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  const char *const arguments[] = { g_getenv ("LUMINAL_TEST_CTL"), "load", path, NULL };
  g_autoptr (CtlRun) run = NULL;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                        | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C", TRUE);
  run = ctl_run_with (launcher, arguments);

  g_assert_cmpint (run->status, ==, 0);
  g_assert_true (g_str_is_ascii (run->output));
  g_assert_nonnull (strstr (run->output, " + Simple"));
  g_assert_nonnull (strstr (run->output, " | simple v1"));
}

/* Runs with a terminal as its standard output, and returns what that showed. */
static char *
run_on_terminal (const char *no_color)
{
  g_autofree char *path = ctl_fixture ("simple_v1");
  const char *const arguments[] = { g_getenv ("LUMINAL_TEST_CTL"), "load", path, NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (CtlRun) run = NULL;
  g_autoptr (GString) shown = g_string_new (NULL);
  int terminal = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  int other_end;
  char buffer[4096];
  gssize size;

  g_assert_cmpint (terminal, >=, 0);
  g_assert_cmpint (grantpt (terminal), ==, 0);
  g_assert_cmpint (unlockpt (terminal), ==, 0);
  other_end = open (ptsname (terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (other_end, >=, 0);

  g_subprocess_launcher_setenv (launcher, "TERM", "xterm", TRUE);
  if (no_color != NULL)
    g_subprocess_launcher_setenv (launcher, "NO_COLOR", no_color, TRUE);
  else
    g_subprocess_launcher_unsetenv (launcher, "NO_COLOR");
  g_subprocess_launcher_take_stdout_fd (launcher, other_end);
  run = ctl_run_with (launcher, arguments);
  g_assert_cmpint (run->status, ==, 0);

  /* The terminal ends when nobody has its other end open any more. */
  g_clear_object (&launcher);
  while ((size = read (terminal, buffer, sizeof buffer)) > 0)
    g_string_append_len (shown, buffer, size);
  close (terminal);

  return g_string_free (g_steal_pointer (&shown), FALSE);
}

static void
test_colours (void)
{
  g_autofree char *coloured = run_on_terminal (NULL);
  g_autofree char *empty = run_on_terminal ("");
  g_autofree char *plain = run_on_terminal ("1");

  g_assert_nonnull (strstr (coloured, "\033[32m✓\033[0m"));
  g_assert_nonnull (strstr (empty, "\033[32m✓\033[0m"));
  g_assert_nonnull (strstr (plain, "✓ Simple"));
  g_assert_null (strchr (plain, '\033'));
}

static CtlRun *
run_in_shell (const char *redirection)
{
  g_autofree char *path = ctl_fixture ("raw_output");
  g_autofree char *command = g_strconcat ("exec \"$0\" load --json \"$1\" ", redirection, NULL);
  const char *const arguments[] = {
    "/bin/sh", "-c", command, g_getenv ("LUMINAL_TEST_CTL"), path, NULL
  };
  g_autoptr (GSubprocessLauncher) launcher = NULL;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                        | G_SUBPROCESS_FLAGS_STDERR_PIPE);

  return ctl_run_with (launcher, arguments);
}

/* Not even a file that is opened later may become the standard output. */
static void
test_closed_from_the_start (void)
{
  static const char *const redirections[] = { ">&-", "<&-", "<&- >&-", "<&- >&- 2>&-" };

  for (guint i = 0; i < G_N_ELEMENTS (redirections); i++)
    {
      g_autoptr (CtlRun) run = run_in_shell (redirections[i]);

      g_assert_cmpint (run->status, ==, 0);
    }
}

/* A report that got lost is not all well. */
static void
test_no_room (void)
{
  g_autoptr (CtlRun) run = run_in_shell (">/dev/full");

  g_assert_cmpint (run->status, ==, 1);
  g_assert_nonnull (strstr (run->errors, "cannot write the output"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cli/output/text", test_text);
  CTL_ADD_TEST ("/cli/output/what-still-runs", test_what_still_runs);
  g_test_add_func ("/cli/output/odd-bytes", test_odd_bytes);
  g_test_add_func ("/cli/output/without-utf8", test_without_utf8);
  g_test_add_func ("/cli/output/colours", test_colours);
  g_test_add_func ("/cli/output/closed-from-the-start", test_closed_from_the_start);
  g_test_add_func ("/cli/output/no-room", test_no_room);

  return g_test_run ();
}
