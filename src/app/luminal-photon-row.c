/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-photon-row.h"

#include <glib/gi18n.h>

#include "luminal-look.h"
#include "luminal-row-layout.h"
#include "luminal-row-tags.h"
#include "luminal-visible.h"

/* One photon in the list. It follows its handler's notifications and shows all
 * of them at once, in the next frame: a reload passes through ten phases in a
 * millisecond, and nobody could see them. */

/* What is over sooner is not shown to be under way, and what comes again sooner does not
 * flash again: a file may be saved a hundred times a second. */
#define BUSY_MILLISECONDS 150
#define FLASH_MICROSECONDS (1500 * 1000)

/* About as much of a name as anybody reads. */
#define NAME_LENGTH 200

struct _LuminalPhotonRow
{
  GtkWidget parent_instance;

  GtkWidget *check; /* only where photons are picked out */
  GtkImage *icon;
  GtkSpinner *spinner;
  GtkLabel *name;
  GtkLabel *detail;
  GtkImage *pinned;
  GtkImage *changed;
  LuminalRowTags *tags;
  GtkWidget *buttons;
  GtkButton *start;
  GtkButton *reload;
  GtkButton *unload;
  GtkButton *load;

  LuminalHandler *handler;
  gulong notify_id;
  guint tick_id;
  guint busy_id;
  gboolean is_busy;  /* as is shown */
  gboolean choosing;
  guint generation;
  gint64 last_flash;
  const char *icon_class;
  const char *flash_class;
};

enum
{
  PROP_0,
  PROP_HANDLER,
  N_PROPS
};

enum
{
  COMMAND,
  TAG,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalPhotonRow, luminal_photon_row, GTK_TYPE_WIDGET)

static void
set_accessible_label (gpointer    widget,
                      const char *text)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                  -1);
}

static void
replace_class (gpointer     widget,
               const char **current,
               const char  *name)
{
  if (g_strcmp0 (*current, name) == 0)
    return;

  if (*current != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (widget), *current);
  if (name != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (widget), name);
  *current = name;
}

static char *
describe_pinned (const char *cause)
{
  /* Translators: why a module cannot leave the process */
  return g_strdup_printf (_("Stays in memory until Luminal ends: %s"), cause);
}

static char *
describe_detail (LuminalHandler *handler)
{
  if (luminal_look_is_problem (luminal_look_of (handler)))
    {
      g_autofree char *message = luminal_look_message (luminal_handler_get_error (handler));
      g_autofree char *start = g_utf8_substring (message, 0, MIN (g_utf8_strlen (message, -1), 2000));

      return luminal_visible_text (start);
    }

  return g_filename_display_name (luminal_handler_get_filepath (handler));
}

/* Made when they are asked for: to set a tooltip's text costs a round trip to
 * the display server, and a list binds hundreds of rows at once. */
static char *
describe_part (LuminalPhotonRow *self,
               GtkWidget        *part)
{
  if (part == GTK_WIDGET (self->icon) || part == GTK_WIDGET (self->spinner))
    return luminal_look_describe (self->handler);
  if (part == GTK_WIDGET (self->detail))
    return describe_detail (self->handler);
  if (part == GTK_WIDGET (self->pinned))
    return describe_pinned (luminal_handler_get_pinned (self->handler));
  if (part == GTK_WIDGET (self->changed))
    return g_strdup (_("Its file changed since it was loaded"));
  if (part == GTK_WIDGET (self->tags))
    {
      g_autofree char *tags = g_strjoinv (", ", (char **) luminal_handler_get_tags (self->handler));

      return luminal_visible_line (tags, LUMINAL_VISIBLE_LENGTH, NULL);
    }
  if (part == GTK_WIDGET (self->start))
    return g_strdup (_("Start"));
  if (part == GTK_WIDGET (self->reload))
    return g_strdup (_("Reload"));
  if (part == GTK_WIDGET (self->unload))
    return g_strdup (_("Unload"));
  if (part == GTK_WIDGET (self->load))
    return g_strdup (_("Load"));

  return NULL;
}

