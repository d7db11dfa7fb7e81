/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-output-list.h"

#include <glib/gi18n.h>

#include "luminal-output-finder.h"
#include "luminal-output-row.h"
#include "luminal-output-text.h"

/* The lines of a log: filtered, selected, looked through, and followed as they come. Only
 * those in sight have widgets, so that it does not matter how many there are. */

struct _LuminalOutputList
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GtkListView *view;

  LuminalOutputLog *log;
  GtkFilter *filter;
  GtkFilterListModel *filtered;
  GtkMultiSelection *selection;
  gboolean only_errors;

  gboolean follow;
  double last_value;

  LuminalOutputFinder *finder;
  guint found; /* where it was found last */
  gboolean is_wanted; /* as soon as it is known */
  gboolean is_wanted_forward;
};

enum
{
  PROP_0,
  PROP_FOLLOW,
  PROP_N_LINES,
  N_PROPS
};

enum
{
  FOUND,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalOutputList, luminal_output_list, GTK_TYPE_WIDGET)

/* Rows */

static void
setup_cb (LuminalOutputList *self,
          GtkListItem       *item)
{
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_child (item, luminal_output_row_new ());
}

static void
bind_cb (LuminalOutputList *self,
         GtkListItem       *item)
{
  LuminalOutputRow *row = LUMINAL_OUTPUT_ROW (gtk_list_item_get_child (item));

  luminal_output_row_set_find (row, luminal_output_finder_get_text (self->finder));
  luminal_output_row_set_item (row, gtk_list_item_get_item (item));
}

static void
unbind_cb (LuminalOutputList *self,
           GtkListItem       *item)
{
  luminal_output_row_set_item (LUMINAL_OUTPUT_ROW (gtk_list_item_get_child (item)), NULL);
}

static gboolean
is_wanted (gpointer item,
           gpointer user_data)
{
  LuminalOutputList *self = user_data;

  return !self->only_errors || luminal_output_item_is_divider (item) ||
         luminal_output_item_is_error (item);
}

/* Following */

static void
scroll_to (LuminalOutputList *self,
           guint              position)
{
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
}

static void
scroll_to_end (LuminalOutputList *self)
{
  guint n_lines = luminal_output_list_get_n_lines (self);

  if (n_lines > 0)
    scroll_to (self, n_lines - 1);
}

static void
lines_changed_cb (LuminalOutputList *self,
                  guint              position,
                  guint              n_removed,
                  guint              n_added)
{
  if (self->found != GTK_INVALID_LIST_POSITION && self->found >= position)
    self->found = self->found >= position + n_removed ? self->found - n_removed + n_added
                                                      : GTK_INVALID_LIST_POSITION;

  if (self->follow)
    scroll_to_end (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_LINES]);
}

/* Whoever scrolls up wants to read, and whoever scrolls down to the end to go on. */
static void
scrolled_cb (LuminalOutputList *self,
             GtkAdjustment     *adjustment)
{
  double value = gtk_adjustment_get_value (adjustment);
  double end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  if (value >= end - 1)
    luminal_output_list_set_follow (self, TRUE);
  else if (value < self->last_value)
    luminal_output_list_set_follow (self, FALSE);
  self->last_value = value;
}

/* Finding */

static void
finder_changed_cb (LuminalOutputList *self)
{
  guint position;

  if (self->is_wanted && !luminal_output_finder_is_busy (self->finder))
    {
      self->is_wanted = FALSE;
      position = luminal_output_finder_next (self->finder, self->found, self->is_wanted_forward);
      self->found = position;
      if (position != GTK_INVALID_LIST_POSITION)
        {
          luminal_output_list_set_follow (self, FALSE);
          gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
          scroll_to (self, position);
        }
    }

  g_signal_emit (self, signals[FOUND], 0);
}

