/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-diagnostics-parser.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "luminal-diagnostic-private.h"
#include "luminal-diagnostics-line.h"

/* Whatever a compiler prints, this much is kept of it. */
#define LINE_LENGTH_MAX (8 * 1024)
#define RENDERING_LENGTH_MAX (64 * 1024)
#define CHILDREN_MAX 64

/* A diagnostic in the making. */
typedef struct
{
  LuminalDiagnosticsLine said;
  GString *rendering;
  GPtrArray *children;
} Draft;

struct _LuminalDiagnosticsParser
{
  char *copies;      /* the folder whose files are copies of those below "/" */
  GString *line;     /* the one that is being read */
  gboolean fresh;    /* the one before told a place, so that a quoted source may follow */
  char *held;        /* the one that may be a quoted source: the next one tells */
  GString *context;  /* for the diagnostic that comes next */
  Draft *current;    /* that lines belong to; one of @drafts, or a child of one */
  Draft *parent;     /* that notes belong to */
  GPtrArray *drafts;
  Draft *surplus;    /* takes the notes of what is not kept */
  guint n_errors_dropped;
  guint n_warnings_dropped;
  guint n_notes_dropped;
};

static void
draft_free (Draft *self)
{
  luminal_diagnostics_line_clear (&self->said);
  g_string_free (self->rendering, TRUE);
  g_ptr_array_unref (self->children);
  g_free (self);
}

static Draft *
draft_new (void)
{
  Draft *self = g_new0 (Draft, 1);

  self->rendering = g_string_new (NULL);
  self->children = g_ptr_array_new_with_free_func ((GDestroyNotify) draft_free);

  return self;
}

static LuminalDiagnostic *
draft_to_diagnostic (Draft *self)
{
  g_autoptr (GPtrArray) children = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->children->len; i++)
    g_ptr_array_add (children, draft_to_diagnostic (self->children->pdata[i]));

  return luminal_diagnostic_new (self->said.file, self->said.line, self->said.column,
                                 self->said.severity, self->said.text, self->said.option,
                                 self->rendering->str, children);
}

/* @copies: (nullable): a folder that has copies of files at the same paths as below
 *   "/"; diagnostics name the originals */
LuminalDiagnosticsParser *
luminal_diagnostics_parser_new (const char *copies)
{
  LuminalDiagnosticsParser *self = g_new0 (LuminalDiagnosticsParser, 1);

  if (copies != NULL)
    self->copies = g_strconcat (copies, "/", NULL);
  self->line = g_string_new (NULL);
  self->context = g_string_new (NULL);
  self->drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) draft_free);
  self->surplus = draft_new ();

  return self;
}

void
luminal_diagnostics_parser_free (LuminalDiagnosticsParser *self)
{
  g_free (self->copies);
  g_string_free (self->line, TRUE);
  g_free (self->held);
  g_string_free (self->context, TRUE);
  g_ptr_array_unref (self->drafts);
  draft_free (self->surplus);
  g_free (self);
}

static void
append_line (GString    *text,
             const char *line)
{
  if (text->len + strlen (line) + 1 > RENDERING_LENGTH_MAX)
    return;

  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, line);
}

static void
count_dropped (LuminalDiagnosticsParser *self,
               LuminalSeverity           severity)
{
  if (severity >= LUMINAL_SEVERITY_ERROR)
    self->n_errors_dropped++;
  else if (severity == LUMINAL_SEVERITY_WARNING)
    self->n_warnings_dropped++;
  else
    self->n_notes_dropped++;
}

/* No error is lost behind warnings: it takes the place of the last of them. */
static gboolean
make_room (LuminalDiagnosticsParser *self,
           LuminalSeverity           severity)
{
  if (self->drafts->len < LUMINAL_DIAGNOSTICS_MAX)
    return TRUE;
  if (severity < LUMINAL_SEVERITY_ERROR)
    return FALSE;

  for (guint i = self->drafts->len; i > 0; i--)
    {
      Draft *draft = self->drafts->pdata[i - 1];

      if (draft->said.severity < LUMINAL_SEVERITY_ERROR)
        {
          count_dropped (self, draft->said.severity);
          g_ptr_array_remove_index (self->drafts, i - 1);
          return TRUE;
        }
    }

  return FALSE;
}

