/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-window-private.h"

#include <glib/gi18n.h>

#include "luminal-look.h"
#include "luminal-photon-row.h"
#include "luminal-show-file.h"

/* From the list to the details of a photon and back. Side by side the details follow what
 * is selected; one after the other they are gone to, and left. */

static gboolean
is_folded (LuminalWindow *self)
{
  return adw_leaflet_get_folded (self->leaflet);
}

static gboolean
are_details_shown (LuminalWindow *self)
{
  return luminal_details_get_handler (self->details) != NULL &&
         (!is_folded (self) || adw_leaflet_get_visible_child (self->leaflet) == self->details_side);
}

/* What is folded away is not to be read out either. */
static void
update_accessible (LuminalWindow *self)
{
  GtkWidget *visible = adw_leaflet_get_visible_child (self->leaflet);
  GtkWidget *sides[] = { self->list_side, self->details_side };

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    gtk_accessible_update_state (GTK_ACCESSIBLE (sides[i]),
                                 GTK_ACCESSIBLE_STATE_HIDDEN,
                                 is_folded (self) && sides[i] != visible,
                                 -1);
}

/* Beside a page without photons there is nothing to tell the details of. Without them, the
 * buttons of the window are over the list. */
void
luminal_window_update_sides (LuminalWindow *self,
                             gboolean       has_photons)
{
  gboolean has_details = has_photons || luminal_details_get_handler (self->details) != NULL;

  gtk_widget_set_visible (self->separator, has_details);
  gtk_widget_set_visible (self->details_side, has_details);
  adw_header_bar_set_show_end_title_buttons (self->header, is_folded (self) || !has_details);
}

static void
folded_cb (LuminalWindow *self)
{
  adw_header_bar_set_show_end_title_buttons (self->header,
                                             is_folded (self) || !gtk_widget_get_visible (self->details_side));
  update_accessible (self);
}

void
luminal_window_show_details (LuminalWindow  *self,
                             LuminalHandler *handler)
{
  luminal_details_set_handler (self->details, handler);
  if (!is_folded (self))
    return;

  adw_leaflet_set_visible_child (self->leaflet, self->details_side);
  gtk_widget_grab_focus (GTK_WIDGET (self->details));
}

void
luminal_window_show_problem (LuminalWindow  *self,
                             LuminalHandler *handler)
{
  luminal_window_show_details (self, handler);
  luminal_details_show_problem (self->details);
}

/* A photon that somebody was told of elsewhere. Returns whether it is here. */
gboolean
luminal_window_show_photon (LuminalWindow *self,
                            GFile         *file,
                            const char    *name)
{
  LuminalLoader *loader = luminal_session_get_loader (self->session);
  LuminalHandler *handler = luminal_loader_lookup (loader, name);
  g_autoptr (GPtrArray) handlers = luminal_loader_lookup_file (loader, file);

  if (handler == NULL || !g_file_equal (luminal_handler_get_file (handler), file))
    handler = handlers != NULL && handlers->len > 0 ? handlers->pdata[0] : NULL;
  if (handler == NULL)
    return FALSE;

  gtk_window_present (GTK_WINDOW (self));
  luminal_window_show_problem (self, handler);

  return TRUE;
}

/* Returns whether the keyboard went there. */
gboolean
luminal_window_enter_details (LuminalWindow *self)
{
  return !is_folded (self) && luminal_details_get_handler (self->details) != NULL &&
         gtk_widget_child_focus (GTK_WIDGET (self->details), GTK_DIR_TAB_FORWARD);
}

static void
leave (LuminalWindow *self)
{
  adw_leaflet_set_visible_child (self->leaflet, self->list_side);
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

/* Alone in the window, the details are what keys are meant for. */
LuminalHandler *
luminal_window_get_current (LuminalWindow *self)
{
  LuminalHandler *selected = luminal_photon_list_get_current (self->list);
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));
  gboolean is_inside = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->details));

  if (are_details_shown (self) && (is_inside || is_folded (self) || selected == NULL))
    return luminal_details_get_handler (self->details);

  return selected;
}

/* What a person does */

static void
copy_error (LuminalWindow  *self,
            LuminalHandler *handler)
{
  g_autofree char *message = luminal_look_message (luminal_handler_get_error (handler));

  gtk_widget_activate_action (GTK_WIDGET (self), "win.copy", "s", message);
}

