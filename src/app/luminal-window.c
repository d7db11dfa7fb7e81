/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-window-private.h"

#include <glib/gi18n.h>
#include <luminal.h>

#include "compat.h"
#include "luminal-look.h"
#include "luminal-settings.h"
#include "luminal-tally.h"
#include "luminal-words.h"

/* One folder's window. The session does the work; the window shows its state
 * as a page, its photons as a list and its events as toasts and a status line. */

#define BUSY_MS 500

G_DEFINE_FINAL_TYPE (LuminalWindow, luminal_window, ADW_TYPE_APPLICATION_WINDOW)

/* What is shown */

static void
update_busy (LuminalWindow *self)
{
  const char *tooltip = NULL;

  if (luminal_session_get_state (self->session) == LUMINAL_SESSION_SCANNING && luminal_window_has_photons (self))
    tooltip = _("Stop Loading; What Is Loaded Stays");
  else if (luminal_session_get_operating (self->session) && self->busy_id == 0)
    tooltip = _("Stop What Was Asked For; What Is Done Stays");

  luminal_status_line_set_busy (self->status_line, tooltip);
}

static gboolean
busy_cb (gpointer user_data)
{
  LuminalWindow *self = user_data;

  self->busy_id = 0;
  update_busy (self);

  return G_SOURCE_REMOVE;
}

/* What is over in a moment cannot be cancelled by anybody. */
static void
operating_cb (LuminalWindow *self)
{
  g_clear_handle_id (&self->busy_id, g_source_remove);
  if (luminal_session_get_operating (self->session))
    self->busy_id = g_timeout_add (BUSY_MS, busy_cb, self);
  update_busy (self);
}

static void
update_page (LuminalWindow *self)
{
  LuminalSessionState state = luminal_session_get_state (self->session);
  gboolean scanning = state == LUMINAL_SESSION_SCANNING;
  gboolean ready = luminal_window_has_photons (self);

  if (self->closing)
    return;

  luminal_photon_list_set_photons (
    self->list,
    ready || scanning ? G_LIST_MODEL (luminal_session_get_roster (self->session)) : NULL);

  luminal_window_show_page (self);

  if (!ready)
    gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  gtk_search_bar_set_key_capture_widget (self->search_bar, ready ? GTK_WIDGET (self) : NULL);
  gtk_widget_set_sensitive (self->search_button, ready);
  gtk_widget_set_visible (GTK_WIDGET (self->status_line), state != LUMINAL_SESSION_NO_FOLDER && (ready || !scanning));
  update_busy (self);
  luminal_window_update_sides (self, ready);
  if (!ready && !scanning && luminal_details_get_handler (self->details) == NULL)
    adw_leaflet_set_visible_child (self->leaflet, self->list_side);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.find", ready);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.reload", ready);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.reload-all", ready);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.next-problem", ready);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.previous-problem", ready);
  g_simple_action_set_enabled (self->choose, ready);
  gtk_widget_set_sensitive (GTK_WIDGET (self->sort_button), ready);
}

static void
update_news (LuminalWindow *self)
{
  gboolean watching = luminal_session_get_watching (self->session);
  LuminalLoader *loader = luminal_session_get_loader (self->session);
  const char *reason = watching ? luminal_loader_get_polling_reason (loader) : NULL;
  const char *state = watching ? _("Watching") : _("Not watching");
  g_autofree char *remark = NULL;
  g_autofree char *text = NULL;

  if (reason != NULL)
    {
      /* Translators: of a folder in which nobody tells of changes */
      state = _("Looked at every 2 s");
      /* Translators: the reason why, as a clause that begins in small letters */
      remark = g_strdup_printf (_("Changes are found by looking at the folder every 2 s, as %s."), reason);
    }
  luminal_status_line_set_remark (self->status_line, remark);

  if (self->closing)
    text = g_strdup (_("Stopping photons…"));
  else if (self->last_news != NULL)
    text = g_strdup_printf ("%s · %s", state, self->last_news);
  else
    text = g_strdup (state);

  luminal_status_line_set_news (self->status_line, text);
}

