/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-diagnostics-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "luminal-diagnostic-row.h"
#include "luminal-look.h"
#include "luminal-open-source.h"
#include "luminal-pages.h"
#include "luminal-visible.h"

/* What the compiler said of a photon's source when it was last built, be it the
 * generation that runs or one that did not come to that. It is brought up to date by
 * the details that it is part of. */

struct _LuminalDiagnosticsView
{
  GtkWidget parent_instance;

  GtkWidget *stack;
  AdwStatusPage *failed_page;
  GtkImage *icon;
  GtkLabel *summary;
  GtkLabel *outcome;
  GtkWidget *scrolled;
  GtkListView *view;

  LuminalHandler *handler;
  GListModel *diagnostics;
  GtkTreeListModel *tree;
  GtkSingleSelection *selection;
};

G_DEFINE_FINAL_TYPE (LuminalDiagnosticsView, luminal_diagnostics_view, GTK_TYPE_WIDGET)

/* What is shown */

static GListModel *
create_children (gpointer item,
                 gpointer user_data)
{
  GListModel *children = luminal_diagnostic_get_children (item);

  return g_list_model_get_n_items (children) > 0 ? g_object_ref (children) : NULL;
}

static LuminalDiagnostic *
get_diagnostic (LuminalDiagnosticsView *self,
                guint                   position,
                guint                  *depth)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (row == NULL)
    return NULL;

  if (depth != NULL)
    *depth = gtk_tree_list_row_get_depth (row);

  return gtk_tree_list_row_get_item (row);
}

static void
count (GListModel *diagnostics,
       guint      *n_errors,
       guint      *n_warnings)
{
  guint n_items = diagnostics != NULL ? g_list_model_get_n_items (diagnostics) : 0;

  *n_errors = 0;
  *n_warnings = 0;
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (LuminalDiagnostic) diagnostic = g_list_model_get_item (diagnostics, i);
      LuminalSeverity severity = luminal_diagnostic_get_severity (diagnostic);

      *n_errors += severity >= LUMINAL_SEVERITY_ERROR;
      *n_warnings += severity == LUMINAL_SEVERITY_WARNING;
    }
}

static char *
describe_counts (guint n_errors,
                 guint n_warnings,
                 guint n_all)
{
  g_autofree char *errors = g_strdup_printf (ngettext ("%u error", "%u errors", n_errors), n_errors);
  g_autofree char *warnings =
    g_strdup_printf (ngettext ("%u warning", "%u warnings", n_warnings), n_warnings);

  if (n_errors > 0 && n_warnings > 0)
    return g_strdup_printf ("%s, %s", errors, warnings);
  if (n_errors > 0)
    return g_steal_pointer (&errors);
  if (n_warnings > 0)
    return g_steal_pointer (&warnings);
  return g_strdup_printf (ngettext ("%u note", "%u notes", n_all), n_all);
}

static const char *
describe_outcome (LuminalDiagnosticsView *self)
{
  LuminalStatus status = luminal_handler_get_status (self->handler);

  if (luminal_handler_get_phase (self->handler) == LUMINAL_PHASE_BUILD)
    return _("A newer version is being built");
  if (!luminal_diagnostics_view_get_failed (self))
    return _("Of the last build, which succeeded");
  if (status == LUMINAL_STATUS_RUNNING)
    return _("The last build failed; the generation before runs on");
  return _("The last build failed; nothing of it runs");
}

static void
update_summary (LuminalDiagnosticsView *self)
{
  gboolean failed = luminal_diagnostics_view_get_failed (self);
  const char *classes[] = { NULL, NULL };
  g_autofree char *summary = NULL;
  guint n_errors, n_warnings;

  count (self->diagnostics, &n_errors, &n_warnings);
  summary = describe_counts (n_errors, n_warnings, luminal_diagnostics_view_get_n_shown (self));
  gtk_label_set_text (self->summary, summary);
  gtk_label_set_text (self->outcome, describe_outcome (self));

  classes[0] = n_errors > 0 || failed ? "error" : n_warnings > 0 ? "warning" : "dim-label";
  gtk_image_set_from_icon_name (self->icon,
                                n_errors > 0 || failed ? "dialog-error-symbolic"
                                : n_warnings > 0       ? "dialog-warning-symbolic"
                                                       : "dialog-information-symbolic");
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), classes);
}

