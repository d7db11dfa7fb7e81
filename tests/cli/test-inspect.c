/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-test.h"

#include <glib/gstdio.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

static JsonObject *
only_line (CtlRun *run)
{
  g_assert_cmpuint (run->lines->len, ==, 1);

  return run->lines->pdata[0];
}

static JsonObject *
first_photon (JsonObject *line)
{
  JsonArray *photons = json_object_get_array_member (line, "photons");

  g_assert_cmpuint (json_array_get_length (photons), >, 0);

  return json_array_get_object_element (photons, 0);
}

static void
assert_unusable (const char *path,
                 const char *phase,
                 const char *code)
{
  g_autoptr (CtlRun) run = ctl_run_json ("inspect", "--json", path, NULL);
  JsonObject *line = only_line (run);

  g_assert_cmpint (run->status, ==, 1);
  g_assert_cmpstr (json_object_get_string_member (line, "event"), ==, "inspected");
  g_assert_cmpstr (json_object_get_string_member (line, "file"), ==, path);
  g_assert_false (json_object_get_boolean_member (line, "usable"));
  ctl_assert_error (line, phase, code);
}

static void
assert_fixture_unusable (const char *fixture,
                         const char *phase,
                         const char *code)
{
  g_autofree char *path = ctl_fixture (fixture);

  assert_unusable (path, phase, code);
}

static void
test_usable (void)
{
  g_autofree char *path = ctl_fixture ("simple_v1");
  g_autoptr (CtlRun) run = ctl_run_json ("inspect", "--json", path, NULL);
  JsonObject *line = only_line (run);
  JsonObject *photon = first_photon (line);
  JsonArray *tags = json_object_get_array_member (photon, "tags");
  GStatBuf status;

  g_assert_cmpint (run->status, ==, 0);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpstr (json_object_get_string_member (line, "event"), ==, "inspected");
  g_assert_cmpstr (json_object_get_string_member (line, "file"), ==, path);
  g_assert_true (json_object_get_boolean_member (line, "usable"));
  g_assert_cmpint (json_object_get_int_member (line, "size"), ==, status.st_size);
  g_assert_cmpint (json_object_get_int_member (line, "abi"), ==, 1);
  g_assert_cmpuint (strlen (json_object_get_string_member (line, "machine")), >, 0);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (line, "dependencies")), >, 0);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (line, "remarks")), ==, 0);
  g_assert_false (json_object_has_member (line, "error"));
  ctl_assert_checksum (line, "simple_v1");

  g_assert_cmpstr (json_object_get_string_member (photon, "name"), ==, "Simple");
  g_assert_cmpstr (json_object_get_string_member (photon, "class"), ==, "Simple");
  g_assert_cmpstr (json_object_get_string_member (photon, "base"), ==, "LuminalPhoton");
  g_assert_cmpstr (json_object_get_string_member (photon, "author"), ==, "Ada Lovelace");
  g_assert_cmpstr (json_object_get_string_member (photon, "version"), ==, "1.0.0");
  g_assert_cmpstr (json_object_get_string_member (photon, "description"), ==,
                   "Says which version of it was started");
  g_assert_cmpuint (json_array_get_length (tags), ==, 2);
  g_assert_cmpstr (json_array_get_string_element (tags, 0), ==, "test");
  g_assert_cmpstr (json_array_get_string_element (tags, 1), ==, "simple");
  g_assert_false (json_object_get_boolean_member (photon, "start_first"));
  g_assert_false (json_object_get_boolean_member (photon, "keeps_state"));
}

static void
test_defaults_and_wishes (void)
{
  g_autofree char *bare = ctl_fixture ("no_finalizer");
  g_autofree char *counter = ctl_fixture ("counter_v1");
  g_autofree char *overlap = ctl_fixture ("start_first_v1");
  g_autofree char *other = ctl_fixture ("same_name");
  g_autofree char *derived = ctl_fixture ("base");
  g_autoptr (CtlRun) run = ctl_run_json ("inspect", "--json", bare, counter, overlap, other,
                                         derived, NULL);
  JsonObject *photon;

  g_assert_cmpint (run->status, ==, 0);
  g_assert_cmpuint (run->lines->len, ==, 5);

  photon = first_photon (run->lines->pdata[0]);
  g_assert_cmpstr (json_object_get_string_member (photon, "author"), ==, "Unknown");
  g_assert_cmpstr (json_object_get_string_member (photon, "version"), ==, "0.0.0");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (photon, "tags")), ==, 0);

  photon = first_photon (run->lines->pdata[1]);
  g_assert_true (json_object_get_boolean_member (photon, "keeps_state"));

  photon = first_photon (run->lines->pdata[2]);
  g_assert_true (json_object_get_boolean_member (photon, "start_first"));

  photon = first_photon (run->lines->pdata[3]);
  g_assert_cmpstr (json_object_get_string_member (photon, "name"), ==, "Simple");
  g_assert_cmpstr (json_object_get_string_member (photon, "class"), ==, "Other");

  photon = first_photon (run->lines->pdata[4]);
  g_assert_cmpstr (json_object_get_string_member (photon, "base"), ==, "TestPhoton");
}

