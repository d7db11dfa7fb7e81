/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Compilers, disks and packages that let the builder down. */

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "build-testing.h"
#include "patience.h"

#define SOURCE "int x;\n"
#define ANSWERS_VERSION "case \"$1\" in --version) echo fake 1.0; exit 0;; esac\n"

static void
assert_message (const GError *error,
                const char   *text)
{
  if (strstr (error->message, text) == NULL)
    g_error ("“%s” is not in: %s", text, error->message);
}

/* Nothing but the files of the cache, and nothing half made. */
static void
assert_no_scratch (BuildPlace *place)
{
  g_autoptr (GDir) dir = g_dir_open (place->cache, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_assert_false (g_str_has_prefix (name, "tmp-"));
}

/* Waits until each process whose number is in a line of the file is gone. */
static void
assert_gone (BuildPlace *place,
             const char *name)
{
  g_autofree char *text = build_place_get (place, name);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      pid_t pid = (pid_t) g_ascii_strtoll (lines[i], NULL, 10);
      struct pollfd pollfd = { .events = POLLIN };

      if (pid == 0)
        continue;

      n++;
      pollfd.fd = (int) syscall (SYS_pidfd_open, pid, 0);
      if (pollfd.fd < 0)
        {
          g_assert_cmpint (errno, ==, ESRCH);
          continue;
        }
      g_assert_cmpint (poll (&pollfd, 1, 60000), ==, 1);
      close (pollfd.fd);
    }
  g_assert_cmpuint (n, >, 0);
}

static void
test_missing_compiler (BuildPlace   *place,
                       gconstpointer data)
{
  static const char *const compilers[] = {
    "/no/such/compiler", "no-such-compiler -x", "'never closed",
  };
  g_autofree char *no_program = build_place_put (place, "bin/not-executable", "");

  for (guint i = 0; i <= G_N_ELEMENTS (compilers); i++)
    {
      const char *compiler = i < G_N_ELEMENTS (compilers) ? compilers[i] : no_program;
      g_autoptr (LuminalBuilder) builder = build_place_builder (place, compiler);
      g_autoptr (GError) error = build_place_fail (place, builder, "photons/x.c", SOURCE);

      g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NO_COMPILER);
      assert_message (error, "photons/x.c: build: the compiler that the preference names");
    }

  /* The variable goes first. */
  g_setenv ("CC", "/another/missing/one", TRUE);
  {
    g_autoptr (LuminalBuilder) builder = build_place_builder (place, "cc");
    g_autoptr (GError) error = build_place_fail (place, builder, "photons/x.c", SOURCE);

    g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NO_COMPILER);
    assert_message (error, "the variable CC names, “/another/missing/one”");
  }
  g_unsetenv ("CC");
}

static void
test_no_compiler_at_all (BuildPlace   *place,
                         gconstpointer data)
{
  g_autofree char *path = g_strdup (g_getenv ("PATH"));
  g_autoptr (LuminalBuilder) builder = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("PATH", place->photons, TRUE);
  builder = build_place_builder (place, NULL);
  error = build_place_fail (place, builder, "photons/x.c", SOURCE);
  g_setenv ("PATH", path, TRUE);

  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NO_COMPILER);
  assert_message (error, "photons/x.c: build: there is no C compiler. Install");
}

static void
test_no_program (BuildPlace   *place,
                 gconstpointer data)
{
  g_autofree char *path = build_place_put (place, "bin/cc", "#!/no/such/interpreter\n");
  g_autoptr (LuminalBuilder) builder = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_no_errno (g_chmod (path, 0700));
  builder = build_place_builder (place, path);
  error = build_place_fail (place, builder, "photons/x.c", SOURCE);
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NO_COMPILER);
  assert_message (error, "cannot be run");
}

