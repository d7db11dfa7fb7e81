/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "luminal-macros.h"

G_BEGIN_DECLS

/**
 * LuminalStatus:
 * @LUMINAL_STATUS_LOADED: its code is loaded and ready; it was never started
 * @LUMINAL_STATUS_RUNNING: it runs
 * @LUMINAL_STATUS_STOPPED: it ran and was stopped; its code is still loaded
 * @LUMINAL_STATUS_FAILED: nothing of it runs, and its error says why
 * @LUMINAL_STATUS_CRASHED: the process it ran in ended without being asked to
 * @LUMINAL_STATUS_UNLOADED: it left the registry
 *
 * What a photon's code is doing.
 *
 * The status is about the code, not about the last attempt to change it: a
 * photon whose reload failed and whose old generation runs on is
 * %LUMINAL_STATUS_RUNNING, with [property@Handler:error] set. What is under way
 * is told by [property@Handler:phase].
 *
 * Since: 1.0
 */
typedef enum
{
  LUMINAL_STATUS_LOADED,
  LUMINAL_STATUS_RUNNING,
  LUMINAL_STATUS_STOPPED,
  LUMINAL_STATUS_FAILED,
  LUMINAL_STATUS_CRASHED,
  LUMINAL_STATUS_UNLOADED,
} LuminalStatus;

/**
 * LuminalPhase:
 * @LUMINAL_PHASE_NONE: nothing is under way
 * @LUMINAL_PHASE_SETTLE: waiting until the file stops changing
 * @LUMINAL_PHASE_READ: its bytes are copied to where nobody can change them
 * @LUMINAL_PHASE_CHECKSUM: those bytes are hashed
 * @LUMINAL_PHASE_BUILD: a source file is compiled
 * @LUMINAL_PHASE_INSPECT: the copy is examined; none of its code runs
 * @LUMINAL_PHASE_STAGE: a host opens it beside the running generation
 * @LUMINAL_PHASE_HAND_OVER: the old generation saves its state and ends
 * @LUMINAL_PHASE_START: the new generation takes the state and starts
 * @LUMINAL_PHASE_COMMIT: the handlers change to the new generation
 * @LUMINAL_PHASE_PROBATION: the new generation runs, and a crash still counts
 *   as a failed start
 *
 * The steps by which new code is put to work, in their order.
 *
 * Since: 1.0
 */
typedef enum
{
  LUMINAL_PHASE_NONE,
  LUMINAL_PHASE_SETTLE,
  LUMINAL_PHASE_READ,
  LUMINAL_PHASE_CHECKSUM,
  LUMINAL_PHASE_BUILD,
  LUMINAL_PHASE_INSPECT,
  LUMINAL_PHASE_STAGE,
  LUMINAL_PHASE_HAND_OVER,
  LUMINAL_PHASE_START,
  LUMINAL_PHASE_COMMIT,
  LUMINAL_PHASE_PROBATION,
} LuminalPhase;

#ifndef __GI_SCANNER__
#define LUMINAL_N_PHASES (LUMINAL_PHASE_PROBATION + 1)
#endif

/**
 * LuminalStream:
 * @LUMINAL_STREAM_STDOUT: written to the standard output of its process
 * @LUMINAL_STREAM_STDERR: written to the standard error of its process
 * @LUMINAL_STREAM_PRINT: said with luminal_photon_print()
 * @LUMINAL_STREAM_EPRINT: said with luminal_photon_eprint()
 *
 * Where a piece of a photon's output came from.
 *
 * Since: 1.0
 */
typedef enum
{
  LUMINAL_STREAM_STDOUT,
  LUMINAL_STREAM_STDERR,
  LUMINAL_STREAM_PRINT,
  LUMINAL_STREAM_EPRINT,
} LuminalStream;

