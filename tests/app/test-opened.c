/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of a module that was double-clicked, or given on the command line: the whole
 * application in this process, with a person who answers. */

#include <adwaita.h>
#include <luminal.h>

#include "app-testing.h"
#include "luminal-app-resources.h"
#include "luminal-application.h"
#include "luminal-photon-list.h"
#include "luminal-window.h"

typedef struct _Test Test;

/* As soon as something is so, something is done. */
typedef struct
{
  gboolean (*is_so) (Test *test);
  void (*deed) (Test *test);
} Step;

struct _Test
{
  LuminalApplication *application;
  char *folder;
  GFile *file;
  const Step *step;
  gint64 deadline;
};

static GtkWidget *
find_toplevel (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (window, type))
        return window;
    }

  return NULL;
}

static LuminalPhotonList *
find_list (GtkWidget *widget)
{
  if (LUMINAL_IS_PHOTON_LIST (widget))
    return LUMINAL_PHOTON_LIST (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      LuminalPhotonList *list = find_list (child);

      if (list != NULL)
        return list;
    }

  return NULL;
}

static LuminalWindow *
get_window (void)
{
  return LUMINAL_WINDOW (find_toplevel (LUMINAL_TYPE_WINDOW));
}

static AdwMessageDialog *
get_dialog (void)
{
  GtkWidget *dialog = find_toplevel (ADW_TYPE_MESSAGE_DIALOG);

  return dialog != NULL ? ADW_MESSAGE_DIALOG (dialog) : NULL;
}

/* Conditions */

static gboolean
is_asked (Test *test)
{
  return get_dialog () != NULL;
}

static gboolean
is_selected (Test *test)
{
  LuminalHandler *handler = luminal_photon_list_get_current (find_list (GTK_WIDGET (get_window ())));

  return handler != NULL && luminal_handler_get_status (handler) == LUMINAL_STATUS_RUNNING &&
         g_file_equal (luminal_handler_get_file (handler), test->file);
}

static gboolean
runs_there (Test *test)
{
  return luminal_photon_list_get_n_shown (find_list (GTK_WIDGET (get_window ()))) == 1;
}

static gboolean
is_not_asked (Test *test)
{
  return get_dialog () == NULL;
}

/* Deeds */

static void
answer (const char *response)
{
  AdwMessageDialog *dialog = get_dialog ();

  adw_message_dialog_response (dialog, response);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
answer_load (Test *test)
{
  answer ("load");
}

static void
answer_folder (Test *test)
{
  answer ("folder");
}

static void
answer_cancel (Test *test)
{
  g_assert_false (runs_there (test));
  answer ("cancel");
}

static void
read_error (Test *test)
{
  g_assert_cmpstr (adw_message_dialog_get_heading (get_dialog ()), ==, "“simple.so” Cannot Be Loaded");
  answer ("close");
}

/* It alone was loaded, and not all that lies beside it. */
static void
close_alone (Test *test)
{
  g_assert_null (luminal_window_get_folder (get_window ()));
  g_assert_true (runs_there (test));
  gtk_window_close (GTK_WINDOW (get_window ()));
}

static void
close_folder (Test *test)
{
  g_autoptr (GFile) folder = g_file_new_for_path (test->folder);

  g_assert_nonnull (luminal_window_get_folder (get_window ()));
  g_assert_true (g_file_equal (luminal_window_get_folder (get_window ()), folder));
  gtk_window_close (GTK_WINDOW (get_window ()));
}

static void
close_empty (Test *test)
{
  g_assert_false (runs_there (test));
  gtk_window_close (GTK_WINDOW (get_window ()));
}

static void
open_again (Test *test)
{
  g_application_open (G_APPLICATION (test->application), &test->file, 1, "");
}

static void
open_folder (Test *test)
{
  g_autoptr (GFile) folder = g_file_new_for_path (test->folder);
  GFile *files[] = { folder };

  gtk_window_destroy (GTK_WINDOW (get_dialog ()));
  g_application_open (G_APPLICATION (test->application), files, 1, "");
}

/* Running it */

static gboolean
step_cb (gpointer user_data)
{
  Test *test = user_data;

  if (test->step->is_so == NULL)
    return G_SOURCE_REMOVE;
  if (g_get_monotonic_time () > test->deadline)
    g_error ("step never came");

  if (test->step->is_so (test))
    {
      void (*deed) (Test *) = test->step->deed;

      test->step++;
      if (deed != NULL)
        deed (test);
    }

  return G_SOURCE_CONTINUE;
}

static void
run (const char *fixture,
     const Step *steps)
{
  Test test = { .step = steps, .deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC };
  g_autofree char *path = NULL;
  char *argv[3] = { (char *) "luminal", NULL, NULL };

  test.folder = app_testing_make_folder ();
  path = g_build_filename (test.folder, "simple.so", NULL);
  if (fixture != NULL)
    app_testing_put (test.folder, fixture, "simple.so");
  else
    app_testing_put_text (test.folder, "no module", "simple.so");
  app_testing_put (test.folder, "counter_v1.so", "counter.so");
  test.file = g_file_new_for_path (path);
  argv[1] = path;

  test.application = luminal_application_new ();
  g_timeout_add (20, step_cb, &test);
  g_assert_cmpint (g_application_run (G_APPLICATION (test.application), 2, argv), ==, 0);
  /* The last window was closed by the last step. */
  g_assert_null (test.step->is_so);
  g_assert_null (get_window ());
  while (g_source_remove_by_user_data (&test))
    ;

  g_assert_finalize_object (test.application);
  g_object_unref (test.file);
  app_testing_remove (test.folder);
  g_free (test.folder);
}

static void
test_load (void)
{
  static const Step steps[] = {
    { is_asked, answer_load },
    { is_selected, close_alone },
    { NULL, NULL },
  };

  run ("simple_v1.so", steps);
}

static void
test_load_twice (void)
{
  static const Step steps[] = {
    { is_asked, answer_load },
    { is_selected, open_again },
    { is_not_asked, close_alone },
    { NULL, NULL },
  };

  run ("simple_v1.so", steps);
}

static void
test_folder (void)
{
  static const Step steps[] = {
    { is_asked, answer_folder },
    { is_selected, close_folder },
    { NULL, NULL },
  };

  run ("simple_v1.so", steps);
}

static void
test_cancel (void)
{
  static const Step steps[] = {
    { is_asked, answer_cancel },
    { is_not_asked, close_empty },
    { NULL, NULL },
  };

  run ("simple_v1.so", steps);
}

static void
test_no_module (void)
{
  static const Step steps[] = {
    { is_asked, read_error },
    { is_not_asked, close_empty },
    { NULL, NULL },
  };

  run (NULL, steps);
}

/* Its folder was opened, which was a decision about all that is in it. */
static void
test_known (void)
{
  static const Step steps[] = {
    { is_asked, open_folder },
    { is_not_asked, open_again },
    { is_selected, close_folder },
    { NULL, NULL },
  };

  run ("simple_v1.so", steps);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_resources_register (luminal_app_get_resource ());

  g_test_add_func ("/app/opened/load", test_load);
  g_test_add_func ("/app/opened/load-twice", test_load_twice);
  g_test_add_func ("/app/opened/folder", test_folder);
  g_test_add_func ("/app/opened/cancel", test_cancel);
  g_test_add_func ("/app/opened/no-module", test_no_module);
  g_test_add_func ("/app/opened/known", test_known);

  return g_test_run ();
}
