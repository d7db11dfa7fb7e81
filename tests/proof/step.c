/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "step.h"

#include <stdio.h>
#include <string.h>

#include "model.h"

static const char *const op_names[N_OPS] = {
  "write", "remove", "load", "unload", "reload", "force", "several", "revert", "start", "stop", "kill", "watch", "rename",
};

/* How often each, of a hundred or so. */
static const guint op_weights[N_OPS] = { 34, 4, 8, 4, 10, 4, 10, 6, 6, 6, 2, 3, 5 };

static const char *const manner_names[N_MANNERS] = {
  "good", "start-fails", "save-fails", "restore-refuses", "finalizer-fails", "start-crashes", "save-crashes",
  "crashes-soon", "start-hangs", "finalizer-hangs", "garbage", "truncated", "no-photon", "absent",
};

static const guint manner_weights[N_MANNERS] = { 500, 70, 30, 50, 50, 30, 20, 70, 3, 3, 30, 30, 30, 0 };

static const char *const write_names[N_WRITES] = { "in-place", "replace", "anew", "rename", "hard-link" };

static guint
choose (GRand       *random,
        const guint *weights,
        guint        n)
{
  guint sum = 0;
  guint at;

  for (guint i = 0; i < n; i++)
    sum += weights[i];
  at = (guint) g_rand_int_range (random, 0, (int) sum);
  for (guint i = 0; i < n; i++)
    {
      if (at < weights[i])
        return i;
      at -= weights[i];
    }

  g_assert_not_reached ();
}

/* A crash of one photon of a process is one of the other, which is beside the point. */
static gboolean
is_possible (Manner   manner,
             gboolean is_apart,
             guint    file)
{
  gboolean ends_process = manner >= MANNER_START_CRASHES && manner <= MANNER_FINALIZER_HANGS;

  return !ends_process || (is_apart && file != PAIR_FILE);
}

Step
step_random (GRand    *random,
             gboolean  is_apart,
             guint     content)
{
  Step step = { .content = content, .cancel_after = -1 };

  step.op = choose (random, op_weights, N_OPS);
  step.file = (guint) g_rand_int_range (random, 0, N_FILES);
  step.photon = (guint) g_rand_int_range (random, 0, (int) model_count_photons (step.file));
  step.write = (guint) g_rand_int_range (random, 0, N_WRITES);
  do
    step.manner = choose (random, manner_weights, N_MANNERS);
  while (!is_possible (step.manner, is_apart, step.file));

  if (step.op >= OP_LOAD && step.op <= OP_STOP)
    {
      step.is_together = g_rand_int_range (random, 0, 4) == 0;
      if (g_rand_int_range (random, 0, 8) == 0)
        step.cancel_after = g_rand_int_range (random, 0, 8);
    }

  return step;
}

char *
step_to_line (const Step *step)
{
  return g_strdup_printf ("%s file %u photon %u content %u %s %s together %d cancel %d", op_names[step->op],
                          step->file, step->photon, step->content, manner_names[step->manner],
                          write_names[step->write], step->is_together, step->cancel_after);
}

static guint
find (const char        *name,
      const char *const *names,
      guint              n)
{
  for (guint i = 0; i < n; i++)
    {
      if (g_str_equal (names[i], name))
        return i;
    }

  return n;
}

gboolean
step_from_line (const char *line,
                Step       *step)
{
  char op[32], manner[32], write_manner[32];

  if (sscanf (line, "%31s file %u photon %u content %u %31s %31s together %d cancel %d", op, &step->file,
              &step->photon, &step->content, manner, write_manner, &step->is_together, &step->cancel_after) != 8)
    return FALSE;

  step->op = find (op, op_names, N_OPS);
  step->manner = find (manner, manner_names, N_MANNERS);
  step->write = find (write_manner, write_names, N_WRITES);
  return step->op < N_OPS && step->manner < N_MANNERS && step->write < N_WRITES && step->file < N_FILES &&
         step->photon < model_count_photons (step->file);
}
