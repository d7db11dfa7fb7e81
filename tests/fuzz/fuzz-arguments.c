/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The command line of luminalctl, one argument to a line. */

#include "fuzz-target.h"

#include <string.h>

#include "ctl-command.h"
#include "ctl-visible.h"

static CtlExit
run (const CtlOptions *options)
{
  g_assert_true (options->name != NULL || options->files->len > 0);
  g_assert_cmpuint (options->timeout, <=, 24 * 60 * 60 * 1000);
  for (guint i = 0; options->files != NULL && i < options->files->len; i++)
    {
      g_autofree char *name = g_file_get_parse_name (options->files->pdata[i]);
      g_autofree char *visible = ctl_visible (name);

      g_assert_true (g_utf8_validate (visible, -1, NULL));
      g_assert_null (strpbrk (visible, "\n\r\t\033"));
      ctl_display_width (visible);
    }

  return CTL_EXIT_GOOD;
}

static void
ignore (const char *text)
{
}

/* The version, and what is wrong. */
static void
set_silent (gboolean silent)
{
  static GPrintFunc print;
  static GPrintFunc print_error;

  if (silent)
    {
      print = g_set_print_handler (ignore);
      print_error = g_set_printerr_handler (ignore);
    }
  else
    {
      g_set_print_handler (print);
      g_set_printerr_handler (print_error);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  static const CtlCommand commands[] = {
    { "paths", "PATH", "", "", CTL_TAKES_RECURSIVE | CTL_TAKES_HOST | CTL_TAKES_TIMEOUT | CTL_TAKES_SEVERAL_PATHS, run },
    { "path", "PATH", "", "", CTL_TAKES_TIMEOUT, run },
    { "name", "NAME", "", "", CTL_TAKES_NAME, run },
  };
  g_autofree char *text = g_strndup ((const char *) data, size);

  /* Help is printed to the standard output, and ends the program. */
  if (strstr (text, "-h") != NULL || strstr (text, "-?") != NULL)
    return 0;

  set_silent (TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *line = g_strconcat (commands[i].name, "\n", text, NULL);
      g_auto (GStrv) arguments = g_strsplit (line, "\n", -1);
      CtlExit status = ctl_command_run (&commands[i], arguments);

      g_assert_true (status == CTL_EXIT_GOOD || status == CTL_EXIT_USAGE);
    }
  set_silent (FALSE);

  return 0;
}
