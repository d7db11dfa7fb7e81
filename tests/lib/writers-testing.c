/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "writers-testing.h"

#include <string.h>
#include <unistd.h>

#include "system-testing.h"

#define LONG_MS 3600000

char *
writers_put_source (Watch  *watch,
                    GBytes *content)
{
  char *source = watch_outside (watch, "source.so");

  watch_write (source, content);
  return source;
}

void
writers_write_pieces (Watch  *watch,
                      int     fd,
                      GBytes *content,
                      gsize   from,
                      gsize   to)
{
  const char *bytes = g_bytes_get_data (content, NULL);
  gsize piece = g_bytes_get_size (content) / 40 + 1;

  g_assert_no_errno (fd);
  for (gsize at = from; at < to; at += piece)
    {
      g_assert_no_errno (pwrite (fd, bytes + at, MIN (piece, to - at), (off_t) at));
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
}

static void
write_over (char       *bytes,
            gsize       size,
            const char *label,
            const char *text)
{
  gsize length = strlen (label);

  g_assert_nonnull (text);
  for (char *at = bytes; (at = memmem (at, (gsize) (bytes + size - at), label, length)) != NULL;)
    memcpy (at, text, length);
}

char *
writers_put_object (Watch  *watch,
                    GBytes *content)
{
  char *path = watch_outside (watch, "object.o");
  gsize content_size;
  const char *text = g_bytes_get_data (content, &content_size);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  watch_run ("ld", "-r", "-o", path, "--whole-archive", RELABELLED_OBJECTS, NULL);
  g_file_get_contents (path, &bytes, &size, &error);
  g_assert_no_error (error);
  write_over (bytes, size, "content 00000", memmem (text, content_size, "content 0", 9));
  write_over (bytes, size, "Number 00000", memmem (text, content_size, "Number 0", 8));
  g_file_set_contents (path, bytes, (gssize) size, &error);
  g_assert_no_error (error);

  return path;
}

static void
test_way (Watch        *watch,
          gconstpointer data)
{
  const WritersWay *way = data;
  g_autofree char *path = watch_path (watch, "x.so");
  LuminalHandler *handler;

  if (way->program != NULL && !system_has_program (way->program))
    return;

  luminal_loader_set_grace_time (watch->loader, LONG_MS);
  watch_begin (watch, FALSE);

  for (guint i = 1; i <= 3; i++)
    {
      g_autoptr (GBytes) content = watch_content (7, i);

      way->put (watch, path, content);
      watch_until_settled (watch, watch_says (watch, 7, i));
    }
  watch_barrier (watch);

  handler = watch_handler (watch, 7);
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, 3);
  g_assert_cmpstr (luminal_handler_get_filepath (handler), ==, path);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_LOADED, "Number 00007"), ==, 1);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, "Number 00007"), ==, 2);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_OUTPUT, "Number 00007"), ==, 3);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_UNLOADED, NULL), ==, 0);
}

void
writers_add_ways (const char       *suite,
                  const WritersWay *ways,
                  gsize             n_ways)
{
  for (gsize i = 0; i < n_ways; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%s", suite, ways[i].name);

      g_test_add (path, Watch, &ways[i], watch_set_up, test_way, watch_tear_down);
    }
}
