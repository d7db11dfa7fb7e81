/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a file to handlers that are ready to start. */

#include "loader-testing.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define TEST_TYPE_PHOTON (test_photon_get_type ())
G_DECLARE_FINAL_TYPE (TestPhoton, test_photon, TEST, PHOTON, LuminalPhoton)

struct _TestPhoton
{
  LuminalPhoton parent_instance;
};

G_DEFINE_FINAL_TYPE (TestPhoton, test_photon, LUMINAL_TYPE_PHOTON)

static void
test_photon_class_init (TestPhotonClass *klass)
{
}

static void
test_photon_init (TestPhoton *self)
{
}

static void
test_one (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (GFile) file = loader_test_put (test, "simple_v1", "simple.so");
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (LuminalHandler) item = NULL;
  g_autoptr (GError) error = NULL;
  LuminalHandler *handler;

  handlers = loader_test_load (test, file, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (handlers->len, ==, 1);
  handler = handlers->pdata[0];

  assert_handler (handler, LUMINAL_STATUS_LOADED, 1, "simple_v1");
  g_assert_cmpstr (luminal_handler_get_name (handler), ==, "Simple");
  g_assert_cmpstr (luminal_handler_get_class_name (handler), ==, "Simple");
  g_assert_cmpstr (luminal_handler_get_filepath (handler), ==, g_file_peek_path (file));
  g_assert_true (g_file_equal (luminal_handler_get_file (handler), file));

  g_assert_true (luminal_loader_lookup (test->loader, "Simple") == handler);
  g_assert_null (luminal_loader_lookup (test->loader, "Simpl"));
  found = luminal_loader_lookup_file (test->loader, file);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_true (found->pdata[0] == handler);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (test->loader)) == LUMINAL_TYPE_HANDLER);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->loader)), ==, 1);
  item = g_list_model_get_item (G_LIST_MODEL (test->loader), 0);
  g_assert_true (item == handler);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (test->loader), 1));

  loader_test_expect_events (test, "loaded Simple 1", NULL);
  loader_test_expect_items (test, "0-0+1 ");
}

static void
test_again (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_v1", "a.so");
  g_autoptr (GFile) file = loader_test_put (test, "ticking_v2", "a.so");
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  handlers = loader_test_load (test, file, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (handlers->len, ==, 0);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 1, "ticking_v1");
  loader_test_expect_events (test, "skipped Ticking 1", NULL);
}

/* Files that are refused, and how. */
typedef struct
{
  const char *what;
  const char *fixture;
  LuminalError code;
  const char *phase;
  const char *cause;
} Refusal;

static const Refusal refusals[] = {
  { "missing", NULL, LUMINAL_ERROR_PHOTON_NOT_FOUND, "read", "no such file" },
  { "no-photon", "no_photon", LUMINAL_ERROR_NO_PHOTON, "inspect", "photon" },
  { "newer-abi", "newer_abi", LUMINAL_ERROR_WRONG_ABI, "inspect", "99" },
  { "twins", "twins", LUMINAL_ERROR_NAME_TAKEN, "inspect", "Twin" },
  { "newer-libc", "newer_libc", LUMINAL_ERROR_OPEN_FAILED, "stage", "it needs version GLIBC_2.999 of libc.so.6" },
  { "undefined-symbol", "undefined_symbol", LUMINAL_ERROR_OPEN_FAILED, "stage", "there_is_no_such_function" },
};

static void
test_refusal (gconstpointer data)
{
  const Refusal *refusal = data;
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (GFile) file = loader_test_file (test, "module.so");
  g_autoptr (GError) error = NULL;
  g_autofree char *event = NULL;

  if (refusal->fixture != NULL)
    g_object_unref (loader_test_put (test, refusal->fixture, "module.so"));

  g_assert_null (loader_test_load (test, file, &error));
  g_assert_error (error, LUMINAL_ERROR, (int) refusal->code);
  assert_mentions (error, "module.so", refusal->phase, refusal->cause, "Nothing of it runs", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->loader)), ==, 0);
  event = g_strdup_printf ("failed module.so 0 %s %s", refusal->phase, luminal_error_to_nick (error));
  loader_test_expect_events (test, event, NULL);
  loader_test_expect_items (test, "");
  resources_assert (&test->at_first);
}

