/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "manner.h"
#include "watch-testing.h"

G_BEGIN_DECLS

/* The content of a file with a subject: see the fixture of that name. */
GBytes  *subject_content (const char *fixture,
                          guint       number,
                          guint       content,
                          Manner      manner);

/* The same as a source: what is no subject does not compile, or has no photon. */
GBytes  *subject_source  (const char *fixture,
                          guint       number,
                          guint       content,
                          Manner      manner);

/* Is a subject of that name at work? Then which content, and started how often. */
gboolean subject_runs    (const char *folder,
                          const char *name,
                          guint      *content,
                          guint      *count);
/* Two of that name were at work at once, ever. */
gboolean subject_overlapped (const char *folder,
                             const char *name);

G_END_DECLS
