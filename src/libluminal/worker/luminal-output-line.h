/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-enums.h"

G_BEGIN_DECLS

/* A piece of output as it is told: free it with g_free().
 *
 * The text is UTF-8. In place of each byte that is not, zero among them, stands
 * U+FFFD, the replacement character. Control characters stay what they are: how to
 * keep them from doing anything is for whoever shows the text to know. */
typedef struct
{
  guint photon; /* in the order of Open; G_MAXUINT: it is not known which one */
  LuminalStream stream;
  char text[];
} LuminalOutputLine;

/* From @length bytes of a line that was @whole_length bytes long, of which it takes
 * @most and says how many more there were. */
LuminalOutputLine *luminal_output_line_new         (guint         photon,
                                                    LuminalStream stream,
                                                    const char   *bytes,
                                                    gsize         length,
                                                    guint64       whole_length,
                                                    gsize         most);
LuminalOutputLine *luminal_output_line_new_dropped (guint         photon,
                                                    LuminalStream stream,
                                                    guint64       n_dropped);
LuminalOutputLine *luminal_output_line_copy        (const LuminalOutputLine *self);

/* The last lines, and of each not more than tells what it was about. All zero is one
 * that has seen none. */
#define LUMINAL_TAIL_LINES 20
#define LUMINAL_TAIL_BYTES 500

typedef struct
{
  LuminalOutputLine **lines;
  guint next;
} LuminalOutputTail;

/* Takes @line. */
void       luminal_output_tail_add       (LuminalOutputTail *self,
                                          LuminalOutputLine *line);
/* Returns copies, the last one at the end. */
GPtrArray *luminal_output_tail_dup_lines (LuminalOutputTail *self);
void       luminal_output_tail_clear     (LuminalOutputTail *self);

G_END_DECLS
