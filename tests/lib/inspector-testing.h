/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <link.h>

#include "luminal-inspector.h"
#include "luminal.h"

G_BEGIN_DECLS

/* A file in memory, to be changed at will. */
typedef struct
{
  guint8 *bytes;
  gsize size;
} Module;

Module             *module_load         (const char   *fixture);
Module             *module_copy         (const Module *module,
                                         gsize         size);
void                module_free         (Module       *module);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Module, module_free)

char               *fixture_path        (const char   *fixture);
ElfW (Ehdr)        *module_get_header   (const Module *module);
ElfW (Phdr)        *module_get_segments (const Module *module);
ElfW (Phdr)        *module_find_segment (const Module *module,
                                         guint32       type);
ElfW (Shdr)        *module_get_sections (const Module *module);
ElfW (Nhdr)        *module_get_note     (const Module *module);
gsize               module_get_offset   (const Module *module,
                                         gconstpointer position);
void                module_set_texts    (const Module *module,
                                         const char   *texts,
                                         gsize         size);
void                module_strip        (Module       *module);

/* With the file's name "module.so" in messages. */
LuminalInspection  *module_inspect      (const Module *module,
                                         GError      **error);
LuminalInspection  *module_expect_good  (const Module *module);
void                module_expect_error (const Module *module,
                                         LuminalError  code,
                                         const char   *words);
gboolean            module_is_handled   (const Module *module);

G_END_DECLS
