/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* The largest file that counts as a module, 256 MiB: more than any library is,
 * and as much as fits into memory beside whatever else runs. */
#define LUMINAL_MODULE_SIZE_MAX (256 * 1024 * 1024)

int luminal_open_module_file (const char  *path,
                              struct stat *out_stat,
                              GError     **error);

G_END_DECLS
