/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-test.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

#include "system-testing.h"

/* How long anything that has to happen may take, on the slowest machine. */
#define DEADLINE_SECONDS 60

static gboolean
on_deadline (gpointer what)
{
  g_error ("This did not happen in %d seconds: %s", DEADLINE_SECONDS, (const char *) what);

  return G_SOURCE_REMOVE;
}

void
ctl_wait_for_result (GAsyncResult **result,
                     const char    *what)
{
  guint deadline = g_timeout_add_seconds (DEADLINE_SECONDS, on_deadline, (gpointer) what);

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

void
ctl_keep_result (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

void
ctl_folder_set_up (CtlFolder    *folder,
                   gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  folder->path = g_dir_make_tmp ("luminalctl-XXXXXX", &error);
  g_assert_no_error (error);
}

void
ctl_folder_tear_down (CtlFolder    *folder,
                      gconstpointer unused)
{
  if (g_file_test (folder->path, G_FILE_TEST_IS_DIR))
    system_remove_tree (folder->path);
  g_clear_pointer (&folder->path, g_free);
}

char *
ctl_folder_build (CtlFolder  *folder,
                  const char *name)
{
  return g_build_filename (folder->path, name, NULL);
}

char *
ctl_fixture (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".so", NULL);
  const char *directory = g_getenv ("LUMINAL_TEST_PHOTONS");

  g_assert_nonnull (directory);

  return g_build_filename (directory, file, NULL);
}

void
ctl_put_bytes (const char *path,
               const void *bytes,
               gsize       size)
{
  g_autoptr (GError) error = NULL;

  /* Written into the file that is there, as cp does. */
  g_file_set_contents_full (path, bytes, size, G_FILE_SET_CONTENTS_NONE, 0755, &error);
  g_assert_no_error (error);
}

static void
copy_fixture (const char *fixture,
              const char *path)
{
  g_autofree char *source = ctl_fixture (fixture);
  g_autofree char *bytes = NULL;
  gsize size;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (source, &bytes, &size, &error);
  g_assert_no_error (error);
  ctl_put_bytes (path, bytes, size);
}

void
ctl_put_in_place (CtlFolder  *folder,
                  const char *name,
                  const char *fixture)
{
  g_autofree char *path = ctl_folder_build (folder, name);

  copy_fixture (fixture, path);
}

/* As editors, linkers and package managers do. */
void
ctl_put_by_rename (CtlFolder  *folder,
                   const char *name,
                   const char *fixture)
{
  g_autofree char *path = ctl_folder_build (folder, name);
  g_autofree char *temporary = g_strconcat (path, ".part", NULL);

  copy_fixture (fixture, temporary);
  g_assert_cmpint (g_rename (temporary, path), ==, 0);
}

void
ctl_remove (CtlFolder  *folder,
            const char *name)
{
  g_autofree char *path = ctl_folder_build (folder, name);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

JsonObject *
ctl_parse_line (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = json_from_string (text, &error);

  g_assert_no_error (error);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (root));

  return json_object_ref (json_node_get_object (root));
}

const char *const *
ctl_command_line (GPtrArray  *arguments,
                  const char *first,
                  va_list     rest)
{
  g_ptr_array_add (arguments, (gpointer) g_getenv ("LUMINAL_TEST_CTL"));
  g_assert_nonnull (arguments->pdata[0]);
  for (const char *argument = first; argument != NULL; argument = va_arg (rest, const char *))
    g_ptr_array_add (arguments, (gpointer) argument);
  g_ptr_array_add (arguments, NULL);

  return (const char *const *) arguments->pdata;
}

int
ctl_status_of (GSubprocess *process)
{
  if (g_subprocess_get_if_exited (process))
    return g_subprocess_get_exit_status (process);

  return 128 + g_subprocess_get_term_sig (process);
}

/* @bytes: (nullable): a stream that was not captured, or had nothing */
static char *
text_of (GBytes *bytes)
{
  gconstpointer data = NULL;
  gsize size = 0;

  if (bytes != NULL)
    data = g_bytes_get_data (bytes, &size);

  return size > 0 ? g_strndup (data, size) : g_strdup ("");
}

static void
die_with_parent (gpointer unused)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* A test that fails ends at once, and what it started with it. */
GSubprocess *
ctl_spawn (GSubprocessLauncher *launcher,
           const char *const   *arguments)
{
  GSubprocess *process;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, arguments, &error);
  g_assert_no_error (error);

  return process;
}

