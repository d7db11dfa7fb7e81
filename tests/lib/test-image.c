/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The private copy of a file: whole, of one moment, and beyond anybody's reach. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "luminal-error.h"
#include "luminal-image.h"

#define LONG_MS 3600000
#define LARGE (3 * 1024 * 1024 + 17)

typedef struct
{
  char *folder;
  char *path;
  GFile *file;
} Place;

static void
place_set_up (Place        *place,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  place->folder = g_dir_make_tmp ("luminal-image-XXXXXX", &error);
  g_assert_no_error (error);
  place->path = g_build_filename (place->folder, "x.so", NULL);
  place->file = g_file_new_for_path (place->path);
}

static void
place_tear_down (Place        *place,
                 gconstpointer data)
{
  g_unlink (place->path);
  g_assert_no_errno (g_rmdir (place->folder));
  g_object_unref (place->file);
  g_free (place->path);
  g_free (place->folder);
}

static GBytes *
make_bytes (gsize size,
            guint seed)
{
  guint32 *words = g_new (guint32, size / 4 + 1);
  guint32 word = seed;

  for (gsize i = 0; i < size / 4 + 1; i++)
    words[i] = word = word * 1664525u + 1013904223u;

  return g_bytes_new_take (words, size);
}

static void
append (int     fd,
        GBytes *bytes,
        gsize   from,
        gsize   to)
{
  const char *data = g_bytes_get_data (bytes, NULL);

  while (from < to)
    {
      gssize n = pwrite (fd, data + from, to - from, (off_t) from);

      g_assert_no_errno (n);
      from += (gsize) n;
    }
}

