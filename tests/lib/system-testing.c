/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "system-testing.h"

#include <glib/gstdio.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void
system_remove_tree (const char *path)
{
  struct stat info;

  g_assert_no_errno (lstat (path, &info));
  if (S_ISDIR (info.st_mode))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      g_assert_nonnull (dir);
      while ((name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *below = g_build_filename (path, name, NULL);

          system_remove_tree (below);
        }
    }
  g_assert_no_errno (g_remove (path));
}

void
system_lay_down_rights (void)
{
  struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct none[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

  g_assert_no_errno (syscall (SYS_capset, &header, none));
}

gboolean
system_has_program (const char *name)
{
  g_autofree char *path = g_find_program_in_path (name);

  if (path == NULL)
    g_test_skip_printf ("there is no %s", name);

  return path != NULL;
}
