/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>
#include <luminal.h>

G_BEGIN_DECLS

typedef enum
{
  LUMINAL_PROBLEM_FAILED,
  LUMINAL_PROBLEM_ROLLED_BACK,
  LUMINAL_PROBLEM_CRASHED,
} LuminalProblem;

#define LUMINAL_TYPE_TOAST_QUEUE (luminal_toast_queue_get_type ())

G_DECLARE_FINAL_TYPE (LuminalToastQueue, luminal_toast_queue, LUMINAL, TOAST_QUEUE, GObject)

LuminalToastQueue *luminal_toast_queue_new          (AdwToastOverlay   *overlay);

void               luminal_toast_queue_add_problem  (LuminalToastQueue *self,
                                                     LuminalProblem     problem,
                                                     const char        *name,
                                                     LuminalHandler    *handler,
                                                     const GError      *error);
void               luminal_toast_queue_add_unloaded (LuminalToastQueue *self,
                                                     const char        *name,
                                                     GFile             *file);
void               luminal_toast_queue_add_stopped  (LuminalToastQueue *self,
                                                     LuminalHandler    *handler);
void               luminal_toast_queue_add_vanished (LuminalToastQueue *self,
                                                     const char        *name);
void               luminal_toast_queue_clear        (LuminalToastQueue *self);

G_END_DECLS
