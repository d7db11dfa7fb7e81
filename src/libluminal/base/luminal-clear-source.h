/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Takes it out of its context and lets go of it, if there is one. */
void luminal_clear_source (GSource **source);

G_END_DECLS
