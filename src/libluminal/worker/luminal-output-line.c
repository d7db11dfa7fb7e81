/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-output-line.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

/* Where to cut so that no character is cut in two, which would look as if it had
 * been wrong from the start. */
static gsize
find_cut (const char *bytes,
          gsize       most)
{
  for (gsize back = 1; back <= MIN (most, 3); back++)
    {
      const char *p = bytes + most - back;

      if ((*p & 0xc0) == 0x80)
        continue;
      if ((*p & 0x80) == 0)
        break;
      return g_utf8_get_char_validated (p, (gssize) back) == (gunichar) -2 ? most - back : most;
    }

  return most;
}

static LuminalOutputLine *
join (guint         photon,
      LuminalStream stream,
      const char   *text,
      gsize         length,
      const char   *remark)
{
  gsize remark_length = strlen (remark);
  LuminalOutputLine *self = g_malloc (sizeof *self + length + remark_length + 1);

  self->photon = photon;
  self->stream = stream;
  memcpy (self->text, text, length);
  memcpy (self->text + length, remark, remark_length + 1);

  return self;
}

LuminalOutputLine *
luminal_output_line_new (guint         photon,
                         LuminalStream stream,
                         const char   *bytes,
                         gsize         length,
                         guint64       whole_length,
                         gsize         most)
{
  g_autofree char *valid = NULL;
  g_autofree char *remark = NULL;

  if (whole_length > most || whole_length > length)
    {
      guint64 n_more;

      length = find_cut (bytes, MIN (length, most));
      n_more = whole_length - length;
      remark = g_strdup_printf (ngettext (" … (%" PRIu64 " byte more)", " … (%" PRIu64 " bytes more)",
                                          n_more), (uint64_t) n_more);
    }

  if (g_utf8_validate_len (bytes, length, NULL))
    return join (photon, stream, bytes, length, remark != NULL ? remark : "");

  valid = g_utf8_make_valid (bytes, (gssize) length);
  return join (photon, stream, valid, strlen (valid), remark != NULL ? remark : "");
}

LuminalOutputLine *
luminal_output_line_new_dropped (guint         photon,
                                 LuminalStream stream,
                                 guint64       n_dropped)
{
  g_autofree char *text = NULL;

  text = g_strdup_printf (ngettext ("(%" PRIu64 " line was dropped: it came faster than it could be told)",
                                    "(%" PRIu64 " lines were dropped: they came faster than they could be "
                                    "told)", n_dropped), (uint64_t) n_dropped);

  return join (photon, stream, text, strlen (text), "");
}

LuminalOutputLine *
luminal_output_line_copy (const LuminalOutputLine *self)
{
  return join (self->photon, self->stream, self->text, strlen (self->text), "");
}

void
luminal_output_tail_add (LuminalOutputTail *self,
                         LuminalOutputLine *line)
{
  /* Most never say anything. */
  if (self->lines == NULL)
    self->lines = g_new0 (LuminalOutputLine *, LUMINAL_TAIL_LINES);

  g_free (self->lines[self->next]);
  self->lines[self->next] = line;
  self->next = (self->next + 1) % LUMINAL_TAIL_LINES;
}

GPtrArray *
luminal_output_tail_dup_lines (LuminalOutputTail *self)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; self->lines != NULL && i < LUMINAL_TAIL_LINES; i++)
    {
      const LuminalOutputLine *line = self->lines[(self->next + i) % LUMINAL_TAIL_LINES];

      if (line != NULL)
        g_ptr_array_add (lines, luminal_output_line_copy (line));
    }

  return lines;
}

void
luminal_output_tail_clear (LuminalOutputTail *self)
{
  for (guint i = 0; self->lines != NULL && i < LUMINAL_TAIL_LINES; i++)
    g_free (self->lines[i]);
  g_clear_pointer (&self->lines, g_free);
}