static void
test_hangs (BuildPlace   *place,
            gconstpointer data)
{
  g_autofree char *compiler =
    build_place_program (place, "bin/hangs",
                         ANSWERS_VERSION
                         "echo $$ >> \"${0%/*}/../pids\"\n"
                         "sh -c 'sleep 1000 & echo $! >> \"$1\"; echo $$ >> \"$1\"; wait' sh "
                         "\"${0%/*}/../pids\" &\n"
                         "wait");
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, compiler);
  g_autoptr (GError) error = NULL;

  luminal_builder_set_timeout (builder, 2000);
  error = build_place_fail (place, builder, "photons/x.c", SOURCE);
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_TIMED_OUT);
  assert_message (error, "photons/x.c: build: the compiler “hangs” did not finish in 2 seconds");
  assert_gone (place, "pids");
  assert_no_scratch (place);
}

/* One that does not even tell its version. */
static void
test_hangs_at_once (BuildPlace   *place,
                    gconstpointer data)
{
  g_autofree char *compiler = build_place_program (place, "bin/hangs",
                                                   "echo $$ >> \"${0%/*}/../pids\"\nsleep 1000");
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, compiler);
  g_autoptr (GError) error = NULL;

  luminal_builder_set_timeout (builder, 2000);
  error = build_place_fail (place, builder, "photons/x.c", SOURCE);
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_TIMED_OUT);
  assert_gone (place, "pids");
}

/* One that ends, and leaves a child that holds the pipe. */
static void
test_leaves_a_child (BuildPlace   *place,
                     gconstpointer data)
{
  g_autofree char *compiler = build_place_program (place, "bin/leaves",
                                                   ANSWERS_VERSION
                                                   "sleep 1000 &\n"
                                                   "echo $! >> \"${0%/*}/../pids\"\n"
                                                   "exec cc \"$@\"");
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, compiler);
  g_autoptr (LuminalBuildResult) result = NULL;

  result = build_place_build (place, builder, "photons/x.c", SOURCE);
  g_assert_no_error (luminal_build_result_get_error (result));
  assert_gone (place, "pids");
}

