/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a process takes is read while somebody looks, and at no other time. */

#include <unistd.h>

#include "fake-host.h"
#include "luminal-generation.h"
#include "luminal-handler-private.h"

typedef struct
{
  LuminalHostFactory *factory;
  LuminalHost *host;
  LuminalHandler *handler;
  guint n_notified;
} Fixture;

static void
notified (Fixture *fixture)
{
  fixture->n_notified++;
}

/* A photon that runs: in this very process, which it does not know. */
static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/module.so");
  g_autoptr (GListStore) history = g_list_store_new (LUMINAL_TYPE_GENERATION);

  fixture->factory = luminal_host_factory_new ();
  fixture->host = fake_host_new (fixture->factory, 1);
  fake_host_set_pid (fixture->host, getpid ());
  fixture->handler = luminal_handler_new (file, "Photon", G_LIST_MODEL (history));
  luminal_handler_set_host (fixture->handler, fixture->host);
  luminal_handler_set_started (fixture->handler);
  g_signal_connect_swapped (fixture->handler, "notify::cpu-time", G_CALLBACK (notified), fixture);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_assert_finalize_object (fixture->handler);
  g_object_unref (fixture->host);
  g_assert_finalize_object (fixture->factory);
}

static void
assert_nothing (Fixture *fixture)
{
  g_assert_cmpuint (luminal_handler_get_memory_size (fixture->handler), ==, 0);
  g_assert_cmpint (luminal_handler_get_cpu_time (fixture->handler), ==, 0);
  g_assert_false (g_main_context_pending (NULL));
  g_assert_null (fixture->handler->tracking);
}

static void
test_counted (Fixture      *fixture,
              gconstpointer data)
{
  g_assert_cmpint (luminal_handler_get_pid (fixture->handler), ==, getpid ());
  assert_nothing (fixture);

  luminal_handler_track_resources (fixture->handler);
  g_assert_cmpuint (luminal_handler_get_memory_size (fixture->handler), >, 0);
  luminal_handler_track_resources (fixture->handler);
  luminal_handler_untrack_resources (fixture->handler);
  g_assert_cmpuint (luminal_handler_get_memory_size (fixture->handler), >, 0);
  luminal_handler_untrack_resources (fixture->handler);
  assert_nothing (fixture);
}

static void
test_refreshed (Fixture      *fixture,
                gconstpointer data)
{
  gint64 first;

  luminal_handler_track_resources (fixture->handler);
  first = luminal_handler_get_cpu_time (fixture->handler);
  fixture->n_notified = 0;
  while (fixture->n_notified < 2)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpint (luminal_handler_get_cpu_time (fixture->handler), >, first);
  luminal_handler_untrack_resources (fixture->handler);
}

/* It is followed from one process to the next. */
static void
test_process_changes (Fixture      *fixture,
                      gconstpointer data)
{
  luminal_handler_track_resources (fixture->handler);
  luminal_handler_set_status (fixture->handler, LUMINAL_STATUS_CRASHED);
  g_assert_cmpint (luminal_handler_get_pid (fixture->handler), ==, 0);
  assert_nothing (fixture);

  luminal_handler_set_started (fixture->handler);
  g_assert_cmpint (luminal_handler_get_pid (fixture->handler), ==, getpid ());
  g_assert_cmpuint (luminal_handler_get_memory_size (fixture->handler), >, 0);

  /* Gone, and nobody has noticed yet. */
  fake_host_set_pid (fixture->host, G_MAXINT);
  luminal_handler_set_started (fixture->handler);
  g_assert_cmpuint (luminal_handler_get_memory_size (fixture->handler), ==, 0);

  /* Whoever looks may go away without a word. */
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/handler-resources/counted", Fixture, NULL, set_up, test_counted, tear_down);
  g_test_add ("/handler-resources/refreshed", Fixture, NULL, set_up, test_refreshed, tear_down);
  g_test_add ("/handler-resources/process-changes", Fixture, NULL, set_up, test_process_changes, tear_down);

  return g_test_run ();
}
