/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-image.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "luminal-error-private.h"
#include "luminal-open.h"
#include "luminal-task-thread.h"
#include "luminal-write-all.h"

/* Up to this size a copy is made where the loader runs: it takes less time than
 * waking a thread and being woken by it (15 KB: 30 µs). Above, in a thread. */
#define INLINE_SIZE (1024 * 1024)

/* While another program has the file open for writing it is looked at again
 * after 1 ms, then 2 ms, doubling up to this. Nothing is looked at otherwise. */
#define LONGEST_LOOK_MS 100

/* Where the system cannot say whether somebody writes, a file that changed less
 * than this long ago has to be the same at a second look. */
#define FRESH_USEC G_USEC_PER_SEC

struct _LuminalImage
{
  GObject parent_instance;

  int fd;
  guint8 *bytes;
  gsize size;
  char *checksum;
  gint64 settle_usec;
  gint64 read_usec;
  gint64 checksum_usec;
};

typedef struct
{
  char *path;
  LuminalImage *image;
  LuminalPhase phase;
  int fd;
  struct stat seen;
  gboolean seen_before;
  gboolean leased;  /* now */
  gboolean guarded; /* it was, while it was read */
  guint settle_timeout;
  guint look_ms;
  gint64 began;
  gint64 last_progress;
} Taking;

G_DEFINE_TYPE (LuminalImage, luminal_image, G_TYPE_OBJECT)

static void look (GTask *task);

static void
luminal_image_finalize (GObject *object)
{
  LuminalImage *self = LUMINAL_IMAGE (object);

  if (self->bytes != NULL)
    munmap (self->bytes, self->size);
  if (self->fd >= 0)
    g_close (self->fd, NULL);
  g_free (self->checksum);

  G_OBJECT_CLASS (luminal_image_parent_class)->finalize (object);
}

static void
luminal_image_class_init (LuminalImageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = luminal_image_finalize;
}

static void
luminal_image_init (LuminalImage *self)
{
  self->fd = -1;
}

static void
taking_free (Taking *taking)
{
  g_clear_object (&taking->image);
  if (taking->fd >= 0)
    g_close (taking->fd, NULL);
  g_free (taking->path);
  g_free (taking);
}

static gboolean
same_content (const struct stat *a,
              const struct stat *b)
{
  return a->st_size == b->st_size &&
         a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
         a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* A read lease is granted only while nobody has the file open for writing, and
 * as long as it is held nobody can begin to: the copy cannot be torn. It is held
 * for the time of the copy alone. Not every file system has leases, and only the
 * owner of a file may take one. */
static gboolean
take_lease (int       fd,
            gboolean *written)
{
  *written = FALSE;

  /* A writer that arrives meanwhile waits, and the lease's holder is told by a
   * signal: one that is ignored unless somebody asked for it. */
  if (fcntl (fd, F_SETSIG, SIGURG) == 0 && fcntl (fd, F_SETLEASE, F_RDLCK) == 0)
    return TRUE;

  *written = errno == EAGAIN;
  return FALSE;
}

static void
drop_lease (Taking *taking)
{
  if (taking->leased)
    fcntl (taking->fd, F_SETLEASE, F_UNLCK);
  taking->leased = FALSE;
}

static int
open_private_copy (const char *path,
                   gboolean   *has_seals,
                   GError    **error)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *shortened = g_strndup (name, 200);
  g_autofree char *temporary = NULL;
  int fd = memfd_create (shortened, MFD_CLOEXEC | MFD_ALLOW_SEALING);

  *has_seals = fd >= 0;
  if (fd >= 0)
    return fd;

  /* Barred here: a file that has no name any more is private too. */
  fd = g_file_open_tmp ("luminal-XXXXXX", &temporary, error);
  if (fd >= 0)
    g_unlink (temporary);
  return fd;
}

