/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A photon is a source: saved, it runs; with a mistake in it, what ran runs on. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source-testing.h"

/* Counts its generations by the state that it is given. */
static const char counting[] =
  "#include <luminal.h>\n"
  "typedef struct { guint count; } Counting;\n"
  "static GVariant *save (LuminalPhoton *photon, gpointer data, GError **error)\n"
  "{ return g_variant_new_uint32 (((Counting *) data)->count); }\n"
  "static gboolean restore (LuminalPhoton *photon, gpointer data, GVariant *state, GError **error)\n"
  "{ ((Counting *) data)->count = g_variant_get_uint32 (state); return TRUE; }\n"
  "static gboolean start (LuminalPhoton *photon, gpointer data, GError **error)\n"
  "{ luminal_photon_print (photon, WORD \" %u\", ++((Counting *) data)->count); return TRUE; }\n"
  "LUMINAL_PHOTON (Counting, start, NULL, LUMINAL_STATE (save, restore))\n";

static gboolean
counting_says (SourceTest *test,
               const char *text)
{
  return g_strcmp0 (g_hash_table_lookup (test->watch.said, "Counting"), text) == 0;
}

static void
write_counting (SourceTest *test,
                const char *word)
{
  g_autofree char *text = g_strdup_printf ("#define WORD \"%s\"\n%s", word, counting);

  source_write (test, "counting.c", text);
}

static void
test_edited (SourceTest   *test,
             gconstpointer data)
{
  LuminalHandler *handler;
  g_autoptr (GListModel) diagnostics = NULL;

  write_counting (test, "first");
  watch_begin (&test->watch, FALSE);
  watch_until_settled (&test->watch, counting_says (test, "first 1"));
  handler = source_handler (test, "counting.c");
  g_assert_cmpstr (luminal_handler_get_name (handler), ==, "Counting");
  g_object_get (handler, "diagnostics", &diagnostics, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (diagnostics), ==, 0);

  write_counting (test, "second");
  watch_until_settled (&test->watch, counting_says (test, "second 2"));
  g_assert_true (source_handler (test, "counting.c") == handler);
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, 2);
  g_assert_null (luminal_handler_get_error (handler));
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
  g_assert_cmpuint (source_count_begun (test, NULL), ==, 2);

  source_remove (test, "counting.c");
  watch_until_settled (&test->watch, source_handler (test, "counting.c") == NULL);
}

/* The old generation runs on, and handler and event say what the compiler says. */
static void
test_does_not_compile (SourceTest   *test,
                       gconstpointer data)
{
  LuminalHandler *handler;
  LuminalEvent *event;
  g_autofree char *on_handler = NULL;
  g_autofree char *on_event = NULL;

  source_write_content (test, "x.c", 1, 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  handler = watch_handler (&test->watch, 1);

  source_write (test, "x.c", "#include <luminal.h>\nLUMINAL_PHOTON\nint x = ;\nint y = z;\n");
  event = source_await_event (test, LUMINAL_EVENT_FAILED, "x.c");
  g_assert_error (luminal_event_get_error (event), LUMINAL_ERROR, LUMINAL_ERROR_BUILD_FAILED);
  g_assert_cmpint (luminal_event_get_phase (event), ==, LUMINAL_PHASE_BUILD);
  g_assert_nonnull (strstr (luminal_event_get_error (event)->message, "x.c"));
  on_event = source_diagnostics (luminal_event_get_diagnostics (event));
  on_handler = source_diagnostics (luminal_handler_get_diagnostics (handler));
  g_assert_cmpstr (on_event, ==, on_handler);
  g_assert_nonnull (strstr (on_event, "x.c:3 error: "));

  g_assert_cmpint (luminal_handler_get_status (handler), ==, LUMINAL_STATUS_RUNNING);
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, 1);
  g_assert_cmpint (luminal_handler_get_failed_phase (handler), ==, LUMINAL_PHASE_BUILD);
  g_assert_true (luminal_handler_get_changed_on_disk (handler));
  g_assert_true (watch_says (&test->watch, 1, 1));

  /* It was right before: nothing to compile, and no reason to start anew. */
  source_forget_runs (test);
  source_write_content (test, "x.c", 1, 1);
  watch_until_settled (&test->watch, luminal_handler_get_error (handler) == NULL);
  g_assert_false (luminal_handler_get_changed_on_disk (handler));
  g_assert_cmpuint (g_list_model_get_n_items (luminal_handler_get_diagnostics (handler)), ==, 0);
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, 1);
  g_assert_cmpuint (source_count_begun (test, NULL), ==, 0);

  source_write_content (test, "x.c", 1, 2);
  source_await (test, 1, 2);
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, 2);
}

