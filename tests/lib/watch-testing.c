/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "watch-testing.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system-testing.h"

#define BARRIER_NUMBER 99999

gboolean
watch_give_up (gpointer what)
{
  g_error ("never came true: %s", (const char *) what);
  return G_SOURCE_REMOVE;
}

static void
note_event (Watch         *watch,
            LuminalEvent  *event,
            LuminalLoader *loader)
{
  const GError *error = luminal_event_get_error (event);

  watch->is_settled = FALSE;
  g_ptr_array_add (watch->events, g_object_ref (event));
  if (luminal_event_get_kind (event) == LUMINAL_EVENT_OUTPUT)
    g_hash_table_replace (watch->said, g_strdup (luminal_event_get_photon (event)),
                          g_strdup (luminal_event_get_text (event)));
  if (error != NULL)
    g_test_message ("%s: %s", luminal_event_kind_to_string (luminal_event_get_kind (event)),
                    error->message);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
note_observed (Watch         *watch,
               GStrv          loaded,
               GStrv          reloaded,
               GStrv          failed,
               GStrv          unloaded,
               LuminalLoader *loader)
{
  GStrv lists[] = { loaded, reloaded, failed, unloaded };

  watch->n_observed++;
  watch->is_settled = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_auto (GStrv) sorted = g_strdupv (lists[i]);

      /* They come as they are done. */
      qsort (sorted, g_strv_length (sorted), sizeof *sorted, compare_names);
      g_free (watch->observed[i]);
      watch->observed[i] = g_strjoinv (",", sorted);
    }
}

void
watch_make_loader (Watch *watch)
{
  watch->loader = luminal_loader_new (FALSE, FALSE);
  luminal_loader_set_isolation (watch->loader, test_isolation ());
  g_signal_connect_swapped (watch->loader, "event", G_CALLBACK (note_event), watch);
  g_signal_connect_swapped (watch->loader, "observed", G_CALLBACK (note_observed), watch);
}

void
watch_set_up (Watch        *watch,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  watch->root = g_dir_make_tmp ("luminal-watch-XXXXXX", &error);
  g_assert_no_error (error);
  watch->folder = g_build_filename (watch->root, "photons", NULL);
  watch->outside = g_build_filename (watch->root, "outside", NULL);
  g_assert_no_errno (g_mkdir (watch->folder, 0700));
  g_assert_no_errno (g_mkdir (watch->outside, 0700));

  watch->mark = process_mark_new ();
  watch->events = g_ptr_array_new_with_free_func (g_object_unref);
  watch->said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  watch_make_loader (watch);
}

void
watch_note_result (GObject      *source_object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static void
unload_all (Watch *watch)
{
  g_autoptr (GPtrArray) handlers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) unloaded = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (watch->loader)); i++)
    g_ptr_array_add (handlers, g_list_model_get_item (G_LIST_MODEL (watch->loader), i));
  if (handlers->len == 0)
    return;

  luminal_loader_unload_photons_async (watch->loader, handlers, FALSE, NULL, watch_note_result, &result);
  watch_until (result != NULL);
  unloaded = luminal_loader_unload_photons_finish (watch->loader, result, &error);
  g_assert_no_error (error);
}

/* Nothing holds on to a loader that is no longer used. */
void
watch_drop_loader (Watch *watch)
{
  g_autoptr (GError) error = NULL;

  if (luminal_loader_get_watching (watch->loader))
    {
      watch_end (watch, FALSE, &error);
      g_assert_no_error (error);
    }
  unload_all (watch);

  g_ptr_array_set_size (watch->events, 0);
  g_hash_table_remove_all (watch->said);
  g_signal_handlers_disconnect_by_data (watch->loader, watch);
  g_assert_finalize_object (watch->loader);
}

void
watch_tear_down (Watch        *watch,
                 gconstpointer data)
{
  watch_drop_loader (watch);
  g_ptr_array_unref (watch->events);
  g_hash_table_unref (watch->said);
  for (gsize i = 0; i < G_N_ELEMENTS (watch->observed); i++)
    g_free (watch->observed[i]);
  process_wait_for_none (watch->mark);

  system_remove_tree (watch->root);
  g_free (watch->root);
  g_free (watch->folder);
  g_free (watch->outside);
  g_free (watch->mark);
}

char *
watch_path (Watch      *watch,
            const char *name)
{
  return g_build_filename (watch->folder, name, NULL);
}

char *
watch_outside (Watch      *watch,
               const char *name)
{
  return g_build_filename (watch->outside, name, NULL);
}

gboolean
watch_try (Watch         *watch,
           const char    *path,
           gboolean       recursive,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (GFile) directory = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;

  luminal_loader_watch_photons_async (watch->loader, directory, LUMINAL_TYPE_PHOTON, NULL, recursive,
                                      cancellable, watch_note_result, &result);
  watch_until (result != NULL);
  return luminal_loader_watch_photons_finish (watch->loader, result, error);
}

void
watch_begin (Watch    *watch,
             gboolean  recursive)
{
  g_autoptr (GError) error = NULL;
  guint before = watch->n_observed;

  watch_try (watch, watch->folder, recursive, NULL, &error);
  g_assert_no_error (error);
  watch_until (watch->n_observed > before);
}

gboolean
watch_end (Watch     *watch,
           gboolean   halt,
           GError   **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_loader_stop_watching_photons_async (watch->loader, halt, NULL, watch_note_result, &result);
  watch_until (result != NULL);
  return luminal_loader_stop_watching_photons_finish (watch->loader, result, error);
}

