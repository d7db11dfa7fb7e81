/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who waits for whom. */

#include <gio/gio.h>

#include "luminal-job-queue.h"
#include "patience.h"

/* Writes down what begins and ends, as in "+a -a +b". */
typedef struct
{
  LuminalJobQueue *queue;
  GString *log;
  GHashTable *running; /* name → LuminalJob */
} Recorder;

typedef struct
{
  Recorder *recorder;
  const char *name;
} Entry;

static void
recorder_set_up (Recorder     *recorder,
                 gconstpointer data)
{
  recorder->queue = luminal_job_queue_new ();
  recorder->log = g_string_new (NULL);
  recorder->running = g_hash_table_new (g_str_hash, g_str_equal);
}

static void
recorder_tear_down (Recorder     *recorder,
                    gconstpointer data)
{
  g_assert_cmpuint (g_hash_table_size (recorder->running), ==, 0);
  g_hash_table_unref (recorder->running);
  g_string_free (recorder->log, TRUE);
  g_assert_finalize_object (recorder->queue);
}

static void
begin (LuminalJob *job,
       gpointer    user_data)
{
  Entry *entry = user_data;

  g_string_append_printf (entry->recorder->log, "+%s ", entry->name);
  g_hash_table_insert (entry->recorder->running, (gpointer) entry->name, job);
  g_free (entry);
}

static void
begin_and_end (LuminalJob *job,
               gpointer    user_data)
{
  Entry *entry = user_data;

  g_string_append_printf (entry->recorder->log, "*%s ", entry->name);
  g_free (entry);
  luminal_job_done (job);
}

/* Lets the main context begin the prompt jobs, and leaves the patient ones for later. */
static void
begin_prompt_jobs (void)
{
  int priority;

  while (g_main_depth () == 0 && g_main_context_prepare (NULL, &priority) &&
         priority <= G_PRIORITY_DEFAULT)
    g_main_context_iteration (NULL, FALSE);
}

/* @paths has one letter for each path. */
static void
push (Recorder         *recorder,
      const char       *name,
      const char       *paths,
      LuminalJobManner  manner,
      LuminalJobFunc    func)
{
  g_auto (GStrv) list = g_new0 (char *, strlen (paths) + 1);
  Entry *entry = g_new (Entry, 1);

  for (gsize i = 0; paths[i] != '\0'; i++)
    list[i] = g_strndup (paths + i, 1);
  entry->recorder = recorder;
  entry->name = name;
  luminal_job_queue_push (recorder->queue, (const char *const *) list, manner, func, entry);
  begin_prompt_jobs ();
}

static void
end (Recorder   *recorder,
     const char *name)
{
  LuminalJob *job = g_hash_table_lookup (recorder->running, name);

  g_assert_nonnull (job);
  g_hash_table_remove (recorder->running, name);
  g_string_append_printf (recorder->log, "-%s ", name);
  luminal_job_done (job);
  begin_prompt_jobs ();
}

static void
expect (Recorder   *recorder,
        const char *log)
{
  g_assert_cmpstr (recorder->log->str, ==, log);
  g_string_truncate (recorder->log, 0);
}

static void
test_one_line (Recorder     *recorder,
               gconstpointer data)
{
  push (recorder, "1", "a", LUMINAL_JOB_PROMPT, begin);
  push (recorder, "2", "a", LUMINAL_JOB_PROMPT, begin);
  push (recorder, "3", "a", LUMINAL_JOB_PROMPT, begin_and_end);
  push (recorder, "4", "a", LUMINAL_JOB_PROMPT, begin);
  expect (recorder, "+1 ");

  end (recorder, "1");
  end (recorder, "2");
  end (recorder, "4");
  expect (recorder, "-1 +2 -2 *3 +4 -4 ");
}

static void
test_side_by_side (Recorder     *recorder,
                   gconstpointer data)
{
  push (recorder, "1", "a", LUMINAL_JOB_PROMPT, begin);
  push (recorder, "2", "b", LUMINAL_JOB_PROMPT, begin);
  push (recorder, "3", "c", LUMINAL_JOB_PROMPT, begin);
  expect (recorder, "+1 +2 +3 ");
  end (recorder, "2");
  end (recorder, "3");
  end (recorder, "1");
  expect (recorder, "-2 -3 -1 ");
}

/* A job on several files waits for all of them, and all of them for it; two of
 * them never for each other. */
static void
test_several_paths (Recorder     *recorder,
                    gconstpointer data)
{
  push (recorder, "1", "a", LUMINAL_JOB_PROMPT, begin);
  push (recorder, "2", "c", LUMINAL_JOB_PROMPT, begin);
  push (recorder, "3", "abc", LUMINAL_JOB_PROMPT, begin);
  push (recorder, "4", "cba", LUMINAL_JOB_PROMPT, begin);
  push (recorder, "5", "b", LUMINAL_JOB_PROMPT, begin);
  push (recorder, "6", "d", LUMINAL_JOB_PROMPT, begin);
  expect (recorder, "+1 +2 +6 ");
  end (recorder, "1");
  expect (recorder, "-1 ");
  end (recorder, "2");
  expect (recorder, "-2 +3 ");
  end (recorder, "3");
  expect (recorder, "-3 +4 ");
  end (recorder, "4");
  expect (recorder, "-4 +5 ");
  end (recorder, "5");
  end (recorder, "6");
}

static gboolean
note_other_work (gpointer user_data)
{
  Recorder *recorder = user_data;

  g_string_append (recorder->log, "! ");
  return G_SOURCE_REMOVE;
}

/* Works for longer than patient jobs may in one go. */
static void
work_long (LuminalJob *job,
           gpointer    user_data)
{
  gint64 end_of_work = g_get_monotonic_time () + 50000;

  while (g_get_monotonic_time () < end_of_work)
    ;
  begin_and_end (job, user_data);
}

