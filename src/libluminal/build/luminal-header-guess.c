/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-header-guess.h"

#include <string.h>
#include <sys/stat.h>

/* More than a photon has, and few enough to be looked at before each build. */
#define GUESSES_MAX 256
#define HEADER_SIZE_MAX (1024 * 1024)

typedef struct
{
  GHashTable *seen;
  GPtrArray *paths;
} Guesses;

static void guess_in_file (Guesses    *self,
                           const char *path);

static void
add_guess (Guesses    *self,
           const char *folder,
           const char *name,
           gsize       length)
{
  g_autofree char *relative = g_strndup (name, length);
  g_autofree char *path = g_canonicalize_filename (relative, folder);
  struct stat info;

  if (self->paths->len >= GUESSES_MAX || g_hash_table_contains (self->seen, path)
      || stat (path, &info) != 0 || !S_ISREG (info.st_mode))
    return;

  g_ptr_array_add (self->paths, g_strdup (path));
  g_hash_table_add (self->seen, self->paths->pdata[self->paths->len - 1]);
  if (info.st_size <= HEADER_SIZE_MAX)
    guess_in_file (self, path);
}

static const char *
skip_blanks (const char *p,
             const char *end)
{
  while (p < end && (*p == ' ' || *p == '\t'))
    p++;

  return p;
}

/* Each line that reads # include "NAME", whatever surrounds it. */
static void
guess_in_text (Guesses    *self,
               const char *path,
               const char *text,
               gsize       length)
{
  g_autofree char *folder = g_path_get_dirname (path);
  const char *end = text + length;

  for (const char *p = text; p != NULL && p < end;)
    {
      const char *newline = memchr (p, '\n', (gsize) (end - p));
      const char *line_end = newline != NULL ? newline : end;

      p = skip_blanks (p, line_end);
      if (p < line_end && *p == '#')
        {
          p = skip_blanks (p + 1, line_end);
          if (line_end - p > 7 && strncmp (p, "include", 7) == 0)
            {
              const char *quote;

              p = skip_blanks (p + 7, line_end);
              quote = p < line_end && *p == '"' ? memchr (p + 1, '"', (gsize) (line_end - p - 1))
                                                : NULL;
              if (quote != NULL)
                add_guess (self, folder, p + 1, (gsize) (quote - p - 1));
            }
        }
      p = newline != NULL ? newline + 1 : NULL;
    }
}

static void
guess_in_file (Guesses    *self,
               const char *path)
{
  g_autofree char *text = NULL;
  gsize length;

  if (g_file_get_contents (path, &text, &length, NULL))
    guess_in_text (self, path, text, length);
}

/* What the compiler really read is known only after it did; so that a change meanwhile
 * can be told, this is looked at before. A wrong guess does no harm.
 *
 * Returns: absolute paths of files that exist */
GStrv
luminal_header_guess (const char *path,
                      const char *text,
                      gsize       length,
                      char      **further_sources)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Guesses guesses = { seen, g_ptr_array_new () };

  guess_in_text (&guesses, path, text, length);
  for (; *further_sources != NULL; further_sources++)
    guess_in_file (&guesses, *further_sources);
  g_ptr_array_add (guesses.paths, NULL);

  return (GStrv) g_ptr_array_free (guesses.paths, FALSE);
}
