/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Programs that bring a module to its place, or work on it there. What is started is what
 * they left, all of it, and once; and what runs meanwhile is touched by none of it. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system-testing.h"
#include "writers-testing.h"

#define LONG_MS 3600000

static void
with_gold (Watch      *watch,
           const char *path,
           GBytes     *content)
{
  g_autofree char *object = writers_put_object (watch, content);

  watch_run ("ld.gold", "-shared", "-o", path, object, NULL);
}

static void
with_lld (Watch      *watch,
          const char *path,
          GBytes     *content)
{
  g_autofree char *object = writers_put_object (watch, content);

  watch_run ("ld.lld", "-shared", "-o", path, object, NULL);
}

static void
with_rsync (Watch      *watch,
            const char *path,
            GBytes     *content)
{
  g_autofree char *source = writers_put_source (watch, content);

  watch_run ("rsync", "--checksum", source, path, NULL);
}

static void
with_rsync_in_place (Watch      *watch,
                     const char *path,
                     GBytes     *content)
{
  g_autofree char *source = writers_put_source (watch, content);

  watch_run ("rsync", "--checksum", "--inplace", source, path, NULL);
}

/* All of it is put in a folder beside, and moved from there at the end. */
static void
with_rsync_delayed (Watch      *watch,
                    const char *path,
                    GBytes     *content)
{
  g_autofree char *source = writers_put_source (watch, content);

  watch_run ("rsync", "--checksum", "--delay-updates", source, path, NULL);
}

static char *
put_archive (Watch  *watch,
             GBytes *content)
{
  g_autofree char *file = watch_outside (watch, "x.so");
  char *archive = watch_outside (watch, "archive.tar");

  watch_write (file, content);
  watch_run ("tar", "-C", watch->outside, "-cf", archive, "x.so", NULL);
  return archive;
}

static void
with_tar (Watch      *watch,
          const char *path,
          GBytes     *content)
{
  g_autofree char *archive = put_archive (watch, content);

  watch_run ("tar", "-C", watch->folder, "-xf", archive, NULL);
}

static void
with_tar_in_place (Watch      *watch,
                   const char *path,
                   GBytes     *content)
{
  g_autofree char *archive = put_archive (watch, content);

  watch_run ("tar", "-C", watch->folder, "--overwrite", "-xf", archive, NULL);
}

static void
with_strip (Watch      *watch,
            const char *path,
            GBytes     *content)
{
  g_autofree char *source = writers_put_source (watch, content);

  watch_run ("strip", "-o", path, source, NULL);
}

static void
with_objcopy (Watch      *watch,
              const char *path,
              GBytes     *content)
{
  g_autofree char *source = writers_put_source (watch, content);

  watch_run ("objcopy", "--strip-debug", source, path, NULL);
}

static void
with_tee (Watch      *watch,
          const char *path,
          GBytes     *content)
{
  g_autofree char *source = writers_put_source (watch, content);

  watch_run ("sh", "-c", "tee \"$2\" <\"$1\" >/dev/null", "sh", source, path, NULL);
}

/* Of another disk, where there is one: then mv copies. */
static void
with_mv_from_elsewhere (Watch      *watch,
                        const char *path,
                        GBytes     *content)
{
  g_autofree char *source = g_build_filename ("/dev/shm", "luminal-test-XXXXXX", NULL);
  int fd = g_mkstemp (source);

  g_assert_no_errno (fd);
  close (fd);
  watch_write (source, content);
  watch_run ("mv", "-f", source, path, NULL);
}

static const WritersWay tools[] = {
  { "gold", "ld.gold", with_gold },
  { "lld", "ld.lld", with_lld },
  { "rsync", "rsync", with_rsync },
  { "rsync-in-place", "rsync", with_rsync_in_place },
  { "rsync-delayed", "rsync", with_rsync_delayed },
  { "tar", "tar", with_tar },
  { "tar-in-place", "tar", with_tar_in_place },
  { "strip", "strip", with_strip },
  { "objcopy", "objcopy", with_objcopy },
  { "tee", "tee", with_tee },
  { "mv-from-elsewhere", "mv", with_mv_from_elsewhere },
};