/* There is something to look at and to reload. */
static void
test_never_compiled (SourceTest   *test,
                     gconstpointer data)
{
  g_autofree char *path = watch_path (&test->watch, "x.c");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *diagnostics = NULL;
  LuminalHandler *handler;

  source_write (test, "x.c", "int x = ;\nLUMINAL_PHOTON\n");
  watch_begin (&test->watch, FALSE);
  handler = source_handler (test, "x.c");
  g_assert_nonnull (handler);
  g_assert_cmpstr (luminal_handler_get_name (handler), ==, "x.c");
  g_assert_cmpint (luminal_handler_get_status (handler), ==, LUMINAL_STATUS_FAILED);
  g_assert_error (luminal_handler_get_error (handler), LUMINAL_ERROR, LUMINAL_ERROR_BUILD_FAILED);
  diagnostics = source_diagnostics (luminal_handler_get_diagnostics (handler));
  g_assert_nonnull (strstr (diagnostics, "x.c:1 error: "));

  luminal_loader_reload_photon_async (test->watch.loader, file, LUMINAL_RELOAD_DEFAULT, NULL,
                                      watch_note_result, &result);
  watch_until (result != NULL);
  handlers = luminal_loader_reload_photon_finish (test->watch.loader, result, &error);
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_BUILD_FAILED);
  g_assert_null (handlers);

  source_write_content (test, "x.c", 1, 1);
  source_await (test, 1, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->watch.loader)), ==, 1);
}

static void
test_warned (SourceTest   *test,
             gconstpointer data)
{
  g_autofree char *text = source_text_with ("static int unused = 1;", 1, 1);
  g_autofree char *diagnostics = NULL;
  LuminalHandler *handler;

  source_write (test, "x.c", text);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  handler = watch_handler (&test->watch, 1);
  g_assert_null (luminal_handler_get_error (handler));
  diagnostics = source_diagnostics (luminal_handler_get_diagnostics (handler));
  g_assert_nonnull (strstr (diagnostics, "x.c:2 warning: "));

  source_write_content (test, "x.c", 1, 2);
  source_await (test, 1, 2);
  g_assert_cmpuint (g_list_model_get_n_items (luminal_handler_get_diagnostics (handler)), ==, 0);
}

static void
test_saved_unchanged (SourceTest   *test,
                      gconstpointer data)
{
  source_write_content (test, "x.c", 1, 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  source_forget_runs (test);
  watch_forget (&test->watch);

  source_write_content (test, "x.c", 1, 1);
  source_await_event (test, LUMINAL_EVENT_SKIPPED, "x.c");
  g_assert_cmpuint (test->watch.events->len, ==, 1);
  g_assert_cmpuint (source_count_begun (test, NULL), ==, 0);
  g_assert_cmpuint (luminal_handler_get_generation (watch_handler (&test->watch, 1)), ==, 1);
}

static void
start_anew (SourceTest *test)
{
  watch_drop_loader (&test->watch);
  watch_make_loader (&test->watch);
  luminal_loader_set_compiler (test->watch.loader, test->compiler);
}

/* A new loader finds all that it needs, warnings and errors included, in the cache. */
static void
test_restarted (SourceTest   *test,
                gconstpointer data)
{
  g_autofree char *warned = source_text_with ("static int unused = 1;", 2, 2);
  g_autofree char *diagnostics = NULL;

  source_write_content (test, "x.c", 1, 1);
  source_write (test, "warned.c", warned);
  source_write (test, "broken.c", "int x = ;\nLUMINAL_PHOTON\n");
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  g_assert_cmpuint (source_count_ended (test, NULL), ==, 3);
  source_forget_runs (test);

  start_anew (test);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  source_await (test, 2, 2);
  diagnostics = source_diagnostics (luminal_handler_get_diagnostics (watch_handler (&test->watch, 2)));
  g_assert_nonnull (strstr (diagnostics, "warned.c:2 warning: "));
  g_assert_cmpint (luminal_handler_get_status (source_handler (test, "broken.c")), ==, LUMINAL_STATUS_FAILED);
  g_assert_cmpuint (source_count_begun (test, NULL), ==, 0);
}

/* What was saved last is what runs, and nobody waits for what was saved before. */
static void
test_saved_during_build (SourceTest   *test,
                         gconstpointer data)
{
  source_write_content (test, "x.c", 1, 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  source_forget_runs (test);
  watch_forget (&test->watch);

  source_hold (test);
  source_write_content (test, "x.c", 1, 2);
  source_await_begun (test, "x.c", 1);
  source_write_content (test, "x.c", 1, 3);
  source_await_begun (test, "x.c", 2);
  source_let_go (test);
  source_await (test, 1, 3);

  /* That the first of both never came to its end shows that it was killed. */
  g_assert_cmpuint (source_count_ended (test, "x.c"), ==, 1);
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_RELOADED, NULL), ==, 1);
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
  g_assert_cmpuint (luminal_handler_get_generation (watch_handler (&test->watch, 1)), ==, 2);
}

