/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_JOB_QUEUE (luminal_job_queue_get_type ())

/* Jobs on files: of those that share a file only one runs at a time, in the order
 * they came; others run side by side. */
G_DECLARE_FINAL_TYPE (LuminalJobQueue, luminal_job_queue, LUMINAL, JOB_QUEUE, GObject)

typedef struct _LuminalJob LuminalJob;

/* Begins the work; luminal_job_done() ends it, at once or later. */
typedef void (*LuminalJobFunc) (LuminalJob *job,
                                gpointer    user_data);

typedef enum
{
  LUMINAL_JOB_PROMPT,  /* as soon as its files are free */
  LUMINAL_JOB_PATIENT, /* when they are, and nothing else in the main context is to do */
} LuminalJobManner;

LuminalJobQueue *luminal_job_queue_new  (void);
void             luminal_job_queue_push (LuminalJobQueue    *self,
                                         const char *const  *paths,
                                         LuminalJobManner    manner,
                                         LuminalJobFunc      func,
                                         gpointer            user_data);
void             luminal_job_done       (LuminalJob         *job);

G_END_DECLS
