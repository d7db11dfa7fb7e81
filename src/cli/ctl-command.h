/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "ctl-reporter.h"

G_BEGIN_DECLS

/* What scripts rely on. */
typedef enum
{
  CTL_EXIT_GOOD = 0,
  CTL_EXIT_FAILED = 1,
  CTL_EXIT_USAGE = 2,
} CtlExit;

typedef enum /*< flags >*/
{
  CTL_TAKES_NOTHING = 0,
  CTL_TAKES_RECURSIVE = 1 << 0,
  CTL_TAKES_HOST = 1 << 1,
  CTL_TAKES_TIMEOUT = 1 << 2,
  CTL_TAKES_SEVERAL_PATHS = 1 << 3,
  CTL_TAKES_NAME = 1 << 4, /* instead of a path */
} CtlTakes;

typedef struct
{
  gboolean json;
  gboolean recursive;
  gboolean in_process;
  guint timeout; /* in milliseconds, 0 for the loader's own */
  GPtrArray *files;
  const char *name; /* of what takes a name */
} CtlOptions;

typedef struct
{
  const char *name;
  const char *parameters;
  const char *summary;
  const char *description;
  CtlTakes takes;
  CtlExit (*run) (const CtlOptions *options);
} CtlCommand;

extern const CtlCommand ctl_watch_command;
extern const CtlCommand ctl_load_command;
extern const CtlCommand ctl_inspect_command;
extern const CtlCommand ctl_new_command;
extern const CtlCommand ctl_build_command;

CtlExit        ctl_command_run        (const CtlCommand  *command,
                                       char             **arguments);
CtlExit        ctl_wrong_usage        (const CtlCommand  *command,
                                       const char        *format,
                                       ...) G_GNUC_PRINTF (2, 3);
void           ctl_print_version      (void);

LuminalLoader *ctl_loader_new         (const CtlOptions  *options,
                                       CtlReporter       *reporter);

/* For what happens in a fixed order: start something asynchronous with
 * ctl_keep_result() and the address of a GAsyncResult, then wait for it. */
void           ctl_keep_result        (GObject           *source,
                                       GAsyncResult      *result,
                                       gpointer           user_data);
void           ctl_wait_for_result    (GAsyncResult     **result);

G_END_DECLS
