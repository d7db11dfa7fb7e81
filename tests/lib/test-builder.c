/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sources that become modules, with the real compilers of this machine. */

#include <glib/gstdio.h>
#include <string.h>

#include "build-testing.h"
#include "patience.h"

static void
test_build (BuildPlace   *place,
            gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, "cc");
  g_autoptr (LuminalBuildResult) result = NULL;

  result = build_place_build (place, builder, "photons/x.c", BUILD_HEAD BUILD_PHOTON ("X"));
  build_assert_built (result, FALSE);
  g_assert_cmpuint (g_list_model_get_n_items (luminal_build_result_get_diagnostics (result)), ==, 0);
  build_place_assert_only (place, "");
}

/* Not even after a restart, and not even to ask for its version. */
static void
test_never_twice (BuildPlace   *place,
                  gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = build_place_logging_builder (place, "cc");
  g_autoptr (LuminalBuilder) after_restart = NULL;
  g_autoptr (LuminalBuildResult) first = NULL;
  g_autoptr (LuminalBuildResult) second = NULL;
  g_autoptr (LuminalBuildResult) third = NULL;
  g_autoptr (LuminalBuildResult) fourth = NULL;
  guint n_calls;

  first = build_place_build (place, builder, "photons/x.c", BUILD_HEAD BUILD_PHOTON ("X"));
  build_assert_built (first, FALSE);
  g_assert_cmpuint (build_place_count_runs (place), ==, 1);
  n_calls = build_place_count_calls (place);

  second = build_place_build (place, builder, "photons/x.c", BUILD_HEAD BUILD_PHOTON ("X"));
  build_assert_built (second, TRUE);
  g_assert_true (g_bytes_equal (luminal_build_result_get_module (first),
                                luminal_build_result_get_module (second)));
  g_assert_true (g_strv_equal (luminal_build_result_get_dependencies (first),
                               luminal_build_result_get_dependencies (second)));

  after_restart = build_place_logging_builder (place, "cc");
  third = build_place_build (place, after_restart, "photons/x.c", BUILD_HEAD BUILD_PHOTON ("X"));
  build_assert_built (third, TRUE);
  g_assert_cmpuint (build_place_count_calls (place), ==, n_calls);

  fourth = build_place_build (place, builder, "photons/x.c", BUILD_HEAD BUILD_PHOTON ("Y"));
  build_assert_built (fourth, FALSE);
  g_assert_cmpuint (build_place_count_runs (place), ==, 2);
}

static void
test_another_compiler (BuildPlace   *place,
                       gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = build_place_logging_builder (place, "cc");
  g_autoptr (LuminalBuildResult) first = NULL;
  g_autoptr (LuminalBuildResult) second = NULL;
  g_autoptr (LuminalBuildResult) third = NULL;

  first = build_place_build (place, builder, "photons/x.c", BUILD_HEAD BUILD_PHOTON ("X"));
  build_assert_built (first, FALSE);

  /* Replaced by a newer one. */
  g_object_unref (builder);
  builder = build_place_logging_builder (place, "cc -DNEWER");
  second = build_place_build (place, builder, "photons/x.c", BUILD_HEAD BUILD_PHOTON ("X"));
  build_assert_built (second, FALSE);

  /* With an argument. */
  g_object_unref (builder);
  builder = build_place_builder (place, "env cc");
  third = build_place_build (place, builder, "photons/x.c", BUILD_HEAD BUILD_PHOTON ("X"));
  build_assert_built (third, FALSE);
}