static gboolean
luminal_photon_row_query_tooltip (GtkWidget  *widget,
                                  int         x,
                                  int         y,
                                  gboolean    keyboard,
                                  GtkTooltip *tooltip)
{
  LuminalPhotonRow *self = LUMINAL_PHOTON_ROW (widget);
  GtkWidget *part;

  if (self->handler == NULL || keyboard)
    return FALSE;

  for (part = gtk_widget_pick (widget, x, y, GTK_PICK_INSENSITIVE);
       part != NULL && part != widget;
       part = gtk_widget_get_parent (part))
    {
      g_autofree char *text = describe_part (self, part);
      graphene_rect_t bounds;

      if (text == NULL || !gtk_widget_compute_bounds (part, widget, &bounds))
        continue;

      gtk_tooltip_set_text (tooltip, text);
      gtk_tooltip_set_tip_area (tooltip,
                                &(GdkRectangle) { bounds.origin.x, bounds.origin.y,
                                                  bounds.size.width, bounds.size.height });
      return TRUE;
    }

  return FALSE;
}

static void
update_buttons (LuminalPhotonRow *self,
                LuminalLook       look,
                const char       *name)
{
  LuminalStatus status = luminal_handler_get_status (self->handler);
  gboolean is_gone = luminal_handler_get_file_missing (self->handler);
  gboolean is_loaded = status != LUMINAL_STATUS_UNLOADED;
  gboolean is_free = look != LUMINAL_LOOK_BUSY;
  g_autofree char *start = g_strdup_printf (_("Start %s"), name);
  g_autofree char *reload = g_strdup_printf (_("Reload %s"), name);
  g_autofree char *unload = g_strdup_printf (_("Unload %s"), name);
  g_autofree char *load = g_strdup_printf (_("Load %s"), name);

  set_accessible_label (self->start, start);
  set_accessible_label (self->reload, reload);
  set_accessible_label (self->unload, unload);
  set_accessible_label (self->load, load);

  gtk_widget_set_visible (GTK_WIDGET (self->start),
                          status == LUMINAL_STATUS_LOADED || status == LUMINAL_STATUS_STOPPED);
  gtk_widget_set_visible (GTK_WIDGET (self->unload), is_loaded);
  gtk_widget_set_visible (GTK_WIDGET (self->load), !is_loaded);

  gtk_widget_set_sensitive (GTK_WIDGET (self->start), is_free);
  gtk_widget_set_sensitive (GTK_WIDGET (self->reload), is_free && is_loaded && !is_gone);
  gtk_widget_set_sensitive (GTK_WIDGET (self->load), !is_gone);
}

/* A spinner that spins unseen would still paint 60 times a second. */
static void
update_spinner (LuminalPhotonRow *self)
{
  gboolean busy = self->handler != NULL && self->is_busy;

  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), !busy);
  gtk_spinner_set_spinning (self->spinner, busy && gtk_widget_get_mapped (GTK_WIDGET (self)));
}

/* The list's own widget for an item is what the keyboard walks over, so it is
 * the one that says what the row is. */
static void
update_accessible (LuminalPhotonRow *self,
                   const char       *name,
                   const char       *state,
                   const char       *detail)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *label = NULL;

  set_accessible_label (self->icon, state);
  set_accessible_label (self->spinner, state);

  if (item == NULL)
    return;

  /* Translators: the name of a photon and its state */
  label = g_strdup_printf (_("%s, %s"), name, state);
  gtk_accessible_update_property (GTK_ACCESSIBLE (item),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, detail,
                                  -1);
}

/* Shows that new code came to run; two classes with the same animation, as the
 * same one would not begin again. */
