/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-json-reporter.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "ctl-diagnostics.h"
#include "ctl-json.h"

/* One object per line, for scripts. Members are added over time, never renamed;
 * one that does not apply is left out. */
struct _CtlJsonReporter
{
  CtlReporter parent_instance;
};

G_DEFINE_FINAL_TYPE (CtlJsonReporter, ctl_json_reporter, CTL_TYPE_REPORTER)

static void
add_int (JsonBuilder *builder,
         const char  *member,
         gint64       value)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_int_value (builder, value);
}

static void
add_boolean (JsonBuilder *builder,
             const char  *member,
             gboolean     value)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_boolean_value (builder, value);
}

static void
add_strings (JsonBuilder       *builder,
             const char        *member,
             const char *const *values)
{
  json_builder_set_member_name (builder, member);
  json_builder_begin_array (builder);
  for (; values != NULL && *values != NULL; values++)
    {
      g_autofree char *valid = g_utf8_make_valid (*values, -1);

      json_builder_add_string_value (builder, valid);
    }
  json_builder_end_array (builder);
}

static void
add_file (JsonBuilder *builder,
          GFile       *file)
{
  if (file == NULL)
    return;

  if (g_file_peek_path (file) != NULL)
    {
      ctl_json_add_string (builder, "file", g_file_peek_path (file));
    }
  else
    {
      g_autofree char *uri = g_file_get_uri (file);

      ctl_json_add_string (builder, "file", uri);
    }
}

static void
add_time (JsonBuilder *builder,
          gint64       microseconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (microseconds / G_USEC_PER_SEC);
  g_autofree char *seconds = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");
  g_autofree char *text = NULL;

  text = g_strdup_printf ("%s.%06dZ", seconds, (int) (microseconds % G_USEC_PER_SEC));
  ctl_json_add_string (builder, "time", text);
}

static void
add_error (JsonBuilder  *builder,
           LuminalPhase  phase,
           const GError *error)
{
  if (phase != LUMINAL_PHASE_NONE)
    ctl_json_add_string (builder, "phase", luminal_phase_to_string (phase));

  if (error != NULL)
    {
      json_builder_set_member_name (builder, "error");
      json_builder_begin_object (builder);
      ctl_json_add_string (builder, "code", luminal_error_to_nick (error));
      ctl_json_add_string (builder, "message", error->message);
      json_builder_end_object (builder);
    }
}

static void
add_signal (JsonBuilder *builder,
            int          number)
{
  const char *abbreviation = sigabbrev_np (number);
  g_autofree char *name = NULL;

  /* Those for free use have no name of their own. */
  if (abbreviation != NULL)
    name = g_strconcat ("SIG", abbreviation, NULL);
  else
    name = g_strdup_printf ("SIG%d", number);
  ctl_json_add_string (builder, "signal", name);
}

static void
add_crash (JsonBuilder  *builder,
           LuminalCrash *crash)
{
  if (luminal_crash_get_signal (crash) != 0)
    add_signal (builder, luminal_crash_get_signal (crash));
  if (luminal_crash_get_exit_code (crash) >= 0)
    add_int (builder, "exit_code", luminal_crash_get_exit_code (crash));
  add_strings (builder, "backtrace", luminal_crash_get_backtrace (crash));
  add_strings (builder, "last_output", luminal_crash_get_output (crash));
}

static JsonBuilder *
begin_line (const char *event)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  ctl_json_add_string (builder, "event", event);

  return builder;
}

/* JSON-GLib escapes all control characters but one, up to 1.6 at least. Outside of strings
 * there is none. */
static char *
escape_last_control (const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, "\x1f", -1);

  return g_strjoinv ("\\u001f", parts);
}

static void
end_line (CtlJsonReporter *self,
          JsonBuilder     *builder)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *line = NULL;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  line = json_generator_to_data (generator, NULL);
  if (strchr (line, '\x1f') != NULL)
    {
      g_autofree char *unescaped = g_steal_pointer (&line);

      line = escape_last_control (unescaped);
    }
  ctl_output_write_line (ctl_reporter_get_output (CTL_REPORTER (self)), line);
}

