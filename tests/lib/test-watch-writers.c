/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All the ways in which programs write a file. Whatever they do, what is started is
 * what they wrote, all of it, and once. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "writers-testing.h"

#define LONG_MS 3600000
#define SHORT_MS 20

static void
with_cp (Watch      *watch,
         const char *path,
         GBytes     *content)
{
  g_autofree char *source = writers_put_source (watch, content);

  watch_run ("cp", source, path, NULL);
}

static void
with_cp_preserving (Watch      *watch,
                    const char *path,
                    GBytes     *content)
{
  g_autofree char *source = writers_put_source (watch, content);

  watch_run ("cp", "--preserve=all", "--remove-destination", source, path, NULL);
}

static void
with_install (Watch      *watch,
              const char *path,
              GBytes     *content)
{
  g_autofree char *source = writers_put_source (watch, content);

  watch_run ("install", "-m", "755", source, path, NULL);
}

static void
with_dd (Watch      *watch,
         const char *path,
         GBytes     *content)
{
  g_autofree char *source = writers_put_source (watch, content);
  g_autofree char *in = g_strconcat ("if=", source, NULL);
  g_autofree char *out = g_strconcat ("of=", path, NULL);

  watch_run ("dd", in, out, "bs=1000", "conv=notrunc", "status=none", NULL);
}

static void
with_mv (Watch      *watch,
         const char *path,
         GBytes     *content)
{
  g_autofree char *source = writers_put_source (watch, content);

  watch_run ("mv", "-f", source, path, NULL);
}

static void
with_rename_in_folder (Watch      *watch,
                       const char *path,
                       GBytes     *content)
{
  g_autofree char *other = g_strconcat (path, ".part", NULL);

  watch_write (other, content);
  g_assert_no_errno (g_rename (other, path));
}

static void
with_hidden_rename (Watch      *watch,
                    const char *path,
                    GBytes     *content)
{
  g_autofree char *other = watch_path (watch, ".x.so.swp.so");

  watch_write (other, content);
  g_assert_no_errno (g_rename (other, path));
}

static void
with_hard_link (Watch      *watch,
                const char *path,
                GBytes     *content)
{
  g_autofree char *source = writers_put_source (watch, content);

  watch_run ("ln", "-f", source, path, NULL);
  g_assert_no_errno (g_unlink (source));
}

static void
with_link (Watch      *watch,
           const char *path,
           GBytes     *content)
{
  g_autofree char *source = writers_put_source (watch, content);
  g_autofree char *target = g_strdup_printf ("%s.%u", source, g_random_int ());

  g_assert_no_errno (g_rename (source, target));
  watch_run ("ln", "-sf", target, path, NULL);
}

static void
with_recreation (Watch      *watch,
                 const char *path,
                 GBytes     *content)
{
  g_unlink (path);
  watch_write (path, content);
}

static void
with_truncation (Watch      *watch,
                 const char *path,
                 GBytes     *content)
{
  watch_write (path, content);
}

static void
without_truncation (Watch      *watch,
                    const char *path,
                    GBytes     *content)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  writers_write_pieces (watch, fd, content, 0, g_bytes_get_size (content));
  g_assert_no_errno (close (fd));
}

static void
in_pieces (Watch      *watch,
           const char *path,
           GBytes     *content)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  writers_write_pieces (watch, fd, content, 0, g_bytes_get_size (content));
  g_assert_no_errno (close (fd));
}

/* As linkers do that know how large it becomes. */
static void
from_the_end (Watch      *watch,
              const char *path,
              GBytes     *content)
{
  gsize size = g_bytes_get_size (content);
  int fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_no_errno (ftruncate (fd, (off_t) size));
  writers_write_pieces (watch, fd, content, size / 2, size);
  writers_write_pieces (watch, fd, content, 0, size / 2);
  g_assert_no_errno (close (fd));
}

