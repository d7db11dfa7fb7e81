/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-window-private.h"

#include <glib/gi18n.h>

#include "luminal-error-dialog.h"
#include "luminal-look.h"
#include "luminal-words.h"

/* What happens: told in toasts as long as it is a single event or a problem, and the last of it
 * in the status line. */

static void
event_cb (LuminalWindow *self,
          LuminalEvent  *event)
{
  LuminalEventKind kind = luminal_event_get_kind (event);
  LuminalHandler *handler = luminal_event_get_handler (event);
  const GError *error = luminal_event_get_error (event);
  g_autofree char *file_name = NULL;
  const char *name = luminal_event_get_photon (event);
  char *news;

  if (kind == LUMINAL_EVENT_OUTPUT || self->closing)
    return;

  file_name = luminal_look_file_name (luminal_event_get_file (event));
  if (name == NULL)
    name = file_name;

  if (kind == LUMINAL_EVENT_FAILED)
    luminal_toast_queue_add_problem (self->toasts, LUMINAL_PROBLEM_FAILED, name, handler, error);
  else if (kind == LUMINAL_EVENT_ROLLED_BACK)
    luminal_toast_queue_add_problem (self->toasts, LUMINAL_PROBLEM_ROLLED_BACK, name, handler, error);
  else if (kind == LUMINAL_EVENT_CRASHED)
    luminal_toast_queue_add_problem (self->toasts, LUMINAL_PROBLEM_CRASHED, name, handler, error);

  news = luminal_words_event (event);
  if (news != NULL)
    {
      g_free (self->last_news);
      self->last_news = news;
    }

  luminal_window_queue_update (self);
}

static void
problem_cb (LuminalWindow *self,
            const char    *name,
            const GError  *error)
{
  LuminalHandler *handler =
    name != NULL ? luminal_loader_lookup (luminal_session_get_loader (self->session), name) : NULL;

  if (!self->closing)
    luminal_toast_queue_add_problem (self->toasts, LUMINAL_PROBLEM_FAILED, name, handler, error);
}

static void
unloaded_cb (LuminalWindow *self,
             const char    *name,
             GFile         *file)
{
  if (!self->closing)
    luminal_toast_queue_add_unloaded (self->toasts, name, file);
}

static void
stopped_cb (LuminalWindow  *self,
            LuminalHandler *handler)
{
  if (!self->closing)
    luminal_toast_queue_add_stopped (self->toasts, handler);
}

static void
vanished_cb (LuminalWindow *self,
             const char    *name)
{
  if (!self->closing)
    luminal_toast_queue_add_vanished (self->toasts, name);
}

static void
undo_cb (LuminalWindow  *self,
         GFile          *file,
         LuminalHandler *handler)
{
  if (handler == NULL)
    luminal_session_load (self->session, file);
  else if (luminal_handler_get_status (handler) == LUMINAL_STATUS_STOPPED)
    luminal_session_start (self->session, handler);
}

/* Of one photon, its details say more than any dialog could. */
static void
details_cb (LuminalWindow  *self,
            const char     *heading,
            const char     *text,
            LuminalHandler *handler)
{
  if (handler != NULL && luminal_handler_get_status (handler) != LUMINAL_STATUS_UNLOADED)
    luminal_window_show_problem (self, handler);
  else
    gtk_window_present (luminal_error_dialog_new (GTK_WINDOW (self), heading, text));
}

void
luminal_window_set_up_news (LuminalWindow *self)
{
  self->toasts = luminal_toast_queue_new (self->toast_overlay);

  g_signal_connect_object (self->session, "problem",
                           G_CALLBACK (problem_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "unloaded",
                           G_CALLBACK (unloaded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "stopped",
                           G_CALLBACK (stopped_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "vanished",
                           G_CALLBACK (vanished_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (luminal_session_get_loader (self->session), "event",
                           G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->toasts, "undo",
                           G_CALLBACK (undo_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->toasts, "details",
                           G_CALLBACK (details_cb), self, G_CONNECT_SWAPPED);
}
