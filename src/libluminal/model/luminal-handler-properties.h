/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-handler.h"

G_BEGIN_DECLS

typedef enum
{
  PROP_0,
  PROP_NAME,
  PROP_CLASS_NAME,
  PROP_FILE,
  PROP_FILEPATH,
  PROP_CHECKSUM,
  PROP_STATUS,
  PROP_PHASE,
  PROP_GENERATION,
  PROP_DURATION,
  PROP_STARTED_AT,
  PROP_ERROR,
  PROP_FAILED_PHASE,
  PROP_ROLLED_BACK,
  PROP_CHANGED_ON_DISK,
  PROP_FILE_MISSING,
  PROP_PINNED,
  PROP_AUTHOR,
  PROP_VERSION,
  PROP_DESCRIPTION,
  PROP_TAGS,
  PROP_HISTORY,
  PROP_INSTANCE,
  PROP_CRASH,
  PROP_DIAGNOSTICS,
  PROP_PASSED_OVER,
  PROP_PID,
  PROP_MEMORY_SIZE,
  PROP_CPU_TIME,
  N_PROPERTIES
} LuminalHandlerProperty;

/* The one way a property changes: compare, set, notify. */
void luminal_handler_notify_if (LuminalHandler         *self,
                                gboolean                changed,
                                LuminalHandlerProperty  property);

G_END_DECLS
