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

  luminal_toast_queue_add_problem (queue, LUMINAL_PROBLEM_FAILED, "<A> & B", NULL, error);
  luminal_toast_queue_add_problem (queue, LUMINAL_PROBLEM_ROLLED_BACK, NULL, NULL, error);
  luminal_toast_queue_add_unloaded (queue, "<A> & B", file);
  luminal_toast_queue_add_vanished (queue, "two\nlines");
  luminal_toast_queue_clear (queue);

  g_assert_finalize_object (queue);
  g_assert_finalize_object (overlay);
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
details_cb (LuminalToastQueue *queue,
            const char        *heading,
            const char        *text,
            LuminalHandler    *handler,
            GPtrArray         *said)
{
  g_assert_null (handler);
  g_ptr_array_add (said, g_strdup (heading));
  g_ptr_array_add (said, g_strdup (text));
}

static void
test_toast_burst (void)
{
  GtkWidget *overlay = g_object_ref_sink (adw_toast_overlay_new ());
  LuminalToastQueue *queue = luminal_toast_queue_new (ADW_TOAST_OVERLAY (overlay));
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) one = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "a & b");
  g_autoptr (GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "c");

  g_signal_connect (queue, "details", G_CALLBACK (details_cb), said);

  luminal_toast_queue_add_problem (queue, LUMINAL_PROBLEM_FAILED, "<A>", NULL, one);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (find_widget (overlay, GTK_TYPE_LABEL))), ==,
                   "“&lt;A&gt;” failed");

  /* Told by an event, and again by the end of the operation. */
  luminal_toast_queue_add_problem (queue, LUMINAL_PROBLEM_FAILED, "<A>", NULL, one);
  luminal_toast_queue_add_problem (queue, LUMINAL_PROBLEM_ROLLED_BACK, "B", NULL, other);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (find_widget (overlay, GTK_TYPE_LABEL))), ==,
                   "2 photons failed");

  g_signal_emit_by_name (find_widget (overlay, GTK_TYPE_BUTTON), "clicked");
  g_assert_cmpuint (said->len, ==, 2);
  g_assert_cmpstr (said->pdata[0], ==, "2 photons failed");
  g_assert_cmpstr (said->pdata[1], ==, "<A>\na & b\n\nB\nc");

  g_assert_finalize_object (queue);
  g_object_unref (overlay);
}

static guint n_announced;
static char *announced;

/* That of GTK 4.14, in its place. */
void gtk_accessible_announce (GtkAccessible *accessible,
                              const char    *text,
                              int            priority);

G_MODULE_EXPORT void
gtk_accessible_announce (GtkAccessible *accessible,
                         const char    *text,
                         int            priority)
{
  g_assert_true (GTK_IS_ACCESSIBLE (accessible));
  g_assert_cmpint (priority, ==, 1);
  g_free (announced);
  announced = g_strdup (text);
  n_announced++;
}

/* However many fail at once: one toast, which is said once, in no time. */
static void
test_toast_thousand (void)
{
  GtkWidget *overlay = g_object_ref_sink (adw_toast_overlay_new ());
  LuminalToastQueue *queue = luminal_toast_queue_new (ADW_TOAST_OVERLAY (overlay));
  g_autofree char *rest = g_strnfill (10000, 'x');
  gint64 start = g_get_monotonic_time ();

  n_announced = 0;
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("<Photon %u>%s", i, i > 0 ? rest : "");
      g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "cause %u", i);

      luminal_toast_queue_add_problem (queue, LUMINAL_PROBLEM_FAILED, name, NULL, error);
    }

  g_assert_cmpuint (n_announced, ==, 1);
  g_assert_cmpstr (announced, ==, "“<Photon 0>” failed");
  g_clear_pointer (&announced, g_free);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (find_widget (overlay, GTK_TYPE_LABEL))), ==,
                   "1000 photons failed");
  g_assert_finalize_object (queue);
  g_object_unref (overlay);
}

