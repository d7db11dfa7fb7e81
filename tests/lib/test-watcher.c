/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the watcher reports, in its own words: "+x" for changed, "?x" for new
 * rights, "-x" for vanished, "<" and ">" around a look through the whole folder. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "luminal-watcher.h"
#include "system-testing.h"

/* How much later than here a mark may be reported. */
#define MARK_PATIENCE_S 5

typedef struct
{
  char *root;
  char *folder;
  LuminalWatcher *watcher;
  GString *log;
  guint n_marks;
  guint n_rescans;
  GFileMonitor *own; /* hears of marks too */
  guint late;
} Watch;

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
give_up (gpointer what)
{
  g_error ("never came true: %s", (const char *) what);
  return G_SOURCE_REMOVE;
}

#define until(condition)                                                                           \
  G_STMT_START                                                                                     \
    {                                                                                              \
      guint deadline_ = g_timeout_add_seconds (60, give_up, (gpointer) #condition);                \
                                                                                                   \
      while (!(condition))                                                                         \
        g_main_context_iteration (NULL, TRUE);                                                     \
      g_source_remove (deadline_);                                                                 \
    }                                                                                              \
  G_STMT_END

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

static char *
path_of (Watch      *watch,
         const char *name)
{
  return g_build_filename (watch->folder, name, NULL);
}

static void
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

static void
make_folder (Watch      *watch,
             const char *name)
{
  g_autofree char *path = path_of (watch, name);

  g_assert_no_errno (g_mkdir (path, 0700));
}

static void
delete (Watch      *watch,
        const char *name)
{
  g_autofree char *path = path_of (watch, name);

  g_assert_no_errno (g_unlink (path));
}

static void
move (Watch      *watch,
      const char *from,
      const char *to)
{
  g_autofree char *from_path = path_of (watch, from);
  g_autofree char *to_path = path_of (watch, to);

  g_assert_no_errno (g_rename (from_path, to_path));
}

static void
keep_result (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static char *
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

static void
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

/* All that was done before has been reported once what is done last is. */
static void
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

static void
test_files (Watch        *watch,
            gconstpointer data)
{
  g_autofree char *path = path_of (watch, "x.so");

  put (watch, "a.so", "1");
  put (watch, "b.so", "1");
  put (watch, "c.txt", "1");
  start_with (watch, "a.so b.so ");

  expect (watch, "");
  put (watch, "x.so", "1");
  expect (watch, "+x.so ");
  put (watch, "x.so", "2");
  expect (watch, "+x.so ");
  g_assert_no_errno (g_chmod (path, 0700));
  expect (watch, "?x.so ");
  put (watch, "y", "1");
  move (watch, "y", "x.so");
  expect (watch, "+x.so ");
  move (watch, "x.so", "y.so");
  expect (watch, "x.so=y.so ");
  move (watch, "y.so", "y.so~");
  expect (watch, "-y.so ");
  move (watch, "y.so~", "a.so");
  expect (watch, "+a.so ");
  delete (watch, "a.so");
  delete (watch, "b.so");
  delete (watch, "c.txt");
  expect (watch, "-a.so -b.so ");
  put (watch, ".z.so", "1");
  put (watch, "#z.so#", "1");
  put (watch, "z.so~", "1");
  expect (watch, "");
  delete (watch, ".z.so");
  delete (watch, "z.so~");
  expect (watch, "");
}

/* One that is being written is not reported before its writer has finished; one
 * that is given up is, as vanished. */
static void
test_unfinished (Watch        *watch,
                 gconstpointer data)
{
  g_autofree char *path = path_of (watch, "x.so");
  int fd;

  start_with (watch, "");
  fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (write (fd, "x", 1), ==, 1);
  expect (watch, "");
  g_assert_cmpint (write (fd, "x", 1), ==, 1);
  expect (watch, "");
  g_assert_no_errno (close (fd));
  expect (watch, "+x.so ");
  delete (watch, "x.so");
  expect (watch, "-x.so ");

  fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  expect (watch, "");
  delete (watch, "x.so");
  expect (watch, "-x.so ");
  g_assert_no_errno (close (fd));
  expect (watch, "");
}

/* Whole files come from elsewhere, and leave. */
static void
test_moved (Watch        *watch,
            gconstpointer data)
{
  start_with (watch, "");
  put (watch, "../x.so", "1");
  move (watch, "../x.so", "x.so");
  expect (watch, "+x.so ");
  put (watch, "../y.so", "2");
  move (watch, "../y.so", "x.so");
  expect (watch, "+x.so ");
  move (watch, "x.so", "../x.so");
  expect (watch, "-x.so ");
}

static void
test_links (Watch        *watch,
            gconstpointer data)
{
  g_autofree char *hard = path_of (watch, "hard.so");
  g_autofree char *soft = path_of (watch, "soft.so");
  g_autofree char *dangling = path_of (watch, "dangling.so");
  g_autofree char *target = g_build_filename (watch->root, "target", NULL);
  int fd = open (target, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  g_assert_no_errno (close (fd));
  start_with (watch, "");
  g_assert_no_errno (link (target, hard));
  expect (watch, "+hard.so ");
  g_assert_no_errno (symlink (target, soft));
  expect (watch, "+soft.so ");
  g_assert_no_errno (symlink ("nowhere", dangling));
  expect (watch, "");
  move (watch, "dangling.so", "soft.so");
  expect (watch, "-soft.so ");
  delete (watch, "soft.so");
  expect (watch, "");

  /* What GIO makes up for the link, at its end, is not said of the file in its place. */
  g_assert_no_errno (symlink (target, soft));
  expect (watch, "+soft.so ");
  delete (watch, "soft.so");
  put (watch, "soft.so", "a file");
  expect (watch, "-soft.so +soft.so ");
}

static void
test_packages (Watch        *watch,
               gconstpointer data)
{
  make_folder (watch, "a");
  put (watch, "a/1.so", "1");
  put (watch, "top.so", "1");
  start_with (watch, "a/1.so top.so ");

  put (watch, "a/2.so", "1");
  expect (watch, "+a/2.so ");

  watch->n_rescans = 0;
  move (watch, "a", "b");
  until (watch->n_rescans > 0);
  g_assert_nonnull (strstr (watch->log->str, "-a/1.so"));
  g_assert_nonnull (strstr (watch->log->str, "-a/2.so"));
  g_assert_nonnull (strstr (watch->log->str, "+b/1.so +b/2.so"));
  g_string_truncate (watch->log, 0);
  put (watch, "b/1.so", "2");
  expect (watch, "+b/1.so ");

  /* Filled before anybody could look. */
  watch->n_rescans = 0;
  make_folder (watch, "c");
  make_folder (watch, "c/d");
  put (watch, "c/d/3.so", "1");
  until (strstr (watch->log->str, "+c/d/3.so") && g_str_has_suffix (watch->log->str, "> "));
  g_string_truncate (watch->log, 0);
  put (watch, "c/d/3.so", "2");
  expect (watch, "+c/d/3.so ");
  delete (watch, "c/d/3.so");
  expect (watch, "-c/d/3.so ");
}

static void
test_folder_gone (Watch        *watch,
                  gconstpointer data)
{
  put (watch, "x.so", "1");
  start_with (watch, "x.so ");

  system_remove_tree (watch->folder);
  until (strstr (watch->log->str, "-x.so"));
  g_string_truncate (watch->log, 0);
  g_assert_no_errno (g_mkdir (watch->folder, 0700));
  put (watch, "x.so", "1");
  until (strstr (watch->log->str, "+x.so"));
  until (g_str_has_suffix (watch->log->str, "> "));
  g_string_truncate (watch->log, 0);
  put (watch, "y.so", "1");
  expect (watch, "+y.so ");
}

/* Events that come in great numbers may not be all: it looks again, once. */
static void
test_burst (Watch        *watch,
            gconstpointer data)
{
  start_with (watch, "");
  watch->n_rescans = 0;
  for (guint i = 0; i < 700; i++)
    {
      g_autofree char *name = g_strdup_printf ("%03u.so", i);

      put (watch, name, "1");
    }
  until (watch->n_rescans == 1);
  for (guint i = 0; i < 700; i++)
    {
      g_autofree char *name = g_strdup_printf ("+%03u.so ", i);
      const char *first = strstr (watch->log->str, name);

      g_assert_nonnull (first);
      g_assert_null (strstr (first + 1, name));
    }
  g_assert_true (g_str_has_suffix (watch->log->str, "> "));
  g_string_truncate (watch->log, 0);
  expect (watch, "");
  g_assert_cmpuint (watch->n_rescans, ==, 1);
}

static gboolean
put_mark (gpointer watch)
{
  put (watch, "mark.so", "1");
  return G_SOURCE_CONTINUE;
}

/* A program that never stops writing beside the modules does not put the look off for ever. */
static void
test_endless_burst (Watch        *watch,
                    gconstpointer data)
{
  guint writer;

  start_with (watch, "");
  watch->n_rescans = 0;
  writer = g_timeout_add (1, put_mark, watch);
  until (watch->n_rescans == 2);
  g_assert_cmpuint (watch->n_marks, >, 0);
  g_source_remove (writer);
}

/* Lets no more descriptors be had; returns what the limit was. */
static rlim_t
use_up_descriptors (void)
{
  struct rlimit limit;
  rlim_t before;
  int next = open ("/dev/null", O_RDONLY | O_CLOEXEC);

  g_assert_no_errno (next);
  close (next);
  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &limit));
  before = limit.rlim_cur;
  limit.rlim_cur = (rlim_t) next;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
  return before;
}

static void
give_descriptors (rlim_t before)
{
  struct rlimit limit;

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &limit));
  limit.rlim_cur = before;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
}