GBytes *
watch_fixture (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("LUMINAL_TEST_PHOTONS"), name, NULL);
  g_autoptr (GError) error = NULL;
  char *contents;
  gsize size;

  g_file_get_contents (path, &contents, &size, &error);
  g_assert_no_error (error);

  return g_bytes_new_take (contents, size);
}

static void
relabel (guint8     *bytes,
         gsize       size,
         const char *label,
         guint       number)
{
  gsize length = strlen (label);
  g_autofree char *digits = g_strdup_printf ("%05u", number);
  guint8 *at = bytes;
  guint n_found = 0;

  while ((at = memmem (at, (gsize) (bytes + size - at), label, length)) != NULL)
    {
      memcpy (at + length - 5, digits, 5);
      at += length;
      n_found++;
    }
  g_assert_cmpuint (n_found, >, 0);
}

GBytes *
watch_content (guint number,
               guint content)
{
  g_autoptr (GBytes) fixture = watch_fixture ("relabelled.so");
  gsize size;
  guint8 *bytes = g_bytes_unref_to_data (g_steal_pointer (&fixture), &size);

  relabel (bytes, size, "Number 00000", number);
  relabel (bytes, size, "content 00000", content);

  return g_bytes_new_take (bytes, size);
}

static void
write_fd (int     fd,
          GBytes *content)
{
  gsize size;
  const char *bytes = g_bytes_get_data (content, &size);

  g_assert_no_errno (fd);
  while (size > 0)
    {
      gssize written = write (fd, bytes, size);

      g_assert_no_errno (written);
      bytes += written;
      size -= (gsize) written;
    }
  g_assert_no_errno (close (fd));
}

void
watch_write (const char *path,
             GBytes     *content)
{
  write_fd (open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), content);
}

void
watch_replace (Watch      *watch,
               const char *path,
               GBytes     *content)
{
  g_autofree char *other = watch_outside (watch, "about to be moved");

  watch_write (other, content);
  g_assert_no_errno (g_rename (other, path));
}

void
watch_write_content (Watch      *watch,
                     const char *name,
                     guint       number,
                     guint       content)
{
  g_autofree char *path = watch_path (watch, name);
  g_autoptr (GBytes) bytes = watch_content (number, content);

  watch_write (path, bytes);
}

void
watch_replace_content (Watch      *watch,
                       const char *name,
                       guint       number,
                       guint       content)
{
  g_autofree char *path = watch_path (watch, name);
  g_autoptr (GBytes) bytes = watch_content (number, content);

  watch_replace (watch, path, bytes);
}

/* While it runs, the loader does too. */
void
watch_run (const char *program,
           ...)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  va_list list;

  va_start (list, program);
  for (const char *argument = program; argument != NULL; argument = va_arg (list, const char *))
    g_ptr_array_add (arguments, (gpointer) argument);
  va_end (list);
  g_ptr_array_add (arguments, NULL);

  process = g_subprocess_newv ((const char *const *) arguments->pdata, G_SUBPROCESS_FLAGS_NONE, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check_async (process, NULL, watch_note_result, &result);
  watch_until (result != NULL);
  g_subprocess_wait_check_finish (process, result, &error);
  g_assert_no_error (error);
}

LuminalHandler *
watch_handler (Watch *watch,
               guint  number)
{
  g_autofree char *name = g_strdup_printf ("Number %05u", number);

  return luminal_loader_lookup (watch->loader, name);
}

gboolean
watch_says (Watch *watch,
            guint  number,
            guint  content)
{
  g_autofree char *name = g_strdup_printf ("Number %05u", number);
  g_autofree char *text = g_strdup_printf ("content %05u", content);
  LuminalHandler *handler = luminal_loader_lookup (watch->loader, name);

  return handler != NULL && luminal_handler_get_status (handler) == LUMINAL_STATUS_RUNNING &&
         g_strcmp0 (g_hash_table_lookup (watch->said, name), text) == 0;
}

/* Of all photons if none is named. */
guint
watch_count (Watch            *watch,
             LuminalEventKind  kind,
             const char       *photon)
{
  guint n = 0;

  for (guint i = 0; i < watch->events->len; i++)
    {
      LuminalEvent *event = watch->events->pdata[i];

      if (luminal_event_get_kind (event) == kind &&
          (photon == NULL || g_strcmp0 (luminal_event_get_photon (event), photon) == 0))
        n++;
    }

  return n;
}

LuminalEvent *
watch_last (Watch            *watch,
            LuminalEventKind  kind)
{
  for (guint i = watch->events->len; i > 0; i--)
    {
      if (luminal_event_get_kind (watch->events->pdata[i - 1]) == kind)
        return watch->events->pdata[i - 1];
    }

  return NULL;
}

void
watch_forget (Watch *watch)
{
  g_ptr_array_set_size (watch->events, 0);
}

void
watch_barrier (Watch *watch)
{
  watch->n_barriers++;
  watch_replace_content (watch, "barrier.so", BARRIER_NUMBER, watch->n_barriers);
  watch_until (watch_says (watch, BARRIER_NUMBER, watch->n_barriers));
}

void
watch_begin_async (Watch         *watch,
                   GCancellable  *cancellable,
                   GAsyncResult **result)
{
  g_autoptr (GFile) folder = g_file_new_for_path (watch->folder);

  luminal_loader_watch_photons_async (watch->loader, folder, LUMINAL_TYPE_PHOTON, NULL, FALSE, cancellable,
                                      watch_note_result, result);
}
