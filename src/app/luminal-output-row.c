/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-output-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "luminal-visible.h"
#include "luminal-words.h"

/* A line of output with its time, or the divider where a generation begins. What is
 * looked for is marked in it. */

struct _LuminalOutputRow
{
  GtkWidget parent_instance;

  GtkWidget *time;
  GtkWidget *text;

  LuminalOutputItem *item;
  char *find;
};

G_DEFINE_FINAL_TYPE (LuminalOutputRow, luminal_output_row, GTK_TYPE_WIDGET)

/* Searches do not care for capitals, as long as they are plain letters: positions in a
 * text that was folded are not those in the text. */
static void
mark_matches (LuminalOutputRow *self,
              const char       *text)
{
  g_autoptr (PangoAttrList) attributes = NULL;
  gsize length;

  if (self->find == NULL || *self->find == '\0')
    {
      gtk_label_set_attributes (GTK_LABEL (self->text), NULL);
      return;
    }

  attributes = pango_attr_list_new ();
  length = strlen (self->find);
  for (const char *p = text; (p = strcasestr (p, self->find)) != NULL; p += length)
    {
      PangoAttribute *background = pango_attr_background_new (0xf9f9, 0xf0f0, 0x6b6b);
      PangoAttribute *foreground = pango_attr_foreground_new (0, 0, 0);

      background->start_index = foreground->start_index = (guint) (p - text);
      background->end_index = foreground->end_index = (guint) (p - text + (gssize) length);
      pango_attr_list_insert (attributes, background);
      pango_attr_list_insert (attributes, foreground);
    }
  gtk_label_set_attributes (GTK_LABEL (self->text), attributes);
}

static char *
describe_line (LuminalOutputItem *item)
{
  gsize n_left_out;
  g_autofree char *line =
    luminal_visible_line (luminal_output_item_get_text (item), LUMINAL_VISIBLE_LENGTH, &n_left_out);
  g_autofree char *rest = NULL;

  if (n_left_out == 0)
    return g_steal_pointer (&line);

  rest = g_strdup_printf (ngettext ("%u more character", "%u more characters", n_left_out),
                          (guint) n_left_out);

  return g_strdup_printf ("%s… (%s)", line, rest);
}

static void
update (LuminalOutputRow *self)
{
  gboolean is_divider = luminal_output_item_is_divider (self->item);
  GtkWidget *item_widget = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *time = luminal_words_time (luminal_output_item_get_time (self->item));
  g_autofree char *text = NULL;

  if (is_divider)
    text = g_strdup_printf (_("Generation %u"), luminal_output_item_get_generation (self->item));
  else
    text = describe_line (self->item);

  gtk_label_set_text (GTK_LABEL (self->time), time);
  gtk_label_set_text (GTK_LABEL (self->text), text);
  if (is_divider)
    gtk_label_set_attributes (GTK_LABEL (self->text), NULL);
  else
    mark_matches (self, text);

  if (is_divider)
    gtk_widget_add_css_class (GTK_WIDGET (self), "divider");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "divider");
  if (luminal_output_item_is_error (self->item))
    gtk_widget_add_css_class (GTK_WIDGET (self), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "error");

  if (item_widget != NULL)
    {
      g_autofree char *label = NULL;

      if (luminal_output_item_is_error (self->item))
        /* Translators: a line that was said on an error stream */
        label = g_strdup_printf (_("Error: %s"), text);
      gtk_accessible_update_property (GTK_ACCESSIBLE (item_widget),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, label != NULL ? label : text,
                                      -1);
    }
}

static void
luminal_output_row_dispose (GObject *object)
{
  LuminalOutputRow *self = LUMINAL_OUTPUT_ROW (object);

  g_clear_object (&self->item);
  g_clear_pointer (&self->time, gtk_widget_unparent);
  g_clear_pointer (&self->text, gtk_widget_unparent);

  G_OBJECT_CLASS (luminal_output_row_parent_class)->dispose (object);
}

static void
luminal_output_row_finalize (GObject *object)
{
  g_free (LUMINAL_OUTPUT_ROW (object)->find);

  G_OBJECT_CLASS (luminal_output_row_parent_class)->finalize (object);
}

static void
luminal_output_row_class_init (LuminalOutputRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = luminal_output_row_dispose;
  object_class->finalize = luminal_output_row_finalize;

  gtk_widget_class_set_css_name (widget_class, "outputline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
luminal_output_row_init (LuminalOutputRow *self)
{
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 10);

  self->time = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->time, "dim-label");
  gtk_widget_set_valign (self->time, GTK_ALIGN_START);
  gtk_widget_set_parent (self->time, GTK_WIDGET (self));

  self->text = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->text), 0);
  gtk_label_set_wrap (GTK_LABEL (self->text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->text), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (self->text, TRUE);
  gtk_widget_set_parent (self->text, GTK_WIDGET (self));
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
  if (self->item != NULL)
    update (self);
}