/* What could not be looked into is, as soon as it can be. */
static void
test_no_descriptors (Watch        *watch,
                     gconstpointer data)
{
  g_autofree char *outside = g_build_filename (watch->root, "package", NULL);
  g_autofree char *inside = path_of (watch, "package");
  g_autofree char *module = g_build_filename (outside, "x.so", NULL);
  rlim_t before;

  start_with (watch, "");
  g_assert_no_errno (g_mkdir (outside, 0700));
  g_assert_true (g_file_set_contents (module, "1", 1, NULL));
  watch->n_rescans = 0;
  before = use_up_descriptors ();
  g_assert_no_errno (g_rename (outside, inside));
  until (watch->n_rescans == 2);
  g_assert_null (strstr (watch->log->str, "x.so"));
  give_descriptors (before);
  until (strstr (watch->log->str, "+package/x.so"));
  until (g_str_has_suffix (watch->log->str, "> "));
}

/* What no event tells of, such as what becomes of a link's target, is found by the look. */
static void
test_burst_unheard (Watch        *watch,
                    gconstpointer data)
{
  static const char *const targets[] = { "changed", "gone" };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autofree char *target = g_strdup_printf ("../%s", targets[i]);
      g_autofree char *name = g_strdup_printf ("%s.so", targets[i]);
      g_autofree char *path = path_of (watch, name);

      put (watch, target, "1");
      g_assert_no_errno (symlink (target, path));
    }
  start_with (watch, "changed.so gone.so ");

  put (watch, "../changed", "something else");
  delete (watch, "../gone");
  expect (watch, "");
  watch->n_rescans = 0;
  for (guint i = 0; i < 700; i++)
    put (watch, "mark.so", "1");
  until (watch->n_rescans == 1);
  g_assert_cmpstr (watch->log->str, ==, "< -gone.so +changed.so > ");
}

