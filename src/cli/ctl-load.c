/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-command.h"

#include <glib/gi18n.h>

/* When nothing was said for so long, photons have done what they do at their start.
 * Some never stop saying something; that is no reason to wait for ever. */
#define QUIET_MS 20
#define MOST_WAITS 50

static GPtrArray *
load_path (LuminalLoader    *loader,
           GFile            *file,
           const CtlOptions *options,
           GError          **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY)
    {
      luminal_loader_load_photons_async (loader, file, LUMINAL_TYPE_PHOTON, NULL,
                                         options->recursive, NULL, ctl_keep_result, &result);
      ctl_wait_for_result (&result);

      return luminal_loader_load_photons_finish (loader, result, error);
    }

  luminal_loader_load_photon_async (loader, file, LUMINAL_TYPE_PHOTON, NULL,
                                    NULL, ctl_keep_result, &result);
  ctl_wait_for_result (&result);

  return luminal_loader_load_photon_finish (loader, result, error);
}

static void
start_photon (LuminalHandler *handler,
              CtlReporter    *reporter)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  luminal_handler_start_async (handler, NULL, ctl_keep_result, &result);
  ctl_wait_for_result (&result);
  if (!luminal_handler_start_finish (handler, result, &error))
    ctl_reporter_failure (reporter, luminal_handler_get_file (handler), error);
}

typedef struct
{
  gboolean is_over;
  guint n_events;
} Quiet;

static gboolean
quiet_is_over (gpointer user_data)
{
  ((Quiet *) user_data)->is_over = TRUE;

  return G_SOURCE_REMOVE;
}

static void
count_event (LuminalLoader *loader,
             LuminalEvent  *event,
             Quiet         *quiet)
{
  quiet->n_events++;
}

static void
let_photons_work (LuminalLoader *loader)
{
  Quiet quiet = { 0 };
  gulong counting = g_signal_connect (loader, "event", G_CALLBACK (count_event), &quiet);

  for (guint i = 0; i < MOST_WAITS; i++)
    {
      quiet = (Quiet) { 0 };
      g_timeout_add (QUIET_MS, quiet_is_over, &quiet);
      while (!quiet.is_over)
        g_main_context_iteration (NULL, TRUE);
      if (quiet.n_events == 0)
        break;
    }

  g_signal_handler_disconnect (loader, counting);
}

static void
unload_photons (LuminalLoader *loader,
                GPtrArray     *handlers,
                CtlReporter   *reporter)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) unloaded = NULL;
  g_autoptr (GError) error = NULL;

  if (handlers->len == 0)
    return;

  luminal_loader_unload_photons_async (loader, handlers, FALSE, NULL, ctl_keep_result, &result);
  ctl_wait_for_result (&result);
  unloaded = luminal_loader_unload_photons_finish (loader, result, &error);
  if (unloaded == NULL)
    {
      LuminalHandler *first = handlers->pdata[0];

      ctl_reporter_failure (reporter, luminal_handler_get_file (first), error);
    }
}

static CtlExit
ctl_load (const CtlOptions *options)
{
  g_autoptr (CtlReporter) reporter = ctl_reporter_new (options->json);
  g_autoptr (LuminalLoader) loader = ctl_loader_new (options, reporter);
  g_autoptr (GPtrArray) handlers = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < options->files->len; i++)
    {
      GFile *file = options->files->pdata[i];
      g_autoptr (GPtrArray) loaded = NULL;
      g_autoptr (GError) error = NULL;

      loaded = load_path (loader, file, options, &error);
      if (loaded == NULL)
        {
          ctl_reporter_failure (reporter, file, error);
          continue;
        }

      for (guint j = 0; j < loaded->len; j++)
        {
          g_ptr_array_add (handlers, g_object_ref (loaded->pdata[j]));
          start_photon (loaded->pdata[j], reporter);
        }
    }

  if (handlers->len > 0)
    let_photons_work (loader);
  unload_photons (loader, handlers, reporter);

  return ctl_reporter_get_failed (reporter) ? CTL_EXIT_FAILED : CTL_EXIT_GOOD;
}

const CtlCommand ctl_load_command = {
  .name = "load",
  .parameters = N_("PATH…"),
  .summary = N_("Load and start photons, show what they say, then stop and unload them."),
  .description = N_("PATH is a module (.so or .c), or a folder whose modules are loaded."),
  .takes = CTL_TAKES_RECURSIVE | CTL_TAKES_HOST | CTL_TAKES_TIMEOUT | CTL_TAKES_SEVERAL_PATHS,
  .run = ctl_load,
};