static gboolean
on_started (int          fd,
            GIOCondition condition,
            gpointer     user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

static void
test_cancelled (BuildPlace   *place,
                gconstpointer data)
{
  g_autofree char *compiler =
    build_place_program (place, "bin/waits",
                         ANSWERS_VERSION
                         "sleep 1000 & echo $! >> \"${0%/*}/../pids\"\n"
                         "echo $$ >> \"${0%/*}/../pids\"\n"
                         "echo > \"${0%/*}/../started\"\n"
                         "wait");
  g_autofree char *fifo = build_place_path (place, "started");
  g_autofree char *path = build_place_path (place, "photons/x.c");
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, compiler);
  g_autoptr (GBytes) source = g_bytes_new_static (SOURCE, strlen (SOURCE));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) kept = NULL;
  g_autoptr (LuminalBuildResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean started = FALSE;
  int fd;

  g_assert_no_errno (mkfifo (fifo, 0600));
  fd = g_open (fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
  g_assert_no_errno (fd);
  g_unix_fd_add (fd, G_IO_IN, on_started, &started);

  luminal_builder_build_async (builder, path, source, cancellable, build_keep_result, &kept);
  wait_while (!started);
  g_cancellable_cancel (cancellable);
  build_wait_for_result (&kept);
  result = luminal_builder_build_finish (builder, kept, &error);

  g_assert_null (result);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_gone (place, "pids");
  assert_no_scratch (place);
  g_assert_no_errno (close (fd));
}

static void
test_cancelled_at_once (BuildPlace   *place,
                        gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = build_place_logging_builder (place, "cc");
  g_autofree char *path = build_place_path (place, "photons/x.c");
  g_autoptr (GBytes) source = g_bytes_new_static (SOURCE, strlen (SOURCE));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) kept = NULL;
  g_autoptr (GError) error = NULL;

  luminal_builder_build_async (builder, path, source, cancellable, build_keep_result, &kept);
  g_cancellable_cancel (cancellable);
  build_wait_for_result (&kept);
  g_assert_null (luminal_builder_build_finish (builder, kept, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (build_place_count_runs (place), ==, 0);
}

/* It may get better: asked again, it is tried again. */
static void
test_crashes (BuildPlace   *place,
              gconstpointer data)
{
  static const struct
  {
    const char *script;
    const char *cause;
  } cases[] = {
    { "kill -SEGV $$", "was killed by signal 11" },
    { ANSWERS_VERSION "kill -KILL $$", "was killed by signal 9" },
    { ANSWERS_VERSION "echo 'gcc: internal compiler error: Segmentation fault signal terminated "
      "program cc1' >&2; exit 4", "Segmentation fault signal terminated program cc1" },
    { ANSWERS_VERSION "exit 3", "failed without naming an error: no output" },
    { ANSWERS_VERSION "echo I cannot; exit 3", "failed without naming an error: I cannot" },
    { ANSWERS_VERSION "exit 0", "ended well, but left no module" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *script = g_strconcat ("echo \"$1\" >> \"${0%/*}/../calls\"\n",
                                             cases[i].script, NULL);
      g_autofree char *compiler = build_place_program (place, "bin/cc", script);
      g_autoptr (LuminalBuilder) builder = build_place_builder (place, compiler);
      guint n_runs = build_place_count_runs (place);

      for (guint j = 0; j < 2; j++)
        {
          g_autoptr (LuminalBuildResult) result = NULL;
          guint before = build_place_count_runs (place);

          result = build_place_build (place, builder, "photons/x.c", SOURCE);
          build_assert_failed (result, cases[i].cause);
          g_assert_false (luminal_build_result_get_from_cache (result));
          g_assert_cmpuint (build_place_count_runs (place), >, before);
        }
      g_assert_cmpuint (build_place_count_runs (place), >=, n_runs + 2);
      assert_no_scratch (place);
    }
  /* Not even a core. */
  build_place_assert_only (place, "");
}

static void
test_flood_of_errors (BuildPlace   *place,
                      gconstpointer data)
{
  g_autofree char *compiler =
    build_place_program (place, "bin/floods",
                         ANSWERS_VERSION
                         "i=0; while [ $i -lt 10000 ]; do i=$((i+1)); echo \"x.c:$i:1: error: no $i\" "
                         ">&2; done; exit 1");
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, compiler);
  g_autoptr (LuminalBuildResult) result = NULL;
  g_autoptr (LuminalDiagnostic) last = NULL;
  GListModel *diagnostics;

  result = build_place_build (place, builder, "photons/x.c", SOURCE);
  build_assert_failed (result, "there are 100 or more errors, the first in line 1 of x.c: no 1");
  diagnostics = luminal_build_result_get_diagnostics (result);
  g_assert_cmpuint (g_list_model_get_n_items (diagnostics), ==, 101);
  last = g_list_model_get_item (diagnostics, 100);
  g_assert_cmpstr (luminal_diagnostic_get_text (last), ==, "9900 more errors not shown");
}

static void
test_cache_is_no_folder (BuildPlace   *place,
                         gconstpointer data)
{
  g_autofree char *file = build_place_put (place, "cache", "this is no folder");
  g_autoptr (LuminalBuilder) builder = build_place_logging_builder (place, "cc");

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (LuminalBuildResult) result = NULL;

      result = build_place_build (place, builder, "photons/x.c", SOURCE);
      g_assert_no_error (luminal_build_result_get_error (result));
      g_assert_nonnull (luminal_build_result_get_module (result));
      g_assert_false (luminal_build_result_get_from_cache (result));
      g_assert_nonnull (strstr (luminal_build_result_get_remark (result), place->cache));
    }
  g_assert_cmpuint (build_place_count_runs (place), ==, 2);
}

/* A compiler that finds the disk full where the cache is. */
static void
test_full_disk (BuildPlace   *place,
                gconstpointer data)
{
  g_autofree char *script =
    g_strdup_printf (ANSWERS_VERSION
                     "echo \"$1\" >> \"${0%%/*}/../calls\"\n"
                     "case \"$TMPDIR\" in '%s'/*) echo 'x.c:1:1: fatal error: error closing x.s: No "
                     "space left on device' >&2; exit 1;; esac\n"
                     "exec cc \"$@\"", place->cache);
  g_autofree char *compiler = build_place_program (place, "bin/full", script);
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, compiler);
  g_autoptr (LuminalBuildResult) result = NULL;

  result = build_place_build (place, builder, "photons/x.c", SOURCE);
  g_assert_no_error (luminal_build_result_get_error (result));
  g_assert_nonnull (luminal_build_result_get_module (result));
  g_assert_nonnull (strstr (luminal_build_result_get_remark (result), "is full"));
  g_assert_cmpuint (g_list_model_get_n_items (luminal_build_result_get_diagnostics (result)), ==, 0);
  g_assert_cmpuint (build_place_count_runs (place), ==, 2);
  assert_no_scratch (place);
}