/* What comes from a photon is one line that moves nothing around it. */
static void
test_toast_odd_names (void)
{
  GtkWidget *overlay = g_object_ref_sink (adw_toast_overlay_new ());
  LuminalToastQueue *queue = luminal_toast_queue_new (ADW_TOAST_OVERLAY (overlay));
  g_autofree char *name = g_strnfill (10000, 'x');
  g_autofree char *expected = g_strdup_printf ("“%.60s…” unloaded, its file is gone", name);

  luminal_toast_queue_add_vanished (queue, name);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (find_widget (overlay, GTK_TYPE_LABEL))), ==, expected);
  luminal_toast_queue_clear (queue);
  g_object_unref (overlay);
  g_assert_finalize_object (queue);

  overlay = g_object_ref_sink (adw_toast_overlay_new ());
  queue = luminal_toast_queue_new (ADW_TOAST_OVERLAY (overlay));
  luminal_toast_queue_add_vanished (queue, "a\n\x07<b>\xe2\x80\xae");
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (find_widget (overlay, GTK_TYPE_LABEL))), ==,
                   "“a\\n\\x07<b>\\u202e” unloaded, its file is gone");
  g_assert_finalize_object (queue);
  g_object_unref (overlay);
}

static void
undo_cb (LuminalToastQueue *queue,
         GFile             *file,
         LuminalHandler    *handler,
         GPtrArray         *files)
{
  g_assert_null (handler);
  g_ptr_array_add (files, g_file_get_path (file));
}

/* Two photons of one file come back together. */
static void
test_toast_undo (void)
{
  GtkWidget *overlay = g_object_ref_sink (adw_toast_overlay_new ());
  LuminalToastQueue *queue = luminal_toast_queue_new (ADW_TOAST_OVERLAY (overlay));
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GFile) pair = g_file_new_for_path ("/photons/pair.so");
  g_autoptr (GFile) hello = g_file_new_for_path ("/photons/hello.so");

  g_signal_connect (queue, "undo", G_CALLBACK (undo_cb), files);
  luminal_toast_queue_add_unloaded (queue, "Ping", pair);
  luminal_toast_queue_add_unloaded (queue, "Pong", pair);
  luminal_toast_queue_add_unloaded (queue, "Hello", hello);
  luminal_toast_queue_add_unloaded (queue, "Hello", hello); /* told once */
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (find_widget (overlay, GTK_TYPE_LABEL))), ==,
                   "3 photons unloaded");

  g_signal_emit_by_name (find_widget (overlay, GTK_TYPE_BUTTON), "clicked");
  g_assert_cmpuint (files->len, ==, 2);
  g_assert_cmpstr (files->pdata[0], ==, "/photons/pair.so");
  g_assert_cmpstr (files->pdata[1], ==, "/photons/hello.so");

  g_assert_finalize_object (queue);
  g_object_unref (overlay);
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

/* On a phone, and side by side on a small screen. */
static void
test_window_width (void)
{
  g_autoptr (GSettings) settings = g_settings_new ("io.github.luminal.Luminal");
  GtkWidget *window = luminal_window_new (NULL, settings);
  GtkWidget *leaflet = find_widget (window, ADW_TYPE_LEAFLET);
  GtkSelectionModel *pages = adw_leaflet_get_pages (ADW_LEAFLET (leaflet));
  int sum = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (pages)); i++)
    {
      g_autoptr (AdwLeafletPage) page = g_list_model_get_item (G_LIST_MODEL (pages), i);
      int minimum;

      gtk_widget_measure (adw_leaflet_page_get_child (page), GTK_ORIENTATION_HORIZONTAL, -1,
                          &minimum, NULL, NULL, NULL);
      g_assert_cmpint (minimum, <=, 350);
      sum += minimum;
    }
  g_assert_cmpint (sum, <=, 690);

  g_object_unref (pages);
  gtk_window_destroy (GTK_WINDOW (window));
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

  g_test_add_func ("/app/widgets/row", test_row);
  g_test_add_func ("/app/widgets/row-width", test_row_width);
  g_test_add_func ("/app/widgets/list", test_list);
  g_test_add_func ("/app/widgets/toast-queue", test_toast_queue);
  g_test_add_func ("/app/widgets/toast-burst", test_toast_burst);
  g_test_add_func ("/app/widgets/toast-thousand", test_toast_thousand);
  g_test_add_func ("/app/widgets/toast-odd-names", test_toast_odd_names);
  g_test_add_func ("/app/widgets/toast-undo", test_toast_undo);
  g_test_add_func ("/app/widgets/error-dialog", test_error_dialog);
  g_test_add_func ("/app/widgets/window", test_window);
  g_test_add_func ("/app/widgets/window-width", test_window_width);
  g_test_add_func ("/app/widgets/application", test_application);

  return g_test_run ();
}
