/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-import.h"

#include <glib/gi18n.h>
#include <string.h>

/* Brings modules from elsewhere into a folder. What is copied is beside its place under a
 * hidden name first, and there in one step: a watch never sees half of it. */

typedef struct
{
  GPtrArray *files;
  GFile *target;
} Looking;

typedef struct
{
  GFile *file;
  GFile *target;
  gboolean replace;
} Copying;

void
luminal_import_free (LuminalImport *import)
{
  g_clear_pointer (&import->modules, g_ptr_array_unref);
  g_clear_pointer (&import->others, g_ptr_array_unref);
  g_clear_object (&import->folder);
  g_free (import);
}

static void
looking_free (Looking *looking)
{
  g_ptr_array_unref (looking->files);
  g_clear_object (&looking->target);
  g_free (looking);
}

static void
copying_free (Copying *copying)
{
  g_object_unref (copying->file);
  g_object_unref (copying->target);
  g_free (copying);
}

static gboolean
is_module_name (const char *name)
{
  return *name != '.' && (g_str_has_suffix (name, ".so") || g_str_has_suffix (name, ".c"));
}

/* By its first bytes: a source has no such mark. */
static gboolean
looks_like_module (GFile *file)
{
  g_autoptr (GFileInputStream) stream = NULL;
  g_autofree char *name = g_file_get_basename (file);
  char start[4] = "";

  if (!is_module_name (name))
    return FALSE;
  if (g_str_has_suffix (name, ".c"))
    return TRUE;

  stream = g_file_read (file, NULL, NULL);
  return stream != NULL &&
         g_input_stream_read (G_INPUT_STREAM (stream), start, sizeof start, NULL, NULL) == sizeof start &&
         memcmp (start, "\177ELF", sizeof start) == 0;
}

static void
look_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Looking *looking = task_data;
  LuminalImport *import = g_new0 (LuminalImport, 1);

  import->modules = g_ptr_array_new_with_free_func (g_object_unref);
  import->others = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < looking->files->len; i++)
    {
      GFile *file = looking->files->pdata[i];
      GFileType type = g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, cancellable);
      g_autofree char *name = g_file_get_basename (file);
      g_autoptr (GFile) place = looking->target != NULL ? g_file_get_child (looking->target, name) : NULL;

      if (type == G_FILE_TYPE_DIRECTORY)
        {
          if (import->folder == NULL)
            import->folder = g_object_ref (file);
        }
      else if (type == G_FILE_TYPE_REGULAR && looks_like_module (file))
        {
          g_ptr_array_add (import->modules, g_object_ref (file));
          import->n_taken += place != NULL && g_file_query_exists (place, cancellable);
        }
      else
        {
          g_ptr_array_add (import->others, g_object_ref (file));
        }
    }

  g_task_return_pointer (task, import, (GDestroyNotify) luminal_import_free);
}

/**
 * luminal_import_look_async:
 * @files: (element-type GFile): what somebody brought
 * @target: (nullable): where to
 */
void
luminal_import_look_async (GPtrArray           *files,
                           GFile               *target,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Looking *looking = g_new0 (Looking, 1);

  looking->files = g_ptr_array_ref (files);
  g_set_object (&looking->target, target);
  g_task_set_source_tag (task, luminal_import_look_async);
  g_task_set_task_data (task, looking, (GDestroyNotify) looking_free);
  g_task_run_in_thread (task, look_in_thread);
}

LuminalImport *
luminal_import_look_finish (GAsyncResult  *result,
                            GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* "blur.so", "blur-2.so", … */
static char *
make_name (GFile *file,
           guint  number)
{
  g_autofree char *name = g_file_get_basename (file);
  char *dot = strrchr (name, '.');

  if (number < 2 || dot == NULL)
    return g_steal_pointer (&name);

  *dot = '\0';
  return g_strdup_printf ("%s-%u.%s", name, number, dot + 1);
}

/* Whoever was faster has the name. */
static GFile *
move_to_free_name (GFile        *copy,
                   Copying      *copying,
                   GCancellable *cancellable,
                   GError      **error)
{
  for (guint number = 1;; number++)
    {
      g_autofree char *name = make_name (copying->file, number);
      g_autoptr (GFile) place = g_file_get_child (copying->target, name);
      g_autoptr (GError) local_error = NULL;

      if (g_file_move (copy, place,
                       G_FILE_COPY_NO_FALLBACK_FOR_MOVE |
                         (copying->replace ? G_FILE_COPY_OVERWRITE : G_FILE_COPY_NONE),
                       cancellable, NULL, NULL, &local_error))
        return g_steal_pointer (&place);

      if (!g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_EXISTS))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
    }
}

static void
copy_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Copying *copying = task_data;
  g_autofree char *name = g_file_get_basename (copying->file);
  g_autofree char *hidden = g_strdup_printf (".%s.%08x", name, g_random_int ());
  g_autoptr (GFile) copy = g_file_get_child (copying->target, hidden);
  g_autoptr (GError) error = NULL;
  GFile *place = NULL;

  if (g_file_copy (copying->file, copy, G_FILE_COPY_TARGET_DEFAULT_PERMS, cancellable, NULL, NULL, &error))
    place = move_to_free_name (copy, copying, cancellable, &error);

  if (place != NULL)
    {
      g_task_return_pointer (task, place, g_object_unref);
      return;
    }

  g_file_delete (copy, NULL, NULL);
  g_prefix_error (&error, _("%s could not be copied: "), name);
  g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * luminal_import_copy_async:
 * @file: a module
 * @target: a folder
 * @replace: whether it takes the place of one of its name; otherwise it gets another one
 */
void
luminal_import_copy_async (GFile               *file,
                           GFile               *target,
                           gboolean             replace,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Copying *copying = g_new (Copying, 1);

  copying->file = g_object_ref (file);
  copying->target = g_object_ref (target);
  copying->replace = replace;
  g_task_set_source_tag (task, luminal_import_copy_async);
  g_task_set_task_data (task, copying, (GDestroyNotify) copying_free);
  g_task_run_in_thread (task, copy_in_thread);
}

/* Returns: where it is */
GFile *
luminal_import_copy_finish (GAsyncResult  *result,
                            GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
