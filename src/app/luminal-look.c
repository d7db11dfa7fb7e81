/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-look.h"

#include <glib/gi18n.h>
#include <string.h>

LuminalLook
luminal_look_of (LuminalHandler *handler)
{
  if (luminal_handler_get_phase (handler) != LUMINAL_PHASE_NONE)
    return LUMINAL_LOOK_BUSY;

  /* What is wrong with it comes first, as long as there is something to be done. */
  if (luminal_handler_get_file_missing (handler) &&
      luminal_handler_get_status (handler) != LUMINAL_STATUS_CRASHED)
    return LUMINAL_LOOK_GONE;

  switch (luminal_handler_get_status (handler))
    {
    case LUMINAL_STATUS_LOADED:
      return LUMINAL_LOOK_LOADED;

    case LUMINAL_STATUS_RUNNING:
      if (luminal_handler_get_rolled_back (handler))
        return LUMINAL_LOOK_ROLLED_BACK;
      if (luminal_handler_get_error (handler) != NULL)
        return LUMINAL_LOOK_NOT_RELOADED;
      return LUMINAL_LOOK_RUNNING;

    case LUMINAL_STATUS_STOPPED:
      return LUMINAL_LOOK_STOPPED;

    case LUMINAL_STATUS_FAILED:
      return LUMINAL_LOOK_FAILED;

    case LUMINAL_STATUS_CRASHED:
      return LUMINAL_LOOK_CRASHED;

    case LUMINAL_STATUS_UNLOADED:
    default:
      return LUMINAL_LOOK_UNLOADED;
    }
}

gboolean
luminal_look_is_problem (LuminalLook look)
{
  return look == LUMINAL_LOOK_FAILED || look == LUMINAL_LOOK_CRASHED ||
         look == LUMINAL_LOOK_ROLLED_BACK || look == LUMINAL_LOOK_NOT_RELOADED;
}

gboolean
luminal_look_is_dim (LuminalLook look)
{
  return look == LUMINAL_LOOK_STOPPED || look == LUMINAL_LOOK_UNLOADED || look == LUMINAL_LOOK_GONE;
}

/* What a photon takes changes once a second while somebody looks at it, and changes
 * nothing about how it is. */
gboolean
luminal_look_depends_on (GParamSpec *pspec)
{
  return !g_str_equal (pspec->name, "memory-size") && !g_str_equal (pspec->name, "cpu-time");
}

/* What is typed behind "status:" in a search; not translated, as luminalctl's
 * words are not. */
const char *
luminal_look_get_nick (LuminalLook look)
{
  switch (look)
    {
    case LUMINAL_LOOK_LOADED:
      return "loaded";
    case LUMINAL_LOOK_RUNNING:
      return "running";
    case LUMINAL_LOOK_BUSY:
      return "busy";
    case LUMINAL_LOOK_NOT_RELOADED:
      return "not-reloaded";
    case LUMINAL_LOOK_ROLLED_BACK:
      return "rolled-back";
    case LUMINAL_LOOK_STOPPED:
      return "stopped";
    case LUMINAL_LOOK_FAILED:
      return "failed";
    case LUMINAL_LOOK_CRASHED:
      return "crashed";
    case LUMINAL_LOOK_GONE:
      return "gone";
    case LUMINAL_LOOK_UNLOADED:
    default:
      return "unloaded";
    }
}

const char *
luminal_look_get_icon_name (LuminalLook look)
{
  switch (look)
    {
    case LUMINAL_LOOK_LOADED:
      return "luminal-loaded-symbolic";
    case LUMINAL_LOOK_RUNNING:
    case LUMINAL_LOOK_BUSY:
      return "luminal-running-symbolic";
    case LUMINAL_LOOK_NOT_RELOADED:
    case LUMINAL_LOOK_ROLLED_BACK:
      return "dialog-warning-symbolic";
    case LUMINAL_LOOK_FAILED:
    case LUMINAL_LOOK_CRASHED:
      return "dialog-error-symbolic";
    case LUMINAL_LOOK_STOPPED:
    case LUMINAL_LOOK_UNLOADED:
    case LUMINAL_LOOK_GONE:
    default:
      return "luminal-stopped-symbolic";
    }
}

const char *
luminal_look_get_style_class (LuminalLook look)
{
  switch (look)
    {
    case LUMINAL_LOOK_RUNNING:
      return "success";
    case LUMINAL_LOOK_NOT_RELOADED:
    case LUMINAL_LOOK_ROLLED_BACK:
      return "warning";
    case LUMINAL_LOOK_FAILED:
    case LUMINAL_LOOK_CRASHED:
      return "error";
    case LUMINAL_LOOK_LOADED:
    case LUMINAL_LOOK_BUSY:
    case LUMINAL_LOOK_STOPPED:
    case LUMINAL_LOOK_UNLOADED:
    case LUMINAL_LOOK_GONE:
    default:
      return "dim-label";
    }
}

