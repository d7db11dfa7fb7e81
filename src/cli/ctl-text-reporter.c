/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ctl-text-reporter.h"

#include <glib/gi18n.h>

#include "ctl-diagnostics.h"
#include "ctl-visible.h"

#define SUBJECT_WIDTH 16
#define LABEL_WIDTH 12

/* The clock, the mark and the subject. */
#define TEXT_COLUMN (8 + 1 + 1 + 1 + SUBJECT_WIDTH + 3)

/* For people: a line per event, a block per inspected file. */
struct _CtlTextReporter
{
  CtlReporter parent_instance;

  const char *charset;
  gboolean unicode;
  gboolean colours;
  LuminalCrash *crash; /* the last that was told of */
  GListModel *diagnostics; /* the same */
};

typedef enum
{
  MARK_NONE,
  MARK_GOOD,
  MARK_BAD,
  MARK_AGAIN,
} Mark;

typedef struct
{
  const char *unicode;
  const char *ascii;
  const char *colour;
} MarkLook;

static const MarkLook mark_looks[] = {
  [MARK_NONE] = { " ", " ", "" },
  [MARK_GOOD] = { "✓", "+", "\033[32m" },
  [MARK_BAD] = { "✗", "!", "\033[31m" },
  [MARK_AGAIN] = { "↻", "*", "\033[36m" },
};

#define COLOUR_DIM "\033[2m"
#define COLOUR_BOLD "\033[1m"
#define COLOUR_END "\033[0m"

G_DEFINE_FINAL_TYPE (CtlTextReporter, ctl_text_reporter, CTL_TYPE_REPORTER)

static void
write_line (CtlTextReporter *self,
            const char      *line)
{
  CtlOutput *output = ctl_reporter_get_output (CTL_REPORTER (self));
  g_autofree char *converted = NULL;

  if (!self->unicode)
    converted = g_convert_with_fallback (line, -1, self->charset, "UTF-8", "?", NULL, NULL, NULL);
  ctl_output_write_line (output, converted != NULL ? converted : line);
}

static void
append_coloured (CtlTextReporter *self,
                 GString         *line,
                 const char      *colour,
                 const char      *text)
{
  if (self->colours && *colour != '\0')
    g_string_append_printf (line, "%s%s%s", colour, text, COLOUR_END);
  else
    g_string_append (line, text);
}

static void
append_padding (GString    *line,
                const char *text,
                guint       width)
{
  for (guint taken = ctl_display_width (text); taken < width; taken++)
    g_string_append_c (line, ' ');
}

static GString *
begin_line (CtlTextReporter *self,
            gint64           microseconds,
            Mark             mark,
            const char      *subject)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (microseconds / G_USEC_PER_SEC);
  g_autofree char *clock = g_date_time_format (time, "%H:%M:%S");
  const MarkLook *look = &mark_looks[mark];
  GString *line = g_string_new (NULL);

  append_coloured (self, line, COLOUR_DIM, clock);
  g_string_append_c (line, ' ');
  append_coloured (self, line, look->colour, self->unicode ? look->unicode : look->ascii);
  g_string_append_c (line, ' ');
  append_coloured (self, line, COLOUR_BOLD, subject);
  append_padding (line, subject, SUBJECT_WIDTH);

  return line;
}

static char *
describe_duration (gint64 microseconds)
{
  if (microseconds < G_TIME_SPAN_MILLISECOND)
    return g_strdup_printf (_("%d µs"), (int) microseconds);
  if (microseconds < 10 * G_TIME_SPAN_SECOND)
    return g_strdup_printf (_("%.1f ms"), microseconds / (double) G_TIME_SPAN_MILLISECOND);

  return g_strdup_printf (_("%.1f s"), microseconds / (double) G_TIME_SPAN_SECOND);
}

static char *
describe_file (GFile *file)
{
  g_autofree char *name = g_file_get_parse_name (file);

  return ctl_visible (name);
}

static char *
describe_error (LuminalEvent *event)
{
  const GError *error = luminal_event_get_error (event);
  g_autofree char *message = NULL;

  if (error == NULL)
    return g_strdup (_("The cause is unknown."));

  message = ctl_visible (error->message);
  if (g_str_has_suffix (message, "."))
    return g_steal_pointer (&message);

  return g_strconcat (message, ".", NULL);
}

static char *
describe_failure (LuminalEvent *event,
                  const char   *what)
{
  g_autofree char *error = describe_error (event);

  return g_strdup_printf ("%s: %s", what, error);
}

