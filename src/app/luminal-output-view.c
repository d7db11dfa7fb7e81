/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-output-view.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "compat.h"
#include "luminal-look.h"
#include "luminal-output-list.h"
#include "luminal-pages.h"

/* A photon's output, with what can be done with it. */

struct _LuminalOutputView
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkWidget *errors_only;
  GtkWidget *find_button;
  GtkSearchBar *find_bar;
  GtkEditable *find_entry;
  GtkLabel *found;
  GtkLabel *dropped;
  GtkStack *stack;
  LuminalOutputList *list;

  LuminalOutputLog *log;
  gulong dropped_id;
  char *name;
};

G_DEFINE_FINAL_TYPE (LuminalOutputView, luminal_output_view, GTK_TYPE_WIDGET)

/* What is shown */

static void
lines_changed_cb (LuminalOutputView *self)
{
  gboolean some = luminal_output_list_get_n_lines (self->list) > 0;

  luminal_pages_show (self->stack, some ? "lines" : "empty");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "output.copy", some);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "output.save", some);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "output.clear", some);
}

static void
update_dropped (LuminalOutputView *self)
{
  guint64 n_dropped = self->log != NULL ? luminal_output_log_get_n_dropped (self->log) : 0;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->dropped), n_dropped > 0);
  if (n_dropped == 0)
    return;

  text = g_strdup_printf (g_dngettext (NULL,
                                       "%" PRIu64 " earlier line was dropped",
                                       "%" PRIu64 " earlier lines were dropped",
                                       (gulong) n_dropped),
                          (uint64_t) n_dropped);
  gtk_label_set_text (self->dropped, text);
}

/* What a person does */

static void
errors_only_cb (LuminalOutputView *self)
{
  luminal_output_list_set_only_errors (
    self->list, gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->errors_only)));
}

static void
found_cb (LuminalOutputView *self)
{
  gboolean is_asked = *gtk_editable_get_text (self->find_entry) != '\0';
  guint index;
  gboolean is_complete;
  guint n_found = luminal_output_list_get_found (self->list, &index, &is_complete);
  gboolean is_missing = is_asked && is_complete && n_found == 0;
  g_autofree char *text = NULL;

  if (is_missing)
    text = g_strdup (_("Not found"));
  else if (is_asked && index > 0)
    /* Translators: the third of twelve lines with what is looked for */
    text = g_strdup_printf (_("%u of %u"), index, n_found);
  gtk_label_set_text (self->found, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->found), text != NULL);

  if (is_missing)
    gtk_widget_add_css_class (GTK_WIDGET (self->find_entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->find_entry), "error");
}

static void
find_changed_cb (LuminalOutputView *self)
{
  luminal_output_list_set_find (self->list, gtk_editable_get_text (self->find_entry));
  luminal_output_list_find_next (self->list, TRUE);
}

static void
find_next_cb (LuminalOutputView *self)
{
  luminal_output_list_find_next (self->list, TRUE);
}

static void
find_previous_cb (LuminalOutputView *self)
{
  luminal_output_list_find_next (self->list, FALSE);
}

static void
find_stopped_cb (LuminalOutputView *self)
{
  gtk_search_bar_set_search_mode (self->find_bar, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
find_mode_cb (LuminalOutputView *self)
{
  if (!gtk_search_bar_get_search_mode (self->find_bar))
    luminal_output_list_set_find (self->list, NULL);
  else
    find_changed_cb (self);
}

static void
copy_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  LuminalOutputView *self = LUMINAL_OUTPUT_VIEW (widget);
  g_autofree char *text = luminal_output_list_to_text (self->list, TRUE);

  gtk_widget_activate_action (widget, "win.copy", "s", text);
}

static void
clear_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  LuminalOutputView *self = LUMINAL_OUTPUT_VIEW (widget);

  if (self->log != NULL)
    luminal_output_log_clear (self->log);
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (LuminalOutputView) self = user_data;
  g_autofree char *name = luminal_look_file_name (G_FILE (source));
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    text = g_strdup_printf (_("Output saved as “%s”"), name);
  else
    text = g_strdup_printf (_("Output not saved: %s"), error->message);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s", text);
}

static void
place_chosen_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (LuminalOutputView) self = user_data;
  g_autoptr (GFile) file = luminal_compat_choose_save_finish (GTK_WINDOW (source), result, NULL);
  g_autoptr (GBytes) bytes = NULL;
  char *text;

  if (file == NULL)
    return;

  text = luminal_output_list_to_text (self->list, FALSE);
  bytes = g_bytes_new_take (text, strlen (text));
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION,
                                       NULL, saved_cb, g_object_ref (self));
}

