/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-note.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "luminal-declare.h"
#include "luminal-error-private.h"

/* The texts of keys that may be there once, as they were found. */
typedef struct
{
  const char *abi;
  const char *class_name;
  const char *line;
  const char *name;
  const char *author;
  const char *version;
  const char *description;
  const char *base;
  const char *start_first;
  const char *state;
} Found;

static const struct
{
  const char *key;
  gsize offset;
} keys[] = {
  { "abi", G_STRUCT_OFFSET (Found, abi) },
  { "class", G_STRUCT_OFFSET (Found, class_name) },
  { "line", G_STRUCT_OFFSET (Found, line) },
  { "name", G_STRUCT_OFFSET (Found, name) },
  { "author", G_STRUCT_OFFSET (Found, author) },
  { "version", G_STRUCT_OFFSET (Found, version) },
  { "description", G_STRUCT_OFFSET (Found, description) },
  { "base", G_STRUCT_OFFSET (Found, base) },
  { "start-first", G_STRUCT_OFFSET (Found, start_first) },
  { "state", G_STRUCT_OFFSET (Found, state) },
};

static gboolean damaged (GError    **error,
                         const char *filepath,
                         const char *format,
                         ...) G_GNUC_PRINTF (3, 4);

static gboolean
damaged (GError    **error,
         const char *filepath,
         const char *format,
         ...)
{
  g_autofree char *cause = NULL;
  va_list args;

  va_start (args, format);
  cause = g_strdup_vprintf (format, args);
  va_end (args);

  g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_INVALID_MODULE, filepath,
                                               LUMINAL_PHASE_INSPECT,
                                               _("its Luminal note is damaged: %s. Build it again "
                                                 "from its source"), cause));
  return FALSE;
}

static gboolean
parse_number (const char *text,
              guint      *number)
{
  guint64 parsed;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &parsed, NULL))
    return FALSE;

  *number = (guint) parsed;
  return TRUE;
}

/* Whether the compiler would take it for an identifier: C allows letters of any
 * script. */
static gboolean
is_identifier (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '_' || g_unichar_isalpha (c))
        continue;
      if (p == text || !(g_unichar_isalnum (c) || g_unichar_ismark (c)))
        return FALSE;
    }

  return *text != '\0';
}

/* The rules of g_type_register_static(). */
static gboolean
is_type_name (const char *text)
{
  if (strlen (text) < 3 || !(g_ascii_isalpha (*text) || *text == '_'))
    return FALSE;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && strchr ("-_+", *p) == NULL)
        return FALSE;
    }

  return TRUE;
}

static gboolean
parse_flag (const char *text,
            const char *key,
            gboolean   *flag,
            const char *filepath,
            GError    **error)
{
  *flag = FALSE;

  if (text == NULL || strcmp (text, "0") == 0)
    return TRUE;
  if (strcmp (text, "1") != 0)
    return damaged (error, filepath, _("its text \"%s\" is neither 0 nor 1"), key);

  *flag = TRUE;
  return TRUE;
}

static gboolean
check_abi (LuminalNote *note,
           const char  *text,
           const char  *filepath,
           GError     **error)
{
  if (!parse_number (text, &note->abi) || note->abi == 0)
    return damaged (error, filepath, _("the number of its photon interface is none"));

  if (note->abi > LUMINAL_ABI)
    {
      g_propagate_error (error,
                         luminal_error_new (LUMINAL_ERROR_WRONG_ABI, filepath,
                                            LUMINAL_PHASE_INSPECT,
                                            _("it was built for version %u of the photon interface, "
                                              "and this Luminal knows versions up to %d. Update "
                                              "Luminal, or build the module with the headers of "
                                              "this one"), note->abi, LUMINAL_ABI));
      return FALSE;
    }

  return TRUE;
}

/* Sorts the texts by their keys. A key that is not known comes from a newer
 * Luminal that took it for one older versions can do without. */
