/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "patience.h"
#include "recovery-testing.h"

#include <glib/gstdio.h>

#include "luminal-switch.h"
#include "luminal-unload.h"

/* Something to be done with the file, when its turn comes. */
typedef struct
{
  Bench *bench;
  LuminalJob *job;
  LuminalTransactionFlags flags;
  guint revived;
  char *name;
  gboolean on;
  gboolean force;
  gboolean *is_done;
  GError **error;
} Order;

static void
note_event (Bench        *bench,
            LuminalEvent *event)
{
  LuminalPhase phase = luminal_event_get_phase (event);

  if (bench->events->len > 0)
    g_string_append (bench->events, ", ");
  g_string_append_printf (bench->events, "%s %s",
                          luminal_event_kind_to_string (luminal_event_get_kind (event)),
                          luminal_event_get_photon (event));
  if (luminal_event_get_error (event) != NULL)
    g_string_append_printf (bench->events, " %s", luminal_phase_to_string (phase));
  g_ptr_array_add (bench->all_events, g_object_ref (event));
}

Bench *
bench_new (const char *fixture)
{
  Bench *bench = g_new0 (Bench, 1);
  g_autoptr (GError) error = NULL;

  bench->registry = luminal_registry_new ();
  bench->factory = luminal_host_factory_new ();
  bench->queue = luminal_job_queue_new ();
  bench->recovery = luminal_recovery_new (bench->registry, bench->factory, bench->queue);
  bench->policy = luminal_recovery_get_policy (bench->recovery);
  bench->policy->first_delay = 1;

  bench->folder = g_dir_make_tmp ("luminal-recovery-XXXXXX", &error);
  g_assert_no_error (error);
  bench->path = g_build_filename (bench->folder, "module.so", NULL);
  bench->events = g_string_new (NULL);
  bench->all_events = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect_swapped (bench->registry, "event", G_CALLBACK (note_event), bench);

  bench_put (bench, fixture);
  bench_load (bench, LUMINAL_TRANSACTION_NONE, &error);
  g_assert_no_error (error);
  bench_expect (bench, NULL);
  bench_expect_calls (bench, NULL);

  return bench;
}

/* Nothing may be left of it: no restart to come, no reference. */
void
bench_free (Bench *bench)
{
  if (bench_get_module (bench) != NULL)
    bench_unload (bench, NULL);
  bench_wait_for_jobs (bench);

  g_ptr_array_unref (bench->all_events);
  g_string_free (bench->events, TRUE);
  g_assert_finalize_object (bench->recovery);
  g_assert_finalize_object (bench->queue);
  g_assert_finalize_object (bench->registry);
  g_assert_finalize_object (bench->factory);

  g_unlink (bench->path);
  g_rmdir (bench->folder);
  g_free (bench->path);
  g_free (bench->folder);
  g_free (bench);
}

void
bench_put (Bench      *bench,
           const char *fixture)
{
  g_autofree char *name = g_strconcat (fixture, ".so", NULL);
  g_autofree char *from = g_build_filename (g_getenv ("LUMINAL_TEST_PHOTONS"), name, NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_file_get_contents (from, &contents, &size, &error);
  g_assert_no_error (error);
  g_file_set_contents (bench->path, contents, (gssize) size, &error);
  g_assert_no_error (error);
}

static void
end_order (Order  *order,
           GError *error)
{
  if (order->is_done != NULL)
    *order->is_done = TRUE;
  if (error != NULL)
    g_propagate_error (order->error, error);
  luminal_job_done (order->job);
  g_free (order->name);
  g_free (order);
}

static void
order_done (GObject      *source_object,
            GAsyncResult *result,
            gpointer      user_data)
{
  GError *error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);
  end_order (user_data, error);
}

static void
run_load (LuminalJob *job,
          gpointer    user_data)
{
  Order *order = user_data;
  Bench *bench = order->bench;
  LuminalModule *module = bench_get_module (bench);
  g_autoptr (LuminalModule) fresh = NULL;
  g_autoptr (LuminalTransaction) transaction =
    luminal_transaction_new (bench->registry, bench->factory, 0, order->flags);

  order->job = job;
  if (order->revived != 0)
    {
      luminal_transaction_add_revival (transaction, module,
                                       luminal_lineage_find_good (module->lineage, order->revived));
    }
  else if (module != NULL)
    {
      luminal_transaction_add (transaction, module);
    }
  else
    {
      g_autoptr (GFile) file = g_file_new_for_path (bench->path);

      fresh = luminal_module_new (file, LUMINAL_TYPE_PHOTON, NULL);
      fresh->autostart = TRUE;
      luminal_transaction_add (transaction, fresh);
    }

  luminal_transaction_run_async (transaction, NULL, order_done, order);
}

static void
run_switch (LuminalJob *job,
            gpointer    user_data)
{
  Order *order = user_data;
  Bench *bench = order->bench;
  LuminalHandler *handler = bench_get_handler (bench, order->name);

  order->job = job;
  if (order->on)
    luminal_switch_on_async (bench->registry, bench_get_module (bench), handler, order_done, order);
  else
    luminal_switch_off_async (bench->registry, bench_get_module (bench), handler, order->force, order_done,
                              order);
}

