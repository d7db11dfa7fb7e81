/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-crash.h"
#include "luminal-enums.h"
#include "luminal-handler.h"
#include "luminal-macros.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_EVENT (luminal_event_get_type ())

LUMINAL_PUBLIC
G_DECLARE_FINAL_TYPE (LuminalEvent, luminal_event, LUMINAL, EVENT, GObject)

LUMINAL_PUBLIC LuminalEventKind  luminal_event_get_kind       (LuminalEvent *self);
LUMINAL_PUBLIC gint64            luminal_event_get_time       (LuminalEvent *self);
LUMINAL_PUBLIC LuminalHandler   *luminal_event_get_handler    (LuminalEvent *self);
LUMINAL_PUBLIC const char       *luminal_event_get_photon     (LuminalEvent *self);
LUMINAL_PUBLIC GFile            *luminal_event_get_file       (LuminalEvent *self);
LUMINAL_PUBLIC guint             luminal_event_get_generation (LuminalEvent *self);
LUMINAL_PUBLIC const char       *luminal_event_get_checksum   (LuminalEvent *self);
LUMINAL_PUBLIC LuminalStatus     luminal_event_get_status     (LuminalEvent *self);
LUMINAL_PUBLIC gint64            luminal_event_get_duration   (LuminalEvent *self);
LUMINAL_PUBLIC LuminalPhase      luminal_event_get_phase      (LuminalEvent *self);
LUMINAL_PUBLIC const GError     *luminal_event_get_error      (LuminalEvent *self);
LUMINAL_PUBLIC LuminalCrash     *luminal_event_get_crash      (LuminalEvent *self);
LUMINAL_PUBLIC GListModel       *luminal_event_get_diagnostics (LuminalEvent *self);
LUMINAL_PUBLIC int               luminal_event_get_pid        (LuminalEvent *self);
LUMINAL_PUBLIC LuminalStream     luminal_event_get_stream     (LuminalEvent *self);
LUMINAL_PUBLIC const char       *luminal_event_get_text       (LuminalEvent *self);

G_END_DECLS
