/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-loader.h"
#include "luminal-operations.h"
#include "luminal-watch-session.h"

G_BEGIN_DECLS

struct _LuminalLoader
{
  GObject parent_instance;

  gboolean logging;
  gboolean suppress_errors;
  guint grace_time;

  LuminalRegistry *registry;
  LuminalOperations *operations;
  LuminalWatchSession *session;
  GFile *directory;
};

enum
{
  LUMINAL_LOADER_EVENT,
  LUMINAL_LOADER_OBSERVED,
  LUMINAL_LOADER_N_SIGNALS
};

void luminal_loader_set_session   (LuminalLoader       *self,
                                   LuminalWatchSession *session,
                                   GFile               *directory);
void luminal_loader_emit_observed (LuminalLoader       *self,
                                   GStrv                loaded,
                                   GStrv                reloaded,
                                   GStrv                failed,
                                   GStrv                unloaded);

G_END_DECLS
