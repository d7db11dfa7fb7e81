/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-inspection.h"
#include "luminal-inspection-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "luminal-error-private.h"
#include "luminal-inspector.h"
#include "luminal-open.h"
#include "luminal-task-thread.h"

/* Reading can be cancelled after each block of this size. */
#define BLOCK_SIZE (1024 * 1024)

/**
 * LuminalInspection:
 *
 * What can be known of a module without running any of its code.
 *
 * [func@inspect_async] reads a file, makes sure that it is a complete shared
 * library for this machine with photons that this version of Luminal can run,
 * and reads what their notes say. Nothing is opened by the dynamic linker: a
 * file from anywhere can be inspected.
 *
 * An inspection never changes, and describes the bytes with its checksum: the
 * file may have changed since.
 *
 * Since: 1.0
 */
struct _LuminalInspection
{
  GObject parent_instance;

  char *checksum;
  gsize size;
  guint abi;
  const char *machine;
  GStrv dependencies;
  const char **remarks;
  LuminalPinHint pin_hints;
  GListStore *photons;
};

enum
{
  PROP_0,
  PROP_CHECKSUM,
  PROP_SIZE,
  PROP_ABI,
  PROP_MACHINE,
  PROP_DEPENDENCIES,
  PROP_REMARKS,
  PROP_PHOTONS,
  N_PROPERTIES
};

G_DEFINE_FINAL_TYPE (LuminalInspection, luminal_inspection, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPERTIES];