/* The last good content is what runs, also if it was called off for one that is not. */
static void
test_broken_during_build (SourceTest   *test,
                          gconstpointer data)
{
  LuminalHandler *handler;
  LuminalEvent *event;
  g_autofree char *diagnostics = NULL;

  source_write_content (test, "x.c", 1, 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  handler = watch_handler (&test->watch, 1);
  watch_forget (&test->watch);

  source_forget_runs (test);
  source_hold (test);
  source_write_content (test, "x.c", 1, 2);
  source_await_begun (test, "x.c", 1);
  source_write_content (test, "x.c", 1, 3);
  source_await_begun (test, "x.c", 2);
  source_write (test, "x.c", "LUMINAL_PHOTON BROKEN other\n");
  source_await_begun (test, "x.c", 3);
  source_write (test, "x.c", "LUMINAL_PHOTON BROKEN\n");
  source_await_begun (test, "x.c", 4);
  source_let_go (test);
  source_await (test, 1, 3);
  event = source_await_event (test, LUMINAL_EVENT_FAILED, "x.c");

  g_assert_error (luminal_event_get_error (event), LUMINAL_ERROR, LUMINAL_ERROR_BUILD_FAILED);
  g_assert_nonnull (strstr (luminal_event_get_error (event)->message, "Generation 2 runs"));
  g_assert_cmpint (luminal_event_get_phase (event), ==, LUMINAL_PHASE_BUILD);
  g_assert_error (luminal_handler_get_error (handler), LUMINAL_ERROR, LUMINAL_ERROR_BUILD_FAILED);
  g_assert_cmpint (luminal_handler_get_failed_phase (handler), ==, LUMINAL_PHASE_BUILD);
  g_assert_true (luminal_handler_get_changed_on_disk (handler));
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, 2);
  diagnostics = source_diagnostics (luminal_handler_get_diagnostics (handler));
  g_assert_cmpstr (diagnostics, ==, "x.c:1 error: broken\n");
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_RELOADED, NULL), ==, 1);
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_FAILED, NULL), ==, 1);

  /* Once tried, they are forgotten. */
  source_write (test, "x.c", "LUMINAL_PHOTON BROKEN again\n");
  watch_until_settled (&test->watch, watch_count (&test->watch, LUMINAL_EVENT_FAILED, NULL) == 2);
  g_assert_true (watch_says (&test->watch, 1, 3));
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, 2);

  source_write_content (test, "x.c", 1, 4);
  source_await (test, 1, 4);
  g_assert_null (luminal_handler_get_error (handler));
  g_assert_false (luminal_handler_get_changed_on_disk (handler));
}

/* What was called off is what runs already: nothing is begun anew. */
static void
test_broken_after_undo (SourceTest   *test,
                        gconstpointer data)
{
  source_write_content (test, "x.c", 1, 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);
  source_write_content (test, "x.c", 1, 2);
  source_await (test, 1, 2);
  watch_forget (&test->watch);

  source_hold (test);
  source_write (test, "x.c", "LUMINAL_PHOTON BROKEN\n");
  source_await_begun (test, "x.c", 3);
  source_write (test, "x.c", "LUMINAL_PHOTON BROKEN other\n");
  source_await_begun (test, "x.c", 4);
  source_let_go (test);
  source_await_event (test, LUMINAL_EVENT_FAILED, "x.c");
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_FAILED, NULL), ==, 1);
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_RELOADED, NULL), ==, 0);
  g_assert_true (watch_says (&test->watch, 1, 2));
  g_assert_cmpuint (luminal_handler_get_generation (watch_handler (&test->watch, 1)), ==, 2);
}

