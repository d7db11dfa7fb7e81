/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-row-layout.h"

/* Children side by side; the one that expands gets what is left. Those of the
 * style class "optional" are left out of a narrow row, so that a photon's name
 * can be read on a phone. */

#define SPACING 12
#define NARROW 520

struct _LuminalRowLayout
{
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (LuminalRowLayout, luminal_row_layout, GTK_TYPE_LAYOUT_MANAGER)

static gboolean
is_optional (GtkWidget *child)
{
  return gtk_widget_has_css_class (child, "optional");
}

static void
luminal_row_layout_measure (GtkLayoutManager *manager,
                            GtkWidget        *widget,
                            GtkOrientation    orientation,
                            int               for_size,
                            int              *minimum,
                            int              *natural,
                            int              *minimum_baseline,
                            int              *natural_baseline)
{
  int n_required = 0;
  int n_shown = 0;

  *minimum = 0;
  *natural = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum;
      int child_natural;

      if (!gtk_widget_should_layout (child))
        continue;

      gtk_widget_measure (child, orientation, -1, &child_minimum, &child_natural, NULL, NULL);

      if (orientation == GTK_ORIENTATION_VERTICAL)
        {
          *minimum = MAX (*minimum, child_minimum);
          *natural = MAX (*natural, child_natural);
          continue;
        }

      *natural += child_natural;
      n_shown++;
      if (!is_optional (child))
        {
          *minimum += child_minimum;
          n_required++;
        }
    }

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum += SPACING * MAX (n_required - 1, 0);
      *natural += SPACING * MAX (n_shown - 1, 0);
      *natural = MAX (*natural, *minimum);
    }
}

static gboolean
is_left_out (GtkWidget *child,
             int        width)
{
  return !gtk_widget_should_layout (child) || (is_optional (child) && width < NARROW);
}

static void
luminal_row_layout_allocate (GtkLayoutManager *manager,
                             GtkWidget        *widget,
                             int               width,
                             int               height,
                             int               baseline)
{
  gboolean from_right = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int left = width;
  int x = 0;
  int n_shown = 0;

  /* What the others need comes first, the expanding one takes the rest. */
  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int natural = 0;

      if (!gtk_widget_should_layout (child))
        continue;

      gtk_widget_set_child_visible (child, !is_left_out (child, width));
      if (is_left_out (child, width))
        continue;

      if (!gtk_widget_get_hexpand (child))
        gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
      left -= natural;
      n_shown++;
    }

  left -= SPACING * MAX (n_shown - 1, 0);

  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkAllocation allocation = { .y = 0, .height = height };

      if (is_left_out (child, width))
        continue;

      if (gtk_widget_get_hexpand (child))
        allocation.width = MAX (left, 0);
      else
        gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &allocation.width,
                            NULL, NULL);

      allocation.x = from_right ? width - x - allocation.width : x;
      gtk_widget_size_allocate (child, &allocation, -1);
      x += allocation.width + SPACING;
    }
}

static void
luminal_row_layout_class_init (LuminalRowLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->measure = luminal_row_layout_measure;
  layout_class->allocate = luminal_row_layout_allocate;
}

static void
luminal_row_layout_init (LuminalRowLayout *self)
{
}

GtkLayoutManager *
luminal_row_layout_new (void)
{
  return g_object_new (LUMINAL_TYPE_ROW_LAYOUT, NULL);
}