static void
update_flash (LuminalPhotonRow *self)
{
  guint generation = luminal_handler_get_generation (self->handler);
  gint64 now = g_get_monotonic_time ();

  if (generation > self->generation && self->generation > 0 && now - self->last_flash > FLASH_MICROSECONDS)
    {
      replace_class (self, &self->flash_class,
                     g_strcmp0 (self->flash_class, "flash-odd") == 0 ? "flash-even" : "flash-odd");
      self->last_flash = now;
    }
  self->generation = generation;
}

static void
set_class (gpointer    widget,
           const char *name,
           gboolean    has)
{
  if (has)
    gtk_widget_add_css_class (GTK_WIDGET (widget), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (widget), name);
}

static void
update (LuminalPhotonRow *self)
{
  LuminalLook look = luminal_look_of (self->handler);
  g_autofree char *state = luminal_look_describe (self->handler);
  g_autofree char *detail = luminal_look_detail (self->handler);
  g_autofree char *visible_detail = luminal_visible_line (detail, LUMINAL_VISIBLE_LENGTH, NULL);
  const char *full_name = luminal_handler_get_name (self->handler);
  g_autofree char *name = luminal_visible_line (full_name != NULL ? full_name : "", NAME_LENGTH, NULL);
  const char *pinned = luminal_handler_get_pinned (self->handler);

  self->is_busy = look == LUMINAL_LOOK_BUSY;
  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->detail, visible_detail);

  /* An error is what to read in its row. */
  set_class (self->detail, "dim-label", !luminal_look_is_problem (look));
  set_class (self, "stopped", luminal_look_is_dim (look));

  if (!self->is_busy)
    {
      gtk_image_set_from_icon_name (self->icon, luminal_look_get_icon_name (look));
      replace_class (self->icon, &self->icon_class, luminal_look_get_style_class (look));
    }

  gtk_widget_set_visible (GTK_WIDGET (self->pinned), pinned != NULL);
  if (pinned != NULL)
    {
      g_autofree char *why = describe_pinned (pinned);

      set_accessible_label (self->pinned, why);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->changed),
                          luminal_handler_get_changed_on_disk (self->handler) && look != LUMINAL_LOOK_GONE);

  luminal_row_tags_set_tags (self->tags, luminal_handler_get_tags (self->handler));
  update_buttons (self, look, name);
  update_spinner (self);
  update_accessible (self, name, state, visible_detail);
  update_flash (self);
}

static void queue_update (LuminalPhotonRow *self);

static gboolean
busy_cb (gpointer user_data)
{
  LuminalPhotonRow *self = user_data;

  /* It is so still. */
  self->busy_id = 0;
  self->is_busy = TRUE;
  queue_update (self);

  return G_SOURCE_REMOVE;
}

static gboolean
update_cb (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       user_data)
{
  LuminalPhotonRow *self = LUMINAL_PHOTON_ROW (widget);

  self->tick_id = 0;
  if (self->handler == NULL)
    return G_SOURCE_REMOVE;

  if (luminal_look_of (self->handler) != LUMINAL_LOOK_BUSY)
    g_clear_handle_id (&self->busy_id, g_source_remove);
  else if (!self->is_busy)
    {
      if (self->busy_id == 0)
        self->busy_id = g_timeout_add (BUSY_MILLISECONDS, busy_cb, self);
      return G_SOURCE_REMOVE;
    }

  update (self);
  return G_SOURCE_REMOVE;
}

static void
queue_update (LuminalPhotonRow *self)
{
  if (self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), update_cb, NULL, NULL);
}

static void
notify_cb (LuminalPhotonRow *self,
           GParamSpec       *pspec)
{
  if (luminal_look_depends_on (pspec))
    queue_update (self);
}

/* The list would take a click with Control for one that selects no row. */
static void
pressed_cb (LuminalPhotonRow *self,
            int               n_press,
            double            x,
            double            y,
            GtkGesture       *gesture)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  if ((state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) != 0)
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