static void
test_headers (BuildPlace   *place,
              gconstpointer data)
{
  const char *source = BUILD_HEAD "#include \"x.h\"\n" BUILD_PHOTON ("X");
  g_autoptr (LuminalBuilder) builder = build_place_logging_builder (place, "cc");
  g_autofree char *header = build_place_put (place, "photons/x.h", "#include \"../up.h\"\n");
  g_autofree char *up = build_place_put (place, "up.h", "static const char up[] = \"one\";\n"
                                                        "static inline const char *get (void) "
                                                        "{ return up; }\n");
  g_autoptr (LuminalBuildResult) first = NULL;
  g_autoptr (LuminalBuildResult) second = NULL;
  g_autoptr (LuminalBuildResult) third = NULL;

  first = build_place_build (place, builder, "photons/x.c", source);
  build_assert_built (first, FALSE);
  g_assert_true (build_depends_on (first, header));
  g_assert_true (build_depends_on (first, up));
  for (guint i = 0; luminal_build_result_get_dependencies (first)[i] != NULL; i++)
    {
      const char *path = luminal_build_result_get_dependencies (first)[i];

      g_assert_true (g_path_is_absolute (path));
      g_assert_false (g_str_has_prefix (path, "/usr/include/"));
      g_assert_false (g_str_has_suffix (path, ".c"));
    }

  g_free (build_place_put (place, "up.h", "static const int up = 2;\n"));
  second = build_place_build (place, builder, "photons/x.c", source);
  build_assert_built (second, FALSE);
  g_assert_cmpuint (build_place_count_runs (place), ==, 2);

  g_free (build_place_put (place, "up.h", "static const char up[] = \"one\";\n"
                                          "static inline const char *get (void) "
                                          "{ return up; }\n"));
  third = build_place_build (place, builder, "photons/x.c", source);
  build_assert_built (third, TRUE);
  build_place_assert_only (place, "x.h");
}

static void
test_missing_header (BuildPlace   *place,
                     gconstpointer data)
{
  const char *source = BUILD_HEAD "#include \"sub/late.h\"\n" BUILD_PHOTON ("X");
  g_autoptr (LuminalBuilder) builder = build_place_logging_builder (place, "cc");
  g_autofree char *header = build_place_path (place, "photons/sub/late.h");
  g_autoptr (LuminalBuildResult) first = NULL;
  g_autoptr (LuminalBuildResult) second = NULL;

  first = build_place_build (place, builder, "photons/x.c", source);
  build_assert_failed (first, "in line 2: sub/late.h: No such file");
  /* So that it can be waited for. */
  g_assert_true (build_depends_on (first, header));

  g_free (build_place_put (place, "photons/sub/late.h", "int late;\n"));
  second = build_place_build (place, builder, "photons/x.c", source);
  build_assert_built (second, FALSE);
}

/* The bytes that were given are compiled, whatever the file is meanwhile. */
static void
test_given_bytes (BuildPlace   *place,
                  gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, "cc");
  g_autofree char *path = build_place_put (place, "photons/x.c", "#error \"The file was read\"\n");
  g_autofree char *where = g_strdup_printf ("X built from %s", path);
  g_autoptr (LuminalBuildResult) result = NULL;

  result = build_place_build_bytes (place, builder, "photons/x.c",
                                    BUILD_HEAD "#include \"x.c.h\"\n" BUILD_PHOTON ("X"));
  build_assert_failed (result, "x.c.h");
  g_clear_object (&result);

  result = build_place_build_bytes (place, builder, "photons/x.c",
                                    BUILD_HEAD "const char *file;\n"
                                    "const char *file = \"X built from \" __FILE__;\n"
                                    "__attribute__ ((visibility (\"default\"))) extern const char "
                                    "*tell (void);\n"
                                    "const char *tell (void) { return file; }\n" BUILD_PHOTON ("X"));
  build_assert_built (result, FALSE);
  /* What is built names the original, and the copy nowhere. */
  g_assert_true (build_module_has (result, where));
  g_assert_true (build_module_has (result, path));
  g_assert_false (build_module_has (result, "tmp-"));
  g_assert_false (build_module_has (result, place->cache));
}

static void
test_flags (BuildPlace   *place,
            gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = build_place_logging_builder (place, "cc");
  g_autoptr (LuminalBuildResult) result = NULL;
  g_autofree char *log = NULL;

  result = build_place_build (place, builder, "photons/x.c",
                              BUILD_HEAD BUILD_PHOTON ("X") "int hidden (void); int hidden (void) { return 1; }\n");
  build_assert_built (result, FALSE);
  g_assert_true (build_module_has (result, ".debug_info"));
  log = build_place_get (place, "calls");
  g_assert_nonnull (strstr (log, " -Wall "));
  g_assert_nonnull (strstr (log, " -fno-gnu-unique "));
  g_assert_nonnull (strstr (log, " -fvisibility=hidden "));
}