/* They change the module where it is, while it runs. */
static void
test_changed_in_place (Watch        *watch,
                       gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  guint generation = 1;
  LuminalHandler *handler;

  if (!system_has_program ("patchelf"))
    return;

  luminal_loader_set_grace_time (watch->loader, LONG_MS);
  watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);
  handler = watch_handler (watch, 1);

  watch_run ("objcopy", "--strip-debug", path, NULL);
  generation++;
  watch_until_settled (watch, luminal_handler_get_generation (handler) == generation);
  watch_run ("strip", "--strip-unneeded", path, NULL);
  generation++;
  watch_until_settled (watch, luminal_handler_get_generation (handler) == generation);
  watch_run ("patchelf", "--set-rpath", "/somewhere", path, NULL);
  generation++;
  watch_until_settled (watch, luminal_handler_get_generation (handler) == generation);
  watch_barrier (watch);

  g_assert_true (watch_says (watch, 1, 1));
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, generation);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, generation - 1);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

/* Modules that are kept in a repository change all at once. */
static void
test_git (Watch        *watch,
          gconstpointer data)
{
  const guint n = 5;
  const char *folder = watch->folder;

  if (!system_has_program ("git"))
    return;

  luminal_loader_set_grace_time (watch->loader, LONG_MS);
  watch_run ("git", "-C", folder, "init", "--quiet", "--initial-branch=first", NULL);
  for (guint branch = 1; branch <= 2; branch++)
    {
      if (branch == 2)
        watch_run ("git", "-C", folder, "checkout", "--quiet", "-b", "second", NULL);
      for (guint i = 0; i < n; i++)
        {
          g_autofree char *name = g_strdup_printf ("%u.so", i);

          watch_write_content (watch, name, i, branch);
        }
      watch_run ("git", "-C", folder, "add", "--all", NULL);
      watch_run ("git", "-C", folder, "-c", "user.name=Tester", "-c", "user.email=tester@localhost", "commit", "--quiet",
                 "--message=All", NULL);
    }

  watch_begin (watch, TRUE);
  for (guint round = 0; round < 4; round++)
    {
      guint content = round % 2 == 0 ? 2 : 1;

      if (round == 1)
        watch_run ("git", "-C", folder, "checkout", "--quiet", "first", NULL);
      else if (round == 2)
        watch_run ("git", "-C", folder, "reset", "--quiet", "--hard", "second", NULL);
      else if (round == 3)
        watch_run ("git", "-C", folder, "checkout", "--quiet", "HEAD~1", "--", ".", NULL);
      for (guint i = 0; i < n; i++)
        watch_until_settled (watch, watch_says (watch, i, content));
    }

  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, 3 * n);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_OUTPUT, NULL), ==, 4 * n);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (watch->loader)), ==, n);
}

typedef struct
{
  Watch *watch;
  int fd;
  GBytes *content;
  gsize at;
} SlowWriter;

static gboolean
write_piece (gpointer user_data)
{
  SlowWriter *writer = user_data;
  gsize size;
  const char *bytes = g_bytes_get_data (writer->content, &size);
  gsize n = MIN (size / 15 + 1, size - writer->at);

  g_assert_cmpint (write (writer->fd, bytes + writer->at, n), ==, n);
  writer->at += n;
  if (writer->at < size)
    return G_SOURCE_CONTINUE;

  g_assert_no_errno (close (writer->fd));
  writer->fd = -1;
  return G_SOURCE_REMOVE;
}

static guint
count_beats (Watch      *watch,
             const char *version)
{
  guint n = 0;

  for (guint i = 0; i < watch->events->len; i++)
    {
      const char *text = luminal_event_get_text (watch->events->pdata[i]);

      n += luminal_event_get_kind (watch->events->pdata[i]) == LUMINAL_EVENT_OUTPUT && g_str_has_prefix (text, version);
    }

  return n;
}