static void
test_removed_during_build (SourceTest   *test,
                           gconstpointer data)
{
  watch_begin (&test->watch, FALSE);
  source_hold (test);
  source_write_content (test, "x.c", 1, 1);
  source_await_begun (test, "x.c", 1);
  source_remove (test, "x.c");
  source_let_go (test);
  source_write_content (test, "y.c", 2, 2);
  source_await (test, 2, 2);
  watch_until_settled (&test->watch, source_handler (test, "x.c") == NULL);
}

static void
test_burst (SourceTest   *test,
            gconstpointer data)
{
  source_write_content (test, "x.c", 1, 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);

  for (guint i = 0; i < 40; i++)
    {
      source_write_content (test, "x.c", 1, 2 + i % 3);
      for (guint j = 0; j < i; j++)
        g_main_context_iteration (NULL, FALSE);
    }
  source_write_content (test, "x.c", 1, 5);
  source_await (test, 1, 5);
  source_assert_none_twice (test);
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);

  /* All is over: nothing comes after it. */
  watch_barrier (&test->watch);
  g_assert_true (watch_says (&test->watch, 1, 5));
}

/* No shell is ever involved, and lists of dependencies have rules of their own. */
static void
test_odd_names (SourceTest   *test,
                gconstpointer data)
{
  static const char *const names[] = {
    "with space.c", "it's.c", "\"quoted\".c", "$HOME `id` $(id);&|.c", "new\nline.c", "größer ★.c", "a#b\\c.c",
    "%s%n.c", "-o.c", "~.c", "*.c", "tab\t:.c", "\xff.c",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *header = g_strdup_printf ("%u of $(id)'s.h", i);
      g_autofree char *text = source_text_of_header (header, i);

      source_write (test, header, "#define CONTENT 1\n");
      source_write (test, names[i], text);
    }
  watch_begin (&test->watch, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    source_await (test, i, 1);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = source_text (i, 2);

      source_write (test, names[i], text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    source_await (test, i, 2);
  g_assert_cmpuint (watch_count (&test->watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->watch.loader)), ==, G_N_ELEMENTS (names));
}

static void
test_large (SourceTest   *test,
            gconstpointer data)
{
  g_autoptr (GString) comment = g_string_new ("/* ");
  g_autofree char *text = NULL;
  g_autofree char *broken = NULL;
  guint n;

  /* A compiler may take long over it on a busy machine. */
  g_object_set (test->watch.loader, "build-timeout", 600000u, NULL);
  while (comment->len < 5 * 1024 * 1024)
    g_string_append (comment, "a line of which there are many, as in a table that a program made\n");
  g_string_append (comment, "*/");
  text = source_text_with (comment->str, 1, 1);
  source_write (test, "x.c", text);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);

  g_string_truncate (comment, 0);
  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (comment, "int x%u = y%u;\n", i, i);
  broken = source_text_with (comment->str, 1, 2);
  source_write (test, "x.c", broken);
  source_await_event (test, LUMINAL_EVENT_FAILED, "x.c");
  n = g_list_model_get_n_items (luminal_handler_get_diagnostics (watch_handler (&test->watch, 1)));
  g_assert_cmpuint (n, >=, 100);
  g_assert_cmpuint (n, <=, 101);
  g_assert_true (watch_says (&test->watch, 1, 1));
}

/* In a folder of photons other sources may lie about. */
static void
test_foreign (SourceTest   *test,
              gconstpointer data)
{
  source_write (test, "x.c", "this is no C\n");
  source_write (test, "empty.c", "");
  watch_begin (&test->watch, FALSE);
  g_assert_cmpuint (source_count_begun (test, NULL), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->watch.loader)), ==, 0);

  source_write_content (test, "x.c", 1, 1);
  source_await (test, 1, 1);
}

