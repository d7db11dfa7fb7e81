/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <signal.h>

G_BEGIN_DECLS

/* What a manager and its spawner tell each other, over a pair of SOCK_SEQPACKET
 * sockets, one of these structures to a packet. Both are built from this file, and
 * the first packet says whether from the same version of it.
 *
 *   manager ── spawner ─┬─ warden ── worker (runs one module) ── what it starts
 *                       └─ warden ── worker ── …
 *
 * The spawner forks, so that a worker costs no start of a program; it runs no
 * photon's code, and has one thread. A warden adopts and ends whatever its worker
 * leaves behind, in whatever session or process group; it ends with the manager. */

#define LUMINAL_WORKER_PROTOCOL 1

/* The descriptors that a spawner is started with. */
#define LUMINAL_SPAWNER_CONTROL_FD 3
#define LUMINAL_SPAWNER_LIFELINE_FD 4 /* a pipe whose other end only the manager has */

typedef enum
{
  LUMINAL_SPAWNER_SPAWN = 1, /* manager → spawner, with the descriptors of LuminalWorkerFd */
  LUMINAL_SPAWNER_END,       /* as LUMINAL_WARDEN_END, for a manager without a pidfd */
  LUMINAL_SPAWNER_KILL,      /* as LUMINAL_WARDEN_KILL */
  LUMINAL_SPAWNER_HELLO,     /* and back */
  LUMINAL_SPAWNER_SPAWNED,   /* with a pidfd of the warden, if there is no error */
  LUMINAL_SPAWNER_ENDED,     /* it, and everything it started, is gone */
} LuminalSpawnerMessage;

/* In the order in which they are sent. */
typedef enum
{
  LUMINAL_WORKER_FD_CONNECTION, /* D-Bus */
  LUMINAL_WORKER_FD_STDOUT,
  LUMINAL_WORKER_FD_STDERR,
  LUMINAL_WORKER_FD_SAID,       /* LuminalSaid packets */
  LUMINAL_N_WORKER_FDS
} LuminalWorkerFd;

typedef struct
{
  guint32 message;
  guint32 worker; /* the manager's number for it */
} LuminalSpawnerRequest;

typedef struct
{
  guint32 message;
  guint32 protocol;
  char version[32];
} LuminalSpawnerHello;

typedef struct
{
  guint32 message;
  guint32 worker;
  gint32 error; /* of errno; 0: it lives */
  gint32 warden; /* its pid, for a manager that can do nothing with a pidfd */
} LuminalSpawned;

/* As many as fit a page of memory together with the rest of a report. */
#define LUMINAL_MOST_FRAMES 31

typedef struct
{
  guint64 offset;  /* in the object, as addr2line takes it: of the call, not of where it returns to */
  char object[48]; /* its file name; empty: the photon's module; "??": in no object, and offset an address */
  char symbol[72]; /* empty: unknown */
} LuminalFrame;

typedef enum /*< flags >*/
{
  LUMINAL_REPORT_NO_MEMORY = 1 << 0,      /* a memory limit was set and nearly reached */
  LUMINAL_REPORT_NO_DESCRIPTORS = 1 << 1, /* no descriptor was left */
  LUMINAL_REPORT_HAS_STATUS = 1 << 2,     /* somebody was there to wait for it: status means something */
} LuminalReportFlags;

/* What is known about the end of a worker. Written by the crashing process itself
 * and by its warden, in memory that they share with the spawner. */
typedef struct
{
  gint32 pid;    /* of the worker; 0: it was never forked */
  gint32 error;  /* of errno: why it was not */
  gint32 status; /* as of waitpid() */
  gint32 signal; /* caught by the crash handler; 0: none */
  gint32 code;   /* si_code */
  guint32 flags;
  guint32 n_frames;
  guint64 address;
  guint64 cpu_usec; /* that it used */
  LuminalFrame frames[LUMINAL_MOST_FRAMES];
} LuminalWorkerReport;

G_STATIC_ASSERT (sizeof (LuminalWorkerReport) <= 4096);

typedef struct
{
  guint32 message;
  guint32 worker;
  LuminalWorkerReport report;
} LuminalWorkerEnded;

/* To a warden, and SIGCONT after it, since a photon may have stopped its warden: the
 * worker is told (SIGTERM), and a moment later killed. */
#define LUMINAL_WARDEN_END SIGTERM
/* The same way: the worker, and all it started, is killed at once. */
#define LUMINAL_WARDEN_KILL SIGUSR1

/* What luminal_photon_print() and luminal_photon_eprint() say, from a worker to its
 * manager: a packet each, the text following. */
typedef struct
{
  guint32 photon; /* in the order of Open */
  guint32 stream; /* LuminalStream */
} LuminalSaid;

/* Bytes of text in such a packet, and in a line of any output, at most. The rest of
 * a longer line is dropped. */
#define LUMINAL_LONGEST_LINE 8192

G_END_DECLS
