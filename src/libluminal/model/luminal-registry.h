/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "luminal-event.h"
#include "luminal-handler-private.h"
#include "luminal-module.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_REGISTRY (luminal_registry_get_type ())

/* All modules of a loader, and the list of their handlers: the handlers of a
 * module lie side by side, so that a change of one module is one change of the
 * list.
 *
 * Signals: `event (LuminalEvent *event)`; `names-freed`: names that were those of
 * handlers are nobody's any more; `crashed (LuminalModule *module)`: as the module
 * says. */
G_DECLARE_FINAL_TYPE (LuminalRegistry, luminal_registry, LUMINAL, REGISTRY, GObject)

LuminalRegistry *luminal_registry_new           (void);
/* Who does what the handlers are asked to do. */
void             luminal_registry_set_control   (LuminalRegistry  *self,
                                                 const LuminalHandlerControl *control,
                                                 gpointer          owner);

LuminalHandler  *luminal_registry_lookup        (LuminalRegistry  *self,
                                                 const char       *name);
LuminalModule   *luminal_registry_lookup_module (LuminalRegistry  *self,
                                                 const char       *path);

/* A name belongs to one module: from before its code is staged, so that two
 * modules cannot both find it free. Returns whose it is if it is taken. */
LuminalModule   *luminal_registry_claim_name    (LuminalRegistry  *self,
                                                 LuminalModule    *module,
                                                 const char       *name);
/* Gives back those of @names that belong to @module and none of its handlers has.
 * Returns whether there were any. */
gboolean         luminal_registry_settle_names  (LuminalRegistry  *self,
                                                 LuminalModule    *module,
                                                 GPtrArray        *names);

/* A handler that is not in the list yet. */
LuminalHandler  *luminal_registry_create_handler (LuminalRegistry *self,
                                                 LuminalModule    *module,
                                                 const char       *name);
/* Makes @handlers those of @module, in the list too. None: the module leaves. */
void             luminal_registry_set_handlers  (LuminalRegistry  *self,
                                                 LuminalModule    *module,
                                                 GPtrArray        *handlers);
/* The module leaves with all its handlers, which are told of as unloaded. @pinned: why
 * its code cannot. */
void             luminal_registry_drop          (LuminalRegistry  *self,
                                                 LuminalModule    *module,
                                                 const char       *pinned,
                                                 gint64            duration);

void             luminal_registry_tell_names_freed (LuminalRegistry *self);
void             luminal_registry_tell          (LuminalRegistry  *self,
                                                 LuminalEvent     *event);
void             luminal_registry_tell_of       (LuminalRegistry  *self,
                                                 LuminalEventKind  kind,
                                                 LuminalHandler   *handler,
                                                 gint64            duration);
void             luminal_registry_tell_output   (LuminalRegistry  *self,
                                                 LuminalHandler   *handler,
                                                 guint             generation,
                                                 const char       *checksum,
                                                 LuminalStream     stream,
                                                 const char       *text);

G_END_DECLS