/* A draft for @severity, where it belongs. What there is no room for is read, too:
 * it ends in the surplus. */
static Draft *
add_draft (LuminalDiagnosticsParser *self,
           LuminalSeverity           severity,
           gboolean                  as_child)
{
  Draft *draft;

  if (as_child && self->parent != NULL)
    {
      if (self->parent == self->surplus || self->parent->children->len >= CHILDREN_MAX)
        return self->surplus;

      draft = draft_new ();
      g_ptr_array_add (self->parent->children, draft);
      return draft;
    }

  if (!make_room (self, severity))
    {
      count_dropped (self, severity);
      self->parent = self->surplus;
      return self->surplus;
    }

  draft = draft_new ();
  g_ptr_array_add (self->drafts, draft);
  self->parent = draft;

  return draft;
}

static void
take_diagnostic (LuminalDiagnosticsParser *self,
                 LuminalDiagnosticsLine   *said,
                 const char               *line)
{
  gboolean repeats = said->from_linker && said->file == NULL && self->parent != NULL
                     && self->parent->said.from_linker
                     && (strstr (said->text, "ld returned ") != NULL
                         || strstr (said->text, "linker command failed") != NULL);
  Draft *draft;

  /* A driver that says no more than that its linker failed. */
  if (repeats)
    {
      append_line (self->parent->rendering, line);
      self->current = self->parent;
      return;
    }

  draft = add_draft (self, said->severity, said->severity == LUMINAL_SEVERITY_NOTE);
  self->current = draft;
  self->fresh = said->column > 0;
  if (draft == self->surplus)
    {
      g_string_truncate (self->context, 0);
      return;
    }

  draft->said = *said;
  *said = (LuminalDiagnosticsLine) { 0 };
  if (self->context->len > 0)
    {
      g_string_append_len (draft->rendering, self->context->str, (gssize) self->context->len);
      g_string_truncate (self->context, 0);
    }
  append_line (draft->rendering, line);
}

/* A line that belongs to what was said last, or speaks for itself. */
static void
take_other (LuminalDiagnosticsParser *self,
            const char               *line)
{
  if (self->current == NULL)
    {
      if (*line == '\0')
        return;

      self->current = add_draft (self, LUMINAL_SEVERITY_NOTE, FALSE);
      if (self->current != self->surplus)
        self->current->said.text = g_strdup (line);
      /* It explains nothing that came before, and notes do not explain it. */
      self->parent = NULL;
    }

  if (self->current != self->surplus)
    append_line (self->current->rendering, line);
}

static void
take_line (LuminalDiagnosticsParser *self,
           const char               *line)
{
  g_auto (LuminalDiagnosticsLine) said = { 0 };
  g_autofree char *held = g_steal_pointer (&self->held);
  gboolean fresh = self->fresh;

  self->fresh = FALSE;
  luminal_diagnostics_line_read (&said, line);

  if (held != NULL)
    {
      if (said.kind == LUMINAL_LINE_MARKS)
        {
          take_other (self, held);
          take_other (self, line);
          return;
        }
      else
        {
          g_auto (LuminalDiagnosticsLine) held_said = { 0 };

          luminal_diagnostics_line_read (&held_said, held);
          take_diagnostic (self, &held_said, held);
          fresh = self->fresh;
          self->fresh = FALSE;
        }
    }

  switch (said.kind)
    {
    case LUMINAL_LINE_DIAGNOSTIC:
      /* clang quotes the source without a mark in front, and a source may look
       * like a diagnostic. */
      if (fresh)
        self->held = g_strdup (line);
      else
        take_diagnostic (self, &said, line);
      break;

    case LUMINAL_LINE_CONTEXT:
      append_line (self->context, line);
      break;

    case LUMINAL_LINE_TALLY:
      break;

    case LUMINAL_LINE_MARKS:
    case LUMINAL_LINE_OTHER:
    default:
      take_other (self, line);
      break;
    }
}