static void
test_folder_as_file (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (GFile) folder = loader_test_file (test, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (loader_test_load (test, folder, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_PHOTON_NOT_FOUND);
  assert_mentions (error, test->folder, "folder", NULL);
}

static void
test_name_taken (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *first = loader_test_run_one (test, "simple_v1", "first.so");
  g_autoptr (GFile) second = loader_test_put (test, "same_name", "second.so");
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GFile) unloaded = NULL;
  g_autoptr (GError) error = NULL;

  loader_test_forget_events (test);
  g_assert_null (loader_test_load (test, second, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NAME_TAKEN);
  assert_mentions (error, "second.so", "first.so", "Simple", NULL);
  g_assert_true (luminal_loader_lookup (test->loader, "Simple") == first);
  assert_handler (first, LUMINAL_STATUS_RUNNING, 1, "simple_v1");
  loader_test_expect_events (test, "failed second.so 0 inspect name-taken", NULL);

  /* The name is free again with the photon that had it. */
  g_clear_error (&error);
  unloaded = loader_test_unload (test, first, FALSE, &error);
  g_assert_no_error (error);
  handlers = loader_test_load (test, second, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (luminal_handler_get_class_name (luminal_loader_lookup (test->loader, "Simple")), ==, "Other");
}

/* Of several calls at once the first has the name. */
static void
test_name_raced_for (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (GFile) first = loader_test_put (test, "simple_v1", "first.so");
  g_autoptr (GFile) second = loader_test_put (test, "same_name", "second.so");
  g_autoptr (GAsyncResult) first_result = NULL;
  g_autoptr (GAsyncResult) second_result = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  luminal_loader_load_photon_async (test->loader, first, LUMINAL_TYPE_PHOTON, NULL, NULL,
                                    loader_test_note_result, &first_result);
  luminal_loader_load_photon_async (test->loader, second, LUMINAL_TYPE_PHOTON, NULL, NULL,
                                    loader_test_note_result, &second_result);
  handlers = luminal_loader_load_photon_finish (test->loader, loader_test_wait (&first_result), &error);
  g_assert_no_error (error);
  g_assert_null (luminal_loader_load_photon_finish (test->loader, loader_test_wait (&second_result), &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NAME_TAKEN);
}

static void
test_photon_base (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (GFile) plain = loader_test_put (test, "simple_v1", "simple.so");
  g_autoptr (GFile) derived = loader_test_put (test, "base", "base.so");
  const char *const other_classes[] = { "Simple", "Unheard", NULL };
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GPtrArray) others = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (loader_test_load_as (test, plain, TEST_TYPE_PHOTON, NULL, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NO_PHOTON);
  assert_mentions (error, "simple.so", "TestPhoton", "LuminalPhoton", NULL);
  g_clear_error (&error);

  handlers = loader_test_load_as (test, derived, TEST_TYPE_PHOTON, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (handlers->len, ==, 1);
  loader_test_start (handlers->pdata[0], &error);
  g_assert_no_error (error);
  g_assert_true (TEST_IS_PHOTON (luminal_handler_get_instance (handlers->pdata[0])));
  loader_test_await_output (test, "in a TestPhoton", 1);

  others = loader_test_load_as (test, plain, TEST_TYPE_PHOTON, other_classes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (others->len, ==, 1);
  g_assert_false (TEST_IS_PHOTON (luminal_handler_get_instance (others->pdata[0])));
}

/* A type lives in the program that registered it. */
static void
test_photon_base_in_worker (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (GFile) plain = loader_test_put (test, "simple_v1", "simple.so");
  g_autoptr (GFile) derived = loader_test_put (test, "base", "base.so");
  const char *const other_classes[] = { "Simple", NULL };
  g_autoptr (GPtrArray) others = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (loader_test_load_as (test, derived, TEST_TYPE_PHOTON, NULL, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NEEDS_IN_PROCESS);
  assert_mentions (error, "base.so", "stage", "Derived", "TestPhoton", "isolation set to in-process", NULL);
  loader_test_expect_events (test, "failed base.so 0 stage needs-in-process", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->loader)), ==, 0);
  g_clear_error (&error);

  /* As a plain photon, as which it was asked for, it is no other. */
  g_assert_null (loader_test_load (test, derived, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_NEEDS_IN_PROCESS);
  g_clear_error (&error);

  others = loader_test_load_as (test, plain, TEST_TYPE_PHOTON, other_classes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (others->len, ==, 1);
  assert_handler (others->pdata[0], LUMINAL_STATUS_LOADED, 1, "simple_v1");
}

static void
test_derived_base_is_a_photon (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);

  g_type_ensure (TEST_TYPE_PHOTON);
  assert_handler (loader_test_load_one (test, "base", "base.so"), LUMINAL_STATUS_LOADED, 1, "base");
}

static void
test_other_class (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (GFile) file = loader_test_put (test, "pair", "pair.so");
  const char *const other_classes[] = { "Right", NULL };
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GError) error = NULL;

  handlers = loader_test_load_as (test, file, TEST_TYPE_PHOTON, other_classes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (handlers->len, ==, 1);
  g_assert_cmpstr (luminal_handler_get_name (handlers->pdata[0]), ==, "Right");
  g_assert_null (luminal_loader_lookup (test->loader, "Left"));
}

static void
test_cancelled (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  g_autoptr (GFile) file = loader_test_put (test, "simple_v1", "simple.so");
  g_autoptr (GFile) folder = loader_test_file (test, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) one = NULL;
  g_autoptr (GAsyncResult) all = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  luminal_loader_load_photon_async (test->loader, file, LUMINAL_TYPE_PHOTON, NULL, cancellable,
                                    loader_test_note_result, &one);
  g_assert_null (luminal_loader_load_photon_finish (test->loader, loader_test_wait (&one), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  luminal_loader_load_photons_async (test->loader, folder, LUMINAL_TYPE_PHOTON, NULL, FALSE, cancellable,
                                     loader_test_note_result, &all);
  g_assert_null (luminal_loader_load_photons_finish (test->loader, loader_test_wait (&all), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test->loader)), ==, 0);
  loader_test_expect_events (test, NULL, NULL);
}

/* As a link and as a name of any kind, and with the message still one line. */
static void
test_name_of_file (gconstpointer data)
{
  const char *name = data;
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_v1", name);
  g_autoptr (GFile) file = loader_test_file (test, name);
  g_autoptr (GFile) bad = NULL;
  g_autoptr (GPtrArray) handlers = NULL;
  g_autoptr (GFile) unloaded = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_equal (luminal_handler_get_file (handler), file));
  bad = loader_test_put (test, "undefined_symbol", name);
  g_assert_null (loader_test_reload (test, file, LUMINAL_RELOAD_DEFAULT, &error));
  g_assert_error (error, LUMINAL_ERROR, LUMINAL_ERROR_OPEN_FAILED);
  g_assert_null (strchr (error->message, '\n'));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_clear_error (&error);

  g_object_unref (loader_test_put (test, "ticking_v2", name));
  handlers = loader_test_reload (test, file, LUMINAL_RELOAD_DEFAULT, &error);
  g_assert_no_error (error);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 2, "ticking_v2");
  unloaded = loader_test_unload (test, file, FALSE, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_equal (unloaded, file));
}

/* What is done to the file of a running photon does nothing to the photon. */
static void
test_file_in_use (void)
{
  g_autoptr (LoaderTest) test = loader_test_new (FALSE);
  LuminalHandler *handler = loader_test_run_one (test, "ticking_v1", "beat.so");
  g_autofree char *path = g_build_filename (test->folder, "beat.so", NULL);

  loader_test_overwrite (test, "ticking_v2", "beat.so");
  loader_test_forget_events (test);
  loader_test_await_output (test, "v1 beat, start 1", 2);
  g_assert_cmpint (truncate (path, 0), ==, 0);
  loader_test_forget_events (test);
  loader_test_await_output (test, "v1 beat, start 1", 2);
  loader_test_remove (test, "beat.so");
  loader_test_forget_events (test);
  loader_test_await_output (test, "v1 beat, start 1", 2);
  assert_handler (handler, LUMINAL_STATUS_RUNNING, 1, "ticking_v1");
}

/* A loader belongs to the main context in which it was made. */
static void
test_own_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  {
    g_autoptr (LoaderTest) test = loader_test_new (FALSE);
    LuminalHandler *handler = loader_test_run_one (test, "simple_v1", "simple.so");
    g_autoptr (GFile) file = loader_test_put (test, "simple_v2", "simple.so");
    g_autoptr (GPtrArray) handlers = NULL;
    g_autoptr (GError) error = NULL;

    handlers = loader_test_reload (test, file, LUMINAL_RELOAD_DEFAULT, &error);
    g_assert_no_error (error);
    assert_handler (handler, LUMINAL_STATUS_RUNNING, 2, "simple_v2");
    loader_test_await_output (test, "simple v2", 1);
  }
  g_main_context_pop_thread_default (context);
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *what;
    const char *name;
  } names[] = {
    { "space", "two words.so" },
    { "utf-8", "прыгун \xe2\x9a\x9b.so" },
    { "markup", "<b>&amp;'\".so" },
    { "newline", "two\nlines.so" },
    { "not-utf-8", "\xff\xfe.so" },
    { "percent", "%s%n.so" },
    { "dashes", "--json.so" },
    { "folder", "a folder/with one/in it.so" },
  };

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/loader/load/one", test_one);
  g_test_add_func ("/loader/load/again", test_again);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strconcat ("/loader/load/refusal/", refusals[i].what, NULL);

      g_test_add_data_func (path, &refusals[i], test_refusal);
    }
  g_test_add_func ("/loader/load/folder-as-file", test_folder_as_file);
  g_test_add_func ("/loader/load/name-taken", test_name_taken);
  g_test_add_func ("/loader/load/name-raced-for", test_name_raced_for);
  if (test_has_workers ())
    g_test_add_func ("/loader/load/photon-base-in-worker", test_photon_base_in_worker);
  else
    g_test_add_func ("/loader/load/photon-base", test_photon_base);
  if (!test_has_workers ())
    g_test_add_func ("/loader/load/derived-base-is-a-photon", test_derived_base_is_a_photon);
  g_test_add_func ("/loader/load/other-class", test_other_class);
  g_test_add_func ("/loader/load/cancelled", test_cancelled);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strconcat ("/loader/load/file-name/", names[i].what, NULL);

      g_test_add_data_func (path, names[i].name, test_name_of_file);
    }
  g_test_add_func ("/loader/load/file-in-use", test_file_in_use);
  g_test_add_func ("/loader/load/own-context", test_own_context);

  return g_test_run ();
}
