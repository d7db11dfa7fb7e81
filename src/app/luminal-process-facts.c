/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-process-facts.h"

#include <glib/gi18n.h>

#include "luminal-fact-row.h"
#include "luminal-look.h"
#include "luminal-words.h"

/* Where a photon runs, since when, and what that takes. The figures are read as long as
 * somebody can see them: while this is mapped, and its window is not minimized. */

struct _LuminalProcessFacts
{
  GtkWidget parent_instance;

  GtkWidget *list;
  LuminalFactRow *process;
  LuminalFactRow *pinned;
  LuminalFactRow *uptime;
  LuminalFactRow *memory;
  LuminalFactRow *cpu_time;

  LuminalHandler *handler;
  gulong notify_id;
  GdkSurface *surface;
  gulong surface_id;
  gboolean is_tracking;
  guint uptime_id;
};

G_DEFINE_FINAL_TYPE (LuminalProcessFacts, luminal_process_facts, GTK_TYPE_WIDGET)

static void update_uptime (LuminalProcessFacts *self);

static gboolean
uptime_cb (gpointer user_data)
{
  LuminalProcessFacts *self = user_data;

  self->uptime_id = 0;
  update_uptime (self);

  return G_SOURCE_REMOVE;
}

static void
update_uptime (LuminalProcessFacts *self)
{
  gint64 started_at = self->handler != NULL ? luminal_handler_get_started_at (self->handler) : 0;
  g_autofree char *text = NULL;
  guint next;

  g_clear_handle_id (&self->uptime_id, g_source_remove);
  if (started_at > 0)
    {
      text = luminal_words_uptime ((g_get_real_time () - started_at) / G_USEC_PER_SEC, &next);
      if (self->is_tracking)
        self->uptime_id = g_timeout_add_seconds (next, uptime_cb, self);
    }
  luminal_fact_row_set_value (self->uptime, text);
}

static void
update_figures (LuminalProcessFacts *self)
{
  guint64 memory = luminal_handler_get_memory_size (self->handler);
  gint64 cpu_time = luminal_handler_get_cpu_time (self->handler);
  gboolean is_known = luminal_handler_get_pid (self->handler) > 0 && memory > 0;
  g_autofree char *memory_text = is_known ? g_format_size_full (memory, G_FORMAT_SIZE_IEC_UNITS) : NULL;
  g_autofree char *cpu_text = is_known ? luminal_look_duration (cpu_time) : NULL;

  luminal_fact_row_set_value (self->memory, memory_text);
  luminal_fact_row_set_value (self->cpu_time, cpu_text);
}

static void
update_process (LuminalProcessFacts *self)
{
  LuminalStatus status = luminal_handler_get_status (self->handler);
  int pid = luminal_handler_get_pid (self->handler);
  g_autofree char *text = NULL;

  if (pid > 0)
    /* Translators: the number of a process */
    text = g_strdup_printf (_("A process of its own: %d"), pid);
  else if (status == LUMINAL_STATUS_RUNNING)
    text = g_strdup (_("The process of Luminal"));
  luminal_fact_row_set_value (self->process, text);
  luminal_fact_row_set_value (self->pinned, luminal_handler_get_pinned (self->handler));
}

static void
update (LuminalProcessFacts *self)
{
  if (self->handler == NULL)
    return;

  update_process (self);
  update_figures (self);
  update_uptime (self);

  /* A group of nothing is no group. */
  gtk_widget_set_visible (GTK_WIDGET (self),
                          luminal_handler_get_status (self->handler) == LUMINAL_STATUS_RUNNING ||
                            luminal_handler_get_pinned (self->handler) != NULL);
}

static void
notify_cb (LuminalProcessFacts *self,
           GParamSpec          *pspec)
{
  if (!luminal_look_depends_on (pspec))
    update_figures (self);
  else
    update (self);
}

/* Tracking */

