/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-welcome.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "luminal-samples.h"
#include "luminal-words.h"

/* What there is to begin with, while no folder is open. */

struct _LuminalWelcome
{
  GtkWidget parent_instance;

  GtkWidget *page;
  GtkWidget *samples;
  GtkWidget *recent_box;
  GtkListBox *recent_list;

  GListModel *recent;
};

G_DEFINE_FINAL_TYPE (LuminalWelcome, luminal_welcome, GTK_TYPE_WIDGET)

static GtkWidget *
create_button (const char *icon_name,
               const char *name,
               const char *action_name,
               const char *uri)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action_name);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", uri);

  return button;
}

/* The row does what its first button does, which is there for those who do not point. */
static GtkWidget *
create_row (gpointer item,
            gpointer user_data)
{
  GFile *folder = item;
  g_autofree char *uri = g_file_get_uri (folder);
  g_autofree char *name = luminal_words_folder_name (folder);
  g_autofree char *path = luminal_words_folder_path (folder);
  /* Translators: the name of a folder */
  g_autofree char *open = g_strdup_printf (C_("recent folder", "Open %s"), name);
  /* Translators: the name of a folder, which is taken off a list */
  g_autofree char *forget = g_strdup_printf (C_("recent folder", "Forget %s"), name);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *open_button = create_button ("folder-open-symbolic", open, "win.open-recent", uri);

  /* A folder may be called anything. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), path);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  gtk_widget_set_tooltip_text (row, path);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), open_button);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             create_button ("window-close-symbolic", forget, "win.forget-recent", uri));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), open_button);
  /* The name says more than the title of the row does. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (open_button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);

  return row;
}

static void
update (LuminalWelcome *self)
{
  gtk_widget_set_visible (self->recent_box,
                          self->recent != NULL && g_list_model_get_n_items (self->recent) > 0);
}

static void
luminal_welcome_dispose (GObject *object)
{
  LuminalWelcome *self = LUMINAL_WELCOME (object);

  g_clear_object (&self->recent);
  g_clear_pointer (&self->page, gtk_widget_unparent);

  G_OBJECT_CLASS (luminal_welcome_parent_class)->dispose (object);
}

static void
luminal_welcome_class_init (LuminalWelcomeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = luminal_welcome_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/ui/luminal-welcome.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalWelcome, page);
  gtk_widget_class_bind_template_child (widget_class, LuminalWelcome, samples);
  gtk_widget_class_bind_template_child (widget_class, LuminalWelcome, recent_box);
  gtk_widget_class_bind_template_child (widget_class, LuminalWelcome, recent_list);
}

static void
luminal_welcome_init (LuminalWelcome *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (self->samples, luminal_samples_are_there ());
}

GtkWidget *
luminal_welcome_new (void)
{
  return g_object_new (LUMINAL_TYPE_WELCOME, NULL);
}

/* @recent: a model of GFiles */
void
luminal_welcome_set_recent (LuminalWelcome *self,
                            GListModel     *recent)
{
  g_return_if_fail (LUMINAL_IS_WELCOME (self));
  g_return_if_fail (G_IS_LIST_MODEL (recent));

  if (!g_set_object (&self->recent, recent))
    return;

  gtk_list_box_bind_model (self->recent_list, recent, create_row, NULL, NULL);
  g_signal_connect_object (recent, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
