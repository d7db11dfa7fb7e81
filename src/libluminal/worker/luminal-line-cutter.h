/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Cuts a stream of bytes into lines. What it keeps is the beginning of a line whose
 * end has not come yet, and of that no more than is ever shown. All zero is one that
 * has seen nothing. */
typedef struct
{
  GString *begun;
  guint64 begun_length; /* of which only the first are kept */
  gboolean ends_in_return;
  gboolean was_given_out;
} LuminalLineCutter;

/* Without its "\n" or "\r\n". The bytes are whatever was written, and belong to the
 * cutter or to whom it was given from. */
typedef struct
{
  const char *bytes;
  gsize length;         /* LUMINAL_LONGEST_LINE at most */
  guint64 whole_length; /* of the line as it was written */
} LuminalCutLine;

/* Takes the next line from the beginning of what is left. Returns FALSE once nothing
 * is left. */
gboolean luminal_line_cutter_next  (LuminalLineCutter *self,
                                    const char       **bytes,
                                    gsize             *length,
                                    LuminalCutLine    *line);
/* Passes over lines up to the last @n_left whole ones. Returns how many. */
gsize    luminal_line_cutter_skip  (LuminalLineCutter *self,
                                    const char       **bytes,
                                    gsize             *length,
                                    guint              n_left);
/* Returns whether there is a last line that was never ended. */
gboolean luminal_line_cutter_end   (LuminalLineCutter *self,
                                    LuminalCutLine    *line);
void     luminal_line_cutter_clear (LuminalLineCutter *self);

G_END_DECLS
