/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "descriptor-limit.h"
#include "luminal-app-resources.h"
#include "luminal-application.h"

int
main (int    argc,
      char **argv)
{
  g_autoptr (LuminalApplication) application = NULL;

  raise_descriptor_limit ();

  /* The library binds the domain, which the programs share. */
  setlocale (LC_ALL, "");
  textdomain (GETTEXT_PACKAGE);

  /* Named here, or the linker would leave the resources out of a static library. */
  g_resources_register (luminal_app_get_resource ());

  application = luminal_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