static void
luminal_inspection_get_property (GObject    *object,
                                 guint       property_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  LuminalInspection *self = LUMINAL_INSPECTION (object);

  switch (property_id)
    {
    case PROP_CHECKSUM:
      g_value_set_string (value, self->checksum);
      break;
    case PROP_SIZE:
      g_value_set_uint64 (value, self->size);
      break;
    case PROP_ABI:
      g_value_set_uint (value, self->abi);
      break;
    case PROP_MACHINE:
      g_value_set_string (value, self->machine);
      break;
    case PROP_DEPENDENCIES:
      g_value_set_boxed (value, self->dependencies);
      break;
    case PROP_REMARKS:
      g_value_set_boxed (value, self->remarks);
      break;
    case PROP_PHOTONS:
      g_value_set_object (value, self->photons);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_inspection_finalize (GObject *object)
{
  LuminalInspection *self = LUMINAL_INSPECTION (object);

  g_free (self->checksum);
  g_strfreev (self->dependencies);
  g_free (self->remarks);
  g_clear_object (&self->photons);

  G_OBJECT_CLASS (luminal_inspection_parent_class)->finalize (object);
}

static void
luminal_inspection_class_init (LuminalInspectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = luminal_inspection_get_property;
  object_class->finalize = luminal_inspection_finalize;

  /**
   * LuminalInspection:checksum:
   *
   * The SHA-256 checksum of the file, in 64 lower-case hexadecimal digits.
   *
   * Since: 1.0
   */
  properties[PROP_CHECKSUM] =
    g_param_spec_string ("checksum", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalInspection:size:
   *
   * The size of the file in bytes.
   *
   * Since: 1.0
   */
  properties[PROP_SIZE] =
    g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalInspection:abi:
   *
   * The number of the photon interface that the module was built for.
   *
   * Since: 1.0
   */
  properties[PROP_ABI] =
    g_param_spec_uint ("abi", NULL, NULL, 0, G_MAXUINT, 0,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalInspection:machine:
   *
   * The kind of machine that the module was built for, such as `"x86-64"`.
   *
   * Since: 1.0
   */
  properties[PROP_MACHINE] =
    g_param_spec_string ("machine", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalInspection:dependencies:
   *
   * The libraries that the module is linked with, in their order.
   *
   * Since: 1.0
   */
  properties[PROP_DEPENDENCIES] =
    g_param_spec_boxed ("dependencies", NULL, NULL, G_TYPE_STRV,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalInspection:remarks:
   *
   * Sentences about what a user of the module might want to know.
   *
   * Since: 1.0
   */
  properties[PROP_REMARKS] =
    g_param_spec_boxed ("remarks", NULL, NULL, G_TYPE_STRV,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LuminalInspection:photons:
   *
   * The photons of the module, a list of [class@Metadata].
   *
   * Since: 1.0
   */
  properties[PROP_PHOTONS] =
    g_param_spec_object ("photons", NULL, NULL, G_TYPE_LIST_MODEL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
luminal_inspection_init (LuminalInspection *self)
{
}

LuminalInspection *
luminal_inspection_new (const char      *checksum,
                        gsize            size,
                        LuminalFindings *findings)
{
  LuminalInspection *self = g_object_new (LUMINAL_TYPE_INSPECTION, NULL);

  self->checksum = g_strdup (checksum);
  self->size = size;
  self->abi = findings->abi;
  self->machine = findings->machine;
  self->dependencies = g_steal_pointer (&findings->dependencies);
  self->remarks = g_steal_pointer (&findings->remarks);
  self->pin_hints = findings->pin_hints;
  self->photons = g_list_store_new (LUMINAL_TYPE_METADATA);
  g_list_store_splice (self->photons, 0, 0, findings->photons->pdata, findings->photons->len);
  g_clear_pointer (&findings->photons, g_ptr_array_unref);

  return self;
}

LuminalPinHint
luminal_inspection_get_pin_hints (LuminalInspection *self)
{
  return self->pin_hints;
}

static char *
read_file (const char   *path,
           gsize        *size,
           GCancellable *cancellable,
           GError      **error)
{
  g_autofree char *bytes = NULL;
  struct stat file_stat;
  int fd = luminal_open_module_file (path, &file_stat, error);

  if (fd < 0)
    return NULL;

  bytes = g_try_malloc ((gsize) file_stat.st_size + 1);
  if (bytes == NULL)
    {
      g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_UNREADABLE, path,
                                                   LUMINAL_PHASE_READ,
                                                   _("there is not enough memory to read it. "
                                                     "Close other programs")));
      g_close (fd, NULL);
      return NULL;
    }

  /* A file that shrinks meanwhile is found to be incomplete. */
  for (*size = 0; *size < (gsize) file_stat.st_size;)
    {
      gssize n = read (fd, bytes + *size, MIN ((gsize) file_stat.st_size - *size, BLOCK_SIZE));
      int saved_errno = errno;

      if (n < 0 && saved_errno == EINTR)
        continue;
      if (n < 0)
        {
          g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_UNREADABLE, path,
                                                       LUMINAL_PHASE_READ, "%s",
                                                       g_strerror (saved_errno)));
          g_close (fd, NULL);
          return NULL;
        }
      if (n == 0)
        break;

      *size += (gsize) n;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        {
          g_close (fd, NULL);
          return NULL;
        }
    }

  g_close (fd, NULL);
  return g_steal_pointer (&bytes);
}

static void
inspect_in_thread (GTask        *task,
                   gpointer      source_object,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  GFile *file = task_data;
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *bytes = NULL;
  g_autofree char *checksum = NULL;
  gsize size = 0;
  LuminalInspection *inspection;
  GError *error = NULL;

  if (path == NULL)
    {
      g_task_return_error (task, luminal_error_new_not_local (LUMINAL_ERROR_UNREADABLE, file,
                                                              LUMINAL_PHASE_READ));
      return;
    }

  bytes = read_file (path, &size, cancellable, &error);
  if (bytes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  checksum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) bytes, size);
  inspection = luminal_inspector_inspect ((const guint8 *) bytes, size, path, checksum, &error);
  if (inspection != NULL)
    g_task_return_pointer (task, inspection, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * luminal_inspect_async:
 * @file: a file, which need not be a module
 * @cancellable: (nullable): a way to cancel the inspection
 * @callback: called when it is done
 * @user_data: passed to @callback
 *
 * Finds out what @file is, without running any of its code.
 *
 * The file is read in a thread, if it is a regular file or a link to one;
 * nothing else is ever opened. Call luminal_inspect_finish() in @callback for
 * the result.
 *
 * Since: 1.0
 */
void
luminal_inspect_async (GFile               *file,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, luminal_inspect_async);
  g_task_set_name (task, "[luminal] inspect");
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  luminal_task_run_in_own_thread (task, "luminal-inspect", inspect_in_thread);
}

/**
 * luminal_inspect_finish:
 * @result: what the callback was given
 * @error: return location for a [struct@GLib.Error]
 *
 * Gets the result of luminal_inspect_async().
 *
 * A file that is no usable module is an error in the domain [error@Error]. Its
 * message tells the file, what is wrong with it, and what to do. Its code is
 *
 * - %LUMINAL_ERROR_PHOTON_NOT_FOUND: it is missing or a folder, or a link that
 *   leads nowhere or in a circle
 * - %LUMINAL_ERROR_UNREADABLE: it may not or cannot be read, or is not on this
 *   machine
 * - %LUMINAL_ERROR_INCOMPLETE: it is empty or ends too early
 * - %LUMINAL_ERROR_INVALID_MODULE: it is no regular file, larger than 256 MiB,
 *   no shared library for this machine, or its note is damaged
 * - %LUMINAL_ERROR_NO_PHOTON: it is a shared library without a photon
 * - %LUMINAL_ERROR_WRONG_ABI: it was built for a newer photon interface
 * - %LUMINAL_ERROR_NAME_TAKEN: two of its photons have the same class or name
 *
 * A cancelled inspection is %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): what was found out, or %NULL with @error set
 *
 * Since: 1.0
 */
LuminalInspection *
luminal_inspect_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, luminal_inspect_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * luminal_inspection_get_checksum:
 * @self: an inspection
 *
 * Gets the SHA-256 checksum of the bytes that were inspected.
 *
 * Returns: the checksum, in 64 lower-case hexadecimal digits
 *
 * Since: 1.0
 */
const char *
luminal_inspection_get_checksum (LuminalInspection *self)
{
  g_return_val_if_fail (LUMINAL_IS_INSPECTION (self), NULL);

  return self->checksum;
}

/**
 * luminal_inspection_get_size:
 * @self: an inspection
 *
 * Gets the size of the file.
 *
 * Returns: the size in bytes, from 1 to 256 MiB
 *
 * Since: 1.0
 */
gsize
luminal_inspection_get_size (LuminalInspection *self)
{
  g_return_val_if_fail (LUMINAL_IS_INSPECTION (self), 0);

  return self->size;
}

/**
 * luminal_inspection_get_abi:
 * @self: an inspection
 *
 * Gets the number of the photon interface that the module was built for. If
 * its photons differ in that, it is the highest of their numbers.
 *
 * Returns: the number, from 1 to %LUMINAL_ABI
 *
 * Since: 1.0
 */
guint
luminal_inspection_get_abi (LuminalInspection *self)
{
  g_return_val_if_fail (LUMINAL_IS_INSPECTION (self), 0);

  return self->abi;
}

/**
 * luminal_inspection_get_machine:
 * @self: an inspection
 *
 * Gets the kind of machine that the module was built for, which is this
 * machine's.
 *
 * Returns: a name such as `"x86-64"`
 *
 * Since: 1.0
 */
const char *
luminal_inspection_get_machine (LuminalInspection *self)
{
  g_return_val_if_fail (LUMINAL_IS_INSPECTION (self), NULL);

  return self->machine;
}

/**
 * luminal_inspection_get_dependencies:
 * @self: an inspection
 *
 * Gets the libraries that the module is linked with, such as
 * `"libglib-2.0.so.0"`, in the order that the dynamic linker searches them.
 *
 * Whether they are installed was not looked at.
 *
 * Returns: (array zero-terminated=1) (transfer none): the names of the
 *   libraries
 *
 * Since: 1.0
 */
const char *const *
luminal_inspection_get_dependencies (LuminalInspection *self)
{
  g_return_val_if_fail (LUMINAL_IS_INSPECTION (self), NULL);

  return (const char *const *) self->dependencies;
}

/**
 * luminal_inspection_get_remarks:
 * @self: an inspection
 *
 * Gets what a user of the module might want to know, such as that it is likely
 * to stay in a process that opened it. Each remark goes on where "this module"
 * begins, without a full stop. None of them keeps the module from being used.
 *
 * Returns: (array zero-terminated=1) (transfer none): the remarks
 *
 * Since: 1.0
 */
const char *const *
luminal_inspection_get_remarks (LuminalInspection *self)
{
  g_return_val_if_fail (LUMINAL_IS_INSPECTION (self), NULL);

  return (const char *const *) self->remarks;
}

/**
 * luminal_inspection_get_photons:
 * @self: an inspection
 *
 * Gets the photons of the module as a list of [class@Metadata], in the order of
 * their declaration. There is at least one, and the list never changes.
 *
 * Returns: (transfer none): the photons
 *
 * Since: 1.0
 */
GListModel *
luminal_inspection_get_photons (LuminalInspection *self)
{
  g_return_val_if_fail (LUMINAL_IS_INSPECTION (self), NULL);

  return G_LIST_MODEL (self->photons);
}

/**
 * luminal_inspection_lookup:
 * @self: an inspection
 * @class_name: the name of a class
 *
 * Gets the photon of the class @class_name.
 *
 * Returns: (transfer none) (nullable): the photon, or %NULL if the module has
 *   none of that class
 *
 * Since: 1.0
 */
LuminalMetadata *
luminal_inspection_lookup (LuminalInspection *self,
                           const char        *class_name)
{
  guint n_photons;

  g_return_val_if_fail (LUMINAL_IS_INSPECTION (self), NULL);
  g_return_val_if_fail (class_name != NULL, NULL);

  n_photons = g_list_model_get_n_items (G_LIST_MODEL (self->photons));
  for (guint i = 0; i < n_photons; i++)
    {
      g_autoptr (LuminalMetadata) photon = g_list_model_get_item (G_LIST_MODEL (self->photons), i);

      /* The list keeps it. */
      if (strcmp (luminal_metadata_get_class_name (photon), class_name) == 0)
        return photon;
    }

  return NULL;
}
