/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

#include "luminal-enums.h"

G_BEGIN_DECLS

/* How the generations that are loaded from now on are hosted. In another process
 * the times and limits hold; code in this one can be neither interrupted nor limited. */
typedef struct
{
  LuminalIsolation isolation;

  /* How long each may take, in milliseconds; 0: as long as it wants. */
  guint open_timeout;
  guint restore_timeout;
  guint start_timeout;
  guint save_timeout;
  guint finalizer_timeout;

  /* 0: no limit. */
  guint64 memory_limit; /* bytes, beyond what an empty worker has */
  guint64 cpu_limit;    /* seconds */
  guint file_limit;     /* descriptors */
  gboolean no_new_privileges;
} LuminalHostSettings;

G_END_DECLS
