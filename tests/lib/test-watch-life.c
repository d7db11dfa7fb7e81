/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a watch begins, ends and rests. */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "watch-testing.h"

#define LONG_MS 3600000
#define SHORT_MS 20

static void
test_already_watching (Watch        *watch,
                       gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);
  g_assert_false (watch_try (watch, watch->outside, FALSE, NULL, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_ALREADY_WATCHING);
  g_assert_nonnull (strstr (error->message, watch->folder));

  /* The first one does not mind. */
  watch_write_content (watch, "x.so", 1, 2);
  watch_until_settled (watch, watch_says (watch, 1, 2));
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_WATCHING, NULL), ==, 1);
}

static void
test_no_folder (Watch        *watch,
                gconstpointer data)
{
  g_autofree char *missing = watch_path (watch, "missing");
  g_autofree char *file = watch_path (watch, "file");
  g_autofree char *dangling = watch_path (watch, "dangling");
  g_autoptr (GBytes) bytes = g_bytes_new_static ("text", 4);
  const char *const paths[] = { missing, file, dangling };
  g_autoptr (GFile) elsewhere = g_file_new_for_uri ("resource:///photons");

  watch_write (file, bytes);
  g_assert_no_errno (symlink ("nowhere", dangling));
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (watch_try (watch, paths[i], FALSE, NULL, &error));
      g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_DIRECTORY_NOT_FOUND);
      g_assert_nonnull (strstr (error->message, paths[i]));
      g_assert_false (luminal_loader_get_watching (watch->loader));
      g_assert_null (luminal_loader_get_directory (watch->loader));
    }
  g_assert_cmpuint (watch->n_observed, ==, 0);
  g_assert_cmpuint (watch->events->len, ==, 0);

  watch_begin (watch, FALSE);
}

static void
test_stopped (Watch        *watch,
              gconstpointer data)
{
  gboolean halt = GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  LuminalHandler *handler;

  watch_write_content (watch, "x.so", 1, 1);
  g_assert_false (watch_end (watch, halt, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NOT_WATCHING);
  g_clear_error (&error);

  for (guint i = 1; i <= 5; i++)
    {
      watch_begin (watch, FALSE);
      handler = watch_handler (watch, 1);
      g_assert_true (watch_says (watch, 1, i));
      g_assert_cmpuint (luminal_handler_get_generation (handler), ==, i);

      g_assert_true (watch_end (watch, halt, &error));
      g_assert_no_error (error);
      g_assert_false (luminal_loader_get_watching (watch->loader));
      g_assert_null (luminal_loader_get_directory (watch->loader));

      /* It runs on, and nobody looks. */
      watch_write_content (watch, "x.so", 1, i + 1);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_true (watch_says (watch, 1, i));
      g_assert_cmpint (luminal_handler_get_status (handler), ==, LUMINAL_STATUS_RUNNING);
      g_assert_true (watch_handler (watch, 1) == handler);
    }
}

/* What is under way is ended, or called off. */
static void
test_stopped_in_reload (Watch        *watch,
                        gconstpointer data)
{
  gboolean halt = GPOINTER_TO_INT (data);
  const guint n = 50;
  g_autoptr (GError) error = NULL;
  guint n_reloaded = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.so", i);

      watch_write_content (watch, name, i, 1);
    }
  watch_begin (watch, FALSE);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.so", i);

      watch_replace_content (watch, name, i, 2);
    }
  watch_until (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL) > 0);
  g_assert_true (watch_end (watch, halt, &error));
  g_assert_no_error (error);

  n_reloaded = watch_count (watch, LUMINAL_EVENT_RELOADED, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, n_reloaded);
  for (guint i = 0; i < n; i++)
    {
      LuminalHandler *handler = watch_handler (watch, i);

      g_assert_true (watch_says (watch, i, luminal_handler_get_generation (handler)));
      g_assert_cmpint (luminal_handler_get_phase (handler), ==, LUMINAL_PHASE_NONE);
      g_assert_null (luminal_handler_get_error (handler));
    }
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

static void
test_stopped_in_grace_time (Watch        *watch,
                            gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  g_autoptr (GError) error = NULL;

  luminal_loader_set_grace_time (watch->loader, LONG_MS);
  watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);
  g_assert_no_errno (g_unlink (path));
  watch_barrier (watch);
  g_assert_true (watch_end (watch, FALSE, &error));
  g_assert_no_error (error);
  g_assert_true (watch_says (watch, 1, 1));
}

