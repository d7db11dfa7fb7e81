/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Waits for a folder that is gone: its nearest ancestor that is there tells when it, or the
 * next one on the way to it, comes back. */
typedef struct _LuminalAncestorWatch LuminalAncestorWatch;

typedef void (*LuminalAncestorFunc) (gpointer user_data);

/* @changed: something did in the ancestor; time to look */
LuminalAncestorWatch *luminal_ancestor_watch_new   (LuminalAncestorFunc   changed,
                                                    gpointer              user_data);
void                  luminal_ancestor_watch_free  (LuminalAncestorWatch *self);
void                  luminal_ancestor_watch_start (LuminalAncestorWatch *self,
                                                    const char           *path);
void                  luminal_ancestor_watch_stop  (LuminalAncestorWatch *self);

/* @path itself, or the next folder above it that is there. */
char                 *luminal_ancestor_find        (const char           *path);

G_END_DECLS