static void
test_two_photons (void)
{
  g_autofree char *path = ctl_fixture ("pair");
  g_autoptr (CtlRun) run = ctl_run_json ("inspect", "--json", path, NULL);
  JsonArray *photons = json_object_get_array_member (only_line (run), "photons");

  g_assert_cmpuint (json_array_get_length (photons), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (photons, 0), "name"),
                   ==, "Left");
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (photons, 1), "name"),
                   ==, "Right");
}

static void
test_remarks (void)
{
  g_autofree char *path = ctl_fixture ("nodelete");
  g_autoptr (CtlRun) run = ctl_run_json ("inspect", "--json", path, NULL);

  g_assert_cmpint (run->status, ==, 0);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (only_line (run), "remarks")),
                    ==, 1);
}

static void
test_unusable_modules (void)
{
  assert_fixture_unusable ("no_photon", "inspect", "no-photon");
  assert_fixture_unusable ("newer_abi", "inspect", "wrong-abi");
  assert_fixture_unusable ("twins", "inspect", "name-taken");
  assert_unusable (g_getenv ("LUMINAL_TEST_CTL"), "inspect", "invalid-module");
}

static void
test_no_elf (CtlFolder    *folder,
             gconstpointer unused)
{
  g_autofree char *path = ctl_folder_build (folder, "x.so");

  ctl_put_bytes (path, "", 0);
  assert_unusable (path, "inspect", "incomplete");
  ctl_put_bytes (path, "#!/bin/sh\necho no module at all, but long enough to be one\n", 58);
  assert_unusable (path, "inspect", "invalid-module");
}

static void
test_damaged (CtlFolder    *folder,
              gconstpointer unused)
{
  g_autofree char *path = ctl_folder_build (folder, "x.so");
  g_autofree char *source = ctl_fixture ("simple_v1");
  g_autofree char *bytes = NULL;
  gsize size;
  ElfW (Ehdr) *header;

  g_assert_true (g_file_get_contents (source, &bytes, &size, NULL));

  ctl_put_bytes (path, bytes, size / 2);
  assert_unusable (path, "inspect", "incomplete");
  ctl_put_bytes (path, bytes, 20);
  assert_unusable (path, "inspect", "incomplete");

  header = (ElfW (Ehdr) *) bytes;
  header->e_machine = header->e_machine == EM_S390 ? EM_SPARC : EM_S390;
  ctl_put_bytes (path, bytes, size);
  assert_unusable (path, "inspect", "invalid-module");
}

static void
test_no_files (CtlFolder    *folder,
               gconstpointer unused)
{
  g_autofree char *missing = ctl_folder_build (folder, "missing.so");
  g_autofree char *dangling = ctl_folder_build (folder, "dangling.so");
  g_autofree char *circle = ctl_folder_build (folder, "circle.so");
  g_autofree char *fifo = ctl_folder_build (folder, "fifo.so");
  g_autofree char *device = ctl_folder_build (folder, "device.so");

  g_assert_cmpint (symlink ("nowhere.so", dangling), ==, 0);
  g_assert_cmpint (symlink ("circle.so", circle), ==, 0);
  g_assert_cmpint (symlink ("/dev/zero", device), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);

  assert_unusable (missing, "read", "photon-not-found");
  assert_unusable (dangling, "read", "photon-not-found");
  assert_unusable (circle, "read", "photon-not-found");
  assert_unusable (fifo, "read", "invalid-module");
  assert_unusable (device, "read", "invalid-module");
}

static void
test_folder (CtlFolder    *folder,
             gconstpointer unused)
{
  g_autofree char *nested = ctl_folder_build (folder, "nested");
  g_autofree char *text = ctl_folder_build (folder, "notes.txt");
  g_autofree char *bad = ctl_folder_build (folder, "bad.so");
  g_autoptr (CtlRun) flat = NULL;
  g_autoptr (CtlRun) recursive = NULL;

  g_assert_cmpint (g_mkdir (nested, 0755), ==, 0);
  ctl_put_bytes (text, "text", 4);
  ctl_put_bytes (bad, "bad", 3);
  ctl_put_in_place (folder, "a.so", "simple_v1");
  ctl_put_in_place (folder, ".hidden.so", "simple_v1");
  ctl_put_in_place (folder, "nested/b.so", "counter_v1");

  flat = ctl_run_json ("inspect", "--json", folder->path, NULL);
  g_assert_cmpint (flat->status, ==, 1);
  g_assert_cmpuint (flat->lines->len, ==, 2);
  g_assert_true (json_object_get_boolean_member (flat->lines->pdata[0], "usable"));
  g_assert_cmpstr (json_object_get_string_member (flat->lines->pdata[1], "file"), ==, bad);

  ctl_remove (folder, "bad.so");
  recursive = ctl_run_json ("inspect", "--json", "--recursive", folder->path, NULL);
  g_assert_cmpint (recursive->status, ==, 0);
  g_assert_cmpuint (recursive->lines->len, ==, 2);
  g_assert_cmpstr (json_object_get_string_member (first_photon (recursive->lines->pdata[1]), "name"),
                   ==, "Counter");
}

