/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-overview.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "luminal-crash-view.h"
#include "luminal-fact-row.h"
#include "luminal-look.h"
#include "luminal-photon-row.h"
#include "luminal-pill-box.h"
#include "luminal-process-facts.h"
#include "luminal-visible.h"

/* What a photon is and how it is, with what can be done about that. It is brought up to
 * date by the details that it is part of, at most once a frame. */

struct _LuminalOverview
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GtkLabel *name;
  GtkImage *icon;
  GtkSpinner *spinner;
  GtkLabel *state;
  GtkLabel *note;
  GtkWidget *start;
  GtkWidget *stop;
  GtkWidget *load;
  GtkWidget *reload;
  GtkWidget *unload;
  GtkWidget *error_box;
  GtkLabel *error;
  LuminalCrashView *crash;
  LuminalFactRow *description;
  LuminalFactRow *author;
  LuminalFactRow *version;
  LuminalFactRow *tags_row;
  LuminalPillBox *tags;
  LuminalFactRow *checksum;
  LuminalFactRow *path;
  LuminalFactRow *mates_row;
  LuminalPillBox *mates;
  LuminalProcessFacts *process;

  LuminalHandler *handler;
  LuminalLoader *loader;
};

enum
{
  COMMAND,
  TAG,
  MATE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalOverview, luminal_overview, GTK_TYPE_WIDGET)

/* What is shown */

static char *
describe_note (LuminalHandler *handler,
               LuminalLook     look)
{
  if (luminal_handler_get_status (handler) == LUMINAL_STATUS_UNLOADED)
    return g_strdup (_("Its module was unloaded. What is told here is how it was last."));
  if (luminal_handler_get_changed_on_disk (handler))
    return g_strdup_printf (_("Generation %u is in use. Its file has another content now."),
                            luminal_handler_get_generation (handler));
  if (luminal_handler_get_generation (handler) > 0)
    return g_strdup_printf (_("Generation %u"), luminal_handler_get_generation (handler));

  return NULL;
}

static void
update_state (LuminalOverview *self,
              LuminalLook      look)
{
  g_autofree char *state = luminal_look_describe (self->handler);
  g_autofree char *note = describe_note (self->handler, look);
  gboolean is_busy = look == LUMINAL_LOOK_BUSY;
  const char *classes[] = { luminal_look_get_style_class (look), NULL };

  gtk_label_set_text (self->state, state);
  gtk_image_set_from_icon_name (self->icon, luminal_look_get_icon_name (look));
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), classes);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), !is_busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), is_busy);
  gtk_spinner_set_spinning (self->spinner, is_busy && gtk_widget_get_mapped (GTK_WIDGET (self)));
  gtk_label_set_text (self->note, note != NULL ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note), note != NULL);
}

static void
update_actions (LuminalOverview *self,
                LuminalLook      look)
{
  LuminalStatus status = luminal_handler_get_status (self->handler);
  gboolean is_there = status != LUMINAL_STATUS_UNLOADED;
  gboolean is_free = look != LUMINAL_LOOK_BUSY;
  gboolean is_running = status == LUMINAL_STATUS_RUNNING;
  gboolean can_start = status == LUMINAL_STATUS_LOADED || status == LUMINAL_STATUS_STOPPED ||
                       status == LUMINAL_STATUS_CRASHED;

  gtk_widget_set_visible (self->start, can_start);
  gtk_widget_set_visible (self->stop, is_running);
  gtk_widget_set_visible (self->load, !is_there);
  gtk_widget_set_visible (self->reload, is_there);
  gtk_widget_set_visible (self->unload, is_there);
  gtk_widget_set_sensitive (self->start, is_free);
  gtk_widget_set_sensitive (self->stop, is_free);
  gtk_widget_set_sensitive (self->reload, is_free);
}

static void
update_problems (LuminalOverview *self)
{
  const GError *error = luminal_handler_get_error (self->handler);
  g_autofree char *message = error != NULL ? luminal_look_message (error) : NULL;
  g_autofree char *text = message != NULL ? luminal_visible_start (message, 2 * LUMINAL_VISIBLE_LENGTH) : NULL;

  gtk_widget_set_visible (self->error_box, text != NULL);
  gtk_label_set_text (self->error, text != NULL ? text : "");
  luminal_crash_view_set_crash (self->crash, luminal_handler_get_crash (self->handler));
}

static void
update_mates (LuminalOverview *self)
{
  g_autoptr (GPtrArray) handlers =
    luminal_loader_lookup_file (self->loader, luminal_handler_get_file (self->handler));
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; handlers != NULL && i < handlers->len; i++)
    {
      if (handlers->pdata[i] != self->handler)
        g_ptr_array_add (names, (char *) luminal_handler_get_name (handlers->pdata[i]));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->mates_row), names->len > 0);
  g_ptr_array_add (names, NULL);
  luminal_pill_box_set_texts (self->mates, (const char *const *) names->pdata);
}

static void
update_facts (LuminalOverview *self)
{
  const char *const *tags = luminal_handler_get_tags (self->handler);
  const char *path = luminal_handler_get_filepath (self->handler);
  g_autofree char *shown_path = path != NULL ? g_filename_display_name (path) : NULL;
  gboolean is_known = luminal_handler_get_class_name (self->handler) != NULL;

  luminal_fact_row_set_value (self->description, luminal_handler_get_description (self->handler));
  luminal_fact_row_set_value (self->author, is_known ? luminal_handler_get_author (self->handler) : NULL);
  luminal_fact_row_set_value (self->version, is_known ? luminal_handler_get_version (self->handler) : NULL);
  luminal_fact_row_set_value (self->checksum, luminal_handler_get_checksum (self->handler));
  luminal_fact_row_set_value (self->path, shown_path);
  gtk_widget_set_visible (GTK_WIDGET (self->tags_row), tags != NULL && tags[0] != NULL);
  luminal_pill_box_set_texts (self->tags, tags);
  update_mates (self);
}

