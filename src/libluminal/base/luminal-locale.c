/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <libintl.h>

#include "luminal-own-folder.h"

/* Of an installation that may have been moved, and of the build. */
static char *
find_translations (void)
{
  static const char *const from_here[] = { LOCALES_FROM_LIBRARY, "../../po" };
  g_autofree char *folder = luminal_own_folder ();

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (from_here); i++)
    {
      g_autofree char *path = g_canonicalize_filename (from_here[i], folder);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&path);
    }

  return g_strdup (LOCALEDIR);
}

/* Programs that embed the library call no function to initialize it, and any of its
 * functions may word an error: where the translations lie is told when it is loaded. */
__attribute__ ((constructor)) static void
bind_translations (void)
{
  g_autofree char *folder = find_translations ();

  bindtextdomain (GETTEXT_PACKAGE, folder);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
}
