/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A folder where nobody tells of changes. The kernel's inotify is one that has no room,
 * until the test says that it has. */

#include "watch-testing.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "inotify-testing.h"
#include "system-testing.h"

static void
note_notify (Watch      *watch,
             GParamSpec *pspec,
             gpointer    loader)
{
  guint *n_notifies = g_object_get_data (loader, "notifies");

  *n_notifies += 1;
}

/* Begins a watch that has no inotify watches. */
static void
begin (Watch   *watch,
       gboolean recursive,
       guint   *n_notifies)
{
  inotify_testing_bar_watches (watch->root);
  g_object_set_data (G_OBJECT (watch->loader), "notifies", n_notifies);
  g_signal_connect_swapped (watch->loader, "notify::polling", G_CALLBACK (note_notify), watch);
  watch_begin (watch, recursive);
}

static void
end (Watch *watch)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (watch_end (watch, FALSE, &error));
  g_assert_no_error (error);
  inotify_testing_bar_watches (NULL);
}

/* It loads, reloads and unloads as with events, and says what it does. */
static void
test_no_watches (Watch        *watch,
                 gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "a.so");
  LuminalEvent *event;
  guint n_notifies = 0;

  watch_write_content (watch, "a.so", 1, 1);
  begin (watch, FALSE, &n_notifies);
  g_assert_true (luminal_loader_get_polling (watch->loader));
  g_assert_nonnull (strstr (luminal_loader_get_polling_reason (watch->loader), "max_user_watches"));
  g_assert_cmpuint (n_notifies, ==, 1);
  event = watch_last (watch, LUMINAL_EVENT_WATCHING);
  g_assert_cmpstr (luminal_event_get_text (event), ==, luminal_loader_get_polling_reason (watch->loader));

  watch_write_content (watch, "a.so", 1, 2);
  watch_until_settled (watch, watch_says (watch, 1, 2));
  watch_replace_content (watch, "a.so", 1, 3);
  watch_until_settled (watch, watch_says (watch, 1, 3));
  watch_write_content (watch, "b.so", 2, 1);
  watch_until_settled (watch, watch_says (watch, 2, 1));
  g_assert_no_errno (g_unlink (path));
  watch_until_settled (watch, watch_handler (watch, 1) == NULL);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, 2);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);

  end (watch);
  g_assert_false (luminal_loader_get_polling (watch->loader));
  g_assert_null (luminal_loader_get_polling_reason (watch->loader));
  g_assert_cmpuint (n_notifies, ==, 2);
}

/* Only packages that come later find no room. */
static void
test_no_room_for_packages (Watch        *watch,
                           gconstpointer data)
{
  g_autofree char *package = watch_path (watch, "package");
  guint n_notifies = 0;

  watch_write_content (watch, "a.so", 1, 1);
  watch_begin (watch, TRUE);
  g_assert_false (luminal_loader_get_polling (watch->loader));

  inotify_testing_bar_watches (package);
  g_object_set_data (G_OBJECT (watch->loader), "notifies", &n_notifies);
  g_signal_connect_swapped (watch->loader, "notify::polling", G_CALLBACK (note_notify), watch);
  g_assert_no_errno (g_mkdir (package, 0700));
  watch_until (luminal_loader_get_polling (watch->loader));
  watch_write_content (watch, "package/b.so", 2, 1);
  watch_until_settled (watch, watch_says (watch, 2, 1));
  watch_write_content (watch, "package/b.so", 2, 2);
  watch_until_settled (watch, watch_says (watch, 2, 2));
  g_assert_cmpuint (n_notifies, ==, 1);
  end (watch);
}

/* The folder itself goes and comes back. */
static void
test_folder_gone (Watch        *watch,
                  gconstpointer data)
{
  guint n_notifies = 0;

  watch_write_content (watch, "a.so", 1, 1);
  begin (watch, FALSE, &n_notifies);
  system_remove_tree (watch->folder);
  watch_until_settled (watch, watch_handler (watch, 1) == NULL);
  g_assert_no_errno (g_mkdir (watch->folder, 0700));
  watch_write_content (watch, "a.so", 1, 2);
  watch_until_settled (watch, watch_says (watch, 1, 2));
  end (watch);
}

