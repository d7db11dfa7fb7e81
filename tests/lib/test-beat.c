/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fifty that do as they should, beside those that do not: nobody misses a beat, and
 * nothing is left. */

#include "loader-testing.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define N_BEATERS 50
#define SHORT_MS 200

typedef struct
{
  guint beats[N_BEATERS];
  guint n_crashed[2]; /* crasher, glutton */
  guint n_said;       /* by the chatterbox */
  guint wanted;       /* beats of each */
} Scene;

static void
note_event (Scene        *scene,
            LuminalEvent *event)
{
  const char *photon = luminal_event_get_photon (event);
  LuminalEventKind kind = luminal_event_get_kind (event);
  guint number;
  guint beat;

  if (kind == LUMINAL_EVENT_CRASHED)
    {
      g_assert_true (g_str_equal (photon, "Crasher") || g_str_equal (photon, "Glutton"));
      scene->n_crashed[g_str_equal (photon, "Glutton")]++;
    }

  if (kind != LUMINAL_EVENT_OUTPUT)
    return;
  if (sscanf (photon, "Beater %05u", &number) == 1)
    {
      g_assert_cmpint (sscanf (luminal_event_get_text (event), "beat %u", &beat), ==, 1);
      g_assert_cmpuint (beat, ==, scene->beats[number] + 1);
      scene->beats[number] = beat;
    }
  scene->n_said += g_str_equal (photon, "Chatterbox");
}

static void
put_beaters (LoaderTest *test)
{
  g_autoptr (GBytes) bytes = loader_test_read_fixture ("beater");
  gsize size;
  g_autofree char *copy = g_memdup2 (g_bytes_get_data (bytes, &size), g_bytes_get_size (bytes));
  char *label = memmem (copy, g_bytes_get_size (bytes), "Beater 00000", strlen ("Beater 00000"));

  g_assert_nonnull (label);
  for (guint i = 0; i < N_BEATERS; i++)
    {
      g_autofree char *name = g_strdup_printf ("%02u.so", i);
      g_autofree char *text = g_strdup_printf ("Beater %05u", i);

      memcpy (label, text, strlen (text));
      loader_test_write (test, name, copy, (gssize) g_bytes_get_size (bytes));
    }
}

static LuminalHandler *
load_unruly (LoaderTest *test,
             const char *name)
{
  g_autofree char *base = g_strconcat (name, ".so", NULL);
  g_autoptr (GFile) file = g_file_new_build_filename (g_getenv ("LUMINAL_UNRULY_PHOTONS"), base, NULL);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  handlers = loader_test_load (test, file, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (handlers->len, ==, 1);
  return handlers->pdata[0];
}

static gboolean
has_happened (gpointer user_data)
{
  Scene *scene = user_data;

  for (guint i = 0; i < N_BEATERS; i++)
    {
      if (scene->beats[i] < scene->wanted)
        return FALSE;
    }

  return scene->n_crashed[0] > 0 && scene->n_crashed[1] > 0 && scene->n_said > 1000;
}

static void
wait_for_beats (Scene *scene,
                guint  n)
{
  scene->wanted = 0;
  for (guint i = 0; i < N_BEATERS; i++)
    scene->wanted = MAX (scene->wanted, scene->beats[i] + n);
  process_wait_until (has_happened, scene);
}

static void
play (LoaderTest *test)
{
  static const char *const others[] = { "crasher", "breeder", "chatterbox", "glutton" };
  g_autofree Scene *scene = g_new0 (Scene, 1);
  g_autoptr (GFile) folder = loader_test_file (test, NULL);
  g_autoptr (GPtrArray) beaters = NULL;
  LuminalHandler *clinger;
  g_autoptr (GError) error = NULL;

  /* There are too many of them to be kept. */
  g_signal_handlers_block_matched (test->loader, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, test);
  g_signal_connect_swapped (test->loader, "event", G_CALLBACK (note_event), scene);
  beaters = loader_test_load_folder (test, folder, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (beaters->len, ==, N_BEATERS);
  for (guint i = 0; i < N_BEATERS; i++)
    {
      loader_test_start (beaters->pdata[i], &error);
      g_assert_no_error (error);
    }

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      loader_test_start (load_unruly (test, others[i]), &error);
      g_assert_no_error (error);
    }
  luminal_loader_set_start_timeout (test->loader, SHORT_MS);
  g_assert_false (loader_test_start (load_unruly (test, "stuck"), &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_TIMED_OUT);
  g_clear_error (&error);
  luminal_loader_set_start_timeout (test->loader, 60000);

  luminal_loader_set_finalizer_timeout (test->loader, SHORT_MS);
  clinger = load_unruly (test, "clinger");
  luminal_loader_set_finalizer_timeout (test->loader, 60000);
  loader_test_start (clinger, &error);
  g_assert_no_error (error);

  wait_for_beats (scene, 50);
  g_assert_null (loader_test_unload (test, clinger, FALSE, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_TIMED_OUT);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *base = g_strconcat (others[i], ".so", NULL);
      g_autoptr (GFile) file = g_file_new_build_filename (g_getenv ("LUMINAL_UNRULY_PHOTONS"), base, NULL);
      g_autoptr (GFile) unloaded = NULL;

      g_clear_error (&error);
      unloaded = loader_test_unload (test, file, i % 2 == 1, &error);
      g_assert_no_error (error);
    }
  wait_for_beats (scene, 10);
  g_signal_handlers_disconnect_by_data (test->loader, scene);

  while (g_list_model_get_n_items (G_LIST_MODEL (test->loader)) > 0)
    {
      g_autoptr (LuminalHandler) handler = g_list_model_get_item (G_LIST_MODEL (test->loader), 0);
      g_autoptr (GFile) file = NULL;

      file = loader_test_unload (test, handler, FALSE, &error);
      g_assert_no_error (error);
    }
  g_signal_handlers_unblock_matched (test->loader, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, test);
  resources_assert (&test->at_first);
}

static void
test_beat (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (TRUE);
  struct rlimit limit;
  gsize before;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = MAX (limit.rlim_cur, 1000);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  luminal_loader_set_memory_limit (test->loader, 64 * 1024 * 1024);
  put_beaters (test);

  /* What is kept, to be used again, is there then. */
  play (test);
  play (test);
  loader_test_drain ();
  before = mallinfo2 ().uordblks;
  play (test);
  loader_test_drain ();
  g_assert_cmpuint (mallinfo2 ().uordblks, <, before + 64 * 1024);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/isolation/beat", test_beat);

  return g_test_run ();
}
