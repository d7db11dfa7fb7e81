/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "subject.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
write_digits (guint8     *bytes,
              gsize       size,
              const char *label,
              guint       number)
{
  g_autofree char *digits = g_strdup_printf ("%05u", number);
  gsize length = strlen (label);
  guint8 *at = bytes;

  while ((at = memmem (at, (gsize) (bytes + size - at), label, length)) != NULL)
    {
      memcpy (at + length - 5, digits, 5);
      at += length;
    }
}

static void
write_numbers (guint8 *bytes,
               gsize   size,
               guint   number,
               guint   content,
               Manner  manner)
{
  write_digits (bytes, size, "Number 00000", number);
  write_digits (bytes, size, "Second 00000", number);
  write_digits (bytes, size, "content 00000", content);
  write_digits (bytes, size, "manner 00000", manner);
}

static GBytes *
make_garbage (guint content)
{
  char *text = g_strdup_printf ("This is no module, but content %05u.\n", content);

  return g_bytes_new_take (text, strlen (text));
}

GBytes *
subject_content (const char *fixture,
                 guint       number,
                 guint       content,
                 Manner      manner)
{
  g_autoptr (GBytes) whole = NULL;
  guint8 *bytes;
  gsize size;

  if (manner == MANNER_GARBAGE)
    return make_garbage (content);

  whole = watch_fixture (manner == MANNER_NO_PHOTON ? "no_photon.so" : fixture);
  bytes = g_bytes_unref_to_data (g_steal_pointer (&whole), &size);
  write_numbers (bytes, size, number, content, manner);
  if (manner == MANNER_TRUNCATED)
    size = size / 2 + content % 16;

  return g_bytes_new_take (bytes, size);
}

GBytes *
subject_source (const char *fixture,
                guint       number,
                guint       content,
                Manner      manner)
{
  g_autofree char *path = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "fixtures", "photons", "subject.c", NULL);
  g_autofree char *manners = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "proof", "manner.h", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GString) source = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (manner == MANNER_GARBAGE)
    return make_garbage (content);
  if (manner == MANNER_NO_PHOTON)
    {
      g_string_printf (source, "int nothing = %u;\n", content);
      return g_string_free_to_bytes (g_steal_pointer (&source));
    }

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_string_append (source, "#define _GNU_SOURCE\n");
  if (g_str_has_prefix (fixture, "subject_pair"))
    g_string_append (source, "#define PAIR\n");
  else if (g_str_has_prefix (fixture, "subject_start_first"))
    g_string_append (source, "#define START_FIRST\n");
  g_string_append (source, text);
  g_assert_cmpuint (g_string_replace (source, "../../proof/manner.h", manners, 0), ==, 1);
  write_numbers ((guint8 *) source->str, source->len, number, content, manner);
  /* What is left says that it has a photon. */
  if (manner == MANNER_TRUNCATED)
    g_string_erase (source, 0, (gssize) (source->len / 2 + content % 16));
  return g_string_free_to_bytes (g_steal_pointer (&source));
}

gboolean
subject_runs (const char *folder,
              const char *name,
              guint      *content,
              guint      *count)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  int fd = open (path, O_RDWR | O_CLOEXEC);
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  char text[64] = "";
  gboolean runs;

  if (fd < 0)
    return FALSE;

  /* Asked for and not taken: one that starts at this very moment would find it taken. */
  g_assert_no_errno (fcntl (fd, F_OFD_GETLK, &lock));
  runs = lock.l_type != F_UNLCK;
  if (runs && (pread (fd, text, sizeof text - 1, 0) <= 0 || sscanf (text, "content %u %u", content, count) != 2))
    *content = *count = 0;
  g_assert_no_errno (close (fd));
  return runs;
}

gboolean
subject_overlapped (const char *folder,
                    const char *name)
{
  g_autofree char *file = g_strconcat (name, ".both", NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}
