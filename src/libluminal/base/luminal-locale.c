/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <libintl.h>

#include "luminal-own-folder.h"

/* Programs that embed the library call no function to initialize it, and any of its
 * functions may word an error: where the translations lie is told when it is loaded. */
__attribute__ ((constructor)) static void
bind_translations (void)
{
  static const char *const from_here[] = { LOCALES_FROM_LIBRARY, "../../po" };
  g_autofree char *folder = NULL;

  folder = luminal_find_from_own_folder (from_here, G_N_ELEMENTS (from_here), G_FILE_TEST_IS_DIR);
  bindtextdomain (GETTEXT_PACKAGE, folder != NULL ? folder : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
}
