/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-photon-list.h"

#include <glib/gi18n.h>

#include "luminal-look.h"
#include "luminal-photon-filter.h"
#include "luminal-photon-row.h"
#include "luminal-row-menu.h"

/* How often rows may change places. */
#define ORDER_MILLISECONDS 500

/* About as many as a list view makes. */
#define N_SPARE_ROWS 256

/* The photons as rows: sorted, filtered by a search, one of them the current one; and any
 * number picked out, while somebody does that. */

struct _LuminalPhotonList
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GtkListView *view;

  LuminalSortedList *sorted;
  GtkFilterListModel *filtered;
  GtkSingleSelection *selection;
  LuminalPhotonFilter *filter;

  /* The photon a person chose. A selection forgets an item that a search hides;
   * this is how it comes back with it. */
  LuminalHandler *current;
  gboolean has_focus; /* so had its row, when it went */

  /* Rows without a photon. A search replaces most rows at every key, and to
   * make one costs ten times what it costs to use it again. */
  GPtrArray *spare_rows;

  gboolean choosing;
  LuminalChoice *choice;
  LuminalHandler *anchor; /* where a range of them begins */

  GtkWidget *menu;
  LuminalHandler *menu_handler;

  guint order_id; /* until when nothing is moved again */
  gboolean is_moved;
};

enum
{
  PROP_0,
  PROP_CHOOSING,
  N_PROPS
};

enum
{
  COMMAND,
  SELECTED,
  LEAVE,
  TAG,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalPhotonList, luminal_photon_list, GTK_TYPE_WIDGET)

/* Picking out */

static gboolean
find_position (LuminalPhotonList *self,
               LuminalHandler    *handler,
               guint             *position)
{
  GListModel *shown = G_LIST_MODEL (self->selection);
  guint n_items = g_list_model_get_n_items (shown);

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (LuminalHandler) other = g_list_model_get_item (shown, i);

      if (other == handler)
        {
          *position = i;
          return TRUE;
        }
    }

  return FALSE;
}

static void
choose (LuminalPhotonList *self,
        LuminalHandler    *handler)
{
  luminal_photon_list_set_choosing (self, TRUE);
  luminal_choice_set (self->choice, handler, !luminal_choice_has (self->choice, handler));
  g_set_object (&self->anchor, handler);
}

static void
choose_range (LuminalPhotonList *self,
              LuminalHandler    *handler)
{
  guint from;
  guint to;

  if (self->anchor == NULL)
    g_set_object (&self->anchor, self->current);
  if (self->anchor == NULL || !find_position (self, self->anchor, &from) ||
      !find_position (self, handler, &to))
    {
      choose (self, handler);
      return;
    }

  luminal_photon_list_set_choosing (self, TRUE);
  for (guint i = MIN (from, to); i <= MAX (from, to); i++)
    {
      g_autoptr (LuminalHandler) between = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      luminal_choice_set (self->choice, between, TRUE);
    }
}

static void
show_choice (LuminalPhotonList *self,
             LuminalPhotonRow  *row)
{
  LuminalHandler *handler = luminal_photon_row_get_handler (row);

  luminal_photon_row_set_choosing (row, self->choosing,
                                   handler != NULL && luminal_choice_has (self->choice, handler));
}

/* There are no more rows than are about in sight. */
static void
choice_cb (LuminalPhotonList *self)
{
  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view));
       item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = gtk_widget_get_first_child (item);

      if (LUMINAL_IS_PHOTON_ROW (row))
        show_choice (self, LUMINAL_PHOTON_ROW (row));
    }
}

/* Rows */

static void
command (LuminalPhotonList *self,
         LuminalHandler    *handler,
         LuminalCommand     what)
{
  if (what == LUMINAL_COMMAND_CHOOSE)
    choose (self, handler);
  else if (what == LUMINAL_COMMAND_CHOOSE_RANGE)
    choose_range (self, handler);
  else
    g_signal_emit (self, signals[COMMAND], 0, handler, what);
}

static void
row_command_cb (LuminalPhotonList *self,
                LuminalCommand     what,
                LuminalPhotonRow  *row)
{
  LuminalHandler *handler = luminal_photon_row_get_handler (row);

  if (handler != NULL)
    command (self, handler, what);
}

