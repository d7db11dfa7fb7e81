/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a source needs beyond itself, as comments at its beginning declare:
 *
 *   luminal: packages = libsoup-3.0 json-glib-1.0 >= 1.6
 *   luminal: sources = parser.c "lib/odd name.c"
 *   luminal: defines = GREETING=3 VERBOSE
 *   luminal: flags = -Wno-unused -Iinclude
 *
 * A declaration is a line of a comment, of either kind, with nothing in front but the
 * signs that make it a comment. Words are separated by blanks and quoted as in a shell.
 * A key may stand several times. Nothing is read after the first code, and a line that
 * begins with # is code. */
typedef struct
{
  GStrv packages;      /* names, with versions to compare, for pkg-config */
  GStrv sources;       /* absolute paths, in the order given */
  GStrv defines;       /* as for -D */
  GStrv flags;
  guint packages_line; /* of the last declaration, 0 without one */
} LuminalSourceNeeds;

LuminalSourceNeeds *luminal_source_needs_read  (const char         *path,
                                                const char         *text,
                                                gsize               length,
                                                GPtrArray          *diagnostics);
void                luminal_source_needs_free  (LuminalSourceNeeds *self);

/* As much of a file as declarations can stand in. */
char               *luminal_source_read_beginning (const char *path,
                                                   gsize      *length,
                                                   GError    **error);
/* What is wrong with the declarations; NULL: nothing that keeps the source from being built. */
GError             *luminal_source_find_mistake   (const char *path,
                                                   GPtrArray  *diagnostics);

/* Those of a folder's sources that belong to another one's module. */
GHashTable         *luminal_source_parts_find  (GPtrArray          *sources);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LuminalSourceNeeds, luminal_source_needs_free)

G_END_DECLS
