/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-photon-filter.h"

#include <luminal.h>
#include <string.h>

#include "luminal-look.h"

/* Lets through the photons that fit every word of a search. A word is looked
 * for in the name, the file, the author and the tags, or only in one of them
 * when it is written "tag:audio". */

typedef enum
{
  FIELD_ANY,
  FIELD_NAME,
  FIELD_FILE,
  FIELD_AUTHOR,
  FIELD_TAG,
  FIELD_STATUS,
} Field;

typedef struct
{
  Field field;
  char *text;
  char *folded;
} Term;

struct _LuminalPhotonFilter
{
  GtkFilter parent_instance;

  char *search;
  GArray *terms;
  gboolean by_status;
};

enum
{
  PROP_0,
  PROP_SEARCH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LuminalPhotonFilter, luminal_photon_filter, GTK_TYPE_FILTER)

static void
term_clear (gpointer data)
{
  Term *term = data;

  g_free (term->text);
  g_free (term->folded);
}

static void
term_init (Term       *term,
           const char *word)
{
  static const struct
  {
    const char *prefix;
    Field field;
  } fields[] = {
    { "name:", FIELD_NAME },     { "file:", FIELD_FILE },     { "author:", FIELD_AUTHOR },
    { "tag:", FIELD_TAG },       { "status:", FIELD_STATUS },
  };

  term->field = FIELD_ANY;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_ascii_strncasecmp (word, fields[i].prefix, strlen (fields[i].prefix)) == 0)
      {
        term->field = fields[i].field;
        word += strlen (fields[i].prefix);
        break;
      }

  term->text = g_strdup (word);
  term->folded = g_utf8_casefold (word, -1);
}

/* Ten thousand rows are filtered between two frames, so nothing is allocated
 * for plain ASCII, which is nearly all there is. */
static gboolean
term_is_in (const Term *term,
            const char *text)
{
  g_autofree char *folded = NULL;

  if (text == NULL)
    return FALSE;

  if (strcasestr (text, term->text) != NULL)
    return TRUE;

  if (g_str_is_ascii (text))
    return FALSE;

  folded = g_utf8_casefold (text, -1);
  return strstr (folded, term->folded) != NULL;
}

static gboolean
term_is_in_file (const Term     *term,
                 LuminalHandler *handler)
{
  const char *path = luminal_handler_get_filepath (handler);
  const char *slash = path != NULL ? strrchr (path, G_DIR_SEPARATOR) : NULL;

  return term_is_in (term, slash != NULL ? slash + 1 : path);
}

static gboolean
term_is_in_tags (const Term     *term,
                 LuminalHandler *handler)
{
  const char *const *tags = luminal_handler_get_tags (handler);

  for (guint i = 0; tags != NULL && tags[i] != NULL; i++)
    if (term_is_in (term, tags[i]))
      return TRUE;

  return FALSE;
}

/* A half-typed state fits already; "problem" is every state that asks for
 * attention. */
static gboolean
term_is_status (const Term     *term,
                LuminalHandler *handler)
{
  LuminalLook look = luminal_look_of (handler);

  if (luminal_look_is_problem (look) && g_str_has_prefix ("problem", term->folded))
    return TRUE;

  return g_str_has_prefix (luminal_look_get_nick (look), term->folded);
}

static gboolean
term_fits (const Term     *term,
           LuminalHandler *handler)
{
  switch (term->field)
    {
    case FIELD_NAME:
      return term_is_in (term, luminal_handler_get_name (handler));
    case FIELD_FILE:
      return term_is_in_file (term, handler);
    case FIELD_AUTHOR:
      return term_is_in (term, luminal_handler_get_author (handler));
    case FIELD_TAG:
      return term_is_in_tags (term, handler);
    case FIELD_STATUS:
      return term_is_status (term, handler);
    case FIELD_ANY:
    default:
      return term_is_in (term, luminal_handler_get_name (handler)) ||
             term_is_in_file (term, handler) ||
             term_is_in (term, luminal_handler_get_author (handler)) ||
             term_is_in_tags (term, handler);
    }
}

static gboolean
luminal_photon_filter_match (GtkFilter *filter,
                             gpointer   item)
{
  LuminalPhotonFilter *self = LUMINAL_PHOTON_FILTER (filter);

  for (guint i = 0; i < self->terms->len; i++)
    if (!term_fits (&g_array_index (self->terms, Term, i), item))
      return FALSE;

  return TRUE;
}