static void
row_tag_cb (LuminalPhotonList *self,
            const char        *tag)
{
  g_signal_emit (self, signals[TAG], 0, tag);
}

static void
setup_cb (LuminalPhotonList        *self,
          GtkListItem              *item,
          GtkSignalListItemFactory *factory)
{
  g_autoptr (GtkWidget) row = NULL;

  if (self->spare_rows->len > 0)
    row = g_ptr_array_steal_index_fast (self->spare_rows, self->spare_rows->len - 1);
  else
    {
      row = g_object_ref_sink (luminal_photon_row_new ());
      g_signal_connect_object (row, "command",
                               G_CALLBACK (row_command_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (row, "tag", G_CALLBACK (row_tag_cb), self, G_CONNECT_SWAPPED);
    }

  /* The item has let go of its child by the time it is torn down. */
  g_object_set_data_full (G_OBJECT (item), "row", g_object_ref (row), g_object_unref);
  gtk_list_item_set_child (item, row);
}

static void
teardown_cb (LuminalPhotonList        *self,
             GtkListItem              *item,
             GtkSignalListItemFactory *factory)
{
  g_autoptr (GtkWidget) row = g_object_steal_data (G_OBJECT (item), "row");

  gtk_list_item_set_child (item, NULL);
  if (self->spare_rows->len < N_SPARE_ROWS)
    g_ptr_array_add (self->spare_rows, g_steal_pointer (&row));
}

static void
bind_cb (LuminalPhotonList        *self,
         GtkListItem              *item,
         GtkSignalListItemFactory *factory)
{
  LuminalPhotonRow *row = LUMINAL_PHOTON_ROW (gtk_list_item_get_child (item));

  luminal_photon_row_set_handler (row, gtk_list_item_get_item (item));
  show_choice (self, row);
}

static void
unbind_cb (LuminalPhotonList        *self,
           GtkListItem              *item,
           GtkSignalListItemFactory *factory)
{
  luminal_photon_row_set_handler (LUMINAL_PHOTON_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
selected_cb (LuminalPhotonList *self)
{
  LuminalHandler *selected = gtk_single_selection_get_selected_item (self->selection);

  if (selected == NULL || !g_set_object (&self->current, selected))
    return;

  self->has_focus = FALSE;
  g_signal_emit (self, signals[SELECTED], 0, selected);
}

static void
activate_cb (LuminalPhotonList *self,
             guint              position)
{
  g_autoptr (LuminalHandler) handler =
    g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (handler != NULL)
    command (self, handler, self->choosing ? LUMINAL_COMMAND_CHOOSE : LUMINAL_COMMAND_DETAILS);
}

/* One that was unloaded and is loaded again has another handler. */
static gboolean
is_again (LuminalHandler *former,
          LuminalHandler *handler)
{
  return luminal_handler_get_status (former) == LUMINAL_STATUS_UNLOADED &&
         g_strcmp0 (luminal_handler_get_name (former), luminal_handler_get_name (handler)) == 0 &&
         g_strcmp0 (luminal_handler_get_filepath (former), luminal_handler_get_filepath (handler)) == 0;
}

static LuminalPhotonRow *row_of (GtkWidget *focus);

static LuminalHandler *
get_focused (LuminalPhotonList *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)) || row_of (focus) == NULL)
    return NULL;

  return luminal_photon_row_get_handler (row_of (focus));
}

static void
focus_on (LuminalPhotonList *self,
          guint              position)
{
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* A row that takes another place is made anew, and the keyboard is to find it there. */
static void
changing_cb (LuminalPhotonList *self)
{
  self->has_focus |= self->current != NULL && get_focused (self) == self->current;
}

static void
shown_cb (LuminalPhotonList *self,
          guint              position,
          guint              n_removed,
          guint              n_added)
{
  guint n_items;

  if (self->current == NULL || gtk_single_selection_get_selected_item (self->selection) != NULL)
    return;

  n_items = luminal_photon_list_get_n_shown (self);
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (LuminalHandler) handler =
        g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (handler == self->current || is_again (self->current, handler))
        {
          gboolean had_focus = self->has_focus;

          self->has_focus = FALSE;
          gtk_single_selection_set_selected (self->selection, i);
          if (had_focus)
            focus_on (self, i);
          break;
        }
    }
}

static LuminalPhotonRow *
row_of (GtkWidget *focus)
{
  GtkWidget *row = NULL;

  if (focus == NULL)
    return NULL;

  row = gtk_widget_get_ancestor (focus, LUMINAL_TYPE_PHOTON_ROW);
  if (row == NULL)
    row = gtk_widget_get_first_child (focus);

  return LUMINAL_IS_PHOTON_ROW (row) ? LUMINAL_PHOTON_ROW (row) : NULL;
}

/* The arrows go through the buttons of a row, so that Tab need not. */
static gboolean
move_within_row (LuminalPhotonList *self,
                 GtkDirectionType   direction)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  LuminalPhotonRow *row = row_of (focus);
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

/* The menu of a row */

static void
menu_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  LuminalPhotonList *self = user_data;
  g_autoptr (LuminalHandler) handler = self->menu_handler != NULL ? g_object_ref (self->menu_handler) : NULL;

  if (handler != NULL)
    command (self, handler, (LuminalCommand) g_variant_get_int32 (parameter));
}

