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
  gboolean notice_only;
  gboolean polling; /* as last told */

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

/* The properties that say how modules are hosted, side by side in the class. */
typedef enum
{
  LUMINAL_HOSTING_ISOLATION,
  LUMINAL_HOSTING_OPEN_TIMEOUT,
  LUMINAL_HOSTING_RESTORE_TIMEOUT,
  LUMINAL_HOSTING_START_TIMEOUT,
  LUMINAL_HOSTING_SAVE_TIMEOUT,
  LUMINAL_HOSTING_FINALIZER_TIMEOUT,
  LUMINAL_HOSTING_MEMORY_LIMIT,
  LUMINAL_HOSTING_CPU_LIMIT,
  LUMINAL_HOSTING_FILE_LIMIT,
  LUMINAL_HOSTING_NO_NEW_PRIVILEGES,
  LUMINAL_N_HOSTING_PROPERTIES
} LuminalHostingProperty;

void luminal_loader_install_hosting (GObjectClass          *object_class,
                                     guint                  first_property);
void luminal_loader_get_hosting   (LuminalLoader          *self,
                                   LuminalHostingProperty  property,
                                   GValue                 *value);
void luminal_loader_set_hosting   (LuminalLoader          *self,
                                   LuminalHostingProperty  property,
                                   const GValue           *value);
void luminal_loader_set_session   (LuminalLoader       *self,
                                   LuminalWatchSession *session,
                                   GFile               *directory);
void luminal_loader_update_polling (LuminalLoader      *self);
void luminal_loader_emit_observed (LuminalLoader       *self,
                                   GStrv                loaded,
                                   GStrv                reloaded,
                                   GStrv                failed,
                                   GStrv                unloaded);

G_END_DECLS
