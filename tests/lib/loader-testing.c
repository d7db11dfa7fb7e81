/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "loader-testing.h"
#include "patience.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "system-testing.h"

/* The copies of as many generations are kept for a way back, of a module in a worker. */
#define MOST_KEPT 5

static guint
count_entries (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

Resources
resources_now (void)
{
  g_autofree char *maps = NULL;
  Resources now = { 0 };

  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  for (const char *at = maps; (at = strstr (at, "/memfd:")) != NULL; at++)
    now.images++;
  for (const char *at = maps; (at = strchr (at, '\n')) != NULL; at++)
    now.mappings++;
  now.descriptors = process_count_descriptors ();
  now.threads = count_entries ("/proc/self/task");
  now.processes = process_count_marked (g_getenv (PROCESS_MARK), NULL);

  return now;
}

/* A worker that has ended is replaced by a spare one a moment later. */
static gboolean
are_as_expected (gpointer user_data)
{
  const Resources *expected = user_data;
  Resources now = resources_now ();

  return now.descriptors == expected->descriptors && now.processes == expected->processes &&
         process_count_zombies () == 0;
}

void
resources_assert (const Resources *expected)
{
  if (test_has_workers ())
    process_wait_until (are_as_expected, (gpointer) expected);

  g_assert_cmpuint (resources_now ().descriptors, ==, expected->descriptors);
  if (test_has_workers ())
    g_assert_cmpuint (resources_now ().images, <=, expected->images + MOST_KEPT);
  else
    g_assert_cmpuint (resources_now ().images, ==, expected->images);
}

static void
note_event (LuminalLoader *loader,
            LuminalEvent  *event,
            LoaderTest    *test)
{
  g_ptr_array_add (test->events, g_object_ref (event));
}

static void
note_items_changed (GListModel *model,
                    guint       position,
                    guint       removed,
                    guint       added,
                    LoaderTest *test)
{
  g_string_append_printf (test->items_changed, "%u-%u+%u ", position, removed, added);
}

static void
start_test (LoaderTest *test,
            gboolean    suppress_errors)
{
  test->loader = luminal_loader_new (FALSE, suppress_errors);
  luminal_loader_set_isolation (test->loader, test_isolation ());
  g_signal_connect (test->loader, "event", G_CALLBACK (note_event), test);
  g_signal_connect (test->loader, "items-changed", G_CALLBACK (note_items_changed), test);
}

/* Everything that is made once and kept, such as the dynamic linker's own
 * tables and the threads of GIO, is there before the first count. */
static void
warm_up (LoaderTest *test)
{
  g_autoptr (GFile) file = loader_test_put (test, "simple_v1", ".warm-up.so");
  g_autoptr (GFile) folder = loader_test_file (test, NULL);
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) one = NULL;
  g_autoptr (GFile) unloaded = NULL;
  g_autoptr (GError) error = NULL;

  none = loader_test_load_folder (test, folder, FALSE, &error);
  g_assert_no_error (error);
  one = loader_test_load (test, file, &error);
  g_assert_no_error (error);
  unloaded = loader_test_unload (test, file, FALSE, &error);
  g_assert_no_error (error);
  g_ptr_array_set_size (one, 0);
  loader_test_remove (test, ".warm-up.so");
  loader_test_drain ();
  loader_test_forget_events (test);
}

static guint
count_modules (LoaderTest *test)
{
  g_autoptr (GHashTable) paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (test->loader)); i++)
    {
      g_autoptr (LuminalHandler) handler = g_list_model_get_item (G_LIST_MODEL (test->loader), i);

      g_hash_table_add (paths, g_file_get_path (luminal_handler_get_file (handler)));
    }

  return g_hash_table_size (paths);
}

/* A spare worker has come when it can be watched: it and its warden are two processes,
 * and one of them has a descriptor here. */
static gboolean
is_settled (gpointer user_data)
{
  LoaderTest *test = user_data;
  guint n_workers = count_modules (test) + 1;

  return process_count_marked (test->mark, NULL) == 1 + 2 * n_workers && process_count_pidfds () == n_workers &&
         process_count_zombies () == 0;
}

Resources
loader_test_settle (LoaderTest *test)
{
  if (test_has_workers ())
    process_wait_until (is_settled, test);
  return resources_now ();
}

