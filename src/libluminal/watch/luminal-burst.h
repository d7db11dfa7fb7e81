/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Notices that events come in such numbers that the kernel may have dropped some. */
typedef struct _LuminalBurst LuminalBurst;

typedef void (*LuminalBurstFunc) (gpointer user_data);

/* @began: some may be missing; @ended: it is quiet again, or has not been for long, and time to look. */
LuminalBurst *luminal_burst_new   (LuminalBurstFunc  began,
                                   LuminalBurstFunc  ended,
                                   gpointer          user_data);
void          luminal_burst_free  (LuminalBurst     *self);
void          luminal_burst_count (LuminalBurst     *self);
gboolean      luminal_burst_is_on (LuminalBurst     *self);
void          luminal_burst_stop  (LuminalBurst     *self);

G_END_DECLS
