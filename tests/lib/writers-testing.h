/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "watch-testing.h"

G_BEGIN_DECLS

/* How a module is brought to its place. */
typedef struct
{
  const char *name;
  const char *program; /* that has to be there; NULL: none */
  void (*put) (Watch      *watch,
               const char *path,
               GBytes     *content);
} WritersWay;

/* A test for each: a file that was not there, then twice another content. */
void  writers_add_ways     (const char       *suite,
                            const WritersWay *ways,
                            gsize             n_ways);

/* Where nobody looks; returns its path. */
char *writers_put_source   (Watch  *watch,
                            GBytes *content);
/* The same photon as in @content, from before it was linked. */
char *writers_put_object   (Watch  *watch,
                            GBytes *content);
/* One after the other, and the loader has time for each. */
void  writers_write_pieces (Watch  *watch,
                            int     fd,
                            GBytes *content,
                            gsize   from,
                            gsize   to);

G_END_DECLS