LoaderTest *
loader_test_new (gboolean suppress_errors)
{
  LoaderTest *test = g_new0 (LoaderTest, 1);
  g_autoptr (GError) error = NULL;

  test->folder = g_dir_make_tmp ("luminal-test-XXXXXX", &error);
  g_assert_no_error (error);
  test->events = g_ptr_array_new_with_free_func (g_object_unref);
  test->items_changed = g_string_new (NULL);
  test->mark = process_mark_new ();
  test->before = resources_now ();
  start_test (test, suppress_errors);
  warm_up (test);
  test->at_first = loader_test_settle (test);

  return test;
}

/* Of the workers that went with the loader: that they have ended is heard of. GLib keeps
 * two descriptors, for its own threads, from the first need on. */
static gboolean
has_let_go (gpointer user_data)
{
  LoaderTest *test = user_data;

  return process_count_descriptors () <= test->before.descriptors + 2;
}

/* Whatever a test did, all of it can be unloaded, and nothing is left then. */
void
loader_test_free (LoaderTest *test)
{
  Resources at_last = test->at_first;

  loader_test_drain ();
  while (g_list_model_get_n_items (G_LIST_MODEL (test->loader)) > 0)
    {
      g_autoptr (LuminalHandler) handler = g_list_model_get_item (G_LIST_MODEL (test->loader), 0);
      g_autoptr (GFile) file = loader_test_unload (test, handler, FALSE, NULL);
    }
  loader_test_drain ();

  g_ptr_array_unref (test->events);
  test->events = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_handlers_disconnect_by_data (test->loader, test);
  g_assert_finalize_object (test->loader);

  process_wait_for_none (test->mark);
  if (test_has_workers ())
    {
      process_wait_until (has_let_go, test);
      g_assert_cmpuint (resources_now ().images, ==, 0);
    }
  else
    {
      at_last.images += test->images_that_stay;
      resources_assert (&at_last);
    }

  system_remove_tree (test->folder);
  g_ptr_array_unref (test->events);
  g_string_free (test->items_changed, TRUE);
  g_free (test->folder);
  g_free (test->mark);
  g_free (test);
}

GFile *
loader_test_file (LoaderTest *test,
                  const char *name)
{
  return name != NULL ? g_file_new_build_filename (test->folder, name, NULL)
                      : g_file_new_for_path (test->folder);
}

GBytes *
loader_test_read_fixture (const char *fixture)
{
  g_autofree char *base = g_strconcat (fixture, ".so", NULL);
  g_autofree char *path = g_build_filename (g_getenv ("LUMINAL_TEST_PHOTONS"), base, NULL);
  g_autoptr (GError) error = NULL;
  char *contents = NULL;
  gsize size = 0;

  g_file_get_contents (path, &contents, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, size);
}

char *
loader_test_checksum (const char *fixture)
{
  g_autoptr (GBytes) bytes = loader_test_read_fixture (fixture);

  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
}