void
luminal_window_command (LuminalWindow  *self,
                        LuminalHandler *handler,
                        int             command)
{
  switch ((LuminalCommand) command)
    {
    case LUMINAL_COMMAND_START:
      luminal_session_start (self->session, handler);
      break;
    case LUMINAL_COMMAND_FORCE_STOP:
      luminal_session_force_stop (self->session, handler);
      break;
    case LUMINAL_COMMAND_STOP:
      luminal_session_stop (self->session, handler);
      break;
    case LUMINAL_COMMAND_LOAD:
      luminal_session_load (self->session, luminal_handler_get_file (handler));
      break;
    case LUMINAL_COMMAND_RELOAD:
      if (luminal_handler_get_status (handler) != LUMINAL_STATUS_UNLOADED)
        luminal_session_reload (self->session, handler);
      else
        luminal_session_load (self->session, luminal_handler_get_file (handler));
      break;
    case LUMINAL_COMMAND_UNLOAD:
      if (luminal_handler_get_status (handler) != LUMINAL_STATUS_UNLOADED)
        luminal_session_unload (self->session, handler);
      break;
    case LUMINAL_COMMAND_DETAILS:
      luminal_window_show_details (self, handler);
      break;
    case LUMINAL_COMMAND_OUTPUT:
      luminal_window_show_details (self, handler);
      luminal_details_show_output (self->details);
      break;
    case LUMINAL_COMMAND_COPY_PATH:
      gtk_widget_activate_action (GTK_WIDGET (self), "win.copy", "s", luminal_handler_get_filepath (handler));
      break;
    case LUMINAL_COMMAND_COPY_ERROR:
      copy_error (self, handler);
      break;
    case LUMINAL_COMMAND_SHOW_IN_FILES:
      luminal_show_file (GTK_WINDOW (self), luminal_handler_get_file (handler));
      break;
    case LUMINAL_COMMAND_CHOOSE:
    case LUMINAL_COMMAND_CHOOSE_RANGE:
    default:
      g_assert_not_reached ();
    }
}

static void
selected_cb (LuminalWindow  *self,
             LuminalHandler *handler)
{
  if (!is_folded (self))
    luminal_details_set_handler (self->details, handler);
}

static void
go_back_cb (LuminalWindow  *self,
            LuminalHandler *handler,
            guint           generation)
{
  luminal_session_revert (self->session, handler, generation);
}

static void
tag_cb (LuminalWindow *self,
        const char    *tag)
{
  g_autofree char *plain = g_strdelimit (g_strdup (tag), "\"", ' ');
  g_autofree char *search = g_strdup_printf (strpbrk (plain, " \t\n") != NULL ? "tag:\"%s\"" : "tag:%s",
                                             plain);

  luminal_window_search (self, search);
}

static void
details_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  LuminalWindow *self = LUMINAL_WINDOW (widget);
  LuminalHandler *handler = luminal_window_get_current (self);

  if (handler != NULL)
    luminal_window_show_details (self, handler);
}

static void
output_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  LuminalWindow *self = LUMINAL_WINDOW (widget);
  LuminalHandler *handler = luminal_window_get_current (self);

  if (handler == NULL)
    return;

  luminal_window_show_details (self, handler);
  luminal_details_show_output (self->details);
}

static void
copy_path_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  LuminalHandler *handler = luminal_window_get_current (LUMINAL_WINDOW (widget));

  if (handler != NULL)
    gtk_widget_activate_action (widget, "win.copy", "s", luminal_handler_get_filepath (handler));
}

static void
copy_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), g_variant_get_string (parameter, NULL));
  gtk_widget_activate_action (widget, "win.say", "s", _("Copied"));
}

static void
say_action (GtkWidget  *widget,
            const char *action_name,
            GVariant   *parameter)
{
  LuminalWindow *self = LUMINAL_WINDOW (widget);
  g_autofree char *markup = g_markup_escape_text (g_variant_get_string (parameter, NULL), -1);

  adw_toast_overlay_add_toast (self->toast_overlay, adw_toast_new (markup));
}

void
luminal_window_install_details (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.details", NULL, details_action);
  gtk_widget_class_install_action (widget_class, "win.output", NULL, output_action);
  gtk_widget_class_install_action (widget_class, "win.copy-path", NULL, copy_path_action);
  gtk_widget_class_install_action (widget_class, "win.copy", "s", copy_action);
  gtk_widget_class_install_action (widget_class, "win.say", "s", say_action);
}

void
luminal_window_set_up_details (LuminalWindow *self)
{
  luminal_details_set_sources (self->details,
                               luminal_session_get_loader (self->session),
                               luminal_session_get_outputs (self->session));

  g_signal_connect_object (self->list, "command",
                           G_CALLBACK (luminal_window_command), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "selected",
                           G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "tag",
                           G_CALLBACK (tag_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->details, "command",
                           G_CALLBACK (luminal_window_command), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->details, "go-back",
                           G_CALLBACK (go_back_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->details, "tag",
                           G_CALLBACK (tag_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->details, "leave",
                           G_CALLBACK (leave), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->leaflet, "notify::folded",
                           G_CALLBACK (folded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->leaflet, "notify::visible-child",
                           G_CALLBACK (update_accessible), self, G_CONNECT_SWAPPED);
}
