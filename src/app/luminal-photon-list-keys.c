/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-photon-list-private.h"

#include "luminal-look.h"

/* The keyboard in the list: one Tab leaves it, the arrows go through what a row has. */

/* The arrows go through the buttons of a row, so that Tab need not. */
static gboolean
move_within_row (LuminalPhotonList *self,
                 GtkDirectionType   direction)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  LuminalPhotonRow *row = luminal_photon_list_row_of (focus);
  gboolean onwards =
    (direction == GTK_DIR_RIGHT) == (gtk_widget_get_direction (GTK_WIDGET (self)) ==
                                     GTK_TEXT_DIR_LTR);

  if (row == NULL)
    return FALSE;

  if (!gtk_widget_is_ancestor (focus, GTK_WIDGET (row)))
    return onwards && gtk_widget_child_focus (GTK_WIDGET (row), GTK_DIR_TAB_FORWARD);

  if (!gtk_widget_child_focus (GTK_WIDGET (row),
                               onwards ? GTK_DIR_TAB_FORWARD : GTK_DIR_TAB_BACKWARD) &&
      !onwards)
    gtk_widget_grab_focus (gtk_widget_get_parent (GTK_WIDGET (row)));

  return TRUE;
}

static gboolean
key_pressed_cb (LuminalPhotonList *self,
                guint              key,
                guint              code,
                GdkModifierType    modifiers)
{
  gboolean shift = (modifiers & GDK_SHIFT_MASK) != 0;

  modifiers &= gtk_accelerator_get_default_mod_mask ();
  if ((key == GDK_KEY_space || key == GDK_KEY_KP_Space) && modifiers == GDK_CONTROL_MASK &&
      luminal_photon_list_get_focused (self) != NULL)
    {
      luminal_photon_list_choose (self, luminal_photon_list_get_focused (self));
      return TRUE;
    }
  if (key == GDK_KEY_a && modifiers == GDK_CONTROL_MASK)
    {
      luminal_photon_list_set_choosing (self, TRUE);
      luminal_choice_add_all (self->choice, G_LIST_MODEL (self->selection));
      return TRUE;
    }
  if ((modifiers & ~GDK_SHIFT_MASK) != 0)
    return FALSE;

  switch (key)
    {
    case GDK_KEY_Tab:
    case GDK_KEY_KP_Tab:
    case GDK_KEY_ISO_Left_Tab:
      g_signal_emit_by_name (self, "leave",
                     shift || key == GDK_KEY_ISO_Left_Tab ? GTK_DIR_TAB_BACKWARD
                                                          : GTK_DIR_TAB_FORWARD);
      return TRUE;

    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      return move_within_row (self, GTK_DIR_LEFT);

    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return move_within_row (self, GTK_DIR_RIGHT);

    case GDK_KEY_Delete:
    case GDK_KEY_KP_Delete:
      if (self->choosing)
        gtk_widget_activate_action (GTK_WIDGET (self), "win.chosen-unload", NULL);
      else if (luminal_photon_list_get_current (self) != NULL)
        luminal_photon_list_command (self, luminal_photon_list_get_current (self), LUMINAL_COMMAND_UNLOAD);
      return TRUE;

    case GDK_KEY_space:
    case GDK_KEY_KP_Space:
      if (!self->choosing || luminal_photon_list_get_focused (self) == NULL)
        return FALSE;
      luminal_photon_list_choose (self, luminal_photon_list_get_focused (self));
      return TRUE;

    case GDK_KEY_Escape:
      if (!self->choosing)
        return gtk_widget_activate_action (GTK_WIDGET (self), "win.end-search", NULL);
      luminal_photon_list_set_choosing (self, FALSE);
      return TRUE;

    default:
      return FALSE;
    }
}

/**
 * luminal_photon_list_go_to_problem:
 * @self: the list
 * @step: 1 for the next one, -1 for the one before
 *
 * From the current photon on, and from the other end once there is no more.
 *
 * Returns: whether there is one
 */
gboolean
luminal_photon_list_go_to_problem (LuminalPhotonList *self,
                                   int                step)
{
  int n_items;
  guint from;

  g_return_val_if_fail (LUMINAL_IS_PHOTON_LIST (self), FALSE);

  n_items = (int) luminal_photon_list_get_n_shown (self);
  if (self->current == NULL || !luminal_photon_list_find (self, self->current, &from))
    from = step > 0 ? (guint) n_items - 1 : 0;

  for (int i = 1; i <= n_items; i++)
    {
      guint position = (guint) (((int) from + step * i + n_items * 2) % n_items);
      g_autoptr (LuminalHandler) handler =
        g_list_model_get_item (G_LIST_MODEL (self->selection), position);

      if (luminal_look_is_problem (luminal_look_of (handler)))
        {
          gtk_single_selection_set_selected (self->selection, position);
          luminal_photon_list_focus_on (self, position);
          return TRUE;
        }
    }

  return FALSE;
}

void
luminal_photon_list_set_up_keys (LuminalPhotonList *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed",
                           G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
}