/* A status page takes markup, and an error may quote anything. */
static void
update_failed_page (LuminalDiagnosticsView *self)
{
  g_autofree char *message = luminal_look_message (luminal_handler_get_error (self->handler));
  g_autofree char *text = luminal_visible_text (message);
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_status_page_set_description (self->failed_page, escaped);
}

static void
set_diagnostics (LuminalDiagnosticsView *self,
                 GListModel             *diagnostics)
{
  g_autoptr (GtkTreeListModel) tree = NULL;

  if (!g_set_object (&self->diagnostics, diagnostics))
    return;

  if (diagnostics != NULL)
    tree = gtk_tree_list_model_new (g_object_ref (diagnostics), FALSE, TRUE, create_children, NULL, NULL);
  g_set_object (&self->tree, tree);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (tree));
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled)), 0);
}

/* What a person does */

static void
open (LuminalDiagnosticsView *self,
      LuminalDiagnostic      *diagnostic)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (luminal_diagnostic_get_file (diagnostic) != NULL && GTK_IS_WINDOW (root))
    luminal_open_source (GTK_WINDOW (root),
                         luminal_diagnostic_get_file (diagnostic),
                         luminal_diagnostic_get_line (diagnostic),
                         luminal_diagnostic_get_column (diagnostic));
}

static void
setup_cb (LuminalDiagnosticsView *self,
          GtkListItem            *item)
{
  GtkWidget *row = luminal_diagnostic_row_new ();

  g_signal_connect_object (row, "opened", G_CALLBACK (open), self, G_CONNECT_SWAPPED);
  gtk_list_item_set_child (item, row);
}

static void
bind_cb (LuminalDiagnosticsView *self,
         GtkListItem            *item)
{
  LuminalDiagnosticRow *row = LUMINAL_DIAGNOSTIC_ROW (gtk_list_item_get_child (item));
  GtkTreeListRow *tree_row = gtk_list_item_get_item (item);
  g_autoptr (LuminalDiagnostic) diagnostic = gtk_tree_list_row_get_item (tree_row);

  luminal_diagnostic_row_set_diagnostic (row, diagnostic, gtk_tree_list_row_get_depth (tree_row));
}

static void
unbind_cb (LuminalDiagnosticsView *self,
           GtkListItem            *item)
{
  luminal_diagnostic_row_set_diagnostic (LUMINAL_DIAGNOSTIC_ROW (gtk_list_item_get_child (item)), NULL, 0);
}

static void
activate_cb (LuminalDiagnosticsView *self,
             guint                   position)
{
  g_autoptr (LuminalDiagnostic) diagnostic = get_diagnostic (self, position, NULL);

  if (diagnostic != NULL)
    open (self, diagnostic);
}

static void
copy_text (LuminalDiagnosticsView *self,
           guint                   position)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_items = luminal_diagnostics_view_get_n_shown (self);

  if (position != GTK_INVALID_LIST_POSITION)
    {
      g_autoptr (LuminalDiagnostic) diagnostic = get_diagnostic (self, position, NULL);

      luminal_diagnostic_row_append_text (text, diagnostic);
    }
  else
    for (guint i = 0; i < n_items; i++)
      {
        g_autoptr (LuminalDiagnostic) diagnostic = g_list_model_get_item (self->diagnostics, i);

        luminal_diagnostic_row_append_text (text, diagnostic);
      }

  if (text->len > 0)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.copy", "s", text->str);
}

