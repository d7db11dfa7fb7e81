/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-diagnostics-line.h"

#include <string.h>

/* What one line of a compiler's output is. gcc and clang agree on
 *
 *   FILE:LINE:COLUMN: SEVERITY: TEXT [OPTION]
 *
 * with the column, or the whole place, left out where there is none. The text form
 * is read for both: the JSON of gcc is on its way out of gcc, clang has none, and
 * neither quotes the source as people know it. */

typedef struct
{
  const char *word;
  LuminalSeverity severity;
} Marker;

static const Marker markers[] = {
  { "error: ", LUMINAL_SEVERITY_ERROR },
  { "warning: ", LUMINAL_SEVERITY_WARNING },
  { "note: ", LUMINAL_SEVERITY_NOTE },
  { "fatal error: ", LUMINAL_SEVERITY_FATAL },
  { "internal compiler error: ", LUMINAL_SEVERITY_FATAL },
  { "sorry, unimplemented: ", LUMINAL_SEVERITY_ERROR },
  { "remark: ", LUMINAL_SEVERITY_NOTE },
  { "anachronism: ", LUMINAL_SEVERITY_WARNING },
  /* The assembler. */
  { "Error: ", LUMINAL_SEVERITY_ERROR },
  { "Warning: ", LUMINAL_SEVERITY_WARNING },
  { "Info: ", LUMINAL_SEVERITY_NOTE },
  { "Fatal error: ", LUMINAL_SEVERITY_FATAL },
};

static const char *const linker_errors[] = {
  "undefined reference to ",
  "multiple definition of ",
  "cannot find ",
  "relocation ",
  "final link failed",
  "file not recognized",
  "file format not recognized",
};

static const Marker *
find_marker (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (markers); i++)
    {
      if (g_str_has_prefix (text, markers[i].word))
        return &markers[i];
    }

  return NULL;
}

/* Takes ":NUMBER" from the end of @head.
 *
 * Returns: the number, or 0 if there is none */
static guint
take_number (GString *head)
{
  gsize digits = 0;
  guint64 number;

  while (digits < head->len && g_ascii_isdigit (head->str[head->len - 1 - digits]))
    digits++;
  if (digits == 0 || digits > 9 || digits + 1 >= head->len
      || head->str[head->len - 1 - digits] != ':')
    return 0;

  number = g_ascii_strtoull (head->str + head->len - digits, NULL, 10);
  g_string_truncate (head, head->len - digits - 1);

  return (guint) number;
}

static gboolean
is_source_name (const char *name)
{
  return g_str_has_suffix (name, ".c") || g_str_has_suffix (name, ".h")
         || g_str_has_suffix (name, ".inc") || g_str_has_suffix (name, ".def");
}

/* "FILE:LINE:COLUMN", or who speaks, such as "cc1". */
static void
read_place (LuminalDiagnosticsLine *self,
            const char             *place,
            gsize                   length)
{
  g_autoptr (GString) head = g_string_new_len (place, (gssize) length);
  guint last = take_number (head);
  guint before = last > 0 ? take_number (head) : 0;

  if (before > 0)
    {
      self->line = before;
      self->column = last;
    }
  else
    {
      self->line = last;
    }

  if (self->line > 0 || is_source_name (head->str))
    self->file = g_strndup (head->str, head->len);
}

/* @text with the option in brackets at its end taken off. */
static void
read_text (LuminalDiagnosticsLine *self,
           const char             *text)
{
  const char *bracket = g_str_has_suffix (text, "]") ? g_strrstr (text, " [-W") : NULL;

  if (bracket != NULL)
    {
      self->text = g_strndup (text, (gsize) (bracket - text));
      self->option = g_strndup (bracket + 2, strlen (bracket) - 3);
    }
  else
    {
      self->text = g_strdup (text);
    }
}

static gboolean
read_marked (LuminalDiagnosticsLine *self,
             const char             *text)
{
  for (const char *p = strstr (text, ": "); p != NULL; p = strstr (p + 2, ": "))
    {
      const Marker *marker = find_marker (p + 2);

      if (marker == NULL)
        continue;

      self->kind = LUMINAL_LINE_DIAGNOSTIC;
      self->severity = marker->severity;
      read_place (self, text, (gsize) (p - text));
      read_text (self, p + 2 + strlen (marker->word));
      return TRUE;
    }

  return FALSE;
}

/* "/usr/bin/ld: " and the like. */
static const char *
skip_linker_name (const char *text)
{
  const char *end = strstr (text, ": ");
  g_autofree char *program = NULL;
  g_autofree char *name = NULL;

  if (end == NULL || end == text)
    return NULL;

  program = g_strndup (text, (gsize) (end - text));
  if (strpbrk (program, " \t") != NULL)
    return NULL;

  name = g_path_get_basename (program);
  if (g_str_equal (name, "ld") || g_str_has_prefix (name, "ld.") || g_str_has_suffix (name, "-ld")
      || g_str_equal (name, "mold") || g_str_equal (name, "collect2"))
    return end + 2;

  return NULL;
}

