/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-compiler.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#include "luminal-child.h"
#include "luminal-diagnostics-parser.h"
#include "luminal-error.h"
#include "luminal-task-thread.h"

/* More than any compiler says of itself. */
#define VERSION_LENGTH_MAX 4096

/* What every photon is compiled with. "-Og" costs 3 % more time than no optimization,
 * and keeps code that can be stepped through; the compiler follows the flow of data for
 * it, and so sees variables that are used before they are set. Parameters that stay
 * unused are no mistake: the functions of a photon all have the same ones. A function
 * that is not declared is one: it would be missing only when the module is opened. */
static const char *const fixed_flags[] = {
  "-std=gnu11",
  "-Og",
  "-g",
  "-fPIC",
  "-fvisibility=hidden",
  "-Wall",
  "-Wextra",
  "-Wno-unused-parameter",
  "-Wno-missing-field-initializers",
  "-Werror=implicit-function-declaration",
  "-fdiagnostics-color=never",
};

typedef struct
{
  char *preference;
  GStrv environment;
  LuminalCompiler *known;
  LuminalBuildCache *cache;
  guint timeout;
  LuminalCompiler *found;
  GString *version;
} Search;

static void
compiler_clear (LuminalCompiler *self)
{
  g_strfreev (self->command);
  g_free (self->stamp);
  g_free (self->version);
}

LuminalCompiler *
luminal_compiler_ref (LuminalCompiler *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
luminal_compiler_unref (LuminalCompiler *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) compiler_clear);
}

static void
search_free (Search *self)
{
  g_free (self->preference);
  g_strfreev (self->environment);
  g_clear_pointer (&self->known, luminal_compiler_unref);
  g_clear_object (&self->cache);
  g_clear_pointer (&self->found, luminal_compiler_unref);
  g_string_free (self->version, TRUE);
  g_free (self);
}

/* As messages name it, such as "ccache gcc". */
char *
luminal_compiler_name (LuminalCompiler *self)
{
  g_autofree char *program = g_path_get_basename (self->command[0]);
  g_autofree char *rest = g_strjoinv (" ", self->command + 1);

  return g_strchomp (g_strconcat (program, " ", rest, NULL));
}

/* Returns: (transfer full) (element-type utf8): a command line to go on with */
GPtrArray *
luminal_compiler_begin_arguments (LuminalCompiler *self)
{
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; self->command[i] != NULL; i++)
    g_ptr_array_add (arguments, g_strdup (self->command[i]));
  for (guint i = 0; i < G_N_ELEMENTS (fixed_flags); i++)
    g_ptr_array_add (arguments, g_strdup (fixed_flags[i]));
  /* A symbol of that kind keeps a module in the process for good. clang makes none, and
   * knows no flag for it. It stops at its twentieth error, too: gcc would look for the names
   * that were meant in ten thousand of them, for minutes. */
  if (!self->is_clang)
    {
      g_ptr_array_add (arguments, g_strdup ("-fno-gnu-unique"));
      g_ptr_array_add (arguments, g_strdup_printf ("-fmax-errors=%d", LUMINAL_DIAGNOSTICS_MAX));
    }

  return arguments;
}

/* Replaces the first word by the absolute path of the program.
 *
 * Returns: whether there is one */
static gboolean
resolve (char **command)
{
  g_autofree char *found = g_find_program_in_path (command[0]);

  if (found == NULL)
    return FALSE;

  g_free (command[0]);
  command[0] = g_canonicalize_filename (found, NULL);

  return TRUE;
}

/* Of the programs in @command, links followed: "ccache gcc" has two. That a compiler
 * was replaced is seen without running it. */
static char *
make_stamp (char **command)
{
  GString *stamp = g_string_new (NULL);

  for (guint i = 0; command[i] != NULL; i++)
    {
      g_autofree char *program = NULL;
      struct stat info;

      g_string_append_printf (stamp, "%s", command[i]);
      if (*command[i] != '-')
        program = g_find_program_in_path (command[i]);
      if (program != NULL && stat (program, &info) == 0)
        g_string_append_printf (stamp, " %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld", program,
                                (gint64) info.st_size, (gint64) info.st_mtim.tv_sec,
                                info.st_mtim.tv_nsec);
      g_string_append_c (stamp, '\n');
    }

  return g_string_free (stamp, FALSE);
}

/* Of a command that a person chose, and that must not be passed over. */
static GStrv
parse_chosen (const char *text,
              const char *chosen_by,
              GError    **error)
{
  g_auto (GStrv) command = NULL;
  g_autoptr (GError) cause = NULL;

  if (!g_shell_parse_argv (text, NULL, &command, &cause))
    {
      g_set_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NO_COMPILER,
                   _("build: the compiler that %s names, “%s”, cannot be read: %s. Correct it"),
                   chosen_by, text, cause->message);
      return NULL;
    }
  if (!resolve (command))
    {
      g_set_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NO_COMPILER,
                   _("build: the compiler that %s names, “%s”, was not found. Install it, or choose "
                     "another one"),
                   chosen_by, command[0]);
      return NULL;
    }

  return g_steal_pointer (&command);
}

static gboolean
is_given (const char *text)
{
  return text != NULL && text[strspn (text, " \t\n")] != '\0';
}

static GStrv
choose_command (Search  *self,
                GError **error)
{
  static const char *const usual[] = { "cc", "gcc", "clang" };
  const char *cc = g_environ_getenv (self->environment, "CC");

  if (is_given (cc))
    return parse_chosen (cc, _("the variable CC"), error);
  if (is_given (self->preference))
    return parse_chosen (self->preference, _("the preference"), error);

  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    {
      g_auto (GStrv) command = g_strsplit (usual[i], " ", 1);

      if (resolve (command))
        return g_steal_pointer (&command);
    }

  g_set_error_literal (error, LUMINAL_ERROR, LUMINAL_ERROR_NO_COMPILER,
                       _("build: there is no C compiler. Install gcc or clang, or name one in the "
                         "variable CC"));
  return NULL;
}