/* After all that waits at the priority of windows, and not for long before that
 * has its turn again. */
static void
test_patient (Recorder     *recorder,
              gconstpointer data)
{
  push (recorder, "1", "a", LUMINAL_JOB_PATIENT, work_long);
  push (recorder, "2", "b", LUMINAL_JOB_PATIENT, begin_and_end);
  push (recorder, "3", "c", LUMINAL_JOB_PROMPT, begin_and_end);
  expect (recorder, "*3 ");

  g_idle_add_full (G_PRIORITY_HIGH_IDLE + 20, note_other_work, recorder, NULL);
  g_main_context_iteration (NULL, FALSE);
  expect (recorder, "! ");
  g_main_context_iteration (NULL, FALSE);
  expect (recorder, "*1 ");
  g_idle_add_full (G_PRIORITY_HIGH_IDLE + 20, note_other_work, recorder, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  expect (recorder, "! *2 ");
}

/* In its own line it keeps its place. */
static void
test_patient_in_line (Recorder     *recorder,
                      gconstpointer data)
{
  push (recorder, "1", "a", LUMINAL_JOB_PATIENT, begin);
  push (recorder, "2", "a", LUMINAL_JOB_PROMPT, begin_and_end);
  push (recorder, "3", "a", LUMINAL_JOB_PATIENT, begin_and_end);
  expect (recorder, "");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  expect (recorder, "+1 ");
  end (recorder, "1");
  expect (recorder, "-1 *2 ");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  expect (recorder, "*3 ");
}

static void
push_more (LuminalJob *job,
           gpointer    user_data)
{
  Entry *entry = user_data;
  Recorder *recorder = entry->recorder;

  g_string_append (recorder->log, "( ");
  push (recorder, "2", "a", LUMINAL_JOB_PROMPT, begin_and_end);
  push (recorder, "3", "b", LUMINAL_JOB_PROMPT, begin_and_end);
  luminal_job_done (job);
  g_string_append (recorder->log, ") ");
  g_free (entry);
}

static void
test_push_inside (Recorder     *recorder,
                  gconstpointer data)
{
  push (recorder, "1", "a", LUMINAL_JOB_PROMPT, push_more);
  expect (recorder, "( ) *3 *2 ");
}

static void
count (LuminalJob *job,
       gpointer    user_data)
{
  *(guint *) user_data += 1;
  luminal_job_done (job);
}

/* A line that is longer than the stack is deep. */
static void
test_long_line (Recorder     *recorder,
                gconstpointer data)
{
  const char *const paths[] = { "a", NULL };
  guint n = 0;

  push (recorder, "first", "a", LUMINAL_JOB_PROMPT, begin);
  for (guint i = 0; i < 200000; i++)
    luminal_job_queue_push (recorder->queue, paths, LUMINAL_JOB_PROMPT, count, &n);
  g_assert_cmpuint (n, ==, 0);
  end (recorder, "first");
  g_assert_cmpuint (n, ==, 200000);
}

static void
keep (LuminalJob *job,
      gpointer    user_data)
{
  g_ptr_array_add (user_data, job);
}

/* Each holds descriptors: there is an end to how many run side by side, and all of
 * them have their turn. */
static void
test_limit (Recorder     *recorder,
            gconstpointer data)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  const guint n = 1000;
  guint most = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);
      const char *const paths[] = { name, NULL };

      luminal_job_queue_push (recorder->queue, paths, i % 2 == 0 ? LUMINAL_JOB_PROMPT : LUMINAL_JOB_PATIENT,
                              keep, jobs);
    }
  begin_prompt_jobs ();
  most = jobs->len;
  g_assert_cmpuint (most, >, 1);
  g_assert_cmpuint (most, <, n / 4);

  for (guint done = 0; done < n; done++)
    {
      wait_while (done == jobs->len);
      luminal_job_done (jobs->pdata[done]);
      g_main_context_iteration (NULL, FALSE);
      g_assert_cmpuint (jobs->len - done - 1, <=, most);
    }
  g_assert_cmpuint (jobs->len, ==, n);
}

/* The queue outlives who made it, for as long as jobs are in it. */
static void
test_unreferenced (void)
{
  LuminalJobQueue *queue = luminal_job_queue_new ();
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  const char *const paths[] = { "a", NULL };
  gpointer watched = queue;

  g_object_add_weak_pointer (G_OBJECT (queue), &watched);
  luminal_job_queue_push (queue, paths, LUMINAL_JOB_PROMPT, keep, jobs);
  luminal_job_queue_push (queue, paths, LUMINAL_JOB_PATIENT, keep, jobs);
  g_object_unref (queue);
  g_assert_nonnull (watched);
  begin_prompt_jobs ();
  luminal_job_done (jobs->pdata[0]);
  wait_while (jobs->len < 2);
  luminal_job_done (jobs->pdata[1]);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (watched);
}

static void
add (const char *path,
     void      (*test) (Recorder     *recorder,
                        gconstpointer data))
{
  g_test_add (path, Recorder, NULL, recorder_set_up, test, recorder_tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/job-queue/one-line", test_one_line);
  add ("/job-queue/side-by-side", test_side_by_side);
  add ("/job-queue/several-paths", test_several_paths);
  add ("/job-queue/patient", test_patient);
  add ("/job-queue/patient-in-line", test_patient_in_line);
  add ("/job-queue/push-inside", test_push_inside);
  add ("/job-queue/long-line", test_long_line);
  add ("/job-queue/limit", test_limit);
  g_test_add_func ("/job-queue/unreferenced", test_unreferenced);

  return g_test_run ();
}
