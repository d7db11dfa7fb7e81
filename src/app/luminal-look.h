/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <luminal.h>

G_BEGIN_DECLS

/* What a person is shown of a photon's state: one word for what the status,
 * the phase and the last error say together. */
typedef enum
{
  LUMINAL_LOOK_LOADED,
  LUMINAL_LOOK_RUNNING,
  LUMINAL_LOOK_BUSY,
  LUMINAL_LOOK_NOT_RELOADED,
  LUMINAL_LOOK_ROLLED_BACK,
  LUMINAL_LOOK_STOPPED,
  LUMINAL_LOOK_FAILED,
  LUMINAL_LOOK_CRASHED,
  LUMINAL_LOOK_UNLOADED,
  LUMINAL_LOOK_GONE,
} LuminalLook;

LuminalLook  luminal_look_of              (LuminalHandler *handler);
gboolean     luminal_look_is_problem      (LuminalLook     look);
gboolean     luminal_look_is_dim          (LuminalLook     look);
gboolean     luminal_look_depends_on      (GParamSpec     *pspec);
const char  *luminal_look_get_nick        (LuminalLook     look);
const char  *luminal_look_get_icon_name   (LuminalLook     look);
const char  *luminal_look_get_style_class (LuminalLook     look);

char        *luminal_look_describe        (LuminalHandler *handler);
char        *luminal_look_detail          (LuminalHandler *handler);
const char  *luminal_look_phase           (LuminalPhase    phase);
const char  *luminal_look_phase_name      (LuminalPhase    phase);

char        *luminal_look_duration        (gint64          microseconds);
char        *luminal_look_file_name       (GFile          *file);
char        *luminal_look_message         (const GError   *error);
char        *luminal_look_first_line      (const GError   *error);

G_END_DECLS