static void
save_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  LuminalOutputView *self = LUMINAL_OUTPUT_VIEW (widget);
  g_autofree char *name = g_strdelimit (g_strdup (self->name != NULL ? self->name : ""), "/", '-');
  g_autofree char *file_name = g_strconcat (name, ".log", NULL);

  luminal_compat_choose_save_async (GTK_WINDOW (gtk_widget_get_root (widget)), file_name, NULL,
                                    place_chosen_cb, g_object_ref (self));
}

static void
find_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  luminal_output_view_find (LUMINAL_OUTPUT_VIEW (widget));
}

static gboolean
luminal_output_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (LUMINAL_OUTPUT_VIEW (widget)->list));
}

static void
luminal_output_view_dispose (GObject *object)
{
  LuminalOutputView *self = LUMINAL_OUTPUT_VIEW (object);

  g_clear_signal_handler (&self->dropped_id, self->log);
  g_clear_object (&self->log);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (luminal_output_view_parent_class)->dispose (object);
}

static void
luminal_output_view_finalize (GObject *object)
{
  g_free (LUMINAL_OUTPUT_VIEW (object)->name);

  G_OBJECT_CLASS (luminal_output_view_parent_class)->finalize (object);
}

static void
luminal_output_view_class_init (LuminalOutputViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = luminal_output_view_dispose;
  object_class->finalize = luminal_output_view_finalize;
  widget_class->grab_focus = luminal_output_view_grab_focus;

  gtk_widget_class_install_action (widget_class, "output.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "output.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "output.clear", NULL, clear_action);
  gtk_widget_class_install_action (widget_class, "output.find", NULL, find_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "output.copy", NULL);

  g_type_ensure (LUMINAL_TYPE_OUTPUT_LIST);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/ui/luminal-output-view.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalOutputView, box);
  gtk_widget_class_bind_template_child (widget_class, LuminalOutputView, errors_only);
  gtk_widget_class_bind_template_child (widget_class, LuminalOutputView, find_button);
  gtk_widget_class_bind_template_child (widget_class, LuminalOutputView, find_bar);
  gtk_widget_class_bind_template_child (widget_class, LuminalOutputView, find_entry);
  gtk_widget_class_bind_template_child (widget_class, LuminalOutputView, found);
  gtk_widget_class_bind_template_child (widget_class, LuminalOutputView, dropped);
  gtk_widget_class_bind_template_child (widget_class, LuminalOutputView, stack);
  gtk_widget_class_bind_template_child (widget_class, LuminalOutputView, list);
  gtk_widget_class_bind_template_callback (widget_class, lines_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, errors_only_cb);
  gtk_widget_class_bind_template_callback (widget_class, found_cb);
  gtk_widget_class_bind_template_callback (widget_class, find_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, find_next_cb);
  gtk_widget_class_bind_template_callback (widget_class, find_previous_cb);
  gtk_widget_class_bind_template_callback (widget_class, find_stopped_cb);
  gtk_widget_class_bind_template_callback (widget_class, find_mode_cb);
}

static void
luminal_output_view_init (LuminalOutputView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->find_bar, self->find_entry);
  lines_changed_cb (self);
}

GtkWidget *
luminal_output_view_new (void)
{
  return g_object_new (LUMINAL_TYPE_OUTPUT_VIEW, NULL);
}

/**
 * luminal_output_view_set_log:
 * @self: the view
 * @log: (nullable): what to show
 * @name: (nullable): whose it is
 */
void
luminal_output_view_set_log (LuminalOutputView *self,
                             LuminalOutputLog  *log,
                             const char        *name)
{
  g_return_if_fail (LUMINAL_IS_OUTPUT_VIEW (self));

  g_free (self->name);
  self->name = g_strdup (name);
  if (self->log == log)
    return;

  g_clear_signal_handler (&self->dropped_id, self->log);
  g_set_object (&self->log, log);
  if (log != NULL)
    self->dropped_id = g_signal_connect_object (log, "notify::n-dropped",
                                                G_CALLBACK (update_dropped), self, G_CONNECT_SWAPPED);

  gtk_search_bar_set_search_mode (self->find_bar, FALSE);
  luminal_output_list_set_log (self->list, log);
  update_dropped (self);
  lines_changed_cb (self);
}

void
luminal_output_view_find (LuminalOutputView *self)
{
  g_return_if_fail (LUMINAL_IS_OUTPUT_VIEW (self));

  gtk_search_bar_set_search_mode (self->find_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->find_entry));
}