static void
fail_with (SourceTest   *test,
           LuminalError  code,
           const char   *said)
{
  LuminalEvent *event = source_await_event (test, LUMINAL_EVENT_FAILED, "x.c");
  LuminalHandler *handler = watch_handler (&test->watch, 1);

  g_assert_error (luminal_event_get_error (event), LUMINAL_ERROR, (int) code);
  g_assert_nonnull (strstr (luminal_event_get_error (event)->message, said));
  g_assert_true (watch_says (&test->watch, 1, 1));
  g_assert_cmpint (luminal_handler_get_failed_phase (handler), ==, LUMINAL_PHASE_BUILD);
  watch_forget (&test->watch);
}

/* Whatever becomes of the compiler, what ran runs on, and the next save tries again. */
static void
test_compiler_in_trouble (SourceTest   *test,
                          gconstpointer data)
{
  static const char *const bodies[][2] = {
    { "kill -SEGV $$", "signal 11" },
    { "kill -KILL $$", "signal 9" },
    { "exit 3", "without naming an error" },
    { "exit 0", "left no module" },
  };

  source_write_content (test, "x.c", 1, 1);
  watch_begin (&test->watch, FALSE);
  source_await (test, 1, 1);

  luminal_loader_set_compiler (test->watch.loader, "/nowhere/cc");
  source_write_content (test, "x.c", 1, 2);
  fail_with (test, LUMINAL_ERROR_NO_COMPILER, "/nowhere/cc");

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *name = g_strdup_printf ("bad-%u", i);
      g_autofree char *path = g_build_filename (test->tools, name, NULL);
      g_autofree char *script = g_strdup_printf ("#!/bin/sh\n[ \"$1\" = --version ] && exit 0\n%s\n", bodies[i][0]);

      g_assert_true (g_file_set_contents_full (path, script, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
      luminal_loader_set_compiler (test->watch.loader, path);
      source_write_content (test, "x.c", 1, 3 + i);
      fail_with (test, LUMINAL_ERROR_BUILD_FAILED, bodies[i][1]);
    }

  luminal_loader_set_compiler (test->watch.loader, test->compiler);
  luminal_loader_set_build_timeout (test->watch.loader, 300);
  source_hold (test);
  source_write_content (test, "x.c", 1, 10);
  fail_with (test, LUMINAL_ERROR_TIMED_OUT, "0.3 seconds");
  source_let_go (test);

  luminal_loader_set_build_timeout (test->watch.loader, 60000);
  source_write_content (test, "x.c", 1, 11);
  source_await (test, 1, 11);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  SOURCE_ADD_TEST ("/source/edited", SOURCE_WITH_COMPILER, test_edited);
  SOURCE_ADD_TEST ("/source/does-not-compile", SOURCE_WITH_COMPILER, test_does_not_compile);
  SOURCE_ADD_TEST ("/source/never-compiled", SOURCE_WITH_COMPILER, test_never_compiled);
  SOURCE_ADD_TEST ("/source/warned", SOURCE_WITH_COMPILER, test_warned);
  SOURCE_ADD_TEST ("/source/saved-unchanged", SOURCE_WITH_COMPILER, test_saved_unchanged);
  SOURCE_ADD_TEST ("/source/restarted", SOURCE_WITH_COMPILER, test_restarted);
  SOURCE_ADD_TEST ("/source/saved-during-build", SOURCE_WITH_STAND_IN, test_saved_during_build);
  SOURCE_ADD_TEST ("/source/broken-during-build", SOURCE_WITH_STAND_IN, test_broken_during_build);
  SOURCE_ADD_TEST ("/source/broken-after-undo", SOURCE_WITH_STAND_IN, test_broken_after_undo);
  SOURCE_ADD_TEST ("/source/removed-during-build", SOURCE_WITH_STAND_IN, test_removed_during_build);
  SOURCE_ADD_TEST ("/source/burst", SOURCE_WITH_STAND_IN, test_burst);
  SOURCE_ADD_TEST ("/source/odd-names", SOURCE_WITH_COMPILER, test_odd_names);
  SOURCE_ADD_TEST ("/source/large", SOURCE_WITH_COMPILER, test_large);
  SOURCE_ADD_TEST ("/source/foreign", SOURCE_WITH_STAND_IN, test_foreign);
  SOURCE_ADD_TEST ("/source/compiler-in-trouble", SOURCE_WITH_STAND_IN, test_compiler_in_trouble);

  return g_test_run ();
}
