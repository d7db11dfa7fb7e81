/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* What a subject does, by the number that is written into it; and what is in a file that
 * is none. */
typedef enum
{
  MANNER_GOOD,
  MANNER_START_FAILS,
  MANNER_SAVE_FAILS,
  MANNER_RESTORE_REFUSES,
  MANNER_FINALIZER_FAILS,
  /* What only a process of its own survives. */
  MANNER_START_CRASHES,
  MANNER_SAVE_CRASHES,
  MANNER_CRASHES_SOON,
  MANNER_START_HANGS,
  MANNER_FINALIZER_HANGS,
  /* No subject at all. */
  MANNER_GARBAGE,
  MANNER_TRUNCATED,
  MANNER_NO_PHOTON,
  MANNER_ABSENT,
  N_MANNERS
} Manner;
