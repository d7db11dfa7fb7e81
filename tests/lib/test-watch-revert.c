/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A watch leaves an earlier generation alone that somebody brought back. */

#include "watch-testing.h"

static gboolean
runs (LuminalHandler *handler,
      guint           generation)
{
  return luminal_handler_get_status (handler) == LUMINAL_STATUS_RUNNING &&
         luminal_handler_get_generation (handler) == generation &&
         luminal_handler_get_phase (handler) == LUMINAL_PHASE_NONE;
}

static void
go_back (Watch          *watch,
         LuminalHandler *handler,
         guint           generation)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  luminal_loader_revert_photon_async (watch->loader, handler, generation, NULL, watch_note_result, &result);
  watch_until (result != NULL);
  handlers = luminal_loader_revert_photon_finish (watch->loader, result, &error);
  g_assert_no_error (error);
  g_assert_true (runs (handler, generation));
}

static LuminalHandler *
begin (Watch *watch)
{
  LuminalHandler *handler;

  watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);
  watch_replace_content (watch, "x.so", 1, 2);
  handler = watch_handler (watch, 1);
  watch_until_settled (watch, runs (handler, 2));

  go_back (watch, handler, 1);
  g_assert_true (luminal_handler_get_changed_on_disk (handler));
  return handler;
}

/* The same bytes once more are not what somebody waits for; others are. */
static void
test_written_again (Watch         *watch,
                    gconstpointer  data)
{
  LuminalHandler *handler = begin (watch);

  watch_replace_content (watch, "x.so", 1, 2);
  watch_barrier (watch);
  g_assert_true (runs (handler, 1));
  g_assert_true (luminal_handler_get_changed_on_disk (handler));
  g_assert_null (luminal_handler_get_error (handler));

  watch_replace_content (watch, "x.so", 1, 3);
  watch_until_settled (watch, runs (handler, 3));
  g_assert_false (luminal_handler_get_changed_on_disk (handler));

  /* That it was left once is forgotten by then. */
  watch_replace_content (watch, "x.so", 1, 2);
  watch_until_settled (watch, runs (handler, 4));
}

static void
test_watched_again (Watch         *watch,
                    gconstpointer  data)
{
  LuminalHandler *handler = begin (watch);
  g_autoptr (GError) error = NULL;

  g_assert_true (watch_end (watch, FALSE, &error));
  g_assert_no_error (error);
  watch_begin (watch, FALSE);
  g_assert_true (runs (handler, 1));
  g_assert_true (luminal_handler_get_changed_on_disk (handler));
}

/* The file is what runs again. */
static void
test_file_follows (Watch         *watch,
                   gconstpointer  data)
{
  LuminalHandler *handler = begin (watch);

  watch_replace_content (watch, "x.so", 1, 1);
  watch_until_settled (watch, !luminal_handler_get_changed_on_disk (handler));
  g_assert_true (runs (handler, 1));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Watch, NULL, watch_set_up, func, watch_tear_down)
  ADD ("/watch/revert/written-again", test_written_again);
  ADD ("/watch/revert/watched-again", test_watched_again);
  ADD ("/watch/revert/file-follows", test_file_follows);

  return g_test_run ();
}