static void
test_empty_folder (CtlFolder    *folder,
                   gconstpointer unused)
{
  g_autoptr (CtlRun) run = ctl_run ("inspect", "--json", folder->path, NULL);

  g_assert_cmpint (run->status, ==, 0);
  g_assert_cmpstr (run->output, ==, "");
  g_assert_nonnull (strstr (run->errors, "no modules"));
}

/* Not even a constructor, which would run when the file is opened. */
static void
test_runs_nothing (CtlFolder    *folder,
                   gconstpointer unused)
{
  g_autofree char *witness = ctl_folder_build (folder, "witness");
  g_autofree char *path = ctl_fixture ("constructor");
  const char *const inspect[] = { g_getenv ("LUMINAL_TEST_CTL"), "inspect", path, NULL };
  const char *const load[] = { g_getenv ("LUMINAL_TEST_CTL"), "load", path, NULL };
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (CtlRun) inspected = NULL;
  g_autoptr (CtlRun) loaded = NULL;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_subprocess_launcher_setenv (launcher, "LUMINAL_TEST_WITNESS", witness, TRUE);

  inspected = ctl_run_with (launcher, inspect);
  g_assert_cmpint (inspected->status, ==, 0);
  g_assert_false (g_file_test (witness, G_FILE_TEST_EXISTS));

  loaded = ctl_run_with (launcher, load);
  g_assert_cmpint (loaded->status, ==, 0);
  g_assert_true (g_file_test (witness, G_FILE_TEST_EXISTS));
}

static void
test_odd_file_names (CtlFolder    *folder,
                     gconstpointer unused)
{
  static const char *const names[] = {
    "with space.so", "käse-光子.so", "<b>&amp;.so", "two\nlines.so", "\033[31mred.so", "-dash.so",
    "a:b.so", "quote\"'.so",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = ctl_folder_build (folder, names[i]);
      g_autoptr (CtlRun) json = NULL;
      g_autoptr (CtlRun) text = NULL;

      ctl_put_in_place (folder, names[i], "simple_v1");
      json = ctl_run_json ("inspect", "--json", path, NULL);
      g_assert_cmpint (json->status, ==, 0);
      g_assert_cmpstr (json_object_get_string_member (only_line (json), "file"), ==, path);

      text = ctl_run ("inspect", path, NULL);
      g_assert_cmpint (text->status, ==, 0);
      g_assert_null (strchr (text->output, '\033'));
      g_assert_null (strstr (text->output, "two\nlines"));
    }
}

static void
test_text (void)
{
  g_autofree char *good = ctl_fixture ("counter_v1");
  g_autofree char *bad = ctl_fixture ("no_photon");
  g_autoptr (CtlRun) run = ctl_run ("inspect", good, bad, NULL);

  g_assert_cmpint (run->status, ==, 1);
  g_assert_nonnull (strstr (run->output, "✓ "));
  g_assert_nonnull (strstr (run->output, "Counter 1.0.0, by Unknown"));
  g_assert_nonnull (strstr (run->output, "keeps its state"));
  g_assert_nonnull (strstr (run->output, "✗ "));
  g_assert_nonnull (strstr (run->output, "without a photon"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cli/inspect/usable", test_usable);
  g_test_add_func ("/cli/inspect/defaults-and-wishes", test_defaults_and_wishes);
  g_test_add_func ("/cli/inspect/two-photons", test_two_photons);
  g_test_add_func ("/cli/inspect/remarks", test_remarks);
  g_test_add_func ("/cli/inspect/unusable-modules", test_unusable_modules);
  CTL_ADD_TEST ("/cli/inspect/no-elf", test_no_elf);
  CTL_ADD_TEST ("/cli/inspect/damaged", test_damaged);
  CTL_ADD_TEST ("/cli/inspect/no-files", test_no_files);
  CTL_ADD_TEST ("/cli/inspect/folder", test_folder);
  CTL_ADD_TEST ("/cli/inspect/empty-folder", test_empty_folder);
  CTL_ADD_TEST ("/cli/inspect/runs-nothing", test_runs_nothing);
  CTL_ADD_TEST ("/cli/inspect/odd-file-names", test_odd_file_names);
  g_test_add_func ("/cli/inspect/text", test_text);

  return g_test_run ();
}
