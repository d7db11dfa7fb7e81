/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "watcher-testing.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system-testing.h"

/* How much later than here a mark may be reported. */
#define MARK_PATIENCE_S 5

gboolean
watch_give_up (gpointer what)
{
  g_error ("never came true: %s", (const char *) what);
  return G_SOURCE_REMOVE;
}

static void
append (Watch      *watch,
        char        sign,
        const char *path)
{
  const char *name = g_str_has_prefix (path, watch->folder) ? path + strlen (watch->folder) + 1 : path;

  if (g_str_has_prefix (name, "mark"))
    watch->n_marks++;
  else
    g_string_append_printf (watch->log, "%c%s ", sign, name);
}

static void
changed (Watch          *watch,
         const char     *path,
         gboolean        only_attributes,
         LuminalWatcher *watcher)
{
  append (watch, only_attributes ? '?' : '+', path);
}

static void
vanished (Watch          *watch,
          const char     *path,
          LuminalWatcher *watcher)
{
  append (watch, '-', path);
}

static void
renamed (Watch          *watch,
         const char     *from,
         const char     *to,
         LuminalWatcher *watcher)
{
  g_autofree char *old_name = g_path_get_basename (from);
  g_autofree char *new_name = g_path_get_basename (to);

  g_string_append_printf (watch->log, "%s=%s ", old_name, new_name);
}

static void
rescanning (Watch          *watch,
            gboolean        active,
            LuminalWatcher *watcher)
{
  g_string_append (watch->log, active ? "< " : "> ");
  watch->n_rescans += !active;
}

static gboolean
mark_is_late (gpointer unused)
{
  g_error ("a file was written, and the watcher did not report it");
  return G_SOURCE_REMOVE;
}

/* So the watcher's own monitor has heard of it as well, or is about to. */
static void
own_changed (Watch             *watch,
             GFile             *file,
             GFile             *other_file,
             GFileMonitorEvent  event,
             GFileMonitor      *monitor)
{
  g_autofree char *name = g_file_get_basename (file);

  if (event == G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT && g_str_has_prefix (name, "mark ") && watch->late == 0)
    watch->late = g_timeout_add_seconds (MARK_PATIENCE_S, mark_is_late, NULL);
}

static void
watch_set_up (Watch        *watch,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  watch->root = g_dir_make_tmp ("luminal-watcher-XXXXXX", &error);
  g_assert_no_error (error);
  watch->folder = g_build_filename (watch->root, "folder", NULL);
  g_assert_no_errno (g_mkdir (watch->folder, 0700));
  watch->log = g_string_new (NULL);
  watch->watcher = luminal_watcher_new (watch->folder, GPOINTER_TO_INT (data));
  g_signal_connect_swapped (watch->watcher, "changed", G_CALLBACK (changed), watch);
  g_signal_connect_swapped (watch->watcher, "vanished", G_CALLBACK (vanished), watch);
  g_signal_connect_swapped (watch->watcher, "renamed", G_CALLBACK (renamed), watch);
  g_signal_connect_swapped (watch->watcher, "rescanning", G_CALLBACK (rescanning), watch);
}

static void
watch_tear_down (Watch        *watch,
                 gconstpointer data)
{
  luminal_watcher_stop (watch->watcher);
  g_assert_finalize_object (watch->watcher);
  g_clear_object (&watch->own);
  system_remove_tree (watch->root);
  g_string_free (watch->log, TRUE);
  g_free (watch->folder);
  g_free (watch->root);
}

char *
path_of (Watch      *watch,
         const char *name)
{
  return g_build_filename (watch->folder, name, NULL);
}

void
put (Watch      *watch,
     const char *name,
     const char *text)
{
  g_autofree char *path = path_of (watch, name);
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_no_errno (fd);
  g_assert_cmpint (write (fd, text, strlen (text)), ==, strlen (text));
  g_assert_no_errno (close (fd));
}

void
make_folder (Watch      *watch,
             const char *name)
{
  g_autofree char *path = path_of (watch, name);

  g_assert_no_errno (g_mkdir (path, 0700));
}

void
delete (Watch      *watch,
        const char *name)
{
  g_autofree char *path = path_of (watch, name);

  g_assert_no_errno (g_unlink (path));
}

void
move (Watch      *watch,
      const char *from,
      const char *to)
{
  g_autofree char *from_path = path_of (watch, from);
  g_autofree char *to_path = path_of (watch, to);

  g_assert_no_errno (g_rename (from_path, to_path));
}

void
keep_result (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

char *
start (Watch   *watch,
       GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) paths = NULL;
  GString *names = g_string_new (NULL);

  luminal_watcher_start_async (watch->watcher, NULL, keep_result, &result);
  until (result != NULL);
  paths = luminal_watcher_start_finish (watch->watcher, result, error);
  for (guint i = 0; paths != NULL && i < paths->len; i++)
    g_string_append_printf (names, "%s ", (char *) paths->pdata[i] + strlen (watch->folder) + 1);

  return g_string_free (names, FALSE);
}

void
start_with (Watch      *watch,
            const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *names = start (watch, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (names, ==, expected);
  until (watch->n_rescans == 1);
  g_assert_cmpstr (watch->log->str, ==, "< > ");
  g_string_truncate (watch->log, 0);
}

void
expect (Watch      *watch,
        const char *log)
{
  guint before = watch->n_marks;
  g_autofree char *mark = g_strdup_printf ("mark %u.so", before);
  g_autoptr (GFile) folder = g_file_new_for_path (watch->folder);

  watch->own = g_file_monitor_directory (folder, G_FILE_MONITOR_NONE, NULL, NULL);
  g_signal_connect_swapped (watch->own, "changed", G_CALLBACK (own_changed), watch);
  put (watch, mark, "");
  until (watch->n_marks > before);
  g_clear_handle_id (&watch->late, g_source_remove);
  g_clear_object (&watch->own);
  g_assert_cmpstr (watch->log->str, ==, log);
  g_string_truncate (watch->log, 0);
}

void
watch_add (const char *path,
           gboolean    recursive,
           void      (*test) (Watch        *watch,
                              gconstpointer data))
{
  g_test_add (path, Watch, GINT_TO_POINTER (recursive), watch_set_up, test, watch_tear_down);
}
