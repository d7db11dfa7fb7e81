/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-enums.h"

#include <glib/gi18n-lib.h>

#include "luminal-enum-types.h"

static const char *
enum_to_nick (GType type, int value)
{
  g_autoptr (GEnumClass) enum_class = g_type_class_ref (type);
  GEnumValue *found = g_enum_get_value (enum_class, value);

  return found != NULL ? found->value_nick : NULL;
}

/**
 * luminal_status_to_string:
 * @status: a status
 *
 * Gets the word for @status that logs and JSON use, such as `"running"`. It is
 * never translated.
 *
 * Returns: (nullable): the word, or %NULL if @status is no status
 *
 * Since: 1.0
 */
const char *
luminal_status_to_string (LuminalStatus status)
{
  return enum_to_nick (LUMINAL_TYPE_STATUS, status);
}

/**
 * luminal_phase_to_string:
 * @phase: a phase
 *
 * Gets the word for @phase that logs and JSON use, such as
 * `"hand-over"`. It is never translated.
 *
 * Returns: (nullable): the word, or %NULL if @phase is no phase
 *
 * Since: 1.0
 */
const char *
luminal_phase_to_string (LuminalPhase phase)
{
  return enum_to_nick (LUMINAL_TYPE_PHASE, phase);
}

/**
 * luminal_phase_get_label:
 * @phase: a phase
 *
 * Gets the words for @phase that the messages of errors have, in the language of
 * the user: in English those of [func@Phase.to_string].
 *
 * Returns: (nullable): the words, or %NULL if @phase is no phase
 *
 * Since: 1.0
 */
const char *
luminal_phase_get_label (LuminalPhase phase)
{
  switch (phase)
    {
    case LUMINAL_PHASE_NONE:
      return C_("phase", "none");
    case LUMINAL_PHASE_SETTLE:
      /* Translators: waiting until the file stops changing */
      return C_("phase", "settle");
    case LUMINAL_PHASE_READ:
      return C_("phase", "read");
    case LUMINAL_PHASE_CHECKSUM:
      return C_("phase", "checksum");
    case LUMINAL_PHASE_BUILD:
      return C_("phase", "build");
    case LUMINAL_PHASE_INSPECT:
      return C_("phase", "inspect");
    case LUMINAL_PHASE_STAGE:
      /* Translators: the new generation is opened beside the one that runs */
      return C_("phase", "stage");
    case LUMINAL_PHASE_HAND_OVER:
      /* Translators: the old generation saves its state and ends */
      return C_("phase", "hand-over");
    case LUMINAL_PHASE_START:
      return C_("phase", "start");
    case LUMINAL_PHASE_COMMIT:
      return C_("phase", "commit");
    case LUMINAL_PHASE_PROBATION:
      /* Translators: the new generation runs, and a crash still counts */
      return C_("phase", "probation");
    default:
      return NULL;
    }
}

/**
 * luminal_stream_to_string:
 * @stream: a stream
 *
 * Gets the word for @stream that logs and JSON use, such as `"eprint"`. It is
 * never translated.
 *
 * Returns: (nullable): the word, or %NULL if @stream is no stream
 *
 * Since: 1.0
 */
const char *
luminal_stream_to_string (LuminalStream stream)
{
  return enum_to_nick (LUMINAL_TYPE_STREAM, stream);
}

/**
 * luminal_event_kind_to_string:
 * @kind: a kind of event
 *
 * Gets the word for @kind that logs and JSON use, such as `"rolled-back"`. It
 * is never translated.
 *
 * Returns: (nullable): the word, or %NULL if @kind is no kind of event
 *
 * Since: 1.0
 */
const char *
luminal_event_kind_to_string (LuminalEventKind kind)
{
  return enum_to_nick (LUMINAL_TYPE_EVENT_KIND, kind);
}

/**
 * luminal_outcome_to_string:
 * @outcome: an outcome
 *
 * Gets the word for @outcome that logs and JSON use, such as `"failed"`. It is
 * never translated.
 *
 * Returns: (nullable): the word, or %NULL if @outcome is no outcome
 *
 * Since: 1.0
 */
const char *
luminal_outcome_to_string (LuminalOutcome outcome)
{
  return enum_to_nick (LUMINAL_TYPE_OUTCOME, outcome);
}

/**
 * luminal_severity_to_string:
 * @severity: a severity
 *
 * Gets the word for @severity that logs and JSON use, such as `"warning"`. It
 * is never translated.
 *
 * Returns: (nullable): the word, or %NULL if @severity is no severity
 *
 * Since: 1.0
 */
const char *
luminal_severity_to_string (LuminalSeverity severity)
{
  return enum_to_nick (LUMINAL_TYPE_SEVERITY, severity);
}
