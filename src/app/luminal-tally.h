/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <luminal.h>

G_BEGIN_DECLS

/* How many photons there are, and how they are. */
typedef struct
{
  guint total;
  guint failed;
  guint warned;
  guint busy;
  guint crashed; /* of those that failed */
  guint changed; /* on disk */
  guint unloaded;
  guint gone;    /* their files are */
} LuminalTally;

void  luminal_tally_count   (LuminalTally       *tally,
                             GListModel         *photons);
char *luminal_tally_to_text (const LuminalTally *tally,
                             guint               shown);

G_END_DECLS