/* The linker names the place in the source if there is debug information,
 * "FILE.c:(.text+0x11)" if there is none, and the object file before either. */
static void
read_linker_place (LuminalDiagnosticsLine *self,
                   const char             *place)
{
  const char *object = strstr (place, ".o:");
  g_autoptr (GString) head = g_string_new (object != NULL ? object + 3 : place);
  char *section = strstr (head->str, ":(");

  if (section != NULL)
    g_string_truncate (head, (gsize) (section - head->str));
  read_place (self, head->str, head->len);
}

static gboolean
read_linker (LuminalDiagnosticsLine *self,
             const char             *text)
{
  const char *said = skip_linker_name (text);
  const char *rest = said != NULL ? said : text;

  for (guint i = 0; i < G_N_ELEMENTS (linker_errors); i++)
    {
      const char *what = strstr (rest, linker_errors[i]);
      g_autofree char *place = NULL;

      if (what == NULL || (what > rest && !(what >= rest + 2 && what[-2] == ':' && what[-1] == ' ')))
        continue;
      /* Without the linker's name in front only what has a place. */
      if (said == NULL && (what == rest || i > 1))
        continue;

      if (what > rest)
        {
          place = g_strndup (rest, (gsize) (what - 2 - rest));
          read_linker_place (self, place);
        }
      self->kind = LUMINAL_LINE_DIAGNOSTIC;
      self->severity = LUMINAL_SEVERITY_ERROR;
      self->text = g_strdup (what);
      self->from_linker = TRUE;
      return TRUE;
    }

  if (said == NULL)
    return FALSE;

  self->from_linker = TRUE;
  if (g_str_has_suffix (rest, "':") && strstr (rest, "in function `") != NULL)
    {
      self->kind = LUMINAL_LINE_CONTEXT;
    }
  else
    {
      self->kind = LUMINAL_LINE_DIAGNOSTIC;
      self->severity = LUMINAL_SEVERITY_ERROR;
      self->text = g_strdup (rest);
    }

  return TRUE;
}

static gboolean
is_context (const char *text)
{
  const char *from = text + strspn (text, " ");

  if (g_str_has_prefix (text, "In file included from ") || g_str_has_prefix (text, "In module "))
    return TRUE;
  if (from > text && g_str_has_prefix (from, "from ")
      && (g_str_has_suffix (from, ",") || g_str_has_suffix (from, ":")))
    return TRUE;
  if (g_str_has_prefix (text, "    inlined from "))
    return TRUE;

  return g_str_has_suffix (text, ":")
         && (strstr (text, ": In function ") != NULL
             || g_str_has_suffix (text, ": At top level:")
             || g_str_has_suffix (text, ": Assembler messages:"));
}

static gboolean
is_marks (const char *text)
{
  return strpbrk (text, "^~") != NULL && text[strspn (text, " \t^~|")] == '\0';
}

/* "2 warnings and 1 error generated." */
static gboolean
is_tally (const char *text)
{
  return g_ascii_isdigit (*text) && g_str_has_suffix (text, " generated.")
         && (strstr (text, " warning") != NULL || strstr (text, " error") != NULL)
         && strlen (text) < 64;
}

/* The last word of a compiler driver on what its parts have told already. */
static gboolean
is_drivers_last_word (const char *text)
{
  return strstr (text, "ld returned ") != NULL || strstr (text, "linker command failed") != NULL;
}

/* @text is a line without its newline. @self must be empty. */
void
luminal_diagnostics_line_read (LuminalDiagnosticsLine *self,
                               const char             *text)
{
  if (is_tally (text))
    self->kind = LUMINAL_LINE_TALLY;
  else if (is_marks (text))
    self->kind = LUMINAL_LINE_MARKS;
  else if (is_context (text))
    self->kind = LUMINAL_LINE_CONTEXT;
  else if (g_ascii_isspace (*text))
    self->kind = LUMINAL_LINE_OTHER;
  else if (read_marked (self, text))
    self->from_linker = skip_linker_name (text) != NULL || is_drivers_last_word (self->text);
  else if (!read_linker (self, text))
    self->kind = LUMINAL_LINE_OTHER;
}

void
luminal_diagnostics_line_clear (LuminalDiagnosticsLine *self)
{
  g_clear_pointer (&self->file, g_free);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->option, g_free);
  *self = (LuminalDiagnosticsLine) { 0 };
}
