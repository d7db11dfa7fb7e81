/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-handler.h"
#include "luminal-clear-source.h"
#include "luminal-handler-private.h"
#include "luminal-handler-properties.h"

#include "luminal-enum-types.h"

/**
 * LuminalHandler:
 *
 * The loader's record of one photon: what it is, what it does, and what became
 * of the last attempt to change it.
 *
 * A handler stays the same object as long as its photon is loaded, however many
 * generations of its code come and go. All its properties notify, in the main
 * context of the loader, and only when they change. A handler that was unloaded
 * keeps its last words and is never used again.
 *
 * Since: 1.0
 */

#define READ_ONLY (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY)

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (LuminalHandler, luminal_handler, G_TYPE_OBJECT)

static void
luminal_handler_get_property (GObject    *object,
                              guint       property_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LuminalHandler *self = LUMINAL_HANDLER (object);

  switch (property_id)
    {
    case PROP_NAME:
      g_value_set_string (value, luminal_handler_get_name (self));
      break;
    case PROP_CLASS_NAME:
      g_value_set_string (value, luminal_handler_get_class_name (self));
      break;
    case PROP_FILE:
      g_value_set_object (value, luminal_handler_get_file (self));
      break;
    case PROP_FILEPATH:
      g_value_set_string (value, luminal_handler_get_filepath (self));
      break;
    case PROP_CHECKSUM:
      g_value_set_string (value, luminal_handler_get_checksum (self));
      break;
    case PROP_STATUS:
      g_value_set_enum (value, luminal_handler_get_status (self));
      break;
    case PROP_PHASE:
      g_value_set_enum (value, luminal_handler_get_phase (self));
      break;
    case PROP_GENERATION:
      g_value_set_uint (value, luminal_handler_get_generation (self));
      break;
    case PROP_DURATION:
      g_value_set_int64 (value, luminal_handler_get_duration (self));
      break;
    case PROP_STARTED_AT:
      g_value_set_int64 (value, luminal_handler_get_started_at (self));
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, luminal_handler_get_error (self));
      break;
    case PROP_FAILED_PHASE:
      g_value_set_enum (value, luminal_handler_get_failed_phase (self));
      break;
    case PROP_ROLLED_BACK:
      g_value_set_boolean (value, luminal_handler_get_rolled_back (self));
      break;
    case PROP_CHANGED_ON_DISK:
      g_value_set_boolean (value, luminal_handler_get_changed_on_disk (self));
      break;
    case PROP_FILE_MISSING:
      g_value_set_boolean (value, luminal_handler_get_file_missing (self));
      break;
    case PROP_PINNED:
      g_value_set_string (value, luminal_handler_get_pinned (self));
      break;
    case PROP_AUTHOR:
      g_value_set_string (value, luminal_handler_get_author (self));
      break;
    case PROP_VERSION:
      g_value_set_string (value, luminal_handler_get_version (self));
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, luminal_handler_get_description (self));
      break;
    case PROP_TAGS:
      g_value_set_boxed (value, luminal_handler_get_tags (self));
      break;
    case PROP_HISTORY:
      g_value_set_object (value, luminal_handler_get_history (self));
      break;
    case PROP_INSTANCE:
      g_value_set_object (value, luminal_handler_get_instance (self));
      break;
    case PROP_CRASH:
      g_value_set_object (value, luminal_handler_get_crash (self));
      break;
    case PROP_DIAGNOSTICS:
      g_value_set_object (value, luminal_handler_get_diagnostics (self));
      break;
    case PROP_PASSED_OVER:
      g_value_set_object (value, luminal_handler_get_passed_over (self));
      break;
    case PROP_PID:
      g_value_set_int (value, luminal_handler_get_pid (self));
      break;
    case PROP_MEMORY_SIZE:
      g_value_set_uint64 (value, luminal_handler_get_memory_size (self));
      break;
    case PROP_CPU_TIME:
      g_value_set_int64 (value, luminal_handler_get_cpu_time (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_handler_finalize (GObject *object)
{
  LuminalHandler *self = LUMINAL_HANDLER (object);

  g_clear_weak_pointer (&self->owner);
  g_clear_object (&self->file);
  g_clear_object (&self->metadata);
  g_clear_object (&self->host);
  g_clear_object (&self->history);
  g_free (self->filepath);
  g_free (self->name);
  g_free (self->checksum);
  g_free (self->pinned);
  g_clear_error (&self->error);
  g_clear_object (&self->crash);
  g_clear_object (&self->diagnostics);
  g_clear_object (&self->passed_over);
  luminal_clear_source (&self->tracking);

  G_OBJECT_CLASS (luminal_handler_parent_class)->finalize (object);
}

static void
luminal_handler_class_init (LuminalHandlerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = luminal_handler_get_property;
  object_class->finalize = luminal_handler_finalize;

  /**
   * LuminalHandler:name: (attributes org.gtk.Property.get=luminal_handler_get_name)
   *
   * What people call the photon; unique in its loader.
   *
   * A module that never loaded has its file name here.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, READ_ONLY);

  /**
   * LuminalHandler:class-name: (attributes org.gtk.Property.get=luminal_handler_get_class_name)
   *
   * The name that the photon was declared with.
   *
   * %NULL for a module that never loaded.
   *
   * Since: 1.0
   */
  properties[PROP_CLASS_NAME] = g_param_spec_string ("class-name", NULL, NULL, NULL, READ_ONLY);

  /**
   * LuminalHandler:file: (attributes org.gtk.Property.get=luminal_handler_get_file)
   *
   * The file of the module that the photon is in.
   *
   * Since: 1.0
   */
  properties[PROP_FILE] = g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE, READ_ONLY);

  /**
   * LuminalHandler:filepath: (attributes org.gtk.Property.get=luminal_handler_get_filepath)
   *
   * The path of [property@Handler:file].
   *
   * Since: 1.0
   */
  properties[PROP_FILEPATH] = g_param_spec_string ("filepath", NULL, NULL, NULL, READ_ONLY);

  /**
   * LuminalHandler:checksum: (attributes org.gtk.Property.get=luminal_handler_get_checksum)
   *
   * The SHA-256 of the code that is loaded, in lower-case hexadecimal.
   *
   * %NULL if none is.
   *
   * Since: 1.0
   */
  properties[PROP_CHECKSUM] = g_param_spec_string ("checksum", NULL, NULL, NULL, READ_ONLY);

  /**
   * LuminalHandler:status: (attributes org.gtk.Property.get=luminal_handler_get_status)
   *
   * What the code is doing.
   *
   * Since: 1.0
   */
  properties[PROP_STATUS] = g_param_spec_enum ("status", NULL, NULL, LUMINAL_TYPE_STATUS, LUMINAL_STATUS_LOADED, READ_ONLY);

  /**
   * LuminalHandler:phase: (attributes org.gtk.Property.get=luminal_handler_get_phase)
   *
   * What is under way: a step of a load or reload, or
   * %LUMINAL_PHASE_HAND_OVER while the photon is being stopped.
   *
   * Since: 1.0
   */
  properties[PROP_PHASE] = g_param_spec_enum ("phase", NULL, NULL, LUMINAL_TYPE_PHASE, LUMINAL_PHASE_NONE, READ_ONLY);

  /**
   * LuminalHandler:generation: (attributes org.gtk.Property.get=luminal_handler_get_generation)
   *
   * Which loaded version of the module this is, counted from 1.
   *
   * 0 as long as none was loaded.
   *
   * Since: 1.0
   */
  properties[PROP_GENERATION] = g_param_spec_uint ("generation", NULL, NULL, 0, G_MAXUINT, 0, READ_ONLY);

  /**
   * LuminalHandler:duration: (attributes org.gtk.Property.get=luminal_handler_get_duration)
   *
   * How long it took to put this generation to work, in microseconds.
   *
   * Since: 1.0
   */
  properties[PROP_DURATION] = g_param_spec_int64 ("duration", NULL, NULL, 0, G_MAXINT64, 0, READ_ONLY);

  /**
   * LuminalHandler:started-at: (attributes org.gtk.Property.get=luminal_handler_get_started_at)
   *
   * When the photon was last started, in microseconds since 1970-01-01 UTC.
   *
   * 0 if it does not run.
   *
   * Since: 1.0
   */
  properties[PROP_STARTED_AT] = g_param_spec_int64 ("started-at", NULL, NULL, 0, G_MAXINT64, 0, READ_ONLY);

  /**
   * LuminalHandler:error: (attributes org.gtk.Property.get=luminal_handler_get_error)
   *
   * Why the last operation failed.
   *
   * %NULL when it did not. An error beside the status
   * %LUMINAL_STATUS_RUNNING is that of a newer version: the generation that the
   * handler shows runs on.
   *
   * Since: 1.0
   */
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, READ_ONLY);

  /**
   * LuminalHandler:failed-phase: (attributes org.gtk.Property.get=luminal_handler_get_failed_phase)
   *
   * Where the last operation failed.
   *
   * Since: 1.0
   */
  properties[PROP_FAILED_PHASE] = g_param_spec_enum ("failed-phase", NULL, NULL, LUMINAL_TYPE_PHASE, LUMINAL_PHASE_NONE, READ_ONLY);

  /**
   * LuminalHandler:rolled-back: (attributes org.gtk.Property.get=luminal_handler_get_rolled_back)
   *
   * Whether the last reload had stopped the photon already when the newer
   * version failed, or crashed soon after, and started it again.
   *
   * Since: 1.0
   */
  properties[PROP_ROLLED_BACK] = g_param_spec_boolean ("rolled-back", NULL, NULL, FALSE, READ_ONLY);

  /**
   * LuminalHandler:changed-on-disk: (attributes org.gtk.Property.get=luminal_handler_get_changed_on_disk)
   *
   * Whether the file is known to differ from the code that is loaded, or, where none
   * could be loaded, from what was tried last.
   *
   * Since: 1.0
   */
  properties[PROP_CHANGED_ON_DISK] = g_param_spec_boolean ("changed-on-disk", NULL, NULL, FALSE, READ_ONLY);

  /**
   * LuminalHandler:file-missing: (attributes org.gtk.Property.get=luminal_handler_get_file_missing)
   *
   * Whether the file is known to be gone. What was loaded from it may run all the same.
   *
   * Known in a folder that is watched, after [property@Loader:grace-time].
   *
   * Since: 1.0
   */
  properties[PROP_FILE_MISSING] = g_param_spec_boolean ("file-missing", NULL, NULL, FALSE, READ_ONLY);

  /**
   * LuminalHandler:pinned: (attributes org.gtk.Property.get=luminal_handler_get_pinned)
   *
   * Why an earlier generation of this module cannot leave the process, in
   * words for people.
   *
   * %NULL if none stayed.
   *
   * Since: 1.0
   */
  properties[PROP_PINNED] = g_param_spec_string ("pinned", NULL, NULL, NULL, READ_ONLY);

  /**
   * LuminalHandler:author: (attributes org.gtk.Property.get=luminal_handler_get_author)
   *
   * Who wrote the photon.
   *
   * Since: 1.0
   */
  properties[PROP_AUTHOR] = g_param_spec_string ("author", NULL, NULL, NULL, READ_ONLY);

  /**
   * LuminalHandler:version: (attributes org.gtk.Property.get=luminal_handler_get_version)
   *
   * The photon's version.
   *
   * Since: 1.0
   */
  properties[PROP_VERSION] = g_param_spec_string ("version", NULL, NULL, NULL, READ_ONLY);

  /**
   * LuminalHandler:description: (attributes org.gtk.Property.get=luminal_handler_get_description)
   *
   * What the photon does, in a line.
   *
   * Since: 1.0
   */
  properties[PROP_DESCRIPTION] = g_param_spec_string ("description", NULL, NULL, NULL, READ_ONLY);

  /**
   * LuminalHandler:tags: (attributes org.gtk.Property.get=luminal_handler_get_tags)
   *
   * Words to find the photon by.
   *
   * Since: 1.0
   */
  properties[PROP_TAGS] = g_param_spec_boxed ("tags", NULL, NULL, G_TYPE_STRV, READ_ONLY);

  /**
   * LuminalHandler:history: (attributes org.gtk.Property.get=luminal_handler_get_history)
   *
   * The attempts to put versions of the module to work, oldest first: a list
   * of [class@Generation], shared by the photons of the module and limited to the
   * last 100.
   *
   * Since: 1.0
   */
  properties[PROP_HISTORY] = g_param_spec_object ("history", NULL, NULL, G_TYPE_LIST_MODEL, READ_ONLY);

  /**
   * LuminalHandler:instance: (attributes org.gtk.Property.get=luminal_handler_get_instance)
   *
   * The running photon itself, where it lives in this process.
   *
   * It belongs to its host and is gone with its generation: do not keep it.
   *
   * Since: 1.0
   */
  properties[PROP_INSTANCE] = g_param_spec_object ("instance", NULL, NULL, LUMINAL_TYPE_PHOTON, READ_ONLY);

  /**
   * LuminalHandler:crash: (attributes org.gtk.Property.get=luminal_handler_get_crash)
   *
   * How the photon's process last ended without being asked to.
   *
   * It stays after the photon was started again because of it, or an earlier
   * generation in its place, and until a newer generation is put to work or
   * somebody starts the photon. %NULL if it did not crash.
   *
   * Since: 1.0
   */
  properties[PROP_CRASH] = g_param_spec_object ("crash", NULL, NULL, LUMINAL_TYPE_CRASH, READ_ONLY);

  luminal_handler_describe_source (&properties[PROP_DIAGNOSTICS]);

  /**
   * LuminalHandler:pid: (attributes org.gtk.Property.get=luminal_handler_get_pid)
   *
   * The process that the photon runs in, if it is not this one.
   *
   * The photons of one module share it. 0 if the photon does not run, or runs in
   * this process.
   *
   * Since: 1.0
   */
  properties[PROP_PID] = g_param_spec_int ("pid", NULL, NULL, 0, G_MAXINT, 0, READ_ONLY);

  /**
   * LuminalHandler:memory-size: (attributes org.gtk.Property.get=luminal_handler_get_memory_size)
   *
   * How much memory the photon's process has to itself, in bytes.
   *
   * It is kept up to date as long as somebody asked for that with
   * [method@Handler.track_resources], and is that of all photons of the module. 0 if
   * nobody did, or if [property@Handler:pid] is 0.
   *
   * Since: 1.0
   */
  properties[PROP_MEMORY_SIZE] = g_param_spec_uint64 ("memory-size", NULL, NULL, 0, G_MAXUINT64, 0, READ_ONLY);

  /**
   * LuminalHandler:cpu-time: (attributes org.gtk.Property.get=luminal_handler_get_cpu_time)
   *
   * How long the photon's process has worked so far, in microseconds of CPU time.
   *
   * See [property@Handler:memory-size].
   *
   * Since: 1.0
   */
  properties[PROP_CPU_TIME] = g_param_spec_int64 ("cpu-time", NULL, NULL, 0, G_MAXINT64, 0, READ_ONLY);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
luminal_handler_init (LuminalHandler *self)
{
}

LuminalHandler *
luminal_handler_new (GFile      *file,
                     const char *name,
                     GListModel *history)
{
  LuminalHandler *self = g_object_new (LUMINAL_TYPE_HANDLER, NULL);

  self->file = g_object_ref (file);
  self->filepath = g_file_get_path (file);
  self->name = g_strdup (name);
  self->history = g_object_ref (history);

  return self;
}

void
luminal_handler_notify_if (LuminalHandler         *self,
                           gboolean                changed,
                           LuminalHandlerProperty  property)
{
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}