static void
luminal_output_list_get_property (GObject    *object,
                                  guint       property_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  LuminalOutputList *self = LUMINAL_OUTPUT_LIST (object);

  switch (property_id)
    {
    case PROP_FOLLOW:
      g_value_set_boolean (value, self->follow);
      break;
    case PROP_N_LINES:
      g_value_set_uint (value, luminal_output_list_get_n_lines (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_output_list_set_property (GObject      *object,
                                  guint         property_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  LuminalOutputList *self = LUMINAL_OUTPUT_LIST (object);

  switch (property_id)
    {
    case PROP_FOLLOW:
      luminal_output_list_set_follow (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static gboolean
luminal_output_list_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (LUMINAL_OUTPUT_LIST (widget)->view));
}

static void
luminal_output_list_dispose (GObject *object)
{
  LuminalOutputList *self = LUMINAL_OUTPUT_LIST (object);

  g_clear_pointer (&self->scrolled, gtk_widget_unparent);
  g_clear_object (&self->finder);
  g_clear_object (&self->selection);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  g_clear_object (&self->log);

  G_OBJECT_CLASS (luminal_output_list_parent_class)->dispose (object);
}

static void
luminal_output_list_class_init (LuminalOutputListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = luminal_output_list_get_property;
  object_class->set_property = luminal_output_list_set_property;
  object_class->dispose = luminal_output_list_dispose;
  widget_class->grab_focus = luminal_output_list_grab_focus;

  /* Whether the last line is kept in sight. */
  properties[PROP_FOLLOW] =
    g_param_spec_boolean ("follow", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_N_LINES] = g_param_spec_uint ("n-lines", NULL, NULL, 0, G_MAXUINT, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* What is looked for was found, or not, or somewhere else. */
  signals[FOUND] = g_signal_new ("found", LUMINAL_TYPE_OUTPUT_LIST, G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
luminal_output_list_init (LuminalOutputList *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->follow = TRUE;
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_wanted, self, NULL));
  self->filtered = gtk_filter_list_model_new (NULL, NULL);
  gtk_filter_list_model_set_incremental (self->filtered, TRUE);
  self->selection = gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (self->filtered)));
  self->finder = luminal_output_finder_new (G_LIST_MODEL (self->filtered));
  self->found = GTK_INVALID_LIST_POSITION;
  g_signal_connect_object (self->finder, "changed", G_CALLBACK (finder_changed_cb), self, G_CONNECT_SWAPPED);

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, G_CONNECT_SWAPPED);

  self->view = GTK_LIST_VIEW (
    gtk_list_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection)), factory));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "output");
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "monospace");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Output"),
                                  -1);

  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), GTK_WIDGET (self->view));
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));

  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled)),
                           "value-changed", G_CALLBACK (scrolled_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed",
                           G_CALLBACK (lines_changed_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

GtkWidget *
luminal_output_list_new (void)
{
  return g_object_new (LUMINAL_TYPE_OUTPUT_LIST, NULL);
}

void
luminal_output_list_set_log (LuminalOutputList *self,
                             LuminalOutputLog  *log)
{
  g_return_if_fail (LUMINAL_IS_OUTPUT_LIST (self));
  g_return_if_fail (log == NULL || LUMINAL_IS_OUTPUT_LOG (log));

  if (!g_set_object (&self->log, log))
    return;

  self->found = GTK_INVALID_LIST_POSITION;
  self->last_value = 0;
  luminal_output_list_set_follow (self, TRUE);
  g_object_freeze_notify (G_OBJECT (self));
  gtk_filter_list_model_set_model (self->filtered, NULL);
  gtk_filter_list_model_set_model (self->filtered, G_LIST_MODEL (log));
  g_object_thaw_notify (G_OBJECT (self));
}

void
luminal_output_list_set_only_errors (LuminalOutputList *self,
                                     gboolean           only_errors)
{
  g_return_if_fail (LUMINAL_IS_OUTPUT_LIST (self));

  if (self->only_errors == only_errors)
    return;

  self->only_errors = only_errors;
  self->found = GTK_INVALID_LIST_POSITION;

  /* Without a filter there is nothing to be asked about each line. What is seen would be
   * looked for among all that come, if these came in the place of others. */
  g_object_freeze_notify (G_OBJECT (self));
  gtk_filter_list_model_set_model (self->filtered, NULL);
  gtk_filter_list_model_set_filter (self->filtered, only_errors ? self->filter : NULL);
  gtk_filter_list_model_set_model (self->filtered, G_LIST_MODEL (self->log));
  g_object_thaw_notify (G_OBJECT (self));
}

gboolean
luminal_output_list_get_follow (LuminalOutputList *self)
{
  g_return_val_if_fail (LUMINAL_IS_OUTPUT_LIST (self), FALSE);

  return self->follow;
}

void
luminal_output_list_set_follow (LuminalOutputList *self,
                                gboolean           follow)
{
  g_return_if_fail (LUMINAL_IS_OUTPUT_LIST (self));

  if (self->follow == follow)
    return;

  self->follow = follow;
  if (follow)
    scroll_to_end (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOW]);
}

/* @text: (nullable): what is marked in all lines, and can be gone to */
void
luminal_output_list_set_find (LuminalOutputList *self,
                              const char        *text)
{
  g_return_if_fail (LUMINAL_IS_OUTPUT_LIST (self));

  self->found = GTK_INVALID_LIST_POSITION;
  self->is_wanted = FALSE;
  luminal_output_finder_set_text (self->finder, text);
  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view));
       item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = gtk_widget_get_first_child (item);

      if (LUMINAL_IS_OUTPUT_ROW (row))
        luminal_output_row_set_find (LUMINAL_OUTPUT_ROW (row), text);
    }
}