/* The new generation runs even if the one before did not end well. */
static char *
describe_reload (LuminalEvent *event,
                 guint         generation,
                 const char   *duration)
{
  g_autofree char *text = NULL;
  g_autofree char *error = NULL;

  text = g_strdup_printf (_("replaced by generation %u in %s"), generation, duration);
  if (luminal_event_get_error (event) == NULL)
    return g_steal_pointer (&text);

  error = describe_error (event);

  return g_strdup_printf ("%s. %s", text, error);
}

static char *
describe_event (LuminalEvent *event)
{
  guint generation = luminal_event_get_generation (event);
  g_autofree char *file = describe_file (luminal_event_get_file (event));
  g_autofree char *duration = describe_duration (luminal_event_get_duration (event));

  switch (luminal_event_get_kind (event))
    {
    case LUMINAL_EVENT_LOADED:
      return g_strdup_printf (_("loaded from %s"), file);

    case LUMINAL_EVENT_STARTED:
      return g_strdup_printf (_("started in %s"), duration);

    case LUMINAL_EVENT_RELOADED:
      return describe_reload (event, generation, duration);

    case LUMINAL_EVENT_ROLLED_BACK:
      return describe_failure (event, _("rolled back"));

    case LUMINAL_EVENT_FAILED:
      return describe_failure (event, _("failed"));

    case LUMINAL_EVENT_CRASHED:
      return describe_failure (event, _("crashed"));

    case LUMINAL_EVENT_STOPPED:
      return g_strdup (_("stopped"));

    case LUMINAL_EVENT_UNLOADED:
      return g_strdup (_("unloaded"));

    case LUMINAL_EVENT_SKIPPED:
      if (luminal_event_get_error (event) != NULL)
        return describe_failure (event, _("passed over"));
      return g_strdup (_("passed over: its content is what runs already"));

    case LUMINAL_EVENT_WATCHING:
      return g_strdup_printf (_("watching %s; press Ctrl+C to end"), file);

    case LUMINAL_EVENT_OUTPUT:
    default:
      return g_strdup (luminal_event_kind_to_string (luminal_event_get_kind (event)));
    }
}

static Mark
mark_of (LuminalEventKind kind)
{
  switch (kind)
    {
    case LUMINAL_EVENT_STARTED:
      return MARK_GOOD;

    case LUMINAL_EVENT_RELOADED:
      return MARK_AGAIN;

    case LUMINAL_EVENT_ROLLED_BACK:
    case LUMINAL_EVENT_FAILED:
    case LUMINAL_EVENT_CRASHED:
      return MARK_BAD;

    case LUMINAL_EVENT_LOADED:
    case LUMINAL_EVENT_OUTPUT:
    case LUMINAL_EVENT_STOPPED:
    case LUMINAL_EVENT_UNLOADED:
    case LUMINAL_EVENT_SKIPPED:
    case LUMINAL_EVENT_WATCHING:
    default:
      return MARK_NONE;
    }
}

/* Whom an event is about: a photon, or a file that did not get to be one. */
static char *
subject_of (LuminalEvent *event)
{
  g_autofree char *basename = NULL;

  if (luminal_event_get_photon (event) != NULL)
    return ctl_visible (luminal_event_get_photon (event));
  if (luminal_event_get_kind (event) == LUMINAL_EVENT_WATCHING)
    return g_strdup ("luminalctl");

  basename = g_file_get_basename (luminal_event_get_file (event));

  return ctl_visible (basename);
}

static void
report_output (CtlTextReporter *self,
               LuminalEvent    *event,
               const char      *subject)
{
  g_auto (GStrv) lines = g_strsplit (luminal_event_get_text (event), "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (GString) line = NULL;
      g_autofree char *visible = NULL;

      /* A newline at the end ends the last line; it begins no empty one. */
      if (i > 0 && *lines[i] == '\0' && lines[i + 1] == NULL)
        break;

      line = begin_line (self, luminal_event_get_time (event), MARK_NONE, subject);
      visible = ctl_visible (lines[i]);
      append_coloured (self, line, COLOUR_DIM, self->unicode ? " │ " : " | ");
      g_string_append (line, visible);
      write_line (self, line->str);
    }
}

/* As the compiler prints them: editors know how to read that. The photons of a source
 * fail together. */
static void
report_diagnostics (CtlTextReporter *self,
                    GListModel      *diagnostics)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (diagnostics == NULL || !g_set_object (&self->diagnostics, diagnostics))
    return;

  text = ctl_diagnostics_to_text (diagnostics);
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    write_line (self, *line);
}

/* Where it was. What it said last was told when it said it; and the photons of one module
 * crash together. */
