/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "luminal-enums.h"
#include "luminal-macros.h"

G_BEGIN_DECLS

/**
 * LUMINAL_ERROR:
 *
 * The error domain of everything a photon, a file or a user of the loader can
 * cause.
 *
 * Since: 1.0
 */
#define LUMINAL_ERROR (luminal_error_quark ())

/**
 * LuminalError:
 * @LUMINAL_ERROR_PHOTON_NOT_FOUND: no such file, or no photon of it is loaded
 * @LUMINAL_ERROR_DIRECTORY_NOT_FOUND: not a folder, or missing
 * @LUMINAL_ERROR_NAME_TAKEN: another photon has this name already
 * @LUMINAL_ERROR_ALREADY_WATCHING: the loader follows a folder already
 * @LUMINAL_ERROR_NOT_WATCHING: the loader follows no folder
 * @LUMINAL_ERROR_NOT_STARTED: the photon does not run
 * @LUMINAL_ERROR_UNREADABLE: the file cannot be read
 * @LUMINAL_ERROR_INCOMPLETE: the file ends too early, or is still being written
 * @LUMINAL_ERROR_INVALID_MODULE: the file is no module for this machine, or its
 *   note is damaged
 * @LUMINAL_ERROR_NO_PHOTON: a library without a photon of the wanted base
 * @LUMINAL_ERROR_WRONG_ABI: the module was built for another version of the
 *   photon interface
 * @LUMINAL_ERROR_OPEN_FAILED: the dynamic linker refused it, as for an
 *   undefined symbol
 * @LUMINAL_ERROR_START_FAILED: the photon's start function failed
 * @LUMINAL_ERROR_FINALIZER_FAILED: the photon's finalizer failed
 * @LUMINAL_ERROR_SAVE_FAILED: the photon could not save its state
 * @LUMINAL_ERROR_RESTORE_FAILED: the photon refused the saved state
 * @LUMINAL_ERROR_PINNED: an earlier generation cannot leave this process, and a
 *   second one cannot live beside it
 * @LUMINAL_ERROR_TIMED_OUT: code of the photon, or a program that works for it,
 *   did not come to an end in time
 * @LUMINAL_ERROR_CRASHED: the process that the photon ran in ended without being
 *   asked to
 * @LUMINAL_ERROR_OVER_LIMIT: the same, because it went over a limit that was set
 * @LUMINAL_ERROR_WORKER_UNAVAILABLE: no process can be had for the photon:
 *   `luminal-worker` is missing or of another version, or the system has no
 *   more processes or descriptors
 * @LUMINAL_ERROR_NEEDS_IN_PROCESS: the photon needs a type of this program, and
 *   is to run in another process
 * @LUMINAL_ERROR_BUILD_FAILED: the source does not compile, or what it needs is
 *   not installed
 * @LUMINAL_ERROR_NO_COMPILER: there is no C compiler, or the chosen one cannot
 *   be run
 * @LUMINAL_ERROR_NOT_KEPT: the generation cannot come back, since it was not good, ran
 *   in this process, or is too long ago
 *
 * One code per cause that a caller would handle differently. Every message
 * names the file, the phase and the cause.
 *
 * Since: 1.0
 */
typedef enum
{
  LUMINAL_ERROR_PHOTON_NOT_FOUND,
  LUMINAL_ERROR_DIRECTORY_NOT_FOUND,
  LUMINAL_ERROR_NAME_TAKEN,
  LUMINAL_ERROR_ALREADY_WATCHING,
  LUMINAL_ERROR_NOT_WATCHING,
  LUMINAL_ERROR_NOT_STARTED,
  LUMINAL_ERROR_UNREADABLE,
  LUMINAL_ERROR_INCOMPLETE,
  LUMINAL_ERROR_INVALID_MODULE,
  LUMINAL_ERROR_NO_PHOTON,
  LUMINAL_ERROR_WRONG_ABI,
  LUMINAL_ERROR_OPEN_FAILED,
  LUMINAL_ERROR_START_FAILED,
  LUMINAL_ERROR_FINALIZER_FAILED,
  LUMINAL_ERROR_SAVE_FAILED,
  LUMINAL_ERROR_RESTORE_FAILED,
  LUMINAL_ERROR_PINNED,
  LUMINAL_ERROR_TIMED_OUT,
  LUMINAL_ERROR_CRASHED,
  LUMINAL_ERROR_OVER_LIMIT,
  LUMINAL_ERROR_WORKER_UNAVAILABLE,
  LUMINAL_ERROR_NEEDS_IN_PROCESS,
  LUMINAL_ERROR_BUILD_FAILED,
  LUMINAL_ERROR_NO_COMPILER,
  LUMINAL_ERROR_NOT_KEPT,
} LuminalError;

LUMINAL_PUBLIC GQuark      luminal_error_quark   (void);
LUMINAL_PUBLIC const char *luminal_error_to_nick (const GError *error);

G_END_DECLS