static void
cut (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      struct stat info;

      g_assert_no_errno (stat (path, &info));
      if (S_ISDIR (info.st_mode))
        cut (path);
      else
        g_assert_no_errno (truncate (path, info.st_size / 2));
    }
}

static void
test_damaged_cache (BuildPlace   *place,
                    gconstpointer data)
{
  g_autoptr (LuminalBuilder) builder = build_place_logging_builder (place, "cc");

  for (guint i = 1; i <= 3; i++)
    {
      g_autoptr (LuminalBuildResult) result = NULL;

      result = build_place_build (place, builder, "photons/x.c", SOURCE);
      g_assert_no_error (luminal_build_result_get_error (result));
      g_assert_false (luminal_build_result_get_from_cache (result));
      g_assert_null (luminal_build_result_get_remark (result));
      g_assert_cmpuint (build_place_count_runs (place), ==, i);
      cut (place->cache);
    }
}

static void
test_pkg_config (BuildPlace   *place,
                 gconstpointer data)
{
  static const struct
  {
    const char *script;
    const char *cause;
  } cases[] = {
    { "exit 1", "pkg-config failed" },
    { "echo \"Package 'luminal-1' was not found\"; exit 1",
      "the flags for photons are unknown: Package 'luminal-1' was not found. Install the "
      "development files" },
    { "echo \"-I'\"", "cannot be read" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *program = build_place_program (place, "bin/pkg-config", cases[i].script);
      g_autoptr (LuminalBuilder) builder = NULL;
      g_autoptr (LuminalBuildResult) result = NULL;

      g_setenv ("PKG_CONFIG", program, TRUE);
      builder = build_place_builder (place, "cc");
      result = build_place_build (place, builder, "photons/x.c", SOURCE);
      g_unsetenv ("PKG_CONFIG");
      build_assert_failed (result, cases[i].cause);
      g_assert_cmpuint (g_list_model_get_n_items (luminal_build_result_get_diagnostics (result)), ==,
                        1);
    }

  {
    g_autoptr (LuminalBuilder) builder = NULL;
    g_autoptr (LuminalBuildResult) result = NULL;

    g_setenv ("PKG_CONFIG", "/no/such/pkg-config", TRUE);
    builder = build_place_builder (place, "cc");
    result = build_place_build (place, builder, "photons/x.c", SOURCE);
    g_unsetenv ("PKG_CONFIG");
    build_assert_failed (result, "/no/such/pkg-config, which knows the flags of libraries, was not found");
  }
}

static void
test_pkg_config_hangs (BuildPlace   *place,
                       gconstpointer data)
{
  g_autofree char *program = build_place_program (place, "bin/pkg-config",
                                                  "echo $$ >> \"${0%/*}/../pids\"\nsleep 1000");
  g_autoptr (LuminalBuilder) builder = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("PKG_CONFIG", program, TRUE);
  builder = build_place_builder (place, "cc");
  g_unsetenv ("PKG_CONFIG");
  luminal_builder_set_timeout (builder, 1000);
  error = build_place_fail (place, builder, "photons/x.c", SOURCE);
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_TIMED_OUT);
  assert_gone (place, "pids");
}

