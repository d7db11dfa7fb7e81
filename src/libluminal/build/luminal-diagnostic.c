/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-diagnostic.h"
#include "luminal-diagnostic-private.h"

#include "luminal-enum-types.h"

/**
 * LuminalDiagnostic:
 *
 * Something that a compiler says of a source: an error, a warning, or a note
 * that explains one.
 *
 * The notes and hints that belong to an error or a warning are its
 * [property@Diagnostic:children]. A program that shows diagnostics as the
 * compiler prints them prints the [property@Diagnostic:rendering] of each,
 * followed by those of its children.
 *
 * A diagnostic never changes.
 *
 * Since: 1.0
 */
struct _LuminalDiagnostic
{
  GObject parent_instance;

  char *file;
  guint line;
  guint column;
  LuminalSeverity severity;
  char *text;
  char *option;
  char *rendering;
  GListStore *children;
};

enum
{
  PROP_0,
  PROP_FILE,
  PROP_LINE,
  PROP_COLUMN,
  PROP_SEVERITY,
  PROP_TEXT,
  PROP_OPTION,
  PROP_RENDERING,
  PROP_CHILDREN,
  N_PROPERTIES
};

G_DEFINE_FINAL_TYPE (LuminalDiagnostic, luminal_diagnostic, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPERTIES];

