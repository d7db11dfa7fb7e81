/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-error.h"
#include "luminal-error-private.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "luminal-enum-types.h"

G_DEFINE_QUARK (luminal-error-quark, luminal_error)

/**
 * luminal_error_to_nick:
 * @error: an error of any domain
 *
 * Gets the word for the code of @error that logs and JSON use, such as
 * `"invalid-module"`. Scripts can rely on it; it is never translated.
 *
 * Errors of other domains are those of the system: for [error@Gio.IOErrorEnum]
 * the nick of its code, for anything else `"failed"`.
 *
 * Returns: the word
 *
 * Since: 1.0
 */
const char *
luminal_error_to_nick (const GError *error)
{
  g_autoptr (GEnumClass) enum_class = NULL;
  GEnumValue *found;

  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == LUMINAL_ERROR)
    enum_class = g_type_class_ref (LUMINAL_TYPE_ERROR);
  else if (error->domain == G_IO_ERROR)
    enum_class = g_type_class_ref (G_TYPE_IO_ERROR_ENUM);
  else
    return "failed";

  found = g_enum_get_value (enum_class, error->code);
  return found != NULL ? found->value_nick : "failed";
}

/* A path as messages show it: whatever a file is called, the message stays one
 * line and holds nothing that a terminal would obey. */
char *
luminal_display_path (const char *path)
{
  g_autofree char *utf8 = g_filename_display_name (path);
  GString *shown = g_string_sized_new (strlen (utf8));

  for (const char *p = utf8; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\n')
        g_string_append (shown, "\\n");
      else if (c == '\t')
        g_string_append (shown, "\\t");
      else if (g_unichar_iscntrl (c))
        g_string_append_printf (shown, "\\x%02x", c);
      else
        g_string_append_unichar (shown, c);
    }

  return g_string_free (shown, FALSE);
}

GError *
luminal_error_new (LuminalError code,
                   const char  *path,
                   LuminalPhase phase,
                   const char  *format,
                   ...)
{
  g_autofree char *shown = luminal_display_path (path);
  g_autofree char *cause = NULL;
  va_list args;

  va_start (args, format);
  cause = g_strdup_vprintf (format, args);
  va_end (args);

  if (phase == LUMINAL_PHASE_NONE)
    return g_error_new (LUMINAL_ERROR, (int) code, "%s: %s", shown, cause);

  return g_error_new (LUMINAL_ERROR, (int) code, "%s: %s: %s",
                      shown, luminal_phase_get_label (phase), cause);
}

GError *
luminal_error_new_not_local (LuminalError code,
                             GFile       *file,
                             LuminalPhase phase)
{
  g_autofree char *uri = g_file_get_uri (file);

  return luminal_error_new (code, uri, phase,
                            _("it is not in a folder of this machine. Copy it into one"));
}

gboolean
luminal_error_is_end (const GError *error)
{
  return g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_TIMED_OUT) ||
         g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_CRASHED) ||
         g_error_matches (error, LUMINAL_ERROR, LUMINAL_ERROR_OVER_LIMIT);
}

GError *
luminal_error_explain (const GError *error,
                       const char   *what_is_left)
{
  /* Translators: what failed, and what runs now, as two sentences; the last one's full stop
   * is left to whoever shows them */
  return g_error_new (error->domain, error->code, _("%s. %s"), error->message, what_is_left);
}
