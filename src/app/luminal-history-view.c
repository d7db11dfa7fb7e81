/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-history-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "luminal-generation-row.h"
#include "luminal-look.h"

/* The attempts to put versions of a photon's module to work, newest first. A list box, as
 * there are never more than a hundred; and a few of them at first, since whoever goes
 * through the photons with the arrow keys wants to see the next one at once. */

#define FEW 10

struct _LuminalHistoryView
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GtkWidget *note;
  GtkListBox *list;
  GtkWidget *more;

  LuminalHandler *handler;
  gulong notify_id;
  gulong changed_id;
  gboolean shows_all;
  guint tick_id;
  gboolean is_outdated; /* while nobody sees it */
};

enum
{
  GO_BACK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalHistoryView, luminal_history_view, GTK_TYPE_WIDGET)

static void
go_back_cb (LuminalHistoryView   *self,
            LuminalGenerationRow *row)
{
  LuminalGeneration *generation = luminal_generation_row_get_generation (row);

  g_signal_emit (self, signals[GO_BACK], 0, luminal_generation_get_number (generation));
}

/* The last attempt that was committed is the one that is in use. */
static LuminalGeneration *
find_in_use (GListModel *history)
{
  for (guint i = g_list_model_get_n_items (history); i > 0; i--)
    {
      g_autoptr (LuminalGeneration) generation = g_list_model_get_item (history, i - 1);

      if (luminal_generation_get_outcome (generation) == LUMINAL_OUTCOME_RUNS)
        return generation;
    }

  return NULL;
}

static LuminalGenerationRow *
row_at (LuminalHistoryView *self,
        guint               index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, (int) index);

  return row != NULL ? LUMINAL_GENERATION_ROW (row) : NULL;
}

/* How an attempt ended may be revised once, when it crashes on probation: a row that is
 * about another one is made anew, and so is that. */
static void
show_generation (LuminalHistoryView *self,
                 guint               index,
                 LuminalGeneration  *generation)
{
  LuminalGenerationRow *row = row_at (self, index);
  GtkWidget *new_row;

  if (row != NULL && luminal_generation_row_get_generation (row) == generation)
    return;

  new_row = luminal_generation_row_new (generation);
  g_signal_connect_object (new_row, "go-back", G_CALLBACK (go_back_cb), self, G_CONNECT_SWAPPED);
  gtk_list_box_insert (self->list, new_row, (int) index);
}

