/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-places.h"

/**
 * luminal_places_find_data:
 * @name: a path within the folder of shared data
 *
 * Returns: (transfer full) (nullable): the path of what is there, or %NULL if there is
 *   nothing
 */
char *
luminal_places_find_data (const char *name)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *moved = NULL;
  g_autofree char *fixed = g_build_filename (DATADIR, name, NULL);

  if (folder != NULL)
    {
      g_autofree char *joined = g_build_filename (folder, DATADIR_FROM_PROGRAM, name, NULL);

      moved = g_canonicalize_filename (joined, NULL);
    }

  if (moved != NULL && g_file_test (moved, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&moved);
  if (g_file_test (fixed, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&fixed);

  return NULL;
}

/**
 * luminal_places_get_photons:
 *
 * In a Flatpak it is the folder of the system outside, which is the one that editors and an
 * installation there use.
 *
 * Returns: (transfer full): the folder, which need not be there
 */
GFile *
luminal_places_get_photons (void)
{
  g_autofree char *usual = g_build_filename (g_get_home_dir (), ".local", "share", NULL);
  const char *outside = g_getenv ("HOST_XDG_DATA_HOME");
  const char *data = g_get_user_data_dir ();

  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    data = outside != NULL ? outside : usual;

  return g_file_new_build_filename (data, "luminal", "photons", NULL);
}