/**
 * LuminalEventKind:
 * @LUMINAL_EVENT_LOADED: a photon's code was loaded; it does not run yet
 * @LUMINAL_EVENT_STARTED: a photon was started
 * @LUMINAL_EVENT_OUTPUT: a photon said something
 * @LUMINAL_EVENT_RELOADED: a new generation replaced the old one
 * @LUMINAL_EVENT_ROLLED_BACK: a new generation did not start, or crashed soon
 *   after, and the old one was started again
 * @LUMINAL_EVENT_FAILED: an operation failed; what ran before runs on
 * @LUMINAL_EVENT_CRASHED: a photon's process ended without being asked to
 * @LUMINAL_EVENT_STOPPED: a photon was stopped
 * @LUMINAL_EVENT_UNLOADED: a photon left the registry
 * @LUMINAL_EVENT_SKIPPED: a file was passed over: it has no matching photon,
 *   or its content is what runs already, or what crashed before
 * @LUMINAL_EVENT_WATCHING: the first scan is done and the folder is followed
 *
 * What happened to a photon.
 *
 * Since: 1.0
 */
typedef enum
{
  LUMINAL_EVENT_LOADED,
  LUMINAL_EVENT_STARTED,
  LUMINAL_EVENT_OUTPUT,
  LUMINAL_EVENT_RELOADED,
  LUMINAL_EVENT_ROLLED_BACK,
  LUMINAL_EVENT_FAILED,
  LUMINAL_EVENT_CRASHED,
  LUMINAL_EVENT_STOPPED,
  LUMINAL_EVENT_UNLOADED,
  LUMINAL_EVENT_SKIPPED,
  LUMINAL_EVENT_WATCHING,
} LuminalEventKind;

/**
 * LuminalOutcome:
 * @LUMINAL_OUTCOME_RUNS: it was committed
 * @LUMINAL_OUTCOME_FAILED: it never came as far as starting, or crashed soon
 *   after and nothing could take its place
 * @LUMINAL_OUTCOME_ROLLED_BACK: it did not start, or crashed soon after, and the
 *   one before was started again
 *
 * How the attempt to put a generation to work ended.
 *
 * Since: 1.0
 */
typedef enum
{
  LUMINAL_OUTCOME_RUNS,
  LUMINAL_OUTCOME_FAILED,
  LUMINAL_OUTCOME_ROLLED_BACK,
} LuminalOutcome;

/**
 * LuminalReloadFlags:
 * @LUMINAL_RELOAD_DEFAULT: a file whose content is what runs already is left
 *   alone
 * @LUMINAL_RELOAD_FORCE: a new generation is made even of the same content
 *
 * How to reload.
 *
 * Since: 1.0
 */
typedef enum /*< flags >*/
{
  LUMINAL_RELOAD_DEFAULT = 0,
  LUMINAL_RELOAD_FORCE = 1 << 0,
} LuminalReloadFlags;

/**
 * LuminalIsolation:
 * @LUMINAL_ISOLATION_WORKER: each module in a process of its own
 * @LUMINAL_ISOLATION_IN_PROCESS: in the process of the loader
 *
 * Where the code of photons runs.
 *
 * Since: 1.0
 */
typedef enum
{
  LUMINAL_ISOLATION_WORKER,
  LUMINAL_ISOLATION_IN_PROCESS,
} LuminalIsolation;

/**
 * LuminalSeverity:
 * @LUMINAL_SEVERITY_NOTE: an explanation or a hint
 * @LUMINAL_SEVERITY_WARNING: the source compiles, and is likely to be wrong
 * @LUMINAL_SEVERITY_ERROR: the source does not compile
 * @LUMINAL_SEVERITY_FATAL: the compiler gave up at this point
 *
 * How bad it is what a compiler says of a source.
 *
 * Since: 1.0
 */
typedef enum
{
  LUMINAL_SEVERITY_NOTE,
  LUMINAL_SEVERITY_WARNING,
  LUMINAL_SEVERITY_ERROR,
  LUMINAL_SEVERITY_FATAL,
} LuminalSeverity;

LUMINAL_PUBLIC const char *luminal_status_to_string     (LuminalStatus    status);
LUMINAL_PUBLIC const char *luminal_phase_to_string      (LuminalPhase     phase);
LUMINAL_PUBLIC const char *luminal_phase_get_label      (LuminalPhase     phase);
LUMINAL_PUBLIC const char *luminal_stream_to_string     (LuminalStream    stream);
LUMINAL_PUBLIC const char *luminal_event_kind_to_string (LuminalEventKind kind);
LUMINAL_PUBLIC const char *luminal_outcome_to_string    (LuminalOutcome   outcome);
LUMINAL_PUBLIC const char *luminal_severity_to_string   (LuminalSeverity  severity);

G_END_DECLS
