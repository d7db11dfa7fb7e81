/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-output-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "luminal-visible.h"
#include "luminal-words.h"

/* A line of output with its time, or the divider where a generation begins; what is looked
 * for is marked in it.
 *
 * A list measures all rows around those in sight, and while a photon talks all of them
 * are new in each frame. So text is laid out when it is drawn and not before: characters
 * of ASCII are all as wide as each other here, and how many lines they take can be counted.
 * All others are worth the time that it takes to lay them out. */

#define TIME_CHARS 8
#define GAP_CHARS 2
#define LEAST_CHARS 12

struct _LuminalOutputRow
{
  GtkWidget parent_instance;

  LuminalOutputItem *item;
  char *text;
  gsize length; /* of text that is ASCII, 0 otherwise */
  char *find;

  double char_width;
  int line_height;

  PangoLayout *layout;
  int layout_width;
};

G_DEFINE_FINAL_TYPE (LuminalOutputRow, luminal_output_row, GTK_TYPE_WIDGET)

static void
measure_font (LuminalOutputRow *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);

  self->char_width = MAX (1.0, pango_font_metrics_get_approximate_char_width (metrics) / (double) PANGO_SCALE);
  self->line_height = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));
  pango_font_metrics_unref (metrics);
}

static int
time_width (LuminalOutputRow *self)
{
  return (int) (self->char_width * (TIME_CHARS + GAP_CHARS));
}

static gsize
count_columns (LuminalOutputRow *self,
               int               width)
{
  return (gsize) MAX (1, (int) ((width - time_width (self)) / self->char_width));
}

/* Searches do not care for capitals, as long as they are plain letters: positions in a
 * text that was folded are not those in the text.
 * @n_columns: after so many bytes a line break was put in; 0: none was */
static void
mark_matches (LuminalOutputRow *self,
              PangoLayout      *layout,
              gsize             n_columns)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  gsize length = strlen (self->find);

  for (const char *p = self->text; (p = strcasestr (p, self->find)) != NULL; p += length)
    {
      gsize start = (gsize) (p - self->text);
      gsize end = start + length;
      PangoAttribute *background = pango_attr_background_new (0xf9f9, 0xf0f0, 0x6b6b);
      PangoAttribute *foreground = pango_attr_foreground_new (0, 0, 0);

      if (n_columns > 0)
        {
          start += start / n_columns;
          end += (end - 1) / n_columns;
        }
      background->start_index = foreground->start_index = (guint) start;
      background->end_index = foreground->end_index = (guint) end;
      pango_attr_list_insert (attributes, background);
      pango_attr_list_insert (attributes, foreground);
    }

  pango_layout_set_attributes (layout, attributes);
}

static char *
break_lines (const char *text,
             gsize       length,
             gsize       n_columns)
{
  GString *broken = g_string_sized_new (length + length / n_columns + 1);

  for (gsize i = 0; i < length; i += n_columns)
    {
      if (i > 0)
        g_string_append_c (broken, '\n');
      g_string_append_len (broken, text + i, (gssize) MIN (n_columns, length - i));
    }

  return g_string_free (broken, FALSE);
}

static PangoLayout *
ensure_layout (LuminalOutputRow *self,
               int               width)
{
  gsize n_columns = self->length > 0 ? count_columns (self, width) : 0;
  g_autofree char *broken = NULL;

  if (self->layout != NULL && self->layout_width == width)
    return self->layout;

  g_clear_object (&self->layout);
  if (n_columns > 0 && self->length > n_columns)
    broken = break_lines (self->text, self->length, n_columns);
  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), broken != NULL ? broken : self->text);
  self->layout_width = width;
  if (n_columns == 0)
    {
      pango_layout_set_width (self->layout, MAX (1, width - time_width (self)) * PANGO_SCALE);
      pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD_CHAR);
    }
  if (self->find != NULL && *self->find != '\0' && !luminal_output_item_is_divider (self->item))
    mark_matches (self, self->layout, n_columns);

  return self->layout;
}

static void
luminal_output_row_measure (GtkWidget      *widget,
                            GtkOrientation  orientation,
                            int             for_size,
                            int            *minimum,
                            int            *natural,
                            int            *minimum_baseline,
                            int            *natural_baseline)
{
  LuminalOutputRow *self = LUMINAL_OUTPUT_ROW (widget);
  gsize n_columns;
  int height;

  if (self->line_height == 0)
    measure_font (self);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = time_width (self) + (int) (LEAST_CHARS * self->char_width);
      *natural = *minimum;
      return;
    }

  n_columns = for_size >= 0 ? count_columns (self, for_size) : G_MAXSIZE;
  if (self->item == NULL || *self->text == '\0' || for_size < 0)
    height = self->line_height;
  else if (self->length > 0)
    height = self->line_height * (int) ((self->length + n_columns - 1) / n_columns);
  else
    pango_layout_get_pixel_size (ensure_layout (self, for_size), NULL, &height);

  *minimum = *natural = MAX (height, self->line_height);
}

