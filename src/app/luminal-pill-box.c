/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-pill-box.h"

#include "luminal-visible.h"
#include "luminal-wrap-layout.h"

/* Short texts to press, in as many lines as they take: tags, and the names of photons. */

#define MOST_CHARS 24

struct _LuminalPillBox
{
  GtkWidget parent_instance;

  GStrv texts;
};

enum
{
  CLICKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LuminalPillBox, luminal_pill_box, GTK_TYPE_WIDGET)

static void
clicked_cb (LuminalPillBox *self,
            GtkWidget      *button)
{
  guint index = 0;

  for (GtkWidget *before = gtk_widget_get_prev_sibling (button);
       before != NULL;
       before = gtk_widget_get_prev_sibling (before))
    index++;

  g_signal_emit (self, signals[CLICKED], 0, self->texts[index]);
}

static void
add_pill (LuminalPillBox *self,
          const char     *text)
{
  g_autofree char *shown = luminal_visible_line (text, 200, NULL);
  GtkWidget *label = gtk_label_new (shown);
  GtkWidget *button = gtk_button_new ();

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), MOST_CHARS);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_set_tooltip_text (button, shown);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, shown, -1);
  gtk_widget_add_css_class (button, "tag-button");
  g_signal_connect_object (button, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_parent (button, GTK_WIDGET (self));
}

static void
remove_pills (LuminalPillBox *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
}

static void
luminal_pill_box_dispose (GObject *object)
{
  remove_pills (LUMINAL_PILL_BOX (object));

  G_OBJECT_CLASS (luminal_pill_box_parent_class)->dispose (object);
}

static void
luminal_pill_box_finalize (GObject *object)
{
  g_strfreev (LUMINAL_PILL_BOX (object)->texts);

  G_OBJECT_CLASS (luminal_pill_box_parent_class)->finalize (object);
}

static void
luminal_pill_box_class_init (LuminalPillBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = luminal_pill_box_dispose;
  object_class->finalize = luminal_pill_box_finalize;

  /* One was pressed: its text. */
  signals[CLICKED] = g_signal_new ("clicked", LUMINAL_TYPE_PILL_BOX, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, LUMINAL_TYPE_WRAP_LAYOUT);
}

static void
luminal_pill_box_init (LuminalPillBox *self)
{
}

void
luminal_pill_box_set_texts (LuminalPillBox    *self,
                            const char *const *texts)
{
  static const char *const none[] = { NULL };

  g_return_if_fail (LUMINAL_IS_PILL_BOX (self));

  if (texts == NULL)
    texts = none;
  if (self->texts != NULL && g_strv_equal ((const char *const *) self->texts, texts))
    return;

  g_strfreev (self->texts);
  self->texts = g_strdupv ((GStrv) texts);
  remove_pills (self);
  for (guint i = 0; texts[i] != NULL; i++)
    add_pill (self, texts[i]);
}
