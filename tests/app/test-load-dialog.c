/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is asked before a module is loaded that somebody opened. */

#include <adwaita.h>
#include <luminal.h>

#include "app-testing.h"
#include "luminal-app-resources.h"
#include "luminal-load-dialog.h"

typedef struct
{
  char *folder;
  GtkWidget *window;
  GAsyncResult *result;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = app_testing_make_folder ();
  fixture->window = gtk_window_new ();
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_object (&fixture->result);
  if (fixture->window != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_true (app_testing_wait (is_gone, &fixture->window));
  app_testing_remove (fixture->folder);
  g_free (fixture->folder);
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Fixture *fixture = user_data;

  g_set_object (&fixture->result, result);
}

static void
ask (Fixture    *fixture,
     const char *name)
{
  g_autoptr (GFile) file = g_file_new_build_filename (fixture->folder, name, NULL);

  luminal_load_dialog_ask_async (GTK_WINDOW (fixture->window), file, NULL, asked_cb, fixture);
}

static GtkWidget *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        return window;
    }

  return NULL;
}

static gboolean
is_shown (gpointer data)
{
  return find_dialog () != NULL;
}

static gboolean
is_answered (gpointer data)
{
  return ((Fixture *) data)->result != NULL;
}

static AdwMessageDialog *
wait_for_dialog (void)
{
  g_assert_true (app_testing_wait (is_shown, NULL));
  return ADW_MESSAGE_DIALOG (find_dialog ());
}

static LuminalLoadAnswer
wait_for_answer (Fixture *fixture)
{
  LuminalLoadAnswer answer;
  g_autoptr (GError) error = NULL;

  g_assert_true (app_testing_wait (is_answered, fixture));
  answer = luminal_load_dialog_ask_finish (GTK_WINDOW (fixture->window), fixture->result, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->result);

  return answer;
}

/* All texts of a widget and what is in it, one to a line. */
static void
collect_texts (GtkWidget *widget,
               GString   *texts)
{
  if (GTK_IS_LABEL (widget))
    g_string_append_printf (texts, "%s\n", gtk_label_get_text (GTK_LABEL (widget)));
  else if (GTK_IS_TEXT_VIEW (widget))
    {
      GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget));
      g_autofree char *text = NULL;

      g_object_get (buffer, "text", &text, NULL);
      g_string_append_printf (texts, "%s\n", text);
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect_texts (child, texts);
}

static void
expect_text (AdwMessageDialog *dialog,
             const char       *text)
{
  g_autoptr (GString) texts = g_string_new (NULL);

  collect_texts (GTK_WIDGET (dialog), texts);
  g_test_message ("%s", texts->str);
  g_assert_nonnull (strstr (texts->str, text));
}

/* A module says what it is, and each button means what it says. */
static void
test_answers (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct
  {
    const char *response;
    LuminalLoadAnswer answer;
  } answers[] = {
    { "load", LUMINAL_LOAD_MODULE },
    { "folder", LUMINAL_LOAD_FOLDER },
    { "cancel", LUMINAL_LOAD_NOTHING },
  };

  app_testing_put (fixture->folder, "simple_v2.so", "a & <b>.so");
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      AdwMessageDialog *dialog;

      ask (fixture, "a & <b>.so");
      dialog = wait_for_dialog ();
      g_assert_cmpstr (adw_message_dialog_get_heading (dialog), ==, "Load “a & <b>.so”?");
      g_assert_cmpstr (adw_message_dialog_get_default_response (dialog), ==, "cancel");
      expect_text (dialog, "Simple");
      expect_text (dialog, "2.0.0");
      expect_text (dialog, fixture->folder);
      expect_text (dialog, "your rights");

      adw_message_dialog_response (dialog, answers[i].response);
      g_assert_cmpint (wait_for_answer (fixture), ==, answers[i].answer);
      gtk_window_destroy (GTK_WINDOW (dialog));
    }
}

static void
test_source (Fixture       *fixture,
             gconstpointer  data)
{
  AdwMessageDialog *dialog;

  app_testing_put_text (fixture->folder,
                        "#include <luminal.h>\n"
                        "static gboolean s (LuminalPhoton *p, gpointer d, GError **e) { return TRUE; }\n"
                        "typedef struct { int i; } A;\n"
                        "LUMINAL_PHOTON (A, s, NULL)\n",
                        "a.c");
  ask (fixture, "a.c");
  dialog = wait_for_dialog ();
  expect_text (dialog, "compiled");

  gtk_window_close (GTK_WINDOW (dialog));
  g_assert_cmpint (wait_for_answer (fixture), ==, LUMINAL_LOAD_NOTHING);
}

/* What cannot be loaded is not asked about. */
static void
test_no_module (Fixture       *fixture,
                gconstpointer  data)
{
  AdwMessageDialog *dialog;

  app_testing_put_text (fixture->folder, "text", "text.so");
  ask (fixture, "text.so");
  g_assert_cmpint (wait_for_answer (fixture), ==, LUMINAL_LOAD_NOTHING);

  dialog = wait_for_dialog ();
  g_assert_cmpstr (adw_message_dialog_get_heading (dialog), ==, "“text.so” Cannot Be Loaded");
  expect_text (dialog, "it is no ELF file");
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* The window goes while it is being asked, or before. */
static void
test_closed (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GtkWindow) kept = g_object_ref (GTK_WINDOW (fixture->window));

  app_testing_put (fixture->folder, "simple_v1.so", "simple.so");
  ask (fixture, "simple.so");
  gtk_window_destroy (wait_for_dialog () != NULL ? GTK_WINDOW (find_dialog ()) : NULL);
  g_assert_cmpint (wait_for_answer (fixture), ==, LUMINAL_LOAD_NOTHING);

  ask (fixture, "simple.so");
  gtk_window_destroy (kept);
  g_assert_cmpint (wait_for_answer (fixture), ==, LUMINAL_LOAD_NOTHING);
  g_assert_null (find_dialog ());
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_resources_register (luminal_app_get_resource ());

  g_test_add ("/app/load-dialog/answers", Fixture, NULL, set_up, test_answers, tear_down);
  g_test_add ("/app/load-dialog/source", Fixture, NULL, set_up, test_source, tear_down);
  g_test_add ("/app/load-dialog/no-module", Fixture, NULL, set_up, test_no_module, tear_down);
  g_test_add ("/app/load-dialog/closed", Fixture, NULL, set_up, test_closed, tear_down);

  return g_test_run ();
}
