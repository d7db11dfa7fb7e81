/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-command.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "ctl-visible.h"
#include "descriptor-limit.h"

static const CtlCommand *const commands[] = {
  &ctl_watch_command,
  &ctl_load_command,
  &ctl_inspect_command,
  &ctl_new_command,
  &ctl_build_command,
};

static void
set_up_locale (void)
{
  /* The library binds the domain, which the programs share. */
  setlocale (LC_ALL, "");
  textdomain (GETTEXT_PACKAGE);
}

static const CtlCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (g_str_equal (commands[i]->name, name))
        return commands[i];
    }

  return NULL;
}

static char *
list_commands (void)
{
  GString *list = g_string_new (_("Commands:"));

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *call = NULL;

      call = g_strdup_printf ("%s %s", commands[i]->name, _(commands[i]->parameters));
      g_string_append_printf (list, "\n  %s", call);
      for (guint width = ctl_display_width (call); width < 16; width++)
        g_string_append_c (list, ' ');
      g_string_append_printf (list, " %s", _(commands[i]->summary));
    }
  g_string_append (list, "\n\n");
  g_string_append (list, _("“luminalctl COMMAND --help” tells more about a command."));

  return g_string_free (list, FALSE);
}

/* Without a command: what the program itself can be asked. */
static CtlExit
run_without_command (char **arguments)
{
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, N_("Print the version and exit"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("COMMAND …"));
  g_autoptr (GError) error = NULL;
  g_autofree char *list = list_commands ();

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _("Loads photons and reloads them when they change."));
  g_option_context_set_description (context, list);
  if (!g_option_context_parse_strv (context, &arguments, &error))
    return ctl_wrong_usage (NULL, "%s", error->message);

  if (!version)
    return ctl_wrong_usage (NULL, _("a command is needed"));

  ctl_print_version ();

  return CTL_EXIT_GOOD;
}

/* Options may stand before the command too: it goes to the front. */
static void
move_command_first (char **arguments)
{
  char **argument = arguments;

  if (**arguments != '-')
    return;

  while (*argument != NULL && (**argument == '-' || find_command (*argument) == NULL))
    argument++;
  if (*argument != NULL)
    {
      char *command = *argument;

      memmove (arguments + 1, arguments, (gsize) (argument - arguments) * sizeof (char *));
      *arguments = command;
    }
}

int
main (int    argc,
      char **argv)
{
  g_auto (GStrv) arguments = g_strdupv (argv);
  const CtlCommand *command;

  ctl_output_prepare_process ();
  raise_descriptor_limit ();
  set_up_locale ();
  g_set_prgname ("luminalctl");

  /* A JSON reader must find nothing else on the standard output. */
  g_log_writer_default_set_use_stderr (TRUE);

  if (argc > 1)
    move_command_first (arguments + 1);
  if (argc < 2 || *arguments[1] == '-')
    return run_without_command (arguments);

  command = find_command (arguments[1]);
  if (command == NULL)
    return ctl_wrong_usage (NULL, _("there is no command “%s”"), arguments[1]);

  return ctl_command_run (command, arguments + 1);
}
