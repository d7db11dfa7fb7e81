/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-code-range.h"

G_BEGIN_DECLS

/* A number that is larger than that of any source attached to @context so far. */
guint luminal_source_sweep_mark (GMainContext           *context);

/* Destroys the sources attached to @context since @mark that would call into
 * @range, or only those among them that were given @data or @more_data if these
 * are not %NULL. Returns how many there were. */
guint luminal_source_sweep      (GMainContext           *context,
                                 guint                   mark,
                                 const LuminalCodeRange *range,
                                 gconstpointer           data,
                                 gconstpointer           more_data,
                                 gboolean                thorough);

G_END_DECLS