/* There is room again: nothing is looked at any more, and nothing was missed. */
static void
test_room_again (Watch        *watch,
                 gconstpointer data)
{
  guint n_notifies = 0;

  watch_write_content (watch, "a.so", 1, 1);
  begin (watch, FALSE, &n_notifies);
  inotify_testing_bar_watches (NULL);
  watch_write_content (watch, "a.so", 1, 2);
  watch_until (!luminal_loader_get_polling (watch->loader));
  watch_until_settled (watch, watch_says (watch, 1, 2));
  g_assert_cmpuint (n_notifies, ==, 2);

  for (guint i = 3; i < 8; i++)
    {
      gint64 began = g_get_monotonic_time ();

      watch_write_content (watch, "a.so", 1, i);
      watch_until_settled (watch, watch_says (watch, 1, i));
      /* Two looks would have taken half a second. */
      if (g_get_monotonic_time () - began < G_USEC_PER_SEC / 2)
        break;
      g_assert_cmpuint (i, <, 7);
    }
  end (watch);
}

typedef struct
{
  GBytes *content;
  int fd;
  gsize written;
  gboolean is_done;
} Writer;

static gboolean
write_some (gpointer user_data)
{
  Writer *writer = user_data;
  gsize size;
  const char *bytes = g_bytes_get_data (writer->content, &size);
  gsize n = MIN (size / 12 + 1, size - writer->written);

  g_assert_cmpint (write (writer->fd, bytes + writer->written, n), ==, n);
  writer->written += n;
  if (writer->written < size)
    return G_SOURCE_CONTINUE;

  g_assert_no_errno (close (writer->fd));
  writer->is_done = TRUE;
  return G_SOURCE_REMOVE;
}

/* Whoever writes for longer than there is between two looks. */
static void
test_slow_writer (Watch        *watch,
                  gconstpointer data)
{
  g_autoptr (GBytes) content = watch_content (1, 2);
  g_autofree char *path = watch_path (watch, "a.so");
  Writer writer = { content, -1, 0, FALSE };
  guint n_notifies = 0;

  watch_write_content (watch, "a.so", 1, 1);
  begin (watch, FALSE, &n_notifies);
  writer.fd = open (path, O_WRONLY | O_TRUNC | O_CLOEXEC);
  g_assert_no_errno (writer.fd);
  g_timeout_add (300, write_some, &writer);
  watch_until (writer.is_done);
  watch_until_settled (watch, watch_says (watch, 1, 2));
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, 1);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
  end (watch);
}

/* GIO must not be asked while there is none: it would never ask again. */
static void
test_no_instances (void)
{
  Watch watch = { 0 };

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  inotify_testing_bar_instances (TRUE);
  watch_set_up (&watch, NULL);
  watch_write_content (&watch, "a.so", 1, 1);
  watch_begin (&watch, FALSE);
  g_assert_nonnull (strstr (luminal_loader_get_polling_reason (watch.loader), "max_user_instances"));
  watch_write_content (&watch, "a.so", 1, 2);
  watch_until_settled (&watch, watch_says (&watch, 1, 2));

  inotify_testing_bar_instances (FALSE);
  watch_until (!luminal_loader_get_polling (watch.loader));
  watch_barrier (&watch);
  end (&watch);
  watch_tear_down (&watch, NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/watch-polling/no-instances", test_no_instances);
  g_test_add ("/watch-polling/no-watches", Watch, NULL, watch_set_up, test_no_watches, watch_tear_down);
  g_test_add ("/watch-polling/no-room-for-packages", Watch, NULL, watch_set_up, test_no_room_for_packages,
              watch_tear_down);
  g_test_add ("/watch-polling/folder-gone", Watch, NULL, watch_set_up, test_folder_gone, watch_tear_down);
  g_test_add ("/watch-polling/room-again", Watch, NULL, watch_set_up, test_room_again, watch_tear_down);
  g_test_add ("/watch-polling/slow-writer", Watch, NULL, watch_set_up, test_slow_writer, watch_tear_down);

  return g_test_run ();
}
