/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-row-tags.h"

#include <glib/gi18n.h>

#include "luminal-visible.h"

/* The tags of a photon in its row: as many as there is room for, and how many more there are.
 * Most photons have none, and then there is nothing in it. */

#define N_TAGS 2

struct _LuminalRowTags
{
  GtkWidget parent_instance;

  GtkLabel *labels[N_TAGS];
  GtkLabel *more;
};

G_DEFINE_FINAL_TYPE (LuminalRowTags, luminal_row_tags, GTK_TYPE_WIDGET)

static GtkLabel *
add_label (LuminalRowTags    *self,
           const char *const *css_classes)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_set_css_classes (label, (const char **) css_classes);
  gtk_widget_set_parent (label, GTK_WIDGET (self));

  return GTK_LABEL (label);
}

static void
make_labels (LuminalRowTags *self)
{
  static const char *const tag_classes[] = { "tag", "caption", NULL };
  static const char *const more_classes[] = { "caption", "dim-label", "numeric", NULL };

  for (guint i = 0; i < N_TAGS; i++)
    {
      self->labels[i] = add_label (self, tag_classes);
      gtk_label_set_ellipsize (self->labels[i], PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (self->labels[i], 12);
      gtk_label_set_single_line_mode (self->labels[i], TRUE);
    }
  self->more = add_label (self, more_classes);
}

static void
luminal_row_tags_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (luminal_row_tags_parent_class)->dispose (object);
}

static void
luminal_row_tags_class_init (LuminalRowTagsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = luminal_row_tags_dispose;

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
luminal_row_tags_init (LuminalRowTags *self)
{
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 6);
}

GtkWidget *
luminal_row_tags_new (void)
{
  return g_object_new (LUMINAL_TYPE_ROW_TAGS, NULL);
}

/* @tags: (nullable) */
void
luminal_row_tags_set_tags (LuminalRowTags    *self,
                           const char *const *tags)
{
  guint n_tags = tags != NULL ? g_strv_length ((char **) tags) : 0;

  g_return_if_fail (LUMINAL_IS_ROW_TAGS (self));

  gtk_widget_set_visible (GTK_WIDGET (self), n_tags > 0);
  if (n_tags == 0)
    return;
  if (self->more == NULL)
    make_labels (self);

  for (guint i = 0; i < N_TAGS; i++)
    {
      g_autofree char *tag = i < n_tags ? luminal_visible_line (tags[i], 50, NULL) : NULL;

      gtk_widget_set_visible (GTK_WIDGET (self->labels[i]), tag != NULL);
      gtk_label_set_text (self->labels[i], tag != NULL ? tag : "");
    }

  gtk_widget_set_visible (GTK_WIDGET (self->more), n_tags > N_TAGS);
  if (n_tags > N_TAGS)
    {
      /* Translators: so many more tags than are shown */
      g_autofree char *more = g_strdup_printf (_("+%u"), n_tags - N_TAGS);

      gtk_label_set_text (self->more, more);
    }
}

/* The how manieth tag @part shows, counted from 0; -1 if it is none of them. */
int
luminal_row_tags_find (LuminalRowTags *self,
                       GtkWidget      *part)
{
  g_return_val_if_fail (LUMINAL_IS_ROW_TAGS (self), -1);

  for (int i = 0; i < N_TAGS && part != NULL; i++)
    if (part == GTK_WIDGET (self->labels[i]))
      return i;

  return -1;
}
