/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-source-needs.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "luminal-diagnostic-private.h"
#include "luminal-error-private.h"
#include "luminal-open.h"

#define DECLARATION "luminal:"

/* Declarations stand at the beginning, so that much of a file is enough. */
#define BEGINNING (64 * 1024)

/* What a word of the "flags" may begin with. Anything else would change what is
 * built, or where to: that is the builder's. */
static const char *const flag_prefixes[] = {
  "-D", "-U", "-I", "-W", "-f", "-O", "-m", "-l", "-L", "-std=", "-pthread", "-g", "-isystem",
};

typedef struct
{
  const char *path;
  const char *text;
  gsize length;
  gsize position;
  guint line;
  GPtrArray *diagnostics;

  char *folder;
  GPtrArray *packages;
  GPtrArray *sources;
  GPtrArray *defines;
  GPtrArray *flags;
  guint packages_line;
} Reader;

static void
complain (Reader         *self,
          LuminalSeverity severity,
          guint           line,
          const char     *line_text,
          const char     *column,
          const char     *format,
          ...) G_GNUC_PRINTF (6, 7);

/* As a compiler would: place, text, the line and a mark below the column. */
static void
complain (Reader         *self,
          LuminalSeverity severity,
          guint           line,
          const char     *line_text,
          const char     *column,
          const char     *format,
          ...)
{
  g_autofree char *text = NULL;
  g_autofree char *shown = luminal_display_path (self->path);
  g_autoptr (GString) rendering = g_string_new (NULL);
  g_autofree char *number = g_strdup_printf ("%5u", line);
  guint offset = (guint) (column - line_text);
  va_list arguments;

  if (self->diagnostics == NULL)
    return;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_string_printf (rendering, "%s:%u:%u: %s: %s\n%s | %s\n%*s | ", shown, line, offset + 1,
                   luminal_severity_to_string (severity), text, number, line_text,
                   (int) strlen (number), "");
  for (guint i = 0; i < offset; i++)
    g_string_append_c (rendering, line_text[i] == '\t' ? '\t' : ' ');
  g_string_append_c (rendering, '^');

  g_ptr_array_add (self->diagnostics,
                   luminal_diagnostic_new (self->path, line, offset + 1, severity, text, NULL,
                                           rendering->str, NULL));
}

