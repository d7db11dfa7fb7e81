/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-line-cutter.h"

#include <string.h>

#include "luminal-worker-protocol.h"

/* Nothing of a line is kept when there is none, since most streams are silent. */
void
luminal_line_cutter_clear (LuminalLineCutter *self)
{
  if (self->begun != NULL)
    g_string_free (self->begun, TRUE);
  memset (self, 0, sizeof *self);
}

static void
keep (LuminalLineCutter *self,
      const char        *bytes,
      gsize              length)
{
  if (length == 0)
    return;

  if (self->begun == NULL)
    self->begun = g_string_new (NULL);
  g_string_append_len (self->begun, bytes, (gssize) MIN (length, LUMINAL_LONGEST_LINE - self->begun->len));
  self->begun_length += length;
  self->ends_in_return = bytes[length - 1] == '\r';
}

static void
give_out (LuminalLineCutter *self,
          LuminalCutLine    *line)
{
  line->bytes = self->begun->str;
  line->length = self->begun->len;
  line->whole_length = self->begun_length;
  self->was_given_out = TRUE;
}

static void
drop_return (LuminalCutLine *line,
             gboolean        ends_in_return)
{
  if (ends_in_return)
    {
      line->whole_length--;
      line->length = MIN (line->length, line->whole_length);
    }
}

gboolean
luminal_line_cutter_next (LuminalLineCutter *self,
                          const char       **bytes,
                          gsize             *length,
                          LuminalCutLine    *line)
{
  const char *start = *bytes;
  const char *end;
  gsize n;

  if (self->was_given_out)
    luminal_line_cutter_clear (self);
  if (*length == 0)
    return FALSE;

  end = memchr (start, '\n', *length);
  n = end != NULL ? (gsize) (end - start) : *length;
  *bytes += n + (end != NULL);
  *length -= n + (end != NULL);

  if (end == NULL)
    {
      keep (self, start, n);
      return FALSE;
    }

  if (self->begun_length > 0)
    {
      keep (self, start, n);
      give_out (self, line);
      drop_return (line, self->ends_in_return);
    }
  else
    {
      line->bytes = start;
      line->length = MIN (n, LUMINAL_LONGEST_LINE);
      line->whole_length = n;
      drop_return (line, n > 0 && end[-1] == '\r');
    }

  return TRUE;
}

gsize
luminal_line_cutter_skip (LuminalLineCutter *self,
                          const char       **bytes,
                          gsize             *length,
                          guint              n_left)
{
  const char *start = *bytes;
  const char *end = start + *length;
  gsize n_skipped = 0;

  for (guint i = 0; i <= n_left; i++)
    {
      end = memrchr (start, '\n', (gsize) (end - start));
      if (end == NULL)
        return 0;
    }

  /* Millions of them in a second, maybe: nothing but counting is done. */
  for (const char *p = start; p <= end; p++)
    n_skipped += *p == '\n';

  luminal_line_cutter_clear (self);
  *length -= (gsize) (end + 1 - start);
  *bytes = end + 1;
  return n_skipped;
}

gboolean
luminal_line_cutter_end (LuminalLineCutter *self,
                         LuminalCutLine    *line)
{
  if (self->was_given_out)
    luminal_line_cutter_clear (self);
  if (self->begun_length == 0)
    return FALSE;

  give_out (self, line);
  return TRUE;
}
