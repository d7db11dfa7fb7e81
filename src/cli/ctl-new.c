/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-command.h"

#include <glib/gi18n.h>
#include <string.h>

/* Enough for any name, and little enough for a file's. */
#define NAME_LENGTH_MAX 64

/* @NAME@ is what people see, @Class@ the type, @prefix@ what functions begin with. */
static const char template[] =
  "/* @NAME@: say here what this photon does.\n"
  " *\n"
  " * Put this file into a folder that Luminal watches (\"luminalctl watch DIR\"): it is\n"
  " * built and started, and each time you save it the new code takes the place of the\n"
  " * old. What it needs beyond Luminal and GLib is declared here, such as\n"
  " *\n"
  " *   luminal: packages =\n"
  " *   luminal: sources =\n"
  " *   luminal: defines =\n"
  " */\n"
  "\n"
  "#include <luminal.h>\n"
  "\n"
  "/* The photon's own data: zeroed before start, freed after the finalizer. */\n"
  "typedef struct\n"
  "{\n"
  "  guint timer;\n"
  "  guint beats;\n"
  "} @Class@;\n"
  "\n"
  "static gboolean\n"
  "@prefix@_beat (gpointer user_data)\n"
  "{\n"
  "  LuminalPhoton *photon = user_data;\n"
  "  @Class@ *self = luminal_photon_get_data (photon);\n"
  "\n"
  "  luminal_photon_print (photon, \"beat %u\", ++self->beats);\n"
  "\n"
  "  return G_SOURCE_CONTINUE;\n"
  "}\n"
  "\n"
  "/* Begin the work, and return soon: what takes long belongs into a source, as here, or\n"
  " * into a task or a thread. If it cannot begin, set the error and return FALSE. */\n"
  "static gboolean\n"
  "@prefix@_start (LuminalPhoton *photon,\n"
  "@indent@        gpointer       data,\n"
  "@indent@        GError       **error)\n"
  "{\n"
  "  @Class@ *self = data;\n"
  "\n"
  "  self->timer = g_timeout_add_seconds (1, @prefix@_beat, photon);\n"
  "\n"
  "  return TRUE;\n"
  "}\n"
  "\n"
  "/* Give back all that start took. */\n"
  "static gboolean\n"
  "@prefix@_finalizer (LuminalPhoton *photon,\n"
  "@indent@            gpointer       data,\n"
  "@indent@            GError       **error)\n"
  "{\n"
  "  @Class@ *self = data;\n"
  "\n"
  "  g_source_remove (self->timer);\n"
  "\n"
  "  return TRUE;\n"
  "}\n"
  "\n"
  "LUMINAL_PHOTON (@Class@, @prefix@_start, @prefix@_finalizer,\n"
  "                LUMINAL_NAME (\"@NAME@\"),\n"
  "                LUMINAL_VERSION (\"0.1.0\"),\n"
  "                LUMINAL_DESCRIPTION (\"Prints a beat every second\"))\n";

static const char *const keywords[] = {
  "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum",
  "extern", "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict",
  "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef", "typeof",
  "union", "unsigned", "void", "volatile", "while", "asm", "bool", "true", "false", "nullptr",
  "constexpr", "alignas", "alignof", "static_assert", "thread_local", NULL,
};

/* Returns: (nullable): why @name cannot name a photon */
static const char *
refuse (const char *name)
{
  gsize length = strlen (name);

  if (length == 0 || g_ascii_isdigit (*name))
    return _("a name begins with a letter");
  for (const char *p = name; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && *p != '_')
        return _("a name is a C identifier, of letters, digits and underscores only");
    }
  if (g_strv_contains (keywords, name))
    return _("that is a keyword of C");
  if (length > NAME_LENGTH_MAX)
    return _("a name has 64 letters at most");

  return NULL;
}

static gboolean
has_lower (const char *text)
{
  for (; *text != '\0'; text++)
    {
      if (g_ascii_islower (*text))
        return TRUE;
    }

  return FALSE;
}

/* What the names of GLib and of Luminal look like. */
static gboolean
is_taken_by_libraries (const char *name)
{
  return g_ascii_strncasecmp (name, "g_", 2) == 0 || g_ascii_strncasecmp (name, "luminal", 7) == 0
         || (name[0] == 'G' && g_ascii_isupper (name[1]));
}

