/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-build-outcome.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "luminal-error-private.h"
#include "luminal-header-guess.h"

/* What strerror() says of a full disk, by which a compiler tells of it. */
static const char *const full_disk_texts[] = {
  "No space left on device",
  "Disk quota exceeded",
};

/* Words of a compiler that did not come to its end because of something else than the
 * source. */
static const char *const accident_texts[] = {
  "internal compiler error",
  "terminated program",
  "out of memory",
  "virtual memory exhausted",
  "cannot allocate memory",
  "Cannot allocate memory",
  "Too many open files",
  "frontend command failed",
  "crashed",
};

/* The diagnostics of all runs, in the order of the sources. */
void
luminal_build_gather_diagnostics (LuminalBuildJob *self)
{
  g_clear_pointer (&self->diagnostics, g_ptr_array_unref);
  self->diagnostics = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i <= self->n_sources; i++)
    {
      for (guint j = 0; self->runs[i].diagnostics != NULL && j < self->runs[i].diagnostics->len; j++)
        g_ptr_array_add (self->diagnostics, g_object_ref (self->runs[i].diagnostics->pdata[j]));
    }
}

gboolean
luminal_build_run_was_good (LuminalBuildRun *run)
{
  return run->diagnostics != NULL && run->end.kind == LUMINAL_CHILD_EXITED && run->end.code == 0;
}

static gboolean
has_any (const char        *text,
         const char *const *parts,
         guint              n_parts)
{
  for (guint i = 0; i < n_parts; i++)
    {
      if (text != NULL && strstr (text, parts[i]) != NULL)
        return TRUE;
    }

  return FALSE;
}

/* What a source itself says, with #error, has a line and is not fatal. */
gboolean
luminal_build_disk_was_full (LuminalBuildJob *self)
{
  for (guint i = 0; i < self->diagnostics->len; i++)
    {
      LuminalDiagnostic *diagnostic = self->diagnostics->pdata[i];

      if ((luminal_diagnostic_get_severity (diagnostic) == LUMINAL_SEVERITY_FATAL
           || luminal_diagnostic_get_line (diagnostic) == 0)
          && has_any (luminal_diagnostic_get_rendering (diagnostic), full_disk_texts,
                      G_N_ELEMENTS (full_disk_texts)))
        return TRUE;
    }

  return FALSE;
}

static LuminalDiagnostic *
find_first_error (GPtrArray *diagnostics,
                  guint     *n_errors)
{
  LuminalDiagnostic *first = NULL;

  *n_errors = 0;
  for (guint i = 0; i < diagnostics->len; i++)
    {
      LuminalDiagnostic *diagnostic = diagnostics->pdata[i];

      if (luminal_diagnostic_get_severity (diagnostic) < LUMINAL_SEVERITY_ERROR)
        continue;
      if (first == NULL)
        first = diagnostic;
      (*n_errors)++;
    }

  return first;
}

/* %NULL: in no line that is known. */
static char *
describe_place (LuminalDiagnostic *diagnostic,
                const char        *path)
{
  guint line = luminal_diagnostic_get_line (diagnostic);
  g_autofree char *file = NULL;

  if (line == 0)
    return NULL;
  if (g_strcmp0 (luminal_diagnostic_get_file (diagnostic), path) == 0)
    return g_strdup_printf (_("in line %u"), line);

  file = luminal_display_path (luminal_diagnostic_get_file (diagnostic));
  return g_strdup_printf (_("in line %u of %s"), line, file);
}

