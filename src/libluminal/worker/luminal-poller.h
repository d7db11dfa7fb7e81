/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Waits for many descriptors that are silent most of the time, as one source with one
 * descriptor: what an iteration of the main context costs does not grow with their
 * number. All who wait in one main context with one priority share it. */
typedef struct _LuminalPoller LuminalPoller;

/* Belongs to who waits, and stays where it is while its descriptor is waited for. */
typedef struct
{
  void (*func) (gpointer user_data);
  gpointer user_data;
} LuminalPollerWatch;

/* Of the thread's default main context. */
LuminalPoller *luminal_poller_acquire (int                 priority,
                                       GError            **error);
void           luminal_poller_release (LuminalPoller      *self);
/* Waits until @fd can be read or its other end was closed. Calls the function once:
 * then it waits again only after luminal_poller_again(). */
gboolean       luminal_poller_add     (LuminalPoller      *self,
                                       int                 fd,
                                       LuminalPollerWatch *watch,
                                       GError            **error);
void           luminal_poller_again   (LuminalPoller      *self,
                                       int                 fd,
                                       LuminalPollerWatch *watch);
/* Before it is closed. */
void           luminal_poller_remove  (LuminalPoller      *self,
                                       int                 fd);

G_END_DECLS
