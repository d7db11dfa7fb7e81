/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "luminal-worker-entry.h"
#include "spawner.h"

static int
print_help (void)
{
  puts (_("Usage: luminal-worker [--help | --version]\n"
          "\n"
          "Runs photons, each module in a process of its own. Luminal starts it when it needs\n"
          "it; there is nothing that it could do when it is started by hand.\n"
          "\n"
          "LUMINAL_WORKER in the environment of Luminal is the path of another one to start."));
  return EXIT_SUCCESS;
}

int
main (int    argc,
      char **argv)
{
  /* Errors are worded here too. Numbers stay as they are: photons read and write them. */
  setlocale (LC_CTYPE, "");
  setlocale (LC_MESSAGES, "");
  textdomain (GETTEXT_PACKAGE);

  if (argc == 2 && strcmp (argv[1], "--help") == 0)
    return print_help ();
  if (argc == 2 && strcmp (argv[1], "--version") == 0)
    return puts ("luminal-worker " PACKAGE_VERSION) < 0;

  if (argc > 1 || !spawner_has_fds ())
    {
      fputs (_("luminal-worker is started by Luminal, not by hand: see “luminal-worker --help”.\n"), stderr);
      return 2;
    }

  spawner_run (luminal_worker_prepare, luminal_worker_serve);
}