static void
expect_cancelled (Watch         *watch,
                  GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;

  watch_until (*result != NULL);
  g_assert_false (luminal_loader_watch_photons_finish (watch->loader, *result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (luminal_loader_get_watching (watch->loader));
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_WATCHING, NULL), ==, 0);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

static void
put_many (Watch *watch,
          guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.so", i);

      watch_write_content (watch, name, i, 1);
    }
}

static gpointer
cancel (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
expect_thread (GThread *thread)
{
  g_assert_true (g_thread_self () == thread);
}

/* What ends then ends in the thread of the loader, whichever thread cancels. */
static void
test_cancelled_by_thread (Watch        *watch,
                          gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  gulong handler;

  put_many (watch, 50);
  watch_begin_async (watch, cancellable, &result);
  handler = g_signal_connect_swapped (watch->loader, "notify::watching", G_CALLBACK (expect_thread), g_thread_self ());
  watch_until (g_list_model_get_n_items (G_LIST_MODEL (watch->loader)) >= 1);
  g_thread_join (g_thread_new ("cancels", cancel, cancellable));
  expect_cancelled (watch, &result);
  g_signal_handler_disconnect (watch->loader, handler);
}

static void
test_cancelled (Watch        *watch,
                gconstpointer data)
{
  const guint n = 300;
  const guint after[] = { 0, 1, 100 };

  put_many (watch, n);
  for (gsize i = 0; i < G_N_ELEMENTS (after); i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;

      watch_begin_async (watch, cancellable, &result);
      watch_until (g_list_model_get_n_items (G_LIST_MODEL (watch->loader)) >= after[i]);
      g_cancellable_cancel (cancellable);
      expect_cancelled (watch, &result);
    }

  /* What was loaded runs, and the rest can still be. */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (watch->loader)), <, n);
  watch_begin (watch, FALSE);
  for (guint i = 0; i < n; i++)
    g_assert_true (watch_says (watch, i, 1));
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_LOADED, NULL), ==, n);
}

/* Too late to mean the first scan. */
static void
test_cancelled_later (Watch        *watch,
                      gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  watch_write_content (watch, "x.so", 1, 1);
  watch_begin_async (watch, cancellable, &result);
  watch_until (result != NULL);
  g_assert_true (luminal_loader_watch_photons_finish (watch->loader, result, &error));
  g_assert_no_error (error);
  watch_until_settled (watch, TRUE);

  g_cancellable_cancel (cancellable);
  g_assert_true (luminal_loader_get_watching (watch->loader));
  watch_write_content (watch, "x.so", 1, 2);
  watch_until_settled (watch, watch_says (watch, 1, 2));
}

/* Whoever waits for a watch that somebody else stops is told so. */
static void
test_stopped_while_starting (Watch        *watch,
                             gconstpointer data)
{
  gboolean halt = GPOINTER_TO_INT (data);
  const guint n = 200;
  const guint after[] = { 0, 50 };

  put_many (watch, n);
  for (gsize i = 0; i < G_N_ELEMENTS (after); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      watch_begin_async (watch, NULL, &result);
      watch_until (g_list_model_get_n_items (G_LIST_MODEL (watch->loader)) >= after[i]);
      g_assert_true (watch_end (watch, halt, &error));
      g_assert_no_error (error);
      expect_cancelled (watch, &result);
    }
}

/* The last reference may go while it watches. */
static void
test_dropped (void)
{
  Watch watch = { NULL };
  g_autoptr (GError) error = NULL;
  gpointer watched;

  watch_set_up (&watch, NULL);
  watch_begin (&watch, FALSE);
  watched = watch.loader;
  g_object_add_weak_pointer (G_OBJECT (watch.loader), &watched);
  g_signal_handlers_disconnect_by_data (watch.loader, &watch);
  g_object_unref (watch.loader);
  g_assert_null (watched);

  watch.loader = luminal_loader_new (FALSE, FALSE);
  watch_tear_down (&watch, NULL);
}

/* Adds up how often threads other than this one have gone to sleep so far, and
 * counts those that GLib keeps for a while for whoever needs one next. The one that
 * makes them, in newer versions, stays for good and sleeps. */