/* Which of its tags is there. */
static const char *
find_tag (LuminalPhotonRow *self,
          double            x,
          double            y)
{
  int index = luminal_row_tags_find (self->tags,
                                     gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT));

  return index >= 0 ? luminal_handler_get_tags (self->handler)[index] : NULL;
}

/* A click anywhere but on a button; the list selects the row by itself. */
static void
released_cb (LuminalPhotonRow *self,
             int               n_press,
             double            x,
             double            y,
             GtkGesture       *gesture)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  LuminalCommand command = LUMINAL_COMMAND_DETAILS;
  const char *tag;

  if (self->handler == NULL || !gtk_widget_contains (GTK_WIDGET (self), x, y))
    return;

  if ((state & GDK_SHIFT_MASK) != 0)
    command = LUMINAL_COMMAND_CHOOSE_RANGE;
  else if ((state & GDK_CONTROL_MASK) != 0 || self->choosing)
    command = LUMINAL_COMMAND_CHOOSE;

  if (command == LUMINAL_COMMAND_DETAILS)
    {
      tag = find_tag (self, x, y);
      if (tag != NULL)
        g_signal_emit (self, signals[TAG], 0, tag);
      else if (n_press == 1)
        g_signal_emit (self, signals[COMMAND], 0, command);
    }
  else
    g_signal_emit (self, signals[COMMAND], 0, command);
}

static void
start_clicked_cb (LuminalPhotonRow *self)
{
  g_signal_emit (self, signals[COMMAND], 0, LUMINAL_COMMAND_START);
}

static void
reload_clicked_cb (LuminalPhotonRow *self)
{
  g_signal_emit (self, signals[COMMAND], 0, LUMINAL_COMMAND_RELOAD);
}

static void
unload_clicked_cb (LuminalPhotonRow *self)
{
  g_signal_emit (self, signals[COMMAND], 0, LUMINAL_COMMAND_UNLOAD);
}

static void
load_clicked_cb (LuminalPhotonRow *self)
{
  g_signal_emit (self, signals[COMMAND], 0, LUMINAL_COMMAND_LOAD);
}

static void
check_toggled_cb (LuminalPhotonRow *self)
{
  g_signal_emit (self, signals[COMMAND], 0, LUMINAL_COMMAND_CHOOSE);
}

/* GTK 4.8 offers no way to press a check button without seeing it. */
static void
choose_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  g_signal_emit (widget, signals[COMMAND], 0, LUMINAL_COMMAND_CHOOSE);
}

static void
luminal_photon_row_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (luminal_photon_row_parent_class)->map (widget);

  update_spinner (LUMINAL_PHOTON_ROW (widget));
}

static void
luminal_photon_row_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (luminal_photon_row_parent_class)->unmap (widget);

  gtk_spinner_set_spinning (LUMINAL_PHOTON_ROW (widget)->spinner, FALSE);
}