/* What the compiler reads while it changes is not kept as what it has become. */
static void
test_header_changes_meanwhile (BuildPlace   *place,
                               gconstpointer data)
{
  g_autofree char *compiler =
    build_place_program (place, "bin/cc",
                         ANSWERS_VERSION
                         "echo \"$1\" >> \"${0%/*}/../calls\"\n"
                         "cc \"$@\" || exit 1\n"
                         "if [ ! -e \"${0%/*}/../changed\" ]; then\n"
                         "  echo > \"${0%/*}/../changed\"\n"
                         "  echo 'static const char *h = \"new\";' > \"${0%/*}/../photons/x.h\"\n"
                         "fi");
  g_autofree char *header = build_place_put (place, "photons/x.h", "static const char *h = \"old\";\n");
  g_autoptr (LuminalBuilder) builder = build_place_builder (place, compiler);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (LuminalBuildResult) result = NULL;

      result = build_place_build (place, builder, "photons/x.c",
                                  "#include \"x.h\"\nconst char *get (void);\n"
                                  "const char *get (void) { return h; }\n");
      g_assert_no_error (luminal_build_result_get_error (result));
      g_assert_cmpint (luminal_build_result_get_from_cache (result), ==, i == 2);
      g_assert_nonnull (memmem (g_bytes_get_data (luminal_build_result_get_module (result), NULL),
                                g_bytes_get_size (luminal_build_result_get_module (result)),
                                i == 0 ? "old" : "new", 3));
    }
  g_assert_cmpuint (build_place_count_runs (place), ==, 2);
}

/* Two managers with one cache. */
static void
test_two_builders (BuildPlace   *place,
                   gconstpointer data)
{
  enum { N = 8 };
  LuminalBuilder *builders[2] = { NULL, NULL };
  GAsyncResult *results[2 * N] = { NULL };

  for (guint i = 0; i < 2; i++)
    builders[i] = build_place_builder (place, "cc");
  for (guint i = 0; i < 2 * N; i++)
    {
      g_autofree char *name = g_strdup_printf ("photons/x%u.c", i / 2);
      g_autofree char *path = build_place_path (place, name);
      g_autofree char *text = g_strdup_printf ("int x%u;\n", i / 2);
      g_autoptr (GBytes) source = g_bytes_new (text, strlen (text));

      luminal_builder_build_async (builders[i % 2], path, source, NULL, build_keep_result,
                                   &results[i]);
    }
  for (guint i = 0; i < 2 * N; i++)
    {
      g_autoptr (LuminalBuildResult) result = NULL;

      build_wait_for_result (&results[i]);
      result = luminal_builder_build_finish (builders[i % 2], results[i], NULL);
      g_assert_no_error (luminal_build_result_get_error (result));
      g_assert_null (luminal_build_result_get_remark (result));
      g_clear_object (&results[i]);
    }
  for (guint i = 0; i < 2; i++)
    g_clear_object (&builders[i]);
  assert_no_scratch (place);
}

#define ADD(path, function) \
  g_test_add (path, BuildPlace, NULL, build_place_set_up, function, build_place_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/builder-accidents/missing-compiler", test_missing_compiler);
  ADD ("/builder-accidents/no-compiler-at-all", test_no_compiler_at_all);
  ADD ("/builder-accidents/no-program", test_no_program);
  ADD ("/builder-accidents/hangs", test_hangs);
  ADD ("/builder-accidents/hangs-at-once", test_hangs_at_once);
  ADD ("/builder-accidents/leaves-a-child", test_leaves_a_child);
  ADD ("/builder-accidents/cancelled", test_cancelled);
  ADD ("/builder-accidents/cancelled-at-once", test_cancelled_at_once);
  ADD ("/builder-accidents/crashes", test_crashes);
  ADD ("/builder-accidents/flood-of-errors", test_flood_of_errors);
  ADD ("/builder-accidents/cache-is-no-folder", test_cache_is_no_folder);
  ADD ("/builder-accidents/full-disk", test_full_disk);
  ADD ("/builder-accidents/damaged-cache", test_damaged_cache);
  ADD ("/builder-accidents/pkg-config", test_pkg_config);
  ADD ("/builder-accidents/pkg-config-hangs", test_pkg_config_hangs);
  ADD ("/builder-accidents/header-changes-meanwhile", test_header_changes_meanwhile);
  ADD ("/builder-accidents/two-builders", test_two_builders);

  return g_test_run ();
}
