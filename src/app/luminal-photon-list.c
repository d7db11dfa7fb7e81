/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-photon-list.h"

#include <glib/gi18n.h>

#include "luminal-photon-filter.h"
#include "luminal-sorted-list.h"

/* About as many as a list view makes. */
#define N_SPARE_ROWS 256

/* The photons as rows: sorted by name, filtered by a search, one selected. */

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

  /* Rows without a photon. A search replaces most rows at every key, and to
   * make one costs ten times what it costs to use it again. */
  GPtrArray *spare_rows;
};

enum
{
  COMMAND,
  SELECTED,
  LEAVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalPhotonList, luminal_photon_list, GTK_TYPE_WIDGET)

static void
row_command_cb (LuminalPhotonList *self,
                LuminalCommand     command,
                LuminalPhotonRow  *row)
{
  LuminalHandler *handler = luminal_photon_row_get_handler (row);

  if (handler != NULL)
    g_signal_emit (self, signals[COMMAND], 0, handler, command);
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
  luminal_photon_row_set_handler (LUMINAL_PHOTON_ROW (gtk_list_item_get_child (item)),
                                  gtk_list_item_get_item (item));
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

  if (selected != NULL && g_set_object (&self->current, selected))
    g_signal_emit (self, signals[SELECTED], 0, selected);
}

static void
activate_cb (LuminalPhotonList *self,
             guint              position)
{
  g_autoptr (LuminalHandler) handler =
    g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (handler != NULL)
    g_signal_emit (self, signals[COMMAND], 0, handler, LUMINAL_COMMAND_DETAILS);
}

static void
shown_cb (LuminalPhotonList *self)
{
  guint n_items;

  if (self->current == NULL || gtk_single_selection_get_selected_item (self->selection) != NULL)
    return;

  n_items = luminal_photon_list_get_n_shown (self);
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (LuminalHandler) handler =
        g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (handler == self->current)
        {
          gtk_single_selection_set_selected (self->selection, i);
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

static gboolean
key_pressed_cb (LuminalPhotonList *self,
                guint              key,
                guint              code,
                GdkModifierType    modifiers)
{
  gboolean shift = (modifiers & GDK_SHIFT_MASK) != 0;

  modifiers &= gtk_accelerator_get_default_mod_mask ();
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

    case GDK_KEY_Delete:
    case GDK_KEY_KP_Delete:
      if (luminal_photon_list_get_current (self) != NULL)
        g_signal_emit (self, signals[COMMAND], 0,
                       luminal_photon_list_get_current (self), LUMINAL_COMMAND_UNLOAD);
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
luminal_photon_list_dispose (GObject *object)
{
  LuminalPhotonList *self = LUMINAL_PHOTON_LIST (object);

  g_clear_pointer (&self->scrolled, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->filtered);
  g_clear_object (&self->sorted);
  g_clear_object (&self->filter);
  g_clear_object (&self->current);
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

  object_class->dispose = luminal_photon_list_dispose;
  object_class->finalize = luminal_photon_list_finalize;
  widget_class->grab_focus = luminal_photon_list_grab_focus;

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

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
luminal_photon_list_init (LuminalPhotonList *self)
{
  GtkListItemFactory *factory;
  GtkEventController *keys;

  self->sorted = luminal_sorted_list_new ();
  self->filter = luminal_photon_filter_new ();
  self->filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->sorted)),
                                              g_object_ref (GTK_FILTER (self->filter)));
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
    g_clear_object (&self->current);
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
  GtkRoot *root;
  GtkWidget *focus;

  g_return_val_if_fail (LUMINAL_IS_PHOTON_LIST (self), NULL);

  root = gtk_widget_get_root (GTK_WIDGET (self));
  focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self)) && row_of (focus) != NULL)
    return luminal_photon_row_get_handler (row_of (focus));

  return gtk_single_selection_get_selected_item (self->selection);
}

/* Selects the row of @handler and scrolls to it: now, or when a search shows it again. */
void
luminal_photon_list_select (LuminalPhotonList *self,
                            LuminalHandler    *handler)
{
  guint selected;

  g_return_if_fail (LUMINAL_IS_PHOTON_LIST (self));
  g_return_if_fail (LUMINAL_IS_HANDLER (handler));

  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  if (g_set_object (&self->current, handler))
    g_signal_emit (self, signals[SELECTED], 0, handler);
  shown_cb (self);

  selected = gtk_single_selection_get_selected (self->selection);
  if (selected != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", selected);
}

/* To be called when photons changed, at most once a frame. */
void
luminal_photon_list_states_changed (LuminalPhotonList *self)
{
  g_return_if_fail (LUMINAL_IS_PHOTON_LIST (self));

  luminal_photon_filter_states_changed (self->filter);
}