static void
ctl_json_reporter_event (CtlReporter  *reporter,
                         LuminalEvent *event)
{
  CtlJsonReporter *self = CTL_JSON_REPORTER (reporter);
  LuminalEventKind kind = luminal_event_get_kind (event);
  const char *photon = luminal_event_get_photon (event);
  g_autoptr (JsonBuilder) builder = begin_line (luminal_event_kind_to_string (kind));

  ctl_json_add_string (builder, "photon", photon);
  add_file (builder, luminal_event_get_file (event));
  if (luminal_event_get_generation (event) > 0)
    add_int (builder, "generation", luminal_event_get_generation (event));
  ctl_json_add_string (builder, "checksum", luminal_event_get_checksum (event));
  if (photon != NULL)
    ctl_json_add_string (builder, "status", luminal_status_to_string (luminal_event_get_status (event)));
  if (luminal_event_get_pid (event) > 0)
    add_int (builder, "pid", luminal_event_get_pid (event));
  if (luminal_event_get_duration (event) > 0)
    add_int (builder, "duration_us", luminal_event_get_duration (event));
  add_time (builder, luminal_event_get_time (event));

  if (kind == LUMINAL_EVENT_OUTPUT)
    {
      LuminalStream stream = luminal_event_get_stream (event);

      ctl_json_add_string (builder, "stream", luminal_stream_to_string (stream));
      ctl_json_add_string (builder, "text", luminal_event_get_text (event));
    }
  else if (kind == LUMINAL_EVENT_WATCHING)
    {
      add_boolean (builder, "polling", luminal_event_get_text (event) != NULL);
      ctl_json_add_string (builder, "polling_reason", luminal_event_get_text (event));
    }
  else
    {
      add_error (builder, luminal_event_get_phase (event), luminal_event_get_error (event));
      if (luminal_event_get_crash (event) != NULL)
        add_crash (builder, luminal_event_get_crash (event));
      if (luminal_event_get_diagnostics (event) != NULL)
        {
          json_builder_set_member_name (builder, "diagnostics");
          ctl_diagnostics_to_json (luminal_event_get_diagnostics (event), builder);
        }
    }

  end_line (self, builder);
}

static void
ctl_json_reporter_failure (CtlReporter  *reporter,
                           GFile        *file,
                           LuminalPhase  phase,
                           const GError *error)
{
  CtlJsonReporter *self = CTL_JSON_REPORTER (reporter);
  g_autoptr (JsonBuilder) builder = begin_line ("failed");

  add_file (builder, file);
  add_time (builder, g_get_real_time ());
  add_error (builder, phase, error);
  end_line (self, builder);

  /* For the person who started the script. */
  CTL_REPORTER_CLASS (ctl_json_reporter_parent_class)->failure (reporter, file, phase, error);
}

static void
add_photon (JsonBuilder     *builder,
            LuminalMetadata *photon)
{
  json_builder_begin_object (builder);
  ctl_json_add_string (builder, "name", luminal_metadata_get_name (photon));
  ctl_json_add_string (builder, "class", luminal_metadata_get_class_name (photon));
  ctl_json_add_string (builder, "base", luminal_metadata_get_base (photon));
  ctl_json_add_string (builder, "author", luminal_metadata_get_author (photon));
  ctl_json_add_string (builder, "version", luminal_metadata_get_version (photon));
  ctl_json_add_string (builder, "description", luminal_metadata_get_description (photon));
  add_strings (builder, "tags", luminal_metadata_get_tags (photon));
  add_boolean (builder, "start_first", luminal_metadata_get_start_first (photon));
  add_boolean (builder, "keeps_state", luminal_metadata_get_keeps_state (photon));
  json_builder_end_object (builder);
}

