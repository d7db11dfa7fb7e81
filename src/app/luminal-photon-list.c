/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-photon-list-private.h"

#include <glib/gi18n.h>

/* How often rows may change places. */
#define ORDER_MILLISECONDS 500

/* The photons as rows: sorted, filtered by a search, one of them the current one; and any
 * number picked out, while somebody does that. */

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
  STALE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalPhotonList, luminal_photon_list, GTK_TYPE_WIDGET)

/* Picking out */

gboolean
luminal_photon_list_find (LuminalPhotonList *self,
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

void
luminal_photon_list_choose (LuminalPhotonList *self,
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
  if (self->anchor == NULL || !luminal_photon_list_find (self, self->anchor, &from) ||
      !luminal_photon_list_find (self, handler, &to))
    {
      luminal_photon_list_choose (self, handler);
      return;
    }

  luminal_photon_list_set_choosing (self, TRUE);
  for (guint i = MIN (from, to); i <= MAX (from, to); i++)
    {
      g_autoptr (LuminalHandler) between = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      luminal_choice_set (self->choice, between, TRUE);
    }
}

void
luminal_photon_list_command (LuminalPhotonList *self,
                             LuminalHandler    *handler,
                             LuminalCommand     what)
{
  if (what == LUMINAL_COMMAND_CHOOSE)
    luminal_photon_list_choose (self, handler);
  else if (what == LUMINAL_COMMAND_CHOOSE_RANGE)
    choose_range (self, handler);
  else
    g_signal_emit (self, signals[COMMAND], 0, handler, what);
}

static void
selected_cb (LuminalPhotonList *self)
{
  LuminalHandler *selected = gtk_single_selection_get_selected_item (self->selection);
  LuminalHandler *focused;

  if (selected == NULL || !g_set_object (&self->current, selected))
    return;

  /* Whoever selects one without the keyboard means that one with the next key. */
  self->has_focus = FALSE;
  focused = luminal_photon_list_get_focused (self);
  if (focused != NULL && focused != selected)
    luminal_photon_list_focus_on (self, gtk_single_selection_get_selected (self->selection));
  g_signal_emit (self, signals[SELECTED], 0, selected);
}

static void
activate_cb (LuminalPhotonList *self,
             guint              position)
{
  g_autoptr (LuminalHandler) handler =
    g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (handler != NULL)
    luminal_photon_list_command (self, handler, self->choosing ? LUMINAL_COMMAND_CHOOSE : LUMINAL_COMMAND_DETAILS);
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

LuminalHandler *
luminal_photon_list_get_focused (LuminalPhotonList *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)) || luminal_photon_list_row_of (focus) == NULL)
    return NULL;

  return luminal_photon_row_get_handler (luminal_photon_list_row_of (focus));
}

void
luminal_photon_list_focus_on (LuminalPhotonList *self,
                              guint              position)
{
  g_autoptr (LuminalHandler) handler = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);

  /* The list itself would take the row that had it last. */
  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view));
       item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      LuminalPhotonRow *row = luminal_photon_list_row_of (item);

      if (row != NULL && luminal_photon_row_get_handler (row) == handler)
        {
          gtk_widget_grab_focus (item);
          return;
        }
    }

  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* A row that takes another place is made anew, and the keyboard is to find it there. */
static void
changing_cb (LuminalPhotonList *self)
{
  self->has_focus |= self->current != NULL && luminal_photon_list_get_focused (self) == self->current;
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
            luminal_photon_list_focus_on (self, i);
          break;
        }
    }
}

LuminalPhotonRow *
luminal_photon_list_row_of (GtkWidget *focus)
{
  GtkWidget *row = NULL;

  if (focus == NULL)
    return NULL;

  row = gtk_widget_get_ancestor (focus, LUMINAL_TYPE_PHOTON_ROW);
  if (row == NULL)
    row = gtk_widget_get_first_child (focus);

  return LUMINAL_IS_PHOTON_ROW (row) ? LUMINAL_PHOTON_ROW (row) : NULL;
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

  /* Photons changed; once, until states_changed() is called. */
  signals[STALE] = g_signal_new ("stale", LUMINAL_TYPE_PHOTON_LIST, G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /* Photons with a tag are looked for. */
  signals[TAG] = g_signal_new ("tag", LUMINAL_TYPE_PHOTON_LIST, G_SIGNAL_RUN_LAST,
                               0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
stale_cb (LuminalPhotonList *self)
{
  g_signal_emit (self, signals[STALE], 0);
}

static void
luminal_photon_list_init (LuminalPhotonList *self)
{
  self->choice = luminal_choice_new ();
  g_signal_connect_object (self->choice, "changed", G_CALLBACK (luminal_photon_list_show_choice), self, G_CONNECT_SWAPPED);

  self->sorted = luminal_sorted_list_new ();
  g_signal_connect_object (self->sorted, "stale", G_CALLBACK (stale_cb), self, G_CONNECT_SWAPPED);
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

  self->view = GTK_LIST_VIEW (
    gtk_list_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection)),
                       luminal_photon_list_make_rows (self)));
  gtk_list_view_set_show_separators (self->view, TRUE);
  g_signal_connect_object (self->view, "activate",
                           G_CALLBACK (activate_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "photons");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Photons"),
                                  -1);

  luminal_photon_list_set_up_keys (self);

  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), GTK_WIDGET (self->view));
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
  luminal_photon_list_set_up_menu (self);
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

  focused = luminal_photon_list_get_focused (self);
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

  if (!luminal_photon_list_find (self, handler, &position))
    return FALSE;

  gtk_single_selection_set_selected (self->selection, position);
  luminal_photon_list_focus_on (self, position);

  return TRUE;
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
  luminal_photon_list_show_choice (self);
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
  shown_cb (self, 0, 0, 0);

  selected = gtk_single_selection_get_selected (self->selection);
  if (selected != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", selected);
}

/* To be called when photons changed, at most once a frame. They take new places less often:
 * nobody can hit what moves all the time. */
void
luminal_photon_list_states_changed (LuminalPhotonList *self)
{
  g_return_if_fail (LUMINAL_IS_PHOTON_LIST (self));

  luminal_sorted_list_look (self->sorted);
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