static gboolean
copy_bytes (Taking       *taking,
            int           copy,
            gsize        *size,
            GCancellable *cancellable,
            GError      **error)
{
  gsize block = CLAMP ((gsize) taking->seen.st_size + 1, 4096, INLINE_SIZE);
  g_autofree guint8 *buffer = g_malloc (block);

  for (*size = 0;;)
    {
      gssize n = read (taking->fd, buffer, block);
      int saved_errno = errno;

      if (n < 0 && saved_errno == EINTR)
        continue;
      if (n < 0)
        {
          g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_UNREADABLE, taking->path,
                                                       LUMINAL_PHASE_READ, "%s",
                                                       g_strerror (saved_errno)));
          return FALSE;
        }
      if (n == 0)
        return TRUE;

      *size += (gsize) n;
      if (*size > LUMINAL_MODULE_SIZE_MAX)
        {
          g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_INVALID_MODULE, taking->path,
                                                       LUMINAL_PHASE_READ,
                                                       _("it grew beyond %d MiB while it was read"),
                                                       LUMINAL_MODULE_SIZE_MAX / (1024 * 1024)));
          return FALSE;
        }
      if (!luminal_write_all (copy, buffer, (gsize) n))
        {
          g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_UNREADABLE, taking->path,
                                                       LUMINAL_PHASE_READ,
                                                       _("its private copy cannot be written: %s"),
                                                       g_strerror (errno)));
          return FALSE;
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
    }
}

/* Returns whether nobody can write it any more. A file without a name has no seals, and
 * nobody else can reach it. */
static gboolean
seal (int      fd,
      gboolean has_seals)
{
  return !has_seals || fcntl (fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0;
}

static gboolean
map_bytes (LuminalImage *image)
{
  if (image->size > 0)
    image->bytes = mmap (NULL, image->size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, image->fd, 0);
  if (image->bytes != MAP_FAILED)
    return TRUE;

  image->bytes = NULL;
  return FALSE;
}

static gboolean
read_image (Taking       *taking,
            LuminalImage *image,
            GCancellable *cancellable,
            GError      **error)
{
  gboolean has_seals;
  g_autoptr (GError) local_error = NULL;

  image->fd = open_private_copy (taking->path, &has_seals, &local_error);
  if (image->fd < 0)
    {
      g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_UNREADABLE, taking->path,
                                                   LUMINAL_PHASE_READ, _("no room for a private copy: %s"),
                                                   local_error->message));
      return FALSE;
    }

  if (!copy_bytes (taking, image->fd, &image->size, cancellable, error))
    return FALSE;

  if (!seal (image->fd, has_seals))
    {
      g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_UNREADABLE, taking->path,
                                                   LUMINAL_PHASE_READ,
                                                   _("its private copy cannot be sealed: %s"),
                                                   g_strerror (errno)));
      return FALSE;
    }
  if (!map_bytes (image))
    {
      g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_UNREADABLE, taking->path,
                                                   LUMINAL_PHASE_READ,
                                                   _("its private copy cannot be mapped: %s"),
                                                   g_strerror (errno)));
      return FALSE;
    }

  return TRUE;
}

static gboolean
make_image (Taking       *taking,
            GCancellable *cancellable,
            GError      **error)
{
  g_autoptr (LuminalImage) image = g_object_new (LUMINAL_TYPE_IMAGE, NULL);
  gint64 started = g_get_monotonic_time ();
  gint64 was_read;

  taking->phase = LUMINAL_PHASE_READ;
  image->settle_usec = started - taking->began;
  if (!read_image (taking, image, cancellable, error))
    return FALSE;

  /* Here, where it was read, and not when the loader's thread hears of it: that
   * one may be the writer that waits. */
  drop_lease (taking);
  was_read = g_get_monotonic_time ();
  image->read_usec = was_read - started;

  taking->phase = LUMINAL_PHASE_CHECKSUM;
  image->checksum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, image->bytes, image->size);
  image->checksum_usec = g_get_monotonic_time () - was_read;

  g_set_object (&taking->image, image);
  return TRUE;
}

static gboolean
look_again (gpointer user_data)
{
  look (user_data);
  return G_SOURCE_REMOVE;
}

