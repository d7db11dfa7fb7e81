/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A watch that tells of changes and leaves it at that, until they are wanted. */

#include "watch-testing.h"

#include <glib/gstdio.h>

static gboolean
runs (LuminalHandler *handler,
      guint           generation)
{
  return luminal_handler_get_status (handler) == LUMINAL_STATUS_RUNNING &&
         luminal_handler_get_generation (handler) == generation &&
         luminal_handler_get_phase (handler) == LUMINAL_PHASE_NONE;
}

static LuminalHandler *
begin (Watch *watch)
{
  watch_write_content (watch, "x.so", 1, 1);
  luminal_loader_set_notice_only (watch->loader, TRUE);
  watch_begin (watch, FALSE);
  g_assert_true (luminal_loader_get_watching (watch->loader));
  g_assert_true (runs (watch_handler (watch, 1), 1));

  return watch_handler (watch, 1);
}

static void
reload (Watch          *watch,
        LuminalHandler *handler)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) handlers = NULL;

  luminal_loader_reload_photon_async (watch->loader, handler, LUMINAL_RELOAD_DEFAULT, NULL, watch_note_result, &result);
  watch_until (result != NULL);
  handlers = luminal_loader_reload_photon_finish (watch->loader, result, NULL);
}

static void
test_changed (Watch         *watch,
              gconstpointer  data)
{
  LuminalHandler *handler = begin (watch);

  watch_replace_content (watch, "x.so", 1, 2);
  watch_until (luminal_handler_get_changed_on_disk (handler));
  g_assert_true (runs (handler, 1));
  g_assert_true (watch_says (watch, 1, 1));

  /* As it was. */
  watch_replace_content (watch, "x.so", 1, 1);
  watch_until (!luminal_handler_get_changed_on_disk (handler));

  watch_replace_content (watch, "x.so", 1, 3);
  watch_until (luminal_handler_get_changed_on_disk (handler));
  reload (watch, handler);
  g_assert_true (runs (handler, 2));
  g_assert_false (luminal_handler_get_changed_on_disk (handler));

  /* And it is followed after that. */
  watch_replace_content (watch, "x.so", 1, 4);
  watch_until (luminal_handler_get_changed_on_disk (handler));
  g_assert_true (runs (handler, 2));
}

/* What could not be loaded is tried again when somebody says so. */
static void
test_failed (Watch         *watch,
             gconstpointer  data)
{
  LuminalHandler *handler = begin (watch);
  g_autofree char *path = watch_path (watch, "x.so");
  g_autoptr (GBytes) junk = g_bytes_new_static ("no module", 9);
  g_autoptr (GBytes) other_junk = g_bytes_new_static ("none either", 11);

  watch_replace (watch, path, junk);
  watch_until (luminal_handler_get_changed_on_disk (handler));
  g_assert_null (luminal_handler_get_error (handler));
  reload (watch, handler);
  g_assert_nonnull (luminal_handler_get_error (handler));
  g_assert_true (luminal_handler_get_changed_on_disk (handler));

  watch_replace (watch, path, other_junk);
  watch_replace_content (watch, "x.so", 1, 1);
  watch_until (!luminal_handler_get_changed_on_disk (handler));
  g_assert_true (runs (handler, 1));
}

static void
test_put_to_work (Watch         *watch,
                  gconstpointer  data)
{
  LuminalHandler *handler = begin (watch);
  g_autofree char *gone = watch_path (watch, "y.so");
  LuminalHandler *other;

  luminal_loader_set_notice_only (watch->loader, FALSE);
  watch_write_content (watch, "y.so", 2, 1);
  watch_until_settled (watch, luminal_loader_lookup (watch->loader, "Number 00002") != NULL &&
                       runs (watch_handler (watch, 2), 1));
  other = watch_handler (watch, 2);
  luminal_loader_set_notice_only (watch->loader, TRUE);

  watch_replace_content (watch, "x.so", 1, 2);
  watch_write_content (watch, "new.so", 3, 1);
  g_assert_cmpint (g_unlink (gone), ==, 0);
  watch_until (luminal_handler_get_changed_on_disk (handler) && luminal_handler_get_file_missing (other));
  g_assert_true (runs (handler, 1));
  g_assert_true (runs (other, 1));
  g_assert_null (luminal_loader_lookup (watch->loader, "Number 00003"));

  luminal_loader_set_notice_only (watch->loader, FALSE);
  watch_until_settled (watch, runs (handler, 2) && luminal_loader_lookup (watch->loader, "Number 00002") == NULL &&
                       luminal_loader_lookup (watch->loader, "Number 00003") != NULL);
  g_assert_false (luminal_handler_get_changed_on_disk (handler));
}

/* Gone, and back again as it was. */
static void
test_missing (Watch         *watch,
              gconstpointer  data)
{
  LuminalHandler *handler = begin (watch);
  g_autofree char *path = watch_path (watch, "x.so");

  luminal_loader_set_grace_time (watch->loader, 0);
  g_assert_cmpint (g_unlink (path), ==, 0);
  watch_until (luminal_handler_get_file_missing (handler));
  g_assert_true (runs (handler, 1));

  watch_write_content (watch, "x.so", 1, 1);
  watch_until (!luminal_handler_get_file_missing (handler) && !luminal_handler_get_changed_on_disk (handler));
  g_assert_true (runs (handler, 1));
}

/* However often it is written, and whenever the loader is let go of. */
static void
test_often (Watch         *watch,
            gconstpointer  data)
{
  LuminalHandler *handler = begin (watch);

  for (guint i = 0; i < 200; i++)
    {
      watch_replace_content (watch, "x.so", 1, i + 2);
      g_main_context_iteration (NULL, FALSE);
    }
  watch_until (luminal_handler_get_changed_on_disk (handler));
  watch_replace_content (watch, "x.so", 1, 1);
  watch_until (!luminal_handler_get_changed_on_disk (handler));
  watch_replace_content (watch, "x.so", 1, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Watch, NULL, watch_set_up, func, watch_tear_down)
  ADD ("/watch/notice/changed", test_changed);
  ADD ("/watch/notice/failed", test_failed);
  ADD ("/watch/notice/put-to-work", test_put_to_work);
  ADD ("/watch/notice/missing", test_missing);
  ADD ("/watch/notice/often", test_often);

  return g_test_run ();
}
