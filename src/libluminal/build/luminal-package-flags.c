/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-package-flags.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#include "luminal-child.h"
#include "luminal-error.h"
#include "luminal-own-folder.h"

/* More than it has to say of any packages. */
#define OUTPUT_LENGTH_MAX (256 * 1024)

/* The one that every photon needs. */
#define OWN_PACKAGE "luminal-1"

struct _LuminalPackageFlags
{
  GObject parent_instance;

  GStrv environment;
  char *own_folder;  /* with the library's own package, or NULL */
  char *program;     /* NULL until it was found */
  GStrv folders;     /* that it looks into, NULL until it was asked */
  char *stamp;       /* of the folders, when the flags were asked for */
  GHashTable *known; /* packages with blanks between → flags */
};

typedef struct
{
  GStrv packages;
  char *joined;
  guint timeout;
  GString *output;
} Question;

G_DEFINE_FINAL_TYPE (LuminalPackageFlags, luminal_package_flags, G_TYPE_OBJECT)

static void
question_free (Question *self)
{
  g_strfreev (self->packages);
  g_free (self->joined);
  g_string_free (self->output, TRUE);
  g_free (self);
}

static void
luminal_package_flags_finalize (GObject *object)
{
  LuminalPackageFlags *self = LUMINAL_PACKAGE_FLAGS (object);

  g_strfreev (self->environment);
  g_free (self->own_folder);
  g_free (self->program);
  g_strfreev (self->folders);
  g_free (self->stamp);
  g_hash_table_unref (self->known);

  G_OBJECT_CLASS (luminal_package_flags_parent_class)->finalize (object);
}

static void
luminal_package_flags_class_init (LuminalPackageFlagsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_package_flags_finalize;
}

static void
luminal_package_flags_init (LuminalPackageFlags *self)
{
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) g_strfreev);
}

/* The folder with the library's own package: photons are built against the library that
 * loads them, in whatever prefix or build tree that is. Returns: (nullable) */
static char *
find_own_packages (void)
{
  static const char *const from_library[] = { "pkgconfig", "." };
  g_autofree char *folder = luminal_own_folder ();

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (from_library); i++)
    {
      g_autofree char *packages = g_canonicalize_filename (from_library[i], folder);
      g_autofree char *own = g_build_filename (packages, OWN_PACKAGE ".pc", NULL);

      /* A colon cannot stand in a list of folders. */
      if (strchr (packages, ':') == NULL && g_file_test (own, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&packages);
    }

  return NULL;
}

/* After what a person chose, before what the system has. */
static void
add_own_packages (LuminalPackageFlags *self)
{
  const char *chosen = g_environ_getenv (self->environment, "PKG_CONFIG_PATH");
  g_autofree char *folders = NULL;

  self->own_folder = find_own_packages ();
  if (self->own_folder == NULL)
    return;

  folders = chosen != NULL && *chosen != '\0' ? g_strjoin (":", chosen, self->own_folder, NULL)
                                              : g_strdup (self->own_folder);
  self->environment = g_environ_setenv (self->environment, "PKG_CONFIG_PATH", folders, TRUE);
}

LuminalPackageFlags *
luminal_package_flags_new (const char *const *environment)
{
  LuminalPackageFlags *self = g_object_new (LUMINAL_TYPE_PACKAGE_FLAGS, NULL);

  self->environment = g_strdupv ((char **) environment);
  add_own_packages (self);

  return self;
}

/* Whether it is of no use before the linker runs. */
gboolean
luminal_flag_is_for_linking (const char *flag)
{
  return *flag != '-' || g_str_has_prefix (flag, "-l") || g_str_has_prefix (flag, "-L")
         || g_str_has_prefix (flag, "-Wl,");
}