static void
report_crash (CtlTextReporter *self,
              LuminalCrash    *crash)
{
  const char *const *backtrace;

  if (crash == NULL || !g_set_object (&self->crash, crash))
    return;

  backtrace = luminal_crash_get_backtrace (crash);
  for (guint i = 0; backtrace[i] != NULL; i++)
    {
      g_autofree char *visible = ctl_visible (backtrace[i]);
      g_autofree char *frame = g_strdup_printf ("#%-2u %s", i, visible);
      g_autoptr (GString) line = g_string_new (NULL);

      append_padding (line, "", TEXT_COLUMN + 2);
      append_coloured (self, line, COLOUR_DIM, frame);
      write_line (self, line->str);
    }
}

static void
ctl_text_reporter_event (CtlReporter  *reporter,
                         LuminalEvent *event)
{
  CtlTextReporter *self = CTL_TEXT_REPORTER (reporter);
  g_autofree char *subject = subject_of (event);
  g_autofree char *text = NULL;
  g_autoptr (GString) line = NULL;

  if (luminal_event_get_kind (event) == LUMINAL_EVENT_OUTPUT)
    {
      report_output (self, event, subject);
      return;
    }

  text = describe_event (event);
  line = begin_line (self, luminal_event_get_time (event),
                     mark_of (luminal_event_get_kind (event)), subject);
  g_string_append_printf (line, "   %s", text);
  write_line (self, line->str);
  report_crash (self, luminal_event_get_crash (event));
  report_diagnostics (self, luminal_event_get_diagnostics (event));
}

static void
write_field (CtlTextReporter *self,
             const char      *label,
             const char      *value)
{
  g_autoptr (GString) line = g_string_new ("  ");
  g_autofree char *visible = ctl_visible (value);

  append_coloured (self, line, COLOUR_DIM, label);
  append_padding (line, label, LABEL_WIDTH);
  g_string_append (line, visible);
  write_line (self, line->str);
}

/* A list reads better one below the other, with its label only once. */
static void
write_fields (CtlTextReporter   *self,
              const char        *label,
              const char *const *values)
{
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    write_field (self, i == 0 ? label : "", values[i]);
}

static void
write_heading (CtlTextReporter *self,
               GFile           *file,
               Mark             mark)
{
  g_autofree char *name = describe_file (file);
  g_autoptr (GString) line = g_string_new (NULL);
  const MarkLook *look = &mark_looks[mark];

  append_coloured (self, line, look->colour, self->unicode ? look->unicode : look->ascii);
  g_string_append_c (line, ' ');
  append_coloured (self, line, COLOUR_BOLD, name);
  write_line (self, line->str);
}

static void
write_photon (CtlTextReporter *self,
              LuminalMetadata *photon)
{
  const char *description = luminal_metadata_get_description (photon);
  const char *const *tags = luminal_metadata_get_tags (photon);
  g_autofree char *title = NULL;

  title = g_strdup_printf (_("%s %s, by %s"),
                           luminal_metadata_get_name (photon),
                           luminal_metadata_get_version (photon),
                           luminal_metadata_get_author (photon));
  write_field (self, _("Photon"), title);
  if (g_strcmp0 (luminal_metadata_get_name (photon), luminal_metadata_get_class_name (photon)) != 0)
    write_field (self, _("Class"), luminal_metadata_get_class_name (photon));
  if (g_strcmp0 (luminal_metadata_get_base (photon), "LuminalPhoton") != 0)
    write_field (self, _("Base"), luminal_metadata_get_base (photon));
  if (description != NULL && *description != '\0')
    write_field (self, "", description);
  if (tags != NULL && *tags != NULL)
    {
      g_autofree char *joined = g_strjoinv (", ", (char **) tags);

      write_field (self, _("Tags"), joined);
    }
  if (luminal_metadata_get_start_first (photon))
    write_field (self, "", _("starts before the generation before it ends"));
  if (luminal_metadata_get_keeps_state (photon))
    write_field (self, "", _("keeps its state across reloads"));
}

static void
ctl_text_reporter_inspection (CtlReporter       *reporter,
                              GFile             *file,
                              LuminalInspection *inspection)
{
  CtlTextReporter *self = CTL_TEXT_REPORTER (reporter);
  GListModel *photons = luminal_inspection_get_photons (inspection);
  g_autofree char *size = g_format_size (luminal_inspection_get_size (inspection));
  g_autofree char *abi = g_strdup_printf ("%u", luminal_inspection_get_abi (inspection));

  write_heading (self, file, MARK_GOOD);
  for (guint i = 0; i < g_list_model_get_n_items (photons); i++)
    {
      g_autoptr (LuminalMetadata) photon = g_list_model_get_item (photons, i);

      write_photon (self, photon);
    }
  write_field (self, _("Machine"), luminal_inspection_get_machine (inspection));
  write_field (self, _("ABI"), abi);
  write_field (self, _("Size"), size);
  write_field (self, _("SHA-256"), luminal_inspection_get_checksum (inspection));
  write_fields (self, _("Needs"), luminal_inspection_get_dependencies (inspection));
  write_fields (self, _("Remarks"), luminal_inspection_get_remarks (inspection));
}

