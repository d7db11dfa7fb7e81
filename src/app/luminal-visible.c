/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-visible.h"

/* What comes from a photon may hold anything. As text it is to say what it is made of,
 * and to move, turn or hide nothing around it. */

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
      return (character >= 0x202a && character <= 0x202e) ||
             (character >= 0x2066 && character <= 0x2069);

    default:
      return FALSE;
    }
}

static void
append_visible (GString  *visible,
                gunichar  character)
{
  if (character == '\t')
    g_string_append (visible, "    ");
  else if (character == '\n')
    g_string_append (visible, "\\n");
  else if (character == '\r')
    g_string_append (visible, "\\r");
  else if (!is_control (character))
    g_string_append_unichar (visible, character);
  else if (character < 0x80)
    g_string_append_printf (visible, "\\x%02x", character);
  else
    g_string_append_printf (visible, "\\u%04x", character);
}

/**
 * luminal_visible_line:
 * @text: a line, of whatever bytes
 * @max_length: how many characters of it are wanted; 0 for all
 * @n_left_out: (out) (optional): how many characters are left out
 *
 * Returns: one line of harmless text
 */
char *
luminal_visible_line (const char *text,
                      gsize       max_length,
                      gsize      *n_left_out)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *visible = g_string_new (NULL);
  const char *p = valid;
  gsize n = 0;

  for (; *p != '\0' && (max_length == 0 || n < max_length); p = g_utf8_next_char (p), n++)
    append_visible (visible, g_utf8_get_char (p));

  if (n_left_out != NULL)
    *n_left_out = (gsize) g_utf8_strlen (p, -1);

  return g_string_free (visible, FALSE);
}

/* The same for several lines. */
char *
luminal_visible_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *visible = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (*p == '\n')
        g_string_append_c (visible, '\n');
      else
        append_visible (visible, g_utf8_get_char (p));
    }

  return g_string_free (visible, FALSE);
}

/**
 * luminal_visible_start:
 * @text: lines, of whatever bytes
 * @max_length: how many characters of it are wanted
 *
 * As much as a label bears: one that wraps a long word takes a time that grows with the
 * square of its length, seconds for 10,000 characters.
 *
 * Returns: harmless text, with an ellipsis where something is left out
 */
char *
luminal_visible_start (const char *text,
                       gsize       max_length)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *start = NULL;
  g_autofree char *visible = NULL;

  if ((gsize) g_utf8_strlen (valid, -1) <= max_length)
    return luminal_visible_text (valid);

  start = g_utf8_substring (valid, 0, (glong) max_length);
  visible = luminal_visible_text (start);

  return g_strconcat (visible, "…", NULL);
}
