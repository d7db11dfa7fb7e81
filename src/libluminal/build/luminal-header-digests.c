/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-header-digests.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "luminal-scanner.h"

/* A file that was changed so recently may change again without its time telling. */
#define SETTLED_NS (2 * G_GINT64_CONSTANT (1000000000))

/* Where a package manager puts headers, and nobody else. */
static const char *const system_folders[] = {
  "/usr/include/", "/usr/lib/", "/usr/lib32/", "/usr/lib64/", "/usr/share/",
  "/lib/", "/lib64/", "/nix/store/", "/gnu/store/", "/app/",
};

typedef struct
{
  LuminalStamp stamp;
  char *digest;
} Known;

struct _LuminalHeaderDigests
{
  GMutex mutex;
  GHashTable *known; /* path → Known */
};

static void
known_free (Known *self)
{
  g_free (self->digest);
  g_free (self);
}

LuminalHeaderDigests *
luminal_header_digests_new (void)
{
  LuminalHeaderDigests *self = g_new0 (LuminalHeaderDigests, 1);

  g_mutex_init (&self->mutex);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) known_free);

  return self;
}

void
luminal_header_digests_free (LuminalHeaderDigests *self)
{
  g_hash_table_unref (self->known);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static gint64
to_nanoseconds (const struct timespec *time)
{
  return (gint64) time->tv_sec * 1000000000 + time->tv_nsec;
}

/* Now, by the clock that files get their times from, which runs behind the usual one. */
gint64
luminal_header_get_clock (void)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME_COARSE, &now);

  return to_nanoseconds (&now);
}

/* When @path or its name last changed, 0 if it cannot be known. */
gint64
luminal_header_get_time (const char *path)
{
  struct stat info;

  if (stat (path, &info) != 0)
    return 0;

  return MAX (to_nanoseconds (&info.st_mtim), to_nanoseconds (&info.st_ctim));
}

gboolean
luminal_header_is_of_system (const char *path,
                             const char *own_folder)
{
  gsize length = strlen (own_folder);

  if (g_str_has_prefix (path, own_folder) && path[length] == '/')
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (system_folders); i++)
    {
      if (g_str_has_prefix (path, system_folders[i]))
        return TRUE;
    }

  return FALSE;
}

static char *
hash_file (const char *path)
{
  g_autofree char *bytes = NULL;
  gsize length;

  /* Read, not mapped: it may be truncated meanwhile. */
  if (!g_file_get_contents (path, &bytes, &length, NULL))
    return g_strdup ("unreadable");

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) bytes, length);
}

/* Returns: a word that differs if the file does */
char *
luminal_header_digests_get (LuminalHeaderDigests *self,
                            const char           *path,
                            const char           *own_folder)
{
  struct stat info;
  LuminalStamp stamp;
  Known *known;
  char *digest = NULL;

  if (stat (path, &info) != 0)
    return g_strdup ("absent");
  if (!S_ISREG (info.st_mode))
    return g_strdup ("odd");
  if (luminal_header_is_of_system (path, own_folder))
    return g_strdup_printf ("%" G_GUINT64_FORMAT "@%" G_GINT64_FORMAT, (guint64) info.st_size,
                            to_nanoseconds (&info.st_mtim));

  luminal_stamp_set (&stamp, &info);
  g_mutex_lock (&self->mutex);
  known = g_hash_table_lookup (self->known, path);
  if (known != NULL && luminal_stamp_equal (&known->stamp, &stamp))
    digest = g_strdup (known->digest);
  g_mutex_unlock (&self->mutex);
  if (digest != NULL)
    return digest;

  digest = hash_file (path);
  if (luminal_header_get_clock () - MAX (stamp.modified, stamp.changed) > SETTLED_NS)
    {
      known = g_new (Known, 1);
      known->stamp = stamp;
      known->digest = g_strdup (digest);

      g_mutex_lock (&self->mutex);
      g_hash_table_insert (self->known, g_strdup (path), known);
      g_mutex_unlock (&self->mutex);
    }

  return digest;
}

/* Without "." and ".."; a link on the way is followed before ".." goes up from it. */
static char *
make_absolute (const char *name,
               const char *folder)
{
  if (strstr (name, "../") != NULL)
    {
      g_autofree char *path = g_path_is_absolute (name) ? g_strdup (name)
                                                        : g_build_filename (folder, name, NULL);
      char *resolved = realpath (path, NULL);

      if (resolved != NULL)
        {
          char *copy = g_strdup (resolved);

          free (resolved);
          return copy;
        }
    }

  return g_canonicalize_filename (name, folder);
}

/* Takes a run of backslashes and what it stands in front of: before a blank they are
 * doubled and one more keeps it in the word, before # one more does, and before the end
 * of a line the last one joins the lines. Anywhere else they are themselves.
 *
 * Returns: where to go on */
static const char *
read_backslashes (const char *p,
                  GString    *word,
                  gboolean   *ends_word)
{
  gsize n = strspn (p, "\\");
  const char *next = p + n;
  gsize kept = n;

  *ends_word = FALSE;
  if (*next == '\r' && next[1] == '\n')
    next++;

  if (*next == '\n')
    {
      kept = n - 1;
      *ends_word = TRUE;
    }
  else if (*next == ' ' || *next == '\t')
    {
      kept = n / 2;
      *ends_word = n % 2 == 0;
    }
  else if (*next == '#')
    {
      kept = n - 1;
    }

  for (gsize i = 0; i < kept; i++)
    g_string_append_c (word, '\\');
  if (*next != '\0' && !*ends_word)
    g_string_append_c (word, *next);

  return *next != '\0' ? next + 1 : next;
}

/* @text is a rule of make: "TARGET: FILE FILE \" and so on.
 *
 * @folder: what relative paths start from */
GStrv
luminal_header_list_parse (const char *text,
                           const char *folder)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *paths = g_ptr_array_new ();
  g_autoptr (GString) word = g_string_new (NULL);
  const char *colon = strchr (text, ':');
  const char *p = colon != NULL ? colon + 1 : text + strlen (text);
  gboolean at_end = FALSE;

  while (!at_end)
    {
      gboolean ends_word = FALSE;

      if (*p == '\\')
        {
          p = read_backslashes (p, word, &ends_word);
        }
      else if (*p == '\0' || g_ascii_isspace (*p))
        {
          ends_word = TRUE;
          at_end = *p++ == '\0';
        }
      else
        {
          if (*p == '$' && p[1] == '$')
            p++;
          g_string_append_c (word, *p++);
        }

      if (ends_word && word->len > 0)
        {
          g_autofree char *path = make_absolute (word->str, folder);

          g_string_truncate (word, 0);
          if (!g_hash_table_contains (seen, path))
            {
              g_hash_table_add (seen, path);
              g_ptr_array_add (paths, g_steal_pointer (&path));
            }
        }
    }

  g_ptr_array_add (paths, NULL);

  return (GStrv) g_ptr_array_free (paths, FALSE);
}