static gboolean
drop_menu_cb (gpointer user_data)
{
  LuminalPhotonList *self = user_data;

  if (self->menu != NULL && !gtk_widget_get_visible (self->menu))
    g_clear_pointer (&self->menu, gtk_widget_unparent);

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

  if (find_position (self, handler, &position))
    gtk_single_selection_set_selected (self->selection, position);

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
  LuminalPhotonRow *row = part != NULL ? row_of (part) : NULL;

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

static gboolean
key_pressed_cb (LuminalPhotonList *self,
                guint              key,
                guint              code,
                GdkModifierType    modifiers)
{
  gboolean shift = (modifiers & GDK_SHIFT_MASK) != 0;

  modifiers &= gtk_accelerator_get_default_mod_mask ();
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
      g_signal_emit (self, signals[LEAVE], 0,
                     shift || key == GDK_KEY_ISO_Left_Tab ? GTK_DIR_TAB_BACKWARD
                                                          : GTK_DIR_TAB_FORWARD);
      return TRUE;

    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      return move_within_row (self, GTK_DIR_LEFT);

    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return move_within_row (self, GTK_DIR_RIGHT);

    case GDK_KEY_space:
    case GDK_KEY_KP_Space:
      if (!self->choosing || get_focused (self) == NULL)
        return FALSE;
      choose (self, get_focused (self));
      return TRUE;

    case GDK_KEY_Escape:
      if (!self->choosing)
        return FALSE;
      luminal_photon_list_set_choosing (self, FALSE);
      return TRUE;

    default:
      return FALSE;
    }
}

static gboolean
luminal_photon_list_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (LUMINAL_PHOTON_LIST (widget)->view));
}

