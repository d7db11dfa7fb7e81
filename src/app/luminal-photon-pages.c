/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-photon-pages.h"

#include <glib/gi18n.h>

#include "luminal-diagnostics-view.h"
#include "luminal-history-view.h"
#include "luminal-output-view.h"
#include "luminal-overview.h"
#include "luminal-pages.h"

/* What there is to know of one photon, as pages to switch between. */

struct _LuminalPhotonPages
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkWidget *switcher;
  GtkStack *pages;
  LuminalOverview *overview;
  LuminalHistoryView *history;
  GtkStackPage *build_page;
  LuminalDiagnosticsView *build;
  LuminalOutputView *output;
};

enum
{
  PROP_0,
  PROP_PAGE,
  N_PROPS
};

enum
{
  COMMAND,
  GO_BACK,
  TAG,
  MATE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalPhotonPages, luminal_photon_pages, GTK_TYPE_WIDGET)

static void
pages_cb (LuminalPhotonPages *self)
{
  if (gtk_stack_get_visible_child_name (self->pages) == NULL)
    return;

  luminal_pages_show (self->pages, gtk_stack_get_visible_child_name (self->pages));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

/* The tabs share the room that there is, and need no more than their words; with large text
 * on a phone, less. A tab with another title has another label. */
static void
fit_tabs (LuminalPhotonPages *self)
{
  for (GtkWidget *tab = gtk_widget_get_first_child (self->switcher); tab != NULL;
       tab = gtk_widget_get_next_sibling (tab))
    {
      GtkWidget *label = gtk_widget_get_first_child (tab);

      gtk_widget_set_hexpand (tab, TRUE);
      if (GTK_IS_LABEL (label))
        gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
    }
}

/* How much the compiler said is seen from the other pages, too. */
static void
update_build (LuminalPhotonPages *self)
{
  g_autofree char *title = NULL;
  guint n_shown;

  luminal_diagnostics_view_update (self->build);
  n_shown = luminal_diagnostics_view_get_n_shown (self->build);
  if (n_shown > 0)
    /* Translators: a page with what a compiler said, and how much that is */
    title = g_strdup_printf (_("Build (%u)"), n_shown);
  if (g_strcmp0 (gtk_stack_page_get_title (self->build_page), title != NULL ? title : _("Build")) != 0)
    {
      gtk_stack_page_set_title (self->build_page, title != NULL ? title : _("Build"));
      fit_tabs (self);
    }
  gtk_stack_page_set_needs_attention (self->build_page,
                                      luminal_diagnostics_view_get_failed (self->build));
}

/* What a person does */

static void
command_cb (LuminalPhotonPages *self,
            int                 command)
{
  g_signal_emit (self, signals[COMMAND], 0, command);
}

static void
go_back_cb (LuminalPhotonPages *self,
            guint               generation)
{
  g_signal_emit (self, signals[GO_BACK], 0, generation);
}

static void
tag_cb (LuminalPhotonPages *self,
        const char         *tag)
{
  g_signal_emit (self, signals[TAG], 0, tag);
}

static void
mate_cb (LuminalPhotonPages *self,
         const char         *name)
{
  g_signal_emit (self, signals[MATE], 0, name);
}

static void
luminal_photon_pages_get_property (GObject    *object,
                                   guint       property_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_PAGE:
      g_value_set_string (value, luminal_photon_pages_get_page (LUMINAL_PHOTON_PAGES (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static gboolean
luminal_photon_pages_grab_focus (GtkWidget *widget)
{
  return gtk_widget_child_focus (GTK_WIDGET (LUMINAL_PHOTON_PAGES (widget)->pages), GTK_DIR_TAB_FORWARD);
}

static void
luminal_photon_pages_dispose (GObject *object)
{
  g_clear_pointer (&LUMINAL_PHOTON_PAGES (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (luminal_photon_pages_parent_class)->dispose (object);
}

static void
luminal_photon_pages_class_init (LuminalPhotonPagesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = luminal_photon_pages_get_property;
  object_class->dispose = luminal_photon_pages_dispose;
  widget_class->grab_focus = luminal_photon_pages_grab_focus;

  /* Which page is shown, by its name. */
  properties[PROP_PAGE] = g_param_spec_string ("page", NULL, NULL, NULL,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* Something is asked of the photon: a LuminalCommand. */
  signals[COMMAND] = g_signal_new ("command", LUMINAL_TYPE_PHOTON_PAGES, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  /* An earlier generation is wanted back: its number. */
  signals[GO_BACK] = g_signal_new ("go-back", LUMINAL_TYPE_PHOTON_PAGES, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  /* A tag was pressed, or the name of a photon of the same module. */
  signals[TAG] = g_signal_new ("tag", LUMINAL_TYPE_PHOTON_PAGES, G_SIGNAL_RUN_LAST,
                               0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[MATE] = g_signal_new ("mate", LUMINAL_TYPE_PHOTON_PAGES, G_SIGNAL_RUN_LAST,
                                0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (LUMINAL_TYPE_DIAGNOSTICS_VIEW);
  g_type_ensure (LUMINAL_TYPE_HISTORY_VIEW);
  g_type_ensure (LUMINAL_TYPE_OUTPUT_VIEW);
  g_type_ensure (LUMINAL_TYPE_OVERVIEW);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/ui/luminal-photon-pages.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonPages, box);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonPages, switcher);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonPages, pages);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonPages, overview);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonPages, history);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonPages, build_page);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonPages, build);
  gtk_widget_class_bind_template_child (widget_class, LuminalPhotonPages, output);
  gtk_widget_class_bind_template_callback (widget_class, pages_cb);
  gtk_widget_class_bind_template_callback (widget_class, command_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_back_cb);
  gtk_widget_class_bind_template_callback (widget_class, tag_cb);
  gtk_widget_class_bind_template_callback (widget_class, mate_cb);
}

static void
luminal_photon_pages_init (LuminalPhotonPages *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  fit_tabs (self);
  pages_cb (self);
}

GtkWidget *
luminal_photon_pages_new (void)
{
  return g_object_new (LUMINAL_TYPE_PHOTON_PAGES, NULL);
}

/* @handler: (nullable)
 * @log: (nullable): what it said */
void
luminal_photon_pages_set_handler (LuminalPhotonPages *self,
                                  LuminalHandler     *handler,
                                  LuminalLoader      *loader,
                                  LuminalOutputLog   *log)
{
  g_return_if_fail (LUMINAL_IS_PHOTON_PAGES (self));
  g_return_if_fail (handler == NULL || LUMINAL_IS_HANDLER (handler));

  luminal_overview_set_handler (self->overview, handler, loader);
  luminal_history_view_set_handler (self->history, handler);
  luminal_diagnostics_view_set_handler (self->build, handler);
  luminal_output_view_set_log (self->output, log,
                               handler != NULL ? luminal_handler_get_name (handler) : NULL);
}

void
luminal_photon_pages_update (LuminalPhotonPages *self)
{
  g_return_if_fail (LUMINAL_IS_PHOTON_PAGES (self));

  luminal_overview_update (self->overview);
  update_build (self);
}

const char *
luminal_photon_pages_get_page (LuminalPhotonPages *self)
{
  g_return_val_if_fail (LUMINAL_IS_PHOTON_PAGES (self), NULL);

  return gtk_stack_get_visible_child_name (self->pages);
}

/* What is not among the pages leaves things as they are: it may be of another version. */
void
luminal_photon_pages_set_page (LuminalPhotonPages *self,
                               const char         *name)
{
  g_return_if_fail (LUMINAL_IS_PHOTON_PAGES (self));

  if (name != NULL && gtk_stack_get_child_by_name (self->pages, name) != NULL)
    luminal_pages_show (self->pages, name);
}

/* The messages of the compiler if it did not build, and the overview otherwise. */
void
luminal_photon_pages_show_problem (LuminalPhotonPages *self)
{
  g_return_if_fail (LUMINAL_IS_PHOTON_PAGES (self));

  luminal_pages_show (self->pages,
                      luminal_diagnostics_view_get_failed (self->build) &&
                        luminal_diagnostics_view_get_n_shown (self->build) > 0
                        ? "build"
                        : "overview");
}

void
luminal_photon_pages_show_output (LuminalPhotonPages *self)
{
  g_return_if_fail (LUMINAL_IS_PHOTON_PAGES (self));

  luminal_pages_show (self->pages, "output");
  gtk_widget_grab_focus (GTK_WIDGET (self->output));
}

/* Returns whether what is looked for is looked for here, since the focus is. */
gboolean
luminal_photon_pages_find (LuminalPhotonPages *self)
{
  GtkRoot *root;
  GtkWidget *focus;

  g_return_val_if_fail (LUMINAL_IS_PHOTON_PAGES (self), FALSE);

  root = gtk_widget_get_root (GTK_WIDGET (self));
  focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->output)))
    return FALSE;

  luminal_output_view_find (self->output);

  return TRUE;
}
