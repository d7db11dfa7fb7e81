/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  LUMINAL_CHILD_EXITED,    /* with the status @code */
  LUMINAL_CHILD_KILLED,    /* by the signal @code */
  LUMINAL_CHILD_TIMED_OUT, /* and was killed for it */
} LuminalChildEndKind;

typedef struct
{
  LuminalChildEndKind kind;
  int code;
} LuminalChildEnd;

typedef void (*LuminalChildOutputFunc) (const char *data,
                                        gsize       length,
                                        gpointer    user_data);

/* A program that is run to its end, with all that it starts in turn: no shell, nothing
 * on its standard input, no core dumps. When it ends, is
 * late or cancelled, whatever is left of its process group is killed. */
void     luminal_child_run_async  (const char *const      *argv,
                                   const char             *folder,
                                   const char *const      *environment,
                                   GSubprocessFlags        error_flags,
                                   guint                   timeout,
                                   LuminalChildOutputFunc  output_func,
                                   gpointer                output_data,
                                   GCancellable           *cancellable,
                                   GAsyncReadyCallback     callback,
                                   gpointer                user_data);
/* Keeps what was put out up to a length, for an output function. */
void     luminal_child_keep_output (GString               *kept,
                                    gsize                  length_max,
                                    const char            *data,
                                    gsize                  length);
gboolean luminal_child_run_finish (GAsyncResult           *result,
                                   LuminalChildEnd        *end,
                                   GError                **error);

G_END_DECLS
