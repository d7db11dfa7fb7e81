/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tells which function of a module an address lies in, as "ticker_beat+0x1c", from the
 * @size bytes of its file; NULL if that cannot be known. The address is relative to
 * where the module is loaded, as addr2line takes it. */
char *luminal_symbols_describe (const guint8 *bytes,
                                gsize         size,
                                guint64       offset);

G_END_DECLS
