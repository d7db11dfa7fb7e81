/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each widget comes into being and goes again, with warnings fatal and nothing
 * left behind. */

#include <adwaita.h>
#include <luminal.h>

#include "luminal-app-resources.h"
#include "luminal-application.h"
#include "luminal-error-dialog.h"
#include "luminal-photon-list.h"
#include "luminal-photon-row.h"
#include "luminal-row-layout.h"
#include "luminal-toast-queue.h"
#include "luminal-window.h"

static void
test_row (void)
{
  GtkWidget *row = g_object_ref_sink (luminal_photon_row_new ());

  g_assert_null (luminal_photon_row_get_handler (LUMINAL_PHOTON_ROW (row)));
  g_assert_true (LUMINAL_IS_ROW_LAYOUT (gtk_widget_get_layout_manager (row)));
  g_assert_finalize_object (row);
}

static void
test_row_width (void)
{
  GtkWidget *row = g_object_ref_sink (luminal_photon_row_new ());
  int minimum;
  int natural;

  gtk_widget_measure (row, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, >, 0);
  g_assert_cmpint (minimum, <, 320);
  g_assert_cmpint (natural, >=, minimum);
  g_assert_finalize_object (row);
}

static void
test_list (void)
{
  GtkWidget *list = g_object_ref_sink (luminal_photon_list_new ());
  LuminalLoader *loader = luminal_loader_new (FALSE, TRUE);

  luminal_photon_list_set_photons (LUMINAL_PHOTON_LIST (list), G_LIST_MODEL (loader));
  luminal_photon_list_set_search (LUMINAL_PHOTON_LIST (list), "a");
  g_assert_cmpstr (luminal_photon_list_get_search (LUMINAL_PHOTON_LIST (list)), ==, "a");
  g_assert_cmpuint (luminal_photon_list_get_n_shown (LUMINAL_PHOTON_LIST (list)), ==, 0);
  g_assert_null (luminal_photon_list_get_current (LUMINAL_PHOTON_LIST (list)));

  g_assert_finalize_object (list);
  g_assert_finalize_object (loader);
}

static void
test_toast_queue (void)
{
  GtkWidget *overlay = g_object_ref_sink (adw_toast_overlay_new ());
  LuminalToastQueue *queue = luminal_toast_queue_new (ADW_TOAST_OVERLAY (overlay));
  g_autoptr (GError) error =
    g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "a <b> & \xff no markup");
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/a & b.so");

  luminal_toast_queue_add_problem (queue, LUMINAL_PROBLEM_FAILED, "<A> & B", error);
  luminal_toast_queue_add_problem (queue, LUMINAL_PROBLEM_ROLLED_BACK, NULL, error);
  luminal_toast_queue_add_unloaded (queue, "<A> & B", file);
  luminal_toast_queue_add_vanished (queue, "two\nlines");
  luminal_toast_queue_clear (queue);

  g_assert_finalize_object (queue);
  g_assert_finalize_object (overlay);
}

static void
test_error_dialog (void)
{
  GtkWindow *dialog = luminal_error_dialog_new (NULL, "“<A> & B” failed", "one\ntwo & <three>");

  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  gtk_window_destroy (dialog);
  g_assert_null (dialog);
}

static void
test_window (void)
{
  g_autoptr (GSettings) settings = g_settings_new ("io.github.luminal.Luminal");
  GtkWidget *window = luminal_window_new (NULL, settings);

  g_assert_null (luminal_window_get_folder (LUMINAL_WINDOW (window)));
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_destroy (GTK_WINDOW (window));

  /* Actions that are still bound let go of the window in the main loop. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (window);
}

static void
test_application (void)
{
  LuminalApplication *application = luminal_application_new ();

  g_assert_cmpstr (g_application_get_application_id (G_APPLICATION (application)), ==,
                   "io.github.luminal.Luminal");
  g_assert_cmpint (g_application_get_flags (G_APPLICATION (application)), ==,
                   G_APPLICATION_HANDLES_OPEN);
  g_assert_finalize_object (application);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_resources_register (luminal_app_get_resource ());

  g_test_add_func ("/app/widgets/row", test_row);
  g_test_add_func ("/app/widgets/row-width", test_row_width);
  g_test_add_func ("/app/widgets/list", test_list);
  g_test_add_func ("/app/widgets/toast-queue", test_toast_queue);
  g_test_add_func ("/app/widgets/error-dialog", test_error_dialog);
  g_test_add_func ("/app/widgets/window", test_window);
  g_test_add_func ("/app/widgets/application", test_application);

  return g_test_run ();
}
