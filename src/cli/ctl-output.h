/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CTL_TYPE_OUTPUT (ctl_output_get_type ())

G_DECLARE_FINAL_TYPE (CtlOutput, ctl_output, CTL, OUTPUT, GObject)

CtlOutput  *ctl_output_new        (gboolean    exclusive);
void        ctl_output_write_line (CtlOutput  *self,
                                   const char *line);
int         ctl_output_get_fd     (CtlOutput  *self);
gboolean    ctl_output_is_tty     (CtlOutput  *self);
gboolean    ctl_output_get_failed (CtlOutput  *self);

void        ctl_output_prepare_process (void);

G_END_DECLS