/* Another file in its place, as linkers and careful editors do. */
void
loader_test_write (LoaderTest *test,
                   const char *name,
                   const char *contents,
                   gssize      size)
{
  g_autofree char *path = g_build_filename (test->folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *fresh = g_build_filename (parent, ".fresh", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_file_set_contents_full (fresh, contents, size, G_FILE_SET_CONTENTS_NONE, 0700, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_rename (fresh, path), ==, 0);
}

GFile *
loader_test_put (LoaderTest *test,
                 const char *fixture,
                 const char *name)
{
  g_autoptr (GBytes) bytes = loader_test_read_fixture (fixture);
  gsize size;
  const char *contents = g_bytes_get_data (bytes, &size);

  loader_test_write (test, name, contents, (gssize) size);
  return loader_test_file (test, name);
}

/* The same file with other bytes, as cp does. */
void
loader_test_overwrite (LoaderTest *test,
                       const char *fixture,
                       const char *name)
{
  g_autoptr (GBytes) bytes = loader_test_read_fixture (fixture);
  g_autofree char *path = g_build_filename (test->folder, name, NULL);
  FILE *file = g_fopen (path, "r+b");
  gsize size;
  gconstpointer contents = g_bytes_get_data (bytes, &size);

  g_assert_nonnull (file);
  g_assert_cmpint (ftruncate (fileno (file), 0), ==, 0);
  g_assert_cmpuint (fwrite (contents, 1, size, file), ==, size);
  g_assert_cmpint (fclose (file), ==, 0);
}

void
loader_test_remove (LoaderTest *test,
                    const char *name)
{
  g_autofree char *path = g_build_filename (test->folder, name, NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

void
loader_test_note_result (GObject      *source_object,
                         GAsyncResult *result,
                         gpointer      user_data)
{
  GAsyncResult **noted = user_data;

  g_assert_null (*noted);
  *noted = g_object_ref (result);
}

GAsyncResult *
loader_test_wait (GAsyncResult **result)
{
  wait_in_while (g_main_context_get_thread_default (), *result == NULL);

  return *result;
}

void
loader_test_drain (void)
{
  while (g_main_context_iteration (g_main_context_get_thread_default (), FALSE))
    ;
}

GPtrArray *
loader_test_load_as (LoaderTest         *test,
                     GFile              *file,
                     GType               photon_base,
                     const char *const  *other_classes,
                     GError            **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_loader_load_photon_async (test->loader, file, photon_base, other_classes, NULL,
                                    loader_test_note_result, &result);
  return luminal_loader_load_photon_finish (test->loader, loader_test_wait (&result), error);
}

GPtrArray *
loader_test_load (LoaderTest *test,
                  GFile      *file,
                  GError    **error)
{
  return loader_test_load_as (test, file, LUMINAL_TYPE_PHOTON, NULL, error);
}

/* The first photon of a fixture, which belongs to the loader. */
LuminalHandler *
loader_test_load_one (LoaderTest *test,
                      const char *fixture,
                      const char *name)
{
  g_autoptr (GFile) file = loader_test_put (test, fixture, name);
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  handlers = loader_test_load (test, file, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (handlers->len, >=, 1);
  return handlers->pdata[0];
}

LuminalHandler *
loader_test_run_one (LoaderTest *test,
                     const char *fixture,
                     const char *name)
{
  LuminalHandler *handler = loader_test_load_one (test, fixture, name);
  g_autoptr (GPtrArray) handlers = luminal_loader_lookup_file (test->loader,
                                                               luminal_handler_get_file (handler));
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < handlers->len; i++)
    {
      loader_test_start (handlers->pdata[i], &error);
      g_assert_no_error (error);
    }
  return handler;
}

GPtrArray *
loader_test_load_folder (LoaderTest *test,
                         GFile      *folder,
                         gboolean    recursive,
                         GError    **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_loader_load_photons_async (test->loader, folder, LUMINAL_TYPE_PHOTON, NULL, recursive, NULL,
                                     loader_test_note_result, &result);
  return luminal_loader_load_photons_finish (test->loader, loader_test_wait (&result), error);
}

gboolean
loader_test_start (LuminalHandler *handler,
                   GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_handler_start_async (handler, NULL, loader_test_note_result, &result);
  return luminal_handler_start_finish (handler, loader_test_wait (&result), error);
}

gboolean
loader_test_stop (LuminalHandler *handler,
                  gboolean        force,
                  GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_handler_stop_async (handler, force, NULL, loader_test_note_result, &result);
  return luminal_handler_stop_finish (handler, loader_test_wait (&result), error);
}

GPtrArray *
loader_test_reload (LoaderTest         *test,
                    gpointer            photon,
                    LuminalReloadFlags  flags,
                    GError            **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_loader_reload_photon_async (test->loader, photon, flags, NULL, loader_test_note_result, &result);
  return luminal_loader_reload_photon_finish (test->loader, loader_test_wait (&result), error);
}

GPtrArray *
loader_test_reload_several (LoaderTest  *test,
                            GError     **error,
                            gpointer     first,
                            ...)
{
  g_autoptr (GPtrArray) photons = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GAsyncResult) result = NULL;
  va_list args;

  va_start (args, first);
  for (gpointer photon = first; photon != NULL; photon = va_arg (args, gpointer))
    g_ptr_array_add (photons, g_object_ref (photon));
  va_end (args);

  luminal_loader_reload_photons_async (test->loader, photons, LUMINAL_RELOAD_DEFAULT, NULL,
                                       loader_test_note_result, &result);
  return luminal_loader_reload_photons_finish (test->loader, loader_test_wait (&result), error);
}

GFile *
loader_test_unload (LoaderTest *test,
                    gpointer    photon,
                    gboolean    force,
                    GError    **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  luminal_loader_unload_photon_async (test->loader, photon, force, NULL, loader_test_note_result, &result);
  return luminal_loader_unload_photon_finish (test->loader, loader_test_wait (&result), error);
}

static guint
count_output (LoaderTest *test,
              const char *text)
{
  guint n = 0;

  for (guint i = 0; i < test->events->len; i++)
    n += g_strcmp0 (luminal_event_get_text (test->events->pdata[i]), text) == 0;
  return n;
}

void
loader_test_await_output (LoaderTest *test,
                          const char *text,
                          guint       times)
{
  wait_in_while (g_main_context_get_thread_default (), count_output (test, text) < times);
}

void
loader_test_forget_events (LoaderTest *test)
{
  g_ptr_array_set_size (test->events, 0);
  g_string_truncate (test->items_changed, 0);
}

/* "kind photon", then the generation; of output the text instead; and of a
 * failure the phase and the error. */
static char *
describe_event (LuminalEvent *event)
{
  const char *kind = luminal_event_kind_to_string (luminal_event_get_kind (event));
  const GError *error = luminal_event_get_error (event);
  g_autofree char *file = g_file_get_basename (luminal_event_get_file (event));
  const char *photon = luminal_event_get_photon (event) != NULL ? luminal_event_get_photon (event) : file;

  if (luminal_event_get_kind (event) == LUMINAL_EVENT_OUTPUT)
    return g_strdup_printf ("%s %s: %s", kind, photon, luminal_event_get_text (event));
  if (error != NULL)
    return g_strdup_printf ("%s %s %u %s %s", kind, photon, luminal_event_get_generation (event),
                            luminal_phase_to_string (luminal_event_get_phase (event)),
                            luminal_error_to_nick (error));
  return g_strdup_printf ("%s %s %u", kind, photon, luminal_event_get_generation (event));
}

/* These and no others since the last call. */
void
loader_test_expect_events (LoaderTest *test,
                           const char *first,
                           ...)
{
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (GString) seen = g_string_new (NULL);
  va_list args;

  va_start (args, first);
  for (const char *event = first; event != NULL; event = va_arg (args, const char *))
    g_string_append_printf (expected, "%s; ", event);
  va_end (args);

  for (guint i = 0; i < test->events->len; i++)
    {
      g_autofree char *event = describe_event (test->events->pdata[i]);

      /* A timer's may come at any time. */
      if (strstr (event, " beat") != NULL)
        continue;
      g_string_append_printf (seen, "%s; ", event);
    }

  g_assert_cmpstr (seen->str, ==, expected->str);
  g_ptr_array_set_size (test->events, 0);
}

/* Each "position-removed+added " since the last call. */
void
loader_test_expect_items (LoaderTest *test,
                          const char *changes)
{
  g_assert_cmpstr (test->items_changed->str, ==, changes);
  g_string_truncate (test->items_changed, 0);
}

/* @fixture: what its code is from. */
void
assert_handler (LuminalHandler *handler,
                LuminalStatus   status,
                guint           generation,
                const char     *fixture)
{
  g_autofree char *checksum = fixture != NULL ? loader_test_checksum (fixture) : NULL;
  gboolean runs = status == LUMINAL_STATUS_RUNNING;

  g_assert_cmpstr (luminal_status_to_string (luminal_handler_get_status (handler)), ==,
                   luminal_status_to_string (status));
  g_assert_cmpuint (luminal_handler_get_generation (handler), ==, generation);
  g_assert_cmpstr (luminal_handler_get_checksum (handler), ==, checksum);
  g_assert_cmpint (luminal_handler_get_phase (handler), ==, LUMINAL_PHASE_NONE);
  g_assert_true ((luminal_handler_get_instance (handler) != NULL) == (runs && !test_has_workers ()));
  g_assert_true ((luminal_handler_get_pid (handler) != 0) == (runs && test_has_workers ()));
  g_assert_true ((luminal_handler_get_started_at (handler) > 0) == runs);
  if (runs && test_has_workers ())
    g_assert_true (process_is_there (luminal_handler_get_pid (handler)));
}

void
assert_mentions (const GError *error,
                 const char   *first,
                 ...)
{
  va_list args;

  va_start (args, first);
  for (const char *part = first; part != NULL; part = va_arg (args, const char *))
    {
      if (strstr (error->message, part) == NULL)
        g_error ("\"%s\" does not mention \"%s\"", error->message, part);
    }
  va_end (args);
}

LuminalGeneration *
last_attempt (LuminalHandler *handler)
{
  GListModel *history = luminal_handler_get_history (handler);
  guint n = g_list_model_get_n_items (history);

  g_assert_cmpuint (n, >, 0);
  return g_list_model_get_item (history, n - 1);
}