static GtkFilterMatch
luminal_photon_filter_get_strictness (GtkFilter *filter)
{
  LuminalPhotonFilter *self = LUMINAL_PHOTON_FILTER (filter);

  return self->terms->len == 0 ? GTK_FILTER_MATCH_ALL : GTK_FILTER_MATCH_SOME;
}

static void
luminal_photon_filter_get_property (GObject    *object,
                                    guint       property_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_SEARCH:
      g_value_set_string (value, luminal_photon_filter_get_search (LUMINAL_PHOTON_FILTER (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_photon_filter_set_property (GObject      *object,
                                    guint         property_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  switch (property_id)
    {
    case PROP_SEARCH:
      luminal_photon_filter_set_search (LUMINAL_PHOTON_FILTER (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_photon_filter_finalize (GObject *object)
{
  LuminalPhotonFilter *self = LUMINAL_PHOTON_FILTER (object);

  g_free (self->search);
  g_array_unref (self->terms);

  G_OBJECT_CLASS (luminal_photon_filter_parent_class)->finalize (object);
}

static void
luminal_photon_filter_class_init (LuminalPhotonFilterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkFilterClass *filter_class = GTK_FILTER_CLASS (klass);

  object_class->get_property = luminal_photon_filter_get_property;
  object_class->set_property = luminal_photon_filter_set_property;
  object_class->finalize = luminal_photon_filter_finalize;
  filter_class->match = luminal_photon_filter_match;
  filter_class->get_strictness = luminal_photon_filter_get_strictness;

  properties[PROP_SEARCH] =
    g_param_spec_string ("search", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
luminal_photon_filter_init (LuminalPhotonFilter *self)
{
  self->search = g_strdup ("");
  self->terms = g_array_new (FALSE, TRUE, sizeof (Term));
  g_array_set_clear_func (self->terms, term_clear);
}

LuminalPhotonFilter *
luminal_photon_filter_new (void)
{
  return g_object_new (LUMINAL_TYPE_PHOTON_FILTER, NULL);
}

/* Words are apart by white space, unless that is between quotation marks. */
static GStrv
split_search (const char *search)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_autoptr (GString) word = g_string_new (NULL);
  gboolean is_quoted = FALSE;

  for (const char *p = search;; p++)
    {
      if (*p == '"')
        {
          is_quoted = !is_quoted;
        }
      else if (*p == '\0' || (!is_quoted && g_ascii_isspace (*p)))
        {
          if (word->len > 0)
            g_strv_builder_add (words, word->str);
          g_string_truncate (word, 0);
          if (*p == '\0')
            break;
        }
      else
        {
          g_string_append_c (word, *p);
        }
    }

  return g_strv_builder_end (words);
}

const char *
luminal_photon_filter_get_search (LuminalPhotonFilter *self)
{
  g_return_val_if_fail (LUMINAL_IS_PHOTON_FILTER (self), NULL);

  return self->search;
}

void
luminal_photon_filter_set_search (LuminalPhotonFilter *self,
                                  const char          *search)
{
  g_auto (GStrv) words = NULL;

  g_return_if_fail (LUMINAL_IS_PHOTON_FILTER (self));

  if (search == NULL)
    search = "";
  if (g_strcmp0 (self->search, search) == 0)
    return;

  g_free (self->search);
  self->search = g_strdup (search);
  self->by_status = FALSE;
  g_array_set_size (self->terms, 0);

  words = split_search (search);
  for (guint i = 0; words[i] != NULL; i++)
    {
      Term term;

      term_init (&term, words[i]);
      self->by_status |= term.field == FIELD_STATUS;
      g_array_append_val (self->terms, term);
    }

  gtk_filter_changed (GTK_FILTER (self), GTK_FILTER_CHANGE_DIFFERENT);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCH]);
}

/**
 * luminal_photon_filter_states_changed:
 * @self: the filter
 *
 * To be called when photons changed; whoever searches by state sees them come
 * and go. All other searches are left alone.
 */
void
luminal_photon_filter_states_changed (LuminalPhotonFilter *self)
{
  g_return_if_fail (LUMINAL_IS_PHOTON_FILTER (self));

  if (self->by_status)
    gtk_filter_changed (GTK_FILTER (self), GTK_FILTER_CHANGE_DIFFERENT);
}