static void
luminal_diagnostic_get_property (GObject    *object,
                                 guint       property_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  LuminalDiagnostic *self = LUMINAL_DIAGNOSTIC (object);

  switch (property_id)
    {
    case PROP_FILE:
      g_value_set_string (value, self->file);
      break;
    case PROP_LINE:
      g_value_set_uint (value, self->line);
      break;
    case PROP_COLUMN:
      g_value_set_uint (value, self->column);
      break;
    case PROP_SEVERITY:
      g_value_set_enum (value, self->severity);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_OPTION:
      g_value_set_string (value, self->option);
      break;
    case PROP_RENDERING:
      g_value_set_string (value, self->rendering);
      break;
    case PROP_CHILDREN:
      g_value_set_object (value, self->children);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_diagnostic_finalize (GObject *object)
{
  LuminalDiagnostic *self = LUMINAL_DIAGNOSTIC (object);

  g_free (self->file);
  g_free (self->text);
  g_free (self->option);
  g_free (self->rendering);
  g_clear_object (&self->children);

  G_OBJECT_CLASS (luminal_diagnostic_parent_class)->finalize (object);
}

static void
luminal_diagnostic_class_init (LuminalDiagnosticClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = luminal_diagnostic_get_property;
  object_class->finalize = luminal_diagnostic_finalize;

  /**
   * LuminalDiagnostic:file: (type filename)
   *
   * The absolute path of the file that it is about, or %NULL if it is about
   * none, as with most of what a linker says.
   *
   * Since: 1.0
   */
  properties[PROP_FILE] =
    g_param_spec_string ("file", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalDiagnostic:line:
   *
   * The line, counted from 1, or 0 if it is unknown.
   *
   * Since: 1.0
   */
  properties[PROP_LINE] =
    g_param_spec_uint ("line", NULL, NULL, 0, G_MAXUINT, 0,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalDiagnostic:column:
   *
   * The column as the compiler counts them, from 1, or 0 if it is unknown.
   *
   * Since: 1.0
   */
  properties[PROP_COLUMN] =
    g_param_spec_uint ("column", NULL, NULL, 0, G_MAXUINT, 0,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalDiagnostic:severity:
   *
   * How bad it is.
   *
   * Since: 1.0
   */
  properties[PROP_SEVERITY] =
    g_param_spec_enum ("severity", NULL, NULL, LUMINAL_TYPE_SEVERITY, LUMINAL_SEVERITY_NOTE,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalDiagnostic:text:
   *
   * What the compiler says, in one line.
   *
   * Since: 1.0
   */
  properties[PROP_TEXT] =
    g_param_spec_string ("text", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalDiagnostic:option:
   *
   * The option of the compiler that turns it on, such as
   * `"-Wunused-variable"`, or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_OPTION] =
    g_param_spec_string ("option", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalDiagnostic:rendering:
   *
   * The lines as the compiler printed them, with the piece of source that it
   * quotes and its marks below it, or %NULL. There is no newline at the end.
   *
   * Since: 1.0
   */
  properties[PROP_RENDERING] =
    g_param_spec_string ("rendering", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalDiagnostic:children:
   *
   * The notes and hints that belong to it, a list of [class@Diagnostic].
   *
   * Since: 1.0
   */
  properties[PROP_CHILDREN] =
    g_param_spec_object ("children", NULL, NULL, G_TYPE_LIST_MODEL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
luminal_diagnostic_init (LuminalDiagnostic *self)
{
  self->children = g_list_store_new (LUMINAL_TYPE_DIAGNOSTIC);
}

static char *
make_valid (const char *text)
{
  return text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

LuminalDiagnostic *
luminal_diagnostic_new (const char     *file,
                        guint           line,
                        guint           column,
                        LuminalSeverity severity,
                        const char     *text,
                        const char     *option,
                        const char     *rendering,
                        GPtrArray      *children)
{
  LuminalDiagnostic *self = g_object_new (LUMINAL_TYPE_DIAGNOSTIC, NULL);

  self->file = g_strdup (file);
  self->line = line;
  self->column = column;
  self->severity = severity;
  self->text = make_valid (text);
  self->option = make_valid (option);
  self->rendering = make_valid (rendering);
  if (children != NULL)
    g_list_store_splice (self->children, 0, 0, children->pdata, children->len);

  return self;
}

GVariant *
luminal_diagnostic_to_variant (LuminalDiagnostic *self)
{
  GVariantBuilder children;
  guint n_children = g_list_model_get_n_items (G_LIST_MODEL (self->children));

  g_variant_builder_init (&children, G_VARIANT_TYPE ("av"));
  for (guint i = 0; i < n_children; i++)
    {
      g_autoptr (LuminalDiagnostic) child = g_list_model_get_item (G_LIST_MODEL (self->children), i);

      g_variant_builder_add (&children, "v", luminal_diagnostic_to_variant (child));
    }

  /* A path may be any bytes but 0; none at all is the empty one. */
  return g_variant_new ("(@ayuuusmsms@av)",
                        g_variant_new_bytestring (self->file != NULL ? self->file : ""),
                        self->line, self->column, (guint) self->severity, self->text,
                        self->option, self->rendering, g_variant_builder_end (&children));
}

LuminalDiagnostic *
luminal_diagnostic_from_variant (GVariant *variant)
{
  g_autoptr (GPtrArray) children = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GVariantIter) iter = NULL;
  GVariant *child;
  const char *file, *text, *option, *rendering;
  guint line, column, severity;

  g_variant_get (variant, "(^&ayuuu&sm&sm&sav)", &file, &line, &column, &severity, &text, &option,
                 &rendering, &iter);
  while (g_variant_iter_next (iter, "v", &child))
    {
      if (g_variant_is_of_type (child, G_VARIANT_TYPE (LUMINAL_DIAGNOSTIC_TYPE_STRING)))
        g_ptr_array_add (children, luminal_diagnostic_from_variant (child));
      g_variant_unref (child);
    }

  return luminal_diagnostic_new (*file != '\0' ? file : NULL, line, column,
                                 MIN (severity, LUMINAL_SEVERITY_FATAL), text, option, rendering,
                                 children);
}

/**
 * luminal_diagnostic_get_file:
 * @self: a diagnostic
 *
 * Gets the file that @self is about.
 *
 * Returns: (type filename) (nullable): its absolute path, or %NULL if it is
 *   about no file
 *
 * Since: 1.0
 */
const char *
luminal_diagnostic_get_file (LuminalDiagnostic *self)
{
  g_return_val_if_fail (LUMINAL_IS_DIAGNOSTIC (self), NULL);

  return self->file;
}

/**
 * luminal_diagnostic_get_line:
 * @self: a diagnostic
 *
 * Gets the line that @self is about.
 *
 * Returns: the line, counted from 1, or 0 if it is unknown
 *
 * Since: 1.0
 */
guint
luminal_diagnostic_get_line (LuminalDiagnostic *self)
{
  g_return_val_if_fail (LUMINAL_IS_DIAGNOSTIC (self), 0);

  return self->line;
}

/**
 * luminal_diagnostic_get_column:
 * @self: a diagnostic
 *
 * Gets the column that @self is about, as the compiler counts them.
 *
 * Returns: the column, counted from 1, or 0 if it is unknown
 *
 * Since: 1.0
 */
guint
luminal_diagnostic_get_column (LuminalDiagnostic *self)
{
  g_return_val_if_fail (LUMINAL_IS_DIAGNOSTIC (self), 0);

  return self->column;
}

/**
 * luminal_diagnostic_get_severity:
 * @self: a diagnostic
 *
 * Gets how bad it is.
 *
 * Returns: the severity
 *
 * Since: 1.0
 */
LuminalSeverity
luminal_diagnostic_get_severity (LuminalDiagnostic *self)
{
  g_return_val_if_fail (LUMINAL_IS_DIAGNOSTIC (self), LUMINAL_SEVERITY_NOTE);

  return self->severity;
}

/**
 * luminal_diagnostic_get_text:
 * @self: a diagnostic
 *
 * Gets what the compiler says, without the place and the option.
 *
 * Returns: the text, in one line
 *
 * Since: 1.0
 */
const char *
luminal_diagnostic_get_text (LuminalDiagnostic *self)
{
  g_return_val_if_fail (LUMINAL_IS_DIAGNOSTIC (self), NULL);

  return self->text;
}

/**
 * luminal_diagnostic_get_option:
 * @self: a diagnostic
 *
 * Gets the option of the compiler that turns @self on, such as
 * `"-Wunused-variable"`.
 *
 * Returns: (nullable): the option, or %NULL if there is none
 *
 * Since: 1.0
 */
const char *
luminal_diagnostic_get_option (LuminalDiagnostic *self)
{
  g_return_val_if_fail (LUMINAL_IS_DIAGNOSTIC (self), NULL);

  return self->option;
}

/**
 * luminal_diagnostic_get_rendering:
 * @self: a diagnostic
 *
 * Gets the lines as the compiler printed them, without those of its children.
 *
 * They quote the source: a program that prints them to a terminal has to see to
 * it that control characters do no harm.
 *
 * Returns: (nullable): the lines, without a newline at the end, or %NULL
 *
 * Since: 1.0
 */
const char *
luminal_diagnostic_get_rendering (LuminalDiagnostic *self)
{
  g_return_val_if_fail (LUMINAL_IS_DIAGNOSTIC (self), NULL);

  return self->rendering;
}

/**
 * luminal_diagnostic_get_children:
 * @self: a diagnostic
 *
 * Gets the notes and hints that belong to @self, in the order that the compiler
 * gave them.
 *
 * Returns: (transfer none): a list of [class@Diagnostic]
 *
 * Since: 1.0
 */
GListModel *
luminal_diagnostic_get_children (LuminalDiagnostic *self)
{
  g_return_val_if_fail (LUMINAL_IS_DIAGNOSTIC (self), NULL);

  return G_LIST_MODEL (self->children);
}
