/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-window-private.h"

#include <glib/gi18n.h>

#include "luminal-look.h"

/* What is done with the list as a whole: its order, the photons that are picked out of it,
 * the way from one problem to the next. */

/* Those that are picked out, or the current one alone. */
static GPtrArray *
list_chosen (LuminalWindow *self)
{
  LuminalHandler *current;
  GPtrArray *handlers;

  if (luminal_photon_list_get_choosing (self->list))
    return luminal_choice_list (luminal_photon_list_get_choice (self->list));

  handlers = g_ptr_array_new_with_free_func (g_object_unref);
  current = luminal_window_get_current (self);
  if (current != NULL)
    g_ptr_array_add (handlers, g_object_ref (current));

  return handlers;
}

static void
chosen_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  LuminalWindow *self = LUMINAL_WINDOW (widget);
  g_autoptr (GPtrArray) handlers = list_chosen (self);

  if (g_str_equal (action_name, "win.chosen-reload"))
    luminal_session_reload_several (self->session, handlers);
  else if (g_str_equal (action_name, "win.chosen-start"))
    luminal_session_start_several (self->session, handlers);
  else if (g_str_equal (action_name, "win.chosen-stop"))
    luminal_session_stop_several (self->session, handlers);
  else
    luminal_session_unload_several (self->session, handlers);
}

static void
reload_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  LuminalWindow *self = LUMINAL_WINDOW (widget);
  LuminalHandler *handler = luminal_window_get_current (self);

  if (luminal_photon_list_get_choosing (self->list))
    chosen_action (widget, "win.chosen-reload", NULL);
  else if (handler != NULL && luminal_handler_get_phase (handler) == LUMINAL_PHASE_NONE)
    luminal_window_command (self, handler, LUMINAL_COMMAND_RELOAD);
}

static void
reload_all_action (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  LuminalWindow *self = LUMINAL_WINDOW (widget);

  luminal_session_reload_each (self->session, luminal_photon_list_get_shown (self->list), NULL);
}

static void
choose_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  LuminalWindow *self = LUMINAL_WINDOW (widget);
  LuminalChoice *choice = luminal_photon_list_get_choice (self->list);
  GListModel *shown = luminal_photon_list_get_shown (self->list);

  luminal_photon_list_set_choosing (self->list, TRUE);
  if (g_str_equal (action_name, "win.choose-all"))
    luminal_choice_add_all (choice, shown);
  else if (g_str_equal (action_name, "win.choose-others"))
    luminal_choice_invert (choice, shown);
  else
    luminal_choice_clear (choice);
}

static void
problem_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  LuminalWindow *self = LUMINAL_WINDOW (widget);
  int step = g_str_equal (action_name, "win.next-problem") ? 1 : -1;

  adw_leaflet_set_visible_child (self->leaflet, self->list_side);
  if (!luminal_photon_list_go_to_problem (self->list, step))
    gtk_widget_activate_action (widget, "win.say", "s", _("No photon has a problem"));
}

static void
row_menu_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  luminal_photon_list_popup_menu (LUMINAL_WINDOW (widget)->list);
}

static void
help_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (RESOURCE_PATH "/ui/luminal-help.ui");
  GtkWindow *help = GTK_WINDOW (gtk_builder_get_object (builder, "help"));

  gtk_window_set_transient_for (help, GTK_WINDOW (widget));
  gtk_window_present (help);
}

/* GTK would make it with every window, if it were named as GTK expects. */
static void
show_shortcuts_cb (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  GtkApplicationWindow *window = user_data;

  if (gtk_application_window_get_help_overlay (window) == NULL)
    {
      g_autoptr (GtkBuilder) builder =
        gtk_builder_new_from_resource (RESOURCE_PATH "/ui/luminal-shortcuts.ui");
      GObject *shortcuts = gtk_builder_get_object (builder, "shortcuts");

      gtk_application_window_set_help_overlay (window, GTK_SHORTCUTS_WINDOW (shortcuts));
    }

  gtk_window_present (GTK_WINDOW (gtk_application_window_get_help_overlay (window)));
}

/* Under the name that GTK's own action has. */
static const GActionEntry entries[] = {
  { .name = "show-help-overlay", .activate = show_shortcuts_cb },
};

