/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-event.h"

G_BEGIN_DECLS

LuminalEvent *luminal_event_new          (LuminalEventKind kind,
                                          LuminalHandler  *handler);
LuminalEvent *luminal_event_new_for_file (LuminalEventKind kind,
                                          GFile           *file);
void          luminal_event_set_status   (LuminalEvent    *self,
                                          LuminalStatus    status);
void          luminal_event_set_generation (LuminalEvent  *self,
                                            guint          generation,
                                            const char    *checksum);
void          luminal_event_set_duration (LuminalEvent    *self,
                                          gint64           microseconds);
void          luminal_event_set_error    (LuminalEvent    *self,
                                          LuminalPhase     phase,
                                          const GError    *error);
void          luminal_event_set_diagnostics (LuminalEvent *self,
                                             GListModel   *diagnostics);
void          luminal_event_set_crash    (LuminalEvent    *self,
                                          LuminalCrash    *crash);
void          luminal_event_set_pid      (LuminalEvent    *self,
                                          int              pid);
void          luminal_event_set_output   (LuminalEvent    *self,
                                          LuminalStream    stream,
                                          const char      *text);

G_END_DECLS