GError *
luminal_build_explain_failure (LuminalBuildJob *self)
{
  const char *path = self->order->path;
  g_autofree char *compiler = luminal_compiler_name (self->order->compiler);
  guint n_errors;
  LuminalDiagnostic *first = find_first_error (self->diagnostics, &n_errors);
  g_autofree char *place = NULL;
  g_autofree char *count = NULL;
  const char *first_text;

  for (guint i = 0; self->runs != NULL && i <= self->n_sources; i++)
    {
      LuminalBuildRun *run = &self->runs[i];

      if (run->diagnostics != NULL && run->end.kind == LUMINAL_CHILD_KILLED)
        return luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, path, LUMINAL_PHASE_BUILD,
                                  _("the compiler “%s” was killed by signal %d (%s). Save the file "
                                    "again, or try another compiler"),
                                  compiler, run->end.code, g_strsignal (run->end.code));
    }

  if (first == NULL)
    {
      LuminalDiagnostic *last = self->diagnostics->len > 0
                                  ? self->diagnostics->pdata[self->diagnostics->len - 1] : NULL;

      return luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, path, LUMINAL_PHASE_BUILD,
                                _("the compiler “%s” failed without naming an error: %s. Try it in "
                                  "a terminal"),
                                compiler,
                                last != NULL ? luminal_diagnostic_get_text (last) : _("no output"));
    }

  place = describe_place (first, path);
  first_text = luminal_diagnostic_get_text (first);

  if (n_errors == 1 && place == NULL)
    return luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, path, LUMINAL_PHASE_BUILD,
                              _("there is an error: %s. Correct it and save the file"), first_text);
  if (n_errors == 1)
    /* Translators: a place such as "in line 7", and what the compiler says */
    return luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, path, LUMINAL_PHASE_BUILD,
                              _("there is an error %s: %s. Correct it and save the file"), place,
                              first_text);

  count = n_errors == LUMINAL_DIAGNOSTICS_MAX
            ? g_strdup_printf (_("there are %u or more errors"), n_errors)
            : g_strdup_printf (ngettext ("there is %u error", "there are %u errors", n_errors), n_errors);
  if (place == NULL)
    /* Translators: "there are 3 errors", and what the compiler says */
    return luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, path, LUMINAL_PHASE_BUILD,
                              _("%s, the first one: %s. Correct them and save the file"), count,
                              first_text);

  /* Translators: "there are 3 errors", a place such as "in line 7", and what the compiler says */
  return luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, path, LUMINAL_PHASE_BUILD,
                            _("%s, the first %s: %s. Correct them and save the file"), count, place,
                            first_text);
}

/* Those that a person may change. */
GStrv
luminal_build_choose_dependencies (LuminalBuildJob   *self,
                     char **inputs)
{
  GPtrArray *chosen = g_ptr_array_new ();

  for (; *inputs != NULL; inputs++)
    {
      if (!luminal_header_is_of_system (*inputs, self->order->folder))
        g_ptr_array_add (chosen, g_strdup (*inputs));
    }
  g_ptr_array_add (chosen, NULL);

  return (GStrv) g_ptr_array_free (chosen, FALSE);
}

/* What the inputs hold before the compiler reads them. */
static void
take_digests (LuminalBuildJob   *self,
              char **inputs)
{
  LuminalHeaderDigests *digests = luminal_build_cache_get_digests (self->order->cache);

  for (; inputs != NULL && *inputs != NULL; inputs++)
    {
      if (!luminal_header_is_of_system (*inputs, self->order->folder))
        g_hash_table_insert (self->before, g_strdup (*inputs),
                             luminal_header_digests_get (digests, *inputs, self->order->folder));
    }
}

/* Of what the compiler is likely to read, before it does. A first build knows of no
 * headers, and may come right after they were written: so some are guessed. */
void
luminal_build_take_digests (LuminalBuildJob *self)
{
  g_auto (GStrv) guesses = NULL;
  gconstpointer text;
  gsize length;

  text = g_bytes_get_data (self->order->source, &length);
  guesses = luminal_header_guess (self->order->path, text, length, self->order->needs->sources);

  g_hash_table_remove_all (self->before);
  take_digests (self, self->order->known_inputs);
  take_digests (self, self->order->needs->sources);
  take_digests (self, guesses);
}

static void
add_list (LuminalBuildJob        *self,
          GPtrArray  *inputs,
          GHashTable *seen,
          guint       n)
{
  g_autofree char *list = luminal_build_scratch_name (&self->scratch, n, ".d");
  g_autofree char *prefix = g_strconcat (self->scratch.folder, "/", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) paths = NULL;

  if (!g_file_get_contents (list, &text, NULL, NULL))
    return;

  paths = luminal_header_list_parse (text, self->order->folder);
  for (guint i = 0; paths[i] != NULL; i++)
    {
      /* The copy of the source stands for it, and the key knows its content. */
      if (g_str_has_prefix (paths[i], prefix) || g_str_equal (paths[i], self->order->path))
        continue;
      if (g_hash_table_contains (seen, paths[i]))
        continue;

      g_ptr_array_add (inputs, g_strdup (paths[i]));
      g_hash_table_add (seen, inputs->pdata[inputs->len - 1]);
    }
}

