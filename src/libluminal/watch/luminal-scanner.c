/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-scanner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "luminal-error-private.h"
#include "luminal-reach.h"
#include "luminal-source-needs.h"
#include "luminal-task-thread.h"

/* A chain of packages deeper than this is a mistake, or a trap. */
#define DEEPEST 32

/* Half-written and left-behind files of editors are hidden, or do not end like a
 * module. */
gboolean
luminal_scanner_is_hidden_name (const char *name)
{
  return name[0] == '.' || name[0] == '#';
}

/* Checkers that run in an editor write a copy of the source beside it. */
static gboolean
is_checker_copy (const char *name)
{
  return g_str_has_prefix (name, "flycheck_") || g_str_has_suffix (name, "_flymake.c");
}

gboolean
luminal_scanner_is_source_name (const char *name)
{
  return !luminal_scanner_is_hidden_name (name) && g_str_has_suffix (name, ".c") && strlen (name) > 2 &&
         !is_checker_copy (name);
}

gboolean
luminal_scanner_is_module_name (const char *name)
{
  return luminal_scanner_is_source_name (name) ||
         (!luminal_scanner_is_hidden_name (name) && g_str_has_suffix (name, ".so") && strlen (name) > 3);
}

static char *
replace_suffix (const char *path,
                const char *suffix,
                const char *other)
{
  g_autofree char *stem = g_strndup (path, strlen (path) - strlen (suffix));

  return g_strconcat (stem, other, NULL);
}

char *
luminal_scanner_source_of (const char *path)
{
  return g_str_has_suffix (path, ".so") ? replace_suffix (path, ".so", ".c") : NULL;
}

char *
luminal_scanner_module_of (const char *path)
{
  return g_str_has_suffix (path, ".c") ? replace_suffix (path, ".c", ".so") : NULL;
}

gboolean
luminal_scanner_is_inside (const char *path,
                           const char *folder)
{
  gsize length = strlen (folder);

  return strncmp (path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

void
luminal_stamp_set (LuminalStamp      *stamp,
                   const struct stat *info)
{
  stamp->device = info->st_dev;
  stamp->inode = info->st_ino;
  stamp->size = (guint64) info->st_size;
  stamp->modified = info->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info->st_mtim.tv_nsec;
  stamp->changed = info->st_ctim.tv_sec * G_GINT64_CONSTANT (1000000000) + info->st_ctim.tv_nsec;
}

gboolean
luminal_scanner_stamp (const char   *path,
                       LuminalStamp *stamp)
{
  struct stat info;

  if (stat (path, &info) != 0 || S_ISDIR (info.st_mode))
    return FALSE;

  luminal_stamp_set (stamp, &info);
  return TRUE;
}

gboolean
luminal_stamp_equal (const LuminalStamp *a,
                     const LuminalStamp *b)
{
  return a->device == b->device && a->inode == b->inode && a->size == b->size &&
         a->modified == b->modified && a->changed == b->changed;
}

void
luminal_scan_free (LuminalScan *self)
{
  g_ptr_array_unref (self->order);
  g_hash_table_unref (self->modules);
  g_hash_table_unref (self->passed_over);
  g_hash_table_unref (self->folders);
  g_free (self->silence);
  g_free (self);
}

typedef struct
{
  LuminalScan *scan;
  GHashTable *visited; /* "device:inode" of folders: links may lead in circles */
  guint64 device; /* of the folder before */
  gboolean recursive;
  GCancellable *cancellable;
} Scanning;

static void scan_folder (Scanning   *scanning,
                         const char *path,
                         guint       depth);

static void
scan_entry (Scanning   *scanning,
            int         folder_fd,
            const char *folder,
            const char *name,
            GPtrArray  *packages,
            guint      *n_modules,
            GPtrArray  *sources)
{
  struct stat info;

  /* A link that leads nowhere, or in a circle, or one that is gone by now. */
  if (fstatat (folder_fd, name, &info, 0) != 0)
    return;

  if (S_ISDIR (info.st_mode))
    {
      g_ptr_array_add (packages, g_build_filename (folder, name, NULL));
    }
  else if (luminal_scanner_is_module_name (name))
    {
      LuminalStamp *stamp = g_new (LuminalStamp, 1);
      char *path = g_build_filename (folder, name, NULL);

      luminal_stamp_set (stamp, &info);
      g_hash_table_insert (scanning->scan->modules, path, stamp);
      *n_modules += 1;
      if (luminal_scanner_is_source_name (name))
        g_ptr_array_add (sources, path);
    }
}

/* Sources that others are built with are no modules of their own. */
static void
pass_over_parts (LuminalScan *scan,
                 GPtrArray   *sources)
{
  g_autoptr (GHashTable) parts = luminal_source_parts_find (sources);
  GHashTableIter iter;
  const char *path;

  g_hash_table_iter_init (&iter, parts);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, NULL))
    g_hash_table_add (scan->passed_over, g_strdup (path));
}

/* A source counts, and not the module of the same name beside it. Parts of sources may
 * lie in other folders, so this comes after all have been looked into. */
