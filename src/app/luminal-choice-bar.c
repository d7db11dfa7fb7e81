/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-choice-bar.h"

#include <glib/gi18n.h>

/* How many photons are picked out, and what can be done with all of them. */

struct _LuminalChoiceBar
{
  GtkWidget parent_instance;

  GtkWidget *revealer;
  GtkLabel *count;
};

enum
{
  PROP_0,
  PROP_REVEALED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LuminalChoiceBar, luminal_choice_bar, GTK_TYPE_WIDGET)

static void
luminal_choice_bar_get_property (GObject    *object,
                                 guint       property_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  LuminalChoiceBar *self = LUMINAL_CHOICE_BAR (object);

  switch (property_id)
    {
    case PROP_REVEALED:
      g_value_set_boolean (value, gtk_revealer_get_reveal_child (GTK_REVEALER (self->revealer)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

/* What is not revealed is not to be found by the keyboard or read out either. */
static void
luminal_choice_bar_set_property (GObject      *object,
                                 guint         property_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  LuminalChoiceBar *self = LUMINAL_CHOICE_BAR (object);

  switch (property_id)
    {
    case PROP_REVEALED:
      gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), g_value_get_boolean (value));
      gtk_widget_set_visible (GTK_WIDGET (self), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_choice_bar_dispose (GObject *object)
{
  g_clear_pointer (&LUMINAL_CHOICE_BAR (object)->revealer, gtk_widget_unparent);

  G_OBJECT_CLASS (luminal_choice_bar_parent_class)->dispose (object);
}

static void
luminal_choice_bar_class_init (LuminalChoiceBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = luminal_choice_bar_get_property;
  object_class->set_property = luminal_choice_bar_set_property;
  object_class->dispose = luminal_choice_bar_dispose;

  properties[PROP_REVEALED] = g_param_spec_boolean ("revealed", NULL, NULL, FALSE,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/ui/luminal-choice-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, LuminalChoiceBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, LuminalChoiceBar, count);
}

static void
luminal_choice_bar_init (LuminalChoiceBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  luminal_choice_bar_set_count (self, 0, 0);
}

GtkWidget *
luminal_choice_bar_new (void)
{
  return g_object_new (LUMINAL_TYPE_CHOICE_BAR, NULL);
}

/**
 * luminal_choice_bar_set_count:
 * @self: the bar
 * @n_chosen: how many there are
 * @n_hidden: how many of them a search hides
 */
void
luminal_choice_bar_set_count (LuminalChoiceBar *self,
                              guint             n_chosen,
                              guint             n_hidden)
{
  g_autofree char *text = NULL;
  g_autofree char *more = NULL;

  g_return_if_fail (LUMINAL_IS_CHOICE_BAR (self));

  text = g_strdup_printf (ngettext ("%u selected", "%u selected", n_chosen), n_chosen);
  if (n_hidden > 0)
    /* Translators: “3 selected”, and how many of them are not shown */
    more = g_strdup_printf (ngettext ("%s, %u hidden", "%s, %u hidden", n_hidden), text, n_hidden);
  gtk_label_set_text (self->count, more != NULL ? more : text);
}