static void
put (Place  *place,
     GBytes *bytes)
{
  int fd = open (place->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_no_errno (fd);
  append (fd, bytes, 0, g_bytes_get_size (bytes));
  g_assert_no_errno (close (fd));
}

static void
keep_result (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static gboolean
give_up (gpointer what)
{
  g_error ("it never ended");
  return G_SOURCE_REMOVE;
}

static LuminalImage *
wait_for_image (GAsyncResult **result,
                LuminalPhase  *phase,
                GError       **error)
{
  guint deadline = g_timeout_add_seconds (60, give_up, NULL);
  g_autoptr (GAsyncResult) kept = NULL;

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
  kept = g_steal_pointer (result);

  return luminal_image_take_finish (kept, phase, error);
}

static LuminalImage *
take (Place         *place,
      guint          settle_timeout,
      LuminalPhase  *phase,
      GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_image_take_async (place->file, settle_timeout, NULL, keep_result, &result);
  return wait_for_image (&result, phase, error);
}

static void
assert_image (LuminalImage *image,
              GBytes       *bytes)
{
  g_autofree char *checksum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  gsize size;
  const guint8 *data = luminal_image_get_bytes (image, &size);

  g_assert_cmpmem (data, size, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_cmpstr (luminal_image_get_checksum (image), ==, checksum);
}

static void
test_copy (Place        *place,
           gconstpointer data)
{
  const gsize sizes[] = { 1, 4095, 4096, 4097, 15000, 1024 * 1024, 1024 * 1024 + 1, LARGE };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) bytes = make_bytes (sizes[i], (guint) i);
      g_autoptr (LuminalImage) image = NULL;
      g_autoptr (GError) error = NULL;
      LuminalPhase phase;

      put (place, bytes);
      image = take (place, LONG_MS, &phase, &error);
      g_assert_no_error (error);
      assert_image (image, bytes);
      g_assert_cmpint (luminal_image_get_duration (image, LUMINAL_PHASE_SETTLE), >=, 0);
      g_assert_cmpint (luminal_image_get_duration (image, LUMINAL_PHASE_READ), >=, 0);
      g_assert_cmpint (luminal_image_get_duration (image, LUMINAL_PHASE_CHECKSUM), >=, 0);
      g_assert_cmpint (luminal_image_get_duration (image, LUMINAL_PHASE_START), ==, 0);

      /* Whatever becomes of the file. */
      g_assert_no_errno (truncate (place->path, 0));
      assert_image (image, bytes);
      g_assert_no_errno (g_unlink (place->path));
      assert_image (image, bytes);
    }
}

static void
assert_sealed (LuminalImage *image,
               GBytes       *bytes)
{
  int fd = luminal_image_get_fd (image);

  g_assert_cmpint (fcntl (fd, F_GET_SEALS), ==, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
  g_assert_cmpint (fcntl (fd, F_GETFD) & FD_CLOEXEC, !=, 0);
  g_assert_cmpint (pwrite (fd, "x", 1, 0), ==, -1);
  g_assert_cmpint (errno, ==, EPERM);
  g_assert_cmpint (ftruncate (fd, 0), ==, -1);
  g_assert_cmpint (ftruncate (fd, (off_t) g_bytes_get_size (bytes) * 2), ==, -1);
  g_assert_true (mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
  assert_image (image, bytes);
}

/* Also what was built, and the copy that is made once more when the first is closed. */
static void
test_sealed (Place        *place,
             gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (10000, 1);
  g_autoptr (LuminalImage) image = NULL;
  g_autoptr (LuminalImage) built = NULL;
  g_autoptr (GError) error = NULL;
  LuminalPhase phase;

  put (place, bytes);
  image = take (place, LONG_MS, &phase, &error);
  g_assert_no_error (error);
  assert_sealed (image, bytes);

  built = luminal_image_new_for_bytes (bytes, place->path, &error);
  g_assert_no_error (error);
  assert_sealed (built, bytes);

  luminal_image_rest (image);
  assert_sealed (image, bytes);
}

static void
test_empty (Place        *place,
            gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("", 0);
  g_autoptr (LuminalImage) image = NULL;
  g_autoptr (GError) error = NULL;
  LuminalPhase phase;
  gsize size = 1;

  put (place, bytes);
  image = take (place, LONG_MS, &phase, &error);
  g_assert_no_error (error);
  luminal_image_get_bytes (image, &size);
  g_assert_cmpuint (size, ==, 0);
  g_assert_cmpstr (luminal_image_get_checksum (image), ==,
                   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void
iterate (GAsyncResult **result,
         guint          times)
{
  /* Each look at the file is an iteration that does something. */
  for (guint i = 0; i < times; i++)
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_null (*result);
    }
}

/* As long as somebody has it open for writing it is left alone. */
static void
test_writer (Place        *place,
             gconstpointer data)
{
  gsize size = GPOINTER_TO_SIZE (data);
  g_autoptr (GBytes) bytes = make_bytes (size, 2);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (LuminalImage) image = NULL;
  g_autoptr (GError) error = NULL;
  LuminalPhase phase;
  int fd = open (place->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  append (fd, bytes, 0, 100);
  luminal_image_take_async (place->file, LONG_MS, NULL, keep_result, &result);
  iterate (&result, 3);
  for (gsize at = 100; at < size; at += size / 7)
    {
      append (fd, bytes, at, MIN (at + size / 7, size));
      iterate (&result, 1);
    }
  iterate (&result, 3);
  g_assert_no_errno (close (fd));

  image = wait_for_image (&result, &phase, &error);
  g_assert_no_error (error);
  assert_image (image, bytes);
  g_assert_cmpint (luminal_image_get_duration (image, LUMINAL_PHASE_SETTLE), >, 0);
}

static void
test_timeout (Place        *place,
              gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (1000, 3);
  g_autoptr (LuminalImage) image = NULL;
  g_autoptr (LuminalImage) second = NULL;
  g_autoptr (GError) error = NULL;
  LuminalPhase phase;
  int fd;

  put (place, bytes);
  fd = open (place->path, O_WRONLY | O_CLOEXEC);
  image = take (place, 10, &phase, &error);
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_INCOMPLETE);
  g_assert_cmpint (phase, ==, LUMINAL_PHASE_SETTLE);
  g_assert_null (image);
  g_assert_nonnull (strstr (error->message, "x.so: settle: another program has it open for writing"));
  g_assert_no_errno (close (fd));

  g_clear_error (&error);
  second = take (place, 0, &phase, &error);
  g_assert_no_error (error);
  assert_image (second, bytes);
}

/* Whoever goes on writing is waited for, however long that takes. */
static void
test_slow_writer (Place        *place,
                  gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (100000, 3);
  gint64 began = g_get_monotonic_time ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (LuminalImage) image = NULL;
  g_autoptr (GError) error = NULL;
  LuminalPhase phase;
  gsize at = 100;
  int fd = open (place->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  append (fd, bytes, 0, at);
  luminal_image_take_async (place->file, 400, NULL, keep_result, &result);
  while (g_get_monotonic_time () - began < G_USEC_PER_SEC)
    {
      append (fd, bytes, at, at + 100);
      at += 100;
      iterate (&result, 1);
    }
  append (fd, bytes, at, g_bytes_get_size (bytes));
  g_assert_no_errno (close (fd));

  image = wait_for_image (&result, &phase, &error);
  g_assert_no_error (error);
  assert_image (image, bytes);
}

/* The path counts, not the file that was there first. */
static void
test_replaced (Place        *place,
               gconstpointer data)
{
  g_autoptr (GBytes) old = make_bytes (5000, 4);
  g_autoptr (GBytes) new = make_bytes (6000, 5);
  g_autofree char *other = g_strconcat (place->path, ".part", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (LuminalImage) image = NULL;
  g_autoptr (GError) error = NULL;
  LuminalPhase phase;
  int fd;

  put (place, new);
  g_assert_no_errno (g_rename (place->path, other));
  put (place, old);
  fd = open (place->path, O_WRONLY | O_CLOEXEC);
  luminal_image_take_async (place->file, LONG_MS, NULL, keep_result, &result);
  iterate (&result, 2);
  g_assert_no_errno (g_rename (other, place->path));

  image = wait_for_image (&result, &phase, &error);
  g_assert_no_error (error);
  assert_image (image, new);
  g_assert_no_errno (close (fd));
}

static void
test_removed (Place        *place,
              gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (LuminalImage) image = NULL;
  g_autoptr (GError) error = NULL;
  LuminalPhase phase;
  int fd = open (place->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  luminal_image_take_async (place->file, LONG_MS, NULL, keep_result, &result);
  iterate (&result, 2);
  g_assert_no_errno (g_unlink (place->path));
  image = wait_for_image (&result, &phase, &error);
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND);
  g_assert_cmpint (phase, ==, LUMINAL_PHASE_READ);
  g_assert_null (image);
  g_assert_no_errno (close (fd));
}

/* A writer in the same thread gets its turn while a thread reads: it is not kept
 * waiting for something that only its own thread would do. */
static void
test_writer_in_this_thread (Place        *place,
                            gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (LARGE, 6);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gint64 forced;

  /* After so many seconds the system lets the writer go on by force. */
  g_file_get_contents ("/proc/sys/fs/lease-break-time", &text, NULL, &error);
  g_assert_no_error (error);
  forced = g_ascii_strtoll (text, NULL, 10) * G_USEC_PER_SEC;

  put (place, bytes);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (LuminalImage) image = NULL;
      gint64 began;
      LuminalPhase phase;
      int fd;

      luminal_image_take_async (place->file, LONG_MS, NULL, keep_result, &result);
      began = g_get_monotonic_time ();
      fd = open (place->path, O_WRONLY | O_CLOEXEC);
      g_assert_no_errno (fd);
      g_assert_cmpint (g_get_monotonic_time () - began, <, forced / 2);
      g_assert_no_errno (close (fd));

      image = wait_for_image (&result, &phase, &error);
      g_assert_no_error (error);
      assert_image (image, bytes);
    }
}

/* Written over and over by another thread, it is never taken half. */
static gpointer
write_over_and_over (gpointer data)
{
  Place *place = data;

  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (GBytes) bytes = make_bytes (20000 + i, i);

      put (place, bytes);
    }

  return NULL;
}

static void
test_never_half (Place        *place,
                 gconstpointer data)
{
  g_autoptr (GHashTable) whole = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GBytes) first = make_bytes (20000, 0);
  g_autofree char *last = NULL;
  GThread *thread;
  g_autofree char *empty = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "", 0);

  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (GBytes) bytes = make_bytes (20000 + i, i);

      g_free (last);
      last = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
      g_hash_table_add (whole, g_strdup (last));
    }

  put (place, first);
  thread = g_thread_new ("writer", write_over_and_over, place);
  for (gboolean is_last = FALSE; !is_last;)
    {
      g_autoptr (LuminalImage) image = NULL;
      g_autoptr (GError) error = NULL;
      LuminalPhase phase;

      image = take (place, LONG_MS, &phase, &error);
      g_assert_no_error (error);
      g_assert_true (g_hash_table_contains (whole, luminal_image_get_checksum (image)));
      g_assert_cmpstr (luminal_image_get_checksum (image), !=, empty);
      is_last = g_str_equal (luminal_image_get_checksum (image), last);
    }
  g_thread_join (thread);
}

static void
test_pipe (Place        *place,
           gconstpointer data)
{
  char event[sizeof (struct inotify_event) + NAME_MAX + 1];
  int opened = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  g_autoptr (LuminalImage) image = NULL;
  g_autoptr (GError) error = NULL;
  LuminalPhase phase;

  g_assert_no_errno (mkfifo (place->path, 0600));
  g_assert_no_errno (inotify_add_watch (opened, place->path, IN_OPEN));
  image = take (place, LONG_MS, &phase, &error);
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_INVALID_MODULE);
  g_assert_cmpint (phase, ==, LUMINAL_PHASE_READ);
  g_assert_null (image);
  g_assert_cmpint (read (opened, event, sizeof event), ==, -1);
  g_assert_cmpint (errno, ==, EAGAIN);
  g_close (opened, NULL);
}

