/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-link-refusal.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The path it was opened by means nothing to anybody. */
static char *
without_path (const char *said,
              const char *path)
{
  g_autofree char *asker = g_strdup_printf (" (required by %s)", path);
  g_autoptr (GString) text = g_string_new (said);

  if (g_str_has_prefix (text->str, path) && text->str[strlen (path)] == ':')
    g_string_erase (text, 0, (gssize) strlen (path) + 1);
  g_string_replace (text, asker, "", 0);

  return g_strstrip (g_string_free (g_steal_pointer (&text), FALSE));
}

/* "PATH: version `NAME' not found": the module was built on a newer system than this one. */
static gboolean
lacks_version (const char  *text,
               char       **library,
               char       **version)
{
  g_autoptr (GRegex) regex =
    g_regex_new ("^(?:(?<library>.+): )?version [`'\"](?<version>[^`'\"]+)['\"] not found", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *path = NULL;

  if (!g_regex_match (regex, text, 0, &match))
    return FALSE;

  path = g_match_info_fetch_named (match, "library");
  *library = path != NULL && *path != '\0' ? g_path_get_basename (path) : NULL;
  *version = g_match_info_fetch_named (match, "version");

  return TRUE;
}

char *
luminal_link_refusal_explain (const char *said,
                              const char *path)
{
  g_autofree char *text = without_path (said, path);
  g_autofree char *library = NULL;
  g_autofree char *version = NULL;

  if (lacks_version (text, &library, &version) && library != NULL)
    /* Translators: “GLIBC_2.99”, “libc.so.6” */
    return g_strdup_printf (_("it needs version %s of %s, which is newer than the one here. Build it here, or on "
                              "a system that is not newer"),
                            version, library);

  return g_strdup_printf (_("the dynamic linker refuses it: %s"), text);
}
