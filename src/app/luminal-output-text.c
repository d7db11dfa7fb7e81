/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-output-text.h"

#include <glib/gi18n.h>

#include "luminal-output-log.h"

/* The lines of a log as text. */

/**
 * luminal_output_text_join:
 * @lines: a list of items of a log
 * @only: (nullable): the positions that are wanted
 *
 * Returns: the lines in full, as they were said
 */
char *
luminal_output_text_join (GListModel *lines,
                          GtkBitset  *only)
{
  GString *text = g_string_new (NULL);
  guint n_lines = g_list_model_get_n_items (lines);

  for (guint i = 0; i < n_lines; i++)
    {
      g_autoptr (LuminalOutputItem) item = NULL;

      if (only != NULL && !gtk_bitset_contains (only, i))
        continue;

      item = g_list_model_get_item (lines, i);
      if (luminal_output_item_is_divider (item))
        g_string_append_printf (text, _("— Generation %u —"), luminal_output_item_get_generation (item));
      else
        g_string_append (text, luminal_output_item_get_text (item));
      g_string_append_c (text, '\n');
    }

  return g_string_free (text, FALSE);
}
