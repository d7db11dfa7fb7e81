/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Compiling a photon, told as compilers tell it. */

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/stat.h>

#include "ctl-test.h"

#define GOOD                                                                                       \
  "#include <luminal.h>\n"                                                                         \
  "typedef struct { int unused; } X;\n"                                                            \
  "static gboolean begin (LuminalPhoton *photon, gpointer data, GError **error)\n"                 \
  "{ return TRUE; }\n"                                                                             \
  "LUMINAL_PHOTON (X, begin, NULL)\n"
#define WARNED GOOD "static int unused_one;\n"
#define BAD GOOD "int f (void);\n\tint f (void) { return nosuch; }\n"

static char *
put (CtlFolder  *folder,
     const char *name,
     const char *text)
{
  char *path = ctl_folder_build (folder, name);

  ctl_put_bytes (path, text, strlen (text));

  return path;
}

/* With a cache of its own, and with @compiler in CC. */
static CtlRun *
build_with (CtlFolder  *folder,
            const char *compiler,
            const char *path,
            const char *option)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autofree char *cache = ctl_folder_build (folder, "cache");
  const char *const arguments[] = { g_getenv ("LUMINAL_TEST_CTL"), "build", path, option, NULL };

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                        | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_setenv (launcher, "XDG_CACHE_HOME", cache, TRUE);
  g_subprocess_launcher_setenv (launcher, "CC", compiler, TRUE);

  return ctl_run_with (launcher, arguments);
}

static JsonObject *
only_line (CtlRun *run)
{
  g_assert_true (g_str_has_suffix (run->output, "\n"));
  g_assert_true (strchr (run->output, '\n') == run->output + strlen (run->output) - 1);

  return ctl_parse_line (g_strchomp (run->output));
}

static void
test_good (CtlFolder    *folder,
           gconstpointer unused)
{
  g_autofree char *path = put (folder, "x.c", GOOD);
  g_autoptr (CtlRun) run = build_with (folder, "cc", path, NULL);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_assert_cmpint (run->status, ==, 0);
  g_assert_cmpstr (run->output, ==, "");
  g_assert_cmpstr (run->errors, ==, "");

  dir = g_dir_open (folder->path, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_true (g_str_equal (name, "x.c") || g_str_equal (name, "cache"));
}

static void
test_warned (CtlFolder    *folder,
             gconstpointer unused)
{
  g_autofree char *path = put (folder, "x.c", WARNED);
  g_autofree char *start = g_strconcat (path, ":6:12: warning: ", NULL);

  /* From the cache as well. */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (CtlRun) run = build_with (folder, "cc", path, NULL);

      g_assert_cmpint (run->status, ==, 0);
      g_assert_cmpstr (run->output, ==, "");
      g_assert_nonnull (strstr (run->errors, start));
      g_assert_nonnull (strstr (run->errors, "static int unused_one;"));
    }
}

/* Line by line what the compiler itself would say. */
static void
test_bad (CtlFolder    *folder,
          gconstpointer unused)
{
  g_autofree char *path = put (folder, "x.c", "int f (void);\nint f (void) { return nosuch; }\n");
  g_autoptr (CtlRun) run = build_with (folder, "cc", path, NULL);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  const char *const arguments[] = {
    "cc", "-std=gnu11", "-Og", "-Wall", "-Wextra", "-c", "-o", "/dev/null", path, NULL
  };
  g_autoptr (CtlRun) compiler = NULL;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                        | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  compiler = ctl_run_with (launcher, arguments);

  g_assert_cmpint (run->status, ==, compiler->status);
  g_assert_cmpstr (run->output, ==, compiler->output);
  g_assert_cmpstr (run->errors, ==, compiler->errors);
}

static void
test_json (CtlFolder    *folder,
           gconstpointer unused)
{
  g_autofree char *path = put (folder, "x.c", WARNED);
  g_autoptr (CtlRun) good = build_with (folder, "cc", path, "--json");
  g_autoptr (CtlRun) again = build_with (folder, "cc", path, "--json");
  g_autoptr (JsonObject) line = only_line (good);
  g_autoptr (JsonObject) second = only_line (again);
  g_autoptr (CtlRun) bad = NULL;
  g_autoptr (JsonObject) failed = NULL;
  JsonArray *diagnostics;
  JsonObject *diagnostic;

  g_assert_cmpint (good->status, ==, 0);
  g_assert_cmpstr (json_object_get_string_member (line, "event"), ==, "built");
  g_assert_cmpstr (json_object_get_string_member (line, "file"), ==, path);
  g_assert_cmpuint (strlen (json_object_get_string_member (line, "checksum")), ==, 64);
  g_assert_cmpint (json_object_get_int_member (line, "duration_us"), >, 0);
  g_assert_false (json_object_get_boolean_member (line, "from_cache"));
  g_assert_true (json_object_get_boolean_member (second, "from_cache"));
  ctl_assert_time (line);

  diagnostics = json_object_get_array_member (line, "diagnostics");
  g_assert_cmpuint (json_array_get_length (diagnostics), ==, 1);
  diagnostic = json_array_get_object_element (diagnostics, 0);
  g_assert_cmpstr (json_object_get_string_member (diagnostic, "severity"), ==, "warning");
  g_assert_cmpstr (json_object_get_string_member (diagnostic, "file"), ==, path);
  g_assert_cmpint (json_object_get_int_member (diagnostic, "line"), ==, 6);
  g_assert_cmpint (json_object_get_int_member (diagnostic, "column"), ==, 12);
  g_assert_cmpstr (json_object_get_string_member (diagnostic, "option"), ==, "-Wunused-variable");
  g_assert_true (json_object_has_member (diagnostic, "text"));
  g_assert_true (json_object_has_member (diagnostic, "rendering"));

  ctl_put_bytes (path, BAD, strlen (BAD));
  bad = build_with (folder, "cc", path, "--json");
  g_assert_cmpint (bad->status, ==, 1);
  failed = only_line (bad);
  g_assert_cmpstr (json_object_get_string_member (failed, "event"), ==, "failed");
  ctl_assert_error (failed, "build", "build-failed");
  diagnostics = json_object_get_array_member (failed, "diagnostics");
  g_assert_cmpuint (json_array_get_length (diagnostics), >, 0);
  diagnostic = json_array_get_object_element (diagnostics, 0);
  g_assert_cmpstr (json_object_get_string_member (diagnostic, "severity"), ==, "error");
  g_assert_cmpint (json_object_get_int_member (diagnostic, "line"), ==, 7);
}