static void
forget_rows_from (LuminalHistoryView *self,
                  guint               index)
{
  LuminalGenerationRow *row;

  while ((row = row_at (self, index)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
}

/* There, what was loaded before is closed for good, or never leaves. */
static gboolean
is_in_process (LuminalHandler *handler)
{
  return luminal_handler_get_status (handler) == LUMINAL_STATUS_RUNNING && luminal_handler_get_pid (handler) == 0;
}

static void
update (LuminalHistoryView *self)
{
  GListModel *history = self->handler != NULL ? luminal_handler_get_history (self->handler) : NULL;
  guint n_items = history != NULL ? g_list_model_get_n_items (history) : 0;
  guint n_shown = self->shows_all ? n_items : MIN (n_items, FEW);
  gboolean is_loaded = self->handler != NULL &&
                       luminal_handler_get_status (self->handler) != LUMINAL_STATUS_UNLOADED;
  LuminalGeneration *in_use = history != NULL && is_loaded ? find_in_use (history) : NULL;

  self->is_outdated = FALSE;
  for (guint i = 0; i < n_shown; i++)
    {
      g_autoptr (LuminalGeneration) generation = g_list_model_get_item (history, n_items - 1 - i);

      show_generation (self, i, generation);
      luminal_generation_row_set_current (row_at (self, i),
                                          luminal_handler_get_generation (self->handler),
                                          generation == in_use,
                                          luminal_handler_get_phase (self->handler) != LUMINAL_PHASE_NONE);
    }
  forget_rows_from (self, n_shown);

  gtk_widget_set_visible (self->more, n_shown < n_items);
  gtk_widget_set_visible (self->note, n_items > 1 && is_in_process (self->handler));
}

static gboolean
update_cb (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       user_data)
{
  LuminalHistoryView *self = LUMINAL_HISTORY_VIEW (widget);

  self->tick_id = 0;
  update (self);

  return G_SOURCE_REMOVE;
}

static void
queue_update (LuminalHistoryView *self)
{
  self->is_outdated = TRUE;
  if (self->tick_id == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), update_cb, NULL, NULL);
}

static void
notify_cb (LuminalHistoryView *self,
           GParamSpec         *pspec)
{
  if (luminal_look_depends_on (pspec))
    queue_update (self);
}

/* What changed before nobody knows: revised attempts are the same objects. */
static void
history_changed_cb (LuminalHistoryView *self,
                    guint               position,
                    guint               n_removed,
                    guint               n_added)
{
  if (n_removed > 0)
    forget_rows_from (self, 0);
  queue_update (self);
}

static void
more_clicked_cb (LuminalHistoryView *self)
{
  self->shows_all = TRUE;
  update (self);
}

static void
luminal_history_view_map (GtkWidget *widget)
{
  LuminalHistoryView *self = LUMINAL_HISTORY_VIEW (widget);

  if (self->is_outdated)
    update (self);

  GTK_WIDGET_CLASS (luminal_history_view_parent_class)->map (widget);
}

static void
luminal_history_view_dispose (GObject *object)
{
  LuminalHistoryView *self = LUMINAL_HISTORY_VIEW (object);

  luminal_history_view_set_handler (self, NULL);
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);

  G_OBJECT_CLASS (luminal_history_view_parent_class)->dispose (object);
}

static void
luminal_history_view_class_init (LuminalHistoryViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = luminal_history_view_dispose;
  widget_class->map = luminal_history_view_map;

  /* An earlier generation is wanted back: its number. */
  signals[GO_BACK] = g_signal_new ("go-back", LUMINAL_TYPE_HISTORY_VIEW, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/ui/luminal-history-view.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalHistoryView, scrolled);
  gtk_widget_class_bind_template_child (widget_class, LuminalHistoryView, note);
  gtk_widget_class_bind_template_child (widget_class, LuminalHistoryView, list);
  gtk_widget_class_bind_template_child (widget_class, LuminalHistoryView, more);
  gtk_widget_class_bind_template_callback (widget_class, more_clicked_cb);
}

static void
luminal_history_view_init (LuminalHistoryView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
luminal_history_view_new (void)
{
  return g_object_new (LUMINAL_TYPE_HISTORY_VIEW, NULL);
}

void
luminal_history_view_set_handler (LuminalHistoryView *self,
                                  LuminalHandler     *handler)
{
  g_return_if_fail (LUMINAL_IS_HISTORY_VIEW (self));
  g_return_if_fail (handler == NULL || LUMINAL_IS_HANDLER (handler));

  if (self->handler == handler)
    return;

  g_clear_signal_handler (&self->notify_id, self->handler);
  if (self->handler != NULL && self->changed_id != 0)
    g_clear_signal_handler (&self->changed_id, luminal_handler_get_history (self->handler));

  g_set_object (&self->handler, handler);
  self->shows_all = FALSE;
  if (handler == NULL)
    return;

  self->notify_id = g_signal_connect_object (handler, "notify",
                                             G_CALLBACK (notify_cb), self, G_CONNECT_SWAPPED);
  if (luminal_handler_get_history (handler) != NULL)
    self->changed_id = g_signal_connect_object (luminal_handler_get_history (handler), "items-changed",
                                                G_CALLBACK (history_changed_cb), self,
                                                G_CONNECT_SWAPPED);

  forget_rows_from (self, 0);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled)), 0);
  queue_update (self);
}
