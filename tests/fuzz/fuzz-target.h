/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The names are libFuzzer's. @data is as long as @size says, and nothing follows it. */
int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);
/* Not every target has it. */
int LLVMFuzzerInitialize   (int          *argc,
                            char       ***argv) __attribute__ ((weak));

G_END_DECLS