const char *
luminal_look_phase (LuminalPhase phase)
{
  switch (phase)
    {
    case LUMINAL_PHASE_SETTLE:
      return _("Waiting until its file is complete");
    case LUMINAL_PHASE_READ:
      return _("Reading its file");
    case LUMINAL_PHASE_CHECKSUM:
      return _("Comparing checksums");
    case LUMINAL_PHASE_BUILD:
      return _("Building");
    case LUMINAL_PHASE_INSPECT:
      return _("Inspecting");
    case LUMINAL_PHASE_STAGE:
      return _("Opening beside the running generation");
    case LUMINAL_PHASE_HAND_OVER:
      return _("Handing over");
    case LUMINAL_PHASE_START:
      return _("Starting");
    case LUMINAL_PHASE_COMMIT:
      return _("Committing");
    case LUMINAL_PHASE_PROBATION:
      return _("On probation");
    case LUMINAL_PHASE_NONE:
    default:
      return _("Ready");
    }
}

/* The same as a word, to tell them apart in a list. */
const char *
luminal_look_phase_name (LuminalPhase phase)
{
  switch (phase)
    {
    case LUMINAL_PHASE_SETTLE:
      return _("Settling");
    case LUMINAL_PHASE_READ:
      return _("Reading");
    case LUMINAL_PHASE_CHECKSUM:
      return _("Checksum");
    case LUMINAL_PHASE_BUILD:
      return _("Building");
    case LUMINAL_PHASE_INSPECT:
      return _("Inspecting");
    case LUMINAL_PHASE_STAGE:
      return _("Opening");
    case LUMINAL_PHASE_HAND_OVER:
      return _("Handing over");
    case LUMINAL_PHASE_START:
      return _("Starting");
    case LUMINAL_PHASE_COMMIT:
      return _("Committing");
    case LUMINAL_PHASE_PROBATION:
      return _("Probation");
    case LUMINAL_PHASE_NONE:
    default:
      /* Translators: what took time and is no phase of its own */
      return _("Other");
    }
}

/**
 * luminal_look_describe:
 * @handler: a handler
 *
 * The state in words, for the tooltip of the state's icon and for those who
 * cannot see it.
 */
char *
luminal_look_describe (LuminalHandler *handler)
{
  switch (luminal_look_of (handler))
    {
    case LUMINAL_LOOK_LOADED:
      return g_strdup (_("Loaded, not started"));
    case LUMINAL_LOOK_RUNNING:
      return g_strdup (_("Running"));
    case LUMINAL_LOOK_BUSY:
      return g_strdup (luminal_look_phase (luminal_handler_get_phase (handler)));
    case LUMINAL_LOOK_NOT_RELOADED:
      return g_strdup (_("Running, not reloaded"));
    case LUMINAL_LOOK_ROLLED_BACK:
      return g_strdup (_("Rolled back"));
    case LUMINAL_LOOK_STOPPED:
      return g_strdup (_("Stopped"));
    case LUMINAL_LOOK_FAILED:
      return g_strdup (_("Failed"));
    case LUMINAL_LOOK_CRASHED:
      return g_strdup (_("Crashed"));
    case LUMINAL_LOOK_GONE:
      if (luminal_handler_get_status (handler) == LUMINAL_STATUS_RUNNING)
        return g_strdup (_("Running, file is gone"));
      return g_strdup (_("File is gone"));
    case LUMINAL_LOOK_UNLOADED:
    default:
      return g_strdup (_("Unloaded"));
    }
}

/* The number of the generation that did not start: of the last attempt of that kind, as
 * one may also go back to an earlier one. */
static guint
failed_generation (LuminalHandler *handler)
{
  GListModel *history = luminal_handler_get_history (handler);

  for (guint i = history != NULL ? g_list_model_get_n_items (history) : 0; i > 0; i--)
    {
      g_autoptr (LuminalGeneration) generation = g_list_model_get_item (history, i - 1);

      if (luminal_generation_get_outcome (generation) == LUMINAL_OUTCOME_ROLLED_BACK)
        return luminal_generation_get_number (generation);
    }

  return luminal_handler_get_generation (handler) + 1;
}

/* Errors begin with the file's whole path, which would be all that a narrow
 * row has room for. */
static const char *
after_path (const char     *message,
            LuminalHandler *handler)
{
  g_autofree char *path = g_filename_display_name (luminal_handler_get_filepath (handler));
  g_autofree char *prefix = g_strconcat (path, ": ", NULL);

  return g_str_has_prefix (message, prefix) ? message + strlen (prefix) : message;
}

static const char *
after_phase (const char     *message,
             LuminalHandler *handler)
{
  const char *phase = luminal_phase_get_label (luminal_handler_get_failed_phase (handler));
  g_autofree char *prefix = g_strconcat (phase, ": ", NULL);

  return g_str_has_prefix (message, prefix) ? message + strlen (prefix) : message;
}

