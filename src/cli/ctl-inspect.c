/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-command.h"

#include <glib/gi18n.h>

static void
inspect_source (CtlReporter *reporter,
                GFile       *file)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_auto (GStrv) needs = NULL;
  g_autoptr (GError) error = NULL;

  luminal_inspect_source_async (file, NULL, ctl_keep_result, &result);
  ctl_wait_for_result (&result);
  needs = luminal_inspect_source_finish (result, &error);

  if (needs != NULL)
    ctl_reporter_source (reporter, file, (const char *const *) needs);
  else
    ctl_reporter_unusable (reporter, file, error);
}

static void
inspect_module (CtlReporter *reporter,
                GFile       *file)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (LuminalInspection) inspection = NULL;
  g_autoptr (GError) error = NULL;

  luminal_inspect_async (file, NULL, ctl_keep_result, &result);
  ctl_wait_for_result (&result);
  inspection = luminal_inspect_finish (result, &error);

  if (inspection != NULL)
    ctl_reporter_inspection (reporter, file, inspection);
  else
    ctl_reporter_unusable (reporter, file, error);
}

static void
inspect_file (CtlReporter *reporter,
              GFile       *file)
{
  g_autofree char *name = g_file_get_basename (file);

  if (g_str_has_suffix (name, ".c"))
    inspect_source (reporter, file);
  else
    inspect_module (reporter, file);
}

static int
compare_files (gconstpointer a,
               gconstpointer b)
{
  GFile *const *first = a;
  GFile *const *second = b;
  g_autofree char *first_name = g_file_get_parse_name (*first);
  g_autofree char *second_name = g_file_get_parse_name (*second);

  return strcmp (first_name, second_name);
}

/* The modules of @directory and, with @recursive, of the folders in it; a link
 * to a folder is not followed, since it may lead back. */
static gboolean
collect_modules (GFile      *directory,
                 gboolean    recursive,
                 GPtrArray  *modules,
                 GError    **error)
{
  g_autoptr (GFileEnumerator) enumerator = NULL;
  g_autoptr (GError) cause = NULL;

  enumerator = g_file_enumerate_children (directory,
                                          G_FILE_ATTRIBUTE_STANDARD_NAME
                                          "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                                          G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, &cause);
  if (enumerator == NULL)
    {
      g_autofree char *path = g_file_get_parse_name (directory);

      g_set_error (error, LUMINAL_ERROR, LUMINAL_ERROR_UNREADABLE,
                   _("%s: read: the folder cannot be read: %s"), path, cause->message);
      return FALSE;
    }

  for (;;)
    {
      GFileInfo *info;
      GFile *child;
      const char *name;

      if (!g_file_enumerator_iterate (enumerator, &info, &child, NULL, error))
        return FALSE;
      if (info == NULL)
        return TRUE;

      name = g_file_info_get_name (info);
      if (*name == '.' || *name == '#')
        continue;

      if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
        {
          if (recursive && !collect_modules (child, TRUE, modules, error))
            return FALSE;
        }
      else if (g_str_has_suffix (name, ".so") || g_str_has_suffix (name, ".c"))
        {
          g_ptr_array_add (modules, g_object_ref (child));
        }
    }
}

static void
inspect_directory (CtlReporter *reporter,
                   GFile       *directory,
                   gboolean     recursive)
{
  g_autoptr (GPtrArray) modules = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;

  if (!collect_modules (directory, recursive, modules, &error))
    ctl_reporter_failure (reporter, directory, error);
  else if (modules->len == 0)
    g_printerr (_("luminalctl: no modules in %s\n"), g_file_peek_path (directory));

  g_ptr_array_sort (modules, compare_files);
  for (guint i = 0; i < modules->len; i++)
    inspect_file (reporter, modules->pdata[i]);
}

static CtlExit
ctl_inspect (const CtlOptions *options)
{
  g_autoptr (CtlReporter) reporter = ctl_reporter_new (options->json);

  for (guint i = 0; i < options->files->len; i++)
    {
      GFile *file = options->files->pdata[i];

      if (g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY)
        inspect_directory (reporter, file, options->recursive);
      else
        inspect_file (reporter, file);
    }

  return ctl_reporter_get_failed (reporter) ? CTL_EXIT_FAILED : CTL_EXIT_GOOD;
}

const CtlCommand ctl_inspect_command = {
  .name = "inspect",
  .parameters = N_("PATH…"),
  .summary = N_("Tell what module files hold, or why they are no usable photons."),
  .description = N_("PATH is a module (.so or .c), or a folder whose modules are inspected.\n"
                    "None of their code is run, and no source is compiled."),
  .takes = CTL_TAKES_RECURSIVE | CTL_TAKES_SEVERAL_PATHS,
  .run = ctl_inspect,
};