static void
update_counts (LuminalWindow *self)
{
  GListModel *photons = G_LIST_MODEL (luminal_session_get_roster (self->session));
  LuminalSessionState state = luminal_session_get_state (self->session);
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  LuminalTally tally;

  luminal_tally_count (&tally, photons);
  luminal_photon_list_states_changed (self->list);

  text = luminal_tally_to_text (&tally,
                                luminal_window_has_photons (self) ? luminal_photon_list_get_n_shown (self->list)
                                                   : tally.total);
  if (state == LUMINAL_SESSION_SCANNING)
    /* Translators: “128 photons”, so far */
    line = g_strdup_printf (_("Loading · %s"), text);
  luminal_status_line_set_count (self->status_line, line != NULL ? line : text);
  luminal_window_look_for_folder (self, &tally);
  luminal_window_update_banner (self, &tally);
  luminal_window_update_choice (self);
  if (self->scan_count != NULL)
    gtk_label_set_text (self->scan_count, state == LUMINAL_SESSION_SCANNING ? text : "");
}

static gboolean
update_cb (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       user_data)
{
  LuminalWindow *self = LUMINAL_WINDOW (widget);

  self->tick_id = 0;
  luminal_window_show_wanted (self);
  update_counts (self);
  update_news (self);
  if (luminal_session_get_state (self->session) == LUMINAL_SESSION_SCANNING)
    update_page (self);
  else if (luminal_window_has_photons (self) && !self->closing)
    luminal_window_show_page (self);

  return G_SOURCE_REMOVE;
}

void
luminal_window_queue_update (LuminalWindow *self)
{
  if (self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), update_cb, NULL, NULL);
}

static void
state_cb (LuminalWindow *self)
{
  luminal_window_folder_state_changed (self);
  update_page (self);
  luminal_window_queue_update (self);
}

static void
folder_cb (LuminalWindow *self)
{
  GFile *folder = luminal_session_get_folder (self->session);
  g_autofree char *name = folder != NULL ? luminal_words_folder_name (folder) : NULL;
  g_autofree char *path = folder != NULL ? luminal_words_folder_path (folder) : NULL;

  g_autofree char *window_title = NULL;

  /* Translators: the name of a folder, and that of the program */
  window_title = name != NULL ? g_strdup_printf (_("%s – Luminal"), name) : g_strdup (_("Luminal"));
  gtk_window_set_title (GTK_WINDOW (self), window_title);
  adw_window_title_set_subtitle (self->title, name != NULL ? name : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), path);
  luminal_toast_queue_clear (self->toasts);
  luminal_details_set_handler (self->details, NULL);
  adw_leaflet_set_visible_child (self->leaflet, self->list_side);
  g_clear_pointer (&self->last_news, g_free);
  luminal_window_queue_update (self);
}

/* What a person does */

static void
list_leave_cb (LuminalWindow    *self,
               GtkDirectionType  direction)
{
  if (direction == GTK_DIR_TAB_BACKWARD && gtk_search_bar_get_search_mode (self->search_bar))
    gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  else if (direction == GTK_DIR_TAB_FORWARD && luminal_photon_list_get_choosing (self->list))
    gtk_widget_child_focus (GTK_WIDGET (self->choice_bar), direction);
  else if (direction == GTK_DIR_TAB_BACKWARD || !luminal_window_enter_details (self))
    gtk_widget_child_focus (GTK_WIDGET (self->header), direction);
}

static void
search_changed_cb (LuminalWindow *self)
{
  luminal_photon_list_set_search (self->list, gtk_editable_get_text (self->search_entry));
  luminal_window_queue_update (self);
}

void
luminal_window_search (LuminalWindow *self,
                       const char    *search)
{
  adw_leaflet_set_visible_child (self->leaflet, self->list_side);
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_editable_set_text (self->search_entry, search);
  gtk_editable_set_position (self->search_entry, -1);
}

