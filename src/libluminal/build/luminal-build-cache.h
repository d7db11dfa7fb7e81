/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-header-digests.h"

G_BEGIN_DECLS

/* When more than this is kept, what was used longest ago goes. */
#define LUMINAL_BUILD_CACHE_SIZE (256 * 1024 * 1024)

/* What came of a build. */
typedef struct
{
  GBytes *module;         /* NULL if the source did not compile */
  GPtrArray *diagnostics; /* of LuminalDiagnostic */
  GStrv inputs;           /* absolute paths of all that was read beside the source */
} LuminalBuildEntry;

#define LUMINAL_TYPE_BUILD_CACHE (luminal_build_cache_get_type ())

/* Modules by the content that they were built from, in files.
 *
 * A key stands for all that is known before a build: the source, the flags, the
 * compiler. Under it there is a *list* of what earlier builds read beside the source,
 * and under the key together with the digests of those files there is the *entry*.
 * So what is in the cache can be found without a compiler.
 *
 * All functions may block, and may be called in any thread. Several processes may share
 * a folder: files are complete when they appear, and one that is damaged does not count. */
G_DECLARE_FINAL_TYPE (LuminalBuildCache, luminal_build_cache, LUMINAL, BUILD_CACHE, GObject)

LuminalBuildCache    *luminal_build_cache_new         (const char         *folder,
                                                       guint64             size_max);
const char           *luminal_build_cache_get_folder  (LuminalBuildCache  *self);
LuminalHeaderDigests *luminal_build_cache_get_digests (LuminalBuildCache  *self);

LuminalBuildEntry    *luminal_build_cache_lookup      (LuminalBuildCache  *self,
                                                       const char         *key,
                                                       const char         *own_folder);
gboolean              luminal_build_cache_store       (LuminalBuildCache  *self,
                                                       const char         *key,
                                                       const char         *own_folder,
                                                       LuminalBuildEntry  *entry,
                                                       GError            **error);

/* Small texts beside them, such as what a compiler says of itself. */
char                 *luminal_build_cache_recall      (LuminalBuildCache  *self,
                                                       const char         *key);
void                  luminal_build_cache_note        (LuminalBuildCache  *self,
                                                       const char         *key,
                                                       const char         *text);

LuminalBuildEntry    *luminal_build_entry_new         (void);
void                  luminal_build_entry_free        (LuminalBuildEntry  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LuminalBuildEntry, luminal_build_entry_free)

G_END_DECLS
