/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-source-inspection.h"

#include <string.h>

#include "luminal-error-private.h"
#include "luminal-source-needs.h"
#include "luminal-task-thread.h"

/* In the words of a declaration. */
static void
add_line (GPtrArray  *lines,
          const char *key,
          GStrv       words,
          const char *folder)
{
  g_autoptr (GString) line = g_string_new (key);

  if (*words == NULL)
    return;

  g_string_append (line, " =");
  for (; *words != NULL; words++)
    {
      gsize length = strlen (folder);
      const char *word = *words;

      if (strncmp (word, folder, length) == 0 && word[length] == '/')
        word += length + 1;
      if (strpbrk (word, " \t'\"\\") != NULL)
        {
          g_autofree char *quoted = g_shell_quote (word);

          g_string_append_printf (line, " %s", quoted);
        }
      else
        {
          g_string_append_printf (line, " %s", word);
        }
    }
  g_ptr_array_add (lines, g_utf8_make_valid (line->str, -1));
}

static void
inspect_in_thread (GTask        *task,
                   gpointer      source_object,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  const char *path = task_data;
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GPtrArray) diagnostics = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (LuminalSourceNeeds) needs = NULL;
  g_autofree char *bytes = NULL;
  GError *error = NULL;
  gsize length;

  bytes = luminal_source_read_beginning (path, &length, &error);
  if (bytes != NULL)
    {
      needs = luminal_source_needs_read (path, bytes, length, diagnostics);
      error = luminal_source_find_mistake (path, diagnostics);
    }
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  add_line (lines, "packages", needs->packages, folder);
  add_line (lines, "sources", needs->sources, folder);
  add_line (lines, "defines", needs->defines, folder);
  add_line (lines, "flags", needs->flags, folder);
  g_ptr_array_add (lines, NULL);
  g_task_return_pointer (task, g_ptr_array_steal (lines, NULL), (GDestroyNotify) g_strfreev);
}

/**
 * luminal_inspect_source_async:
 * @file: a local file
 * @cancellable: (nullable): a cancellable
 * @callback: called when done, in the thread-default main context of the call
 * @user_data: for @callback
 *
 * Finds out what a C source declares that it needs beyond itself. Nothing is compiled;
 * whether it does compile tells [func@build_async].
 *
 * Since: 1.0
 */
void
luminal_inspect_source_async (GFile               *file,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *path = NULL;

  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, luminal_inspect_source_async);
  g_task_set_name (task, "[luminal] inspect a source");
  path = g_file_get_path (file);
  if (path == NULL)
    {
      g_task_return_error (task, luminal_error_new_not_local (LUMINAL_ERROR_UNREADABLE, file,
                                                              LUMINAL_PHASE_READ));
      return;
    }

  g_task_set_task_data (task, g_canonicalize_filename (path, NULL), g_free);
  luminal_task_run_in_own_thread (task, "luminal-inspect", inspect_in_thread);
}

/**
 * luminal_inspect_source_finish:
 * @result: what the callback was given
 * @error: where to put an error
 *
 * Gets what luminal_inspect_source_async() found.
 *
 * Fails with %LUMINAL_ERROR_BUILD_FAILED if a declaration has a mistake in it, and with
 * the errors of reading a module.
 *
 * Returns: (transfer full) (array zero-terminated=1) (nullable): a line for each kind of
 *   need, in the words of a declaration, such as `packages = libsoup-3.0`
 *
 * Since: 1.0
 */
char **
luminal_inspect_source_finish (GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, luminal_inspect_source_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
