/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib-unix.h>
#include <luminal.h>

static void
on_event (LuminalLoader *loader, LuminalEvent *event)
{
  if (luminal_event_get_kind (event) == LUMINAL_EVENT_OUTPUT)
    g_print ("%s: %s\n", luminal_event_get_photon (event), luminal_event_get_text (event));
  else if (luminal_event_get_error (event) != NULL)
    g_printerr ("%s\n", luminal_event_get_error (event)->message);
}

static void
on_watching (GObject *loader, GAsyncResult *result, gpointer loop)
{
  g_autoptr (GError) error = NULL;

  if (!luminal_loader_watch_photons_finish (LUMINAL_LOADER (loader), result, &error))
    {
      g_printerr ("%s\n", error->message);
      g_main_loop_quit ((GMainLoop *) loop);
    }
}

static gboolean
on_interrupt (gpointer loop)
{
  g_main_loop_quit ((GMainLoop *) loop);
  return G_SOURCE_CONTINUE;
}

static void
on_unloaded (GObject *loader, GAsyncResult *result, gpointer loop)
{
  g_main_loop_quit ((GMainLoop *) loop);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (LuminalLoader) loader = luminal_loader_new (FALSE, TRUE);
  g_autoptr (GFile) folder = g_file_new_for_path (argc > 1 ? argv[1] : "photons");
  g_autoptr (GPtrArray) photons = g_ptr_array_new_with_free_func (g_object_unref);

  g_signal_connect (loader, "event", G_CALLBACK (on_event), NULL);
  luminal_loader_watch_photons_async (loader, folder, LUMINAL_TYPE_PHOTON, NULL, TRUE, NULL, on_watching, loop);
  g_unix_signal_add (SIGINT, on_interrupt, loop);
  g_unix_signal_add (SIGTERM, on_interrupt, loop);
  g_main_loop_run (loop);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (loader)); i++)
    g_ptr_array_add (photons, g_list_model_get_item (G_LIST_MODEL (loader), i));
  luminal_loader_unload_photons_async (loader, photons, FALSE, NULL, on_unloaded, loop);
  g_main_loop_run (loop);
  return 0;
}