static guint
count_threads (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (tasks) != NULL)
    n++;
  return n;
}

/* Has the folder looked through, and returns when that is done and nobody knows of it yet.
 * One that is made here would have it looked through twice. */
static void
look_by_folder (Watch      *watch,
                const char *name)
{
  g_autofree char *elsewhere = g_strconcat ("../", name, NULL);
  gint64 deadline = g_get_monotonic_time () + G_USEC_PER_SEC;
  guint n_threads = count_threads ();

  make_folder (watch, elsewhere);
  move (watch, elsewhere, name);
  until (g_str_has_suffix (watch->log->str, "< "));
  while (count_threads () > n_threads && g_get_monotonic_time () < deadline)
    g_usleep (50);
}

/* What happens after a look and before its outcome is known is in neither. */
static void
test_changed_meanwhile (Watch        *watch,
                        gconstpointer data)
{
  put (watch, "x.so", "1");
  start_with (watch, "x.so ");

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *folder = g_strdup_printf ("folder-%u", i);
      g_autofree char *gone = g_strdup_printf ("gone-%u.so", i);
      g_autofree char *gone_line = g_strdup_printf ("-gone-%u.so ", i);

      put (watch, gone, "1");
      until (strstr (watch->log->str, gone_line + 1) != NULL);
      g_string_truncate (watch->log, 0);
      look_by_folder (watch, folder);
      put (watch, "x.so", "2");
      delete (watch, gone);
      g_usleep (i % 5 * 300);
      until (strstr (watch->log->str, "+x.so ") != NULL && strstr (watch->log->str, gone_line) != NULL);
      until (strstr (watch->log->str, "> ") != NULL);
      g_string_truncate (watch->log, 0);
    }
}

