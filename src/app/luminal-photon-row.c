/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-photon-row.h"

#include <glib/gi18n.h>

#include "luminal-look.h"
#include "luminal-row-layout.h"

/* One photon in the list. It follows its handler's notifications and shows all
 * of them at once, in the next frame: a reload passes through ten phases in a
 * millisecond, and nobody could see them. */

#define N_TAGS 2

struct _LuminalPhotonRow
{
  GtkWidget parent_instance;

  GtkImage *icon;
  GtkSpinner *spinner;
  GtkLabel *name;
  GtkLabel *detail;
  GtkImage *pinned;
  GtkImage *changed;
  GtkWidget *tags;
  GtkLabel *tag_labels[N_TAGS];
  GtkLabel *more_tags;
  GtkButton *start;
  GtkButton *reload;
  GtkButton *unload;

  LuminalHandler *handler;
  gulong notify_id;
  guint tick_id;
  guint generation;
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
    return luminal_look_message (luminal_handler_get_error (handler));

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
  if (part == self->tags)
    return g_strjoinv (", ", (char **) luminal_handler_get_tags (self->handler));
  if (part == GTK_WIDGET (self->start))
    return g_strdup (_("Start"));
  if (part == GTK_WIDGET (self->reload))
    return g_strdup (_("Reload"));
  if (part == GTK_WIDGET (self->unload))
    return g_strdup (_("Unload"));

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
update_tags (LuminalPhotonRow *self)
{
  const char *const *tags = luminal_handler_get_tags (self->handler);
  guint n_tags = tags != NULL ? g_strv_length ((char **) tags) : 0;

  for (guint i = 0; i < N_TAGS; i++)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->tag_labels[i]), i < n_tags);
      gtk_label_set_text (self->tag_labels[i], i < n_tags ? tags[i] : "");
    }

  gtk_widget_set_visible (GTK_WIDGET (self->more_tags), n_tags > N_TAGS);
  if (n_tags > N_TAGS)
    {
      /* Translators: so many more tags than are shown */
      g_autofree char *more = g_strdup_printf (_("+%u"), n_tags - N_TAGS);

      gtk_label_set_text (self->more_tags, more);
    }

  gtk_widget_set_visible (self->tags, n_tags > 0);
}

static void
update_buttons (LuminalPhotonRow *self,
                LuminalLook       look,
                const char       *name)
{
  g_autofree char *start = g_strdup_printf (_("Start %s"), name);
  g_autofree char *reload = g_strdup_printf (_("Reload %s"), name);
  g_autofree char *unload = g_strdup_printf (_("Unload %s"), name);

  set_accessible_label (self->start, start);
  set_accessible_label (self->reload, reload);
  set_accessible_label (self->unload, unload);

  if (look == LUMINAL_LOOK_BUSY)
    {
      gtk_widget_set_sensitive (GTK_WIDGET (self->start), FALSE);
      gtk_widget_set_sensitive (GTK_WIDGET (self->reload), FALSE);
      return;
    }

  gtk_widget_set_sensitive (GTK_WIDGET (self->start), TRUE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->reload), look != LUMINAL_LOOK_UNLOADED);
  gtk_widget_set_sensitive (GTK_WIDGET (self->unload), look != LUMINAL_LOOK_UNLOADED);
  gtk_widget_set_visible (GTK_WIDGET (self->start),
                          look == LUMINAL_LOOK_LOADED || look == LUMINAL_LOOK_STOPPED);
}

/* A spinner that spins unseen would still paint 60 times a second. */
static void
update_spinner (LuminalPhotonRow *self)
{
  gboolean busy = self->handler != NULL && luminal_look_of (self->handler) == LUMINAL_LOOK_BUSY;

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

  if (generation > self->generation && self->generation > 0)
    replace_class (self, &self->flash_class, generation % 2 == 0 ? "flash-even" : "flash-odd");
  self->generation = generation;
}

static void
update (LuminalPhotonRow *self)
{
  LuminalLook look = luminal_look_of (self->handler);
  g_autofree char *state = luminal_look_describe (self->handler);
  g_autofree char *detail = luminal_look_detail (self->handler);
  const char *name = luminal_handler_get_name (self->handler);
  const char *pinned = luminal_handler_get_pinned (self->handler);
  gboolean dim = look == LUMINAL_LOOK_STOPPED || look == LUMINAL_LOOK_UNLOADED;

  if (name == NULL)
    name = "";

  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->detail, detail);

  /* An error is what to read in its row. */
  if (luminal_look_is_problem (look))
    gtk_widget_remove_css_class (GTK_WIDGET (self->detail), "dim-label");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->detail), "dim-label");

  if (dim)
    gtk_widget_add_css_class (GTK_WIDGET (self), "stopped");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "stopped");

  if (look != LUMINAL_LOOK_BUSY)
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
                          luminal_handler_get_changed_on_disk (self->handler));

  update_tags (self);
  update_buttons (self, look, name);
  update_spinner (self);
  update_accessible (self, name, state, detail);
  update_flash (self);
}

static gboolean
update_cb (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       user_data)
{
  LuminalPhotonRow *self = LUMINAL_PHOTON_ROW (widget);

  self->tick_id = 0;
  if (self->handler != NULL)
    update (self);

  return G_SOURCE_REMOVE;
}

static void
notify_cb (LuminalPhotonRow *self,
           GParamSpec       *pspec)
{
  if (self->tick_id == 0 && luminal_look_depends_on (pspec))
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), update_cb, NULL, NULL);
}

/* A click anywhere but on a button; the list selects the row by itself. */
static void
released_cb (LuminalPhotonRow *self,
             int               n_press,
             double            x,
             double            y)
{
  if (n_press == 1 && gtk_widget_contains (GTK_WIDGET (self), x, y))
    g_signal_emit (self, signals[COMMAND], 0, LUMINAL_COMMAND_DETAILS);
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

  gtk_widget_class_set_css_name (widget_class, "photon");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, LUMINAL_TYPE_ROW_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/ui/luminal-photon-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, icon);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, name);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, detail);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, pinned);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, changed);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, tags);
  gtk_widget_class_bind_template_child_full (widget_class, "tag_0", FALSE,
                                             G_STRUCT_OFFSET (LuminalPhotonRow, tag_labels[0]));
  gtk_widget_class_bind_template_child_full (widget_class, "tag_1", FALSE,
                                             G_STRUCT_OFFSET (LuminalPhotonRow, tag_labels[1]));
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, more_tags);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, start);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, reload);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonRow, unload);
  gtk_widget_class_bind_template_callback (widget_class, released_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, reload_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, unload_clicked_cb);
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
  self->generation = 0;

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