static void
copy_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  LuminalDiagnosticsView *self = LUMINAL_DIAGNOSTICS_VIEW (widget);

  copy_text (self, gtk_single_selection_get_selected (self->selection));
}

static void
copy_all_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  copy_text (LUMINAL_DIAGNOSTICS_VIEW (widget), GTK_INVALID_LIST_POSITION);
}

static gboolean
luminal_diagnostics_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (LUMINAL_DIAGNOSTICS_VIEW (widget)->view));
}

static void
luminal_diagnostics_view_dispose (GObject *object)
{
  LuminalDiagnosticsView *self = LUMINAL_DIAGNOSTICS_VIEW (object);

  g_clear_object (&self->handler);
  g_clear_pointer (&self->stack, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->tree);
  g_clear_object (&self->diagnostics);

  G_OBJECT_CLASS (luminal_diagnostics_view_parent_class)->dispose (object);
}

static void
luminal_diagnostics_view_class_init (LuminalDiagnosticsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = luminal_diagnostics_view_dispose;
  widget_class->grab_focus = luminal_diagnostics_view_grab_focus;

  gtk_widget_class_install_action (widget_class, "diagnostics.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "diagnostics.copy-all", NULL, copy_all_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "diagnostics.copy", NULL);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/ui/luminal-diagnostics-view.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticsView, stack);
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticsView, failed_page);
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticsView, icon);
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticsView, summary);
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticsView, outcome);
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticsView, scrolled);
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticsView, view);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
}

static void
luminal_diagnostics_view_init (LuminalDiagnosticsView *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, G_CONNECT_SWAPPED);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  luminal_pages_show (GTK_STACK (self->stack), "module");
}

GtkWidget *
luminal_diagnostics_view_new (void)
{
  return g_object_new (LUMINAL_TYPE_DIAGNOSTICS_VIEW, NULL);
}

/* @handler: (nullable) */
void
luminal_diagnostics_view_set_handler (LuminalDiagnosticsView *self,
                                      LuminalHandler         *handler)
{
  g_return_if_fail (LUMINAL_IS_DIAGNOSTICS_VIEW (self));
  g_return_if_fail (handler == NULL || LUMINAL_IS_HANDLER (handler));

  if (g_set_object (&self->handler, handler))
    luminal_diagnostics_view_update (self);
}

void
luminal_diagnostics_view_update (LuminalDiagnosticsView *self)
{
  GListModel *diagnostics;

  g_return_if_fail (LUMINAL_IS_DIAGNOSTICS_VIEW (self));

  diagnostics = self->handler != NULL ? luminal_handler_get_diagnostics (self->handler) : NULL;
  set_diagnostics (self, diagnostics);
  if (luminal_diagnostics_view_get_n_shown (self) > 0)
    {
      update_summary (self);
      luminal_pages_show (GTK_STACK (self->stack), "diagnostics");
    }
  else if (luminal_diagnostics_view_get_failed (self))
    {
      update_failed_page (self);
      luminal_pages_show (GTK_STACK (self->stack), "failed");
    }
  else
    luminal_pages_show (GTK_STACK (self->stack), diagnostics != NULL ? "clean" : "module");
}

guint
luminal_diagnostics_view_get_n_shown (LuminalDiagnosticsView *self)
{
  g_return_val_if_fail (LUMINAL_IS_DIAGNOSTICS_VIEW (self), 0);

  return self->diagnostics != NULL ? g_list_model_get_n_items (self->diagnostics) : 0;
}

gboolean
luminal_diagnostics_view_get_failed (LuminalDiagnosticsView *self)
{
  g_return_val_if_fail (LUMINAL_IS_DIAGNOSTICS_VIEW (self), FALSE);

  return self->handler != NULL && luminal_handler_get_error (self->handler) != NULL &&
         luminal_handler_get_failed_phase (self->handler) == LUMINAL_PHASE_BUILD;
}
