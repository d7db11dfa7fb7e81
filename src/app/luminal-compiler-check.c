/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-compiler-check.h"

#include <glib/gi18n.h>
#include <string.h>

/* What the library falls back to. */
static char *
find_usual (void)
{
  static const char *const usual[] = { "cc", "gcc", "clang" };

  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    {
      char *path = g_find_program_in_path (usual[i]);

      if (path != NULL)
        return path;
    }

  return NULL;
}

static char *
check_command (const char *command,
               gboolean   *is_usable)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_shell_parse_argv (command, NULL, &words, &error))
    /* Translators: why a command line cannot be read */
    return g_strdup_printf (_("This is no command: %s"), error->message);

  path = g_find_program_in_path (words[0]);
  if (path != NULL)
    {
      *is_usable = TRUE;
      return g_strdup_printf (_("Sources are built with %s"), path);
    }

  if (strchr (words[0], '/') == NULL)
    return g_strdup_printf (_("There is no program “%s”"), words[0]);
  if (g_file_test (words[0], G_FILE_TEST_IS_DIR))
    return g_strdup_printf (_("“%s” is a folder"), words[0]);
  if (g_file_test (words[0], G_FILE_TEST_EXISTS))
    return g_strdup_printf (_("“%s” cannot be run as a program"), words[0]);
  return g_strdup_printf (_("There is no file “%s”"), words[0]);
}

static gboolean
is_given (const char *text)
{
  return text != NULL && text[strspn (text, " \t\n")] != '\0';
}

/**
 * luminal_compiler_check:
 * @command: what a person chose
 * @cc: (nullable): what the environment variable `CC` says
 * @is_usable: (out): whether sources can be built
 *
 * Looks whether the program is there; runs nothing.
 *
 * Returns: (transfer full): a sentence for that person
 */
char *
luminal_compiler_check (const char *command,
                        const char *cc,
                        gboolean   *is_usable)
{
  g_autofree char *path = NULL;

  *is_usable = FALSE;

  if (is_given (cc))
    {
      g_autofree char *text = check_command (cc, is_usable);

      /* Translators: a sentence such as “Sources are built with /usr/bin/gcc” */
      return g_strdup_printf (_("%s, as the environment variable CC says"), text);
    }
  if (is_given (command))
    return check_command (command, is_usable);

  path = find_usual ();
  if (path == NULL)
    return g_strdup (_("No C compiler was found: install gcc or clang"));

  *is_usable = TRUE;
  return g_strdup_printf (_("Sources are built with %s"), path);
}
