/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-window-private.h"

#include <glib/gi18n.h>

#include "luminal-look.h"
#include "luminal-visible.h"

/* What weighs most of all that is wrong, and what can be done about it. */

typedef enum
{
  BANNER_NONE,
  BANNER_FOLDER_GONE,
  BANNER_WATCH_LOST,
  BANNER_CRASHED,
  BANNER_FAILED,
  BANNER_CHANGED,
} Banner;

static Banner
choose_banner (LuminalWindow      *self,
               const LuminalTally *tally)
{
  if (self->is_folder_gone && tally->gone > 0)
    return BANNER_FOLDER_GONE;
  /* Of a folder that cannot be opened at all, its page tells. */
  if (luminal_session_get_watch_lost (self->session) &&
      luminal_session_get_state (self->session) != LUMINAL_SESSION_UNAVAILABLE)
    return BANNER_WATCH_LOST;
  if (tally->crashed > 0)
    return BANNER_CRASHED;
  if (tally->failed > 0)
    return BANNER_FAILED;
  if (tally->changed > 0 && !luminal_session_get_watching (self->session))
    return BANNER_CHANGED;

  return BANNER_NONE;
}

static LuminalHandler *
find_crashed (LuminalWindow *self)
{
  GListModel *photons = G_LIST_MODEL (luminal_session_get_roster (self->session));

  for (guint i = 0; i < g_list_model_get_n_items (photons); i++)
    {
      g_autoptr (LuminalHandler) handler = g_list_model_get_item (photons, i);

      /* The list keeps it. */
      if (luminal_look_of (handler) == LUMINAL_LOOK_CRASHED)
        return handler;
    }

  return NULL;
}

static char *
describe_crashed (LuminalWindow *self,
                  guint          n_crashed)
{
  LuminalHandler *handler = n_crashed == 1 ? find_crashed (self) : NULL;
  g_autofree char *name = NULL;

  if (handler == NULL)
    return g_strdup_printf (ngettext ("%u photon crashed", "%u photons crashed", n_crashed), n_crashed);

  name = luminal_visible_line (luminal_handler_get_name (handler), 100, NULL);
  /* Translators: the name of a photon */
  return g_strdup_printf (_("“%s” crashed"), name);
}

static void
show_banner (LuminalWindow *self,
             const char    *title,
             const char    *button)
{
  luminal_compat_banner_set_title (self->banner, title);
  luminal_compat_banner_set_button_label (self->banner, button);
  luminal_compat_banner_set_revealed (self->banner, TRUE);
}

static gboolean
shows_failed (LuminalWindow *self)
{
  return g_str_equal (luminal_photon_list_get_search (self->list), "status:failed");
}

void
luminal_window_update_banner (LuminalWindow      *self,
                              const LuminalTally *tally)
{
  g_autofree char *title = NULL;
  g_autofree char *button = NULL;

  self->shown_banner = choose_banner (self, tally);
  switch ((Banner) self->shown_banner)
    {
    case BANNER_FOLDER_GONE:
      show_banner (self, _("The folder is gone. What was loaded from it runs on."), _("Re_try"));
      break;
    case BANNER_WATCH_LOST:
      show_banner (self, _("Changes in the folder are not noticed."), _("Watch _Again"));
      break;
    case BANNER_CRASHED:
      title = describe_crashed (self, tally->crashed);
      show_banner (self, title, _("Re_start"));
      break;
    case BANNER_FAILED:
      title = g_strdup_printf (ngettext ("%u photon failed", "%u photons failed", tally->failed),
                               tally->failed);
      show_banner (self, title, shows_failed (self) ? _("Show _All") : _("Show _Failed"));
      break;
    case BANNER_CHANGED:
      title = g_strdup_printf (ngettext ("%u photon changed on disk", "%u photons changed on disk",
                                         tally->changed),
                               tally->changed);
      button = g_strdup_printf (_("Reload _Changed (%u)"), tally->changed);
      show_banner (self, title, button);
      break;
    case BANNER_NONE:
    default:
      luminal_compat_banner_set_revealed (self->banner, FALSE);
    }
}

static gboolean
is_changed (LuminalHandler *handler)
{
  return luminal_handler_get_changed_on_disk (handler) && !luminal_handler_get_file_missing (handler);
}

static void
restart_crashed (LuminalWindow *self)
{
  GListModel *photons = G_LIST_MODEL (luminal_session_get_roster (self->session));
  g_autoptr (GPtrArray) crashed = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (photons); i++)
    {
      g_autoptr (LuminalHandler) handler = g_list_model_get_item (photons, i);

      if (luminal_look_of (handler) == LUMINAL_LOOK_CRASHED)
        g_ptr_array_add (crashed, g_steal_pointer (&handler));
    }

  luminal_session_start_several (self->session, crashed);
}

static void
clicked_cb (LuminalWindow *self)
{
  switch ((Banner) self->shown_banner)
    {
    case BANNER_FOLDER_GONE:
      gtk_widget_activate_action (GTK_WIDGET (self), "win.retry", NULL);
      break;
    case BANNER_WATCH_LOST:
      luminal_session_set_watch (self->session, TRUE);
      break;
    case BANNER_CRASHED:
      restart_crashed (self);
      break;
    case BANNER_FAILED:
      if (shows_failed (self))
        gtk_widget_activate_action (GTK_WIDGET (self), "win.reset-search", NULL);
      else
        luminal_window_search (self, "status:failed");
      break;
    case BANNER_CHANGED:
      luminal_session_reload_each (self->session, G_LIST_MODEL (luminal_session_get_roster (self->session)),
                                   is_changed);
      break;
    case BANNER_NONE:
    default:
      break;
    }
}

static void
folder_looked_up_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (LuminalWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  self->is_folder_gone = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  luminal_window_queue_update (self);
}

/* Where files are gone, the folder may be. */
void
luminal_window_look_for_folder (LuminalWindow      *self,
                                const LuminalTally *tally)
{
  GFile *folder = luminal_session_get_folder (self->session);

  if (tally->gone == self->n_gone || folder == NULL)
    return;

  self->n_gone = tally->gone;
  g_file_query_info_async (folder, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT,
                           NULL, folder_looked_up_cb, g_object_ref (self));
}

void
luminal_window_set_up_banner (LuminalWindow *self)
{
  g_signal_connect_object (self->banner, "button-clicked",
                           G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
}
