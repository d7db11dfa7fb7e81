/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the files that a source includes hold, so that a change of any of them can be
 * told. Files of the system, which only its package manager writes, are known by their
 * size and time; all others by the SHA-256 checksum of their content. Threads may share
 * one of these. */
typedef struct _LuminalHeaderDigests LuminalHeaderDigests;

LuminalHeaderDigests *luminal_header_digests_new    (void);
void                  luminal_header_digests_free   (LuminalHeaderDigests *self);
char                 *luminal_header_digests_get    (LuminalHeaderDigests *self,
                                                     const char           *path,
                                                     const char           *own_folder);

gboolean              luminal_header_is_of_system   (const char           *path,
                                                     const char           *own_folder);
gint64                luminal_header_get_time       (const char           *path);
gint64                luminal_header_get_clock      (void);

/* The files in what a compiler wrote for "-MD", as absolute paths. */
GStrv                 luminal_header_list_parse     (const char           *text,
                                                     const char           *folder);

G_END_DECLS
