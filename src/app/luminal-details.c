/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-details.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "luminal-look.h"
#include "luminal-pages.h"
#include "luminal-photon-pages.h"
#include "luminal-visible.h"

/* The other side of the window: one photon. It stays here whatever a search hides, and
 * even when its module is unloaded; when that comes back, so does the photon. What there is to
 * show it with is made for the first of them: no window begins with one. */

struct _LuminalDetails
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *back;
  AdwWindowTitle *title;
  GtkStack *stack;
  LuminalPhotonPages *pages; /* once there was a photon */
  char *page;                /* of them that is shown, or is to be */

  LuminalLoader *loader;
  LuminalOutputBook *outputs;

  LuminalHandler *handler;
  gulong notify_id;
  guint tick_id;
  gboolean is_outdated; /* while nobody sees it */
};

enum
{
  PROP_0,
  PROP_FOLDED,
  PROP_PAGE,
  N_PROPS
};

enum
{
  COMMAND,
  GO_BACK,
  TAG,
  LEAVE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalDetails, luminal_details, GTK_TYPE_WIDGET)

/* What is shown */

static void
show_nothing (LuminalDetails *self)
{
  if (gtk_stack_get_child_by_name (self->stack, "nothing") == NULL)
    {
      GtkWidget *page = g_object_new (ADW_TYPE_STATUS_PAGE,
                                      "icon-name", "io.github.luminal.Luminal-symbolic",
                                      "title", _("No Photon Selected"),
                                      "description", _("Press a photon to see what it is and does"),
                                      NULL);

      gtk_widget_add_css_class (page, "compact");
      gtk_stack_add_named (self->stack, page, "nothing");
    }

  luminal_pages_show (self->stack, "nothing");
  adw_window_title_set_title (self->title, _("Details"));
  adw_window_title_set_subtitle (self->title, "");
}

static void
update (LuminalDetails *self)
{
  g_autofree char *name = NULL;
  g_autofree char *state = NULL;

  self->is_outdated = FALSE;
  if (self->handler == NULL)
    {
      show_nothing (self);
      return;
    }

  luminal_pages_show (self->stack, "photon");

  name = luminal_visible_line (luminal_handler_get_name (self->handler), 100, NULL);
  state = luminal_look_describe (self->handler);
  adw_window_title_set_title (self->title, name);
  adw_window_title_set_subtitle (self->title, state);
  luminal_photon_pages_update (self->pages);
}

static gboolean
update_cb (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       user_data)
{
  LuminalDetails *self = LUMINAL_DETAILS (widget);

  self->tick_id = 0;
  update (self);

  return G_SOURCE_REMOVE;
}

static void
queue_update (LuminalDetails *self)
{
  self->is_outdated = TRUE;
  if (self->tick_id == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), update_cb, NULL, NULL);
}

static void
notify_cb (LuminalDetails *self,
           GParamSpec     *pspec)
{
  if (luminal_look_depends_on (pspec))
    queue_update (self);
}

/* A photon that was unloaded and is loaded again has another handler. */
static void
follow_photon (LuminalDetails *self)
{
  LuminalHandler *again;

  if (self->handler == NULL)
    return;

  if (luminal_handler_get_status (self->handler) == LUMINAL_STATUS_UNLOADED)
    {
      again = luminal_loader_lookup (self->loader, luminal_handler_get_name (self->handler));
      if (again != NULL && g_file_equal (luminal_handler_get_file (again),
                                         luminal_handler_get_file (self->handler)))
        {
          luminal_details_set_handler (self, again);
          return;
        }
    }

  /* It may have got mates, or lost them. */
  queue_update (self);
}

/* What a person does */

static void
command_cb (LuminalDetails *self,
            int             command)
{
  g_signal_emit (self, signals[COMMAND], 0, self->handler, command);
}

static void
go_back_cb (LuminalDetails *self,
            guint           generation)
{
  g_signal_emit (self, signals[GO_BACK], 0, self->handler, generation);
}

