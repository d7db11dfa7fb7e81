/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of files that are dropped on the window: the window in this process, with a
 * person who drops and answers. */

#include <adwaita.h>
#include <glib/gstdio.h>
#include <luminal.h>

#include "app-testing.h"
#include "luminal-app-resources.h"
#include "luminal-import.h"
#include "luminal-photon-list.h"
#include "luminal-window.h"

typedef struct
{
  char *folder;
  char *elsewhere;
  GSettings *settings;
  GtkWidget *window;
} Fixture;

static gboolean
is_idle (gpointer data)
{
  return !g_main_context_pending (NULL);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = app_testing_make_folder ();
  fixture->elsewhere = app_testing_make_folder ();
  fixture->settings = g_settings_new ("io.github.luminal.Luminal");
  fixture->window = luminal_window_new (NULL, fixture->settings);
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static gboolean
is_closed (gpointer data)
{
  return ((Fixture *) data)->window == NULL;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_close (GTK_WINDOW (fixture->window));
  g_assert_true (app_testing_wait (is_closed, fixture));
  g_assert_true (app_testing_wait (is_idle, NULL));
  g_object_unref (fixture->settings);
  app_testing_remove (fixture->folder);
  app_testing_remove (fixture->elsewhere);
  g_free (fixture->folder);
  g_free (fixture->elsewhere);
}

static GtkWidget *
find_widget (GtkWidget *root,
             GType      type)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root);
       child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_widget (child, type);

  return found;
}

static void
open_folder (Fixture *fixture)
{
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->folder);

  luminal_window_open_folder (LUMINAL_WINDOW (fixture->window), folder);
}

/* As a file manager does. */
static gboolean
drop (Fixture    *fixture,
      const char *first,
      const char *second)
{
  GtkWidget *leaflet = find_widget (fixture->window, ADW_TYPE_LEAFLET);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (leaflet);
  g_auto (GValue) value = G_VALUE_INIT;
  GSList *files = NULL;
  gboolean taken = FALSE;

  if (second != NULL)
    files = g_slist_prepend (files, g_file_new_for_path (second));
  files = g_slist_prepend (files, g_file_new_for_path (first));
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_set_boxed (&value, files);
  g_slist_free_full (files, g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        g_signal_emit_by_name (controller, "drop", &value, 10.0, 10.0, &taken);
    }

  return taken;
}

static AdwMessageDialog *
get_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        return ADW_MESSAGE_DIALOG (window);
    }

  return NULL;
}

static gboolean
is_asked (gpointer data)
{
  return get_dialog () != NULL;
}

static gboolean
is_not_asked (gpointer data)
{
  return get_dialog () == NULL;
}

static void
answer (const char *response)
{
  g_assert_true (app_testing_wait (is_asked, NULL));
  adw_message_dialog_response (get_dialog (), response);
  gtk_window_destroy (GTK_WINDOW (get_dialog ()));
  g_assert_true (app_testing_wait (is_not_asked, NULL));
}

static GListModel *
get_shown (Fixture *fixture)
{
  return luminal_photon_list_get_shown (LUMINAL_PHOTON_LIST (find_widget (fixture->window, LUMINAL_TYPE_PHOTON_LIST)));
}

static LuminalHandler *
find_photon (Fixture    *fixture,
             const char *name)
{
  GListModel *shown = get_shown (fixture);

  for (guint i = 0; i < g_list_model_get_n_items (shown); i++)
    {
      g_autoptr (LuminalHandler) handler = g_list_model_get_item (shown, i);

      if (g_strcmp0 (luminal_handler_get_name (handler), name) == 0)
        return handler;
    }

  return NULL;
}

static gboolean
runs_simple (gpointer data)
{
  LuminalHandler *handler = find_photon (data, "Simple");

  return handler != NULL && luminal_handler_get_status (handler) == LUMINAL_STATUS_RUNNING;
}

static gboolean
has_counter (gpointer data)
{
  return find_photon (data, "Counter") != NULL;
}

static gboolean
has_toast (gpointer data)
{
  Fixture *fixture = data;

  return find_widget (fixture->window, g_type_from_name ("AdwToastWidget")) != NULL;
}

static gboolean
runs_second (gpointer data)
{
  LuminalHandler *handler = find_photon (data, "Simple");

  return handler != NULL && g_strcmp0 (luminal_handler_get_version (handler), "2.0.0") == 0;
}

static char *
elsewhere (Fixture    *fixture,
           const char *photon,
           const char *name)
{
  app_testing_put (fixture->elsewhere, photon, name);

  return g_build_filename (fixture->elsewhere, name, NULL);
}

static gboolean
has (Fixture    *fixture,
     const char *name)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static guint
count_files (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (directory) != NULL)
    n++;

  return n;
}

static void
test_folder (Fixture       *fixture,
             gconstpointer  data)
{
  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  g_assert_true (drop (fixture, fixture->folder, NULL));
  g_assert_true (app_testing_wait (runs_simple, fixture));
  g_assert_null (get_dialog ());
}

