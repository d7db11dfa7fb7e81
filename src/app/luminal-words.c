/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "luminal-words.h"

#include <glib/gi18n.h>

#include "luminal-look.h"
#include "luminal-visible.h"

#define MOST_CHARS 60

/* A folder's whole path, short where it can be; for people, not for opening. */
char *
luminal_words_folder_path (GFile *folder)
{
  const char *home = g_get_home_dir ();
  g_autofree char *path = NULL;
  g_autofree char *name = g_file_get_parse_name (folder);
  g_autoptr (GFile) home_folder = g_file_new_for_path (home);

  path = g_file_get_relative_path (home_folder, folder);
  if (path != NULL && g_utf8_validate (path, -1, NULL))
    return g_strconcat ("~/", path, NULL);
  return g_steal_pointer (&name);
}

char *
luminal_words_folder_name (GFile *folder)
{
  g_autofree char *base_name = g_file_get_basename (folder);

  return g_filename_display_name (base_name != NULL ? base_name : "");
}

/**
 * luminal_words_event:
 * @event: an event
 *
 * Returns: (nullable): half a sentence for the status line, or %NULL for what
 *   is not worth one
 */
char *
luminal_words_event (LuminalEvent *event)
{
  const char *photon = luminal_event_get_photon (event);
  g_autofree char *file_name = luminal_look_file_name (luminal_event_get_file (event));
  g_autofree char *name = luminal_visible_line (photon != NULL ? photon : file_name, MOST_CHARS, NULL);
  g_autofree char *duration = luminal_look_duration (luminal_event_get_duration (event));

  switch (luminal_event_get_kind (event))
    {
    /* Translators: the name of a photon, or of a file */
    case LUMINAL_EVENT_LOADED:
      return g_strdup_printf (_("loaded %s"), name);
    case LUMINAL_EVENT_STARTED:
      return g_strdup_printf (_("started %s"), name);
    case LUMINAL_EVENT_RELOADED:
      /* Translators: the name of a photon, and a time such as 2.1 ms */
      return g_strdup_printf (_("reloaded %s in %s"), name, duration);
    case LUMINAL_EVENT_ROLLED_BACK:
      return g_strdup_printf (_("rolled back %s"), name);
    case LUMINAL_EVENT_FAILED:
      return g_strdup_printf (_("%s failed"), name);
    case LUMINAL_EVENT_CRASHED:
      return g_strdup_printf (_("%s crashed"), name);
    case LUMINAL_EVENT_STOPPED:
      return g_strdup_printf (_("stopped %s"), name);
    case LUMINAL_EVENT_UNLOADED:
      return g_strdup_printf (_("unloaded %s"), name);
    case LUMINAL_EVENT_OUTPUT:
    case LUMINAL_EVENT_SKIPPED:
    case LUMINAL_EVENT_WATCHING:
    default:
      return NULL;
    }
}

static char *
format_time (gint64      microseconds,
             const char *format)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (microseconds / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;
  char *text = local != NULL ? g_date_time_format (local, format) : NULL;

  return text != NULL ? text : g_strdup ("");
}

/* @microseconds: since the epoch */
char *
luminal_words_time (gint64 microseconds)
{
  /* Translators: a time of day with seconds, for g_date_time_format() */
  return format_time (microseconds, C_("time", "%H:%M:%S"));
}

char *
luminal_words_date (gint64 microseconds)
{
  /* Translators: a date and a time of day, for g_date_time_format() */
  return format_time (microseconds, C_("date and time", "%c"));
}

/* How long something has been going on, as exactly as anybody wants to know.
 * @next: (optional): after how many seconds it will read differently */
char *
luminal_words_uptime (gint64  seconds,
                      guint  *next)
{
  guint days = (guint) (seconds / 86400);
  guint hours = (guint) (seconds / 3600 % 24);
  guint minutes = (guint) (seconds / 60 % 60);
  guint unit = seconds < 60 ? 1 : 60;

  seconds = MAX (seconds, 0);
  if (next != NULL)
    *next = unit - (guint) (seconds % unit);

  /* Translators: units of time: seconds; minutes; hours and minutes; days and hours */
  if (seconds < 60)
    return g_strdup_printf (_("%u s"), (guint) seconds);
  if (seconds < 3600)
    return g_strdup_printf (_("%u min"), minutes);
  if (seconds < 86400)
    return g_strdup_printf (_("%u h %u min"), hours, minutes);
  return g_strdup_printf (_("%u d %u h"), days, hours);
}
