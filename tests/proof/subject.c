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
    {
      char *text = g_strdup_printf ("This is no module, but content %05u.\n", content);

      return g_bytes_new_take (text, strlen (text));
    }

  whole = watch_fixture (manner == MANNER_NO_PHOTON ? "no_photon.so" : fixture);
  bytes = g_bytes_unref_to_data (g_steal_pointer (&whole), &size);
  write_digits (bytes, size, "Number 00000", number);
  write_digits (bytes, size, "Second 00000", number);
  write_digits (bytes, size, "content 00000", content);
  write_digits (bytes, size, "manner 00000", manner);
  if (manner == MANNER_TRUNCATED)
    size = size / 2 + content % 16;

  return g_bytes_new_take (bytes, size);
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