static void
with_glib (Watch      *watch,
           const char *path,
           GBytes     *content)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  g_file_replace_contents (file, g_bytes_get_data (content, NULL), g_bytes_get_size (content), NULL, FALSE,
                           G_FILE_CREATE_NONE, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
with_ld (Watch      *watch,
         const char *path,
         GBytes     *content)
{
  g_autofree char *object = writers_put_object (watch, content);

  watch_run ("ld", "-shared", "-o", path, object, NULL);
}

static void
with_compiler (Watch      *watch,
               const char *path,
               GBytes     *content)
{
  g_autofree char *object = writers_put_object (watch, content);

  watch_run ("cc", "-shared", "-o", path, object, NULL);
}

static const WritersWay ways[] = {
  { "cp", "cp", with_cp },
  { "cp-preserving", "cp", with_cp_preserving },
  { "install", "install", with_install },
  { "dd", "dd", with_dd },
  { "mv", "mv", with_mv },
  { "rename", NULL, with_rename_in_folder },
  { "hidden-rename", NULL, with_hidden_rename },
  { "ln", "ln", with_hard_link },
  { "ln-s", "ln", with_link },
  { "recreation", NULL, with_recreation },
  { "truncation", NULL, with_truncation },
  { "no-truncation", NULL, without_truncation },
  { "pieces", NULL, in_pieces },
  { "from-the-end", NULL, from_the_end },
  { "glib", NULL, with_glib },
  { "ld", "ld", with_ld },
  { "cc", "cc", with_compiler },
};

/* Tools that work on the module itself, while it runs. */
static void
test_tools (Watch        *watch,
            gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  g_autofree char *text = watch_outside (watch, "text");
  g_autofree char *section = g_strconcat (".added=", text, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("text", 4);
  LuminalHandler *handler;

  luminal_loader_set_grace_time (watch->loader, LONG_MS);
  watch_write_content (watch, "x.so", 1, 1);
  watch_write (text, bytes);
  watch_begin (watch, FALSE);
  handler = watch_handler (watch, 1);

  watch_run ("objcopy", "--add-section", section, path, NULL);
  watch_until_settled (watch, luminal_handler_get_generation (handler) == 2);
  watch_run ("strip", path, NULL);
  watch_until_settled (watch, luminal_handler_get_generation (handler) == 3);
  g_assert_true (watch_says (watch, 1, 1));
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, 2);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

static void
note_reload (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

/* Asked to reload in the middle of a write, the loader waits for its end. */
static void
test_reload_while_written (Watch        *watch,
                           gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  g_autoptr (GBytes) content = watch_content (1, 2);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;
  gsize size = g_bytes_get_size (content);
  LuminalHandler *handler;
  int fd;

  watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);
  handler = watch_handler (watch, 1);

  fd = open (path, O_WRONLY | O_TRUNC | O_CLOEXEC);
  writers_write_pieces (watch, fd, content, 0, size / 2);
  luminal_loader_reload_photon_async (watch->loader, handler, LUMINAL_RELOAD_DEFAULT, NULL, note_reload,
                                      &result);
  watch_until (luminal_handler_get_phase (handler) == LUMINAL_PHASE_SETTLE);
  writers_write_pieces (watch, fd, content, size / 2, size);
  g_assert_null (result);
  g_assert_cmpint (luminal_handler_get_phase (handler), ==, LUMINAL_PHASE_SETTLE);
  g_assert_true (watch_says (watch, 1, 1));
  g_assert_no_errno (close (fd));

  watch_until (result != NULL);
  handlers = luminal_loader_reload_photon_finish (watch->loader, result, &error);
  g_assert_no_error (error);
  watch_until_settled (watch, watch_says (watch, 1, 2));
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, 2);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_RELOADED, NULL), ==, 1);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

/* Half a file and then nothing: said after a while; well again when it is whole. */
static void
test_stops_half_way (Watch        *watch,
                     gconstpointer data)
{
  gboolean ran_before = GPOINTER_TO_INT (data);
  g_autofree char *path = watch_path (watch, "x.so");
  g_autoptr (GBytes) content = watch_content (1, 2);
  gsize size = g_bytes_get_size (content);
  LuminalEvent *event;
  int fd;

  luminal_loader_set_settle_timeout (watch->loader, SHORT_MS);
  if (ran_before)
    watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);

  fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  writers_write_pieces (watch, fd, content, 0, size / 2);
  watch_until_settled (watch, watch_count (watch, LUMINAL_EVENT_FAILED, NULL) == 1);
  event = watch_last (watch, LUMINAL_EVENT_FAILED);
  g_assert_error (luminal_event_get_error (event), LUMINAL_ERROR, LUMINAL_ERROR_INCOMPLETE);
  g_assert_cmpint (luminal_event_get_phase (event), ==, LUMINAL_PHASE_SETTLE);
  g_assert_true (!ran_before || watch_says (watch, 1, 1));

  writers_write_pieces (watch, fd, content, size / 2, size);
  g_assert_no_errno (close (fd));
  watch_until_settled (watch, watch_says (watch, 1, 2));
  g_assert_null (luminal_handler_get_error (watch_handler (watch, 1)));
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 1);
}