static void
luminal_photon_list_get_property (GObject    *object,
                                  guint       property_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_CHOOSING:
      g_value_set_boolean (value, luminal_photon_list_get_choosing (LUMINAL_PHOTON_LIST (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_photon_list_set_property (GObject      *object,
                                  guint         property_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  switch (property_id)
    {
    case PROP_CHOOSING:
      luminal_photon_list_set_choosing (LUMINAL_PHOTON_LIST (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_photon_list_dispose (GObject *object)
{
  LuminalPhotonList *self = LUMINAL_PHOTON_LIST (object);

  g_clear_handle_id (&self->order_id, g_source_remove);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->filtered);
  g_clear_object (&self->sorted);
  g_clear_object (&self->filter);
  g_clear_object (&self->current);
  g_clear_object (&self->anchor);
  g_clear_object (&self->menu_handler);
  g_clear_object (&self->choice);
  g_ptr_array_set_size (self->spare_rows, 0);

  G_OBJECT_CLASS (luminal_photon_list_parent_class)->dispose (object);
}

static void
luminal_photon_list_finalize (GObject *object)
{
  LuminalPhotonList *self = LUMINAL_PHOTON_LIST (object);

  g_ptr_array_unref (self->spare_rows);

  G_OBJECT_CLASS (luminal_photon_list_parent_class)->finalize (object);
}

static void
luminal_photon_list_class_init (LuminalPhotonListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = luminal_photon_list_get_property;
  object_class->set_property = luminal_photon_list_set_property;
  object_class->dispose = luminal_photon_list_dispose;
  object_class->finalize = luminal_photon_list_finalize;
  widget_class->grab_focus = luminal_photon_list_grab_focus;

  properties[PROP_CHOOSING] =
    g_param_spec_boolean ("choosing", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* Something is asked of a photon: its handler and a LuminalCommand. */
  signals[COMMAND] = g_signal_new ("command", LUMINAL_TYPE_PHOTON_LIST, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, LUMINAL_TYPE_HANDLER, G_TYPE_INT);

  /* Another photon was selected: its handler. */
  signals[SELECTED] = g_signal_new ("selected", LUMINAL_TYPE_PHOTON_LIST, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, LUMINAL_TYPE_HANDLER);

  /* Tab was pressed; the argument is a GtkDirectionType. */
  signals[LEAVE] = g_signal_new ("leave", LUMINAL_TYPE_PHOTON_LIST, G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, GTK_TYPE_DIRECTION_TYPE);

  /* Photons with a tag are looked for. */
  signals[TAG] = g_signal_new ("tag", LUMINAL_TYPE_PHOTON_LIST, G_SIGNAL_RUN_LAST,
                               0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
set_up_menu (LuminalPhotonList *self)
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

static void
luminal_photon_list_init (LuminalPhotonList *self)
{
  GtkListItemFactory *factory;
  GtkEventController *keys;

  self->choice = luminal_choice_new ();
  g_signal_connect_object (self->choice, "changed", G_CALLBACK (choice_cb), self, G_CONNECT_SWAPPED);

  self->sorted = luminal_sorted_list_new ();
  self->filter = luminal_photon_filter_new ();
  self->filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->sorted)),
                                              g_object_ref (GTK_FILTER (self->filter)));
  g_signal_connect_object (self->filtered, "items-changed",
                           G_CALLBACK (changing_cb), self, G_CONNECT_SWAPPED);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->filtered));
  g_signal_connect_object (self->selection, "notify::selected-item",
                           G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed",
                           G_CALLBACK (shown_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);

  self->spare_rows = g_ptr_array_new_with_free_func (g_object_unref);
  factory = gtk_signal_list_item_factory_new ();
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "teardown", G_CALLBACK (teardown_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, G_CONNECT_SWAPPED);

  self->view = GTK_LIST_VIEW (
    gtk_list_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection)), factory));
  gtk_list_view_set_show_separators (self->view, TRUE);
  g_signal_connect_object (self->view, "activate",
                           G_CALLBACK (activate_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "photons");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Photons"),
                                  -1);

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed",
                           G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);

  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), GTK_WIDGET (self->view));
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
  set_up_menu (self);
}

GtkWidget *
luminal_photon_list_new (void)
{
  return g_object_new (LUMINAL_TYPE_PHOTON_LIST, NULL);
}

/**
 * luminal_photon_list_set_photons:
 * @self: the list
 * @photons: (nullable): a list of handlers
 */
void
luminal_photon_list_set_photons (LuminalPhotonList *self,
                                 GListModel        *photons)
{
  g_return_if_fail (LUMINAL_IS_PHOTON_LIST (self));

  if (photons == NULL)
    {
      g_clear_object (&self->current);
      g_clear_object (&self->anchor);
      luminal_photon_list_set_choosing (self, FALSE);
    }
  luminal_sorted_list_set_model (self->sorted, photons);
}

void
luminal_photon_list_set_search (LuminalPhotonList *self,
                                const char        *search)
{
  g_return_if_fail (LUMINAL_IS_PHOTON_LIST (self));

  luminal_photon_filter_set_search (self->filter, search);
}

const char *
luminal_photon_list_get_search (LuminalPhotonList *self)
{
  g_return_val_if_fail (LUMINAL_IS_PHOTON_LIST (self), NULL);

  return luminal_photon_filter_get_search (self->filter);
}

guint
luminal_photon_list_get_n_shown (LuminalPhotonList *self)
{
  g_return_val_if_fail (LUMINAL_IS_PHOTON_LIST (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->selection));
}

