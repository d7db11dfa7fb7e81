/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-reporter.h"

#include <glib/gi18n.h>

#include "ctl-json-reporter.h"
#include "ctl-text-reporter.h"
#include "ctl-visible.h"

/* Tells the world what happened, and remembers whether all of it was well. How
 * it is told is a matter of the derived classes. */
typedef struct
{
  CtlOutput *output;
  GError *last_error;
  gboolean failed;
} CtlReporterPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CtlReporter, ctl_reporter, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_OUTPUT,
  N_PROPERTIES
};

static void
ctl_reporter_get_property (GObject    *object,
                           guint       property_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  CtlReporter *self = CTL_REPORTER (object);

  switch (property_id)
    {
    case PROP_OUTPUT:
      g_value_set_object (value, ctl_reporter_get_output (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
ctl_reporter_set_property (GObject      *object,
                           guint         property_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  CtlReporterPrivate *priv = ctl_reporter_get_instance_private (CTL_REPORTER (object));

  switch (property_id)
    {
    case PROP_OUTPUT:
      priv->output = g_value_dup_object (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
ctl_reporter_finalize (GObject *object)
{
  CtlReporterPrivate *priv = ctl_reporter_get_instance_private (CTL_REPORTER (object));

  g_clear_object (&priv->output);
  g_clear_error (&priv->last_error);

  G_OBJECT_CLASS (ctl_reporter_parent_class)->finalize (object);
}

static void
ctl_reporter_real_failure (CtlReporter  *self,
                           GFile        *file,
                           LuminalPhase  phase,
                           const GError *error)
{
  g_autofree char *message = ctl_visible (error->message);

  g_printerr (_("luminalctl: %s\n"), message);
}

static void
ctl_reporter_class_init (CtlReporterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ctl_reporter_get_property;
  object_class->set_property = ctl_reporter_set_property;
  object_class->finalize = ctl_reporter_finalize;
  klass->failure = ctl_reporter_real_failure;

  g_object_class_install_property (object_class, PROP_OUTPUT,
                                   g_param_spec_object ("output", NULL, NULL, CTL_TYPE_OUTPUT,
                                                        G_PARAM_READWRITE
                                                        | G_PARAM_CONSTRUCT_ONLY
                                                        | G_PARAM_STATIC_STRINGS));
}

static void
ctl_reporter_init (CtlReporter *self)
{
}

CtlReporter *
ctl_reporter_new (gboolean json)
{
  g_autoptr (CtlOutput) output = ctl_output_new (json);
  GType type = json ? CTL_TYPE_JSON_REPORTER : CTL_TYPE_TEXT_REPORTER;

  return g_object_new (type, "output", output, NULL);
}

static void
remember_error (CtlReporter  *self,
                const GError *error)
{
  CtlReporterPrivate *priv = ctl_reporter_get_instance_private (self);

  priv->failed = TRUE;
  g_clear_error (&priv->last_error);
  if (error != NULL)
    priv->last_error = g_error_copy (error);
}

static void
on_event (CtlReporter  *self,
          LuminalEvent *event)
{
  switch (luminal_event_get_kind (event))
    {
    case LUMINAL_EVENT_FAILED:
    case LUMINAL_EVENT_ROLLED_BACK:
    case LUMINAL_EVENT_CRASHED:
      remember_error (self, luminal_event_get_error (event));
      break;

    case LUMINAL_EVENT_LOADED:
    case LUMINAL_EVENT_STARTED:
    case LUMINAL_EVENT_OUTPUT:
    case LUMINAL_EVENT_RELOADED:
    case LUMINAL_EVENT_STOPPED:
    case LUMINAL_EVENT_UNLOADED:
    case LUMINAL_EVENT_SKIPPED:
    case LUMINAL_EVENT_WATCHING:
    default:
      break;
    }

  CTL_REPORTER_GET_CLASS (self)->event (self, event);
}

/* From now on, everything that happens in @loader is told. */
void
ctl_reporter_follow (CtlReporter   *self,
                     LuminalLoader *loader)
{
  g_return_if_fail (CTL_IS_REPORTER (self));
  g_return_if_fail (LUMINAL_IS_LOADER (loader));

  g_signal_connect_object (loader, "event", G_CALLBACK (on_event), self, G_CONNECT_SWAPPED);
}

static gboolean
is_regular (GFile *file)
{
  return g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_REGULAR;
}

/* Which step of the transaction an operation that never became an event came
 * to: whether the file could not be had, or is not what it should be. */
static LuminalPhase
phase_of (GFile        *file,
          const GError *error)
{
  if (error->domain != LUMINAL_ERROR)
    return LUMINAL_PHASE_READ;

  switch ((LuminalError) error->code)
    {
    case LUMINAL_ERROR_PHOTON_NOT_FOUND:
    case LUMINAL_ERROR_DIRECTORY_NOT_FOUND:
    case LUMINAL_ERROR_UNREADABLE:
      return LUMINAL_PHASE_READ;

    case LUMINAL_ERROR_INVALID_MODULE:
      /* A pipe or a device is never read, so nothing of it was inspected. */
      return is_regular (file) ? LUMINAL_PHASE_INSPECT : LUMINAL_PHASE_READ;

    case LUMINAL_ERROR_INCOMPLETE:
    case LUMINAL_ERROR_NO_PHOTON:
    case LUMINAL_ERROR_WRONG_ABI:
    case LUMINAL_ERROR_NAME_TAKEN:
      return LUMINAL_PHASE_INSPECT;

    case LUMINAL_ERROR_BUILD_FAILED:
    case LUMINAL_ERROR_NO_COMPILER:
      return LUMINAL_PHASE_BUILD;

    case LUMINAL_ERROR_OPEN_FAILED:
    case LUMINAL_ERROR_PINNED:
    case LUMINAL_ERROR_WORKER_UNAVAILABLE:
    case LUMINAL_ERROR_NEEDS_IN_PROCESS:
      return LUMINAL_PHASE_STAGE;

    case LUMINAL_ERROR_FINALIZER_FAILED:
    case LUMINAL_ERROR_SAVE_FAILED:
      return LUMINAL_PHASE_HAND_OVER;

    case LUMINAL_ERROR_START_FAILED:
    case LUMINAL_ERROR_RESTORE_FAILED:
    case LUMINAL_ERROR_NOT_STARTED:
      return LUMINAL_PHASE_START;

    case LUMINAL_ERROR_ALREADY_WATCHING:
    case LUMINAL_ERROR_NOT_WATCHING:
    case LUMINAL_ERROR_TIMED_OUT:
    case LUMINAL_ERROR_CRASHED:
    case LUMINAL_ERROR_OVER_LIMIT:
    default:
      return LUMINAL_PHASE_NONE;
    }
}

/* What an operation came back with. Most of it was an event before, and is not
 * told twice. */
void
ctl_reporter_failure (CtlReporter  *self,
                      GFile        *file,
                      const GError *error)
{
  CtlReporterPrivate *priv = ctl_reporter_get_instance_private (self);

  g_return_if_fail (CTL_IS_REPORTER (self));
  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (error != NULL);

  if (priv->last_error != NULL
      && g_error_matches (error, priv->last_error->domain, priv->last_error->code)
      && g_str_equal (error->message, priv->last_error->message))
    return;

  remember_error (self, error);
  CTL_REPORTER_GET_CLASS (self)->failure (self, file, phase_of (file, error), error);
}

void
ctl_reporter_inspection (CtlReporter       *self,
                         GFile             *file,
                         LuminalInspection *inspection)
{
  g_return_if_fail (CTL_IS_REPORTER (self));
  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (LUMINAL_IS_INSPECTION (inspection));

  CTL_REPORTER_GET_CLASS (self)->inspection (self, file, inspection);
}

void
ctl_reporter_source (CtlReporter       *self,
                     GFile             *file,
                     const char *const *needs)
{
  g_return_if_fail (CTL_IS_REPORTER (self));
  g_return_if_fail (G_IS_FILE (file));

  CTL_REPORTER_GET_CLASS (self)->source (self, file, needs);
}

void
ctl_reporter_unusable (CtlReporter  *self,
                       GFile        *file,
                       const GError *error)
{
  g_return_if_fail (CTL_IS_REPORTER (self));
  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (error != NULL);

  remember_error (self, error);
  CTL_REPORTER_GET_CLASS (self)->unusable (self, file, phase_of (file, error), error);
}

void
ctl_reporter_build (CtlReporter        *self,
                    GFile              *file,
                    LuminalBuildResult *result)
{
  const GError *error = luminal_build_result_get_error (result);

  g_return_if_fail (CTL_IS_REPORTER (self));
  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (LUMINAL_IS_BUILD_RESULT (result));

  if (error != NULL)
    remember_error (self, error);
  CTL_REPORTER_GET_CLASS (self)->build (self, file, result);
}

void
ctl_reporter_created (CtlReporter *self,
                      GFile       *file)
{
  g_return_if_fail (CTL_IS_REPORTER (self));
  g_return_if_fail (G_IS_FILE (file));

  CTL_REPORTER_GET_CLASS (self)->created (self, file);
}

CtlOutput *
ctl_reporter_get_output (CtlReporter *self)
{
  CtlReporterPrivate *priv = ctl_reporter_get_instance_private (self);

  g_return_val_if_fail (CTL_IS_REPORTER (self), NULL);

  return priv->output;
}

gboolean
ctl_reporter_get_failed (CtlReporter *self)
{
  CtlReporterPrivate *priv = ctl_reporter_get_instance_private (self);

  g_return_val_if_fail (CTL_IS_REPORTER (self), TRUE);

  return priv->failed || ctl_output_get_failed (priv->output);
}
