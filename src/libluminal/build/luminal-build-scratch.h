/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A folder for one build, outside of all that is watched. In its folder "s" it has a copy
 * of the source, at the same path as the original has from the root on: so "../x.h" next
 * to the copy never is a file that has nothing to do with it. What the copy does not find
 * beside itself, the compiler is told to look for beside the original. */
typedef struct
{
  char *folder;
  char *copies; /* the folder "s" */
  char *source; /* the copy */
} LuminalBuildScratch;

gboolean luminal_build_scratch_make  (LuminalBuildScratch *self,
                                      const char          *parent,
                                      const char          *path,
                                      GBytes              *source,
                                      GError             **error);
void     luminal_build_scratch_clear (LuminalBuildScratch *self);

/* "object-0.o" and the like. */
char    *luminal_build_scratch_name  (LuminalBuildScratch *self,
                                      guint                n,
                                      const char          *suffix);

G_END_DECLS