/* What a person does */

static void
ask (LuminalOverview *self,
     LuminalCommand   command)
{
  if (self->handler != NULL)
    g_signal_emit (self, signals[COMMAND], 0, command);
}

static void
start_cb (LuminalOverview *self)
{
  ask (self, LUMINAL_COMMAND_START);
}

static void
stop_cb (LuminalOverview *self)
{
  ask (self, LUMINAL_COMMAND_STOP);
}

static void
load_cb (LuminalOverview *self)
{
  ask (self, LUMINAL_COMMAND_LOAD);
}

static void
reload_cb (LuminalOverview *self)
{
  ask (self, LUMINAL_COMMAND_RELOAD);
}

static void
unload_cb (LuminalOverview *self)
{
  ask (self, LUMINAL_COMMAND_UNLOAD);
}

static void
copy_error_cb (LuminalOverview *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.copy", "s", gtk_label_get_text (self->error));
}

static void
show_in_files_cb (LuminalOverview *self)
{
  ask (self, LUMINAL_COMMAND_SHOW_IN_FILES);
}

static void
tag_clicked_cb (LuminalOverview *self,
                const char      *tag)
{
  g_signal_emit (self, signals[TAG], 0, tag);
}

static void
mate_clicked_cb (LuminalOverview *self,
                 const char      *name)
{
  g_signal_emit (self, signals[MATE], 0, name);
}

static void
luminal_overview_map (GtkWidget *widget)
{
  LuminalOverview *self = LUMINAL_OVERVIEW (widget);

  GTK_WIDGET_CLASS (luminal_overview_parent_class)->map (widget);

  gtk_spinner_set_spinning (self->spinner, gtk_widget_get_visible (GTK_WIDGET (self->spinner)));
}

static void
luminal_overview_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (luminal_overview_parent_class)->unmap (widget);

  gtk_spinner_set_spinning (LUMINAL_OVERVIEW (widget)->spinner, FALSE);
}

static void
luminal_overview_dispose (GObject *object)
{
  LuminalOverview *self = LUMINAL_OVERVIEW (object);

  g_clear_object (&self->handler);
  g_clear_object (&self->loader);
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);

  G_OBJECT_CLASS (luminal_overview_parent_class)->dispose (object);
}

static void
luminal_overview_class_init (LuminalOverviewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = luminal_overview_dispose;
  widget_class->map = luminal_overview_map;
  widget_class->unmap = luminal_overview_unmap;

  /* Something is asked of the photon: a LuminalCommand. */
  signals[COMMAND] = g_signal_new ("command", LUMINAL_TYPE_OVERVIEW, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  /* A tag was pressed, or the name of a photon of the same module. */
  signals[TAG] = g_signal_new ("tag", LUMINAL_TYPE_OVERVIEW, G_SIGNAL_RUN_LAST,
                               0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[MATE] = g_signal_new ("mate", LUMINAL_TYPE_OVERVIEW, G_SIGNAL_RUN_LAST,
                                0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (LUMINAL_TYPE_CRASH_VIEW);
  g_type_ensure (LUMINAL_TYPE_FACT_ROW);
  g_type_ensure (LUMINAL_TYPE_PILL_BOX);
  g_type_ensure (LUMINAL_TYPE_PROCESS_FACTS);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/ui/luminal-overview.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, scrolled);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, name);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, icon);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, spinner);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, state);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, note);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, start);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, stop);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, load);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, reload);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, unload);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, error_box);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, error);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, crash);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, description);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, author);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, version);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, tags_row);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, tags);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, checksum);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, path);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, mates_row);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, mates);
  gtk_widget_class_bind_template_child (widget_class, LuminalOverview, process);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, load_cb);
  gtk_widget_class_bind_template_callback (widget_class, reload_cb);
  gtk_widget_class_bind_template_callback (widget_class, unload_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_error_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_in_files_cb);
  gtk_widget_class_bind_template_callback (widget_class, tag_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, mate_clicked_cb);
}

static void
luminal_overview_init (LuminalOverview *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * luminal_overview_set_handler:
 * @self: the overview
 * @handler: (nullable): a photon
 * @loader: (nullable): where it is from
 */
void
luminal_overview_set_handler (LuminalOverview *self,
                              LuminalHandler  *handler,
                              LuminalLoader   *loader)
{
  GtkAdjustment *adjustment;

  g_return_if_fail (LUMINAL_IS_OVERVIEW (self));

  g_set_object (&self->loader, loader);
  if (!g_set_object (&self->handler, handler))
    return;

  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
  gtk_adjustment_set_value (adjustment, 0);
  luminal_process_facts_set_handler (self->process, handler);
  luminal_overview_update (self);
}

void
luminal_overview_update (LuminalOverview *self)
{
  LuminalLook look;
  g_autofree char *name = NULL;

  g_return_if_fail (LUMINAL_IS_OVERVIEW (self));

  if (self->handler == NULL)
    return;

  look = luminal_look_of (self->handler);
  name = luminal_visible_line (luminal_handler_get_name (self->handler), 200, NULL);
  gtk_label_set_text (self->name, name);
  update_state (self, look);
  update_actions (self, look);
  update_problems (self);
  update_facts (self);
}