static gboolean
is_package_word (const char *word)
{
  static const char *const comparisons[] = { "=", "<", ">", "<=", ">=", "!=", NULL };

  if (g_strv_contains (comparisons, word))
    return TRUE;
  if (!g_ascii_isalnum (*word))
    return FALSE;

  for (const char *p = word; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && strchr (".+-_:~", *p) == NULL)
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_define (const char *word)
{
  if (!g_ascii_isalpha (*word) && *word != '_')
    return FALSE;

  for (const char *p = word; *p != '\0' && *p != '=' && *p != '('; p++)
    {
      if (!g_ascii_isalnum (*p) && *p != '_')
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_flag (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (flag_prefixes); i++)
    {
      if (g_str_has_prefix (word, flag_prefixes[i]))
        return TRUE;
    }

  return FALSE;
}

/* Returns: why @word can be no further source, or %NULL after it was added */
static const char *
add_source (Reader     *self,
            const char *word)
{
  g_autofree char *path = NULL;
  g_autofree char *inside = NULL;
  struct stat info;

  if (g_path_is_absolute (word))
    return _("a further source is named from the folder of this file on, not from the root");
  if (!g_str_has_suffix (word, ".c"))
    return _("a further source is a C file, whose name ends in .c");

  path = g_canonicalize_filename (word, self->folder);
  inside = g_str_has_suffix (self->folder, "/") ? g_strdup (self->folder)
                                                : g_strconcat (self->folder, "/", NULL);
  if (!g_str_has_prefix (path, inside))
    return _("it is outside the folder of this file. Move it there");
  if (g_str_equal (path, self->path))
    return _("this is the file itself, which needs no naming");
  for (guint i = 0; i < self->sources->len; i++)
    {
      if (g_str_equal (path, self->sources->pdata[i]))
        return _("it is named already");
    }

  /* Who only wants to know the names does not look at the files. */
  if (self->diagnostics != NULL)
    {
      if (stat (path, &info) != 0)
        {
          /* It is waited for. */
          g_ptr_array_add (self->sources, g_steal_pointer (&path));
          return _("there is no such file. Create it, or take the name away");
        }
      if (!S_ISREG (info.st_mode))
        return _("it is no regular file");
    }

  g_ptr_array_add (self->sources, g_steal_pointer (&path));
  return NULL;
}

static const char *
add_word (Reader     *self,
          const char *key,
          const char *word)
{
  if (g_str_equal (key, "sources"))
    return add_source (self, word);

  if (g_str_equal (key, "packages"))
    {
      if (!is_package_word (word))
        return _("this is no name of a pkg-config package");
      g_ptr_array_add (self->packages, g_strdup (word));
    }
  else if (g_str_equal (key, "defines"))
    {
      if (!is_define (word))
        return _("a definition is NAME or NAME=VALUE");
      g_ptr_array_add (self->defines, g_strdup (word));
    }
  else
    {
      if (!is_flag (word))
        return _("this flag cannot be given by a source. Allowed are those that begin with -D -U -I "
                 "-W -f -O -m -l -L -g -std= -pthread -isystem");
      g_ptr_array_add (self->flags, g_strdup (word));
    }

  return NULL;
}

/* Where @word stands in @line_text, for the mark below it. */
static const char *
find_word (const char *line_text,
           const char *from,
           const char *word)
{
  const char *found = strstr (from, word);

  return found != NULL ? found : from;
}

/* What follows "luminal:" in @line_text. */
static void
read_declaration (Reader     *self,
                  const char *line_text,
                  const char *declaration)
{
  static const char *const keys[] = { "packages", "sources", "defines", "flags", NULL };
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL;
  g_autofree char *value = NULL;
  const char *start = declaration + strspn (declaration, " \t");
  const char *equals = strchr (start, '=');
  const char *from;

  if (equals == NULL)
    {
      complain (self, LUMINAL_SEVERITY_ERROR, self->line, line_text, start,
                _("a declaration is “luminal: KEY = WORDS”, with one of the keys packages, sources, "
                  "defines and flags"));
      return;
    }

  key = g_strstrip (g_strndup (start, (gsize) (equals - start)));
  if (!g_strv_contains (keys, key))
    {
      complain (self, LUMINAL_SEVERITY_ERROR, self->line, line_text, start,
                _("there is no key “%s”. The keys are packages, sources, defines and flags"), key);
      return;
    }

  from = equals + 1;
  value = g_strstrip (g_strdup (from));
  if (*value == '\0')
    return;
  if (g_str_equal (key, "packages"))
    self->packages_line = self->line;
  if (!g_shell_parse_argv (value, NULL, &words, &error))
    {
      /* A "#" alone begins what a shell takes for a comment. */
      complain (self, LUMINAL_SEVERITY_ERROR, self->line, line_text,
                from + strspn (from, " \t"), _("the words cannot be told apart: %s"), error->message);
      return;
    }

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *refusal = add_word (self, key, words[i]);

      from = find_word (line_text, from, words[i]);
      if (refusal != NULL)
        complain (self, LUMINAL_SEVERITY_ERROR, self->line, line_text, from, "“%s”: %s", words[i],
                  refusal);
    }
}

/* One line of a comment, without what ends the comment. */
static void
read_comment_line (Reader     *self,
                   const char *start,
                   const char *end)
{
  const char *line_start = start;
  const char *text = start;
  g_autofree char *line_text = NULL;

  while (text < end && strchr (" \t*/!", *text) != NULL)
    text++;
  if ((gsize) (end - text) < strlen (DECLARATION)
      || strncmp (text, DECLARATION, strlen (DECLARATION)) != 0)
    return;

  /* The whole line, for the mark below it. */
  while (line_start > self->text && line_start[-1] != '\n')
    line_start--;
  line_text = g_strchomp (g_strndup (line_start, (gsize) (end - line_start)));

  read_declaration (self, line_text, line_text + (text - line_start) + strlen (DECLARATION));
}

static void
read_block_comment (Reader *self)
{
  const char *position = self->text + self->position;
  const char *end_of_text = self->text + self->length;
  const char *close = g_strstr_len (position + 2, end_of_text - position - 2, "*/");
  const char *end = close != NULL ? close : end_of_text;

  while (position < end)
    {
      const char *newline = memchr (position, '\n', (gsize) (end - position));
      const char *line_end = newline != NULL ? newline : end;

      read_comment_line (self, position, line_end);
      if (newline == NULL)
        break;
      position = newline + 1;
      self->line++;
    }

  self->position = (gsize) (end - self->text) + (close != NULL ? 2 : 0);
}

static void
read_line_comment (Reader *self)
{
  const char *position = self->text + self->position;
  const char *newline = memchr (position, '\n', self->length - self->position);
  const char *end = newline != NULL ? newline : self->text + self->length;

  read_comment_line (self, position, end);
  self->position = (gsize) (end - self->text);
}

static gboolean
starts_with (Reader     *self,
             const char *what)
{
  gsize length = strlen (what);

  return self->length - self->position >= length
         && memcmp (self->text + self->position, what, length) == 0;
}

/* Comments and blanks, up to the first code. */
static void
read_beginning (Reader *self)
{
  if (starts_with (self, "\xef\xbb\xbf"))
    self->position += 3;

  while (self->position < self->length)
    {
      if (starts_with (self, "/*"))
        read_block_comment (self);
      else if (starts_with (self, "//"))
        read_line_comment (self);
      else if (!g_ascii_isspace (self->text[self->position]))
        break;
      else if (self->text[self->position++] == '\n')
        self->line++;
    }
}

/* A declaration that comes too late is a mistake nobody would find otherwise. */
static void
look_for_late_ones (Reader *self)
{
  const char *end = self->text + self->length;
  const char *line = self->text + self->position;
  const char *found;

  while ((found = g_strstr_len (line, end - line, DECLARATION)) != NULL)
    {
      const char *newline = memchr (found, '\n', (gsize) (end - found));
      const char *line_end = newline != NULL ? newline : end;
      const char *start = found;

      for (const char *p = line; p < found; p++)
        self->line += *p == '\n';
      while (start > self->text && start[-1] != '\n')
        start--;

      {
        g_autofree char *line_text = g_strndup (start, (gsize) (line_end - start));
        const char *text = line_text + strspn (line_text, " \t*/!");
        gboolean in_comment = text > line_text && strpbrk (line_text, "*/") != NULL
                              && strpbrk (line_text, "*/") < text;

        if (in_comment && g_str_has_prefix (text, DECLARATION) && strchr (text, '=') != NULL)
          complain (self, LUMINAL_SEVERITY_WARNING, self->line, g_strchomp (line_text), text,
                    _("this comes after code and is not read. Move it to the beginning of the file"));
      }

      line = line_end;
    }
}

static GStrv
take_strings (GPtrArray *strings)
{
  g_ptr_array_add (strings, NULL);

  return (GStrv) g_ptr_array_free (strings, FALSE);
}

/* @path must be absolute.
 * @text: (nullable): %NULL if there is none
 * @diagnostics: (nullable) (element-type LuminalDiagnostic): takes what is wrong. Without
 *   it nothing is looked at but @text */
LuminalSourceNeeds *
luminal_source_needs_read (const char *path,
                           const char *text,
                           gsize       length,
                           GPtrArray  *diagnostics)
{
  LuminalSourceNeeds *self = g_new0 (LuminalSourceNeeds, 1);
  Reader reader = {
    .path = path,
    .text = text != NULL ? text : "",
    .length = length,
    .line = 1,
    .diagnostics = diagnostics,
    .folder = g_path_get_dirname (path),
    .packages = g_ptr_array_new (),
    .sources = g_ptr_array_new (),
    .defines = g_ptr_array_new (),
    .flags = g_ptr_array_new (),
  };

  read_beginning (&reader);
  if (diagnostics != NULL)
    look_for_late_ones (&reader);

  self->packages = take_strings (reader.packages);
  self->sources = take_strings (reader.sources);
  self->defines = take_strings (reader.defines);
  self->flags = take_strings (reader.flags);
  self->packages_line = reader.packages_line;
  g_free (reader.folder);

  return self;
}

void
luminal_source_needs_free (LuminalSourceNeeds *self)
{
  g_strfreev (self->packages);
  g_strfreev (self->sources);
  g_strfreev (self->defines);
  g_strfreev (self->flags);
  g_free (self);
}

char *
luminal_source_read_beginning (const char *path,
                               gsize      *length,
                               GError    **error)
{
  struct stat info;
  int fd = luminal_open_module_file (path, &info, error);
  char *bytes;
  gssize n;

  if (fd < 0)
    return NULL;

  bytes = g_malloc (BEGINNING);
  *length = 0;
  while (*length < BEGINNING && (n = read (fd, bytes + *length, BEGINNING - *length)) > 0)
    *length += (gsize) n;
  g_close (fd, NULL);

  return bytes;
}

/* @diagnostics: (element-type LuminalDiagnostic): what luminal_source_needs_read() found */
GError *
luminal_source_find_mistake (const char *path,
                             GPtrArray  *diagnostics)
{
  for (guint i = 0; i < diagnostics->len; i++)
    {
      LuminalDiagnostic *diagnostic = diagnostics->pdata[i];

      if (luminal_diagnostic_get_severity (diagnostic) >= LUMINAL_SEVERITY_ERROR)
        return luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, path, LUMINAL_PHASE_BUILD,
                                  _("what it declares in line %u is not in order: %s. Correct it and "
                                    "save the file"),
                                  luminal_diagnostic_get_line (diagnostic),
                                  luminal_diagnostic_get_text (diagnostic));
    }

  return NULL;
}