static void
test_odd_names (BuildPlace   *place,
                gconstpointer data)
{
  static const char *const names[] = {
    "photons/a b.c", "photons/$(touch owned).c", "photons/`touch owned`;&|.c", "photons/'\"#.c",
    "photons/-o.c", "photons/@x.c", "photons/%s.c", "photons/\xc3\xa9.c", "photons/a\\b.c",
    "photons/deep er/$HOME/x.c", "photons/a:b.c", "photons/a,b=c.c", "photons/\xff.c",
  };
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, "cc");
  g_autofree char *owned = build_place_path (place, "photons/owned");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = build_place_path (place, names[i]);
      g_autofree char *folder = g_path_get_dirname (path);
      g_autofree char *header_name = g_build_filename (folder + strlen (place->path), "own h.h", NULL);
      g_autofree char *header = build_place_put (place, header_name, "extern int own;\n");
      g_autoptr (LuminalBuildResult) result = NULL;
      g_autoptr (LuminalBuildResult) again = NULL;
      g_autoptr (LuminalBuildResult) failed = NULL;
      g_autoptr (LuminalDiagnostic) error = NULL;

      result = build_place_build (place, builder, names[i],
                                  BUILD_HEAD "#include \"own h.h\"\n" BUILD_PHOTON ("X"));
      build_assert_built (result, FALSE);
      g_assert_true (build_depends_on (result, header));
      again = build_place_build (place, builder, names[i],
                                 BUILD_HEAD "#include \"own h.h\"\n" BUILD_PHOTON ("X"));
      build_assert_built (again, TRUE);

      failed = build_place_build (place, builder, names[i], "int x\n");
      build_assert_failed (failed, "in line 1");
      error = g_list_model_get_item (luminal_build_result_get_diagnostics (failed), 0);
      g_assert_cmpstr (luminal_diagnostic_get_file (error), ==, path);
    }
  g_assert_false (g_file_test (owned, G_FILE_TEST_EXISTS));
}

static void
test_several_sources (BuildPlace   *place,
                      gconstpointer data)
{
  const char *source = "/* luminal: sources = util.c lib/deep.c\n"
                       " * luminal: defines = ANSWER=42 */\n"
                       BUILD_HEAD "int util (void);\nint deep (void);\n"
                       "int all (void);\nint all (void) { return util () + deep () + ANSWER; }\n"
                       BUILD_PHOTON ("X");
  g_autoptr (LuminalBuilder) builder = build_place_logging_builder (place, "cc");
  g_autofree char *util = build_place_put (place, "photons/util.c",
                                           "int util (void);\nint util (void) { return ANSWER; }\n");
  g_autofree char *deep = build_place_put (place, "photons/lib/deep.c",
                                           "#include \"deep.h\"\nint deep (void) { return 1; }\n");
  g_autofree char *header = build_place_put (place, "photons/lib/deep.h", "int deep (void);\n");
  g_autoptr (LuminalBuildResult) first = NULL;
  g_autoptr (LuminalBuildResult) second = NULL;
  g_autoptr (LuminalBuildResult) third = NULL;
  g_autoptr (LuminalBuildResult) fourth = NULL;
  g_autofree char *said = NULL;

  first = build_place_build (place, builder, "photons/x.c", source);
  build_assert_built (first, FALSE);
  g_assert_cmpuint (build_place_count_runs (place), ==, 4);
  g_assert_true (build_depends_on (first, util));
  g_assert_true (build_depends_on (first, deep));
  g_assert_true (build_depends_on (first, header));

  second = build_place_build (place, builder, "photons/x.c", source);
  build_assert_built (second, TRUE);

  g_free (build_place_put (place, "photons/util.c", "int util (void) { return wrong; }\n"));
  third = build_place_build (place, builder, "photons/x.c", source);
  build_assert_failed (third, "util.c: ");
  g_assert_true (build_depends_on (third, util));

  /* Two that define the same do not go together. */
  g_free (build_place_put (place, "photons/util.c",
                           "int util (void) { return 1; }\nint deep (void) { return 1; }\n"));
  fourth = build_place_build (place, builder, "photons/x.c", source);
  build_assert_failed (fourth, "multiple definition of ");
}

