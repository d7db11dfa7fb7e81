/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The way from a path to an inspection: what is read, and what is never opened. */

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inspector-testing.h"
#include "luminal-open.h"
#include "patience.h"
#include "system-testing.h"

typedef struct
{
  char *path;
} Folder;

static void
folder_set_up (Folder       *folder,
               gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  folder->path = g_dir_make_tmp ("luminal-inspect-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
folder_tear_down (Folder       *folder,
                  gconstpointer data)
{
  system_remove_tree (folder->path);
  g_free (folder->path);
}

static char *
folder_get (Folder     *folder,
            const char *name)
{
  return g_build_filename (folder->path, name, NULL);
}

static void
copy_fixture (const char *fixture,
              const char *path)
{
  g_autoptr (Module) module = module_load (fixture);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, (const char *) module->bytes, (gssize) module->size, &error);
  g_assert_no_error (error);
}

static void
keep_result (GObject      *source_object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static LuminalInspection *
inspect (GFile        *file,
         GCancellable *cancellable,
         GError      **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_inspect_async (file, cancellable, keep_result, &result);
  wait_while (result == NULL);

  return luminal_inspect_finish (result, error);
}

static void
expect_error (const char  *path,
              LuminalError code,
              const char  *words)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (LuminalInspection) inspection = inspect (file, NULL, &error);

  g_assert_error (error, LUMINAL_ERROR, (int) code);
  g_assert_null (inspection);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_good (Folder       *folder,
           gconstpointer data)
{
  static const char *const names[] = {
    "plain.so", "with space.so", "größer 光.so", "a&b<c>\"d\".so", "two\nlines.so", "no ending",
    "\xff\xfe.so",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = folder_get (folder, names[i]);
      g_autoptr (GFile) file = g_file_new_for_path (path);
      g_autoptr (Module) module = module_load ("everything.so");
      g_autofree char *checksum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, module->bytes,
                                                               module->size);
      g_autoptr (LuminalInspection) inspection = NULL;
      g_autoptr (GError) error = NULL;

      copy_fixture ("everything.so", path);
      inspection = inspect (file, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (luminal_inspection_get_checksum (inspection), ==, checksum);
      g_assert_cmpuint (luminal_inspection_get_size (inspection), ==, module->size);
      g_assert_nonnull (luminal_inspection_lookup (inspection, "Everything"));
    }
}

static void
test_bad_content (Folder       *folder,
                  gconstpointer data)
{
  g_autofree char *path = folder_get (folder, "two\nlines.so");
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "", 0, &error);
  g_assert_no_error (error);
  expect_error (path, LUMINAL_ERROR_INCOMPLETE, "two\\nlines.so: inspect: it is empty");

  g_file_set_contents (path, "int x;\n", -1, &error);
  g_assert_no_error (error);
  expect_error (path, LUMINAL_ERROR_INVALID_MODULE, "two\\nlines.so: inspect: it is no ELF file");

  copy_fixture ("library.so", path);
  expect_error (path, LUMINAL_ERROR_NO_PHOTON, "two\\nlines.so: inspect: ");
}

static void
test_links (Folder       *folder,
            gconstpointer data)
{
  g_autofree char *target = folder_get (folder, "target.so");
  g_autofree char *good = folder_get (folder, "good.so");
  g_autofree char *further = folder_get (folder, "further.so");
  g_autofree char *dangling = folder_get (folder, "dangling.so");
  g_autofree char *circle = folder_get (folder, "circle.so");
  g_autofree char *to_circle = folder_get (folder, "to-circle.so");
  g_autofree char *to_folder = folder_get (folder, "to-folder.so");
  g_autoptr (GFile) file = g_file_new_for_path (further);
  g_autoptr (GError) error = NULL;
  g_autoptr (LuminalInspection) inspection = NULL;

  copy_fixture ("plain.so", target);
  g_assert_no_errno (symlink (target, good));
  g_assert_no_errno (symlink ("good.so", further));
  g_assert_no_errno (symlink ("nowhere.so", dangling));
  g_assert_no_errno (symlink ("to-circle.so", circle));
  g_assert_no_errno (symlink ("circle.so", to_circle));
  g_assert_no_errno (symlink (".", to_folder));

  inspection = inspect (file, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (inspection);

  expect_error (dangling, LUMINAL_ERROR_PHOTON_NOT_FOUND, "read: it is a link that leads nowhere");
  expect_error (circle, LUMINAL_ERROR_PHOTON_NOT_FOUND, "leads back to itself");
  expect_error (to_circle, LUMINAL_ERROR_PHOTON_NOT_FOUND, "leads back to itself");
  expect_error (to_folder, LUMINAL_ERROR_PHOTON_NOT_FOUND, "it is a folder");
}

static void
test_not_found (Folder       *folder,
                gconstpointer data)
{
  g_autofree char *path = folder_get (folder, "missing.so");
  g_autofree char *below = folder_get (folder, "file.so/missing.so");
  g_autofree char *file = folder_get (folder, "file.so");
  g_autofree char *name = g_strnfill (300, 'x');
  g_autofree char *long_path = folder_get (folder, name);

  copy_fixture ("plain.so", file);

  expect_error (path, LUMINAL_ERROR_PHOTON_NOT_FOUND, "missing.so: read: there is no such file");
  expect_error (below, LUMINAL_ERROR_PHOTON_NOT_FOUND, "there can be no such file");
  expect_error (long_path, LUMINAL_ERROR_PHOTON_NOT_FOUND, "there can be no such file");
  expect_error (folder->path, LUMINAL_ERROR_PHOTON_NOT_FOUND, "read: it is a folder");
}

/* Reading such a pipe would wait for a writer for ever; opening it alone would
 * wake one that waits for a reader. */
static void
test_pipe (Folder       *folder,
           gconstpointer data)
{
  g_autofree char *path = folder_get (folder, "pipe.so");
  g_autofree char *link_path = folder_get (folder, "link.so");
  char event[sizeof (struct inotify_event) + NAME_MAX + 1];
  int watch = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);

  g_assert_no_errno (mkfifo (path, 0600));
  g_assert_no_errno (symlink ("pipe.so", link_path));
  g_assert_no_errno (watch);
  g_assert_no_errno (inotify_add_watch (watch, path, IN_OPEN));

  expect_error (path, LUMINAL_ERROR_INVALID_MODULE, "it is a named pipe, which is never opened");
  expect_error (link_path, LUMINAL_ERROR_INVALID_MODULE, "it is a named pipe");
  g_assert_cmpint (read (watch, event, sizeof event), ==, -1);
  g_assert_cmpint (errno, ==, EAGAIN);

  /* It would have been seen. */
  g_close (open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), NULL);
  g_assert_cmpint (read (watch, event, sizeof event), >, 0);
  g_close (watch, NULL);
}