/**
 * luminal_photon_list_get_current:
 * @self: the list
 *
 * The photon that a key is meant for: the one with the focus, or the one that
 * is selected. They differ once the selected one was unloaded.
 *
 * Returns: (nullable): its handler
 */
LuminalHandler *
luminal_photon_list_get_current (LuminalPhotonList *self)
{
  LuminalHandler *focused;

  g_return_val_if_fail (LUMINAL_IS_PHOTON_LIST (self), NULL);

  focused = get_focused (self);
  return focused != NULL ? focused : gtk_single_selection_get_selected_item (self->selection);
}

/* Those that the search lets through, in their order. */
GListModel *
luminal_photon_list_get_shown (LuminalPhotonList *self)
{
  g_return_val_if_fail (LUMINAL_IS_PHOTON_LIST (self), NULL);

  return G_LIST_MODEL (self->selection);
}

/* Returns whether it is among those that are shown. */
gboolean
luminal_photon_list_go_to (LuminalPhotonList *self,
                           LuminalHandler    *handler)
{
  guint position;

  g_return_val_if_fail (LUMINAL_IS_PHOTON_LIST (self), FALSE);

  if (!find_position (self, handler, &position))
    return FALSE;

  gtk_single_selection_set_selected (self->selection, position);
  focus_on (self, position);

  return TRUE;
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
  if (self->current == NULL || !find_position (self, self->current, &from))
    from = step > 0 ? (guint) n_items - 1 : 0;

  for (int i = 1; i <= n_items; i++)
    {
      guint position = (guint) (((int) from + step * i + n_items * 2) % n_items);
      g_autoptr (LuminalHandler) handler =
        g_list_model_get_item (G_LIST_MODEL (self->selection), position);

      if (luminal_look_is_problem (luminal_look_of (handler)))
        {
          gtk_single_selection_set_selected (self->selection, position);
          focus_on (self, position);
          return TRUE;
        }
    }

  return FALSE;
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
luminal_photon_list_set_order (LuminalPhotonList *self,
                               LuminalOrder       order)
{
  g_return_if_fail (LUMINAL_IS_PHOTON_LIST (self));

  luminal_sorted_list_set_order (self->sorted, order);
}

gboolean
luminal_photon_list_get_choosing (LuminalPhotonList *self)
{
  g_return_val_if_fail (LUMINAL_IS_PHOTON_LIST (self), FALSE);

  return self->choosing;
}

/* Nobody is picked out when it begins. */
void
luminal_photon_list_set_choosing (LuminalPhotonList *self,
                                  gboolean           choosing)
{
  g_return_if_fail (LUMINAL_IS_PHOTON_LIST (self));

  choosing = !!choosing;
  if (self->choosing == choosing)
    return;

  self->choosing = choosing;
  luminal_choice_clear (self->choice);
  choice_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHOOSING]);
}

LuminalChoice *
luminal_photon_list_get_choice (LuminalPhotonList *self)
{
  g_return_val_if_fail (LUMINAL_IS_PHOTON_LIST (self), NULL);

  return self->choice;
}

static gboolean
order_cb (gpointer user_data)
{
  LuminalPhotonList *self = user_data;

  if (self->is_moved)
    {
      self->is_moved = FALSE;
      luminal_sorted_list_states_changed (self->sorted);
      return G_SOURCE_CONTINUE;
    }

  self->order_id = 0;
  return G_SOURCE_REMOVE;
}

/* To be called when photons changed, at most once a frame. They take new places less often:
 * nobody can hit what moves all the time. */
void
luminal_photon_list_states_changed (LuminalPhotonList *self)
{
  g_return_if_fail (LUMINAL_IS_PHOTON_LIST (self));

  luminal_photon_filter_states_changed (self->filter);
  if (self->choosing && self->sorted != NULL)
    luminal_choice_keep_those (self->choice, G_LIST_MODEL (self->sorted));

  if (self->order_id != 0)
    {
      self->is_moved = TRUE;
      return;
    }
  luminal_sorted_list_states_changed (self->sorted);
  self->order_id = g_timeout_add (ORDER_MILLISECONDS, order_cb, self);
}