static void
test_large_source (BuildPlace   *place,
                   gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, "cc");
  g_autoptr (GString) source = g_string_new (BUILD_HEAD BUILD_PHOTON ("X"));
  g_autoptr (LuminalBuildResult) result = NULL;
  g_autoptr (LuminalBuildResult) again = NULL;

  while (source->len < 5 * 1024 * 1024)
    g_string_append (source, "/* 0123456789012345678901234567890123456789012345678901234567 */\n");
  result = build_place_build (place, builder, "photons/x.c", source->str);
  build_assert_built (result, FALSE);
  again = build_place_build (place, builder, "photons/x.c", source->str);
  build_assert_built (again, TRUE);

  /* In one line that is wrong. */
  g_string_assign (source, "int x[] = { ");
  while (source->len < 5 * 1024 * 1024)
    g_string_append (source, "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ");
  g_string_append (source, "};; bad\n");
  g_clear_object (&result);
  result = build_place_build (place, builder, "photons/x.c", source->str);
  build_assert_failed (result, "line 1");
}

static void
test_empty_source (BuildPlace   *place,
                   gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, "cc");
  g_autoptr (LuminalBuildResult) result = NULL;

  /* That there is no photon in it is not the compiler's business. */
  result = build_place_build (place, builder, "photons/x.c", "");
  g_assert_no_error (luminal_build_result_get_error (result));
}

