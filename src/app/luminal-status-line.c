/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-status-line.h"

#include <glib/gi18n.h>

/* How many photons there are and what happened last; or that some are still being loaded,
 * which can be called off. */

struct _LuminalStatusLine
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkSpinner *spinner;
  GtkLabel *count;
  GtkLabel *news;
  GtkWidget *cancel;
};

G_DEFINE_FINAL_TYPE (LuminalStatusLine, luminal_status_line, GTK_TYPE_WIDGET)

static void
luminal_status_line_dispose (GObject *object)
{
  g_clear_pointer (&LUMINAL_STATUS_LINE (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (luminal_status_line_parent_class)->dispose (object);
}

static void
luminal_status_line_class_init (LuminalStatusLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = luminal_status_line_dispose;

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/ui/luminal-status-line.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalStatusLine, box);
  gtk_widget_class_bind_template_child (widget_class, LuminalStatusLine, spinner);
  gtk_widget_class_bind_template_child (widget_class, LuminalStatusLine, count);
  gtk_widget_class_bind_template_child (widget_class, LuminalStatusLine, news);
  gtk_widget_class_bind_template_child (widget_class, LuminalStatusLine, cancel);
}

static void
luminal_status_line_init (LuminalStatusLine *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
luminal_status_line_set_count (LuminalStatusLine *self,
                               const char        *count)
{
  g_return_if_fail (LUMINAL_IS_STATUS_LINE (self));

  gtk_label_set_text (self->count, count);
}

void
luminal_status_line_set_news (LuminalStatusLine *self,
                              const char        *news)
{
  g_return_if_fail (LUMINAL_IS_STATUS_LINE (self));

  gtk_label_set_text (self->news, news);
}

/* What there is to know about the news, or NULL. */
void
luminal_status_line_set_remark (LuminalStatusLine *self,
                                const char        *remark)
{
  g_return_if_fail (LUMINAL_IS_STATUS_LINE (self));

  if (g_strcmp0 (remark, gtk_widget_get_tooltip_text (GTK_WIDGET (self->news))) == 0)
    return;

  gtk_widget_set_tooltip_text (GTK_WIDGET (self->news), remark);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->news),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, remark != NULL ? remark : "",
                                  -1);
}

/* @tooltip: what to cancel would come to, or NULL while there is nothing to cancel */
void
luminal_status_line_set_busy (LuminalStatusLine *self,
                              const char        *tooltip)
{
  gboolean busy = tooltip != NULL;

  g_return_if_fail (LUMINAL_IS_STATUS_LINE (self));

  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_visible (self->cancel, busy);
  gtk_widget_set_tooltip_text (self->cancel, tooltip);
  gtk_widget_set_visible (GTK_WIDGET (self->news), !busy);
}