static gboolean
find_program (LuminalPackageFlags *self,
              GError             **error)
{
  const char *chosen = g_environ_getenv (self->environment, "PKG_CONFIG");

  if (self->program != NULL)
    return TRUE;

  if (chosen != NULL && *chosen != '\0')
    {
      self->program = g_find_program_in_path (chosen);
    }
  else
    {
      self->program = g_find_program_in_path ("pkg-config");
      if (self->program == NULL)
        self->program = g_find_program_in_path ("pkgconf");
    }

  if (self->program == NULL)
    g_set_error (error, LUMINAL_ERROR, LUMINAL_ERROR_BUILD_FAILED,
                 _("%s, which knows the flags of libraries, was not found. Install pkgconf"),
                 chosen != NULL && *chosen != '\0' ? chosen : "pkg-config");

  return self->program != NULL;
}

static void
stamp_folders (GString    *stamp,
               const char *folders)
{
  g_auto (GStrv) paths = g_strsplit (folders != NULL ? folders : "", ":", -1);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      struct stat info;

      if (*paths[i] != '\0' && stat (paths[i], &info) == 0)
        g_string_append_printf (stamp, "%s %" G_GINT64_FORMAT ".%09ld\n", paths[i],
                                (gint64) info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
    }
}

static char *
make_stamp (LuminalPackageFlags *self)
{
  GString *stamp = g_string_new (NULL);
  g_autofree char *folders = g_strjoinv (":", self->folders);

  stamp_folders (stamp, g_environ_getenv (self->environment, "PKG_CONFIG_PATH"));
  stamp_folders (stamp, g_environ_getenv (self->environment, "PKG_CONFIG_LIBDIR"));
  stamp_folders (stamp, folders);

  return g_string_free (stamp, FALSE);
}

static void
take_output (const char *data,
             gsize       length,
             gpointer    user_data)
{
  luminal_child_keep_output (user_data, OUTPUT_LENGTH_MAX, data, length);
}

static void
run (LuminalPackageFlags *self,
     GTask               *task,
     const char *const   *options,
     const char *const   *packages,
     GAsyncReadyCallback  callback)
{
  Question *question = g_task_get_task_data (task);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();

  g_ptr_array_add (arguments, self->program);
  for (; *options != NULL; options++)
    g_ptr_array_add (arguments, (gpointer) *options);
  for (; *packages != NULL; packages++)
    g_ptr_array_add (arguments, (gpointer) *packages);
  g_ptr_array_add (arguments, NULL);

  g_string_truncate (question->output, 0);
  luminal_child_run_async ((const char *const *) arguments->pdata, "/",
                           (const char *const *) self->environment,
                           G_SUBPROCESS_FLAGS_STDERR_SILENCE, question->timeout, take_output,
                           question->output, g_task_get_cancellable (task), callback,
                           g_object_ref (task));
}

/* Returns: whether it ran well, with its output in the question; if not, @task has
 *   returned */
static gboolean
check_run (LuminalPackageFlags *self,
           GTask               *task,
           GAsyncResult        *result)
{
  Question *question = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  LuminalChildEnd end;

  if (!luminal_child_run_finish (result, &end, &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_task_return_error (task, g_steal_pointer (&error));
      else
        g_task_return_new_error (task, LUMINAL_ERROR, LUMINAL_ERROR_BUILD_FAILED,
                                 _("%s cannot be run: %s. Install pkgconf anew"), self->program,
                                 error->message);
    }
  else if (end.kind == LUMINAL_CHILD_TIMED_OUT)
    {
      g_task_return_new_error (task, LUMINAL_ERROR, LUMINAL_ERROR_TIMED_OUT,
                               _("%s did not answer in %g seconds, and was ended. Try it in a "
                                 "terminal"),
                               self->program, question->timeout / 1000.0);
    }
  else if (end.kind == LUMINAL_CHILD_KILLED || end.code != 0)
    {
      g_autofree char *said = g_utf8_make_valid (question->output->str, -1);

      g_task_return_new_error (task, LUMINAL_ERROR, LUMINAL_ERROR_BUILD_FAILED, "%s",
                               *g_strstrip (said) != '\0' ? said : _("pkg-config failed"));
    }
  else
    {
      return TRUE;
    }

  return FALSE;
}

/* A package that can be moved names its folders from its own, as in "pkgconfig/../../include":
 * not what a person should read in each message of the compiler. */
static void
tidy (LuminalPackageFlags *self,
      GStrv                flags)
{
  gsize length = self->own_folder != NULL ? strlen (self->own_folder) : 0;

  for (; length > 0 && *flags != NULL; flags++)
    {
      char *flag = *flags;
      g_autofree char *path = NULL;

      if ((!g_str_has_prefix (flag, "-I") && !g_str_has_prefix (flag, "-L"))
          || strncmp (flag + 2, self->own_folder, length) != 0 || flag[2 + length] != '/')
        continue;

      path = g_canonicalize_filename (flag + 2, NULL);
      *flags = g_strdup_printf ("-%c%s", flag[1], path);
      g_free (flag);
    }
}

static void
on_flags (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LuminalPackageFlags *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);
  g_auto (GStrv) flags = NULL;
  g_autoptr (GError) error = NULL;

  if (!check_run (self, task, result))
    return;

  if (!g_shell_parse_argv (question->output->str, NULL, &flags, &error))
    {
      if (!g_error_matches (error, G_SHELL_ERROR, G_SHELL_ERROR_EMPTY_STRING))
        {
          g_task_return_new_error (task, LUMINAL_ERROR, LUMINAL_ERROR_BUILD_FAILED,
                                   _("the answer of pkg-config cannot be read: %s"), error->message);
          return;
        }
      flags = g_new0 (char *, 1);
    }

  tidy (self, flags);
  g_hash_table_insert (self->known, g_strdup (question->joined), g_strdupv (flags));
  g_task_return_pointer (task, g_steal_pointer (&flags), (GDestroyNotify) g_strfreev);
}