static void
search_stopped_cb (LuminalWindow *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
search_activated_cb (LuminalWindow *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
find_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  LuminalWindow *self = LUMINAL_WINDOW (widget);

  if (luminal_details_find (self->details))
    return;

  adw_leaflet_set_visible_child (self->leaflet, self->list_side);
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

static void
end_search_action (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  LuminalWindow *self = LUMINAL_WINDOW (widget);

  if (gtk_search_bar_get_search_mode (self->search_bar))
    search_stopped_cb (self);
}

static void
reset_search_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  LuminalWindow *self = LUMINAL_WINDOW (widget);

  gtk_editable_set_text (self->search_entry, "");
  search_changed_cb (self);
  search_stopped_cb (self);
}

static void
cancel_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  luminal_session_cancel (LUMINAL_WINDOW (widget)->session);
}

/* What a person wants is remembered. That a folder cannot be watched is shown,
 * and does not count as wanting. */
static void
watch_change_state_cb (LuminalWindow *self,
                       GVariant      *state)
{
  g_settings_set_boolean (self->settings, "watch", g_variant_get_boolean (state));
  luminal_session_set_watch (self->session, g_variant_get_boolean (state));
}

static void
watch_cb (LuminalWindow *self)
{
  g_simple_action_set_state (self->watch,
                             g_variant_new_boolean (luminal_session_get_watch (self->session)));
  luminal_window_queue_update (self);
}

static void
closed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (LuminalWindow) self = user_data;

  luminal_session_close_finish (LUMINAL_SESSION (source), result, NULL);
  gtk_window_destroy (GTK_WINDOW (self));
}

/* Some desktops show an icon. Until it is drawn in all its sizes, the window would not be. */
static gboolean
icon_cb (gpointer user_data)
{
  LuminalWindow *self = user_data;

  self->icon_id = 0;
  gtk_window_set_default_icon_name (APPLICATION_ID);
  gtk_window_set_icon_name (GTK_WINDOW (self), APPLICATION_ID);

  return G_SOURCE_REMOVE;
}

/* Until then it may have got a folder, and there is nothing to welcome anybody to. */
static void
luminal_window_show (GtkWidget *widget)
{
  LuminalWindow *self = LUMINAL_WINDOW (widget);

  update_page (self);
  if (gtk_window_get_icon_name (GTK_WINDOW (self)) == NULL && self->icon_id == 0)
    self->icon_id = g_idle_add (icon_cb, self);

  GTK_WIDGET_CLASS (luminal_window_parent_class)->show (widget);
}

/* Photons get to end what they began. Whoever closes a second time does not
 * want to wait for that. */
static gboolean
luminal_window_close_request (GtkWindow *window)
{
  LuminalWindow *self = LUMINAL_WINDOW (window);

  if (self->closing)
    return GDK_EVENT_PROPAGATE;

  self->closing = TRUE;
  g_clear_object (&self->notifier);

  /* That they go one by one is nothing to watch, and costs more than their going. */
  luminal_photon_list_set_photons (self->list, NULL);
  gtk_root_set_focus (GTK_ROOT (self), NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->stack), FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->details), FALSE);
  update_news (self);
  luminal_session_close_async (self->session, closed_cb, g_object_ref (self));

  return GDK_EVENT_STOP;
}

static void
luminal_window_dispose (GObject *object)
{
  LuminalWindow *self = LUMINAL_WINDOW (object);

  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  g_clear_handle_id (&self->busy_id, g_source_remove);
  g_clear_handle_id (&self->scan_id, g_source_remove);
  g_clear_handle_id (&self->icon_id, g_source_remove);
  g_clear_object (&self->watch);
  g_clear_object (&self->choose);
  g_clear_object (&self->notifier);
  g_clear_object (&self->folder_return);
  g_clear_object (&self->wanted_file);
  g_clear_object (&self->recent);
  g_clear_object (&self->toasts);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (luminal_window_parent_class)->dispose (object);
}

static void
luminal_window_finalize (GObject *object)
{
  LuminalWindow *self = LUMINAL_WINDOW (object);

  g_free (self->last_news);

  G_OBJECT_CLASS (luminal_window_parent_class)->finalize (object);
}

