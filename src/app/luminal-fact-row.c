/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-fact-row.h"

#include <glib/gi18n.h>

#include "luminal-visible.h"

/* What something is called and what it is, to be read, selected and perhaps copied. */

struct _LuminalFactRow
{
  GtkListBoxRow parent_instance;

  GtkWidget *title;
  GtkWidget *value;
  GtkWidget *copy;
  GtkWidget *content;
  GtkWidget *suffix;

  char *text;
};

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_VALUE,
  PROP_CAN_COPY,
  PROP_CONTENT,
  PROP_SUFFIX,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LuminalFactRow, luminal_fact_row, GTK_TYPE_LIST_BOX_ROW)

static void
copy_clicked_cb (LuminalFactRow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.copy", "s", self->text);
}

static void
set_title (LuminalFactRow *self,
           const char     *title)
{
  /* Translators: such as “Copy SHA-256” */
  g_autofree char *copy = g_strdup_printf (_("Copy %s"), title);

  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_widget_set_tooltip_text (self->copy, copy);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->copy), GTK_ACCESSIBLE_PROPERTY_LABEL, copy, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

static void
set_content (LuminalFactRow *self,
             GtkWidget      *content)
{
  gtk_box_append (GTK_BOX (self->content), content);
  gtk_widget_hide (self->value);
}

static void
luminal_fact_row_get_property (GObject    *object,
                               guint       property_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  LuminalFactRow *self = LUMINAL_FACT_ROW (object);

  switch (property_id)
    {
    case PROP_VALUE:
      g_value_set_string (value, self->text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_fact_row_set_property (GObject      *object,
                               guint         property_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  LuminalFactRow *self = LUMINAL_FACT_ROW (object);

  switch (property_id)
    {
    case PROP_TITLE:
      set_title (self, g_value_get_string (value));
      break;
    case PROP_VALUE:
      luminal_fact_row_set_value (self, g_value_get_string (value));
      break;
    case PROP_CAN_COPY:
      gtk_widget_set_visible (self->copy, g_value_get_boolean (value));
      break;
    case PROP_CONTENT:
      set_content (self, g_value_get_object (value));
      break;
    case PROP_SUFFIX:
      gtk_box_append (GTK_BOX (self->suffix), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_fact_row_finalize (GObject *object)
{
  g_free (LUMINAL_FACT_ROW (object)->text);

  G_OBJECT_CLASS (luminal_fact_row_parent_class)->finalize (object);
}

static void
luminal_fact_row_class_init (LuminalFactRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = luminal_fact_row_get_property;
  object_class->set_property = luminal_fact_row_set_property;
  object_class->finalize = luminal_fact_row_finalize;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL,
                                                G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_VALUE] =
    g_param_spec_string ("value", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_CAN_COPY] = g_param_spec_boolean ("can-copy", NULL, NULL, FALSE,
                                                    G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  /* Instead of the value, and behind it. */
  properties[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET,
                                                  G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SUFFIX] = g_param_spec_object ("suffix", NULL, NULL, GTK_TYPE_WIDGET,
                                                 G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/ui/luminal-fact-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalFactRow, title);
  gtk_widget_class_bind_template_child (widget_class, LuminalFactRow, value);
  gtk_widget_class_bind_template_child (widget_class, LuminalFactRow, copy);
  gtk_widget_class_bind_template_child (widget_class, LuminalFactRow, content);
  gtk_widget_class_bind_template_child (widget_class, LuminalFactRow, suffix);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
}

static void
luminal_fact_row_init (LuminalFactRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* @value: (nullable): there is nothing to say, and no row then */
void
luminal_fact_row_set_value (LuminalFactRow *self,
                            const char     *value)
{
  g_autofree char *shown = NULL;

  g_return_if_fail (LUMINAL_IS_FACT_ROW (self));

  if (value != NULL && *value == '\0')
    value = NULL;
  gtk_widget_set_visible (GTK_WIDGET (self), value != NULL);
  if (g_strcmp0 (self->text, value) == 0)
    return;

  g_free (self->text);
  self->text = g_strdup (value);
  shown = luminal_visible_start (value != NULL ? value : "", LUMINAL_VISIBLE_LENGTH);
  gtk_label_set_text (GTK_LABEL (self->value), shown);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, shown, -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
}