/**
 * luminal_output_list_find_next:
 * @self: the list
 * @forward: towards the end, or towards the beginning
 *
 * Goes to the next line that fits; the first time that is the first one, or the last. If
 * there is so much that it takes a moment, it goes there then.
 */
void
luminal_output_list_find_next (LuminalOutputList *self,
                               gboolean           forward)
{
  g_return_if_fail (LUMINAL_IS_OUTPUT_LIST (self));

  self->is_wanted = luminal_output_finder_get_text (self->finder) != NULL;
  self->is_wanted_forward = forward;
  finder_changed_cb (self);
}

/**
 * luminal_output_list_get_found:
 * @self: the list
 * @index: (out): the how manieth of them was gone to, counted from 1; 0 for none
 * @is_complete: (out): whether all lines have been looked at
 *
 * Returns: how many lines fit
 */
guint
luminal_output_list_get_found (LuminalOutputList *self,
                               guint             *index,
                               gboolean          *is_complete)
{
  g_return_val_if_fail (LUMINAL_IS_OUTPUT_LIST (self), 0);

  *index = luminal_output_finder_get_index (self->finder, self->found);
  *is_complete = !luminal_output_finder_is_busy (self->finder);

  return luminal_output_finder_get_n_found (self->finder);
}

guint
luminal_output_list_get_n_lines (LuminalOutputList *self)
{
  g_return_val_if_fail (LUMINAL_IS_OUTPUT_LIST (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->filtered));
}

/**
 * luminal_output_list_to_text:
 * @self: the list
 * @only_selected: only what is selected, if anything is
 *
 * Returns: what is shown, in full: lines are not cut here
 */
char *
luminal_output_list_to_text (LuminalOutputList *self,
                             gboolean           only_selected)
{
  g_autoptr (GtkBitset) selected = NULL;

  g_return_val_if_fail (LUMINAL_IS_OUTPUT_LIST (self), NULL);

  if (only_selected)
    selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  if (selected != NULL && gtk_bitset_is_empty (selected))
    g_clear_pointer (&selected, gtk_bitset_unref);

  return luminal_output_text_join (G_LIST_MODEL (self->filtered), selected);
}