/* Returns whether to wait; otherwise the deadline has passed. */
static gboolean
wait_for_writer (GTask  *task,
                 Taking *taking)
{
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GSource) source = NULL;

  if (now - taking->last_progress > (gint64) taking->settle_timeout * 1000)
    {
      g_task_return_error (task,
                           luminal_error_new (LUMINAL_ERROR_INCOMPLETE, taking->path,
                                              LUMINAL_PHASE_SETTLE,
                                              _("another program has it open for writing and wrote "
                                                "nothing for %.1f s. It is read when that program "
                                                "closes it"),
                                              taking->settle_timeout / 1000.0));
      return FALSE;
    }

  g_close (taking->fd, NULL);
  taking->fd = -1;
  source = g_timeout_source_new (taking->look_ms);
  taking->look_ms = MIN (taking->look_ms * 2, LONGEST_LOOK_MS);
  g_source_set_static_name (source, "[luminal] settle");
  g_task_attach_source (task, source, look_again);
  return TRUE;
}

static void
finish_taking (GTask    *task,
               gboolean  taken,
               GError   *error)
{
  Taking *taking = g_task_get_task_data (task);
  struct stat now;

  /* Whoever wrote it while it was read, without a lease to stop them, makes the
   * copy worthless. */
  if (taken && !taking->guarded &&
      (fstat (taking->fd, &now) != 0 || !same_content (&now, &taking->seen)))
    {
      g_clear_object (&taking->image);
      taking->last_progress = g_get_monotonic_time ();
      wait_for_writer (task, taking);
      g_object_unref (task);
      return;
    }

  drop_lease (taking);

  if (taken)
    g_task_return_pointer (task, g_steal_pointer (&taking->image), g_object_unref);
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}

static void
make_image_in_thread (GTask        *thread_task,
                      gpointer      source_object,
                      gpointer      task_data,
                      GCancellable *cancellable)
{
  GError *error = NULL;

  if (make_image (task_data, cancellable, &error))
    g_task_return_boolean (thread_task, TRUE);
  else
    g_task_return_error (thread_task, error);
}

static void
image_made (GObject      *source_object,
            GAsyncResult *result,
            gpointer      user_data)
{
  GError *error = NULL;
  gboolean taken = g_task_propagate_boolean (G_TASK (result), &error);

  finish_taking (user_data, taken, error);
}

/* One look at the file: is anybody writing it? If not, take it. */
static void
look (GTask *task)
{
  Taking *taking = g_task_get_task_data (task);
  struct stat now;
  gboolean written = FALSE;
  gboolean fresh;
  GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;

  taking->phase = LUMINAL_PHASE_READ;
  taking->fd = luminal_open_module_file (taking->path, &now, &error);
  if (taking->fd < 0)
    {
      g_task_return_error (task, error);
      return;
    }
  taking->phase = LUMINAL_PHASE_SETTLE;

  taking->leased = take_lease (taking->fd, &written);
  taking->guarded = taking->leased;
  if (!taking->seen_before || !same_content (&now, &taking->seen))
    taking->last_progress = g_get_monotonic_time ();

  fresh = !taking->leased && !written &&
          ABS (g_get_real_time () - (now.st_mtim.tv_sec * G_USEC_PER_SEC + now.st_mtim.tv_nsec / 1000)) < FRESH_USEC &&
          (!taking->seen_before || !same_content (&now, &taking->seen));
  taking->seen = now;
  taking->seen_before = TRUE;

  if (written || fresh)
    {
      wait_for_writer (task, taking);
      return;
    }

  g_object_ref (task);
  if (now.st_size <= INLINE_SIZE)
    {
      gboolean taken = make_image (taking, g_task_get_cancellable (task), &error);

      finish_taking (task, taken, error);
    }
  else
    {
      g_autoptr (GTask) thread_task = g_task_new (NULL, g_task_get_cancellable (task), image_made, task);

      g_task_set_source_tag (thread_task, look);
      g_task_set_task_data (thread_task, taking, NULL);
      luminal_task_run_in_own_thread (thread_task, "luminal-image", make_image_in_thread);
    }
}

