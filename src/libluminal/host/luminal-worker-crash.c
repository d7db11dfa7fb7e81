/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-worker-crash.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "luminal-crash-private.h"
#include "luminal-symbols.h"

/* What is below it in a backtrace is how every worker begins. */
#define OUTERMOST "luminal_worker_serve"

static char *
describe_place (LuminalImage       *image,
                const LuminalFrame *frame)
{
  gsize size;
  const guint8 *bytes = luminal_image_get_bytes (image, &size);

  return luminal_symbols_describe (bytes, size, frame->offset);
}

/* The copy of the module that runs has no name. */
static char *
describe_frame (const LuminalWorkerEnd *end,
                const LuminalFrame     *frame)
{
  gboolean is_own = frame->object[0] == '\0';
  g_autofree char *found = is_own ? describe_place (end->image, frame) : NULL;
  const char *function = is_own ? found : frame->symbol;

  return g_strdup_printf ("%s (%s+0x%" G_GINT64_MODIFIER "x)",
                          function != NULL && *function != '\0' ? function : "?",
                          is_own ? end->module : frame->object, frame->offset);
}

static GStrv
describe_backtrace (const LuminalWorkerEnd *end)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  guint n_frames = end->report != NULL ? MIN (end->report->n_frames, LUMINAL_MOST_FRAMES) : 0;

  for (guint i = 0; i < n_frames && !g_str_equal (end->report->frames[i].symbol, OUTERMOST); i++)
    {
      g_autofree char *line = describe_frame (end, &end->report->frames[i]);

      g_strv_builder_add (lines, line);
    }

  return g_strv_builder_end (lines);
}

/* Where in its own code it was: the innermost call there. */
static char *
find_place (const LuminalWorkerEnd *end)
{
  guint n_frames = end->report != NULL ? MIN (end->report->n_frames, LUMINAL_MOST_FRAMES) : 0;

  for (guint i = 0; i < n_frames; i++)
    {
      if (end->report->frames[i].object[0] == '\0')
        return describe_place (end->image, &end->report->frames[i]);
    }

  return NULL;
}

static gboolean
says_no_memory (const char *const *output)
{
  for (guint i = 0; output != NULL && output[i] != NULL; i++)
    {
      if (strstr (output[i], "failed to allocate") != NULL || strstr (output[i], "bad_alloc") != NULL ||
          strstr (output[i], g_strerror (ENOMEM)) != NULL)
        return TRUE;
    }

  return FALSE;
}

/* %NULL: no limit had to do with it. A limit of memory or of files fails a call of
 * the photon, and what that does with the failure is its own affair; so this is told
 * from what was left when it crashed. */
static char *
describe_limit (const LuminalWorkerEnd *end,
                int                     signal_number)
{
  const LuminalHostSettings *settings = end->settings;
  guint flags = end->report != NULL ? end->report->flags : 0;

  /* One that ignores SIGXCPU is killed a second later. */
  if (settings->cpu_limit > 0 &&
      (signal_number == SIGXCPU ||
       (signal_number == SIGKILL && end->report->cpu_usec >= settings->cpu_limit * G_USEC_PER_SEC)))
    return g_strdup_printf (_("it used up its %" PRIu64 " s of CPU time"), (uint64_t) settings->cpu_limit);

  if (settings->memory_limit > 0 && signal_number != 0 &&
      ((flags & LUMINAL_REPORT_NO_MEMORY) != 0 || says_no_memory (end->output)))
    {
      g_autofree char *size = g_format_size_full (settings->memory_limit, G_FORMAT_SIZE_IEC_UNITS);

      return g_strdup_printf (_("it came to its limit of %s of memory"), size);
    }

  if (settings->file_limit > 0 && signal_number != 0 && (flags & LUMINAL_REPORT_NO_DESCRIPTORS) != 0)
    return g_strdup_printf (_("it came to its limit of %u open files"), settings->file_limit);

  return NULL;
}

static char *
describe_signal (const LuminalWorkerEnd *end,
                 int                     signal_number)
{
  const char *name = sigabbrev_np (signal_number);
  const char *meaning = sigdescr_np (signal_number);
  g_autofree char *place = find_place (end);
  g_autofree char *what = name != NULL ? g_strdup_printf ("SIG%s", name)
                                       : g_strdup_printf (_("signal %d"), signal_number);
  g_autofree char *explained = meaning != NULL ? g_strdup_printf ("%s (%s)", what, meaning)
                                               : g_strdup (what);

  if ((signal_number == SIGSEGV || signal_number == SIGBUS) && end->report->signal == signal_number)
    {
      g_autofree char *address = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", end->report->address);

      /* Translators: "SIGSEGV (Segmentation fault)", a number, and a function */
      return place != NULL ? g_strdup_printf (_("%s at address %s in %s"), explained, address, place)
                           : g_strdup_printf (_("%s at address %s"), explained, address);
    }

  /* Translators: "SIGABRT (Aborted)", and a function */
  return place != NULL ? g_strdup_printf (_("%s in %s"), explained, place)
                       : g_steal_pointer (&explained);
}

LuminalCrash *
luminal_worker_crash_new (const LuminalWorkerEnd *end)
{
  const LuminalWorkerReport *report = end->report;
  gboolean has_status = report != NULL && (report->flags & LUMINAL_REPORT_HAS_STATUS) != 0;
  g_autofree char *limit = NULL;
  g_autofree char *happened = NULL;
  g_autofree char *cause = NULL;
  g_auto (GStrv) backtrace = describe_backtrace (end);
  LuminalCrashFacts facts = {
    .exit_code = -1,
    .backtrace = (const char *const *) backtrace,
    .output = end->output,
  };

  if (has_status && WIFSIGNALED (report->status))
    facts.signal = WTERMSIG (report->status);
  else if (has_status && WIFEXITED (report->status))
    facts.exit_code = WEXITSTATUS (report->status);

  /* What killed it then was its manager; or it ended as it does without one. */
  if (end->has_broken_off && (facts.signal == SIGKILL || facts.exit_code == EXIT_SUCCESS))
    {
      facts.signal = 0;
      facts.exit_code = -1;
      happened = g_strdup (_("it closed its connection to the manager, or wrote to it"));
    }
  else if (facts.signal != 0)
    happened = describe_signal (end, facts.signal);
  else if (facts.exit_code >= 0)
    happened = g_strdup_printf (_("it exited, with code %d"), facts.exit_code);
  else
    happened = g_strdup (_("its process ended, and nobody could see how"));

  limit = describe_limit (end, facts.signal);
  facts.over_limit = limit != NULL;
  cause = limit != NULL ? g_strdup_printf ("%s: %s", limit, happened) : g_strdup (happened);
  facts.cause = cause;

  return luminal_crash_new (&facts);
}
