/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-build-result.h"

#include "luminal-build-result-private.h"

#include "luminal-builder.h"
#include "luminal-error-private.h"
#include "luminal-image.h"

/**
 * LuminalBuildResult:
 *
 * What came of compiling a source file.
 *
 * A source that does not compile has a result, too, with
 * [property@BuildResult:error] set and without a
 * [property@BuildResult:module]: its diagnostics tell why.
 *
 * A result never changes, and tells about the bytes that the source had when
 * it was read.
 *
 * Since: 1.0
 */
struct _LuminalBuildResult
{
  GObject parent_instance;

  GBytes *module;
  GError *error;
  GListStore *diagnostics;
  GStrv dependencies;
  gboolean from_cache;
  gint64 duration;
  char *remark;
};

enum
{
  PROP_0,
  PROP_MODULE,
  PROP_ERROR,
  PROP_DIAGNOSTICS,
  PROP_DEPENDENCIES,
  PROP_FROM_CACHE,
  PROP_DURATION,
  PROP_REMARK,
  N_PROPERTIES
};

/* How long to wait for a file that another program keeps open for writing. */
#define SETTLE_TIMEOUT 5000

G_DEFINE_FINAL_TYPE (LuminalBuildResult, luminal_build_result, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPERTIES];

static void
luminal_build_result_get_property (GObject    *object,
                                   guint       property_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  LuminalBuildResult *self = LUMINAL_BUILD_RESULT (object);

  switch (property_id)
    {
    case PROP_MODULE:
      g_value_set_boxed (value, self->module);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_DIAGNOSTICS:
      g_value_set_object (value, self->diagnostics);
      break;
    case PROP_DEPENDENCIES:
      g_value_set_boxed (value, self->dependencies);
      break;
    case PROP_FROM_CACHE:
      g_value_set_boolean (value, self->from_cache);
      break;
    case PROP_DURATION:
      g_value_set_int64 (value, self->duration);
      break;
    case PROP_REMARK:
      g_value_set_string (value, self->remark);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_build_result_finalize (GObject *object)
{
  LuminalBuildResult *self = LUMINAL_BUILD_RESULT (object);

  g_clear_pointer (&self->module, g_bytes_unref);
  g_clear_error (&self->error);
  g_clear_object (&self->diagnostics);
  g_strfreev (self->dependencies);
  g_free (self->remark);

  G_OBJECT_CLASS (luminal_build_result_parent_class)->finalize (object);
}

static void
luminal_build_result_class_init (LuminalBuildResultClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = luminal_build_result_get_property;
  object_class->finalize = luminal_build_result_finalize;

  /**
   * LuminalBuildResult:module:
   *
   * The bytes of the module, or %NULL if the source did not compile.
   *
   * Since: 1.0
   */
  properties[PROP_MODULE] =
    g_param_spec_boxed ("module", NULL, NULL, G_TYPE_BYTES,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalBuildResult:error:
   *
   * Why there is no module: %LUMINAL_ERROR_BUILD_FAILED, or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_ERROR] =
    g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalBuildResult:diagnostics:
   *
   * What the compiler had to say, a list of [class@Diagnostic]. There may be
   * warnings even if it compiled.
   *
   * Since: 1.0
   */
  properties[PROP_DIAGNOSTICS] =
    g_param_spec_object ("diagnostics", NULL, NULL, G_TYPE_LIST_MODEL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalBuildResult:dependencies:
   *
   * The other files that it was built from, by their absolute paths.
   *
   * Since: 1.0
   */
  properties[PROP_DEPENDENCIES] =
    g_param_spec_boxed ("dependencies", NULL, NULL, G_TYPE_STRV,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalBuildResult:from-cache:
   *
   * Whether the same content had been built before, and no compiler ran.
   *
   * Since: 1.0
   */
  properties[PROP_FROM_CACHE] =
    g_param_spec_boolean ("from-cache", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalBuildResult:duration:
   *
   * How long it took, in microseconds.
   *
   * Since: 1.0
   */
  properties[PROP_DURATION] =
    g_param_spec_int64 ("duration", NULL, NULL, 0, G_MAXINT64, 0,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalBuildResult:remark:
   *
   * A sentence about what a person might want to know of the build, such as
   * that it could not be kept for the next time, or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_REMARK] =
    g_param_spec_string ("remark", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
luminal_build_result_init (LuminalBuildResult *self)
{
  self->diagnostics = g_list_store_new (LUMINAL_TYPE_DIAGNOSTIC);
}

LuminalBuildResult *
luminal_build_result_new (LuminalBuildFindings *findings)
{
  LuminalBuildResult *self = g_object_new (LUMINAL_TYPE_BUILD_RESULT, NULL);

  self->module = g_steal_pointer (&findings->module);
  self->error = g_steal_pointer (&findings->error);
  if (findings->diagnostics != NULL)
    g_list_store_splice (self->diagnostics, 0, 0, findings->diagnostics->pdata,
                         findings->diagnostics->len);
  g_clear_pointer (&findings->diagnostics, g_ptr_array_unref);
  self->dependencies = g_steal_pointer (&findings->dependencies);
  if (self->dependencies == NULL)
    self->dependencies = g_new0 (char *, 1);
  self->from_cache = findings->from_cache;
  self->duration = findings->duration;
  self->remark = g_steal_pointer (&findings->remark);

  return self;
}

static void
on_built (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LuminalBuildResult *build;
  GError *error = NULL;

  build = luminal_builder_build_finish (LUMINAL_BUILDER (source), result, &error);
  if (build != NULL)
    g_task_return_pointer (task, build, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (LuminalBuilder) builder = NULL;
  g_autoptr (LuminalImage) image = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *path = g_file_get_path (g_task_get_task_data (task));
  LuminalPhase failed_phase;
  GError *error = NULL;
  const guint8 *data;
  gsize size;

  image = luminal_image_take_finish (result, &failed_phase, &error);
  if (image == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  data = luminal_image_get_bytes (image, &size);
  bytes = g_bytes_new_with_free_func (data, size, g_object_unref, g_object_ref (image));
  builder = luminal_builder_new (NULL);
  luminal_builder_build_async (builder, path, bytes, g_task_get_cancellable (task), on_built,
                               g_object_ref (task));
}

/**
 * luminal_build_async:
 * @file: a C source file
 * @cancellable: (nullable): a way to cancel the build
 * @callback: called when it is done
 * @user_data: passed to @callback
 *
 * Compiles @file into a module, without putting it to work.
 *
 * The compiler is the one that the environment variable `CC` names, or `cc`,
 * `gcc` or `clang`. It may take a minute. What was compiled before is taken
 * from the cache of the person. Nothing is written beside @file.
 *
 * Call luminal_build_finish() in @callback for the result.
 *
 * Since: 1.0
 */
void
luminal_build_async (GFile              *file,
                     GCancellable       *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, luminal_build_async);
  g_task_set_name (task, "[luminal] build");
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  if (!g_file_is_native (file))
    {
      g_task_return_error (task, luminal_error_new_not_local (LUMINAL_ERROR_UNREADABLE, file,
                                                              LUMINAL_PHASE_READ));
      return;
    }

  luminal_image_take_async (file, SETTLE_TIMEOUT, cancellable, on_read, g_steal_pointer (&task));
}

/**
 * luminal_build_finish:
 * @result: what the callback was given
 * @error: return location for a [struct@GLib.Error]
 *
 * Gets the result of luminal_build_async().
 *
 * A source that does not compile is no error here, but a result with
 * [property@BuildResult:error] set. What keeps it from being compiled is one, in
 * the domain [error@Error]:
 *
 * - %LUMINAL_ERROR_PHOTON_NOT_FOUND: the file is missing or a folder, or a link
 *   that leads nowhere or in a circle
 * - %LUMINAL_ERROR_UNREADABLE: it may not or cannot be read, or is not on this
 *   machine
 * - %LUMINAL_ERROR_INCOMPLETE: it is empty, or is still being written
 * - %LUMINAL_ERROR_INVALID_MODULE: it is no regular file, or larger than 256 MiB
 * - %LUMINAL_ERROR_NO_COMPILER: there is no C compiler, or it cannot be run
 * - %LUMINAL_ERROR_TIMED_OUT: the compiler did not finish in time
 *
 * A cancelled build is %G_IO_ERROR_CANCELLED. Its compiler is gone.
 *
 * Returns: (transfer full): what came of it, or %NULL with @error set
 *
 * Since: 1.0
 */
LuminalBuildResult *
luminal_build_finish (GAsyncResult *result,
                      GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, luminal_build_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * luminal_build_result_get_module:
 * @self: a result
 *
 * Gets the module that was built.
 *
 * Returns: (transfer none) (nullable): its bytes, or %NULL if the source did
 *   not compile
 *
 * Since: 1.0
 */
GBytes *
luminal_build_result_get_module (LuminalBuildResult *self)
{
  g_return_val_if_fail (LUMINAL_IS_BUILD_RESULT (self), NULL);

  return self->module;
}

/**
 * luminal_build_result_get_error:
 * @self: a result
 *
 * Gets why there is no module. The code is %LUMINAL_ERROR_BUILD_FAILED.
 *
 * Returns: (transfer none) (nullable): the error, or %NULL if there is a module
 *
 * Since: 1.0
 */
const GError *
luminal_build_result_get_error (LuminalBuildResult *self)
{
  g_return_val_if_fail (LUMINAL_IS_BUILD_RESULT (self), NULL);

  return self->error;
}

/**
 * luminal_build_result_get_diagnostics:
 * @self: a result
 *
 * Gets what the compiler had to say, in its order. Of more than 100 errors and
 * warnings the first are kept, errors before warnings, and a note at the end
 * tells how many more there were.
 *
 * Returns: (transfer none): a list of [class@Diagnostic]
 *
 * Since: 1.0
 */
GListModel *
luminal_build_result_get_diagnostics (LuminalBuildResult *self)
{
  g_return_val_if_fail (LUMINAL_IS_BUILD_RESULT (self), NULL);

  return G_LIST_MODEL (self->diagnostics);
}

/**
 * luminal_build_result_get_dependencies:
 * @self: a result
 *
 * Gets the other files that it was built from: the further sources, and the
 * headers, except those of the system. A change of one of them may change the
 * result. After a failure, a header that is missing is among them with the path
 * that it could have beside the source.
 *
 * Returns: (array zero-terminated=1) (element-type filename) (transfer none):
 *   their absolute paths
 *
 * Since: 1.0
 */
const char *const *
luminal_build_result_get_dependencies (LuminalBuildResult *self)
{
  g_return_val_if_fail (LUMINAL_IS_BUILD_RESULT (self), NULL);

  return (const char *const *) self->dependencies;
}

/**
 * luminal_build_result_get_from_cache:
 * @self: a result
 *
 * Gets whether the same content had been built before, with the same headers,
 * flags and compiler. Then no compiler ran.
 *
 * Returns: whether it came from the cache
 *
 * Since: 1.0
 */
gboolean
luminal_build_result_get_from_cache (LuminalBuildResult *self)
{
  g_return_val_if_fail (LUMINAL_IS_BUILD_RESULT (self), FALSE);

  return self->from_cache;
}

/**
 * luminal_build_result_get_duration:
 * @self: a result
 *
 * Gets how long it took, waiting for other builds included.
 *
 * Returns: the time in microseconds
 *
 * Since: 1.0
 */
gint64
luminal_build_result_get_duration (LuminalBuildResult *self)
{
  g_return_val_if_fail (LUMINAL_IS_BUILD_RESULT (self), 0);

  return self->duration;
}

/**
 * luminal_build_result_get_remark:
 * @self: a result
 *
 * Gets what a person might want to know of the build, such as that the cache
 * cannot be written.
 *
 * Returns: (nullable): a sentence, or %NULL
 *
 * Since: 1.0
 */
const char *
luminal_build_result_get_remark (LuminalBuildResult *self)
{
  g_return_val_if_fail (LUMINAL_IS_BUILD_RESULT (self), NULL);

  return self->remark;
}