/* With the folders known. */
static void
answer (LuminalPackageFlags *self,
        GTask               *task)
{
  static const char *const options[] = {
    "--cflags", "--libs", "--print-errors", "--errors-to-stdout", OWN_PACKAGE, NULL
  };
  Question *question = g_task_get_task_data (task);
  g_autofree char *stamp = make_stamp (self);
  GStrv known;

  if (g_strcmp0 (stamp, self->stamp) != 0)
    {
      g_hash_table_remove_all (self->known);
      g_free (self->stamp);
      self->stamp = g_steal_pointer (&stamp);
    }

  known = g_hash_table_lookup (self->known, question->joined);
  if (known != NULL)
    g_task_return_pointer (task, g_strdupv (known), (GDestroyNotify) g_strfreev);
  else
    run (self, task, options, (const char *const *) question->packages, on_flags);
}

static void
on_folders (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LuminalPackageFlags *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);

  g_autoptr (GError) error = NULL;
  LuminalChildEnd end;

  if (!luminal_child_run_finish (result, &end, &error)
      && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  /* Not knowing them is no reason to give up: what is wrong will be told of the flags. */
  if (error != NULL || end.kind != LUMINAL_CHILD_EXITED || end.code != 0)
    g_string_truncate (question->output, 0);
  if (self->folders == NULL)
    self->folders = g_strsplit (g_strstrip (question->output->str), ":", -1);
  answer (self, task);
}

/* @packages: beside that of Luminal itself; names, and versions to compare with */
void
luminal_package_flags_get_async (LuminalPackageFlags *self,
                                 const char *const   *packages,
                                 guint                timeout,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  static const char *const options[] = { "--variable", "pc_path", NULL };
  static const char *const about_itself[] = { "pkg-config", NULL };
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);
  GError *error = NULL;

  question->packages = g_strdupv ((char **) packages);
  question->joined = g_strjoinv (" ", question->packages);
  question->timeout = timeout;
  question->output = g_string_new (NULL);
  g_task_set_source_tag (task, luminal_package_flags_get_async);
  g_task_set_name (task, "[luminal] ask pkg-config");
  g_task_set_task_data (task, question, (GDestroyNotify) question_free);

  if (!find_program (self, &error))
    g_task_return_error (task, error);
  else if (self->folders == NULL)
    run (self, task, options, about_itself, on_folders);
  else
    answer (self, task);
}

/* Returns: (transfer full): for compiling and linking, in one list */
GStrv
luminal_package_flags_get_finish (LuminalPackageFlags *self,
                                  GAsyncResult        *result,
                                  GError             **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
