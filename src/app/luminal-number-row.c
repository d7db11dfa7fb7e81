/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-number-row.h"

/* AdwSpinRow, since libadwaita 1.4, and more: it takes its range from the schema, and shows
 * as many digits as the number has. A setting in milliseconds is shown in seconds. */

#define DIGITS_MAX 3
#define WIDTH 6

struct _LuminalNumberRow
{
  AdwActionRow parent_instance;

  GtkSpinButton *spin;
  GtkLabel *unit;
  guint factor;
  double step;
};

enum
{
  PROP_0,
  PROP_UNIT,
  PROP_FACTOR,
  PROP_STEP,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LuminalNumberRow, luminal_number_row, ADW_TYPE_ACTION_ROW)

static gboolean
output_cb (LuminalNumberRow *self)
{
  double value = gtk_spin_button_get_value (self->spin);
  g_autofree char *text = NULL;

  for (int digits = 0; digits <= DIGITS_MAX; digits++)
    {
      g_free (text);
      text = g_strdup_printf ("%.*f", digits, value);
      if (ABS (g_strtod (text, NULL) - value) < 0.0005)
        break;
    }

  if (g_strcmp0 (text, gtk_editable_get_text (GTK_EDITABLE (self->spin))) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->spin), text);

  return TRUE;
}

static void
luminal_number_row_get_property (GObject    *object,
                                 guint       property_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  LuminalNumberRow *self = LUMINAL_NUMBER_ROW (object);

  switch (property_id)
    {
    case PROP_UNIT:
      g_value_set_string (value, gtk_label_get_text (self->unit));
      break;
    case PROP_FACTOR:
      g_value_set_uint (value, self->factor);
      break;
    case PROP_STEP:
      g_value_set_double (value, self->step);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_number_row_set_property (GObject      *object,
                                 guint         property_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  LuminalNumberRow *self = LUMINAL_NUMBER_ROW (object);

  switch (property_id)
    {
    case PROP_UNIT:
      gtk_label_set_text (self->unit, g_value_get_string (value));
      break;
    case PROP_FACTOR:
      self->factor = g_value_get_uint (value);
      break;
    case PROP_STEP:
      self->step = g_value_get_double (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_number_row_class_init (LuminalNumberRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = luminal_number_row_get_property;
  object_class->set_property = luminal_number_row_set_property;

  /* What the number is shown in, such as "s". */
  properties[PROP_UNIT] = g_param_spec_string ("unit", NULL, NULL, "",
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  /* How much of the setting one unit is. */
  properties[PROP_FACTOR] = g_param_spec_uint ("factor", NULL, NULL, 1, G_MAXUINT, 1,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STEP] = g_param_spec_double ("step", NULL, NULL, 0, G_MAXDOUBLE, 1,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
luminal_number_row_init (LuminalNumberRow *self)
{
  self->factor = 1;
  self->step = 1;

  self->spin = GTK_SPIN_BUTTON (gtk_spin_button_new (NULL, 0, DIGITS_MAX));
  gtk_spin_button_set_numeric (self->spin, TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->spin), WIDTH);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->spin), WIDTH);
  gtk_widget_set_valign (GTK_WIDGET (self->spin), GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->spin, "output", G_CALLBACK (output_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->spin));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), GTK_WIDGET (self->spin));

  self->unit = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->unit, 0);
  gtk_label_set_width_chars (self->unit, 3);
  gtk_widget_add_css_class (GTK_WIDGET (self->unit), "dim-label");
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->unit));
}

static gboolean
get_value (GValue   *value,
           GVariant *variant,
           gpointer  user_data)
{
  LuminalNumberRow *self = user_data;

  g_value_set_double (value, (double) g_variant_get_uint32 (variant) / self->factor);

  return TRUE;
}

static GVariant *
set_value (const GValue       *value,
           const GVariantType *type,
           gpointer            user_data)
{
  LuminalNumberRow *self = user_data;

  return g_variant_new_uint32 ((guint32) (g_value_get_double (value) * self->factor + 0.5));
}

/* @key: a setting of the type "u", with a range */
void
luminal_number_row_bind (LuminalNumberRow *self,
                         GSettings        *settings,
                         const char       *key)
{
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettingsSchemaKey) schema_key = NULL;
  g_autoptr (GVariant) range = NULL;
  g_autoptr (GVariant) limits = NULL;
  guint32 min;
  guint32 max;

  g_return_if_fail (LUMINAL_IS_NUMBER_ROW (self));
  g_return_if_fail (G_IS_SETTINGS (settings));

  g_object_get (settings, "settings-schema", &schema, NULL);
  schema_key = g_settings_schema_get_key (schema, key);
  range = g_settings_schema_key_get_range (schema_key);
  g_variant_get (range, "(&sv)", NULL, &limits);
  g_variant_get (limits, "(uu)", &min, &max);

  gtk_adjustment_configure (gtk_spin_button_get_adjustment (self->spin),
                            0, (double) min / self->factor, (double) max / self->factor,
                            self->step, 10 * self->step, 0);
  g_settings_bind_with_mapping (settings, key, self->spin, "value",
                                G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_NO_SENSITIVITY,
                                get_value, set_value, self, NULL);
}