static void
ctl_json_reporter_inspection (CtlReporter       *reporter,
                              GFile             *file,
                              LuminalInspection *inspection)
{
  CtlJsonReporter *self = CTL_JSON_REPORTER (reporter);
  GListModel *photons = luminal_inspection_get_photons (inspection);
  g_autoptr (JsonBuilder) builder = begin_line ("inspected");

  add_file (builder, file);
  add_boolean (builder, "usable", TRUE);
  ctl_json_add_string (builder, "checksum", luminal_inspection_get_checksum (inspection));
  add_int (builder, "size", luminal_inspection_get_size (inspection));
  add_int (builder, "abi", luminal_inspection_get_abi (inspection));
  ctl_json_add_string (builder, "machine", luminal_inspection_get_machine (inspection));
  add_strings (builder, "dependencies", luminal_inspection_get_dependencies (inspection));
  add_strings (builder, "remarks", luminal_inspection_get_remarks (inspection));

  json_builder_set_member_name (builder, "photons");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (photons); i++)
    {
      g_autoptr (LuminalMetadata) photon = g_list_model_get_item (photons, i);

      add_photon (builder, photon);
    }
  json_builder_end_array (builder);

  end_line (self, builder);
}

static void
ctl_json_reporter_source (CtlReporter       *reporter,
                          GFile             *file,
                          const char *const *needs)
{
  CtlJsonReporter *self = CTL_JSON_REPORTER (reporter);
  g_autoptr (JsonBuilder) builder = begin_line ("inspected");

  add_file (builder, file);
  add_boolean (builder, "source", TRUE);
  add_strings (builder, "needs", needs);
  end_line (self, builder);
}

static void
ctl_json_reporter_unusable (CtlReporter  *reporter,
                            GFile        *file,
                            LuminalPhase  phase,
                            const GError *error)
{
  CtlJsonReporter *self = CTL_JSON_REPORTER (reporter);
  g_autoptr (JsonBuilder) builder = begin_line ("inspected");

  add_file (builder, file);
  add_boolean (builder, "usable", FALSE);
  add_error (builder, phase, error);
  end_line (self, builder);
}

static void
ctl_json_reporter_build (CtlReporter        *reporter,
                         GFile              *file,
                         LuminalBuildResult *result)
{
  CtlJsonReporter *self = CTL_JSON_REPORTER (reporter);
  const GError *error = luminal_build_result_get_error (result);
  GBytes *module = luminal_build_result_get_module (result);
  g_autoptr (JsonBuilder) builder = begin_line (error != NULL ? "failed" : "built");

  add_file (builder, file);
  if (module != NULL)
    {
      g_autofree char *checksum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, module);

      ctl_json_add_string (builder, "checksum", checksum);
      add_int (builder, "size", (gint64) g_bytes_get_size (module));
    }
  add_int (builder, "duration_us", luminal_build_result_get_duration (result));
  add_time (builder, g_get_real_time ());
  add_boolean (builder, "from_cache", luminal_build_result_get_from_cache (result));
  add_strings (builder, "dependencies", luminal_build_result_get_dependencies (result));
  ctl_json_add_string (builder, "remark", luminal_build_result_get_remark (result));
  if (error != NULL)
    add_error (builder, LUMINAL_PHASE_BUILD, error);
  json_builder_set_member_name (builder, "diagnostics");
  ctl_diagnostics_to_json (luminal_build_result_get_diagnostics (result), builder);
  end_line (self, builder);
}

static void
ctl_json_reporter_created (CtlReporter *reporter,
                           GFile       *file)
{
  g_autoptr (JsonBuilder) builder = begin_line ("created");

  add_file (builder, file);
  add_time (builder, g_get_real_time ());
  end_line (CTL_JSON_REPORTER (reporter), builder);
}

static void
ctl_json_reporter_class_init (CtlJsonReporterClass *klass)
{
  CtlReporterClass *reporter_class = CTL_REPORTER_CLASS (klass);

  reporter_class->event = ctl_json_reporter_event;
  reporter_class->failure = ctl_json_reporter_failure;
  reporter_class->inspection = ctl_json_reporter_inspection;
  reporter_class->source = ctl_json_reporter_source;
  reporter_class->unusable = ctl_json_reporter_unusable;
  reporter_class->build = ctl_json_reporter_build;
  reporter_class->created = ctl_json_reporter_created;
}

static void
ctl_json_reporter_init (CtlJsonReporter *self)
{
}
