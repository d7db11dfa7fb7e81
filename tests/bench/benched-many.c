/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Twenty photons in one file, where it is photons that are to be many and not modules. */

#include <luminal.h>

static gboolean
many_start (LuminalPhoton *photon,
            gpointer       data,
            GError       **error)
{
  return TRUE;
}

#define MANY(number)                                                                               \
  typedef struct                                                                                   \
  {                                                                                                \
    int unused;                                                                                    \
  } Many##number;                                                                                  \
                                                                                                   \
  LUMINAL_PHOTON (Many##number, many_start, NULL,                                                  \
                  LUMINAL_NAME ("Number 00000-" #number),                                          \
                  LUMINAL_DESCRIPTION ("content 00000"))

MANY (01) MANY (02) MANY (03) MANY (04) MANY (05) MANY (06) MANY (07) MANY (08) MANY (09) MANY (10)
MANY (11) MANY (12) MANY (13) MANY (14) MANY (15) MANY (16) MANY (17) MANY (18) MANY (19) MANY (20)
