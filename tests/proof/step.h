/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "manner.h"

G_BEGIN_DECLS

typedef enum
{
  OP_WRITE,   /* another content into the file */
  OP_REMOVE,  /* or move it away, or give it a name that is no module's */
  OP_LOAD,
  OP_UNLOAD,
  OP_RELOAD,
  OP_FORCE,   /* reload, though nothing may have changed */
  OP_SEVERAL, /* reload all that are loaded */
  OP_REVERT,
  OP_START,
  OP_STOP,
  OP_KILL,
  OP_WATCH,   /* begin or end it */
  OP_RENAME,  /* to another name of a module */
  N_OPS
} Op;

/* A soft link is not among them: GIO makes up an event for each, two seconds later, and what
 * could not start until then is tried once more, which nobody can foresee. */
typedef enum
{
  WRITE_IN_PLACE,
  WRITE_REPLACE,   /* by one from another folder */
  WRITE_ANEW,      /* unlink, then write */
  WRITE_RENAME,    /* by one that was written beside it */
  WRITE_HARD_LINK, /* to one in another folder */
  N_WRITES
} WriteManner;

/* One thing that is done. Whatever came before, it can be done: if it makes no sense,
 * nothing is. */
typedef struct
{
  Op op;
  guint file;
  guint photon;
  guint content;        /* its number */
  Manner manner;
  WriteManner write;
  gboolean is_together; /* with the one before it, without waiting for that */
  int cancel_after;     /* iterations; -1: it is not called off */
} Step;

Step  step_random (GRand      *random,
                   gboolean    is_apart,
                   guint       content);
char *step_to_line (const Step *step);
gboolean step_from_line (const char *line,
                         Step       *step);

G_END_DECLS
