/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-wrap-layout.h"

/* Children one after the other, as words are in a paragraph. */

#define SPACING 6

struct _LuminalWrapLayout
{
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (LuminalWrapLayout, luminal_wrap_layout, GTK_TYPE_LAYOUT_MANAGER)

typedef struct
{
  int width; /* of a line */
  int x;
  int y;
  int line_height;
} Pen;

/* Where the next child goes, and how large it is there. */
static void
place (Pen          *pen,
       GtkWidget    *child,
       GdkRectangle *area)
{
  int minimum;
  int natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  area->width = MAX (minimum, MIN (natural, pen->width));
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, area->width, NULL, &area->height, NULL, NULL);

  if (pen->x > 0 && pen->x + area->width > pen->width)
    {
      pen->y += pen->line_height + SPACING;
      pen->x = 0;
      pen->line_height = 0;
    }

  area->x = pen->x;
  area->y = pen->y;
  pen->x += area->width + SPACING;
  pen->line_height = MAX (pen->line_height, area->height);
}

static void
measure_width (GtkWidget *widget,
               int       *minimum,
               int       *natural)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum;
      int child_natural;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural, NULL, NULL);
      *minimum = MAX (*minimum, child_minimum);
      *natural += child_natural + (*natural > 0 ? SPACING : 0);
    }
}

static void
luminal_wrap_layout_measure (GtkLayoutManager *manager,
                             GtkWidget        *widget,
                             GtkOrientation    orientation,
                             int               for_size,
                             int              *minimum,
                             int              *natural,
                             int              *minimum_baseline,
                             int              *natural_baseline)
{
  Pen pen = { .width = for_size < 0 ? G_MAXINT : for_size };

  *minimum = 0;
  *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      measure_width (widget, minimum, natural);
      return;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GdkRectangle area;

      place (&pen, child, &area);
    }
  *minimum = *natural = pen.y + pen.line_height;
}

static void
luminal_wrap_layout_allocate (GtkLayoutManager *manager,
                              GtkWidget        *widget,
                              int               width,
                              int               height,
                              int               baseline)
{
  gboolean from_right = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  Pen pen = { .width = width };

  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GdkRectangle area;

      place (&pen, child, &area);
      if (from_right)
        area.x = width - area.x - area.width;
      gtk_widget_size_allocate (child, &area, -1);
    }
}

static GtkSizeRequestMode
luminal_wrap_layout_get_request_mode (GtkLayoutManager *manager,
                                      GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
luminal_wrap_layout_class_init (LuminalWrapLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->measure = luminal_wrap_layout_measure;
  layout_class->allocate = luminal_wrap_layout_allocate;
  layout_class->get_request_mode = luminal_wrap_layout_get_request_mode;
}

static void
luminal_wrap_layout_init (LuminalWrapLayout *self)
{
}
