/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "loader-testing.h"

G_BEGIN_DECLS

/* A loader in which the photon Puppet runs in a worker, and does what it is told. */
typedef struct
{
  LoaderTest *test;
  char *folder;
  LuminalHandler *handler;
} Puppet;

/* Loads its first version, and starts it. */
Puppet  *puppet_new            (void);
/* Loads nothing yet. */
Puppet  *puppet_new_unloaded   (void);
void     puppet_free           (Puppet           *puppet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Puppet, puppet_free)

void     puppet_load           (Puppet           *puppet,
                                guint             version);
/* What @version is to do in @phase, which is "open", "start", "beat", ...: from its start
 * to its end it looks at "beat" again and again. */
void     puppet_tell           (Puppet           *puppet,
                                guint             version,
                                const char       *phase,
                                const char       *command);
/* Until it is about to do that. Returns its process. */
pid_t    puppet_wait_at        (Puppet           *puppet,
                                guint             version,
                                const char       *phase);

/* Puts the second version in the place of the first. */
void     puppet_begin_reload   (Puppet           *puppet,
                                GAsyncResult    **result);
gboolean puppet_end_reload     (Puppet           *puppet,
                                GAsyncResult    **result,
                                GError          **error);
gboolean puppet_reload         (Puppet           *puppet,
                                GError          **error);

LuminalEvent *puppet_wait_for  (Puppet           *puppet,
                                LuminalEventKind  kind);
guint    puppet_count          (Puppet           *puppet,
                                LuminalEventKind  kind);
void     puppet_expect         (Puppet           *puppet,
                                guint             version,
                                guint             count);

G_END_DECLS
