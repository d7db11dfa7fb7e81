/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ways.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static void
fail_unless (gboolean    is_true,
             const char *what)
{
  if (!is_true)
    g_error ("%s: %s", what, g_strerror (errno));
}

static void
start (Way        *way,
       const char *path)
{
  int (*benched_start) (int before);

  way->handle = dlopen (path, RTLD_NOW | RTLD_LOCAL);
  if (way->handle == NULL)
    g_error ("%s", dlerror ());
  *(void **) &benched_start = dlsym (way->handle, "benched_start");
  way->value = benched_start (way->value);
  way->n_reloads++;
}

void
way_close (Way *way)
{
  int (*benched_stop) (void);

  if (way->handle == NULL)
    return;

  *(void **) &benched_stop = dlsym (way->handle, "benched_stop");
  benched_stop ();
  dlclose (way->handle);
  way->handle = NULL;
}

/* The dynamic linker takes a name that it knows for the file it opened under that name. A
 * descriptor's number comes again, so it is spelled another way each time. */
static char *
fresh_name (int fd)
{
  static guint n_names;
  GString *name = g_string_new ("/proc/self/fd/");

  for (guint bits = ++n_names; bits != 0; bits >>= 1)
    g_string_append (name, (bits & 1) != 0 ? ".//" : "./");
  g_string_append_printf (name, "%d", fd);

  return g_string_free (name, FALSE);
}

void
way_floor_open (Way        *way,
                const char *path,
                gboolean    hash)
{
  int source = open (path, O_RDONLY | O_CLOEXEC);
  int copy = memfd_create ("floor", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  g_autofree char *name = fresh_name (copy);
  g_autofree char *bytes = NULL;
  struct stat info;

  fail_unless (source >= 0 && copy >= 0 && fstat (source, &info) == 0, path);
  bytes = g_malloc ((gsize) info.st_size);
  fail_unless (read (source, bytes, (gsize) info.st_size) == info.st_size, path);
  if (hash)
    {
      g_autofree char *checksum =
        g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) bytes, (gsize) info.st_size);

      fail_unless (checksum != NULL, path);
    }
  fail_unless (write (copy, bytes, (gsize) info.st_size) == info.st_size, path);
  fcntl (copy, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);

  start (way, name);
  close (copy);
  close (source);
}

void
way_plain_reload (Way        *way,
                  const char *path)
{
  way_close (way);
  start (way, path);
}

static void
copy_file (const char *from,
           const char *to)
{
  int source = open (from, O_RDONLY | O_CLOEXEC);
  int target = open (to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
  struct stat info;

  fail_unless (source >= 0 && target >= 0 && fstat (source, &info) == 0, from);
  fail_unless (sendfile (target, source, NULL, (gsize) info.st_size) == info.st_size, to);
  close (source);
  close (target);
}

void
way_copying_reload (Way        *way,
                    const char *path,
                    const char *scratch)
{
  g_autofree char *old = g_strdup_printf ("%s/copy-%u.so", scratch, way->n_reloads);
  g_autofree char *fresh = g_strdup_printf ("%s/copy-%u.so", scratch, way->n_reloads + 1);
  struct stat info;

  fail_unless (stat (path, &info) == 0, path);
  copy_file (path, fresh);
  way_close (way);
  unlink (old);
  start (way, fresh);
}
