/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-diagnostic-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "luminal-visible.h"

/* What a compiler says of one place in a source, with the piece that it quotes. What
 * explains something else is moved in below it. */

#define INDENT 18
#define MOST_DEPTH 4

struct _LuminalDiagnosticRow
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkImage *icon;
  GtkLabel *severity;
  GtkWidget *place;
  GtkLabel *place_label;
  GtkWidget *copy;
  GtkLabel *text;
  GtkLabel *option;
  GtkWidget *quote_box;
  GtkLabel *quote;

  LuminalDiagnostic *diagnostic;
};

enum
{
  OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalDiagnosticRow, luminal_diagnostic_row, GTK_TYPE_WIDGET)

static const char *
severity_name (LuminalSeverity severity)
{
  switch (severity)
    {
    case LUMINAL_SEVERITY_WARNING:
      return C_("severity", "Warning");
    case LUMINAL_SEVERITY_ERROR:
      return C_("severity", "Error");
    case LUMINAL_SEVERITY_FATAL:
      /* Translators: the compiler gave up here */
      return C_("severity", "Fatal Error");
    case LUMINAL_SEVERITY_NOTE:
    default:
      return C_("severity", "Note");
    }
}

static const char *
severity_icon (LuminalSeverity severity)
{
  switch (severity)
    {
    case LUMINAL_SEVERITY_WARNING:
      return "dialog-warning-symbolic";
    case LUMINAL_SEVERITY_ERROR:
    case LUMINAL_SEVERITY_FATAL:
      return "dialog-error-symbolic";
    case LUMINAL_SEVERITY_NOTE:
    default:
      return "dialog-information-symbolic";
    }
}

static const char *
severity_class (LuminalSeverity severity)
{
  switch (severity)
    {
    case LUMINAL_SEVERITY_WARNING:
      return "warning";
    case LUMINAL_SEVERITY_ERROR:
    case LUMINAL_SEVERITY_FATAL:
      return "error";
    case LUMINAL_SEVERITY_NOTE:
    default:
      return "dim-label";
    }
}

/* Returns: (nullable): such as “blur.c:12:5”; what a linker says is about no file */
char *
luminal_diagnostic_row_place (LuminalDiagnostic *diagnostic)
{
  const char *file = luminal_diagnostic_get_file (diagnostic);
  guint line = luminal_diagnostic_get_line (diagnostic);
  guint column = luminal_diagnostic_get_column (diagnostic);
  g_autofree char *base_name = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *name = NULL;

  if (file == NULL)
    return NULL;

  base_name = g_path_get_basename (file);
  shown = g_filename_display_name (base_name);
  name = luminal_visible_line (shown, LUMINAL_VISIBLE_LENGTH, NULL);
  if (line == 0)
    return g_steal_pointer (&name);
  if (column == 0)
    return g_strdup_printf ("%s:%u", name, line);
  return g_strdup_printf ("%s:%u:%u", name, line, column);
}

/* What the compiler quotes comes behind the line with its text.
 * Returns: (nullable) */
char *
luminal_diagnostic_row_quote (LuminalDiagnostic *diagnostic)
{
  const char *rendering = luminal_diagnostic_get_rendering (diagnostic);
  const char *text = luminal_diagnostic_get_text (diagnostic);
  const char *said = rendering != NULL && text != NULL ? strstr (rendering, text) : NULL;
  const char *end = said != NULL ? strchr (said, '\n') : NULL;

  return end != NULL ? luminal_visible_text (end + 1) : NULL;
}

/* As the compiler printed it, and what explains it. */
void
luminal_diagnostic_row_append_text (GString           *text,
                                    LuminalDiagnostic *diagnostic)
{
  GListModel *children = luminal_diagnostic_get_children (diagnostic);
  guint n_children = g_list_model_get_n_items (children);
  const char *rendering = luminal_diagnostic_get_rendering (diagnostic);

  if (rendering == NULL)
    rendering = luminal_diagnostic_get_text (diagnostic);
  g_string_append_printf (text, "%s\n", rendering != NULL ? rendering : "");

  for (guint i = 0; i < n_children; i++)
    {
      g_autoptr (LuminalDiagnostic) child = g_list_model_get_item (children, i);

      luminal_diagnostic_row_append_text (text, child);
    }
}

static void
set_text (GtkLabel   *label,
          const char *text)
{
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
  gtk_label_set_text (label, text != NULL ? text : "");
}

