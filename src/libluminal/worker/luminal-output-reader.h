/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "luminal-output-line.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_OUTPUT_READER (luminal_output_reader_get_type ())

/* What a worker says: its standard output and error, cut into lines, and the packets
 * of luminal_photon_print(). Whatever comes, it costs a bounded amount of memory, of
 * the main context's time and of lines; and it is always read on, so that nobody who
 * writes waits for ever. What comes faster than that is held up first and then
 * dropped, and how much was dropped is said as a line of the same stream.
 *
 * Signals:
 * `line (guint photon, LuminalStream stream, const char *text)`: in the main context
 *   that it was made in; the photon is its number, or G_MAXUINT for stdout and stderr.
 *   The text is as in LuminalOutputLine. A handler may drain or close the reader, and
 *   may drop the last reference, after which it is told nothing more. (One that drained
 *   inside another handler closes it first, since a signal keeps its object.) */
G_DECLARE_FINAL_TYPE (LuminalOutputReader, luminal_output_reader, LUMINAL, OUTPUT_READER, GObject)

/* Takes the descriptors, of which each may be -1: two pipes, and a SOCK_SEQPACKET
 * socket of LuminalSaid packets. */
LuminalOutputReader *luminal_output_reader_new           (int stdout_fd,
                                                          int stderr_fd,
                                                          int said_fd);
/* How many photons there are. Until that is known, packets are nonsense. */
void                 luminal_output_reader_set_n_photons (LuminalOutputReader *self,
                                                          guint                n_photons);
/* Tells at once what has been said so far, without waiting for more, and also how
 * much was dropped. While it is under way, it does nothing. */
void                 luminal_output_reader_drain         (LuminalOutputReader *self);
/* Closes the descriptors. Nothing is told any more, also of what was read. */
void                 luminal_output_reader_close         (LuminalOutputReader *self);
/* Returns copies of the last LUMINAL_TAIL_LINES, as LuminalOutputLine, also of those that
 * were dropped; of each the first LUMINAL_TAIL_BYTES. */
GPtrArray           *luminal_output_reader_get_tail      (LuminalOutputReader *self);
/* How many packets were none that a worker sends. */
guint64              luminal_output_reader_get_n_nonsense (LuminalOutputReader *self);

G_END_DECLS
