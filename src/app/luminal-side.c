/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-side.h"

/* One side of the window. It asks for no more width than it needs, so that the border
 * between the sides stays where it is, whatever is shown on them. */

struct _LuminalSide
{
  GtkWidget parent_instance;

  GtkWidget *child;
};

enum
{
  PROP_0,
  PROP_CHILD,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LuminalSide, luminal_side, GTK_TYPE_WIDGET)

static void
luminal_side_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  LuminalSide *self = LUMINAL_SIDE (widget);

  gtk_widget_measure (self->child, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = *minimum;
}

static void
luminal_side_size_allocate (GtkWidget *widget,
                            int        width,
                            int        height,
                            int        baseline)
{
  gtk_widget_allocate (LUMINAL_SIDE (widget)->child, width, height, baseline, NULL);
}

static void
luminal_side_set_property (GObject      *object,
                           guint         property_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  LuminalSide *self = LUMINAL_SIDE (object);

  switch (property_id)
    {
    case PROP_CHILD:
      self->child = g_value_get_object (value);
      gtk_widget_set_parent (self->child, GTK_WIDGET (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_side_dispose (GObject *object)
{
  g_clear_pointer (&LUMINAL_SIDE (object)->child, gtk_widget_unparent);

  G_OBJECT_CLASS (luminal_side_parent_class)->dispose (object);
}

static void
luminal_side_class_init (LuminalSideClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = luminal_side_set_property;
  object_class->dispose = luminal_side_dispose;
  widget_class->measure = luminal_side_measure;
  widget_class->size_allocate = luminal_side_size_allocate;

  properties[PROP_CHILD] = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                                                G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
luminal_side_init (LuminalSide *self)
{
}