static void
test_special (Folder       *folder,
              gconstpointer data)
{
  g_autofree char *device = folder_get (folder, "device.so");
  g_autofree char *socket_path = folder_get (folder, "socket.so");
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (socket_path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_DEFAULT, &error);

  g_assert_no_error (error);
  g_socket_bind (socket, address, FALSE, &error);
  g_assert_no_error (error);
  g_assert_no_errno (symlink ("/dev/zero", device));

  expect_error ("/dev/zero", LUMINAL_ERROR_INVALID_MODULE, "it is a device, which is never opened");
  expect_error (device, LUMINAL_ERROR_INVALID_MODULE, "it is a device");
  expect_error (socket_path, LUMINAL_ERROR_INVALID_MODULE, "it is a socket");
}

/* As large as the limit costs nothing here: nothing of it was ever written. */
static void
test_size (Folder       *folder,
           gconstpointer data)
{
  g_autofree char *path = folder_get (folder, "large.so");
  g_autoptr (GError) error = NULL;
  struct stat file_stat;
  int fd;

  copy_fixture ("plain.so", path);
  g_assert_no_errno (truncate (path, (off_t) LUMINAL_MODULE_SIZE_MAX + 1));
  expect_error (path, LUMINAL_ERROR_INVALID_MODULE, "larger than the 256 MiB");

  g_assert_no_errno (truncate (path, LUMINAL_MODULE_SIZE_MAX));
  fd = luminal_open_module_file (path, &file_stat, &error);
  g_assert_no_error (error);
  g_assert_cmpint (file_stat.st_size, ==, LUMINAL_MODULE_SIZE_MAX);
  g_assert_cmpint (fcntl (fd, F_GETFD) & FD_CLOEXEC, !=, 0);
  g_close (fd, NULL);
}