static void
tag_cb (LuminalDetails *self,
        const char     *tag)
{
  g_signal_emit (self, signals[TAG], 0, tag);
}

static void
mate_cb (LuminalDetails *self,
         const char     *name)
{
  LuminalHandler *mate = luminal_loader_lookup (self->loader, name);

  if (mate != NULL)
    luminal_details_set_handler (self, mate);
}

static void
back_clicked_cb (LuminalDetails *self)
{
  g_signal_emit (self, signals[LEAVE], 0);
}

static gboolean
leave_cb (GtkWidget *widget,
          GVariant  *arguments,
          gpointer   user_data)
{
  g_signal_emit (widget, signals[LEAVE], 0);

  return TRUE;
}

static void
page_cb (LuminalDetails *self)
{
  const char *name = luminal_photon_pages_get_page (self->pages);

  if (g_strcmp0 (self->page, name) == 0)
    return;

  g_free (self->page);
  self->page = g_strdup (name);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

static void
make_pages (LuminalDetails *self)
{
  GtkWidget *pages = luminal_photon_pages_new ();

  self->pages = LUMINAL_PHOTON_PAGES (pages);
  luminal_photon_pages_set_page (self->pages, self->page);
  page_cb (self);
  g_signal_connect_object (pages, "notify::page", G_CALLBACK (page_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pages, "command", G_CALLBACK (command_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pages, "go-back", G_CALLBACK (go_back_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pages, "tag", G_CALLBACK (tag_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pages, "mate", G_CALLBACK (mate_cb), self, G_CONNECT_SWAPPED);
  gtk_stack_add_named (self->stack, pages, "photon");
}

static void
set_page (LuminalDetails *self,
          const char     *name)
{
  if (self->pages != NULL)
    luminal_photon_pages_set_page (self->pages, name);
  else if (g_strcmp0 (self->page, name) != 0)
    {
      g_free (self->page);
      self->page = g_strdup (name);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
    }
}

static void
luminal_details_get_property (GObject    *object,
                              guint       property_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LuminalDetails *self = LUMINAL_DETAILS (object);

  switch (property_id)
    {
    case PROP_PAGE:
      g_value_set_string (value, self->page);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

/* Alone in the window there is a way back, and the buttons of the window. */
static void
luminal_details_set_property (GObject      *object,
                              guint         property_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  LuminalDetails *self = LUMINAL_DETAILS (object);

  switch (property_id)
    {
    case PROP_FOLDED:
      gtk_widget_set_visible (self->back, g_value_get_boolean (value));
      adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (self->header),
                                                   g_value_get_boolean (value));
      break;
    case PROP_PAGE:
      set_page (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_details_map (GtkWidget *widget)
{
  LuminalDetails *self = LUMINAL_DETAILS (widget);

  if (self->is_outdated)
    update (self);

  GTK_WIDGET_CLASS (luminal_details_parent_class)->map (widget);
}

static gboolean
luminal_details_grab_focus (GtkWidget *widget)
{
  LuminalDetails *self = LUMINAL_DETAILS (widget);

  return self->pages != NULL && gtk_widget_grab_focus (GTK_WIDGET (self->pages));
}

static void
luminal_details_dispose (GObject *object)
{
  LuminalDetails *self = LUMINAL_DETAILS (object);

  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  g_clear_signal_handler (&self->notify_id, self->handler);
  g_clear_object (&self->handler);
  g_clear_object (&self->loader);
  g_clear_object (&self->outputs);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (luminal_details_parent_class)->dispose (object);
}

static void
luminal_details_finalize (GObject *object)
{
  g_free (LUMINAL_DETAILS (object)->page);

  G_OBJECT_CLASS (luminal_details_parent_class)->finalize (object);
}

static void
luminal_details_class_init (LuminalDetailsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = luminal_details_get_property;
  object_class->set_property = luminal_details_set_property;
  object_class->dispose = luminal_details_dispose;
  object_class->finalize = luminal_details_finalize;
  widget_class->map = luminal_details_map;
  widget_class->grab_focus = luminal_details_grab_focus;

  properties[PROP_FOLDED] = g_param_spec_boolean ("folded", NULL, NULL, FALSE,
                                                  G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  /* Which page is shown, by its name. */
  properties[PROP_PAGE] = g_param_spec_string ("page", NULL, NULL, NULL,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                 G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* Something is asked of the photon: its handler and a LuminalCommand. */
  signals[COMMAND] = g_signal_new ("command", LUMINAL_TYPE_DETAILS, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, LUMINAL_TYPE_HANDLER, G_TYPE_INT);
  /* An earlier generation is wanted back: the handler and a number. */
  signals[GO_BACK] = g_signal_new ("go-back", LUMINAL_TYPE_DETAILS, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, LUMINAL_TYPE_HANDLER, G_TYPE_UINT);
  /* Photons with a tag are looked for. */
  signals[TAG] = g_signal_new ("tag", LUMINAL_TYPE_DETAILS, G_SIGNAL_RUN_LAST,
                               0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /* Back to the list. */
  signals[LEAVE] = g_signal_new ("leave", LUMINAL_TYPE_DETAILS, G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, leave_cb, NULL);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/ui/luminal-details.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, box);
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, header);
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, back);
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, title);
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, stack);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked_cb);
}

static void
luminal_details_init (LuminalDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->is_outdated = TRUE;
}

GtkWidget *
luminal_details_new (void)
{
  return g_object_new (LUMINAL_TYPE_DETAILS, NULL);
}

void
luminal_details_set_sources (LuminalDetails    *self,
                             LuminalLoader     *loader,
                             LuminalOutputBook *outputs)
{
  g_return_if_fail (LUMINAL_IS_DETAILS (self));
  g_return_if_fail (self->loader == NULL);

  self->loader = g_object_ref (loader);
  self->outputs = g_object_ref (outputs);
  g_signal_connect_object (loader, "items-changed",
                           G_CALLBACK (follow_photon), self, G_CONNECT_SWAPPED);
}

LuminalHandler *
luminal_details_get_handler (LuminalDetails *self)
{
  g_return_val_if_fail (LUMINAL_IS_DETAILS (self), NULL);

  return self->handler;
}

/* @handler: (nullable) */
void
luminal_details_set_handler (LuminalDetails *self,
                             LuminalHandler *handler)
{
  g_autoptr (LuminalOutputLog) log = NULL;

  g_return_if_fail (LUMINAL_IS_DETAILS (self));
  g_return_if_fail (handler == NULL || LUMINAL_IS_HANDLER (handler));

  if (self->handler == handler)
    return;

  g_clear_signal_handler (&self->notify_id, self->handler);
  g_set_object (&self->handler, handler);
  if (handler != NULL)
    {
      self->notify_id = g_signal_connect_object (handler, "notify",
                                                 G_CALLBACK (notify_cb), self, G_CONNECT_SWAPPED);
      log = luminal_output_book_get_log (self->outputs, handler);
    }

  if (self->pages == NULL && handler != NULL)
    make_pages (self);
  if (self->pages != NULL)
    luminal_photon_pages_set_handler (self->pages, handler, self->loader, log);
  update (self);
}

/* Where it says what is wrong with it. */
void
luminal_details_show_problem (LuminalDetails *self)
{
  g_return_if_fail (LUMINAL_IS_DETAILS (self));

  update (self);
  if (self->pages != NULL)
    luminal_photon_pages_show_problem (self->pages);
}

void
luminal_details_show_output (LuminalDetails *self)
{
  g_return_if_fail (LUMINAL_IS_DETAILS (self));

  if (self->pages != NULL)
    luminal_photon_pages_show_output (self->pages);
}

/* Returns whether what is looked for is looked for here, since the focus is. */
gboolean
luminal_details_find (LuminalDetails *self)
{
  g_return_val_if_fail (LUMINAL_IS_DETAILS (self), FALSE);

  return self->pages != NULL && luminal_photon_pages_find (self->pages);
}
