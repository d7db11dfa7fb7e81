/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-builder.h"
#include "luminal-error.h"

G_BEGIN_DECLS

#define BUILD_HEAD "#include <luminal.h>\n"
#define BUILD_PHOTON(name)                                                                         \
  "typedef struct { int unused; } " name ";\n"                                                     \
  "static gboolean begin (LuminalPhoton *photon, gpointer data, GError **error)\n"                 \
  "{ return TRUE; }\n"                                                                             \
  "LUMINAL_PHOTON (" name ", begin, NULL)\n"

/* A folder for each test, with the sources in "photons" and the cache in "cache". */
typedef struct
{
  char *path;
  char *photons;
  char *cache;
} BuildPlace;

void        build_place_set_up    (BuildPlace    *place,
                                   gconstpointer  data);
void        build_place_tear_down (BuildPlace    *place,
                                   gconstpointer  data);

/* Files by their names below the folder of the test. */
char       *build_place_path      (BuildPlace    *place,
                                   const char    *name);
char       *build_place_put       (BuildPlace    *place,
                                   const char    *name,
                                   const char    *text);
char       *build_place_program   (BuildPlace    *place,
                                   const char    *name,
                                   const char    *script);
char       *build_place_get       (BuildPlace    *place,
                                   const char    *name);

/* "SEVERITY LINE TEXT" of each in a line. */
char       *build_describe        (GListModel    *diagnostics);

/* With the cache of the test. Logging, it runs @compiler through a program that counts:
 * all calls, and those that compile or link. */
LuminalBuilder     *build_place_builder         (BuildPlace     *place,
                                                 const char     *compiler);
LuminalBuilder     *build_place_logging_builder (BuildPlace     *place,
                                                 const char     *compiler);
guint               build_place_count_calls     (BuildPlace     *place);
guint               build_place_count_runs      (BuildPlace     *place);

/* From a file with @text, from @text alone, and with an error for a result. */
LuminalBuildResult *build_place_build           (BuildPlace     *place,
                                                 LuminalBuilder *builder,
                                                 const char     *name,
                                                 const char     *text);
LuminalBuildResult *build_place_build_bytes     (BuildPlace     *place,
                                                 LuminalBuilder *builder,
                                                 const char     *name,
                                                 const char     *text);
GError             *build_place_fail            (BuildPlace     *place,
                                                 LuminalBuilder *builder,
                                                 const char     *name,
                                                 const char     *text);

void        build_assert_built      (LuminalBuildResult *result,
                                     gboolean            from_cache);
void        build_assert_failed     (LuminalBuildResult *result,
                                     const char         *cause);
gboolean    build_depends_on        (LuminalBuildResult *result,
                                     const char         *path);
/* Somewhere in its bytes. */
gboolean    build_module_has        (LuminalBuildResult *result,
                                     const char         *text);

/* That nothing is beside x.c, except what may be. */
void        build_place_assert_only (BuildPlace  *place,
                                     const char  *name);

void        build_keep_result     (GObject       *source,
                                   GAsyncResult  *result,
                                   gpointer       user_data);
void        build_wait_for_result (GAsyncResult **result);

G_END_DECLS
