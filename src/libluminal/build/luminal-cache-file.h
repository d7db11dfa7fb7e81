/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The beginning of the names of files and folders that are being made. */
#define LUMINAL_CACHE_TEMPORARY "tmp-"

/* A value in a file that either is complete and unchanged or does not count. */
GVariant *luminal_cache_file_read  (const char         *path,
                                    const GVariantType *type);
gboolean  luminal_cache_file_write (const char         *path,
                                    GVariant           *value,
                                    GError            **error);

/* Tells what the system refused to do with @path, by errno. */
gboolean  luminal_cache_file_fail  (GError            **error,
                                    const char         *path,
                                    int                 saved_errno);

/* Removes what was used longest ago, and what an unfinished build left behind. */
void      luminal_cache_files_trim (const char         *folder,
                                    guint64             size_max);

G_END_DECLS