static GStrv
collect_inputs (LuminalBuildJob *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *inputs = g_ptr_array_new ();

  for (guint i = 0; i < self->n_sources; i++)
    add_list (self, inputs, seen, i);
  for (char **source = self->order->needs->sources; *source != NULL; source++)
    {
      if (!g_hash_table_contains (seen, *source))
        g_ptr_array_add (inputs, g_strdup (*source));
    }
  g_ptr_array_add (inputs, NULL);

  return (GStrv) g_ptr_array_free (inputs, FALSE);
}

/* Whether what the inputs hold now is what the compiler read. One that was not known
 * before counts if its time says that it has not changed since. */
static gboolean
inputs_are_certain (LuminalBuildJob   *self,
                    char **inputs)
{
  LuminalHeaderDigests *digests = luminal_build_cache_get_digests (self->order->cache);

  for (; *inputs != NULL; inputs++)
    {
      const char *before = g_hash_table_lookup (self->before, *inputs);

      if (before != NULL)
        {
          g_autofree char *now = luminal_header_digests_get (digests, *inputs,
                                                             self->order->folder);

          if (!g_str_equal (before, now))
            return FALSE;
        }
      else
        {
          gint64 changed = luminal_header_get_time (*inputs);

          if (changed == 0 || changed >= self->started)
            return FALSE;
        }
    }

  return TRUE;
}

/* A failure is kept only if nothing but the source and what it includes can be the
 * cause: a header that is missing may be installed anywhere. */
static gboolean
failure_is_certain (LuminalBuildJob *self)
{
  guint n_errors;

  if (find_first_error (self->diagnostics, &n_errors) == NULL)
    return FALSE;

  for (guint i = 0; i <= self->n_sources; i++)
    {
      if (self->runs[i].diagnostics != NULL
          && (self->runs[i].end.kind != LUMINAL_CHILD_EXITED || self->runs[i].end.code > 1))
        return FALSE;
    }

  for (guint i = 0; i < self->diagnostics->len; i++)
    {
      LuminalDiagnostic *diagnostic = self->diagnostics->pdata[i];
      LuminalSeverity severity = luminal_diagnostic_get_severity (diagnostic);

      if (severity == LUMINAL_SEVERITY_FATAL
          || (severity == LUMINAL_SEVERITY_ERROR && luminal_diagnostic_get_line (diagnostic) == 0)
          || has_any (luminal_diagnostic_get_rendering (diagnostic), accident_texts,
                      G_N_ELEMENTS (accident_texts)))
        return FALSE;
    }

  return TRUE;
}

static void
keep (LuminalBuildJob   *self,
      char **inputs)
{
  LuminalBuildEntry entry = {
    .module = self->findings.module,
    .diagnostics = self->diagnostics,
    .inputs = inputs,
  };
  g_autoptr (GError) error = NULL;

  if (luminal_build_cache_store (self->order->cache, self->order->key, self->order->folder, &entry,
                                 &error)
      || self->findings.remark != NULL)
    return;

  self->findings.remark = g_strdup_printf (_("The cache cannot be written (%s), so the build is not "
                                             "kept for the next time. Make room there, or give "
                                             "yourself the right to write"),
                                           error->message);
}

static gboolean
read_module (LuminalBuildJob *self)
{
  g_autofree char *path = g_build_filename (self->scratch.folder, "module.so", NULL);
  g_autoptr (GError) error = NULL;
  char *bytes;
  gsize size;

  if (g_file_get_contents (path, &bytes, &size, &error) && size > 0)
    {
      self->findings.module = g_bytes_new_take (bytes, size);
      return TRUE;
    }

  if (error == NULL)
    g_free (bytes);
  self->findings.error = luminal_error_new (LUMINAL_ERROR_BUILD_FAILED, self->order->path,
                                            LUMINAL_PHASE_BUILD,
                                            _("the compiler “%s” ended well, but left no module. "
                                              "Choose one that compiles C"),
                                            self->order->compiler->command[0]);
  return FALSE;
}

/* From the scratch folder, into the findings and the cache. */
void
luminal_build_collect (LuminalBuildJob *self)
{
  g_auto (GStrv) inputs = collect_inputs (self);
  gboolean certain;

  if (self->compiled)
    {
      certain = read_module (self);
    }
  else
    {
      self->findings.error = luminal_build_explain_failure (self);
      certain = failure_is_certain (self);
    }

  if (certain && inputs_are_certain (self, inputs))
    keep (self, inputs);

  self->findings.diagnostics = g_ptr_array_ref (self->diagnostics);
  self->findings.dependencies = luminal_build_choose_dependencies (self, inputs);
}
