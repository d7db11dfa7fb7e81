/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-command.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>

/* The compiler goes with us. */
static gboolean
on_signal (gpointer user_data)
{
  g_cancellable_cancel (user_data);

  return G_SOURCE_CONTINUE;
}

static CtlExit
ctl_build (const CtlOptions *options)
{
  GFile *file = options->files->pdata[0];
  g_autoptr (CtlReporter) reporter = ctl_reporter_new (options->json);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (LuminalBuildResult) build = NULL;
  g_autoptr (GError) error = NULL;
  guint interrupt_source = g_unix_signal_add (SIGINT, on_signal, cancellable);
  guint terminate_source = g_unix_signal_add (SIGTERM, on_signal, cancellable);

  luminal_build_async (file, cancellable, ctl_keep_result, &result);
  ctl_wait_for_result (&result);
  build = luminal_build_finish (result, &error);
  g_source_remove (interrupt_source);
  g_source_remove (terminate_source);

  if (build != NULL)
    ctl_reporter_build (reporter, file, build);
  else
    ctl_reporter_failure (reporter, file, error);

  return ctl_reporter_get_failed (reporter) ? CTL_EXIT_FAILED : CTL_EXIT_GOOD;
}

const CtlCommand ctl_build_command = {
  .name = "build",
  .parameters = N_("FILE.c"),
  .summary = N_("Compile a photon as it is when it is loaded, and show what the compiler says."),
  .description = N_("Nothing is written beside FILE.c: what was built is kept for when it is "
                    "loaded.\nThe compiler is the one that the environment variable CC names, or "
                    "cc, gcc or clang."),
  .takes = CTL_TAKES_NOTHING,
  .run = ctl_build,
};