static gboolean
find_texts (LuminalNote *note,
            gsize        size,
            Found       *found,
            const char  *filepath,
            GError     **error)
{
  g_autoptr (GPtrArray) tags = NULL;
  char *end = note->storage + size;

  for (char *text = note->storage; text < end; text += strlen (text) + 1)
    {
      char *value = strchr (text, '=');
      gsize length;

      if (*text == '\0')
        continue;
      if (value == NULL || value == text)
        return damaged (error, filepath, _("it holds a text without a key"));
      if (!g_utf8_validate (text, -1, NULL))
        return damaged (error, filepath, _("it holds a text that is not UTF-8"));

      length = (gsize) (value - text);
      value++;

      if (length == strlen ("tag") && memcmp (text, "tag", length) == 0)
        {
          if (tags == NULL)
            tags = g_ptr_array_new ();
          if (*value != '\0')
            g_ptr_array_add (tags, value);
          text = value;
          continue;
        }

      for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
        {
          const char **field = G_STRUCT_MEMBER_P (found, keys[i].offset);

          if (strncmp (text, keys[i].key, length) != 0 || keys[i].key[length] != '\0')
            continue;
          if (*field != NULL)
            return damaged (error, filepath, _("it holds two texts \"%s\""), keys[i].key);

          *field = value;
          /* Before all else: what follows may be worded as no one knows here. */
          if (field == &found->abi && !check_abi (note, value, filepath, error))
            return FALSE;
          break;
        }
      text = value;
    }

  if (tags == NULL)
    tags = g_ptr_array_new ();
  g_ptr_array_add (tags, NULL);
  note->tags = (const char **) g_ptr_array_free (g_steal_pointer (&tags), FALSE);
  return TRUE;
}

static const char *
text_or (const char *text,
         const char *otherwise)
{
  return text != NULL && *text != '\0' ? text : otherwise;
}

/* Reads the descriptor of a note, @size bytes that may be anything. @note is
 * overwritten, and cleared again on failure. */
gboolean
luminal_note_parse (LuminalNote *note,
                    const char  *texts,
                    gsize        size,
                    const char  *filepath,
                    GError     **error)
{
  g_auto (LuminalNote) parsed = { NULL };
  Found found = { NULL };

  memset (note, 0, sizeof *note);

  if (size == 0 || texts[size - 1] != '\0')
    return damaged (error, filepath, _("its last text has no end"));

  parsed.storage = g_memdup2 (texts, size);
  if (!find_texts (&parsed, size, &found, filepath, error))
    return FALSE;

  if (found.abi == NULL)
    return damaged (error, filepath, _("the number of its photon interface is missing"));
  if (found.class_name == NULL)
    return damaged (error, filepath, _("the name of its class is missing"));
  if (!is_identifier (found.class_name))
    return damaged (error, filepath, _("the name of its class is no identifier of C"));
  if (found.line != NULL && !parse_number (found.line, &parsed.line))
    return damaged (error, filepath, _("its line is not a number"));

  parsed.class_name = found.class_name;
  parsed.base = text_or (found.base, "LuminalPhoton");
  parsed.name = text_or (found.name, found.class_name);
  parsed.author = text_or (found.author, "Unknown");
  parsed.version = text_or (found.version, "0.0.0");
  parsed.description = text_or (found.description, "");

  if (!is_type_name (parsed.base))
    return damaged (error, filepath, _("its base is no name of a type"));
  if (!parse_flag (found.start_first, "start-first", &parsed.start_first, filepath, error) ||
      !parse_flag (found.state, "state", &parsed.keeps_state, filepath, error))
    return FALSE;

  *note = parsed;
  memset (&parsed, 0, sizeof parsed);
  return TRUE;
}

void
luminal_note_clear (LuminalNote *note)
{
  g_free (note->tags);
  g_free (note->storage);
  memset (note, 0, sizeof *note);
}