static void
test_unreadable (Folder       *folder,
                 gconstpointer data)
{
  g_autofree char *path = folder_get (folder, "barred.so");

  if (g_test_subprocess ())
    {
      /* Before the thread that reads is made: it takes over what this one has. */
      system_lay_down_rights ();
      copy_fixture ("plain.so", path);
      g_assert_no_errno (chmod (path, 0));
      expect_error (path, LUMINAL_ERROR_UNREADABLE, "barred.so: read: Permission denied. Give");

      g_assert_no_errno (chmod (path, 0600));
      g_assert_no_errno (chmod (folder->path, 0));
      expect_error (path, LUMINAL_ERROR_UNREADABLE, "barred.so: read: Permission denied. Give");
      g_assert_no_errno (chmod (folder->path, 0700));
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_not_here (Folder       *folder,
               gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_uri ("resource:///x.so");
  g_autoptr (GError) error = NULL;
  g_autoptr (LuminalInspection) inspection = inspect (file, NULL, &error);

  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_UNREADABLE);
  g_assert_null (inspection);
  g_assert_nonnull (strstr (error->message, "resource:///x.so: read: "));
}

static void
test_cancelled (Folder       *folder,
                gconstpointer data)
{
  g_autofree char *path = fixture_path ("plain.so");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (LuminalInspection) inspection = NULL;

  g_cancellable_cancel (cancellable);
  inspection = inspect (file, cancellable, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (inspection);
}

/* Many at once, good and bad: nothing is shared between them. */
static void
test_parallel (Folder       *folder,
               gconstpointer data)
{
  static const char *const fixtures[] = { "everything.so", "library.so", "two.so", "program" };
  GAsyncResult *results[100] = { NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autofree char *path = fixture_path (fixtures[i % 4]);
      g_autoptr (GFile) file = g_file_new_for_path (path);

      luminal_inspect_async (file, NULL, keep_result, &results[i]);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LuminalInspection) inspection = NULL;

      wait_while (results[i] == NULL);
      inspection = luminal_inspect_finish (results[i], &error);
      g_object_unref (results[i]);

      switch (i % 4)
        {
        case 1:
          g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NO_PHOTON);
          break;
        case 3:
          g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_INVALID_MODULE);
          break;
        default:
          g_assert_no_error (error);
          g_assert_cmpuint (g_list_model_get_n_items (luminal_inspection_get_photons (inspection)),
                            ==, i % 4 == 0 ? 1 : 2);
          break;
        }
    }
}

static void
add (const char *path,
     void      (*test) (Folder       *folder,
                        gconstpointer data))
{
  g_test_add (path, Folder, NULL, folder_set_up, test, folder_tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/inspect-file/good", test_good);
  add ("/inspect-file/bad-content", test_bad_content);
  add ("/inspect-file/links", test_links);
  add ("/inspect-file/not-found", test_not_found);
  add ("/inspect-file/pipe", test_pipe);
  add ("/inspect-file/special", test_special);
  add ("/inspect-file/size", test_size);
  add ("/inspect-file/unreadable", test_unreadable);
  add ("/inspect-file/not-here", test_not_here);
  add ("/inspect-file/cancelled", test_cancelled);
  add ("/inspect-file/parallel", test_parallel);

  return g_test_run ();
}