static void
end_line (LuminalDiagnosticsParser *self)
{
  g_autofree char *line = NULL;
  GString *text = self->line;

  if (text->len > 0 && text->str[text->len - 1] == '\r')
    g_string_truncate (text, text->len - 1);
  for (gsize i = 0; i < text->len; i++)
    {
      if (text->str[i] == '\0')
        text->str[i] = '?';
    }
  if (self->copies != NULL)
    g_string_replace (text, self->copies, "/", 0);

  line = g_strndup (text->str, text->len);
  g_string_truncate (text, 0);
  take_line (self, line);
}

void
luminal_diagnostics_parser_feed (LuminalDiagnosticsParser *self,
                                 const char               *data,
                                 gsize                     length)
{
  while (length > 0)
    {
      const char *newline = memchr (data, '\n', length);
      gsize taken = newline != NULL ? (gsize) (newline - data) : length;
      gsize room = LINE_LENGTH_MAX - MIN (self->line->len, LINE_LENGTH_MAX);

      g_string_append_len (self->line, data, (gssize) MIN (taken, room));
      if (newline == NULL)
        return;

      end_line (self);
      data += taken + 1;
      length -= taken + 1;
    }
}

/* @words: (transfer full) */
static void
append_count (GString *text,
              guint    count,
              char    *words)
{
  if (count > 0)
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", words);
  g_free (words);
}

static LuminalDiagnostic *
tell_what_was_dropped (LuminalDiagnosticsParser *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_autofree char *sentence = NULL;

  append_count (text, self->n_errors_dropped,
                g_strdup_printf (ngettext ("%u more error", "%u more errors", self->n_errors_dropped),
                                 self->n_errors_dropped));
  append_count (text, self->n_warnings_dropped,
                g_strdup_printf (ngettext ("%u more warning", "%u more warnings", self->n_warnings_dropped),
                                 self->n_warnings_dropped));
  append_count (text, self->n_notes_dropped,
                g_strdup_printf (ngettext ("%u more note", "%u more notes", self->n_notes_dropped),
                                 self->n_notes_dropped));
  /* Translators: a list such as "3 more errors, 1 more note" */
  sentence = g_strdup_printf (_("%s not shown"), text->str);

  return luminal_diagnostic_new (NULL, 0, 0, LUMINAL_SEVERITY_NOTE, sentence, NULL, sentence, NULL);
}

/* Returns: (element-type LuminalDiagnostic): in their order; the last one tells how
 *   many were not kept. @self can only be freed afterwards. */
GPtrArray *
luminal_diagnostics_parser_finish (LuminalDiagnosticsParser *self)
{
  GPtrArray *diagnostics = g_ptr_array_new_with_free_func (g_object_unref);

  if (self->line->len > 0)
    end_line (self);
  if (self->held != NULL)
    {
      g_auto (LuminalDiagnosticsLine) said = { 0 };

      luminal_diagnostics_line_read (&said, self->held);
      take_diagnostic (self, &said, self->held);
    }
  if (self->context->len > 0)
    {
      g_auto (GStrv) lines = g_strsplit (self->context->str, "\n", -1);

      for (guint i = 0; lines[i] != NULL; i++)
        take_other (self, lines[i]);
    }

  for (guint i = 0; i < self->drafts->len; i++)
    g_ptr_array_add (diagnostics, draft_to_diagnostic (self->drafts->pdata[i]));
  if (self->n_errors_dropped + self->n_warnings_dropped + self->n_notes_dropped > 0)
    g_ptr_array_add (diagnostics, tell_what_was_dropped (self));

  return diagnostics;
}