static void
pass_over_modules (LuminalScan *scan)
{
  GHashTableIter iter;
  const char *path;

  g_hash_table_iter_init (&iter, scan->modules);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, NULL))
    {
      g_autofree char *source = luminal_scanner_source_of (path);

      if (source != NULL && g_hash_table_contains (scan->modules, source) &&
          !g_hash_table_contains (scan->passed_over, source))
        g_hash_table_add (scan->passed_over, g_strdup (path));
    }
}

/* Folders on the same disk have the same file system. */
static void
check_file_system (Scanning   *scanning,
                   int         folder_fd,
                   const char *path,
                   guint64     device)
{
  if (scanning->scan->silence != NULL || device == scanning->device)
    return;

  scanning->device = device;
  scanning->scan->silence = luminal_reach_check_file_system (folder_fd, path);
}

static gboolean
is_first_visit (Scanning   *scanning,
                int         folder_fd,
                const char *path)
{
  struct stat info;

  if (fstat (folder_fd, &info) != 0)
    return FALSE;

  check_file_system (scanning, folder_fd, path, info.st_dev);
  return g_hash_table_add (scanning->visited,
                           g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
                                            (guint64) info.st_dev, (guint64) info.st_ino));
}

/* Of which there will be more again. */
static gboolean
is_lack (int error_number)
{
  return error_number == EMFILE || error_number == ENFILE || error_number == ENOMEM;
}

static void
scan_folder (Scanning   *scanning,
             const char *path,
             guint       depth)
{
  g_autoptr (GPtrArray) packages = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();
  guint n_modules = 0;
  struct dirent *entry;
  int folder_fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
  DIR *folder = folder_fd >= 0 ? fdopendir (folder_fd) : NULL;

  if (folder == NULL)
    {
      scanning->scan->is_incomplete |= is_lack (errno);
      if (folder_fd >= 0)
        close (folder_fd);
      return;
    }

  if (is_first_visit (scanning, folder_fd, path))
    {
      g_hash_table_add (scanning->scan->folders, g_strdup (path));
      while ((entry = readdir (folder)) != NULL && !g_cancellable_is_cancelled (scanning->cancellable))
        {
          /* Nothing but folders and modules is worth a question to the disk. */
          if (!luminal_scanner_is_hidden_name (entry->d_name) &&
              (entry->d_type != DT_REG || luminal_scanner_is_module_name (entry->d_name)))
            scan_entry (scanning, folder_fd, path, entry->d_name, packages, &n_modules, sources);
        }
    }
  closedir (folder);
  if (sources->len > 0)
    pass_over_parts (scanning->scan, sources);

  /* A folder that holds nothing but packages is a way to them. */
  if (depth < DEEPEST && (scanning->recursive || n_modules == 0))
    {
      for (guint i = 0; i < packages->len; i++)
        scan_folder (scanning, packages->pdata[i], depth + 1);
    }
}

static int
compare_paths (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

typedef struct
{
  char *path;
  gboolean recursive;
} Request;

static void
request_free (Request *request)
{
  g_free (request->path);
  g_free (request);
}

static gboolean
is_missing (int error_number)
{
  return error_number == ENOENT || error_number == ENOTDIR || error_number == ELOOP ||
         error_number == ENAMETOOLONG;
}

static gboolean
can_be_scanned (const char *path,
                GError    **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
  int saved_errno = errno;

  if (fd >= 0)
    {
      close (fd);
      return TRUE;
    }

  g_propagate_error (error,
                     luminal_error_new (is_missing (saved_errno) ? LUMINAL_ERROR_DIRECTORY_NOT_FOUND
                                                                 : LUMINAL_ERROR_UNREADABLE,
                                        path, LUMINAL_PHASE_READ, _("the folder cannot be read: %s"),
                                        g_strerror (saved_errno)));
  return FALSE;
}

static void
scan_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Request *request = task_data;
  g_autoptr (GHashTable) visited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (LuminalScan) scan = g_new0 (LuminalScan, 1);
  Scanning scanning = { scan, visited, 0, request->recursive, cancellable };
  GHashTableIter iter;
  gpointer key;
  GError *error = NULL;

  scan->modules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  scan->passed_over = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  scan->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  scan->order = g_ptr_array_new ();

  if (!can_be_scanned (request->path, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  scan_folder (&scanning, request->path, 0);
  pass_over_modules (scan);

  g_hash_table_iter_init (&iter, scan->modules);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      if (!g_hash_table_contains (scan->passed_over, key))
        g_ptr_array_add (scan->order, key);
    }
  g_ptr_array_sort (scan->order, compare_paths);

  g_task_return_pointer (task, g_steal_pointer (&scan), (GDestroyNotify) luminal_scan_free);
}

/* Looks in a thread: the disk may take its time. A folder in it that cannot be
 * read counts as empty. */
void
luminal_scanner_scan_async (const char          *path,
                            gboolean             recursive,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new (Request, 1);

  request->path = g_strdup (path);
  request->recursive = recursive;

  g_task_set_source_tag (task, luminal_scanner_scan_async);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  luminal_task_run_in_own_thread (task, "luminal-scan", scan_in_thread);
}

LuminalScan *
luminal_scanner_scan_finish (GAsyncResult  *result,
                             GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