static void
ctl_text_reporter_source (CtlReporter       *reporter,
                          GFile             *file,
                          const char *const *needs)
{
  CtlTextReporter *self = CTL_TEXT_REPORTER (reporter);

  write_heading (self, file, MARK_GOOD);
  write_field (self, _("Kind"), _("a source, compiled when it is loaded"));
  write_fields (self, _("Needs"), needs);
  write_field (self, "", _("“luminalctl build” tells whether it compiles"));
}

static void
ctl_text_reporter_unusable (CtlReporter  *reporter,
                            GFile        *file,
                            LuminalPhase  phase,
                            const GError *error)
{
  CtlTextReporter *self = CTL_TEXT_REPORTER (reporter);

  write_heading (self, file, MARK_BAD);
  write_field (self, _("Phase"), luminal_phase_get_label (phase));
  write_field (self, _("Cause"), error->message);
}

static gboolean
names_an_error (GListModel *diagnostics)
{
  for (guint i = 0; i < g_list_model_get_n_items (diagnostics); i++)
    {
      g_autoptr (LuminalDiagnostic) diagnostic = g_list_model_get_item (diagnostics, i);

      if (luminal_diagnostic_get_severity (diagnostic) >= LUMINAL_SEVERITY_ERROR)
        return TRUE;
    }

  return FALSE;
}

/* On the standard error, as a compiler does: editors know how to read it. */
static void
ctl_text_reporter_build (CtlReporter        *reporter,
                         GFile              *file,
                         LuminalBuildResult *result)
{
  GListModel *diagnostics = luminal_build_result_get_diagnostics (result);
  const GError *error = luminal_build_result_get_error (result);
  const char *remark = luminal_build_result_get_remark (result);
  g_autofree char *text = ctl_diagnostics_to_text (diagnostics);

  g_printerr ("%s", text);
  if (error != NULL && !names_an_error (diagnostics))
    {
      g_autofree char *message = ctl_visible (error->message);

      g_printerr (_("luminalctl: %s\n"), message);
    }
  if (remark != NULL)
    {
      g_autofree char *visible = ctl_visible (remark);

      g_printerr (_("luminalctl: %s\n"), visible);
    }
}

static void
ctl_text_reporter_created (CtlReporter *reporter,
                           GFile       *file)
{
  CtlTextReporter *self = CTL_TEXT_REPORTER (reporter);
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *line = g_strdup_printf (_("%s is written"), name);

  write_line (self, line);
}

static gboolean
wants_colours (CtlOutput *output)
{
  const char *no_color = g_getenv ("NO_COLOR");
  const char *term = g_getenv ("TERM");

  return ctl_output_is_tty (output)
         && (no_color == NULL || *no_color == '\0')
         && term != NULL
         && !g_str_equal (term, "dumb");
}

static void
ctl_text_reporter_constructed (GObject *object)
{
  CtlTextReporter *self = CTL_TEXT_REPORTER (object);

  G_OBJECT_CLASS (ctl_text_reporter_parent_class)->constructed (object);

  self->unicode = g_get_charset (&self->charset);
  self->colours = wants_colours (ctl_reporter_get_output (CTL_REPORTER (self)));
}

static void
ctl_text_reporter_finalize (GObject *object)
{
  g_clear_object (&CTL_TEXT_REPORTER (object)->crash);
  g_clear_object (&CTL_TEXT_REPORTER (object)->diagnostics);

  G_OBJECT_CLASS (ctl_text_reporter_parent_class)->finalize (object);
}

static void
ctl_text_reporter_class_init (CtlTextReporterClass *klass)
{
  CtlReporterClass *reporter_class = CTL_REPORTER_CLASS (klass);

  G_OBJECT_CLASS (klass)->constructed = ctl_text_reporter_constructed;
  G_OBJECT_CLASS (klass)->finalize = ctl_text_reporter_finalize;
  reporter_class->event = ctl_text_reporter_event;
  reporter_class->inspection = ctl_text_reporter_inspection;
  reporter_class->source = ctl_text_reporter_source;
  reporter_class->unusable = ctl_text_reporter_unusable;
  reporter_class->build = ctl_text_reporter_build;
  reporter_class->created = ctl_text_reporter_created;
}

static void
ctl_text_reporter_init (CtlTextReporter *self)
{
}
