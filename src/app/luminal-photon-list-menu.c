/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-photon-list-private.h"

#include "luminal-row-menu.h"

/* The menu of a row: by the other button, by a key, or by a long press. */

static void
menu_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  LuminalPhotonList *self = user_data;
  g_autoptr (LuminalHandler) handler = self->menu_handler != NULL ? g_object_ref (self->menu_handler) : NULL;

  if (handler != NULL)
    luminal_photon_list_command (self, handler, (LuminalCommand) g_variant_get_int32 (parameter));
}

static gboolean
drop_menu_cb (gpointer user_data)
{
  LuminalPhotonList *self = user_data;

  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus;
  guint position;

  if (self->menu == NULL || gtk_widget_get_visible (self->menu))
    return G_SOURCE_REMOVE;

  /* Unless what was chosen took the keyboard somewhere else, it is where it was. */
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  if ((focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self))) && self->menu_handler != NULL &&
      luminal_photon_list_find (self, self->menu_handler, &position))
    luminal_photon_list_focus_on (self, position);

  return G_SOURCE_REMOVE;
}

/* Not now: what was chosen is told of after this. */
static void
menu_closed_cb (LuminalPhotonList *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, drop_menu_cb, g_object_ref (self), g_object_unref);
}

/* Keys mean the row that has the focus, so the menu has to come from the same. */
static void
popup (LuminalPhotonList *self,
       LuminalPhotonRow  *row,
       double             x,
       double             y)
{
  LuminalHandler *handler = luminal_photon_row_get_handler (row);
  g_autoptr (GMenuModel) model = NULL;
  guint position;

  if (handler == NULL)
    return;

  if (luminal_photon_list_find (self, handler, &position))
    {
      gtk_single_selection_set_selected (self->selection, position);
      gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
    }

  g_set_object (&self->menu_handler, handler);
  model = luminal_row_menu_new (handler, self->choosing, luminal_choice_has (self->choice, handler));
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  self->menu = gtk_popover_menu_new_from_model (model);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  g_signal_connect_object (self->menu, "closed", G_CALLBACK (menu_closed_cb), self, G_CONNECT_SWAPPED);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static gboolean
popup_at (LuminalPhotonList *self,
          double             x,
          double             y)
{
  GtkWidget *part = gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_INSENSITIVE);
  LuminalPhotonRow *row = part != NULL ? luminal_photon_list_row_of (part) : NULL;

  if (row != NULL)
    popup (self, row, x, y);

  return row != NULL;
}

static void
secondary_pressed_cb (LuminalPhotonList *self,
                      int                n_press,
                      double             x,
                      double             y,
                      GtkGesture        *gesture)
{
  if (popup_at (self, x, y))
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
long_pressed_cb (LuminalPhotonList *self,
                 double             x,
                 double             y,
                 GtkGesture        *gesture)
{
  if (popup_at (self, x, y))
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

/* The row of the current photon, if it is in sight. */
static LuminalPhotonRow *
find_current_row (LuminalPhotonList *self)
{
  LuminalHandler *current = luminal_photon_list_get_current (self);

  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view));
       item != NULL && current != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = gtk_widget_get_first_child (item);

      if (LUMINAL_IS_PHOTON_ROW (row) && gtk_widget_get_mapped (row) &&
          luminal_photon_row_get_handler (LUMINAL_PHOTON_ROW (row)) == current)
        return LUMINAL_PHOTON_ROW (row);
    }

  return NULL;
}

/* For the current photon, by a key. */
void
luminal_photon_list_popup_menu (LuminalPhotonList *self)
{
  LuminalPhotonRow *row;
  graphene_rect_t bounds;

  g_return_if_fail (LUMINAL_IS_PHOTON_LIST (self));

  row = find_current_row (self);
  if (row != NULL && gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self), &bounds))
    popup (self, row, bounds.origin.x + 36, bounds.origin.y + bounds.size.height / 2);
}

void
luminal_photon_list_set_up_menu (LuminalPhotonList *self)
{
  static const GActionEntry entries[] = {
    { .name = LUMINAL_ROW_MENU_ACTION, .activate = menu_action, .parameter_type = "i" },
  };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *long_press = gtk_gesture_long_press_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), LUMINAL_ROW_MENU_GROUP, G_ACTION_GROUP (group));

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (secondary_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (long_press), TRUE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (long_press), GTK_PHASE_CAPTURE);
  g_signal_connect_object (long_press, "pressed", G_CALLBACK (long_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (long_press));
}