static void
update_accessible (LuminalDiagnosticRow *self,
                   const char           *place,
                   const char           *text)
{
  GtkWidget *item_widget = gtk_widget_get_parent (GTK_WIDGET (self));
  const char *severity = severity_name (luminal_diagnostic_get_severity (self->diagnostic));
  g_autofree char *label = NULL;
  g_autofree char *open = NULL;

  if (place != NULL)
    /* Translators: “Error”, “blur.c:12:5”, and what the compiler says */
    label = g_strdup_printf (_("%s, %s: %s"), severity, place, text);
  else
    /* Translators: “Error”, and what the linker says */
    label = g_strdup_printf (_("%s: %s"), severity, text);
  if (item_widget != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item_widget),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                    -1);

  /* Translators: “blur.c:12:5” */
  open = g_strdup_printf (_("Open %s"), place != NULL ? place : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->place),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, open,
                                  -1);
}

static void
update (LuminalDiagnosticRow *self,
        guint                 depth)
{
  LuminalSeverity severity = luminal_diagnostic_get_severity (self->diagnostic);
  const char *file = luminal_diagnostic_get_file (self->diagnostic);
  const char *classes[] = { severity_class (severity), NULL };
  g_autofree char *place = luminal_diagnostic_row_place (self->diagnostic);
  g_autofree char *text = luminal_visible_line (luminal_diagnostic_get_text (self->diagnostic),
                                                LUMINAL_VISIBLE_LENGTH, NULL);
  g_autofree char *quote = luminal_diagnostic_row_quote (self->diagnostic);
  g_autofree char *path = file != NULL ? g_filename_display_name (file) : NULL;

  gtk_image_set_from_icon_name (self->icon, severity_icon (severity));
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), classes);
  gtk_label_set_text (self->severity, severity_name (severity));
  gtk_widget_set_visible (self->place, place != NULL);
  gtk_label_set_text (self->place_label, place != NULL ? place : "");
  gtk_widget_set_tooltip_text (self->place, path);
  set_text (self->text, text);
  set_text (self->option, luminal_diagnostic_get_option (self->diagnostic));
  gtk_widget_set_visible (self->quote_box, quote != NULL && *quote != '\0');
  gtk_label_set_text (self->quote, quote != NULL ? quote : "");
  gtk_widget_set_margin_start (self->box, (int) MIN (depth, MOST_DEPTH) * INDENT);
  update_accessible (self, place, text);
}

static void
place_clicked_cb (LuminalDiagnosticRow *self)
{
  if (self->diagnostic != NULL)
    g_signal_emit (self, signals[OPENED], 0, self->diagnostic);
}

static void
copy_clicked_cb (LuminalDiagnosticRow *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->diagnostic == NULL)
    return;

  luminal_diagnostic_row_append_text (text, self->diagnostic);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.copy", "s", text->str);
}

static void
luminal_diagnostic_row_dispose (GObject *object)
{
  LuminalDiagnosticRow *self = LUMINAL_DIAGNOSTIC_ROW (object);

  g_clear_object (&self->diagnostic);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (luminal_diagnostic_row_parent_class)->dispose (object);
}

static void
luminal_diagnostic_row_class_init (LuminalDiagnosticRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = luminal_diagnostic_row_dispose;

  /* Somebody wants to see the place in an editor. */
  signals[OPENED] = g_signal_new ("opened", LUMINAL_TYPE_DIAGNOSTIC_ROW, G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, LUMINAL_TYPE_DIAGNOSTIC);

  gtk_widget_class_set_css_name (widget_class, "diagnostic");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/ui/luminal-diagnostic-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticRow, box);
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticRow, icon);
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticRow, severity);
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticRow, place);
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticRow, place_label);
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticRow, copy);
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticRow, text);
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticRow, option);
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticRow, quote_box);
  gtk_widget_class_bind_template_child (widget_class, LuminalDiagnosticRow, quote);
  gtk_widget_class_bind_template_callback (widget_class, place_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
}

static void
luminal_diagnostic_row_init (LuminalDiagnosticRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
luminal_diagnostic_row_new (void)
{
  return g_object_new (LUMINAL_TYPE_DIAGNOSTIC_ROW, NULL);
}

LuminalDiagnostic *
luminal_diagnostic_row_get_diagnostic (LuminalDiagnosticRow *self)
{
  g_return_val_if_fail (LUMINAL_IS_DIAGNOSTIC_ROW (self), NULL);

  return self->diagnostic;
}

/**
 * luminal_diagnostic_row_set_diagnostic:
 * @self: the row
 * @diagnostic: (nullable): what to show
 * @depth: how many others it is part of
 */
void
luminal_diagnostic_row_set_diagnostic (LuminalDiagnosticRow *self,
                                       LuminalDiagnostic    *diagnostic,
                                       guint                 depth)
{
  g_return_if_fail (LUMINAL_IS_DIAGNOSTIC_ROW (self));
  g_return_if_fail (diagnostic == NULL || LUMINAL_IS_DIAGNOSTIC (diagnostic));

  if (g_set_object (&self->diagnostic, diagnostic) && diagnostic != NULL)
    update (self, depth);
}
