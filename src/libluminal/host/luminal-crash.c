/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-crash.h"
#include "luminal-crash-private.h"

/**
 * LuminalCrash:
 *
 * How the process of a photon ended without being asked to: what is known to look
 * for the reason.
 *
 * Also a photon that calls exit() ends this way. The photons of one module share a
 * process, and a crash. A crash never changes: the next one is another object.
 *
 * Since: 1.0
 */

struct _LuminalCrash
{
  GObject parent_instance;

  gint64 time;
  int signal;
  int exit_code;
  gboolean over_limit;
  char *cause;
  GStrv backtrace;
  GStrv output;
};

enum
{
  PROP_0,
  PROP_TIME,
  PROP_SIGNAL,
  PROP_EXIT_CODE,
  PROP_OVER_LIMIT,
  PROP_CAUSE,
  PROP_BACKTRACE,
  PROP_OUTPUT,
  N_PROPERTIES
};

#define READ_ONLY (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY)

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (LuminalCrash, luminal_crash, G_TYPE_OBJECT)

static void
luminal_crash_get_property (GObject    *object,
                            guint       property_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  LuminalCrash *self = LUMINAL_CRASH (object);

  switch (property_id)
    {
    case PROP_TIME:
      g_value_set_int64 (value, self->time);
      break;
    case PROP_SIGNAL:
      g_value_set_int (value, self->signal);
      break;
    case PROP_EXIT_CODE:
      g_value_set_int (value, self->exit_code);
      break;
    case PROP_OVER_LIMIT:
      g_value_set_boolean (value, self->over_limit);
      break;
    case PROP_CAUSE:
      g_value_set_string (value, self->cause);
      break;
    case PROP_BACKTRACE:
      g_value_set_boxed (value, self->backtrace);
      break;
    case PROP_OUTPUT:
      g_value_set_boxed (value, self->output);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
luminal_crash_finalize (GObject *object)
{
  LuminalCrash *self = LUMINAL_CRASH (object);

  g_free (self->cause);
  g_strfreev (self->backtrace);
  g_strfreev (self->output);

  G_OBJECT_CLASS (luminal_crash_parent_class)->finalize (object);
}

static void
luminal_crash_class_init (LuminalCrashClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = luminal_crash_get_property;
  object_class->finalize = luminal_crash_finalize;

  /**
   * LuminalCrash:time: (attributes org.gtk.Property.get=luminal_crash_get_time)
   *
   * When it was noticed, in microseconds since the epoch.
   *
   * Since: 1.0
   */
  properties[PROP_TIME] = g_param_spec_int64 ("time", NULL, NULL, 0, G_MAXINT64, 0, READ_ONLY);

  /**
   * LuminalCrash:signal: (attributes org.gtk.Property.get=luminal_crash_get_signal)
   *
   * The number of the signal that ended the process; 0 if none did.
   *
   * Since: 1.0
   */
  properties[PROP_SIGNAL] = g_param_spec_int ("signal", NULL, NULL, 0, G_MAXINT, 0, READ_ONLY);

  /**
   * LuminalCrash:exit-code: (attributes org.gtk.Property.get=luminal_crash_get_exit_code)
   *
   * The code that the process exited with; -1 if it did not exit.
   *
   * Since: 1.0
   */
  properties[PROP_EXIT_CODE] = g_param_spec_int ("exit-code", NULL, NULL, -1, G_MAXINT, -1, READ_ONLY);

  /**
   * LuminalCrash:over-limit: (attributes org.gtk.Property.get=luminal_crash_get_over_limit)
   *
   * Whether it came from a limit that was set on the loader.
   *
   * Since: 1.0
   */
  properties[PROP_OVER_LIMIT] = g_param_spec_boolean ("over-limit", NULL, NULL, FALSE, READ_ONLY);

  /**
   * LuminalCrash:cause: (attributes org.gtk.Property.get=luminal_crash_get_cause)
   *
   * What happened, in words for people, such as "SIGSEGV (segmentation fault) in
   * ticker_beat+0x1c".
   *
   * Since: 1.0
   */
  properties[PROP_CAUSE] = g_param_spec_string ("cause", NULL, NULL, NULL, READ_ONLY);

  /**
   * LuminalCrash:backtrace: (attributes org.gtk.Property.get=luminal_crash_get_backtrace)
   *
   * Where the thread that crashed was: a line for each call, the innermost first;
   * empty if that is not known. A line names a function, if the module is not
   * stripped, and the offset in the module that `addr2line` takes.
   *
   * Since: 1.0
   */
  properties[PROP_BACKTRACE] = g_param_spec_boxed ("backtrace", NULL, NULL, G_TYPE_STRV, READ_ONLY);

  /**
   * LuminalCrash:output: (attributes org.gtk.Property.get=luminal_crash_get_output)
   *
   * The last lines that the process said, oldest first.
   *
   * Since: 1.0
   */
  properties[PROP_OUTPUT] = g_param_spec_boxed ("output", NULL, NULL, G_TYPE_STRV, READ_ONLY);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
luminal_crash_init (LuminalCrash *self)
{
  self->time = g_get_real_time ();
}

static GStrv
copy_lines (const char *const *lines)
{
  return lines != NULL ? g_strdupv ((GStrv) lines) : g_new0 (char *, 1);
}

LuminalCrash *
luminal_crash_new (const LuminalCrashFacts *facts)
{
  LuminalCrash *self = g_object_new (LUMINAL_TYPE_CRASH, NULL);

  self->signal = facts->signal;
  self->exit_code = facts->exit_code;
  self->over_limit = facts->over_limit;
  self->cause = g_strdup (facts->cause);
  self->backtrace = copy_lines (facts->backtrace);
  self->output = copy_lines (facts->output);

  return self;
}

/**
 * luminal_crash_get_time: (attributes org.gtk.Method.get_property=time)
 * @self: a crash
 *
 * Gets when it was noticed.
 *
 * Returns: microseconds since the epoch
 *
 * Since: 1.0
 */
gint64
luminal_crash_get_time (LuminalCrash *self)
{
  g_return_val_if_fail (LUMINAL_IS_CRASH (self), 0);

  return self->time;
}

/**
 * luminal_crash_get_signal: (attributes org.gtk.Method.get_property=signal)
 * @self: a crash
 *
 * Gets the signal that ended the process.
 *
 * Returns: its number; 0 if it was none
 *
 * Since: 1.0
 */
int
luminal_crash_get_signal (LuminalCrash *self)
{
  g_return_val_if_fail (LUMINAL_IS_CRASH (self), 0);

  return self->signal;
}

/**
 * luminal_crash_get_exit_code: (attributes org.gtk.Method.get_property=exit-code)
 * @self: a crash
 *
 * Gets the code that the process exited with.
 *
 * Returns: the code; -1 if it did not exit
 *
 * Since: 1.0
 */
int
luminal_crash_get_exit_code (LuminalCrash *self)
{
  g_return_val_if_fail (LUMINAL_IS_CRASH (self), -1);

  return self->exit_code;
}

/**
 * luminal_crash_get_over_limit: (attributes org.gtk.Method.get_property=over-limit)
 * @self: a crash
 *
 * Gets whether it came from a limit that was set on the loader.
 *
 * Returns: %TRUE if it did
 *
 * Since: 1.0
 */
gboolean
luminal_crash_get_over_limit (LuminalCrash *self)
{
  g_return_val_if_fail (LUMINAL_IS_CRASH (self), FALSE);

  return self->over_limit;
}

/**
 * luminal_crash_get_cause: (attributes org.gtk.Method.get_property=cause)
 * @self: a crash
 *
 * Gets what happened, in words for people.
 *
 * Returns: the cause
 *
 * Since: 1.0
 */
const char *
luminal_crash_get_cause (LuminalCrash *self)
{
  g_return_val_if_fail (LUMINAL_IS_CRASH (self), NULL);

  return self->cause;
}

/**
 * luminal_crash_get_backtrace: (attributes org.gtk.Method.get_property=backtrace)
 * @self: a crash
 *
 * Gets where the thread that crashed was.
 *
 * Returns: (array zero-terminated=1) (transfer none): the calls, the innermost
 *   first; empty if they are not known
 *
 * Since: 1.0
 */
const char *const *
luminal_crash_get_backtrace (LuminalCrash *self)
{
  g_return_val_if_fail (LUMINAL_IS_CRASH (self), NULL);

  return (const char *const *) self->backtrace;
}

/**
 * luminal_crash_get_output: (attributes org.gtk.Method.get_property=output)
 * @self: a crash
 *
 * Gets the last lines that the process said.
 *
 * Returns: (array zero-terminated=1) (transfer none): the lines, oldest first
 *
 * Since: 1.0
 */
const char *const *
luminal_crash_get_output (LuminalCrash *self)
{
  g_return_val_if_fail (LUMINAL_IS_CRASH (self), NULL);

  return (const char *const *) self->output;
}
