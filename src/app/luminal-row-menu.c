/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-row-menu.h"

#include <glib/gi18n.h>

#include "luminal-command.h"
#include "luminal-look.h"

/* What can be done with one photon, as it is now. */

static void
add (GMenu          *menu,
     const char     *label,
     LuminalCommand  command)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, LUMINAL_ROW_MENU_GROUP "." LUMINAL_ROW_MENU_ACTION, "i", command);
  g_menu_append_item (menu, item);
}

static void
add_section (GMenu *menu,
             GMenu *section)
{
  if (g_menu_model_get_n_items (G_MENU_MODEL (section)) > 0)
    g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);
}

static GMenu *
make_operations (LuminalHandler *handler)
{
  GMenu *section = g_menu_new ();
  LuminalStatus status = luminal_handler_get_status (handler);
  gboolean is_gone = luminal_handler_get_file_missing (handler);
  gboolean is_free = luminal_handler_get_phase (handler) == LUMINAL_PHASE_NONE;

  if (status == LUMINAL_STATUS_UNLOADED)
    {
      if (!is_gone)
        add (section, _("_Load"), LUMINAL_COMMAND_LOAD);
      return section;
    }

  if (is_free && !is_gone)
    add (section, _("_Reload"), LUMINAL_COMMAND_RELOAD);
  if (is_free && (status == LUMINAL_STATUS_LOADED || status == LUMINAL_STATUS_STOPPED))
    add (section, _("_Start"), LUMINAL_COMMAND_START);
  if (is_free && status == LUMINAL_STATUS_CRASHED)
    add (section, _("Re_start"), LUMINAL_COMMAND_START);
  if (is_free && status == LUMINAL_STATUS_RUNNING)
    add (section, _("_Stop"), LUMINAL_COMMAND_STOP);
  add (section, _("_Unload"), LUMINAL_COMMAND_UNLOAD);
  if (status == LUMINAL_STATUS_RUNNING || !is_free)
    add (section, _("_Force Stop"), LUMINAL_COMMAND_FORCE_STOP);

  return section;
}

static GMenu *
make_views (void)
{
  GMenu *section = g_menu_new ();

  add (section, _("_Details"), LUMINAL_COMMAND_DETAILS);
  add (section, _("_Output"), LUMINAL_COMMAND_OUTPUT);

  return section;
}

static GMenu *
make_file (LuminalHandler *handler)
{
  GMenu *section = g_menu_new ();

  add (section, _("_Copy Path"), LUMINAL_COMMAND_COPY_PATH);
  if (luminal_handler_get_error (handler) != NULL)
    add (section, _("Copy _Error"), LUMINAL_COMMAND_COPY_ERROR);
  if (!luminal_handler_get_file_missing (handler))
    add (section, _("Show in _Files"), LUMINAL_COMMAND_SHOW_IN_FILES);

  return section;
}

static GMenu *
make_choice (gboolean chosen)
{
  GMenu *section = g_menu_new ();

  add (section, chosen ? _("Dese_lect") : _("Se_lect"), LUMINAL_COMMAND_CHOOSE);

  return section;
}

/**
 * luminal_row_menu_new:
 * @handler: a photon
 * @choosing: whether photons are being picked out
 * @chosen: whether this one is
 */
GMenuModel *
luminal_row_menu_new (LuminalHandler *handler,
                      gboolean        choosing,
                      gboolean        chosen)
{
  GMenu *menu;

  g_return_val_if_fail (LUMINAL_IS_HANDLER (handler), NULL);

  menu = g_menu_new ();
  add_section (menu, make_operations (handler));
  add_section (menu, make_views ());
  add_section (menu, make_file (handler));
  add_section (menu, make_choice (choosing && chosen));

  return G_MENU_MODEL (menu);
}
