/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-command.h"

#include <errno.h>
#include <glib/gi18n.h>

/* Longer than this is a slip of the keyboard, and fits into milliseconds. */
#define LONGEST_TIMEOUT (24 * 60 * 60)

typedef struct
{
  gboolean json;
  gboolean recursive;
  gboolean in_process;
  gboolean version;
  char *timeout;
  char **paths;
} Arguments;

static void
arguments_clear (Arguments *arguments)
{
  g_clear_pointer (&arguments->timeout, g_free);
  g_clear_pointer (&arguments->paths, g_strfreev);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Arguments, arguments_clear)

static void
ctl_options_clear (CtlOptions *options)
{
  g_clear_pointer (&options->files, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CtlOptions, ctl_options_clear)

void
ctl_print_version (void)
{
  g_print ("luminalctl %s\n", PACKAGE_VERSION);
}

/* @command: (nullable) */
CtlExit
ctl_wrong_usage (const CtlCommand *command,
                 const char       *format,
                 ...)
{
  g_autofree char *message = NULL;
  g_autofree char *help = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  if (command != NULL)
    help = g_strdup_printf ("luminalctl %s --help", command->name);
  else
    help = g_strdup ("luminalctl --help");

  g_printerr (_("luminalctl: %s\n"), message);
  g_printerr (_("Try “%s”.\n"), help);

  return CTL_EXIT_USAGE;
}

static GOptionContext *
create_context (const CtlCommand *command,
                Arguments        *arguments)
{
  const GOptionEntry general_entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &arguments->json,
      N_("Report as JSON, one object per line"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &arguments->version,
      N_("Print the version and exit"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments->paths,
      NULL, command->parameters },
    G_OPTION_ENTRY_NULL
  };
  const GOptionEntry recursive_entries[] = {
    { "recursive", 0, 0, G_OPTION_ARG_NONE, &arguments->recursive,
      N_("Descend into the folders of a folder"), NULL },
    G_OPTION_ENTRY_NULL
  };
  const GOptionEntry host_entries[] = {
    { "in-process", 0, 0, G_OPTION_ARG_NONE, &arguments->in_process,
      N_("Run photons in this process, not each file in its own"), NULL },
    G_OPTION_ENTRY_NULL
  };
  const GOptionEntry timeout_entries[] = {
    { "timeout", 0, 0, G_OPTION_ARG_STRING, &arguments->timeout,
      N_("How long a photon may take to open, start, save or stop, and a writer of a file to go on"), N_("SECONDS") },
    G_OPTION_ENTRY_NULL
  };
  GOptionContext *context = g_option_context_new (NULL);

  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, command->summary);
  g_option_context_set_description (context, command->description);
  if (command->takes & CTL_TAKES_RECURSIVE)
    g_option_context_add_main_entries (context, recursive_entries, GETTEXT_PACKAGE);
  if (command->takes & CTL_TAKES_HOST)
    g_option_context_add_main_entries (context, host_entries, GETTEXT_PACKAGE);
  if (command->takes & CTL_TAKES_TIMEOUT)
    g_option_context_add_main_entries (context, timeout_entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, general_entries, GETTEXT_PACKAGE);

  return context;
}

static gboolean
parse_timeout (const char *text,
               guint      *milliseconds)
{
  char *end = NULL;
  double seconds;

  errno = 0;
  seconds = g_ascii_strtod (text, &end);

  /* Not a number is in no range either. */
  if (errno != 0 || end == text || *end != '\0' || !(seconds > 0 && seconds <= LONGEST_TIMEOUT))
    return FALSE;

  *milliseconds = MAX (1, (guint) (seconds * 1000));

  return TRUE;
}

static CtlExit
take_paths (const CtlCommand *command,
            CtlOptions       *options,
            char            **paths)
{
  guint n_paths = paths != NULL ? g_strv_length (paths) : 0;

  if (n_paths == 0)
    return ctl_wrong_usage (command,
                            command->takes & CTL_TAKES_NAME ? _("%s needs a name")
                                                            : _("%s needs a path"),
                            command->name);
  if (n_paths > 1 && !(command->takes & CTL_TAKES_SEVERAL_PATHS))
    return ctl_wrong_usage (command,
                            command->takes & CTL_TAKES_NAME ? _("%s takes one name only")
                                                            : _("%s takes one path only"),
                            command->name);

  if (command->takes & CTL_TAKES_NAME)
    {
      options->name = paths[0];
      return CTL_EXIT_GOOD;
    }

  options->files = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < n_paths; i++)
    {
      if (*paths[i] == '\0')
        return ctl_wrong_usage (command, _("an empty path names no file"));
      g_ptr_array_add (options->files, g_file_new_for_path (paths[i]));
    }

  return CTL_EXIT_GOOD;
}

/* @arguments begins with the name of the command, and is consumed. */
CtlExit
ctl_command_run (const CtlCommand *command,
                 char            **arguments)
{
  g_auto (Arguments) parsed = { 0 };
  g_auto (CtlOptions) options = { 0 };
  g_autoptr (GOptionContext) context = create_context (command, &parsed);
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_strdup_printf ("luminalctl %s", command->name);
  gboolean good;
  CtlExit status;

  /* Only for the help, which says how the program was called. */
  g_set_prgname (program);
  good = g_option_context_parse_strv (context, &arguments, &error);
  g_set_prgname ("luminalctl");

  if (!good)
    return ctl_wrong_usage (command, "%s", error->message);

  if (parsed.version)
    {
      ctl_print_version ();
      return CTL_EXIT_GOOD;
    }

  options.json = parsed.json;
  options.recursive = parsed.recursive;
  options.in_process = parsed.in_process;
  if (parsed.timeout != NULL && !parse_timeout (parsed.timeout, &options.timeout))
    return ctl_wrong_usage (command, _("“%s” is no number of seconds"), parsed.timeout);

  status = take_paths (command, &options, parsed.paths);
  if (status != CTL_EXIT_GOOD)
    return status;

  return command->run (&options);
}

LuminalLoader *
ctl_loader_new (const CtlOptions *options,
                CtlReporter      *reporter)
{
  /* What happens is told by the reporter, not by the log; and one bad module
   * keeps no other from its work. */
  LuminalLoader *loader = luminal_loader_new (FALSE, TRUE);

  if (options->in_process)
    luminal_loader_set_isolation (loader, LUMINAL_ISOLATION_IN_PROCESS);
  if (options->timeout > 0)
    g_object_set (loader,
                  "settle-timeout", options->timeout,
                  "open-timeout", options->timeout,
                  "restore-timeout", options->timeout,
                  "start-timeout", options->timeout,
                  "save-timeout", options->timeout,
                  "finalizer-timeout", options->timeout,
                  NULL);
  ctl_reporter_follow (reporter, loader);

  return loader;
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
ctl_wait_for_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}
