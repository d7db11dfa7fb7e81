/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-window-private.h"

#include <glib/gi18n.h>

#include "luminal-look.h"
#include "luminal-pages.h"
#include "luminal-words.h"

/* What a window shows where its list is, or instead of that. A page is made when it is first
 * to be seen: what else is there to be drawn would be waited for at the start. */

/* A scan that is over at once is not worth a flash of its page. */
#define SCAN_MS 300

/* A status page takes markup, and a folder may be called anything. */
static void
describe_page (GtkWidget  *page,
               const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_status_page_set_description (ADW_STATUS_PAGE (page), escaped);
}

static char *
get_path (LuminalWindow *self)
{
  GFile *folder = luminal_session_get_folder (self->session);

  return folder != NULL ? luminal_words_folder_path (folder) : g_strdup ("");
}

static void
describe_empty (LuminalWindow *self,
                GtkWidget     *page)
{
  g_autofree char *path = get_path (self);

  describe_page (page, path);
}

static void
describe_unavailable (LuminalWindow *self,
                      GtkWidget     *page)
{
  const GError *error = luminal_session_get_error (self->session);
  g_autofree char *path = get_path (self);
  g_autofree char *text = NULL;
  const char *title;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      title = _("Loading Was Cancelled");
      text = g_strdup (path);
    }
  else if (luminal_window_is_gone (error))
    {
      title = _("Folder Is Gone");
      text = g_strdup_printf ("%s\n%s", path, _("It is opened again as soon as it is back."));
    }
  else
    {
      g_autofree char *message = luminal_look_message (error);

      title = _("Folder Cannot Be Opened");
      text = g_strdup_printf ("%s\n%s", path, message);
    }

  adw_status_page_set_title (ADW_STATUS_PAGE (page), title);
  describe_page (page, text);
}

/* Returns: (transfer full) */
static GtkWidget *
make_page (LuminalWindow *self,
           const char    *name)
{
  const char *ids[] = { name, NULL };
  g_autoptr (GtkBuilder) builder = NULL;
  g_autoptr (GError) error = NULL;

  if (g_str_equal (name, "no-folder"))
    {
      GtkWidget *welcome = luminal_welcome_new ();

      luminal_welcome_set_recent (LUMINAL_WELCOME (welcome), G_LIST_MODEL (self->recent));
      return g_object_ref_sink (welcome);
    }

  builder = gtk_builder_new ();
  if (!gtk_builder_add_objects_from_resource (builder, RESOURCE_PATH "/ui/luminal-window-pages.ui", ids, &error))
    g_error ("%s", error->message);

  if (g_str_equal (name, "scanning"))
    {
      self->scan_spinner = GTK_SPINNER (gtk_builder_get_object (builder, "scan_spinner"));
      self->scan_count = GTK_LABEL (gtk_builder_get_object (builder, "scan_count"));
    }

  return g_object_ref (GTK_WIDGET (gtk_builder_get_object (builder, name)));
}

static GtkWidget *
get_page (LuminalWindow *self,
          const char    *name)
{
  g_autoptr (GtkWidget) made = NULL;
  GtkWidget *page = gtk_stack_get_child_by_name (self->stack, name);

  if (page != NULL)
    return page;

  made = make_page (self, name);
  gtk_stack_add_named (self->stack, made, name);

  return made;
}

static void
show_page (LuminalWindow *self,
           const char    *name)
{
  get_page (self, name);
  luminal_pages_show (self->stack, name);
  if (self->scan_spinner != NULL)
    gtk_spinner_set_spinning (self->scan_spinner, g_str_equal (name, "scanning"));
}

static gboolean
scan_cb (gpointer user_data)
{
  LuminalWindow *self = user_data;

  self->scan_id = 0;
  show_page (self, "scanning");
  luminal_window_queue_update (self);

  return G_SOURCE_REMOVE;
}

static void
show_scanning (LuminalWindow *self)
{
  if (self->scan_id != 0 || g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "scanning") == 0)
    return;

  show_page (self, "blank");
  self->scan_id = g_timeout_add (SCAN_MS, scan_cb, self);
}

/* A photon that takes its time is not to hide those that are there already. */
gboolean
luminal_window_has_photons (LuminalWindow *self)
{
  LuminalSessionState state = luminal_session_get_state (self->session);

  return state == LUMINAL_SESSION_READY ||
         (state == LUMINAL_SESSION_SCANNING &&
          g_list_model_get_n_items (G_LIST_MODEL (luminal_session_get_roster (self->session))) > 0);
}

/* Shows what there is to be seen of the folder. */
void
luminal_window_show_page (LuminalWindow *self)
{
  LuminalSessionState state = luminal_session_get_state (self->session);
  gboolean has_photons = luminal_window_has_photons (self);

  if (state == LUMINAL_SESSION_SCANNING && !has_photons)
    {
      show_scanning (self);
      return;
    }

  g_clear_handle_id (&self->scan_id, g_source_remove);
  switch (state)
    {
    case LUMINAL_SESSION_SCANNING:
    case LUMINAL_SESSION_READY:
      show_page (self, luminal_photon_list_get_n_shown (self->list) > 0 ? "photons" : "nothing");
      break;
    case LUMINAL_SESSION_EMPTY:
      describe_empty (self, get_page (self, "empty"));
      show_page (self, "empty");
      break;
    case LUMINAL_SESSION_UNAVAILABLE:
      describe_unavailable (self, get_page (self, "unavailable"));
      show_page (self, "unavailable");
      break;
    case LUMINAL_SESSION_NO_FOLDER:
    default:
      show_page (self, "no-folder");
    }
}
