/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-details.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "luminal-diagnostics-view.h"
#include "luminal-history-view.h"
#include "luminal-look.h"
#include "luminal-output-view.h"
#include "luminal-overview.h"
#include "luminal-pages.h"
#include "luminal-photon-row.h"
#include "luminal-visible.h"

/* The other side of the window: one photon. It stays here whatever a search hides, and
 * even when its module is unloaded; when that comes back, so does the photon. */

struct _LuminalDetails
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *back;
  AdwWindowTitle *title;
  GtkStack *stack;
  GtkStack *pages;
  GtkWidget *switcher;
  LuminalOverview *overview;
  LuminalHistoryView *history;
  GtkStackPage *build_page;
  LuminalDiagnosticsView *build;
  LuminalOutputView *output;

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
pages_cb (LuminalDetails *self)
{
  if (gtk_stack_get_visible_child_name (self->pages) == NULL)
    return;

  luminal_pages_show (self->pages, gtk_stack_get_visible_child_name (self->pages));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

/* How much the compiler said is seen from the other pages, too. */
static void
update_build (LuminalDetails *self)
{
  g_autofree char *title = NULL;
  guint n_shown;

  luminal_diagnostics_view_update (self->build);
  n_shown = luminal_diagnostics_view_get_n_shown (self->build);
  if (n_shown > 0)
    /* Translators: a page with what a compiler said, and how much that is */
    title = g_strdup_printf (_("Build (%u)"), n_shown);
  if (g_strcmp0 (gtk_stack_page_get_title (self->build_page), title != NULL ? title : _("Build")) != 0)
    gtk_stack_page_set_title (self->build_page, title != NULL ? title : _("Build"));
  gtk_stack_page_set_needs_attention (self->build_page,
                                      luminal_diagnostics_view_get_failed (self->build));
}

static void
update (LuminalDetails *self)
{
  g_autofree char *name = NULL;
  g_autofree char *state = NULL;

  self->is_outdated = FALSE;
  luminal_pages_show (self->stack, self->handler != NULL ? "photon" : "nothing");
  if (self->handler == NULL)
    {
      adw_window_title_set_title (self->title, _("Details"));
      adw_window_title_set_subtitle (self->title, "");
      return;
    }

  name = luminal_visible_line (luminal_handler_get_name (self->handler), 100, NULL);
  state = luminal_look_describe (self->handler);
  adw_window_title_set_title (self->title, name);
  adw_window_title_set_subtitle (self->title, state);
  luminal_overview_update (self->overview);
  update_build (self);
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

/* What is not among the pages leaves things as they are: it may be of another version. */
static void
set_page (LuminalDetails *self,
          const char     *name)
{
  if (name != NULL && gtk_stack_get_child_by_name (self->pages, name) != NULL)
    luminal_pages_show (self->pages, name);
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
      g_value_set_string (value, gtk_stack_get_visible_child_name (self->pages));
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
  return gtk_widget_child_focus (GTK_WIDGET (LUMINAL_DETAILS (widget)->pages), GTK_DIR_TAB_FORWARD);
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
luminal_details_class_init (LuminalDetailsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = luminal_details_get_property;
  object_class->set_property = luminal_details_set_property;
  object_class->dispose = luminal_details_dispose;
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

  g_type_ensure (LUMINAL_TYPE_DIAGNOSTICS_VIEW);
  g_type_ensure (LUMINAL_TYPE_HISTORY_VIEW);
  g_type_ensure (LUMINAL_TYPE_OUTPUT_VIEW);
  g_type_ensure (LUMINAL_TYPE_OVERVIEW);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/ui/luminal-details.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, box);
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, header);
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, back);
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, title);
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, stack);
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, pages);
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, switcher);
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, overview);
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, history);
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, build_page);
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, build);
  gtk_widget_class_bind_template_child (widget_class, LuminalDetails, output);
  gtk_widget_class_bind_template_callback (widget_class, pages_cb);
  gtk_widget_class_bind_template_callback (widget_class, command_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_back_cb);
  gtk_widget_class_bind_template_callback (widget_class, tag_cb);
  gtk_widget_class_bind_template_callback (widget_class, mate_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked_cb);
}

static void
luminal_details_init (LuminalDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* They share the room that there is, and need no more than their words. */
  for (GtkWidget *page = gtk_widget_get_first_child (self->switcher); page != NULL;
       page = gtk_widget_get_next_sibling (page))
    gtk_widget_set_hexpand (page, TRUE);
  update (self);
  pages_cb (self);
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

  luminal_overview_set_handler (self->overview, handler, self->loader);
  luminal_history_view_set_handler (self->history, handler);
  luminal_diagnostics_view_set_handler (self->build, handler);
  luminal_output_view_set_log (self->output, log,
                               handler != NULL ? luminal_handler_get_name (handler) : NULL);
  update (self);
}

/* The messages of the compiler if it did not build, and the overview otherwise. */
void
luminal_details_show_problem (LuminalDetails *self)
{
  g_return_if_fail (LUMINAL_IS_DETAILS (self));

  update (self);
  luminal_pages_show (self->pages,
                      luminal_diagnostics_view_get_failed (self->build) &&
                        luminal_diagnostics_view_get_n_shown (self->build) > 0
                        ? "build"
                        : "overview");
}

void
luminal_details_show_output (LuminalDetails *self)
{
  g_return_if_fail (LUMINAL_IS_DETAILS (self));

  luminal_pages_show (self->pages, "output");
  gtk_widget_grab_focus (GTK_WIDGET (self->output));
}

/* Returns whether what is looked for is looked for here, since the focus is. */
gboolean
luminal_details_find (LuminalDetails *self)
{
  GtkRoot *root;
  GtkWidget *focus;

  g_return_val_if_fail (LUMINAL_IS_DETAILS (self), FALSE);

  root = gtk_widget_get_root (GTK_WIDGET (self));
  focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->output)))
    return FALSE;

  luminal_output_view_find (self->output);

  return TRUE;
}