/* And what happens in a folder that was looked into, and is not watched yet. */
static void
test_folder_meanwhile (Watch        *watch,
                       gconstpointer data)
{
  start_with (watch, "");

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *folder = g_strdup_printf ("folder-%u", i);
      g_autofree char *file = g_strconcat (folder, "/x.so", NULL);
      g_autofree char *line = g_strdup_printf ("+%s ", file);

      look_by_folder (watch, folder);
      put (watch, file, "1");
      until (strstr (watch->log->str, line) != NULL);
      until (g_str_has_suffix (watch->log->str, "> "));
      g_string_truncate (watch->log, 0);
    }
}

/* Nobody hears of anything meanwhile. */
static void
let_pass (gint64 milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < until)
    continue;
}

/* What asks for a look while one goes on, that may have been past it, gets another: as long as
 * there is a module beside the package, nobody looks into that. */
static void
test_asked_meanwhile (Watch        *watch,
                      gconstpointer data)
{
  g_autofree char *package = path_of (watch, "package");

  put (watch, "x.so", "1");
  make_folder (watch, "package");
  put (watch, "package/y.so", "1");
  start_with (watch, "x.so ");

  g_assert_no_errno (g_chmod (package, 0755));
  until (g_str_has_suffix (watch->log->str, "< "));
  let_pass (100);
  delete (watch, "x.so");
  g_assert_no_errno (g_chmod (package, 0700));
  let_pass (100);
  until (strstr (watch->log->str, "+package/y.so ") != NULL);
  until (g_str_has_suffix (watch->log->str, "> "));
}

static gboolean
note_end (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* As many, but with a pause now and then: there is no need to look. */
static void
test_no_burst (Watch        *watch,
               gconstpointer data)
{
  start_with (watch, "");
  watch->n_rescans = 0;
  for (guint i = 0; i < 700; i++)
    {
      put (watch, "mark.so", "1");
      until (watch->n_marks == i + 1);

      if (i % 100 == 99)
        {
          gboolean is_over = FALSE;

          g_timeout_add (300, note_end, &is_over);
          until (is_over);
        }
    }
  g_assert_cmpuint (watch->n_rescans, ==, 0);
}

static void
test_not_there (Watch        *watch,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *names = NULL;

  g_assert_no_errno (g_rmdir (watch->folder));
  names = start (watch, &error);
  g_assert_nonnull (error);
  g_assert_cmpstr (names, ==, "");
  g_assert_cmpstr (watch->log->str, ==, "< > ");
}

static void
test_stopped_while_starting (Watch        *watch,
                             gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GError) error = NULL;

  put (watch, "x.so", "1");
  luminal_watcher_start_async (watch->watcher, NULL, keep_result, &result);
  luminal_watcher_stop (watch->watcher);
  until (result != NULL);
  paths = luminal_watcher_start_finish (watch->watcher, result, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (paths);
  until (g_str_equal (watch->log->str, "< > "));
}

static void
test_stopped_in_burst (Watch        *watch,
                       gconstpointer data)
{
  start_with (watch, "");
  for (guint i = 0; i < 700; i++)
    put (watch, "mark.so", "1");
  until (g_str_equal (watch->log->str, "< "));
  luminal_watcher_stop (watch->watcher);
  g_assert_cmpstr (watch->log->str, ==, "< > ");
}

static void
add (const char *path,
     gboolean    recursive,
     void      (*test) (Watch        *watch,
                        gconstpointer data))
{
  g_test_add (path, Watch, GINT_TO_POINTER (recursive), watch_set_up, test, watch_tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/watcher/files", FALSE, test_files);
  add ("/watcher/unfinished", FALSE, test_unfinished);
  add ("/watcher/moved", FALSE, test_moved);
  add ("/watcher/links", FALSE, test_links);
  add ("/watcher/packages", TRUE, test_packages);
  add ("/watcher/folder-gone", FALSE, test_folder_gone);
  add ("/watcher/burst", FALSE, test_burst);
  add ("/watcher/burst-unheard", FALSE, test_burst_unheard);
  add ("/watcher/changed-meanwhile", FALSE, test_changed_meanwhile);
  add ("/watcher/folder-meanwhile", TRUE, test_folder_meanwhile);
  add ("/watcher/asked-meanwhile", FALSE, test_asked_meanwhile);
  add ("/watcher/no-burst", FALSE, test_no_burst);
  add ("/watcher/endless-burst", FALSE, test_endless_burst);
  add ("/watcher/no-descriptors", TRUE, test_no_descriptors);
  add ("/watcher/not-there", FALSE, test_not_there);
  add ("/watcher/stopped-while-starting", FALSE, test_stopped_while_starting);
  add ("/watcher/stopped-in-burst", FALSE, test_stopped_in_burst);

  return g_test_run ();
}