static guint64
count_naps (guint *n_kept)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  g_autofree char *own = g_strdup_printf ("%d", getpid ());
  guint64 n = 0;
  const char *name;

  *n_kept = 0;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", name, "status", NULL);
      g_autofree char *text = NULL;
      const char *line;

      if (g_str_equal (name, own) || !g_file_get_contents (path, &text, NULL, NULL))
        continue;
      line = strstr (text, "\nvoluntary_ctxt_switches:");
      g_assert_nonnull (line);
      n += g_ascii_strtoull (line + strlen ("\nvoluntary_ctxt_switches:"), NULL, 10);
      if (g_str_has_prefix (text, "Name:\tpool-") && !g_str_has_prefix (text, "Name:\tpool-spawner\n"))
        *n_kept += 1;
    }

  return n;
}

static gboolean
look_at_threads (gpointer user_data)
{
  count_naps (user_data);
  return G_SOURCE_CONTINUE;
}

/* GLib lets them go half a second after their last work, or so. */
static void
wait_for_kept_threads (void)
{
  guint n_kept = 1;
  guint source = g_timeout_add (50, look_at_threads, &n_kept);

  watch_until (n_kept == 0);
  g_source_remove (source);
}

/* In this thread, in milliseconds; -1: never, unless something happens. */
static int
get_next_timer (GPollFD *fds,
                int     *n_fds)
{
  GMainContext *context = g_main_context_default ();
  int priority;
  int timeout;

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (g_main_context_acquire (context));
  g_assert_false (g_main_context_prepare (context, &priority));
  *n_fds = g_main_context_query (context, priority, &timeout, fds, *n_fds);
  g_main_context_release (context);
  return timeout;
}

/* Nothing is to happen in this thread, at any time: as soon as a spare worker is there. */
static void
assert_no_timers (GPollFD *fds,
                  int     *n_fds)
{
  const int room = *n_fds;

  while (test_has_workers () && get_next_timer (fds, n_fds) != -1)
    {
      *n_fds = room;
      g_main_context_iteration (NULL, TRUE);
    }
  *n_fds = room;
  g_assert_cmpint (get_next_timer (fds, n_fds), ==, -1);
}

/* Neither the loader nor anything it uses wakes up when nothing happens. */
static void
test_idle (Watch        *watch,
           gconstpointer data)
{
  GPollFD fds[16];
  int n_fds = G_N_ELEMENTS (fds);
  g_autofree char *path = watch_path (watch, "1.so");
  guint64 naps;
  guint n_kept;

  g_thread_pool_set_max_unused_threads (0);
  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  put_many (watch, 100);
  watch_begin (watch, FALSE);
  assert_no_timers (fds, &n_fds);

  for (guint i = 1; i <= 600; i++)
    watch_write_content (watch, "0.so", 0, i);
  watch_until_settled (watch, watch_says (watch, 0, 600));
  g_assert_no_errno (g_unlink (path));
  watch_until_settled (watch, watch_handler (watch, 1) == NULL);

  n_fds = G_N_ELEMENTS (fds);
  assert_no_timers (fds, &n_fds);
  wait_for_kept_threads ();
  naps = count_naps (&n_kept);
  g_assert_cmpint (g_poll (fds, (guint) n_fds, 3000), ==, 0);
  g_assert_cmpuint (count_naps (&n_kept), ==, naps);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, data, test)                                                                      \
  g_test_add ("/watch-life/" path, Watch, GINT_TO_POINTER (data), watch_set_up, test, watch_tear_down)
  ADD ("already-watching", FALSE, test_already_watching);
  ADD ("no-folder", FALSE, test_no_folder);
  ADD ("stopped/gracefully", FALSE, test_stopped);
  ADD ("stopped/halting", TRUE, test_stopped);
  ADD ("stopped-in-reload/gracefully", FALSE, test_stopped_in_reload);
  ADD ("stopped-in-reload/halting", TRUE, test_stopped_in_reload);
  ADD ("stopped-in-grace-time", FALSE, test_stopped_in_grace_time);
  ADD ("cancelled", FALSE, test_cancelled);
  ADD ("cancelled-by-thread", FALSE, test_cancelled_by_thread);
  ADD ("cancelled-later", FALSE, test_cancelled_later);
  ADD ("stopped-while-starting/gracefully", FALSE, test_stopped_while_starting);
  ADD ("stopped-while-starting/halting", TRUE, test_stopped_while_starting);
  ADD ("idle", FALSE, test_idle);
#undef ADD
  g_test_add_func ("/watch-life/dropped", test_dropped);

  return g_test_run ();
}
