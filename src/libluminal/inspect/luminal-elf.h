/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gelf.h>
#include <glib.h>

#include "luminal-error.h"

G_BEGIN_DECLS

/* A shared library in memory as the dynamic linker would see it: by its program
 * headers, so that a file without sections is as good as one with them. Every
 * number in it may be wrong. */
typedef struct
{
  const char *filepath;
  Elf *elf;
  gsize size;
  GElf_Ehdr header;
  gsize n_segments;

  Elf_Data *dynamic;
  gsize n_dynamic;
  guint64 flags;
  guint64 flags_1;
  gboolean has_executable_stack;

  Elf_Data *symbols;
  gsize n_symbols;
  const char *strings;
  gsize strings_size;
} LuminalElf;

gboolean    luminal_elf_open             (LuminalElf   *self,
                                          const guint8 *bytes,
                                          gsize         size,
                                          const char   *filepath,
                                          GError      **error);
void        luminal_elf_close            (LuminalElf   *self);
gboolean    luminal_elf_refuse           (LuminalElf   *self,
                                          GError      **error,
                                          LuminalError  code,
                                          const char   *format,
                                          ...) G_GNUC_PRINTF (4, 5);

const char *luminal_elf_get_machine      (LuminalElf   *self);
Elf_Data   *luminal_elf_get_notes        (LuminalElf   *self,
                                          gsize         segment);
gboolean    luminal_elf_load_symbols     (LuminalElf   *self,
                                          GError      **error);
const char *luminal_elf_get_symbol       (LuminalElf   *self,
                                          gsize         index,
                                          GElf_Sym     *symbol);
gboolean    luminal_elf_is_mapped        (LuminalElf   *self,
                                          guint64       address,
                                          guint64       length);
GStrv       luminal_elf_dup_dependencies (LuminalElf   *self,
                                          GError      **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LuminalElf, luminal_elf_close)

G_END_DECLS