/* How many of those are picked out a search hides. */
static guint
count_hidden (LuminalWindow *self)
{
  LuminalChoice *choice = luminal_photon_list_get_choice (self->list);
  GListModel *shown = luminal_photon_list_get_shown (self->list);
  guint n_seen = 0;

  for (guint i = 0; i < g_list_model_get_n_items (shown); i++)
    {
      g_autoptr (LuminalHandler) handler = g_list_model_get_item (shown, i);

      n_seen += luminal_choice_has (choice, handler);
    }

  return luminal_choice_get_n (choice) - n_seen;
}

static void
make_choice_bar (LuminalWindow *self)
{
  GtkWidget *bar = luminal_choice_bar_new ();

  self->choice_bar = LUMINAL_CHOICE_BAR (bar);
  gtk_box_insert_child_after (self->list_box, bar, GTK_WIDGET (self->stack));
  g_object_bind_property (self->list, "choosing", bar, "revealed", G_BINDING_SYNC_CREATE);
}

void
luminal_window_update_choice (LuminalWindow *self)
{
  static const char *const actions[] = {
    "win.chosen-reload",
    "win.chosen-start",
    "win.chosen-stop",
    "win.chosen-unload",
  };
  guint n_chosen = luminal_choice_get_n (luminal_photon_list_get_choice (self->list));

  if (!luminal_photon_list_get_choosing (self->list))
    return;
  if (self->choice_bar == NULL)
    make_choice_bar (self);

  luminal_choice_bar_set_count (self->choice_bar, n_chosen, n_chosen > 0 ? count_hidden (self) : 0);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i], n_chosen > 0);
}

static void
choose_change_state_cb (LuminalWindow *self,
                        GVariant      *state)
{
  luminal_photon_list_set_choosing (self->list, g_variant_get_boolean (state));
}

static void
choosing_cb (LuminalWindow *self)
{
  g_simple_action_set_state (self->choose,
                             g_variant_new_boolean (luminal_photon_list_get_choosing (self->list)));
  luminal_window_update_choice (self);
}

static void
sort_cb (LuminalWindow *self)
{
  luminal_photon_list_set_order (self->list, (LuminalOrder) g_settings_get_enum (self->settings, "sort"));
}

void
luminal_window_install_list (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.reload", NULL, reload_action);
  gtk_widget_class_install_action (widget_class, "win.reload-all", NULL, reload_all_action);
  gtk_widget_class_install_action (widget_class, "win.choose-all", NULL, choose_action);
  gtk_widget_class_install_action (widget_class, "win.choose-none", NULL, choose_action);
  gtk_widget_class_install_action (widget_class, "win.choose-others", NULL, choose_action);
  gtk_widget_class_install_action (widget_class, "win.chosen-reload", NULL, chosen_action);
  gtk_widget_class_install_action (widget_class, "win.chosen-start", NULL, chosen_action);
  gtk_widget_class_install_action (widget_class, "win.chosen-stop", NULL, chosen_action);
  gtk_widget_class_install_action (widget_class, "win.chosen-unload", NULL, chosen_action);
  gtk_widget_class_install_action (widget_class, "win.next-problem", NULL, problem_action);
  gtk_widget_class_install_action (widget_class, "win.previous-problem", NULL, problem_action);
  gtk_widget_class_install_action (widget_class, "win.row-menu", NULL, row_menu_action);
  gtk_widget_class_install_action (widget_class, "win.help", NULL, help_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "win.row-menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "win.row-menu", NULL);
}

/* Needs the settings. */
void
luminal_window_set_up_list (LuminalWindow *self)
{
  g_autoptr (GAction) sort = g_settings_create_action (self->settings, "sort");

  self->choose = g_simple_action_new_stateful ("choose", NULL, g_variant_new_boolean (FALSE));
  g_signal_connect_object (self->choose, "change-state",
                           G_CALLBACK (choose_change_state_cb), self, G_CONNECT_SWAPPED);
  g_action_map_add_action (G_ACTION_MAP (self), sort);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (self->choose));
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);

  g_signal_connect_object (self->list, "stale",
                           G_CALLBACK (luminal_window_queue_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::sort",
                           G_CALLBACK (sort_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "notify::choosing",
                           G_CALLBACK (choosing_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (luminal_photon_list_get_choice (self->list), "changed",
                           G_CALLBACK (luminal_window_update_choice), self, G_CONNECT_SWAPPED);
  sort_cb (self);
}