/* Takes a private copy of @file and its checksum, after waiting until nobody
 * writes it: at most @settle_timeout milliseconds from the last change. */
void
luminal_image_take_async (GFile               *file,
                          guint                settle_timeout,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Taking *taking = g_new0 (Taking, 1);

  taking->path = g_file_get_path (file);
  taking->fd = -1;
  taking->settle_timeout = settle_timeout;
  taking->look_ms = 1;
  taking->began = g_get_monotonic_time ();
  taking->last_progress = taking->began;

  g_task_set_source_tag (task, luminal_image_take_async);
  g_task_set_name (task, "[luminal] take an image");
  g_task_set_task_data (task, taking, (GDestroyNotify) taking_free);

  look (task);
}

LuminalImage *
luminal_image_take_finish (GAsyncResult  *result,
                           LuminalPhase  *failed_phase,
                           GError       **error)
{
  Taking *taking = g_task_get_task_data (G_TASK (result));

  *failed_phase = taking->phase;
  return g_task_propagate_pointer (G_TASK (result), error);
}

LuminalImage *
luminal_image_new_for_bytes (GBytes      *bytes,
                             const char  *path,
                             GError     **error)
{
  g_autoptr (LuminalImage) self = g_object_new (LUMINAL_TYPE_IMAGE, NULL);
  gboolean has_seals;
  g_autoptr (GError) local_error = NULL;

  self->fd = open_private_copy (path, &has_seals, &local_error);
  if (self->fd >= 0 && luminal_write_all (self->fd, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) &&
      seal (self->fd, has_seals))
    {
      self->size = g_bytes_get_size (bytes);
      self->checksum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
      if (map_bytes (self))
        return g_steal_pointer (&self);
    }

  g_propagate_error (error, luminal_error_new (LUMINAL_ERROR_UNREADABLE, path, LUMINAL_PHASE_BUILD,
                                               _("no room for the module that was built: %s"),
                                               local_error != NULL ? local_error->message : g_strerror (errno)));
  return NULL;
}

LuminalImage *
luminal_image_new_for_fd (int          fd,
                          const char  *checksum,
                          GError     **error)
{
  g_autoptr (LuminalImage) self = g_object_new (LUMINAL_TYPE_IMAGE, NULL);
  struct stat info;

  self->fd = fd;
  self->checksum = g_strdup (checksum);
  if (fstat (fd, &info) == 0)
    {
      self->size = (gsize) info.st_size;
      if (map_bytes (self))
        return g_steal_pointer (&self);
    }

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s", g_strerror (errno));
  return NULL;
}

const guint8 *
luminal_image_get_bytes (LuminalImage *self,
                         gsize        *size)
{
  *size = self->size;
  return self->bytes;
}

const char *
luminal_image_get_checksum (LuminalImage *self)
{
  return self->checksum;
}

int
luminal_image_get_fd (LuminalImage *self)
{
  if (self->fd < 0)
    {
      gboolean has_seals;
      int fd = open_private_copy ("image", &has_seals, NULL);

      if (fd >= 0 && luminal_write_all (fd, self->bytes, self->size) && seal (fd, has_seals))
        {
          self->fd = fd;
        }
      else if (fd >= 0)
        {
          int saved_errno = errno;

          g_close (fd, NULL);
          errno = saved_errno;
        }
    }

  return self->fd;
}

void
luminal_image_rest (LuminalImage *self)
{
  if (self->fd >= 0 && self->bytes != NULL)
    g_close (g_steal_fd (&self->fd), NULL);
}

gint64
luminal_image_get_duration (LuminalImage *self,
                            LuminalPhase  phase)
{
  switch (phase)
    {
    case LUMINAL_PHASE_SETTLE:
      return self->settle_usec;
    case LUMINAL_PHASE_READ:
      return self->read_usec;
    case LUMINAL_PHASE_CHECKSUM:
      return self->checksum_usec;
    default:
      return 0;
    }
}
