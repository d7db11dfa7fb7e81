/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <luminal.h>

#include "luminal-output-log.h"

G_BEGIN_DECLS

#define LUMINAL_TYPE_OUTPUT_BOOK (luminal_output_book_get_type ())

G_DECLARE_FINAL_TYPE (LuminalOutputBook, luminal_output_book, LUMINAL, OUTPUT_BOOK, GObject)

LuminalOutputBook *luminal_output_book_new     (LuminalLoader     *loader);

LuminalOutputLog  *luminal_output_book_get_log (LuminalOutputBook *self,
                                                LuminalHandler    *handler);
guint              luminal_output_book_get_n_logs (LuminalOutputBook *self);

G_END_DECLS
