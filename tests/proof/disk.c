/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "disk.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

static const char *
fixture_of (guint file)
{
  if (file == PAIR_FILE)
    return "subject_pair.so";
  return file == START_FIRST_FILE ? "subject_start_first.so" : "subject.so";
}

char *
disk_path (World *world,
           guint  file)
{
  g_autofree char *name = g_strdup_printf ("%s-%u.%s", world->has_other_name[file] ? "renamed" : "subject", file,
                                           world->model.is_built ? "c" : "so");

  return watch_path (&world->watch, name);
}

GFile *
disk_file (World *world,
           guint  file)
{
  g_autofree char *path = disk_path (world, file);

  return g_file_new_for_path (path);
}

static void
remove_if_there (const char *path)
{
  if (g_unlink (path) != 0)
    g_assert_cmpint (errno, ==, ENOENT);
}

static char *
next_path_outside (World *world)
{
  g_autofree char *name = g_strdup_printf ("other-%u.so", world->n_others++);

  return watch_outside (&world->watch, name);
}

static void
write_by (World       *world,
          const char  *path,
          GBytes      *content,
          WriteManner  manner)
{
  g_autofree char *beside = g_strconcat (path, ".part", NULL);
  g_autofree char *outside = next_path_outside (world);

  switch (manner)
    {
    case WRITE_IN_PLACE:
      watch_write (path, content);
      break;
    case WRITE_REPLACE:
      watch_replace (&world->watch, path, content);
      break;
    case WRITE_ANEW:
      remove_if_there (path);
      watch_write (path, content);
      break;
    case WRITE_RENAME:
      watch_write (beside, content);
      g_assert_no_errno (g_rename (beside, path));
      break;
    case WRITE_HARD_LINK:
      watch_write (outside, content);
      remove_if_there (path);
      g_assert_no_errno (link (outside, path));
      break;
    case N_WRITES:
    default:
      g_assert_not_reached ();
    }
}

void
disk_write (World      *world,
            const Step *step)
{
  ModelModule *module = &world->model.modules[step->file];
  g_autofree char *path = disk_path (world, step->file);
  g_autoptr (GBytes) content = NULL;

  if (world->model.is_built)
    {
      content = subject_source (fixture_of (step->file), step->file, step->content, step->manner);
    }
  else
    {
      content = subject_content (fixture_of (step->file), step->file, step->content, step->manner);
      g_hash_table_replace (world->checksums, GUINT_TO_POINTER (step->content),
                            g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content));
    }
  write_by (world, path, content, step->write);
  module->disk = (Content) { step->content, step->manner };
}

/* Deleted, moved out, or kept under a name that no module has. */
void
disk_remove (World      *world,
             const Step *step)
{
  g_autofree char *path = disk_path (world, step->file);
  g_autofree char *backup = g_strconcat (path, "~", NULL);
  g_autofree char *outside = next_path_outside (world);

  if (step->write == WRITE_REPLACE)
    g_assert_no_errno (g_rename (path, outside));
  else if (step->write == WRITE_RENAME)
    g_assert_no_errno (g_rename (path, backup));
  else
    g_assert_no_errno (g_unlink (path));
  world->model.modules[step->file].disk = (Content) { 0, MANNER_ABSENT };
}

void
disk_rename (World *world,
             guint  file)
{
  g_autofree char *from = disk_path (world, file);
  g_autofree char *to = NULL;

  world->has_other_name[file] = !world->has_other_name[file];
  to = disk_path (world, file);
  g_assert_no_errno (g_rename (from, to));
}
