/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-tally.h"

#include <glib/gi18n.h>

#include "luminal-look.h"

/* Counted anew at most once a frame: 10,000 photons take less than a
 * millisecond, and no count that is kept by hand can be wrong. */
void
luminal_tally_count (LuminalTally *tally,
                     GListModel   *photons)
{
  *tally = (LuminalTally) { .total = g_list_model_get_n_items (photons) };

  for (guint i = 0; i < tally->total; i++)
    {
      g_autoptr (LuminalHandler) handler = g_list_model_get_item (photons, i);

      if (luminal_handler_get_file_missing (handler))
        tally->gone++;
      else if (luminal_handler_get_changed_on_disk (handler))
        tally->changed++;
      if (luminal_handler_get_status (handler) == LUMINAL_STATUS_UNLOADED)
        tally->unloaded++;

      switch (luminal_look_of (handler))
        {
        case LUMINAL_LOOK_CRASHED:
          tally->crashed++;
          tally->failed++;
          break;
        case LUMINAL_LOOK_FAILED:
          tally->failed++;
          break;
        case LUMINAL_LOOK_ROLLED_BACK:
        case LUMINAL_LOOK_NOT_RELOADED:
          tally->warned++;
          break;
        case LUMINAL_LOOK_BUSY:
          tally->busy++;
          break;
        case LUMINAL_LOOK_LOADED:
        case LUMINAL_LOOK_RUNNING:
        case LUMINAL_LOOK_STOPPED:
        case LUMINAL_LOOK_UNLOADED:
        case LUMINAL_LOOK_GONE:
        default:
          break;
        }
    }
}

/**
 * luminal_tally_to_text:
 * @tally: the counts
 * @shown: how many of them a search lets through
 *
 * "12 photons · 1 failed", "3 of 12 photons".
 */
char *
luminal_tally_to_text (const LuminalTally *tally,
                       guint               shown)
{
  GString *text = g_string_new (NULL);

  if (shown < tally->total)
    g_string_append_printf (text,
                            ngettext ("%u of %u photon", "%u of %u photons", tally->total),
                            shown,
                            tally->total);
  else
    g_string_append_printf (text,
                            ngettext ("%u photon", "%u photons", tally->total),
                            tally->total);

  if (tally->failed > 0)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, ngettext ("%u failed", "%u failed", tally->failed),
                              tally->failed);
    }

  if (tally->warned > 0)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, ngettext ("%u not reloaded", "%u not reloaded", tally->warned),
                              tally->warned);
    }

  if (tally->unloaded > 0)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, ngettext ("%u unloaded", "%u unloaded", tally->unloaded),
                              tally->unloaded);
    }

  return g_string_free (text, FALSE);
}