static gboolean
can_be_seen (LuminalProcessFacts *self)
{
  return self->handler != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)) &&
         (self->surface == NULL ||
          (gdk_toplevel_get_state (GDK_TOPLEVEL (self->surface)) & GDK_TOPLEVEL_STATE_MINIMIZED) == 0);
}

static void
update_tracking (LuminalProcessFacts *self)
{
  gboolean wanted = can_be_seen (self);

  if (self->is_tracking == wanted)
    return;

  self->is_tracking = wanted;
  if (wanted)
    luminal_handler_track_resources (self->handler);
  else
    luminal_handler_untrack_resources (self->handler);
  update_uptime (self);
}

static void
stop_tracking (LuminalProcessFacts *self)
{
  if (self->is_tracking)
    luminal_handler_untrack_resources (self->handler);
  self->is_tracking = FALSE;
  g_clear_handle_id (&self->uptime_id, g_source_remove);
}

static void
luminal_process_facts_map (GtkWidget *widget)
{
  LuminalProcessFacts *self = LUMINAL_PROCESS_FACTS (widget);
  GdkSurface *surface = gtk_native_get_surface (gtk_widget_get_native (widget));

  GTK_WIDGET_CLASS (luminal_process_facts_parent_class)->map (widget);

  if (GDK_IS_TOPLEVEL (surface))
    {
      self->surface = g_object_ref (surface);
      self->surface_id = g_signal_connect_object (surface, "notify::state",
                                                  G_CALLBACK (update_tracking), self,
                                                  G_CONNECT_SWAPPED);
    }
  update_tracking (self);
}

static void
luminal_process_facts_unmap (GtkWidget *widget)
{
  LuminalProcessFacts *self = LUMINAL_PROCESS_FACTS (widget);

  GTK_WIDGET_CLASS (luminal_process_facts_parent_class)->unmap (widget);

  g_clear_signal_handler (&self->surface_id, self->surface);
  g_clear_object (&self->surface);
  update_tracking (self);
}

static void
luminal_process_facts_dispose (GObject *object)
{
  LuminalProcessFacts *self = LUMINAL_PROCESS_FACTS (object);

  stop_tracking (self);
  g_clear_signal_handler (&self->notify_id, self->handler);
  g_clear_object (&self->handler);
  g_clear_signal_handler (&self->surface_id, self->surface);
  g_clear_object (&self->surface);
  g_clear_pointer (&self->list, gtk_widget_unparent);

  G_OBJECT_CLASS (luminal_process_facts_parent_class)->dispose (object);
}

static void
luminal_process_facts_class_init (LuminalProcessFactsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = luminal_process_facts_dispose;
  widget_class->map = luminal_process_facts_map;
  widget_class->unmap = luminal_process_facts_unmap;

  g_type_ensure (LUMINAL_TYPE_FACT_ROW);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/ui/luminal-process-facts.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalProcessFacts, list);
  gtk_widget_class_bind_template_child (widget_class, LuminalProcessFacts, process);
  gtk_widget_class_bind_template_child (widget_class, LuminalProcessFacts, pinned);
  gtk_widget_class_bind_template_child (widget_class, LuminalProcessFacts, uptime);
  gtk_widget_class_bind_template_child (widget_class, LuminalProcessFacts, memory);
  gtk_widget_class_bind_template_child (widget_class, LuminalProcessFacts, cpu_time);
}

static void
luminal_process_facts_init (LuminalProcessFacts *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* @handler: (nullable) */
void
luminal_process_facts_set_handler (LuminalProcessFacts *self,
                                   LuminalHandler      *handler)
{
  g_return_if_fail (LUMINAL_IS_PROCESS_FACTS (self));

  if (self->handler == handler)
    return;

  stop_tracking (self);
  g_clear_signal_handler (&self->notify_id, self->handler);
  g_set_object (&self->handler, handler);
  if (handler != NULL)
    self->notify_id = g_signal_connect_object (handler, "notify",
                                               G_CALLBACK (notify_cb), self, G_CONNECT_SWAPPED);
  update (self);
  update_tracking (self);
}