static void
luminal_photon_row_get_property (GObject    *object,
                                 guint       property_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_HANDLER:
      g_value_set_object (value, luminal_photon_row_get_handler (LUMINAL_PHOTON_ROW (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_photon_row_set_property (GObject      *object,
                                 guint         property_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  switch (property_id)
    {
    case PROP_HANDLER:
      luminal_photon_row_set_handler (LUMINAL_PHOTON_ROW (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_photon_row_dispose (GObject *object)
{
  LuminalPhotonRow *self = LUMINAL_PHOTON_ROW (object);
  GtkWidget *child;

  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  g_clear_handle_id (&self->busy_id, g_source_remove);
  g_clear_signal_handler (&self->notify_id, self->handler);
  g_clear_object (&self->handler);

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (luminal_photon_row_parent_class)->dispose (object);
}

static void
luminal_photon_row_class_init (LuminalPhotonRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = luminal_photon_row_get_property;
  object_class->set_property = luminal_photon_row_set_property;
  object_class->dispose = luminal_photon_row_dispose;
  widget_class->map = luminal_photon_row_map;
  widget_class->unmap = luminal_photon_row_unmap;
  widget_class->query_tooltip = luminal_photon_row_query_tooltip;

  properties[PROP_HANDLER] =
    g_param_spec_object ("handler", NULL, NULL, LUMINAL_TYPE_HANDLER,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* A button was pressed; the argument is a LuminalCommand. */
  signals[COMMAND] = g_signal_new ("command", LUMINAL_TYPE_PHOTON_ROW, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_INT);

  /* One of its tags was clicked: the tag. */
  signals[TAG] = g_signal_new ("tag", LUMINAL_TYPE_PHOTON_ROW, G_SIGNAL_RUN_LAST,
                               0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_install_action (widget_class, "row.choose", NULL, choose_action);
  gtk_widget_class_set_css_name (widget_class, "photon");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, LUMINAL_TYPE_ROW_LAYOUT);
  g_type_ensure (LUMINAL_TYPE_ROW_TAGS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/ui/luminal-photon-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, icon);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, name);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, detail);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, pinned);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, changed);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, tags);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, buttons);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, start);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, reload);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, unload);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, load);
  gtk_widget_class_bind_template_callback (widget_class, pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, released_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, reload_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, unload_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, load_clicked_cb);
}

static void
luminal_photon_row_init (LuminalPhotonRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
luminal_photon_row_new (void)
{
  return g_object_new (LUMINAL_TYPE_PHOTON_ROW, NULL);
}

LuminalHandler *
luminal_photon_row_get_handler (LuminalPhotonRow *self)
{
  g_return_val_if_fail (LUMINAL_IS_PHOTON_ROW (self), NULL);

  return self->handler;
}

void
luminal_photon_row_set_handler (LuminalPhotonRow *self,
                                LuminalHandler   *handler)
{
  g_return_if_fail (LUMINAL_IS_PHOTON_ROW (self));
  g_return_if_fail (handler == NULL || LUMINAL_IS_HANDLER (handler));

  if (self->handler == handler)
    return;

  g_clear_signal_handler (&self->notify_id, self->handler);
  g_set_object (&self->handler, handler);
  replace_class (self, &self->flash_class, NULL);
  g_clear_handle_id (&self->busy_id, g_source_remove);
  self->generation = 0;
  self->last_flash = 0;
  self->is_busy = FALSE;

  if (handler != NULL)
    {
      self->notify_id = g_signal_connect_object (handler, "notify",
                                                 G_CALLBACK (notify_cb), self, G_CONNECT_SWAPPED);
      update (self);
    }
  else
    update_spinner (self);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HANDLER]);
}

void
luminal_photon_row_set_choosing (LuminalPhotonRow *self,
                                 gboolean          choosing,
                                 gboolean          chosen)
{
  g_return_if_fail (LUMINAL_IS_PHOTON_ROW (self));

  self->choosing = choosing;
  gtk_widget_set_visible (self->buttons, !choosing);
  if (choosing && self->check == NULL)
    {
      self->check = gtk_check_button_new ();
      gtk_widget_set_valign (self->check, GTK_ALIGN_CENTER);
      gtk_widget_insert_after (self->check, GTK_WIDGET (self), NULL);
      g_signal_connect_object (self->check, "toggled",
                               G_CALLBACK (check_toggled_cb), self, G_CONNECT_SWAPPED);
    }
  if (self->check == NULL)
    return;

  gtk_widget_set_visible (self->check, choosing);
  if (choosing && self->handler != NULL)
    {
      const char *full_name = luminal_handler_get_name (self->handler);
      g_autofree char *name = luminal_visible_line (full_name != NULL ? full_name : "", NAME_LENGTH, NULL);
      g_autofree char *label = g_strdup_printf (_("Select %s"), name);

      set_accessible_label (self->check, label);
    }

  g_signal_handlers_block_by_func (self->check, check_toggled_cb, self);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->check), choosing && chosen);
  g_signal_handlers_unblock_by_func (self->check, check_toggled_cb, self);
}
