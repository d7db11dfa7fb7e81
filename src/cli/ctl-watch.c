/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-command.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>

#include "ctl-visible.h"

typedef struct
{
  gboolean asked_to_end;
  GCancellable *cancellable; /* of the first scan */
  guint interrupt_source;
  guint terminate_source;
  guint output_source;
} Watch;

static void
end_watch (Watch *self)
{
  self->asked_to_end = TRUE;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

/* Without its sources a signal does what it does by default: a second one ends
 * a process whose photons take too long to stop. */
static void
release_signals (Watch *self)
{
  g_clear_handle_id (&self->interrupt_source, g_source_remove);
  g_clear_handle_id (&self->terminate_source, g_source_remove);
}

static gboolean
on_signal (gpointer user_data)
{
  Watch *self = user_data;

  release_signals (self);
  end_watch (self);

  return G_SOURCE_REMOVE;
}

/* The signal is caught once. While a photon hangs nothing is dispatched any
 * more, and only the default can end the process. */
static guint
catch_signal (Watch *self,
              int    number)
{
  guint source = g_unix_signal_add (number, on_signal, self);
  struct sigaction action;

  sigaction (number, NULL, &action);
  action.sa_flags |= SA_RESETHAND;
  sigaction (number, &action, NULL);

  return source;
}

/* As other tools do at their next line; but here that may be a long time off. */
static gboolean
on_nobody_reads (int          fd,
                 GIOCondition condition,
                 gpointer     user_data)
{
  Watch *self = user_data;

  self->output_source = 0;
  end_watch (self);

  return G_SOURCE_REMOVE;
}

static void
stop_watching (LuminalLoader *loader,
               CtlReporter   *reporter,
               GFile         *directory)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (!luminal_loader_get_watching (loader))
    return;

  luminal_loader_stop_watching_photons_async (loader, FALSE, NULL, ctl_keep_result, &result);
  ctl_wait_for_result (&result);
  if (!luminal_loader_stop_watching_photons_finish (loader, result, &error))
    ctl_reporter_failure (reporter, directory, error);
}

static void
unload_all (LuminalLoader *loader,
            CtlReporter   *reporter,
            GFile         *directory)
{
  g_autoptr (GPtrArray) handlers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) unloaded = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (loader)); i++)
    g_ptr_array_add (handlers, g_list_model_get_item (G_LIST_MODEL (loader), i));
  if (handlers->len == 0)
    return;

  luminal_loader_unload_photons_async (loader, handlers, FALSE, NULL, ctl_keep_result, &result);
  ctl_wait_for_result (&result);
  unloaded = luminal_loader_unload_photons_finish (loader, result, &error);
  if (unloaded == NULL)
    ctl_reporter_failure (reporter, directory, error);
}

static gboolean
begin_watching (Watch            *self,
                LuminalLoader    *loader,
                CtlReporter      *reporter,
                const CtlOptions *options)
{
  GFile *directory = options->files->pdata[0];
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  self->cancellable = g_cancellable_new ();
  luminal_loader_watch_photons_async (loader, directory, LUMINAL_TYPE_PHOTON, NULL,
                                      options->recursive, self->cancellable, ctl_keep_result,
                                      &result);
  ctl_wait_for_result (&result);
  g_clear_object (&self->cancellable);

  if (luminal_loader_watch_photons_finish (loader, result, &error) || self->asked_to_end)
    return TRUE;

  ctl_reporter_failure (reporter, directory, error);

  return FALSE;
}

/* It works all the same, but later and at some cost. */
static void
tell_of_polling (LuminalLoader *loader,
                 GParamSpec    *pspec,
                 GFile         *directory)
{
  const char *reason = luminal_loader_get_polling_reason (loader);
  g_autofree char *name = g_file_get_parse_name (directory);
  g_autofree char *visible = ctl_visible (name);

  if (reason != NULL)
    g_printerr (_("luminalctl: %s is looked at every 2 s: %s\n"), visible, reason);
  else if (luminal_loader_get_watching (loader))
    g_printerr (_("luminalctl: %s tells of its changes again\n"), visible);
}

static CtlExit
ctl_watch (const CtlOptions *options)
{
  GFile *directory = options->files->pdata[0];
  g_autoptr (CtlReporter) reporter = ctl_reporter_new (options->json);
  g_autoptr (LuminalLoader) loader = ctl_loader_new (options, reporter);
  Watch watch = { 0 };
  gboolean good;

  watch.interrupt_source = catch_signal (&watch, SIGINT);
  watch.terminate_source = catch_signal (&watch, SIGTERM);
  watch.output_source = g_unix_fd_add (ctl_output_get_fd (ctl_reporter_get_output (reporter)),
                                       G_IO_ERR | G_IO_HUP, on_nobody_reads, &watch);

  g_signal_connect (loader, "notify::polling-reason", G_CALLBACK (tell_of_polling), directory);

  good = begin_watching (&watch, loader, reporter, options);
  while (good && !watch.asked_to_end)
    g_main_context_iteration (NULL, TRUE);

  stop_watching (loader, reporter, directory);
  unload_all (loader, reporter, directory);

  release_signals (&watch);
  g_clear_handle_id (&watch.output_source, g_source_remove);

  /* What failed meanwhile was told; being asked to end is the good end. */
  return good ? CTL_EXIT_GOOD : CTL_EXIT_FAILED;
}

const CtlCommand ctl_watch_command = {
  .name = "watch",
  .parameters = N_("DIR"),
  .summary = N_("Run the photons of a folder, and put every change of a file to work at once."),
  .description = N_("Ends with Ctrl+C, after its photons have ended."),
  .takes = CTL_TAKES_RECURSIVE | CTL_TAKES_HOST | CTL_TAKES_TIMEOUT,
  .run = ctl_watch,
};