/* How it ended, and when. */
static char *
describe_crash (LuminalCrash *crash)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (luminal_crash_get_time (crash) / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autofree char *time = local != NULL ? g_date_time_format (local, "%X") : NULL;

  /* Translators: a time, and how a process ended, such as “SIGSEGV (Segmentation fault)” */
  return g_strdup_printf (_("Crashed at %s: %s"), time != NULL ? time : "?", luminal_crash_get_cause (crash));
}

/**
 * luminal_look_detail:
 * @handler: a handler
 *
 * The second line of a photon's row: the first line of its error if there is
 * one, or what runs and since which file.
 */
char *
luminal_look_detail (LuminalHandler *handler)
{
  LuminalLook look = luminal_look_of (handler);
  g_autoptr (GString) detail = NULL;
  g_autofree char *file_name = NULL;
  const char *version = luminal_handler_get_version (handler);
  gint64 duration = luminal_handler_get_duration (handler);

  if (luminal_look_is_problem (look) && luminal_handler_get_error (handler) != NULL)
    {
      g_autofree char *line = luminal_look_first_line (luminal_handler_get_error (handler));
      const char *rest = after_path (line, handler);
      const char *cause = after_phase (rest, handler);

      file_name = luminal_look_file_name (luminal_handler_get_file (handler));

      if (look == LUMINAL_LOOK_ROLLED_BACK)
        /* Translators: two numbers of generations, then an error message */
        return g_strdup_printf (_("Generation %u runs; %u failed to start: %s"),
                                luminal_handler_get_generation (handler),
                                failed_generation (handler),
                                cause);
      if (look == LUMINAL_LOOK_CRASHED && luminal_handler_get_crash (handler) != NULL)
        return describe_crash (luminal_handler_get_crash (handler));
      if (look == LUMINAL_LOOK_NOT_RELOADED)
        /* Translators: the number of a generation, then an error message */
        return g_strdup_printf (_("Generation %u runs; not reloaded: %s"),
                                luminal_handler_get_generation (handler),
                                rest);
      if (rest != line && g_strcmp0 (luminal_handler_get_name (handler), file_name) == 0)
        return g_strdup (rest);
      if (rest != line)
        return g_strdup_printf ("%s: %s", file_name, rest);
      return g_steal_pointer (&line);
    }

  file_name = luminal_look_file_name (luminal_handler_get_file (handler));
  if (look == LUMINAL_LOOK_GONE)
    /* Translators: the name of a file */
    return g_strdup_printf (_("%s · file is gone"), file_name);
  if (look == LUMINAL_LOOK_BUSY)
    /* Translators: the name of a file, and what is done with it */
    return g_strdup_printf (_("%s · %s…"), file_name, luminal_look_phase (luminal_handler_get_phase (handler)));

  detail = g_string_new (file_name);

  if (version != NULL && *version != '\0')
    g_string_append_printf (detail, " · %s", version);

  if (luminal_handler_get_generation (handler) > 0)
    {
      g_string_append (detail, " · ");
      g_string_append_printf (detail, _("generation %u"), luminal_handler_get_generation (handler));
    }

  if (duration > 0)
    {
      g_autofree char *text = luminal_look_duration (duration);

      g_string_append_printf (detail, " · %s", text);
    }

  return g_string_free (g_steal_pointer (&detail), FALSE);
}

char *
luminal_look_duration (gint64 microseconds)
{
  /* Translators: units of time: microseconds, milliseconds, seconds */
  if (microseconds < 1000)
    return g_strdup_printf (_("%d µs"), (int) MAX (microseconds, 0));
  if (microseconds < 100 * 1000)
    return g_strdup_printf (_("%.1f ms"), microseconds / 1e3);
  if (microseconds < G_USEC_PER_SEC)
    return g_strdup_printf (_("%.0f ms"), microseconds / 1e3);
  return g_strdup_printf (_("%.1f s"), microseconds / 1e6);
}

/* A file's name as it can be shown on one line, whatever bytes it is made of. */
char *
luminal_look_file_name (GFile *file)
{
  g_autofree char *base_name = file != NULL ? g_file_get_basename (file) : NULL;
  g_autofree char *name = base_name != NULL ? g_filename_display_name (base_name) : g_strdup ("");

  return g_strdelimit (g_steal_pointer (&name), "\n\r\t", ' ');
}

/* A photon may say anything in its error, even what is no text. */
char *
luminal_look_message (const GError *error)
{
  return g_utf8_make_valid (error != NULL && error->message != NULL ? error->message : "", -1);
}

char *
luminal_look_first_line (const GError *error)
{
  g_autofree char *message = luminal_look_message (error);
  char *end = strpbrk (message, "\r\n");

  if (end != NULL)
    *end = '\0';

  return g_steal_pointer (&message);
}