/* It beats on: what it runs is not what the file holds. */
static void
expect_beats (Watch      *watch,
              const char *version)
{
  guint before = count_beats (watch, version);

  watch_until (count_beats (watch, version) > before + 5);
}

/* Longer than any look that the loader takes. */
static void
test_slow_writer (Watch        *watch,
                  gconstpointer data)
{
  g_autoptr (GBytes) first = watch_fixture ("ticking_v1.so");
  g_autoptr (GBytes) second = watch_fixture ("ticking_v2.so");
  g_autofree char *path = watch_path (watch, "x.so");
  SlowWriter writer = { watch, -1, second, 0 };
  guint before;

  watch_write (path, first);
  watch_begin (watch, FALSE);
  expect_beats (watch, "v1 beat");

  writer.fd = open (path, O_WRONLY | O_TRUNC | O_CLOEXEC);
  g_assert_no_errno (writer.fd);
  g_timeout_add (150, write_piece, &writer);
  before = count_beats (watch, "v1 beat");
  while (writer.fd >= 0)
    {
      g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, 0);
      g_main_context_iteration (NULL, TRUE);
    }
  g_assert_cmpuint (count_beats (watch, "v1 beat"), >, before);
  expect_beats (watch, "v2 beat");
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, 1);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

/* Whatever becomes of the file, what runs of it runs on: overwritten, cut off, filled with
 * nonsense, replaced by that. */
static void
test_running_code_untouched (Watch        *watch,
                             gconstpointer data)
{
  g_autoptr (GBytes) content = watch_fixture ("ticking_v1.so");
  g_autofree char *path = watch_path (watch, "x.so");
  g_autofree char *nonsense = g_malloc (g_bytes_get_size (content));
  g_autoptr (GBytes) filled = NULL;
  guint n_failed = 0;
  int fd;

  memset (nonsense, 0xcc, g_bytes_get_size (content));
  filled = g_bytes_new_static (nonsense, g_bytes_get_size (content));
  luminal_loader_set_grace_time (watch->loader, LONG_MS);
  watch_write (path, content);
  watch_begin (watch, FALSE);
  expect_beats (watch, "v1 beat");

  fd = open (path, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (pwrite (fd, nonsense, g_bytes_get_size (content), 0), ==, g_bytes_get_size (content));
  g_assert_no_errno (fdatasync (fd));
  expect_beats (watch, "v1 beat");
  g_assert_no_errno (ftruncate (fd, 0));
  expect_beats (watch, "v1 beat");
  g_assert_no_errno (close (fd));
  watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_FAILED, NULL) > n_failed);
  expect_beats (watch, "v1 beat");
  n_failed = watch_count (watch, LUMINAL_EVENT_FAILED, NULL);
  watch_replace (watch, path, filled);
  watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_FAILED, NULL) > n_failed);
  expect_beats (watch, "v1 beat");
  g_assert_no_errno (g_unlink (path));
  expect_beats (watch, "v1 beat");

  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, 0);
  g_assert_cmpuint (count_beats (watch, "v1 start"), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (watch->loader)), ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  writers_add_ways ("/watch-tools", tools, G_N_ELEMENTS (tools));
  g_test_add ("/watch-tools/changed-in-place", Watch, NULL, watch_set_up, test_changed_in_place, watch_tear_down);
  g_test_add ("/watch-tools/git", Watch, NULL, watch_set_up, test_git, watch_tear_down);
  g_test_add ("/watch-tools/slow-writer", Watch, NULL, watch_set_up, test_slow_writer, watch_tear_down);
  g_test_add ("/watch-tools/running-code-untouched", Watch, NULL, watch_set_up, test_running_code_untouched,
              watch_tear_down);

  return g_test_run ();
}