static void
test_no_build (CtlFolder    *folder,
               gconstpointer unused)
{
  g_autofree char *path = put (folder, "x.c", GOOD);
  g_autofree char *missing = ctl_folder_build (folder, "missing.c");
  g_autofree char *pipe = ctl_folder_build (folder, "pipe.c");
  g_autoptr (CtlRun) no_compiler = build_with (folder, "/no/such/cc", path, NULL);
  g_autoptr (CtlRun) no_compiler_json = build_with (folder, "/no/such/cc", path, "--json");
  g_autoptr (JsonObject) line = only_line (no_compiler_json);
  g_autoptr (CtlRun) no_file = build_with (folder, "cc", missing, NULL);
  g_autoptr (CtlRun) a_folder = build_with (folder, "cc", folder->path, NULL);
  g_autoptr (CtlRun) a_pipe = NULL;

  g_assert_cmpint (no_compiler->status, ==, 1);
  g_assert_nonnull (strstr (no_compiler->errors, "/no/such/cc"));
  g_assert_cmpint (no_compiler_json->status, ==, 1);
  ctl_assert_error (line, "build", "no-compiler");
  g_assert_cmpint (no_file->status, ==, 1);
  g_assert_nonnull (strstr (no_file->errors, "missing.c: read: there is no such file"));
  g_assert_cmpint (a_folder->status, ==, 1);
  g_assert_no_errno (mkfifo (pipe, 0600));
  a_pipe = build_with (folder, "cc", pipe, NULL);
  g_assert_cmpint (a_pipe->status, ==, 1);
}

/* What a source quotes, or is called, does nothing to the terminal. */
static void
test_terminal (CtlFolder    *folder,
               gconstpointer unused)
{
  g_autofree char *path = put (folder, "x.c", "int x = \"\033[2J\" no;\n");
  g_autoptr (CtlRun) run = build_with (folder, "cc", path, NULL);

  g_assert_cmpint (run->status, ==, 1);
  g_assert_null (strchr (run->errors, '\033'));
  g_assert_nonnull (strstr (run->errors, "error: "));
}

/* The compiler goes with us, and with all it has made. */
static void
test_interrupted (CtlFolder    *folder,
                  gconstpointer unused)
{
  g_autofree char *path = put (folder, "x.c", GOOD);
  g_autofree char *cache = ctl_folder_build (folder, "cache");
  g_autofree char *compiler = put (folder, "compiler",
                                   "#!/bin/sh\n"
                                   "[ \"$1\" = --version ] && exit 0\n"
                                   "echo started\n"
                                   "echo > \"$0.started\"\n"
                                   "exec sleep 1000\n");
  g_autofree char *fifo = ctl_folder_build (folder, "compiler.started");
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *scratch = NULL;
  g_autoptr (GDir) dir = NULL;
  g_autofree char *line = NULL;
  const char *const arguments[] = { g_getenv ("LUMINAL_TEST_CTL"), "build", path, NULL };
  const char *name;

  g_assert_no_errno (g_chmod (compiler, 0700));
  g_assert_no_errno (mkfifo (fifo, 0600));
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_setenv (launcher, "XDG_CACHE_HOME", cache, TRUE);
  g_subprocess_launcher_setenv (launcher, "CC", compiler, TRUE);
  process = ctl_spawn (launcher, arguments);

  /* Opening the pipe waits for the compiler. */
  g_assert_true (g_file_get_contents (fifo, &line, NULL, NULL));
  g_subprocess_send_signal (process, SIGINT);
  g_subprocess_wait_async (process, NULL, ctl_keep_result, &result);
  ctl_wait_for_result (&result, "luminalctl ends");
  g_assert_cmpint (ctl_status_of (process), ==, 1);

  dir = g_dir_open (cache, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_assert_false (g_str_has_prefix (name, "tmp-"));
  scratch = g_build_filename (cache, "luminal", NULL);
  g_clear_pointer (&dir, g_dir_close);
  dir = g_dir_open (scratch, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_assert_false (g_str_has_prefix (name, "tmp-"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  CTL_ADD_TEST ("/cli/build/good", test_good);
  CTL_ADD_TEST ("/cli/build/warned", test_warned);
  CTL_ADD_TEST ("/cli/build/bad", test_bad);
  CTL_ADD_TEST ("/cli/build/json", test_json);
  CTL_ADD_TEST ("/cli/build/no-build", test_no_build);
  CTL_ADD_TEST ("/cli/build/terminal", test_terminal);
  CTL_ADD_TEST ("/cli/build/interrupted", test_interrupted);

  return g_test_run ();
}