static void
cancel_and_check (GAsyncResult **result,
                  GCancellable  *cancellable)
{
  g_autoptr (LuminalImage) image = NULL;
  g_autoptr (GError) error = NULL;
  LuminalPhase phase;

  g_cancellable_cancel (cancellable);
  image = wait_for_image (result, &phase, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (image);
}

/* Before, while a writer has the file, and while a thread reads. */
static void
test_cancelled (Place        *place,
                gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (LARGE, 7);
  g_autoptr (GAsyncResult) result = NULL;
  int fd;

  put (place, bytes);
  {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();

    g_cancellable_cancel (cancellable);
    luminal_image_take_async (place->file, LONG_MS, cancellable, keep_result, &result);
    cancel_and_check (&result, cancellable);
  }
  {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();

    fd = open (place->path, O_WRONLY | O_CLOEXEC);
    luminal_image_take_async (place->file, LONG_MS, cancellable, keep_result, &result);
    iterate (&result, 3);
    cancel_and_check (&result, cancellable);
    g_assert_no_errno (close (fd));
  }
  {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();

    luminal_image_take_async (place->file, LONG_MS, cancellable, keep_result, &result);
    cancel_and_check (&result, cancellable);
  }
  /* Nothing of all that holds on to the file. */
  fd = open (place->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  g_assert_no_errno (fd);
  g_assert_no_errno (close (fd));
}

static void
add (const char   *path,
     gconstpointer data,
     void        (*test) (Place        *place,
                          gconstpointer data))
{
  g_test_add (path, Place, data, place_set_up, test, place_tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/image/copy", NULL, test_copy);
  add ("/image/sealed", NULL, test_sealed);
  add ("/image/empty", NULL, test_empty);
  add ("/image/writer/small", GSIZE_TO_POINTER (15000), test_writer);
  add ("/image/writer/large", GSIZE_TO_POINTER (LARGE), test_writer);
  add ("/image/writer/in-this-thread", NULL, test_writer_in_this_thread);
  add ("/image/timeout", NULL, test_timeout);
  add ("/image/slow-writer", NULL, test_slow_writer);
  add ("/image/replaced", NULL, test_replaced);
  add ("/image/removed", NULL, test_removed);
  add ("/image/pipe", NULL, test_pipe);
  add ("/image/cancelled", NULL, test_cancelled);
  add ("/image/never-half", NULL, test_never_half);

  return g_test_run ();
}
