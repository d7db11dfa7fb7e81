/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-visible.h"

/* What moves the cursor, rings, recolours or turns the direction of the text is
 * no text: neither a file's name nor a photon's output may do it to the person
 * who reads. */
static gboolean
is_control (gunichar character)
{
  switch (g_unichar_type (character))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;

    case G_UNICODE_FORMAT:
      return (character >= 0x202a && character <= 0x202e)
             || (character >= 0x2066 && character <= 0x2069);

    default:
      return FALSE;
    }
}

static void
append_escape (GString *visible,
               gunichar character)
{
  switch (character)
    {
    case '\n':
      g_string_append (visible, "\\n");
      break;

    case '\r':
      g_string_append (visible, "\\r");
      break;

    case '\t':
      g_string_append (visible, "\\t");
      break;

    default:
      g_string_append_printf (visible, character < 0x80 ? "\\x%02x" : "\\u%04x", character);
      break;
    }
}

/* @text as valid UTF-8 in one line that shows what it is made of. */
char *
ctl_visible (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *visible = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);

      if (is_control (character))
        append_escape (visible, character);
      else
        g_string_append_unichar (visible, character);
    }

  return g_string_free (visible, FALSE);
}

/* How many columns of a terminal @text takes. */
guint
ctl_display_width (const char *text)
{
  guint width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);

      if (g_unichar_iszerowidth (character))
        continue;
      width += g_unichar_iswide (character) ? 2 : 1;
    }

  return width;
}