/* @arguments begins with the program. */
CtlRun *
ctl_run_with (GSubprocessLauncher *launcher,
              const char *const   *arguments)
{
  CtlRun *run = g_new0 (CtlRun, 1);
  g_autoptr (GSubprocess) process = ctl_spawn (launcher, arguments);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GBytes) errors = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_async (process, NULL, NULL, ctl_keep_result, &result);
  ctl_wait_for_result (&result, "luminalctl ends");
  g_subprocess_communicate_finish (process, result, &output, &errors, &error);
  g_assert_no_error (error);

  run->status = ctl_status_of (process);
  run->output = text_of (output);
  run->errors = text_of (errors);

  return run;
}

static CtlRun *
run_arguments (const char *first,
               va_list     rest)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                        | G_SUBPROCESS_FLAGS_STDERR_PIPE);

  return ctl_run_with (launcher, ctl_command_line (arguments, first, rest));
}

CtlRun *
ctl_run (const char *first_argument,
         ...)
{
  CtlRun *run;
  va_list rest;

  va_start (rest, first_argument);
  run = run_arguments (first_argument, rest);
  va_end (rest);

  return run;
}

/* Each line of the output must be one JSON object. */
CtlRun *
ctl_run_json (const char *first_argument,
              ...)
{
  g_auto (GStrv) lines = NULL;
  CtlRun *run;
  va_list rest;

  va_start (rest, first_argument);
  run = run_arguments (first_argument, rest);
  va_end (rest);

  run->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_assert_true (*run->output == '\0' || g_str_has_suffix (run->output, "\n"));
  lines = g_strsplit (run->output, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++)
    g_ptr_array_add (run->lines, ctl_parse_line (lines[i]));

  return run;
}

void
ctl_run_free (CtlRun *run)
{
  g_free (run->output);
  g_free (run->errors);
  g_clear_pointer (&run->lines, g_ptr_array_unref);
  g_free (run);
}

JsonObject *
ctl_run_find (CtlRun     *run,
              const char *event,
              const char *photon)
{
  return ctl_find_line (run->lines, event, photon);
}

guint
ctl_run_count (CtlRun     *run,
               const char *event,
               const char *photon)
{
  return ctl_count_lines (run->lines, event, photon);
}

JsonObject *
ctl_find_line (GPtrArray  *lines,
               const char *event,
               const char *photon)
{
  for (guint i = 0; i < lines->len; i++)
    {
      if (ctl_line_is (lines->pdata[i], event, photon))
        return lines->pdata[i];
    }

  g_error ("No event “%s” of “%s” in %u lines", event, photon, lines->len);
}

guint
ctl_count_lines (GPtrArray  *lines,
                 const char *event,
                 const char *photon)
{
  guint count = 0;

  for (guint i = 0; i < lines->len; i++)
    count += ctl_line_is (lines->pdata[i], event, photon);

  return count;
}

/* @event and @photon: (nullable): whichever it is */
gboolean
ctl_line_is (JsonObject *line,
             const char *event,
             const char *photon)
{
  const char *found = json_object_get_string_member_with_default (line, "photon", NULL);

  return (event == NULL || g_strcmp0 (json_object_get_string_member (line, "event"), event) == 0)
         && (photon == NULL || g_strcmp0 (found, photon) == 0);
}

void
ctl_assert_error (JsonObject *line,
                  const char *phase,
                  const char *code)
{
  JsonObject *error = json_object_get_object_member (line, "error");

  g_assert_nonnull (error);
  g_assert_cmpstr (json_object_get_string_member (line, "phase"), ==, phase);
  g_assert_cmpstr (json_object_get_string_member (error, "code"), ==, code);
  g_assert_cmpuint (strlen (json_object_get_string_member (error, "message")), >, 0);
}

void
ctl_assert_time (JsonObject *line)
{
  const char *pattern = "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$";
  const char *time = json_object_get_string_member (line, "time");

  g_assert_true (g_regex_match_simple (pattern, time, 0, 0));
}

void
ctl_assert_checksum (JsonObject *line,
                     const char *fixture)
{
  g_autofree char *path = ctl_fixture (fixture);
  g_autofree char *bytes = NULL;
  g_autofree char *checksum = NULL;
  gsize size;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &bytes, &size, &error);
  g_assert_no_error (error);
  checksum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guint8 *) bytes, size);
  g_assert_cmpstr (json_object_get_string_member (line, "checksum"), ==, checksum);
}
