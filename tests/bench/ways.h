/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The least that has to be done to put the code of a file to work, and what other programs
 * do. All open the same file and call the same function. */

typedef struct
{
  void *handle;
  int value; /* what the code said, which its next version is given */
  guint n_reloads;
} Way;

/* Read, hash, copy to a sealed memfd, open, start: nothing is left out that Luminal promises of the bytes that
 * run. @hash: without, it is the floor of those who do not care what they run. */
void way_floor_open  (Way        *way,
                      const char *path,
                      gboolean    hash);

/* A loop that closes what is open and opens the file again. It runs what is mapped from the
 * file itself: whoever writes to that meanwhile, writes to running code. */
void way_plain_reload (Way        *way,
                       const char *path);

/* The way of hot-reload headers such as cr.h: look whether the file changed, copy it to a name with a
 * number, open that beside the old one, carry the state over, close the old one. */
void way_copying_reload (Way        *way,
                         const char *path,
                         const char *scratch);

void way_close (Way *way);

G_END_DECLS