static void
luminal_window_class_init (LuminalWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = luminal_window_dispose;
  object_class->finalize = luminal_window_finalize;
  widget_class->show = luminal_window_show;
  GTK_WINDOW_CLASS (klass)->close_request = luminal_window_close_request;

  gtk_widget_class_install_action (widget_class, "win.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "win.find", NULL, find_action);
  gtk_widget_class_install_action (widget_class, "win.end-search", NULL, end_search_action);
  gtk_widget_class_install_action (widget_class, "win.reset-search", NULL, reset_search_action);

  g_type_ensure (LUMINAL_TYPE_COMPAT_BANNER);
  g_type_ensure (LUMINAL_TYPE_DETAILS);
  g_type_ensure (LUMINAL_TYPE_PHOTON_LIST);
  g_type_ensure (LUMINAL_TYPE_SIDE);
  g_type_ensure (LUMINAL_TYPE_STATUS_LINE);
  luminal_window_install_details (widget_class);
  luminal_window_install_list (widget_class);
  luminal_window_install_folders (widget_class);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/ui/luminal-window.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, title);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, header);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, search_button);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, sort_button);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, search_bar);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, list_box);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, primary_menu);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, sort_menu);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, recent_menu);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, list);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, status_line);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, list_side);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, separator);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, details_side);
  gtk_widget_class_bind_template_child (widget_class, LuminalWindow, details);
  gtk_widget_class_bind_template_callback (widget_class, list_leave_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
}

/* A menu is widgets by the dozen, for who opens it. */
static void
make_menu (GtkMenuButton *button,
           gpointer       menu)
{
  if (gtk_menu_button_get_menu_model (button) == NULL)
    gtk_menu_button_set_menu_model (button, menu);
}

static void
luminal_window_init (LuminalWindow *self)
{
  LuminalLoader *loader;

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, self->search_entry);
  gtk_menu_button_set_create_popup_func (self->menu_button, make_menu, self->primary_menu, NULL);
  gtk_menu_button_set_create_popup_func (self->sort_button, make_menu, self->sort_menu, NULL);

  self->session = luminal_session_new ();
  loader = luminal_session_get_loader (self->session);

  self->watch = g_simple_action_new_stateful ("watch", NULL, g_variant_new_boolean (TRUE));
  g_signal_connect_object (self->watch, "change-state",
                           G_CALLBACK (watch_change_state_cb), self, G_CONNECT_SWAPPED);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (self->watch));

  g_signal_connect_object (self->session, "notify::watch",
                           G_CALLBACK (watch_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::state",
                           G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::operating",
                           G_CALLBACK (operating_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::folder",
                           G_CALLBACK (folder_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (loader, "items-changed",
                           G_CALLBACK (luminal_window_queue_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (loader, "notify::watching",
                           G_CALLBACK (luminal_window_queue_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (loader, "notify::polling-reason",
                           G_CALLBACK (luminal_window_queue_update), self, G_CONNECT_SWAPPED);

  luminal_window_set_up_news (self);
  luminal_window_set_up_details (self);
  luminal_window_set_up_banner (self);
  luminal_window_set_up_drop (self);
}

GtkWidget *
luminal_window_new (GtkApplication *application,
                    GSettings      *settings)
{
  LuminalWindow *self;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (LUMINAL_TYPE_WINDOW, "application", application, NULL);
  self->settings = g_object_ref (settings);
  if (application != NULL)
    self->notifier = luminal_notifier_new (GTK_WINDOW (self), luminal_session_get_loader (self->session), settings);
  luminal_window_set_up_list (self);

  luminal_session_set_watch (self->session, g_settings_get_boolean (settings, "watch"));
  luminal_settings_bind_loader (settings, luminal_session_get_loader (self->session));
  luminal_settings_bind_window (settings, GTK_WINDOW (self), GTK_WIDGET (self->details));
  luminal_window_set_up_folders (self);

  return GTK_WIDGET (self);
}