static void
run_unload (LuminalJob *job,
            gpointer    user_data)
{
  Order *order = user_data;
  Bench *bench = order->bench;

  order->job = job;
  luminal_unload_async (bench->registry, bench->factory, bench_get_module (bench), FALSE, order_done, order);
}

static void
run_nothing (LuminalJob *job,
             gpointer    user_data)
{
  Order *order = user_data;

  order->job = job;
  end_order (order, NULL);
}

static void
begin (Bench          *bench,
       LuminalJobFunc  func,
       Order           order)
{
  const char *const paths[] = { bench->path, NULL };

  order.bench = bench;
  luminal_job_queue_push (bench->queue, paths, LUMINAL_JOB_PROMPT, func, g_memdup2 (&order, sizeof order));
}

static gboolean
carry_out (Bench          *bench,
           LuminalJobFunc  func,
           Order           order,
           GError        **error)
{
  gboolean is_done = FALSE;
  g_autoptr (GError) local_error = NULL;

  order.is_done = &is_done;
  order.error = &local_error;
  begin (bench, func, order);
  wait_while (!is_done);

  /* What it asked for itself is done, too. */
  bench_wait_for_jobs (bench);
  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

void
bench_wait_for_jobs (Bench *bench)
{
  gboolean is_done = FALSE;

  begin (bench, run_nothing, (Order) { .is_done = &is_done });
  wait_while (!is_done);
}

gboolean
bench_load (Bench                   *bench,
            LuminalTransactionFlags  flags,
            GError                 **error)
{
  return carry_out (bench, run_load, (Order) { .flags = flags }, error);
}

void
bench_begin_load (Bench *bench)
{
  begin (bench, run_load, (Order) { .flags = LUMINAL_TRANSACTION_NONE });
}

gboolean
bench_revive (Bench   *bench,
              guint    generation,
              GError **error)
{
  return carry_out (bench, run_load, (Order) { .revived = generation }, error);
}

gboolean
bench_switch (Bench       *bench,
              const char  *name,
              gboolean     on,
              gboolean     force,
              GError     **error)
{
  return carry_out (bench, run_switch, (Order) { .name = g_strdup (name), .on = on, .force = force }, error);
}

void
bench_begin_switch (Bench      *bench,
                    const char *name,
                    gboolean    on)
{
  begin (bench, run_switch, (Order) { .name = g_strdup (name), .on = on });
}

gboolean
bench_unload (Bench   *bench,
              GError **error)
{
  return carry_out (bench, run_unload, (Order) { 0 }, error);
}

LuminalModule *
bench_get_module (Bench *bench)
{
  return luminal_registry_lookup_module (bench->registry, bench->path);
}

LuminalHandler *
bench_get_handler (Bench      *bench,
                   const char *name)
{
  LuminalHandler *handler = luminal_registry_lookup (bench->registry, name);

  g_assert_nonnull (handler);
  return handler;
}

/* The process in which the module runs ends of itself. */
void
bench_crash (Bench *bench)
{
  fake_host_crash (bench_get_module (bench)->host);
}

void
bench_await (Bench      *bench,
             const char *events)
{
  wait_while (strstr (bench->events->str, events) == NULL);
  bench_wait_for_jobs (bench);
}

/* @events: %NULL: any. They are forgotten. */
void
bench_expect (Bench      *bench,
              const char *events)
{
  if (events != NULL)
    g_assert_cmpstr (bench->events->str, ==, events);
  g_string_truncate (bench->events, 0);
}

void
bench_expect_calls (Bench      *bench,
                    const char *calls)
{
  g_autofree char *log = fake_factory_take_log (bench->factory);

  if (calls != NULL)
    g_assert_cmpstr (log, ==, calls);
}

LuminalEvent *
bench_last_event (Bench            *bench,
                  LuminalEventKind  kind)
{
  for (guint i = bench->all_events->len; i > 0; i--)
    {
      if (luminal_event_get_kind (bench->all_events->pdata[i - 1]) == kind)
        return bench->all_events->pdata[i - 1];
    }

  g_assert_not_reached ();
}

static gboolean
set_flag (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

void
bench_outlast (Bench *bench,
               guint  milliseconds)
{
  gboolean is_over = FALSE;

  g_timeout_add (milliseconds + 1, set_flag, &is_over);
  wait_while (!is_over);
  bench_wait_for_jobs (bench);
}

void
assert_error_says (const GError *error,
                   LuminalError  code,
                   const char   *words)
{
  g_assert_error (error, LUMINAL_ERROR, (int) code);
  if (strstr (error->message, words) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, words);
}

void
assert_status (LuminalHandler *handler,
               LuminalStatus   status,
               guint           generation)
{
  g_assert_cmpstr (luminal_status_to_string (luminal_handler_get_status (handler)), ==,
                   luminal_status_to_string (status));
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, generation);
  g_assert_cmpint (luminal_handler_get_phase (handler), ==, LUMINAL_PHASE_NONE);
  g_assert_true ((luminal_handler_get_pid (handler) != 0) == (status == LUMINAL_STATUS_RUNNING));
  g_assert_false (luminal_handler_has_lost_process (handler));
}