static char *
note_key (LuminalCompiler *self)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, self->stamp, -1);
}

static void
set_version (LuminalCompiler *self,
             char            *version)
{
  self->version = version;
  self->is_clang = strstr (version, "clang") != NULL;
}

/* Returns: what was known or noted of the compiler, as far as it goes */
static void
look_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Search *self = task_data;
  g_auto (GStrv) command = NULL;
  g_autofree char *key = NULL;
  g_autofree char *version = NULL;
  GError *error = NULL;

  command = choose_command (self, &error);
  if (command == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  self->found = g_atomic_rc_box_new0 (LuminalCompiler);
  self->found->stamp = make_stamp (command);
  self->found->command = g_steal_pointer (&command);
  if (self->known != NULL && g_str_equal (self->known->stamp, self->found->stamp))
    {
      g_clear_pointer (&self->found, luminal_compiler_unref);
      self->found = luminal_compiler_ref (self->known);
    }
  else
    {
      key = note_key (self->found);
      version = luminal_build_cache_recall (self->cache, key);
      if (version != NULL)
        set_version (self->found, g_steal_pointer (&version));
    }

  g_task_return_boolean (task, TRUE);
}

static void
note_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Search *self = task_data;
  g_autofree char *key = note_key (self->found);

  luminal_build_cache_note (self->cache, key, self->found->version);
  g_task_return_pointer (task, luminal_compiler_ref (self->found),
                         (GDestroyNotify) luminal_compiler_unref);
}

static void
take_version (const char *data,
              gsize       length,
              gpointer    user_data)
{
  luminal_child_keep_output (user_data, VERSION_LENGTH_MAX, data, length);
}

static void
on_version (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Search *self = g_task_get_task_data (task);
  g_autofree char *name = luminal_compiler_name (self->found);
  g_autoptr (GError) error = NULL;
  LuminalChildEnd end;

  if (!luminal_child_run_finish (result, &end, &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_task_return_error (task, g_steal_pointer (&error));
      else
        g_task_return_new_error (task, LUMINAL_ERROR, LUMINAL_ERROR_NO_COMPILER,
                                 _("build: the compiler “%s” cannot be run: %s. Install it anew, or "
                                   "choose another one in the variable CC"),
                                 name, error->message);
      return;
    }
  if (end.kind == LUMINAL_CHILD_TIMED_OUT)
    {
      g_task_return_new_error (task, LUMINAL_ERROR, LUMINAL_ERROR_TIMED_OUT,
                               _("build: the compiler “%s” did not tell its version in %g seconds, "
                                 "and was ended. Try it in a terminal, or choose another one in the "
                                 "variable CC"),
                               name, self->timeout / 1000.0);
      return;
    }

  /* One that does not answer well may still compile; it is asked again next time. */
  if (end.kind == LUMINAL_CHILD_KILLED || end.code != 0)
    {
      set_version (self->found, g_strdup (""));
      g_task_return_pointer (task, luminal_compiler_ref (self->found),
                             (GDestroyNotify) luminal_compiler_unref);
      return;
    }

  set_version (self->found, g_utf8_make_valid (self->version->str, -1));
  luminal_task_run_in_own_thread (task, "luminal-compiler", note_in_thread);
}

static void
on_looked (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Search *self = g_task_get_task_data (task);
  g_autoptr (GPtrArray) arguments = NULL;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (self->found->version != NULL)
    {
      g_task_return_pointer (task, luminal_compiler_ref (self->found),
                             (GDestroyNotify) luminal_compiler_unref);
      return;
    }

  arguments = g_ptr_array_new ();
  for (guint i = 0; self->found->command[i] != NULL; i++)
    g_ptr_array_add (arguments, self->found->command[i]);
  g_ptr_array_add (arguments, (gpointer) "--version");
  g_ptr_array_add (arguments, NULL);
  luminal_child_run_async ((const char *const *) arguments->pdata, "/",
                           (const char *const *) self->environment,
                           G_SUBPROCESS_FLAGS_STDERR_SILENCE, self->timeout, take_version,
                           self->version, g_task_get_cancellable (task), on_version,
                           g_object_ref (task));
}

/* The compiler that the variable CC of @environment names, with arguments if it has some;
 * else the one that @preference names; else "cc", "gcc" or "clang".
 *
 * @known: (nullable): what was found before. Nothing is run if it is still the same, or
 *   if @cache knows what it says of itself */
void
luminal_compiler_find_async (const char         *preference,
                             const char *const  *environment,
                             LuminalCompiler    *known,
                             LuminalBuildCache  *cache,
                             guint               timeout,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) look = NULL;
  Search *self = g_new0 (Search, 1);

  self->preference = g_strdup (preference);
  self->environment = g_strdupv ((char **) environment);
  self->known = known != NULL ? luminal_compiler_ref (known) : NULL;
  self->cache = g_object_ref (cache);
  self->timeout = timeout;
  self->version = g_string_new (NULL);
  g_task_set_source_tag (task, luminal_compiler_find_async);
  g_task_set_name (task, "[luminal] find the compiler");
  g_task_set_task_data (task, self, (GDestroyNotify) search_free);

  look = g_task_new (NULL, cancellable, on_looked, g_object_ref (task));
  g_task_set_source_tag (look, luminal_compiler_find_async);
  g_task_set_task_data (look, self, NULL);
  luminal_task_run_in_own_thread (look, "luminal-compiler", look_in_thread);
}

LuminalCompiler *
luminal_compiler_find_finish (GAsyncResult *result,
                              GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
