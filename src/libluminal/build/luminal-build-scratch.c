/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-build-scratch.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "luminal-cache-file.h"
#include "luminal-remove-tree.h"

/* @parent: what the folder is made in; made itself if need be
 * @path: that of the original, absolute */
gboolean
luminal_build_scratch_make (LuminalBuildScratch *self,
                            const char          *parent,
                            const char          *path,
                            GBytes              *source,
                            GError             **error)
{
  g_autofree char *pattern = g_build_filename (parent, LUMINAL_CACHE_TEMPORARY "XXXXXX", NULL);
  g_autofree char *copy_folder = NULL;
  gconstpointer bytes;
  gsize size;

  /* The compiler takes the path apart at this sign. */
  if (strchr (parent, '=') != NULL)
    return luminal_cache_file_fail (error, parent, EINVAL);
  if (g_mkdir_with_parents (parent, 0700) != 0 || g_mkdtemp (pattern) == NULL)
    return luminal_cache_file_fail (error, parent, errno);

  self->folder = g_steal_pointer (&pattern);
  self->copies = g_build_filename (self->folder, "s", NULL);
  self->source = g_strconcat (self->copies, path, NULL);
  copy_folder = g_path_get_dirname (self->source);
  if (g_mkdir_with_parents (copy_folder, 0700) != 0)
    return luminal_cache_file_fail (error, copy_folder, errno);

  bytes = g_bytes_get_data (source, &size);
  return g_file_set_contents_full (self->source, bytes, (gssize) size, G_FILE_SET_CONTENTS_NONE,
                                   0600, error);
}

void
luminal_build_scratch_clear (LuminalBuildScratch *self)
{
  if (self->folder != NULL)
    luminal_remove_tree (self->folder);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->copies, g_free);
  g_clear_pointer (&self->source, g_free);
}

char *
luminal_build_scratch_name (LuminalBuildScratch *self,
                            guint                n,
                            const char          *suffix)
{
  g_autofree char *name = g_strdup_printf ("object-%u%s", n, suffix);

  return g_build_filename (self->folder, name, NULL);
}