static GtkSizeRequestMode
luminal_output_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
draw_layout (GtkWidget   *widget,
             GtkSnapshot *snapshot,
             PangoLayout *layout,
             int          x,
             double       opacity)
{
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  color.alpha *= (float) opacity;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, 0));
  gtk_snapshot_append_layout (snapshot, layout, &color);
  gtk_snapshot_restore (snapshot);
}

static void
luminal_output_row_snapshot (GtkWidget   *widget,
                             GtkSnapshot *snapshot)
{
  LuminalOutputRow *self = LUMINAL_OUTPUT_ROW (widget);
  gboolean from_right = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int width = gtk_widget_get_width (widget);
  g_autofree char *time = NULL;
  g_autoptr (PangoLayout) time_layout = NULL;

  if (self->item == NULL)
    return;

  time = luminal_words_time (luminal_output_item_get_time (self->item));
  time_layout = gtk_widget_create_pango_layout (widget, time);
  draw_layout (widget, snapshot, time_layout,
               from_right ? width - (int) (TIME_CHARS * self->char_width) : 0, 0.55);
  draw_layout (widget, snapshot, ensure_layout (self, width), from_right ? 0 : time_width (self), 1);
}

static void
forget_layout (LuminalOutputRow *self)
{
  g_clear_object (&self->layout);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
luminal_output_row_css_changed (GtkWidget         *widget,
                                GtkCssStyleChange *change)
{
  LuminalOutputRow *self = LUMINAL_OUTPUT_ROW (widget);

  GTK_WIDGET_CLASS (luminal_output_row_parent_class)->css_changed (widget, change);

  /* The font may be another one. */
  self->line_height = 0;
  forget_layout (self);
}

static char *
describe (LuminalOutputItem *item)
{
  gsize n_left_out;
  g_autofree char *line = NULL;
  g_autofree char *rest = NULL;

  if (luminal_output_item_is_divider (item))
    return g_strdup_printf (_("Generation %u"), luminal_output_item_get_generation (item));

  line = luminal_visible_line (luminal_output_item_get_text (item), LUMINAL_VISIBLE_LENGTH, &n_left_out);
  if (n_left_out == 0)
    return g_steal_pointer (&line);

  rest = g_strdup_printf (ngettext ("%u more character", "%u more characters", n_left_out),
                          (guint) n_left_out);

  return g_strdup_printf ("%s ... (%s)", line, rest);
}

static void
set_class (LuminalOutputRow *self,
           const char       *name,
           gboolean          has_it)
{
  if (has_it)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

static void
update (LuminalOutputRow *self)
{
  GtkWidget *item_widget = gtk_widget_get_parent (GTK_WIDGET (self));
  gboolean is_error = luminal_output_item_is_error (self->item);
  g_autofree char *label = NULL;

  g_free (self->text);
  self->text = describe (self->item);
  self->length = g_str_is_ascii (self->text) ? strlen (self->text) : 0;
  set_class (self, "divider", luminal_output_item_is_divider (self->item));
  set_class (self, "error", is_error);
  g_clear_object (&self->layout);
  gtk_widget_queue_resize (GTK_WIDGET (self));

  if (item_widget == NULL)
    return;

  if (is_error)
    /* Translators: a line that was said on an error stream */
    label = g_strdup_printf (_("Error: %s"), self->text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (item_widget),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label != NULL ? label : self->text,
                                  -1);
}

static void
luminal_output_row_finalize (GObject *object)
{
  LuminalOutputRow *self = LUMINAL_OUTPUT_ROW (object);

  g_clear_object (&self->item);
  g_clear_object (&self->layout);
  g_free (self->text);
  g_free (self->find);

  G_OBJECT_CLASS (luminal_output_row_parent_class)->finalize (object);
}

static void
luminal_output_row_class_init (LuminalOutputRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = luminal_output_row_finalize;
  widget_class->measure = luminal_output_row_measure;
  widget_class->get_request_mode = luminal_output_row_get_request_mode;
  widget_class->snapshot = luminal_output_row_snapshot;
  widget_class->css_changed = luminal_output_row_css_changed;

  gtk_widget_class_set_css_name (widget_class, "outputline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
luminal_output_row_init (LuminalOutputRow *self)
{
  self->text = g_strdup ("");
}

GtkWidget *
luminal_output_row_new (void)
{
  return g_object_new (LUMINAL_TYPE_OUTPUT_ROW, NULL);
}

void
luminal_output_row_set_item (LuminalOutputRow  *self,
                             LuminalOutputItem *item)
{
  g_return_if_fail (LUMINAL_IS_OUTPUT_ROW (self));

  if (g_set_object (&self->item, item) && item != NULL)
    update (self);
}

/* @text: (nullable): what is to be marked */
void
luminal_output_row_set_find (LuminalOutputRow *self,
                             const char       *text)
{
  g_return_if_fail (LUMINAL_IS_OUTPUT_ROW (self));

  if (g_strcmp0 (self->find, text) == 0)
    return;

  g_free (self->find);
  self->find = g_strdup (text);
  forget_layout (self);
}
