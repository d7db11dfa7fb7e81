/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-build-cache.h"

G_BEGIN_DECLS

/* A C compiler of this machine; immutable. */
typedef struct
{
  GStrv command;    /* with the absolute path of the program first */
  char *stamp;      /* differs when one of its programs is replaced */
  char *version;    /* what it says of itself, or empty */
  gboolean is_clang;
} LuminalCompiler;

LuminalCompiler   *luminal_compiler_ref             (LuminalCompiler     *self);
void               luminal_compiler_unref           (LuminalCompiler     *self);

char              *luminal_compiler_name            (LuminalCompiler     *self);
GPtrArray         *luminal_compiler_begin_arguments (LuminalCompiler     *self);

void               luminal_compiler_find_async      (const char          *preference,
                                                     const char *const   *environment,
                                                     LuminalCompiler     *known,
                                                     LuminalBuildCache   *cache,
                                                     guint                timeout,
                                                     GCancellable        *cancellable,
                                                     GAsyncReadyCallback  callback,
                                                     gpointer             user_data);
LuminalCompiler   *luminal_compiler_find_finish     (GAsyncResult        *result,
                                                     GError             **error);

G_END_DECLS
