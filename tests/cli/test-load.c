/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-test.h"

#include <fcntl.h>
#include <glib/gstdio.h>

static CtlRun *
load_fixture (const char *fixture)
{
  g_autofree char *path = ctl_fixture (fixture);

  return ctl_run_json ("load", "--json", path, NULL);
}

static void
test_good (void)
{
  g_autofree char *path = ctl_fixture ("simple_v1");
  g_autoptr (CtlRun) run = ctl_run_json ("load", "--json", path, NULL);
  JsonObject *line;

  g_assert_cmpint (run->status, ==, 0);
  g_assert_cmpstr (run->errors, ==, "");
  g_assert_cmpuint (ctl_run_count (run, "loaded", "Simple"), ==, 1);
  g_assert_cmpuint (ctl_run_count (run, "unloaded", "Simple"), ==, 1);

  line = ctl_run_find (run, "started", "Simple");
  g_assert_cmpstr (json_object_get_string_member (line, "file"), ==, path);
  g_assert_cmpint (json_object_get_int_member (line, "generation"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (line, "status"), ==, "running");
  g_assert_cmpint (json_object_get_int_member (line, "duration_us"), >, 0);
  g_assert_false (json_object_has_member (line, "error"));
  g_assert_false (json_object_has_member (line, "phase"));
  ctl_assert_checksum (line, "simple_v1");
  ctl_assert_time (line);

  line = ctl_run_find (run, "output", "Simple");
  g_assert_cmpstr (json_object_get_string_member (line, "stream"), ==, "print");
  g_assert_cmpstr (json_object_get_string_member (line, "text"), ==, "simple v1");
  ctl_assert_time (line);
}

static void
test_several (void)
{
  g_autofree char *simple = ctl_fixture ("simple_v1");
  g_autofree char *pair = ctl_fixture ("pair");
  g_autoptr (CtlRun) run = ctl_run_json ("load", "--json", simple, pair, NULL);

  g_assert_cmpint (run->status, ==, 0);
  ctl_run_find (run, "started", "Simple");
  ctl_run_find (run, "started", "Left");
  ctl_run_find (run, "started", "Right");
  g_assert_cmpuint (ctl_run_count (run, "unloaded", NULL), ==, 3);
}

static void
test_missing (CtlFolder    *folder,
              gconstpointer unused)
{
  g_autofree char *path = ctl_folder_build (folder, "missing.so");
  g_autofree char *good = ctl_fixture ("simple_v1");
  g_autoptr (CtlRun) run = ctl_run_json ("load", "--json", path, good, NULL);
  JsonObject *line = ctl_run_find (run, "failed", NULL);

  g_assert_cmpint (run->status, ==, 1);
  g_assert_cmpuint (ctl_run_count (run, "failed", NULL), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (line, "file"), ==, path);
  ctl_assert_error (line, "read", "photon-not-found");
  ctl_assert_time (line);

  /* One bad path keeps no other from its work. */
  ctl_run_find (run, "started", "Simple");
}

static void
test_failures (void)
{
  static const struct
  {
    const char *fixture;
    const char *phase;
    const char *code;
    const char *cause;
  } cases[] = {
    { "no_photon", "inspect", "no-photon", "without a photon" },
    { "newer_abi", "inspect", "wrong-abi", "99" },
    { "base", "inspect", "no-photon", "no photon of the base" },
    { "newer_libc", "stage", "open-failed", "GLIBC_2.999 of libc.so.6" },
    { "undefined_symbol", "stage", "open-failed", "there_is_no_such_function" },
    { "start_fails", "start", "start-failed", "no luck today" },
    { "finalizer_fails", "hand-over", "finalizer-failed", "still busy" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CtlRun) run = load_fixture (cases[i].fixture);
      JsonObject *line = ctl_run_find (run, "failed", NULL);
      JsonObject *error = json_object_get_object_member (line, "error");
      const char *message = json_object_get_string_member (error, "message");

      g_assert_cmpint (run->status, ==, 1);
      g_assert_cmpuint (ctl_run_count (run, "failed", NULL), ==, 1);
      ctl_assert_error (line, cases[i].phase, cases[i].code);
      if (strstr (message, cases[i].cause) == NULL)
        g_error ("“%s” is not in: %s", cases[i].cause, message);
    }
}

static void
test_half_of_a_pair (void)
{
  g_autoptr (CtlRun) run = load_fixture ("pair_bad");

  g_assert_cmpint (run->status, ==, 1);
  ctl_run_find (run, "started", "Left");
  ctl_assert_error (ctl_run_find (run, "failed", "Right"), "start", "start-failed");
  g_assert_cmpuint (ctl_run_count (run, "unloaded", NULL), ==, 2);
}

static void
test_same_name (void)
{
  g_autofree char *first = ctl_fixture ("simple_v1");
  g_autofree char *second = ctl_fixture ("same_name");
  g_autoptr (CtlRun) run = ctl_run_json ("load", "--json", first, second, NULL);
  JsonObject *line = ctl_run_find (run, "failed", NULL);
  JsonObject *error = json_object_get_object_member (line, "error");

  g_assert_cmpint (run->status, ==, 1);
  g_assert_cmpstr (json_object_get_string_member (error, "code"), ==, "name-taken");
  g_assert_cmpstr (json_object_get_string_member (line, "file"), ==, second);
  g_assert_cmpuint (ctl_run_count (run, "started", "Simple"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (ctl_run_find (run, "started", "Simple"), "file"),
                   ==, first);
}

static void
test_folder (CtlFolder    *folder,
             gconstpointer unused)
{
  g_autofree char *nested = ctl_folder_build (folder, "nested");
  g_autofree char *bad = ctl_folder_build (folder, "bad.so");
  g_autofree char *text = ctl_folder_build (folder, "notes.txt");
  g_autoptr (CtlRun) flat = NULL;
  g_autoptr (CtlRun) recursive = NULL;

  g_assert_cmpint (g_mkdir (nested, 0755), ==, 0);
  ctl_put_bytes (bad, "\177ELF and nothing more", 21);
  ctl_put_bytes (text, "text", 4);
  ctl_put_in_place (folder, "a.so", "simple_v1");
  ctl_put_in_place (folder, "z.so", "no_finalizer");
  ctl_put_in_place (folder, "nested/counter.so", "counter_v1");

  flat = ctl_run_json ("load", "--json", folder->path, NULL);
  g_assert_cmpint (flat->status, ==, 1);
  g_assert_cmpuint (ctl_run_count (flat, "failed", NULL), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (ctl_run_find (flat, "failed", NULL), "file"),
                   ==, bad);
  ctl_run_find (flat, "started", "Simple");
  ctl_run_find (flat, "started", "Bare");
  g_assert_cmpuint (ctl_run_count (flat, NULL, "Counter"), ==, 0);

  ctl_remove (folder, "bad.so");
  recursive = ctl_run_json ("load", "--json", "--recursive", folder->path, NULL);
  g_assert_cmpint (recursive->status, ==, 0);
  g_assert_cmpuint (ctl_run_count (recursive, "started", NULL), ==, 3);
  ctl_run_find (recursive, "started", "Counter");
}

/* As long as it is open for writing, a file may not be all there. */
static void
test_being_written (CtlFolder    *folder,
                    gconstpointer unused)
{
  g_autofree char *path = ctl_folder_build (folder, "simple.so");
  g_autoptr (CtlRun) meanwhile = NULL;
  g_autoptr (CtlRun) afterwards = NULL;
  int writer;

  ctl_put_in_place (folder, "simple.so", "simple_v1");
  writer = g_open (path, O_WRONLY | O_CLOEXEC, 0);
  g_assert_cmpint (writer, >=, 0);

  meanwhile = ctl_run_json ("load", "--json", "--timeout", "0.05", path, NULL);
  g_assert_cmpint (meanwhile->status, ==, 1);
  ctl_assert_error (ctl_run_find (meanwhile, "failed", NULL), "settle", "incomplete");

  g_assert_true (g_close (writer, NULL));
  afterwards = ctl_run_json ("load", "--json", path, NULL);
  g_assert_cmpint (afterwards->status, ==, 0);
}

/* What a photon does right after its start is seen, even if it never has
 * enough. */
static void
test_busy (void)
{
  g_autoptr (CtlRun) run = load_fixture ("busy");
  JsonObject *line = ctl_run_find (run, "output", "Busy");

  g_assert_cmpint (run->status, ==, 0);
  g_assert_cmpstr (json_object_get_string_member (line, "text"), ==, "first turn");
}

/* What photons write past the loader must not tear the lines. */
static void
test_raw_output_in_process (void)
{
  g_autofree char *path = ctl_fixture ("raw_output");
  g_autoptr (CtlRun) run = ctl_run_json ("load", "--json", "--in-process", path, NULL);

  g_assert_cmpint (run->status, ==, 0);
  ctl_run_find (run, "unloaded", "Raw");
  g_assert_null (strstr (run->output, "raw standard"));
  g_assert_nonnull (strstr (run->errors, "raw standard output"));
  g_assert_nonnull (strstr (run->errors, "raw g_print"));
  g_assert_nonnull (strstr (run->errors, "raw standard error"));
  g_assert_nonnull (strstr (run->errors, "raw without an end of line"));
}

static void
assert_said (CtlRun     *run,
             const char *stream,
             const char *text)
{
  guint found = 0;

  for (guint i = 0; i < run->lines->len; i++)
    {
      JsonObject *line = run->lines->pdata[i];

      if (g_str_equal (json_object_get_string_member (line, "event"), "output") &&
          g_str_equal (json_object_get_string_member (line, "stream"), stream) &&
          g_str_equal (json_object_get_string_member (line, "text"), text))
        found++;
    }

  g_assert_cmpuint (found, ==, 1);
}

/* From a process of their own it is told like what they say. */
static void
test_raw_output (void)
{
  g_autoptr (CtlRun) run = load_fixture ("raw_output");

  g_assert_cmpint (run->status, ==, 0);
  g_assert_cmpstr (run->errors, ==, "");
  assert_said (run, "stdout", "raw standard output");
  assert_said (run, "stdout", "raw g_print");
  assert_said (run, "stderr", "raw standard error");
  assert_said (run, "stdout", "raw without an end of line");
  assert_said (run, "print", "said");
}

static void
test_odd_bytes (void)
{
  g_autoptr (CtlRun) run = load_fixture ("odd_bytes");
  guint found = 0;

  g_assert_cmpint (run->status, ==, 0);
  g_assert_true (g_utf8_validate (run->output, -1, NULL));
  for (guint i = 0; i < run->lines->len; i++)
    {
      JsonObject *line = run->lines->pdata[i];
      const char *text;

      if (!ctl_line_is (line, "output", "Odd\tname"))
        continue;

      text = json_object_get_string_member (line, "text");
      if (g_str_equal (json_object_get_string_member (line, "stream"), "print"))
        g_assert_cmpstr (text, ==,
                         "red \033[31m bell \a bad \357\277\275 utf-8 é \"quoted\" \\ end");
      else
        g_assert_cmpstr (text, ==, "two\nlines");
      found++;
    }
  g_assert_cmpuint (found, ==, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cli/load/good", test_good);
  g_test_add_func ("/cli/load/several", test_several);
  CTL_ADD_TEST ("/cli/load/missing", test_missing);
  g_test_add_func ("/cli/load/failures", test_failures);
  g_test_add_func ("/cli/load/half-of-a-pair", test_half_of_a_pair);
  g_test_add_func ("/cli/load/same-name", test_same_name);
  CTL_ADD_TEST ("/cli/load/folder", test_folder);
  CTL_ADD_TEST ("/cli/load/being-written", test_being_written);
  g_test_add_func ("/cli/load/busy", test_busy);
  g_test_add_func ("/cli/load/raw-output", test_raw_output);
  g_test_add_func ("/cli/load/raw-output-in-process", test_raw_output_in_process);
  g_test_add_func ("/cli/load/odd-bytes", test_odd_bytes);

  return g_test_run ();
}