/* Removed while it is written, closed afterwards: it is as gone as any. */
static void
test_removed_before_closed (Watch        *watch,
                            gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  g_autoptr (GBytes) content = watch_content (1, 2);
  int fd;

  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);

  fd = open (path, O_WRONLY | O_CLOEXEC);
  writers_write_pieces (watch, fd, content, 0, 1000);
  g_assert_no_errno (g_unlink (path));
  writers_write_pieces (watch, fd, content, 1000, 2000);
  g_assert_no_errno (close (fd));
  watch_until_settled (watch, watch_handler (watch, 1) == NULL);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

/* Deleted, begun anew for longer than the grace time, and given up. */
static void
test_begun_anew_and_given_up (Watch        *watch,
                              gconstpointer data)
{
  g_autofree char *path = watch_path (watch, "x.so");
  g_autofree char *other = watch_path (watch, "y.so");
  g_autoptr (GBytes) content = watch_content (1, 2);
  int fd;

  luminal_loader_set_grace_time (watch->loader, SHORT_MS);
  watch_write_content (watch, "x.so", 1, 1);
  watch_write_content (watch, "y.so", 2, 1);
  watch_begin (watch, FALSE);

  g_assert_no_errno (g_unlink (path));
  fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  writers_write_pieces (watch, fd, content, 0, 1000);

  /* This one is over later. */
  watch_barrier (watch);
  g_assert_no_errno (g_unlink (other));
  watch_until_settled (watch, watch_handler (watch, 2) == NULL);
  g_assert_true (watch_says (watch, 1, 1));

  g_assert_no_errno (g_unlink (path));
  watch_until_settled (watch, watch_handler (watch, 1) == NULL);
  g_assert_no_errno (close (fd));
  watch_barrier (watch);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
}

static void
test_burst_on_one (Watch        *watch,
                   gconstpointer data)
{
  guint last = 1;
  guint generation = 1;

  watch_write_content (watch, "x.so", 1, 1);
  watch_begin (watch, FALSE);
  watch_forget (watch);

  for (guint i = 2; i <= 201; i++)
    {
      if (i % 3 == 0)
        watch_write_content (watch, "x.so", 1, i);
      else
        watch_replace_content (watch, "x.so", 1, i);
      if (i % 5 == 0)
        g_main_context_iteration (NULL, FALSE);
    }
  watch_until_settled (watch, watch_says (watch, 1, 201));

  /* Never one that was overtaken after a newer one, and none twice. */
  for (guint i = 0; i < watch->events->len; i++)
    {
      LuminalEvent *event = watch->events->pdata[i];

      if (luminal_event_get_kind (event) == LUMINAL_EVENT_OUTPUT)
        {
          guint content = (guint) g_ascii_strtoull (luminal_event_get_text (event) + strlen ("content "), NULL, 10);

          g_assert_cmpuint (content, >, last);
          last = content;
        }
      else if (luminal_event_get_kind (event) == LUMINAL_EVENT_RELOADED)
        {
          g_assert_cmpuint (luminal_event_get_generation (event), ==, ++generation);
        }
    }
  g_assert_cmpuint (last, ==, 201);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_FAILED, NULL), ==, 0);
  g_assert_cmpuint (watch_count (watch, LUMINAL_EVENT_OUTPUT, NULL), ==,
                    watch_count (watch, LUMINAL_EVENT_RELOADED, NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  writers_add_ways ("/watch-writers/way", ways, G_N_ELEMENTS (ways));
  g_test_add ("/watch-writers/tools", Watch, NULL, watch_set_up, test_tools, watch_tear_down);
  g_test_add ("/watch-writers/reload-while-written", Watch, NULL, watch_set_up, test_reload_while_written,
              watch_tear_down);
  g_test_add ("/watch-writers/stops-half-way/new", Watch, GINT_TO_POINTER (FALSE), watch_set_up,
              test_stops_half_way, watch_tear_down);
  g_test_add ("/watch-writers/stops-half-way/running", Watch, GINT_TO_POINTER (TRUE), watch_set_up,
              test_stops_half_way, watch_tear_down);
  g_test_add ("/watch-writers/removed-before-closed", Watch, NULL, watch_set_up,
              test_removed_before_closed, watch_tear_down);
  g_test_add ("/watch-writers/begun-anew-and-given-up", Watch, NULL, watch_set_up,
              test_begun_anew_and_given_up, watch_tear_down);
  g_test_add ("/watch-writers/burst-on-one", Watch, NULL, watch_set_up, test_burst_on_one, watch_tear_down);

  return g_test_run ();
}
