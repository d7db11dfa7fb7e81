/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gunixfdlist.h>

#include "luminal-spawner-process.h"
#include "luminal-worker.h"

G_BEGIN_DECLS

/* What the process of the spawner does with its workers. */

/* @remote is set to the worker's ends of its descriptors, as LuminalWorkerFd has them. */
LuminalWorker *luminal_worker_new            (LuminalSpawnerProcess      *process,
                                              guint32                     number,
                                              GUnixFDList               **remote,
                                              GError                    **error);
guint32        luminal_worker_get_number     (LuminalWorker              *self);

/* It has been forked. @pidfd is that of its warden, or -1, and taken. */
void           luminal_worker_set_spawned    (LuminalWorker              *self,
                                              pid_t                       warden,
                                              int                         pidfd);
void           luminal_worker_connect_async  (LuminalWorker              *self,
                                              GAsyncReadyCallback         callback,
                                              gpointer                    user_data);
gboolean       luminal_worker_connect_finish (LuminalWorker              *self,
                                              GAsyncResult               *result,
                                              GError                    **error);
void           luminal_worker_set_ended      (LuminalWorker              *self,
                                              const LuminalWorkerReport  *report);
/* Nobody tells of its end any more; it has to be seen. */
void           luminal_worker_lose_spawner   (LuminalWorker              *self);

G_END_DECLS
