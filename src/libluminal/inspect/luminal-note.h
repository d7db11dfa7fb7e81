/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the note of one photon says. The texts point into @storage. */
typedef struct
{
  char *storage;
  guint abi;
  guint line;
  const char *class_name;
  const char *base;
  const char *name;
  const char *author;
  const char *version;
  const char *description;
  const char **tags;
  gboolean start_first;
  gboolean keeps_state;
} LuminalNote;

gboolean luminal_note_parse (LuminalNote *note,
                             const char  *texts,
                             gsize        size,
                             const char  *filepath,
                             GError     **error);
void     luminal_note_clear (LuminalNote *note);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LuminalNote, luminal_note_clear)

G_END_DECLS