/* "my_photon" and "MyPhoton" are MyPhoton, "TRUE" is True: a name of that form is taken
 * neither by the C library nor by a macro. */
static char *
make_class (const char *name)
{
  GString *class = g_string_new (NULL);
  gboolean shouted = !has_lower (name);
  gboolean upper = TRUE;

  for (const char *p = name; *p != '\0'; p++)
    {
      if (*p == '_')
        {
          upper = TRUE;
          continue;
        }
      if (upper)
        g_string_append_c (class, g_ascii_toupper (*p));
      else
        g_string_append_c (class, shouted ? g_ascii_tolower (*p) : *p);
      upper = FALSE;
    }

  if (is_taken_by_libraries (name))
    g_string_append (class, "Photon");
  else if (class->len == 0 || g_ascii_isdigit (*class->str))
    g_string_prepend (class, "Photon");

  return g_string_free (class, FALSE);
}

/* "MyPhoton" and "my_photon" are my_photon. */
static char *
make_prefix (const char *name)
{
  GString *prefix = g_string_new (NULL);

  for (const char *p = name; *p != '\0'; p++)
    {
      if (g_ascii_isupper (*p) && p > name && g_ascii_islower (p[-1]))
        g_string_append_c (prefix, '_');
      g_string_append_c (prefix, g_ascii_tolower (*p));
    }
  if (is_taken_by_libraries (name))
    g_string_append (prefix, "_photon");

  return g_string_free (prefix, FALSE);
}

static char *
fill_template (const char *name)
{
  GString *text = g_string_new (template);
  g_autofree char *class = make_class (name);
  g_autofree char *prefix = make_prefix (name);
  g_autofree char *indent = g_strnfill (strlen (prefix), ' ');

  g_string_replace (text, "@NAME@", name, 0);
  g_string_replace (text, "@Class@", class, 0);
  g_string_replace (text, "@prefix@", prefix, 0);
  g_string_replace (text, "@indent@", indent, 0);
  /* A class of that name says it already. */
  if (g_str_equal (class, name))
    {
      g_autofree char *line = g_strdup_printf ("                LUMINAL_NAME (\"%s\"),\n", name);

      g_string_replace (text, line, "", 1);
    }

  return g_string_free (text, FALSE);
}

/* A file that is there already is never touched, and half a file never stays. */
static gboolean
write_new (GFile      *file,
           const char *text,
           GError    **error)
{
  g_autoptr (GFileOutputStream) stream = g_file_create (file, G_FILE_CREATE_NONE, NULL, error);

  if (stream == NULL)
    return FALSE;

  if (g_output_stream_write_all (G_OUTPUT_STREAM (stream), text, strlen (text), NULL, NULL, error)
      && g_output_stream_close (G_OUTPUT_STREAM (stream), NULL, error))
    return TRUE;

  g_file_delete (file, NULL, NULL);
  return FALSE;
}

static CtlExit
ctl_new (const CtlOptions *options)
{
  const char *refusal = refuse (options->name);
  g_autoptr (CtlReporter) reporter = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *file_name = NULL;
  g_autofree char *text = NULL;

  if (refusal != NULL)
    return ctl_wrong_usage (&ctl_new_command, _("“%s” cannot name a photon: %s"), options->name,
                            refusal);

  reporter = ctl_reporter_new (options->json);
  file_name = g_strconcat (options->name, ".c", NULL);
  file = g_file_new_for_path (file_name);
  text = fill_template (options->name);
  if (write_new (file, text, &error))
    {
      ctl_reporter_created (reporter, file);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    {
      g_autoptr (GError) exists =
        g_error_new (G_IO_ERROR, G_IO_ERROR_EXISTS,
                     _("%s is there already, and is left as it is. Choose another name"),
                     file_name);

      ctl_reporter_failure (reporter, file, exists);
    }
  else
    {
      g_prefix_error (&error, "%s: ", file_name);
      ctl_reporter_failure (reporter, file, error);
    }

  return ctl_reporter_get_failed (reporter) ? CTL_EXIT_FAILED : CTL_EXIT_GOOD;
}

const CtlCommand ctl_new_command = {
  .name = "new",
  .parameters = N_("NAME"),
  .summary = N_("Write NAME.c, a small photon to begin with, into the current folder."),
  .description = N_("NAME is a C identifier. A file that is there already is left as it is."),
  .takes = CTL_TAKES_NAME,
  .run = ctl_new,
};
