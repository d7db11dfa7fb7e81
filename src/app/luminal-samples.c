/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-samples.h"

#include <glib/gi18n.h>

#include "luminal-places.h"

/* Deep enough for the samples, and no way to follow a link in a circle. */
#define DEPTH_MAX 8

/* Not installed, the program is told where they are. */
static char *
find_samples (void)
{
  const char *wanted = g_getenv ("LUMINAL_SAMPLES");

  if (wanted != NULL && *wanted != '\0')
    return g_file_test (wanted, G_FILE_TEST_IS_DIR) ? g_strdup (wanted) : NULL;
  return luminal_places_find_data ("luminal/photons");
}

gboolean
luminal_samples_are_there (void)
{
  g_autofree char *path = find_samples ();

  return path != NULL;
}

static gboolean
is_sample (GFileInfo *info)
{
  return g_file_info_get_file_type (info) == G_FILE_TYPE_REGULAR &&
         (g_str_has_suffix (g_file_info_get_name (info), ".c") ||
          g_str_has_suffix (g_file_info_get_name (info), ".h"));
}

/* What a person has changed stays as it is. */
static gboolean
copy_file (GFile         *from,
           GFile         *to,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (GError) cause = NULL;

  if (g_file_copy (from, to, G_FILE_COPY_TARGET_DEFAULT_PERMS, cancellable, NULL, NULL, &cause) ||
      g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_EXISTS))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

static gboolean
copy_folder (GFile         *from,
             GFile         *to,
             guint          depth,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autoptr (GFileEnumerator) children = NULL;
  g_autoptr (GError) cause = NULL;

  if (!g_file_make_directory_with_parents (to, cancellable, &cause) &&
      !g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_EXISTS))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }

  children = g_file_enumerate_children (from,
                                        G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                                        G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS,
                                        cancellable, error);
  if (children == NULL)
    return FALSE;

  for (;;)
    {
      GFileInfo *info;
      GFile *child;
      g_autoptr (GFile) target = NULL;

      if (!g_file_enumerator_iterate (children, &info, &child, cancellable, error))
        return FALSE;
      if (info == NULL)
        return TRUE;

      target = g_file_get_child (to, g_file_info_get_name (info));
      if (is_sample (info))
        {
          if (!copy_file (child, target, cancellable, error))
            return FALSE;
        }
      else if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY && depth < DEPTH_MAX)
        {
          if (!copy_folder (child, target, depth + 1, cancellable, error))
            return FALSE;
        }
    }
}

static void
copy_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  const char *path = task_data;
  g_autoptr (GFile) from = g_file_new_for_path (path);
  g_autoptr (GFile) to = luminal_places_get_photons ();
  g_autoptr (GError) error = NULL;

  if (copy_folder (from, to, 0, cancellable, &error))
    {
      g_task_return_pointer (task, g_steal_pointer (&to), g_object_unref);
    }
  else
    {
      g_autofree char *target = g_file_get_parse_name (to);

      /* Translators: the path of a folder, and why */
      g_prefix_error (&error, _("The samples could not be copied to %s: "), target);
      g_task_return_error (task, g_steal_pointer (&error));
    }
}

/**
 * luminal_samples_copy_async:
 *
 * Copies those samples that are not there yet to the person's own data. The disk is waited
 * for in a thread.
 */
void
luminal_samples_copy_async (GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  char *path = find_samples ();

  g_task_set_source_tag (task, luminal_samples_copy_async);
  if (path == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s",
                               _("The samples were not installed. Install Luminal again"));
      return;
    }

  g_task_set_task_data (task, path, g_free);
  g_task_run_in_thread (task, copy_in_thread);
}

/* Returns: (transfer full): the folder that has them now */
GFile *
luminal_samples_copy_finish (GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
