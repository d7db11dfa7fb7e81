/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whoever hears of a change may do anything: stop the watch in the middle of it, ask for
 * the next thing, or have done something before. */

#include <glib/gstdio.h>
#include <string.h>

#include "watch-testing.h"

static void
stop_at_once (LuminalLoader *loader)
{
  if (luminal_loader_get_watching (loader))
    luminal_loader_stop_watching_photons_async (loader, TRUE, NULL, NULL, NULL);
}

static void
test_stop_when_it_begins (Watch        *watch,
                          gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gulong id = g_signal_connect (watch->loader, "notify::watching", G_CALLBACK (stop_at_once), NULL);

  watch_write_content (watch, "x.so", 1, 1);
  watch_begin_async (watch, NULL, &result);
  watch_until (result != NULL);
  g_assert_false (luminal_loader_watch_photons_finish (watch->loader, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (luminal_loader_get_watching (watch->loader));

  g_signal_handler_disconnect (watch->loader, id);
  watch_begin (watch, FALSE);
  g_assert_true (watch_says (watch, 1, 1));
}

static void
cancel_when_watching (LuminalLoader *loader,
                      LuminalEvent  *event,
                      GCancellable  *cancellable)
{
  if (luminal_event_get_kind (event) == LUMINAL_EVENT_WATCHING)
    g_cancellable_cancel (cancellable);
}

/* It is watching by then, so that is what the result says. */
static void
test_cancel_when_watching (Watch        *watch,
                           gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_connect (watch->loader, "event", G_CALLBACK (cancel_when_watching), cancellable);
  watch_begin_async (watch, cancellable, &result);
  watch_until (result != NULL);
  g_assert_true (luminal_loader_watch_photons_finish (watch->loader, result, &error));
  g_assert_no_error (error);
  g_assert_true (luminal_loader_get_watching (watch->loader));
  g_signal_handlers_disconnect_by_func (watch->loader, cancel_when_watching, cancellable);
}

static void
stop_when_stopped (LuminalLoader *loader,
                   LuminalEvent  *event,
                   Watch         *watch)
{
  if (luminal_event_get_kind (event) == LUMINAL_EVENT_STOPPED)
    stop_at_once (loader);
}

/* The unloading of a vanished file is under way when the watch ends. */
static void
test_stop_in_unload (Watch        *watch,
                     gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");

  luminal_loader_set_grace_time (watch->loader, 0);
  watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);
  g_signal_connect (watch->loader, "event", G_CALLBACK (stop_when_stopped), watch);

  g_assert_no_errno (g_unlink (path));
  watch_until (g_list_model_get_n_items (G_LIST_MODEL (watch->loader)) == 0);
  g_assert_false (luminal_loader_get_watching (watch->loader));
  g_signal_handlers_disconnect_by_func (watch->loader, stop_when_stopped, watch);
}

static void
stop_when_reloaded (LuminalLoader *loader,
                    LuminalEvent  *event,
                    guint         *n_reloaded)
{
  if (luminal_event_get_kind (event) != LUMINAL_EVENT_RELOADED)
    return;

  *n_reloaded += 1;
  stop_at_once (loader);
}

/* Of many files that changed in one go, none is begun after a halt. */
static void
test_halt_in_burst (Watch        *watch,
                    gconstpointer data)
{
  const guint n = 300;
  guint n_reloaded = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%03u.so", i);

      watch_write_content (watch, name, i, 1);
    }
  watch_begin (watch, FALSE);
  g_signal_connect (watch->loader, "event", G_CALLBACK (stop_when_reloaded), &n_reloaded);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%03u.so", i);

      watch_replace_content (watch, name, i, 2);
    }
  watch_until (n_reloaded > 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_reloaded, <, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (luminal_handler_get_status (watch_handler (watch, i)), ==, LUMINAL_STATUS_RUNNING);
  g_signal_handlers_disconnect_by_func (watch->loader, stop_when_reloaded, &n_reloaded);
}

/* A watch starts what is there, also what was only loaded before. */
static void
test_loaded_before (Watch        *watch,
                    gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  watch_write_content (watch, "x.so", 1, 1);
  luminal_loader_load_photon_async (watch->loader, file, LUMINAL_TYPE_PHOTON, NULL, NULL, watch_note_result, &result);
  watch_until (result != NULL);
  handlers = luminal_loader_load_photon_finish (watch->loader, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (luminal_handler_get_status (handlers->pdata[0]), ==, LUMINAL_STATUS_LOADED);

  watch_begin (watch, FALSE);
  g_assert_cmpint (luminal_handler_get_status (handlers->pdata[0]), ==, LUMINAL_STATUS_RUNNING);
  g_assert_true (watch_handler (watch, 1) == handlers->pdata[0]);
}

/* A name that a reload gives up is for who waits for it. */
static void
test_name_given_up (Watch        *watch,
                    gconstpointer data)
{
  watch_write_content (watch, "a.so", 1, 1);
  watch_begin (watch, FALSE);
  watch_write_content (watch, "b.so", 1, 2);
  watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_FAILED, "b.so") == 1);
  g_assert_true (watch_says (watch, 1, 1));

  watch_replace_content (watch, "a.so", 2, 3);
  watch_until_settled (watch, watch_says (watch, 1, 2) && watch_says (watch, 2, 3));
  g_assert_cmpint (luminal_handler_get_status (watch_handler (watch, 1)), ==, LUMINAL_STATUS_RUNNING);
}

static gint64
began_at (Watch *watch,
          guint  number)
{
  GListModel *history = luminal_handler_get_history (watch_handler (watch, number));
  g_autoptr (LuminalGeneration) first = g_list_model_get_item (history, 0);

  return luminal_generation_get_time (first);
}

/* A link has no writer to wait for, though GIO makes one up: it counts before a file
 * that is written after it was made. */
static void
test_link_at_once (Watch        *watch,
                   gconstpointer data)
{
  g_autofree char *target = watch_outside (watch, "target.so");
  g_autofree char *link_path = watch_path (watch, "link.so");
  g_autoptr (GBytes) content = watch_content (1, 1);

  watch_write (target, content);
  watch_begin (watch, FALSE);
  watch_run ("ln", "-s", target, link_path, NULL);
  watch_write_content (watch, "later.so", 2, 1);
  watch_until (watch_says (watch, 1, 1) && watch_says (watch, 2, 1));

  /* Begun first; which of two processes is done first nobody knows. */
  g_assert_cmpint (began_at (watch, 1), <, began_at (watch, 2));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, test)                                                                            \
  g_test_add ("/watch-reentry/" path, Watch, NULL, watch_set_up, test, watch_tear_down)
  ADD ("stop-when-it-begins", test_stop_when_it_begins);
  ADD ("cancel-when-watching", test_cancel_when_watching);
  ADD ("stop-in-unload", test_stop_in_unload);
  ADD ("halt-in-burst", test_halt_in_burst);
  ADD ("loaded-before", test_loaded_before);
  ADD ("name-given-up", test_name_given_up);
  ADD ("link-at-once", test_link_at_once);
#undef ADD

  return g_test_run ();
}
