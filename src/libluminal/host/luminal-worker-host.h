/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-host-settings.h"
#include "luminal-host.h"
#include "luminal-spawner.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_WORKER_HOST (luminal_worker_host_get_type ())

/* A process of its own for one generation. What happens in it reaches nobody: it has
 * deadlines, and whatever it does wrong is an error or a crash of this host. After a
 * crash the next start of a photon makes a new process of the same generation. */
G_DECLARE_FINAL_TYPE (LuminalWorkerHost, luminal_worker_host, LUMINAL, WORKER_HOST, GObject)

LuminalHost *luminal_worker_host_new (LuminalSpawner            *spawner,
                                      const LuminalHostSettings *settings,
                                      const char                *filepath,
                                      guint                      generation);

G_END_DECLS
