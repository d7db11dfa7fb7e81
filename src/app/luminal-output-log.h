/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <luminal.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_OUTPUT_ITEM (luminal_output_item_get_type ())

/* A line of a log, or where a generation begins. */
G_DECLARE_FINAL_TYPE (LuminalOutputItem, luminal_output_item, LUMINAL, OUTPUT_ITEM, GObject)

gboolean    luminal_output_item_is_divider     (LuminalOutputItem *self);
gboolean    luminal_output_item_is_error       (LuminalOutputItem *self);
guint       luminal_output_item_get_generation (LuminalOutputItem *self);
gint64      luminal_output_item_get_time       (LuminalOutputItem *self);
const char *luminal_output_item_get_text       (LuminalOutputItem *self);

#define LUMINAL_TYPE_OUTPUT_LOG (luminal_output_log_get_type ())

G_DECLARE_FINAL_TYPE (LuminalOutputLog, luminal_output_log, LUMINAL, OUTPUT_LOG, GObject)

#define LUMINAL_OUTPUT_LOG_LINES 100000
#define LUMINAL_OUTPUT_LOG_BYTES (16 * 1024 * 1024)

LuminalOutputLog *luminal_output_log_new           (void);

void              luminal_output_log_set_limits    (LuminalOutputLog *self,
                                                    guint             max_lines,
                                                    gsize             max_bytes);
void              luminal_output_log_add           (LuminalOutputLog *self,
                                                    guint             generation,
                                                    LuminalStream     stream,
                                                    gint64            time,
                                                    const char       *text);
void              luminal_output_log_clear         (LuminalOutputLog *self);
guint64           luminal_output_log_get_n_dropped (LuminalOutputLog *self);

G_END_DECLS