static void
test_module (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *path = elsewhere (fixture, "simple_v1.so", "simple.so");

  open_folder (fixture);
  g_assert_true (drop (fixture, path, NULL));
  answer ("cancel");
  g_assert_cmpuint (count_files (fixture->folder), ==, 0);

  g_assert_true (drop (fixture, path, NULL));
  answer ("copy");
  g_assert_true (app_testing_wait (runs_simple, fixture));
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* It runs also where nobody watches. */
static void
test_unwatched (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *path = elsewhere (fixture, "simple_v1.so", "simple.so");
  g_autofree char *newer = NULL;

  g_settings_set_boolean (fixture->settings, "watch", FALSE);
  open_folder (fixture);
  g_assert_true (drop (fixture, path, NULL));
  answer ("copy");
  g_assert_true (app_testing_wait (runs_simple, fixture));

  newer = elsewhere (fixture, "simple_v2.so", "simple.so");
  g_assert_true (drop (fixture, newer, NULL));
  answer ("replace");
  g_assert_true (app_testing_wait (runs_second, fixture));
  g_settings_reset (fixture->settings, "watch");
}

static gboolean
has_both (gpointer data)
{
  return has (data, "simple.so") && has (data, "simple-2.so");
}

static void
test_taken_name (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *path = elsewhere (fixture, "simple_v2.so", "simple.so");

  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  open_folder (fixture);
  g_assert_true (app_testing_wait (runs_simple, fixture));

  g_assert_true (drop (fixture, path, NULL));
  g_assert_true (app_testing_wait (is_asked, NULL));
  g_assert_true (g_str_has_suffix (adw_message_dialog_get_body (get_dialog ()), "There is another “simple.so” already."));
  answer ("replace");
  g_assert_true (app_testing_wait (runs_second, fixture));
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);

  g_assert_true (drop (fixture, path, NULL));
  answer ("copy");
  g_assert_true (app_testing_wait (has_both, fixture));
  g_assert_cmpuint (count_files (fixture->folder), ==, 2);
}

static void
test_several (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *simple = elsewhere (fixture, "simple_v1.so", "simple.so");
  g_autofree char *counter = elsewhere (fixture, "counter_v1.so", "counter.so");

  open_folder (fixture);
  g_assert_true (drop (fixture, simple, counter));
  g_assert_true (app_testing_wait (is_asked, NULL));
  g_assert_cmpstr (adw_message_dialog_get_heading (get_dialog ()), ==, "Copy 2 Modules?");
  answer ("copy");
  g_assert_true (app_testing_wait (runs_simple, fixture));
  g_assert_true (app_testing_wait (has_counter, fixture));
}

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(LuminalImport **) user_data = luminal_import_look_finish (result, NULL);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

/* A text is no module, even where it is called one; nor is what is not there. */
static void
test_no_modules (Fixture       *fixture,
                 gconstpointer  data)
{
  static const char *const names[] = { "notes.txt", "text.so", "nowhere.so", ".hidden.c", "source.c", "real.so" };
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GFile) target = g_file_new_for_path (fixture->folder);
  g_autoptr (LuminalImport) import = NULL;
  g_autofree char *text = g_build_filename (fixture->elsewhere, "text.so", NULL);

  app_testing_put (fixture->elsewhere, "simple_v1.so", "real.so");
  app_testing_put_text (fixture->elsewhere, "text", "notes.txt");
  app_testing_put_text (fixture->elsewhere, "text", "text.so");
  app_testing_put_text (fixture->elsewhere, "int i;", ".hidden.c");
  app_testing_put_text (fixture->elsewhere, "int i;", "source.c");
  app_testing_put_text (fixture->folder, "int i;", "source.c");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_ptr_array_add (files, g_file_new_build_filename (fixture->elsewhere, names[i], NULL));

  luminal_import_look_async (files, target, NULL, looked_cb, &import);
  g_assert_true (app_testing_wait (is_set, &import));
  g_assert_cmpuint (import->modules->len, ==, 2);
  g_assert_true (import->modules->pdata[0] == files->pdata[4]);
  g_assert_true (import->modules->pdata[1] == files->pdata[5]);
  g_assert_cmpuint (import->others->len, ==, 4);
  g_assert_cmpuint (import->n_taken, ==, 1);
  g_assert_null (import->folder);

  open_folder (fixture);
  g_assert_true (drop (fixture, text, NULL));
  g_assert_true (app_testing_wait (has_toast, fixture));
  g_assert_null (get_dialog ());
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
}

/* As the application does. */
static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/io/github/luminal/Luminal/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_resources_register (luminal_app_get_resource ());
  load_style ();

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/app/drop/folder", test_folder);
  ADD ("/app/drop/module", test_module);
  ADD ("/app/drop/unwatched", test_unwatched);
  ADD ("/app/drop/taken-name", test_taken_name);
  ADD ("/app/drop/several", test_several);
  ADD ("/app/drop/no-modules", test_no_modules);

  return g_test_run ();
}
