/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-enums.h"

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
 * Gets the word for @phase that messages, logs and JSON use, such as
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