static void
test_joined (BuildPlace   *place,
             gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = build_place_logging_builder (place, "cc");
  g_autoptr (GBytes) source = g_bytes_new_static (BUILD_HEAD BUILD_PHOTON ("X"), strlen (BUILD_HEAD BUILD_PHOTON ("X")));
  g_autofree char *path = build_place_path (place, "photons/x.c");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *results[3] = { NULL, NULL, NULL };
  g_autoptr (LuminalBuildResult) first = NULL;
  g_autoptr (LuminalBuildResult) second = NULL;
  g_autoptr (LuminalBuildResult) third = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    luminal_builder_build_async (builder, path, source, i == 0 ? cancellable : NULL,
                                 build_keep_result, &results[i]);
  /* The others still want it. */
  wait_while (build_place_count_runs (place) == 0);
  g_cancellable_cancel (cancellable);
  for (guint i = 0; i < 3; i++)
    build_wait_for_result (&results[i]);

  first = luminal_builder_build_finish (builder, results[0], &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (first);
  second = luminal_builder_build_finish (builder, results[1], NULL);
  third = luminal_builder_build_finish (builder, results[2], NULL);
  build_assert_built (second, FALSE);
  g_assert_true (second == third);
  /* On a busy machine the others may not have joined yet when the first was called off,
   * and then it was the last. */
  g_assert_cmpuint (build_place_count_runs (place), <=, 2);
  for (guint i = 0; i < 3; i++)
    g_clear_object (&results[i]);
}

#define N_WAITING 8

typedef struct
{
  GAsyncResult *results[N_WAITING];
  GCancellable *cancellables[N_WAITING];
  guint n_ended;
} Waiting;

static gboolean
wake_up (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

static void
call_off_others (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  Waiting *waiting = user_data;

  waiting->results[waiting->n_ended++] = g_object_ref (result);
  for (guint i = 0; i < N_WAITING; i++)
    g_cancellable_cancel (waiting->cancellables[i]);
}

/* Whoever hears of the end first calls off the others, who wait for the same: they are told
 * when the job is gone. */
static void
test_called_off_at_the_end (BuildPlace   *place,
                            gconstpointer data)
{
  g_autofree char *program = build_place_program (place, "bin/cc",
                                                  "case \"$1\" in --version) exec cc \"$@\";; esac\n"
                                                  "until [ -e \"${0%/*}/../go\" ]; do sleep 0.01; done\n"
                                                  "exec cc \"$@\"");
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, program);
  g_autofree char *path = build_place_path (place, "photons/x.c");
  g_autofree char *go = build_place_path (place, "go");
  guint clock = g_timeout_add (5, wake_up, NULL);

  /* It is up to the threads how many join the first: by and by all do. */
  for (guint n_iterations = 20; n_iterations <= 40; n_iterations += 5)
    {
      g_autofree char *text = g_strdup_printf ("int x%u;\n", n_iterations);
      g_autoptr (GBytes) source = g_bytes_new (text, strlen (text));
      Waiting waiting = { .n_ended = 0 };

      for (guint i = 0; i < N_WAITING; i++)
        {
          waiting.cancellables[i] = g_cancellable_new ();
          luminal_builder_build_async (builder, path, source, waiting.cancellables[i], call_off_others, &waiting);
        }
      for (guint i = 0; i < n_iterations; i++)
        g_main_context_iteration (NULL, TRUE);
      g_free (build_place_put (place, "go", ""));
      build_wait_for_result (&waiting.results[N_WAITING - 1]);
      g_assert_no_errno (g_unlink (go));

      for (guint i = 0; i < N_WAITING; i++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (LuminalBuildResult) result =
            luminal_builder_build_finish (builder, waiting.results[i], &error);

          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
          g_assert_null (result);
          g_object_unref (waiting.results[i]);
          g_object_unref (waiting.cancellables[i]);
        }
    }
  g_source_remove (clock);
}

/* As many at once as there are cores, and all in the end. */
static void
test_parallel (BuildPlace   *place,
               gconstpointer data)
{
  enum { N = 12 };
  g_autofree char *program = build_place_program (place, "bin/cc",
                                                  "case \"$1\" in --version) exec cc \"$@\";; esac\n"
                                                  "echo + >> \"${0%/*}/../steps\"\n"
                                                  "cc \"$@\"; status=$?\n"
                                                  "echo - >> \"${0%/*}/../steps\"\n"
                                                  "exit $status");
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, program);
  GAsyncResult *results[N] = { NULL };
  g_autofree char *steps = NULL;
  guint running = 0;
  guint n_runs = 0;

  for (guint i = 0; i < N; i++)
    {
      g_autofree char *name = g_strdup_printf ("photons/x%u.c", i);
      g_autofree char *path = build_place_path (place, name);
      g_autofree char *text = g_strdup_printf ("int x%u;\n", i);
      g_autoptr (GBytes) source = g_bytes_new (text, strlen (text));

      luminal_builder_build_async (builder, path, source, NULL, build_keep_result, &results[i]);
    }
  for (guint i = 0; i < N; i++)
    {
      g_autoptr (LuminalBuildResult) result = NULL;

      build_wait_for_result (&results[i]);
      result = luminal_builder_build_finish (builder, results[i], NULL);
      g_assert_no_error (luminal_build_result_get_error (result));
      g_clear_object (&results[i]);
    }

  steps = build_place_get (place, "steps");
  for (const char *p = steps; *p != '\0'; p++)
    {
      if (*p == '+')
        {
          running++;
          n_runs++;
        }
      else if (*p == '-')
        {
          running--;
        }
      g_assert_cmpuint (running, <=, g_get_num_processors ());
    }
  g_assert_cmpuint (n_runs, ==, N);
}

#define ADD(path, function) \
  g_test_add (path, BuildPlace, NULL, build_place_set_up, function, build_place_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/builder/build", test_build);
  ADD ("/builder/never-twice", test_never_twice);
  ADD ("/builder/another-compiler", test_another_compiler);
  ADD ("/builder/headers", test_headers);
  ADD ("/builder/missing-header", test_missing_header);
  ADD ("/builder/given-bytes", test_given_bytes);
  ADD ("/builder/flags", test_flags);
  ADD ("/builder/odd-names", test_odd_names);
  ADD ("/builder/several-sources", test_several_sources);
  ADD ("/builder/large-source", test_large_source);
  ADD ("/builder/empty-source", test_empty_source);
  ADD ("/builder/joined", test_joined);
  ADD ("/builder/called-off-at-the-end", test_called_off_at_the_end);
  ADD ("/builder/parallel", test_parallel);

  return g_test_run ();
}
